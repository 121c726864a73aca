/* postflight incident: what the watcher found, and what people say to it. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/past.h"
#include "cli/watcher.h"

struct desk {
    struct arena *life;
    const struct options *options;
    struct console console;
    struct history *history;
};

static int fail(const struct err *e, int code)
{
    console_error(e);
    return code;
}

static const char *stamp(struct desk *d, int64_t time_ms)
{
    struct buf text;
    buf_init(&text, 64);
    if (time_ms == 0)
        buf_text(&text, "-");
    else
        clock_format(&text, time_ms);
    const char *out = buf_dup(d->life, &text);
    buf_release(&text);
    return out;
}

static int list(struct desk *d)
{
    struct incident_rows rows;
    struct err e = {.set = false};
    if (!history_incidents(d->history, d->life, NULL, 0, &rows, &e))
        return fail(&e, EXIT_INCONCLUSIVE);
    for (size_t i = 0; i < rows.count; i++) {
        const struct incident_row *r = &rows.item[i];
        console_mark(&d->console, r->closed_ms != 0 ? STATUS_PASS : STATUS_FAIL,
                     name_of(&incident_status_names, r->status),
                     arena_printf(d->life, "%s  %s  %s  %s", r->id,
                                  name_of(&severity_names, r->severity),
                                  stamp(d, r->detected_ms), r->title));
    }
    if (rows.count == 0)
        console_field(&d->console, "none", "no incident in this history");
    return EXIT_VERIFIED;
}

/* The incident that was named; "last" is the newest. */
static bool find(struct desk *d, const char *id, struct incident_row *out,
                 struct err *e)
{
    struct incident_rows rows;
    bool last = strcmp(id, "last") == 0;
    if (!history_incidents(d->history, d->life, last ? NULL : id, 0, &rows, e))
        return false;
    if (rows.count == 0)
        return err_set(e, POS_NONE, "there is no incident '%.60s'", id);
    *out = rows.item[0];
    return true;
}

static int show(struct desk *d, const struct incident_row *r)
{
    struct event_rows events;
    struct err e = {.set = false};
    const struct {
        const char *name, *text;
    } line[] = {
        {"incident", r->id},
        {"title", r->title},
        {"status", name_of(&incident_status_names, r->status)},
        {"severity", name_of(&severity_names, r->severity)},
        {"service", r->service},
        {"signature", r->signature},
        {"migration", r->migration},
        {"build", r->commit},
        {"started", stamp(d, r->started_ms)},
        {"detected", stamp(d, r->detected_ms)},
        {"taken on", stamp(d, r->acknowledged_ms)},
        {"mitigated", stamp(d, r->mitigated_ms)},
        {"resolved", stamp(d, r->resolved_ms)},
        {"verified", stamp(d, r->verified_ms)},
        {"closed", stamp(d, r->closed_ms)},
        {"document", r->document},
    };
    if (!history_events(d->history, d->life, r->id, 0, &events, &e))
        return fail(&e, EXIT_INCONCLUSIVE);
    console_mark(&d->console, r->closed_ms != 0 ? STATUS_PASS : STATUS_FAIL,
                 line[0].name, line[0].text);
    for (size_t i = 1; i < ARRAY_COUNT(line); i++)
        if (line[i].text != NULL)
            console_field(&d->console, line[i].name, line[i].text);
    for (size_t i = 0; i < events.count; i++)
        console_field(&d->console, i == 0 ? "timeline" : "",
                      arena_printf(d->life, "%s  %s",
                                   stamp(d, events.item[i].time_ms),
                                   events.item[i].text));
    return EXIT_VERIFIED;
}

/* What people do is an event too. */
static int change(struct desk *d, const struct incident_row *row,
                  const char *text)
{
    struct err e = {.set = false};
    struct event_row event = {
        .time_ms = clock_wall_ms(),
        .incident = row->id,
        .witness = WITNESS_REPORTED,
        .source = option_text(d->options, OPTION_BY, "a person"),
        .text = text};
    return history_put_incident(d->history, row, &e) &&
                   history_add_event(d->history, &event, &e)
               ? EXIT_VERIFIED
               : fail(&e, EXIT_INCONCLUSIVE);
}

static int acknowledge(struct desk *d, struct incident_row *row)
{
    struct err e = {.set = false};
    if (!watch_acknowledge(row, clock_wall_ms(), &e))
        return fail(&e, EXIT_INVALID);
    return change(d, row, "took it on");
}

static int close_incident(struct desk *d, struct incident_row *row)
{
    struct err e = {.set = false};
    if (!watch_close(row, clock_wall_ms(), &e))
        return fail(&e, EXIT_INVALID);
    return change(d, row, "closed it");
}

static int note(struct desk *d, const struct incident_row *row)
{
    struct buf text;
    struct err e = {.set = false};
    buf_init(&text, HISTORY_TEXT_MAX);
    for (size_t i = 2; i < d->options->argument.count; i++) {
        buf_text(&text, i == 2 ? "" : " ");
        buf_text(&text, d->options->argument.item[i]);
    }
    struct redactor *redactor = redactor_open();
    struct str clean = redact(redactor, d->life, buf_view(&text));
    redactor_close(redactor);
    int code = EXIT_USAGE;
    if (text.full)
        err_set(&e, POS_NONE, "a note has at most %zu bytes", HISTORY_TEXT_MAX);
    else if (str_trim(clean).len == 0)
        err_set(&e, POS_NONE, "expected a text: incident note ID TEXT");
    else
        code = change(d, row, str_dup(d->life, clean));
    if (e.set)
        console_error(&e);
    buf_release(&text);
    return code;
}

static int act(struct desk *d, const char *what)
{
    struct incident_row row = {.id = NULL};
    struct err e = {.set = false};
    if (d->options->argument.count < 2) {
        err_set(&e, POS_NONE, "expected the id of an incident, or 'last'");
        return fail(&e, EXIT_USAGE);
    }
    if (!find(d, d->options->argument.item[1], &row, &e))
        return fail(&e, EXIT_USAGE);
    if (strcmp(what, "show") == 0)
        return show(d, &row);
    if (strcmp(what, "ack") == 0)
        return acknowledge(d, &row);
    if (strcmp(what, "note") == 0)
        return note(d, &row);
    return close_incident(d, &row);
}

/* Read and written in one transaction, so that no round comes between. */
static int act_whole(struct desk *d, const char *what)
{
    struct err e = {.set = false};
    if (!history_begin(d->history, &e))
        return fail(&e, EXIT_INCONCLUSIVE);
    int code = act(d, what);
    if (code == EXIT_VERIFIED && history_commit(d->history, &e))
        return EXIT_VERIFIED;
    history_rollback(d->history);
    return e.set ? fail(&e, EXIT_INCONCLUSIVE) : code;
}

static int run(struct arena *life, const struct options *o)
{
    struct desk d = {.life = life, .options = o, .console = console_open(o)};
    struct err e = {.set = false};
    const char *what = o->argument.count > 0 ? o->argument.item[0] : "list";
    static const char *const verbs[] = {"list", "show", "ack", "note", "close"};
    size_t verb = 0;
    while (verb < ARRAY_COUNT(verbs) && strcmp(verbs[verb], what) != 0)
        verb++;
    if (verb == ARRAY_COUNT(verbs)) {
        err_set(&e, POS_NONE,
                "expected list, show, ack, note or close, found '%.40s'", what);
        return fail(&e, EXIT_USAGE);
    }
    if (!past_open(&d.history, option_text(o, OPTION_STATE, WATCHER_STATE), &e))
        return fail(&e, EXIT_INCONCLUSIVE);
    int code = verb == 0 ? list(&d) : act_whole(&d, what);
    history_close(d.history);
    return code;
}

static void write_verbs(struct buf *out)
{
    buf_text(out, "list show ack note close");
}

const struct command incident_command = {
    .name = "incident",
    .arguments = "list | show ID | ack ID | note ID TEXT... | close ID",
    .summary = "Shows incidents of the history, and takes them on.",
    .help = "Shows incidents of the history, and takes them on. ID may be "
            "`last`. What people do here stands in the timeline of the "
            "incident's document after the next round.",
    .options =
        TAKES(OPTION_STATE, OPTION_BY, OPTION_COLOR, OPTION_QUIET, OPTION_HELP),
    .run = run,
    .example = "postflight incident list\n"
               "# somebody takes it on\n"
               "postflight incident ack last --by anna",
    .argument = ARGUMENT_WORDS,
    .words = write_verbs,
};
