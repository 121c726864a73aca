/* postflight migrations: is the database where the shipped code thinks it is?
 */
#include <string.h>

#include "app/app.h"
#include "base/file.h"
#include "migrations/state/database.h"
#include "migrations/state/state.h"
#include "model/vocabulary.h"
#include "verdict/verdict.h"

#define READ_MS         15000 /* from the first packet to the last row */
#define ROWS_FILE_MAX   ((size_t)64 << 20)
#define SHOWN_BYTES_MAX ((size_t)16 << 20)

struct migrations_run {
    struct arena *life;
    const struct settings *settings;
    const struct notes *notes;
    struct git_inputs git; /* dir NULL: the files are those of the disk */
    struct database_facts facts;
    struct migration_state state;
};

/* libpq's own variables say enough without an address. */
static const char *address_of(const struct settings *s)
{
    static const char *const of_libpq[] = {"PGSERVICE", "PGHOST", "PGDATABASE"};
    const char *url =
        s->dsn != NULL ? s->dsn : settings_variable(s, "DATABASE_URL");
    for (size_t i = 0; url == NULL && i < ARRAY_COUNT(of_libpq); i++)
        if (settings_variable(s, of_libpq[i]) != NULL)
            url = "postgresql://";
    return url;
}

/* Neither the address nor its password leaves, whatever a server quotes. */
static void hide(const struct migrations_run *r, const char *address)
{
    struct redactor *redactor = sink_redactor(r->notes->sink);
    struct err ignored = {.set = false};
    struct dsn dsn;
    (void)redactor_add(redactor, str_from(address));
    redactor_add_address(redactor, str_from(address));
    if (dsn_read(&dsn, r->life, address, &ignored) && dsn.password != NULL)
        (void)redactor_add(redactor, str_from(dsn.password));
}

static bool read_rows(struct migrations_run *r, const char *path, struct err *e)
{
    struct source source;
    return file_read(&source, r->life, path, ROWS_FILE_MAX, e) &&
           database_rows(&r->facts, r->life, path, source.text,
                         r->settings->history_table, e);
}

/* The folder, on the disk or at a revision of the clone. */
static bool read_files(struct migrations_run *r, struct shipped_files *out,
                       struct err *e)
{
    const char *folder = r->settings->migrations;
    return r->git.dir == NULL
               ? state_read_folder(out, r->life, folder, e)
               : state_read_revision(out, r->life, &r->git, folder, e);
}

static bool compare(struct migrations_run *r, struct err *e)
{
    const struct settings *s = r->settings;
    const struct state_tool *tool =
        s->migration_tool == NULL ? NULL : state_tool_find(s->migration_tool);
    struct shipped_files files;
    struct shipped shipped;
    if (!read_files(r, &files, e) ||
        !state_ship(&shipped, r->life, &files, tool, &r->facts, e))
        return false;
    state_compare(&r->state, r->life, &shipped, &r->facts,
                  &(struct compare_options){.table = s->history_table});
    return s->git == NULL ||
           state_find_edits(&r->state, r->life, &shipped, &r->git, e);
}

static void tell(const struct migrations_run *r)
{
    struct buf out;
    if (r->settings->output_format == OUTPUT_TEXT) {
        if (r->notes->migrations != NULL)
            r->notes->migrations(r->notes->context, &r->state);
        return;
    }
    buf_init(&out, SHOWN_BYTES_MAX);
    shape_write(&out, &migration_state_shape, &r->state);
    buf_char(&out, '\n');
    notes_output(r->notes, buf_view(&out));
    buf_release(&out);
}

static bool is_allowed(const struct settings *s, int verdict)
{
    for (size_t i = 0; i < s->allowed_verdicts.count; i++)
        if (strcmp(s->allowed_verdicts.item[i],
                   name_of(&migration_verdict_names, verdict)) == 0)
            return true;
    return false;
}

static int exit_of(const struct settings *s, int verdict)
{
    switch ((enum migration_verdict)verdict) {
    case MIGRATIONS_UP_TO_DATE:
        return EXIT_VERIFIED;
    case MIGRATIONS_UNREADABLE:
        return is_allowed(s, verdict) ? EXIT_VERIFIED : EXIT_INCONCLUSIVE;
    case MIGRATIONS_FAILED:
    case MIGRATIONS_HALF_APPLIED:
    case MIGRATIONS_EDITED:
        return is_allowed(s, verdict) ? EXIT_VERIFIED : EXIT_UNHEALTHY;
    default:
        return is_allowed(s, verdict) ? EXIT_VERIFIED : EXIT_DEGRADED;
    }
}

static int conclude(struct migrations_run *r)
{
    verdict_redact_migrations(&r->state, r->life,
                              sink_redactor(r->notes->sink));
    tell(r);
    return exit_of(r->settings, r->state.verdict);
}

int migrations_run(struct arena *life, const struct settings *s,
                   const struct notes *n)
{
    struct migrations_run r = {.life = life,
                               .settings = s,
                               .notes = n,
                               .git = {.dir = s->git,
                                       .to = s->git_to,
                                       .from = s->git_from,
                                       .any_owner = s->git_any_owner}};
    const char *address = s->state == NULL ? address_of(s) : NULL;
    struct err e = {.set = false};
    if (s->migrations == NULL) {
        (void)err_set(&e, POS_NONE,
                      "no folder is named: give --path, the folder of the "
                      "migration files");
        return notes_fail(n, &e, EXIT_USAGE);
    }
    if (s->state == NULL && address == NULL) {
        (void)err_set(&e, POS_NONE,
                      "no database is named: give --dsn or --state, or set "
                      "DATABASE_URL");
        return notes_fail(n, &e, EXIT_USAGE);
    }
    if (address != NULL)
        hide(&r, address);
    if (s->state != NULL && !read_rows(&r, s->state, &e))
        return notes_fail(n, &e, EXIT_USAGE);
    if (address != NULL &&
        !database_read(&r.facts, life, address, READ_MS, &e)) {
        state_unreadable(&r.state, life, &r.facts,
                         str_dup(life, str_from(e.text)));
        return conclude(&r);
    }
    return compare(&r, &e) ? conclude(&r) : notes_fail(n, &e, EXIT_USAGE);
}
