/* postflight scan: logs alone, to findings and causes. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/console.h"
#include "model/vocabulary.h"
#include "scan/scan.h"
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

static void print_text(const struct console *c, const struct findings *f)
{
    struct buf text;
    console_causes(c, f);
    buf_init(&text, 400);
    buf_printf(&text,
               "%zu causes, %zu findings, %zu unknown errors in %lld lines",
               f->cause_count, f->finding_count, f->unknown_count,
               (long long)f->coverage.lines);
    if (f->coverage.gave_up > 0)
        buf_printf(&text, "; gave up %lld times",
                   (long long)f->coverage.gave_up);
    if (f->coverage.suppressed > 0)
        buf_printf(&text, "; %lld suppressed",
                   (long long)f->coverage.suppressed);
    buf_char(&text, '\n');
    console_print(buf_view(&text));
    buf_release(&text);
}

static int code_of(const struct findings *f)
{
    if (f->cause_count > 0)
        return EXIT_UNHEALTHY;
    return f->coverage.gave_up > 0 ? EXIT_INCONCLUSIVE : EXIT_VERIFIED;
}

/* RFC 3339, or how long ago. */
static bool read_time(const struct options *o, enum option_id id,
                      int64_t *time_ms, struct err *e)
{
    const char *text = option_text(o, id, NULL);
    int64_t us = 0;
    bool zoned = false;
    if (text == NULL)
        return true;
    if (clock_parse(str_from(text), time_ms, &zoned) == strlen(text))
        return true;
    if (text_to_duration_us(str_from(text), &us)) {
        *time_ms = clock_wall_ms() - us / 1000;
        return true;
    }
    return err_set(e, POS_NONE,
                   "expected a time such as 2026-11-21T10:00:00Z, or a "
                   "duration such as 30m for so long ago, found '%.60s'",
                   text);
}

static bool set_inputs(struct scan_inputs *in, const struct options *o,
                       const struct catalogue *catalogue, struct err *e)
{
    *in = (struct scan_inputs){.catalogue = catalogue,
                               .path = o->argument.item,
                               .path_count = o->argument.count,
                               .good = option_text(o, OPTION_GOOD, NULL)};
    for (size_t i = 0; i < in->path_count; i++)
        if (!scan_can_read(in->path[i], e))
            return false;
    return (in->good == NULL || scan_can_read(in->good, e)) &&
           read_time(o, OPTION_FROM_TIME, &in->window.since_ms, e) &&
           read_time(o, OPTION_UNTIL, &in->window.until_ms, e);
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

static int scan(struct arena *life, const struct options *o,
                const struct catalogue *catalogue)
{
    struct console console = console_open(o);
    struct findings findings;
    struct err e = {.set = false};
    struct scan_inputs in;
    const char *stub = option_text(o, OPTION_STUB, NULL);
    if (!set_inputs(&in, o, catalogue, &e)) {
        console_error(&e);
        return EXIT_USAGE;
    }
    if (!scan_logs(&findings, life, &in, &e)) {
        console_error(&e);
        return EXIT_INCONCLUSIVE;
    }
    struct redactor *redactor = redactor_open();
    verdict_redact_findings(&findings, life, redactor);
    redactor_close(redactor);
    if (stub != NULL)
        return print_stub(&findings, stub);
    if (strcmp(option_text(o, OPTION_FORMAT, "text"), "json") == 0)
        print_json(&findings);
    else
        print_text(&console, &findings);
    return code_of(&findings);
}

static int run(struct arena *life, const struct options *o)
{
    struct catalogue catalogue;
    struct diags d;
    struct err e = {.set = false};
    if (o->argument.count == 0) {
        err_set(&e, POS_NONE,
                "no log given: name one, or - for standard "
                "input");
        console_error(&e);
        return EXIT_USAGE;
    }
    diags_init(&d, life);
    if (!catalogue_open(&catalogue, life,
                        option_text(o, OPTION_SIGNATURES, NULL), &d)) {
        console_diags(&d, NULL);
        return EXIT_INVALID;
    }
    if (d.count > 0)
        console_diags(&d, NULL); /* suppressions that are over */
    int code = scan(life, o, &catalogue);
    return code;
}

const struct command scan_command = {
    .name = "scan",
    .arguments = "FILE... | -",
    .help = "Finds known errors in logs and what broke first. Exit 1 when "
            "something did,\n4 when the scan gave up on a line.",
    .options = OPTION(GOOD) | OPTION(FROM_TIME) | OPTION(UNTIL) | OPTION(STUB) |
               OPTION(SIGNATURES) | OPTION(FORMAT) | OPTION(COLOR) |
               OPTION(QUIET) | OPTION(HELP),
    .run = run,
    .example = "postflight scan deploy.log",
};
