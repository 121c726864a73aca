/*
 * Outputs for machines. Each reads the record alone and writes what its
 * consumer defines, within the consumer's limits; the same record gives the
 * same bytes. Where a limit cuts something off, the output says so. No line
 * of any of them is a command for a CI host (base/inert.h), but annotations,
 * which are commands on purpose.
 *
 * Nothing here fails: what does not fit sets out->full.
 */
#ifndef REPORT_FORMATS_FORMATS_H
#define REPORT_FORMATS_FORMATS_H

#include "base/arena.h"
#include "base/buf.h"
#include "model/record.h"

/* JUnit XML as Jenkins, GitLab and the reporters for GitHub read it. */
void write_junit(struct buf *out, struct arena *a, const struct record *r);

/* Test Anything Protocol, version 14. */
void write_tap(struct buf *out, struct arena *a, const struct record *r);

/* Common Test Report Format. */
void write_ctrf(struct buf *out, struct arena *a, const struct record *r);

/* SARIF 2.1.0: checks at their definitions, findings at their log lines. */
void write_sarif(struct buf *out, struct arena *a, const struct record *r);

/* Prometheus' text format, for the textfile collector of node_exporter. */
void write_prometheus(struct buf *out, struct arena *a, const struct record *r);

/* One line of a Nagios plugin, with performance data. */
void write_nagios(struct buf *out, struct arena *a, const struct record *r);

/* Workflow commands of GitHub Actions, worst first. */
void write_annotations(struct buf *out, struct arena *a,
                       const struct record *r);

/*
 * What there is to say of a result beyond its message, in lines for people:
 * expectations, reasons, steps, addresses, the body. Each line is visible
 * text and ends in LF; as a line of output it still needs inert_lines.
 */
void write_detail(struct buf *out, const struct result *r);

/* How bad a result is: 0 is worst, and those that passed come last. */
int result_badness(const struct result *r);

/* The limits of the consumers, or ours where they have none. */
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

struct writer_limit {
    const char *format, *what;
    size_t value;
    const char *source;
};

size_t writer_limit_count(void);
struct writer_limit writer_limit_at(size_t index);

#endif
