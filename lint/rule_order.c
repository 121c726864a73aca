/* Rules about the order of things: rows, phases, a cause and its effect. */
#include "lint/labelled.h"

#define MINUTE   INT64_C(60)
#define DAY      INT64_C(86400)
#define HALF_DAY INT64_C(43200)

static bool is_same_list(const struct event_row *a, const struct event_row *b)
{
    return a->incident == b->incident && a->table == b->table &&
           a->section == b->section;
}

/* Is the list of this event told from its end, the newest first? */
static bool is_newest_first(const struct document *d, size_t i)
{
    size_t count = 1;
    while (i > 0 && is_same_list(&d->event[i - 1], &d->event[i]))
        i--;
    for (;
         i + 1 < d->event_count && is_same_list(&d->event[i], &d->event[i + 1]);
         i++, count++)
        if (d->event[i + 1].at > d->event[i].at)
            return false;
    return count > 2;
}

static void rows_in_order(struct review *r)
{
    const struct document *d = r->d;
    for (size_t i = 1; i < d->event_count; i++) {
        const struct event_row *e = &d->event[i], *above = &d->event[i - 1];
        if (is_same_list(e, above) && e->at < above->at &&
            !is_newest_first(d, i))
            remark_at(r, e->line, e->moment.text, "'%.*s' is below '%.*s'",
                      STR_ARGS(e->moment.text), STR_ARGS(above->moment.text));
    }
}

/* ---- labelled moments ---- */

static void against_later(struct review *r, const struct labelled *first,
                          enum rank rank)
{
    for (int later = (int)rank + 1; later < RANK_COUNT; later++) {
        struct labelled other;
        if (!labelled_find(r, first->from, (enum rank)later, &other) ||
            other.dated != first->dated || other.at >= first->at ||
            (!first->dated && first->at - other.at > HALF_DAY))
            continue;
        remark_at(r, other.from->line, other.moment.text,
                  "'%.*s' is before '%.*s' on line %u",
                  STR_ARGS(str_sub(other.from->text, 0, 60)),
                  STR_ARGS(str_sub(first->from->text, 0, 60)),
                  first->from->line);
        return;
    }
}

/* Seconds from an event to a labelled moment; false: they share no day. */
static bool apart(const struct labelled *l, const struct event_row *e,
                  int64_t *seconds)
{
    int64_t second = e->at - e->at / DAY * DAY;
    *seconds = l->dated ? l->at - e->at : l->at - second;
    return l->dated ? e->at >= DAY && *seconds<DAY && * seconds> - DAY
                    : *seconds<HALF_DAY && * seconds> - HALF_DAY;
}

/* A row of failure before the time at which it is said to have begun. */
static void failed_before(struct review *r, const struct labelled *start)
{
    EACH (event_row, e, r->d, event) {
        int64_t late;
        if (e->incident != start->from->about.incident ||
            !tells_failure(r->p, e->text) ||
            seen(r->p, "\\b(no|without|unrelated|previous)\\b", e->text))
            continue;
        if (apart(start, e, &late) && late > 2 * MINUTE)
            remark_at(r, start->from->line, start->moment.text,
                      "'%.*s', but line %u has a failure at '%.*s'",
                      STR_ARGS(str_sub(start->from->text, 0, 60)), e->line,
                      STR_ARGS(e->moment.text));
        return; /* the first row of failure tells */
    }
}

/* "Resolved: 15:10", and a row of the timeline that says so at 15:40. */
static void resolved_elsewhere(struct review *r, const struct labelled *end)
{
    const struct event_row *only = NULL;
    int64_t late;
    if (!seen(r->p, "resolved", end->from->label))
        return;
    EACH (event_row, e, r->d, event) {
        if (e->incident != end->from->about.incident ||
            !seen(r->p,
                  "\\b(incident|issue|outage) (is |was |marked |marked as |"
                  "declared )*resolved\\b|^\\W*(incident )?resolved\\W*$",
                  e->text))
            continue;
        if (only != NULL)
            return;
        only = e;
    }
    if (only != NULL && apart(end, only, &late) &&
        (late > 2 * MINUTE || late < -2 * MINUTE))
        remark_at(r, end->from->line, end->moment.text,
                  "'%.*s', but line %u has it resolved at '%.*s'",
                  STR_ARGS(str_sub(end->from->text, 0, 60)), only->line,
                  STR_ARGS(only->moment.text));
}

static void labels_in_order(struct review *r)
{
    size_t count = 0;
    EACH (statement, s, r->d, statement) {
        struct labelled l;
        enum rank rank = (enum rank)s->rank;
        if (s->rank < 0 || s->rank >= RANK_COUNT ||
            !labelled_read(r, s, rank, &l))
            continue;
        if (count++ == LABELS_COMPARED_MAX)
            return;
        against_later(r, &l, rank);
        if (rank == RANK_START)
            failed_before(r, &l);
        else if (rank == RANK_END)
            resolved_elsewhere(r, &l);
    }
}

/* ---- phases ---- */

/* The time of a phase: in its title, or of the first words below it. */
static bool phase_time(struct review *r, size_t section, struct moment *m)
{
    size_t at = 0;
    if (moment_next(r->p, r->d->section[section].title, &at, m))
        return m->second >= 0;
    EACH (statement, s, r->d, statement) {
        if (s->section != section || s->kind == STATEMENT_HEADING)
            continue;
        at = 0;
        return moment_next(r->p, str_sub(s->text, 0, 80), &at, m) &&
               m->second >= 0;
    }
    return false;
}

static void phases_in_order(struct review *r)
{
    static const char numbered[] = "^(phase|step|stage|wave) (\\d{1,2})\\b";
    const struct document *d = r->d;
    size_t before = 0;
    struct moment last = {.second = -1}, m;
    struct str g[3], old[3];
    for (size_t i = 1; i < d->section_count; i++) {
        const struct section *s = &d->section[i];
        if (!found(r->p, numbered, s->title, g, 3) || !phase_time(r, i, &m))
            continue;
        bool next_of =
            before > 0 && d->section[before].parent == s->parent &&
            found(r->p, numbered, d->section[before].title, old, 3) &&
            str_equal_nocase(old[1], g[1]) && digits(g[2]) > digits(old[2]);
        if (next_of && m.day == last.day && m.second < last.second &&
            last.second - m.second < HALF_DAY)
            remark_at(r, s->line, m.text, "'%.*s' at '%.*s', '%.*s' at '%.*s'",
                      STR_ARGS(str_sub(s->title, 0, 40)), STR_ARGS(m.text),
                      STR_ARGS(str_sub(d->section[before].title, 0, 40)),
                      STR_ARGS(last.text));
        before = i;
        last = m;
    }
}

/* ---- a cause and its effect ---- */

static const char cause_at[] =
    "\\b(deploy(ment|ed)?|release[d]?|change|migration|config\\w*|rollout|"
    "push(ed)?|merged?|commit|restart|upgrade)\\b[^.;]{0,80}?"
    "\\b(at|from|of|\\() ?$";

static bool is_cause(struct review *r, const struct statement *s)
{
    return s->kind != STATEMENT_HEADING && s->kind != STATEMENT_ROW &&
           s->about.claim == CLAIM_FACT &&
           (under(r->d, s->section, TOPIC_CAUSE) ||
            seen(r->p,
                 "\\b(caus(e|ed|es|ing)|trigger(ed)?|introduced|led to|"
                 "because of|due to)\\b",
                 s->text));
}

static void effect_before(struct review *r, const struct statement *s,
                          const struct moment *m)
{
    struct labelled cause = {s, *m, m->second, m->form != DATE_NONE};
    if (cause.dated)
        cause.at +=
            moment_day(m, r->d->date.form == DATE_NONE ? -1 : r->d->date.day) *
            DAY;
    EACH (event_row, e, r->d, event) {
        int64_t late;
        if (e->incident != s->about.incident || !tells_failure(r->p, e->text) ||
            !apart(&cause, e, &late))
            continue;
        if (late > MINUTE)
            remark_at(r, s->line, m->text,
                      "the cause is of '%.*s', and line %u has its effect at "
                      "'%.*s'",
                      STR_ARGS(m->text), e->line, STR_ARGS(e->moment.text));
        return;
    }
}

static void causes_first(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        struct moment m;
        size_t at = 0;
        struct str text = str_sub(s->text, 0, 400);
        if (r->d->event_count == 0 || !is_cause(r, s))
            continue;
        while (moment_next(r->p, text, &at, &m))
            if (m.second >= 0 && seen(r->p, cause_at, before(text, m.text))) {
                effect_before(r, s, &m);
                break;
            }
    }
}

void check_timeline_order(struct review *r)
{
    rows_in_order(r);
    labels_in_order(r);
    phases_in_order(r);
    causes_first(r);
}
