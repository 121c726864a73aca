/* Rules about numbers that other numbers contradict, or that nobody measured.
 */
#include "lint/internal.h"

void check_mean_of_one(struct review *r)
{
    if (r->d->incidents > 1)
        return;
    EACH (stated, s, r->d, stated) {
        struct str g[1];
        if (!found(r->p,
                   "\\bMTT[RDAFI]\\b|\\bmean time\\b|\\baverage time to\\b",
                   s->from->label, g, 1) ||
            seen(r->p,
                 "\\b(over|across|of|from|last) (the )?(last )?\\d+ |\\bn ?= "
                 "?\\d|"
                 "\\bincidents\\b|quarter|month",
                 s->from->text))
            continue;
        remark_at(r, s->from->line, g[0],
                  "'%.*s' is a mean, and this is one incident",
                  STR_ARGS(s->from->label));
    }
}

/* Tenths, rounded down. */
static int64_t tenths(int64_t part, int64_t whole)
{
    return whole == 0 ? 0 : part * 10 / whole;
}

/* The two lengths from which a gain of the same section follows. */
static bool before_and_after(struct review *r, const struct statement *s,
                             struct length *slow, struct length *fast)
{
    bool has_slow = false, has_fast = false;
    EACH (statement, o, r->d, statement) {
        struct length l;
        size_t at = 0;
        if (o->section != s->section || o == s ||
            !length_next(r->p, o->value, &at, &l))
            continue;
        if (seen(r->p, "\\b(actual|after|new|now|with)\\b", o->label)) {
            *fast = l;
            has_fast = true;
        } else if (seen(r->p,
                        "\\b(estimated|before|traditional|old|previous|manual|"
                        "without|expected)\\b",
                        o->label)) {
            *slow = l;
            has_slow = true;
        }
    }
    return has_slow && has_fast && fast->low > 0;
}

/* "3-5x faster" from "2-4 hours" and "50 minutes". */
static void gain(struct review *r, const struct statement *s)
{
    struct str g[3];
    struct length slow = {.high = 0}, fast = {.high = 0};
    if (!found(
            r->p,
            "(?<![\\w.])(\\d{1,3}(?:\\.\\d)?)(?:\\s?(?:-|\xe2\x80\x93|to)\\s?"
            "(\\d{1,3}(?:\\.\\d)?))?\\s?(?:x|\xc3\x97|times) ?"
            "(?:faster|speed|quicker|improve|more)",
            s->text, g, 3) ||
        !before_and_after(r, s, &slow, &fast))
        return;
    int64_t low = digits(g[1]), high = g[2].len > 0 ? digits(g[2]) : low;
    low = str_find(g[1], STR("."), 0) < g[1].len ? low : low * 10;
    high = g[2].len > 0 && str_find(g[2], STR("."), 0) < g[2].len ? high
           : g[2].len > 0                                         ? high * 10
                                                                  : low;
    int64_t least = tenths(slow.low, fast.high),
            most = tenths(slow.high, fast.low);
    if (low >= least - 5 && low <= most + 5 && high <= most + 5 &&
        high >= least - 5 && low - least <= 5 && most - high <= 5)
        return;
    remark_at(r, s->line, g[0],
              "'%.*s', but its own numbers give %lld.%lld to %lld.%lld",
              STR_ARGS(g[0]), (long long)least / 10, (long long)least % 10,
              (long long)most / 10, (long long)most % 10);
}

/* "75 % (2/3)", "2/3 (75 %)": a percentage and the fraction beside it. */
static const char *const fractions[] = {
    "(?<![\\d.,-])(\\d{1,3})(?:\\.\\d+)?\\s?%[^.%|);,]{0,40}?\\(?"
    "(?<![\\d/,.])(\\d{1,3}(?:,\\d{3})+|\\d{1,9})(?:/| of )"
    "(\\d{1,3}(?:,\\d{3})+|\\d{1,9})(?![\\d/,.%]*\\d)",
    "(?<![\\d/,.-])(\\d{1,3}(?:,\\d{3})+|\\d{1,9})(?:/| of )"
    "(\\d{1,3}(?:,\\d{3})+|\\d{1,9})(?: [\\w ]{2,30})?,? ?\\((?:~|"
    "about )?(\\d{1,3})(?:\\.\\d+)?\\s?%\\)",
};

static void percent_of_fraction(struct review *r, const struct statement *s)
{
    for (size_t i = 0; i < ARRAY_COUNT(fractions); i++) {
        struct str g[4];
        if (!found(r->p, fractions[i], s->text, g, 4))
            continue;
        int64_t percent = digits(i == 0 ? g[1] : g[3]);
        int64_t part = digits(i == 0 ? g[2] : g[1]);
        int64_t whole = digits(i == 0 ? g[3] : g[2]);
        if (whole == 0)
            continue;
        int64_t real = part * 100 / whole;
        if (percent >= real - 1 && percent <= real + 1)
            continue;
        remark_at(r, s->line, g[0], "'%.*s': it is %lld %%", STR_ARGS(g[0]),
                  (long long)real);
        return;
    }
}

/* "Coverage: 100 %" while actions about it are open. */
static void complete_but_open(struct review *r, const struct statement *s)
{
    if (s->kind == STATEMENT_HEADING ||
        !seen(r->p, "\\b(coverage|complete(ness|d)?|implemented|progress)\\b",
              s->label) ||
        !seen(r->p, "^100 ?%", s->value))
        return;
    const struct statement *first = NULL;
    size_t open = 0;
    EACH (statement, o, r->d, statement) {
        if (!under(r->d, o->section, TOPIC_ACTIONS | TOPIC_PREVENT) ||
            (o->marking != MARKING_NEXT && o->marking != MARKING_PENDING))
            continue;
        first = first == NULL ? o : first;
        open++;
    }
    if (open > 0)
        remark_at(r, s->line, s->value,
                  "'%.*s', and %zu actions are open (from line %u)",
                  STR_ARGS(str_sub(s->text, 0, 80)), open, first->line);
}

void check_ratio_differs(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        gain(r, s);
        percent_of_fraction(r, s);
        complete_but_open(r, s);
    }
}

void check_number_without_source(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        struct str g[1];
        if (s->label.len == 0 || s->kind == STATEMENT_HEADING ||
            s->about.when == WHEN_MIXED || s->about.claim == CLAIM_GOAL ||
            under(r->d, s->section,
                  TOPIC_CRITERIA | TOPIC_PREVENT | TOPIC_ACTIONS))
            continue;
        if (seen(r->p,
                 "^(response time|latency|p\\d\\d|load time|duration|"
                 "error rate|throughput)s?$",
                 s->label) &&
            found(r->p,
                  "^(<|>|~|\xe2\x89\xa4|under |below |about )\\s?\\d[\\d.,]*"
                  "\\s?(ms|s|%|rps)?",
                  s->value, g, 1))
            remark_at(r, s->line, g[0],
                      "'%.*s' is a bound or a guess, and a measurement is "
                      "expected",
                      STR_ARGS(str_sub(s->text, 0, 60)));
        else if (seen(r->p,
                      "\\b(estimated|expected)\\b.*\\b(reduction|"
                      "improvement|gain|saving|increase)",
                      s->label) &&
                 found(r->p, "\\d{1,3}(-\\d{1,3})? ?%", s->value, g, 1))
            remark_at(r, s->line, g[0],
                      "'%.*s' follows from nothing that is shown",
                      STR_ARGS(str_sub(s->text, 0, 60)));
    }
}

/* All of something is out, or all of it works. */
static const char all_down[] =
    "\\b(complete|total|full|entire|whole)\\b[^.]{0,40}\\b(outage|unavailab\\w*"
    "|"
    "down(time)?|offline)\\b|\\ball (systems|services)\\b[^.]{0,20}\\b(down|"
    "unavailable|failed|offline)";
static const char all_up[] =
    "\\ball (systems|services)\\b[^.]{0,20}\\b(operational|healthy|up|green|"
    "available|live)\\b";

/* Is it told of the time of the failure, or of now? */
static bool is_then(const struct document *d, const struct statement *s,
                    bool now)
{
    switch (s->about.when) {
    case WHEN_DURING:
        return !now;
    case WHEN_AFTER:
        return now;
    case WHEN_BEFORE:
    case WHEN_MIXED:
        return false;
    default:
        return now || d->status_count == 0 || !d->resolved ||
               s->kind == STATEMENT_ROW;
    }
}

/* A service that the document itself says is up, or down. */
static const struct statement *counter_example(struct review *r, bool claims_up,
                                               const struct statement *of)
{
    EACH (statement, s, r->d, statement) {
        struct str g[3];
        if (s == of || s->about.incident != of->about.incident ||
            !is_then(r->d, s, claims_up))
            continue;
        if (!claims_up &&
            found(r->p, "(?<![\\d/])(\\d{1,4})/(\\d{1,4})\\b", s->value, g,
                  3) &&
            seen(r->p, "operational|healthy|up\\b|available", s->text) &&
            digits(g[1]) > 0)
            return s;
        if (s->kind != STATEMENT_ROW)
            continue;
        const struct section *in = &r->d->section[s->section];
        const struct table *t = table_at(r->d, s->line);
        bool services =
            ((in->own | in->topics) & TOPIC_SERVICES) != 0 ||
            (t != NULL &&
             column_of(r->p, t, "^(service|component|endpoint|system)s?$") ==
                 0);
        if (services && !seen(r->p, "^\\W*(total|overall|all)\\b", s->label) &&
            s->marking == (claims_up ? MARKING_FAILED : MARKING_DONE))
            return s;
    }
    return NULL;
}

void check_availability_differs(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        bool up = seen(r->p, all_up, s->prose);
        if (!up && !seen(r->p, all_down, s->prose))
            continue;
        if (s->kind == STATEMENT_HEADING || s->about.when == WHEN_MIXED ||
            s->about.claim == CLAIM_SAMPLE ||
            under(r->d, s->section,
                  TOPIC_CRITERIA | TOPIC_ACTIONS | TOPIC_PREVENT |
                      TOPIC_RELATED))
            continue;
        if (up && r->d->status_count > 0 && r->d->status[0].state == STATE_OPEN)
            continue; /* it tells of another axis */
        const struct statement *other = counter_example(r, up, s);
        if (other == NULL)
            continue;
        remark_at(r, s->line, s->text, "'%.*s', but line %u says '%.*s'",
                  STR_ARGS(str_sub(s->text, 0, 80)), other->line,
                  STR_ARGS(str_sub(other->text, 0, 80)));
        return;
    }
}
