/*
 * Tables, indexes and types that are created again along the chain although
 * nothing dropped them. What a statement does that is not understood (a body
 * of DO, a function that is called) makes all names in it forgotten.
 */
#include <string.h>

#include "migrations/internal.h"
#include "migrations/rules/internal.h"

#define OBJECTS_MAX ((size_t)20000)

enum kind { KIND_TABLE, KIND_INDEX, KIND_TYPE };

struct object {
    enum kind kind;
    const char *schema, *name; /* schema NULL: public, or not written */
    const char *table;         /* of an index */
    bool view;
    const struct judged_migration *by;
    size_t at;
};

struct objects {
    struct rules_review *r;
    struct object *item;
    size_t count, cap;
};

static bool same_schema(const char *a, const char *b)
{
    a = a == NULL ? "public" : a;
    b = b == NULL ? "public" : b;
    return strcmp(a, b) == 0;
}

/* Indexes of other servers are named within their table. */
static bool same_object(const struct object *a, const struct object *b)
{
    enum sql_dialect d = b->by->dialect;
    bool whole = d == SQL_POSTGRES || d == SQL_SQLITE;
    if (a->kind != b->kind || strcmp(a->name, b->name) != 0 ||
        !same_schema(a->schema, b->schema))
        return false;
    return whole || a->kind != KIND_INDEX || a->table == NULL ||
           b->table == NULL || strcmp(a->table, b->table) == 0;
}

static void remove_at(struct objects *o, size_t i)
{
    o->item[i] = o->item[--o->count];
}

/* Of any schema: to forget is the safe side. */
static void forget(struct objects *o, enum kind kind, const char *name)
{
    for (size_t i = o->count; i-- > 0;)
        if (o->item[i].kind == kind && strcmp(o->item[i].name, name) == 0)
            remove_at(o, i);
}

static void forget_indexes(struct objects *o, const char *table)
{
    for (size_t i = o->count; i-- > 0;)
        if (o->item[i].kind == KIND_INDEX && o->item[i].table != NULL &&
            strcmp(o->item[i].table, table) == 0)
            remove_at(o, i);
}

/* What depends on something that is dropped with CASCADE goes, too: views, and
   indexes of columns. Which, is not known. */
static void forget_dependents(struct objects *o, const struct sql_statement *s)
{
    bool table = sql_words(s, 0, "drop table") > 0;
    if (sql_find(s, "cascade", 2) == s->count)
        return;
    for (size_t i = o->count; i-- > 0;)
        if (o->item[i].view || (o->item[i].kind == KIND_INDEX && !table))
            remove_at(o, i);
}

static const char *kind_name(enum kind kind)
{
    switch (kind) {
    case KIND_TABLE:
        return "table";
    case KIND_INDEX:
        return "index";
    case KIND_TYPE:
        break;
    }
    return "type";
}

static void add(struct objects *o, struct object one, bool if_not_exists)
{
    struct rules_review *r = o->r;
    bool plain = strcmp(r->tool->name, "sql") == 0;
    for (size_t i = 0; i < o->count; i++) {
        const struct object *old = &o->item[i];
        if (!same_object(old, &one))
            continue;
        if (!if_not_exists && !one.by->applied)
            rule_found(r, rule_place(one.by, one.at),
                       (struct verdict_of){plain ? REMARK_MINOR : -1, NULL},
                       "the %s '%s' exists already: '%s' creates it, and "
                       "nothing drops it before",
                       kind_name(one.kind), one.name, old->by->file->path);
        return;
    }
    if (o->count == OBJECTS_MAX)
        return;
    o->item =
        arena_grow(r->arena, o->item, o->count, &o->cap, sizeof(*o->item));
    o->item[o->count++] = one;
}

/* ---- statements ---- */

static void read_table(struct objects *o, const struct judged_migration *m,
                       const struct sql_statement *s, size_t i, enum kind kind)
{
    struct object one = {
        .kind = kind, .view = sql_word(s, i - 1, "view"), .by = m, .at = s->at};
    size_t quiet = sql_words(s, i, "if not exists");
    i += quiet;
    if (sql_name(s, &i, o->r->arena, &one.schema, &one.name))
        add(o, one, quiet > 0);
}

static void read_index(struct objects *o, const struct judged_migration *m,
                       const struct sql_statement *s, size_t i)
{
    struct object one = {.kind = KIND_INDEX, .by = m, .at = s->at};
    const char *schema;
    i += sql_words(s, i, "concurrently");
    size_t quiet = sql_words(s, i, "if not exists");
    i += quiet;
    if (sql_word(s, i, "on") ||
        !sql_name(s, &i, o->r->arena, &schema, &one.name) ||
        !sql_word(s, i, "on"))
        return;
    i++;
    i += sql_words(s, i, "only");
    if (sql_name(s, &i, o->r->arena, &one.schema, &one.table))
        add(o, one, quiet > 0);
}

static void read_create(struct objects *o, const struct judged_migration *m,
                        const struct sql_statement *s)
{
    size_t i = 1;
    i += sql_words(s, i, "unlogged");
    i += sql_words(s, i, "foreign");
    if (sql_word(s, i, "table") || sql_word(s, i, "view"))
        read_table(o, m, s, i + 1, KIND_TABLE);
    else if (sql_words(s, i, "materialized view") > 0)
        read_table(o, m, s, i + 2, KIND_TABLE);
    else if (sql_word(s, i, "type"))
        read_table(o, m, s, i + 1, KIND_TYPE);
    else if (sql_word(s, i, "index"))
        read_index(o, m, s, i + 1);
    else if (sql_words(s, i, "unique index") > 0)
        read_index(o, m, s, i + 2);
}

/* The kind of thing at token *i, which moves past it; false: another. */
static bool read_kind(const struct sql_statement *s, size_t *i, enum kind *kind)
{
    static const struct {
        const char *words;
        enum kind kind;
    } kinds[] = {
        {"table", KIND_TABLE},
        {"view", KIND_TABLE},
        {"materialized view", KIND_TABLE},
        {"index", KIND_INDEX},
        {"type", KIND_TYPE},
    };
    *i += sql_words(s, *i, "foreign");
    for (size_t k = 0; k < ARRAY_COUNT(kinds); k++) {
        size_t n = sql_words(s, *i, kinds[k].words);
        if (n == 0)
            continue;
        *i += n;
        *kind = kinds[k].kind;
        return true;
    }
    return false;
}

static void read_drop(struct objects *o, const struct sql_statement *s)
{
    enum kind kind;
    const char *schema, *name;
    size_t i = 1;
    forget_dependents(o, s);
    if (!read_kind(s, &i, &kind)) {
        if (sql_word(s, 1, "schema") || sql_word(s, 1, "owned") ||
            sql_word(s, 1, "database"))
            o->count = 0;
        return;
    }
    i += sql_words(s, i, "concurrently");
    i += sql_words(s, i, "if exists");
    while (sql_name(s, &i, o->r->arena, &schema, &name)) {
        forget(o, kind, name);
        if (kind == KIND_TABLE)
            forget_indexes(o, name);
        if (!sql_mark(s, i, ','))
            break;
        i++;
    }
}

/* A rename, another schema, a column that goes with its indexes. */
static void read_alter(struct objects *o, const struct sql_statement *s)
{
    enum kind kind;
    const char *schema, *name, *new_name;
    size_t i = 1;
    if (!read_kind(s, &i, &kind))
        return;
    i += sql_words(s, i, "if exists");
    i += sql_words(s, i, "only");
    if (!sql_name(s, &i, o->r->arena, &schema, &name))
        return;
    if (sql_find(s, "drop", i) < s->count)
        forget_dependents(o, s);
    if (kind == KIND_TABLE && (sql_find(s, "drop", i) < s->count ||
                               sql_find(s, "detach", i) < s->count))
        forget_indexes(o, name);
    size_t to = sql_find(s, "to", i) + 1;
    if (sql_find(s, "rename", i) < s->count &&
        sql_name(s, &to, o->r->arena, &schema, &new_name)) {
        forget(o, kind, name);
        forget(o, kind, new_name);
        forget_indexes(o, name);
    }
    if (sql_find(s, "set", i) < s->count && sql_find(s, "schema", i) < s->count)
        forget(o, kind, name);
}

/* Whatever it names may be something else now. */
static void forget_named(struct objects *o, const struct sql_statement *s)
{
    for (size_t k = 0; k < s->count; k++) {
        const struct sql_token *t = &s->token[k];
        if (t->kind == SQL_NUMBER || t->kind == SQL_MARK)
            continue;
        bool long_text = t->kind == SQL_BODY || t->kind == SQL_TEXT;
        for (size_t i = o->count; i-- > 0;)
            if (long_text
                    ? contains(t->text, o->item[i].name)
                    : str_equal_nocase(t->text, str_from(o->item[i].name)))
                remove_at(o, i);
    }
}

static bool is_plain(const struct sql_statement *s)
{
    static const char *const words[] = {"insert",   "update", "delete", "grant",
                                        "comment",  "revoke", "set",    "copy",
                                        "truncate", "begin",  "commit", "lock"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (sql_word(s, 0, words[i]))
            return true;
    return false;
}

static void read_statement(struct objects *o, const struct judged_migration *m,
                           const struct sql_statement *s, bool elsewhere)
{
    if (sql_word(s, 0, "create")) {
        if (!elsewhere)
            read_create(o, m, s);
    } else if (sql_word(s, 0, "drop")) {
        read_drop(o, s);
    } else if (sql_word(s, 0, "alter")) {
        read_alter(o, s);
    } else if (!is_plain(s)) {
        forget_named(o, s);
    }
}

static bool moves_elsewhere(const struct sql_statement *s)
{
    return sql_word(s, 0, "use") ||
           (sql_word(s, 0, "set") && sql_find(s, "search_path", 1) < s->count);
}

void check_created_twice(struct rules_review *r)
{
    struct objects o = {.r = r};
    if (r->tool->language != LANGUAGE_SQL)
        return;
    for (size_t i = 0; i < r->count; i++) {
        const struct judged_migration *m = &r->item[i];
        bool elsewhere = contains(m->source.text, "atlas:checkpoint");
        for (size_t k = 0; k < m->statement_count; k++) {
            elsewhere = elsewhere || moves_elsewhere(&m->statement[k]);
            read_statement(&o, m, &m->statement[k], elsewhere);
        }
    }
}
