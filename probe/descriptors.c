/* Descriptors of this process: counted, since others use some, too. */
#include "probe/descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#define LOOKED_AT_MAX 65536 /* where /proc is not mounted */

/* "." and ".." and the one that reads them are not counted. */
static int64_t listed_in(const char *path)
{
    int64_t count = -3;
    DIR *all = opendir(path);
    if (all == NULL)
        return -1;
    while (readdir(all) != NULL)
        count++;
    closedir(all);
    return count < 0 ? -1 : count;
}

static int64_t count_open(int64_t limit)
{
    int64_t count = listed_in("/proc/self/fd");
    if (count >= 0)
        return count;
    count = 0;
    for (int fd = 0; fd < limit && fd < LOOKED_AT_MAX; fd++)
        count += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    return count;
}

static int64_t as_count(rlim_t limit)
{
    const rlim_t most = 1000000000; /* RLIM_INFINITY among them */
    return (int64_t)(limit < most ? limit : most);
}

int64_t descriptors_share(int64_t wanted, int64_t limit, int64_t open)
{
    int64_t slots =
        (limit - open - DESCRIPTORS_RESERVED) / DESCRIPTORS_A_TRANSFER;
    if (slots < 1)
        return 1;
    return slots < wanted ? slots : wanted;
}

int64_t descriptors_slots(int64_t wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return wanted;
    int64_t open = count_open(as_count(limit.rlim_cur));
    rlim_t need =
        (rlim_t)(wanted * DESCRIPTORS_A_TRANSFER + open + DESCRIPTORS_RESERVED);
    if (limit.rlim_cur < need && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = need < limit.rlim_max ? need : limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
        if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
            return wanted;
    }
    return descriptors_share(wanted, as_count(limit.rlim_cur), open);
}

bool descriptors_short(void)
{
    int copy[DESCRIPTORS_A_TRANSFER], count = 0;
    bool out = false;
    while (count < DESCRIPTORS_A_TRANSFER && !out) {
        copy[count] = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
        out = copy[count] < 0 && (errno == EMFILE || errno == ENFILE);
        if (copy[count] >= 0)
            count++;
        else if (!out)
            break; /* stderr is closed */
    }
    while (count > 0)
        close(copy[--count]);
    return out;
}
