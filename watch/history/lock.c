/* The lock of single flight on a file; flock is no part of POSIX. */
#include "watch/history/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/text.h"
#include "watch/history/database.h"

#define HOLDER_MAX 200 /* bytes that are read of who has it */

static const char *read_holder(struct arena *a, int fd)
{
    char text[HOLDER_MAX];
    ssize_t n = pread(fd, text, sizeof(text), 0);
    struct str said = {text, n > 0 ? (size_t)n : 0};
    said = str_trim(said);
    return said.len == 0 ? "another process" : text_elide(a, said, HOLDER_MAX);
}

/* A full disk costs the others only the name of the holder. */
static void write_holder(struct arena *a, int fd)
{
    const char *text = arena_printf(a, "%s\n", database_holder(a));
    ssize_t n = ftruncate(fd, 0) == 0 ? pwrite(fd, text, strlen(text), 0) : 0;
    (void)n;
}

static int try_lock(int fd)
{
    int rc = 0;
    do
        rc = flock(fd, LOCK_EX | LOCK_NB);
    while (rc != 0 && errno == EINTR);
    return rc;
}

bool lock_take(int *fd, struct arena *a, const char *path, mode_t mode,
               const char **holder, struct err *e)
{
    *holder = NULL;
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
               mode);
    if (*fd < 0)
        return err_set(e, POS_NONE, "cannot open the lock '%s': %s", path,
                       strerror(errno));
    if (try_lock(*fd) == 0) {
        write_holder(a, *fd);
        return true;
    }
    int error = errno;
    if (error == EWOULDBLOCK)
        *holder = read_holder(a, *fd);
    else
        err_set(e, POS_NONE,
                "cannot lock '%s': %s: give a file system that has locks", path,
                strerror(error));
    close(*fd);
    *fd = -1;
    return error == EWOULDBLOCK;
}

void lock_drop(int fd)
{
    if (fd < 0)
        return;
    int rc = ftruncate(fd, 0); /* else a later one names us for a moment */
    (void)rc;
    close(fd);
}
