/* Manual pages in the man macros; every text is escaped, whatever it holds. */
#ifndef CLI_MANUAL_ROFF_H
#define CLI_MANUAL_ROFF_H

#include "base/buf.h"

enum roff_flag {
    ROFF_MARKED = 1, /* `code` is bold */
    ROFF_FILLED = 2  /* a long line may be parted at a blank */
};

/* Text, after whatever the line holds already. A line end stays one. */
void roff_text(struct buf *out, struct str text, unsigned flags);

/* A heading: SH, or SS below one. */
void roff_heading(struct buf *out, const char *name, struct str text);

/* A new paragraph, unless one has just begun. */
void roff_break(struct buf *out);

/* A macro line without arguments. */
void roff_plain(struct buf *out, const char *name);

/* The next line is a term; what is said of it follows. */
void roff_entry(struct buf *out);

/* Such a term, in bold. */
void roff_term(struct buf *out, struct str term);

/* A paragraph of marked text: its white space does not count. */
void roff_paragraph(struct buf *out, struct str text);

/* Lines as they are, indented. */
void roff_example(struct buf *out, struct str text);

/* Ends the line unless it has ended. */
void roff_end_line(struct buf *out);

#endif
