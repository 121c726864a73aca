/*
 * What is derived from the episodes of an incident: its checks, severity and
 * title as of now. A check is part of an incident when one of its episodes in
 * that time reached its threshold; then all of its episodes in that time are.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "watch/internal.h"

#define TITLE_MAX 200 /* bytes */

bool watch_has_check(const struct incident_row *row, const char *check)
{
    struct str rest = str_from(row->checks == NULL ? "" : row->checks);
    while (rest.len > 0)
        if (str_is(str_cut(rest, '\n', &rest), check))
            return true;
    return false;
}

bool watch_is_failing(const struct episode *e)
{
    return e->to_ms == 0 && e->alarm_ms != 0;
}

/* An incident that has ended has no part in what fails later. */
static bool is_within(const struct incident_row *row, const struct episode *e)
{
    bool late = row->verified_ms != 0 && e->from_ms > row->resolved_ms;
    return !late && (e->to_ms == 0 || e->to_ms >= row->started_ms);
}

static int compare_checks(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The checks of alarms within, by name, each once. */
static size_t alarmed_checks(const char **out, const struct incident_row *row,
                             const struct episode *episode, size_t count)
{
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < count; i++)
        if (episode[i].alarm_ms != 0 && is_within(row, &episode[i]))
            out[n++] = episode[i].check;
    qsort(out, n, sizeof(*out), compare_checks);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || strcmp(out[kept - 1], out[i]) != 0)
            out[kept++] = out[i];
    return kept;
}

/* One a line, in the order of first failures. */
static void list_checks(struct incident_row *row, struct arena *a,
                        const char **check, size_t count)
{
    bool *seen = arena_array(a, count + 1, sizeof(*seen));
    struct buf text;
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size += strlen(check[i]) + 1;
    buf_init(&text, size);
    for (size_t i = 0; i < row->episode_count; i++) {
        const char **found = bsearch(&row->episode[i].check, check, count,
                                     sizeof(*check), compare_checks);
        if (found == NULL || seen[found - check])
            continue;
        seen[found - check] = true;
        buf_printf(&text, "%s%s", text.len == 0 ? "" : "\n", *found);
    }
    row->checks = buf_take(a, &text);
}

static void take_episodes(struct incident_row *row, struct arena *a,
                          const struct episode *episode, size_t count)
{
    struct episode *own = arena_array(a, count + 1, sizeof(*own));
    const char **check = arena_array(a, count + 1, sizeof(*check));
    size_t checks = alarmed_checks(check, row, episode, count), n = 0;
    for (size_t i = 0; i < count; i++)
        if (is_within(row, &episode[i]) &&
            bsearch(&episode[i].check, check, checks, sizeof(*check),
                    compare_checks) != NULL)
            own[n++] = episode[i];
    qsort(own, n, sizeof(*own), episode_compare);
    row->episode = own;
    row->episode_count = n;
    list_checks(row, a, check, checks);
}

static void set_severity(struct incident_row *row)
{
    int now = -1;
    row->worst = SEVERITY_INFO;
    for (size_t i = 0; i < row->episode_count; i++) {
        const struct episode *e = &row->episode[i];
        if (e->alarm_ms != 0 && e->severity < row->worst)
            row->worst = e->severity;
        if (watch_is_failing(e) && (now < 0 || e->last_severity < now))
            now = e->last_severity;
    }
    row->severity = now < 0 ? row->worst : now;
}

/* The one to name: what fails now, else what failed; the worst, the first. */
static const struct episode *head_of(const struct incident_row *row, bool now)
{
    const struct episode *head = NULL;
    for (size_t i = 0; i < row->episode_count; i++) {
        const struct episode *e = &row->episode[i];
        if (now ? !watch_is_failing(e) : e->alarm_ms == 0)
            continue;
        int own = now ? e->last_severity : e->severity;
        if (head == NULL || own < (now ? head->last_severity : head->severity))
            head = e;
    }
    return head;
}

static int64_t lines_of(const char *text)
{
    int64_t lines = *text == '\0' ? 0 : 1;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

static int64_t failing_count(const struct incident_row *row)
{
    int64_t n = 0;
    for (size_t i = 0; i < row->episode_count; i++)
        n += watch_is_failing(&row->episode[i]);
    return n;
}

static void set_title(struct incident_row *row, struct arena *a, int64_t total)
{
    struct buf text;
    bool now = failing_count(row) > 0;
    const struct episode *head = head_of(row, now);
    int64_t others = (now ? failing_count(row) : lines_of(row->checks)) - 1;
    if (head == NULL)
        return;
    buf_init(&text, HISTORY_TEXT_MAX);
    buf_text(&text, head->title == NULL ? head->check : head->title);
    if (others > 0 && total > others)
        buf_printf(&text, " and %lld of %lld others", (long long)others,
                   (long long)total - 1);
    else if (others > 0)
        buf_printf(&text, " and %lld other%s", (long long)others,
                   others == 1 ? "" : "s");
    row->subject = text_elide(a, buf_view(&text), TITLE_MAX);
    buf_printf(&text, ": %s", episode_failure(a, head));
    row->title = text_elide(a, buf_view(&text), TITLE_MAX);
    buf_release(&text);
}

void watch_describe(struct incident_row *row, struct arena *a,
                    const struct episode *episode, size_t count, int64_t total)
{
    take_episodes(row, a, episode, count);
    set_severity(row);
    row->title = row->subject = NULL;
    set_title(row, a, total);
}

static int compare_events(const void *left, const void *right)
{
    const struct event_row *x = left, *y = right;
    if (x->time_ms != y->time_ms)
        return x->time_ms < y->time_ms ? -1 : 1;
    return strcmp(x->text, y->text);
}

struct event_row *watch_episode_events(struct arena *a,
                                       const struct incident_row *row,
                                       size_t *count)
{
    struct event_row *out =
        arena_array(a, 2 * row->episode_count + 1, sizeof(*out));
    size_t n = 0;
    for (size_t i = 0; i < row->episode_count; i++) {
        const struct episode *e = &row->episode[i];
        out[n++] = (struct event_row){.time_ms = e->from_ms,
                                      .incident = row->id,
                                      .witness = WITNESS_OBSERVED,
                                      .source = "watch",
                                      .text = episode_began(a, e)};
        if (e->to_ms != 0)
            out[n++] = (struct event_row){.time_ms = e->to_ms,
                                          .incident = row->id,
                                          .witness = WITNESS_OBSERVED,
                                          .source = "watch",
                                          .text = episode_ended(a, e)};
    }
    qsort(out, n, sizeof(*out), compare_events);
    *count = n;
    return out;
}
