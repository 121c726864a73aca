/* Rules about when things happened and how long they took. */
#include "lint/internal.h"

#define MINUTE INT64_C(60)

static const char *const term_names[TERM_COUNT] = {
    "",
    "time to resolution",
    "time to recovery",
    "time to mitigation",
    "downtime",
    "time to detection",
    "time to diagnosis",
    "time to fix",
    "deployment time",
    "time to verify",
    "time invested",
};

/* Two lengths that a reader takes for the same. */
static bool is_same(const struct length *a, const struct length *b)
{
    int64_t slack = a->about || b->about ? a->high / 10 + MINUTE : MINUTE / 2;
    if (a->bound != 0 || b->bound != 0)
        return true;
    return a->low - slack <= b->high && b->low - slack <= a->high;
}

static void duration_of_term(struct review *r, enum term term)
{
    const struct stated *first = NULL;
    struct buf values;
    buf_init(&values, 2000);
    const struct stated *last = NULL;
    EACH (stated, s, r->d, stated) {
        if (s->term != term)
            continue;
        if (first == NULL)
            first = s;
        else if (is_same(&first->length, &s->length))
            continue;
        else
            last = last == NULL ? s : last;
        buf_printf(&values, "%s%.*s (line %u)", values.len > 0 ? ", " : "",
                   STR_ARGS(s->length.text), s->from->line);
    }
    if (last != NULL)
        remark_at(r, last->from->line, last->length.text,
                  "the %s has several values: %s", term_names[term],
                  values.ptr);
    buf_release(&values);
}

void check_duration_differs(struct review *r)
{
    for (int term = TERM_RESOLVE; term < TERM_COUNT; term++)
        duration_of_term(r, (enum term)term);
}

/* The rows between which a length must lie: [from, to], others are no proof. */
struct covering {
    int64_t latest_start, earliest_end;
};

/* "including the failure" spans the failure and what mended it. */
static struct covering covering_of(struct review *r, const struct stated *s)
{
    struct covering c = {INT64_MAX, INT64_MIN};
    if (!seen(r->p, "\\binclud\\w+ .*\\b(fail|retry|error)", s->from->text))
        return c;
    EACH (event_row, e, r->d, event) {
        if (e->marking == MARKING_FAILED && c.latest_start == INT64_MAX)
            c.latest_start = e->at;
        if (e->marking == MARKING_DONE && c.latest_start != INT64_MAX &&
            e->at > c.latest_start && c.earliest_end == INT64_MIN)
            c.earliest_end = e->at;
    }
    if (c.earliest_end == INT64_MIN)
        c = (struct covering){INT64_MAX, INT64_MIN};
    return c;
}

static bool has_difference(struct review *r, const struct stated *s)
{
    const struct document *d = r->d;
    struct covering c = covering_of(r, s);
    int64_t slack = s->length.about ? s->length.high / 10 + MINUTE : MINUTE;
    for (size_t i = 0; i < d->event_count; i++)
        for (size_t j = i + 1; j < d->event_count; j++) {
            int64_t between = d->event[j].at - d->event[i].at;
            if (d->event[i].at > c.latest_start ||
                d->event[j].at < c.earliest_end)
                continue;
            if (between >= s->length.low - slack &&
                between <= s->length.high + slack)
                return true;
        }
    return false;
}

/* The row that ends a length of this kind; NULL: none is known. */
static const struct event_row *end_of_term(struct review *r, enum term term)
{
    if (term != TERM_DIAGNOSE)
        return NULL;
    EACH (event_row, e, r->d, event)
        if (seen(r->p, "root cause|diagnos", e->text))
            return e;
    return NULL;
}

void check_duration_not_in_timeline(struct review *r)
{
    const struct document *d = r->d;
    if (d->event_count < 2)
        return;
    EACH (stated, s, d, stated) {
        const struct event_row *end = end_of_term(r, s->term);
        if (s->length.bound != 0 || s->length.high < MINUTE ||
            under(d, s->from->section, TOPIC_RELATED) ||
            (s->from->kind != STATEMENT_TEXT &&
             under(d, s->from->section, TOPIC_TIMELINE)))
            continue;
        if (!has_difference(r, s)) {
            remark_at(
                r, s->from->line, s->length.text,
                "%s of '%.*s' lies between no two times of the timeline "
                "(lines %u to %u, %lld minutes)",
                term_names[s->term], STR_ARGS(s->length.text), d->event[0].line,
                d->event[d->event_count - 1].line,
                (long long)(d->event[d->event_count - 1].at - d->event[0].at) /
                    60);
        } else if (end != NULL) {
            int64_t took = end->at - d->event[0].at;
            if (took > s->length.high + MINUTE || took < s->length.low - MINUTE)
                remark_at(r, s->from->line, s->length.text,
                          "%s of '%.*s', but the timeline has the cause after "
                          "%lld minutes, on line %u",
                          term_names[s->term], STR_ARGS(s->length.text),
                          (long long)took / 60, end->line);
        }
    }
}

/* The same time of day once with a date and once without. */
static void date_left_out(struct review *r)
{
    const struct document *d = r->d;
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
            if (other == s || other->label.len < s->label.len ||
                !str_equal_nocase(str_sub(other->label,
                                          other->label.len - s->label.len,
                                          s->label.len),
                                  s->label) ||
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

void check_timeline_order(struct review *r)
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
    for (size_t i = 1; i < d->event_count; i++) {
        const struct event_row *e = &d->event[i];
        if (e->at < d->event[i - 1].at)
            remark_at(r, e->line, e->moment.text, "'%.*s' stands below '%.*s'",
                      STR_ARGS(e->moment.text),
                      STR_ARGS(d->event[i - 1].moment.text));
    }
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

void check_evidence_outside(struct review *r)
{
    const struct document *d = r->d;
    int64_t from = 0, to = 0, when = 0;
    struct moment m;
    if (!window_of(d, &from, &to))
        return;
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
            if (m.form == DATE_NONE || m.form == first.form)
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
