/*
 * The record's writers. Each reads the record and the facts alone, and the
 * same input always gives the same bytes.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/facts.h"
#include "model/record.h"
#include "model/story.h"
#include "report/formats/formats.h"

struct report_inputs {
    const struct record *record; /* of a story: what it tells */
    const struct facts *facts;   /* zeroed, names -1, when there are none */
    const struct incident *incident;
    bool living; /* with markers, so that the document can be updated */
    const struct story *story; /* NULL: the record alone */
    const char *picture; /* file beside the document, or NULL: no picture */
    bool for_public;     /* without hosts, logs, names and internals */
    bool brief;          /* without the appendix, which has its own command */
    bool asks;           /* of a house: what it wants to know is asked for;
                            set by report_write */
    struct arena *arena; /* of report_publish */
};

/* The kinds of documents: each is a template of sections. */
extern const struct names report_kind_names;

/* How the appendix of each template begins. */
#define REPORT_APPENDIX_HEAD "<summary>Appendix: details</summary>"

/* Is it about an incident, with its picture, rather than about one deploy? */
bool report_kind_is_incident(const char *kind);

/* Templates by name, in Mustache; a folder of the user's comes first. */
struct report_templates; /* handle, in its arena */

/*
 * folder: NULL for none; its files NAME.md replace the built-in NAME, which
 * they can extend as {{<default/NAME}}. Names that no record has are errors.
 */
bool report_templates_open(struct report_templates **out, struct arena *a,
                           const char *folder, struct diags *d) MUST_CHECK;

/* The text of a built-in template; NULL when there is none of that name. */
const char *report_template(const char *name);

/*
 * The document, proved to read as it was meant. kind: a name of
 * report_kind_names, or of a template in the user's folder.
 */
bool report_write(struct str *out, struct arena *a, const char *kind,
                  const struct report_templates *templates,
                  const struct report_inputs *in, struct err *e) MUST_CHECK;

/*
 * A Markdown document, ours or anybody's, as one HTML page without script or
 * another file; nothing in it acts (see report/page.h).
 */
bool report_html(struct str *out, struct arena *a, struct str markdown,
                 struct err *e) MUST_CHECK;

/*
 * The picture of an incident, as SVG: for a file beside the document, whose
 * name in->picture is, or within a page. False: there is nothing to draw.
 */
bool report_picture(struct str *out, struct arena *a,
                    const struct report_inputs *in, bool within_page);

/* A page of a document with a picture: svg takes the place of that image. */
struct page_picture {
    const char *name; /* NULL: there is none of ours */
    struct str svg;
    const char *folder; /* of the document, whose other pictures are put in;
                           NULL: they are only named */
};
bool report_html_pictured(struct str *out, struct arena *a, struct str markdown,
                          const struct page_picture *picture,
                          struct err *e) MUST_CHECK;

/*
 * A facts file: what the record, git and exports of events know is filled in,
 * and questions stand as comments where only people know. YAML.
 */
void report_facts_draft(struct buf *out, struct arena *a,
                        const struct report_inputs *in);

/* Leaves in the copies only what the public may read; set before writing. */
void report_publish(struct report_inputs *in, struct record *record,
                    struct facts *facts);

/* What an update does with a block. */
enum block_fate {
    FATE_SAME,
    FATE_NEW,
    FATE_REPLACED,
    FATE_EMPTIED, /* nothing to say any more; its place is remembered */
    FATE_KEPT,    /* edited by hand; what would stand there is offered below */
    FATE_OWN,     /* edited by hand; what was offered was refused */
    FATE_LEFT_OUT /* people have taken it out */
};
extern const struct names block_fate_names;

struct block_change {
    const char *name;
    int fate;      /* enum block_fate */
    unsigned line; /* in the existing document; 0: it has none */
};

struct report_update {
    struct str text;
    struct block_change *change;
    size_t count, cap;
    bool kept; /* one of the fates is FATE_KEPT */
};

/*
 * The existing document with the blocks of a fresh living one. Every byte
 * outside of blocks stays, and so does a block that people edited. Broken
 * markers, another kind of document and text before a block that would
 * swallow it are errors.
 */
bool report_update(struct report_update *out, struct arena *a,
                   const struct source *existing, struct str fresh,
                   struct err *e) MUST_CHECK;

/*
 * What people wrote into the blocks of a living document goes into the facts:
 * rows of actions, ticks. Where both changed, d gets a warning and the
 * document is right. An error: its markers are broken.
 */
bool report_read_back(struct facts *facts, struct arena *a,
                      const struct source *existing,
                      struct diags *d) MUST_CHECK;

/* record.json, and back. Another schema version is an error that says so. */
void report_write_record(struct buf *out, const struct record *r);
bool report_read_record(struct record *out, struct arena *a,
                        const struct source *source, struct err *e) MUST_CHECK;

/* The table of formats; NULL past its end. */
size_t report_format_count(void);
const struct report_format *report_format_at(size_t index);

/* NULL: there is none of that name; near: the one that may be meant. */
const struct report_format *report_format_find(struct str name);
const char *report_format_near(struct str name);

bool report_format_write(struct buf *out, struct arena *a,
                         const struct report_format *format,
                         const struct report_templates *templates,
                         const struct report_inputs *in,
                         struct err *e) MUST_CHECK;

/* What to do about an advice, in one sentence. */
const char *report_advice_text(const struct record *r);

/* One row of the table of sections: for docs. */
struct report_section_doc {
    const char *name, *help;
};
size_t report_section_count(void);
struct report_section_doc report_section(size_t index);

#endif
