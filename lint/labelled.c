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

bool labelled_read(struct review *r, const struct statement *s, enum rank rank,
                   struct labelled *out)
{
    size_t at = 0;
    if (s->label.len == 0 || s->about.claim != CLAIM_FACT ||
        s->about.when == WHEN_MIXED || !seen(r->p, rank_labels[rank], s->label))
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
        if (s->label.len > 0 && subject_same(&s->about, &of->about) &&
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
        if (s->label.len == 0 || !subject_same(&s->about, &of->about) ||
            !seen(r->p, span_label, s->label) ||
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
