/*
 * What the tools' files share. A tool is a file of this folder with its row,
 * and its name in STATE_TOOLS.
 */
#ifndef MIGRATIONS_STATE_TOOLS_TOOL_H
#define MIGRATIONS_STATE_TOOLS_TOOL_H

#include "migrations/internal.h"
#include "migrations/state/internal.h"

/* In the order of docs; of two that fit as well the first is taken. */
#define STATE_TOOLS(TOOL)                                                      \
    TOOL(prisma)                                                               \
    TOOL(alembic)                                                              \
    TOOL(efcore)                                                               \
    TOOL(django)                                                               \
    TOOL(rails)                                                                \
    TOOL(flyway)                                                               \
    TOOL(knex)                                                                 \
    TOOL(drizzle)                                                              \
    TOOL(golang_migrate)                                                       \
    TOOL(goose)                                                                \
    TOOL(sqlx)                                                                 \
    TOOL(laravel)                                                              \
    TOOL(typeorm)                                                              \
    TOOL(sequelize)                                                            \
    TOOL(node_pg_migrate)                                                      \
    TOOL(dbmate)                                                               \
    TOOL(diesel)                                                               \
    TOOL(ecto)                                                                 \
    TOOL(atlas)                                                                \
    TOOL(liquibase)

#define STATE_TOOL_ROW(name) extern const struct state_tool state_##name;
STATE_TOOLS(STATE_TOOL_ROW)
#undef STATE_TOOL_ROW

/* Of a cell: t, 1, true. */
bool is_true(const char *cell);

/* Of a path: its last part, and a name without its ending. */
struct str base_of(struct str path);
struct str stem_of(struct str name);
bool has_ending(struct str name, const char *const *ending);
bool is_script(struct str name); /* of JavaScript or TypeScript */
struct str no_zeros(struct str digits);

/* Digits first, and one of the endings: the digits are the id. */
bool numbered(struct shipped_migration *m, struct arena *a, struct str name,
              const char *const *endings);

/* A row whose id is what one column says; time: a column, or NULL. */
bool row_of_columns(struct history_row *out, const struct row_at *r,
                    const char *id, const char *time);

#endif
