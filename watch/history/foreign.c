/* Objects of a database that no version of postflight made. */
#include "watch/history/foreign.h"

#include "base/text.h"

#define NAME_SHOWN 100

struct finding {
    struct arena arena;
    const char *what, *name; /* NULL: nothing was found */
};

static bool refuse(struct database *d, struct finding *f, bool ok,
                   struct err *e)
{
    if (ok && f->what != NULL)
        ok = err_set(e, POS_NONE,
                     "'%s' has what postflight did not make: %s '%s': drop "
                     "it, or give another history",
                     d->shown, f->what, f->name);
    arena_release(&f->arena);
    return ok;
}

static void find(struct finding *f, struct str what, struct str name)
{
    if (f->what != NULL)
        return;
    f->what = text_elide(&f->arena, what, NAME_SHOWN);
    f->name = text_elide(&f->arena, name, NAME_SHOWN);
}

/* Of the letters, digits and underscores that begin at `at`; 0: none do. */
static size_t word_length(struct str s, size_t at)
{
    size_t end = at;
    while (end < s.len &&
           (s.ptr[end] == '_' || (s.ptr[end] >= '0' && s.ptr[end] <= '9') ||
            (s.ptr[end] >= 'a' && s.ptr[end] <= 'z') ||
            (s.ptr[end] >= 'A' && s.ptr[end] <= 'Z')))
        end++;
    return end - at;
}

/*
 * Ours have columns, keys and references. What computes something has one of
 * these words, or hides it in a comment.
 */
static const char *find_computed(struct str sql)
{
    static const char *const words[] = {"VIRTUAL", "CHECK",  "GENERATED",
                                        "AS",      "SELECT", "WHERE"};
    for (size_t at = 0; at < sql.len;) {
        struct str two = str_sub(sql, at, 2);
        size_t len = word_length(sql, at);
        if (str_is(two, "/*") || str_is(two, "--"))
            return "a comment in";
        for (size_t i = 0; i < ARRAY_COUNT(words); i++)
            if (str_equal_nocase(str_sub(sql, at, len), str_from(words[i])))
                return words[i];
        at += len == 0 ? 1 : len;
    }
    return NULL;
}

/* What follows the name of its table is more than names of columns. */
static bool is_expression(struct str sql)
{
    size_t at = str_find(sql, STR("("), 0) + 1;
    while (at < sql.len && (word_length(sql, at) > 0 || sql.ptr[at] == ',' ||
                            sql.ptr[at] == ' '))
        at++;
    return at < sql.len && at + 1 != sql.len;
}

/* type, name, sql; the sql of an index that SQLite made is NULL. */
static bool take_object(void *context, const struct datum *column, size_t count,
                        struct err *e)
{
    struct finding *f = context;
    (void)e;
    if (count != 3 || column[0].kind != DATUM_TEXT) {
        find(f, STR("an object"), STR("?"));
        return true;
    }
    struct str type = column[0].text;
    bool table = str_is(type, "table"), index = str_is(type, "index");
    const char *computed = find_computed(column[2].text);
    if (index && computed == NULL && is_expression(column[2].text))
        computed = "an expression in";
    if (!table && !index)
        find(f, type, column[1].text);
    else if (computed != NULL)
        find(f, str_from(computed), column[1].text);
    return true;
}

bool sqlite_is_ours(struct database *d, struct err *e)
{
    struct finding f = {.what = NULL};
    arena_init(&f.arena);
    const struct statement q = {.sql =
                                    "SELECT type, name, sql FROM sqlite_schema",
                                .row = take_object,
                                .context = &f};
    return refuse(d, &f, d->backend->run(d, &q, e), e);
}

static bool take_pair(void *context, const struct datum *column, size_t count,
                      struct err *e)
{
    struct finding *f = context;
    (void)e;
    if (count == 2)
        find(f, column[0].text, column[1].text);
    return true;
}

/* In our schema; each gives what it is and its name. */
static const char *const foreign[] = {
    "SELECT 'relation', relname::text FROM pg_catalog.pg_class WHERE "
    "relnamespace = $1::bigint::oid AND relkind NOT IN ('r', 'i', 'S', 't')",
    "SELECT 'trigger', tgname::text FROM pg_catalog.pg_trigger t JOIN "
    "pg_catalog.pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = "
    "$1::bigint::oid AND NOT t.tgisinternal",
    "SELECT 'rule', r.rulename::text FROM pg_catalog.pg_rewrite r JOIN "
    "pg_catalog.pg_class c ON c.oid = r.ev_class WHERE c.relnamespace = "
    "$1::bigint::oid",
    "SELECT 'policy', p.polname::text FROM pg_catalog.pg_policy p JOIN "
    "pg_catalog.pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = "
    "$1::bigint::oid",
    "SELECT 'check', conname::text FROM pg_catalog.pg_constraint WHERE "
    "connamespace = $1::bigint::oid AND contype NOT IN ('p', 'u', 'f', 'n')",
    "SELECT 'expression', c.relname::text FROM pg_catalog.pg_index i JOIN "
    "pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = "
    "$1::bigint::oid AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)",
    "SELECT 'default', a.attname::text FROM pg_catalog.pg_attrdef f JOIN "
    "pg_catalog.pg_class c ON c.oid = f.adrelid JOIN pg_catalog.pg_attribute "
    "a ON a.attrelid = c.oid AND a.attnum = f.adnum WHERE c.relnamespace = "
    "$1::bigint::oid AND (a.attgenerated <> '' OR "
    "pg_catalog.pg_get_expr(f.adbin, f.adrelid) NOT IN ('0', "
    "'''0''::bigint', '''''::text'))",
    "SELECT 'routine', proname::text FROM pg_catalog.pg_proc WHERE "
    "pronamespace = $1::bigint::oid",
    "SELECT 'operator', oprname::text FROM pg_catalog.pg_operator WHERE "
    "oprnamespace = $1::bigint::oid",
    "SELECT 'type', typname::text FROM pg_catalog.pg_type WHERE typnamespace "
    "= $1::bigint::oid AND typtype NOT IN ('c', 'b')",
};

bool postgres_is_ours(struct database *d, struct err *e)
{
    struct finding f = {.what = NULL};
    struct datum schema;
    if (!database_number(d,
                         "SELECT oid::bigint FROM pg_catalog.pg_namespace "
                         "WHERE nspname = 'postflight'",
                         NULL, 0, &schema, e))
        return false;
    if (schema.kind == DATUM_NULL)
        return true;
    bool ok = true;
    arena_init(&f.arena);
    for (size_t i = 0; i < ARRAY_COUNT(foreign) && ok; i++) {
        const struct statement q = {.sql = foreign[i],
                                    .arg = &schema,
                                    .count = 1,
                                    .row = take_pair,
                                    .context = &f};
        ok = d->backend->run(d, &q, e);
    }
    return refuse(d, &f, ok, e);
}
