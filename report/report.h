/*
 * The record's writers. Each reads the record alone, and the same record
 * always gives the same bytes.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/record.h"

struct report_kind {
    const char *name, *help;
    bool (*write)(struct str *out, struct arena *a, const struct record *r,
                  struct err *e);
};

/* The kinds of documents; NULL for an unknown name. */
const struct report_kind *report_kind_find(const char *name);
extern const struct names report_kind_names;

/* record.json, and back. Another schema version is an error that says so. */
void report_write_record(struct buf *out, const struct record *r);
bool report_read_record(struct record *out, struct arena *a,
                        const struct source *source, struct err *e) MUST_CHECK;

/* What to do about an advice, in one sentence. */
const char *report_advice_text(int advice);

#endif
