/*
 * Exported rows as JSON: a list of objects, an object of such lists by the
 * names of their tables, or an object on each line. psql marks the lines of a
 * cell that go on with '+'.
 */
#include <string.h>

#include "base/json.h"
#include "migrations/state/exported.h"

/* Numbers as they were written; lists and objects as JSON. */
static void add_value(struct exported *x, const cJSON *value)
{
    struct buf text;
    if (value == NULL || cJSON_IsNull(value)) {
        gather_cell(&x->gathering, STR_NONE);
        return;
    }
    if (cJSON_IsString(value) || cJSON_IsNumber(value)) {
        gather_cell(&x->gathering, str_from(value->valuestring));
        return;
    }
    buf_init(&text, GATHER_CELL_MAX);
    json_print(&text, value);
    gather_cell(&x->gathering, buf_view(&text));
    buf_release(&text);
}

struct key_names {
    struct str name[GATHER_COLUMNS_MAX + 1]; /* one more is too many */
    size_t count;
};

static void add_name(struct key_names *n, const char *name)
{
    for (size_t i = 0; i < n->count; i++)
        if (str_is(n->name[i], name))
            return;
    if (n->count < ARRAY_COUNT(n->name))
        n->name[n->count++] = str_from(name);
}

static struct pos whole(const struct exported *x)
{
    return (struct pos){x->source, 0, 0};
}

/* Objects with any of the columns; those that one lacks are NULL in it. */
static bool read_list(struct exported *x, const char *table, const cJSON *list)
{
    const cJSON *row, *cell;
    struct key_names names = {.count = 0};
    int n = 0;
    cJSON_ArrayForEach(row, list)
    {
        n++;
        if (!cJSON_IsObject(row))
            return err_set(x->e, whole(x),
                           "row %d is %s, where an object with the columns of "
                           "a row was expected",
                           n, json_kind(row));
        cJSON_ArrayForEach(cell, row) add_name(&names, cell->string);
    }
    if (!exported_table(x, table, names.name, names.count, whole(x)))
        return false;
    cJSON_ArrayForEach(row, list)
    {
        for (size_t i = 0; i < names.count; i++)
            add_value(x,
                      cJSON_GetObjectItemCaseSensitive(row, names.name[i].ptr));
        if (!gather_row(&x->gathering, x->e))
            return false;
    }
    return true;
}

static bool is_list_or_null(const cJSON *item)
{
    return cJSON_IsArray(item) || cJSON_IsNull(item);
}

/* Lists by the names of their tables. */
static bool read_tables(struct exported *x, const cJSON *tables)
{
    const cJSON *list;
    cJSON_ArrayForEach(list, tables)
    {
        const char *name = str_dup(x->arena, str_from(list->string));
        if (!read_list(x, name, list))
            return false;
    }
    return true;
}

/* What drivers and consoles call the one list of an answer. */
static const cJSON *rows_of_driver(const cJSON *object)
{
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(object, "rows");
    if (rows == NULL)
        rows = cJSON_GetObjectItemCaseSensitive(object, "results");
    return cJSON_IsArray(rows) ? rows : NULL;
}

static bool read_object(struct exported *x, cJSON *object)
{
    const cJSON *item, *rows = rows_of_driver(object);
    size_t lists = 0, others = 0;
    if (rows != NULL)
        return read_list(x, NULL, rows);
    cJSON_ArrayForEach(item, object)
    {
        lists += cJSON_IsArray(item) ? 1 : 0;
        others += !is_list_or_null(item);
    }
    if (others == 0 && object->child != NULL)
        return read_tables(x, object);
    if (lists > 0)
        return err_set(x->e, whole(x),
                       "an object has both lists and single values: give a "
                       "list of rows, or lists of rows by the names of their "
                       "tables");
    cJSON *one = cJSON_CreateArray();
    if (one == NULL)
        arena_out_of_memory();
    cJSON_AddItemReferenceToArray(one, object);
    bool ok = read_list(x, NULL, one);
    cJSON_Delete(one);
    return ok;
}

static bool read_root(struct exported *x, cJSON *root)
{
    if (cJSON_IsObject(root))
        return read_object(x, root);
    /* A console's list of results, of one query. */
    if (cJSON_GetArraySize(root) == 1 && rows_of_driver(root->child) != NULL)
        return read_list(x, NULL, rows_of_driver(root->child));
    return read_list(x, NULL, root);
}

/* An object on each line. */
static bool read_each_line(struct exported *x, const struct source *source)
{
    struct str rest = source->text;
    cJSON *all = cJSON_CreateArray();
    bool ok = all != NULL;
    if (!ok)
        arena_out_of_memory();
    while (ok && rest.len > 0) {
        size_t at = source->text.len - rest.len;
        struct source line = {source->name, str_cut(rest, '\n', &rest)};
        struct err e = {.set = false};
        cJSON *row = NULL;
        if (str_trim(line.text).len == 0)
            continue;
        ok = json_parse(&row, &line, &e);
        if (ok)
            cJSON_AddItemToArray(all, row);
        else
            (void)err_set(
                x->e,
                pos_at(x->source,
                       at + (e.pos.column > 0 ? e.pos.column - 1 : 0)),
                "%s", e.text);
    }
    ok = ok && read_list(x, NULL, all);
    cJSON_Delete(all);
    return ok;
}

/* Marks at the ends of lines become blanks, so that places stay. */
static struct str without_marks(struct arena *a, struct str s)
{
    char *out = arena_dup(a, s.ptr, s.len);
    for (size_t i = 0; i + 1 < s.len; i++)
        if (out[i] == '+' && (out[i + 1] == '\n' || out[i + 1] == '\r'))
            out[i] = ' ';
    return (struct str){out, s.len};
}

static bool has_more_lines(struct str s)
{
    struct str rest, line = str_cut(str_trim(s), '\n', &rest);
    return json_is_valid(str_trim(line)) && str_trim(rest).len > 0;
}

bool exported_json(struct exported *x, const struct source *source)
{
    const struct source text = {source->name,
                                without_marks(x->arena, source->text)};
    struct err e = {.set = false};
    cJSON *root = NULL;
    if (has_more_lines(text.text))
        return read_each_line(x, &text);
    if (!json_parse(&root, &text, &e)) {
        e.pos.source = x->source;
        return err_set(x->e, source == x->source ? e.pos : whole(x), "%s",
                       e.text);
    }
    bool ok = read_root(x, root);
    cJSON_Delete(root);
    return ok;
}
