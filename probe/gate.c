/* HTTP/1 (RFC 9112): status line, headers, lengths, chunks, trailers. */
#include "probe/gate.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/characters.h"
#include "base/text.h"

#define WHY_MAX   300
#define SHOWN_MAX 60 /* bytes of the response in a message */

void gate_open(struct gate *g, struct buf *head, struct buf *body, bool is_head)
{
    *g = (struct gate){
        .head = head, .body = body, .is_head = is_head, .line = head->len};
    buf_init(&g->why, WHY_MAX);
}

void gate_release(struct gate *g)
{
    buf_release(&g->why);
}

void gate_refuse(struct gate *g, enum cause_kind cause, const char *fmt, ...)
{
    char text[WHY_MAX];
    va_list args;
    if (g->at == GATE_COMPLETE || g->at == GATE_REFUSED)
        return;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    g->at = GATE_REFUSED;
    g->cause = cause;
    buf_text(&g->why, text);
}

/* With a part of the response, made harmless, in quotes. */
static void refuse_text(struct gate *g, const char *what, struct str text)
{
    struct arena a;
    arena_init(&a);
    gate_refuse(g, CAUSE_PROTOCOL, "%s '%s'", what,
                text_elide(&a, text, SHOWN_MAX));
    arena_release(&a);
}

/* Is the text a token (RFC 9110, section 5.6.2)? */
static bool gate_is_token(struct str text)
{
    return text.len > 0 && has_only_alnum(text, "!#$%&'*+-.^_`|~");
}

void gate_drop_head(struct gate *g)
{
    g->head_bytes += g->head->len;
    buf_clear(g->head);
    g->line = 0;
    if (g->head_bytes > GATE_HEAD_MAX)
        g->head->full = true;
}

/* What other protocols begin with. */
static void refuse_stranger(struct gate *g, struct str seen)
{
    bool settings = seen.len >= 4 && seen.ptr[0] == 0 && seen.ptr[3] == 4;
    bool alert = seen.len >= 2 && seen.ptr[0] == 0x15 && seen.ptr[1] == 3;
    if (settings)
        gate_refuse(g, CAUSE_PROTOCOL,
                    "the server speaks HTTP/2 only: set http_version: \"2\"");
    else if (alert)
        gate_refuse(g, CAUSE_PROTOCOL,
                    "the server speaks TLS on this port; use https://");
    else
        refuse_text(g, "not an HTTP response:", seen);
}

/* As soon as it can be no status line: the rest may never come. */
static bool may_be_status(struct gate *g, struct str bytes)
{
    static const char start[] = "HTTP/";
    size_t have = g->head->len - g->line;
    for (size_t i = 0; have + i < sizeof(start) - 1 && i < bytes.len; i++)
        if (bytes.ptr[i] != start[have + i]) {
            struct buf seen;
            buf_init(&seen, 256);
            buf_str(&seen, str_sub(buf_view(g->head), g->line, have));
            buf_str(&seen, bytes);
            refuse_stranger(g, buf_view(&seen));
            buf_release(&seen);
            return false;
        }
    return true;
}

/* "HTTP/1.1 200 OK"; the reason may be empty, and its blank missing. */
static void read_status(struct gate *g, struct str line)
{
    const char *p = line.ptr;
    bool fits = line.len >= 12 && p[5] == '1' && p[6] == '.' &&
                is_digit(p[7]) && p[8] == ' ' && p[9] >= '1' &&
                is_digit(p[9]) && is_digit(p[10]) && is_digit(p[11]) &&
                (line.len == 12 || p[12] == ' ');
    if (!fits) {
        refuse_text(g, "invalid status line", line);
        return;
    }
    g->version = p[7] == '0' ? 10 : 11;
    g->status = (p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0');
    g->at = GATE_HEADERS;
    g->first = true;
    g->framing = g->chunked = g->has_length = false;
}

static void read_length(struct gate *g, struct str value)
{
    if (g->has_length)
        gate_refuse(g, CAUSE_PROTOCOL, "more than one Content-Length");
    else if (!text_to_u64(value, INT64_MAX, &g->length))
        refuse_text(g, "invalid Content-Length", value);
    g->has_length = g->framing = true;
}

/* No coding but chunked was asked for, and none is ever sent unasked. */
static void read_coding(struct gate *g, struct str value)
{
    if (g->chunked)
        gate_refuse(g, CAUSE_PROTOCOL, "more than one Transfer-Encoding");
    else if (!str_equal_nocase(value, STR("chunked")))
        refuse_text(g, "unknown Transfer-Encoding", value);
    g->chunked = g->framing = true;
}

static bool has_forbidden_byte(struct str line)
{
    return memchr(line.ptr, '\0', line.len) != NULL ||
           memchr(line.ptr, '\r', line.len) != NULL;
}

/*
 * A line that goes on the one before (obs-fold) is joined to it with a blank,
 * as RFC 9112, section 5.2 wants; lengths may not be spread like that.
 */
static void unfold(struct gate *g, struct str line)
{
    struct str text = str_trim(line);
    if (g->first || g->framing) {
        refuse_text(g, "a header line begins with a blank:", line);
        return;
    }
    size_t end = g->line;
    while (end > 0 &&
           (g->head->ptr[end - 1] == '\n' || g->head->ptr[end - 1] == '\r'))
        end--;
    g->head->ptr[end] = ' ';
    memmove(g->head->ptr + end + 1, text.ptr, text.len);
    buf_truncate(g->head, end + 1 + text.len);
    buf_text(g->head, "\r\n");
}

static void read_header(struct gate *g, struct str line)
{
    struct str value, name = str_cut(line, ':', &value);
    if (line.ptr[0] == ' ' || line.ptr[0] == '\t') {
        unfold(g, line);
        return;
    }
    g->first = g->framing = false;
    if (name.len == line.len)
        refuse_text(g, "a header line has no colon:", line);
    else if (!gate_is_token(name))
        refuse_text(g, "invalid header name", name);
    else if (g->at == GATE_TRAILERS)
        return; /* they change nothing of the message */
    else if (str_equal_nocase(name, STR("content-length")))
        read_length(g, str_trim(value));
    else if (str_equal_nocase(name, STR("transfer-encoding")))
        read_coding(g, str_trim(value));
}

/* RFC 9112, section 6.3 */
static void end_headers(struct gate *g)
{
    if (g->chunked && g->has_length) {
        gate_refuse(g, CAUSE_PROTOCOL,
                    "both Content-Length and Transfer-Encoding");
        return;
    }
    if (g->status < 200 && g->status != 101) {
        g->at = GATE_STATUS_LINE; /* an interim response */
        return;
    }
    g->left = g->has_length ? g->length : 0;
    if (g->is_head || g->status == 101 || g->status == 204 || g->status == 304)
        g->at = GATE_COMPLETE;
    else if (g->chunked)
        g->at = GATE_CHUNK_SIZE;
    else if (!g->has_length)
        g->at = GATE_CLOSE;
    else
        g->at = g->length == 0 ? GATE_COMPLETE : GATE_LENGTH;
}

static void end_line(struct gate *g)
{
    struct str line = str_sub(buf_view(g->head), g->line, g->head->len);
    line.len--; /* its LF, which may stand alone */
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    if (has_forbidden_byte(line))
        refuse_text(g, "a NUL or CR byte in the line", line);
    else if (g->at == GATE_STATUS_LINE)
        read_status(g, line);
    else if (line.len > 0)
        read_header(g, line);
    else if (g->at == GATE_HEADERS)
        end_headers(g);
    else
        g->at = GATE_COMPLETE;
    g->line = g->head->len;
}

static struct str feed_line(struct gate *g, struct str bytes)
{
    if (g->at == GATE_STATUS_LINE && g->line == g->head->len && g->line > 0)
        gate_drop_head(g);
    if (g->at == GATE_STATUS_LINE && !may_be_status(g, bytes))
        return bytes;
    size_t end = str_find(bytes, STR("\n"), 0);
    bool whole = end < bytes.len;
    buf_str(g->head, str_sub(bytes, 0, whole ? end + 1 : end));
    if (whole && !g->head->full)
        end_line(g);
    return str_sub(bytes, end + 1, bytes.len);
}

static struct str feed_body(struct gate *g, struct str bytes)
{
    size_t take = bytes.len;
    if (g->at != GATE_CLOSE && g->left < take)
        take = (size_t)g->left;
    buf_add(g->body, bytes.ptr, take);
    if (g->at == GATE_CLOSE)
        return STR_NONE;
    g->left -= take;
    if (g->left == 0)
        g->at = g->at == GATE_LENGTH ? GATE_COMPLETE : GATE_CHUNK_END;
    return str_sub(bytes, take, bytes.len);
}

static int hex_value(char c)
{
    char low = (char)(c | 0x20);
    if (is_digit(c))
        return c - '0';
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

static void begin_chunk(struct gate *g)
{
    g->at = g->left == 0 ? GATE_TRAILERS : GATE_CHUNK_DATA;
    g->digits = 0;
    g->after_cr = false;
    g->line = g->head->len;
    g->first = true;
    g->framing = false;
}

static struct str feed_chunk_size(struct gate *g, struct str bytes)
{
    char c = bytes.ptr[0];
    int value = hex_value(c);
    if (g->digits == 0)
        g->left = 0;
    if (value >= 0 && g->digits < GATE_CHUNK_DIGITS) {
        g->left = g->left << 4 | (unsigned)value;
        g->digits++;
    } else if (g->digits == 0 || value >= 0 || g->left > INT64_MAX) {
        refuse_text(g, "invalid chunk size at", str_sub(bytes, 0, SHOWN_MAX));
    } else if (c == '\n') {
        begin_chunk(g);
    } else {
        g->at = GATE_CHUNK_EXTENSION;
        g->in_extension = false;
        return bytes;
    }
    return str_sub(bytes, 1, bytes.len);
}

/* What follows the size: blanks, then perhaps ";" and anything. */
static struct str feed_extension(struct gate *g, struct str bytes)
{
    char c = bytes.ptr[0];
    bool blank = c == ' ' || c == '\t' || c == '\r';
    if (c == '\n') {
        begin_chunk(g);
        return str_sub(bytes, 1, bytes.len);
    }
    if (c == ';')
        g->in_extension = true;
    if (c == '\0' || g->after_cr || (!g->in_extension && !blank))
        refuse_text(g, "invalid chunk size at", str_sub(bytes, 0, SHOWN_MAX));
    else if (c != '\r' && ++g->extensions > GATE_EXTENSIONS_MAX)
        gate_refuse(g, CAUSE_PROTOCOL,
                    "more than %zu bytes of chunk extensions",
                    GATE_EXTENSIONS_MAX);
    g->after_cr = c == '\r';
    return str_sub(bytes, 1, bytes.len);
}

static struct str feed_chunk_end(struct gate *g, struct str bytes)
{
    char c = bytes.ptr[0];
    if (c == '\n')
        g->at = GATE_CHUNK_SIZE;
    else if (c != '\r' || g->after_cr)
        gate_refuse(g, CAUSE_PROTOCOL, "a chunk is longer than its size");
    g->after_cr = c == '\r';
    return str_sub(bytes, 1, bytes.len);
}

bool gate_feed(struct gate *g, struct str bytes)
{
    static struct str (*const feed[])(struct gate *, struct str) = {
        [GATE_STATUS_LINE] = feed_line,
        [GATE_HEADERS] = feed_line,
        [GATE_LENGTH] = feed_body,
        [GATE_CLOSE] = feed_body,
        [GATE_CHUNK_SIZE] = feed_chunk_size,
        [GATE_CHUNK_EXTENSION] = feed_extension,
        [GATE_CHUNK_DATA] = feed_body,
        [GATE_CHUNK_END] = feed_chunk_end,
        [GATE_TRAILERS] = feed_line,
    };
    while (bytes.len > 0 && g->at < GATE_STREAM && !g->head->full &&
           !g->body->full)
        bytes = feed[g->at](g, bytes);
    return g->at != GATE_REFUSED && !g->head->full && !g->body->full;
}

static const char *cut_text(const struct gate *g)
{
    switch (g->at) {
    case GATE_STATUS_LINE:
        if (g->status != 0)
            return "closed after an interim response";
        return g->head->len == 0 ? "closed without a response"
                                 : "closed inside the status line";
    case GATE_HEADERS:
        return "the response headers never ended";
    case GATE_CHUNK_SIZE:
    case GATE_CHUNK_EXTENSION:
    case GATE_CHUNK_DATA:
    case GATE_CHUNK_END:
        return "closed before the last chunk";
    case GATE_TRAILERS:
        return "the trailers never ended";
    case GATE_STREAM:
        return g->status == 0 ? "closed without a response"
                              : "closed before the response was complete: "
                                "END_STREAM is missing";
    case GATE_LENGTH:
    case GATE_CLOSE:
    case GATE_COMPLETE:
    case GATE_REFUSED:
        break;
    }
    return "closed";
}

void gate_close(struct gate *g, enum gate_end how)
{
    if (g->at == GATE_CLOSE && how != GATE_END_CUT)
        g->at = GATE_COMPLETE;
    else if (g->at == GATE_CLOSE)
        gate_refuse(g, CAUSE_CLOSED,
                    "the TLS connection was closed without close_notify, so "
                    "the body may be cut");
    else if (g->at == GATE_LENGTH)
        gate_refuse(g, CAUSE_CLOSED,
                    "closed before the body was complete: %llu of %llu bytes",
                    (unsigned long long)(g->length - g->left),
                    (unsigned long long)g->length);
    else
        gate_refuse(g, CAUSE_CLOSED, "%s", cut_text(g));
}
