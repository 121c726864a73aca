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

struct report_inputs {
    const struct record *record;
    const struct facts *facts; /* zeroed, names -1, when there are none */
    const struct incident *incident;
};

/* The kinds of documents: each is a template of sections. */
extern const struct names report_kind_names;

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

/* record.json, and back. Another schema version is an error that says so. */
void report_write_record(struct buf *out, const struct record *r);
bool report_read_record(struct record *out, struct arena *a,
                        const struct source *source, struct err *e) MUST_CHECK;

/* What to do about an advice, in one sentence. */
const char *report_advice_text(int advice);

/* One row of the table of sections: for docs. */
struct report_section_doc {
    const char *name, *help;
};
size_t report_section_count(void);
struct report_section_doc report_section(size_t index);

#endif
