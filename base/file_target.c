/* Links and modes of a file that exists. */
#include "base/file_target.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"

#define MAY_WRITE (S_IWUSR | S_IWGRP | S_IWOTH)

const char *file_target(struct arena *a, const char *path)
{
    struct stat st;
    if (lstat(path, &st) != 0 || !S_ISLNK(st.st_mode))
        return path;
    char *target = realpath(path, NULL);
    if (target == NULL)
        return path;
    const char *text = str_dup(a, str_from(target));
    free(target);
    return text;
}

bool file_is_read_only(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
           (st.st_mode & MAY_WRITE) == 0;
}
