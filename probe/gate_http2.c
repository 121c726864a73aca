/*
 * HTTP/2 (RFC 9113): one request over a session of our own, so that every
 * frame of the response is seen. libnghttp2 judges frames, header blocks and
 * lengths; only END_STREAM makes the response complete.
 */
#include <nghttp2/nghttp2.h>
#include <string.h>

#include "base/text.h"
#include "probe/gate.h"

#define WINDOW_BYTES (1 << 20)
#define FIRST_STREAM 1

struct gate_http2 {
    struct gate *g;
    nghttp2_session *session;
    const char *body; /* of the caller */
    size_t left;      /* of it */
    int32_t stream;
    bool sent;    /* the request, as a whole */
    char seen[8]; /* the first bytes that came */
    size_t seen_count;
};

static bool is_ours(const struct gate_http2 *s, int32_t stream)
{
    return s->stream == stream;
}

/* The head looks as it does in HTTP/1, as queries read it. */
static void add_status(struct gate *g, struct str value)
{
    uint64_t status = 0;
    if (g->head->len > 0)
        gate_drop_head(g);
    if (value.len != 3 || !text_to_u64(value, 999, &status) || status < 100)
        gate_refuse(g, CAUSE_PROTOCOL, "invalid :status");
    g->status = (int64_t)status;
    g->version = 20;
    buf_printf(g->head, "HTTP/2 %lld \r\n", (long long)status);
}

static struct str view(nghttp2_rcbuf *text)
{
    nghttp2_vec v = nghttp2_rcbuf_get_buf(text);
    return (struct str){(const char *)v.base, v.len};
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame,
                     nghttp2_rcbuf *name, nghttp2_rcbuf *value, uint8_t flags,
                     void *user)
{
    struct gate_http2 *s = user;
    struct buf *head = s->g->head;
    struct str key = view(name), text = view(value);
    (void)session, (void)flags;
    if (!is_ours(s, frame->hd.stream_id) || s->g->at != GATE_STREAM)
        return 0;
    if (str_is(key, ":status"))
        add_status(s->g, text);
    else if (key.len > 0 && key.ptr[0] != ':')
        buf_printf(head, "%.*s: %.*s\r\n", STR_ARGS(key), STR_ARGS(text));
    return head->full ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

/* Without this, libnghttp2 would leave such a header out and go on. */
static int on_invalid_header(nghttp2_session *session,
                             const nghttp2_frame *frame, nghttp2_rcbuf *name,
                             nghttp2_rcbuf *value, uint8_t flags, void *user)
{
    struct gate_http2 *s = user;
    (void)session, (void)name, (void)value, (void)flags;
    if (is_ours(s, frame->hd.stream_id))
        gate_refuse(s->g, CAUSE_PROTOCOL, "HTTP/2: invalid header");
    return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream,
                   const uint8_t *data, size_t len, void *user)
{
    struct gate_http2 *s = user;
    (void)session, (void)flags;
    if (!is_ours(s, stream) || s->g->at != GATE_STREAM)
        return 0;
    buf_add(s->g->body, (const char *)data, len);
    return s->g->body->full ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

/* Called for frames that are valid, their lengths summed up. */
static int on_frame(nghttp2_session *session, const nghttp2_frame *frame,
                    void *user)
{
    struct gate_http2 *s = user;
    struct gate *g = s->g;
    (void)session;
    bool headers = frame->hd.type == NGHTTP2_HEADERS;
    if (!is_ours(s, frame->hd.stream_id) || g->at != GATE_STREAM ||
        (!headers && frame->hd.type != NGHTTP2_DATA))
        return 0;
    if (headers)
        buf_text(g->head, "\r\n");
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0)
        return 0;
    if (g->status < 200)
        gate_refuse(g, CAUSE_PROTOCOL,
                    "HTTP/2: the stream ended with an interim response");
    else
        g->at = GATE_COMPLETE;
    return 0;
}

static int on_invalid_frame(nghttp2_session *session,
                            const nghttp2_frame *frame, int code, void *user)
{
    struct gate_http2 *s = user;
    (void)session, (void)frame;
    gate_refuse(s->g, CAUSE_PROTOCOL, "HTTP/2: %s", nghttp2_strerror(code));
    return 0;
}

/* Why we would end the connection is what the server did wrong. */
static int on_sent(nghttp2_session *session, const nghttp2_frame *frame,
                   void *user)
{
    struct gate_http2 *s = user;
    uint32_t code = NGHTTP2_NO_ERROR;
    (void)session;
    if (frame->hd.type == NGHTTP2_GOAWAY)
        code = frame->goaway.error_code;
    else if (frame->hd.type == NGHTTP2_RST_STREAM)
        code = frame->rst_stream.error_code;
    if (code != NGHTTP2_NO_ERROR)
        gate_refuse(s->g, CAUSE_PROTOCOL, "HTTP/2: the response is broken: %s",
                    nghttp2_http2_strerror(code));
    if (is_ours(s, frame->hd.stream_id) &&
        (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
        s->sent = true;
    return 0;
}

static int on_stream_close(nghttp2_session *session, int32_t stream,
                           uint32_t code, void *user)
{
    struct gate_http2 *s = user;
    (void)session;
    if (is_ours(s, stream))
        gate_refuse(s->g, CAUSE_PROTOCOL,
                    "HTTP/2: the server reset the stream: %s",
                    nghttp2_http2_strerror(code));
    return 0;
}

/* The signature is that of libnghttp2. NOLINTNEXTLINE(*-function-size) */
static ssize_t read_body(nghttp2_session *session, int32_t stream, uint8_t *out,
                         size_t room, uint32_t *flags,
                         nghttp2_data_source *source, void *user)
{
    struct gate_http2 *s = user;
    size_t take = s->left < room ? s->left : room;
    (void)session, (void)stream, (void)source;
    if (take > 0)
        memcpy(out, s->body, take);
    s->body += take;
    s->left -= take;
    if (s->left == 0)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)take;
}

static nghttp2_session_callbacks *make_callbacks(void)
{
    nghttp2_session_callbacks *c = NULL;
    if (nghttp2_session_callbacks_new(&c) != 0)
        arena_out_of_memory();
    nghttp2_session_callbacks_set_on_header_callback2(c, on_header);
    nghttp2_session_callbacks_set_on_invalid_header_callback2(
        c, on_invalid_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(c, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(c, on_frame);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(
        c, on_invalid_frame);
    nghttp2_session_callbacks_set_on_frame_send_callback(c, on_sent);
    nghttp2_session_callbacks_set_on_stream_close_callback(c, on_stream_close);
    return c;
}

static nghttp2_nv pair(const char *name, const char *value)
{
    return (nghttp2_nv){.name = (uint8_t *)(uintptr_t)name,
                        .value = (uint8_t *)(uintptr_t)value,
                        .namelen = strlen(name),
                        .valuelen = strlen(value),
                        .flags = NGHTTP2_NV_FLAG_NONE};
}

static bool submit(struct gate_http2 *s, const struct gate_request *q)
{
    static const nghttp2_settings_entry setting[] = {
        {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, WINDOW_BYTES}};
    struct arena a;
    arena_init(&a);
    nghttp2_nv *nv = arena_array(&a, q->header_count + 4, sizeof(*nv));
    size_t count = 0;
    nv[count++] = pair(":method", q->method);
    nv[count++] = pair(":scheme", q->scheme);
    nv[count++] = pair(":authority", q->authority);
    nv[count++] = pair(":path", q->path);
    for (size_t i = 0; i < q->header_count; i++)
        nv[count++] = pair(q->header[i].name, q->header[i].value);
    nghttp2_data_provider body = {.read_callback = read_body};
    bool ok = nghttp2_submit_settings(s->session, NGHTTP2_FLAG_NONE, setting,
                                      ARRAY_COUNT(setting)) == 0 &&
              nghttp2_session_set_local_window_size(
                  s->session, NGHTTP2_FLAG_NONE, 0, WINDOW_BYTES) == 0;
    if (ok)
        s->stream = nghttp2_submit_request(
            s->session, NULL, nv, count, q->body == NULL ? NULL : &body, NULL);
    arena_release(&a);
    return ok && s->stream == FIRST_STREAM;
}

struct gate_http2 *gate_http2_open(struct arena *a, struct gate *g,
                                   const struct gate_request *request)
{
    struct gate_http2 *s = arena_alloc(a, sizeof(*s));
    nghttp2_session_callbacks *callbacks = make_callbacks();
    nghttp2_option *option = NULL;
    if (nghttp2_option_new(&option) != 0)
        arena_out_of_memory();
    *s = (struct gate_http2){
        .g = g, .body = request->body, .left = request->body_bytes};
    /* Real servers pad values with blanks; HTTP/1 lets them. */
    nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation(option, 1);
    if (nghttp2_session_client_new2(&s->session, callbacks, s, option) != 0)
        arena_out_of_memory();
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    g->at = GATE_STREAM;
    if (!submit(s, request))
        gate_refuse(g, CAUSE_PROBER, "HTTP/2: the request was not accepted");
    return s;
}

void gate_http2_close(struct gate_http2 *s)
{
    if (s != NULL)
        nghttp2_session_del(s->session);
}

/* A server that speaks HTTP/1 says so in its first bytes. */
static void note_start(struct gate_http2 *s, struct str bytes)
{
    for (size_t i = 0; i < bytes.len && s->seen_count < sizeof(s->seen); i++)
        s->seen[s->seen_count++] = bytes.ptr[i];
    if (str_starts((struct str){s->seen, s->seen_count}, STR("HTTP/1")))
        gate_refuse(s->g, CAUSE_PROTOCOL,
                    "the server speaks HTTP/1: leave out http_version");
}

bool gate_http2_feed(struct gate_http2 *s, struct str bytes)
{
    struct gate *g = s->g;
    struct buf unsent;
    if (s->seen_count < sizeof(s->seen))
        note_start(s, bytes);
    ssize_t got = nghttp2_session_mem_recv(
        s->session, (const uint8_t *)bytes.ptr, bytes.len);
    if (g->head->full || g->body->full)
        return false;
    if (got < 0)
        gate_refuse(g, CAUSE_PROTOCOL, "HTTP/2: %s",
                    nghttp2_strerror((int)got));
    if (g->at == GATE_STREAM && nghttp2_session_want_read(s->session) == 0) {
        buf_init(&unsent, 1 << 20); /* tells why it gives up */
        gate_http2_pull(s, &unsent);
        buf_release(&unsent);
        gate_refuse(g, CAUSE_PROTOCOL, "HTTP/2: the response is broken");
    }
    return g->at != GATE_REFUSED;
}

void gate_http2_pull(struct gate_http2 *s, struct buf *out)
{
    const uint8_t *data = NULL;
    ssize_t got = 1;
    while (got > 0 && !out->full) {
        got = nghttp2_session_mem_send(s->session, &data);
        if (got > 0)
            buf_add(out, (const char *)data, (size_t)got);
    }
}

bool gate_http2_sent(const struct gate_http2 *s)
{
    return s->sent;
}
