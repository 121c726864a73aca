/*
 * The summary: what failed since when and for how long, how much of it, why,
 * and how it is now, each from the records of that time.
 */
#include <string.h>

#include "report/document.h"
#include "report/parts.h"

#define NAMED_MAX 3 /* checks that are named; of more only the first */

static const char *title_of(const struct episode *e)
{
    return e->title == NULL ? part_known(e->check) : e->title;
}

/* The first episode of each check, the worst checks first. */
struct failures {
    const struct episode **item;
    size_t count;
    int64_t from_ms, to_ms; /* to: of the last one that ended */
    int64_t failing_ms;
    bool ongoing;
};

static bool has_check(const struct failures *all, const char *check)
{
    for (size_t i = 0; i < all->count; i++)
        if (part_same(all->item[i]->check, check))
            return true;
    return false;
}

/* A record of another program may name none. */
static int severity_of(const struct episode *e)
{
    return e->severity < 0 || e->severity > (int)SEVERITY_INFO
               ? (int)SEVERITY_INFO
               : e->severity;
}

/* How long anything failed; episodes are in order of their starts. */
static int64_t failing_ms(const struct record *r)
{
    int64_t sum = 0, until = 0;
    for (size_t i = 0; i < r->episode_count; i++) {
        int64_t from = r->episode[i].from_ms, to = r->episode[i].to_ms;
        if (from < until)
            from = until;
        if (to > from) {
            sum += to - from;
            until = to;
        }
    }
    return sum;
}

static struct failures failures_of(struct arena *a, const struct record *r)
{
    struct failures all = {
        .item = arena_array(a, r->episode_count + 1, sizeof(void *)),
        .failing_ms = failing_ms(r)};
    for (int s = 0; s <= (int)SEVERITY_INFO; s++)
        for (size_t i = 0; i < r->episode_count; i++)
            if (severity_of(&r->episode[i]) == s &&
                !has_check(&all, r->episode[i].check))
                all.item[all.count++] = &r->episode[i];
    for (size_t i = 0; i < r->episode_count; i++) {
        const struct episode *e = &r->episode[i];
        if (all.from_ms == 0 || e->from_ms < all.from_ms)
            all.from_ms = e->from_ms;
        if (e->to_ms > all.to_ms)
            all.to_ms = e->to_ms;
        all.ongoing = all.ongoing || e->to_ms == 0;
    }
    return all;
}

/* "Search and Mail"; "4 others": those beside the first. */
static const char *others_of(struct arena *a, const struct failures *all)
{
    struct buf text;
    if (all->count > NAMED_MAX)
        return arena_printf(a, "%zu others", all->count - 1);
    buf_init(&text, (size_t)64 << 10);
    for (size_t i = 1; i < all->count; i++)
        buf_printf(&text, "%s%s",
                   i == 1               ? ""
                   : i + 1 < all->count ? ", "
                                        : " and ",
                   title_of(all->item[i]));
    return buf_take(a, &text);
}

/* "(5 min 2 s)", or of more than one outage how long they were in all. */
static const char *length_of(struct arena *a, const struct failures *all)
{
    int64_t span = all->to_ms - all->from_ms;
    return all->failing_ms == span
               ? part_between(a, all->from_ms, all->to_ms)
               : arena_printf(a, "%s of it failing",
                              part_between(a, 0, all->failing_ms));
}

/* "From 10:05:00 to 11:00:00 UTC on 2026-11-21", or with two days. */
static const char *span_of(struct arena *a, const struct failures *all)
{
    const char *day = part_day(a, all->from_ms), *end = part_day(a, all->to_ms);
    const char *from = part_clock(a, all->from_ms, all->from_ms);
    const char *to = part_clock(a, all->to_ms, all->to_ms);
    return strcmp(day, end) == 0
               ? arena_printf(a, "From %s to %s UTC on %s", from, to, day)
               : arena_printf(a, "From %s %s to %s %s UTC", day, from, end, to);
}

/* The named check failed over all of that time, too. */
static bool spans_all(const struct record *r, const struct failures *all)
{
    int64_t from_ms = INT64_MAX, to_ms = 0;
    for (size_t i = 0; i < r->episode_count; i++) {
        const struct episode *e = &r->episode[i];
        if (!part_same(e->check, all->item[0]->check))
            continue;
        from_ms = e->from_ms < from_ms ? e->from_ms : from_ms;
        to_ms = e->to_ms > to_ms ? e->to_ms : to_ms;
    }
    return from_ms == all->from_ms && to_ms == all->to_ms;
}

/* What fails now comes first, so that it is named with its own start. */
static void name_ongoing(struct failures *all, const struct record *r)
{
    for (int s = (int)SEVERITY_INFO; s >= 0; s--)
        for (size_t i = r->episode_count; i-- > 0;) {
            const struct episode *e = &r->episode[i];
            if (e->to_ms != 0 || severity_of(e) != s)
                continue;
            for (size_t k = 0; k < all->count; k++)
                if (part_same(all->item[k]->check, e->check)) {
                    memmove(&all->item[1], &all->item[0],
                            k * sizeof(*all->item));
                    all->item[0] = e;
                    break;
                }
        }
}

static void write_when(struct markdown *m, const struct record *r,
                       const struct failures *all)
{
    struct arena *a = m->arena;
    const struct episode *head = all->item[0];
    const char *name = title_of(head);
    if (all->ongoing)
        markdown_words(m,
                       arena_printf(a, "Since %s UTC on %s, %s has failed:",
                                    part_clock(a, head->from_ms, head->from_ms),
                                    part_day(a, head->from_ms), name));
    else if (spans_all(r, all))
        markdown_words(m,
                       arena_printf(a, "%s (%s), %s failed:", span_of(a, all),
                                    length_of(a, all), name));
    else
        markdown_words(
            m,
            arena_printf(a, "%s (%s), %zu checks failed, among them %s:",
                         span_of(a, all), length_of(a, all), all->count, name));
}

static void write_failure(struct markdown *m, const struct record *r,
                          struct failures *all)
{
    struct arena *a = m->arena;
    if (all->ongoing)
        name_ongoing(all, r);
    write_when(m, r, all);
    markdown_text(m, " ");
    markdown_words(m, episode_failure(a, all->item[0]));
    if (all->count > 1) {
        markdown_text(m, "; also affected: ");
        markdown_words(m, others_of(a, all));
    }
    markdown_text(m, ".");
}

static void write_extent(struct markdown *m, const struct record *r,
                         const struct failures *all)
{
    bool several = r->episode_count > all->count;
    if (r->result_count < all->count || r->result_count == 0)
        return;
    markdown_text(m, " ");
    markdown_words(
        m, arena_printf(m->arena, "Of %zu checks, %zu %s affected%s.",
                        r->result_count, all->count,
                        all->count == 1 ? "was" : "were",
                        several ? arena_printf(m->arena, ", %zu times in all",
                                               r->episode_count)
                                : ""));
}

static void write_cause(struct markdown *m, const struct record *r)
{
    const struct cause *c = findings_cause(&r->logs);
    if (c == NULL || c->title == NULL)
        return;
    markdown_text(m, " The cause: ");
    markdown_words(m, c->title);
    if (c->chain_count > 0 && c->chain[0].file != NULL) {
        markdown_text(m, " (");
        markdown_code(m, arena_printf(m->arena, "%s:%lld", c->chain[0].file,
                                      (long long)c->chain[0].line));
        markdown_text(m, ")");
    }
    markdown_text(m, ".");
}

static void write_now(struct markdown *m, const struct record *now)
{
    int64_t failing = now->production.failed + now->production.degraded;
    const char *time = part_clock(m->arena, now->started_ms, now->started_ms);
    if (now->result_count == 0)
        return;
    markdown_text(m, " ");
    if (now->production.passed == now->production.total)
        markdown_words(
            m, arena_printf(m->arena, "At %s UTC on %s, all checks passed.",
                            time, part_day(m->arena, now->started_ms)));
    else
        markdown_words(
            m, arena_printf(
                   m->arena, "At %s UTC on %s, %lld of %lld checks passed%s.",
                   time, part_day(m->arena, now->started_ms),
                   (long long)now->production.passed,
                   (long long)now->production.total,
                   failing == 0 ? ", and the others were not judged" : ""));
}

static void write_history(struct markdown *m, const struct report_inputs *in)
{
    struct failures all = failures_of(m->arena, in->record);
    markdown_paragraph(m);
    write_failure(m, in->record, &all);
    write_extent(m, in->record, &all);
    write_cause(m, in->record);
    write_now(m, part_last(in));
    markdown_end(m);
}

static void write_record(struct markdown *m, const struct record *r)
{
    const struct production_state *p = &r->production;
    markdown_paragraph(m);
    if (r->result_count == 0)
        markdown_words(m, "No check was probed");
    else
        markdown_words(m,
                       arena_printf(m->arena, "%lld of %lld checks passed",
                                    (long long)p->passed, (long long)p->total));
    for (size_t i = 0; i < r->reason_count && i < 3; i++) {
        markdown_text(m, "; ");
        markdown_words(m, r->reason[i]);
    }
    markdown_text(m, ".");
    if (r->result_count == 0)
        write_cause(m, r);
    markdown_end(m);
}

void section_summary(struct markdown *m, const struct report_inputs *in)
{
    part_section(m, "Summary");
    if (in->facts->summary == NULL)
        markdown_ask(m, "summary", "what happened, in two sentences.");
    else
        markdown_prose_paragraph(m, in->facts->summary);
    if (part_is_history(in) && in->record->episode_count > 0)
        write_history(m, in);
    else
        write_record(m, in->record);
}
