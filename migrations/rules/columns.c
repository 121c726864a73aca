/* NOT NULL columns that are added to tables which may have rows. */
#include <string.h>

#include "migrations/internal.h"
#include "migrations/rules/internal.h"

/* An action of ALTER TABLE, from a token up to the next comma. */
struct action {
    size_t from, end;
};

static size_t action_end(const struct sql_statement *s, size_t from)
{
    size_t depth = 0, i = from;
    for (; i < s->count; i++) {
        if (sql_mark(s, i, '('))
            depth++;
        if (sql_mark(s, i, ')') && depth > 0)
            depth--;
        if (sql_mark(s, i, ',') && depth == 0)
            break;
    }
    return i;
}

/* A word of the action that is in no brackets. */
static bool says(const struct sql_statement *s, struct action a,
                 const char *words)
{
    size_t depth = 0;
    for (size_t i = a.from; i < a.end; i++) {
        if (sql_mark(s, i, '('))
            depth++;
        if (sql_mark(s, i, ')') && depth > 0)
            depth--;
        if (depth == 0 && sql_words(s, i, words) > 0)
            return true;
    }
    return false;
}

static bool says_any(const struct sql_statement *s, struct action a,
                     const char *const *words)
{
    for (; *words != NULL; words++)
        if (says(s, a, *words))
            return true;
    return false;
}

/* ADD [COLUMN] name …, and no constraint. */
static bool adds_column(const struct sql_statement *s, const struct action *a,
                        struct str *column)
{
    static const char *const others[] = {
        "constraint", "primary", "unique",    "foreign",  "check", "index",
        "key",        "exclude", "partition", "fulltext", "value", "spatial"};
    size_t i = a->from;
    if (!sql_word(s, i, "add"))
        return false;
    i++;
    bool named = sql_word(s, i, "column");
    i += named ? 1 : 0;
    i += sql_words(s, i, "if not exists");
    for (size_t k = 0; k < ARRAY_COUNT(others) && !named; k++)
        if (sql_word(s, i, others[k]))
            return false;
    if (i >= a->end ||
        (s->token[i].kind != SQL_WORD && s->token[i].kind != SQL_NAME))
        return false;
    *column = s->token[i].text;
    return true;
}

static bool needs_value(const struct sql_statement *s, struct action a)
{
    static const char *const filled[] = {
        "default",       "generated", "identity",  "auto_increment",
        "autoincrement", "serial",    "bigserial", "smallserial",
        "serial4",       "serial8",   "as",        NULL};
    return (says(s, a, "not null") || says(s, a, "primary key")) &&
           !says_any(s, a, filled);
}

/* ---- tables that have no rows ---- */

/* Of a statement that begins so, the name behind it. */
static bool names_table(const struct sql_statement *s, const char *words,
                        struct arena *a, const char *table)
{
    const char *schema, *name;
    size_t i = sql_words(s, 0, words);
    if (i == 0)
        return false;
    i += sql_words(s, i, "if not exists");
    i += sql_words(s, i, "table");
    i += sql_words(s, i, "only");
    return sql_name(s, &i, a, &schema, &name) && strcmp(name, table) == 0;
}

static bool makes_empty(const struct sql_statement *s, struct arena *a,
                        const char *table)
{
    return names_table(s, "create table", a, table) ||
           names_table(s, "create unlogged table", a, table) ||
           names_table(s, "truncate", a, table) ||
           (names_table(s, "delete from", a, table) &&
            sql_find(s, "where", 2) == s->count);
}

/* By this migration so far, or by others that are not applied either. */
static bool is_empty(const struct rules_review *r,
                     const struct judged_migration *m, size_t before,
                     const char *table)
{
    struct arena scratch;
    bool found = false;
    arena_init(&scratch);
    for (size_t i = 0; i < before && !found; i++)
        found = makes_empty(&m->statement[i], &scratch, table);
    for (const struct judged_migration *one = r->item;
         r->has_before && one < m && !found; one++)
        for (size_t i = 0; !one->known && i < one->statement_count && !found;
             i++)
            found = makes_empty(&one->statement[i], &scratch, table);
    arena_release(&scratch);
    return found;
}

static void check_alter(struct rules_review *r,
                        const struct judged_migration *m, size_t index)
{
    const struct sql_statement *s = &m->statement[index];
    const char *schema, *table;
    struct str column;
    size_t i = sql_words(s, 0, "alter table");
    if (i == 0)
        return;
    i += sql_words(s, i, "if exists");
    i += sql_words(s, i, "only");
    if (!sql_name(s, &i, r->arena, &schema, &table))
        return;
    i += sql_mark(s, i, '*') ? 1 : 0;
    for (struct action a = {i, 0}; a.from < s->count; a.from = a.end + 1) {
        a.end = action_end(s, a.from);
        if (!adds_column(s, &a, &column) || !needs_value(s, a) ||
            is_empty(r, m, index, table))
            continue;
        rule_found(r, rule_place(m, s->token[a.from].at),
                   (struct verdict_of){-1, NULL},
                   "column '%.*s' of '%s' is NOT NULL and has no default: this "
                   "fails if the table has rows (23502)",
                   STR_ARGS(str_sub(column, 0, 100)), table);
    }
}

/* ---- the same by calls ---- */

static const struct column_call {
    const char *tool, *call, *strict;
    const char *filled[4];
    const char *creates; /* the call that makes a table */
} column_calls[] = {
    {"alembic",
     "op.add_column",
     "nullable=False",
     {"server_default", "Identity(", "Computed("},
     "create_table"},
    {"rails", "add_column", "null: false", {"default:"}, "create_table"},
    {"rails", "add_reference", "null: false", {"default:"}, "create_table"},
    {"sequelize",
     "addColumn",
     "allowNull: false",
     {"defaultValue", "autoIncrement"},
     "createTable"},
    {"node-pg-migrate",
     "pgm.addColumn",
     "notNull: true",
     {"default", "serial", "generated"},
     "createTable"},
    {"node-pg-migrate",
     "pgm.addColumns",
     "notNull: true",
     {"default", "serial", "generated"},
     "createTable"},
};

static bool is_name_byte(char c)
{
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') ||
           c == '_';
}

/* The first name that a call is given: "x", 'x' or :x. */
static struct str first_name(struct str args, size_t skip)
{
    size_t i = skip, n = 0;
    while (i < args.len && strchr("( \t\r\n'\":", args.ptr[i]) != NULL)
        i++;
    while (i + n < args.len && is_name_byte(args.ptr[i + n]))
        n++;
    return str_sub(args, i, n);
}

static bool creates_table(const struct rules_review *r,
                          const struct judged_migration *m, const char *call,
                          struct str table)
{
    struct str args;
    size_t at = m->from;
    while (rule_call(r, m, call, &at, &args))
        if (str_equal(first_name(args, strlen(call)), table))
            return true;
    return false;
}

static bool is_filled(const struct column_call *c, struct str args)
{
    for (size_t i = 0; i < ARRAY_COUNT(c->filled); i++)
        if (c->filled[i] != NULL && contains(args, c->filled[i]))
            return true;
    return false;
}

static void check_column_calls(struct rules_review *r,
                               const struct judged_migration *m)
{
    for (size_t i = 0; i < ARRAY_COUNT(column_calls); i++) {
        const struct column_call *c = &column_calls[i];
        struct str args;
        size_t at = m->from;
        if (strcmp(c->tool, r->tool->name) != 0)
            continue;
        while (rule_call(r, m, c->call, &at, &args)) {
            struct str table = first_name(args, strlen(c->call));
            if (!contains(args, c->strict) || is_filled(c, args) ||
                table.len == 0 || creates_table(r, m, c->creates, table))
                continue;
            rule_found(r,
                       rule_place(m, (size_t)(args.ptr - m->source.text.ptr)),
                       (struct verdict_of){-1, NULL},
                       "a column of '%.*s' is added as NOT NULL without a "
                       "default: this fails if the table has rows (23502)",
                       STR_ARGS(str_sub(table, 0, 100)));
        }
    }
}

void check_not_null(struct rules_review *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct judged_migration *m = &r->item[i];
        if (m->applied || m->dialect == SQL_MYSQL || m->dialect == SQL_OTHER)
            continue;
        for (size_t k = 0; k < m->statement_count; k++)
            check_alter(r, m, k);
        check_column_calls(r, m);
    }
}
