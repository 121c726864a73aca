/*
 * Words of a definition file, written so that they are read back as they are:
 * ids, quoted values, texts of expectations. What writes checks shares these.
 */
#ifndef PLAN_DEFINITION_H
#define PLAN_DEFINITION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"

struct ids {
    const char **item;
    size_t count, cap;
};

/*
 * An id made of text: lower case, what has no place in one is a dash. Not one
 * of the ids before it.
 */
const char *id_make(struct arena *a, struct ids *before, struct str text);

/* "      - TEXT", quoted as YAML needs it. */
void line_item(struct buf *out, struct str text);

/* "    key: TEXT", quoted. */
void line_pair(struct buf *out, const char *key, struct str text);

/*
 * A text of an expectation in double quotes: what would end it is escaped, a
 * dollar stays and means what it means in a definition. UTF-8 only.
 */
void definition_text(struct buf *out, struct str text);

/* The same, the dollars too; false: better left alone as it is no short,
   printable ASCII. */
bool literal(struct buf *out, struct str text) MUST_CHECK;

/*
 * Appends a member to a JSONPath: $.name or $['name']; false when the name is
 * better left alone.
 */
bool path_member(struct buf *out, const char *name) MUST_CHECK;

/* A dollar in a definition is written twice. */
void escape_dollars(struct buf *out, struct str text);

/* Letters, digits and _, no digit first: what ${NAME} takes. */
bool is_variable_name(struct str s);

#endif
