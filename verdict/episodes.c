/*
 * The episodes of records. A check that was degraded or failed in a record
 * begins an episode, or goes on with the one that is open; one that passed
 * ends it. A check that could not be judged, was blocked or was skipped does
 * neither. Records that have episodes of their own, as those of a history do,
 * are believed: of one episode the account of the latest record counts.
 */
#include "verdict/episodes.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define NO_EPISODE SIZE_MAX

static bool has_failed(int status)
{
    return status == STATUS_FAIL || status == STATUS_DEGRADED;
}

static int severity_of(const struct result *r)
{
    bool slow = r->status == STATUS_DEGRADED;
    return slow && r->severity < (int)SEVERITY_MINOR ? (int)SEVERITY_MINOR
                                                     : r->severity;
}

static bool is_same(const char *left, const char *right)
{
    return left == NULL || right == NULL ? left == right
                                         : strcmp(left, right) == 0;
}

/* The failed observations of a check in its record. */
struct failing {
    int64_t first_ms, last_ms, passed_ms; /* passed: after the last of them */
};

/*
 * Observations stand by check, in the order of the results: the search begins
 * where the one before it ended, and goes on from the start once.
 */
static size_t find_observed(const struct record *r, const char *check,
                            size_t from)
{
    for (size_t i = 0; i < r->observation_count; i++) {
        size_t at = (from + i) % r->observation_count;
        if (is_same(r->observation[at].check, check))
            return at;
    }
    return r->observation_count;
}

static struct failing failing_of(const struct record *r, const char *check,
                                 size_t *from)
{
    struct failing f = {.first_ms = 0};
    size_t i = find_observed(r, check, *from);
    for (; i < r->observation_count; i++) {
        const struct observation *o = &r->observation[i];
        if (!is_same(o->check, check))
            break;
        if (o->status == STATUS_PASS && f.passed_ms == 0)
            f.passed_ms = o->first_ms;
        *from = i + 1;
        if (!has_failed(o->status))
            continue;
        if (f.first_ms == 0)
            f.first_ms = o->first_ms;
        f.last_ms = o->last_ms;
        f.passed_ms = 0;
    }
    return f;
}

static int64_t first_of(int64_t one, int64_t two, int64_t three)
{
    return one != 0 ? one : two != 0 ? two : three;
}

static struct episode episode_of(const struct record *r,
                                 const struct result *res, size_t *from_at)
{
    struct failing f = failing_of(r, res->id, from_at);
    int64_t from = first_of(f.first_ms, res->started_ms, r->started_ms);
    int64_t answers = res->window.answers;
    return (struct episode){.check = res->id,
                            .title = res->title,
                            .severity = severity_of(res),
                            .worst = res->status,
                            .from_ms = from,
                            .last_ms = f.last_ms > from ? f.last_ms : from,
                            .rounds = 1,
                            .answers = answers > 0 ? answers : res->answered,
                            .failed = answers > 0 ? res->window.failed
                                                  : res->answered,
                            .http_status = res->http_status,
                            .first_failure = res->message,
                            .last_failure = res->message};
}

void episodes_of_record(struct record *r, struct arena *a)
{
    size_t cap = 0, at = 0;
    r->episode = NULL;
    r->episode_count = 0;
    for (size_t i = 0; i < r->result_count; i++) {
        if (!has_failed(r->result[i].status) || r->result[i].id == NULL)
            continue;
        r->episode = arena_grow(a, r->episode, r->episode_count, &cap,
                                sizeof(*r->episode));
        r->episode[r->episode_count++] = episode_of(r, &r->result[i], &at);
    }
    if (r->episode_count > 1)
        qsort(r->episode, r->episode_count, sizeof(*r->episode),
              episode_compare);
}

/* Episodes by check while they grow: chains of a hash table. */
struct joining_episodes {
    struct arena *arena;
    struct episodes all;
    size_t *next; /* of the same slot, newest first */
    size_t next_cap, *slot, slots;
};

static size_t *slot_of(struct joining_episodes *j, const char *check)
{
    return &j->slot[hash_add(HASH_START, str_from(check)) & (j->slots - 1)];
}

static void append(struct joining_episodes *j, const struct episode *e)
{
    size_t *slot = slot_of(j, e->check), at = j->all.count;
    j->all.item = arena_grow(j->arena, j->all.item, at, &j->all.cap,
                             sizeof(*j->all.item));
    j->next = arena_grow(j->arena, j->next, at, &j->next_cap, sizeof(*j->next));
    j->all.item[at] = *e;
    j->next[at] = *slot;
    j->all.count = at + 1;
    *slot = at;
}

static bool overlap(const struct episode *a, const struct episode *b)
{
    return (a->to_ms == 0 || a->to_ms > b->from_ms) &&
           (b->to_ms == 0 || b->to_ms > a->from_ms);
}

/* What a later record has of an episode that is known. */
static void go_on(struct episode *known, const struct episode *more)
{
    struct episode joint = *more;
    if (known->from_ms == more->from_ms && known->rounds <= more->rounds) {
        *known = joint; /* the same one, told later */
        return;
    }
    joint.from_ms =
        known->from_ms < more->from_ms ? known->from_ms : more->from_ms;
    joint.severity =
        known->severity < more->severity ? known->severity : more->severity;
    joint.worst = known->worst > more->worst ? known->worst : more->worst;
    joint.rounds += known->rounds;
    joint.answers += known->answers;
    joint.failed += known->failed;
    joint.first_failure = known->first_failure;
    if (joint.alarm_ms == 0)
        joint.alarm_ms = known->alarm_ms;
    *known = joint;
}

static size_t next_of(const struct joining_episodes *j, size_t i)
{
    return j->next == NULL ? NO_EPISODE : j->next[i];
}

/* An episode of a chain, or NULL behind its last one. */
static struct episode *episode_at(const struct joining_episodes *j, size_t i)
{
    return i < j->all.count ? &j->all.item[i] : NULL;
}

static void take(struct joining_episodes *j, const struct episode *e)
{
    struct episode *known;
    for (size_t i = *slot_of(j, e->check); (known = episode_at(j, i)) != NULL;
         i = next_of(j, i)) {
        if (!is_same(known->check, e->check) ||
            !is_same(known->region, e->region) ||
            !(known->from_ms == e->from_ms || overlap(known, e)))
            continue;
        go_on(known, e);
        return;
    }
    append(j, e);
}

static struct episode *open_one(struct joining_episodes *j, const char *check)
{
    struct episode *known;
    for (size_t i = *slot_of(j, check); (known = episode_at(j, i)) != NULL;
         i = next_of(j, i))
        if (known->to_ms == 0 && is_same(known->check, check))
            return known;
    return NULL;
}

/* It passed: what was open has ended, in each region. */
static void end(struct joining_episodes *j, const struct record *r,
                const struct result *res, size_t *at)
{
    struct episode *e = open_one(j, res->id);
    if (e == NULL)
        return;
    struct failing f = failing_of(r, res->id, at);
    int64_t time_ms = first_of(f.passed_ms, res->started_ms, r->started_ms);
    for (; e != NULL; e = open_one(j, res->id))
        e->to_ms = time_ms > e->from_ms ? time_ms : e->from_ms + 1;
}

/* Has the record an account of its own of a check's episodes? */
static bool has_account(const struct record *r, const char *check)
{
    for (size_t i = 0; i < r->episode_count; i++)
        if (is_same(r->episode[i].check, check))
            return true;
    return false;
}

static void take_result(struct joining_episodes *j, const struct record *r,
                        const struct result *res, size_t *at)
{
    if (res->id == NULL || has_account(r, res->id))
        return;
    if (has_failed(res->status)) {
        struct episode e = episode_of(r, res, at);
        take(j, &e);
    } else if (res->status == STATUS_PASS) {
        end(j, r, res, at);
    }
}

static void take_record(struct joining_episodes *j, const struct record *r)
{
    size_t at = 0;
    for (size_t i = 0; i < r->episode_count; i++)
        if (r->episode[i].check != NULL)
            take(j, &r->episode[i]);
    for (size_t i = 0; i < r->result_count; i++)
        take_result(j, r, &r->result[i], &at);
}

static size_t slots_for(const struct record *const *record, size_t count)
{
    size_t most = 0, slots = 16;
    for (size_t i = 0; i < count; i++)
        most += record[i]->episode_count + record[i]->result_count;
    while (slots < 2 * most && slots < (size_t)1 << 20)
        slots *= 2;
    return slots;
}

struct episodes episodes_join(struct arena *a,
                              const struct record *const *record, size_t count)
{
    struct joining_episodes j = {.arena = a, .slots = slots_for(record, count)};
    j.slot = arena_array(a, j.slots, sizeof(*j.slot));
    for (size_t i = 0; i < j.slots; i++)
        j.slot[i] = NO_EPISODE;
    for (size_t i = 0; i < count; i++)
        take_record(&j, record[i]);
    if (j.all.count > 1)
        qsort(j.all.item, j.all.count, sizeof(*j.all.item), episode_compare);
    return j.all;
}
