/*
 * A child process without a shell: what it reads, what it writes, and its end.
 *
 * The child has the descriptors 0, 1 and 2 and no other, default signals and
 * an empty signal mask. It leads a process group of its own, and the group is
 * killed when the process has ended. A descendant that has called setsid() has
 * left the group and survives, unless the process is `kept` (base/keeper.h).
 *
 * The process ends when it exits, not when its output does: a descendant may
 * keep the pipe open for as long as it lives. After the exit, output that is
 * still in the pipes is waited for during PROCESS_DRAIN_US and no longer.
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <poll.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"

#define PROCESS_DRAIN_US INT64_C(100000)
#define PROCESS_EVENTS   3

/*
 * Outputs are bounded by the ceilings of their buffers; what is past that is
 * read and thrown away, and the buffer is `full`. The buffers outlive the
 * process. One buffer may take both outputs.
 */
struct process_plan {
    const char *const *argv;    /* to NULL; argv[0] is looked up in PATH */
    const char *const *environ; /* all that it gets; NULL: what we have */
    struct str input;           /* borrowed until the end; empty: /dev/null */
    struct buf *output;         /* NULL: /dev/null, as for the next one */
    struct buf *errors;         /* its standard error */
    int64_t until_us;           /* monotonic; 0: for as long as it takes */
    bool kept; /* it is not ours: what it leaves behind is killed, and it
                  cannot read our memory */
};

/* NAME=VALUE of a program that is not ours, beside those of the table. */
struct process_variable {
    const char *name, *value;
};

/*
 * The environment of a program that is not ours: what of our own says how
 * programs behave on this machine, and `own`, which wins, the first of a name
 * before others. Nothing in it is a secret unless `own` is.
 */
const char *const *process_environ(struct arena *a,
                                   const struct process_variable *own,
                                   size_t count);

/*
 * Moves our environment to where /proc/PID/environ does not show it, which a
 * program of root's could read else. Once, before anything points into it.
 */
void process_hide_environ(void);

/* The table: names, a last * is any ending. NULL ends it. For the docs. */
extern const char *const process_passed[];

enum process_state {
    PROCESS_RUNS,
    PROCESS_ENDED,     /* exit_code and signal are known */
    PROCESS_TIMED_OUT, /* it was killed */
    PROCESS_CUT,       /* process_run only: too much output; it was killed */
    PROCESS_LOST       /* somebody else has reaped it: its end is unknown */
};

struct process {
    enum process_state state;
    pid_t pid;        /* 0: none runs */
    bool kept;        /* it is the keeper's */
    int in, out, err; /* our ends; -1: closed */
    struct str input; /* what is left of it */
    struct buf *output, *errors;
    int64_t until_us;
    bool exited;                  /* and is not reaped yet */
    int64_t exited_us, closed_us; /* when we noticed; monotonic */
    int exit_code;                /* as a shell has it: 128 + signal */
    int signal;                   /* that killed it; 0: none did */
};

/* 0, or the errno value that says why it does not run. */
int process_start(struct process *p, struct arena *a,
                  const struct process_plan *plan) MUST_CHECK;

/* Writes, reads and looks whether it has ended, without waiting. */
enum process_state process_step(struct process *p);

/* Descriptors whose events are a reason for a step; closed ones are -1. */
void process_events(const struct process *p, struct pollfd fd[PROCESS_EVENTS]);

/* When the next step is due although no descriptor has news; monotonic. */
int64_t process_next_step_us(const struct process *p);

/* Kills what still runs and closes the pipes; may be called again. */
void process_close(struct process *p);

/*
 * From start to end; `output` is given. The process is killed when its output
 * does not fit into that. Returns what process_start does.
 */
int process_run(struct process *p, struct arena *a,
                const struct process_plan *plan) MUST_CHECK;

#endif
