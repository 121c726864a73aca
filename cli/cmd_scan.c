/* postflight scan: logs alone, to findings and causes. */
#include <string.h>

#include "cli/console.h"
#include "cli/logs.h"
#include "model/vocabulary.h"
#include "verdict/verdict.h"

#define JSON_BYTES_MAX ((size_t)256 << 20)

static void print_json(const struct findings *f)
{
    struct buf text;
    buf_init(&text, JSON_BYTES_MAX);
    shape_write(&text, &findings_shape, f);
    buf_char(&text, '\n');
    console_print(buf_view(&text));
    buf_release(&text);
}

static void print_count(struct buf *out, size_t count, const char *one,
                        const char *many)
{
    buf_printf(out, "%s%zu %s", out->len == 0 ? "" : ", ", count,
               count == 1 ? one : many);
}

static void print_text(const struct console *c, const struct findings *f)
{
    struct buf text;
    console_causes(c, f);
    buf_init(&text, 400);
    print_count(&text, f->cause_count, "cause", "causes");
    print_count(&text, f->finding_count, "finding", "findings");
    print_count(&text, f->unknown_count, "unknown error", "unknown errors");
    buf_printf(&text, " in %lld lines", (long long)f->coverage.lines);
    if (f->coverage.gave_up > 0)
        buf_printf(&text, "; gave up %lld times",
                   (long long)f->coverage.gave_up);
    if (f->coverage.suppressed > 0)
        buf_printf(&text, "; %lld suppressed",
                   (long long)f->coverage.suppressed);
    if (f->coverage.interpreted > 0)
        buf_printf(&text, "; %lld regexes ran without JIT",
                   (long long)f->coverage.interpreted);
    buf_char(&text, '\n');
    console_print(buf_view(&text));
    buf_release(&text);
}

/* What was got over is no failure. */
static int code_of(const struct findings *f)
{
    for (size_t i = 0; i < f->cause_count; i++)
        if (f->cause[i].recovered == NULL)
            return EXIT_UNHEALTHY;
    return f->coverage.unjudged > 0 ? EXIT_INCONCLUSIVE : EXIT_VERIFIED;
}

static void print_place(struct buf *out, const char *id, const char *file,
                        int64_t line)
{
    buf_text(out, id);
    if (file != NULL)
        buf_printf(out, " (%s:%lld)", file, (long long)line);
}

static void print_edges(const struct console *c, const struct findings *f)
{
    struct buf text;
    buf_init(&text, 4000);
    for (size_t i = 0; i < f->edge_count; i++) {
        const struct edge_row *e = &f->edge[i];
        buf_clear(&text);
        print_place(&text, e->from, e->file, e->line);
        buf_printf(&text, " %s ", name_of(&edge_names, e->kind));
        print_place(&text, e->to, e->to_file, e->to_line);
        if (e->across)
            buf_text(&text, ", in another log, container or process");
        if (e->count > 1)
            buf_printf(&text, ", %lld times", (long long)e->count);
        console_field(c, i == 0 ? "graph" : "", text.ptr);
    }
    buf_release(&text);
}

static void print_why(const struct console *c, const struct findings *f,
                      const struct catalogue *catalogue)
{
    struct buf text;
    buf_init(&text, 4000);
    for (size_t i = 0; i < f->why_count; i++) {
        const struct why_row *w = &f->why[i];
        buf_clear(&text);
        buf_printf(&text, "%s:%lld %s: %s", w->file, (long long)w->line,
                   w->signature, w->text);
        console_field(c, i == 0 ? "why" : "", text.ptr);
    }
    print_edges(c, f);
    for (size_t i = 0; i < f->coverage.by_count; i++) {
        buf_clear(&text);
        buf_printf(&text, "%lld of %lld error lines: %s",
                   (long long)f->coverage.by[i].lines,
                   (long long)f->coverage.errors, f->coverage.by[i].signature);
        console_field(c, i == 0 ? "explained" : "", text.ptr);
    }
    for (size_t i = 0; i < catalogue->note_count; i++)
        console_field(c, i == 0 ? "catalogue" : "", catalogue->note[i]);
    buf_release(&text);
}

static int print_stub(const struct findings *f, const char *id)
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
        console_error(&e);
    else
        console_print(buf_view(&text));
    buf_release(&text);
    return e.set ? EXIT_USAGE : EXIT_VERIFIED;
}

static int scan(struct logs *logs, const struct options *o)
{
    struct console console = console_open(o);
    struct findings findings;
    struct err e = {.set = false};
    const char *stub = option_text(o, OPTION_STUB, NULL);
    if (!logs_scan(logs, &findings, &e)) {
        console_error(&e);
        return EXIT_INCONCLUSIVE;
    }
    struct redactor *redactor = redactor_open();
    verdict_redact_findings(&findings, logs->life, redactor);
    redactor_close(redactor);
    if (stub != NULL)
        return print_stub(&findings, stub);
    if (strcmp(option_text(o, OPTION_FORMAT, "text"), "json") == 0) {
        print_json(&findings);
        return code_of(&findings);
    }
    print_text(&console, &findings);
    if (logs->in.why)
        print_why(&console, &findings, &logs->catalogue);
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

static int run(struct arena *life, const struct options *o)
{
    struct logs logs;
    struct scan_window window = {0, 0};
    struct err e = {.set = false};
    if (o->argument.count == 0)
        err_set(&e, POS_NONE,
                "no log given: name one, or - for standard input");
    else if (logs_read_time(o, OPTION_FROM_TIME, &window.since_ms, &e) &&
             logs_read_time(o, OPTION_UNTIL, &window.until_ms, &e))
        (void)is_window(&window, &e);
    if (e.set) {
        console_error(&e);
        return EXIT_USAGE;
    }
    int code = logs_open(&logs, life, o, &o->argument);
    logs.in.window = window;
    logs.in.why = option_flag(o, OPTION_WHY);
    return code == EXIT_VERIFIED ? scan(&logs, o) : code;
}

const struct command scan_command = {
    .name = "scan",
    .arguments = "FILE... | -",
    .summary = "Finds known errors in logs, and what broke first.",
    .help = "Finds known errors in logs, and what broke first. Logs are plain, "
            "gzip, zstd or UTF-16.",
    .options = TAKES(OPTION_GOOD, OPTION_PREVIOUS, OPTION_WHY, OPTION_FROM_TIME,
                     OPTION_UNTIL, OPTION_STUB, OPTION_SIGNATURES,
                     OPTION_FORMAT, OPTION_COLOR, OPTION_QUIET, OPTION_HELP),
    .run = run,
    .example = "postflight scan deploy.log\n"
               "# what was not in the log of the last good deploy comes "
               "first\n"
               "postflight scan --good last.log.gz deploy.log\n"
               "# from a cluster, only the last half hour\n"
               "kubectl logs deploy/api | postflight scan --since 30m -",
};
