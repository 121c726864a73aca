/*
 * Obvious decoders, which know nothing of the redactor's: what a reader of an
 * output may do to see a secret in it.
 */
#ifndef TESTS_TOOLS_UNDO_H
#define TESTS_TOOLS_UNDO_H

#include <stdbool.h>
#include <stddef.h>

/* What decodes to at most so many times its length, and a bit. */
#define UNDO_GROWTH 4
#define UNDO_MORE   64

struct bytes {
    char *ptr; /* with a NUL behind it */
    size_t len;
};

/* A row for each decoder; out->ptr has room for what it gives. */
struct undo {
    const char *name;
    void (*run)(struct bytes *out, const char *at, size_t len);
};

extern const struct undo undo[];
extern const size_t undo_count;

/* Which windows of some bytes are in a text, through so many decoders? */
struct windows; /* handle: windows_open, windows_close */

#define WINDOW 8

struct windows *windows_open(void);
void windows_close(struct windows *w);
/* Each window of the secret; `name` is what is told when it is found. */
void windows_add(struct windows *w, const char *secret, size_t len,
                 unsigned name);

struct shown {
    unsigned name;      /* of the secret */
    size_t at;          /* in the text that was decoded last */
    const char *how[4]; /* the decoders; NULL behind the last one */
    char near[160];     /* what is around it */
};

bool windows_find(const struct windows *w, const char *text, size_t len,
                  unsigned depth, struct shown *out);

#endif
