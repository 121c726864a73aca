/* A service of the status page in words: its days, uptime and latencies. */
#include <string.h>

#include "base/text.h"
#include "report/parts.h"
#include "report/status_page/status_view.h"

#define ROUNDS_MAX   INT64_C(86400000)    /* of a day: one a millisecond */
#define DURATION_MAX INT64_C(86400000000) /* us of a day */
#define NAMED_MAX    3                    /* services in one sentence */
#define SENTENCES    ((size_t)4 * 1024)

NAMES(day_kind_names, "kind of day", "none", "good", "slow", "bad");

static int64_t bounded(int64_t value, int64_t most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

static const char *day_text(struct arena *a, const struct day_view *d,
                            const char *date)
{
    const char *s = d->rounds == 1 ? "" : "s";
    long long rounds = (long long)d->rounds, failed = (long long)d->failed,
              degraded = (long long)d->degraded;
    switch ((enum day_kind)d->kind) {
    case DAY_EMPTY:
        break;
    case DAY_GOOD:
        return arena_printf(a, "%s: %lld round%s, none failed", date, rounds,
                            s);
    case DAY_DEGRADED:
        return arena_printf(a, "%s: %lld of %lld round%s degraded", date,
                            degraded, rounds, s);
    case DAY_FAILED:
        return degraded == 0
                   ? arena_printf(a, "%s: %lld of %lld round%s failed", date,
                                  failed, rounds, s)
                   : arena_printf(a,
                                  "%s: %lld of %lld round%s failed, %lld "
                                  "degraded",
                                  date, failed, rounds, s, degraded);
    }
    return arena_printf(a, "%s: no data", date);
}

static struct day_view day_of(struct arena *a, const struct day *day,
                              const char *date)
{
    struct day_view d = {.rounds = bounded(day->rounds, ROUNDS_MAX)};
    d.failed = bounded(day->failed, d.rounds);
    d.degraded = bounded(day->degraded, d.rounds - d.failed);
    d.kind = d.rounds == 0    ? DAY_EMPTY
             : d.failed > 0   ? DAY_FAILED
             : d.degraded > 0 ? DAY_DEGRADED
                              : DAY_GOOD;
    if (d.rounds > d.failed)
        d.duration_us = bounded(day->duration_us, DURATION_MAX);
    d.text = day_text(a, &d, date);
    return d;
}

/* Never rounded up: 100 % is every round, 0 % is none. */
static const char *uptime_text(struct arena *a, int64_t up, int64_t rounds)
{
    if (rounds == 0)
        return "no data";
    const char *s = rounds == 1 ? "" : "s";
    int64_t hundredths = up * 10000 / rounds;
    if (up == rounds || up == 0)
        return arena_printf(a, "%d %% of %lld round%s", up == 0 ? 0 : 100,
                            (long long)rounds, s);
    if (hundredths == 0)
        return arena_printf(a, "less than 0.01 %% of %lld round%s",
                            (long long)rounds, s);
    return arena_printf(a, "%lld.%02lld %% of %lld round%s",
                        (long long)(hundredths / 100),
                        (long long)(hundredths % 100), (long long)rounds, s);
}

static const char *days_text(struct arena *a, const size_t count[DAY_KINDS])
{
    return arena_printf(a,
                        "%zu good, %zu with degraded "
                        "rounds, %zu with failed rounds, %zu without data",
                        count[DAY_GOOD], count[DAY_DEGRADED], count[DAY_FAILED],
                        count[DAY_EMPTY]);
}

/* The fastest, the slowest and the last of the days on which rounds passed. */
static void view_latency(struct service_view *v, struct arena *a,
                         const char *const *date)
{
    int64_t least = 0;
    size_t n = 0, last = 0;
    for (size_t i = 0; i < STATUS_DAYS; i++) {
        int64_t us = v->day[i].duration_us;
        if (us == 0)
            continue;
        least = n == 0 || us < least ? us : least;
        v->slowest_us = us > v->slowest_us ? us : v->slowest_us;
        last = i;
        n++;
    }
    const char *now = n == 0 ? NULL : part_span(a, v->day[last].duration_us);
    if (n == 0)
        v->latency = "no data";
    else if (n == 1)
        v->latency = arena_printf(a, "%s on %s, the only day with data", now,
                                  date[last]);
    else
        v->latency = arena_printf(
            a, "%s to %s on %zu days, %s on %s", part_span(a, least),
            part_span(a, v->slowest_us), n, now, date[last]);
}

static int status_of(const struct service_status *s)
{
    return s->status < 0 || (size_t)s->status >= status_names.count ? -1
                                                                    : s->status;
}

static const char *title_of(struct arena *a, const struct service_status *s)
{
    return status_text(a, s->title, status_text(a, s->check, "unknown"));
}

static bool is_failing(const struct service_status *s)
{
    return s->status == STATUS_FAIL || s->status == STATUS_ERROR;
}

void status_view_service(struct service_view *out, struct arena *a,
                         const struct service_status *s,
                         const char *const *date)
{
    size_t days[DAY_KINDS] = {0};
    int64_t rounds = 0, failed = 0;
    int status = status_of(s);
    *out = (struct service_view){
        .title = title_of(a, s),
        .check = status_text(a, s->check, "unknown"),
        .status = status,
        .state = status < 0 ? "not asked" : name_of(&status_names, status),
        .since = is_failing(s) && status_is_time(s->failing_since_ms)
                     ? status_stamp(a, s->failing_since_ms)
                     : NULL,
        .flapping = s->flapping,
    };
    for (size_t i = 0; i < STATUS_DAYS; i++) {
        out->day[i] = day_of(a, &s->day[i], date[i]);
        days[out->day[i].kind]++;
        rounds += out->day[i].rounds;
        failed += out->day[i].failed;
    }
    out->uptime = uptime_text(a, rounds - failed, rounds);
    out->days = days_text(a, days);
    view_latency(out, a, date);
}

/* What the summary counts together. */
enum standing { PASSES, DEGRADED, FAILS, UNTOLD, UNASKED };
#define STANDINGS 5

static int standing_of(const struct service_status *s)
{
    int status = status_of(s);
    if (status < 0)
        return UNASKED;
    switch ((enum status)status) {
    case STATUS_PASS:
        return PASSES;
    case STATUS_DEGRADED:
        return DEGRADED;
    case STATUS_FAIL:
        return FAILS;
    case STATUS_ERROR:
    case STATUS_BLOCKED:
        return UNTOLD;
    case STATUS_SKIPPED:
        break;
    }
    return UNASKED;
}

/* "A", "A and B", "A, B, C and 4 others" of those that stand so. */
static void write_names(struct buf *out, struct arena *a,
                        const struct status_page *page, int standing,
                        size_t count)
{
    size_t named = 0;
    for (size_t i = 0; i < page->count && named < NAMED_MAX; i++) {
        if (standing_of(&page->item[i]) != standing)
            continue;
        bool last = named + 1 == count;
        buf_text(out, named == 0 ? "" : last ? " and " : ", ");
        buf_text(out, title_of(a, &page->item[i]));
        named++;
    }
    if (count > named)
        buf_printf(out, " and %zu other%s", count - named,
                   count - named == 1 ? "" : "s");
}

static void write_failing(struct buf *out, struct arena *a,
                          const struct status_page *page, size_t count)
{
    int64_t since = 0;
    for (size_t i = 0; i < page->count && count == 1; i++)
        if (standing_of(&page->item[i]) == FAILS)
            since = page->item[i].failing_since_ms;
    write_names(out, a, page, FAILS, count);
    buf_text(out, count == 1 ? " fails" : " fail");
    if (status_is_time(since))
        buf_printf(out, " since %s", status_stamp(a, since));
    buf_text(out, ". ");
}

static void write_passing(struct buf *out, size_t passing, size_t asked,
                          bool all)
{
    if (passing == 0)
        return;
    if (passing == asked && asked == 1)
        buf_printf(out, "The one service%s passes. ",
                   all ? "" : " that was asked");
    else if (passing == asked)
        buf_printf(out, "All %zu services%s pass. ", passing,
                   all ? "" : " that were asked");
    else if (passing == 1)
        buf_text(out, "The other service passes. ");
    else
        buf_printf(out, "The other %zu services pass. ", passing);
}

static void write_unasked(struct buf *out, size_t count, size_t asked)
{
    if (count + asked == 0)
        buf_text(out, "No service is watched. ");
    else if (count > 0)
        buf_printf(out, "%zu service%s not asked in the last round. ", count,
                   count == 1 ? " was" : "s were");
}

static size_t count_open(const struct status_page *page)
{
    size_t open = 0;
    for (size_t i = 0; i < page->incident_count; i++)
        open += page->incident[i].status < (int)INCIDENT_RESOLVED;
    return open;
}

static int mood_of(const struct status_page *page,
                   const size_t count[STANDINGS], size_t open)
{
    if (count[FAILS] > 0)
        return MOOD_BAD;
    bool good = page->count > 0 && count[PASSES] == page->count && open == 0 &&
                page->late_ms <= 0;
    return good ? MOOD_GOOD : MOOD_WARN;
}

/* Worst first: what fails, cannot be told, is degraded, passes. */
const char *status_summary(struct arena *a, const struct status_page *page,
                           int *mood)
{
    size_t count[STANDINGS] = {0};
    struct buf out;
    buf_init(&out, SENTENCES);
    for (size_t i = 0; i < page->count; i++)
        count[standing_of(&page->item[i])]++;
    size_t asked = page->count - count[UNASKED], open = count_open(page);
    if (page->late_ms > 0)
        buf_text(&out, "At the last round: ");
    if (count[FAILS] > 0)
        write_failing(&out, a, page, count[FAILS]);
    if (count[UNTOLD] > 0) {
        buf_text(&out, "It could not be told of ");
        write_names(&out, a, page, UNTOLD, count[UNTOLD]);
        buf_text(&out, ". ");
    }
    if (count[DEGRADED] > 0) {
        write_names(&out, a, page, DEGRADED, count[DEGRADED]);
        buf_text(&out,
                 count[DEGRADED] == 1 ? " is degraded. " : " are degraded. ");
    }
    write_passing(&out, count[PASSES], asked, count[UNASKED] == 0);
    write_unasked(&out, count[UNASKED], asked);
    if (open > 0)
        buf_printf(&out, "%zu incident%s open. ", open,
                   open == 1 ? " is" : "s are");
    *mood = mood_of(page, count, open);
    const char *text = str_dup(a, str_trim(buf_view(&out)));
    buf_release(&out);
    return text;
}
