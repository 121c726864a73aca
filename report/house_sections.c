/* What post-mortems of houses ask for: people's words, else a draft of them. */
#include "model/slo.h"
#include "model/version.h"
#include "report/document.h"
#include "report/failures.h"
#include "report/parts.h"

#define BEFORE_MS (INT64_C(24) * 60 * 60 * 1000) /* a change that may be it */

/* The last change before something began. */
struct change_before {
    const struct deployment_run *run; /* or */
    const struct commit *commit;
    int64_t time_ms; /* 0: none is known */
};

static struct change_before change_before(const struct record *r,
                                          int64_t started_ms)
{
    struct change_before last = {.time_ms = 0};
    for (size_t i = 0; i < r->evidence.run_count; i++) {
        const struct deployment_run *run = &r->evidence.run[i];
        if (run->start_ms <= started_ms && run->start_ms > last.time_ms)
            last = (struct change_before){run, NULL, run->start_ms};
    }
    for (size_t i = 0; i < r->commit_count; i++) {
        const struct commit *commit = &r->commit[i];
        if (commit->time_ms <= started_ms && commit->time_ms > last.time_ms)
            last = (struct change_before){NULL, commit, commit->time_ms};
    }
    return started_ms - last.time_ms > BEFORE_MS
               ? (struct change_before){.time_ms = 0}
               : last;
}

static int64_t stamp_of(const struct report_inputs *in, enum stamp which)
{
    return in->incident->stamp[which].time_ms;
}

static void write_change(struct markdown *m, const struct report_inputs *in,
                         const struct change_before *last)
{
    struct arena *a = m->arena;
    int64_t started = stamp_of(in, STAMP_STARTED);
    markdown_text(m, "The last change before it was ");
    if (last->run != NULL) {
        markdown_text(m, "the deploy of ");
        markdown_code(m, last->run->commit == NULL
                             ? part_known(last->run->workflow)
                             : version_short(a, last->run->commit));
        markdown_text(m, " (");
        markdown_code(m, part_known(last->run->id));
        markdown_text(m, ")");
    } else {
        markdown_text(m, "the commit ");
        markdown_code(m, version_short(a, last->commit->sha));
        markdown_text(m, " ");
        markdown_words(m, part_known(last->commit->subject));
    }
    markdown_text(m, " ");
    markdown_words(m, arena_printf(a, "at %s UTC, %s earlier.",
                                   part_clock(a, last->time_ms, started),
                                   part_between(a, last->time_ms, started)));
}

static void draft_trigger(struct markdown *m, const struct report_inputs *in)
{
    struct change_before last =
        change_before(in->record, stamp_of(in, STAMP_STARTED));
    markdown_paragraph(m);
    write_change(m, in, &last);
    markdown_end(m);
}

void section_trigger(struct markdown *m, const struct report_inputs *in)
{
    const char *text = in->facts->trigger;
    int64_t started = stamp_of(in, STAMP_STARTED);
    if (text == NULL && !in->asks)
        return;
    part_section(m, "Trigger");
    if (text != NULL)
        markdown_prose_paragraph(m, text);
    else if (started != 0 && change_before(in->record, started).time_ms != 0)
        part_draft(m, in, "trigger", draft_trigger);
    else
        markdown_ask(m, "trigger", "what set it off.");
}

/* ", 1 min 38 s after it began": nothing when that is no second. */
static const char *later(struct arena *a, int64_t from_ms, int64_t to_ms,
                         const char *than)
{
    return from_ms == 0 || to_ms - from_ms < 1000
               ? ""
               : arena_printf(a, ", %s after %s",
                              part_between(a, from_ms, to_ms), than);
}

static void draft_detection(struct markdown *m, const struct report_inputs *in)
{
    struct arena *a = m->arena;
    int64_t started = stamp_of(in, STAMP_STARTED);
    int64_t detected = stamp_of(in, STAMP_DETECTED);
    const char *who = in->facts->detected_by;
    markdown_words_paragraph(
        m, arena_printf(a, "The incident was detected%s%s at %s UTC%s.",
                        who == NULL ? "" : " by ", who == NULL ? "" : who,
                        part_clock(a, detected, started),
                        later(a, started, detected, "it began")));
}

void section_detection(struct markdown *m, const struct report_inputs *in)
{
    const char *text = in->facts->detection;
    if (text == NULL && !in->asks)
        return;
    part_section(m, "Detection");
    if (text != NULL)
        markdown_prose_paragraph(m, text);
    else if (stamp_of(in, STAMP_DETECTED) != 0)
        part_draft(m, in, "detection", draft_detection);
    else
        markdown_ask(m, "detection", "how it was noticed.");
}

static void draft_response(struct markdown *m, const struct report_inputs *in)
{
    struct arena *a = m->arena;
    int64_t detected = stamp_of(in, STAMP_DETECTED);
    int64_t at = stamp_of(in, STAMP_ACKNOWLEDGED);
    const char *owner = in->facts->owner;
    markdown_words_paragraph(
        m, arena_printf(a, "The incident was acknowledged at %s UTC%s%s%s.",
                        part_clock(a, at, stamp_of(in, STAMP_STARTED)),
                        later(a, detected, at, "it was detected"),
                        owner == NULL ? "" : "; its owner is ",
                        owner == NULL ? "" : owner));
}

void section_response(struct markdown *m, const struct report_inputs *in)
{
    part_section(m, "Response");
    if (stamp_of(in, STAMP_ACKNOWLEDGED) != 0)
        part_draft(m, in, "response", draft_response);
    else
        markdown_ask(m, "response",
                     "who responded and when, and what "
                     "delayed the response.");
}

void section_contributing_factors(struct markdown *m,
                                  const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    if (f->contributing_count == 0 && !in->asks)
        return;
    part_section(m, "Contributing factors");
    if (f->contributing_count > 0)
        part_items(m, f->contributing, f->contributing_count);
    else
        markdown_ask(m, "contributing-factors",
                     "which conditions led to it or prolonged it.");
}

void section_backlog(struct markdown *m, const struct report_inputs *in)
{
    (void)in;
    part_section(m, "Backlog check");
    markdown_ask(m, "backlog",
                 "which open work would have prevented it, or that there was "
                 "none.");
}

static void responder(struct markdown *m, const char *role, const char *name)
{
    if (name == NULL)
        return;
    markdown_item(m);
    markdown_words(m, name);
    markdown_words(m, arena_printf(m->arena, " (%s)", role));
    markdown_end(m);
}

void section_responders(struct markdown *m, const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    part_section(m, "Responders");
    if (f->owner == NULL && f->contributor_count == 0) {
        markdown_ask(m, "responders", "who responded, and in which role.");
        return;
    }
    markdown_list(m, false);
    responder(m, "owner", f->owner);
    for (size_t i = 0; i < f->contributor_count && i < ROWS_MAX; i++)
        if (!part_same(f->contributor[i], f->owner))
            responder(m, "contributor", f->contributor[i]);
    markdown_list_end(m);
}

/* What a status page can say: services and times, nothing internal. */
static void draft_external(struct markdown *m, const struct report_inputs *in)
{
    struct report_inputs open = *in;
    struct record *record = arena_alloc(m->arena, sizeof(*record));
    struct facts *facts = arena_alloc(m->arena, sizeof(*facts));
    open.arena = m->arena;
    report_publish(&open, record, facts);
    if (facts->summary == NULL)
        summary_sentences(m, &open);
    else
        markdown_prose_paragraph(m, facts->summary);
}

void section_messaging(struct markdown *m, const struct report_inputs *in)
{
    part_section(m, "Messaging");
    markdown_heading(m, 3);
    markdown_text(m, "Internal");
    markdown_end(m);
    markdown_ask(m, "messaging-internal", "what colleagues should know.");
    markdown_heading(m, 3);
    markdown_text(m, "External");
    markdown_end(m);
    part_draft(m, in, "messaging-external", draft_external);
}

/* How long it failed: what was observed, or between what people say. */
static int64_t failing_ms(struct markdown *m, const struct report_inputs *in)
{
    struct failures all = failures_of(m->arena, in);
    int64_t from = stamp_of(in, STAMP_STARTED);
    int64_t to = stamp_of(in, STAMP_MITIGATED);
    bool said = in->incident->stamp[STAMP_STARTED].witness == WITNESS_REPORTED;
    to = to == 0 ? stamp_of(in, STAMP_RESOLVED) : to;
    to = to == 0 && !part_is_over(in) ? part_last(in)->finished_ms : to;
    return said && from != 0 && to > from ? to - from : all.outage.failing_ms;
}

void part_error_budget(struct markdown *m, const struct report_inputs *in)
{
    struct arena *a = m->arena;
    struct slo slo;
    const char *text = in->facts->slo;
    int64_t used = failing_ms(m, in);
    if (text == NULL || used <= 0 || !slo_read(&slo, str_from(text)))
        return;
    int64_t budget = slo_budget_ms(&slo);
    if (budget <= 0)
        return;
    markdown_words_paragraph(
        m, arena_printf(a,
                        "Error budget: %s allows %s of failure; this incident "
                        "%s %s of it (%lld%%).",
                        text, part_span(a, budget * 1000),
                        part_is_over(in) ? "used" : "has used",
                        part_span(a, used * 1000),
                        (long long)((used * 100 + budget / 2) / budget)));
}
