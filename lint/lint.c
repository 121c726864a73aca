/* THE table of rules, and one document taken through it. */
#include "lint/lint.h"

#include <stdlib.h>
#include <string.h>

#include "lint/internal.h"
#include "migrations/rules/rules.h"

struct rule_row {
    struct review_rule doc;
    void (*check)(struct review *r);
};

static const struct rule_row rows[] = {
    {{"L01", "status-disagrees", REMARK_MAJOR,
      "two places tell different states of the same incident or deployment",
      "keep one status and let the others repeat it"},
     check_status_disagrees},
    {{"L02", "resolved-unverified", REMARK_MAJOR,
      "called resolved while a verification is pending, failed or still to "
      "come",
      "say that it is not verified yet, or verify it"},
     check_resolved_unverified},
    {{"L03", "estimate-in-resolved", REMARK_MINOR,
      "an estimated time in a timeline or measure of what is over",
      "put down what was measured"},
     check_estimate_in_resolved},
    {{"L04", "duration-differs", REMARK_MAJOR,
      "one duration has several values",
      "state it once, with the two times it lies between"},
     check_duration_differs},
    {{"L05", "duration-not-in-timeline", REMARK_MAJOR,
      "a stated duration lies between no two times of the timeline",
      "name the two times, or correct one of them"},
     check_duration_not_in_timeline},
    {{"L06", "timeline-order", REMARK_MAJOR,
      "times out of order: rows, phases, a start and an end, a cause and its "
      "effect",
      "put the times in order, or correct the one that is wrong"},
     check_timeline_order},
    {{"L07", "evidence-outside", REMARK_MAJOR,
      "evidence from another time than the incident",
      "show the lines of the incident, or say why older ones matter"},
     check_evidence_outside},
    {{"L08", "count-differs", REMARK_MAJOR,
      "a stated count is not what the document itself lists",
      "count again, and say what is counted"},
     check_count_differs},
    {{"L09", "sum-differs", REMARK_MAJOR, "parts do not add up to their total",
      "add up again, or name the part that is missing"},
     check_sum_differs},
    {{"L10", "mean-of-one", REMARK_MINOR,
      "a mean time (MTTR, MTTD) of a single incident",
      "call it the time to recovery of this incident"},
     check_mean_of_one},
    {{"L11", "ratio-differs", REMARK_MAJOR,
      "a ratio or percentage that its own numbers do not give",
      "derive it from the numbers, or leave it out"},
     check_ratio_differs},
    {{"L12", "future-done", REMARK_MAJOR,
      "something ongoing or still to do is marked as done",
      "mark it as open until it has ended"},
     check_future_done},
    {{"L13", "done-but-pending", REMARK_MAJOR,
      "a heading is marked as done and what stands below it is not",
      "mark the heading as what its worst line is"},
     check_done_but_pending},
    {{"L14", "availability-differs", REMARK_MAJOR,
      "a claim about all services that the list of services contradicts",
      "say which services, and for whom"},
     check_availability_differs},
    {{"L15", "cause-without-evidence", REMARK_MAJOR,
      "a root cause, or a sweeping part of it, that no evidence shows",
      "add the log lines that prove it, or call it a hypothesis"},
     check_cause_without_evidence},
    {{"L16", "number-without-source", REMARK_MINOR,
      "a bound or an estimate where a measured number is expected",
      "put down what was measured, and by what"},
     check_number_without_source},
    {{"L17", "commit-not-deployed", REMARK_MAJOR,
      "a commit listed as deployed that the document says was not, or that "
      "is not known",
      "list what was deployed, and check it with git log"},
     check_commit_not_deployed},
    {{"L18", "criterion-differs", REMARK_MAJOR,
      "the same check is done in one place and pending in another",
      "keep the state of a check in one place"},
     check_criterion_differs},
    {{"L19", "newer-than-update", REMARK_MINOR,
      "text or times that are newer than the last update",
      "move the line with the last update to the end, and renew it"},
     check_newer_than_update},
    {{"L20", "field-missing", REMARK_NOTE,
      "no date, no status; or, of an incident, two or more of severity, id, "
      "detection, owner and impact missing",
      "add what is missing at the top"},
     check_field_missing},
    {{"L21", "section-twice", REMARK_MINOR,
      "the same section stands twice with different content",
      "keep the newer one"},
     check_section_twice},
    {{"L22", "action-unowned", REMARK_NOTE,
      "open actions without an owner and a date",
      "give each open action an owner and a date"},
     check_action_unowned},
    {{"L23", "placeholder-left", REMARK_NOTE,
      "a placeholder of a template was left", "fill it in or take it out"},
     check_placeholder_left},
    {{"L24", "marker-broken", REMARK_MINOR,
      "a marker of a generated part is unbalanced, or its part was edited",
      "repair the pair of markers, or write the part anew"},
     check_marker_broken},
    {{"L25", "link-dead", REMARK_MINOR,
      "a relative link, its line or its anchor leads nowhere",
      "correct or remove the link"},
     check_link_dead},
    {{"L26", "text-mojibake", REMARK_NOTE,
      "text in a wrong encoding, or bytes that are no UTF-8",
      "repair it with: postflight report fix --mojibake FILE"},
     check_text_mojibake},
    {{"L27", "dates-mixed", REMARK_NOTE, "dates in more than one form",
      "write all dates as 2026-01-04"},
     check_dates_mixed},
    {{"L28", "statements-opposed", REMARK_MAJOR,
      "two statements that exclude each other", "keep the one that is true"},
     check_statements_opposed},
    {{"L29", "time-incomplete", REMARK_NOTE, "times without a date or a zone",
      "give every time a date and one zone"},
     check_time_incomplete},
    {{"L30", "human-error", REMARK_MINOR, "human error is given as a cause",
      "say what made the mistake possible and what did not stop it"},
     check_human_error},
    {{"L31", "outage-unproven", REMARK_MINOR,
      "called an outage and nothing is shown to have failed",
      "show the failed check, or call it what it was"},
     check_outage_unproven},
    {{"L32", "counterfactual", REMARK_MINOR,
      "what should or could have been done, where the story is told",
      "say what happened, and move the wish to the actions"},
     check_counterfactual},
    {{"L33", "person-named", REMARK_MINOR,
      "a person is named, or their address given, where roles are enough",
      "name the role"},
     check_person_named},
    {{"L34", "emoji-only-status", REMARK_NOTE,
      "a status that is an emoji alone: searches and screen readers lose it",
      "write the word beside it"},
     check_emoji_only_status},
    {{"L40", "secret-shown", REMARK_MAJOR, "what looks like a secret",
      "remove it, and change the secret"},
     check_secret_shown},
    {{"L41", "git-range-empty", REMARK_MAJOR,
      "a git range the wrong way round, or a log cut at its wrong end",
      "write older..newer, and try the command"},
     check_git_range_empty},
    {{"L42", "command-destructive", REMARK_MAJOR,
      "a command that destroys or overwrites, without a warning",
      "say what it can destroy and what to save before"},
     check_command_destructive},
    {{"L43", "log-outside-code", REMARK_NOTE,
      "log text as prose: Markdown may change it",
      "put it into a block of code"},
     check_log_outside_code},
    {{"L44", "hidden-character", REMARK_MAJOR,
      "control, bidi or zero-width characters that a reader does not see",
      "remove them"},
     check_hidden_character},
    {{"L45", "code-meaning-differs", REMARK_MAJOR,
      "an error code is explained otherwise than in the catalogue",
      "look the code up with: postflight explain CODE"},
     check_code_meaning_differs},
    {{"L46", "safeguard-removed", REMARK_MAJOR,
      "taking away a migration, test or check is listed as prevention",
      "say what does its work from now on"},
     check_safeguard_removed},
    {{"L47", "switch-idle", REMARK_NOTE,
      "a rule that is switched off where it finds nothing, or by no name",
      "remove the comment or the line, or correct the name"},
     check_switch_idle},
    {{"L48", "question-open", LEVEL_OFF,
      "a question of a draft that is still open; only counted where "
      "this is off",
      "write what is known, or that there is nothing"},
     check_question_open},
    {{"L50", "earlier-unlinked", REMARK_MINOR,
      "an earlier document has the same migration, commit or incident and is "
      "not linked",
      "link it and say how they are related"},
     check_earlier_unlinked},
    {{"L51", "earlier-action-open", REMARK_MINOR,
      "an action of an earlier document about the same error is still open",
      "close it, or say why it is open"},
     check_earlier_action_open},
    {{"L52", "state-moved", REMARK_MAJOR,
      "a version or schema state other than in an earlier document, and no "
      "deployment between",
      "say what moved it"},
     check_state_moved},
};

size_t review_rule_count(void)
{
    return ARRAY_COUNT(rows);
}

struct review_rule review_rule(size_t index)
{
    return rows[index].doc;
}

size_t lint_rule_count(void)
{
    return ARRAY_COUNT(rows) + migration_rule_count();
}

struct review_rule lint_rule(size_t index)
{
    return index < ARRAY_COUNT(rows)
               ? rows[index].doc
               : migration_rule(index - ARRAY_COUNT(rows));
}

void remarks_init(struct remarks *out)
{
    *out = (struct remarks){.schema = REVIEW_SCHEMA};
}

static int compare(const void *a, const void *b)
{
    const struct remark *x = a, *y = b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    int order = strcmp(x->rule, y->rule);
    if (order != 0)
        return order;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    return strcmp(x->text, y->text);
}

static void document_push(struct remarks *out, struct arena *a,
                          const char *name)
{
    const char **all = arena_array(a, out->document_count + 1, sizeof(*all));
    for (size_t i = 0; i < out->document_count; i++)
        all[i] = out->document[i];
    all[out->document_count++] = name;
    out->document = all;
}

/* Earlier documents that cannot be read have nothing to say. */
static void read_earlier(struct review *r)
{
    size_t count = r->options->earlier_count;
    if (count > REVIEW_EARLIER_MAX)
        count = REVIEW_EARLIER_MAX;
    struct document *all = arena_array(r->a, count + 1, sizeof(*all));
    for (size_t i = 0; i < count; i++) {
        struct err e = {.set = false};
        if (document_read(&all[r->earlier_count], r->a, r->p,
                          r->options->earlier[i], &e))
            r->earlier_count++;
    }
    r->earlier = all;
}

static bool is_off(const struct review *r)
{
    const struct house *house = r->options->house;
    return house != NULL && house->level[r->rule] == LEVEL_OFF;
}

/* The one on switches comes last: it knows which had an effect. */
static void run_rules(struct review *r)
{
    size_t last = (size_t)rule_find(STR("switch-idle"));
    for (size_t i = 0; i <= ARRAY_COUNT(rows); i++) {
        r->rule = i < ARRAY_COUNT(rows) ? i : last;
        r->spoke = 0;
        if ((i == last && i < ARRAY_COUNT(rows)) || is_off(r))
            continue;
        rows[r->rule].check(r);
    }
}

bool review_document(struct remarks *out, struct arena *a,
                     const struct source *source,
                     const struct review_options *options, struct err *e)
{
    struct patterns *p =
        options->patterns != NULL ? options->patterns : patterns_open();
    struct document d;
    size_t before = out->remark_count;
    bool ok = document_read(&d, a, p, source, e);
    if (ok) {
        struct review r = {
            .a = a, .d = &d, .options = options, .p = p, .out = out};
        document_push(out, a, source->name);
        read_earlier(&r);
        switches_read(&r.switches, a, &d);
        run_rules(&r);
        if (out->remark_count > before + 1)
            qsort(out->remark + before, out->remark_count - before,
                  sizeof(*out->remark), compare);
    }
    if (p != options->patterns)
        patterns_close(p);
    return ok;
}

bool review_time(int64_t *wall_ms, struct arena *a, const struct source *source)
{
    struct patterns *p = patterns_open();
    struct document d;
    struct err e = {.set = false};
    bool known =
        document_read(&d, a, p, source, &e) && d.date.form != DATE_NONE;
    if (known) {
        int64_t second = d.date.second < 0 ? 0 : d.date.second;
        *wall_ms = (d.date.day * 86400 + second) * 1000;
    }
    patterns_close(p);
    return known;
}
