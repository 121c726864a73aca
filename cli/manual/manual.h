/* The manual pages, made when postflight is built. */
#ifndef CLI_MANUAL_MANUAL_H
#define CLI_MANUAL_MANUAL_H

#include "base/arena.h"
#include "base/buf.h"

/* postflight(1), from the tables of --help. */
void manual_command(struct buf *out);

/*
 * A page of section 5 from a document of docs/. Its parts between
 * <!-- NAME:begin --> and <!-- NAME:end --> are written from the table NAME of
 * the code instead. name: "postflight-checks"; summary: for NAME.
 */
void manual_document(struct buf *out, struct arena *a, const char *name,
                     const char *summary, struct str markdown);

/* The heading of a page: ".TH", and the section NAME. */
void manual_begin(struct buf *out, const char *name, int section,
                  const char *summary);

#endif
