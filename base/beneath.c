/* The walk from a folder to a file of it, links resolved by us. */
#include "base/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

struct walk {
    const char *root; /* without links; "" for the root folder */
    int folder[BENEATH_DEPTH_MAX + 1]; /* from the root to where we are */
    size_t depth;
    char rest[BENEATH_BYTES_MAX]; /* of the path, still to be walked */
    unsigned links;
    bool opens; /* the file is wanted, and not just its place */
    int fd;
};

static enum beneath lost(int error)
{
    errno = error;
    return BENEATH_LOST;
}

/* What of an absolute path is behind the root; NULL: it is elsewhere. */
static const char *behind(const char *root, const char *path)
{
    size_t n = strlen(root);
    if (strncmp(path, root, n) != 0 || (path[n] != '/' && path[n] != '\0'))
        return NULL;
    return path + n;
}

/* Back to `depth` folders. */
static void leave(struct walk *w, size_t depth)
{
    while (w->depth > depth)
        close(w->folder[--w->depth]);
}

/* The target of a link comes before the rest; where it is absolute, the walk
   begins again at the root. */
static enum beneath follow(struct walk *w, int link)
{
    char target[BENEATH_BYTES_MAX], joined[BENEATH_BYTES_MAX];
    ssize_t n = readlinkat(link, "", target, sizeof(target) - 1);
    if (n < 0)
        return lost(errno);
    target[n] = '\0';
    if (++w->links > BENEATH_LINKS_MAX)
        return lost(ELOOP);
    const char *inside = target;
    char *real = NULL;
    if (target[0] == '/') {
        inside = behind(w->root, target);
        if (inside == NULL && (real = realpath(target, NULL)) != NULL)
            inside = behind(w->root, real);
        leave(w, 1);
    }
    enum beneath found = BENEATH_FILE;
    int length = inside == NULL ? 0
                                : snprintf(joined, sizeof(joined), "%s/%s",
                                           inside, w->rest);
    if (inside == NULL)
        found = BENEATH_OUTSIDE;
    else if (length < 0 || (size_t)length >= sizeof(joined))
        found = lost(ENAMETOOLONG);
    else
        memcpy(w->rest, joined, (size_t)length + 1);
    free(real);
    return found;
}

static enum beneath enter(struct walk *w, int folder)
{
    if (w->depth > BENEATH_DEPTH_MAX) {
        close(folder);
        return lost(ENAMETOOLONG);
    }
    w->folder[w->depth++] = folder;
    return w->rest[0] == '\0' ? BENEATH_SPECIAL : BENEATH_FILE;
}

/* By its name once more, since a descriptor of a place cannot be read; it must
   be the same file. */
static enum beneath take(struct walk *w, const char *name,
                         const struct stat *seen)
{
    struct stat now;
    int fd = openat(w->folder[w->depth - 1], name,
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return lost(errno);
    if (fstat(fd, &now) != 0 || now.st_dev != seen->st_dev ||
        now.st_ino != seen->st_ino || !S_ISREG(now.st_mode)) {
        close(fd);
        return lost(ESTALE);
    }
    w->fd = fd;
    return BENEATH_FILE;
}

/* One part of the path; BENEATH_FILE with a rest: go on. */
static enum beneath step(struct walk *w, const char *name)
{
    struct stat st;
    if (strcmp(name, "..") == 0) {
        if (w->depth == 1)
            return BENEATH_OUTSIDE;
        leave(w, w->depth - 1);
        return w->rest[0] == '\0' ? BENEATH_SPECIAL : BENEATH_FILE;
    }
    int at =
        openat(w->folder[w->depth - 1], name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (at < 0)
        return lost(errno);
    if (fstat(at, &st) != 0) {
        int error = errno;
        close(at);
        return lost(error);
    }
    if (S_ISDIR(st.st_mode))
        return enter(w, at);
    enum beneath found = S_ISLNK(st.st_mode)    ? follow(w, at)
                         : w->rest[0] != '\0'   ? lost(ENOTDIR)
                         : !S_ISREG(st.st_mode) ? BENEATH_SPECIAL
                         : w->opens             ? take(w, name, &st)
                                                : BENEATH_FILE;
    int error = errno;
    close(at);
    errno = error;
    return found;
}

/* The next part of the rest; "" where only "/" and "." are left. */
static bool cut(struct walk *w, char name[NAME_MAX + 1])
{
    do {
        const char *from = w->rest + strspn(w->rest, "/");
        size_t len = strcspn(from, "/");
        if (len > NAME_MAX)
            return false;
        memcpy(name, from, len);
        name[len] = '\0';
        from += len;
        from += strspn(from, "/");
        memmove(w->rest, from, strlen(from) + 1);
    } while (strcmp(name, ".") == 0 && w->rest[0] != '\0');
    return true;
}

static enum beneath walk(struct walk *w)
{
    enum beneath found = BENEATH_FILE;
    bool more = true;
    w->folder[0] = open(w->root[0] == '\0' ? "/" : w->root,
                        O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (w->folder[0] < 0)
        return lost(errno);
    w->depth = 1;
    while (found == BENEATH_FILE && more) {
        char name[NAME_MAX + 1];
        unsigned links = w->links;
        if (!cut(w, name))
            found = lost(ENAMETOOLONG);
        else if (name[0] == '\0' || strcmp(name, ".") == 0)
            found = BENEATH_SPECIAL; /* the folder itself */
        else
            found = step(w, name);
        more = w->rest[0] != '\0' || w->links > links;
    }
    int error = errno;
    leave(w, 0);
    errno = error;
    return found;
}

/* The path as one from the folder on; NULL: it is not beneath it. */
static const char *relative(const char *folder, const char *root,
                            const char *path, char **real)
{
    const char *inside = behind(folder, path);
    if (inside == NULL && path[0] != '/' && strcmp(folder, ".") == 0)
        inside = path;
    if (inside == NULL && path[0] == '/')
        inside = behind(root, path);
    if (inside == NULL && (*real = realpath(path, NULL)) != NULL)
        inside = behind(root, *real);
    return inside;
}

static enum beneath search(struct walk *w, const char *folder, const char *path)
{
    char *root = realpath(folder, NULL), *real = NULL;
    if (root == NULL)
        return lost(errno);
    w->root = strcmp(root, "/") == 0 ? "" : root;
    const char *inside = relative(folder, w->root, path, &real);
    enum beneath found;
    if (inside == NULL) {
        found = BENEATH_OUTSIDE;
    } else if (strlen(inside) >= sizeof(w->rest)) {
        found = lost(ENAMETOOLONG);
    } else {
        memcpy(w->rest, inside, strlen(inside) + 1);
        found = walk(w);
    }
    int error = errno;
    free(real);
    free(root);
    errno = error;
    return found;
}

enum beneath beneath_open(int *fd, const char *folder, const char *path)
{
    struct walk w = {.opens = true, .fd = -1};
    enum beneath found = search(&w, folder, path);
    *fd = w.fd;
    return found;
}

enum beneath beneath_find(const char *folder, const char *path)
{
    struct walk w = {.fd = -1};
    return search(&w, folder, path);
}
