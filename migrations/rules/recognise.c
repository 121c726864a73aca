/*
 * Which files are migrations of a tool, and which only look so to people: those
 * it skips without a word, or stops at.
 */
#include "migrations/rules/recognise.h"

#include <string.h>

#include "migrations/internal.h"
#include "migrations/state/internal.h"

struct str file_base(struct str path)
{
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return str_sub(path, at, path.len);
}

/* ../post_migrate of Rails is as if it were in the folder. */
struct candidate candidate_of(const struct migration_folder *f,
                              const struct shipped_file *file)
{
    struct str name = str_from(file->path);
    if (str_starts(name, STR("../")))
        name = file_base(name);
    return (struct candidate){
        .folder = f->path, .name = name, .text = file->text, .signs = f->signs};
}

bool ends_in(struct str text, const char *end)
{
    return str_ends(text, str_from(end));
}

bool contains(struct str text, const char *part)
{
    return text_contains(text, part);
}

static bool is_script(struct str name)
{
    return (ends_in(name, ".js") || ends_in(name, ".ts") ||
            ends_in(name, ".cjs") || ends_in(name, ".mjs") ||
            ends_in(name, ".cts") || ends_in(name, ".mts")) &&
           !ends_in(name, ".d.ts");
}

/* Digits, and '_' behind them. */
static size_t number_of(struct str name)
{
    size_t n = leading_digits(name);
    return n > 0 && n < name.len && name.ptr[n] == '_' ? n : 0;
}

static bool is_numbered_sql(struct str name)
{
    return ends_in(name, ".sql") && leading_digits(name) > 0 &&
           strchr(name.ptr, '/') == NULL;
}

/* ---- Prisma, Diesel and others with a folder for each ---- */

bool is_prisma(const struct candidate *c)
{
    return str_is(file_base(c->name), "migration.sql") &&
           strchr(c->name.ptr, '/') != NULL;
}

/* "2020-01-02-030405_name/up.sql" */
bool is_diesel(const struct candidate *c)
{
    size_t end = str_find(c->name, STR("_"), 0);
    struct str id = str_sub(c->name, 0, end);
    bool dated = id.len >= 17 && id.ptr[4] == '-' && id.ptr[7] == '-' &&
                 id.ptr[10] == '-';
    return ends_in(c->name, "/up.sql") && leading_digits(id) > 0 &&
           (dated || str_is(id, "00000000000000") ||
            (c->signs & SIGN_DIESEL) != 0);
}

bool is_plain_nested(const struct candidate *c)
{
    return ends_in(c->name, "/up.sql") && leading_digits(c->name) > 0;
}

/* ---- programs ---- */

bool is_alembic(const struct candidate *c)
{
    struct str value;
    return ends_in(c->name, ".py") && contains(c->text, "def upgrade") &&
           python_assigned(c->text, STR("revision"), &value) &&
           python_assigned(c->text, STR("down_revision"), &value);
}

bool is_django(const struct candidate *c)
{
    return ends_in(c->name, ".py") &&
           ends_in(str_from(c->folder), "migrations") &&
           contains(c->text, "migrations.Migration") &&
           contains(c->text, "class Migration");
}

bool is_efcore(const struct candidate *c)
{
    return ends_in(c->name, ".cs") && !ends_in(c->name, ".Designer.cs") &&
           number_of(c->name) == 14 && contains(c->text, "MigrationBuilder");
}

bool is_rails(const struct candidate *c)
{
    return ends_in(c->name, ".rb") && number_of(c->name) > 0 &&
           contains(c->text, "ActiveRecord::Migration");
}

bool is_knex(const struct candidate *c)
{
    return is_script(c->name) && (c->signs & SIGN_MIGRATIONS) != 0 &&
           (contains(c->text, "exports.up") ||
            contains(c->text, "function up") ||
            contains(c->text, "const up")) &&
           (contains(c->text, "knex") || contains(c->text, "Knex"));
}

/* A class whose name ends in a time of 13 digits, as TypeORM wants it. */
static bool has_timed_class(struct str text)
{
    const struct state_tool *tool = state_tool_find("typeorm");
    struct shipped_migration m = {.file = "x.ts"};
    struct arena scratch;
    arena_init(&scratch);
    bool found = tool->file(&m, &scratch, STR("x.ts"), text);
    arena_release(&scratch);
    return found;
}

bool is_typeorm(const struct candidate *c)
{
    return is_script(c->name) &&
           (contains(c->text, "MigrationInterface") ||
            (has_timed_class(c->text) && !contains(c->text, "addSql")));
}

bool is_sequelize(const struct candidate *c)
{
    bool calls = contains(c->text, "queryInterface") ||
                 contains(c->text, ".createTable(") ||
                 contains(c->text, ".addColumn(");
    return is_script(c->name) && calls && contains(c->text, "up") &&
           (c->signs & SIGN_MIGRATIONS) != 0 && leading_digits(c->name) >= 8;
}

bool is_node_pg(const struct candidate *c)
{
    size_t n = leading_digits(c->name);
    if (n < 13 || n > 17)
        return false;
    return (is_script(c->name) && contains(c->text, "pgm")) ||
           (ends_in(c->name, ".sql") && contains(c->text, "-- Up Migration"));
}

bool is_laravel(const struct candidate *c)
{
    return ends_in(c->name, ".php") && contains(c->text, "Migration") &&
           leading_digits(c->name) == 4 && c->name.len > 18 &&
           c->name.ptr[4] == '_' && c->name.ptr[17] == '_';
}

bool is_ecto(const struct candidate *c)
{
    return ends_in(c->name, ".exs") && number_of(c->name) > 0 &&
           contains(c->text, "Migration");
}

/* ---- SQL ---- */

bool is_dbmate(const struct candidate *c)
{
    return is_numbered_sql(c->name) && contains(c->text, "-- migrate:up");
}

bool is_goose(const struct candidate *c)
{
    return is_numbered_sql(c->name) && contains(c->text, "+goose Up");
}

bool is_atlas(const struct candidate *c)
{
    return (c->signs & SIGN_SUMS) != 0 && is_numbered_sql(c->name);
}

bool is_drizzle(const struct candidate *c)
{
    return (c->signs & SIGN_JOURNAL) != 0 && ends_in(c->name, ".sql") &&
           strchr(c->name.ptr, '/') == NULL;
}

bool is_liquibase(const struct candidate *c)
{
    return ends_in(c->name, ".sql") &&
           contains(str_sub(c->text, 0, 300), "liquibase formatted");
}

/* "V1_2__name.sql" */
static size_t flyway_version(struct str name)
{
    size_t n = 1;
    while (n < name.len &&
           (leading_digits(str_sub(name, n, 1)) == 1 || name.ptr[n] == '.' ||
            (name.ptr[n] == '_' && n + 1 < name.len && name.ptr[n + 1] != '_')))
        n++;
    return n - 1;
}

bool is_flyway(const struct candidate *c)
{
    size_t n = flyway_version(c->name);
    return ends_in(c->name, ".sql") && c->name.len > 3 &&
           c->name.ptr[0] == 'V' && n > 0 &&
           str_starts(str_sub(c->name, n + 1, 2), STR("__")) &&
           strchr(c->name.ptr, '/') == NULL;
}

static bool is_up_sql(const struct candidate *c)
{
    return is_numbered_sql(c->name) && number_of(c->name) > 0 &&
           ends_in(c->name, ".up.sql");
}

bool is_golang_migrate(const struct candidate *c)
{
    return is_up_sql(c) && (c->signs & SIGN_SQLX) == 0;
}

bool is_sqlx(const struct candidate *c)
{
    return is_numbered_sql(c->name) && number_of(c->name) > 0 &&
           (c->signs & SIGN_SQLX) != 0 && (c->signs & SIGN_MIGRATIONS) != 0 &&
           !ends_in(c->name, ".down.sql");
}

bool is_plain_sql(const struct candidate *c)
{
    return is_numbered_sql(c->name) && (c->signs & SIGN_MIGRATIONS) != 0 &&
           !ends_in(c->name, ".down.sql");
}

/* ---- names that a tool skips or refuses ---- */

const char *flyway_misnamed(const struct candidate *c)
{
    struct str n = c->name;
    char first = n.len > 1 ? (char)(n.ptr[0] | 32) : '\0';
    bool digit = leading_digits(str_sub(n, 1, 1)) == 1;
    if (!ends_in(n, ".sql") || strchr(n.ptr, '/') != NULL)
        return NULL;
    bool separated = str_find(n, STR("__"), 1) < n.len;
    if (first == 'v' && digit && n.ptr[0] == 'v' && separated)
        return "Flyway ignores it: the prefix is a capital V";
    if (n.ptr[0] == 'V' && digit && !separated)
        return "Flyway ignores it: two underscores end the version";
    if (n.ptr[0] == 'V' && digit &&
        !str_starts(str_sub(n, flyway_version(n) + 1, 2), STR("__")))
        return "Flyway ignores it: the version is not a number";
    if (n.ptr[0] == 'R' && n.ptr[1] == '_' && !separated)
        return "Flyway ignores it: a repeatable migration begins with R and "
               "two underscores";
    return NULL;
}

const char *golang_misnamed(const struct candidate *c)
{
    struct str n = c->name;
    if (!ends_in(n, ".sql") || strchr(n.ptr, '/') != NULL)
        return NULL;
    bool way = ends_in(n, ".up.sql") || ends_in(n, ".down.sql");
    if (way && number_of(n) == 0)
        return "golang-migrate ignores it: digits and an underscore come first";
    if (!way && number_of(n) > 0)
        return "golang-migrate ignores it: its name ends in neither .up.sql "
               "nor .down.sql";
    return NULL;
}

const char *goose_misnamed(const struct candidate *c)
{
    if (!ends_in(c->name, ".sql") || strchr(c->name.ptr, '/') != NULL)
        return NULL;
    if (contains(c->text, "+goose Up") && number_of(c->name) == 0)
        return "goose ignores it: digits and an underscore come first";
    if (number_of(c->name) > 0 && !contains(c->text, "+goose"))
        return "goose refuses it: it has no line '-- +goose Up'";
    return NULL;
}

const char *dbmate_misnamed(const struct candidate *c)
{
    bool marked = contains(c->text, "-- migrate:up");
    if (!ends_in(c->name, ".sql") || strchr(c->name.ptr, '/') != NULL)
        return NULL;
    if (marked && leading_digits(c->name) == 0)
        return "dbmate ignores it: its name does not begin with digits";
    if (!marked && leading_digits(c->name) > 0)
        return "dbmate refuses it: it has no line '-- migrate:up'";
    return NULL;
}

const char *sqlx_misnamed(const struct candidate *c)
{
    if (!ends_in(c->name, ".sql") || strchr(c->name.ptr, '/') != NULL)
        return NULL;
    if (leading_digits(c->name) > 0 && number_of(c->name) == 0)
        return "sqlx does not run it: an underscore follows the digits";
    return NULL;
}

const char *ecto_misnamed(const struct candidate *c)
{
    if (!contains(c->text, "use Ecto.Migration"))
        return NULL;
    if (ends_in(c->name, ".ex") && number_of(c->name) > 0)
        return "Ecto ignores it: its name must end in .exs";
    if (ends_in(c->name, ".exs") && number_of(c->name) == 0)
        return "Ecto ignores it: digits and an underscore come first";
    return NULL;
}

const char *rails_misnamed(const struct candidate *c)
{
    if (!ends_in(c->name, ".rb") ||
        !contains(c->text, "< ActiveRecord::Migration") ||
        number_of(c->name) > 0)
        return NULL;
    return "Rails ignores it: digits and an underscore come first";
}

const char *alembic_misnamed(const struct candidate *c)
{
    struct str base = file_base(c->name), value;
    if (!ends_in(base, ".py") || str_starts(base, STR("__init__")) ||
        str_starts(base, STR(".")) || strchr(c->name.ptr, '/') != NULL ||
        !ends_in(str_from(c->folder), "versions") ||
        python_assigned(c->text, STR("revision"), &value))
        return NULL;
    return "Alembic stops at it: it names no revision";
}

const char *django_misnamed(const struct candidate *c)
{
    struct str base = file_base(c->name);
    if (!ends_in(base, ".py") || base.ptr[0] == '_' || base.ptr[0] == '~' ||
        contains(c->text, "Migration"))
        return NULL;
    return "Django stops at it: it has no class Migration";
}

/* The attribute is in a file of its own; it was asked for beside this one. */
const char *typeorm_misnamed(const struct candidate *c)
{
    size_t at = str_find(c->text, STR("implements MigrationInterface"), 0);
    if (!is_script(c->name) || at >= c->text.len)
        return NULL;
    for (size_t i = 0; i + 13 <= c->text.len; i++) {
        size_t n = leading_digits(str_sub(c->text, i, c->text.len - i));
        if (n == 13)
            return NULL;
        i += n;
    }
    return "TypeORM refuses it: no class name ends in a time of 13 digits";
}
