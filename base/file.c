/* Files: bounded reading, sorted listing. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(struct err *e, const char *doing, const char *path)
{
    return err_set(e, POS_NONE, "cannot %s '%s': %s", doing, path,
                   strerror(errno));
}

static bool read_all(int fd, struct buf *content, const char *path,
                     struct err *e)
{
    char block[65536];
    for (;;) {
        ssize_t n = read(fd, block, sizeof(block));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(e, "read", path);
        if (n == 0)
            return true;
        buf_add(content, block, (size_t)n);
        if (content->full)
            return err_set(e, POS_NONE, "'%s' is larger than %zu bytes", path,
                           content->max);
    }
}

bool file_read(struct source *out, struct arena *a, const char *path,
               size_t max, struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail(e, "open", path);
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        close(fd);
        return err_set(e, POS_NONE, "'%s' is a folder, expected a file", path);
    }
    struct buf content;
    buf_init(&content, max);
    bool ok = read_all(fd, &content, path, e);
    close(fd);
    if (ok) {
        out->name = arena_dup(a, path, strlen(path));
        out->text = (struct str){buf_dup(a, &content), content.len};
    }
    buf_release(&content);
    return ok;
}

static bool has_suffix(const char *name, const char *const *suffixes)
{
    for (; *suffixes != NULL; suffixes++)
        if (str_ends(str_from(name), str_from(*suffixes)))
            return true;
    return false;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_regular(const char *path)
{
    struct stat st;
    return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

bool file_list(struct file_list *out, struct arena *a, const char *folder,
               const char *const *suffixes, struct err *e)
{
    size_t cap = 0;
    *out = (struct file_list){NULL, 0};
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return fail(e, "open", folder);
    for (struct dirent *d = readdir(dir); d != NULL; d = readdir(dir)) {
        if (d->d_name[0] == '.' || !has_suffix(d->d_name, suffixes))
            continue;
        char *path = arena_printf(a, "%s/%s", folder, d->d_name);
        if (!is_regular(path))
            continue;
        out->path =
            arena_grow(a, out->path, out->count, &cap, sizeof(*out->path));
        out->path[out->count++] = path;
    }
    closedir(dir);
    if (out->count > 1)
        qsort(out->path, out->count, sizeof(*out->path), compare_paths);
    return true;
}

struct walk {
    struct file_list *out;
    struct arena *arena;
    const char *const *suffixes;
    struct err *err;
    size_t cap;
};

static bool walk_folder(struct walk *w, const char *folder, unsigned depth);

static bool walk_entry(struct walk *w, const char *path, unsigned depth)
{
    struct stat st;
    struct file_list *out = w->out;
    if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return walk_folder(w, path, depth + 1);
    if (!has_suffix(path, w->suffixes) || !is_regular(path))
        return true;
    if (out->count == FILE_WALK_MAX)
        return err_set(w->err, POS_NONE,
                       "there are more than %d files in these folders: name "
                       "some of them",
                       FILE_WALK_MAX);
    out->path = arena_grow(w->arena, out->path, out->count, &w->cap,
                           sizeof(*out->path));
    out->path[out->count++] = path;
    return true;
}

static bool walk_folder(struct walk *w, const char *folder, unsigned depth)
{
    bool ok = true;
    if (depth > FILE_WALK_DEPTH)
        return err_set(w->err, POS_NONE,
                       "'%s' is more than %d folders deep: name it itself",
                       folder, FILE_WALK_DEPTH);
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return fail(w->err, "open", folder);
    for (struct dirent *d = readdir(dir); d != NULL && ok; d = readdir(dir))
        if (d->d_name[0] != '.')
            ok = walk_entry(
                w, arena_printf(w->arena, "%s/%s", folder, d->d_name), depth);
    closedir(dir);
    return ok;
}

bool file_walk(struct file_list *out, struct arena *a, const char *folder,
               const char *const *suffixes, struct err *e)
{
    struct walk w = {out, a, suffixes, e, 0};
    *out = (struct file_list){NULL, 0};
    if (!walk_folder(&w, folder, 0))
        return false;
    if (out->count > 1)
        qsort(out->path, out->count, sizeof(*out->path), compare_paths);
    return true;
}

bool file_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool file_is_regular(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}
