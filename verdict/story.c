/*
 * Several records of one incident as one story. What failed is told by the
 * records of the failure, never by that of the recovery: the worst record is
 * the base, a check that failed only in another one comes from there, and the
 * logs are those of all records in which something failed. How it is now is
 * the last record's to say.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "verdict/episodes.h"
#include "verdict/merging.h"

struct teller {
    struct arena *arena;
    struct story *story;
    const struct record **record; /* in order of time */
    size_t count;                 /* of those that probed */
    size_t all;                   /* with those of logs and runs alone */
    const struct record *worst;
    size_t event_cap, judged_cap;
    bool rounds; /* what passed in each record has a row */
};

static bool has_failed(int status)
{
    return status == STATUS_FAIL || status == STATUS_DEGRADED;
}

/* Logs alone, or a list of runs: nothing was probed. */
static bool has_probed(const struct record *r)
{
    return r->result_count > 0 || r->schema != NULL;
}

static int compare_times(const void *left, const void *right)
{
    const struct record *const *a = left, *const *b = right;
    bool probed = has_probed(*a);
    if (probed != has_probed(*b))
        return probed ? -1 : 1;
    if ((*a)->started_ms != (*b)->started_ms)
        return (*a)->started_ms < (*b)->started_ms ? -1 : 1;
    return ((*a)->finished_ms > (*b)->finished_ms) -
           ((*a)->finished_ms < (*b)->finished_ms);
}

static void sort_records(struct teller *t, const struct record *const *record,
                         size_t count)
{
    t->record = arena_array(t->arena, count + 1, sizeof(const void *));
    t->all = count;
    for (size_t i = 0; i < count; i++) {
        t->record[i] = record[i];
        t->count += has_probed(record[i]);
    }
    if (count > 1)
        qsort(t->record, count, sizeof(const void *), compare_times);
    if (t->count == 0)
        t->count = count; /* logs alone are all there is */
}

/* Results by check, each once: chains of a hash table, 0 ends one. */
struct telling_results {
    struct result *item;
    size_t count, *next, *slot, mask;
};

/* How bad it was: the larger, the worse. */
static int64_t badness(const struct record *r)
{
    static const int64_t of_production[] = {
        [PRODUCTION_HEALTHY] = 0,
        [PRODUCTION_UNKNOWN] = 0,
        [PRODUCTION_DEGRADED] = 1,
        [PRODUCTION_DOWN] = 2,
    };
    int64_t failed = 0, slow = 0;
    for (size_t i = 0; i < r->result_count; i++) {
        failed += r->result[i].status == STATUS_FAIL;
        slow += r->result[i].status == STATUS_DEGRADED;
    }
    int state = r->production.state;
    bool known = state >= 0 && (size_t)state < ARRAY_COUNT(of_production);
    int64_t bad = known ? of_production[state] : 0;
    bad = bad * (INT64_C(1) << 24) + failed;
    bad = bad * (INT64_C(1) << 24) + slow;
    bad = bad * 2 + !verdict_is_good(r->verdict);
    return bad * 2 + (r->logs.cause_count > 0);
}

/* The first of the worst ones. */
static const struct record *find_worst(const struct teller *t)
{
    const struct record *worst = t->record[0];
    for (size_t i = 1; i < t->count; i++)
        if (badness(t->record[i]) > badness(worst))
            worst = t->record[i];
    return badness(worst) < 2 ? t->record[t->count - 1] : worst;
}

static const struct result *find_result(const struct record *r, const char *id,
                                        size_t hint)
{
    if (hint < r->result_count && r->result[hint].id != NULL &&
        strcmp(r->result[hint].id, id) == 0)
        return &r->result[hint];
    for (size_t i = 0; i < r->result_count; i++)
        if (r->result[i].id != NULL && strcmp(r->result[i].id, id) == 0)
            return &r->result[i];
    return NULL;
}

/* Failed beats degraded; of equal ones the first. */
static const struct result *find_failure(const struct teller *t, const char *id,
                                         size_t hint)
{
    const struct result *found = NULL;
    for (size_t i = 0; i < t->count; i++) {
        const struct result *r = find_result(t->record[i], id, hint);
        if (r != NULL && has_failed(r->status) &&
            (found == NULL || r->status > found->status))
            found = r;
    }
    return found;
}

/* Is the check in the worst record, or in one before this? */
static bool is_told(const struct telling_results *all, const char *id)
{
    size_t i = all->slot[hash_add(HASH_START, str_from(id)) & all->mask];
    while (i != 0 && strcmp(all->item[i - 1].id, id) != 0)
        i = all->next[i - 1];
    return i != 0;
}

static void tell_result(struct teller *t, struct telling_results *all,
                        const struct result *one, size_t hint)
{
    const struct result *failure = NULL;
    if (one->id == NULL || is_told(all, one->id))
        return;
    if (!has_failed(one->status))
        failure = find_failure(t, one->id, hint);
    size_t *slot =
        &all->slot[hash_add(HASH_START, str_from(one->id)) & all->mask];
    all->item[all->count] = failure == NULL ? *one : *failure;
    all->next[all->count] = *slot;
    *slot = ++all->count;
}

/* Those of the worst record first, in its order. */
static void tell_results(struct teller *t)
{
    struct telling_results all = {.mask = 15};
    size_t most = 0;
    for (size_t i = 0; i < t->count; i++)
        most += t->record[i]->result_count;
    while (all.mask < 2 * most)
        all.mask = 2 * all.mask + 1;
    all.item = arena_array(t->arena, most + 1, sizeof(*all.item));
    all.next = arena_array(t->arena, most + 1, sizeof(*all.next));
    all.slot = arena_array(t->arena, all.mask + 1, sizeof(*all.slot));
    for (size_t k = 0; k < t->worst->result_count; k++)
        tell_result(t, &all, &t->worst->result[k], k);
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < t->record[i]->result_count; k++)
            tell_result(t, &all, &t->record[i]->result[k], k);
    t->story->told.result = all.item;
    t->story->told.result_count = all.count;
}

static bool has_failures(const struct record *r)
{
    for (size_t i = 0; i < r->result_count; i++)
        if (has_failed(r->result[i].status))
            return true;
    return !verdict_is_good(r->verdict);
}

/* Logs of the failure, and those that were given alone. */
static void tell_logs(struct teller *t)
{
    struct merge_part *part = arena_array(t->arena, t->all + 1, sizeof(*part));
    struct merge_inputs in = {.part = part};
    struct record *told = &t->story->told;
    for (size_t i = 0; i < t->all; i++) {
        const struct record *r = t->record[i];
        bool is_told = r == t->worst || i >= t->count || has_failures(r);
        if (is_told && r->environment.log_count > 0)
            part[in.count++] = (struct merge_part){NULL, r};
    }
    struct merging m = {.arena = t->arena, .in = &in};
    if (in.count < 2 && (in.count == 0 || part[0].record == t->worst))
        return;
    if (!merge_logs(&m))
        return;
    told->logs = m.logs;
    merge_environments(&m);
    told->environment.log = m.environment.log;
    told->environment.log_count = m.environment.log_count;
    told->environment.source = m.environment.source;
    told->environment.source_count = m.environment.source_count;
    told->environment.secrets_redacted = m.environment.secrets_redacted;
}

/* The newest account of git, of the CI run and of the deployments. */
static void tell_evidence(struct teller *t)
{
    struct record *told = &t->story->told;
    for (size_t i = 0; i < t->all; i++) {
        const struct record *r = t->record[i];
        if (told->evidence.git.to == NULL && told->commit_count == 0 &&
            (r->evidence.git.to != NULL || r->commit_count > 0)) {
            told->evidence.git = r->evidence.git;
            told->commit = r->commit;
            told->commit_count = r->commit_count;
        }
        if (told->evidence.ci.host == NULL)
            told->evidence.ci = r->evidence.ci;
        if (r->evidence.run_count > 0) {
            told->evidence.run = r->evidence.run;
            told->evidence.run_count = r->evidence.run_count;
            told->evidence.conflict = r->evidence.conflict;
            told->evidence.conflict_count = r->evidence.conflict_count;
        }
    }
}

static void add_event(struct teller *t, const struct event *event)
{
    struct record *told = &t->story->told;
    told->timeline = arena_grow(t->arena, told->timeline, told->timeline_count,
                                &t->event_cap, sizeof(*told->timeline));
    told->timeline[told->timeline_count++] = *event;
}

static void add_own(struct teller *t, int64_t time_ms, const char *source,
                    const char *text)
{
    const struct event event = {
        .time_ms = time_ms, .source = source, .text = text, .witness = 0};
    add_event(t, &event);
}

static void add_episodes(struct teller *t)
{
    const struct record *told = &t->story->told;
    for (size_t i = 0; i < told->episode_count; i++) {
        const struct episode *e = &told->episode[i];
        const char *source = arena_printf(t->arena, "check %s", e->check);
        add_own(t, e->from_ms, source, episode_began(t->arena, e));
        if (e->to_ms != 0)
            add_own(t, e->to_ms, source, episode_ended(t->arena, e));
    }
}

/* Probes and the run itself: the episodes and the verdict tell of them. */
static bool is_of_run(const struct event *e)
{
    return e->source == NULL || strcmp(e->source, "postflight") == 0 ||
           strncmp(e->source, "probe ", strlen("probe ")) == 0;
}

static void add_record(struct teller *t, size_t index)
{
    const struct record *r = t->record[index];
    for (size_t i = 0; i < r->timeline_count; i++)
        if (!is_of_run(&r->timeline[i]))
            add_event(t, &r->timeline[i]);
    if (t->rounds && index < t->count && r->result_count > 0 &&
        (index == 0 ||
         t->record[index - 1]->production.passed != r->production.passed))
        add_own(t, r->finished_ms, "postflight",
                arena_printf(t->arena, "%lld of %lld checks passed",
                             (long long)r->production.passed,
                             (long long)r->production.total));
}

static void tell_timeline(struct teller *t)
{
    struct record *told = &t->story->told;
    size_t left = 0;
    told->timeline = NULL;
    told->timeline_count = 0;
    for (size_t i = 0; i < t->all; i++)
        add_record(t, i);
    add_episodes(t);
    if (told->timeline_count < 2)
        return;
    qsort(told->timeline, told->timeline_count, sizeof(*told->timeline),
          event_compare);
    for (size_t i = 1; i < told->timeline_count; i++)
        if (event_compare(&told->timeline[left], &told->timeline[i]) != 0)
            told->timeline[++left] = told->timeline[i];
    told->timeline_count = left + 1;
}

static void tell_judged(struct teller *t)
{
    struct story *s = t->story;
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < t->record[i]->result_count; k++) {
            const struct result *r = &t->record[i]->result[k];
            if (r->id == NULL)
                continue;
            s->judged = arena_grow(t->arena, s->judged, s->judged_count,
                                   &t->judged_cap, sizeof(*s->judged));
            s->judged[s->judged_count++] = (struct judged){
                t->record[i]->started_ms, r->id, r->title, r->status};
        }
}

/* Something failed, and the last record has seen everything pass. What it
   says of the deployment may still be the log of the failure. */
static bool is_over(const struct teller *t)
{
    const struct record *told = &t->story->told;
    for (size_t i = 0; i < told->episode_count; i++)
        if (told->episode[i].to_ms == 0)
            return false;
    return told->episode_count > 0 &&
           t->story->last->production.state == PRODUCTION_HEALTHY;
}

static int64_t last_good(const struct teller *t)
{
    const struct record *told = &t->story->told;
    int64_t good = 0;
    if (told->episode_count == 0)
        return 0;
    for (size_t i = 0; i < t->count; i++)
        if (t->record[i]->started_ms < told->episode[0].from_ms &&
            t->record[i]->production.state == PRODUCTION_HEALTHY)
            good = t->record[i]->started_ms;
    return good;
}

/* The last time that the logs have a signature; 0: they give no time. */
static int64_t last_match(const struct findings *f, const struct cause *c)
{
    int64_t last = 0;
    for (size_t i = 0; c->signature != NULL && i < f->finding_count; i++)
        if (f->finding[i].signature != NULL &&
            strcmp(f->finding[i].signature, c->signature) == 0 &&
            f->finding[i].last.time_ms > last)
            last = f->finding[i].last.time_ms;
    return last;
}

/* What was in the log before the last good round did not cause this. */
static void set_aside_old(struct teller *t)
{
    struct findings *f = &t->story->told.logs;
    size_t kept = 0;
    if (t->story->good_ms == 0 || f->cause_count == 0)
        return;
    struct cause *all = arena_array(t->arena, f->cause_count, sizeof(*all));
    struct cause *old = arena_array(t->arena, f->cause_count, sizeof(*old));
    const char **reason = arena_array(t->arena, 1, sizeof(*reason));
    size_t olds = 0;
    reason[0] = "all checks passed after it, before they failed";
    for (size_t i = 0; i < f->cause_count; i++) {
        struct cause c = f->cause[i];
        int64_t last = last_match(f, &c);
        if (last == 0 || last >= t->story->good_ms || c.earlier) {
            all[kept++] = c;
            continue;
        }
        c.earlier = true;
        c.reason = reason;
        c.reason_count = 1;
        old[olds++] = c;
    }
    for (size_t i = 0; i < olds; i++)
        all[kept + i] = old[i];
    f->cause = all;
}

void verdict_story(struct story *out, struct arena *a,
                   const struct record *const *record, size_t count,
                   enum telling how)
{
    struct teller t = {.arena = a, .story = out, .rounds = how != TELL_HISTORY};
    *out = (struct story){.history = how == TELL_HISTORY};
    sort_records(&t, record, count);
    out->last = t.record[t.count - 1];
    out->history = out->history || t.count > 1;
    bool now = how == TELL_NOW, several = t.all > 1 || out->history;
    t.worst = now ? out->last : find_worst(&t);
    out->told = *t.worst;
    if (several && !now)
        tell_results(&t);
    if (how == TELL_HISTORY) { /* which has seen each round between them */
        out->told.episode = out->last->episode;
        out->told.episode_count = out->last->episode_count;
    } else {
        struct episodes all = episodes_join(a, t.record, t.count);
        out->told.episode = all.item;
        out->told.episode_count = all.count;
    }
    out->over = is_over(&t);
    if (several) {
        tell_logs(&t);
        tell_evidence(&t);
        tell_timeline(&t);
        out->good_ms = last_good(&t);
        set_aside_old(&t);
    }
    tell_judged(&t);
}

void verdict_unprobed(struct record *out, struct arena *a,
                      const struct unprobed *in, struct redactor *redactor)
{
    const char **log = arena_array(a, 1, sizeof(*log));
    const struct verdict_inputs inputs = {.logs = in->logs,
                                          .evidence = in->evidence};
    struct joining j = {.arena = a, .in = &inputs, .record = out};
    *out = (struct record){
        .verdict = VERDICT_INCONCLUSIVE,
        .advice = ADVICE_CHECK_RUNNER,
        .production = {.state = PRODUCTION_UNKNOWN},
        .deployment = {.state = DEPLOYMENT_UNKNOWN},
        .evidence = {.git = {.relation = RANGE_UNKNOWN}},
    };
    log[0] = in->name;
    if (in->logs != NULL) {
        out->logs = *in->logs;
        out->environment.log = log;
        out->environment.log_count = 1;
        add_log_events(&j);
    }
    if (in->evidence != NULL) {
        out->evidence = *in->evidence;
        add_run_events(&j, in->evidence);
    }
    redact_clusters(&out->logs, a, redactor);
    redact_shape(out, &record_shape, a, redactor);
}
