/*
 * Preloaded: a clock that jumps. From the Nth reading on, or since /FILE is
 * there, it differs by so many seconds:
 * CLOCK_JUMP="realtime|monotonic|suspended N|/FILE SECONDS". Only what asks by
 * a function of the C library is told so; waits of the kernel take as long as
 * ever. As on a machine, time that the monotonic clock has not seen has passed
 * on the one that goes on in suspension and on the wall, too, but not the other
 * way round. CLOCK_COUNT=FILE gets how often each was read.
 */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

/* Each reading counts for the clock that was asked for; what passes on one,
   passes on those after it. */
enum clock { MONOTONIC, SUSPENDED, REALTIME, CLOCKS };

static const char *const clock_name[CLOCKS] = {"monotonic", "suspended",
                                               "realtime"};
static atomic_ulong readings[CLOCKS];

static void *real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

__attribute__((destructor)) static void report(void)
{
    const char *path = getenv("CLOCK_COUNT");
    FILE *out = path == NULL ? NULL : fopen(path, "w");
    if (out == NULL)
        return;
    for (size_t i = 0; i < CLOCKS; i++)
        fprintf(out, "%s=%lu ", clock_name[i], atomic_load(&readings[i]));
    fclose(out);
}

static bool has_come(const char *when, unsigned long reading)
{
    return when[0] == '/' ? access(when, F_OK) == 0
                          : reading >= strtoul(when, NULL, 10);
}

/* How much a clock is ahead at this reading, in seconds. */
static long ahead(enum clock clock)
{
    const char *text = getenv("CLOCK_JUMP");
    char which[16], when[256];
    long seconds;
    atomic_fetch_add(&readings[clock], 1);
    if (text == NULL ||
        sscanf(text, "%15s %255s %ld", which, when, &seconds) != 3)
        return 0;
    for (size_t i = 0; i <= (size_t)clock; i++)
        if (strcmp(which, clock_name[i]) == 0 &&
            has_come(when, atomic_load(&readings[i])))
            return seconds;
    return 0;
}

static int clock_of(clockid_t id)
{
    switch (id) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        return REALTIME;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
        return MONOTONIC;
    case CLOCK_BOOTTIME:
        return SUSPENDED;
    default:
        return -1;
    }
}

EXPORTED int clock_gettime(clockid_t id, struct timespec *time)
{
    int (*call)(clockid_t, struct timespec *);
    *(void **)&call = real("clock_gettime");
    int rc = call(id, time), clock = clock_of(id);
    if (rc == 0 && clock >= 0)
        time->tv_sec += ahead((enum clock)clock);
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
