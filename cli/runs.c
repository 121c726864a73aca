/* A run of a server: what verify does, in a process that is then gone. */
#include "cli/runs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/console.h"
#include "report/report.h"

static const char *expected_build(const struct options *o,
                                  const struct plan *plan,
                                  const struct ask *ask)
{
    if (ask != NULL && ask->expect != NULL)
        return ask->expect;
    return round_version(o, plan);
}

/* What cannot be told is found when the server begins, not when it is asked. */
static bool check_definitions(struct definitions *d, struct err *e)
{
    struct round round = {.asking = &d->asking};
    round.expected = expected_build(d->asking.options, &d->asking.plan, NULL);
    return round_set(&round, &d->asking, false, e) &&
           round_identified(&round, e);
}

struct definitions *definitions_open(const struct options *o, int *code)
{
    struct definitions *d = heap_zeroed(sizeof(*d));
    struct err e = {.set = false};
    arena_init(&d->arena);
    *code = asking_open(&d->asking, &d->arena, o, false);
    if (*code == EXIT_VERIFIED && !check_definitions(d, &e)) {
        console_error(&e);
        *code = EXIT_INVALID;
    }
    if (*code == EXIT_VERIFIED)
        return d;
    definitions_close(d);
    return NULL;
}

void definitions_close(struct definitions *d)
{
    asking_close(&d->asking);
    arena_release(&d->arena);
    free(d);
}

static bool narrow(struct plan *out, struct arena *a, const struct plan *plan,
                   const struct ask *ask, struct err *e)
{
    struct plan_inputs narrower = {.id = ask->id,
                                   .id_count = ask->id_count,
                                   .tag = ask->tag,
                                   .tag_count = ask->tag_count};
    return plan_select(out, a, plan, &narrower) ||
           err_set(e, POS_NONE,
                   "no check has such an id and tag: nothing run is never "
                   "passed");
}

/* The same checks and build are the same run, however they were named. */
static bool write_key(struct buf *key, const struct plan *plan,
                      const char *expected)
{
    struct buf ids;
    buf_init(&ids, (size_t)4 << 20);
    for (size_t i = 0; i < plan->count; i++)
        buf_printf(&ids, "%s\n", plan->check[i].id);
    buf_printf(key, "%s\n", expected == NULL ? "" : expected);
    bool ok = text_sha256(key, buf_view(&ids)) && !ids.full && !key->full;
    buf_release(&ids);
    return ok;
}

bool runs_key(const struct runs *all, const struct ask *ask, struct buf *key,
              struct err *e)
{
    struct definitions *d = all->definitions;
    struct asking narrowed = d->asking;
    struct round round = {.asking = &narrowed};
    struct arena scratch;
    arena_init(&scratch);
    bool ok = narrow(&narrowed.plan, &scratch, &d->asking.plan, ask, e);
    round.expected = expected_build(all->options, &narrowed.plan, ask);
    ok = ok && round_identified(&round, e) &&
         (write_key(key, &narrowed.plan, round.expected) ||
          err_set(e, POS_NONE, "the version asked for is too long"));
    arena_release(&scratch);
    return ok;
}

static bool make_record(struct runs *all, const struct ask *ask,
                        struct record *out, struct err *e)
{
    struct asking *k = &all->definitions->asking;
    struct round round = {.asking = k};
    k->plan.rollout.deadline_ms = all->limit_ms;
    if (!narrow(&k->plan, k->life, &k->plan, ask, e))
        return false;
    round.expected = expected_build(all->options, &k->plan, ask);
    if (!round_set(&round, k, false, e))
        return false;
    round.limited = true;
    const struct result *results = round_ask(&round, e);
    if (results == NULL)
        return false;
    struct verdict_inputs in = round_inputs(&round, results);
    verdict_join(out, k->life, &in, k->redactor);
    return true;
}

static bool send_all(int fd, struct str text)
{
    while (text.len > 0) {
        ssize_t n = write(fd, text.ptr, text.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text = str_sub(text, (size_t)n, text.len);
    }
    return true;
}

static bool run_and_tell(struct runs *all, const struct ask *ask, int fd)
{
    struct err e = {.set = false};
    struct record record;
    struct answer answer;
    struct buf text;
    if (!make_record(all, ask, &record, &e)) {
        console_error(&e);
        return false;
    }
    buf_init(&text, SERVE_RECORD_BYTES_MAX);
    answer_of(&answer, &record);
    shape_write(&text, &answer_shape, &answer);
    buf_char(&text, '\0');
    report_write_record(&text, &record);
    if (text.full)
        console_note("the record of a run is larger than a server keeps");
    return !text.full && send_all(fd, buf_view(&text));
}

static bool open_pipe(int *end, struct err *e)
{
    if (pipe(end) != 0)
        return err_set(e, POS_NONE, "pipe: %s", strerror(errno));
    (void)fcntl(end[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(end[1], F_SETFD, FD_CLOEXEC);
    return true;
}

/* A signal that comes in between would be taken for one to the server. */
static pid_t fork_quietly(void)
{
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t process = fork();
    if (process == 0)
        asking_obey_parent();
    sigprocmask(SIG_SETMASK, &before, NULL);
    return process;
}

bool runs_start(struct runs *all, const struct ask *ask, int *output,
                struct err *e)
{
    int end[2];
    if (!open_pipe(end, e))
        return false;
    fflush(stdout);
    all->process = fork_quietly();
    if (all->process == 0) {
        close(end[0]); /* so that a write fails when the server is gone */
        server_leave(all->server, end[1]);
        _exit(run_and_tell(all, ask, end[1]) ? 0 : EXIT_INCONCLUSIVE);
    }
    close(end[1]);
    *output = end[0];
    if (all->process > 0)
        return true;
    all->process = 0;
    close(end[0]);
    *output = -1;
    return err_set(e, POS_NONE, "fork: %s", strerror(errno));
}

void runs_end(const struct runs *all, int number)
{
    if (all->process > 0)
        kill(all->process, number);
}

void runs_reap(struct runs *all)
{
    if (all->process <= 0)
        return;
    while (waitpid(all->process, NULL, 0) < 0 && errno == EINTR)
        ;
    all->process = 0;
}
