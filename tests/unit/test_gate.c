/* The byte gate, piece by piece: lines, lengths, chunks, contents, limits. */
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "probe/kinds/probe_kind.h"
#include "tests/unit/testing.h"

#define OK_LINE "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK_LINE "Transfer-Encoding: chunked\r\n\r\n"

struct seen {
    struct buf head, body;
    struct gate gate;
    bool goes_on;
};

static void open_seen(struct seen *s, size_t body_max)
{
    buf_init(&s->head, GATE_HEAD_MAX);
    buf_init(&s->body, body_max);
    gate_open(&s->gate, &s->head, &s->body, false);
}

static void release_seen(struct seen *s)
{
    gate_release(&s->gate);
    buf_release(&s->head);
    buf_release(&s->body);
}

/* In pieces of `step` bytes, then FIN. */
static void feed(struct seen *s, struct str text, size_t step)
{
    open_seen(s, 1000);
    s->goes_on = true;
    for (size_t at = 0; s->goes_on && at < text.len; at += step)
        s->goes_on = gate_feed(&s->gate, str_sub(text, at, step));
    gate_close(&s->gate, GATE_END_CLEAR);
}

struct row {
    const char *text, *body; /* body NULL: refused for `why` */
    const char *why;
};

static const struct row row[] = {
    {OK_LINE "Content-Length: 2\r\n\r\nok", "ok", NULL},
    {OK_LINE "content-length:2\n\nok", "ok", NULL},
    {OK_LINE "Content-Length: 2\r\n\r\nok and more", "ok", NULL},
    {OK_LINE "\r\nby close", "by close", NULL},
    {"HTTP/1.0 404 \r\n\r\n", "", NULL},
    {"HTTP/1.1 204 x\r\n\r\nleft over", "", NULL},
    {"HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n", "", NULL},
    {"HTTP/1.1 101 x\r\nUpgrade: y\r\n\r\nframes", "", NULL},
    {"HTTP/1.1 103 x\r\nA: b\r\n\r\n" OK_LINE "\r\nz", "z", NULL},
    {CHUNKED "2\r\nok\r\n0\r\n\r\n", "ok", NULL},
    {CHUNKED "2 ;a=\"b\"\r\nok\r\n1\nk\n0\r\nX: y\r\n\r\n", "okk", NULL},
    {CHUNKED "000000000000000a\r\n0123456789\r\n0\r\n\r\n", "0123456789", NULL},
    {CHUNKED "0000000000000000a\r\n0123456789\r\n0\r\n\r\n", NULL,
     "invalid chunk size at"},
    {CHUNKED "7fffffffffffffff\r\nx", NULL, "closed before the last chunk"},
    {CHUNKED "8000000000000000\r\nx", NULL, "invalid chunk size at"},
    {CHUNKED "2\r\nokay\r\n", NULL, "a chunk is longer than its size"},
    {CHUNKED "2\r\nok\r\r\n0\r\n\r\n", NULL, "a chunk is longer than its size"},
    {CHUNKED "2;\rx\r\nok\r\n0\r\n\r\n", NULL, "invalid chunk size at"},
    {CHUNKED "0\r\nX\r\n\r\n", NULL, "a header line has no colon: 'X'"},
    {CHUNKED "0\r\n", NULL, "the trailers never ended"},
    {CHUNKED "", NULL, "closed before the last chunk"},
    {OK_LINE "Content-Length: 9223372036854775807\r\n\r\nx", NULL,
     "closed before the body was complete: 1 of 9223372036854775807 bytes"},
    {OK_LINE "Content-Length: 9223372036854775808\r\n\r\nx", NULL,
     "invalid Content-Length '9223372036854775808'"},
    {OK_LINE "Content-Length: +2\r\n\r\nok", NULL,
     "invalid Content-Length '+2'"},
    {OK_LINE "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok", NULL,
     "more than one Content-Length"},
    {OK_LINE "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", NULL,
     "both Content-Length and Transfer-Encoding"},
    {OK_LINE "Transfer-Encoding: gzip\r\n\r\n", NULL,
     "unknown Transfer-Encoding 'gzip'"},
    {OK_LINE "A : b\r\n\r\n", NULL, "invalid header name 'A '"},
    {OK_LINE " a: b\r\n\r\n", NULL, "a header line begins with a blank:"},
    {OK_LINE "Content-Length: 2\r\n 3\r\n\r\nok", NULL,
     "a header line begins with a blank:"},
    {OK_LINE "A: b\rc\r\n\r\n", NULL, "a NUL or CR byte in the line"},
    {OK_LINE "A: b\r\n", NULL, "the response headers never ended"},
    {OK_LINE, NULL, "the response headers never ended"},
    {"HTTP/1.1 20", NULL, "closed inside the status line"},
    {"", NULL, "closed without a response"},
    {"HTTP/1.1 100 x\r\n\r\n", NULL, "closed after an interim response"},
    {"HTTP/2 200 OK\r\n\r\n", NULL, "invalid status line 'HTTP/2 200 OK'"},
    {"HTTP/1.1 099 x\r\n\r\n", NULL, "invalid status line"},
    {"HTTP/1.1 2000 x\r\n\r\n", NULL, "invalid status line"},
    {"SSH-2.0-x\r\n", NULL, "not an HTTP response:"},
};

static void test_http1(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        for (size_t step = 1; step < 100; step = step * 3 + 1) {
            struct seen s;
            feed(&s, str_from(row[i].text), step);
            bool refused = s.gate.at == GATE_REFUSED;
            if (refused != (row[i].body == NULL) ||
                (refused && strncmp(s.gate.why.ptr, row[i].why,
                                    strlen(row[i].why)) != 0) ||
                (!refused && strcmp(s.body.ptr, row[i].body) != 0))
                fail_msg("row %zu, step %zu: '%s' '%s'", i, step,
                         s.gate.why.ptr, s.body.ptr);
            release_seen(&s);
        }
}

/* Other protocols are named by the bytes that came at once. */
static void test_strangers(void **state)
{
    (void)state;
    const struct {
        struct str text;
        const char *why;
    } rows[] = {
        {STR("\x15\x03\x03\0\2\2\x46"),
         "the server speaks TLS on this port; use https://"},
        {STR("\0\0\6\4\0\0\0\0\0\0\3\0\0\0d"),
         "the server speaks HTTP/2 only: set http_version: \"2\""},
        {STR("\0\0\6"), "not an HTTP response: '\\x00\\x00\\x06'"},
        {STR("HTTQ"), "not an HTTP response: 'HTTQ'"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct seen s;
        feed(&s, rows[i].text, 100);
        assert_string_equal(s.gate.why.ptr, rows[i].why);
        assert_false(s.goes_on);
        release_seen(&s);
    }
}

/* What stays of the head: the last one, unfolded, and the trailers. */
static void test_head(void **state)
{
    (void)state;
    struct seen s;
    feed(&s,
         STR("HTTP/1.1 103 x\r\nEarly: y\r\n\r\n" OK_LINE
             "A: b\r\n \tc \r\n  d\r\nTransfer-Encoding: chunked\r\n\r\n"
             "0\r\nT: u\r\n\r\n"),
         5);
    assert_string_equal(s.head.ptr,
                        OK_LINE "A: b c d\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "T: u\r\n\r\n");
    assert_int_equal(s.gate.status, 200);
    assert_int_equal(s.gate.version, 11);
    release_seen(&s);
}

/* The end of the connection ends a body only if nobody could have cut it. */
static void test_ends(void **state)
{
    (void)state;
    static const bool passes[] = {true, true, false};
    for (size_t i = 0; i < ARRAY_COUNT(passes); i++) {
        struct seen s;
        open_seen(&s, 1000);
        assert_true(gate_feed(&s.gate, STR(OK_LINE "\r\nbody")));
        gate_close(&s.gate, (enum gate_end)i);
        assert_int_equal(s.gate.at, passes[i] ? GATE_COMPLETE : GATE_REFUSED);
        if (!passes[i])
            assert_int_equal(s.gate.cause, CAUSE_CLOSED);
        release_seen(&s);
    }
}

static bool has_full_head(struct arena *a, size_t bytes, const char *interim)
{
    struct seen s;
    size_t fixed = strlen(OK_LINE "A: \r\n\r\n");
    const char *text =
        arena_printf(a, "%s" OK_LINE "A: %s\r\n\r\n", interim,
                     test_repeat(a, "x", bytes - fixed - strlen(interim)));
    feed(&s, str_from(text), 1000);
    bool full = s.head.full;
    assert_int_equal(s.goes_on, !full);
    release_seen(&s);
    return full;
}

static bool has_long_extension(struct arena *a, size_t bytes)
{
    struct seen s;
    const char *half = test_repeat(a, "x", bytes / 2 - 1);
    const char *text = arena_printf(a, CHUNKED "2;%s\r\nok\r\n0;%s%s\r\n\r\n",
                                    half, half, bytes % 2 == 1 ? "x" : "");
    feed(&s, str_from(text), 1000);
    bool refused = s.gate.at == GATE_REFUSED;
    release_seen(&s);
    return refused;
}

static void test_limits(void **state)
{
    (void)state;
    struct arena a;
    struct seen s;
    arena_init(&a);
    assert_false(has_full_head(&a, GATE_HEAD_MAX - 1, ""));
    assert_false(has_full_head(&a, GATE_HEAD_MAX, ""));
    assert_true(has_full_head(&a, GATE_HEAD_MAX + 1, ""));
    assert_false(has_long_extension(&a, GATE_EXTENSIONS_MAX - 1));
    assert_false(has_long_extension(&a, GATE_EXTENSIONS_MAX));
    assert_true(has_long_extension(&a, GATE_EXTENSIONS_MAX + 1));
    for (size_t size = 999; size <= 1001; size++) {
        feed(&s,
             str_from(arena_printf(&a, OK_LINE "\r\n%s",
                                   test_repeat(&a, "x", size))),
             100);
        assert_int_equal(s.body.full, size > 1000);
        release_seen(&s);
    }
    arena_release(&a);
}

/* Interim responses without end are bounded by what their heads add up to. */
static void test_interim(void **state)
{
    (void)state;
    static const char one[] = "HTTP/1.1 103 x\r\nA: bcdefghij\r\n\r\n";
    size_t fit = GATE_HEAD_MAX / (sizeof(one) - 1);
    for (size_t count = fit; count <= fit + 1; count++) {
        struct seen s;
        open_seen(&s, 1000);
        for (size_t i = 0; i < count; i++)
            assert_true(gate_feed(&s.gate, STR(one)));
        assert_int_equal(gate_feed(&s.gate, STR(OK_LINE "\r\n")), count == fit);
        assert_int_equal(s.head.full, count > fit);
        release_seen(&s);
    }
}

static size_t deflate_to(unsigned char *out, size_t room, const char *text,
                         int bits)
{
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)text,
                  .avail_in = (unsigned)strlen(text),
                  .next_out = out,
                  .avail_out = (unsigned)room};
    assert_int_equal(
        deflateInit2(&z, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t len = room - z.avail_out;
    deflateEnd(&z);
    return len;
}

/* "" when it decodes to `text`, or why not. */
static const char *decoded(struct arena *a, const unsigned char *data,
                           size_t len, const char *coding, const char *text)
{
    struct buf body, why;
    buf_init(&body, content_coded_max(1000));
    buf_init(&why, 300);
    buf_add(&body, (const char *)data, len);
    const char *head = arena_printf(
        a, OK_LINE "Content-Encoding: %s\r\n\r\nContent-Encoding: br\r\n",
        coding);
    bool ok = content_decode(&body, str_from(head), 1000, &why);
    const char *said = body.full ? "full" : buf_dup(a, &why);
    if (ok && strcmp(body.ptr, text) != 0)
        said = "another text";
    buf_release(&body);
    buf_release(&why);
    return said;
}

static void test_contents(void **state)
{
    (void)state;
    static const int bits[] = {16 + MAX_WBITS, MAX_WBITS, -MAX_WBITS};
    static const char *const name[] = {"gzip", "Deflate", "deflate"};
    struct arena a;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(bits); i++) {
        unsigned char data[200];
        size_t len = deflate_to(data, 100, "healthy, healthy", bits[i]);
        assert_string_equal(decoded(&a, data, len, name[i], "healthy, healthy"),
                            "");
        for (size_t cut = 0; cut < len; cut++) {
            const char *why = decoded(&a, data, cut, name[i], "");
            assert_non_null(strstr(why, "stream was cut"));
        }
        data[len] = 'x';
        assert_non_null(strstr(decoded(&a, data, len + 1, name[i], ""),
                               "has bytes after its end"));
    }
    arena_release(&a);
}

/* "hello hello hello", as `zstd` and libbrotlienc write it. */
static const unsigned char zstd[] = {0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x65,
                                     0x00, 0x00, 0x30, 0x68, 0x65, 0x6c, 0x6c,
                                     0x6f, 0x20, 0x01, 0x00, 0x31, 0x4a, 0x11,
                                     0xa2, 0xed, 0x1e, 0x0c};
static const unsigned char brotli[] = {0x1b, 0x10, 0x00, 0xf8, 0x8d, 0x94, 0x6e,
                                       0xde, 0x44, 0x55, 0x86, 0x96, 0x6c, 0x20,
                                       0x6f, 0x01, 0x4f, 0x1c, 0x60, 0x1c};

static void test_other_contents(void **state)
{
    static const char text[] = "hello hello hello";
    static const struct {
        const char *name;
        const unsigned char *data;
        size_t len;
        bool repeats; /* one behind another is both */
    } coding[] = {
        {"zstd", zstd, sizeof(zstd), true},
        {"BR", brotli, sizeof(brotli), false},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(coding); i++) {
        unsigned char data[100];
        size_t len = coding[i].len;
        const char *name = coding[i].name;
        if (i == 1 && strstr(content_codings, "br") == NULL)
            continue;
        memcpy(data, coding[i].data, len);
        memcpy(data + len, coding[i].data, len);
        assert_string_equal(decoded(&a, data, len, name, text), "");
        for (size_t cut = 0; cut < len; cut++)
            assert_non_null(
                strstr(decoded(&a, data, cut, name, ""), "stream was cut"));
        const char *twice = decoded(&a, data, 2 * len, name,
                                    "hello hello hellohello hello hello");
        if (coding[i].repeats)
            assert_string_equal(twice, "");
        else
            assert_non_null(strstr(twice, "has bytes after its end"));
        memset(data, 0xff, len);
        assert_non_null(
            strstr(decoded(&a, data, len, name, ""), "stream is broken"));
    }
    arena_release(&a);
}

/* Coded in place; its new length. */
static size_t deflate_bytes(unsigned char *data, size_t room, size_t size)
{
    unsigned char plain[2000];
    memcpy(plain, data, size);
    z_stream z = {.next_in = plain,
                  .avail_in = (unsigned)size,
                  .next_out = data,
                  .avail_out = (unsigned)room};
    assert_int_equal(
        deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
        Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return room - z.avail_out;
}

static void test_codings(void **state)
{
    (void)state;
    static const unsigned char text[] = "text";
    struct arena a;
    unsigned char data[2000];
    arena_init(&a);
    size_t len = deflate_to(data, 1000, "a", 16 + MAX_WBITS);
    size_t more = deflate_to(data + len, 1000, "b", 16 + MAX_WBITS);
    assert_string_equal(decoded(&a, data, len + more, "x-gzip", "ab"), "");
    assert_string_equal(decoded(&a, text, 4, "identity", "text"), "");
    assert_string_equal(decoded(&a, text, 4, "a\x1b", ""),
                        "unknown Content-Encoding 'a\\x1B'");
    for (size_t n = 3; n <= 5; n++) { /* 4 are undone */
        unsigned char coded[2000] = "once, and again";
        size_t size = strlen((const char *)coded);
        for (size_t i = 0; i < n; i++)
            size = deflate_bytes(coded, sizeof(coded), size);
        const char *names = test_repeat(&a, "gzip,", n);
        assert_string_equal(decoded(&a, coded, size, names, "once, and again"),
                            n > 4 ? "too many Content-Encodings, at 'gzip'"
                                  : "");
    }
    for (size_t size = 999; size <= 1001; size++) {
        const char *plain = test_repeat(&a, "x", size);
        assert_string_equal(
            decoded(&a, (const unsigned char *)plain, size, "identity", plain),
            size > 1000 ? "full" : "");
        len = deflate_to(data, sizeof(data), test_repeat(&a, "x", size),
                         16 + MAX_WBITS);
        assert_string_equal(
            decoded(&a, data, len, "gzip", test_repeat(&a, "x", size)),
            size > 1000 ? "full" : "");
    }
    arena_release(&a);
}

#define MESSAGE "\0\0\0\0\2\x08\1"

static void test_grpc(void **state)
{
    (void)state;
    const struct {
        const char *head;
        struct str body;
        const char *why;
    } rows[] = {
        {"HTTP/2 200 \r\n\r\ngrpc-status: 0\r\n\r\n", STR(MESSAGE), ""},
        {"HTTP/2 200 \r\ngrpc-status: 5\r\n\r\n", STR_NONE, ""},
        {"HTTP/2 200 \r\n\r\ngrpc-status: 14\r\n\r\n", STR_NONE, ""},
        {"HTTP/2 200 \r\n\r\ngrpc-status: 9999\r\n\r\n", STR_NONE, ""},
        {"HTTP/2 200 \r\n\r\ngrpc-status: 10000\r\n\r\n", STR_NONE,
         "invalid grpc-status '10000'"},
        {"HTTP/2 200 \r\n\r\n", STR(MESSAGE), "grpc-status is missing"},
        {"HTTP/2 200 \r\ngrpc-status: 0\r\n\r\n", STR(MESSAGE),
         "grpc-status is missing"},
        {"HTTP/2 200 \r\ngrpc-status: 0\r\n\r\n", STR_NONE,
         "the gRPC message is missing"},
        {"HTTP/2 200 \r\n\r\ngrpc-status: 0\r\n\r\n", STR("\0\0\0\0\2\x08"),
         "the gRPC message is cut: 1 of 2 bytes"},
        {"HTTP/2 200 \r\n\r\ngrpc-status: 0\r\ngrpc-status: 0\r\n\r\n",
         STR(MESSAGE), "more than one grpc-status"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct buf why;
        buf_init(&why, 300);
        bool ok =
            probe_grpc.is_whole(str_from(rows[i].head), rows[i].body, &why);
        assert_string_equal(why.ptr, rows[i].why);
        assert_int_equal(ok, rows[i].why[0] == '\0');
        buf_release(&why);
    }
}

static struct gate_http2 *open_http2(struct arena *a, struct seen *s)
{
    static const struct gate_request request = {
        .method = "GET", .scheme = "http", .authority = "h", .path = "/"};
    struct buf out;
    open_seen(s, 1000);
    buf_init(&out, 4096);
    struct gate_http2 *session = gate_http2_open(a, &s->gate, &request);
    gate_http2_pull(session, &out);
    assert_true(gate_http2_sent(session));
    assert_memory_equal(out.ptr, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24);
    buf_release(&out);
    return session;
}

#define SETTINGS "\0\0\0\4\0\0\0\0\0"
#define HEADERS  "\0\0\1\1\4\0\0\0\1\x88"

/* Byte by byte: only END_STREAM makes it complete. */
static void test_http2(void **state)
{
    (void)state;
    static const char text[] = SETTINGS HEADERS "\0\0\2\0\1\0\0\0\1ok";
    for (size_t len = 0; len < sizeof(text); len++) {
        struct seen s;
        struct arena a;
        arena_init(&a);
        bool whole = len == sizeof(text) - 1;
        struct gate_http2 *session = open_http2(&a, &s);
        for (size_t i = 0; i < len; i++)
            assert_true(gate_http2_feed(session, (struct str){text + i, 1}));
        gate_close(&s.gate, GATE_END_CLEAR);
        assert_int_equal(s.gate.at, whole ? GATE_COMPLETE : GATE_REFUSED);
        if (whole)
            assert_string_equal(s.body.ptr, "ok");
        else
            assert_int_equal(s.gate.cause, CAUSE_CLOSED);
        gate_http2_close(session);
        arena_release(&a);
        release_seen(&s);
    }
}

static void test_http2_limits(void **state)
{
    (void)state;
    static const char *const end[] = {"\xe7", "\xe8", "\xe9"};
    char text[2000] = SETTINGS HEADERS;
    size_t start = sizeof(SETTINGS HEADERS) - 1;
    for (size_t i = 0; i < 3; i++) { /* 999, 1000 and 1001 bytes */
        struct seen s;
        struct arena a;
        arena_init(&a);
        struct gate_http2 *session = open_http2(&a, &s);
        memcpy(text + start, "\0\3\0\0\1\0\0\0\1", 9);
        text[start + 2] = end[i][0];
        bool more =
            gate_http2_feed(session, (struct str){text, start + 9 + 999 + i});
        assert_int_equal(more, i < 2);
        assert_int_equal(s.body.full, i == 2);
        gate_http2_close(session);
        arena_release(&a);
        release_seen(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http1),    cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_head),     cmocka_unit_test(test_ends),
        cmocka_unit_test(test_limits),   cmocka_unit_test(test_interim),
        cmocka_unit_test(test_contents), cmocka_unit_test(test_other_contents),
        cmocka_unit_test(test_codings),  cmocka_unit_test(test_grpc),
        cmocka_unit_test(test_http2),    cmocka_unit_test(test_http2_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
