/* One transfer, from its slot to its result: shared inside probe/ only. */
#ifndef PROBE_TRANSFER_H
#define PROBE_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "model/check.h"
#include "model/result.h"

#define HEAD_BYTES_MAX ((size_t)256 * 1024)

enum transfer_state { TRANSFER_QUEUED, TRANSFER_ACTIVE, TRANSFER_DONE };

struct transfer {
    const struct check *check;
    struct result *result;
    enum transfer_state state;
    struct host *host;
    struct transfer *next; /* in its host's queue */
    CURL *easy;
    struct curl_slist *headers;
    struct buf head, body;
    char detail[CURL_ERROR_SIZE];
};

/* http.c: makes the easy handle; false when libcurl refuses an option. */
bool http_open(struct transfer *t) MUST_CHECK;
void http_close(struct transfer *t); /* half-open ones too; keeps the body */

/* outcome.c: what came of it, into the result, all but the judgement. */
void outcome_read(struct transfer *t, struct arena *run, CURLcode code);
void outcome_not_started(struct transfer *t, struct arena *run,
                         const char *why);

/* The curl command line that repeats the request. */
const char *http_reproduce(struct arena *run, const struct check *check);

#endif
