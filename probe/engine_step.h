/* One transfer from state to state: shared by the files of the engine only. */
#ifndef PROBE_ENGINE_STEP_H
#define PROBE_ENGINE_STEP_H

#include "probe/queue.h"
#include "probe/run.h"

struct engine {
    struct run *run;
    const struct probe_options *probe; /* of this pass */
    struct arena *arena;
    CURLM *multi;
    struct pace *pace;
    int64_t active;
    int64_t width, most; /* slots that are used so far; that there are */
    int64_t finished_us; /* when the last transfer did, or width grew */
    size_t left;
    struct transfer **delayed; /* in no order */
    size_t delayed_count;
    bool hurries;              /* nothing is asked again */
    int64_t first_due_us;      /* of them; 0: none */
    int64_t next_start_us;     /* when the rate allows the next one */
    int64_t told_us;           /* when progress was */
    struct transfer **talking; /* beside libcurl, in no order */
    size_t talking_count;
    struct curl_waitfd *waited;
};

/* The one place where a transfer changes its state. */
void engine_set_state(struct engine *g, struct transfer *t,
                      enum transfer_state state);

/* It was taken from the queue: its first attempt, or the one that is due. */
void engine_start(struct engine *g, struct transfer *t);

/* What it asks next is opened: a handle in the loop, or a talk beside it. */
void engine_open(struct engine *g, struct transfer *t);
void engine_begin_talk(struct engine *g, struct transfer *t);

/* The handle is out of the loop: what is next? */
void engine_go_on(struct engine *g, struct transfer *t);

/* It is not asked again, but what comes after it may be. */
void engine_end_asking(struct engine *g, struct transfer *t);

/* The one exit of a transfer, and of those that it blocks. */
void engine_finish(struct engine *g, struct transfer *t);

/*
 * It does not wait for TCP to try again, seconds later: it begins again, alone.
 * The attempt got no response, so nothing of it counts.
 */
void engine_preempt(struct engine *g, struct transfer *t);

#endif
