/* A run of a server: what verify does, in a process that is then gone. */
#include "app/server_runs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/interrupt.h"
#include "base/text.h"
#include "report/report.h"

static const char *expected_build(const struct settings *s,
                                  const struct plan *plan,
                                  const struct ask *ask)
{
    if (ask != NULL && ask->expect != NULL)
        return ask->expect;
    return check_run_version(s, plan);
}

/* A build that no check can report is found when the server starts, not when a
   client asks for it. */
static bool check_definitions(struct definitions *d, struct err *e)
{
    struct check_run run = {.probing = &d->probing};
    run.expected = expected_build(d->probing.settings, &d->probing.plan, NULL);
    check_run_set(&run, &d->probing, false);
    return check_run_identified(&run, e);
}

struct definitions *definitions_open(const struct settings *s,
                                     const struct notes *n, int *code)
{
    struct definitions *d = heap_zeroed(sizeof(*d));
    struct err e = {.set = false};
    arena_init(&d->arena);
    *code = probing_open(&d->probing, &d->arena, s, n, false);
    if (*code == EXIT_VERIFIED && !check_definitions(d, &e))
        *code = notes_fail(n, &e, EXIT_INVALID);
    if (*code == EXIT_VERIFIED)
        return d;
    definitions_close(d);
    return NULL;
}

void definitions_close(struct definitions *d)
{
    probing_close(&d->probing);
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
                   "no check has such an id and tag: a run without checks "
                   "cannot pass");
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

bool server_runs_key(const struct server_runs *all, const struct ask *ask,
                     struct buf *key, struct err *e)
{
    struct definitions *d = all->definitions;
    struct probing narrowed = d->probing;
    struct check_run run = {.probing = &narrowed};
    struct arena scratch;
    arena_init(&scratch);
    bool ok = narrow(&narrowed.plan, &scratch, &d->probing.plan, ask, e);
    run.expected = expected_build(all->settings, &narrowed.plan, ask);
    ok = ok && check_run_identified(&run, e) &&
         (write_key(key, &narrowed.plan, run.expected) ||
          err_set(e, POS_NONE, "the version asked for is too long"));
    arena_release(&scratch);
    return ok;
}

static bool make_record(struct server_runs *all, const struct ask *ask,
                        struct record *out, struct err *e)
{
    struct probing *p = &all->definitions->probing;
    struct check_run run = {.probing = p};
    p->plan.rollout.deadline_ms = all->limit_ms;
    if (!narrow(&p->plan, p->life, &p->plan, ask, e))
        return false;
    run.expected = expected_build(all->settings, &p->plan, ask);
    check_run_set(&run, p, false);
    run.limited = true;
    const struct result *results = check_run_probe(&run, e);
    if (results == NULL)
        return false;
    struct verdict_inputs in = check_run_inputs(&run, results);
    verdict_join(out, p->life, &in, p->redactor);
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

static bool run_and_send(struct server_runs *all, const struct ask *ask, int fd)
{
    struct err e = {.set = false};
    struct record record;
    struct answer answer;
    struct buf text;
    if (!make_record(all, ask, &record, &e)) {
        notes_error(all->notes, &e);
        return false;
    }
    buf_init(&text, SERVE_RECORD_BYTES_MAX);
    answer_of(&answer, &record);
    shape_write(&text, &answer_shape, &answer);
    buf_char(&text, '\0');
    report_write_record(&text, &record);
    if (text.full)
        notes_line(all->notes,
                   "the record of a run is larger than a server keeps");
    struct str form = sink_form(
        all->notes->sink, all->definitions->probing.life, buf_view(&text));
    return !text.full && send_all(fd, form);
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
        interrupt_obey_parent();
    sigprocmask(SIG_SETMASK, &before, NULL);
    return process;
}

bool server_runs_start(struct server_runs *all, const struct ask *ask,
                       int *output, struct err *e)
{
    int end[2];
    if (!open_pipe(end, e))
        return false;
    all->process = fork_quietly();
    if (all->process == 0) {
        close(end[0]); /* so that a write fails when the server is gone */
        server_leave(all->server, end[1]);
        all->notes->leave(run_and_send(all, ask, end[1]) ? EXIT_VERIFIED
                                                         : EXIT_INCONCLUSIVE);
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

void server_runs_end(const struct server_runs *all, int number)
{
    if (all->process > 0)
        kill(all->process, number);
}

void server_runs_reap(struct server_runs *all)
{
    if (all->process <= 0)
        return;
    while (waitpid(all->process, NULL, 0) < 0 && errno == EINTR)
        ;
    all->process = 0;
}
