/* The built-in catalogue for tests of scan/: open_all, close_all, struct
 * fixture. */
#ifndef TESTS_UNIT_CATALOGUE_WORLD_H
#define TESTS_UNIT_CATALOGUE_WORLD_H

#include "scan/scan.h"
#include "tests/unit/testing.h"

struct fixture {
    struct arena arena;
    struct catalogue catalogue;
};

static int open_all(void **state)
{
    static struct fixture f;
    struct diags d;
    arena_init(&f.arena);
    diags_init(&d, &f.arena);
    *state = &f;
    return catalogue_open(&f.catalogue, &f.arena, NULL, &d) ? 0 : -1;
}

static int close_all(void **state)
{
    struct fixture *f = *state;
    arena_release(&f->arena);
    return 0;
}

#endif
