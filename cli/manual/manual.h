/* The manual pages, made when postflight is built. */
#ifndef CLI_MANUAL_MANUAL_H
#define CLI_MANUAL_MANUAL_H

#include "base/arena.h"
#include "base/buf.h"

/* A page, but for its text. */
struct page {
    const char *name, *summary; /* as in its section NAME */
    int section;
};

/* postflight(1) in Markdown, from the tables of --help. */
void manual_command(struct buf *out);

/*
 * A document of docs/ as the Markdown of a page: its title is DESCRIPTION, and
 * its tables, which a terminal has no room for, are lists.
 */
void manual_document(struct buf *out, struct str document);

/* A page from its Markdown; libcmark writes it. */
void manual_page(struct buf *out, const struct page *page, struct str markdown);

#endif
