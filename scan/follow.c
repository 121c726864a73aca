/*
 * Logs that still grow, read by their ends. A file that another one has
 * replaced is read to its end first; one that became shorter, or begins
 * otherwise than before, is a new log of the same name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "containers/containers.h"
#include "scan/decode.h"
#include "scan/internal.h"

#define PART_BYTES ((size_t)1024 * 1024)
#define HEAD_BYTES 256 /* by which a file is known */

struct tail {
    const char *path;
    int fd; /* -1: not open yet */
    off_t offset;
    uint64_t head; /* hash of its first bytes */
    size_t head_length;
    struct log_state log;
};

struct follower {
    const struct scan_inputs *in;
    struct arena arena;
    struct scan scan;
    struct candidates *candidates;
    struct good *good;
    struct tail *tail;
    struct err err;
    int64_t news_us;   /* when something new was read */
    int64_t failed_us; /* when a fatal cause was seen first; 0: none was */
    bool over;         /* its block has been read to its end */
    bool whole;        /* and its root is known */
    char part[PART_BYTES];
};

struct follower *follower_open(const struct scan_inputs *in)
{
    struct follower *f = heap_zeroed(sizeof(*f));
    f->in = in;
    arena_init(&f->arena);
    scan_begin(&f->scan, &f->arena, in);
    f->candidates = candidates_open(&f->scan, false);
    f->tail = arena_array(&f->arena, in->path_count + 1, sizeof(*f->tail));
    for (size_t i = 0; i < in->path_count; i++)
        f->tail[i] = (struct tail){.path = in->path[i], .fd = -1};
    if (in->good_count > 0)
        f->good = good_open();
    for (size_t i = 0; i < in->good_count && !f->err.set; i++)
        if (good_read(f->good, in->good[i], &f->err))
            f->scan.good = f->good;
    return f;
}

void follower_close(struct follower *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; i < f->in->path_count; i++)
        if (f->tail[i].fd >= 0)
            close(f->tail[i].fd);
    candidates_close(f->candidates);
    scan_end(&f->scan);
    good_close(f->good);
    arena_release(&f->arena);
    free(f);
}

static void fail(struct follower *f, const struct tail *t, const char *why)
{
    if (!f->err.set)
        err_set(&f->err, POS_NONE, "cannot read the log '%s': %s", t->path,
                why);
}

static ssize_t read_at(int fd, char *out, size_t room, off_t offset)
{
    ssize_t n;
    do {
        n = pread(fd, out, room, offset);
    } while (n < 0 && errno == EINTR);
    return n;
}

static bool begin(struct follower *f, struct tail *t)
{
    struct stat st;
    t->fd = open(t->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (t->fd < 0)
        return false; /* it may come back: something rotates it */
    if (fstat(t->fd, &st) == 0 && !S_ISREG(st.st_mode)) {
        fail(f, t, "it is not a regular file, and --follow reads one");
        return false;
    }
    t->offset = 0;
    t->head_length = 0;
    t->log = scan_new_log(&f->scan, t->path);
    scan_set_changed(&f->scan, t->log.log, source_changed_ms(t->fd));
    return true;
}

/* A log that is compressed is not one that grows. */
static bool know_head(struct follower *f, struct tail *t)
{
    char head[HEAD_BYTES];
    if (t->head_length == HEAD_BYTES)
        return true;
    ssize_t n = read_at(t->fd, head, sizeof(head), 0);
    struct str text = {head, n < 0 ? 0 : (size_t)n};
    struct decoder *decoder = decoder_for(text);
    if (decoder == NULL)
        decoder = decoder_for_wide(text);
    decoder_close(decoder);
    if (decoder == NULL &&
        (container_refused(text) != NULL || archive_is(text))) {
        fail(f, t, "it is not text, and --follow reads plain text");
        return false;
    }
    if (decoder != NULL) {
        fail(f, t,
             "it is compressed, UTF-16 or UTF-32, and --follow reads plain "
             "text");
        return false;
    }
    t->head = hash_add(HASH_START, text);
    t->head_length = text.len;
    return true;
}

static bool begins_as_before(const struct tail *t)
{
    char head[HEAD_BYTES];
    ssize_t n = read_at(t->fd, head, t->head_length, 0);
    return n == (ssize_t)t->head_length &&
           hash_add(HASH_START, (struct str){head, (size_t)n}) == t->head;
}

static void feed(struct follower *f, struct tail *t, size_t length)
{
    struct source_reader *source =
        source_of_lines(t->path, (struct str){f->part, length});
    if (!candidates_scan(f->candidates, &t->log, source, &f->err))
        fail(f, t, "reading stopped");
    source_close(source);
    scan_set_changed(&f->scan, t->log.log, source_changed_ms(t->fd));
    t->offset += (off_t)length;
}

/* Whole lines, or all when the log has ended. */
static bool read_on(struct follower *f, struct tail *t, bool ended)
{
    bool any = false;
    for (;;) {
        ssize_t n = read_at(t->fd, f->part, PART_BYTES, t->offset);
        if (n < 0)
            fail(f, t, strerror(errno));
        if (n <= 0 || !know_head(f, t))
            return any;
        size_t whole = (size_t)n;
        while (whole > 0 && f->part[whole - 1] != '\n')
            whole--;
        if (whole == 0 && !ended && (size_t)n < PART_BYTES)
            return any;
        feed(f, t,
             whole == 0 || (ended && (size_t)n < PART_BYTES) ? (size_t)n
                                                             : whole);
        any = true;
    }
}

static bool is_same_file(const struct tail *t, const struct stat *now)
{
    struct stat ours;
    return fstat(t->fd, &ours) == 0 && ours.st_ino == now->st_ino &&
           ours.st_dev == now->st_dev;
}

static bool has_begun_anew(const struct tail *t, const struct stat *now)
{
    return now->st_size < t->offset ||
           (t->head_length > 0 && !begins_as_before(t));
}

static bool read_tail(struct follower *f, struct tail *t, bool ended)
{
    struct stat now;
    bool there = stat(t->path, &now) == 0, any = false;
    if (t->fd < 0 && !begin(f, t))
        return false;
    if (there && !is_same_file(t, &now)) {
        any = read_on(f, t, true);
        close(t->fd);
        if (!begin(f, t))
            return any;
    } else if (there && has_begun_anew(t, &now)) {
        t->offset = 0;
        t->head_length = 0;
        t->log = scan_new_log(&f->scan, t->path);
    }
    return read_on(f, t, ended) || any;
}

static bool read_all(struct follower *f, bool ended)
{
    bool any = false;
    for (size_t i = 0; i < f->in->path_count; i++)
        any = read_tail(f, &f->tail[i], ended) || any;
    return any;
}

bool follower_read(struct follower *f)
{
    return read_all(f, false);
}

bool follower_findings(struct follower *f, struct findings *out,
                       struct arena *run, bool ended, struct err *e)
{
    *out = (struct findings){.finding_count = 0};
    if (ended)
        (void)read_all(f, true);
    if (f->err.set) {
        *e = f->err;
        return false;
    }
    scan_conclude(&f->scan, run, out);
    return true;
}

bool follower_found(const struct follower *f, size_t index, int64_t *bytes)
{
    *bytes = f->tail[index].log.bytes;
    return f->tail[index].fd >= 0;
}

/* Lines of its file that were read so far; the last file of that name. */
static int64_t lines_of(const struct follower *f, const char *file)
{
    for (size_t i = f->in->path_count; i-- > 0;)
        if (file != NULL && strcmp(f->tail[i].path, file) == 0)
            return f->tail[i].log.lines;
    return 0;
}

/* Has more been read than its lines and all that they reach? */
static bool is_over(const struct follower *f, const struct cause *c)
{
    for (size_t i = 0; i < c->chain_count; i++) {
        const struct chain_link *l = &c->chain[i];
        const struct signature *s =
            l->signature == NULL
                ? NULL
                : catalogue_find(f->in->catalogue, l->signature);
        int64_t last = l->line + (s == NULL ? 0 : 2 * s->span);
        if (lines_of(f, l->file) <= last)
            return false;
    }
    return c->chain_count > 0;
}

static void look_for_failure(struct follower *f, int64_t now_us)
{
    struct findings found;
    struct arena scratch;
    struct err e = {.set = false};
    bool failed = false;
    f->over = f->whole = true;
    arena_init(&scratch);
    if (follower_findings(f, &found, &scratch, false, &e))
        for (size_t i = 0; i < found.cause_count; i++) {
            const struct cause *c = &found.cause[i];
            if (c->deployment != DEPLOYMENT_FAILED || c->earlier)
                continue;
            failed = true;
            f->over = f->over && is_over(f, c);
            f->whole = f->whole && c->elsewhere == NULL;
        }
    arena_release(&scratch);
    if (!failed)
        f->failed_us = 0;
    else if (f->failed_us == 0)
        f->failed_us = now_us;
}

bool follower_has_failed(struct follower *f, int64_t now_us)
{
    if (follower_read(f)) {
        f->news_us = now_us;
        look_for_failure(f, now_us);
    }
    if (f->failed_us == 0)
        return false;
    bool quiet = now_us - f->news_us >= FOLLOW_QUIET_US;
    bool given = f->whole || now_us - f->failed_us >= FOLLOW_QUIET_US;
    return quiet || (f->over && given);
}
