/* postflight migrations: the state, the chain and what to do. */
#include "cli/reporter.h"
#include "model/migration_chain.h"

/* As the summary of a run is coloured. */
static enum status status_of(int verdict)
{
    switch ((enum migration_verdict)verdict) {
    case MIGRATIONS_UP_TO_DATE:
        return STATUS_PASS;
    case MIGRATIONS_RUNNING:
    case MIGRATIONS_LEFTOVERS:
        return STATUS_DEGRADED;
    case MIGRATIONS_UNREADABLE:
        return STATUS_ERROR;
    default:
        return STATUS_FAIL;
    }
}

static void print_names(const struct console *c, struct arena *a,
                        const char *label, const char *const *name,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        console_field(c, i == 0 ? label : "", arena_printf(a, "%s", name[i]));
}

static void print_rows(const struct console *c, struct arena *a,
                       const struct migration_state *s)
{
    if (s->tool != NULL)
        console_field(c, "tool", s->tool);
    if (s->server != NULL)
        console_field(c, "database", s->server);
    if (s->history != NULL)
        console_field(c, "history", s->history);
    if (s->tool != NULL)
        console_field(c, "applied",
                      arena_printf(a, "%lld; this build contains %lld",
                                   (long long)s->applied,
                                   (long long)s->shipped));
    print_names(c, a, "at", s->at, s->at_count);
    print_names(c, a, "heads", s->head, s->head_count > 1 ? s->head_count : 0);
    print_names(c, a, "same id", s->duplicate, s->duplicate_count);
    print_names(c, a, "invalid", s->leftover, s->leftover_count);
    print_names(c, a, "note", s->note, s->note_count);
}

static void print_chain(const struct migration_state *s)
{
    struct buf out;
    if (s->chain_count == 0)
        return;
    buf_init(&out, (size_t)1 << 16);
    buf_char(&out, '\n');
    migration_chain_text(&out, s);
    console_print(buf_view(&out));
    buf_release(&out);
}

static void print_advice(const struct console *c,
                         const struct migration_state *s)
{
    if (s->advice_count > 0)
        console_print(STR("\n"));
    for (size_t i = 0; i < s->advice_count; i++) {
        const struct migration_way *w = &s->advice[i];
        console_field(c, w->danger == NULL ? "fix" : "danger", w->text);
        if (w->command != NULL)
            console_field(c, "", w->command);
        if (w->danger != NULL)
            console_field(c, "", w->danger);
    }
}

void show_migrations(const struct console *c, const struct migration_state *s)
{
    struct arena a;
    arena_init(&a);
    if (!c->quiet) {
        print_rows(c, &a, s);
        print_chain(s);
        print_advice(c, s);
        console_print(STR("\n"));
    }
    console_mark(c, status_of(s->verdict),
                 name_of(&migration_verdict_names, s->verdict),
                 s->reason == NULL ? "" : s->reason);
    arena_release(&a);
}

const struct command migrations_command = {
    .name = "migrations",
    .arguments = "--path DIR",
    .summary = "Compares the history of a database with the migration files.",
    .help =
        "Compares the history table of the database with the migration files "
        "of the build, and reports what is pending, failed, changed or "
        "unknown, "
        "and what to do. Nothing is changed (docs/MIGRATIONS.md). The database "
        "is that of --dsn, or of DATABASE_URL, which no other user of this "
        "machine can see.",
    .run = migrations_run,
    .example =
        "# before the new build starts; the address is in DATABASE_URL\n"
        "postflight migrations --path prisma/migrations\n"
        "# the files of the commit that was deployed, in a clone\n"
        "postflight migrations --path db/migrate --git . --to \"$GITHUB_SHA\"\n"
        "# rows that were exported; pending ones are expected\n"
        "postflight migrations --path migrations --state rows.csv --allow "
        "pending",
    .argument = ARGUMENT_NONE,
};
