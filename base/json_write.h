/*
 * JSON written member by member, indented by two spaces. Names and texts go
 * through json_quote; a text that is NULL is left out with its name.
 */
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct json_writer {
    struct buf *out;
    unsigned depth;
    bool filled; /* the innermost object or array has something already */
};

/* name: of the member; NULL in an array and at the top. */
void json_object(struct json_writer *w, const char *name);
void json_array(struct json_writer *w, const char *name);
void json_end(struct json_writer *w, char closing); /* '}' or ']' */

void json_text(struct json_writer *w, const char *name, const char *text);
void json_number(struct json_writer *w, const char *name, int64_t number);
void json_bool(struct json_writer *w, const char *name, bool value);
void json_time(struct json_writer *w, const char *name, int64_t wall_ms);

#endif
