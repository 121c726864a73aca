/*
 * Steps are found by their keys, wherever they are: a list `steps` (GitHub,
 * Azure), or the commands of a `script` (GitLab). Nothing is run or resolved.
 */
#include "evidence/workflow.h"

#include "base/text.h"
#include "base/yaml.h"

#define LINE_MAX 200
#define DEEP_MAX 8 /* stages, jobs, strategies, hooks */

struct reading {
    struct arena *arena;
    struct workflow *out;
};

/* The first line that has something in it. */
static const char *line_of(struct reading *r, const struct yaml_node *n)
{
    struct str rest = n == NULL || n->kind != YAML_SCALAR ? STR_NONE : n->text;
    while (rest.len > 0) {
        struct str line = str_trim(str_cut(rest, '\n', &rest));
        if (line.len > 0)
            return text_elide(r->arena, line, LINE_MAX);
    }
    return NULL;
}

static void add_step(struct reading *r, const char *text)
{
    struct workflow *w = r->out;
    if (text == NULL)
        return;
    if (w->step_count == WORKFLOW_STEPS_MAX)
        w->more++;
    else
        w->step[w->step_count++] = text;
}

/* By its name, else by what it runs. */
static void read_step(struct reading *r, const struct yaml_node *step)
{
    static const char *const keys[] = {
        "name",       "displayName", "run",  "script",   "bash",    "pwsh",
        "powershell", "uses",        "task", "checkout", "template"};
    const char *text = line_of(r, step);
    for (size_t i = 0; i < ARRAY_COUNT(keys) && text == NULL; i++)
        text = line_of(r, yaml_get(step, keys[i]));
    add_step(r, text);
}

static void read_list(struct reading *r, const struct yaml_node *list)
{
    if (list->kind != YAML_LIST)
        read_step(r, list);
    for (size_t i = 0; list->kind == YAML_LIST && i < list->count; i++)
        read_step(r, list->item[i]);
}

/* environment: production, or with a name. */
static void read_target(struct reading *r, const struct yaml_node *n)
{
    if (r->out->target == NULL)
        r->out->target =
            line_of(r, n->kind == YAML_MAP ? yaml_get(n, "name") : n);
}

static void walk(struct reading *r, const struct yaml_node *n, int deep)
{
    size_t each = n->kind == YAML_MAP ? 2 : 1;
    for (size_t i = 0; n->kind != YAML_SCALAR && i < n->count; i++) {
        const struct yaml_node *value = n->item[each * i + each - 1];
        struct str key = each == 2 ? n->item[each * i]->text : STR_NONE;
        if (str_is(key, "steps") || str_is(key, "script"))
            read_list(r, value);
        else if (str_is(key, "environment"))
            read_target(r, value);
        else if (deep < DEEP_MAX)
            walk(r, value, deep + 1);
    }
}

/* "push to main, release" of each key of `on`; or what a list has. */
static void put_event(struct reading *r, struct buf *out,
                      const struct yaml_node *name, const struct yaml_node *how)
{
    const struct yaml_node *branches =
        how == NULL ? NULL : yaml_get(how, "branches");
    const char *text = line_of(r, name);
    if (text == NULL)
        return;
    buf_printf(out, "%s%s", out->len == 0 ? "" : ", ", text);
    for (size_t i = 0; branches != NULL && branches->kind == YAML_LIST &&
                       i < branches->count && i < 5;
         i++) {
        text = line_of(r, branches->item[i]);
        if (text != NULL)
            buf_printf(out, "%s%s", i == 0 ? " to " : " or ", text);
    }
}

static const char *trigger_of(struct reading *r, const struct yaml_node *root)
{
    const struct yaml_node *on = yaml_get(root, "on");
    struct buf text;
    if (on == NULL)
        on = yaml_get(root, "trigger");
    if (on == NULL || on->kind == YAML_SCALAR)
        return line_of(r, on);
    buf_init(&text, 4000);
    for (size_t i = 0; i < on->count && i < 10; i++) {
        if (on->kind == YAML_MAP)
            put_event(r, &text, on->item[2 * i], on->item[2 * i + 1]);
        else
            put_event(r, &text, on->item[i], NULL);
    }
    const char *all =
        text.len == 0 ? NULL : text_elide(r->arena, buf_view(&text), LINE_MAX);
    buf_release(&text);
    return all;
}

bool workflow_read(struct workflow *out, struct arena *a,
                   const struct source *source, struct diags *d)
{
    struct reading r = {.arena = a, .out = out};
    const struct yaml_node *root = NULL;
    *out = (struct workflow){.name = NULL};
    if (source->text.len > WORKFLOW_BYTES_MAX) {
        diags_add(d, POS_NONE, "%s: it has more than %zu KiB", source->name,
                  WORKFLOW_BYTES_MAX >> 10);
        return false;
    }
    if (!yaml_parse(&root, a, source, d))
        return false;
    if (root->kind != YAML_MAP) {
        diags_add(d, root->pos, "expected a workflow, which is a map");
        return false;
    }
    out->step = arena_array(a, WORKFLOW_STEPS_MAX, sizeof(*out->step));
    out->name = line_of(&r, yaml_get(root, "name"));
    out->trigger = trigger_of(&r, root);
    walk(&r, root, 0);
    return true;
}
