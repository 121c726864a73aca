/* What happened when: tables and lists with times, in one order. */
#include <string.h>

#include "lint/internal.h"

#define EVENTS_MAX 300
#define DAY        INT64_C(86400)

static const char time_head[] =
    "^(time|when|timestamp|date ?/ ?time|date|start(ed)?|uhrzeit|at)\\b|"
    "\\((utc|gmt|cet|cest|local|[pcme][sd]?t)\\)|^(utc|gmt)$";

/* The last event of the incident; NULL: none yet. */
static const struct event_row *last_of(const struct document *d,
                                       size_t incident)
{
    for (size_t i = d->event_count; i-- > 0;)
        if (d->event[i].incident == incident)
            return &d->event[i];
    return NULL;
}

/* The day from which a time without a date counts; -1: none is known. */
static int64_t day_near(const struct document *d, const struct event_row *e,
                        int64_t day)
{
    const struct event_row *above = last_of(d, e->incident);
    if (day >= 0)
        return day;
    if (above != NULL)
        return above->at / DAY;
    return d->date.form == DATE_NONE ? -1 : d->date.day;
}

/*
 * Times without a date follow the one above; past midnight is a day later.
 * `day` is that of the heading or item above; -1: it has none.
 */
static int64_t place_of(const struct document *d, const struct event_row *e,
                        int64_t day)
{
    const struct moment *m = &e->moment;
    const struct event_row *above = last_of(d, e->incident);
    bool follows = above != NULL && above->section == e->section;
    if (m->form != DATE_NONE)
        return moment_day(m, day_near(d, e, day)) * DAY + m->second;
    if (day >= 0 && (!follows || above->at / DAY < day))
        return day * DAY + m->second;
    if (above == NULL)
        return (d->date.form == DATE_NONE ? 0 : d->date.day) * DAY + m->second;
    int64_t second = above->at - above->at / DAY * DAY;
    int64_t at = above->at / DAY * DAY + m->second;
    return second >= DAY / 4 * 3 && m->second < DAY / 4 ? at + DAY : at;
}

static void event_push(struct document *d, struct arena *a, struct event_row e,
                       int64_t day)
{
    if (d->event_count == EVENTS_MAX)
        return;
    e.incident = d->section[e.section].about.incident;
    e.at = place_of(d, &e, day);
    e.dated = e.moment.form != DATE_NONE || day >= 0;
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
        event_push(d, a, e, d->section[t->section].about.day);
    }
}

/* The date of the item above or of the heading: "- October 21:". */
static int64_t day_above(const struct document *d, struct patterns *p,
                         const struct statement *s)
{
    const struct statement *above = item_above(d, s);
    int64_t day = s->about.day;
    struct moment m;
    size_t at = 0;
    if (above != NULL && moment_next(p, above->text, &at, &m) &&
        m.form != DATE_NONE)
        return moment_day(&m, d->date.form == DATE_NONE ? day : d->date.day);
    return day;
}

/* "12:50 UTC - text", "**12:50** text", "[12:50] text" in a timeline. */
static void item_event(struct document *d, struct arena *a, struct patterns *p,
                       const struct statement *s)
{
    struct moment m;
    size_t at = 0;
    if ((s->kind != STATEMENT_ITEM && s->kind != STATEMENT_TEXT) ||
        !under(d, s->section, TOPIC_TIMELINE))
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
    event_push(d, a, e, day_above(d, p, s));
}

/* The tables of one chapter only: the first one that has a time. */
static bool is_same_chapter(const struct document *d, size_t section)
{
    const struct event_row *above =
        last_of(d, d->section[section].about.incident);
    if (above == NULL)
        return true;
    size_t first = above->section, other = section;
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
                 "\\b(all )?times?( ?zone| ?(?:sta)mps)?( are)?( given| shown| "
                 "listed)?( in| is)?:? ?\\(?(utc|gmt|ces?t|[ecmp][sd]t|z\\b)",
                 s->text))
            return true;
    return false;
}

/* Tables of a section that is named so come first, then any, then lists. */
static void events_of(struct document *d, struct arena *a, struct patterns *p,
                      size_t incident)
{
    for (int pass = 0; pass < 2 && last_of(d, incident) == NULL; pass++)
        for (size_t i = 0; i < d->table_count; i++) {
            const struct table *t = &d->table[i];
            bool named = under(d, t->section, TOPIC_TIMELINE);
            if (d->section[t->section].about.incident == incident &&
                (pass == 1 || named) && is_same_chapter(d, t->section))
                table_events(d, a, p, t);
        }
    if (last_of(d, incident) != NULL)
        return;
    for (size_t i = 0; i < d->statement_count; i++)
        if (d->statement[i].about.incident == incident)
            item_event(d, a, p, &d->statement[i]);
}

void events_read(struct document *d, struct arena *a, struct patterns *p)
{
    events_of(d, a, p, 0);
    for (size_t i = 1; i < d->section_count; i++)
        if (d->section[i].about.incident == i)
            events_of(d, a, p, i);
    EACH (event_row, e, d, event) {
        d->timeline_zoned = d->timeline_zoned || e->moment.zoned;
        d->timeline_dated = d->timeline_dated || e->dated;
    }
    if (d->event_count > 0 && !d->timeline_zoned)
        d->timeline_zoned = is_zone_told(d, p);
}

bool tells_failure(struct patterns *p, struct str text)
{
    return seen(p,
                "\\b(errors?|50[0234]s?|outages?|down|unavailable|unreachable|"
                "failing|failures?|time ?outs?|latency|alert(s|ed)?|alarms?|"
                "paged|spike[sd]?|degraded|crash\\w*)\\b",
                text);
}
