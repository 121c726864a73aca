/* The subjects of sections and statements. */
#include "lint/internal.h"

#define LABELS_BITS 7

/* What is said of each incident of a series. */
static const char *const entry_labels[LABELS_BITS] = {
    "^(total |incident |outage |impact )?duration$",
    "^(total )?down ?time$",
    "^severity$|^priority$",
    "^date$|^date/time$",
    "^(start(ed)?|began|opened)( time| at)?$",
    "^(resolved|ended|end|recovered)( time| at)?$",
    "\\btime to\\b|\\b(deploy\\w*|resolution|recovery|response) time$|^took$",
};

#define ENTRY_LABELS     0x3fu /* two of them, or one of the first two */
#define ENTRY_LABELS_MIN 2     /* bits that two sections must share */

/* Chapters that speak of the incident as a whole. */
#define WHOLE                                                                  \
    (TOPIC_SUMMARY | TOPIC_STATUS | TOPIC_IMPACT | TOPIC_CAUSE | TOPIC_STORY | \
     TOPIC_TIMELINE | TOPIC_VERIFY | TOPIC_CRITERIA | TOPIC_ACTIONS |          \
     TOPIC_PREVENT | TOPIC_SOLUTION | TOPIC_LESSONS | TOPIC_METRICS |          \
     TOPIC_RELATED | TOPIC_PEOPLE | TOPIC_EVIDENCE)

bool subject_whole(const struct subject *s)
{
    return s->claim == CLAIM_FACT && s->part == 0 && s->item == 0 &&
           s->when != WHEN_MIXED;
}

bool subject_same(const struct subject *a, const struct subject *b)
{
    return a->claim == CLAIM_FACT && b->claim == CLAIM_FACT &&
           a->incident == b->incident && a->part == b->part &&
           a->item == b->item && a->when != WHEN_MIXED && b->when != WHEN_MIXED;
}

int64_t moment_day(const struct moment *m, int64_t near)
{
    if (!m->yearless || near < 0)
        return m->day;
    int64_t best = m->day, least = INT64_MAX;
    for (int64_t year = near / 366 + 1969; year <= near / 365 + 1971; year++) {
        int64_t day = day_of(year, m->month, m->month_day);
        int64_t away = day > near ? day - near : near - day;
        if (day < 0 || away >= least)
            continue;
        least = away;
        best = day;
    }
    return best;
}

const struct table *table_at(const struct document *d, unsigned line)
{
    EACH (table, t, d, table)
        if (t->count > 0 && line >= t->row[0].line &&
            line <= t->row[t->count - 1].line)
            return t;
    return NULL;
}

const struct statement *item_above(const struct document *d,
                                   const struct statement *s)
{
    if (s->kind != STATEMENT_ITEM || s->depth < 2)
        return NULL;
    for (const struct statement *o = s; o-- > d->statement;) {
        if (o->kind != STATEMENT_ITEM || o->section != s->section)
            return NULL;
        if (o->depth < s->depth && !o->more)
            return o;
    }
    return NULL;
}

void items_of(const struct document *d, const struct statement *s, size_t *from,
              size_t *to)
{
    *from = *to = (size_t)(s - d->statement) + 1;
    while (*to < d->statement_count &&
           d->statement[*to].kind == STATEMENT_ITEM &&
           (d->statement[*to].depth > s->depth ||
            (d->statement[*to].depth == s->depth && d->statement[*to].more)))
        ++*to;
}

/* A title that names one incident of several: by a date, a number, an id. */
static bool is_marked(struct patterns *p, const struct section *s)
{
    struct moment m;
    size_t at = 0;
    if (moment_next(p, s->title, &at, &m) && m.form != DATE_NONE)
        return true;
    return seen(p,
                "\\b(incident|outage|disruption|event|post-?mortem|failure)s? "
                "?(no\\.? ?|#|number )?\\d+\\b|"
                "(?-i:\\b[A-Z]{2,}(-[A-Z0-9]+)*-\\d+\\b)|"
                "\\b(first|second|third|primary|secondary|initial) "
                "(incident|outage|disruption|failure)\\b",
                s->title);
}

/* Which labels of a series stand in each section or below it. */
static unsigned *labels_read(const struct document *d, struct arena *a,
                             struct patterns *p)
{
    unsigned *bits = arena_array(a, d->section_count + 1, sizeof(*bits));
    for (size_t i = 0; i <= d->section_count; i++)
        bits[i] = 0;
    EACH (statement, s, d, statement) {
        unsigned found = 0;
        if (s->label.len == 0 || s->label.len > 40 || s->value.len == 0)
            continue;
        for (unsigned k = 0; k < LABELS_BITS; k++)
            if (seen(p, entry_labels[k], s->label))
                found |= 1u << k;
        for (size_t at = s->section; found != 0 && at > 0;
             at = d->section[at].parent)
            bits[at] |= found;
    }
    return bits;
}

static unsigned bits_count(unsigned bits)
{
    unsigned count = 0;
    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

/* Do two sections of one parent report an incident each? */
static bool is_pair(const struct section *a, const struct section *b,
                    unsigned shared, const bool *marked)
{
    if (marked[0] && marked[1])
        return true;
    return (a->own & WHOLE) == 0 && (b->own & WHOLE) == 0 &&
           (bits_count(shared & ENTRY_LABELS) >= ENTRY_LABELS_MIN ||
            (shared & 3) != 0);
}

#define ENTRIES_MAX 200 /* sections compared, each with each */

/* What a section is among its siblings. */
enum place { PLACE_NONE, PLACE_PART, PLACE_ENTRY };

static enum place *places_find(const struct document *d, struct arena *a,
                               struct patterns *p)
{
    size_t count =
        d->section_count < ENTRIES_MAX ? d->section_count : ENTRIES_MAX;
    const unsigned *bits = labels_read(d, a, p);
    enum place *place = arena_array(a, d->section_count + 1, sizeof(*place));
    bool *mark = arena_array(a, d->section_count + 1, sizeof(*mark));
    for (size_t i = 0; i < d->section_count; i++) {
        place[i] = PLACE_NONE;
        mark[i] =
            i > 0 && i < count &&
            ((d->section[d->section[i].parent].topics | d->section[i].own) &
             (TOPIC_ACTIONS | TOPIC_RELATED | TOPIC_TIMELINE)) == 0 &&
            is_marked(p, &d->section[i]);
    }
    for (size_t i = 1; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            const struct section *one = &d->section[i], *other = &d->section[j];
            bool marked[2] = {mark[i], mark[j]};
            if (one->parent != other->parent || one->level != other->level)
                continue;
            if (is_pair(one, other, bits[i] & bits[j], marked))
                place[i] = place[j] = PLACE_ENTRY;
            else if ((bits[i] & bits[j]) != 0 && place[i] == PLACE_NONE &&
                     ((one->own | other->own) & WHOLE) == 0)
                place[i] = place[j] = PLACE_PART;
        }
    return place;
}

static enum when when_of(struct patterns *p, struct str text, enum when other)
{
    if (seen(p, "\\b(during|at the time|while (it|the))\\b", text))
        return WHEN_DURING;
    if (seen(p,
             "\\b(before|previous(ly)?|prior|formerly|baseline|normally|"
             "pre-(deploy\\w*|incident))\\b",
             text))
        return WHEN_BEFORE;
    if (seen(p,
             "\\b(after|afterwards|now|currently|current|today|post-"
             "(deploy\\w*|fix|incident)|final|recovered|restored|resolved)\\b",
             text))
        return WHEN_AFTER;
    return other;
}

static enum when when_of_section(struct patterns *p, const struct section *s,
                                 enum when other)
{
    if ((s->own & TOPIC_IMPACT) != 0)
        other = WHEN_DURING;
    else if ((s->own & (TOPIC_VERIFY | TOPIC_STATUS | TOPIC_SOLUTION)) != 0)
        other = WHEN_AFTER;
    return when_of(p, s->title, other);
}

static enum claim claim_of_section(struct patterns *p, const struct section *s,
                                   enum claim other)
{
    if ((s->own & TOPIC_CRITERIA) != 0 ||
        seen(p,
             "\\b(goals?|targets?|objectives?|slos?|slas?|budget|limits?)\\b",
             s->title))
        return CLAIM_GOAL;
    if ((s->own & TOPIC_RELATED) != 0 ||
        seen(p,
             "\\b(previous|earlier|past|similar|prior|other) "
             "(incidents?|outages?|occurrences?|events?)\\b|\\bhistory\\b",
             s->title))
        return CLAIM_OTHER;
    if (seen(p, "\\b(examples?|templates?|samples?)\\b", s->title))
        return CLAIM_SAMPLE;
    if ((s->own & (TOPIC_ACTIONS | TOPIC_PREVENT)) != 0)
        return CLAIM_PLAN;
    return other;
}

static void section_subject(struct document *d, struct patterns *p, size_t i,
                            enum place place)
{
    struct section *s = &d->section[i];
    struct moment m;
    size_t at = 0;
    s->about = d->section[s->parent].about;
    if (i == 0 || s->level == 1)
        s->about = (struct subject){.day = -1};
    if (place == PLACE_ENTRY)
        s->about = (struct subject){.incident = i, .day = -1};
    else if (place == PLACE_PART)
        s->about.part = i;
    if (moment_next(p, s->title, &at, &m) && m.form != DATE_NONE)
        s->about.day =
            moment_day(&m, d->date.form == DATE_NONE ? -1 : d->date.day);
    s->about.when = when_of_section(p, s, s->about.when);
    s->about.claim = claim_of_section(p, s, s->about.claim);
}

/* Columns of several moments, or of what was and what should be. */
static bool is_mixed(struct patterns *p, const struct table *t)
{
    size_t moments = 0;
    for (size_t i = 1; i < t->head.count; i++)
        moments += seen(p,
                        "\\b(before|after|previous|current|old|new|target|goal|"
                        "during|expected|actual|sla|slo|baseline|limit)\\b",
                        t->head.cell[i].text);
    return moments > 0 && t->head.count > 2;
}

static void statement_subject(struct document *d, struct patterns *p,
                              struct statement *s)
{
    const struct statement *above = item_above(d, s);
    s->about = d->section[s->section].about;
    if (above != NULL) {
        s->about.item = above->line;
        s->about.when = when_of(p, above->text, s->about.when);
    }
    if (s->label.len > 0)
        s->about.when = when_of(p, s->label, s->about.when);
    if (seen(p, "\\b(goal|target|objective|slo|sla|budget|limit|threshold)\\b",
             s->label))
        s->about.claim = CLAIM_GOAL;
    if (s->kind == STATEMENT_ROW) {
        const struct table *t = table_at(d, s->line);
        if (t != NULL && is_mixed(p, t))
            s->about.when = WHEN_MIXED;
    }
}

/* "Total incidents: 5", or as many as there are sections of them. */
static size_t incidents_count(const struct document *d, struct patterns *p,
                              const enum place *place)
{
    size_t count = 0;
    for (size_t i = 0; i < d->section_count; i++)
        count += place[i] == PLACE_ENTRY;
    EACH (statement, s, d, statement) {
        struct str g[2];
        if ((seen(p,
                  "^(total |number of |all )*(incidents?|outages?|failures?)"
                  "( total| count)?$",
                  s->label) &&
             found(p, "^(\\d{1,4})\\b(?!-)", s->value, g, 2)) ||
            (seen(p, "\\b(MTT\\w|mean|average|per incident)\\b", s->text) &&
             found(p, "\\b(\\d{1,4}) (incidents|outages)\\b", s->text, g, 2)))
            count = (size_t)digits(g[1]) > count ? (size_t)digits(g[1]) : count;
    }
    EACH (table, t, d, table)
        if (t->count > count && t->head.count > 0 &&
            seen(p, "^(incident|outage)( id)?s?$", t->head.cell[0].text))
            count = t->count;
    return count > 0 ? count : 1;
}

void subjects_read(struct document *d, struct arena *a, struct patterns *p)
{
    const enum place *place = places_find(d, a, p);
    for (size_t i = 0; i < d->section_count; i++)
        section_subject(d, p, i, place[i]);
    for (size_t i = 0; i < d->statement_count; i++)
        statement_subject(d, p, &d->statement[i]);
    d->incidents = incidents_count(d, p, place);
}
