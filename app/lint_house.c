/* Finds the .postflight-lint.yaml of a document. */
#include "app/lint_house.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define HOUSE_BYTES ((size_t)256 << 10)
#define FOLDERS_MAX 64

/* The folder of the document, absolute; NULL: it cannot be found. */
static char *folder_of(struct arena *a, const char *document)
{
    char *real = realpath(file_folder(a, document), NULL);
    char *kept = real == NULL ? NULL : arena_dup(a, real, strlen(real));
    free(real);
    return kept;
}

/* As people name it: from where they are. */
static const char *shown(struct arena *a, const char *path)
{
    char *here = realpath(".", NULL);
    size_t n = here == NULL ? 0 : strlen(here);
    bool below = n > 1 && strncmp(path, here, n) == 0 && path[n] == '/';
    const char *name = below ? str_dup(a, str_from(path + n + 1)) : path;
    free(here);
    return name;
}

/* The nearest file, in the folder or one above it; NULL: not found. */
static const char *nearest(struct arena *a, char *folder)
{
    for (int i = 0; i < FOLDERS_MAX; i++) {
        const char *base = strcmp(folder, "/") == 0 ? "" : folder;
        const char *path = arena_printf(a, "%s/" LINT_HOUSE_FILE, base);
        if (file_is_regular(path))
            return shown(a, path);
        char *slash = strrchr(folder, '/');
        if (slash == NULL || folder[1] == '\0' ||
            file_is_folder(arena_printf(a, "%s/.git", base)))
            return NULL;
        slash[slash == folder ? 1 : 0] = '\0';
    }
    return NULL;
}

bool lint_house_of(const struct house **out, struct house_list *read,
                   struct arena *a, const char *document, struct diags *d)
{
    struct source *source = arena_alloc(a, sizeof(*source));
    struct err e = {.set = false};
    char *folder = folder_of(a, document);
    const char *path = folder == NULL ? NULL : nearest(a, folder);
    *out = NULL;
    for (size_t i = 0; path != NULL && i < read->count; i++)
        if (strcmp(house_path(read->house[i]), path) == 0)
            *out = read->house[i];
    if (path == NULL || *out != NULL)
        return true;
    if (!file_read(source, a, path, HOUSE_BYTES, &e)) {
        diags_add_err(d, &e);
        return false;
    }
    struct house *house = house_open(a, source, d);
    if (house == NULL)
        return false;
    read->house = arena_grow(a, read->house, read->count, &read->cap,
                             sizeof(*read->house));
    read->house[read->count++] = house;
    *out = house;
    return true;
}
