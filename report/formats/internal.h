/* What the writers share. */
#ifndef REPORT_FORMATS_INTERNAL_H
#define REPORT_FORMATS_INTERNAL_H

#include "base/json_write.h"
#include "report/formats/formats.h"

enum outcome {
    OUTCOME_PASSED,
    OUTCOME_FAILED,
    OUTCOME_ERROR,  /* postflight could not tell */
    OUTCOME_SKIPPED /* not run; its message says why */
};

/*
 * The record as tests: one case for each check, and a last one for the
 * deployment, which is red when no check is but the run did not end well. So
 * a consumer that counts red cases comes to what the exit code says.
 */
struct test_case {
    const char *name;  /* unique, the same in each run, one visible line */
    const char *suite; /* file of the definition, visible */
    const char *title;
    const char *message; /* NULL: passed, and there is nothing to say */
    const char *file;    /* of the definition; NULL: not known */
    int64_t line;        /* in it; 0: not known */
    enum outcome outcome;
    const struct result *result; /* NULL: the deployment */
};

struct cases {
    struct test_case *item; /* by suite, then as in the record */
    size_t count;
    size_t of[4]; /* how many of each outcome */
    size_t flaky;
};

void cases_of(struct cases *out, struct arena *a, const struct record *r);

/* "file:line" taken apart; a text without a line is all file. */
struct spot {
    const char *file; /* NULL: none */
    int64_t line;     /* 0: none */
};
struct spot spot_of(struct arena *a, const char *at);

/* Where a result is to be seen: its first expectation that did not hold. */
struct spot spot_of_result(struct arena *a, const struct result *r);

/* The name of a value; "unknown" where a record that was read has none. */
const char *word_of(const struct names *names, int value);

/* The text; "" for NULL, which any text of a record that was read can be. */
const char *said(const char *text);

/* At most max bytes, one visible line without parts that act. */
const char *short_text(struct arena *a, const char *text, size_t max);

/* As short_text, but two texts that differ stay different when cut. */
const char *short_name(struct arena *a, const char *text, size_t max);

/* Verdict, states and reasons of the record as a whole, on one line. */
const char *reasons_text(struct arena *a, const struct record *r);

/* 12.345678: seconds, the same in every locale. */
void add_seconds(struct buf *out, int64_t us);

/* sarif_logs.c */
struct sarif {
    struct json_writer json;
    struct arena *arena;
    const struct record *record;
    size_t left_out; /* results past the limit */
    size_t written;
};

enum sarif_level { SARIF_ERROR, SARIF_WARNING, SARIF_NOTE };

struct sarif_result {
    const char *rule, *message;
    enum sarif_level level;
    struct spot spot;
    const char *fingerprint;
    int64_t count; /* 0: not counted */
};

/* Opens a result and writes what all have; false when the limit is reached. */
bool sarif_begin(struct sarif *s, const struct sarif_result *r);
void sarif_end(struct sarif *s);
void sarif_location(struct json_writer *w, struct spot spot);
const char *sarif_fingerprint(struct arena *a, const char *first,
                              const char *second);
void sarif_rule(struct json_writer *w, const char *id, const char *text,
                const char *help);
void sarif_log_rules(struct sarif *s);
void sarif_log_results(struct sarif *s, enum sarif_level level);

#endif
