/*
 * The summary: four sentences that the record bears out. What failed since
 * when; how long, and how much of the service; why; what was or must be done.
 */
#include <string.h>

#include "model/version.h"
#include "report/document.h"
#include "report/failures.h"
#include "report/parts.h"

struct summary {
    struct markdown *m;
    const struct report_inputs *in;
    struct failures all;
};

static void words(struct summary *s, const char *text)
{
    markdown_words(s->m, text);
}

/* "at 17:35:00 UTC on 2025-10-20" */
static const char *moment(struct arena *a, const char *at, int64_t time_ms)
{
    return arena_printf(a, "%s %s UTC on %s", at,
                        part_clock(a, time_ms, time_ms), part_day(a, time_ms));
}

static bool is_one_run(const struct summary *s)
{
    return !part_is_history(s->in) &&
           s->in->incident->stamp[STAMP_STARTED].witness != WITNESS_REPORTED;
}

/* "Since 16:58:22 UTC on 2025-10-20, Backend API has failed:" */
static const char *since_when(struct summary *s)
{
    struct arena *a = s->m->arena;
    const struct outage *o = &s->all.outage;
    const struct episode *head = s->all.item[0];
    const char *name = failure_title(head);
    int64_t start = failures_start(&s->all, s->in);
    if (is_one_run(s))
        return arena_printf(a, "%s, %s failed:", moment(a, "At", head->from_ms),
                            name);
    if (o->ongoing)
        return arena_printf(a, "%s, %s has failed:",
                            moment(a, "Since",
                                   start < o->from_ms && s->all.count == 1
                                       ? start
                                       : head->from_ms),
                            name);
    if (failures_span_first(s->in->record, &s->all))
        return arena_printf(
            a, "%s, %s failed:", failures_span(a, start, o->to_ms), name);
    return arena_printf(a, "%s, %zu checks failed, among them %s:",
                        failures_span(a, start, o->to_ms), s->all.count, name);
}

static void write_failure(struct summary *s)
{
    const char *others = failures_others(s->m->arena, &s->all);
    words(s, since_when(s));
    markdown_text(s->m, " ");
    words(s, episode_failure(s->m->arena, s->all.item[0]));
    if (*others != '\0') {
        markdown_text(s->m, "; also affected: ");
        words(s, others);
    }
    markdown_text(s->m, ".");
}

/* "It lasted 40 min", "By 17:35:00 UTC it had lasted 36 min" */
static const char *how_long(struct summary *s)
{
    struct arena *a = s->m->arena;
    const struct outage *o = &s->all.outage;
    const struct record *now = part_last(s->in);
    int64_t start = failures_start(&s->all, s->in);
    if (is_one_run(s))
        return "A single run does not show since when";
    if (o->ongoing && now->finished_ms > start)
        return arena_printf(a, "By %s UTC it had lasted %s",
                            part_clock(a, now->finished_ms, start),
                            part_between(a, start, now->finished_ms));
    if (o->times > 1)
        return arena_printf(a, "It lasted %s in all, in %zu parts",
                            part_between(a, 0, o->failing_ms), o->times);
    return arena_printf(a, "It lasted %s", part_between(a, start, o->to_ms));
}

static const char *how_much(struct summary *s)
{
    struct arena *a = s->m->arena;
    const struct record *r = s->in->record;
    const char *passed = failures_passed(a, r);
    size_t hit = s->all.count;
    if (r->result_count < hit || r->result_count == 0)
        return "";
    const char *extent = arena_printf(
        a, "; %zu of %zu checks %s affected%s", hit, r->result_count,
        hit == 1 ? "was" : "were",
        s->all.times > hit ? arena_printf(a, ", %zu times in all", s->all.times)
                           : "");
    return passed == NULL
               ? extent
               : arena_printf(a, "%s, while %s passed", extent, passed);
}

static void write_extent(struct summary *s)
{
    markdown_text(s->m, " ");
    words(s, arena_printf(s->m->arena, "%s%s.", how_long(s), how_much(s)));
}

static void write_place(struct markdown *m, const struct chain_link *link)
{
    if (link->file == NULL)
        return;
    markdown_text(m, " (");
    markdown_code(m, arena_printf(m->arena, "%s:%lld", link->file,
                                  (long long)link->line));
    markdown_text(m, ")");
}

/* What became of the deploy, before the cause in one sentence with it. */
static const char *deploy_words(const struct record *r)
{
    static const char *const text[] = {
        [DEPLOYMENT_SHIPPED] = " is in production",
        [DEPLOYMENT_STALE] = " is not in production, only older builds respond",
        [DEPLOYMENT_MIXED] = " is in production in part, older builds respond, "
                             "too",
        [DEPLOYMENT_CONFLICT] =
            " is not deployed yet, another deployment holds "
            "the target",
        [DEPLOYMENT_FAILED] = " was not deployed, its deployment failed",
    };
    int state = r->deployment.state;
    return r->deployment.expected == NULL || state < 0 ||
                   (size_t)state >= ARRAY_COUNT(text)
               ? NULL
               : text[state];
}

static bool write_deploy(struct summary *s)
{
    const struct record *r = part_last(s->in);
    const char *text = deploy_words(r);
    if (text == NULL)
        return false;
    markdown_text(s->m, "Build ");
    markdown_code(s->m, version_short(s->m->arena, r->deployment.expected));
    markdown_text(s->m, text);
    return true;
}

/* When it is over, also one that was recovered from. */
static const struct cause *cause_of(const struct summary *s)
{
    const struct findings *f = &s->in->record->logs;
    const struct cause *c = findings_cause(f);
    if (c == NULL && part_is_over(s->in) && f->cause_count > 0 &&
        !f->cause[0].earlier)
        c = &f->cause[0];
    return c == NULL || c->title == NULL ? NULL : c;
}

/* "The cause is ", "The likely cause was ", or within a sentence. */
static void begin_cause(struct summary *s, const struct cause *c, bool within)
{
    markdown_text(s->m, within ? "; the " : "The ");
    markdown_text(s->m,
                  c->confidence == CONFIDENCE_HIGH ? "cause" : "likely cause");
    markdown_text(s->m, part_is_over(s->in) ? " was " : " is ");
}

static const struct chain_link *wrapper_of(const struct cause *c)
{
    for (size_t i = 1; i < c->chain_count; i++)
        if (c->chain[i].role == ROLE_WRAPPER && c->chain[i].text != NULL)
            return &c->chain[i];
    return NULL;
}

static void write_known_cause(struct summary *s, const struct cause *c,
                              bool within)
{
    struct markdown *m = s->m;
    const struct chain_link *wrapper = wrapper_of(c);
    begin_cause(s, c, within);
    words(s, c->title);
    if (c->chain_count > 0)
        write_place(m, &c->chain[0]);
    if (wrapper != NULL) {
        markdown_text(m, ", reported as ");
        words(s, arena_printf(m->arena, "\"%s\"", wrapper->text));
        write_place(m, wrapper);
    }
    markdown_text(m, ".");
}

static void write_cause(struct summary *s)
{
    const struct record *r = s->in->record;
    const struct cause *c = cause_of(s);
    const char *logs = r->logs.coverage.files == 0
                           ? "no log was read"
                           : "the logs that were read give none";
    markdown_text(s->m, " ");
    bool within = !part_is_history(s->in) && write_deploy(s);
    if (c != NULL)
        write_known_cause(s, c, within);
    else
        markdown_text(s->m,
                      arena_printf(s->m->arena, "%s cause is not known: %s.",
                                   within ? "; the" : "The", logs));
}

/* Nothing that users need has failed. */
static bool is_unharmed(const struct summary *s)
{
    return s->all.count == 0 ||
           (!part_is_history(s->in) &&
            s->in->record->production.state == PRODUCTION_HEALTHY);
}

/* Of people, who may have ended it. */
static void sentence(struct summary *s, const char *text)
{
    markdown_prose(s->m, text);
    if (!str_ends(str_trim(str_from(text)), STR(".")))
        markdown_text(s->m, ".");
}

/* "4b906cf56d" of what was changed, when people say it. */
static void write_change(struct summary *s, const struct fact_change *c)
{
    markdown_text(s->m, " It was ended by ");
    if (c->commit != NULL)
        markdown_code(s->m, version_short(s->m->arena, c->commit));
    else
        markdown_text(s->m, "a change");
    markdown_text(s->m, ": ");
    sentence(s, c->text);
}

static void write_checks_now(struct summary *s)
{
    struct arena *a = s->m->arena;
    const struct record *now = part_last(s->in);
    int64_t failing = now->production.failed + now->production.degraded;
    const char *when = moment(a, "At", now->started_ms);
    if (now->result_count == 0)
        return;
    markdown_text(s->m, " ");
    if (now->production.passed == now->production.total)
        words(s, arena_printf(a, "%s, all checks passed.", when));
    else
        words(s, arena_printf(a, "%s, %lld of %lld checks passed%s.", when,
                              (long long)now->production.passed,
                              (long long)now->production.total,
                              failing == 0 ? ", and the others were not judged"
                                           : ""));
}

static const struct remedy *first_remedy(const struct record *r)
{
    const struct cause *c = findings_cause(&r->logs);
    for (size_t i = 0; c != NULL && i < c->remedy_count; i++)
        if (c->remedy[i].danger == NULL)
            return &c->remedy[i];
    return NULL;
}

/* "Production is down; …": the advice as a sentence. */
static void write_advice(struct summary *s)
{
    const char *text = report_advice_text(part_last(s->in));
    const struct remedy *remedy = first_remedy(s->in->record);
    if (*text == '\0')
        return;
    markdown_text(s->m, " ");
    words(s, part_sentence(s->m->arena, text));
    if (remedy == NULL)
        return;
    markdown_text(s->m, " ");
    markdown_prose(s->m, remedy->text);
}

/* What was done, or what must be. */
static void write_outcome(struct summary *s)
{
    const struct facts *f = s->in->facts;
    if (s->in->for_public && !part_is_over(s->in)) {
        markdown_text(s->m, " We are working on it.");
        return;
    }
    if (!part_is_over(s->in)) {
        if (!s->all.outage.ongoing && part_is_history(s->in))
            write_checks_now(s);
        if (!verdict_is_good(part_last(s->in)->verdict))
            write_advice(s);
        return;
    }
    if (f->resolution != NULL) {
        markdown_text(s->m, " ");
        sentence(s, f->resolution);
    } else if (f->change_count > 0 && f->change[0].text != NULL) {
        write_change(s, &f->change[0]);
    }
    if (!is_unharmed(s))
        write_checks_now(s);
}

/* People say when it was, and no probe saw it. */
static void write_stamps(struct summary *s)
{
    const struct incident *i = s->in->incident;
    int64_t from = i->stamp[STAMP_STARTED].time_ms;
    int64_t to = i->stamp[STAMP_RESOLVED].time_ms;
    struct arena *a = s->m->arena;
    if (from == 0 || i->stamp[STAMP_STARTED].witness != WITNESS_REPORTED)
        return;
    markdown_text(s->m, " ");
    if (to > from)
        words(s, arena_printf(a, "The incident lasted %s: f%s.",
                              part_between(a, from, to),
                              failures_span(a, from, to) + 1));
    else
        words(s,
              arena_printf(a, "The incident began %s.", moment(a, "at", from)));
}

/* A check that failed and harmed nobody is no contradiction. */
static const char *unharmful(const struct record *now)
{
    return now->production.state == PRODUCTION_HEALTHY &&
                   now->production.failed > 0
               ? ", and no critical or major one failed"
               : "";
}

/* Production is healthy, and perhaps not on the build that was meant. */
static void write_healthy(struct summary *s)
{
    const struct record *now = part_last(s->in);
    struct arena *a = s->m->arena;
    if (now->result_count == 0)
        words(s, "No check was probed.");
    else
        words(s,
              arena_printf(a,
                           "%s, production was %s: %lld of %lld checks "
                           "passed%s.",
                           moment(a, "At", now->started_ms),
                           name_of(&production_names, now->production.state),
                           (long long)now->production.passed,
                           (long long)now->production.total, unharmful(now)));
    write_stamps(s);
    if (cause_of(s) != NULL) {
        write_cause(s);
        return;
    }
    if (deploy_words(now) == NULL)
        return;
    markdown_text(s->m, " ");
    (void)write_deploy(s);
    markdown_text(s->m, ".");
}

void summary_sentences(struct markdown *m, const struct report_inputs *in)
{
    struct summary s = {m, in, failures_of(m->arena, in)};
    markdown_paragraph(m);
    if (is_unharmed(&s)) {
        write_healthy(&s);
    } else {
        write_failure(&s);
        write_extent(&s);
        if (!in->for_public)
            write_cause(&s);
    }
    write_outcome(&s);
    markdown_end(m);
}

void section_summary(struct markdown *m, const struct report_inputs *in)
{
    part_section(m, "Summary");
    if (in->facts->summary == NULL)
        part_draft(m, in, "summary", summary_sentences);
    else
        markdown_prose_paragraph(m, in->facts->summary);
}
