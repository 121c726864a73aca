/*
 * Outputs for machines. Each reads the record alone and writes what its
 * consumer defines, within the consumer's limits; the same record gives the
 * same bytes. Where a limit cuts something off, the output says so. No line
 * of any of them is a command for a CI host (redact/inert.h), but annotations,
 * which are commands on purpose.
 *
 * Nothing here fails: what does not fit sets out->full.
 */
#ifndef REPORT_FORMATS_FORMATS_H
#define REPORT_FORMATS_FORMATS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/record.h"

struct report_templates;
struct report_inputs;

/* What is cut, where, and whose limit it is. */
struct format_limit {
    const char *what; /* NULL: the end of a list */
    size_t value;
    const char *source;
};

/* A list of limits that ends itself. */
#define LIMITS(...)                                                            \
    (const struct format_limit[])                                              \
    {                                                                          \
        __VA_ARGS__,                                                           \
        {                                                                      \
            NULL, 0, NULL                                                      \
        }                                                                      \
    }

/*
 * A format of output is one file with its writer and this row. Either
 * `record` writes it from the record alone, or `document` from templates;
 * out->max is the room that there is. Options, completion, help, messages
 * and docs read the rows.
 */
struct report_format {
    const char *name, *suffix, *help;
    const char *escapes; /* what is written in another way, for docs */
    const struct format_limit *limits; /* LIMITS(...); NULL: none */
    void (*record)(struct buf *out, struct arena *a, const struct record *r);
    bool (*document)(struct buf *out, struct arena *a,
                     const struct report_templates *templates,
                     const struct report_inputs *in, struct err *e);
    bool in_log; /* its lines belong in the log of a CI run */
    bool shared; /* another user reads it, and no body is in it */
};

/* Every format, in the order of help and docs; `json` is the record. */
#define REPORT_FORMATS(ROW)                                                    \
    ROW(json)                                                                  \
    ROW(markdown)                                                              \
    ROW(html)                                                                  \
    ROW(junit)                                                                 \
    ROW(tap)                                                                   \
    ROW(ctrf)                                                                  \
    ROW(sarif)                                                                 \
    ROW(prometheus)                                                            \
    ROW(nagios)                                                                \
    ROW(github)                                                                \
    ROW(github_summary)

#define REPORT_FORMAT_ROW(id) extern const struct report_format id##_format;
REPORT_FORMATS(REPORT_FORMAT_ROW)
#undef REPORT_FORMAT_ROW

/*
 * What there is to say of a result beyond its message, in lines for people:
 * expectations, reasons, steps, addresses, the body. Each line is visible
 * text and ends in LF; as a line of output it still needs inert_lines.
 */
void write_detail(struct buf *out, const struct result *r);

/* How bad a result is: 0 is worst, and those that passed come last. */
int result_badness(const struct result *r);

/* The limits of the consumers, or ours where they have none; rows name them. */
#define CASE_NAME_MAX     ((size_t)200)
#define CASE_MESSAGE_MAX  ((size_t)1000)
#define DETAIL_MAX        ((size_t)16000)
#define JUNIT_BYTES_MAX   ((size_t)30 * 1000 * 1000)
#define TAP_VALUE_MAX     ((size_t)500)
#define SARIF_RESULTS_MAX ((size_t)5000)
#define LABEL_MAX         ((size_t)128)
#define NAGIOS_LINE_MAX   ((size_t)4096)
#define ANNOTATIONS_MAX   ((size_t)10)
#define ANNOTATION_MAX    ((size_t)4096)
#define SUMMARY_BYTES_MAX ((size_t)1 << 20)

/* Limits that several formats have in common. */
#define LIMIT_CASE_NAME                                                        \
    {                                                                          \
        "bytes of a case's name", CASE_NAME_MAX, "ours"                        \
    }
#define LIMIT_MESSAGE                                                          \
    {                                                                          \
        "bytes of a message", CASE_MESSAGE_MAX, "ours"                         \
    }
#define LIMIT_DETAIL                                                           \
    {                                                                          \
        "bytes of the details of a case", DETAIL_MAX,                          \
            "ours; Jenkins keeps 50,000"                                       \
    }

#endif
