/* Files: bounded reading, sorted listing. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"

static bool fail(struct err *e, const char *doing, const char *path)
{
    return err_set(e, POS_NONE, "cannot %s '%s': %s", doing, path,
                   strerror(errno));
}

/* 0: nothing came in time. A pipe that had no writer yet is no end of it. */
static int wait_for_writer(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int n;
    do
        n = poll(&p, 1, FILE_WRITER_MS);
    while (n < 0 && errno == EINTR);
    return n;
}

static bool no_writer(struct err *e, const char *path)
{
    return err_set(e, POS_NONE,
                   "cannot read '%s': nothing was written to it for %d s", path,
                   FILE_WRITER_MS / 1000);
}

bool file_is_pipe(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

int file_open(const char *path, struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        fail(e, "open", path);
    } else if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        err_set(e, POS_NONE, "'%s' is a folder, expected a file", path);
        close(fd);
        fd = -1;
    }
    return fd;
}

bool file_wait(int fd, const char *path, struct err *e)
{
    if (file_is_pipe(fd) && wait_for_writer(fd) == 0)
        return no_writer(e, path);
    int flags = fcntl(fd, F_GETFL);
    return (flags >= 0 && fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) >= 0) ||
           fail(e, "open", path);
}

static bool read_all(int fd, struct buf *content, const char *path,
                     struct err *e)
{
    char block[65536];
    for (;;) {
        ssize_t n = read(fd, block, sizeof(block));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN) {
            if (wait_for_writer(fd) == 0)
                return no_writer(e, path);
            continue;
        }
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

/* Closes the descriptor. */
static bool read_whole(struct source *out, struct arena *a, int fd,
                       const char *path, struct buf *content, struct err *e)
{
    bool ok = read_all(fd, content, path, e);
    close(fd);
    if (ok)
        *out = (struct source){arena_dup(a, path, strlen(path)),
                               {buf_dup(a, content), content->len}};
    buf_release(content);
    return ok;
}

bool file_read(struct source *out, struct arena *a, const char *path,
               size_t max, struct err *e)
{
    int fd = file_open(path, e);
    if (fd < 0)
        return false;
    if (file_is_pipe(fd) && wait_for_writer(fd) == 0) {
        close(fd);
        return no_writer(e, path);
    }
    struct buf content;
    buf_init(&content, max);
    return read_whole(out, a, fd, path, &content, e);
}

const char *file_folder(struct arena *a, const char *path)
{
    size_t len = strlen(path);
    while (len > 0 && path[len - 1] != '/')
        len--;
    if (len == 0)
        return ".";
    return arena_dup(a, path, len > 1 ? len - 1 : 1);
}

static bool fail_beneath(struct err *e, enum beneath found, const char *folder,
                         const char *path)
{
    switch (found) {
    case BENEATH_OUTSIDE:
        return err_set(e, POS_NONE,
                       "'%.200s' leads out of the folder '%.100s' and is not "
                       "read: put a file in its place, or name the file itself",
                       path, folder);
    case BENEATH_SPECIAL:
        return err_set(e, POS_NONE, "'%.200s' is not a regular file", path);
    case BENEATH_LOST:
        return fail(e, "open", path);
    case BENEATH_FILE:
        break;
    }
    return true;
}

bool file_read_beneath(struct source *out, struct arena *a, const char *folder,
                       const char *path, size_t max, struct err *e)
{
    int fd = -1;
    struct buf content;
    enum beneath found = beneath_open(&fd, folder, path);
    if (found != BENEATH_FILE)
        return fail_beneath(e, found, folder, path);
    buf_init(&content, max);
    return read_whole(out, a, fd, path, &content, e);
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

bool file_read_definition(struct source *out, struct arena *a,
                          const char *folder, const char *path, size_t max,
                          struct err *e)
{
    struct stat st;
    bool regular = stat(path, &st) != 0 || S_ISREG(st.st_mode);
    if (folder == NULL && !regular)
        return file_read(out, a, path, max, e);
    return file_read_beneath(
        out, a, folder == NULL ? file_folder(a, path) : folder, path, max, e);
}

static bool is_link(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

/* Also what links to a pipe or a device would otherwise be left out. */
static bool links_stay(const char *folder, const char *const *suffixes,
                       struct err *e)
{
    bool ok = true;
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return fail(e, "open", folder);
    for (struct dirent *d = readdir(dir); d != NULL && ok; d = readdir(dir)) {
        struct arena scratch;
        if (d->d_name[0] == '.' || !has_suffix(d->d_name, suffixes))
            continue;
        arena_init(&scratch);
        const char *path = arena_printf(&scratch, "%s/%s", folder, d->d_name);
        if (is_link(path) && beneath_find(folder, path) == BENEATH_OUTSIDE)
            ok = fail_beneath(e, BENEATH_OUTSIDE, folder, path);
        arena_release(&scratch);
    }
    closedir(dir);
    return ok;
}

bool file_list_beneath(struct file_list *out, struct arena *a,
                       const char *folder, const char *const *suffixes,
                       struct err *e)
{
    return file_list(out, a, folder, suffixes, e) &&
           links_stay(folder, suffixes, e);
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
