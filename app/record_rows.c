/* What the history keeps of a record. */
#include "app/record_rows.h"

static struct run_row run_of(const struct record *r)
{
    struct run_row run = {
        .started_ms = r->started_ms,
        .finished_ms = r->finished_ms,
        .verdict = r->verdict,
        .production = r->production.state,
        .state = r->deployment.state,
        .expected = r->deployment.expected,
        .exit = r->exit,
        .passed = r->production.passed,
        .total = r->production.total,
    };
    for (size_t i = 0; i < r->result_count && run.commit == NULL; i++)
        run.commit = r->result[i].identity;
    return run;
}

struct result_row *record_rows(struct run_row *out, struct arena *a,
                               const struct record *r)
{
    struct result_row *row = arena_array(a, r->result_count + 1, sizeof(*row));
    *out = run_of(r);
    for (size_t i = 0; i < r->result_count; i++) {
        const struct result *from = &r->result[i];
        row[i] = (struct result_row){
            .started_ms = r->started_ms,
            .check = from->id,
            .title = from->title,
            .status = from->status,
            .severity = from->severity,
            .cause = from->cause,
            .flaky = from->flaky,
            .duration_us = from->duration_us,
            .identity = from->identity,
            .message = from->message,
        };
    }
    return row;
}
