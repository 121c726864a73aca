/*
 * A script for the player: what a loopback service answers, and how a
 * deployment changes it and writes its log. See demo/README.md.
 */
#ifndef DEMO_SCRIPT_H
#define DEMO_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/shape.h"

enum fault {
    FAULT_NONE,
    FAULT_RESET,      /* RST after the request was read */
    FAULT_CLOSE,      /* closed without a byte */
    FAULT_HANG,       /* never answers */
    FAULT_DRIP,       /* a byte each 100 ms */
    FAULT_ENDLESS,    /* a chunked body without end */
    FAULT_TRUNCATE,   /* Content-Length promises twice the body */
    FAULT_BAD_CHUNK,  /* the body, then a chunk size that is no number */
    FAULT_BAD_STATUS, /* no HTTP status line */
    FAULT_HEADERS     /* 400 KiB of headers */
};

/* Bodies and the values of headers hold {placeholders}. */
struct answer {
    int64_t status;
    const char *reason; /* NULL: the usual one of the status */
    const char *type;   /* empty: no Content-Type */
    struct str body;
    struct shape_pair *header;
    size_t header_count, header_cap;
    int64_t delay_ms;
    enum fault fault;
};

struct route {
    const char *path;
    struct answer *answer; /* in turn; the last one stays */
    size_t count;
};

struct routes {
    struct route *item;
    size_t count;
};

struct step {
    int64_t after_ms;
    struct str log; /* empty: none */
    struct routes routes;
};

struct script {
    const char *title, *log; /* log: file name, NULL for none */
    struct shape_pair *variable;
    size_t variable_count, variable_cap;
    struct routes routes;
    struct step *step;
    size_t step_count;
};

bool script_read(struct script *out, struct arena *a,
                 const struct source *source, struct diags *d) MUST_CHECK;

/* May a script or a command line give a variable this name? */
bool script_may_name(struct str name);

void script_set(struct script *s, struct arena *a, const char *name,
                const char *value);

/*
 * Text with its placeholders filled in: variables and the forms of the time.
 * The clock is read once a call. {{ is a brace; other braces stay.
 */
void script_fill(const struct script *s, struct buf *out, struct str text);

#endif
