/*
 * An address of a database of any bytes: its parts, or an error that repeats
 * nothing of it but the scheme.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "migrations/state/dsn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t read_part(const char *part)
{
    return part == NULL ? 0 : strlen(part);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct dsn d;
    struct err e = {.set = false};
    arena_init(&a);
    const char *text = arena_dup(&a, (const char *)data, size);
    bool ok = dsn_read(&d, &a, text, &e);
    if (ok == e.set)
        abort();
    size_t sum = read_part(d.host) + read_part(d.port) + read_part(d.user) +
                 read_part(d.password) + read_part(d.database) +
                 read_part(d.file) + read_part(d.schema);
    for (size_t i = 0; i < d.parameter_count; i++)
        sum += read_part(d.parameter[i].name) + read_part(d.parameter[i].value);
    if (ok && d.kind == DSN_SQLITE && read_part(d.file) == 0)
        abort();
    if (sum > 100 * (size + 10))
        abort();
    arena_release(&a);
    return 0;
}
