/* postflight scan: logs alone, to findings and causes. */
#include <string.h>

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

static int scan(struct arena *life, const struct options *o,
                const struct catalogue *catalogue)
{
    struct console console = console_open(o);
    struct findings findings;
    struct err e = {.set = false};
    for (size_t i = 0; i < o->argument.count; i++)
        if (!scan_can_read(o->argument.item[i], &e)) {
            console_error(&e);
            return EXIT_USAGE;
        }
    if (!scan_logs(&findings, life, catalogue, o->argument.item,
                   o->argument.count, &e)) {
        console_error(&e);
        return EXIT_INCONCLUSIVE;
    }
    struct redactor *redactor = redactor_open();
    verdict_redact_findings(&findings, life, redactor);
    redactor_close(redactor);
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
    int code = scan(life, o, &catalogue);
    return code;
}

const struct command scan_command = {
    .name = "scan",
    .arguments = "FILE... | -",
    .help = "Finds known errors in logs and what broke first. Exit 1 when "
            "something did,\n4 when the scan gave up on a line.",
    .options = 1u << OPTION_SIGNATURES | 1u << OPTION_FORMAT |
               1u << OPTION_COLOR | 1u << OPTION_QUIET | 1u << OPTION_HELP,
    .run = run,
    .example = "postflight scan deploy.log",
};
