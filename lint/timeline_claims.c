/* What happened when: tables and lists with times, in one order. */
#include <string.h>

#include "lint/internal.h"

#define EVENTS_MAX 300
#define DAY        INT64_C(86400)

static const char time_head[] =
    "^(time|when|timestamp|date ?/ ?time|date|start(ed)?|uhrzeit|at)\\b|"
    "\\((utc|gmt|cet|cest|local|[pcme][sd]?t)\\)|^(utc|gmt)$";

/* Times without a date follow the one above; past midnight is a day later. */
static int64_t place_of(const struct document *d, const struct moment *m)
{
    if (m->form != DATE_NONE)
        return m->day * DAY + m->second;
    if (d->event_count == 0)
        return (d->date.form == DATE_NONE ? 0 : d->date.day) * DAY + m->second;
    int64_t above = d->event[d->event_count - 1].at;
    int64_t second = above - above / DAY * DAY;
    int64_t at = above / DAY * DAY + m->second;
    return second >= DAY / 4 * 3 && m->second < DAY / 4 ? at + DAY : at;
}

static void event_push(struct document *d, struct arena *a, struct event_row e)
{
    if (d->event_count == EVENTS_MAX)
        return;
    e.at = place_of(d, &e.moment);
    e.dated = e.moment.form != DATE_NONE;
    d->event =
        arena_grow(a, d->event, d->event_count, &d->event_cap, sizeof(e));
    d->event[d->event_count++] = e;
}

/* The cell of a time holds a time and little else. */
static bool is_time_cell(struct patterns *p, struct str cell, struct moment *m)
{
    size_t at = 0;
    return cell.len < 60 && moment_next(p, cell, &at, m) && m->second >= 0;
}

static struct str row_text(struct arena *a, const struct row *row, int time)
{
    struct buf text;
    buf_init(&text, 20000);
    for (size_t i = 0; i < row->count; i++) {
        if ((int)i == time)
            continue;
        buf_str(&text, row->cell[i].text);
        buf_text(&text, " | ");
    }
    struct str s = {buf_dup(a, &text), text.len};
    buf_release(&text);
    return s;
}

static void table_events(struct document *d, struct arena *a,
                         struct patterns *p, const struct table *t)
{
    int time = column_of(p, t, time_head);
    struct moment m;
    size_t timed = 0;
    if (time < 0)
        return;
    for (size_t i = 0; i < t->count; i++)
        timed += is_time_cell(p, cell_text(&t->row[i], time), &m);
    if (timed < 1 || timed * 2 < t->count)
        return;
    if (seen(p, "\\b(utc|gmt|z|ces?t|[ecmp][sd]?t|local)\\b",
             t->head.cell[time].text))
        d->timeline_zoned = true;
    for (size_t i = 0; i < t->count; i++) {
        const struct row *row = &t->row[i];
        if (!is_time_cell(p, cell_text(row, time), &m))
            continue;
        struct event_row e = {.moment = m,
                              .text = row_text(a, row, time),
                              .marking = row->marking,
                              .line = row->line,
                              .section = t->section,
                              .row = row,
                              .table = t};
        event_push(d, a, e);
    }
}

/* "12:50 UTC - text", "**12:50** text", "[12:50] text" in a timeline. */
static void item_event(struct document *d, struct arena *a, struct patterns *p,
                       const struct statement *s)
{
    struct moment m;
    size_t at = 0;
    if (s->kind != STATEMENT_ITEM || !under(d, s->section, TOPIC_TIMELINE))
        return;
    struct str head = str_sub(s->text, 0, 48);
    if (!moment_next(p, head, &at, &m) || m.second < 0 ||
        m.text.ptr > s->text.ptr + 4)
        return;
    struct event_row e = {.moment = m,
                          .text = after(s->text, m.text),
                          .marking = s->marking != MARKING_NONE
                                         ? s->marking
                                         : marking_in(s->text),
                          .line = s->line,
                          .section = s->section};
    event_push(d, a, e);
}

/* The tables of one chapter only: the first one that has a time. */
static bool is_same_chapter(const struct document *d, size_t section)
{
    if (d->event_count == 0)
        return true;
    size_t first = d->event[0].section, other = section;
    while (first > 0 && d->section[first].level > 2)
        first = d->section[first].parent;
    while (other > 0 && d->section[other].level > 2)
        other = d->section[other].parent;
    return first == other;
}

/* A zone that the title of the timeline or a sentence gives to all times. */
static bool is_zone_told(const struct document *d, struct patterns *p)
{
    size_t section = d->event[0].section;
    for (size_t i = 0; i < d->section_count; i++)
        if (within(d, section, i) &&
            seen(p, "\\b(utc|gmt|ces?t|[ecmp][sd]?t)\\b", d->section[i].title))
            return true;
    EACH (statement, s, d, statement)
        if (seen(p,
                 "\\b(all )?times?( ?zone| ?stamps)?( are)?( given| shown| "
                 "listed)?( in| is)?:? ?\\(?(utc|gmt|ces?t|[ecmp][sd]t|z\\b)",
                 s->text))
            return true;
    return false;
}

/* Tables of a section that is named so come first, then any, then lists. */
static void events_find(struct document *d, struct arena *a, struct patterns *p)
{
    for (int pass = 0; pass < 2 && d->event_count == 0; pass++)
        for (size_t i = 0; i < d->table_count; i++) {
            const struct table *t = &d->table[i];
            bool named = under(d, t->section, TOPIC_TIMELINE);
            if ((pass == 1 || named) && is_same_chapter(d, t->section))
                table_events(d, a, p, t);
        }
    if (d->event_count == 0)
        for (size_t i = 0; i < d->statement_count; i++)
            item_event(d, a, p, &d->statement[i]);
}

void events_read(struct document *d, struct arena *a, struct patterns *p)
{
    events_find(d, a, p);
    EACH (event_row, e, d, event) {
        d->timeline_zoned = d->timeline_zoned || e->moment.zoned;
        d->timeline_dated = d->timeline_dated || e->dated;
    }
    if (d->event_count > 0 && !d->timeline_zoned)
        d->timeline_zoned = is_zone_told(d, p);
}

struct term_row {
    const char *words;
    enum term term;
};

static const struct term_row label_terms[] = {
    {"time (to )?(detect|notice)|mean time to detect|\\bmttd\\b|\\bttd\\b|"
     "detection time",
     TERM_DETECT},
    {"time to (diagnos|identif|investigat)|diagnosis time|investigation time|"
     "time to cause",
     TERM_DIAGNOSE},
    {"time to fix|fix time", TERM_FIX},
    {"time to deploy|deploy(ment)? (time|duration)|rollout (time|duration)",
     TERM_DEPLOY},
    {"time to verify|verification time", TERM_VERIFY},
    {"time (investment|invested|spent)|effort", TERM_INVESTED},
    {"time to (recover|restor|repair)|recovery time|"
     "mean time to (recover|restor|repair)",
     TERM_RECOVER},
    {"time to (mitigat|contain)|mitigation time|mean time to mitigat",
     TERM_MITIGATE},
    {"time to resol|resolution time|\\bmttr\\b|\\bttr\\b|total (resolution )?"
     "time|incident duration|total duration|mean time to resol|^duration$|"
     "^duration of the incident|actual time",
     TERM_RESOLVE},
    {"downtime|outage( duration| length)?$|unavailab|time down|"
     "duration of (the )?(outage|impact)|impact duration|outage duration",
     TERM_DOWN},
};

static enum term term_of_label(struct patterns *p, const struct statement *s)
{
    for (size_t i = 0; i < ARRAY_COUNT(label_terms); i++) {
        if (!seen(p, label_terms[i].words, s->label))
            continue;
        if (label_terms[i].term == TERM_DOWN &&
            seen(p, "discovery to resolution|start to (resolution|end)",
                 s->value))
            return TERM_RESOLVE;
        return label_terms[i].term;
    }
    return TERM_NONE;
}

struct sentence_row {
    const char *words; /* before the length, in the same sentence */
    enum term term;
};

/* The pattern ends where the length begins. */
static const struct sentence_row sentence_terms[] = {
    {"\\bresolved (in|after|within) (just |only )?$", TERM_RESOLVE},
    {"\\b(recovered|restored) (in|after|within) (just |only )?$", TERM_RECOVER},
    {"\\bmitigated (in|after|within) (just |only )?$", TERM_MITIGATE},
    {"\\b(outage|downtime)( that)? (lasted|of|was) (for )?$", TERM_DOWN},
    {"\\b(down|unavailable|unreachable|offline) for (a total of )?$",
     TERM_DOWN},
    {"\\b(incident|disruption) lasted (for )?$", TERM_RESOLVE},
    {"\\bdetected (after|within) $", TERM_DETECT},
};

static enum term term_of_sentence(struct patterns *p, struct str text,
                                  const struct length *l)
{
    struct str head = before(text, l->text);
    for (size_t i = 0; i < ARRAY_COUNT(sentence_terms); i++)
        if (seen(p, sentence_terms[i].words, head))
            return sentence_terms[i].term;
    return TERM_NONE;
}

static void stated_push(struct document *d, struct arena *a, struct stated s)
{
    d->stated =
        arena_grow(a, d->stated, d->stated_count, &d->stated_cap, sizeof(s));
    d->stated[d->stated_count++] = s;
}

/* A goal is no statement of what was. */
static bool is_goal(struct patterns *p, const struct document *d,
                    const struct statement *s)
{
    return under(d, s->section, TOPIC_CRITERIA) ||
           seen(p, "\\b(goals?|targets?|objectives?|slo|sla|budget|limit)\\b",
                d->section[s->section].title) ||
           seen(p,
                "\\b(goal|target|objective|slo|sla|budget|limit|threshold)\\b",
                s->label);
}

void stated_read(struct document *d, struct arena *a, struct patterns *p)
{
    EACH (statement, s, d, statement) {
        size_t at = 0;
        struct length l;
        enum term term = term_of_label(p, s);
        struct str where = term != TERM_NONE ? s->value : s->text;
        if (is_goal(p, d, s) || s->kind == STATEMENT_HEADING ||
            seen(p,
                 "\\b(last|past|over|across|of) (the )?(last )?\\d+ "
                 "(incidents|outages|days|months|quarters)",
                 s->text))
            continue;
        for (int n = 0; n < 4 && length_next(p, where, &at, &l); n++) {
            enum term own =
                term != TERM_NONE ? term : term_of_sentence(p, where, &l);
            if (own != TERM_NONE)
                stated_push(d, a, (struct stated){own, l, s});
            if (term != TERM_NONE)
                break; /* what follows are its parts */
        }
    }
}
