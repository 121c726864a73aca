/*
 * The byte gate: a response over HTTP/1, over HTTP/2, or a coded body. The
 * first byte chooses; the second cuts it into two pieces, which must make no
 * difference.
 */
#include <stdint.h>
#include <stdlib.h>

#include "probe/gate.h"

#define BODY_MAX ((size_t)1 << 16)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    struct buf head, body;
    struct gate gate;
};

static void open_seen(struct seen *s, bool is_head)
{
    buf_init(&s->head, GATE_HEAD_MAX);
    buf_init(&s->body, BODY_MAX);
    gate_open(&s->gate, &s->head, &s->body, is_head);
}

static void release_seen(struct seen *s)
{
    gate_release(&s->gate);
    buf_release(&s->head);
    buf_release(&s->body);
}

/* What is refused has a reason, and nothing else is left open. */
static void close_seen(struct seen *s, enum gate_end how)
{
    gate_close(&s->gate, how);
    bool refused = s->gate.at == GATE_REFUSED;
    if (!refused && s->gate.at != GATE_COMPLETE)
        abort();
    if (refused != (s->gate.why.len > 0))
        abort();
    if (!refused && (s->gate.status < 100 || s->gate.status > 999))
        abort();
}

static void feed_http1(struct seen *s, struct str text, size_t cut)
{
    bool more = gate_feed(&s->gate, str_sub(text, 0, cut)) &&
                gate_feed(&s->gate, str_sub(text, cut, text.len));
    if (more && s->gate.at == GATE_REFUSED)
        abort();
}

/* Pieces of any size give the same response. */
static void try_http1(struct str text, size_t cut, unsigned how)
{
    struct seen whole, parts;
    open_seen(&whole, (how & 4) != 0);
    open_seen(&parts, (how & 4) != 0);
    feed_http1(&whole, text, text.len);
    feed_http1(&parts, text, cut);
    close_seen(&whole, (enum gate_end)(how % 3));
    close_seen(&parts, (enum gate_end)(how % 3));
    if (whole.gate.at != parts.gate.at ||
        (whole.gate.at == GATE_COMPLETE &&
         (whole.gate.status != parts.gate.status ||
          !str_equal(buf_view(&whole.head), buf_view(&parts.head)) ||
          !str_equal(buf_view(&whole.body), buf_view(&parts.body)))))
        abort();
    release_seen(&whole);
    release_seen(&parts);
}

static void try_http2(struct str text, size_t cut, bool posts)
{
    static const struct header header[] = {{"accept", "*/*"}};
    struct gate_request request = {.method = posts ? "POST" : "GET",
                                   .scheme = "http",
                                   .authority = "h",
                                   .path = "/",
                                   .header = header,
                                   .header_count = 1,
                                   .body = posts ? "body" : NULL,
                                   .body_bytes = posts ? 4 : 0};
    struct seen s;
    struct buf out;
    struct arena a;
    arena_init(&a);
    open_seen(&s, false);
    buf_init(&out, (size_t)1 << 20);
    struct gate_http2 *session = gate_http2_open(&a, &s.gate, &request);
    gate_http2_pull(session, &out);
    if (gate_http2_feed(session, str_sub(text, 0, cut)) &&
        gate_http2_feed(session, str_sub(text, cut, text.len)))
        gate_http2_pull(session, &out);
    close_seen(&s, GATE_END_CLEAR);
    gate_http2_close(session);
    arena_release(&a);
    buf_release(&out);
    release_seen(&s);
}

static void try_content(struct str text, size_t which)
{
    static const char *const head[] = {
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip, deflate\r\n\r\n"};
    struct buf body, why;
    buf_init(&body, BODY_MAX);
    buf_init(&why, 300);
    buf_str(&body, text);
    bool ok = content_decode(&body, str_from(head[which % 5]), BODY_MAX, &why);
    if (!ok && why.len == 0 && !body.full)
        abort();
    buf_release(&body);
    buf_release(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct str text = {(const char *)data + 2, size - 2};
    size_t cut = data[1] < text.len ? data[1] : text.len;
    unsigned how = data[0] >> 2;
    switch (data[0] & 3) {
    case 0:
    case 1:
        try_http1(text, cut, how);
        break;
    case 2:
        try_http2(text, cut, (how & 1) != 0);
        break;
    default:
        try_content(text, how);
        break;
    }
    return 0;
}
