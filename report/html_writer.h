/* What the files of the page's writer share: md4c calls them in turn. */
#ifndef REPORT_HTML_WRITER_H
#define REPORT_HTML_WRITER_H

#include <md4c.h>

#include "report/page_notes.h"
#include "report/report.h"

struct heading {
    const char *id, *text;
};

struct span {
    MD_SPANTYPE type;
    const char *end; /* what closes it */
    size_t cut;      /* what it holds from there on goes; 0: it stays */
    size_t start;    /* where what opens it is written */
};

#define LABELS_MAX 20 /* columns that a narrow screen names in each row */

struct writer {
    struct arena *arena;
    struct buf out;
    struct buf plain; /* text of the open heading */
    /* where the content of the open one begins */
    size_t cell, heading, paragraph;
    const char *title;    /* of the first heading */
    size_t titled;        /* where what follows a title of the page begins */
    struct heading *part; /* of the second level */
    size_t part_count, part_cap;
    unsigned ids;      /* given so far */
    struct span *span; /* open ones, the innermost last */
    size_t span_count, span_cap;
    bool in_cell, in_html;
    const char *label[LABELS_MAX]; /* heads of the columns of a table */
    size_t labels, column;
    size_t label_at;  /* where the text of the open head begins in plain */
    unsigned panel;   /* depth of the list below the title; 0: not in it */
    size_t item;      /* where the open item of it begins */
    unsigned depth;   /* of open blocks that are no document */
    unsigned details; /* open ones */
    const struct page_picture *picture; /* NULL: no picture */
    struct page_notes notes;
    size_t images; /* bytes of pictures that it has */
};

/* Closes the open spans from the one at `at` on. */
void html_close_spans(struct writer *w, size_t at);

/* Callbacks of md4c; user: the writer. */
int html_enter_span(MD_SPANTYPE type, void *detail, void *user);
int html_leave_span(MD_SPANTYPE type, void *detail, void *user);

#endif
