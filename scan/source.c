/* A log as lines: a file or standard input, in constant memory. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scan/internal.h"

#define BLOCK ((size_t)1 << 18)

struct source_reader {
    int fd;
    const char *path;
    bool ended, skipping; /* skipping: the rest of a line that was cut */
    int64_t offset;       /* of data[start] */
    size_t start, end;
    char data[BLOCK];
};

static bool fail(struct err *e, const char *path)
{
    return err_set(e, POS_NONE, "cannot read the log '%s': %s", path,
                   strerror(errno));
}

static int open_log(const char *path, struct err *e)
{
    struct stat st;
    if (strcmp(path, "-") == 0)
        return STDIN_FILENO;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        fail(e, path);
        return -1;
    }
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        err_set(e, POS_NONE, "the log '%s' is a folder, expected a file", path);
        close(fd);
        return -1;
    }
    return fd;
}

bool source_open(struct source_reader **out, const char *path, struct err *e)
{
    int fd = open_log(path, e);
    *out = NULL;
    if (fd < 0)
        return false;
    struct source_reader *r = calloc(1, sizeof(*r));
    if (r == NULL)
        arena_out_of_memory();
    r->fd = fd;
    r->path = path;
    *out = r;
    return true;
}

void source_close(struct source_reader *r)
{
    if (r == NULL)
        return;
    if (r->fd != STDIN_FILENO)
        close(r->fd);
    free(r);
}

static bool refuse_compressed(const char *path, struct str head, struct err *e)
{
    static const struct {
        const char *magic, *name, *tool;
    } known[] = {{"\x1f\x8b", "gzip", "zcat"},
                 {"\x28\xb5\x2f\xfd", "zstd", "zstdcat"},
                 {"\xff\xfe", "UTF-16", "iconv -f utf-16"}};
    for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
        if (str_starts(head, str_from(known[i].magic)))
            return err_set(e, POS_NONE,
                           "the log '%s' is %s: read it with %s and pass it "
                           "as -",
                           path, known[i].name, known[i].tool);
    }
    return true;
}

bool scan_can_read(const char *path, struct err *e)
{
    char head[4];
    int fd = open_log(path, e);
    if (fd <= STDIN_FILENO)
        return fd == STDIN_FILENO;
    ssize_t n = pread(fd, head, sizeof(head), 0); /* fails on a pipe: fine */
    close(fd);
    return n <= 0 || refuse_compressed(path, (struct str){head, (size_t)n}, e);
}

static bool fill(struct source_reader *r, struct err *e)
{
    if (r->start > 0) {
        memmove(r->data, r->data + r->start, r->end - r->start);
        r->end -= r->start;
        r->start = 0;
    }
    ssize_t n;
    do {
        n = read(r->fd, r->data + r->end, BLOCK - r->end);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return fail(e, r->path);
    bool first = r->offset == 0 && r->end == 0;
    r->ended = n == 0;
    r->end += (size_t)n;
    return !first ||
           refuse_compressed(r->path, (struct str){r->data, r->end}, e);
}

static void advance(struct source_reader *r, size_t len)
{
    r->start += len;
    r->offset += (int64_t)len;
}

/* The next line in the buffer, its newline included; false to read more. */
static bool take_line(struct source_reader *r, struct str *line)
{
    struct str rest = {r->data + r->start, r->end - r->start};
    size_t newline = str_find(rest, STR("\n"), 0);
    if (newline == rest.len && !r->ended && rest.len < SCAN_LINE_MAX)
        return false;
    size_t len = newline < rest.len ? newline + 1 : rest.len;
    if (len > SCAN_LINE_MAX)
        len = SCAN_LINE_MAX;
    *line = str_sub(rest, 0, len);
    return true;
}

int source_next(struct source_reader *r, struct str *line, int64_t *offset,
                bool *cut, struct err *e)
{
    for (;;) {
        if (!take_line(r, line)) {
            if (!fill(r, e))
                return -1;
            continue;
        }
        *offset = r->offset;
        if (line->len == 0)
            return 0;
        bool ends = line->ptr[line->len - 1] == '\n';
        bool skipped = r->skipping;
        advance(r, line->len);
        r->skipping = !ends && !(r->ended && r->start == r->end);
        *cut = r->skipping;
        if (ends)
            line->len--;
        if (!skipped)
            return 1;
    }
}
