/*
 * A child process, its output and its end. The child sees the descriptors 0, 1
 * and 2 and no other: its standard output is the pipe, the rest is /dev/null.
 * It leads a process group of its own, and the group ends with it.
 *
 * Its end is its exit, not the end of its output: a process that it leaves
 * behind may keep the pipe open for as long as it lives. One that has called
 * setsid() has left the group and outlives the program.
 */
#ifndef PROBE_PROGRAM_H
#define PROBE_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

struct program {
    pid_t pid;         /* 0: none runs */
    int out;           /* read end of its output; -1: none */
    bool exited;       /* and is not waited for yet */
    int64_t exited_us; /* when that was noticed; monotonic, like the next */
    int64_t closed_us; /* when its output ended */
};

enum program_state {
    PROGRAM_RUNS,
    PROGRAM_ENDED, /* *exit_code is set; what it has said can be read still */
    PROGRAM_LOST   /* how it ended is not known: somebody else waited for it */
};

/* 0, or an errno value that says why it does not run. */
int program_start(struct program *p, char *const word[]) MUST_CHECK;

/* Bytes of its output; 0: it has ended; -1: none now; -2: it cannot be read. */
ssize_t program_read(struct program *p, char *data, size_t size) MUST_CHECK;

/*
 * Looks whether it has exited, without waiting. Output that is still to come
 * is waited for a moment. When it has ended its group is killed, and the exit
 * code is that of the shell: 128 and the signal of one that was killed.
 */
enum program_state program_look(struct program *p, int *exit_code) MUST_CHECK;

/* When to look again, although the pipe says nothing; monotonic. */
int64_t program_next_look_us(const struct program *p);

/* Kills what still runs, and closes the pipe. */
void program_close(struct program *p);

#endif
