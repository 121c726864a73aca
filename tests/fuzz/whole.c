/* RFC 9112, section 6, and RFC 9113, sections 4 and 6, as far as they decide.
 */
#include "tests/fuzz/whole.h"

#include <stdint.h>
#include <string.h>
#include <zlib.h>

struct head {
    int status;
    bool chunked, coded, gzip, endless, bad;
    bool has_length;
    size_t length;
};

static struct str next_line(struct str *text, bool *any)
{
    size_t at = str_find(*text, STR("\n"), 0);
    *any = at < text->len;
    struct str line = str_cut(*text, '\n', text);
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static void read_length(struct head *h, struct str value)
{
    while (value.len > 0) {
        struct str one = str_trim(str_cut(value, ',', &value));
        size_t n = 0;
        h->bad = h->bad || one.len == 0 || one.len > 18;
        for (size_t i = 0; i < one.len && !h->bad; i++) {
            h->bad = one.ptr[i] < '0' || one.ptr[i] > '9';
            n = n * 10 + (size_t)(one.ptr[i] - '0');
        }
        h->bad = h->bad || (h->has_length && n != h->length);
        h->has_length = true;
        h->length = n;
    }
}

static void read_field(struct head *h, struct str line)
{
    static const char *const endless[] = {"text/event-stream", "ndjson",
                                          "x-mixed-replace",   "jsonl",
                                          "json-seq",          "stream+json"};
    struct str value, name = str_cut(line, ':', &value);
    value = str_trim(value);
    if (str_equal_nocase(name, STR("content-length"))) {
        h->bad = h->bad || value.len == 0;
        read_length(h, value);
    } else if (str_equal_nocase(name, STR("transfer-encoding"))) {
        h->bad = h->bad || h->coded || !str_equal_nocase(value, STR("chunked"));
        h->coded = h->chunked = true;
    } else if (str_equal_nocase(name, STR("content-encoding"))) {
        h->gzip = str_equal_nocase(value, STR("gzip")) ||
                  str_equal_nocase(value, STR("x-gzip"));
    } else if (str_equal_nocase(name, STR("content-type"))) {
        for (size_t i = 0; i < sizeof(endless) / sizeof(endless[0]); i++)
            h->endless = h->endless ||
                         str_find(value, str_from(endless[i]), 0) < value.len;
    }
}

/* The last head, behind those of 1xx; false: it does not end. */
static bool read_head(struct head *h, struct str *text)
{
    do {
        bool any;
        struct str line = next_line(text, &any);
        *h = (struct head){.status = 0};
        if (!any || line.len < 12 || memcmp(line.ptr, "HTTP/1.", 7) != 0)
            return false;
        for (size_t i = 9; i < 12; i++)
            h->status = h->status * 10 + (line.ptr[i] - '0');
        while ((line = next_line(text, &any)).len > 0)
            read_field(h, line);
        if (!any)
            return false;
    } while (h->status >= 100 && h->status < 200 && h->status != 101);
    return true;
}

static int hex(char c)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF";
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? -1 : (int)(at - digits) % 16;
}

/* Chunks to the last and its trailers; the body is joined in `body`. */
static bool read_chunks(struct str text, struct buf *body)
{
    bool any;
    for (;;) {
        struct str line = next_line(&text, &any);
        size_t n = 0, digits = 0;
        for (; digits < line.len && hex(line.ptr[digits]) >= 0; digits++)
            n = n * 16 + (size_t)hex(line.ptr[digits]);
        if (!any || digits == 0 || digits > 15)
            return false;
        if (n == 0)
            break;
        if (n >= text.len)
            return false;
        buf_str(body, str_sub(text, 0, n));
        text = str_sub(text, n, text.len);
        if (next_line(&text, &any).len > 0 || !any)
            return false;
    }
    while (next_line(&text, &any).len > 0)
        continue;
    return any;
}

/* One gzip member or more, and nothing behind them. */
static bool is_gzip(struct str body)
{
    char out[4096];
    unsigned char *from = (unsigned char *)(uintptr_t)body.ptr;
    z_stream z = {.next_in = from, .avail_in = (unsigned)body.len};
    int got = inflateInit2(&z, 31);
    while (got == Z_OK) {
        z.next_out = (unsigned char *)out;
        z.avail_out = sizeof(out);
        got = inflate(&z, Z_NO_FLUSH);
        if (got == Z_STREAM_END && z.avail_in > 0)
            got = inflateReset(&z);
    }
    inflateEnd(&z);
    return got == Z_STREAM_END;
}

bool whole_http1(struct str text, bool fin, bool compressed)
{
    struct head h;
    struct buf body;
    bool whole;
    if (!read_head(&h, &text) || h.status != 200 || h.bad ||
        (h.chunked && h.has_length))
        return false;
    buf_init(&body, (size_t)1 << 20);
    if (h.chunked) {
        whole = read_chunks(text, &body);
    } else if (h.has_length) {
        whole = text.len >= h.length;
        buf_str(&body, str_sub(text, 0, h.length));
    } else {
        whole = fin || h.endless;
        buf_str(&body, text);
    }
    whole = whole && (!compressed || !h.gzip || is_gzip(buf_view(&body)));
    buf_release(&body);
    return whole;
}

#define DATA        0
#define HEADERS     1
#define RST_STREAM  3
#define SETTINGS    4
#define PING        6
#define GOAWAY      7
#define WINDOW      8
#define CONTINUED   9
#define END_STREAM  1
#define END_HEADERS 4

struct frame {
    size_t length;
    unsigned type, flags, stream;
};

static bool next_frame(struct frame *f, struct str *text)
{
    const unsigned char *p = (const unsigned char *)text->ptr;
    if (text->len < 9)
        return false;
    *f = (struct frame){.length = (size_t)p[0] << 16 | (size_t)p[1] << 8 | p[2],
                        .type = p[3],
                        .flags = p[4],
                        .stream = (p[5] & 0x7FU) << 24 | (unsigned)p[6] << 16 |
                                  (unsigned)p[7] << 8 | p[8]};
    *text = str_sub(*text, 9, text->len);
    if (f->length > text->len || f->length > 16384)
        return false;
    *text = str_sub(*text, f->length, text->len);
    return true;
}

static bool is_sound(const struct frame *f)
{
    switch (f->type) {
    case SETTINGS:
        return f->stream == 0 && f->length % 6 == 0;
    case PING:
        return f->stream == 0 && f->length == 8;
    case WINDOW:
        return f->length == 4;
    case RST_STREAM:
        return f->stream != 0 && f->stream != 1 && f->length == 4;
    case DATA:
    case HEADERS:
    case CONTINUED:
        return f->stream != 0;
    case GOAWAY:
        return f->stream == 0;
    default:
        return true;
    }
}

/* What came on stream 1, before its end. */
struct stream {
    unsigned heads, messages;
    bool open_head, ended, by_trailers;
};

static bool read_stream(struct stream *s, struct str text)
{
    struct frame f;
    bool first = true;
    *s = (struct stream){.heads = 0};
    while (!s->ended || s->open_head) {
        if (!next_frame(&f, &text) || !is_sound(&f) ||
            (first && f.type != SETTINGS) ||
            (s->open_head && f.type != CONTINUED))
            return false;
        first = false;
        if (f.stream != 1)
            continue;
        s->messages += f.type == DATA && f.length > 0;
        s->heads += f.type == HEADERS;
        if (f.type == HEADERS || f.type == CONTINUED)
            s->open_head = (f.flags & END_HEADERS) == 0;
        if ((f.type == HEADERS || f.type == DATA) &&
            (f.flags & END_STREAM) != 0) {
            s->ended = true;
            s->by_trailers = f.type == HEADERS;
        }
    }
    return true;
}

bool whole_http2(struct str text)
{
    struct stream s;
    return read_stream(&s, text) && s.heads > 0;
}

bool whole_grpc(struct str text)
{
    struct stream s;
    return read_stream(&s, text) && s.heads > 1 && s.messages > 0 &&
           s.by_trailers;
}
