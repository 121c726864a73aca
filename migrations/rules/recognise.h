/* What the table of tools calls; see struct tool_facts. */
#ifndef MIGRATIONS_RULES_RECOGNISE_H
#define MIGRATIONS_RULES_RECOGNISE_H

#include "migrations/rules/internal.h"

bool is_prisma(const struct candidate *c);
bool is_diesel(const struct candidate *c);
bool is_plain_nested(const struct candidate *c);
bool is_alembic(const struct candidate *c);
bool is_django(const struct candidate *c);
bool is_efcore(const struct candidate *c);
bool is_rails(const struct candidate *c);
bool is_knex(const struct candidate *c);
bool is_typeorm(const struct candidate *c);
bool is_sequelize(const struct candidate *c);
bool is_node_pg(const struct candidate *c);
bool is_laravel(const struct candidate *c);
bool is_ecto(const struct candidate *c);
bool is_dbmate(const struct candidate *c);
bool is_goose(const struct candidate *c);
bool is_atlas(const struct candidate *c);
bool is_drizzle(const struct candidate *c);
bool is_liquibase(const struct candidate *c);
bool is_flyway(const struct candidate *c);
bool is_golang_migrate(const struct candidate *c);
bool is_sqlx(const struct candidate *c);
bool is_plain_sql(const struct candidate *c);

const char *flyway_misnamed(const struct candidate *c);
const char *golang_misnamed(const struct candidate *c);
const char *goose_misnamed(const struct candidate *c);
const char *dbmate_misnamed(const struct candidate *c);
const char *sqlx_misnamed(const struct candidate *c);
const char *ecto_misnamed(const struct candidate *c);
const char *rails_misnamed(const struct candidate *c);
const char *alembic_misnamed(const struct candidate *c);
const char *django_misnamed(const struct candidate *c);
const char *typeorm_misnamed(const struct candidate *c);

#endif
