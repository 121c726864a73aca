/*
 * The shape of a struct, described once: from the table come its JSON, the
 * reader of that JSON, its JSON Schema and its documentation.
 *
 * A shape lists the fields in the order in which they are written. Output is
 * reproducible: the same struct gives the same bytes.
 */
#ifndef BASE_SHAPE_H
#define BASE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/names.h"

enum shape_type {
    SHAPE_TEXT,   /* const char *; NULL is null */
    SHAPE_INT,    /* int64_t */
    SHAPE_BOOL,   /* bool */
    SHAPE_MS,     /* int64_t microseconds, written as milliseconds 12.345 */
    SHAPE_SHARE,  /* int64_t parts per million, written 0.583333 */
    SHAPE_TIME,   /* int64_t wall ms, RFC 3339; 0 is null */
    SHAPE_NAME,   /* int of `names`; -1 is null */
    SHAPE_TEXTS,  /* const char **, with a size_t count */
    SHAPE_PAIRS,  /* struct shape_pair *, with a size_t count: an object */
    SHAPE_OBJECT, /* embedded struct of shape `of` */
    SHAPE_LIST,   /* pointer to structs of shape `of`, with a size_t count */
};

struct shape_pair {
    const char *name, *value;
};

struct shape;

/* What a text that is read must be. */
struct shape_rule {
    bool (*takes)(struct str text);
    const char *expected; /* "the id of a check: …" */
    const char *pattern;  /* likewise, for the schema, as JSON has it */
};

struct shape_field {
    const char *name;
    enum shape_type type;
    size_t at;       /* offsetof the field */
    size_t count_at; /* offsetof its count, for the three lists */
    const struct shape *of;
    const struct names *names;
    const char *help; /* one line: meaning and unit */
    bool rare;        /* left out while it is empty; need not be there */
    const struct shape_rule *rule; /* of a text or texts; NULL: any, and null */
};

struct shape {
    const char *name; /* definition name in the schema */
    size_t size;      /* of the struct */
    const struct shape_field *field;
    size_t count;
};

/* Pretty JSON, two spaces, no final newline. */
void shape_write(struct buf *out, const struct shape *s, const void *object);

/* Makes the next version of a document, in place. */
typedef bool shape_upgrade(cJSON *root, struct err *e);

/*
 * A kind of document and the version that is written, as its member `schema`
 * has it: "postflight/record/1". Of a document that is older, each upgrade
 * makes the next version, so that there is one for each earlier version and
 * upgrade[0] reads version 1.
 */
struct shape_format {
    const char *schema;
    shape_upgrade *const *upgrade; /* NULL: version 1 */
};

/*
 * Reads what shape_write wrote, now or in an earlier or later program: older
 * versions are upgraded, and unknown members are ignored, since a later
 * program of the same version may add some. A newer version is an error.
 * format: NULL: it has no member `schema`.
 */
bool shape_read(void *object, struct arena *a, const struct shape *s,
                const struct shape_format *format, const struct source *source,
                struct err *e) MUST_CHECK;

/*
 * JSON Schema, draft 2020-12. people: they write it, so unknown members are
 * typing mistakes; what programs write may have further ones.
 */
void shape_schema(struct buf *out, const struct shape *s, const char *id,
                  const char *title, bool people);

#endif
