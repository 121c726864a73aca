/* A program and its output, which runs beside libcurl. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "probe/kinds/probe_kind.h"

static void wait_for(struct transfer *t)
{
    int64_t look = process_next_step_us(&t->own.process);
    t->talk.fd = t->own.process.out;
    t->talk.wake_us = look < t->talk.until_us ? look : t->talk.until_us;
}

/* Its time limit is that of the talk, which a pause of the machine moves. */
static int start(struct transfer *t, struct arena *run)
{
    const struct check *c = t->check;
    const char *word[COMMAND_WORDS_MAX + 1] = {NULL};
    for (size_t i = 0; i < c->command_count && i < COMMAND_WORDS_MAX; i++)
        word[i] = c->command[i];
    struct process_variable *own =
        arena_array(run, c->env_count + 1, sizeof(*own));
    for (size_t i = 0; i < c->env_count; i++)
        own[i] = (struct process_variable){c->env[i].name, c->env[i].value};
    return process_start(&t->own.process, run,
                         &(struct process_plan){
                             .argv = word,
                             .environ = process_environ(run, own, c->env_count),
                             .output = &t->body,
                             .kept = true});
}

static enum began begin(struct transfer *t, struct arena *run)
{
    t->opened_us = clock_now_us();
    int rc = start(t, run);
    if (rc == 0) {
        talk_open(t, t->own.process.out);
        wait_for(t);
        return BEGAN_TALK;
    }
    outcome_exec_failed(
        t, rc,
        arena_printf(run, "cannot run %s: %s",
                     text_elide(run, str_from(t->check->command[0]), 100),
                     strerror(rc)));
    return BEGAN_NOTHING;
}

/* What the program has said so far, and whether it has ended. */
static enum talk step(struct transfer *t, struct arena *run)
{
    (void)run;
    enum process_state state = process_step(&t->own.process);
    wait_for(t);
    t->response.exit_code = t->own.process.exit_code;
    if (t->body.full)
        return TALK_TOO_LARGE;
    if (state == PROCESS_RUNS)
        return TALK_GOES_ON;
    return state == PROCESS_ENDED ? TALK_ENDED : TALK_LOST;
}

static void drop(struct transfer *t)
{
    process_close(&t->own.process);
}

static const char *reproduce(struct arena *run, const struct check *c)
{
    (void)run;
    return c->url + strlen("exec: ");
}

const struct probe_kind probe_exec = {.begin = begin,
                                      .step = step,
                                      .end = outcome_of_talk,
                                      .drop = drop,
                                      .reproduce = reproduce,
                                      .reach = REACHES_PROGRAM,
                                      .phase = -1};
