/* Rules about how long things took. */
#include "lint/labelled.h"

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
    int64_t one = a->about ? a->high / 10 + MINUTE : a->unit / 2;
    int64_t other = b->about ? b->high / 10 + MINUTE : b->unit / 2;
    int64_t slack = one > other ? one : other;
    if (slack < MINUTE / 2)
        slack = MINUTE / 2;
    if (a->bound != 0 || b->bound != 0)
        return true;
    return a->low - slack <= b->high && b->low - slack <= a->high;
}

/* Was it compared already, as the value of an earlier one? */
static bool is_first(const struct document *d, const struct stated *s)
{
    for (const struct stated *o = d->stated; o < s; o++)
        if (o->term == s->term &&
            subject_same(&o->from->about, &s->from->about))
            return false;
    return true;
}

static void values_of(struct review *r, const struct stated *first)
{
    const struct stated *other = NULL;
    struct buf values;
    buf_init(&values, 2000);
    buf_printf(&values, "%.*s (line %u)", STR_ARGS(first->length.text),
               first->from->line);
    for (const struct stated *s = first + 1;
         s < r->d->stated + r->d->stated_count; s++) {
        if (s->term != first->term ||
            !subject_same(&s->from->about, &first->from->about) ||
            is_same(&first->length, &s->length))
            continue;
        other = other == NULL ? s : other;
        buf_printf(&values, ", %.*s (line %u)", STR_ARGS(s->length.text),
                   s->from->line);
    }
    if (other != NULL)
        remark_at(r, other->from->line, other->length.text,
                  "the %s has several values: %s", term_names[first->term],
                  values.ptr);
    buf_release(&values);
}

void check_duration_differs(struct review *r)
{
    EACH (stated, s, r->d, stated)
        if (is_first(r->d, s))
            values_of(r, s);
}

/* ---- against the timeline ---- */

#define ANCHORS_MAX 400

/* Moments of one incident between which a length may be. */
struct anchors {
    int64_t at[ANCHORS_MAX];
    size_t count;
    unsigned first, last; /* lines of its timeline */
    int64_t span;
    bool exact; /* every event has its second */
};

static void anchor_add(struct anchors *all, int64_t at)
{
    if (all->count < ANCHORS_MAX)
        all->at[all->count++] = at;
}

/* Labelled times at the top and in the impact say when it began and ended. */
static void anchors_told(struct review *r, struct anchors *all, size_t incident,
                         int64_t day)
{
    EACH (statement, s, r->d, statement) {
        struct moment m;
        size_t at = 0;
        bool told = s->section == 0 || r->d->section[s->section].level == 1 ||
                    s->label.len > 0 ||
                    under(r->d, s->section,
                          TOPIC_SUMMARY | TOPIC_IMPACT | TOPIC_STATUS);
        if (!told || s->about.incident != incident ||
            s->kind == STATEMENT_HEADING)
            continue;
        while (all->count < ANCHORS_MAX && moment_next(r->p, s->text, &at, &m))
            if (m.second >= 0)
                anchor_add(all,
                           (m.form == DATE_NONE ? day : moment_day(&m, day)) *
                                   86400 +
                               m.second);
    }
}

static void anchors_read(struct review *r, struct anchors *all, size_t incident)
{
    int64_t low = INT64_MAX, high = INT64_MIN;
    *all = (struct anchors){.exact = true};
    EACH (event_row, e, r->d, event) {
        if (e->incident != incident)
            continue;
        all->first = all->count == 0 ? e->line : all->first;
        all->last = e->line;
        all->exact = all->exact && e->moment.precise;
        low = e->at < low ? e->at : low;
        high = e->at > high ? e->at : high;
        anchor_add(all, e->at);
    }
    all->span = all->count > 0 ? high - low : 0;
    if (all->count >= 2)
        anchors_told(r, all, incident, low / 86400);
}

/* The rows between which a length must be: others are no proof. */
struct covering {
    int64_t latest_start, earliest_end;
};

/* "including the failure" spans the failure and what repaired it. */
static struct covering covering_of(struct review *r, const struct stated *s)
{
    struct covering c = {INT64_MAX, INT64_MIN};
    if (!seen(r->p, "\\binclud\\w+ .*\\b(fail|retry|error)", s->from->text))
        return c;
    EACH (event_row, e, r->d, event) {
        if (e->incident != s->from->about.incident)
            continue;
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

static bool has_difference(struct review *r, const struct stated *s,
                           const struct anchors *all)
{
    struct covering c = covering_of(r, s);
    int64_t slack = length_slack(&s->length, all->exact);
    for (size_t i = 0; i < all->count; i++)
        for (size_t j = 0; j < all->count; j++) {
            int64_t between = all->at[j] - all->at[i];
            if (between >= 0 && all->at[i] <= c.latest_start &&
                all->at[j] >= c.earliest_end &&
                between >= s->length.low - slack &&
                between <= s->length.high + slack)
                return true;
        }
    return false;
}

/* The row that ends a length of this kind; NULL: none is known. */
static const struct event_row *end_of_term(struct review *r,
                                           const struct stated *s)
{
    static const char *const words[TERM_COUNT] = {
        [TERM_DIAGNOSE] = "root cause|diagnos",
        [TERM_DETECT] = "\\b(detect\\w*|alert (fire[sd]|triggered)|paged)\\b",
    };
    const struct event_row *only = NULL;
    if (words[s->term] == NULL)
        return NULL;
    EACH (event_row, e, r->d, event) {
        if (e->incident != s->from->about.incident ||
            !seen(r->p, words[s->term], e->text))
            continue;
        if (only != NULL && s->term == TERM_DETECT)
            return NULL; /* which of them is not told */
        only = only == NULL ? e : only;
    }
    return only;
}

static const struct event_row *first_event(const struct document *d,
                                           size_t incident)
{
    EACH (event_row, e, d, event)
        if (e->incident == incident)
            return e;
    return NULL;
}

/* "detected within 45 seconds", and the row is 60 seconds after the first. */
static void against_end(struct review *r, const struct stated *s, bool exact)
{
    const struct event_row *end = end_of_term(r, s);
    const struct event_row *begin = first_event(r->d, s->from->about.incident);
    int64_t slack = length_slack(&s->length, exact);
    if (end == NULL || begin == NULL || s->length.bound == '>')
        return;
    int64_t took = end->at - begin->at;
    bool late = took > s->length.high + slack;
    bool early = took < s->length.low - slack && s->length.bound == 0 &&
                 s->term == TERM_DIAGNOSE;
    if (s->term == TERM_DETECT && s->length.bound == 0)
        late = false; /* it may count from a later row */
    if (late || early)
        remark_at(r, s->from->line, s->length.text,
                  "%s of '%.*s', but the timeline has it after %lld %s, on "
                  "line %u",
                  term_names[s->term], STR_ARGS(s->length.text),
                  (long long)(took < 600 ? took : took / 60),
                  took < 600 ? "seconds" : "minutes", end->line);
}

static bool is_compared(struct review *r, const struct stated *s,
                        const struct anchors *all)
{
    const struct document *d = r->d;
    return all->count >= 2 && subject_whole(&s->from->about) &&
           (s->length.high >= MINUTE || all->exact) &&
           !(s->from->kind != STATEMENT_TEXT &&
             under(d, s->from->section, TOPIC_TIMELINE));
}

static const char *span_text(struct review *r, int64_t seconds)
{
    if (seconds < 600)
        return arena_printf(r->a, "%lld seconds", (long long)seconds);
    if (seconds < 7200)
        return arena_printf(r->a, "%lld minutes", (long long)seconds / 60);
    return arena_printf(r->a, "%lld h %lld min", (long long)seconds / 3600,
                        (long long)seconds % 3600 / 60);
}

/* "every 5 minutes": how often, or how long something waited. */
static bool is_period(struct review *r, struct str head)
{
    return seen(r->p,
                "\\b(every|each|per|after|of|older than|last|first|next|"
                "within|by|than)\\s*$",
                head);
}

#define SENTENCE_MAX ((size_t)400)

/* The lengths of one sentence and the two times beside them. */
static void own_range(struct review *r, const struct statement *s)
{
    static const char joint[] =
        "^[\\s(),;:=\xe2\x80\x93\xe2\x80\x94-]*((from|between|for|a total of|"
        "total( of)?|lasting|lasted|approximately|about|roughly|i\\.e\\.|utc|"
        "duration|downtime|outage)[\\s(),;:=-]*)*$";
    struct range span;
    struct str text = str_sub(s->text, 0, SENTENCE_MAX);
    size_t from = 0;
    while (range_next(r->p, text, &from, &span)) {
        struct length l;
        size_t at = 0;
        while (length_next(r->p, text, &at, &l)) {
            bool behind = l.text.ptr > span.text.ptr;
            struct str first = behind ? span.text : l.text;
            const char *end = first.ptr + first.len;
            struct str between = {
                end, (size_t)((behind ? l.text.ptr : span.text.ptr) - end)};
            int64_t took = span.to - span.from;
            int64_t slack = length_slack(&l, false);
            if ((!behind && end > span.text.ptr) || between.len > 60 ||
                (between.len > 0 && !seen(r->p, joint, between)) ||
                l.bound != 0 || is_period(r, before(text, l.text)) ||
                seen(r->p, "^ of (it|this|that|which|them)\\b",
                     after(text, l.text)) ||
                (took >= l.low - slack && took <= l.high + slack))
                continue;
            remark_at(r, s->line, l.text, "'%.*s', but '%.*s' is %s",
                      STR_ARGS(l.text), STR_ARGS(span.text),
                      span_text(r, took));
            return;
        }
    }
}

/* "Start: 10:00", "End: 11:00", "Duration: 3 hours". */
static bool against_labels(struct review *r, const struct stated *s)
{
    unsigned line = 0;
    int64_t slack = length_slack(&s->length, false);
    if ((s->term != TERM_RESOLVE && s->term != TERM_DOWN) ||
        s->length.bound != 0 ||
        !seen(r->p, "duration|down ?time|outage|total time", s->from->label))
        return false;
    int64_t span = labelled_span(r, s->from, &line);
    if (span < 0 || line == s->from->line ||
        (span >= s->length.low - slack && span <= s->length.high + slack))
        return false;
    remark_at(r, s->from->line, s->length.text,
              "%s of '%.*s', but its start and end (line %u) are %s apart",
              term_names[s->term], STR_ARGS(s->length.text), line,
              span_text(r, span));
    return true;
}

void check_duration_not_in_timeline(struct review *r)
{
    const struct document *d = r->d;
    struct anchors *all = arena_alloc(r->a, sizeof(*all));
    size_t incident = SIZE_MAX;
    EACH (stated, s, d, stated) {
        if (s->from->about.incident != incident) {
            incident = s->from->about.incident;
            anchors_read(r, all, incident);
        }
        if (against_labels(r, s) || !is_compared(r, s, all))
            continue;
        if (s->length.bound == 0 && !has_difference(r, s, all))
            remark_at(r, s->from->line, s->length.text,
                      "%s of '%.*s' is between no two times of the timeline "
                      "(lines %u to %u, %s)",
                      term_names[s->term], STR_ARGS(s->length.text), all->first,
                      all->last, span_text(r, all->span));
        else
            against_end(r, s, all->exact);
    }
    EACH (statement, s, d, statement)
        if (s->about.claim == CLAIM_FACT && s->kind != STATEMENT_HEADING)
            own_range(r, s);
}
