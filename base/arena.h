/*
 * Memory by lifetime: allocate many times, release once.
 *
 * Memory is zeroed and aligned for any type. Running out of memory ends the
 * process (exit 4): every input is bounded before it is stored, so this is a
 * fault of the machine, not of the input.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/attr.h"

struct arena_block;

struct arena {
    struct arena_block *head;
};

void arena_init(struct arena *a);
void arena_release(struct arena *a);

/* What was allocated from `from` lives as long as `into`; from is empty. */
void arena_adopt(struct arena *into, struct arena *from);

void *arena_alloc(struct arena *a, size_t size);

/* count * size bytes; an overflowing product ends the process. */
void *arena_array(struct arena *a, size_t count, size_t size);

/*
 * Room for one more element in a growing array: returns the array, moved if
 * *cap was reached, with *cap doubled. The old array stays valid memory.
 */
void *arena_grow(struct arena *a, void *array, size_t count, size_t *cap,
                 size_t size);

/* A NUL-terminated copy of len bytes. */
char *arena_dup(struct arena *a, const char *ptr, size_t len);

char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* What outlives an arena: zeroed; resized as realloc does. Freed by free. */
void *heap_zeroed(size_t size);
void *heap_resize(void *ptr, size_t size);

/* Says "out of memory" and ends the process with exit 4. */
NORETURN void arena_out_of_memory(void);

#endif
