/*
 * Replays a corpus through a fuzz target without libFuzzer: each file named,
 * or each file of each folder named, goes to LLVMFuzzerTestOneInput once.
 */
#include <stdint.h>
#include <stdio.h>

#include "base/file.h"

#define INPUT_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool replay(struct arena *a, const char *path)
{
    struct source input;
    struct err e = {.set = false};
    if (!file_read(&input, a, path, INPUT_MAX, &e)) {
        printf("# %s\n", e.text);
        return false;
    }
    LLVMFuzzerTestOneInput((const uint8_t *)input.text.ptr, input.text.len);
    return true;
}

static bool replay_folder(struct arena *a, const char *folder, size_t *count)
{
    static const char *const any[] = {"", NULL};
    struct file_list files;
    struct err e = {.set = false};
    if (!file_list(&files, a, folder, any, &e)) {
        printf("# %s\n", e.text);
        return false;
    }
    *count += files.count;
    for (size_t i = 0; i < files.count; i++)
        if (!replay(a, files.path[i]))
            return false;
    return true;
}

int main(int argc, char **argv)
{
    struct arena a;
    size_t count = 0;
    bool ok = argc > 1;
    arena_init(&a);
    for (int i = 1; i < argc && ok; i++)
        ok = replay_folder(&a, argv[i], &count);
    arena_release(&a);
    ok = ok && count > 0;
    printf("%s - replay %s (%zu inputs)\n", ok ? "ok" : "not ok",
           argc > 1 ? argv[1] : "", count);
    return ok ? 0 : 1;
}
