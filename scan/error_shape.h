/*
 * How languages and tools state an error: the structure of it, before any
 * signature is asked. A shape is a row: how a block of lines begins, which of
 * its lines carry a message, which belong to it and say nothing, how it ends,
 * and which of its messages is the error that a person would quote. Sources:
 * the runtimes, compilers and tools themselves; see error_shape_table.c.
 *
 * A reader follows the blocks of a log line by line. Programs that write one
 * log at the same time are told apart by who speaks and by what each puts
 * before its lines, so that each has a block of its own.
 */
#ifndef SCAN_ERROR_SHAPE_H
#define SCAN_ERROR_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Which of a block's messages is the error. */
enum shape_take {
    SHAPE_TAKE_FIRST, /* of a chain that is printed inside out, and of most */
    SHAPE_TAKE_LAST   /* the innermost of a chain that is printed outside in */
};

#define SHAPE_LITERALS_MAX 6

struct error_shape {
    const char *name;
    /* One of them is in the first line; none: a word for errors is. */
    const char *literal[SHAPE_LITERALS_MAX];
    const char *begin;   /* group m: the line has a message, and this is it */
    const char *within;  /* lines of the block that say nothing */
    const char *message; /* lines that say something, in group m; NULL: the
                            first line that is not within, if begin has none */
    const char *end;     /* the last line of a block */
    const char *no_root; /* messages that only pass on */
    bool indented; /* lines that are indented deeper are within, too … */
    bool deep;     /* … unless they fit `message` */
    size_t blanks; /* empty lines in a row that a block may have */
    enum shape_take take;
    bool fails;    /* a tool that prints it fails, even where no word says so */
    bool uncaught; /* who prints it ends with it … */
    bool uncaught_end;    /* … if it has its last line */
    const char *caught;   /* a line before it that says that it goes on */
    const char *forgiven; /* a line behind it that says so */
};

size_t error_shape_count(void);
const struct error_shape *error_shape_at(size_t index);

/* A line of a log behind its prefixes, as the reader wants it. */
struct shape_line {
    int64_t number;
    const char *speaker;     /* of whom it is; "" when not told */
    struct str said;         /* without blanks before it … */
    size_t indent;           /* … as many as these */
    const struct str *start; /* where a program may have begun to speak: said */
    size_t start_count;      /* itself first, then within it, then before it */
};

/* What a line is to the block it stands in; block 0: it stands in none. */
struct shape_part {
    int64_t block;
    const struct error_shape *shape;
    struct str message; /* len 0: it has none */
    bool passes_on;     /* the message is no root */
    bool uncaught;      /* who printed the block has ended */
    bool forgiven;      /* the block is no failure */
};

struct shape_reader; /* handle */
struct shape_reader *shape_reader_open(void);
void shape_reader_close(struct shape_reader *r); /* NULL too */

/* The next line of a log that is read, in order. */
struct shape_part shape_reader_take(struct shape_reader *r,
                                    const struct shape_line *line);

/* Ends all blocks: another log begins, or lines were left out. */
void shape_reader_end(struct shape_reader *r);

#endif
