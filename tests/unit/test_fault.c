/*
 * Whose fault: bot walls and their neighbours, answers that prove nothing, our
 * own proxy, pauses of this process, and PEM files.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/pem.h"
#include "expect/expect.h"
#include "plan/plan.h"
#include "probe/pause.h"
#include "probe/probe.h"
#include "probe/transfer.h"
#include "tests/unit/testing.h"

/* "" stays what it was: a failed assertion. */
struct answer {
    int64_t status;
    const char *head, *body, *who;
};

#define CLOUDFLARE "Server: cloudflare\r\n"
#define MOMENT     "<html><head><title>Just a moment...</title></head>"
#define AKAMAI     "<TITLE>Access Denied</TITLE>You don't have permission"
#define INCAPSULA                                                              \
    "<iframe src=\"/_Incapsula_Resource?CWUDNSAI=9&edet=15\">Request "         \
    "unsuccessful. Incapsula incident ID: 1-2</iframe>"

static const struct answer answer[] = {
    {403, "cf-mitigated: challenge\r\n", "", "Cloudflare"},
    {503, "CF-Mitigated:  Challenge\r\n", "", "Cloudflare"},
    {429, "cf-mitigated: challenge\r\n", "", "Cloudflare"},
    {403, CLOUDFLARE, MOMENT, "Cloudflare"},
    {503, CLOUDFLARE, MOMENT, "Cloudflare"},
    {403, CLOUDFLARE, "<title>Attention Required! | Cloudflare</title>",
     "Cloudflare"},
    {202, "x-amzn-waf-action: challenge\r\n", "", "AWS WAF"},
    {405, "x-amzn-waf-action: captcha\r\n", "", "AWS WAF"},
    {429, "x-vercel-mitigated: challenge\r\n", "", "Vercel"},
    {403, "x-vercel-mitigated: challenge\r\n", "", "Vercel"},
    {403, "x-datadome: protected\r\n",
     "{\"url\":\"https://geo.captcha-delivery.com/captcha/\"}", "DataDome"},
    {403, "x-dd-b: 2\r\n", "<script src=https://ct.captcha-delivery.com/c.js>",
     "DataDome"},
    {403, "Server: AkamaiGHost\r\n", AKAMAI "Reference&#32;&#35;18.1",
     "Akamai"},
    {403, "Server: AkamaiGHost\r\n", AKAMAI "Reference #18.1", "Akamai"},
    {403, "X-CDN: Imperva\r\n", INCAPSULA, "Imperva"},
    {200, "X-Iinfo: 1\r\n", INCAPSULA, "Imperva"},
    {403, "", "<div id=\"px-captcha\"></div>", "HUMAN (PerimeterX)"},
    {403, "Server: Sucuri/Cloudproxy\r\n",
     "<title>Sucuri Website Firewall - Access Denied</title>", "Sucuri"},
    {200, "", "<script id=\"anubis_challenge\" type=\"application/json\">",
     "Anubis"},

    /* The service's own, however near they come. */
    {403, "", "", ""},
    {503, "Server: nginx\r\n", MOMENT, ""},
    {403, CLOUDFLARE, "<h1>Forbidden</h1>", ""},
    {502, CLOUDFLARE, "<title>Bad gateway</title>", ""},
    {500, CLOUDFLARE, MOMENT, ""},
    {403, "x-cf-mitigated: challenge\r\n", "", ""},
    {403, "cf-mitigated: none\r\n", "", ""},
    {405, "x-amzn-waf-action: challenge\r\n", "", ""},
    {405, "Allow: GET\r\n", "", ""},
    {500, "x-amzn-waf-action: captcha\r\n", "", ""},
    {403, "x-vercel-mitigated: deny\r\n", "", ""},
    {404, "x-vercel-mitigated: challenge\r\n", "", ""},
    {403, "x-datadome: protected\r\n", "{\"error\":\"forbidden\"}", ""},
    {403, "", "see https://captcha-delivery.com", ""},
    {403, "Server: AkamaiGHost\r\n", "<TITLE>Access Denied</TITLE>", ""},
    {503, "Server: AkamaiGHost\r\n", AKAMAI "Reference #18.1", ""},
    {503, "X-Iinfo: 1\r\n", INCAPSULA, ""},
    {200, "", "<script src=\"/_Incapsula_Resource?SWJIYLWA=1\">", ""},
    {500, "", "<div id=\"px-captcha\"></div>", ""},
    {200, "", "we block bots with anubis_challenge", ""},
};

static void judge(struct arena *a, struct result *r, const struct check *c,
                  const struct answer *w)
{
    struct response response = {
        .status = w->status,
        .head = str_from(
            arena_printf(a, "HTTP/1.1 %d x\r\nDate: now\r\n%sX-Last: 1\r\n\r\n",
                         (int)w->status, w->head)),
        .body = str_from(w->body),
        .url = c->url};
    *r = (struct result){.cause = -1, .http_status = w->status};
    expect_judge(r, a, c, &response);
}

static void parse(struct arena *a, struct plan *plan, struct expect *out,
                  const char *text)
{
    struct diags d;
    diags_init(&d, a);
    if (!plan_parse_expect(out, a, plan, test_source(a, "e", text), &d))
        fail_msg("%s: %s", text, d.item[0].text);
}

static void walls_are_known(void **state)
{
    struct arena a;
    struct plan plan = {.count = 0};
    struct expect e;
    struct result r;
    (void)state;
    arena_init(&a);
    parse(&a, &plan, &e, "body == \"healthy\"");
    struct check check = {
        .url = "https://h.test/", .expect = &e, .expect_count = 1};
    for (size_t i = 0; i < ARRAY_COUNT(answer); i++) {
        const struct answer *w = &answer[i];
        judge(&a, &r, &check, w);
        bool wall = w->who[0] != '\0';
        if (r.status != (wall ? STATUS_ERROR : STATUS_FAIL) ||
            r.cause != (wall ? CAUSE_INCONCLUSIVE : CAUSE_ASSERTION))
            fail_msg("%d %s %s: %d %d", (int)w->status, w->head, w->body,
                     r.status, r.cause);
        struct str message = str_from(r.message);
        assert_true(str_find(message, str_from(w->who), 0) < message.len);
    }
    plan_close(&plan);
    arena_release(&a);
}

/* What was expected came: that is no wall, whatever it looks like. */
static void a_met_expectation_is_no_wall(void **state)
{
    struct arena a;
    struct plan plan = {.count = 0};
    struct expect e;
    struct result r;
    (void)state;
    arena_init(&a);
    parse(&a, &plan, &e, "status != 299");
    struct check check = {
        .url = "https://h.test/", .expect = &e, .expect_count = 1};
    for (size_t i = 0; i < ARRAY_COUNT(answer); i++) {
        judge(&a, &r, &check, &answer[i]);
        assert_int_equal(r.status, STATUS_PASS);
    }
    plan_close(&plan);
    arena_release(&a);
}

static void inconclusive_decides(void **state)
{
    static const struct {
        const char *expect, *inconclusive;
        struct answer answer;
        int status;
    } row[] = {
        {"status == 200",
         "header \"x-wall\" exists",
         {403, "X-Wall: 1\r\n", "", ""},
         STATUS_ERROR},
        {"status == 200",
         "header \"x-wall\" exists",
         {200, "X-Wall: 1\r\n", "", ""},
         STATUS_ERROR},
        {"status == 200",
         "header \"x-wall\" exists",
         {403, "", "", ""},
         STATUS_FAIL},
        {"status == 200",
         "header \"x-wall\" exists",
         {200, "", "", ""},
         STATUS_PASS},
        {"status == 200",
         "not body contains \"ours\"",
         {200, "", "theirs", ""},
         STATUS_ERROR},
        {"status == 200",
         "not body contains \"ours\"",
         {200, "", "ours", ""},
         STATUS_PASS},
        {"status == 200",
         "status in [401, 403]",
         {403, "", "", ""},
         STATUS_ERROR},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct plan plan = {.count = 0};
        struct expect e, n;
        struct result r;
        parse(&a, &plan, &e, row[i].expect);
        parse(&a, &plan, &n, row[i].inconclusive);
        struct check check = {.url = "https://h.test/",
                              .expect = &e,
                              .expect_count = 1,
                              .inconclusive = &n,
                              .inconclusive_count = 1};
        judge(&a, &r, &check, &row[i].answer);
        assert_int_equal(r.status, row[i].status);
        if (r.status == STATUS_ERROR) {
            assert_int_equal(r.cause, CAUSE_INCONCLUSIVE);
            assert_non_null(strstr(r.message, row[i].inconclusive));
            assert_int_equal(r.expectation_count, 2);
        }
        plan_close(&plan);
    }
    arena_release(&a);
}

static const struct {
    const char *url, *proxy;
    struct answer answer;
    int status, cause;
    const char *says;
} between_row[] = {
    {"http://h.test/",
     "http://p.test:1",
     {407, "", "", ""},
     STATUS_ERROR,
     CAUSE_PROBER,
     "the proxy requires credentials"},
    {"http://h.test/",
     "env",
     {407, "", "", ""},
     STATUS_ERROR,
     CAUSE_PROBER,
     "the proxy requires credentials"},
    {"https://h.test/",
     "http://p.test:1",
     {407, "", "", ""},
     STATUS_FAIL,
     CAUSE_ASSERTION,
     "407"},
    {"http://h.test/",
     NULL,
     {407, "", "", ""},
     STATUS_FAIL,
     CAUSE_ASSERTION,
     "407"},
    {"http://h.test/",
     "http://p.test:1",
     {403, "", "", ""},
     STATUS_FAIL,
     CAUSE_ASSERTION,
     "403"},
    {"http://h.test/",
     NULL,
     {302, "Location: https://login.test/sso\r\n", "", ""},
     STATUS_FAIL,
     CAUSE_ASSERTION,
     "redirects to https://login.test/sso"},
    {"http://h.test/",
     NULL,
     {201, "Location: /made/7\r\n", "", ""},
     STATUS_FAIL,
     CAUSE_ASSERTION,
     "201"},
};

static void a_proxy_or_a_login_in_between(void **state)
{
    struct arena a;
    struct plan plan = {.count = 0};
    struct expect e;
    (void)state;
    arena_init(&a);
    parse(&a, &plan, &e, "status == 200");
    for (size_t i = 0; i < ARRAY_COUNT(between_row); i++) {
        struct result r;
        struct check check = {.url = between_row[i].url,
                              .transport.proxy = between_row[i].proxy,
                              .expect = &e,
                              .expect_count = 1};
        judge(&a, &r, &check, &between_row[i].answer);
        assert_int_equal(r.status, between_row[i].status);
        assert_int_equal(r.cause, between_row[i].cause);
        assert_non_null(strstr(r.message, between_row[i].says));
        bool redirects = strstr(r.message, "redirects") != NULL;
        assert_int_equal(redirects, between_row[i].answer.status == 302);
    }
    plan_close(&plan);
    arena_release(&a);
}

#define MS INT64_C(1000)

/* One wait from 1000 ms on, for 250 ms, that ends at `wakes`. */
static int64_t moved_by(int64_t wakes_ms, int64_t suspended_ms)
{
    struct pause p = {.count = 0};
    pause_sleeps(&p, 1000 * MS, 250 * MS, 7 * MS);
    return pause_wakes(&p, wakes_ms * MS, (7 + suspended_ms) * MS) / MS;
}

static void pauses_are_noticed_at_their_limit(void **state)
{
    (void)state;
    assert_int_equal(moved_by(1001, 0), 0);
    assert_int_equal(moved_by(1250, 0), 0);
    assert_int_equal(moved_by(1449, 0), 0);
    assert_int_equal(moved_by(1450, 0), 450);
    assert_int_equal(moved_by(1451, 0), 451);
    assert_int_equal(moved_by(3750, 0), 2750);
    assert_int_equal(moved_by(1250, 199), 0);
    assert_int_equal(moved_by(1250, 200), 450);
    assert_int_equal(moved_by(1250, 60000), 60250);
    /* two clocks that were misread hide no pause */
    assert_int_equal(moved_by(401250, -400000), 400250);
    assert_int_equal(moved_by(1250, -1), 0);
    assert_int_equal(moved_by(1449, -7), 0);
}

static void a_busy_loop_is_a_pause(void **state)
{
    struct pause p = {.count = 0};
    (void)state;
    pause_sleeps(&p, 1000 * MS, 250 * MS, 0);
    assert_int_equal(pause_wakes(&p, 1100 * MS, 0), 0);
    assert_int_equal(pause_since(&p, 1000 * MS, 1299 * MS), 0);
    assert_int_equal(pause_since(&p, 1000 * MS, 1300 * MS), 200 * MS);
    pause_sleeps(&p, 1500 * MS, 250 * MS, 0);
    assert_int_equal(pause_wakes(&p, 1600 * MS, 0), 400 * MS);
    assert_int_equal(pause_since(&p, 1000 * MS, 1600 * MS), 400 * MS);
}

static void only_pauses_after_its_begin_count(void **state)
{
    struct pause p = {.count = 0};
    (void)state;
    pause_sleeps(&p, 1000 * MS, 250 * MS, 0);
    assert_int_equal(pause_wakes(&p, 3000 * MS, 0), 2000 * MS);
    assert_int_equal(pause_since(&p, 900 * MS, 3000 * MS), 2000 * MS);
    assert_int_equal(pause_since(&p, 1500 * MS, 3000 * MS), 1500 * MS);
    assert_int_equal(pause_since(&p, 2999 * MS, 3000 * MS), 1 * MS);
    assert_int_equal(pause_since(&p, 3000 * MS, 3000 * MS), 0);
    for (int i = 0; i < PAUSES_KEPT + 1; i++) { /* the ring holds the last */
        int64_t at = (3000 + 500 * i) * MS;
        pause_sleeps(&p, at, 0, 0);
        assert_int_equal(pause_wakes(&p, at + 500 * MS, 0), 500 * MS);
    }
    assert_int_equal(p.count, PAUSES_KEPT + 2);
}

/* Files of NULs: too large is said before they are read. */
static void large_files_are_not_read(void **state)
{
    static const struct {
        off_t size;
        const char *says;
    } row[] = {
        {(off_t)PEM_BYTES_MAX - 1, "holds no certificate in PEM form"},
        {(off_t)PEM_BYTES_MAX, "holds no certificate in PEM form"},
        {(off_t)PEM_BYTES_MAX + 1, "is larger than 16 MiB"},
    };
    char path[] = "/tmp/postflight-pem-XXXXXX";
    struct arena a;
    int fd = mkstemp(path);
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        assert_int_equal(ftruncate(fd, row[i].size), 0);
        assert_string_equal(pem_authorities_problem(&a, path), row[i].says);
        assert_string_equal(pem_certificate_problem(&a, path), row[i].says);
    }
    close(fd);
    unlink(path);
    assert_non_null(
        strstr(pem_certificate_problem(&a, path), "cannot be read: No such"));
    assert_string_equal(pem_key_problem(&a, "/tmp", path, NULL),
                        "is a folder, expected a PEM file");
    arena_release(&a);
}

/* What lacks here whatever it is wanted for, and what only a connect means. */
static void a_shortage_is_always_ours(void **state)
{
    static const int always[] = {EMFILE, ENFILE, ENOBUFS, ENOMEM, EAGAIN};
    static const int other[] = {0,     EPERM,        EACCES,     ENETUNREACH,
                                EINTR, ECONNREFUSED, ECONNRESET, ENOENT,
                                EPIPE, EHOSTUNREACH, ETIMEDOUT,  EBADF};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(always); i++)
        assert_true(fault_is_shortage(always[i]));
    for (size_t i = 0; i < ARRAY_COUNT(other); i++)
        assert_false(fault_is_shortage(other[i]));
    assert_null(fault_text(ECONNREFUSED)); /* somebody answered */
    assert_null(fault_text(EHOSTUNREACH)); /* a router near them may say it */
    assert_non_null(fault_text(EPERM));
}

/* A pause of ours can lose a peer; it cannot make a certificate bad. */
static void only_a_lost_peer_breaks_a_handshake(void **state)
{
    static const struct {
        enum cause_kind cause;
        const char *detail;
        bool broken;
    } row[] = {
        {CAUSE_TLS, "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection",
         true},
        {CAUSE_TLS, "OpenSSL SSL_connect: Connection reset by peer", true},
        {CAUSE_TLS, "error:0A000126:SSL routines::unexpected eof while reading",
         true},
        {CAUSE_TLS, "SSL certificate problem: certificate has expired", false},
        {CAUSE_TLS, "error:0A00010B:SSL routines::wrong version number", false},
        {CAUSE_TLS, "", false},
        {CAUSE_CLOSED, "Connection reset by peer", false}, /* no handshake */
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct result r = {.cause = (int)row[i].cause};
        struct transfer t = {.result = &r};
        snprintf(t.detail, sizeof(t.detail), "%s", row[i].detail);
        assert_int_equal(handshake_was_broken(&t), row[i].broken);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_lost_peer_breaks_a_handshake),
        cmocka_unit_test(a_shortage_is_always_ours),
        cmocka_unit_test(walls_are_known),
        cmocka_unit_test(a_met_expectation_is_no_wall),
        cmocka_unit_test(inconclusive_decides),
        cmocka_unit_test(a_proxy_or_a_login_in_between),
        cmocka_unit_test(pauses_are_noticed_at_their_limit),
        cmocka_unit_test(a_busy_loop_is_a_pause),
        cmocka_unit_test(only_pauses_after_its_begin_count),
        cmocka_unit_test(large_files_are_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
