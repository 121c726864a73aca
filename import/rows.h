/* Maps of other tools, read by tables that docs/IMPORT.md shows, too. */
#ifndef IMPORT_ROWS_H
#define IMPORT_ROWS_H

#include "import/drafts.h"

/* A map that is read, and where its values go. */
struct reader {
    struct import *im;
    struct entry *e;
    const struct yaml_node *whole; /* the map that is read */
    void *own;
};

typedef void read_value(struct reader *r, const struct yaml_node *n);

struct row {
    const char *theirs, *ours; /* ours NULL: not imported */
    const char *why, *advice;
    read_value *read; /* NULL with ours: something else reads it */
};

#define CARRIED(theirs, ours, read)                                            \
    {                                                                          \
        theirs, ours, NULL, NULL, read                                         \
    }
#define LEFT(theirs, why, advice)                                              \
    {                                                                          \
        theirs, NULL, why, advice, NULL                                        \
    }

struct rows {
    const struct row *row;
    size_t count;
    const char *where; /* for docs */
};

#define ROWS(table)      ((struct rows){table, ARRAY_COUNT(table), ""})
#define IN(where, table) ((struct rows){table, ARRAY_COUNT(table), where})
#define NO_ROWS          ((struct rows){NULL, 0, ""})

void rows_read(struct reader *r, const struct yaml_node *map, struct rows rows);
const struct row *rows_find(struct rows rows, struct str theirs);
void remark_row(struct import *im, struct pos pos, struct str text,
                const struct row *row);

/* The value of a key, looked for in << maps, too. */
const struct yaml_node *node_get(const struct yaml_node *map, const char *key);
struct str node_text(const struct yaml_node *n);
bool node_is_true(const struct yaml_node *n);
bool node_is_false(const struct yaml_node *n);

/* "1h30m", "500ms", "10s", 30: go's durations; bare numbers are unit_ms. */
bool duration_ms(struct str text, int64_t unit_ms, int64_t *out) MUST_CHECK;

/* Shared values of keys: each tells when it is none. */
const char *take_text(struct reader *r, const struct yaml_node *n);

/* A text under a key of ours, when there is one; and keys that tools share. */
void read_text_as(struct reader *r, const struct yaml_node *n, const char *key);
void read_as_method(struct reader *r, const struct yaml_node *n);
void read_as_proxy(struct reader *r, const struct yaml_node *n);
void read_as_body(struct reader *r, const struct yaml_node *n);
void read_as_timeout(struct reader *r, const struct yaml_node *n);
void read_as_insecure(struct reader *r, const struct yaml_node *n);
void read_as_no_redirects(struct reader *r, const struct yaml_node *n);
void read_nothing(struct reader *r, const struct yaml_node *n);

#endif
