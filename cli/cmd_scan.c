/* postflight scan: logs alone, to findings and causes. */
#include "cli/reporter.h"
#include "model/vocabulary.h"

static void print_count(struct buf *out, size_t count, const char *one,
                        const char *many)
{
    buf_printf(out, "%s%zu %s", out->len == 0 ? "" : ", ", count,
               count == 1 ? one : many);
}

/* No log shows how its run ended, and nothing says that one failed. */
static bool is_unknown(const struct findings *f)
{
    bool unknown = f->run_count > 0 && f->cause_count == 0;
    for (size_t i = 0; i < f->run_count; i++)
        unknown = unknown && f->run[i].outcome == RUN_UNKNOWN;
    return unknown;
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
    if (is_unknown(f))
        buf_text(&text, "; outcome unknown");
    int64_t gave_up = f->coverage.gave_up - f->coverage.unread;
    if (gave_up > 0)
        buf_printf(&text, "; gave up %lld time%s", (long long)gave_up,
                   gave_up == 1 ? "" : "s");
    if (f->coverage.unread > 0)
        buf_printf(&text,
                   "; the time limit ended the reading: %lld log%s not read "
                   "to the end",
                   (long long)f->coverage.unread,
                   f->coverage.unread == 1 ? " was" : "s were");
    if (f->coverage.mixed > 0)
        buf_printf(&text,
                   "; %lld log%s not in the encoding that the first "
                   "bytes name",
                   (long long)f->coverage.mixed,
                   f->coverage.mixed == 1 ? "" : "s");
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

void show_findings(const struct console *c, const struct findings *f,
                   const struct catalogue *catalogue)
{
    print_text(c, f);
    if (catalogue != NULL)
        print_why(c, f, catalogue);
}

const struct command scan_command = {
    .name = "scan",
    .arguments = "FILE... | -",
    .summary = "Finds known errors in logs, and what broke first.",
    .help = "Finds known errors in logs, and what broke first. Logs are plain, "
            "gzip, zstd, UTF-16 or UTF-32, a .zip of a CI host, pages of a "
            "provider's API, frames of Docker or exports of the journal.",
    .run = scan_run,
    .example = "postflight scan deploy.log\n"
               "# what was not in the log of the last good deploy comes "
               "first\n"
               "postflight scan --good last.log.gz deploy.log\n"
               "# from a cluster, only the last half hour\n"
               "kubectl logs deploy/api | postflight scan --since 30m -",
};
