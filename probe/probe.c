/* The front: checks in, judged results out, in plan order. */
#include "probe/probe.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "probe/engine.h"

#define JUDGE_AT_ONCE_MAX ((size_t)64 * 1024)        /* bytes of one body */
#define HELD_MAX          ((size_t)32 * 1024 * 1024) /* of all held ones */
#define RESERVED_FDS      64
#define FDS_A_TRANSFER    3 /* a socket, and two while a name is resolved */

struct run {
    const struct probe_options *options;
    struct arena *arena;
    size_t held;
};

static void judge(struct run *r, struct transfer *t)
{
    if (!t->result->answered)
        return;
    t->response.head = buf_view(&t->head);
    t->response.body = buf_view(&t->body);
    t->response.now_ms = clock_wall_ms();
    if (t->check->kind == KIND_GRPC)
        grpc_read(&t->response);
    probe_judge(t->result, memory_of(t, r->arena), t->check, &t->response);
    captures_take(t, r->arena, r->options);
    if (r->options->on_response != NULL)
        r->options->on_response(r->options->context, t->result, t->check,
                                &t->response);
}

static void report(struct run *r, struct transfer *t)
{
    buf_release(&t->head);
    buf_release(&t->body);
    if (r->options->on_result != NULL)
        r->options->on_result(r->options->context, t->result);
}

/*
 * Judging a large body takes long enough to skew the timing of transfers that
 * are still under way, so where nothing depends on it, it waits for the loop
 * to end, within a bound.
 */
static bool may_wait(struct run *r, const struct transfer *t)
{
    return t->result->answered && t->body.len > JUDGE_AT_ONCE_MAX &&
           r->held + t->body.len <= HELD_MAX && !course_needs_judgement(t);
}

static enum next on_begin(void *context, struct transfer *t)
{
    struct run *r = context;
    return flow_begin(t, r->arena, r->options);
}

static enum next on_over(void *context, struct transfer *t)
{
    struct run *r = context;
    course_end(t, r->arena);
    return flow_next(t, r->arena, r->options);
}

static enum next on_ended(void *context, struct transfer *t)
{
    struct run *r = context;
    if (t->check->kind == KIND_HTTP && t->result->answered &&
        hop_next(t, memory_of(t, r->arena)) == NEXT_HOP)
        return NEXT_HOP;
    t->judged = !may_wait(r, t);
    if (!t->judged) {
        r->held += t->body.len;
        return NEXT_FINISH;
    }
    judge(r, t);
    course_keep_sighting(t->result, r->arena);
    if (addresses_next(t, memory_of(t, r->arena), r->options->version)) {
        course_turn(t, r->options);
        return NEXT_HOP;
    }
    enum next next = course_next(t, r->arena, r->options);
    if (next != NEXT_FINISH)
        return next;
    return flow_next(t, r->arena, r->options);
}

static void on_done(void *context, struct transfer *t)
{
    struct run *r = context;
    if (t->judged || !t->result->answered)
        report(r, t);
}

static void prepare(struct transfer *t, const struct check *c,
                    struct result *out, struct arena *run, bool rollout)
{
    *out = (struct result){
        .id = c->id,
        .title = c->title,
        .url = c->url,
        .kind = c->kind,
        .status = STATUS_SKIPPED,
        .cause = -1,
        .phase = -1,
        .severity = (int)c->severity,
        .identity_asked = c->identity != NULL,
        .insecure = c->transport.insecure,
        .reproduce = http_reproduce(run, c),
        .at = pos_text(run, c->pos),
    };
    *t = (struct transfer){.whole = c, .check = c, .result = out};
    memory_open(&t->memory,
                c->step_count == 0 && (c->patience.attempts > 1 ||
                                       (rollout && c->identity != NULL)));
    buf_init(&t->head, HEAD_BYTES_MAX);
    buf_init(&t->body, (size_t)c->max_body_bytes);
}

/* Slots that the descriptors of this process can serve. */
static int64_t affordable_slots(int64_t wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return wanted;
    rlim_t need = (rlim_t)wanted * FDS_A_TRANSFER + RESERVED_FDS;
    if (limit.rlim_cur < need && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = need < limit.rlim_max ? need : limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur >= need)
        return wanted;
    if (limit.rlim_cur <= RESERVED_FDS + FDS_A_TRANSFER)
        return 1;
    return (int64_t)((limit.rlim_cur - RESERVED_FDS) / FDS_A_TRANSFER);
}

bool probe_run(struct result *results, struct arena *run,
               const struct check *checks, size_t count,
               const struct probe_options *options, struct err *e)
{
    struct run r = {.options = options, .arena = run};
    struct engine_options engine = {
        .probe = options,
        .slots = affordable_slots(options->slots),
        .begin = on_begin,
        .ended = on_ended,
        .over = on_over,
        .done = on_done,
        .context = &r,
    };
    struct transfer *t = arena_array(run, count, sizeof(*t));
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    for (size_t i = 0; i < count; i++) {
        prepare(&t[i], &checks[i], &results[i], run, options->rollout != NULL);
        t[i].all = t;
        t[i].certificates = options->certificates;
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(e, POS_NONE, "libcurl does not start");
    sigaction(SIGPIPE, &ignore, &before);
    bool ok = engine_run(t, count, run, &engine, e);
    for (size_t i = 0; i < count; i++) {
        bool held = t[i].result->answered && !t[i].judged;
        if (ok && held) {
            judge(&r, &t[i]);
            course_keep_sighting(&results[i], run);
            (void)course_next(&t[i], run, options);
            report(&r, &t[i]);
        }
        buf_release(&t[i].head);
        buf_release(&t[i].body);
    }
    if (ok)
        self_check(t, count, run);
    sigaction(SIGPIPE, &before, NULL);
    curl_global_cleanup();
    return ok;
}

/* curl_version would start LDAP and SASL, which takes as long as a probe. */
const char *probe_library(struct arena *a)
{
    const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);
    return arena_printf(a, "libcurl/%s%s%s%s%s%s%s", v->version,
                        v->ssl_version == NULL ? "" : " ",
                        v->ssl_version == NULL ? "" : v->ssl_version,
                        v->libz_version == NULL ? "" : " zlib/",
                        v->libz_version == NULL ? "" : v->libz_version,
                        v->nghttp2_version == NULL ? "" : " nghttp2/",
                        v->nghttp2_version == NULL ? "" : v->nghttp2_version);
}
