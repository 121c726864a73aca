/*
 * Notifications: what a receiver is sent, and sending it.
 *
 * A payload is made once, when the transition happens, without secrets and
 * without a mention or a command that foreign text could give; it waits in
 * the outbox of the history. Sending is tried until it was accepted or given
 * up; the receiver sees the same idempotency key each time (HTTP header
 * Idempotency-Key, Message-ID of e-mail, POSTFLIGHT_KEY of a command).
 */
#ifndef WATCH_NOTIFY_NOTIFY_H
#define WATCH_NOTIFY_NOTIFY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/watch_rows.h"
#include "redact/sink.h"

/* What a message is made of: also the names that a template can use. */
struct message {
    int transition;                      /* enum transition; -1: a test */
    const char *title;                   /* what happened, in short; or NULL */
    const char *text;                    /* what happened, one line */
    const struct incident_row *incident; /* NULL: of none */
    const char *verdict, *advice;        /* words of the record */
    const char *cause, *remedy;          /* NULL: not known */
    const char *link;                    /* to the document or run; NULL */
    const char *note;    /* what the reader should know of it; NULL: nothing */
    const char *missed;  /* receiver that did not accept it; NULL: none */
    const char *history; /* id of the history that makes it; NULL: none */
    int64_t time_ms;
};

/*
 * The payload in the receiver's format: Slack, Discord and Teams JSON, JSON
 * of schemas/notification.schema.json for webhooks and commands, an RFC 5322
 * message for e-mail. Redacted by the caller's sink; at most
 * HISTORY_PAYLOAD_MAX bytes, and within each service's own limits, cut and
 * said so.
 */
bool notify_payload(struct buf *out, struct arena *a, const struct receiver *to,
                    const struct message *m, struct sink *sink,
                    struct err *e) MUST_CHECK;

/* Does the receiver want to hear of it? severity: of the incident. */
bool notify_wants(const struct receiver *to, int transition, int severity);

/*
 * "0f3a…/INC-2026-11-21-1/reminded/slack-1/2": the id of the history comes
 * first, so that no two histories share a key; count tells apart repetitions.
 */
const char *notify_key(struct arena *a, const struct receiver *to,
                       const struct message *m, int64_t count);

/* What the key of a notice for a fallback has after that of its receiver. */
const char *notify_fallback_end(struct arena *a, const struct receiver *to);

struct notify_options {
    struct sink *sink;  /* of the run: what a receiver says is redacted by it */
    int64_t now_ms;     /* 0: that of the wall clock, at any time */
    int64_t timeout_ms; /* of one attempt */
    int64_t give_up_ms; /* after it was made */
    bool responses; /* what receivers respond is wanted (notify_lane_said) */
    bool (*interrupted)(void *context);
    void *context;
};

/*
 * Tries all notices once, receivers in parallel and those of one receiver
 * in their order, and sets state, attempts, next_ms,
 * sent_ms and error of each. 2xx is accepted; 408, 429 and 5xx, no answer and
 * a command that fails are tried again (Retry-After is obeyed, else backing
 * off with jitter, at most an hour); other answers are given up. TLS is
 * verified, redirects are not followed, answers are bounded. A notice whose
 * receiver is no longer defined is given up. After a failure that is tried
 * again, later notices of that receiver wait for the same time. Those that
 * have not begun after three timeouts, or when interrupted, stay as they are.
 */
bool notify_send(struct notice_row *notice, size_t count,
                 const struct watch *settings, struct arena *a,
                 const struct notify_options *options,
                 struct err *e) MUST_CHECK;

/*
 * The same, beside other work: each receiver has a lane with one notice at a
 * time, which waits for no other. `settings` outlives the lanes.
 */
struct notify_lanes; /* handle: notify_lanes_open, notify_lanes_close */
enum notify_lane { LANE_FREE, LANE_BUSY, LANE_MISSING /* no such receiver */ };

bool notify_lanes_open(struct notify_lanes **out, const struct watch *settings,
                       const struct notify_options *options,
                       struct err *e) MUST_CHECK;

/* What is on its way is dropped, uncounted. NULL is fine. */
void notify_lanes_close(struct notify_lanes *s);
enum notify_lane notify_lane_state(const struct notify_lanes *s,
                                   const char *receiver);

/*
 * Begins an attempt in a free lane; the row is borrowed until it is taken. One
 * of a receiver that is missing is given up here, with an error in `a`.
 */
bool notify_lane_start(struct notify_lanes *s, struct notice_row *notice,
                       struct arena *a, struct err *e) MUST_CHECK;

/* Goes on with all of them; waits up to wait_ms when nothing happens. */
bool notify_lanes_turn(struct notify_lanes *s, int wait_ms,
                       struct err *e) MUST_CHECK;

/* Ends the waiting of another thread. */
void notify_lanes_wake(struct notify_lanes *s);

/* One whose attempt has ended, with what came of it; NULL: none. Its error
   lives until the next start in its lane. */
struct notice_row *notify_lanes_take(struct notify_lanes *s);

/* What the receiver responded to what it accepted last; NULL: not known. It
   lives as long as the error. */
const char *notify_lane_said(const struct notify_lanes *s,
                             const char *receiver);
size_t notify_lanes_busy(const struct notify_lanes *s);

/* What services take at most, for docs; false: past the last one. */
struct notify_limit {
    const char *part;
    size_t most;
    const char *unit, *source;
};
bool notify_limit(size_t index, const char **service, struct notify_limit *out);

#endif
