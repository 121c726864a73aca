/*
 * JSON (RFC 8259) read strictly, over cJSON.
 *
 * cJSON alone accepts ill-formed UTF-8, raw control characters, trailing text
 * and duplicate keys, cuts strings at NUL and rounds numbers to doubles. Here
 * each of these is an error with its place, and every number node keeps its
 * text in valuestring, so that comparisons are exact.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/err.h"

#define JSON_DEPTH_MAX 512

/* On success *out is the caller's to free with cJSON_Delete. */
bool json_parse(cJSON **out, const struct source *source,
                struct err *e) MUST_CHECK;

/* Is all of the text JSON, as json_parse reads it? */
bool json_is_valid(struct str text);

/* Does this Content-Type announce JSON? NULL does not. */
bool json_is_media_type(const char *content_type);

/* "null", "a boolean", "a number", "a string", "an array", "an object" */
const char *json_kind(const cJSON *item);

/* Compact JSON of item, numbers as they were written, stopping at out->max. */
void json_print(struct buf *out, const cJSON *item);

/* A JSON string literal; ill-formed UTF-8 becomes U+FFFD. */
void json_quote(struct buf *out, struct str s);

/* The same without its quotation marks, for the inside of a literal. */
void json_quote_inside(struct buf *out, struct str s);

#endif
