/* Asked of the file itself, by its own mode and by one more fsync. */
#include "base/file_lacks.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static mode_t shared_mode(void)
{
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static unsigned lacks_of_mode(const struct stat *st, enum file_mode mode)
{
    if (mode == FILE_PRIVATE)
        return (st->st_mode & 0077) != 0 ? FILE_LACKS_SECRECY : 0;
    return (shared_mode() & ~st->st_mode & 0777) != 0 ? FILE_LACKS_MODE : 0;
}

unsigned file_lacks(const char *path, enum file_mode mode, bool there)
{
    unsigned lacks = 0;
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0 && fsync(fd) != 0 &&
        (errno == EINVAL || errno == ENOTSUP || errno == ENOSYS))
        lacks |= FILE_LACKS_SYNC;
    if (fd >= 0)
        close(fd);
    return there ? lacks : lacks | lacks_of_mode(&st, mode);
}
