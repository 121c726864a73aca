/*
 * An --env-file of any bytes: an error with its line, or variables, each with a
 * name and its value as the file has it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/variables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const struct plan_inputs *in, struct str file)
{
    for (size_t i = 0; i < in->variable_count; i++) {
        struct str name = str_from(in->variable[i].name);
        struct str value = str_from(in->variable[i].value);
        if (name.len == 0 || str_find(name, STR("="), 0) < name.len ||
            str_find(name, STR("\n"), 0) < name.len)
            abort();
        if (str_find(value, STR("\n"), 0) < value.len ||
            (value.len > 0 && str_find(file, value, 0) == file.len))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    struct arena a;
    struct err e = {.set = false};
    struct plan_inputs in = {.variable_count = 0};
    struct settings s = {.env_files.count = 0};
    if (fd < 0)
        fd = memfd_create("env", 0);
    if (fd < 0 || ftruncate(fd, 0) != 0 ||
        pwrite(fd, data, size, 0) != (ssize_t)size)
        return 0;
    arena_init(&a);
    const char *path = arena_printf(&a, "/proc/self/fd/%d", fd);
    const char *files[] = {path};
    s.env_files.item = files;
    s.env_files.count = 1;
    struct str file = {arena_dup(&a, (const char *)data, size), size};
    bool ok = variables_read(&a, &s, &in, &e);
    if (ok == e.set)
        abort();
    if (ok)
        judge(&in, file);
    arena_release(&a);
    return 0;
}
