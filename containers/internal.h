/* What the files of containers/ share. */
#ifndef CONTAINERS_INTERNAL_H
#define CONTAINERS_INTERNAL_H

#include "base/json.h"
#include "containers/containers.h"

/*
 * One way of unpacking. `is` looks at the head and makes the state, or gives
 * NULL; whole: nothing comes behind the head.
 */
struct unpacking {
    const char *name, *known_by, *unpacked; /* for docs */
    void *(*open)(struct str head, bool whole);
    void (*add)(void *state, struct str input, struct buf *out);
    void (*end)(void *state, struct buf *out); /* the rest */
    void (*close)(void *state);
};

extern const struct unpacking frames_unpacking;  /* frames.c */
extern const struct unpacking journal_unpacking; /* journal.c */
extern const struct unpacking columns_unpacking; /* columns.c */
extern const struct unpacking events_unpacking;  /* events.c */
extern const struct unpacking pages_unpacking;   /* pages.c */

/* What an entry says, wherever in it. Texts may be empty. */
struct entry {
    struct str text, level, source;
    struct str time; /* ISO 8601, or a number since 1970 */
};

/* As one line that scan/ reads, and its line end. */
void entry_write(struct buf *out, const struct entry *e);

/*
 * record.c: is it the entry of a log: with a text and a time? *odd: scan/ would
 * not find both where they stand.
 */
bool record_is_entry(const cJSON *record, bool *odd);

/* A string that may be a line: it begins with a time, or has words. */
bool record_is_text(const cJSON *item);

/* Entries deeper within what is none itself. */
bool record_has_entries(const cJSON *record);

/* The lines of a record; what is none of an entry's stays as it is written. */
size_t record_write(struct buf *out, struct str json);

/* A text of the log that is in no record, up to its line end. */
void lines_write(struct buf *out, struct str text);

#endif
