/*
 * Exports of chats, alerts and deploys, as rows of a timeline. The formats are
 * a table in evidence/events.c; what a file is, its members tell.
 */
#ifndef EVIDENCE_EVENTS_H
#define EVIDENCE_EVENTS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/facts.h"

#define EVENTS_MAX 10000 /* of one file; more are an error */

struct event_list {
    struct fact_event *item; /* in the order of the file */
    size_t count, cap;
    int64_t paged_ms, acknowledged_ms; /* the first; 0: none of them */
};

/* Adds the events of a file. Text is one visible line, and not redacted. */
bool event_export_read(struct event_list *out, struct arena *a,
                       const struct source *json, struct err *e) MUST_CHECK;

/* For docs: the table's rows. */
struct event_format_doc {
    const char *name, *help;
};
size_t event_format_count(void);
struct event_format_doc event_format_at(size_t index);

#endif
