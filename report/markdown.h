/*
 * Writing Markdown (GitHub flavour) that foreign text cannot change.
 *
 * Each call writes bytes and notes what a reader must find there: the block,
 * or the code span with exactly this text. markdown_prove parses the bytes
 * with libcmark and compares; a document that reads otherwise than it was
 * meant is never written.
 *
 * Foreign text goes through markdown_code, markdown_fence or markdown_words.
 */
#ifndef REPORT_MARKDOWN_H
#define REPORT_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

#define MARKDOWN_BYTES_MAX ((size_t)4 << 20)

enum mark {
    MARK_HEADING,
    MARK_PARAGRAPH,
    MARK_BULLETS,
    MARK_NUMBERS,
    MARK_ITEM,
    MARK_FENCE,
    MARK_CODE,
    MARK_STRONG,
    MARK_LINK,
    MARK_IMAGE, /* beside the document; text: its path */
    MARK_HTML,  /* a comment of ours */
    MARK_OTHER  /* anything that we never write */
};

struct intent {
    enum mark mark;
    int level;       /* of a heading; type of a MARK_OTHER */
    struct str text; /* of a fence, comment or code span, address of a link to
                        a path; NULL, of a link also empty: any */
};

struct markdown {
    struct buf out;
    struct arena *arena;
    struct intent *intent;
    size_t count, cap;
    unsigned indent;   /* columns, inside a list item */
    unsigned number;   /* of the item in a numbered list */
    size_t list_end;   /* where the last list ended; 0: there was none */
    const char *title; /* of its section, in a house's words; NULL: ours */
    bool numbered, in_table, in_task, row_open, at_start;
};

void markdown_init(struct markdown *m, struct arena *a);
void markdown_release(struct markdown *m);

/* Blocks with inline content: begin, inline calls, end. */
void markdown_heading(struct markdown *m, int level);
void markdown_paragraph(struct markdown *m);
void markdown_end(struct markdown *m);

/* Lists: begin, items (each a paragraph ended by markdown_end), end. */
void markdown_list(struct markdown *m, bool numbered);
void markdown_item(struct markdown *m);
void markdown_task(struct markdown *m, bool done); /* an item with a box */
void markdown_list_end(struct markdown *m);

/* Tables: head, then for each row its cells, then end. */
void markdown_table(struct markdown *m, const char *const *head, size_t count);
void markdown_row(struct markdown *m);
void markdown_cell(struct markdown *m);
void markdown_row_end(struct markdown *m);
void markdown_table_end(struct markdown *m);

/* A fenced block; info is a constant such as "text". */
void markdown_fence(struct markdown *m, const char *info, struct str text);

/* "<!-- postflight:MARKER -->", alone on its line: see report/marker.h. */
void markdown_marker(struct markdown *m, const char *marker);

/* A slot where people have something to say, and the visible prompt in it. */
void markdown_ask(struct markdown *m, const char *slot, const char *prompt);

/* What we would say in a slot, until people say it otherwise: draft is written
   alone, with the arena of m, and released by its owner. */
void markdown_draft(struct markdown *m, const char *slot,
                    const struct markdown *draft);

/* Inline. markdown_text takes constants of ours only, without punctuation
   that Markdown knows. */
void markdown_text(struct markdown *m, const char *text);
void markdown_strong(struct markdown *m, const char *text);
void markdown_code(struct markdown *m, const char *text);

/* A link whose text is its address; anything but plain http(s) is code. */
void markdown_link(struct markdown *m, const char *url);

/* A link whose text is code. path: relative, of letters, digits, "-._~/" and
   %XX alone; anything else is code without a link. */
void markdown_link_code(struct markdown *m, const char *text, const char *path);

/* An image beside the document. alt: words; path: as of a link. */
void markdown_image(struct markdown *m, const char *alt, const char *path);

/* Prose: words that could act become code spans, the rest stays prose. */
void markdown_words(struct markdown *m, const char *text);

/* Prose of ours in which `…` marks code, as the catalogue has it. */
void markdown_prose(struct markdown *m, const char *text);

/* A cell, an item or a paragraph with nothing else in it. */
void markdown_text_cell(struct markdown *m, const char *text);
void markdown_code_cell(struct markdown *m, const char *text);
void markdown_words_cell(struct markdown *m, const char *text);
void markdown_prose_cell(struct markdown *m, const char *text);
void markdown_words_item(struct markdown *m, const char *text);
void markdown_prose_item(struct markdown *m, const char *text);
void markdown_words_paragraph(struct markdown *m, const char *text);
void markdown_prose_paragraph(struct markdown *m, const char *text);

bool markdown_prove(const struct markdown *m, struct err *e) MUST_CHECK;

/*
 * Nothing in the word, which is not empty, that CommonMark, GitHub or GitLab
 * could act on: no markup, and nothing that they would link or replace.
 * at_start: of a block, where it could also begin a list or a rule. at_end: of
 * its text, where a colon may follow.
 */
bool prose_is_safe(struct str word, bool at_start, bool at_end);

#endif
