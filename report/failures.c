/* Episodes of a record, put in order for a summary. */
#include "report/failures.h"

#include <stdlib.h>
#include <string.h>

#include "report/parts.h"

#define NAMED_MAX 3 /* checks that are named; of more only the first */
#define TEXT_MAX  ((size_t)64 << 10)

const char *failure_title(const struct episode *e)
{
    return e->title == NULL ? part_known(e->check) : e->title;
}

/* A record of another program may name none. */
static int severity_of(const struct episode *e)
{
    return e->severity < 0 || e->severity > (int)SEVERITY_INFO
               ? (int)SEVERITY_INFO
               : e->severity;
}

static bool has_check(const struct failures *all, const char *check)
{
    for (size_t i = 0; i < all->count; i++)
        if (part_same(all->item[i]->check, check))
            return true;
    return false;
}

static void take(struct failures *all, const struct record *r, bool ongoing,
                 int severity)
{
    for (size_t i = 0; i < r->episode_count; i++) {
        const struct episode *e = &r->episode[i];
        if ((e->to_ms == 0) == ongoing && severity_of(e) == severity &&
            !has_check(all, e->check))
            all->item[all->count++] = e;
    }
}

struct failures failures_of(struct arena *a, const struct report_inputs *in)
{
    const struct record *r = in->record;
    struct failures all = {
        .item = arena_array(a, r->episode_count + 1, sizeof(void *)),
        .times = r->episode_count,
        .outage = episodes_outage(r->episode, r->episode_count,
                                  part_last(in)->finished_ms)};
    for (int ongoing = 1; ongoing >= 0; ongoing--)
        for (int s = 0; s <= (int)SEVERITY_INFO; s++)
            take(&all, r, ongoing != 0, s);
    return all;
}

int64_t failures_start(const struct failures *all,
                       const struct report_inputs *in)
{
    int64_t said = in->incident->stamp[STAMP_STARTED].time_ms;
    return said != 0 && said < all->outage.from_ms ? said : all->outage.from_ms;
}

/* "A, B and C" */
static void list(struct buf *out, const char *title, size_t i, size_t count)
{
    const char *gap = i == 0 ? "" : i + 1 < count ? ", " : " and ";
    buf_printf(out, "%s%s", gap, title);
}

static const char *names_from(struct arena *a, const struct failures *all,
                              size_t from)
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    for (size_t i = from; i < all->count; i++)
        list(&text, failure_title(all->item[i]), i - from, all->count - from);
    return text.len == 0 ? "" : buf_take(a, &text);
}

const char *failures_names(struct arena *a, const struct failures *all)
{
    return all->count > NAMED_MAX
               ? arena_printf(a, "%s and %zu others",
                              failure_title(all->item[0]), all->count - 1)
               : names_from(a, all, 0);
}

const char *failures_others(struct arena *a, const struct failures *all)
{
    return all->count > NAMED_MAX
               ? arena_printf(a, "%zu others", all->count - 1)
               : names_from(a, all, 1);
}

const char *failures_span(struct arena *a, int64_t from_ms, int64_t to_ms)
{
    const char *day = part_day(a, from_ms), *end = part_day(a, to_ms);
    const char *from = part_clock(a, from_ms, from_ms);
    const char *to = part_clock(a, to_ms, to_ms);
    return strcmp(day, end) == 0
               ? arena_printf(a, "From %s to %s UTC on %s", from, to, day)
               : arena_printf(a, "From %s %s to %s %s UTC", day, from, end, to);
}

bool failures_span_first(const struct record *r, const struct failures *all)
{
    int64_t from_ms = INT64_MAX, to_ms = 0;
    for (size_t i = 0; i < r->episode_count; i++) {
        const struct episode *e = &r->episode[i];
        if (!part_same(e->check, all->item[0]->check))
            continue;
        from_ms = e->from_ms < from_ms ? e->from_ms : from_ms;
        to_ms = e->to_ms > to_ms ? e->to_ms : to_ms;
    }
    return from_ms == all->outage.from_ms && to_ms == all->outage.to_ms;
}

/* It passed, and no other record shows it otherwise. */
static bool has_passed(const struct record *r, const struct result *one)
{
    for (size_t i = 0; i < r->episode_count; i++)
        if (part_same(r->episode[i].check, one->id))
            return false;
    return one->status == STATUS_PASS;
}

const char *failures_passed(struct arena *a, const struct record *r)
{
    struct buf text;
    size_t count = 0, n = 0;
    for (size_t i = 0; i < r->result_count; i++)
        count += has_passed(r, &r->result[i]);
    if (count == 0 || count > NAMED_MAX)
        return NULL;
    buf_init(&text, TEXT_MAX);
    for (size_t i = 0; i < r->result_count; i++)
        if (has_passed(r, &r->result[i]))
            list(&text, part_known(r->result[i].title), n++, count);
    return buf_take(a, &text);
}
