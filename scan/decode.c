/* Streams that decode themselves, one step at a time. */
#define ZLIB_CONST /* its input is not written to */
#include "scan/decode.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/arena.h"
#include "base/text.h"

struct decoder {
    struct decoded (*step)(struct decoder *d, struct str input, bool ended,
                           char *out, size_t room);
    z_stream gzip;
    ZSTD_DStream *zstd;
    bool open;       /* within a member or frame */
    bool big_endian; /* UTF-16 */
    bool marked;     /* its mark was taken */
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

static uint32_t unit(const struct decoder *d, const char *p)
{
    unsigned char a = (unsigned char)p[0], b = (unsigned char)p[1];
    return d->big_endian ? (uint32_t)(a << 8 | b) : (uint32_t)(b << 8 | a);
}

/* One character; a half of a pair alone becomes U+FFFD. */
static size_t take_character(const struct decoder *d, struct str s,
                             uint32_t *code)
{
    uint32_t first = unit(d, s.ptr);
    bool high = first >= 0xD800 && first < 0xDC00;
    *code = first >= 0xD800 && first < 0xE000 ? 0xFFFD : first;
    if (!high || s.len < 4)
        return 2;
    uint32_t second = unit(d, s.ptr + 2);
    if (second < 0xDC00 || second >= 0xE000)
        return 2;
    *code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    return 4;
}

static struct decoded step_utf16(struct decoder *d, struct str input,
                                 bool ended, char *out, size_t room)
{
    struct decoded made = {0, 0, NULL};
    struct buf text;
    buf_init(&text, room);
    if (!d->marked && input.len >= 2) {
        d->marked = true;
        made.used = 2;
    }
    while (made.used + 2 <= input.len && text.len + 4 <= room) {
        struct str rest = str_sub(input, made.used, input.len);
        uint32_t code;
        if (rest.len < 4 && !ended)
            break; /* it may be half of a pair */
        made.used += take_character(d, rest, &code);
        utf8_encode(&text, code);
    }
    if (ended && made.used + 1 == input.len)
        made.used++; /* half a character at the end of the file */
    memcpy(out, text.ptr, text.len);
    made.made = text.len;
    buf_release(&text);
    return made;
}

static struct decoder *make(void)
{
    struct decoder *d = heap_zeroed(sizeof(*d));
    return d;
}

struct decoder *decoder_for(struct str head)
{
    bool little = str_starts(head, STR("\xff\xfe"));
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
    } else if (little || str_starts(head, STR("\xfe\xff"))) {
        d = make();
        d->step = step_utf16;
        d->big_endian = !little;
    }
    return d;
}

void decoder_close(struct decoder *d)
{
    if (d == NULL)
        return;
    if (d->step == step_gzip)
        inflateEnd(&d->gzip);
    ZSTD_freeDStream(d->zstd);
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
