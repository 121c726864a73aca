/*
 * After a pause of this process the limits of what goes on move, so that what
 * has come meanwhile is read; and an attempt that the pause may have spoiled
 * is made once more.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "probe/pause.h"
#include "probe/transfer.h"

#define POLL_AGAIN_NS 10000000L /* when the kernel is out of memory */
#define LONG_US       INT64_C(1000000)

static void extend(struct transfer *t, int64_t us)
{
    if (t->state != TRANSFER_ACTIVE)
        return;
    t->talk.until_us += us; /* of a lookup, too; without one nobody reads it */
    t->paused_us += us;
    if (t->easy == NULL)
        return;
    long more = (long)(t->paused_us / 1000);
    (void)curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS,
                           (long)t->course.timeout_ms + more);
    (void)curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS,
                           (long)t->check->connect_timeout_ms + more);
}

/* libcurl would end all transfers for one poll() without memory. */
static CURLMcode poll_once(CURLM *multi, struct curl_waitfd *fd, unsigned count,
                           int ms)
{
    const struct timespec moment = {0, POLL_AGAIN_NS};
    CURLMcode rc = curl_multi_poll(multi, fd, count, ms, NULL);
    if (rc != CURLM_UNRECOVERABLE_POLL || (errno != ENOMEM && errno != EINTR))
        return rc;
    nanosleep(&moment, NULL);
    return CURLM_OK;
}

CURLMcode resume_poll(struct pause *p, CURLM *multi, struct curl_waitfd *fd,
                      unsigned fd_count, int ms)
{
    long due = -1;
    (void)curl_multi_timeout(multi, &due);
    if (due >= 0 && due < ms)
        ms = (int)due;
    if (ms > PAUSE_SLICE_MS)
        ms = PAUSE_SLICE_MS;
    pause_sleeps(p, clock_now_us(), (int64_t)ms * 1000, clock_suspended_us());
    return poll_once(multi, fd, fd_count, ms);
}

void resume_after(struct pause *p, struct transfer *t, size_t count)
{
    int64_t us = pause_wakes(p, clock_now_us(), clock_suspended_us());
    for (size_t i = 0; us > 0 && i < count; i++)
        extend(&t[i], us);
}

/* Did it end before its own time, without what was paused, was over? */
static bool is_cut_short(const struct transfer *t, int64_t paused_us)
{
    bool connecting = t->result->phase <= PHASE_TLS;
    int64_t limit =
        connecting ? t->check->connect_timeout_ms : t->course.timeout_ms;
    return clock_now_us() - t->opened_us - paused_us < limit * 1000;
}

static int64_t less(int64_t us, int64_t paused_us)
{
    return us > paused_us ? us - paused_us : 0;
}

/* Would it have been good enough without the pause? */
static bool is_only_late(struct transfer *t, struct arena *run, int64_t us)
{
    struct result scratch = *t->result;
    struct response quick = t->response;
    struct timing *part = &quick.timing;
    quick.duration_us = less(quick.duration_us, us);
    part->dns_us = less(part->dns_us, us);
    part->connect_us = less(part->connect_us, us);
    part->tls_us = less(part->tls_us, us);
    part->send_us = less(part->send_us, us);
    part->wait_us = less(part->wait_us, us);
    part->receive_us = less(part->receive_us, us);
    expect_judge(&scratch, run, t->check, &quick);
    return scratch.status == STATUS_PASS ||
           (scratch.status == STATUS_DEGRADED &&
            t->result->status == STATUS_FAIL);
}

/*
 * Others do not wait for ever for what we do not send. A certificate that was
 * refused, or a peer that speaks no TLS, is no matter of time.
 */
static bool may_have_lost_patience(const struct transfer *t, int64_t paused_us)
{
    enum cause_kind cause = (enum cause_kind)t->result->cause;
    return paused_us >= LONG_US &&
           (cause == CAUSE_CLOSED || cause == CAUSE_DNS ||
            handshake_was_broken(t));
}

static bool is_spoiled(struct transfer *t, struct arena *run, int64_t paused_us)
{
    const struct result *r = t->result;
    if (r->answered)
        return (r->status == STATUS_FAIL || r->status == STATUS_DEGRADED) &&
               is_only_late(t, run, paused_us);
    if (r->status != STATUS_FAIL)
        return false;
    return r->cause == CAUSE_TIMEOUT ? is_cut_short(t, paused_us)
                                     : may_have_lost_patience(t, paused_us);
}

/* What changes something must not be sent twice. */
static bool is_repeatable(const struct transfer *t)
{
    const struct check *c = t->check;
    if (c->addresses == ADDRESSES_EACH && t->course.address_count == 0)
        return false; /* another lookup would not be one of all addresses */
    return kind_only_reads(c);
}

static void blame(struct transfer *t, struct arena *run, int64_t us)
{
    struct result *r = t->result;
    struct buf text;
    buf_init(&text, 64);
    text_duration(&text, us);
    r->message = arena_printf(run, "this process was paused for %s: %s",
                              text.ptr, r->message == NULL ? "" : r->message);
    r->status = STATUS_ERROR;
    r->cause = CAUSE_PROBER;
    buf_release(&text);
}

bool resume_again(struct transfer *t, struct arena *run, const struct pause *p,
                  const struct probe_options *options)
{
    int64_t paused = pause_since(p, t->course.attempt_us, clock_now_us());
    if (paused == 0 || !is_spoiled(t, run, paused))
        return false;
    if (t->course.resumed || !is_repeatable(t)) {
        blame(t, run, paused);
        return false;
    }
    t->course.resumed = true;
    course_turn(t, options);
    return true;
}
