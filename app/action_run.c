/* postflight report actions: action items for a tracker, and back from it. */
#include <string.h>

#include "app/app.h"
#include "app/documents.h"
#include "app/facts_file.h"
#include "base/file.h"
#include "base/file_target.h"
#include "report/action_issues.h"
#include "verdict/verdict.h"

struct tracking {
    struct arena *life;
    const struct settings *settings;
    const struct notes *notes;
    struct source source; /* of the facts */
    struct facts facts;
};

static int read_facts(struct tracking *t)
{
    struct err e = {.set = false};
    if (t->settings->facts == NULL) {
        err_set(&e, POS_NONE, "--facts FILE is needed: it has the actions");
        return notes_fail(t->notes, &e, EXIT_USAGE);
    }
    return facts_file_read(&t->facts, &t->source, t->life,
                           file_target(t->life, t->settings->facts), t->notes);
}

static int export_actions(struct tracking *t)
{
    const char *format = t->settings->actions_format;
    const char *path = t->settings->output;
    struct facts safe = t->facts;
    struct buf out;
    struct err e = {.set = false};
    verdict_redact_facts(&safe, t->life, sink_redactor(t->notes->sink));
    buf_init(&out, 4 * FACTS_BYTES_MAX);
    actions_export(&out, t->life, &safe,
                   format != NULL && strcmp(format, "csv") == 0
                       ? EXPORT_CSV
                       : EXPORT_GITHUB);
    struct str text = {buf_dup(t->life, &out), out.len};
    buf_release(&out);
    if (path == NULL)
        notes_output(t->notes, text);
    else if (!file_make_parent(path, &e) ||
             !notes_file(t->notes, path, text, &e))
        return notes_fail(t->notes, &e, EXIT_USAGE);
    return EXIT_VERIFIED;
}

/* The facts get the addresses of the issues that track their actions. */
static int write_back(struct tracking *t)
{
    const struct settings *s = t->settings;
    struct action_issues issues;
    struct source tracker;
    struct err e = {.set = false};
    struct str text = STR_NONE;
    size_t added = 0;
    if (!s->check && file_is_read_only(t->source.name)) {
        err_set(&e, POS_NONE, "%s is read-only; allow writing (chmod u+w)",
                t->source.name);
        return notes_fail(t->notes, &e, EXIT_USAGE);
    }
    if (!file_read(&tracker, t->life, s->issues, FACTS_BYTES_MAX, &e))
        return notes_fail(t->notes, &e, EXIT_USAGE);
    if (!action_issues_read(&issues, t->life, &tracker, &t->facts, &e) ||
        !action_issues_write(&text, t->life, &t->source, &issues, &added, &e))
        return notes_fail(t->notes, &e, EXIT_INVALID);
    notes_line(t->notes,
               arena_printf(t->life, "%s: %zu %s %s", t->source.name, added,
                            added == 1 ? "action" : "actions",
                            s->check ? "would get an issue" : "got an issue"));
    if (s->check)
        return added > 0 ? EXIT_FINDINGS : EXIT_VERIFIED;
    if (added > 0 && !notes_file(t->notes, t->source.name, text, &e))
        return notes_fail(t->notes, &e, EXIT_USAGE);
    return EXIT_VERIFIED;
}

int documents_actions(struct arena *life, const struct settings *s,
                      const struct notes *n)
{
    struct tracking t = {.life = life, .settings = s, .notes = n};
    int code = read_facts(&t);
    if (code != EXIT_VERIFIED)
        return code;
    return s->issues != NULL ? write_back(&t) : export_actions(&t);
}
