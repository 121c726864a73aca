/*
 * A process between us and a program of somebody's, that ends with all of its
 * descendants.
 *
 * It adopts what the program leaves behind, also what has called setsid(), and
 * kills it when the program ends, when it gets SIGTERM and when we die. Its
 * exit is the program's: the same code, or the same signal.
 *
 * Programs run as the same user. So that none reads our memory or environment
 * (/proc/PID/mem, /proc/PID/environ), which have secrets, this process can be
 * traced by nobody but root from the first one on, and dumps no core.
 */
#ifndef BASE_KEEPER_H
#define BASE_KEEPER_H

#include <sys/types.h>

#include "base/attr.h"

#define KEEPER_KILL_MS 2000 /* for what cannot be killed, it gives up then */

struct keeper_plan {
    char *const *argv; /* argv[0] is looked up in PATH */
    char *const *environ;
    const int *ends; /* the program's descriptors 0 to 2; -1: /dev/null */
    int joined;      /* its errors go where its output does */
};

/* 0, or the errno value that says why it does not run. */
int keeper_start(pid_t *pid, const struct keeper_plan *plan) MUST_CHECK;

/* Ends it, if it runs still, and returns its status as waitpid() has it. */
int keeper_end(pid_t pid);

#endif
