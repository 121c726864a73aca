/* The front: folders and files in, one checked plan out. */
#include "plan/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "language/jsonschema.h"
#include "plan/idle.h"

/* What to do about a path that does not exist; NULL: it does. */
static const char *missing_path(struct arena *a, const char *path)
{
    struct str text = str_from(path);
    if (access(path, F_OK) == 0 || errno != ENOENT)
        return NULL;
    if (str_starts(text, STR("http://")) || str_starts(text, STR("https://")))
        return arena_printf(a,
                            "'%.200s' is a URL, not a file of checks; write "
                            "checks for it first: postflight init %.200s",
                            path, path);
    if (strcmp(path, "checks.d") == 0)
        return "no checks.d here; run it in the folder that has it, name a "
               "folder, or create one: postflight init URL -o "
               "checks.d/NAME.yaml";
    return arena_printf(a, "'%.200s' does not exist", path);
}

static bool read_definition(struct loader *l, struct source *out,
                            const char *folder, const char *path, struct err *e)
{
    const char *own = folder != NULL ? folder : file_folder(l->arena, path);
    contain_note(l, out, own);
    if (trust_is_untrusted(l->in->trust))
        folder = own; /* no pipe either */
    return file_read_definition(out, l->arena, folder, path, FILE_BYTES_MAX, e);
}

/* folder: that it was found in; NULL: the file itself was given. */
static void load_path(struct loader *l, const char *folder, const char *path)
{
    struct source *source = arena_alloc(l->arena, sizeof(*source));
    struct err e = {.set = false};
    const char *missing = missing_path(l->arena, path);
    if (missing != NULL)
        diags_add(l->diags, POS_NONE, "%s", missing);
    else if (read_definition(l, source, folder, path, &e))
        load_parse(l, source);
    else
        diags_add_err(l->diags, &e);
}

static void load_sources(struct loader *l)
{
    for (size_t i = 0; i < l->in->source_count; i++)
        load_parse(l, l->in->source[i]);
}

static void load_folder(struct loader *l, const char *folder)
{
    static const char *const suffixes[] = {".yaml", ".yml", ".json", NULL};
    struct file_list files;
    struct err e = {.set = false};
    if (!file_list_beneath(&files, l->arena, folder, suffixes, &e)) {
        diags_add_err(l->diags, &e);
        return;
    }
    if (files.count == 0)
        diags_add(l->diags, POS_NONE,
                  "no checks: '%s' holds no *.yaml, *.yml or *.json file",
                  folder);
    for (size_t i = 0; i < files.count; i++)
        load_path(l, folder, files.path[i]);
}

static int compare_ids(const void *left, const void *right)
{
    const struct check *a = *(const struct check *const *)left;
    const struct check *b = *(const struct check *const *)right;
    int order = strcmp(a->id, b->id);
    if (order != 0)
        return order;
    return (a > b) - (a < b); /* both point into one array: as written */
}

static void report_duplicates(struct loader *l)
{
    const struct check **sorted =
        arena_array(l->arena, l->count + 1, sizeof(const struct check *));
    for (size_t i = 0; i < l->count; i++)
        sorted[i] = &l->check[i];
    if (l->count > 1)
        qsort(sorted, l->count, sizeof(const struct check *), compare_ids);
    for (size_t i = 1; i < l->count; i++) {
        if (strcmp(sorted[i]->id, sorted[i - 1]->id) == 0)
            diags_add(l->diags, sorted[i]->pos,
                      "duplicate check id '%s', first given at %s",
                      sorted[i]->id, pos_text(l->arena, sorted[i - 1]->pos));
    }
}

bool plan_open(struct plan *out, struct arena *life,
               const struct plan_inputs *in, struct diags *d)
{
    size_t before = diags_errors(d);
    struct loader l = {
        .arena = life, .in = in, .diags = d, .plan = out, .prefix = ""};
    *out = (struct plan){.count = 0};
    l.variable_used = arena_array(life, in->variable_count + 1, sizeof(bool));
    rollout_set_standards(&out->rollout);
    watch_set_standards(&out->watch);
    for (size_t i = 0; i < in->path_count; i++) {
        if (file_is_folder(in->path[i]))
            load_folder(&l, in->path[i]);
        else
            load_path(&l, NULL, in->path[i]);
    }
    load_sources(&l);
    bool read = diags_errors(d) == before; /* all files, that is */
    load_files(&l);
    watch_finish(&out->watch);
    report_duplicates(&l);
    needs_resolve(&l);
    captures_resolve(&l);
    if (read && l.refused_count == 0)
        idle_folder(&l);
    out->count = l.count;
    out->check = select_checks(life, l.check, &out->count, in);
    out->inputs = in;
    out->captured = l.captured;
    if (diags_errors(d) == before && misuse_check(&l, out->count))
        return true;
    plan_close(out);
    return false;
}

void plan_close(struct plan *plan)
{
    regexes_close(&plan->regexes);
    for (struct schema_list *s = plan->schemas; s != NULL; s = s->next)
        jsonschema_close(s->schema);
    plan->schemas = NULL;
}

bool plan_parse_expect(struct expect *out, struct arena *a, struct plan *plan,
                       const struct source *source, struct diags *d)
{
    static const struct plan_inputs none = {.path_count = 0};
    struct loader l = {
        .arena = a, .in = &none, .diags = d, .plan = plan, .prefix = ""};
    struct yaml_node n = {.kind = YAML_SCALAR,
                          .plain = true,
                          .pos = {source, 1, 1},
                          .text = source->text};
    struct check check;
    check_set_standards(&check);
    check.id = source->name;
    check.url = "http://h/";
    check.expect = out;
    check.expect_count = 1;
    return expect_parse(&l, &n, out) && kind_check(&l, &n, &check) &&
           truth_check(a, d, &check);
}
