/* Files: written atomically, several together, never waiting for a reader. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

#define PATH_BYTES 4096
#define READER_MS  10000 /* that the reader of a pipe may pause */

static bool fail(struct err *e, const char *doing, const char *path)
{
    return err_set(e, POS_NONE, "cannot %s '%s': %s", doing, path,
                   strerror(errno));
}

bool file_make_folder(const char *path, struct err *e)
{
    char part[4096];
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof(part))
        return err_set(e, POS_NONE, "the folder name '%s' cannot be used",
                       path);
    memcpy(part, path, len + 1);
    for (size_t i = 1; i <= len; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        char kept = part[i];
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return fail(e, "make folder", part);
        part[i] = kept;
    }
    return file_is_folder(path) ||
           err_set(e, POS_NONE, "'%s' is a file, expected a folder", path);
}

bool file_make_parent(const char *path, struct err *e)
{
    char folder[PATH_BYTES];
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 0 : (size_t)(slash - path);
    if (len == 0)
        return true;
    if (len >= sizeof(folder))
        return err_set(e, POS_NONE, "the file name '%s' is too long", path);
    memcpy(folder, path, len);
    folder[len] = '\0';
    return file_make_folder(folder, e);
}

/* A pipe that is full is waited for as long as its reader reads. */
static bool wait_for_reader(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    int n;
    do
        n = poll(&p, 1, READER_MS);
    while (n < 0 && errno == EINTR);
    if (n == 0)
        errno = ETIMEDOUT;
    return n > 0;
}

static bool write_all(int fd, struct str s)
{
    while (s.len > 0) {
        ssize_t n = write(fd, s.ptr, s.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN && wait_for_reader(fd))
            continue;
        if (n < 0)
            return false;
        s = str_sub(s, (size_t)n, s.len);
    }
    return true;
}

/* The rename itself must survive a power cut, hence the folder's fsync. */
static void sync_folder_of(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 0 : (size_t)(slash - path);
    if (len >= sizeof(folder))
        return;
    if (len > 0)
        memcpy(folder, path, len);
    folder[len] = '\0';
    if (len == 0)
        memcpy(folder, slash == NULL ? "." : "/", 2);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

/* mkstemp gives 0600; the result gets what it had, or what is its due. */
static mode_t wanted_mode(const char *path, enum file_mode mode)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
        return st.st_mode & 07777;
    if (mode == FILE_PRIVATE)
        return 0600;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* A descriptor of this process by name: -1 for any other file. */
static int descriptor_of(const char *path)
{
    static const char *const start[] = {"/dev/fd/", "/proc/self/fd/"};
    uint64_t number = 0;
    if (strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(path, "/dev/stderr") == 0)
        return STDERR_FILENO;
    for (size_t i = 0; i < ARRAY_COUNT(start); i++)
        if (str_starts(str_from(path), str_from(start[i])) &&
            text_to_u64(str_from(path + strlen(start[i])), 1000000, &number))
            return (int)number;
    return -1;
}

/* A reader that goes away is an error of this file, not the end of a run. */
static bool write_quietly(int fd, struct str content)
{
    struct sigaction before;
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, &before);
    bool ok = write_all(fd, content);
    int kept = errno;
    sigaction(SIGPIPE, &before, NULL);
    errno = kept;
    return ok;
}

/* A device or a pipe is written to; renaming would put a file in its place. */
static bool write_through(int fd, const char *path, struct str content,
                          struct err *e)
{
    bool ok = fd >= 0 && write_quietly(fd, content);
    int kept = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
        ok = false;
        kept = errno;
    }
    errno = kept;
    if (ok)
        return true;
    if (fd < 0 && errno == ENXIO)
        return err_set(e, POS_NONE, "cannot write '%s': nothing reads from it",
                       path);
    if (errno == ETIMEDOUT)
        return err_set(e, POS_NONE,
                       "cannot write '%s': its reader has not read for %d s",
                       path, READER_MS / 1000);
    return fail(e, "write", path);
}

/* Some file systems have no modes, or nothing to sync; that is no error. */
static bool finish(int fd, mode_t mode)
{
    bool ok = fchmod(fd, mode) == 0 || errno == EPERM || errno == ENOTSUP ||
              errno == ENOSYS;
    return ok && (fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP ||
                  errno == ENOSYS);
}

/*
 * What ends the process waits until a file has its name, or none: nothing is
 * left beside it. Writing to a disk takes no time that matters.
 */
static void hold_signals(sigset_t *before)
{
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    sigset_t held;
    sigemptyset(&held);
    for (size_t i = 0; i < ARRAY_COUNT(ending); i++)
        sigaddset(&held, ending[i]);
    pthread_sigmask(SIG_BLOCK, &held, before);
}

static void let_signals(const sigset_t *before)
{
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

/* temp: the name of a complete copy beside the file, until it is renamed. */
static bool stage(char temp[PATH_BYTES], const char *path, struct str content,
                  enum file_mode mode, struct err *e)
{
    int n = snprintf(temp, PATH_BYTES, "%s.XXXXXX", path);
    if (n < 0 || n >= PATH_BYTES) {
        temp[0] = '\0';
        return err_set(e, POS_NONE, "the file name '%s' is too long", path);
    }
    int fd = mkstemp(temp);
    if (fd < 0) {
        temp[0] = '\0';
        return fail(e, "write", path);
    }
    bool ok = write_all(fd, content) && finish(fd, wanted_mode(path, mode));
    int kept = errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        kept = errno;
    }
    if (ok)
        return true;
    unlink(temp);
    temp[0] = '\0';
    errno = kept;
    return fail(e, "write", path);
}

bool file_write(const char *path, struct str content, struct err *e)
{
    return file_write_as(path, content, FILE_SHARED, e);
}

static bool fail_socket(struct err *e, const char *path)
{
    return err_set(e, POS_NONE, "'%s' is a socket, expected a file", path);
}

/* A file that is mounted by itself, as containers do, cannot be replaced. */
static bool fail_rename(struct err *e, const char *path)
{
    if (errno != EBUSY && errno != EXDEV)
        return fail(e, "write", path);
    return err_set(e, POS_NONE,
                   "cannot replace '%s', which is a mount of its own: mount "
                   "its folder instead",
                   path);
}

bool file_write_as(const char *path, struct str content, enum file_mode mode,
                   struct err *e)
{
    char temp[PATH_BYTES];
    struct stat st;
    int own = descriptor_of(path);
    if (own >= 0)
        return write_through(fcntl(own, F_DUPFD_CLOEXEC, 3), path, content, e);
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return err_set(e, POS_NONE, "'%s' is a folder, expected a file", path);
    if (stat(path, &st) == 0 && S_ISSOCK(st.st_mode))
        return fail_socket(e, path);
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return write_through(
            open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), path,
            content, e);
    sigset_t before;
    hold_signals(&before);
    bool ok = stage(temp, path, content, mode, e);
    if (ok && rename(temp, path) != 0) {
        ok = fail_rename(e, path);
        unlink(temp);
    }
    let_signals(&before);
    if (ok)
        sync_folder_of(path);
    return ok;
}

bool file_remove(const char *path, struct err *e)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return errno == ENOENT || errno == ENOTDIR || fail(e, "remove", path);
    if (S_ISDIR(st.st_mode))
        return err_set(e, POS_NONE, "'%s' is a folder, expected a file", path);
    if (unlink(path) == 0 || errno == ENOENT)
        return true;
    fail(e, "remove", path);
    int fd = -1;
    if (S_ISREG(st.st_mode))
        fd = open(path, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0)
        close(fd);
    return false;
}

bool file_write_together(const struct file_part *part, size_t count, bool drop,
                         struct err *e)
{
    char temp[FILE_PARTS_MAX][PATH_BYTES];
    bool ok = count <= FILE_PARTS_MAX;
    size_t staged = 0;
    sigset_t before;
    assert(ok);
    hold_signals(&before);
    while (ok && staged < count) {
        const struct file_part *p = &part[staged];
        ok = stage(temp[staged], p->path, p->content, p->mode, e);
        staged += ok;
    }
    for (size_t i = 0; ok && i < count; i++) {
        ok = rename(temp[i], part[i].path) == 0;
        drop = drop || i > 0;
        if (!ok)
            fail_rename(e, part[i].path);
    }
    for (size_t i = 0; !ok && i < count; i++) {
        struct err ignored = {.set = false};
        if (i < staged)
            unlink(temp[i]);
        if (drop)
            file_remove(part[i].path, &ignored);
    }
    let_signals(&before);
    if (ok && count > 0)
        sync_folder_of(part[0].path);
    return ok;
}

bool file_try_folder(const char *folder, struct err *e)
{
    char temp[PATH_BYTES];
    int n = snprintf(temp, sizeof(temp), "%s/.postflight.XXXXXX", folder);
    if (n < 0 || (size_t)n >= sizeof(temp))
        return err_set(e, POS_NONE, "the folder name '%s' is too long", folder);
    sigset_t before;
    hold_signals(&before);
    int fd = mkstemp(temp);
    if (fd < 0)
        fail(e, "write into", folder);
    else
        close(fd);
    if (fd >= 0)
        unlink(temp);
    let_signals(&before);
    return fd >= 0;
}

bool file_try(const char *path, struct err *e)
{
    char folder[PATH_BYTES] = ".";
    struct stat st;
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 0 : (size_t)(slash - path);
    if (descriptor_of(path) >= 0)
        return true;
    if (!file_make_parent(path, e))
        return false;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return err_set(e, POS_NONE, "'%s' is a folder, expected a file", path);
    if (stat(path, &st) == 0 && S_ISSOCK(st.st_mode))
        return fail_socket(e, path);
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return true; /* whether it is read is seen when it is written */
    if (len > 0 && len < sizeof(folder)) {
        memcpy(folder, path, len);
        folder[len] = '\0';
    }
    return file_try_folder(slash == path ? "/" : folder, e);
}
