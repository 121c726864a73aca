/* The front: checks in, judged results out, in plan order. */
#include "probe/probe.h"

#include <nghttp2/nghttp2.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "base/clock.h"
#include "probe/run.h"

#define PAUSE_STEP_NS 20000000L

static const char *expected_build(const struct run *r, const struct check *c)
{
    if (c->identity == NULL)
        return NULL;
    return c->version != NULL ? c->version : r->options->version;
}

/* What adds up over the passes of a run stays. */
static void clear_result(struct result *out, const struct run *r,
                         const struct check *c)
{
    struct result before = *out;
    *out = (struct result){
        .id = c->id,
        .title = c->title,
        .url = c->url,
        .kind = c->kind,
        .status = STATUS_SKIPPED,
        .cause = -1,
        .phase = -1,
        .severity = (int)c->severity,
        .attempts = before.attempts,
        .reason = before.reason,
        .reason_count = before.reason_count,
        .reason_cap = before.reason_cap,
        .seen = before.seen,
        .expected = expected_build(r, c),
        .identity_asked = c->identity != NULL,
        .insecure = c->transport.insecure,
        .reproduce = reproduce_line(r->arena, c),
        .at = pos_text(r->arena, c->pos),
    };
}

static void prepare(struct run *r, size_t i)
{
    const struct check *c = &r->check[i];
    struct transfer *t = &r->transfer[i];
    bool again = c->patience.attempts > 1 || r->settling.persists ||
                 r->settling.rollout != NULL;
    clear_result(&r->result[i], r, c);
    *t = (struct transfer){.settling = &r->settling,
                           .whole = c,
                           .check = c,
                           .result = &r->result[i],
                           .all = r->transfer,
                           .certificates = r->options->certificates,
                           .trust = r->options->trust};
    memory_open(&t->memory, c->step_count == 0 && again);
    buf_init(&t->head, GATE_HEAD_MAX);
    buf_init(&t->body, (size_t)c->max_body_bytes);
}

/* Runs the checks that take part; NULL: all of them. */
static bool run_pass(struct run *r, enum pass pass, const bool *part,
                     struct err *e)
{
    bool limited = pass == PASS_SINGLE || pass == PASS_SETTLING;
    r->settling.pass = pass;
    r->settling.holding = 0;
    r->settling.broken = false;
    r->pause = (struct pause){0};
    r->phase = *r->options;
    r->phase.deadline_us = limited ? r->options->deadline_us : 0;
    for (size_t i = 0; i < r->count; i++) {
        bool takes_part = part == NULL || part[i];
        if (takes_part || r->transfer[i].whole == NULL)
            prepare(r, i);
        if (!takes_part)
            r->transfer[i].state = TRANSFER_DONE;
    }
    if (!engine_run(r, e))
        return false;
    run_judge_held(r);
    return true;
}

/* May it be sent before the build is there? A text over TCP is a greeting. */
static bool is_safe(const struct check *c)
{
    return kind_only_reads(c) || c->send != NULL;
}

/* With a check, what it needs; checks need each other in no circle. */
static void add_with_needs(struct run *r, size_t index)
{
    if (r->first[index])
        return;
    r->first[index] = true;
    for (size_t i = 0; i < r->check[index].need_count; i++)
        add_with_needs(r, r->check[index].need[i]);
}

/* Which checks go first: those that can tell the build; and while it settles
   what can be watched safely on the way. */
static void choose_first(struct run *r)
{
    r->first = arena_array(r->arena, r->count + 1, sizeof(*r->first));
    for (size_t i = 0; i < r->count; i++) {
        const struct check *c = &r->check[i];
        bool tells = expected_build(r, c) != NULL;
        bool watched = r->settling.rollout != NULL && is_safe(c) &&
                       c->need_count == 0 && c->late == NULL;
        r->settling.wanted += tells;
        if (tells)
            add_with_needs(r, i);
        else if (watched)
            r->first[i] = true;
    }
}

static bool was_stopped(struct run *r)
{
    return r->hurried || run_is_interrupted(r);
}

/* What was never probed is probed once, whatever the deadline says. */
static bool last_look(struct run *r, struct err *e)
{
    if (r->settling.rollout == NULL && !r->settling.persists)
        return true; /* the deadline is a limit, and nothing is waited for */
    bool *left = arena_array(r->arena, r->count + 1, sizeof(*left));
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++) {
        left[i] = r->result[i].seen.count == 0 &&
                  r->result[i].status == STATUS_SKIPPED;
        count += left[i];
    }
    return count == 0 || run_is_interrupted(r) ||
           run_pass(r, PASS_LAST, left, e);
}

static void set_settled(struct run *r, bool settled)
{
    const struct settling *s = &r->settling;
    for (size_t i = 0; i < r->count; i++) {
        struct result *out = &r->result[i];
        out->settled = settled && out->expected != NULL;
        out->settled_ms = out->settled ? s->settled_ms : 0;
        out->settled_after_us = out->settled ? s->settled_us - s->began_us : 0;
        for (size_t k = 0; !settled && k < out->seen.count; k++)
            out->seen.item[k].confirms = false;
    }
}

/* What unsettled the run is not asked again at once. */
static void pause_between(struct run *r)
{
    const struct timespec step = {.tv_nsec = PAUSE_STEP_NS};
    int64_t until = clock_now_us() + r->settling.again_us;
    while (clock_now_us() < until && run_has_time(r) && !was_stopped(r))
        nanosleep(&step, NULL);
}

/* One settling, and the confirmation of it; *done: nothing is left to do. */
static bool settle_once(struct run *r, bool *done, struct err *e)
{
    struct settling *s = &r->settling;
    s->settled_us = 0;
    if (!run_pass(r, PASS_SETTLING, r->first, e))
        return false;
    if (!settling_is_done(s) || was_stopped(r)) {
        *done = s->settled_us == 0; /* else what was under way unsettled it */
        return true;
    }
    if (!run_pass(r, PASS_CONFIRMING, NULL, e))
        return false;
    set_settled(r, !s->broken);
    *done = !s->broken;
    if (s->broken)
        pause_between(r);
    return true;
}

static bool settle_and_confirm(struct run *r, struct err *e)
{
    bool done = false;
    while (!done && run_has_time(r) && !was_stopped(r))
        if (!settle_once(r, &done, e))
            return false;
    return last_look(r, e);
}

/* Checks that can tell the build first, so that the others come after it. */
static bool single_pass(struct run *r, struct err *e)
{
    if (r->settling.wanted == 0)
        return run_pass(r, PASS_SINGLE, NULL, e) && last_look(r, e);
    if (!run_pass(r, PASS_SINGLE, r->first, e))
        return false;
    for (size_t i = 0; i < r->count; i++)
        r->first[i] = !r->first[i];
    return run_pass(r, PASS_SINGLE, r->first, e) && last_look(r, e);
}

static void report_all(struct run *r)
{
    const struct probe_options *o = r->options;
    for (size_t i = 0; i < r->count && o->on_result != NULL; i++)
        o->on_result(o->context, &r->result[i]);
}

static bool run_checks(struct run *r, struct err *e)
{
    choose_first(r);
    bool waits = r->settling.rollout != NULL && r->settling.wanted > 0;
    if (!waits) { /* no selected check can tell the build */
        r->settling.persists =
            r->settling.persists || r->settling.rollout != NULL;
        r->settling.rollout = NULL;
    }
    if (!(waits ? settle_and_confirm(r, e) : single_pass(r, e)))
        return false;
    self_check(r->transfer, r->count, r->arena, r->options);
    if (waits)
        report_all(r);
    return true;
}

bool probe_run(struct result *results, struct arena *run,
               const struct check *checks, size_t count,
               const struct probe_options *options, struct err *e)
{
    struct run r = {.options = options,
                    .arena = run,
                    .check = checks,
                    .result = results,
                    .count = count,
                    .settling = {.clock = options->clock != NULL
                                              ? *options->clock
                                              : clock_anchor(),
                                 .began_us = clock_now_us(),
                                 .rollout = options->rollout,
                                 .persists = options->persists,
                                 .again_us = options->again_us}};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    r.transfer = arena_array(run, count, sizeof(*r.transfer));
    memset(results, 0, count * sizeof(*results));
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(e, POS_NONE, "libcurl does not start");
    sigaction(SIGPIPE, &ignore, &before);
    r.pace =
        options->pace == NULL ? pace_open(options->host_slots) : options->pace;
    bool ok = run_checks(&r, e);
    if (options->pace == NULL)
        pace_close(r.pace);
    sigaction(SIGPIPE, &before, NULL);
    curl_global_cleanup();
    return ok;
}

/* curl_version would start LDAP and SASL, which takes as long as a probe. */
const char *probe_library(struct arena *a)
{
    const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);
    return arena_printf(a, "libcurl/%s%s%s zlib/%s nghttp2/%s", v->version,
                        v->ssl_version == NULL ? "" : " ",
                        v->ssl_version == NULL ? "" : v->ssl_version,
                        zlibVersion(), nghttp2_version(0)->version_str);
}
