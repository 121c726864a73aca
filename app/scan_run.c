/* postflight scan: logs alone, to findings and causes. */
#include <string.h>

#include "app/app.h"
#include "app/logs.h"
#include "model/vocabulary.h"
#include "verdict/verdict.h"

#define JSON_BYTES_MAX ((size_t)256 << 20)

static void show_json(const struct notes *n, const struct findings *f)
{
    struct buf text;
    buf_init(&text, JSON_BYTES_MAX);
    shape_write(&text, &findings_shape, f);
    buf_char(&text, '\n');
    notes_output(n, buf_view(&text));
    buf_release(&text);
}

/* What recovered is not a failure. */
static int code_of(const struct findings *f)
{
    for (size_t i = 0; i < f->cause_count; i++)
        if (f->cause[i].recovered == NULL)
            return EXIT_UNHEALTHY;
    return f->coverage.unjudged > 0 ? EXIT_INCONCLUSIVE : EXIT_VERIFIED;
}

/* Said in every format: a document or JSON alone may be what somebody keeps. */
static void say_unjudged(const struct notes *n, const struct coverage *c)
{
    struct err e = {.set = false};
    if (c->unread > 0)
        err_set(&e, POS_NONE,
                "the time limit ended the reading: %lld log%s not read to the "
                "end; give more time with --limit-time",
                (long long)c->unread, c->unread == 1 ? " was" : "s were");
    else if (c->unjudged > 0)
        err_set(&e, POS_NONE,
                "%lld match%s passed a limit, so this scan cannot rule out a "
                "failed deploy",
                (long long)c->unjudged, c->unjudged == 1 ? "" : "es");
    e.warning = true;
    if (e.set)
        notes_error(n, &e);
}

static int show_stub(const struct notes *n, const struct findings *f,
                     const char *id)
{
    struct err e = {.set = false};
    struct buf text;
    buf_init(&text, JSON_BYTES_MAX);
    for (size_t i = 0; i < f->unknown_count; i++) {
        if (strcmp(f->unknown[i].id, id) != 0)
            continue;
        if (!scan_stub(&text, &f->unknown[i]))
            err_set(&e, POS_NONE,
                    "nothing in '%.200s' stays the same for 7 bytes, as an "
                    "anchor must",
                    f->unknown[i].text);
    }
    if (!e.set && text.len == 0)
        err_set(&e, POS_NONE,
                "no unknown error '%.60s' in these logs; --format json lists "
                "their ids",
                id);
    if (e.set)
        notes_error(n, &e);
    else
        notes_output(n, buf_view(&text));
    buf_release(&text);
    return e.set ? EXIT_USAGE : EXIT_VERIFIED;
}

static int scan(struct logs *logs, const struct settings *s,
                const struct notes *n)
{
    struct findings findings;
    struct err e = {.set = false};
    if (!logs_scan(logs, &findings, &e))
        return notes_fail(n, &e, EXIT_INCONCLUSIVE);
    verdict_redact_findings(&findings, logs->life, sink_redactor(n->sink));
    say_unjudged(n, &findings.coverage);
    if (s->stub != NULL)
        return show_stub(n, &findings, s->stub);
    if (s->output_format == OUTPUT_JSON)
        show_json(n, &findings);
    else if (s->excerpt_bytes > 0)
        notes_output(n, str_from(findings.excerpt_text));
    else if (n->findings != NULL)
        n->findings(n->context, &findings, s->why ? &logs->catalogue : NULL);
    return code_of(&findings);
}

static bool is_window(const struct scan_window *w, struct err *e)
{
    bool empty =
        w->since_ms != 0 && w->until_ms != 0 && w->until_ms < w->since_ms;
    return !empty || err_set(e, POS_NONE,
                             "--until is before --since: no line is between "
                             "them");
}

int scan_run(struct arena *life, const struct settings *s,
             const struct notes *n)
{
    struct logs logs;
    const struct scan_window window = {s->from_ms, s->until_ms};
    struct err e = {.set = false};
    if (s->arguments.count == 0)
        err_set(&e, POS_NONE,
                "no log given: name one, or - for standard input");
    else
        (void)is_window(&window, &e);
    if (e.set)
        return notes_fail(n, &e, EXIT_USAGE);
    int code = logs_open(&logs, life, s, n, &s->arguments);
    logs.in.window = window;
    logs.in.why = s->why;
    logs.in.excerpt =
        (struct excerpt_wish){s->excerpt_bytes, sink_redactor(n->sink)};
    logs.in.limit_ms = s->scan_limit_ms;
    return code == EXIT_VERIFIED ? scan(&logs, s, n) : code;
}
