/* A schema as it is judged: shared by the files of jsonschema. */
#ifndef LANGUAGE_JSONSCHEMA_RULE_H
#define LANGUAGE_JSONSCHEMA_RULE_H

#include <stdint.h>

#include "language/jsonschema.h"
#include "language/regex.h"

/* Bits of the types of JSON; an integer is a number, too. */
enum json_type {
    JSON_TYPE_NULL = 1,
    JSON_TYPE_BOOLEAN = 2,
    JSON_TYPE_OBJECT = 4,
    JSON_TYPE_ARRAY = 8,
    JSON_TYPE_NUMBER = 16,
    JSON_TYPE_STRING = 32,
    JSON_TYPE_INTEGER = 64
};

struct rule;

struct rules {
    const struct rule **item;
    size_t count;
};

/* A schema, or names, that belong to a member or to a pattern of names. */
struct member {
    const char *name;
    const struct regex *pattern;
    const struct rule *rule;
    const char **required; /* of dependentRequired */
    size_t required_count;
};

struct members {
    struct member *item;
    size_t count;
};

/* A number as text; ptr NULL: not given. Counts are -1 when not given. */
struct rule {
    bool refuses; /* the schema false */
    unsigned types;
    const cJSON *values; /* of enum: an array */
    const cJSON *constant;
    struct str minimum, maximum, above, below;
    int64_t min_length, max_length, min_items, max_items;
    int64_t min_contains, max_contains, min_members, max_members;
    const struct regex *pattern;
    bool unique;
    struct rules prefix, all, any, one;
    const struct rule *items, *contains, *additional, *names;
    const struct rule *not_, *if_, *then_, *else_, *ref;
    struct members properties, patterns, dependent, dependent_names;
    const char **required;
    size_t required_count;
};

struct kept_json {
    cJSON *json;
    struct kept_json *next;
};

struct kept_regex {
    struct regex *regex;
    struct kept_regex *next;
};

struct jsonschema {
    struct arena arena;
    const struct rule *root;
    struct kept_json *json;
    struct kept_regex *regex;
};

#endif
