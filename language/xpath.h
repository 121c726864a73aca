/*
 * XPath 1.0 over an XML or HTML body, by libxml2 where it is present. Nothing
 * is fetched, no entity is expanded, the work is bounded.
 */
#ifndef LANGUAGE_XPATH_H
#define LANGUAGE_XPATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"

/* Why a path is none, or cannot be used in this build; NULL when it can. */
const char *xpath_problem(struct str path);

enum xpath_kind {
    XPATH_IS_UNREADABLE, /* the body is neither XML nor HTML: text says why */
    XPATH_IS_TOO_MUCH,   /* a bound was passed */
    XPATH_IS_TEXT,
    XPATH_IS_NUMBER, /* text: as JSON has it */
    XPATH_IS_BOOLEAN,
    XPATH_IS_NODES /* part: the text of each */
};

struct xpath_found {
    enum xpath_kind kind;
    struct str text;
    bool boolean;
    struct str *part;
    size_t count;
};

/* What path finds in body, in the arena; html: read it as HTML. */
struct xpath_found xpath_select(struct arena *a, struct str path,
                                struct str body, bool html);

/* "2.9.14" of libxml2, or "none". */
void xpath_library(struct buf *out);

#endif
