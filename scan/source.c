/*
 * A log as bytes, in constant memory: a file, a pipe, a text or a member of an
 * archive. What its first bytes say is taken off, layer by layer: compression,
 * then UTF-16 or UTF-32, then the form in which a provider gives its lines.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "containers/containers.h"
#include "scan/decode.h"
#include "scan/internal.h"
#include "scan/wide.h"

#define INPUT_BYTES ((size_t)256 * 1024)
#define HEAD_BYTES  ((size_t)4096) /* by which most are known */

struct source_reader {
    int fd; /* -1: a text */
    const char *path;
    struct str text;             /* what is left of it */
    struct archive *archive;     /* whose member it is; NULL: of none */
    struct decoder *decoder;     /* NULL: bytes as they are */
    struct source_reader *below; /* whose text this decodes; NULL: none */
    struct source_reader *above; /* that decodes its text; NULL: none */
    struct source_reader *top;   /* the last of those; NULL: not begun */
    size_t start, end;           /* of input that is not used yet */
    size_t made_start, made_end; /* of what was decoded into too little room */
    bool ended;
    struct err broken; /* why it ended, told behind what was read before */
    bool opened;       /* by us, and not read yet */
    int64_t until_us;  /* 0: no limit */
    bool late;
    char made[DECODER_ROOM];
    char input[INPUT_BYTES];
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
    if (stat(path, &st) != 0) {
        fail(e, path);
        return -1;
    }
    if (S_ISDIR(st.st_mode)) {
        err_set(e, POS_NONE, "the log '%s' is a folder, expected a file", path);
        return -1;
    }
    return file_open(path, e);
}

static struct source_reader *make(int fd, const char *path, struct str text)
{
    struct source_reader *r = heap_zeroed(sizeof(*r));
    r->fd = fd;
    r->path = path;
    r->text = text;
    return r;
}

bool source_open(struct source_reader **out, const char *path, struct err *e)
{
    int fd = open_log(path, e);
    *out = fd < 0 ? NULL : make(fd, path, STR_NONE);
    if (fd > STDIN_FILENO)
        (*out)->opened = true;
    return fd >= 0;
}

struct source_reader *source_of_text(const char *name, struct str text)
{
    return make(-1, name, text);
}

struct source_reader *source_of_lines(const char *name, struct str text)
{
    struct source_reader *r = make(-1, name, text);
    r->top = r;
    return r;
}

struct source_reader *source_of_member(const char *name,
                                       struct archive *archive)
{
    struct source_reader *r = make(-1, name, STR_NONE);
    r->archive = archive;
    return r;
}

void source_close(struct source_reader *r)
{
    if (r != NULL && r->fd > STDIN_FILENO)
        close(r->fd);
    while (r != NULL) {
        struct source_reader *above = r->above;
        decoder_close(r->decoder);
        free(r);
        r = above;
    }
}

bool source_is_mixed(const struct source_reader *r)
{
    bool mixed = false;
    for (; r != NULL; r = r->above)
        mixed = mixed || decoder_is_mixed(r->decoder);
    return mixed;
}

void source_limit(struct source_reader *r, int64_t until_us)
{
    r->until_us = until_us;
}

bool source_is_late(const struct source_reader *r)
{
    return r->late;
}

/* A pipe may say nothing until the limit. */
static bool wait_for_bytes(struct source_reader *r)
{
    struct pollfd fd = {.fd = r->fd, .events = POLLIN};
    while (r->until_us != 0 && r->fd >= 0 && !r->late) {
        int64_t left_ms = (r->until_us - clock_now_us()) / 1000 + 1;
        int ms = left_ms > 60000 ? 60000 : (int)left_ms;
        int n = ms <= 0 ? 0 : poll(&fd, 1, ms);
        if (n > 0 || (n < 0 && errno != EINTR))
            break;
        r->late = clock_now_us() >= r->until_us;
    }
    return !r->late;
}

int source_file(const struct source_reader *r)
{
    return r->fd;
}

int64_t source_changed_ms(int fd)
{
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return 0;
    return (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
}

static ssize_t read_decoded(struct source_reader *r, char *out, size_t room,
                            struct err *e);

static ssize_t read_member(struct source_reader *r, char *out, size_t room,
                           struct err *e)
{
    struct err why = {.set = false};
    int64_t n = archive_read(r->archive, out, room, &why);
    if (n < 0)
        err_set(e, POS_NONE, "the log '%s' %s", r->path, why.text);
    return (ssize_t)n;
}

/* Bytes as they come: -1 with err, 0 at their end. */
static ssize_t read_raw(struct source_reader *r, char *out, size_t room,
                        struct err *e)
{
    ssize_t n;
    if (r->below != NULL)
        return read_decoded(r->below, out, room, e);
    if (r->archive != NULL)
        return read_member(r, out, room, e);
    if (r->fd < 0) {
        struct str part = str_sub(r->text, 0, room);
        memcpy(out, part.ptr, part.len);
        r->text = str_sub(r->text, part.len, r->text.len);
        return (ssize_t)part.len;
    }
    if (!wait_for_bytes(r))
        return 0;
    if (r->opened && !file_wait(r->fd, r->path, e))
        return -1;
    r->opened = false;
    do {
        n = read(r->fd, out, room);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        fail(e, r->path);
    return n;
}

static bool fill(struct source_reader *r, struct err *e)
{
    if (r->start == r->end)
        r->start = r->end = 0;
    ssize_t n = read_raw(r, r->input + r->end, INPUT_BYTES - r->end, e);
    if (n < 0 && r->end == r->start)
        return false;
    if (n < 0) { /* what was read before it is a log */
        r->broken = *e;
        *e = (struct err){.set = false};
    }
    r->ended = n <= 0;
    r->end += n > 0 ? (size_t)n : 0;
    return true;
}

/* The first bytes say what it is; a pipe may give them one by one. */
static bool fill_head(struct source_reader *r, size_t bytes, struct err *e)
{
    while (!r->ended && r->end < bytes)
        if (!fill(r, e))
            return false;
    return true;
}

static struct str held(const struct source_reader *r)
{
    return (struct str){r->input + r->start, r->end - r->start};
}

static struct decoder *find_compression(struct source_reader *r, struct err *e)
{
    return fill_head(r, DECODER_MAGIC_BYTES, e) ? decoder_for(held(r)) : NULL;
}

static struct decoder *find_encoding(struct source_reader *r, struct err *e)
{
    const size_t most = DECODER_MAGIC_BYTES + WIDE_HEAD_BYTES;
    if (!fill_head(r, DECODER_MAGIC_BYTES, e) ||
        (wide_is_possible(held(r)) && !fill_head(r, most, e)))
        return NULL;
    return decoder_for_wide(held(r));
}

/* Pages of JSON need more to be known than others. */
static struct decoder *find_container(struct source_reader *r, struct err *e)
{
    if (!fill_head(r, HEAD_BYTES, e))
        return NULL;
    struct str text = str_trim(held(r));
    bool json = text.len > 0 && strchr("{[\xEF", text.ptr[0]) != NULL;
    if (json && !fill_head(r, CONTAINER_HEAD_BYTES, e))
        return NULL;
    return decoder_for_container(str_sub(held(r), 0, CONTAINER_HEAD_BYTES),
                                 r->ended && r->end <= CONTAINER_HEAD_BYTES);
}

/* Each layer that decodes has the next one above it. */
static bool begin(struct source_reader *r, struct err *e)
{
    static struct decoder *(*const layer[])(
        struct source_reader *, struct err *) = {find_compression,
                                                 find_encoding, find_container};
    struct source_reader *top = r;
    for (size_t i = 0; i < ARRAY_COUNT(layer) && !e->set; i++) {
        top->decoder = layer[i](top, e);
        if (top->decoder == NULL || i + 1 == ARRAY_COUNT(layer))
            continue;
        top->above = make(-1, r->path, STR_NONE);
        top->above->below = top;
        top = top->above;
    }
    r->top = top;
    return !e->set;
}

bool source_head(struct source_reader *r, struct str *head, struct err *e)
{
    bool ok = fill_head(r, HEAD_BYTES, e);
    *head = held(r);
    return ok;
}

bool source_read_raw(struct source_reader *r, struct buf *out, struct err *e)
{
    ssize_t n = 1;
    char *piece = heap_resize(NULL, INPUT_BYTES);
    buf_str(out, held(r));
    r->start = r->end;
    while (n > 0 && !out->full) {
        n = read_raw(r, piece, INPUT_BYTES, e);
        if (n > 0)
            buf_add(out, piece, (size_t)n);
    }
    free(piece);
    return n >= 0;
}

/* At the end of what is there: 0, or -1 where something broke. */
static ssize_t end_of(const struct source_reader *r, struct err *e)
{
    if (r->broken.set)
        *e = r->broken;
    return r->broken.set ? -1 : 0;
}

static ssize_t read_plain(struct source_reader *r, char *out, size_t room,
                          struct err *e)
{
    struct str part = str_sub(held(r), 0, room);
    if (part.len == 0)
        return r->ended ? end_of(r, e) : read_raw(r, out, room, e);
    memcpy(out, part.ptr, part.len);
    r->start += part.len;
    return (ssize_t)part.len;
}

/* What was used is moved away, and more is read behind the rest. */
static bool fill_behind(struct source_reader *r, struct err *e)
{
    if (r->start > 0 && r->start < r->end) {
        memmove(r->input, r->input + r->start, r->end - r->start);
        r->end -= r->start;
        r->start = 0;
    }
    return fill(r, e);
}

static ssize_t decode(struct source_reader *r, char *out, size_t room,
                      struct err *e)
{
    for (;;) {
        struct decoded d =
            decoder_step(r->decoder, held(r), r->ended, out, room);
        r->start += d.used;
        if (d.problem != NULL && r->late)
            return 0;
        if (d.problem != NULL) {
            err_set(e, POS_NONE, "the log '%s' %s", r->path, d.problem);
            return -1;
        }
        if (d.made > 0)
            return (ssize_t)d.made;
        if (d.used > 0)
            continue;
        if (r->ended)
            return end_of(r, e); /* the decoder has had its say */
        if (!fill_behind(r, e))
            return -1;
    }
}

/* A character may need more room than there is; it is not the end then. */
static ssize_t read_decoded(struct source_reader *r, char *out, size_t room,
                            struct err *e)
{
    if (r->made_start == r->made_end) {
        if (room >= DECODER_ROOM)
            return decode(r, out, room, e);
        ssize_t n = decode(r, r->made, DECODER_ROOM, e);
        if (n <= 0)
            return n;
        r->made_start = 0;
        r->made_end = (size_t)n;
    }
    size_t count = r->made_end - r->made_start;
    if (count > room)
        count = room;
    memcpy(out, r->made + r->made_start, count);
    r->made_start += count;
    return (ssize_t)count;
}

ssize_t source_read(struct source_reader *r, char *out, size_t room,
                    struct err *e)
{
    r->late = r->late || (r->until_us != 0 && clock_now_us() >= r->until_us);
    bool peeked = r->top == NULL && held(r).len > 0; /* and then it was late */
    if (r->late && !peeked)
        return 0;
    if (r->top == NULL && !begin(r, e))
        return -1;
    r = r->top;
    return r->decoder == NULL ? read_plain(r, out, room, e)
                              : read_decoded(r, out, room, e);
}
