/* Maps of other tools, read by tables, and the values that they share. */
#include <string.h>

#include "base/text.h"
#include "import/references.h"
#include "import/rows.h"

const struct row *rows_find(struct rows rows, struct str theirs)
{
    for (size_t i = 0; i < rows.count; i++)
        if (str_is(theirs, rows.row[i].theirs))
            return &rows.row[i];
    return NULL;
}

void remark_row(struct import *im, struct pos pos, struct str text,
                const struct row *row)
{
    remark(im, pos, text, row == NULL ? "it is not known here" : row->why,
           row == NULL ? "look up what it means, and whether a check needs it"
                       : row->advice);
}

static void read_pair(struct reader *r, const struct yaml_node *key,
                      const struct yaml_node *value, struct rows rows)
{
    const struct row *row = rows_find(rows, key->text);
    if (str_starts(key->text, STR("x-")) || yaml_is_null(value))
        return; /* an extension field, or nothing at all */
    if (row == NULL || row->ours == NULL)
        remark_row(r->im, key->pos, key->text, row);
    else if (row->read != NULL)
        row->read(r, value);
}

void rows_read(struct reader *r, const struct yaml_node *map, struct rows rows)
{
    if (map->kind != YAML_MAP) {
        remark(r->im, map->pos,
               map->kind == YAML_SCALAR ? map->text : STR("a list"),
               "a map of keys was expected here", "see the docs of its tool");
        return;
    }
    r->whole = map;
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *key = map->item[2 * i];
        const struct yaml_node *value = map->item[2 * i + 1];
        if (!str_is(key->text, "<<"))
            read_pair(r, key, value, rows);
        else if (value->kind == YAML_MAP)
            for (size_t k = 0; k < value->count; k++)
                if (yaml_get(map, value->item[2 * k]->text.ptr) == NULL)
                    read_pair(r, value->item[2 * k], value->item[2 * k + 1],
                              rows);
    }
}

const struct yaml_node *node_get(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *n = yaml_get(map, key), *merged;
    if (n != NULL)
        return yaml_is_null(n) ? NULL : n;
    merged = yaml_get(map, "<<");
    if (merged == NULL)
        return NULL;
    if (merged->kind == YAML_MAP)
        return yaml_get(merged, key);
    for (size_t i = 0; merged->kind == YAML_LIST && i < merged->count; i++) {
        n = yaml_get(merged->item[i], key);
        if (n != NULL)
            return n;
    }
    return NULL;
}

struct str node_text(const struct yaml_node *n)
{
    return n != NULL && n->kind == YAML_SCALAR ? n->text : STR_NONE;
}

bool node_is_true(const struct yaml_node *n)
{
    struct str s = node_text(n);
    return str_equal_nocase(s, STR("true")) ||
           str_equal_nocase(s, STR("yes")) || str_equal_nocase(s, STR("on"));
}

bool node_is_false(const struct yaml_node *n)
{
    struct str s = node_text(n);
    return str_equal_nocase(s, STR("false")) ||
           str_equal_nocase(s, STR("no")) || str_equal_nocase(s, STR("off"));
}

/* "1h30m" and "1 500ms" are sums; a number alone counts in unit_ms. */
bool duration_ms(struct str text, int64_t unit_ms, int64_t *out)
{
    uint64_t number = 0;
    int64_t us = 0, sum = 0;
    struct str s = str_trim(text);
    if (text_to_u64(s, 1000000000, &number)) {
        *out = (int64_t)number * unit_ms;
        return true;
    }
    while (s.len > 0) {
        size_t end = 0;
        while (end < s.len && strchr("0123456789.", s.ptr[end]) != NULL)
            end++;
        while (end < s.len && strchr("0123456789.", s.ptr[end]) == NULL)
            end++;
        struct str part = str_trim(str_sub(s, 0, end));
        if (!text_to_duration_us(part, &us) || us > INT64_C(1000000000000))
            return false;
        sum += us;
        s = str_sub(s, end, s.len);
        if (sum > INT64_C(10000000000000))
            return false;
    }
    *out = sum / 1000;
    return text.len > 0;
}

const char *take_text(struct reader *r, const struct yaml_node *n)
{
    if (n->kind == YAML_SCALAR)
        return text_of(r->im, n);
    remark(r->im, n->pos, str_from(yaml_kind_name(n)),
           "a single value was expected here", "see the docs of its tool");
    return NULL;
}

void read_text_as(struct reader *r, const struct yaml_node *n, const char *key)
{
    const char *text = take_text(r, n);
    if (text != NULL && text[0] != '\0')
        put(r->im, r->e, key, text, n->pos);
}

void read_as_method(struct reader *r, const struct yaml_node *n)
{
    read_text_as(r, n, "method");
}

void read_as_proxy(struct reader *r, const struct yaml_node *n)
{
    read_text_as(r, n, "proxy");
}

void read_as_body(struct reader *r, const struct yaml_node *n)
{
    const char *text = take_text(r, n);
    if (text != NULL)
        put_json_or_body(r->im, r->e, text, n->pos);
}

void read_as_timeout(struct reader *r, const struct yaml_node *n)
{
    int64_t ms = 0;
    if (n->kind == YAML_SCALAR && duration_ms(n->text, 1, &ms) && ms > 0)
        put_duration(r->im, r->e, "timeout", ms, n->pos);
    else
        remark(r->im, n->pos, node_text(n), "not a duration",
               "write a timeout such as 10s");
}

/* A key that only says what is so here anyway. */
void read_nothing(struct reader *r, const struct yaml_node *n)
{
    (void)n;
    r->im->record->carried++;
}

void read_as_insecure(struct reader *r, const struct yaml_node *n)
{
    if (node_is_true(n))
        put_bare(r->im, r->e, "insecure", "true", n->pos);
    else
        read_nothing(r, n);
}

/* For tools that follow redirects by default. */
void read_as_no_redirects(struct reader *r, const struct yaml_node *n)
{
    if (node_is_true(n))
        drop_field(r->e, "redirects");
    read_nothing(r, n);
}

void put_ping(struct import *im, struct entry *e, const char *host,
              struct pos pos)
{
    put_item(im, e, "exec", "ping", pos);
    put_item(im, e, "exec", "-c", POS_NONE);
    put_item(im, e, "exec", "1", POS_NONE);
    put_item(im, e, "exec", host, POS_NONE);
    expect_text(im, e, POS_NONE, "exit == 0");
    remark(im, pos, str_from(host), "postflight sends no ICMP itself",
           "the check runs ping: install it, or probe a port with 'tcp'");
}
