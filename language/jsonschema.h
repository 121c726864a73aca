/*
 * JSON Schema, draft 2020-12: the keywords that answers of services need.
 *
 * Asserted: type enum const, minimum maximum exclusiveMinimum
 * exclusiveMaximum, minLength maxLength pattern, items prefixItems contains
 * minContains maxContains minItems maxItems uniqueItems, properties
 * patternProperties additionalProperties propertyNames required
 * minProperties maxProperties dependentRequired dependentSchemas, allOf anyOf
 * oneOf not if then else, $ref within the file, $defs definitions $anchor,
 * and schemas that are true or false. Annotations, format among them, are
 * read and assert nothing. Any other keyword is refused, since what is not
 * asserted would be taken for green.
 */
#ifndef LANGUAGE_JSONSCHEMA_H
#define LANGUAGE_JSONSCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/err.h"

#define JSONSCHEMA_DEPTH_MAX 200     /* schemas within schemas, of one value */
#define JSONSCHEMA_WORK_MAX  1000000 /* values looked at */

struct jsonschema; /* handle: jsonschema_open, jsonschema_close */

/* JSON or YAML; every problem with its place. */
bool jsonschema_open(struct jsonschema **out, const struct source *source,
                     struct diags *d) MUST_CHECK;
void jsonschema_close(struct jsonschema *schema);

enum jsonschema_answer {
    JSONSCHEMA_VALID,
    JSONSCHEMA_INVALID, /* why: where in the value, and what is wrong */
    JSONSCHEMA_GAVE_UP  /* a bound was passed */
};

enum jsonschema_answer jsonschema_validate(const struct jsonschema *schema,
                                           struct arena *a, const cJSON *value,
                                           const char **why);

/* The asserted keywords, for docs: NULL past the last one. */
const char *jsonschema_keyword(size_t index);

#endif
