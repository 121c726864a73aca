/*
 * "POSTFLIGHT CRITICAL - text | performance data" on one line, as the
 * guidelines for monitoring plugins have it. What is long is cut at the end
 * of the text; performance data that does not fit is left out.
 */
#include <string.h>

#include "base/text.h"
#include "report/formats/internal.h"

#define TEXT_MAX    (NAGIOS_LINE_MAX / 4)
#define CHECKS_MAX  ((size_t)5) /* that are named in the text */
#define MESSAGE_MAX ((size_t)100)

static const char *state_of(const struct record *r)
{
    switch ((enum verdict)r->verdict) {
    case VERDICT_HEALTHY:
    case VERDICT_VERIFIED:
        return r->exit >= 128 ? "UNKNOWN" : "OK";
    case VERDICT_DEGRADED:
    case VERDICT_NOT_SHIPPED:
        return "WARNING";
    case VERDICT_UNHEALTHY:
        return "CRITICAL";
    case VERDICT_INCONCLUSIVE:
        break;
    }
    return "UNKNOWN";
}

/* '|' would begin the performance data. */
static void add_text(struct buf *out, struct arena *a, const char *text)
{
    for (text = short_text(a, text, TEXT_MAX); *text != '\0'; text++)
        buf_char(out, *text == '|' ? '/' : *text);
}

static void failures(struct buf *text, struct arena *a, const struct cases *c)
{
    size_t shown = 0, red = 0;
    for (size_t i = 0; i < c->count; i++) {
        const struct test_case *t = &c->item[i];
        if (t->result == NULL ||
            (t->outcome != OUTCOME_FAILED && t->outcome != OUTCOME_ERROR))
            continue;
        red++;
        if (shown == CHECKS_MAX)
            continue;
        buf_printf(text, "%s%s: %s", shown == 0 ? "; " : ", ", t->name,
                   short_text(a, t->message, MESSAGE_MAX));
        shown++;
    }
    if (red > shown)
        buf_printf(text, " and %zu more", red - shown);
}

/* A label in quotes: a quote is doubled, and '=' may not stand in it. */
static void add_length(struct buf *out, const struct test_case *c)
{
    buf_text(out, " '");
    for (const char *s = c->name; *s != '\0'; s++) {
        if (*s == '\'')
            buf_char(out, '\'');
        buf_char(out, *s == '=' || *s == '|' ? '_' : *s);
    }
    buf_text(out, "'=");
    add_seconds(out, c->result->duration_us);
    buf_text(out, "s;;;0;");
}

/* The counts always; the length of each answer as far as the line goes. */
static void performance(struct buf *line, const struct record *r,
                        const struct cases *c)
{
    const struct production_state *p = &r->production;
    buf_printf(line,
               " | checks=%lld;;;0; passed=%lld;;;0; degraded=%lld;;;0; "
               "failed=%lld;;;0; errors=%lld;;;0;",
               (long long)p->total, (long long)p->passed,
               (long long)p->degraded, (long long)p->failed,
               (long long)p->errors);
    for (size_t i = 0; i < c->count; i++) {
        size_t before = line->len;
        if (c->item[i].result == NULL || !c->item[i].result->answered)
            continue;
        add_length(line, &c->item[i]);
        if (line->len + 1 <= NAGIOS_LINE_MAX && !line->full)
            continue;
        buf_truncate(line, before);
        return;
    }
}

static void write_nagios(struct buf *out, struct arena *a,
                         const struct record *r)
{
    struct cases c;
    struct buf line, text;
    const struct production_state *p = &r->production;
    cases_of(&c, a, r);
    buf_init(&line, NAGIOS_LINE_MAX * 2);
    buf_init(&text, TEXT_MAX * 4);
    buf_printf(&line, "POSTFLIGHT %s - ", state_of(r));
    buf_printf(&text, "%s, %lld of %lld checks passed",
               word_of(&verdict_names, r->verdict), (long long)p->passed,
               (long long)p->total);
    if (r->deployment.state != DEPLOYMENT_UNKNOWN)
        buf_printf(&text, ", deployment %s",
                   word_of(&deployment_names, r->deployment.state));
    failures(&text, a, &c);
    add_text(&line, a, text.ptr);
    performance(&line, r, &c);
    buf_str(out, buf_view(&line));
    buf_char(out, '\n');
    buf_release(&text);
    buf_release(&line);
}

const struct report_format nagios_format = {
    .name = "nagios",
    .suffix = ".txt",
    .help = "one line with performance data",
    .escapes = "a vertical bar as `/`; in labels `'` doubled and `=` as `_`",
    .limits = LIMITS(
        {"bytes of the line", NAGIOS_LINE_MAX, "Nagios reads this many"}),
    .record = write_nagios,
};
