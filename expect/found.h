/* What a query finds in a response, and the words for it. */
#ifndef EXPECT_FOUND_H
#define EXPECT_FOUND_H

#include <cjson/cJSON.h>

#include "expect/expect.h"

#define FILTERS_MAX 16 /* of one query */

/* The response, with its body read as JSON at most once. */
struct subject {
    const struct response *response;
    const char *content_type;
    cJSON *json;
    const char *json_problem; /* why the body is not JSON */
    bool json_tried;
    cJSON *inner[FILTERS_MAX]; /* texts that a filter read as JSON */
    size_t inner_count;
};

void subject_release(struct subject *s);

/* The body as JSON; NULL when it is none, and then json_problem says why. */
const cJSON *subject_json(struct subject *s, struct arena *a);

/* An HTML body has its own grammar; anything else is read as XML. */
bool subject_is_html(const struct subject *s);

enum found_kind {
    FOUND_NOTHING,    /* the query selects nothing; text says why */
    FOUND_TOO_MUCH,   /* a limit was passed: it cannot be judged */
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
    const cJSON *json; /* also of what found_unwrap made of it */
    const cJSON **item;
    const struct str *part;
    size_t count;
    int64_t date_ms;
    bool boolean;
};

struct found found_string(struct str text);
struct found found_number(struct arena *a, int64_t n);

/* Why there is nothing, why nothing can be said, which limit was passed. */
struct found found_nothing(const char *why);
struct found found_unreadable(const char *why);
struct found found_too_much(const char *why);

/* The first group of the match, or all of it; `missing` when there is none. */
struct found found_match(struct regex *regex, struct str text,
                         const char *missing);

/* What a path selects in root; one that selects nothing is explained. */
struct found found_at_path(struct arena *a, const struct jsonpath *path,
                           const cJSON *root);

/* A JSON scalar seen as the number or text that it is. */
struct found found_unwrap(const struct found *found);

/* "502", "\"starting\"", "nothing: $ is an object with a, b" */
const char *found_text(struct arena *a, const struct found *found);

/* subject.c: the query, then its filters. */
struct found query_find(struct subject *s, struct arena *a,
                        const struct query *q);

/* A query in a response; a filter on what was found before it. */
struct search {
    struct subject *subject;
    const struct response *response;
    struct arena *arena;
    const struct query *query;
};

struct filtering {
    struct subject *subject;
    struct arena *arena;
    const struct filter *filter;
    struct found in; /* unwrapped, and something */
};

enum answer {
    ANSWER_NO,
    ANSWER_YES,
    ANSWER_INVALID, /* the types do not meet: fails, negated or not */
    ANSWER_GAVE_UP  /* a limit was passed: it cannot be judged */
};

/* predicates.c: does what was found meet the predicate? */
enum answer predicate_judge(const struct predicate *p,
                            const struct found *found,
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

#endif
