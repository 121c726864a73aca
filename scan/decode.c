/* Streams that decode themselves, one step at a time. */
#define ZLIB_CONST /* its input is not written to */
#include "scan/decode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/arena.h"
#include "containers/containers.h"
#include "scan/wide.h"

#define LINES_MAX ((size_t)64 << 20) /* that a step may make */

struct decoder {
    struct decoded (*step)(struct decoder *d, struct str input, bool ended,
                           char *out, size_t room);
    z_stream gzip;
    ZSTD_DStream *zstd;
    bool open; /* within a member or frame */
    struct wide wide;
    struct unpacker *unpacker;
    struct buf lines;  /* of the unpacker … */
    size_t lines_from; /* … and how many bytes of them were given */
    char refused[120];
    size_t taken, given;
};

static struct decoded failed(const char *problem)
{
    return (struct decoded){0, 0, problem};
}

/* Members follow each other; what else follows is no gzip. */
static struct decoded step_gzip(struct decoder *d, struct str input, bool ended,
                                char *out, size_t room)
{
    z_stream *z = &d->gzip;
    if (input.len == 0)
        return d->open && ended ? failed("ends in the middle of its gzip data")
                                : (struct decoded){0, 0, NULL};
    if (!d->open && inflateReset(z) != Z_OK)
        return failed("is gzip that zlib cannot read");
    unsigned most = 1u << 30;
    z->next_in = (const Bytef *)input.ptr;
    z->avail_in = input.len < most ? (unsigned)input.len : most;
    z->next_out = (Bytef *)out;
    z->avail_out = room < most ? (unsigned)room : most;
    unsigned in = z->avail_in, space = z->avail_out;
    int rc = inflate(z, Z_NO_FLUSH);
    if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
        return failed("holds broken gzip data");
    d->open = rc != Z_STREAM_END;
    return (struct decoded){in - z->avail_in, space - z->avail_out, NULL};
}

static struct decoded step_zstd(struct decoder *d, struct str input, bool ended,
                                char *out, size_t room)
{
    ZSTD_inBuffer in = {input.ptr, input.len, 0};
    ZSTD_outBuffer made = {out, room, 0};
    if (input.len == 0)
        return d->open && ended ? failed("ends in the middle of its zstd data")
                                : (struct decoded){0, 0, NULL};
    size_t rc = ZSTD_decompressStream(d->zstd, &made, &in);
    if (ZSTD_isError(rc))
        return failed("holds broken zstd data");
    d->open = rc != 0;
    return (struct decoded){in.pos, made.pos, NULL};
}

static struct decoded step_wide(struct decoder *d, struct str input, bool ended,
                                char *out, size_t room)
{
    struct buf text;
    buf_init(&text, room);
    size_t used = wide_step(&d->wide, input, ended, &text);
    struct decoded made = {used, text.len, NULL};
    memcpy(out, text.ptr, text.len);
    buf_release(&text);
    return made;
}

/* Lines that did not fit wait for the next step. */
static struct decoded step_unpack(struct decoder *d, struct str input,
                                  bool ended, char *out, size_t room)
{
    struct decoded made = {0, 0, NULL};
    if (d->lines_from == d->lines.len) {
        buf_clear(&d->lines);
        d->lines_from = 0;
        made.used = input.len;
        if (input.len > 0)
            unpacker_add(d->unpacker, input, &d->lines);
        else if (ended && d->open)
            unpacker_end(d->unpacker, &d->lines);
        d->open = d->open && (input.len > 0 || !ended);
    }
    if (d->lines.full)
        return failed("unpacks to more than fits in memory at a time");
    struct str rest = str_sub(buf_view(&d->lines), d->lines_from, room);
    memcpy(out, rest.ptr, rest.len);
    d->lines_from += rest.len;
    made.made = rest.len;
    return made;
}

static struct decoded step_refused(struct decoder *d, struct str input,
                                   bool ended, char *out, size_t room)
{
    (void)input;
    (void)ended;
    (void)out;
    (void)room;
    return failed(d->refused);
}

static struct decoder *make(void)
{
    struct decoder *d = heap_zeroed(sizeof(*d));
    buf_init(&d->lines, LINES_MAX);
    return d;
}

struct decoder *decoder_for(struct str head)
{
    struct decoder *d = NULL;
    if (str_starts(head, STR("\x1f\x8b"))) {
        d = make();
        d->step = step_gzip;
        d->open = true;
        if (inflateInit2(&d->gzip, 16 + MAX_WBITS) != Z_OK)
            arena_out_of_memory();
    } else if (str_starts(head, STR("\x28\xb5\x2f\xfd"))) {
        d = make();
        d->step = step_zstd;
        d->zstd = ZSTD_createDStream();
        if (d->zstd == NULL)
            arena_out_of_memory();
        ZSTD_DCtx_setParameter(d->zstd, ZSTD_d_windowLogMax, 27);
    }
    return d;
}

struct decoder *decoder_for_wide(struct str head)
{
    struct wide wide;
    struct decoder *d = NULL;
    if (!wide_find(&wide, head))
        return NULL;
    d = make();
    d->step = step_wide;
    d->wide = wide;
    return d;
}

struct decoder *decoder_for_container(struct str head, bool whole)
{
    const char *refused = container_refused(head);
    struct unpacker *unpacker = unpacker_for(head, whole);
    struct decoder *d = NULL;
    if (refused == NULL && unpacker == NULL)
        return NULL;
    d = make();
    d->open = true;
    d->unpacker = unpacker;
    d->step = unpacker != NULL ? step_unpack : step_refused;
    if (unpacker == NULL)
        snprintf(d->refused, sizeof(d->refused), "is %s, which is not a log",
                 refused);
    return d;
}

bool decoder_is_mixed(const struct decoder *d)
{
    return d != NULL && d->wide.mixed;
}

void decoder_close(struct decoder *d)
{
    if (d == NULL)
        return;
    if (d->step == step_gzip)
        inflateEnd(&d->gzip);
    ZSTD_freeDStream(d->zstd);
    unpacker_close(d->unpacker);
    buf_release(&d->lines);
    free(d);
}

struct decoded decoder_step(struct decoder *d, struct str input, bool ended,
                            char *out, size_t room)
{
    struct decoded made = d->step(d, input, ended, out, room);
    d->taken += made.used;
    d->given += made.made;
    if (made.problem == NULL && d->given > DECODER_BOMB_BYTES &&
        d->given / DECODER_BOMB_RATIO > d->taken)
        return failed("is more than 500 times larger than its file, which no "
                      "log is");
    return made;
}
