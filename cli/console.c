/*
 * What a person reads: calm lines, harmless text. Each line that goes out is
 * inert: a log of CI may take it even where no host can be known, as from
 * within a container.
 */
#include "cli/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/host.h"
#include "model/version.h"
#include "redact/inert.h"
#include "report/report.h"

#define LINE_MAX_BYTES 2000
#define PAGE_MAX       ((size_t)1 << 20)
#define TROUBLES_MAX   5 /* checks in the summary of a terminal */

struct console console_open(const struct options *o)
{
    const char *color = option_text(o, OPTION_COLOR, "auto");
    const char *no_color = getenv("NO_COLOR");
    bool wanted =
        isatty(STDOUT_FILENO) != 0 && (no_color == NULL || no_color[0] == '\0');
    if (strcmp(color, "auto") != 0)
        wanted = strcmp(color, "always") == 0;
    return (struct console){.quiet = option_flag(o, OPTION_QUIET),
                            .color = wanted,
                            .screen = screen_open()};
}

void console_command(struct str text)
{
    fwrite(text.ptr, 1, text.len, stdout);
}

static void print_inert(struct str text, FILE *to)
{
    struct buf out;
    buf_init(&out, text.len * 2 + 16);
    inert_lines(&out, text);
    fwrite(out.ptr, 1, out.len, to);
    buf_release(&out);
}

/* A document changes only where its lines would act on the host. */
void console_print(struct str text)
{
    if (host_now() == NULL)
        fwrite(text.ptr, 1, text.len, stdout);
    else
        print_inert(text, stdout);
}

/* One line, without control bytes and without marks that hosts execute. */
static void add_safe(struct buf *out, const char *text)
{
    struct buf visible;
    buf_init(&visible, LINE_MAX_BYTES);
    inert_text(&visible, str_from(text));
    buf_str(out, buf_view(&visible));
    if (visible.full)
        buf_text(out, "...");
    buf_release(&visible);
}

void console_add_safe(struct buf *out, const char *text)
{
    add_safe(out, text);
}

const char *console_color(int status)
{
    switch ((enum status)status) {
    case STATUS_PASS:
        return "\033[32m";
    case STATUS_DEGRADED:
    case STATUS_BLOCKED:
    case STATUS_SKIPPED:
        return "\033[33m";
    case STATUS_FAIL:
    case STATUS_ERROR:
        break;
    }
    return "\033[31m";
}

static void add_colored(const struct console *c, struct buf *out,
                        const char *color, const char *word)
{
    if (c->color)
        buf_text(out, color);
    buf_text(out, word);
    if (c->color)
        buf_text(out, "\033[0m");
}

/* Rows after the first of a line stand in by so many columns. */
enum indent {
    INDENT_NONE,
    INDENT_VERDICT = 2,
    INDENT_RESULT = 12,
    INDENT_FIELD = 14
};

/* INDENT_NONE: a command, which is copied, stays in one piece. */
static void flush(const struct console *c, struct buf *out, enum indent indent)
{
    struct buf rows;
    buf_init(&rows, PAGE_MAX);
    for (struct str rest = buf_view(out); rest.len > 0;) {
        struct str line = str_cut(rest, '\n', &rest);
        if (c->screen.wraps && indent != INDENT_NONE) {
            screen_wrap(&c->screen, &rows, line, (unsigned)indent);
        } else {
            buf_str(&rows, line);
            buf_char(&rows, '\n');
        }
    }
    if (c->page != NULL) {
        buf_str(c->page, buf_view(&rows));
    } else {
        print_inert(buf_view(&rows), stdout);
        fflush(stdout);
    }
    buf_release(&rows);
    buf_release(out);
}

void console_result(const struct console *c, const struct result *r)
{
    const char *status = name_of(&status_names, r->status);
    struct buf out;
    if (c->quiet)
        return;
    buf_init(&out, (size_t)LINE_MAX_BYTES * 10);
    buf_text(&out, "  ");
    add_colored(c, &out, console_color(r->status), status);
    buf_repeat(&out, ' ', 10 - strlen(status));
    add_safe(&out, r->title);
    buf_text(&out, "  ");
    if (r->answered) {
        kind_write_answer(&out, r->kind, r->http_status);
        buf_text(&out, " in ");
        text_duration(&out, r->duration_us);
    }
    if (r->flaky)
        buf_printf(&out, "; flaky: %lld attempt%s", (long long)r->attempts,
                   r->attempts == 1 ? "" : "s");
    if (r->insecure)
        buf_text(&out, "; any certificate accepted");
    if (r->message != NULL) {
        buf_text(&out, r->answered ? "; " : "");
        add_safe(&out, r->message);
    }
    buf_char(&out, '\n');
    flush(c, &out, INDENT_RESULT);
}

/* color: NULL for none. */
static void add_field(const struct console *c, const char *color,
                      const char *label, const char *text, enum indent indent)
{
    struct buf out;
    size_t width = strlen(label);
    if (c->quiet)
        return;
    buf_init(&out, (size_t)LINE_MAX_BYTES * 10);
    buf_text(&out, "  ");
    if (color != NULL)
        add_colored(c, &out, color, label);
    else
        buf_text(&out, label);
    buf_repeat(&out, ' ', width < 11 ? 12 - width : 1);
    add_safe(&out, text);
    buf_char(&out, '\n');
    flush(c, &out, indent);
}

void console_field(const struct console *c, const char *label, const char *text)
{
    add_field(c, NULL, label, text, INDENT_FIELD);
}

void console_mark(const struct console *c, enum status status,
                  const char *label, const char *text)
{
    add_field(c, console_color((int)status), label, text, INDENT_FIELD);
}

/* The lines of the root itself: the first two from its place on. */
static void print_lines(const struct console *c, const struct cause *cause,
                        const struct chain_link *root)
{
    size_t shown = 0;
    for (size_t i = 0; i < cause->evidence_count && shown < 2; i++) {
        const struct evidence *e = &cause->evidence[i];
        if (root != NULL && strcmp(e->file, root->file) == 0 &&
            e->line < root->line)
            continue;
        console_field(c, "", e->text);
        shown++;
    }
}

static const struct remedy *safe_remedy(const struct cause *cause,
                                        const struct remedy *but, bool command)
{
    for (size_t i = 0; i < cause->remedy_count; i++) {
        const struct remedy *r = &cause->remedy[i];
        if (r->danger == NULL && r != but && (!command || r->command != NULL))
            return r;
    }
    return NULL;
}

/*
 * Two safe ones, since one alone would often be an "If" without its "else":
 * the first, and the next one that can be run.
 */
static void print_remedies(const struct console *c, const struct cause *cause)
{
    const struct remedy *shown[2] = {safe_remedy(cause, NULL, false), NULL};
    if (shown[0] != NULL)
        shown[1] = safe_remedy(cause, shown[0], true);
    if (shown[1] == NULL && shown[0] != NULL)
        shown[1] = safe_remedy(cause, shown[0], false);
    for (size_t i = 0; i < ARRAY_COUNT(shown) && shown[i] != NULL; i++) {
        console_field(c, i == 0 ? "fix" : "", shown[i]->text);
        if (shown[i]->command != NULL)
            add_field(c, NULL, "", shown[i]->command, INDENT_NONE);
    }
}

static void print_cause(const struct console *c, const struct cause *cause)
{
    struct buf text;
    const struct chain_link *at =
        cause->chain_count > 0 ? &cause->chain[0] : NULL;
    buf_init(&text, 2000);
    buf_text(&text, cause->title);
    if (cause->recovered != NULL)
        buf_printf(&text, ", got over at %s", cause->recovered);
    if (at != NULL && cause->elsewhere == NULL)
        buf_printf(&text, " (%s:%lld)", at->file, (long long)at->line);
    console_mark(c, cause_stands(cause) ? STATUS_FAIL : STATUS_DEGRADED,
                 cause->earlier ? "earlier" : "cause", text.ptr);
    print_lines(c, cause, at);
    for (size_t i = 0; i < cause->reason_count && i < 3; i++)
        console_field(c, i == 0 ? "because" : "", cause->reason[i]);
    if (cause->elsewhere != NULL)
        console_field(c, "look in", cause->elsewhere);
    if (cause->rollback_why != NULL && cause_stands(cause)) {
        buf_clear(&text);
        buf_printf(&text, "%s: %s", rollback_words(cause->rollback),
                   cause->rollback_why);
        console_field(c, "rollback", text.ptr);
    }
    if (!cause->earlier)
        print_remedies(c, cause);
    buf_release(&text);
}

void console_causes(const struct console *c, const struct findings *f)
{
    for (size_t i = 0; i < f->cause_count && i < 3; i++)
        print_cause(c, &f->cause[i]);
    for (size_t i = 0; i < f->unknown_count && i < 3; i++)
        console_field(c, i == 0 ? "unknown" : "", f->unknown[i].sample);
}

static void print_states(const struct console *c, const struct record *r)
{
    struct buf text;
    struct arena a;
    arena_init(&a);
    buf_init(&text, 2000);
    buf_printf(&text, "%s, %lld of %lld checks passed",
               name_of(&production_names, r->production.state),
               (long long)r->production.passed, (long long)r->production.total);
    console_field(c, "production", text.ptr);
    buf_clear(&text);
    buf_text(&text, name_of(&deployment_names, r->deployment.state));
    if (r->deployment.expected != NULL)
        buf_printf(&text, ", expected %s",
                   version_short(&a, r->deployment.expected));
    console_field(c, "deployment", text.ptr);
    buf_release(&text);
    arena_release(&a);
}

/* "and 3 more", where a list stops before its end. */
static void print_more(const struct console *c, size_t count, size_t shown,
                       const char *where)
{
    char text[100];
    if (count <= shown)
        return;
    snprintf(text, sizeof(text), "and %zu more, %s", count - shown, where);
    console_field(c, "", text);
}

/* What is worse, then what is new, as far as a screen holds it. */
static void print_differences(const struct console *c,
                              const struct comparison *d)
{
    size_t shown = d->difference_count < 8 ? d->difference_count : 8;
    for (size_t i = 0; i < shown; i++) {
        struct buf line;
        buf_init(&line, 4000);
        buf_printf(&line, "%s: %s", d->difference[i].check,
                   d->difference[i].text);
        console_field(c, i == 0 ? "differs" : "", line.ptr);
        buf_release(&line);
    }
    print_more(c, d->difference_count, shown, "in the record");
    if (d->since != NULL && d->difference_count == 0)
        console_field(c, "differs", "in nothing from the baseline");
}

/* What is well has no place among them; what was not asked comes last. */
static unsigned trouble_of(const struct result *r)
{
    switch ((enum status)r->status) {
    case STATUS_PASS:
        return r->flaky ? 2 : 4;
    case STATUS_DEGRADED:
        return 1;
    case STATUS_BLOCKED:
    case STATUS_SKIPPED:
        return 3;
    case STATUS_FAIL:
    case STATUS_ERROR:
        break;
    }
    return 0;
}

/* Where no line was printed as it came, what is not well is told here. */
static void print_troubles(const struct console *c, const struct record *r)
{
    size_t shown = 0, left = 0;
    for (unsigned trouble = 0; trouble < 4; trouble++)
        for (size_t i = 0; i < r->result_count; i++) {
            if (trouble_of(&r->result[i]) != trouble)
                continue;
            bool follows = trouble == 3 && shown > 0; /* from those above */
            if (shown < TROUBLES_MAX && !follows) {
                console_result(c, &r->result[i]);
                shown++;
            } else {
                left++;
            }
        }
    if (left > 0) {
        char text[60];
        snprintf(text, sizeof(text), "and %zu more that did not pass", left);
        console_field(c, "", text);
    }
}

/* On a screen, what is wrong with a check is listed above the reasons. */
static bool is_listed(const struct console *c, const struct record *r,
                      const char *reason)
{
    for (size_t i = 0; c->screen.live && i < r->result_count; i++) {
        const char *message = r->result[i].message;
        if (message != NULL && trouble_of(&r->result[i]) < 4 &&
            str_ends(str_from(reason), str_from(message)))
            return true;
    }
    return false;
}

static void print_reasons(const struct console *c, const struct record *r)
{
    size_t most = c->screen.live ? 2 : 6, shown = 0, count = 0;
    for (size_t i = 0; i < r->reason_count; i++) {
        if (is_listed(c, r, r->reason[i]))
            continue;
        if (count++ < most)
            console_field(c, shown++ == 0 ? "why" : "", r->reason[i]);
    }
    print_more(c, count, shown, "in the record");
}

static void print_summary(const struct console *c, const struct record *r)
{
    const char *verdict = name_of(&verdict_names, r->verdict);
    bool good = verdict_is_good(r->verdict);
    struct buf out;
    buf_init(&out, 2000);
    if (!c->quiet) {
        buf_text(&out, c->screen.live ? "" : "\n");
        add_colored(c, &out, good ? "\033[1;32m" : "\033[1;31m", verdict);
        buf_printf(&out, ": %s\n", report_advice_text(r));
    }
    flush(c, &out, INDENT_VERDICT);
    print_states(c, r);
    if (c->screen.live)
        print_troubles(c, r);
    print_reasons(c, r);
    console_causes(c, &r->logs);
    print_differences(c, &r->comparison);
}

/* One line for programs; at a terminal it is for a reader, too. */
static void print_last(const struct console *c, const char *last)
{
    struct buf out;
    buf_init(&out, PAGE_MAX);
    if (c->screen.wraps && !c->quiet)
        screen_wrap(&c->screen, &out, str_trim(str_from(last)), INDENT_VERDICT);
    else
        buf_text(&out, last);
    console_print(buf_view(&out));
    buf_release(&out);
}

void console_summary(const struct console *c, const struct record *r,
                     const char *last)
{
    struct console paged = *c;
    struct buf page;
    if (!c->screen.live || c->quiet) {
        print_summary(c, r);
        print_details(c, r);
        print_last(c, last);
        return;
    }
    buf_init(&page, PAGE_MAX);
    paged.page = &page;
    print_summary(&paged, r);
    screen_wrap(&c->screen, &page, str_trim(str_from(last)), INDENT_VERDICT);
    console_print(buf_view(&page));
    buf_release(&page);
}

static void print_error(struct buf *out)
{
    print_inert(buf_view(out), stderr);
    buf_release(out);
}

void console_error(const struct err *e)
{
    struct buf out;
    buf_init(&out, (size_t)1 << 16);
    err_render(e, &out);
    print_error(&out);
}

void console_note(struct str text)
{
    struct buf out;
    buf_init(&out, (size_t)1 << 16);
    text_visible_line(&out, text);
    buf_char(&out, '\n');
    print_error(&out);
}

void console_problems(struct str text)
{
    print_inert(text, stderr);
}

void console_lines(struct str text)
{
    struct buf out;
    buf_init(&out, text.len * 2 + 100);
    for (struct str rest = text; rest.len > 0;) {
        struct arena line;
        arena_init(&line);
        add_safe(&out, str_dup(&line, str_cut(rest, '\n', &rest)));
        buf_char(&out, '\n');
        arena_release(&line);
    }
    print_error(&out);
}
