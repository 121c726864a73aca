/*
 * A program that gets the payload on its standard input, within a time. What
 * it left running when it ends is ended, too.
 */
#include <string.h>

#include "model/check.h"
#include "watch/notify/sending.h"

/* What the definition says, and what the message is. */
static const char *const *variables(struct lane *l)
{
    const struct notice_row *n = l->notice;
    const struct receiver *to = l->to;
    struct process_variable *own =
        arena_array(&l->arena, to->env_count + 3, sizeof(*own));
    size_t count = 0;
    own[count++] = (struct process_variable){"POSTFLIGHT_KEY", n->key};
    own[count++] = (struct process_variable){
        "POSTFLIGHT_TRANSITION",
        n->transition < 0 ? "test" : name_of(&transition_names, n->transition)};
    own[count++] = (struct process_variable){
        "POSTFLIGHT_INCIDENT", n->incident == NULL ? "" : n->incident};
    for (size_t i = 0; i < to->env_count; i++)
        own[count++] =
            (struct process_variable){to->env[i].name, to->env[i].value};
    return process_environ(&l->arena, own, count);
}

static bool command_start(struct attempt *failed, struct lane *l)
{
    size_t count = l->to->command_count;
    const char **word = arena_array(&l->arena, count + 1, sizeof(*word));
    for (size_t i = 0; i < count; i++)
        word[i] = l->to->command[i];
    int rc = process_start(&l->process, &l->arena,
                           &(struct process_plan){.argv = word,
                                                  .environ = variables(l),
                                                  .input = l->message,
                                                  .output = &l->answer,
                                                  .errors = &l->answer,
                                                  .until_us = l->until_us,
                                                  .kept = true});
    if (rc == 0)
        return true;
    failed->outcome = OUTCOME_AGAIN;
    failed->error =
        sending_error(l, "it does not start", str_from(strerror(rc)));
    return false;
}

static const char *explain(struct lane *l)
{
    const struct process *p = &l->process;
    if (p->state == PROCESS_TIMED_OUT)
        return "it did not end in time";
    if (p->state == PROCESS_LOST)
        return "its exit code was lost";
    return p->signal > 0
               ? arena_printf(&l->arena, "ended by signal %d", p->signal)
               : arena_printf(&l->arena, "exit code %d", p->exit_code);
}

static bool command_step(struct attempt *out, struct lane *l)
{
    enum process_state state = process_step(&l->process);
    if (state == PROCESS_RUNS)
        return false;
    if (state == PROCESS_ENDED && l->process.exit_code == 0) {
        out->outcome = OUTCOME_ACCEPTED;
        return true;
    }
    out->outcome = OUTCOME_AGAIN;
    out->error = sending_error(l, explain(l), buf_view(&l->answer));
    return true;
}

static const char *command_accepted(struct lane *l)
{
    (void)l;
    return "exit code 0";
}

const struct channel command_channel = {.name = "command",
                                        .title = "command",
                                        .payload = json_payload,
                                        .start = command_start,
                                        .step = command_step,
                                        .accepted = command_accepted};
