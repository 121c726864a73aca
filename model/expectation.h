/*
 * An expectation, parsed: [not] query [argument] filter... predicate value,
 * or a JSON Schema that the body must meet. Read by plan/, judged by probe/.
 */
#ifndef MODEL_EXPECTATION_H
#define MODEL_EXPECTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/names.h"

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
extern const struct names query_names;

enum duration_part {
    DURATION_ALL,
    DURATION_DNS,
    DURATION_CONNECT,
    DURATION_TLS,
    DURATION_FIRST_BYTE /* since the start */
};
extern const struct names duration_part_names; /* of the last four */

/* RFC 6265, section 5.2; COOKIE_VALUE is the cookie itself. */
enum cookie_attribute {
    COOKIE_VALUE,
    COOKIE_EXPIRES,
    COOKIE_MAX_AGE,
    COOKIE_DOMAIN,
    COOKIE_PATH,
    COOKIE_SECURE,
    COOKIE_HTTP_ONLY,
    COOKIE_SAME_SITE
};
extern const struct names cookie_attribute_names;

/* Of the server's own certificate, but for the two chains. */
enum certificate_field {
    CERTIFICATE_SUBJECT,
    CERTIFICATE_ISSUER,
    CERTIFICATE_START_DATE,
    CERTIFICATE_EXPIRE_DATE,
    CERTIFICATE_SERIAL_NUMBER,
    CERTIFICATE_ALT_NAME,
    CERTIFICATE_CHAIN_EXPIRE_DATE,    /* the earliest of all that it shows */
    CERTIFICATE_VERIFIED_EXPIRE_DATE, /* the earliest that is relied on */
    CERTIFICATE_FIELDS
};
extern const struct names certificate_field_names;
bool certificate_is_date(int field);

enum filter_kind {
    FILTER_COUNT,
    FILTER_NTH,
    FILTER_TO_INT,
    FILTER_TO_FLOAT,
    FILTER_TO_DATE,
    FILTER_DAYS_AFTER_NOW,
    FILTER_DAYS_BEFORE_NOW,
    FILTER_LOWER,
    FILTER_TRIM,
    FILTER_REPLACE,
    FILTER_SPLIT,
    FILTER_REGEX,
    FILTER_JSONPATH
};
extern const struct names filter_names;

/* A step from what was found to what is compared. */
struct filter {
    enum filter_kind kind;
    int64_t index;       /* of nth */
    struct str text;     /* of toDate (format; empty: RFC 3339), replace,
                            split */
    struct str with;     /* of replace */
    struct regex *regex; /* closed with the plan */
    const struct jsonpath *path;
};

struct query {
    enum query_kind kind;
    int part;             /* of a duration, cookie or certificate */
    struct str written;   /* of an identity or capture, variables resolved */
    const char *argument; /* as written; NULL where none is given */
    const struct jsonpath *path;
    struct regex *regex; /* closed with the plan */
    struct str text;     /* of a cookie: its name; of a variable: its value */
    const struct filter *filter; /* applied in order */
    size_t filter_count;
};

enum predicate {
    PREDICATE_EQUAL,
    PREDICATE_NOT_EQUAL,
    PREDICATE_LESS,
    PREDICATE_LESS_EQUAL,
    PREDICATE_GREATER,
    PREDICATE_GREATER_EQUAL,
    PREDICATE_CONTAINS,
    PREDICATE_MATCHES,
    PREDICATE_EXISTS,
    PREDICATE_IN,
    PREDICATE_STARTS_WITH,
    PREDICATE_ENDS_WITH,
    PREDICATE_INCLUDES,
    PREDICATE_IS_EMPTY,
    PREDICATE_IS_INTEGER,
    PREDICATE_IS_NUMBER,
    PREDICATE_IS_STRING,
    PREDICATE_IS_BOOLEAN,
    PREDICATE_IS_COLLECTION,
    PREDICATE_IS_ISO_DATE
};
extern const struct names predicate_names;

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
    enum predicate predicate;
    struct value value;
};

#endif
