/*
 * What is known of each tool: how it sends a migration to the server, how a
 * file opts out of its transaction, and what it does with a late one.
 */
#include <string.h>

#include "migrations/rules/recognise.h"

#define SCRIPT_DOWN                                                            \
    {                                                                          \
        "down(", "down:", "down ="                                             \
    }
#define ADVICE_ALONE "move the statement to a migration of its own"

/* In this order: the first that fits has the file. */
const struct tool_facts *const tool_rows[] = {
    &(const struct tool_facts){
        .name = "liquibase", .fits = is_liquibase, .no_rules = true},
    &(const struct tool_facts){.name = "prisma",
                               .fits = is_prisma,
                               .nested = "migration.sql",
                               .wrapping = WRAPS_QUERY,
                               .how = ADVICE_ALONE,
                               .late = LATE_ODD},
    &(const struct tool_facts){
        .name = "diesel",
        .fits = is_diesel,
        .nested = "up.sql",
        .wrapping = WRAPS_FILE,
        .opt_out = {"run_in_transaction = false", "run_in_transaction=false"},
        .opt_out_file = "metadata.toml",
        .query = true,
        .how = "put 'run_in_transaction = false' into its metadata.toml and "
               "the statement alone into the migration",
        .late = LATE_ODD,
        .down_file = "down.sql"},
    &(const struct tool_facts){.name = "sql",
                               .fits = is_plain_nested,
                               .nested = "up.sql",
                               .duplicate = REMARK_NOTE,
                               .down_file = "down.sql"},
    &(const struct tool_facts){.name = "atlas",
                               .fits = is_atlas,
                               .wrapping = WRAPS_FILE,
                               .opt_out = {"atlas:txmode none"},
                               .how = "begin the file with '-- atlas:txmode "
                                      "none' and an empty line",
                               .late = LATE_FAILS,
                               .bytes = true},
    &(const struct tool_facts){.name = "drizzle",
                               .fits = is_drizzle,
                               .wrapping = WRAPS_FILE,
                               .how = "run the statement outside of drizzle: "
                                      "all its migrations are one transaction",
                               .late = LATE_FAILS,
                               .bytes = true},
    &(const struct tool_facts){
        .name = "dbmate",
        .fits = is_dbmate,
        .wrapping = WRAPS_FILE,
        .opt_out = {"transaction:false"},
        .query = true,
        .how = "write '-- migrate:up transaction:false' and keep the statement "
               "alone in the migration",
        .up = "-- migrate:up",
        .down = {"-- migrate:down"},
        .late = LATE_ODD,
        .misnamed = dbmate_misnamed},
    &(const struct tool_facts){
        .name = "goose",
        .fits = is_goose,
        .wrapping = WRAPS_FILE,
        .opt_out = {"+goose NO TRANSACTION", "+goose no transaction"},
        .how = "begin the file with '-- +goose NO TRANSACTION'",
        .up = "+goose Up",
        .down = {"+goose Down"},
        .late = LATE_FAILS,
        .misnamed = goose_misnamed},
    &(const struct tool_facts){.name = "flyway",
                               .fits = is_flyway,
                               .wrapping = WRAPS_KIND,
                               .may_differ = true,
                               .how = ADVICE_ALONE,
                               .late = LATE_FAILS,
                               .misnamed = flyway_misnamed},
    &(const struct tool_facts){
        .name = "golang-migrate",
        .fits = is_golang_migrate,
        .wrapping = WRAPS_QUERY,
        .opt_out = {"morph:nontransactional", "x-multi-statement"},
        .how = ADVICE_ALONE,
        .late = LATE_ODD,
        .misnamed = golang_misnamed,
        .down_file = ".down.sql"},
    &(const struct tool_facts){
        .name = "sqlx",
        .fits = is_sqlx,
        .wrapping = WRAPS_FILE,
        .opt_out = {"-- no-transaction"},
        .query = true,
        .how = "begin the file with '-- no-transaction' and keep the statement "
               "alone in it",
        .late = LATE_ODD,
        .bytes = true,
        .misnamed = sqlx_misnamed,
        .down_file = ".down.sql"},
    &(const struct tool_facts){
        .name = "node-pg-migrate",
        .language = LANGUAGE_SCRIPT,
        .fits = is_node_pg,
        .wrapping = WRAPS_FILE,
        .opt_out = {"noTransaction", "disableTransaction"},
        .how = "call pgm.noTransaction() in the migration",
        .up = "-- Up Migration",
        .down = {"-- Down Migration"},
        .late = LATE_FAILS},
    &(const struct tool_facts){
        .name = "sql", .fits = is_plain_sql, .duplicate = REMARK_NOTE},
    &(const struct tool_facts){
        .name = "alembic",
        .language = LANGUAGE_PYTHON,
        .fits = is_alembic,
        .wrapping = WRAPS_FILE,
        .opt_out = {"autocommit_block", "AUTOCOMMIT", "autocommit"},
        .how = "run it within 'with op.get_context().autocommit_block():'",
        .down = {"def downgrade"},
        .misnamed = alembic_misnamed},
    &(const struct tool_facts){.name = "django",
                               .language = LANGUAGE_PYTHON,
                               .fits = is_django,
                               .numbered = true,
                               .wrapping = WRAPS_FILE,
                               .opt_out = {"atomic = False", "atomic=False"},
                               .how = "set 'atomic = False' in the migration",
                               .misnamed = django_misnamed},
    &(const struct tool_facts){
        .name = "efcore",
        .language = LANGUAGE_CSHARP,
        .fits = is_efcore,
        .wrapping = WRAPS_FILE,
        .opt_out = {"suppressTransaction"},
        .how = "pass 'suppressTransaction: true' to migrationBuilder.Sql",
        .down = {"void Down("},
        .late = LATE_ODD},
    &(const struct tool_facts){
        .name = "rails",
        .language = LANGUAGE_RUBY,
        .fits = is_rails,
        .wrapping = WRAPS_FILE,
        .opt_out = {"disable_ddl_transaction!", "commit_db_transaction"},
        .how = "put disable_ddl_transaction! into the migration",
        .down = {"def down"},
        .misnamed = rails_misnamed},
    &(const struct tool_facts){
        .name = "typeorm",
        .language = LANGUAGE_SCRIPT,
        .fits = is_typeorm,
        .wrapping = WRAPS_FILE,
        .opt_out = {"transaction = false", "commitTransaction"},
        .may_differ = true,
        .how = "set 'transaction = false' in the class and run with "
               "--transaction each",
        .down = SCRIPT_DOWN,
        .late = LATE_ODD,
        .misnamed = typeorm_misnamed},
    &(const struct tool_facts){
        .name = "knex",
        .language = LANGUAGE_SCRIPT,
        .fits = is_knex,
        .wrapping = WRAPS_FILE,
        .opt_out = {"transaction: false", "transaction:false"},
        .how = "export 'config = { transaction: false }' from the migration",
        .down = SCRIPT_DOWN,
        .late = LATE_ODD},
    &(const struct tool_facts){.name = "sequelize",
                               .language = LANGUAGE_SCRIPT,
                               .fits = is_sequelize,
                               .down = SCRIPT_DOWN,
                               .late = LATE_ODD},
    &(const struct tool_facts){
        .name = "laravel",
        .language = LANGUAGE_PHP,
        .fits = is_laravel,
        .wrapping = WRAPS_FILE,
        .opt_out = {"withinTransaction = false"},
        .how = "set 'public $withinTransaction = false' in the migration",
        .down = {"function down"}},
    &(const struct tool_facts){
        .name = "ecto",
        .language = LANGUAGE_ELIXIR,
        .fits = is_ecto,
        .wrapping = WRAPS_FILE,
        .opt_out = {"@disable_ddl_transaction true"},
        .how = "set '@disable_ddl_transaction true' and "
               "'@disable_migration_lock true' in the migration",
        .down = {"def down"},
        .misnamed = ecto_misnamed},
};
const size_t tool_row_count = ARRAY_COUNT(tool_rows);

/* liquibase, which is first, is nobody's; of "sql" nothing is known. */
static bool is_told(const struct tool_facts *t)
{
    return !t->no_rules && strcmp(t->name, "sql") != 0;
}

size_t migration_tool_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < tool_row_count; i++)
        count += is_told(tool_rows[i]);
    return count;
}

static const char *sent_as(const struct tool_facts *t)
{
    switch (t->wrapping) {
    case WRAPS_FILE:
        return "in a transaction";
    case WRAPS_QUERY:
        return "as one query: a transaction if it has several statements";
    case WRAPS_KIND:
        return "in a transaction unless all its statements refuse one";
    case WRAPS_NOTHING:
        break;
    }
    return "statement by statement";
}

struct migration_tool_doc migration_tool(size_t index)
{
    const struct tool_facts *t = tool_rows[0];
    for (size_t i = 0, at = 0; i < tool_row_count; i++)
        if (is_told(tool_rows[i]) && at++ == index)
            t = tool_rows[i];
    return (struct migration_tool_doc){t->name, sent_as(t),
                                       t->how == NULL ? "" : t->how};
}
