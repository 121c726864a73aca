/*
 * Preloaded: a clock that jumps. From the Nth reading on, it differs by so many
 * seconds: CLOCK_JUMP="realtime|monotonic N SECONDS". Only what asks by a
 * function of the C library is told so; waits of the kernel take as long as
 * ever.
 */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#define EXPORTED __attribute__((visibility("default")))

static atomic_ulong readings;

static void *real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

/* How much a clock of that name is ahead at this reading, in seconds. */
static long ahead(const char *name)
{
    const char *text = getenv("CLOCK_JUMP");
    char which[16];
    unsigned long from;
    long seconds;
    if (text == NULL ||
        sscanf(text, "%15s %lu %ld", which, &from, &seconds) != 3 ||
        strcmp(which, name) != 0)
        return 0;
    return atomic_fetch_add(&readings, 1) + 1 >= from ? seconds : 0;
}

EXPORTED int clock_gettime(clockid_t clock, struct timespec *time)
{
    int (*call)(clockid_t, struct timespec *);
    *(void **)&call = real("clock_gettime");
    int rc = call(clock, time);
    if (rc == 0 && clock == CLOCK_REALTIME)
        time->tv_sec += ahead("realtime");
    else if (rc == 0 && clock == CLOCK_MONOTONIC)
        time->tv_sec += ahead("monotonic");
    return rc;
}

EXPORTED int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    (void)zone;
    struct timespec time;
    if (clock_gettime(CLOCK_REALTIME, &time) != 0)
        return -1;
    now->tv_sec = time.tv_sec;
    now->tv_usec = time.tv_nsec / 1000;
    return 0;
}

EXPORTED time_t time(time_t *out)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}
