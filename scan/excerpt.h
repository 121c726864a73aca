/*
 * The lines of logs that a reader needs to diagnose a run, within a number of
 * bytes. Who calls it knows how much each line says; the choice is made by
 * points for each byte, with a share for each kind of line, so that one long
 * trace cannot take the room of all else. The lines keep their order and
 * numbers.
 *
 * Secrets are redacted in the whole line, before anything of it is cut.
 */
#ifndef SCAN_EXCERPT_H
#define SCAN_EXCERPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

enum excerpt_kind {
    EXCERPT_PLAIN, /* counts only beside another line */
    EXCERPT_STEP,  /* a host or tool begins one */
    EXCERPT_COMMAND,
    EXCERPT_SCRIPT, /* below a command: what it consists of */
    EXCERPT_ERROR,
    EXCERPT_ASSERTION,
    EXCERPT_TEST,
    EXCERPT_SUMMARY,
    EXCERPT_EXIT,
    EXCERPT_FRAME, /* of a stack trace */
    EXCERPT_NOISE,
    EXCERPT_KINDS
};

struct excerpt_line {
    int64_t number;
    struct str text; /* whole */
    size_t prefix;   /* bytes of it that are not shown */
    size_t at;       /* in text: what must be seen of a long line */
    struct str step; /* job and step that the prefix names; may be empty */
    enum excerpt_kind kind;
    int64_t points;    /* 0 or less: the line is not shown */
    uint64_t likeness; /* lines alike but for numbers have the same; 0: none */
    bool root;         /* a cause begins here */
    bool secret;       /* part of a secret that covers several lines */
};

struct excerpt_log {
    const char *file;
    const char *outcome; /* in words */
    const char *common;  /* beginning of all lines, not shown; "": none */
    int64_t lines;       /* read, whether kept or not */
    const struct excerpt_line *line;
    size_t count;
};

struct redactor;
struct excerpt_order {
    const struct excerpt_log *log; /* the failed one first */
    size_t count;
    size_t bytes;
    struct redactor *redactor;
};

struct excerpt_row;
struct excerpt {
    struct str text; /* at most `bytes` */
    struct excerpt_row *row;
    size_t row_count;
};

void excerpt_choose(struct excerpt *out, struct arena *a,
                    const struct excerpt_order *order);

#endif
