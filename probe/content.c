/*
 * Content codings (RFC 9110, section 8.4.1), undone by us: a stream must reach
 * its own end, which libcurl does not look at.
 */
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#ifdef POSTFLIGHT_BROTLI
#include <brotli/decode.h>
#endif

#include "base/text.h"
#include "probe/gate.h"
#include "probe/probe.h"

#define CODINGS_MAX     4 /* one upon the other */
#define STEP_BYTES      16384
#define ZSTD_WINDOW_LOG 23 /* 8 MiB, as RFC 9659 wants of HTTP */

#ifdef POSTFLIGHT_BROTLI
const char content_codings[] = "gzip, deflate, br, zstd";
#else
const char content_codings[] = "gzip, deflate, zstd";
#endif

/* What came of one coding; out->full counts, too. */
enum decoded { DECODED, DECODED_CUT, DECODED_BROKEN, DECODED_TRAILED };

/* One zlib stream; *in is what follows it. */
static enum decoded inflate_one(struct buf *out, struct str *in, int bits)
{
    unsigned char step[STEP_BYTES];
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)in->ptr,
                  .avail_in = (uInt)in->len};
    int rc = inflateInit2(&z, bits);
    if (rc != Z_OK)
        arena_out_of_memory();
    while (rc == Z_OK && !out->full) {
        z.next_out = step;
        z.avail_out = sizeof(step);
        rc = inflate(&z, Z_NO_FLUSH);
        buf_add(out, (const char *)step, sizeof(step) - z.avail_out);
    }
    *in = str_sub(*in, in->len - z.avail_in, in->len);
    inflateEnd(&z);
    if (rc == Z_STREAM_END || out->full)
        return DECODED;
    return rc == Z_BUF_ERROR ? DECODED_CUT : DECODED_BROKEN;
}

/* Members follow each other (RFC 1952, section 2.2). */
static enum decoded decode_gzip(struct buf *out, struct str in)
{
    enum decoded how = inflate_one(out, &in, 16 + MAX_WBITS);
    while (how == DECODED && in.len > 0 && !out->full) {
        bool member =
            in.ptr[0] == '\x1f' && (in.len < 2 || in.ptr[1] == '\x8b');
        if (!member)
            return DECODED_TRAILED;
        how = inflate_one(out, &in, 16 + MAX_WBITS);
    }
    return how;
}

/* A zlib stream by the standard; many servers send a bare one. */
static enum decoded decode_deflate(struct buf *out, struct str in)
{
    const unsigned char *b = (const unsigned char *)in.ptr;
    bool zlib =
        in.len < 2 || ((b[0] & 0x0f) == 8 && (b[0] << 8 | b[1]) % 31 == 0);
    enum decoded how = inflate_one(out, &in, zlib ? MAX_WBITS : -MAX_WBITS);
    return how == DECODED && in.len > 0 && !out->full ? DECODED_TRAILED : how;
}

static enum decoded decode_zstd(struct buf *out, struct str in)
{
    unsigned char step[STEP_BYTES];
    ZSTD_inBuffer from = {in.ptr, in.len, 0};
    ZSTD_DStream *z = ZSTD_createDStream();
    size_t rc = 1;
    bool more = true;
    if (z == NULL)
        arena_out_of_memory();
    ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
    while (more && !ZSTD_isError(rc) && !out->full) {
        ZSTD_outBuffer to = {step, sizeof(step), 0};
        rc = ZSTD_decompressStream(z, &to, &from);
        buf_add(out, (const char *)step, to.pos);
        more = from.pos < from.size || to.pos == to.size;
    }
    ZSTD_freeDStream(z);
    if (ZSTD_isError(rc))
        return DECODED_BROKEN;
    return rc == 0 || out->full ? DECODED : DECODED_CUT;
}

#ifdef POSTFLIGHT_BROTLI
static enum decoded decode_brotli(struct buf *out, struct str in)
{
    const uint8_t *next = (const uint8_t *)in.ptr;
    size_t left = in.len;
    BrotliDecoderState *z = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    BrotliDecoderResult rc = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    if (z == NULL)
        arena_out_of_memory();
    while (rc == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT && !out->full) {
        uint8_t step[STEP_BYTES], *to = step;
        size_t room = sizeof(step);
        rc = BrotliDecoderDecompressStream(z, &left, &next, &room, &to, NULL);
        buf_add(out, (const char *)step, sizeof(step) - room);
    }
    BrotliDecoderDestroyInstance(z);
    if (rc == BROTLI_DECODER_RESULT_ERROR)
        return DECODED_BROKEN;
    if (rc == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT)
        return DECODED_CUT;
    return left > 0 && !out->full ? DECODED_TRAILED : DECODED;
}
#endif

struct coding {
    const char *name, *shown;
    enum decoded (*decode)(struct buf *out, struct str in);
};

static const struct coding coding[] = {
    {"gzip", "gzip", decode_gzip},
    {"x-gzip", "gzip", decode_gzip},
    {"deflate", "deflate", decode_deflate},
    {"zstd", "zstd", decode_zstd},
#ifdef POSTFLIGHT_BROTLI
    {"br", "br", decode_brotli},
#endif
};

static const struct coding *find_coding(struct str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(coding); i++)
        if (str_equal_nocase(name, str_from(coding[i].name)))
            return &coding[i];
    return NULL;
}

static const char *const became[] = {[DECODED_CUT] = "was cut",
                                     [DECODED_BROKEN] = "is broken",
                                     [DECODED_TRAILED] =
                                         "has bytes after its end"};

static bool undo(struct buf *body, const struct coding *c, size_t max,
                 struct buf *why)
{
    struct buf out;
    buf_init(&out, max);
    enum decoded how =
        body->len == 0 ? DECODED_CUT : c->decode(&out, buf_view(body));
    if (how == DECODED) {
        buf_release(body);
        *body = out;
        return !out.full;
    }
    buf_printf(why, "the %s stream %s", c->shown, became[how]);
    buf_release(&out);
    return false;
}

/* The names in one header, in the order in which they were applied. */
static bool add_codings(const struct coding **list, size_t *count,
                        struct str value, struct buf *why)
{
    while (value.len > 0) {
        struct str name = str_trim(str_cut(value, ',', &value));
        if (name.len == 0 || str_equal_nocase(name, STR("identity")))
            continue;
        const struct coding *c = find_coding(name);
        if (c == NULL || *count == CODINGS_MAX) {
            buf_text(why, c == NULL ? "unknown Content-Encoding '"
                                    : "too many Content-Encodings, at '");
            text_visible_line(why, str_sub(name, 0, 60));
            buf_text(why, "'");
            return false;
        }
        list[(*count)++] = c;
    }
    return true;
}

size_t content_coded_max(size_t max)
{
    return max + max / 64 + 1024;
}

bool content_decode(struct buf *body, struct str head, size_t max,
                    struct buf *why)
{
    const struct coding *list[CODINGS_MAX];
    size_t count = 0;
    while (head.len > 0) {
        struct str value;
        struct str line = str_trim(str_cut(head, '\n', &head));
        if (line.len == 0)
            break; /* trailers follow */
        if (str_equal_nocase(str_cut(line, ':', &value),
                             STR("content-encoding")) &&
            !add_codings(list, &count, value, why))
            return false;
    }
    while (count > 0) {
        count--; /* what is below another coding may still be coded */
        size_t most = count > 0 ? content_coded_max(max) : max;
        if (!undo(body, list[count], most, why))
            return false;
    }
    body->full = body->len > max;
    return !body->full;
}

void probe_brotli(struct buf *out)
{
#ifdef POSTFLIGHT_BROTLI
    uint32_t v = BrotliDecoderVersion();
    buf_printf(out, "%u.%u.%u", (unsigned)(v >> 24),
               (unsigned)(v >> 12 & 0xfff), (unsigned)(v & 0xfff));
#else
    buf_text(out, "not built in: br is not offered");
#endif
}
