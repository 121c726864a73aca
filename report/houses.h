/*
 * The forms of post-mortems that houses use, as kinds of documents: the
 * template has their order, and this the words of their headings.
 */
#ifndef REPORT_HOUSES_H
#define REPORT_HOUSES_H

struct house; /* a row of the table */

/* NULL: a kind of ours, or of a user's template. */
const struct house *house_of(const char *kind);

/* The heading of a section in this house; NULL: ours. */
const char *house_title(const struct house *h, const char *section);

#endif
