/*
 * Memory that is not there ends the program, whoever asked for it: exit 4 with
 * a message. Many libraries take a refusal for another error ("not valid
 * YAML", "no such file"), and some crash, so none of them is given one.
 *
 * glibc lets a program have its own malloc, which every library then calls.
 * These take theirs from glibc's heap, so free() and the others stay as they
 * are. Not in builds with sanitizers, which have a malloc of theirs.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/arena.h"

#define EXPORTED __attribute__((visibility("default")))

void *libc_malloc(size_t size) __asm__("__libc_malloc");
void *libc_calloc(size_t n, size_t size) __asm__("__libc_calloc");
void *libc_realloc(void *ptr, size_t size) __asm__("__libc_realloc");
void *libc_memalign(size_t alignment, size_t size) __asm__("__libc_memalign");

static void *checked(void *ptr)
{
    if (ptr == NULL)
        arena_out_of_memory();
    return ptr;
}

EXPORTED void *malloc(size_t size)
{
    return checked(libc_malloc(size));
}

EXPORTED void *calloc(size_t nmemb, size_t size)
{
    return checked(libc_calloc(nmemb, size));
}

/* To a size of 0 it frees, and NULL is right. */
EXPORTED void *realloc(void *ptr, size_t size)
{
    void *moved = libc_realloc(ptr, size);
    if (moved == NULL && (size > 0 || ptr == NULL))
        arena_out_of_memory();
    return moved;
}

EXPORTED void *aligned_alloc(size_t alignment, size_t size)
{
    return checked(libc_memalign(alignment, size));
}

EXPORTED int posix_memalign(void **memptr, size_t alignment, size_t size)
{
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 ||
        alignment == 0)
        return EINVAL;
    *memptr = aligned_alloc(alignment, size);
    return 0;
}
