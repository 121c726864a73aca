/*
 * Footnotes as GitHub reads them: "[^1]" in the text, and "[^1]: text" where a
 * block begins. A page has them at its end, each with a way back.
 */
#ifndef REPORT_PAGE_NOTES_H
#define REPORT_PAGE_NOTES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"

#define NOTES_MAX 500 /* further ones stay text */

#define NOTE_TARGET    "#note-" /* of a link, and its number */
#define NOTE_REFERENCE "note-ref-"

struct page_note {
    struct str label, text; /* text: Markdown */
    unsigned number;        /* in the order of references; 0: none yet */
    bool referred;          /* the page has a reference to come back to */
};

struct page_notes {
    struct page_note *item;
    size_t count, cap;
    unsigned numbers; /* given so far */
};

/* The Markdown without definitions, and with links for references; code stays.
   Definitions to which nothing refers are kept, too. */
struct str page_take_notes(struct page_notes *out, struct arena *a,
                           struct str markdown);

/* The one of that number, or NULL. */
struct page_note *page_note(const struct page_notes *all, unsigned number);

#endif
