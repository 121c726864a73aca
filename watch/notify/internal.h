/* What the parts of notify/ share. */
#ifndef WATCH_NOTIFY_INTERNAL_H
#define WATCH_NOTIFY_INTERNAL_H

#include "language/mailbox.h"
#include "model/notification.h"
#include "watch/notify/notify.h"

/* limits.c: how much each service takes; THE table is there. */
enum limit {
    LIMIT_PAYLOAD,
    LIMIT_TEXT,
    LIMIT_SLACK_TEXT,
    LIMIT_SLACK_HEADER,
    LIMIT_SLACK_SECTION,
    LIMIT_SLACK_FIELDS,
    LIMIT_SLACK_FIELD,
    LIMIT_SLACK_URL,
    LIMIT_DISCORD_CONTENT,
    LIMIT_DISCORD_TITLE,
    LIMIT_DISCORD_DESCRIPTION,
    LIMIT_DISCORD_FIELDS,
    LIMIT_DISCORD_FIELD,
    LIMIT_DISCORD_FOOTER,
    LIMIT_DISCORD_EMBED,
    LIMIT_TEAMS_PAYLOAD,
    LIMIT_TEAMS_TEXT,
    LIMIT_EMAIL_SUBJECT,
    LIMIT_EMAIL_LINE
};
size_t limit_of(enum limit limit);

/* UTF-16 units, as the services count at most. */
size_t limit_units(struct str text);

/*
 * escape.c: what one character becomes at one service. Writes that of the
 * first characters of rest, which is never empty; returns their bytes.
 */
typedef size_t escape_piece(struct buf *out, struct str rest);
escape_piece escape_slack, escape_discord, escape_teams, escape_none;

/* All of text, or what fits into `most` units with "..." at its end. */
void escape_within(struct buf *out, struct str text, escape_piece *piece,
                   size_t most);

/* The same as a JSON string; *left (NULL: none) is lowered by its units. */
void escape_json(struct buf *out, const char *text, escape_piece *piece,
                 size_t most, size_t *left);

/* card.c: what all services show. */
#define CARD_FACTS_MAX 16
struct fact {
    const char *label, *value;
};
struct card {
    const struct recipient *to;
    const struct notification *n; /* clean */
    const char *words; /* of the recipient's template; NULL: built-in form */
    struct fact fact[CARD_FACTS_MAX];
    size_t count;
};
void card_fill(struct card *c, struct arena *a);

/* red, orange, yellow, blue; green for what is over */
enum card_color { CARD_BAD, CARD_POOR, CARD_ODD, CARD_INFO, CARD_GOOD };
enum card_color card_color(const struct card *c);

/* slack.c, discord.c, teams.c, email.c */
void slack_payload(struct buf *out, const struct card *c);
void discord_payload(struct buf *out, const struct card *c);
void teams_payload(struct buf *out, const struct card *c);
void email_payload(struct buf *out, struct arena *a, const struct card *c);

/* email.c: who sends; the one of the definition, or of this host. */
struct mailbox email_sender(struct arena *a, const struct recipient *to);
void email_word(struct buf *out, struct str text, size_t column); /* RFC 2047 */

/* key.c: "Message-ID: <…@host>", which is the same at each attempt. */
const char *key_message_id(struct arena *a, const struct recipient *to,
                           const char *key);

/* outcome.c: what an attempt came to. */
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
