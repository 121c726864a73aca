/*
 * Checks from the files of other tools: Gatus endpoints, Hurl files,
 * blackbox_exporter modules, goss, Postman collections, compose health checks.
 *
 * What is read becomes drafts of checks, of one form for all formats; what a
 * draft cannot hold becomes a remark with its place. Each draft is loaded as a
 * definition before it is written, and what does not load is a remark, too: a
 * file that is written can be read. Nothing is left out in silence.
 */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/names.h"
#include "base/shape.h"
#include "redact/redact.h"

#define IMPORT_SCHEMA      "postflight/import/1"
#define IMPORT_BYTES_MAX   ((size_t)8 << 20) /* of one file */
#define IMPORT_OUTPUT_MAX  ((size_t)1 << 20) /* what a definition may have */
#define IMPORT_CHECKS_MAX  2000
#define IMPORT_REMARKS_MAX 2000 /* kept; further ones are only counted */

/* Every tool has a folder here and a row, NAME_tool; more in import/tool.h. */
#define IMPORT_TOOLS(TOOL)                                                     \
    TOOL(GATUS, gatus)                                                         \
    TOOL(HURL, hurl)                                                           \
    TOOL(BLACKBOX, blackbox)                                                   \
    TOOL(GOSS, goss)                                                           \
    TOOL(POSTMAN, postman)                                                     \
    TOOL(COMPOSE, compose)

#define IMPORT_FORMAT(id, name) FORMAT_##id,
enum import_format { IMPORT_TOOLS(IMPORT_FORMAT) };
#undef IMPORT_FORMAT
extern const struct names import_format_names;

/* "module=target", or a target that every module is asked of */
struct import_options {
    const struct source *const *source; /* they outlive the record */
    size_t source_count;
    int format; /* enum import_format; -1: from the content */
    const char *const *target;
    size_t target_count;
    struct redactor *redactor; /* of the run */
};

/* What is not imported, or not as it was. */
struct import_remark {
    const char *file;     /* the name as given */
    int64_t line, column; /* from 1; bytes */
    const char *text;     /* what was found, one harmless line */
    const char *why, *advice;
    const char *check; /* id of the check; NULL: of none */
};

struct import_file {
    const char *file;
    int format; /* enum import_format */
};

/* All of one import. */
struct import_record {
    const char *schema;
    struct import_file *file;
    size_t file_count;
    int64_t checks;               /* written */
    int64_t carried;              /* constructs that became part of a check */
    struct import_remark *remark; /* by file, line and column */
    size_t remark_count, remark_cap;
    int64_t left_out;      /* notes beyond the limit */
    const char **variable; /* that the checks need and have no value for */
    size_t variable_count, variable_cap;
};
extern const struct shape import_record_shape;

/*
 * Checks of all sources, as one definition file, to out: a buf of
 * IMPORT_OUTPUT_MAX. False with diags when a source is none of its format, or
 * nothing in all of them makes a check.
 */
bool import_sources(struct buf *out, struct import_record *record,
                    struct arena *a, const struct import_options *options,
                    struct diags *d) MUST_CHECK;

/* Remarks as lines: file:line:column: what: why; what to do. */
void import_text(struct buf *out, const struct import_record *record);

/* The readers' own tables, for docs: ours is NULL where nothing is. */
struct import_construct {
    const char *where, *theirs, *ours, *why, *advice;
};
size_t import_construct_count(enum import_format format);
struct import_construct import_construct(enum import_format format,
                                         size_t index);

#endif
