/* Suites of Gatus: endpoints in order, with values that go along. */
#include <string.h>

#include "import/gatus/gatus.h"

static const struct row rows[] = {
    CARRIED("name", "`id` and `title`", NULL),
    CARRIED("group", "`tags`", NULL),
    CARRIED("enabled", "a check, unless it is false", read_nothing),
    CARRIED("endpoints", "`steps`; with always-run, `finally`", NULL),
    CARRIED("context", "`${NAME:-value}`", NULL),
    LEFT("timeout", "a flow has no limit of its own",
         "each step has a 'timeout'"),
    LEFT("interval", "a check is probed when postflight runs",
         "let cron or CI run postflight at that interval"),
};

struct rows suite_rows(void)
{
    return IN("suite", rows);
}

/* [CONTEXT].name within a text is a value that goes along. */
const char *from_context(struct import *im, const char *text)
{
    struct buf out;
    struct str s = str_from(text), mark = STR("[CONTEXT].");
    buf_init(&out, (size_t)64 * 1024);
    for (size_t at = 0; at < s.len;) {
        size_t open = str_find(s, mark, at), end = open + mark.len;
        buf_str(&out, str_sub(s, at, open - at));
        if (open == s.len)
            break;
        size_t start = end;
        while (end < s.len &&
               is_variable_name(str_sub(s, start, end - start + 1)))
            end++;
        buf_text(&out, reference(im, str_sub(s, start, end - start)));
        at = end;
    }
    return buf_take(im->arena, &out);
}

static void read_context(struct import *im, const struct yaml_node *map)
{
    for (size_t i = 0; map != NULL && map->kind == YAML_MAP && i < map->count;
         i++)
        if (map->item[2 * i + 1]->kind == YAML_SCALAR) {
            define_variable(im, map->item[2 * i]->text,
                            map->item[2 * i + 1]->text.ptr, false);
            im->record->carried++;
        }
}

static void read_steps(struct import *im, struct draft *d,
                       const struct yaml_node *list)
{
    for (size_t i = 0;
         list != NULL && list->kind == YAML_LIST && i < list->count; i++) {
        const struct yaml_node *map = list->item[i];
        if (map->kind != YAML_MAP)
            continue;
        struct entry *e = draft_step(im, d, map->pos,
                                     node_is_true(yaml_get(map, "always-run")));
        const struct yaml_node *name = yaml_get(map, "name");
        if (node_text(name).len > 0)
            put(im, e, "title", from_shell(im, name), name->pos);
        if (!endpoint_read(im, e, map, NULL))
            d->refused = true;
    }
}

void suites_read(struct import *im, const struct yaml_node *list)
{
    for (size_t i = 0; list->kind == YAML_LIST && i < list->count; i++) {
        const struct yaml_node *map = list->item[i];
        struct reader r = {.im = im};
        im->now = NULL;
        if (map->kind != YAML_MAP)
            continue;
        if (node_is_false(yaml_get(map, "enabled"))) {
            remark(im, map->pos, node_text(yaml_get(map, "name")),
                   "it is not enabled", "import it when it is");
            continue;
        }
        struct draft *d =
            draft_begin(im, map->pos, node_text(yaml_get(map, "name")));
        const struct yaml_node *name = yaml_get(map, "name");
        const struct yaml_node *group = yaml_get(map, "group");
        r.e = &d->own;
        if (node_text(name).len > 0)
            put(im, &d->own, "title", from_shell(im, name), name->pos);
        if (node_text(group).len > 0)
            put_item(im, &d->own, "tags", from_shell(im, group), group->pos);
        read_context(im, yaml_get(map, "context"));
        rows_read(&r, map, ROWS(rows));
        read_steps(im, d, yaml_get(map, "endpoints"));
    }
    im->now = NULL;
}
