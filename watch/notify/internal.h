/* What the parts of notify/ share. */
#ifndef WATCH_NOTIFY_INTERNAL_H
#define WATCH_NOTIFY_INTERNAL_H

#include <curl/curl.h>

#include "language/mailbox.h"
#include "model/notification.h"
#include "watch/notify/notify.h"

#define TEXT_BYTES_MAX 4096 /* of one text; halved until the payload fits */
#define LINK_BYTES_MAX 1500

/*
 * escape.c: what one character becomes at one service. Writes that of the
 * first characters of rest, which is never empty; returns their bytes.
 */
typedef size_t escape_piece(struct buf *out, struct str rest);
escape_piece escape_slack, escape_discord, escape_teams, escape_none;

/* UTF-16 units, as most services count. */
size_t limit_units(struct str text);

/* All of text, or what fits into `most` units with "..." at its end. */
void escape_within(struct buf *out, struct str text, escape_piece *piece,
                   size_t most);

/* rendering.c: a whole value of a template. */
typedef void escape_text(struct buf *out, struct str text);

/*
 * What the template gives: each value goes through `escape` before it is put
 * in, so that {{{name}}} does not get around it; only the link, if it is one,
 * stays as it is. False: the template is invalid, or `out` is full.
 */
bool notification_render(struct buf *out, struct arena *a, const char *text,
                         const struct notification *n, escape_text *escape,
                         struct err *e) MUST_CHECK;

/*
 * An address that can be a link wherever it appears: no character of it acts
 * in JSON, mrkdwn or Markdown. Others are shown as text.
 */
bool notification_is_link(const char *text);

/* The same as a JSON string; *left (NULL: none) is lowered by its units. */
void escape_json(struct buf *out, const char *text, escape_piece *piece,
                 size_t most, size_t *left);

/* card.c: what all services show. */
#define CARD_FACTS_MAX 16
struct fact {
    const char *label, *value;
};
struct card {
    const struct receiver *to;
    const struct notification *n; /* clean */
    const char *words; /* of the receiver's template; NULL: built-in form */
    struct fact fact[CARD_FACTS_MAX];
    size_t count;
};
void card_fill(struct card *c, struct arena *a);

/* red, orange, yellow, blue; green for what is over */
enum card_color { CARD_BAD, CARD_POOR, CARD_ODD, CARD_INFO, CARD_GOOD };
enum card_color card_color(const struct card *c);

/*
 * A kind of receiver, as it is written to and sent to; what its definition
 * takes is in model/receiver.c under the same name. Either `prepare` and
 * `judge` (a transfer of curl) or `start` and `step` (a program) are set.
 */
struct lane;
struct attempt;
struct channel {
    const char *name;
    const char *title; /* for docs */
    void (*payload)(struct buf *out, struct arena *a, const struct card *c);
    escape_text *escape; /* values in a template that gives no JSON; NULL:
                            they stay as they are */
    size_t most_bytes;   /* of a payload; 0: as many as the outbox keeps */
    const struct notify_limit *limit;
    size_t limit_count;

    /* A handle that is ready for the multi; false: no memory. */
    bool (*prepare)(struct lane *l);
    void (*judge)(struct attempt *out, struct lane *l, CURLcode code);

    const char *(*accepted)(struct lane *l); /* "status 204" */

    /* False: it does not start, and why. */
    bool (*start)(struct attempt *failed, struct lane *l);
    bool (*step)(struct attempt *out, struct lane *l); /* true: it has ended */
};
/* THE list of channels, by name: NAME_channel is in its own file. */
#define CHANNELS(ROW)                                                          \
    ROW(slack)                                                                 \
    ROW(discord)                                                               \
    ROW(teams)                                                                 \
    ROW(webhook)                                                               \
    ROW(email)                                                                 \
    ROW(command)

#define CHANNEL_ROW(name) extern const struct channel name##_channel;
CHANNELS(CHANNEL_ROW)
#undef CHANNEL_ROW

const struct channel *channel_of(const struct receiver *to);

/* webhook.c: the notification as JSON, or what the template gives. */
void json_payload(struct buf *out, struct arena *a, const struct card *c);

/* post.c and smtp.c */
bool http_prepare(struct lane *l) MUST_CHECK;
void http_judge(struct attempt *out, struct lane *l, CURLcode code);
bool smtp_prepare(struct lane *l) MUST_CHECK;
void smtp_judge(struct attempt *out, struct lane *l, CURLcode code);
const char *http_accepted(struct lane *l);
const char *smtp_accepted(struct lane *l);

/* email.c: who sends; the one of the definition, or of this host. */
struct mailbox email_sender(struct arena *a, const struct receiver *to);

/* The name of this host, if it can follow an @; "localhost" otherwise. */
const char *email_host(struct arena *a, const char *name);

/* key.c: "Message-ID: <…@host>", which is the same at each attempt. */
const char *key_message_id(struct arena *a, const struct receiver *to,
                           const char *key);

/* delivery.c: what an attempt came to. */
enum outcome { OUTCOME_ACCEPTED, OUTCOME_AGAIN, OUTCOME_REFUSED };
struct attempt {
    enum outcome outcome;
    const char *error;      /* NULL: none */
    int64_t retry_after_ms; /* -1: nothing said */
    int64_t now_ms;         /* when it ended */
};
#define BACKOFF_FIRST_MS INT64_C(10000)
#define BACKOFF_MOST_MS  INT64_C(3600000)
#define RETRY_AFTER_MOST INT64_C(86400000) /* what a server may ask for */
int64_t outcome_backoff_ms(const char *key, int64_t attempts);
int64_t outcome_retry_after_ms(struct str value, int64_t now_ms); /* -1: none */
enum outcome outcome_of_status(long status);
void outcome_settle(struct notice_row *notice, const struct attempt *t,
                    int64_t give_up_ms);

#endif
