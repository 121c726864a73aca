/* What a query finds in a response, and how it compares. */
#ifndef EXPECT_VALUE_H
#define EXPECT_VALUE_H

#include <cjson/cJSON.h>

#include "expect/expect.h"

#define SUBJECT_INNER_MAX 16 /* as many as a query has filters */

/* The response, with its body read as JSON at most once. */
struct subject {
    const struct response *response;
    const char *content_type;
    cJSON *json;
    const char *json_problem; /* why the body is not JSON */
    bool json_tried;
    cJSON *inner[SUBJECT_INNER_MAX]; /* texts that a filter read as JSON */
    size_t inner_count;
};

void subject_release(struct subject *s);

enum found_kind {
    FOUND_NOTHING,    /* the query selects nothing; text says why */
    FOUND_TOO_MUCH,   /* the path gave up: it cannot be told */
    FOUND_UNREADABLE, /* nothing can be said, not even that it is missing */
    FOUND_NUMBER,
    FOUND_DURATION,
    FOUND_STRING,
    FOUND_JSON,  /* one value: json */
    FOUND_LIST,  /* nodes of a non-singular path */
    FOUND_TEXTS, /* parts of a text, nodes of an XPath, redirects */
    FOUND_DATE,
    FOUND_BYTES, /* text: any bytes */
    FOUND_BOOL
};

struct found {
    enum found_kind kind;
    struct str text; /* number or string; the reason of the first three */
    int64_t duration_us;
    const cJSON *json;
    const cJSON **item;
    const struct str *part;
    size_t count;
    int64_t date_ms;
    bool boolean;
};

/* The body as JSON; NULL when it is none, and then json_problem says why. */
const cJSON *subject_json(struct subject *s, struct arena *a);

/* queries.c: the query, then its filters. */
struct found query_find(struct subject *s, struct arena *a,
                        const struct query *q);

/* A reason why there is nothing, and one why nothing can be said. */
struct found found_nothing(const char *why);
struct found found_unreadable(const char *why);

/* cookie.c: the cookie of that name that the response sets. */
struct found cookie_find(const struct response *r, struct str name,
                         enum cookie_attribute attribute);

/* filters.c: one filter; what it cannot be applied to becomes nothing. */
struct found filter_apply(struct subject *s, struct arena *a,
                          const struct filter *f, const struct found *found);

/* value.c: a JSON scalar seen as the number or text that it is. */
struct found found_unwrap(const struct found *found);

enum answer {
    ANSWER_NO,
    ANSWER_YES,
    ANSWER_INVALID, /* the types do not meet: fails, negated or not */
    ANSWER_GAVE_UP  /* a limit was passed: cannot be told */
};

enum answer value_compare(const struct found *found, enum predicate predicate,
                          const struct value *value);

/* phrase.c: what was expected, "200", "to contain \"ok\""; what was found,
   with its type where that is what differs; both as a sentence. */
const char *phrase_expected(struct arena *a, const struct expect *e,
                            const struct found *found, enum answer answer);
const char *phrase_found(struct arena *a, const struct expect *e,
                         const struct found *found, enum answer answer);
const char *phrase_message(struct arena *a, const struct expect *e,
                           const struct expectation *judged);

/* elsewhere.c: what to try after such a response: "; ..." or "". */
const char *failure_hint(const struct response *r);

/* elsewhere.c: a failed answer that is not the service's becomes an error. */
void elsewhere_judge(struct result *r, struct arena *run,
                     const struct check *check,
                     const struct response *response);

/* "502", "the text \"starting\"", "nothing: $ is an object with a, b" */
const char *found_text(struct arena *a, const struct found *found);

#endif
