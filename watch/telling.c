/*
 * Titles and texts of an incident's transitions, each made of what is known at
 * that moment: what fails now, since when, what has recovered.
 */
#include "base/clock.h"
#include "base/text.h"
#include "watch/internal.h"

#define NAMED_MOST 5 /* checks that a text lists */
#define TEXT_MAX   ((size_t)4 << 10)
#define DAY_MS     (INT64_C(24) * 3600 * 1000)

struct telling {
    const struct watch_round *round;
    const struct incident_row *row;
    struct arena *arena;
};

const char *tell_time(struct arena *a, int64_t time_ms, int64_t now_ms)
{
    struct buf stamp;
    buf_init(&stamp, 64);
    clock_format(&stamp, time_ms); /* "2026-11-21T10:04:00.000Z" */
    struct str s = buf_view(&stamp);
    bool same_day = time_ms / DAY_MS == now_ms / DAY_MS;
    const char *text = arena_printf(a, "%.*s%s%.*s UTC", same_day ? 0 : 10,
                                    s.ptr, same_day ? "" : " ", 8, s.ptr + 11);
    buf_release(&stamp);
    return text;
}

static const char *time_text(const struct telling *t, int64_t time_ms)
{
    return tell_time(t->arena, time_ms, t->round->now_ms);
}

static const char *span_text(const struct telling *t, int64_t span_ms)
{
    struct buf text;
    buf_init(&text, 100);
    text_duration(&text, span_ms * 1000);
    return buf_take(t->arena, &text);
}

static const char *name_text(const struct episode *e)
{
    return e->title == NULL ? e->check : e->title;
}

/* Which episodes a list is of. */
typedef bool chosen(const struct tracked_episode *t);

static bool is_failing(const struct tracked_episode *t)
{
    return watch_is_failing(&t->is);
}

static bool is_new(const struct tracked_episode *t)
{
    return t->alarmed || t->rose;
}

static bool is_recovered(const struct tracked_episode *t)
{
    return t->ended && t->is.alarm_ms != 0;
}

static size_t count_of(const struct telling *t, chosen *which)
{
    size_t n = 0;
    for (size_t i = 0; i < t->round->episode_count; i++)
        n += which(&t->round->episode[i]);
    return n;
}

/* What is said of each check in a list. */
enum detail { DETAIL_NONE, DETAIL_FAILURE, DETAIL_SINCE };

/* "API (HTTP 503 since 10:04:00 UTC), Blog (timed out since …) and 2 more" */
static void list(struct buf *out, const struct telling *t, chosen *which,
                 enum detail detail)
{
    size_t n = 0, all = count_of(t, which);
    for (size_t i = 0; i < t->round->episode_count; i++) {
        const struct tracked_episode *e = &t->round->episode[i];
        if (!which(e) || n++ >= NAMED_MOST)
            continue;
        buf_printf(out, "%s%s", n == 1 ? "" : ", ", name_text(&e->is));
        if (detail == DETAIL_NONE)
            continue;
        buf_printf(out, " (%s", episode_failure(t->arena, &e->is));
        if (detail == DETAIL_SINCE)
            buf_printf(out, " since %s", time_text(t, e->is.from_ms));
        buf_text(out, ")");
    }
    if (all > NAMED_MOST)
        buf_printf(out, " and %zu more", all - NAMED_MOST);
}

/* Of what nobody has acknowledged. */
static int64_t failing_since(const struct telling *t)
{
    int64_t since = 0;
    for (size_t i = 0; i < t->round->episode_count; i++) {
        const struct episode *e = &t->round->episode[i].is;
        if (watch_is_failing(e) && e->alarm_ms > t->row->covered_ms &&
            (since == 0 || e->from_ms < since))
            since = e->from_ms;
    }
    return since;
}

/* "2 of 41 checks fail: API (HTTP 503 since 10:04:00 UTC), Blog (…)." */
static void write_failing(struct buf *out, const struct telling *t)
{
    size_t failing = count_of(t, is_failing);
    buf_printf(out, "%zu of %zu check%s fail%s: ", failing,
               t->round->state_count, t->round->state_count == 1 ? "" : "s",
               failing == 1 ? "s" : "");
    list(out, t, is_failing, DETAIL_SINCE);
    buf_text(out, ".");
}

static void write_opened(struct buf *title, struct buf *text,
                         const struct telling *t)
{
    buf_text(title, t->row->title);
    write_failing(text, t);
}

static void write_worsened(struct buf *title, struct buf *text,
                           const struct telling *t)
{
    buf_text(title, t->row->title);
    buf_text(text, "New: ");
    list(text, t, is_new, DETAIL_FAILURE);
    buf_text(text, ". ");
    write_failing(text, t);
}

static void write_improved(struct buf *title, struct buf *text,
                           const struct telling *t)
{
    size_t n = count_of(t, is_recovered);
    list(title, t, is_recovered, DETAIL_NONE);
    buf_printf(title, " pass%s again; still failing: %s", n == 1 ? "es" : "",
               t->row->title);
    list(text, t, is_recovered, DETAIL_NONE);
    buf_printf(text, " pass%s again. ", n == 1 ? "es" : "");
    write_failing(text, t);
}

static struct outage outage_of(const struct telling *t)
{
    return episodes_outage(t->row->episode, t->row->episode_count,
                           t->round->now_ms);
}

static void write_outage(struct buf *out, const struct telling *t)
{
    struct outage o = outage_of(t);
    const char *span = span_text(t, o.failing_ms);
    if (o.times == 1)
        buf_printf(out, "Failed from %s to %s (%s).", time_text(t, o.from_ms),
                   time_text(t, o.to_ms), span);
    else
        buf_printf(out, "Failed %zu times between %s and %s, for %s in all.",
                   o.times, time_text(t, o.from_ms), time_text(t, o.to_ms),
                   span);
}

static void write_recovering(struct buf *title, struct buf *text,
                             const struct telling *t)
{
    buf_printf(title, "%s: no check of the incident fails any more",
               t->row->subject);
    buf_printf(text, "All checks of the incident pass since %s. ",
               time_text(t, t->row->mitigated_ms));
    write_outage(text, t);
}

static void write_resolved(struct buf *title, struct buf *text,
                           const struct telling *t)
{
    struct outage o = outage_of(t);
    buf_printf(title, "%s: recovered after %s", t->row->subject,
               span_text(t, o.failing_ms));
    write_outage(text, t);
    buf_text(text, " All checks of the incident pass; it is resolved.");
}

static void write_reminded(struct buf *title, struct buf *text,
                           const struct telling *t)
{
    const char *span = span_text(t, t->round->now_ms - failing_since(t));
    buf_printf(title, "%s; failing for %s, not acknowledged", t->row->title,
               span);
    write_failing(text, t);
    buf_text(text, " Not acknowledged.");
}

static void write_acknowledged(struct buf *title, struct buf *text,
                               const struct telling *t)
{
    buf_text(title, t->row->title);
    buf_printf(text, "Acknowledged at %s. ", time_text(t, t->row->covered_ms));
    if (count_of(t, is_failing) > 0)
        write_failing(text, t);
    else
        buf_text(text, "No check of the incident fails now.");
}

static void write_closed(struct buf *title, struct buf *text,
                         const struct telling *t)
{
    const char *since = time_text(t, t->row->resolved_ms);
    buf_printf(title, "%s: no failure since %s", t->row->subject, since);
    buf_printf(text, "No check of the incident has failed since %s.", since);
}

static const struct {
    int transition;
    void (*write)(struct buf *title, struct buf *text, const struct telling *t);
} tellings[] = {
    {TRANSITION_OPENED, write_opened},
    {TRANSITION_WORSENED, write_worsened},
    {TRANSITION_IMPROVED, write_improved},
    {TRANSITION_RECOVERING, write_recovering},
    {TRANSITION_ACKNOWLEDGED, write_acknowledged},
    {TRANSITION_REMINDED, write_reminded},
    {TRANSITION_RESOLVED, write_resolved},
    {TRANSITION_REOPENED, write_opened},
    {TRANSITION_CLOSED, write_closed},
};

void tell_incident(struct watch_round *out, struct arena *a, int transition)
{
    struct buf title, text;
    const struct telling t = {out, &out->incident, a};
    buf_init(&title, TEXT_MAX);
    buf_init(&text, TEXT_MAX);
    for (size_t i = 0; i < ARRAY_COUNT(tellings); i++)
        if (tellings[i].transition == transition)
            tellings[i].write(&title, &text, &t);
    const struct news news = {.transition = transition,
                              .title = buf_take(a, &title),
                              .text = buf_take(a, &text),
                              .of_incident = true};
    round_tell(out, a, &news);
}
