/*
 * An expectation, parsed: [not] query [argument] filter... predicate value,
 * or a JSON Schema that the body must meet. expect/ reads and judges it.
 */
#ifndef MODEL_EXPECTATION_H
#define MODEL_EXPECTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct jsonpath;
struct jsonschema;
struct regex;

enum query_kind {
    QUERY_STATUS,
    QUERY_VERSION,
    QUERY_HEADER,
    QUERY_COOKIE,
    QUERY_BODY,
    QUERY_BYTES,
    QUERY_JSONPATH,
    QUERY_XPATH,
    QUERY_REGEX,
    QUERY_SHA256,
    QUERY_URL,
    QUERY_REDIRECTS,
    QUERY_IP,
    QUERY_DURATION,
    QUERY_CERTIFICATE,
    QUERY_VARIABLE,
    QUERY_EXIT,
    QUERY_STDOUT
};

struct filter_row; /* its row in expect/filters.c */

/* A step from what was found to what is compared. */
struct filter {
    const struct filter_row *row;
    int64_t index;       /* of nth */
    struct str text;     /* of toDate (format; empty: RFC 3339), replace,
                            split */
    struct str with;     /* of replace */
    struct regex *regex; /* closed with the plan */
    const struct jsonpath *path;
};

struct query {
    enum query_kind kind;
    int part;  /* of a duration, cookie or certificate */
    int gives; /* enum query_type of expect/rows.h, after its filters */
    struct str written;   /* of an identity or capture, variables resolved */
    const char *argument; /* as written; NULL where none is given */
    const struct jsonpath *path;
    struct regex *regex; /* closed with the plan */
    struct str text;     /* of a cookie: its name; of a variable: its value */
    const struct filter *filter; /* applied in order */
    size_t filter_count;
};

struct predicate; /* its row in expect/predicates.c */

enum value_kind {
    VALUE_NONE,
    VALUE_NULL,
    VALUE_BOOL,
    VALUE_NUMBER,
    VALUE_STRING,
    VALUE_BYTES, /* text: the bytes */
    VALUE_REGEX,
    VALUE_DURATION,
    VALUE_RANGE, /* item[0]..item[1], both ends in */
    VALUE_SET
};

struct value {
    enum value_kind kind;
    bool boolean;
    struct str text; /* as written; of a string: its characters */
    int64_t duration_us;
    struct regex *regex; /* closed with the plan */
    struct value *item;
    size_t count;
};

struct expect {
    struct str text;     /* as written in the definition */
    struct str asked;    /* of it: the predicate and its value */
    struct str resolved; /* all of it, with the values of its variables */
    struct str subject;  /* query and filters, variables resolved */
    struct str wanted;   /* the value, likewise; secrets keep their reference */
    struct pos pos, asked_pos;
    const struct jsonschema *schema; /* NULL: the rest says what to judge */
    bool negated;
    bool late; /* a captured value stands in it */
    struct query query;
    const struct predicate *predicate;
    struct value value;
};

#endif
