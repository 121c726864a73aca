/*
 * What was affected, from when until when: a row for each episode, or what
 * people say. The head is the failure's own record, whatever recovered since.
 */
#include <string.h>

#include "report/document.h"
#include "report/failures.h"
#include "report/parts.h"

#define OTHERS_MAX   30 /* services that were not affected */
#define EPISODES_MAX 8  /* of one check that have rows of their own */

static bool is_hit(const struct result *r)
{
    return r->status == STATUS_FAIL || r->status == STATUS_DEGRADED;
}

static int64_t day_of(const struct report_inputs *in)
{
    int64_t started = in->incident->stamp[0].time_ms;
    return started != 0 ? started : in->record->started_ms;
}

static const char *passed_words(struct arena *a, const struct record *r)
{
    size_t passed = 0, count = r->result_count;
    for (size_t i = 0; i < count; i++)
        passed += r->result[i].status == STATUS_PASS;
    if (passed < count)
        return arena_printf(a,
                            "%zu of %zu checks passed, and no other could "
                            "be judged.",
                            passed, count);
    return count == 1 ? "the check passed."
                      : arena_printf(a, "all %zu checks passed.", count);
}

/*
 * It failed in that record. A failure that another record shows is told with
 * this one, and says nothing about this moment.
 */
static bool is_hit_then(const struct record *r, const struct result *one)
{
    bool then = one->started_ms == 0 || (one->started_ms >= r->started_ms &&
                                         one->started_ms <= r->finished_ms);
    return then && is_hit(one);
}

/* How many failed at the moment of the record; which ones, the table says. */
static void write_measured(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = in->record;
    struct arena *a = m->arena;
    size_t hit = 0;
    for (size_t i = 0; i < r->result_count; i++)
        hit += is_hit_then(r, &r->result[i]);
    if (r->result_count == 0) {
        markdown_words(m, "No check was probed.");
        return;
    }
    markdown_words(
        m, arena_printf(a, "At %s UTC on %s, %s",
                        part_clock(a, r->started_ms, r->started_ms),
                        part_day(a, r->started_ms),
                        hit == 0 ? passed_words(a, r)
                                 : arena_printf(a,
                                                "%zu of %zu checks did not "
                                                "pass.",
                                                hit, r->result_count)));
}

/* The summary has said it, where nothing failed. */
static bool is_said(const struct report_inputs *in)
{
    bool hit = false;
    for (size_t i = 0; i < in->record->result_count && !hit; i++)
        hit = is_hit_then(in->record, &in->record->result[i]);
    return !hit && in->facts->summary == NULL && in->record->episode_count == 0;
}

static bool is_detected(const struct report_inputs *in)
{
    int64_t from = in->incident->stamp[STAMP_STARTED].time_ms;
    return from != 0 && in->incident->stamp[STAMP_DETECTED].time_ms >= from;
}

/* How soon it was noticed, and by whom. */
static void write_detected(struct markdown *m, const struct report_inputs *in)
{
    int64_t from = in->incident->stamp[STAMP_STARTED].time_ms;
    int64_t to = in->incident->stamp[STAMP_DETECTED].time_ms;
    const char *who = in->facts->detected_by;
    if (!is_detected(in))
        return;
    markdown_text(m, is_said(in) ? "" : " ");
    markdown_words(
        m, arena_printf(m->arena, "%s was detected at %s UTC%s%s%s.",
                        is_said(in) ? "The incident" : "It",
                        part_clock(m->arena, to, from),
                        who == NULL ? "" : " by ", who == NULL ? "" : who,
                        to - from < 1000
                            ? ""
                            : arena_printf(m->arena, ", %s after it began",
                                           part_between(m->arena, from, to))));
}

static void word_cell(struct markdown *m, const char *text)
{
    markdown_words_cell(m, text == NULL ? "unknown" : text);
}

/* One row: how long it took, or how long so far. */
struct impact {
    const char *service, *text;
    int64_t from_ms, to_ms; /* to 0: it has not ended, as far as is known */
    bool ongoing;
};

static const char *length_of(struct arena *a, const struct record *now,
                             const struct impact *one)
{
    if (one->from_ms == 0)
        return "unknown";
    if (one->to_ms >= one->from_ms && one->to_ms != 0)
        return part_between(a, one->from_ms, one->to_ms);
    if (!one->ongoing || one->from_ms > now->finished_ms)
        return "unknown";
    return arena_printf(a, "%s so far",
                        part_between(a, one->from_ms, now->finished_ms));
}

static const char *time_of(struct arena *a, int64_t time_ms, int64_t day_ms)
{
    return time_ms == 0 ? "unknown" : part_clock(a, time_ms, day_ms);
}

static void write_row(struct markdown *m, const struct report_inputs *in,
                      const struct impact *one)
{
    int64_t day = day_of(in);
    markdown_row(m);
    word_cell(m, one->service);
    word_cell(m, one->text);
    word_cell(m, time_of(m->arena, one->from_ms, day));
    word_cell(m, one->ongoing ? "ongoing" : time_of(m->arena, one->to_ms, day));
    word_cell(m, length_of(m->arena, part_last(in), one));
    markdown_row_end(m);
}

static void write_other(struct markdown *m, const struct result *r)
{
    markdown_row(m);
    word_cell(m, r->title);
    word_cell(m, is_hit(r) ? "its check fails" : "none");
    for (int i = 0; i < 3; i++)
        word_cell(m, is_hit(r) ? "unknown" : "none");
    markdown_row_end(m);
}

/* The last record sees it fail; one that could not judge it shows nothing. */
static bool is_ongoing(const struct report_inputs *in, const struct episode *e)
{
    const struct result *now = part_check(part_last(in), e->check);
    return e->to_ms == 0 && now != NULL && is_hit(now);
}

static bool is_about(const struct episode *e, const struct result *r)
{
    return part_same(e->check, r->id);
}

static const char *text_of(struct arena *a, const struct episode *e)
{
    const char *text = episode_failure(a, e);
    return e->answers > e->failed && e->failed > 0
               ? arena_printf(a, "%s, %lld of %lld responses failed", text,
                              (long long)e->failed, (long long)e->answers)
               : text;
}

static size_t episodes_of(const struct record *r, const char *check)
{
    size_t count = 0;
    for (size_t i = 0; i < r->episode_count; i++)
        count += part_same(r->episode[i].check, check);
    return count;
}

/* Those that are too many, as one row from the first to the last. */
static struct impact all_of(struct arena *a, const struct report_inputs *in,
                            size_t first, size_t count)
{
    const struct record *r = in->record;
    const struct episode *last = &r->episode[first];
    for (size_t i = first; i < r->episode_count; i++)
        if (part_same(r->episode[i].check, last->check))
            last = &r->episode[i];
    return (struct impact){.service = failure_title(last),
                           .text =
                               arena_printf(a, "failed %zu times; at last: %s",
                                            count, episode_failure(a, last)),
                           .from_ms = r->episode[first].from_ms,
                           .to_ms = last->to_ms,
                           .ongoing = is_ongoing(in, last)};
}

static bool is_first(const struct record *r, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (part_same(r->episode[i].check, r->episode[at].check))
            return false;
    return true;
}

/* People know of an earlier start; of several failures not which one's. */
static int64_t start_of(struct arena *a, const struct report_inputs *in,
                        const struct episode *e)
{
    struct failures all = failures_of(a, in);
    return all.times == 1 ? failures_start(&all, in) : e->from_ms;
}

static void write_episodes(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = in->record;
    for (size_t i = 0, rows = 0; i < r->episode_count && rows < ROWS_MAX; i++) {
        const struct episode *e = &r->episode[i];
        size_t count = episodes_of(r, e->check);
        struct impact one = {failure_title(e), text_of(m->arena, e),
                             start_of(m->arena, in, e), e->to_ms,
                             is_ongoing(in, e)};
        if (count > EPISODES_MAX && !is_first(r, i))
            continue;
        if (count > EPISODES_MAX)
            one = all_of(m->arena, in, i, count);
        write_row(m, in, &one);
        rows++;
    }
    for (size_t i = 0; i < r->result_count && r->result_count <= OTHERS_MAX;
         i++) {
        bool affected = false;
        for (size_t k = 0; k < r->episode_count; k++)
            affected = affected || is_about(&r->episode[k], &r->result[i]);
        if (!affected)
            write_other(m, &r->result[i]);
    }
}

static bool is_told(const struct facts *f, const char *title)
{
    for (size_t i = 0; i < f->impact_count; i++)
        if (f->impact[i].service != NULL &&
            part_same(f->impact[i].service, title))
            return true;
    return false;
}

/* The others are told when each that was hit is one that was checked. */
static bool tells_all(const struct record *r, const struct facts *f)
{
    size_t told = 0;
    for (size_t i = 0; i < r->result_count; i++)
        told += is_told(f, r->result[i].title);
    return told == f->impact_count && r->result_count <= OTHERS_MAX;
}

/* The check says so now. */
static bool still_fails(const struct record *r, const char *title)
{
    for (size_t i = 0; title != NULL && i < r->result_count; i++)
        if (part_same(r->result[i].title, title))
            return is_hit(&r->result[i]);
    return false;
}

static void write_told(struct markdown *m, const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    const struct record *r = in->record;
    for (size_t i = 0; i < f->impact_count && i < ROWS_MAX; i++) {
        const struct fact_impact *told = &f->impact[i];
        const struct impact one = {
            told->service, told->text, told->from_ms, told->to_ms,
            told->to_ms == 0 && still_fails(part_last(in), told->service)};
        write_row(m, in, &one);
    }
    for (size_t i = 0; tells_all(r, f) && i < r->result_count; i++)
        if (!is_told(f, r->result[i].title))
            write_other(m, &r->result[i]);
}

/* "Users of Backend API were affected: HTTP 502, 12 of 12 responses failed." */
static void write_statement(struct markdown *m, const struct report_inputs *in)
{
    struct failures all = failures_of(m->arena, in);
    struct arena *a = m->arena;
    markdown_paragraph(m);
    if (all.count == 0) {
        markdown_words(m, "No check shows that users were affected.");
    } else {
        markdown_words(m, arena_printf(a, "Users of %s were affected: %s.",
                                       failures_names(a, &all),
                                       text_of(a, all.item[0])));
        if (failures_passed(a, in->record) != NULL) {
            markdown_text(m, " ");
            markdown_words(m, arena_printf(a, "%s passed.",
                                           failures_passed(a, in->record)));
        }
    }
    markdown_end(m);
}

void section_impact(struct markdown *m, const struct report_inputs *in)
{
    static const char *const head[] = {"Service", "Impact", "From (UTC)",
                                       "To (UTC)", "Duration"};
    const struct facts *f = in->facts;
    part_section(m, "Impact");
    if (f->user_impact == NULL)
        part_draft(m, in, "user-impact", write_statement);
    else
        markdown_prose_paragraph(m, f->user_impact);
    if (!is_said(in) || is_detected(in)) {
        markdown_paragraph(m);
        if (!is_said(in))
            write_measured(m, in);
        write_detected(m, in);
        markdown_end(m);
    }
    if (!in->for_public)
        part_error_budget(m, in);
    if (f->impact_count == 0 && in->record->episode_count == 0)
        return;
    markdown_table(m, head, ARRAY_COUNT(head));
    if (f->impact_count > 0)
        write_told(m, in);
    else
        write_episodes(m, in);
    markdown_table_end(m);
}
