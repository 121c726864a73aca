/* Rows of the table of options: those of `migrations` and of `import`. */
#include "cli/option_table.h"

#define OF_MIGRATIONS(...)                                                     \
    {                                                                          \
        .doc = {__VA_ARGS__}, .use = ONLY("migrations")                        \
    }

const struct option_row option_rows_of_inputs[OPTION_COUNT] = {
    [OPTION_IMPORT_FORMAT] = {.doc = {.name = "--format",
                                      .value = "NAME",
                                      .help =
                                          "whose files they are: gatus, hurl, "
                                          "blackbox, goss, postman or compose",
                                      .choice_at = option_import},
                              .use = ONLY("import")},
    [OPTION_IMPORT_TARGET] = {.doc = {.name = "--target",
                                      .value = "[MODULE=]TARGET",
                                      .help = "blackbox: what that module, or "
                                              "all of them, probe; repeatable"},
                              .repeats = true,
                              .use = ONLY("import")},
    [OPTION_DSN] = OF_MIGRATIONS(
            .name = "--dsn", .value = "ADDRESS",
            .help = "database, such as postgresql://app@db/shop (default: "
                    "DATABASE_URL)"),
    [OPTION_MIGRATIONS] =
        OF_MIGRATIONS(.name = "--path", .value = "DIR",
                      .help = "folder of the migration files"),
    [OPTION_MIGRATION_TOOL] = OF_MIGRATIONS(
            .name = "--tool", .value = "NAME",
            .help = "whose migrations they are (default: found from the files "
                    "and the history table)",
            .choice_at = option_migration_tool),
    [OPTION_HISTORY_TABLE] = OF_MIGRATIONS(
            .name = "--table", .value = "[SCHEMA.]NAME",
            .help = "history table, where it is not the default of the tool"),
    [OPTION_ALLOW_VERDICT] =
        {.doc = {.name = "--allow",
                 .value = "VERDICT",
                 .help = "exit 0 on that verdict too; repeatable",
                 .choice_at = option_verdict},
         .repeats = true,
         .use = ONLY("migrations")},
};
