/* Arena blocks, chained, freed together: a small one, then larger ones. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_SIZE ((size_t)4 * 1024)
#define BLOCK_SIZE ((size_t)64 * 1024)
#define ALIGNMENT  (_Alignof(max_align_t))

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    max_align_t data[];
};

void arena_out_of_memory(void)
{
    static const char text[] = "postflight: out of memory\n";
    ssize_t n = write(STDERR_FILENO, text, sizeof(text) - 1);
    (void)n;
    _exit(4);
}

void *heap_zeroed(size_t size)
{
    void *ptr = calloc(1, size);
    if (ptr == NULL)
        arena_out_of_memory();
    return ptr;
}

void *heap_resize(void *ptr, size_t size)
{
    void *moved = realloc(ptr, size);
    if (moved == NULL)
        arena_out_of_memory();
    return moved;
}

void arena_init(struct arena *a)
{
    a->head = NULL;
}

void arena_release(struct arena *a)
{
    while (a->head != NULL) {
        struct arena_block *next = a->head->next;
        free(a->head);
        a->head = next;
    }
}

void arena_adopt(struct arena *into, struct arena *from)
{
    struct arena_block *last = from->head;
    if (last == NULL)
        return;
    while (last->next != NULL)
        last = last->next;
    if (into->head == NULL) {
        into->head = from->head;
    } else { /* the block that has room stays the first */
        last->next = into->head->next;
        into->head->next = from->head;
    }
    from->head = NULL;
}

static struct arena_block *block_new(size_t need, bool first)
{
    size_t size = first ? FIRST_SIZE : BLOCK_SIZE;
    if (need > size)
        size = need;
    struct arena_block *b = calloc(1, sizeof(*b) + size);
    if (b == NULL)
        arena_out_of_memory();
    b->size = size;
    return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 2)
        arena_out_of_memory();
    size_t need = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (need == 0)
        need = ALIGNMENT;
    if (a->head == NULL || a->head->size - a->head->used < need) {
        struct arena_block *b = block_new(need, a->head == NULL);
        b->next = a->head;
        a->head = b;
    }
    char *ptr = (char *)a->head->data + a->head->used;
    a->head->used += need;
    return ptr;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        arena_out_of_memory();
    return arena_alloc(a, count * size);
}

void *arena_grow(struct arena *a, void *array, size_t count, size_t *cap,
                 size_t size)
{
    if (count < *cap)
        return array;
    size_t wider = *cap == 0 ? 8 : *cap * 2;
    void *moved = arena_array(a, wider, size);
    if (count > 0)
        memcpy(moved, array, count * size);
    *cap = wider;
    return moved;
}

char *arena_dup(struct arena *a, const char *ptr, size_t len)
{
    char *copy = arena_alloc(a, len + 1);
    if (len > 0)
        memcpy(copy, ptr, len);
    copy[len] = '\0';
    return copy;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0)
        arena_out_of_memory();
    char *text = arena_alloc(a, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, fmt, again);
    va_end(again);
    return text;
}
