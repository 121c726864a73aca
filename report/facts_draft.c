/* A facts file to complete: answers that are known, questions that are not. */
#include <string.h>

#include "base/json.h"
#include "model/version.h"
#include "report/failures.h"
#include "report/parts.h"
#include "report/report.h"

#define LIST_MAX   3 /* of what a cause proposes; the appendix has all */
#define ITEMS_MAX  20
#define EVENTS_MAX 1000

struct draft {
    struct buf *out;
    struct arena *arena;
    const struct report_inputs *in;
};

/* When it is over, also one that was recovered from. */
static const struct cause *cause_of(const struct draft *d)
{
    const struct findings *f = &d->in->record->logs;
    const struct cause *c = findings_cause(f);
    return c == NULL && f->cause_count > 0 && !f->cause[0].earlier &&
                   part_is_over(d->in)
               ? &f->cause[0]
               : c;
}

/* JSON strings are YAML, so no text can be anything else. */
static void quoted(struct draft *d, const char *text)
{
    json_quote(d->out, str_from(text));
}

static void key(struct draft *d, const char *name, const char *text,
                const char *comment)
{
    if (text == NULL)
        return;
    buf_printf(d->out, "%s: ", name);
    quoted(d, text);
    buf_printf(d->out, comment == NULL ? "\n" : "  # %s\n", comment);
}

/* "# what users saw?": an answer goes into the line below. */
static void question(struct draft *d, const char *text, const char *lines)
{
    buf_printf(d->out, "\n# %s\n# %s\n", text, lines);
}

static void write_stamps(struct draft *d)
{
    const struct incident *i = d->in->incident;
    for (size_t k = 0; k < INCIDENT_STAMPS; k++) {
        if (i->stamp[k].time_ms == 0)
            continue;
        buf_printf(d->out, "%s: %s  # %s\n", i->stamp[k].name,
                   part_stamp(d->arena, i->stamp[k].time_ms),
                   i->stamp[k].witness < 0
                       ? "not recorded"
                       : name_of(&witness_names, i->stamp[k].witness));
    }
}

static const char *title_of(struct draft *d)
{
    struct failures all = failures_of(d->arena, d->in);
    const struct cause *c = cause_of(d);
    if (all.count > 0)
        return arena_printf(d->arena, "%s: %s", failures_names(d->arena, &all),
                            episode_failure(d->arena, all.item[0]));
    return c == NULL ? NULL : c->title;
}

static void write_head(struct draft *d)
{
    const struct incident *i = d->in->incident;
    const struct facts *f = d->in->facts;
    const struct git_evidence *g = &d->in->record->evidence.git;
    buf_text(d->out, "# Facts for `postflight report`. What is filled in comes "
                     "from the record; correct\n# it or delete it. Questions "
                     "are comments; docs/REPORTS.md has every key.\n");
    key(d, "incident", i->id, NULL);
    key(d, "title", title_of(d), "a draft");
    if (i->severity >= 0)
        key(d, "severity", name_of(&severity_names, i->severity), NULL);
    write_stamps(d);
    for (size_t k = g->migration_count;
         k-- > 0 && d->in->record->migration_count == 0;)
        if (g->migration[k].current)
            key(d, "migration", g->migration[k].id, "production is at it");
    if (d->in->record->migration_count > 0 &&
        d->in->record->migration[0].at_count > 0)
        key(d, "migration", d->in->record->migration[0].at[0],
            "the database is at it");
    key(d, "detected_by", f->detected_by, NULL);
    question(d, "What happened? Left out, the summary is drafted.",
             "summary: ...");
    question(d, "What did users see, in numbers? Left out, it is drafted.",
             "user_impact: ...");
    question(d, "What set it off, how was it noticed, what made it worse?",
             "trigger: ...\n# detection: ...\n# contributing_factors: []");
    question(d, "Which objective does the service have?",
             "slo: 99.9% in 30 days");
    question(d, "Who answers for it, and where is the work kept?",
             "owner: ...\n# ticket: ...");
    question(d, "What ended it?", "resolution: ...");
}

static void write_timeline(struct draft *d)
{
    const struct facts *f = d->in->facts;
    if (f->event_count == 0) {
        question(d, "What did people do? Or give an export: --events FILE.",
                 "timeline:\n#   - { time: 2026-11-21T10:06:00Z, text: ..., "
                 "source: chat }");
        return;
    }
    buf_text(d->out, "\ntimeline:\n");
    for (size_t i = 0; i < f->event_count && i < EVENTS_MAX; i++) {
        buf_printf(d->out, "  - { time: %s, text: ",
                   part_stamp(d->arena, f->event[i].time_ms));
        quoted(d, f->event[i].text);
        buf_text(d->out, ", source: ");
        quoted(d, f->event[i].source);
        buf_text(d->out, " }\n");
    }
}

/* What the log shows is in the document already, as the chain of the cause. */
static void write_mechanism(struct draft *d)
{
    question(d, "How did it happen, before what the log shows?",
             "mechanism:\n#   - { text: ..., source: ... }");
}

/* The build of the last record was not yet what failed: it is not the one that
   the failure's record expected, and serves. */
static bool is_proved(const struct draft *d, const struct commit *newest)
{
    const struct record *now = part_last(d->in), *told = d->in->record;
    const char *build = now->deployment.expected;
    return part_is_history(d->in) && d->in->story->over &&
           now->deployment.state == DEPLOYMENT_SHIPPED && build != NULL &&
           version_matches(build, newest->sha) &&
           (told->deployment.expected == NULL ||
            !version_matches(told->deployment.expected, newest->sha) ||
            told->deployment.state != DEPLOYMENT_SHIPPED);
}

/* The newest commit that was deployed may be the change that ended it: a
   question, until a later record shows that its build serves and all passes.
   --git has its lines. */
static void write_changes(struct draft *d)
{
    const struct record *r = d->in->record;
    if (r->commit_count == 0) {
        question(d, "What was changed to end it?",
                 "changes:\n#   - { commit: SHA, text: ... }");
        return;
    }
    const struct commit *newest = &r->commit[0];
    bool proved = is_proved(d, newest);
    buf_text(d->out,
             proved ? "\n# All checks pass since this commit serves; with "
                      "--git its lines are filled in.\nchanges:\n  - "
                    : "\n# What was changed to end it? Was it this commit? "
                      "With --git its lines are filled in.\n# changes:\n#   "
                      "- ");
    buf_text(d->out, "{ commit: ");
    quoted(d, newest->sha);
    buf_text(d->out, " }  # ");
    quoted(d, part_known(newest->subject));
    buf_char(d->out, '\n');
}

static void list(struct draft *d, const char *name, const char *const *item,
                 size_t count)
{
    if (count == 0)
        return;
    buf_printf(d->out, "\n%s:\n", name);
    for (size_t i = 0; i < count && i < LIST_MAX; i++) {
        buf_text(d->out, "  - ");
        quoted(d, item[i]);
        buf_char(d->out, '\n');
    }
}

static void write_cause_lists(struct draft *d)
{
    const struct cause *c = cause_of(d);
    if (c == NULL) {
        question(d, "What prevents it in future?", "prevention:\n#   - ...");
        return;
    }
    list(d, "prevention", c->prevention, c->prevention_count);
}

static bool is_new_author(const struct record *r, size_t i)
{
    if (r->commit[i].author == NULL)
        return false;
    for (size_t k = 0; k < i; k++)
        if (part_same(r->commit[k].author, r->commit[i].author))
            return false;
    return true;
}

static void write_authors(struct draft *d)
{
    const struct record *r = d->in->record;
    size_t count = 0;
    for (size_t i = 0; i < r->commit_count && count < ITEMS_MAX; i++) {
        if (!is_new_author(r, i))
            continue;
        buf_text(d->out, count++ == 0 ? "\ncontributors:\n  - " : "  - ");
        quoted(d, r->commit[i].author);
        buf_char(d->out, '\n');
    }
}

static bool is_new_workflow(const struct deploy_evidence *e, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (part_same(e->run[k].workflow, e->run[i].workflow))
            return false;
    return e->run[i].workflow != NULL;
}

static void write_workflows(struct draft *d)
{
    const struct deploy_evidence *e = &d->in->record->evidence;
    size_t count = 0;
    for (size_t i = 0; i < e->run_count && count < ITEMS_MAX; i++) {
        if (!is_new_workflow(e, i))
            continue;
        buf_text(d->out, count++ == 0 ? "\n# With a file and --git, the steps "
                                        "are filled in.\nworkflows:\n"
                                      : "");
        buf_text(d->out, "  - { name: ");
        quoted(d, e->run[i].workflow);
        buf_text(d->out, " }\n");
    }
}

/* Of the history: the same cause, build or check. */
static void write_related(struct draft *d)
{
    const struct facts *f = d->in->facts;
    for (size_t i = 0; i < f->related_count && i < ITEMS_MAX; i++) {
        const struct fact_related *one = &f->related[i];
        if (one->id == NULL)
            continue;
        buf_text(d->out, i == 0 ? "\nrelated:\n  - { id: " : "  - { id: ");
        quoted(d, one->id);
        buf_text(d->out, ", text: ");
        quoted(d, part_known(one->text));
        if (one->state != NULL) {
            buf_text(d->out, ", state: ");
            quoted(d, one->state);
        }
        if (one->time_ms != 0)
            buf_printf(d->out, ", time: %s",
                       part_stamp(d->arena, one->time_ms));
        buf_text(d->out, " }\n");
    }
}

static void write_criteria(struct draft *d)
{
    const struct record *r = part_last(d->in);
    size_t count = 0;
    for (size_t i = 0; i < r->result_count && count < ITEMS_MAX; i++) {
        if (r->result[i].id == NULL)
            continue;
        buf_text(d->out, count++ == 0 ? "\nsuccess_criteria:\n" : "");
        buf_text(d->out, "  - { text: ");
        quoted(d, arena_printf(d->arena, "%s passes its check",
                               part_known(r->result[i].title)));
        buf_text(d->out, ", check: ");
        quoted(d, r->result[i].id);
        buf_text(d->out, " }\n");
    }
}

static void write_sign_off(struct draft *d)
{
    const struct ci_evidence *ci = &part_last(d->in)->evidence.ci;
    if (ci->actor == NULL)
        return;
    buf_text(d->out, "\nsign_off:\n  - { role: deployed by, name: ");
    quoted(d, ci->actor);
    buf_text(d->out, " }\n");
}

void report_facts_draft(struct buf *out, struct arena *a,
                        const struct report_inputs *in)
{
    struct draft d = {out, a, in};
    write_head(&d);
    write_timeline(&d);
    write_mechanism(&d);
    write_changes(&d);
    write_workflows(&d);
    write_cause_lists(&d);
    write_related(&d);
    write_criteria(&d);
    question(&d, "What is to be done after it, by whom, until when?",
             "actions:\n#   - { id: A1, text: ..., owner: ..., due: "
             "2026-12-01, type: prevent }");
    question(&d, "What went well, what went badly, where did luck help?",
             "well: []\n# badly: []\n# lucky: []");
    write_authors(&d);
    write_sign_off(&d);
}
