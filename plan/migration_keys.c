/* The keys of `migrations:`. */
#include <string.h>

#include "model/migration_advice.h"
#include "plan/key_rows.h"

/* A folder, or one at a revision of a clone. */
static bool read_migration_path(struct loader *l, const struct yaml_node *n,
                                void *out)
{
    struct migrations *m = out;
    if (n->kind != YAML_MAP)
        return read_file_name(l, n, &m->path) && contain_tree(l, n, m->path);
    return keys_read(l, n, &migration_path_keys, false, m) &&
           contain_tree(l, n, m->git);
}

static bool read_clone(struct loader *l, const struct yaml_node *n, void *out)
{
    struct migrations *m = out;
    return read_file_name(l, n, &m->git);
}

static bool read_schemas(struct loader *l, const struct yaml_node *n, void *out)
{
    struct migrations *m = out;
    return read_texts(l, n, &m->schema, &m->schema_count);
}

static bool read_ignored(struct loader *l, const struct yaml_node *n, void *out)
{
    struct migrations *m = out;
    return read_texts(l, n, &m->ignore, &m->ignore_count);
}

static bool read_objects(struct loader *l, const struct yaml_node *n, void *out)
{
    struct migrations *m = out;
    bool compared = true;
    if (!read_bool(l, n, &compared))
        return false;
    m->no_objects = !compared;
    return true;
}

static bool read_migration_tool(struct loader *l, const struct yaml_node *n,
                                void *out)
{
    struct migrations *m = out;
    const char *name = NULL;
    if (!read_clean_text(l, n, &name))
        return false;
    m->tool = strcmp(name, "auto") == 0 ? NULL : name;
    for (size_t i = 0; m->tool != NULL && i < migration_command_count; i++)
        if (strcmp(migration_commands[i].tool, name) == 0)
            return true;
    if (m->tool == NULL)
        return true;
    diags_add(l->diags, n->pos,
              "expected a migration tool such as prisma, alembic or flyway, "
              "found '%.60s'",
              name);
    return false;
}

/* `up-to-date`, `no-failed`, `{at: ID}` or `{at_least: ID}` */
static bool read_wish(struct loader *l, const struct yaml_node *n, void *out)
{
    struct migrations *m = out;
    const struct yaml_node *at = NULL;
    if (n->kind == YAML_MAP && n->count == 1) {
        m->wish = WISH_AT;
        at = yaml_get(n, "at");
        if (at == NULL) {
            m->wish = WISH_AT_LEAST;
            at = yaml_get(n, "at_least");
        }
        if (at != NULL)
            return read_clean_text(l, at, &m->wanted);
    }
    if (n->kind == YAML_SCALAR && str_is(n->text, "up-to-date"))
        m->wish = WISH_UP_TO_DATE;
    else if (n->kind == YAML_SCALAR && str_is(n->text, "no-failed"))
        m->wish = WISH_NO_FAILED;
    else
        return read_wrong_kind(l, n,
                               "up-to-date, no-failed, {at: ID} or "
                               "{at_least: ID}");
    return true;
}

#define STRUCT migrations
static const struct key migration_path_keys_rows[] = {
    {ROW("git", KEY_SPECIAL, KEY_REQUIRED, "file", NULL, "clone of the code"),
     .read = read_clone},
    {ROW("rev", KEY_TEXT, 0, "text", "HEAD",
         "revision that was deployed, such as ${GIT_SHA}"),
     AT(rev)},
    {ROW("dir", KEY_TEXT, 0, "text", ".",
         "folder of the migration files beneath the clone"),
     AT(path)},
};
TABLE_OF(migration_path_keys, "migration_path", "path");

static const struct key migrations_keys_rows[] = {
    {ROW("dsn", KEY_TEXT, 0, "text", "none; this or `state`",
         "database; best `${secret:DATABASE_URL}`, and kept out of every "
         "output"),
     AT(dsn)},
    {ROW("state", KEY_FILE, 0, "file", "none",
         "exported rows of the history table, in place of `dsn`"),
     AT(rows)},
    {ROW("path", KEY_SPECIAL, KEY_REQUIRED, "migration path", NULL,
         "folder of the migration files, or `{git, rev, dir}`: as of a "
         "revision of a clone"),
     .read = read_migration_path},
    {ROW("tool", KEY_SPECIAL, 0, "text", "auto",
         "whose migrations they are; auto: found from the files and the "
         "history table"),
     .read = read_migration_tool},
    {ROW("table", KEY_TEXT, 0, "text", "that of the tool",
         "history table, such as app.alembic_version"),
     AT(table)},
    {ROW("schemas", KEY_SPECIAL, 0, "list of texts", "none",
         "schemas that each have a history, such as tenant_*; the worst "
         "verdict counts"),
     .read = read_schemas},
    {ROW("expect", KEY_SPECIAL, 0, "migration wish", "up-to-date",
         "up-to-date, no-failed (pending migrations pass), `{at: ID}` or "
         "`{at_least: ID}`"),
     .read = read_wish},
    {ROW("objects", KEY_SPECIAL, 0, "boolean", "true",
         "compare the objects that migrations create with those that exist"),
     .read = read_objects},
    {ROW("ignore", KEY_SPECIAL, 0, "list of texts", "none",
         "ids that may be unknown or changed"),
     .read = read_ignored},
    {ROW("primary", KEY_BOOL, 0, "boolean", "false",
         "a standby is an error, and not only noted"),
     AT(primary)},
};
TABLE_OF(migrations_keys, "migrations", "migrations");
#undef STRUCT
