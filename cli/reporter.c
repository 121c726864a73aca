/* From the notes of a run to lines that people read. */
#include "cli/reporter.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/vocabulary.h"

/* Where standard output has a document, the lines go to standard error. */
static void print_progress(const struct reporter *r, struct str line)
{
    if (r->console.quiet || r->watched)
        return;
    if (r->shows)
        console_print(line);
    else
        console_lines(line);
    fflush(stdout);
}

static void on_note(void *context, enum note_kind kind, struct str text)
{
    const struct reporter *r = context;
    switch (kind) {
    case NOTE_ERROR:
        console_problems(text);
        return;
    case NOTE_LINE:
        console_note(text);
        return;
    case NOTE_LINES:
        console_lines(text);
        return;
    case NOTE_PROGRESS:
        print_progress(r, text);
        return;
    case NOTE_COMMAND:
        console_command(text);
        return;
    case NOTE_OUTPUT:
        break;
    }
    console_print(text);
    fflush(stdout);
}

static void on_start(void *context, const struct probing_start *start)
{
    struct reporter *r = context;
    r->shows = !start->document_follows && !r->console.quiet;
    r->watched = r->shows && r->console.screen.live;
    if (r->watched)
        live_open(&r->live, r->console.screen, r->console.color, start->sink,
                  start->expected);
}

static void on_progress(void *context, const struct probe_progress *all,
                        size_t count)
{
    struct reporter *r = context;
    if (r->watched)
        live_show(&r->live, all, count);
}

static void on_stop(void *context)
{
    struct reporter *r = context;
    if (r->watched)
        live_close(&r->live);
}

static void on_result(void *context, const struct result *result)
{
    const struct reporter *r = context;
    if (r->shows && !r->watched)
        console_result(&r->console, result);
}

static void on_verdict(void *context, const struct record *record,
                       const char *last)
{
    const struct reporter *r = context;
    console_summary(&r->console, record, last);
}

static void on_round(void *context, const struct round_end *end)
{
    const struct reporter *r = context;
    const struct record *record = end->record;
    struct buf text;
    for (size_t i = 0; end->kept && i < end->round->news_count; i++)
        console_field(
            &r->console,
            name_of(&transition_names, end->round->news[i].transition),
            end->round->news[i].text);
    buf_init(&text, 1024);
    buf_printf(&text, "%lld of %lld checks passed; %s",
               (long long)record->production.passed,
               (long long)record->production.total,
               !end->kept                 ? "not kept"
               : end->round->has_incident ? end->round->incident.id
                                          : "no incident");
    console_mark(&r->console,
                 record->exit == EXIT_VERIFIED ? STATUS_PASS : STATUS_FAIL,
                 name_of(&verdict_names, record->verdict), text.ptr);
    buf_release(&text);
}

static void add_count(struct buf *out, int64_t count, const char *word)
{
    if (count > 0)
        buf_printf(out, ", %lld %s", (long long)count, word);
}

static void on_served(void *context, const struct served_run *run)
{
    const struct reporter *r = context;
    struct buf text;
    if (r->console.quiet)
        return;
    buf_init(&text, 1024);
    clock_format(&text, clock_wall_ms());
    buf_printf(&text, " run %lld: ", (long long)run->number);
    if (run->answer == NULL) {
        buf_text(&text, "it ended without an answer");
    } else {
        const struct production_state *p = &run->answer->production;
        buf_printf(&text, "%s, %s: %lld passed, %lld failed",
                   name_of(&verdict_names, run->answer->verdict),
                   name_of(&advice_names, run->answer->advice),
                   (long long)p->passed, (long long)p->failed);
        add_count(&text, p->degraded, "degraded");
        add_count(&text, p->errors, "could not be told");
        add_count(&text, p->blocked, "blocked");
        add_count(&text, p->skipped, "skipped");
    }
    buf_text(&text, ", in ");
    text_duration(&text, run->duration_us);
    buf_char(&text, '\n');
    console_print(buf_view(&text));
    fflush(stdout);
    buf_release(&text);
}

static void on_findings(void *context, const struct findings *findings,
                        const struct catalogue *catalogue)
{
    const struct reporter *r = context;
    show_findings(&r->console, findings, catalogue);
}

static void on_proof(void *context, const struct proof *proof)
{
    const struct reporter *r = context;
    show_proof(&r->console, proof);
}

static void on_migrations(void *context, const struct migration_state *state)
{
    const struct reporter *r = context;
    show_migrations(&r->console, state);
}

static void on_incidents(void *context, const struct incident_row *row,
                         size_t count)
{
    const struct reporter *r = context;
    show_incidents(&r->console, row, count);
}

static void on_incident(void *context, const struct incident_row *row,
                        const struct event_row *event, size_t count)
{
    const struct reporter *r = context;
    show_incident(&r->console, row, event, count);
}

static void leave(int code)
{
    _exit(code);
}

void reporter_close(struct reporter *r)
{
    sink_close(r->sink);
}

struct notes reporter_open(struct reporter *r, const struct options *o)
{
    *r = (struct reporter){.console = console_open(o), .sink = sink_open()};
    return (struct notes){.context = r,
                          .sink = r->sink,
                          .note = on_note,
                          .start = on_start,
                          .progress = on_progress,
                          .stop = on_stop,
                          .result = on_result,
                          .verdict = on_verdict,
                          .round = on_round,
                          .served = on_served,
                          .findings = on_findings,
                          .proof = on_proof,
                          .migrations = on_migrations,
                          .incidents = on_incidents,
                          .incident = on_incident,
                          .warned = &r->warned,
                          .leave = leave};
}
