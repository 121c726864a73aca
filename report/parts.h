/* Small parts that the sections of a document share. */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include <stdint.h>

#include "model/record.h"
#include "report/markdown.h"
#include "report/report.h"

#define ROWS_MAX    1000 /* of one table */
#define DETAILS_MAX 50   /* checks with a section of their own */

const char *part_stamp(struct arena *a, int64_t wall_ms);
const char *part_span(struct arena *a, int64_t us);

/* How it is now: the last record, of one record the record itself. */
const struct record *part_last(const struct report_inputs *in);

/* Several records are told of, or those of a history. */
bool part_is_history(const struct report_inputs *in);

/* Something was probed: it is not the record of logs alone. */
bool part_has_probed(const struct record *r);

/* What failed does so no longer. */
bool part_is_over(const struct report_inputs *in);

/* A time for people: "17:35:00", with its day where that is not the day of
   since_ms ("2026-11-21 17:35:00"). */
const char *part_clock(struct arena *a, int64_t wall_ms, int64_t since_ms);

/* "2026-11-21" */
const char *part_day(struct arena *a, int64_t wall_ms);

/* "Production is down." of "production is down". */
const char *part_sentence(struct arena *a, const char *text);

/* Between two times as they are shown, in whole seconds. */
const char *part_between(struct arena *a, int64_t from_ms, int64_t to_ms);

/* The text; of NULL, which is null in the record, "unknown". */
const char *part_known(const char *text);

/* Two texts that are there and equal. */
bool part_same(const char *left, const char *right);

/* A cell; NULL and 0 are "unknown". */
void part_code_cell(struct markdown *m, const char *text);
void part_time_cell(struct markdown *m, int64_t time_ms);

/* Items of a list, at most ROWS_MAX. */
void part_items(struct markdown *m, const char *const *text, size_t count);

/* Begins a list item with its name in bold; markdown_end ends it. */
void part_field(struct markdown *m, const char *name);

/* The CI run, when there was one, as an item of a list. */
void part_run(struct markdown *m, const struct ci_evidence *ci);

/* A draft of ours that people replace in a document that is kept up to date. */
void part_draft(struct markdown *m, const struct report_inputs *in,
                const char *slot,
                void (*section)(struct markdown *m,
                                const struct report_inputs *in));

/* A heading of the second level; the first of a section in the words of the
   house. */
void part_section(struct markdown *m, const char *title);

/* Has a document this text, and people have ticked it there? */
bool part_is_ticked(const struct facts *f, const char *text);

/* The check of an id; NULL: the record has none. */
const struct result *part_check(const struct record *r, const char *id);

/*
 * An item with a box: with a check it is ticked when the check passes, and
 * never because somebody says so; without one by people. r: of that check.
 */
void part_criterion(struct markdown *m, const struct facts *f,
                    const struct fact_criterion *c, const struct result *r);

/* How much of the error budget it used, where people gave an objective. */
void part_error_budget(struct markdown *m, const struct report_inputs *in);

/* "and N more" after a table that was cut at ROWS_MAX. */
void part_more_rows(struct markdown *m, size_t count);

#endif
