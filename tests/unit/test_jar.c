/* Cookies that libcurl keeps for us: which come in, and which go along. */
#include "base/clock.h"
#include "probe/transfer.h"
#include "tests/unit/testing.h"

#define NOW_MS INT64_C(1790000000000) /* in 2026, whatever the wall says */

#define LINE(domain, tail, path, secure)                                       \
    domain "\t" tail "\t" path "\t" secure "\t0\tid\t1"

static void cookies_that_go_along(void **state)
{
    static const struct {
        const char *line, *scheme, *host, *path;
        bool goes;
    } row[] = {
        {LINE("a.test", "FALSE", "/", "FALSE"), "http", "a.test", "/", true},
        {LINE("a.test", "FALSE", "/", "FALSE"), "http", "A.Test", "/x", true},
        {LINE("a.test", "FALSE", "/", "FALSE"), "http", "b.a.test", "/", false},
        {LINE(".a.test", "TRUE", "/", "FALSE"), "http", "b.a.test", "/", true},
        {LINE(".a.test", "TRUE", "/", "FALSE"), "http", "a.test", "/", true},
        {LINE(".a.test", "TRUE", "/", "FALSE"), "http", "ba.test", "/", false},
        {LINE(".a.test", "TRUE", "/", "FALSE"), "http", "test", "/", false},
        {LINE("#HttpOnly_a.test", "FALSE", "/", "FALSE"), "http", "a.test", "/",
         true},
        {LINE("#HttpOnly_.a.test", "TRUE", "/", "FALSE"), "http", "c.a.test",
         "/", true},
        {LINE("a.test", "FALSE", "/", "TRUE"), "http", "a.test", "/", false},
        {LINE("a.test", "FALSE", "/", "TRUE"), "https", "a.test", "/", true},
        {LINE("a.test", "FALSE", "/x", "FALSE"), "http", "a.test", "/x", true},
        {LINE("a.test", "FALSE", "/x", "FALSE"), "http", "a.test", "/x/", true},
        {LINE("a.test", "FALSE", "/x", "FALSE"), "http", "a.test", "/x/y",
         true},
        {LINE("a.test", "FALSE", "/x/", "FALSE"), "http", "a.test", "/x/y",
         true},
        {LINE("a.test", "FALSE", "/x/", "FALSE"), "http", "a.test", "/x",
         false},
        {LINE("a.test", "FALSE", "/x", "FALSE"), "http", "a.test", "/xy",
         false},
        {LINE("a.test", "FALSE", "/x", "FALSE"), "http", "a.test", "/", false},
        {LINE("a.test", "FALSE", "/x", "FALSE"), "http", "a.test", "/x?q=1",
         true},
        {LINE("a.test", "FALSE", "/x", "FALSE"), "http", "a.test", "/?q=/x",
         false},
        {LINE("a.test", "FALSE", "/x/y", "FALSE"), "http", "a.test", "/x?/x/y",
         false},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct curl_slist line = {
            arena_dup(&a, row[i].line, strlen(row[i].line)), NULL};
        const struct target to = {row[i].scheme, row[i].host, row[i].path};
        const char *header = jar_header(&a, &line, &to, NOW_MS);
        if (row[i].goes != (header != NULL))
            fail_msg("%s to %s://%s%s", row[i].line, to.scheme, to.host,
                     to.path);
        if (header != NULL)
            assert_string_equal(header, "id=1");
    }
    arena_release(&a);
}

static void several_go_in_their_order(void **state)
{
    char first[] = "a.test\tFALSE\t/\tFALSE\t0\ta\t1";
    char other[] = "b.test\tFALSE\t/\tFALSE\t0\tb\t2";
    char last[] = "a.test\tFALSE\t/\tFALSE\t0\tc\t3=4; 5";
    struct curl_slist third = {last, NULL}, second = {other, &third};
    struct curl_slist line = {first, &second};
    const struct target to = {"http", "a.test", "/"};
    struct arena a;
    (void)state;
    arena_init(&a);
    assert_string_equal(jar_header(&a, &line, &to, NOW_MS), "a=1; c=3=4; 5");
    assert_null(jar_header(&a, NULL, &to, NOW_MS));
    arena_release(&a);
}

static void what_has_ended_stays_here(void **state)
{
    const int64_t now_s = NOW_MS / 1000;
    const struct {
        int64_t ends_s;
        bool goes;
    } row[] = {{0, true},      {1, false},          {now_s - 1, false},
               {now_s, false}, {now_s + 600, true}, {INT64_MAX, true}};
    const struct target to = {"http", "a.test", "/"};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct curl_slist line = {
            arena_printf(&a, "a.test\tFALSE\t/\tFALSE\t%lld\tid\t1",
                         (long long)row[i].ends_s),
            NULL};
        assert_int_equal(jar_header(&a, &line, &to, NOW_MS) != NULL,
                         row[i].goes);
    }
    arena_release(&a);
}

/* What is too long for a header is left out: a part of it would be a lie. */
static void a_header_at_its_limit(void **state)
{
    struct arena a;
    const struct target to = {"http", "a.test", "/"};
    (void)state;
    arena_init(&a);
    for (size_t len = 8191; len <= 8193; len++) {
        struct curl_slist line = {
            arena_printf(&a, "a.test\tFALSE\t/\tFALSE\t0\ti\t%s",
                         test_repeat(&a, "x", len - 2)),
            NULL};
        const char *header = jar_header(&a, &line, &to, NOW_MS);
        assert_int_equal(header != NULL, len <= 8192);
        assert_true(header == NULL || strlen(header) == len);
    }
    arena_release(&a);
}

/* The one line that the jar has after that response. "": nothing that would go
   along; libcurl may still list what has ended. */
static void need_line(const char *head, const char *path, const char *want)
{
    CURL *easy = curl_easy_init();
    struct arena a;
    struct curl_slist *list = NULL;
    const struct target from = {"http", "api.a.test", path};
    arena_init(&a);
    assert_non_null(easy);
    curl_easy_setopt(easy, CURLOPT_COOKIEFILE, "");
    jar_take(easy, &from, str_from(head), NOW_MS);
    curl_easy_getinfo(easy, CURLINFO_COOKIELIST, &list);
    const char *got = list == NULL ? "" : list->data;
    bool good = want[0] == '\0' ? jar_header(&a, list, &from, NOW_MS) == NULL
                                : strcmp(got, want) == 0 && list->next == NULL;
    if (!good)
        print_message("%s: '%s'\n", head, got);
    curl_slist_free_all(list);
    curl_easy_cleanup(easy);
    arena_release(&a);
    assert_true(good);
}

static void cookies_that_come_in(void **state)
{
    static const struct {
        const char *head, *path, *want;
    } row[] = {
        {"Set-Cookie: id=1", "/", "api.a.test\tFALSE\t/\tFALSE\t0\tid\t1"},
        {"HTTP/1.1 200 OK\r\nset-COOKIE:  id = 1 \r\nA: b\r\n\r\n", "/",
         "api.a.test\tFALSE\t/\tFALSE\t0\tid\t1"},
        {"Set-Cookie2: id=1\r\nX-Set-Cookie: id=1\r\n", "/", ""},
        {"Set-Cookie: id=1=2", "/", "api.a.test\tFALSE\t/\tFALSE\t0\tid\t1=2"},
        {"Set-Cookie: =1", "/", ""},
        {"Set-Cookie: i\x01"
         "d=1",
         "/", ""},
        {"Set-Cookie: id=1\t2", "/", ""},
        /* the folder of the path that was asked for */
        {"Set-Cookie: id=1", "/x", "api.a.test\tFALSE\t/\tFALSE\t0\tid\t1"},
        {"Set-Cookie: id=1", "/x/", "api.a.test\tFALSE\t/x\tFALSE\t0\tid\t1"},
        {"Set-Cookie: id=1", "/x/y", "api.a.test\tFALSE\t/x\tFALSE\t0\tid\t1"},
        {"Set-Cookie: id=1", "/x/y?q=/z/w",
         "api.a.test\tFALSE\t/x\tFALSE\t0\tid\t1"},
        {"Set-Cookie: id=1; Path=/z", "/x/y",
         "api.a.test\tFALSE\t/z\tFALSE\t0\tid\t1"},
        {"Set-Cookie: id=1; path=z", "/x/y",
         "api.a.test\tFALSE\t/x\tFALSE\t0\tid\t1"},
        /* of this host, or of one above it */
        {"Set-Cookie: id=1; Domain=a.test", "/",
         ".a.test\tTRUE\t/\tFALSE\t0\tid\t1"},
        {"Set-Cookie: id=1; domain=.A.test", "/",
         ".A.test\tTRUE\t/\tFALSE\t0\tid\t1"},
        {"Set-Cookie: id=1; Domain=api.a.test", "/",
         ".api.a.test\tTRUE\t/\tFALSE\t0\tid\t1"},
        {"Set-Cookie: id=1; Domain=", "/",
         "api.a.test\tFALSE\t/\tFALSE\t0\tid\t1"},
        {"Set-Cookie: id=1; Domain=test", "/", ""},
        {"Set-Cookie: id=1; Domain=b.test", "/", ""},
        {"Set-Cookie: id=1; Domain=pi.a.test", "/", ""},
        {"Set-Cookie: id=1; Domain=x.api.a.test", "/", ""},
        {"Set-Cookie: id=1; Secure", "/",
         "api.a.test\tFALSE\t/\tTRUE\t0\tid\t1"},
        /* its end: Max-Age before Expires, and what is gone is gone */
        {"Set-Cookie: id=1; Max-Age=0", "/", ""},
        {"Set-Cookie: id=1; Max-Age=600", "/",
         "api.a.test\tFALSE\t/\tFALSE\t1101301628376\tid\t1"},
        {"Set-Cookie: id=1; Max-Age=-1", "/", ""},
        {"Set-Cookie: id=1; Max-Age=soon", "/", ""},
        {"Set-Cookie: id=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "/", ""},
        {"Set-Cookie: id=1; Expires=Fri, 02 Jan 1970 00:00:00 GMT", "/", ""},
        {"Set-Cookie: id=1; Max-Age=0; Expires=Fri, 01 Jan 2100 00:00:00 GMT",
         "/", ""},
        {"Set-Cookie: id=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT", "/",
         "api.a.test\tFALSE\t/\tFALSE\t1103614072576\tid\t1"},
        {"Set-Cookie: id=1; Expires=never", "/",
         "api.a.test\tFALSE\t/\tFALSE\t0\tid\t1"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        need_line(row[i].head, row[i].path, row[i].want);
}

/* A line of the jar that would be cut is not kept. */
static void a_cookie_at_its_limit(void **state)
{
    static const char start[] = "api.a.test\tFALSE\t/\tFALSE\t0\tid\t";
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t len = 8191; len <= 8193; len++) {
        char *value = test_repeat(&a, "x", len - strlen(start));
        char *line = arena_printf(&a, "%s%s", start, value);
        need_line(arena_printf(&a, "Set-Cookie: id=%s", value), "/",
                  len <= 8192 ? line : "");
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cookies_that_go_along),
        cmocka_unit_test(several_go_in_their_order),
        cmocka_unit_test(what_has_ended_stays_here),
        cmocka_unit_test(a_header_at_its_limit),
        cmocka_unit_test(cookies_that_come_in),
        cmocka_unit_test(a_cookie_at_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
