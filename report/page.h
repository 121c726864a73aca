/*
 * A Markdown document as one HTML page that needs no other file, no script
 * and no network. Foreign text acts on nothing: raw HTML is shown as text,
 * links lead to http, https, mailto or a relative place only, images are
 * links, and the page's policy (CSP Level 3) allows its own style alone.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

#define PAGE_BYTES_MAX ((size_t)32 << 20)

/* The style of all pages, from templates/page.css. */
extern const char page_style[];

/*
 * Begins a page: head, style and the opened body. title may be any text;
 * page_end closes what this opened.
 */
void page_begin(struct buf *out, struct arena *a, struct str title);
void page_end(struct buf *out);

/* Text for an element or a quoted attribute: visible and escaped. */
void page_text(struct buf *out, struct str text);

/* A link may lead there: http, https, mailto, or a place relative to it. */
bool page_is_address(struct str url);

#endif
