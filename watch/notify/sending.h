/* One notice on its way: what lanes.c, post.c, smtp.c and command.c share. */
#ifndef WATCH_NOTIFY_SENDING_H
#define WATCH_NOTIFY_SENDING_H

#include <curl/curl.h>

#include "base/process.h"
#include "watch/notify/internal.h"

#define ANSWER_KEPT 2000              /* bytes of an answer */
#define ANSWER_MAX  ((size_t)1 << 16) /* bytes, then it is broken off */

/* The notices of one receiver, one after the other. */
struct lane {
    const struct receiver *to;
    const struct channel *channel;
    struct notice_row *notice; /* on its way, or ended; NULL: none */
    const char *said;          /* by who accepted it, if that is wanted */
    bool ended;                /* and nobody has taken it yet */
    struct arena arena;        /* of this attempt */
    struct sink *sink;         /* of the run */
    int64_t until_us;          /* of this attempt */

    CURL *easy; /* NULL: a command, or nothing */
    struct curl_slist *headers, *rcpt;
    struct str left; /* of what is sent */
    struct str message;
    char said_by_curl[CURL_ERROR_SIZE];
    struct buf answer;
    size_t received;

    struct process process; /* of a command */
};

/* What both have in common. */
bool transfer_set(struct lane *l) MUST_CHECK;

/*
 * "status 404: no_service", without the secrets of the run, nor what is secret
 * in what this receiver says alone: parts of its address, such as "services".
 */
const char *sending_error(struct lane *l, const char *what, struct str said);

#endif
