/* What the answers say of the build, as reasons that name the checks. */
#include "base/text.h"
#include "model/version.h"
#include "verdict/internal.h"

#define CHECKS_SHOWN 5

static const char *shown(const struct joining *j, const char *version)
{
    return version == NULL ? "a build that is not named"
                           : version_short(j->arena, version);
}

static void add_build(const struct joining *j, struct buf *out,
                      const struct build *b, bool first)
{
    buf_printf(out, "%s%lld ", first ? "" : ", ", (long long)b->answers);
    if (b->version != NULL)
        buf_printf(out, "from %s", shown(j, b->version));
    else
        buf_text(out, b->failed == b->answers ? "failed and named no build"
                                              : "named no build");
    if (b->version != NULL && b->failed > 0)
        buf_printf(out, " (%lld failed)", (long long)b->failed);
}

/* "all 5 answers from 9f8e7d6", "its answer failed and named no build" */
static void add_only_build(const struct joining *j, struct buf *out,
                           const struct build *b)
{
    if (b->answers == 1)
        buf_text(out, "its answer ");
    else
        buf_printf(out, "all %lld answers ", (long long)b->answers);
    if (b->version != NULL)
        buf_printf(out, "came from %s", shown(j, b->version));
    else
        buf_text(out, b->failed == b->answers ? "failed and named no build"
                                              : "named no build");
}

/* "of 5 answers 3 from 9f8e7d6, 2 from c0ffee1" */
static void add_builds(const struct joining *j, struct buf *out,
                       const struct result *r)
{
    buf_printf(out, "of %lld %s ", (long long)r->window.answers,
               r->window.answers == 1 ? "answer" : "answers");
    for (size_t i = 0; i < r->build_count; i++)
        add_build(j, out, &r->build[i], i == 0);
}

static void explain_check(struct joining *j, const struct result *r)
{
    struct buf text;
    if (r->identity_problem != NULL && r->build_count == 1 &&
        r->build[0].version == NULL && r->status != STATUS_FAIL) {
        add_reason(j, arena_printf(j->arena, "check '%s': %s", r->id,
                                   r->identity_problem));
        return;
    }
    buf_init(&text, 1000);
    buf_printf(&text, "check '%s': ", r->id);
    if (r->window.answers == 0)
        buf_text(&text, "no answer");
    else if (r->build_count == 1)
        add_only_build(j, &text, &r->build[0]);
    else
        add_builds(j, &text, r);
    add_reason(j, buf_take(j->arena, &text));
}

static void explain_checks(struct joining *j)
{
    const struct record *out = j->record;
    size_t told = 0;
    for (size_t i = 0; i < out->result_count; i++) {
        if (out->result[i].expected == NULL)
            continue;
        if (told++ < CHECKS_SHOWN)
            explain_check(j, &out->result[i]);
    }
    if (told > CHECKS_SHOWN)
        add_reason(j, arena_printf(j->arena, "and %zu more checks like these",
                                   told - CHECKS_SHOWN));
}

static void explain_settled(struct joining *j)
{
    struct buf text;
    buf_init(&text, 600);
    buf_printf(&text, "the rollout settled on %s after ",
               shown(j, j->record->deployment.expected));
    text_duration(&text, j->record->deployment.settled_after_us);
    buf_text(&text, "; every check was probed again after that");
    add_reason(j, buf_take(j->arena, &text));
}

static void explain_unsettled(struct joining *j)
{
    const struct tally *t = &j->tally;
    const char *build = shown(j, j->record->deployment.expected);
    if (t->named == 0)
        add_reason(j, arena_printf(j->arena,
                                   "expected build %s, but no response named "
                                   "a build",
                                   build));
    else
        add_reason(j, arena_printf(j->arena,
                                   "the rollout had not settled on %s at the "
                                   "deadline: %lld of the last %lld answers "
                                   "came from it",
                                   build, (long long)t->from_ours,
                                   (long long)t->all.answers));
    explain_checks(j);
}

static void explain_single(struct joining *j)
{
    const struct tally *t = &j->tally;
    const char *build = shown(j, j->record->deployment.expected);
    if (t->named == 0) {
        add_reason(j, arena_printf(j->arena,
                                   "expected build %s, but no response named "
                                   "a build",
                                   build));
        explain_checks(j);
        return;
    }
    if (t->ours && !t->other) {
        add_reason(
            j, arena_printf(j->arena, "%lld of %lld %s came from %s",
                            (long long)t->from_ours, (long long)t->all.answers,
                            t->all.answers == 1 ? "answer" : "answers", build));
        return;
    }
    add_reason(
        j, t->ours
               ? arena_printf(j->arena,
                              "expected build %s, but %lld of %lld "
                              "answers came from another or named "
                              "none",
                              build, (long long)(t->all.answers - t->from_ours),
                              (long long)t->all.answers)
               : arena_printf(j->arena, "expected build %s, but %s responded",
                              build, shown(j, t->other_build)));
    explain_checks(j);
}

/* Without it, "expected 9f8e7d, found 9f8e7d6c" reads like a contradiction. */
static void explain_short_commit(struct joining *j)
{
    const struct record *out = j->record;
    for (size_t i = 0; i < out->result_count; i++) {
        const struct result *r = &out->result[i];
        for (size_t k = 0; r->expected != NULL && k < r->build_count; k++) {
            const char *served = r->build[k].version;
            if (served == NULL || !version_is_too_short(r->expected, served))
                continue;
            add_reason(j, arena_printf(j->arena,
                                       "'%s' is too short to match %s: a short "
                                       "commit needs %d characters",
                                       r->expected, shown(j, served),
                                       VERSION_SHORT));
            return;
        }
    }
}

void explain_answers(struct joining *j)
{
    const struct tally *t = &j->tally;
    if (t->asked == 0) {
        add_reason(j, arena_printf(j->arena,
                                   "no check of shard %lld of %lld can tell "
                                   "whether %s is serving",
                                   (long long)j->in->shard.index,
                                   (long long)j->in->shard.count,
                                   shown(j, j->record->deployment.expected)));
        return;
    }
    explain_short_commit(j);
    if (j->window.kind == WINDOW_CONFIRMED)
        explain_settled(j);
    else if (j->window.kind == WINDOW_LAST)
        explain_unsettled(j);
    else
        explain_single(j);
}
