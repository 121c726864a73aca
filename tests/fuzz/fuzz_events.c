/* Any bytes as an export of events: an error says why, a row has a time. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "evidence/events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct event_list all = {.item = NULL};
    struct err e = {.set = false};
    arena_init(&a);
    struct source source = {"events.json",
                            {arena_dup(&a, (const char *)data, size), size}};
    bool ok = event_export_read(&all, &a, &source, &e);
    must(ok != e.set, "an error without a text, or a text without an error");
    must(all.count <= 2 * (size_t)EVENTS_MAX, "more rows than events");
    for (size_t i = 0; i < all.count; i++)
        must(all.item[i].text != NULL && all.item[i].source != NULL,
             "a row without words");
    arena_release(&a);
    return 0;
}
