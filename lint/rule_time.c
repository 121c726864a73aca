/* Rules about when things happened. */
#include "lint/internal.h"

#define MINUTE INT64_C(60)

#define COMPARED_MAX 2000 /* pairs of labels */

/* The same time of day once with a date and once without. */
static void date_left_out(struct review *r)
{
    const struct document *d = r->d;
    size_t compared = 0;
    for (size_t i = 1; i < d->statement_count; i++) {
        const struct statement *s = &d->statement[i];
        struct moment bare, full;
        size_t at = 0;
        if (s->label.len == 0 || s->kind == STATEMENT_ROW ||
            !moment_next(r->p, s->value, &at, &bare) ||
            bare.form != DATE_NONE || bare.text.ptr > s->value.ptr + 3)
            continue;
        EACH (statement, other, d, statement) {
            size_t from = 0;
            if (compared > COMPARED_MAX)
                return;
            if (other == s || other->label.len < s->label.len ||
                !str_equal_nocase(str_sub(other->label,
                                          other->label.len - s->label.len,
                                          s->label.len),
                                  s->label) ||
                compared++ > COMPARED_MAX ||
                !moment_next(r->p, other->value, &from, &full) ||
                full.form == DATE_NONE || full.second != bare.second)
                continue;
            remark_at(r, s->line, bare.text,
                      "'%.*s' has no date here and one on line %u",
                      STR_ARGS(bare.text), other->line);
            return;
        }
    }
}

/* Log lines with a time of day, in a document that has no date at all. */
static void logs_undated(struct review *r)
{
    const struct document *d = r->d;
    if (d->date.form != DATE_NONE)
        return;
    EACH (block, b, d, block) {
        struct str g[1];
        if (!found(
                r->p,
                "(?:^|\n)\\s*\\[?\\d{1,2}:\\d{2}:\\d{2}(?:[.,]\\d+)?\\b[^\n]*"
                "\\b(?:err\\w*|fatal|warn\\w*|inf\\w*|debug|dbg)\\b",
                block_text(d, b), g, 1))
            continue;
        remark_at(r, b->first, STR_NONE,
                  "log lines have a time of day, and nothing gives its date "
                  "or zone");
        return;
    }
}

static void zones_mixed(struct review *r)
{
    const struct document *d = r->d;
    bool zoned = d->event_count > 0 && d->event[0].moment.zoned;
    for (size_t i = 1; i < d->event_count; i++)
        if (d->event[i].moment.zoned != zoned &&
            d->event[i].table == d->event[0].table) {
            remark_at(r, d->event[i].line, d->event[i].moment.text,
                      "some times of the timeline have a zone and '%.*s' %s",
                      STR_ARGS(d->event[i].moment.text),
                      zoned ? "has none" : "is one of them");
            return;
        }
}

void check_time_incomplete(struct review *r)
{
    const struct document *d = r->d;
    date_left_out(r);
    logs_undated(r);
    if (d->event_count == 0)
        return;
    const struct event_row *first = &d->event[0];
    if (!d->timeline_zoned)
        remark_at(r, first->line, first->moment.text,
                  "the times of the timeline have no zone");
    else
        zones_mixed(r);
    if (!d->timeline_dated && d->date.form == DATE_NONE)
        remark_at(r, first->line, first->moment.text,
                  "the times of the timeline have no date");
}

/* When it can have happened, in seconds; false: the document does not say. */
static bool window_of(const struct document *d, int64_t *from, int64_t *to)
{
    int64_t lookback = d->timeline_zoned ? 3600 : 50400;
    if (d->date.form == DATE_NONE && !d->timeline_dated)
        return false;
    if (d->event_count > 0) {
        *from = *to = d->event[0].at;
        EACH (event_row, e, d, event) {
            *from = e->at < *from ? e->at : *from;
            *to = e->at > *to ? e->at : *to;
        }
        *from -= lookback;
        *to += lookback;
        /* a report may be written after what its timeline tells */
        int64_t written = (d->date.day + 1) * 86400;
        if (d->date.form != DATE_NONE && written > *to)
            *to = written;
        return true;
    }
    *from = (d->date.day - 1) * 86400 - INT64_C(50400);
    *to = (d->date.day + 2) * 86400;
    return true;
}

/* The first time with a date in a block; false: it has none. */
static bool first_instant(struct review *r, const struct block *b,
                          struct moment *m, int64_t *when)
{
    size_t at = 0;
    struct str text = str_sub(block_text(r->d, b), 0, 4000);
    while (moment_next(r->p, text, &at, m))
        if (m->form == DATE_ISO && m->second >= 0) {
            *when = m->day * 86400 + m->second;
            return true;
        }
    return false;
}

/* The first line of a block that has the code, with its own time. */
static bool logged_first(struct review *r, struct str code, struct moment *m,
                         unsigned *line)
{
    EACH (block, b, r->d, block)
        for (unsigned i = b->first; i <= b->last; i++) {
            struct str text = r->d->line[i].text;
            size_t at = 0;
            if (str_find(text, code, 0) == text.len)
                continue;
            *line = i;
            return moment_next(r->p, str_sub(text, 0, 200), &at, m) &&
                   m->form == DATE_ISO && m->second >= 0 && m->zoned;
        }
    return false;
}

/* The timeline has an error code before any line of the log has it. */
static void codes_before_log(struct review *r)
{
    EACH (event_row, e, r->d, event) {
        struct str g[1];
        struct moment m;
        unsigned line = 0;
        if (!r->d->timeline_zoned || e->at < 86400 ||
            !found(r->p,
                   "(?-i:\\b(P\\d{4}|4[02][0-9A-Z]{3}|2[23][0-9A-Z]{3}|"
                   "ORA-\\d{5}|[A-Z]{2,4}\\d{4,5})\\b)",
                   e->text, g, 1) ||
            !logged_first(r, g[0], &m, &line))
            continue;
        int64_t early = m.day * 86400 + m.second - e->at;
        if (early > MINUTE && early < 43200)
            remark_at(r, e->line, e->moment.text,
                      "'%.*s' is in the timeline at '%.*s', and its log line "
                      "(line %u) is of '%.*s'",
                      STR_ARGS(g[0]), STR_ARGS(e->moment.text), line,
                      STR_ARGS(m.text));
        return;
    }
}

void check_evidence_outside(struct review *r)
{
    const struct document *d = r->d;
    int64_t from = 0, to = 0, when = 0;
    struct moment m;
    if (!window_of(d, &from, &to))
        return;
    codes_before_log(r);
    int64_t begin = d->event_count > 0 ? d->event[0].at : from;
    EACH (block, b, d, block) {
        if (block_is_shell(r->p, d, b) || !first_instant(r, b, &m, &when) ||
            (when >= from && when <= to))
            continue;
        bool early = when < from;
        remark_at(r, b->first, m.text,
                  "evidence of '%.*s' is %lld hours %s the incident",
                  STR_ARGS(m.text),
                  (long long)(early ? begin - when : when - to) / 3600,
                  early ? "before" : "after");
    }
}

void check_dates_mixed(struct review *r)
{
    const struct document *d = r->d;
    struct moment first = {.form = DATE_NONE};
    unsigned first_line = 0;
    EACH (statement, s, d, statement) {
        struct moment m;
        size_t at = 0;
        /* what is due stands in the form of whoever tracks it */
        if (under(d, s->section, TOPIC_ACTIONS))
            continue;
        while (moment_next(r->p, s->prose, &at, &m)) {
            if (m.form == DATE_NONE || m.yearless || m.form == first.form)
                continue;
            if (first.form == DATE_NONE) {
                first = m;
                first_line = s->line;
                continue;
            }
            remark_at(r, s->line, m.text, "'%.*s' here, '%.*s' on line %u",
                      STR_ARGS(m.text), STR_ARGS(first.text), first_line);
            return;
        }
    }
}
