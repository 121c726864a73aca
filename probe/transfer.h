/* One transfer, from its slot to its result: shared inside probe/ only. */
#ifndef PROBE_TRANSFER_H
#define PROBE_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "model/check.h"
#include "model/result.h"
#include "probe/probe.h"

#define HEAD_BYTES_MAX ((size_t)256 * 1024)

enum transfer_state {
    TRANSFER_WAITING, /* for the checks that it needs, then for a slot */
    TRANSFER_ACTIVE,
    TRANSFER_DONE
};

struct transfer {
    const struct check *check;
    struct result *result;
    enum transfer_state state;
    struct host *host;
    struct transfer *next;      /* in its host's queue, or blocked after it */
    struct transfer **follower; /* those that need this one */
    size_t follower_count;
    size_t open_needs;
    const struct transfer *failed_need; /* the first that did not pass */
    CURL *easy;
    struct curl_slist *headers;
    struct curl_slist *resolve;
    struct buf head, body;
    struct response response; /* head and body are filled in for judging */
    char detail[CURL_ERROR_SIZE];
};

/* http.c: makes the easy handle; false when libcurl refuses an option. */
bool http_open(struct transfer *t) MUST_CHECK;
void http_close(struct transfer *t); /* half-open ones too; keeps the body */

/* options.c: how the server is reached; false as above. */
bool options_set(struct transfer *t) MUST_CHECK;

/* Does some expectation of the check, or its identity, ask for this? */
bool check_asks(const struct check *c, enum query_kind kind);

/* outcome.c: what came of it, into the result, all but the judgement. */
void outcome_read(struct transfer *t, struct arena *run, CURLcode code);
void outcome_not_started(struct transfer *t, struct arena *run,
                         const char *why);
void outcome_blocked(struct transfer *t, struct arena *run);

/* The same as words of a curl command line. */
void options_reproduce(struct buf *out, const struct check *check);
void http_add_word(struct buf *out, const char *option, const char *text);

/* The curl command line that repeats the request. */
const char *http_reproduce(struct arena *run, const struct check *check);

#endif
