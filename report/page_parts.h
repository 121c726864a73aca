/* What GitHub renders beyond Markdown proper, for a page. */
#ifndef REPORT_PAGE_PARTS_H
#define REPORT_PAGE_PARTS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"

/*
 * Outside of fences: a footnote's text is no link definition, and a table's
 * rule has three dashes at least, as md4c wants it.
 */
struct str page_prepare(struct arena *a, struct str markdown);

/*
 * <details>, <summary> with text, and their ends, one a line; anything else in
 * the block, and an end without a begin: false, nothing is written.
 */
bool page_details(struct buf *out, struct str raw, unsigned *open);

/* "<br>" in its forms. */
bool page_is_break(struct str html);

/* "[!WARNING]": the word of an alert at the begin of a quote, or NULL. */
const char *page_alert(struct str paragraph, size_t *length);

/* A state or severity at the begin of the text: its colour, or NULL; length:
   of the word. */
const char *page_badge(struct str text, size_t *length);

#endif
