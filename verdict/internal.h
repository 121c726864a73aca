/* The steps of verdict_join, in their order. */
#ifndef VERDICT_INTERNAL_H
#define VERDICT_INTERNAL_H

#include "verdict/verdict.h"

struct joining {
    struct arena *arena;
    const struct verdict_inputs *in;
    struct record *record;
    size_t reason_cap, event_cap;
    bool asks_build; /* one of its checks can tell the build */
};

/* reasons.c */
void add_reason(struct joining *j, const char *text);

/* Checks, by what they told; answers, of all of them. */
struct tally {
    size_t asked, answered, expected, settled;
    bool ours, other; /* seen at the end */
    int64_t answers, answers_expected;
};

/* answers.c */
struct tally observe_answers(struct joining *j);

/* decide.c */
void decide_production(struct joining *j);
void decide_deployment(struct joining *j);
void decide_verdict(struct joining *j);

/* timeline.c */
void make_services(struct joining *j);
void make_timeline(struct joining *j);

/* redact_record.c: every text of a struct, found through its shape */
void redact_shape(void *object, const struct shape *shape, struct arena *a,
                  struct redactor *r);

#endif
