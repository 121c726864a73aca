/* Moments with a label. */
#include "lint/labelled.h"

#define DAY INT64_C(86400)

static const char *const rank_labels[RANK_COUNT] = {
    "^(incident |outage |impact |issue )?(start(ed)?|began|begin|onset|"
    "created)([ _](time|at|date))?( ?\\(utc\\))?$",
    "^(time |first )?(detected|discovered|noticed|alerted)"
    "([ _](time|at|on))?( ?\\(utc\\))?$",
    "^(time )?(mitigated|contained)([ _](time|at|on))?( ?\\(utc\\))?$",
    "^(incident |outage |impact |issue )?(resolved|recovered|ended|end|"
    "restored)([ _](time|at|on))?( ?\\(utc\\))?$",
};

static const char span_label[] =
    "^(incident |outage |impact )?(time|when|window|period|date ?/ ?time|"
    "timeframe|time ?range|outage|interval)( ?\\(utc\\))?$";

void labelled_ranks(struct document *d, struct patterns *p)
{
    for (size_t i = 0; i < d->statement_count; i++) {
        struct statement *s = &d->statement[i];
        s->rank = -1;
        for (int k = 0; s->label.len > 0 && k < RANK_COUNT; k++)
            if (seen(p, rank_labels[k], s->label))
                s->rank = k;
        if (s->label.len > 0 && seen(p, span_label, s->label))
            s->rank = RANK_SPAN;
    }
}

bool labelled_read(struct review *r, const struct statement *s, enum rank rank,
                   struct labelled *out)
{
    size_t at = 0;
    if (s->rank != (int)rank || s->about.claim != CLAIM_FACT ||
        s->about.when == WHEN_MIXED)
        return false;
    if (!moment_next(r->p, s->value, &at, &out->moment) ||
        out->moment.second < 0)
        return false;
    int64_t near = r->d->date.form == DATE_NONE ? -1 : r->d->date.day;
    out->from = s;
    out->dated = out->moment.form != DATE_NONE;
    out->at = out->moment.second;
    if (out->dated)
        out->at += moment_day(&out->moment, near) * DAY;
    return true;
}

bool labelled_find(struct review *r, const struct statement *of, enum rank rank,
                   struct labelled *out)
{
    EACH (statement, s, r->d, statement)
        if (s->rank == (int)rank && subject_same(&s->about, &of->about) &&
            labelled_read(r, s, rank, out))
            return true;
    return false;
}

int64_t labelled_span(struct review *r, const struct statement *of,
                      unsigned *line)
{
    struct labelled from, to;
    EACH (statement, s, r->d, statement) {
        struct range span;
        size_t at = 0;
        if (s->rank != RANK_SPAN || !subject_same(&s->about, &of->about) ||
            !range_next(r->p, str_sub(s->value, 0, 200), &at, &span))
            continue;
        *line = s->line;
        return span.to - span.from;
    }
    if (!labelled_find(r, of, RANK_START, &from) ||
        !labelled_find(r, of, RANK_END, &to) || from.dated != to.dated)
        return -1;
    *line = to.from->line;
    if (!from.dated && to.at < from.at)
        to.at += DAY;
    return to.at >= from.at ? to.at - from.at : -1;
}
