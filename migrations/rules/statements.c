/* Rules on statements that fail, or leave half of a state. */
#include <string.h>

#include "migrations/internal.h"
#include "migrations/rules/internal.h"

#define AS_USUAL ((struct verdict_of){-1, NULL})

static bool is_postgres(const struct judged_migration *m)
{
    return m->dialect == SQL_POSTGRES || m->dialect == SQL_UNKNOWN;
}

/* ---- statements that refuse a transaction ---- */

/* What it is called; NULL: it may run in one. */
static const char *refusal_of(const struct sql_statement *s)
{
    static const char *const beginnings[] = {
        "ALTER SYSTEM",      "CREATE DATABASE", "DROP DATABASE",
        "CREATE TABLESPACE", "DROP TABLESPACE", "REINDEX DATABASE",
        "REINDEX SYSTEM",    "VACUUM"};
    bool index = sql_words(s, 0, "create index concurrently") > 0 ||
                 sql_words(s, 0, "create unique index concurrently") > 0;
    if (index)
        return "CREATE INDEX CONCURRENTLY";
    if (sql_words(s, 0, "drop index concurrently") > 0)
        return "DROP INDEX CONCURRENTLY";
    if (sql_word(s, 0, "reindex") && sql_find(s, "concurrently", 1) < s->count)
        return "REINDEX CONCURRENTLY";
    size_t detach = sql_find(s, "detach", 2);
    if (sql_words(s, 0, "alter table") > 0 && detach < s->count &&
        sql_word(s, detach + 1, "partition") &&
        sql_find(s, "concurrently", detach) < s->count)
        return "DETACH PARTITION CONCURRENTLY";
    for (size_t i = 0; i < ARRAY_COUNT(beginnings); i++)
        if (sql_words(s, 0, beginnings[i]) > 0)
            return beginnings[i];
    return NULL;
}

static bool is_commit(const struct sql_statement *s)
{
    return sql_word(s, 0, "commit") ||
           (sql_word(s, 0, "end") && s->count < 3 && !sql_word(s, 1, "if"));
}

static bool is_begin(const struct sql_statement *s)
{
    return (sql_word(s, 0, "begin") &&
            (s->count == 1 || sql_word(s, 1, "transaction") ||
             sql_word(s, 1, "work") || sql_word(s, 1, "isolation"))) ||
           sql_words(s, 0, "start transaction") > 0;
}

static bool refuses_all(const struct judged_migration *m)
{
    for (size_t i = 0; i < m->statement_count; i++)
        if (refusal_of(&m->statement[i]) == NULL &&
            !sql_word(&m->statement[i], 0, "set"))
            return false;
    return true;
}

/* Why a statement of the file runs in a transaction; NULL: it does not. */
static const char *transaction_of(const struct rules_review *r,
                                  const struct judged_migration *m,
                                  const struct sql_unit *u)
{
    const struct tool_facts *t = r->tool;
    if (t->wrapping == WRAPS_KIND)
        return refuses_all(m) ? NULL
                              : "together with statements that run in one, "
                                "which Flyway refuses unless mixed is set";
    if (t->wrapping == WRAPS_QUERY)
        return u->statements > 1 && !m->opted_out
                   ? "the file is sent as one query of several statements"
                   : NULL;
    if (t->wrapping != WRAPS_FILE)
        return NULL;
    if (!m->opted_out)
        return "the migration runs in one";
    return t->query && u->statements > 1
               ? "the file is sent as one query of several statements"
               : NULL;
}

/* COMMIT before it: the file has left its transaction by itself. */
static bool left_before(const struct judged_migration *m, size_t index)
{
    bool left = false;
    for (size_t i = 0; i < index; i++) {
        if (is_commit(&m->statement[i]))
            left = true;
        if (is_begin(&m->statement[i]))
            left = false;
    }
    return left;
}

static void check_statement(struct rules_review *r,
                            const struct judged_migration *m, size_t i)
{
    const char *what = refusal_of(&m->statement[i]);
    const char *why = transaction_of(r, m, &m->unit[i]);
    bool vacuum = sql_word(&m->statement[i], 0, "vacuum");
    if (what == NULL || why == NULL || left_before(m, i) ||
        !(is_postgres(m) || (m->dialect == SQL_SQLITE && vacuum)))
        return;
    bool program = r->tool->language != LANGUAGE_SQL;
    bool query = m->opted_out || r->tool->wrapping == WRAPS_QUERY;
    rule_found(r, rule_place(m, m->statement[i].at),
               (struct verdict_of){r->tool->may_differ ? REMARK_MINOR : -1,
                                   query && !program
                                       ? "move the statement to a migration of "
                                         "its own"
                                       : r->tool->how},
               "%s cannot run in a transaction: %s", what, why);
}

/* ---- the same by calls of a tool ---- */

static const struct refused_call {
    const char *tool, *call, *argument; /* NULL: the call itself */
} refused_calls[] = {
    {"rails", "add_index", "algorithm: :concurrently"},
    {"rails", "remove_index", "algorithm: :concurrently"},
    {"rails", "add_reference", "algorithm: :concurrently"},
    {"django", "AddIndexConcurrently", NULL},
    {"django", "RemoveIndexConcurrently", NULL},
    {"alembic", "op.create_index", "postgresql_concurrently=True"},
    {"alembic", "op.drop_index", "postgresql_concurrently=True"},
    {"alembic", "batch_op.create_index", "postgresql_concurrently=True"},
    {"ecto", "create index", "concurrently: true"},
    {"ecto", "create unique_index", "concurrently: true"},
    {"ecto", "create_if_not_exists index", "concurrently: true"},
    {"ecto", "create(index", "concurrently: true"},
    {"ecto", "create(unique_index", "concurrently: true"},
    {"ecto", "drop index", "concurrently: true"},
    {"node-pg-migrate", "pgm.createIndex", "concurrently: true"},
    {"node-pg-migrate", "pgm.dropIndex", "concurrently: true"},
};

static void check_calls(struct rules_review *r,
                        const struct judged_migration *m)
{
    for (size_t i = 0; i < ARRAY_COUNT(refused_calls); i++) {
        const struct refused_call *c = &refused_calls[i];
        struct str args;
        size_t at = m->from;
        if (strcmp(c->tool, r->tool->name) != 0)
            continue;
        while (rule_call(r, m, c->call, &at, &args)) {
            /* An import names it, too. */
            bool called = contains(args, "(") || c->argument != NULL;
            if (!called ||
                (c->argument != NULL && !contains(args, c->argument)))
                continue;
            rule_found(r,
                       rule_place(m, (size_t)(args.ptr - m->source.text.ptr)),
                       (struct verdict_of){-1, r->tool->how},
                       "an index cannot be %s concurrently in a transaction: "
                       "the migration runs in one",
                       contains(str_from(c->call), "emove") ||
                               contains(str_from(c->call), "drop")
                           ? "dropped"
                           : "created");
        }
    }
}

static bool commits(const struct judged_migration *m)
{
    for (size_t i = 0; i < m->statement_count; i++)
        if (is_commit(&m->statement[i]))
            return true;
    return false;
}

void check_transaction(struct rules_review *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct judged_migration *m = &r->item[i];
        if (m->applied)
            continue;
        for (size_t k = 0; k < m->statement_count; k++)
            check_statement(r, m, k);
        if (!m->opted_out && !commits(m) && r->tool->language != LANGUAGE_SQL)
            check_calls(r, m);
    }
}

/* ---- a value of an enum that is used too early ---- */

static bool adds_value(const struct sql_statement *s, struct str *value)
{
    size_t at = sql_find(s, "value", 2);
    if (sql_words(s, 0, "alter type") == 0 || at == 0 ||
        !sql_word(s, at - 1, "add"))
        return false;
    at++;
    at += sql_words(s, at, "if not exists");
    if (at >= s->count || s->token[at].kind != SQL_TEXT)
        return false;
    *value = s->token[at].text;
    return true;
}

/* Statements that look a value up at once: a function does when it is run. */
static bool evaluates(const struct sql_statement *s)
{
    static const char *const words[] = {"update", "insert", "delete",
                                        "select", "with",   "do"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (sql_word(s, 0, words[i]))
            return true;
    return (sql_words(s, 0, "alter table") > 0 &&
            sql_find(s, "default", 2) < s->count) ||
           (sql_word(s, 0, "create") && sql_find(s, "where", 1) < s->count &&
            sql_find(s, "index", 1) < 3);
}

static bool uses_value(const struct sql_statement *s, struct str value,
                       size_t *at)
{
    if (!evaluates(s) || value.len == 0)
        return false;
    for (size_t i = 0; i < s->count; i++) {
        const struct sql_token *t = &s->token[i];
        bool body = t->kind == SQL_BODY && value.len < 60 &&
                    contains(t->text, "ADD VALUE") == false;
        char quoted[64] = "'";
        if (t->kind == SQL_TEXT && str_equal(t->text, value)) {
            *at = t->at;
            return true;
        }
        if (!body)
            continue;
        memcpy(quoted + 1, value.ptr, value.len);
        memcpy(quoted + 1 + value.len, "'", 2);
        if (contains(t->text, quoted)) {
            *at = t->at;
            return true;
        }
    }
    return false;
}

static bool creates_type(const struct judged_migration *m, size_t before,
                         const char *name)
{
    for (size_t i = 0; i < before; i++) {
        const struct sql_statement *s = &m->statement[i];
        const char *schema, *own;
        struct arena scratch;
        size_t at = 2;
        arena_init(&scratch);
        bool same = sql_words(s, 0, "create type") > 0 &&
                    sql_name(s, &at, &scratch, &schema, &own) &&
                    strcmp(own, name) == 0;
        arena_release(&scratch);
        if (same)
            return true;
    }
    return false;
}

static void check_value(struct rules_review *r,
                        const struct judged_migration *m, size_t index)
{
    const struct sql_statement *s = &m->statement[index];
    const char *schema, *name;
    struct str value;
    size_t at = 2, where;
    if (!adds_value(s, &value) || !sql_name(s, &at, r->arena, &schema, &name) ||
        creates_type(m, index, name))
        return;
    for (size_t i = index + 1; i < m->statement_count; i++) {
        const struct sql_statement *later = &m->statement[i];
        if (is_commit(later) || m->unit[i].index != m->unit[index].index)
            return;
        if (!uses_value(later, value, &where))
            continue;
        rule_found(r, rule_place(m, where), AS_USUAL,
                   "'%.*s' is used in the transaction that adds it to the enum "
                   "%s: PostgreSQL refuses that until it has been committed",
                   STR_ARGS(str_sub(value, 0, 100)), name);
        return;
    }
}

static bool is_one_transaction(const struct rules_review *r,
                               const struct judged_migration *m)
{
    return (r->tool->wrapping == WRAPS_FILE ||
            r->tool->wrapping == WRAPS_QUERY) &&
           (!m->opted_out || r->tool->query);
}

void check_enum_value(struct rules_review *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct judged_migration *m = &r->item[i];
        for (size_t k = 0; !m->applied && is_postgres(m) &&
                           is_one_transaction(r, m) && k < m->statement_count;
             k++)
            check_value(r, m, k);
    }
}

/* ---- extensions ---- */

/* Of PostgreSQL's own, those that need no superuser (trusted since 13). */
static bool is_trusted(const char *name)
{
    static const char *const known[] = {"btree_gin", "btree_gist",
                                        "citext",    "cube",
                                        "dict_int",  "fuzzystrmatch",
                                        "hstore",    "intarray",
                                        "isn",       "lo",
                                        "ltree",     "pgcrypto",
                                        "pg_trgm",   "plpgsql",
                                        "seg",       "tablefunc",
                                        "tcn",       "tsm_system_rows",
                                        "unaccent",  "tsm_system_time",
                                        "uuid-ossp"};
    for (size_t i = 0; i < ARRAY_COUNT(known); i++)
        if (strcmp(name, known[i]) == 0)
            return true;
    return false;
}

void check_extension(struct rules_review *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct judged_migration *m = &r->item[i];
        for (size_t k = 0; !m->applied && k < m->statement_count; k++) {
            const struct sql_statement *s = &m->statement[k];
            const char *schema, *name;
            size_t at = sql_words(s, 0, "create extension");
            at += at == 0 ? 0 : sql_words(s, at, "if not exists");
            if (at == 0 || !sql_name(s, &at, r->arena, &schema, &name) ||
                is_trusted(name))
                continue;
            rule_found(r, rule_place(m, s->at), AS_USUAL,
                       "the extension '%s' must be installed on the server, "
                       "and the role may need to be a superuser (0A000, 42501)",
                       name);
        }
    }
}

/* ---- a transaction of its own ---- */

void check_own_transaction(struct rules_review *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct judged_migration *m = &r->item[i];
        if (r->tool->wrapping != WRAPS_FILE || m->opted_out || m->applied ||
            r->tool->language != LANGUAGE_SQL)
            continue;
        for (size_t k = 0; k < m->statement_count; k++) {
            const struct sql_statement *s = &m->statement[k];
            if (!is_begin(s) && !is_commit(s))
                continue;
            bool sqlite = m->dialect == SQL_SQLITE;
            rule_found(
                r, rule_place(m, s->at),
                (struct verdict_of){sqlite ? REMARK_MAJOR : -1, NULL},
                "%s runs each migration in a transaction%s", r->tool->name,
                sqlite        ? ", and SQLite refuses another within it"
                : is_begin(s) ? ": this one is not its own"
                              : ": this ends it before the history is written");
            break;
        }
    }
}
