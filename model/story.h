/*
 * What the records of one incident amount to, in order of time: an incident
 * is a history, and a claim may use only what was observed in the time that
 * it is about. verdict/story.c composes it; documents are written from it.
 */
#ifndef MODEL_STORY_H
#define MODEL_STORY_H

#include "model/facts.h"
#include "model/record.h"

/* What one record found of one check, for pictures. */
struct judged {
    int64_t time_ms;
    const char *check, *title;
    int status; /* enum status */
};

struct story {
    /*
     * Of the time of the failure: the worst record, with each check that
     * failed in another one as it was there, the logs of all that failed, all
     * episodes and one timeline. Without a failure: the last record.
     */
    struct record told;
    const struct record *last; /* how it is now */
    bool history;              /* several records, or one of a history */
    bool over;                 /* checks failed, and none does any more */
    int64_t good_ms; /* the last time that all passed before the first failure,
                        in several records; 0: no record shows it */
    int64_t known_ms[INCIDENT_STAMPS]; /* what a history observed; 0: nothing */
    struct judged *judged;             /* in order of time */
    size_t judged_count;
};

#endif
