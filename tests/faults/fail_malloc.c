/*
 * Preloaded: memory that is not there. Counts what asks for memory (malloc,
 * calloc, realloc and the aligned ones, of the program and of every library,
 * before main, too) and refuses
 *   FAIL_MALLOC_AT=N     the Nth one, from 1
 *   FAIL_MALLOC_EVERY=N  each Nth one
 * FAIL_MALLOC_COUNT=FILE has, after an end by exit(), how many there were. The
 * programs that the process starts are not touched.
 *
 * The program has a malloc of its own (base/memory.c), which is found first and
 * calls __libc_malloc: so both names are here.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

static atomic_ulong count;
static unsigned long fail_at, fail_every;
static char count_file[4096];

static unsigned long number(const char *name)
{
    const char *text = getenv(name);
    return text == NULL ? 0 : strtoul(text, NULL, 10);
}

/* By the first who asks: the libraries start before this one does. */
static void start(void)
{
    const char *file = getenv("FAIL_MALLOC_COUNT");
    fail_at = number("FAIL_MALLOC_AT");
    fail_every = number("FAIL_MALLOC_EVERY");
    if (file != NULL)
        (void)snprintf(count_file, sizeof(count_file), "%s", file);
    (void)unsetenv("LD_PRELOAD");
}

__attribute__((destructor)) static void end(void)
{
    unsigned long total = atomic_load(&count);
    FILE *f = count_file[0] == '\0' ? NULL : fopen(count_file, "w");
    if (f == NULL)
        return;
    (void)fprintf(f, "%lu\n", total);
    (void)fclose(f);
}

static bool refused(void)
{
    unsigned long now = atomic_fetch_add(&count, 1) + 1;
    if (now == 1)
        start();
    if (now != fail_at && (fail_every == 0 || now % fail_every != 0))
        return false;
    errno = ENOMEM;
    return true;
}

static void *real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static void *take(size_t size)
{
    void *(*call)(size_t);
    *(void **)&call = real("__libc_malloc");
    return refused() ? NULL : call(size);
}

static void *take_zeroed(size_t n, size_t size)
{
    void *(*call)(size_t, size_t);
    *(void **)&call = real("__libc_calloc");
    return refused() ? NULL : call(n, size);
}

static void *resize(void *ptr, size_t size)
{
    void *(*call)(void *, size_t);
    *(void **)&call = real("__libc_realloc");
    return refused() ? NULL : call(ptr, size);
}

static void *take_aligned(size_t alignment, size_t size)
{
    void *(*call)(size_t, size_t);
    *(void **)&call = real("__libc_memalign");
    return refused() ? NULL : call(alignment, size);
}

EXPORTED void *malloc(size_t size)
{
    return take(size);
}

EXPORTED void *calloc(size_t n, size_t size)
{
    return take_zeroed(n, size);
}

EXPORTED void *realloc(void *ptr, size_t size)
{
    return resize(ptr, size);
}

EXPORTED void *aligned_alloc(size_t alignment, size_t size)
{
    return take_aligned(alignment, size);
}

EXPORTED int posix_memalign(void **out, size_t alignment, size_t size)
{
    *out = take_aligned(alignment, size);
    return *out == NULL ? ENOMEM : 0;
}

/* The same under the names that the program's own malloc calls. */

void *libc_malloc(size_t size) __asm__("__libc_malloc") EXPORTED;
void *libc_malloc(size_t size)
{
    return take(size);
}

void *libc_calloc(size_t n, size_t size) __asm__("__libc_calloc") EXPORTED;
void *libc_calloc(size_t n, size_t size)
{
    return take_zeroed(n, size);
}

void *libc_realloc(void *ptr, size_t size) __asm__("__libc_realloc") EXPORTED;
void *libc_realloc(void *ptr, size_t size)
{
    return resize(ptr, size);
}

void *libc_memalign(size_t alignment,
                    size_t size) __asm__("__libc_memalign") EXPORTED;
void *libc_memalign(size_t alignment, size_t size)
{
    return take_aligned(alignment, size);
}
