/* Heads of requests at their limits, names of the server, and sites. */
#include "app/serve/internal.h"
#include "tests/unit/testing.h"

static struct str head_of(struct arena *a, size_t bytes)
{
    struct str start = STR("GET /verify HTTP/1.1\r\nHost: a\r\nX: ");
    size_t pad = bytes - start.len - 4;
    return str_from(arena_printf(a, "%.*s%s\r\n\r\n", STR_ARGS(start),
                                 test_repeat(a, "x", pad)));
}

static enum head_state read_text(struct str text, unsigned *status)
{
    struct refusal refusal;
    enum head_state state = head_read(text, &refusal);
    assert_int_equal(state == HEAD_REFUSED, refusal.status != 0);
    assert_int_equal(refusal.status != 0, refusal.why != NULL);
    *status = refusal.status;
    return state;
}

static void a_head_has_at_most_8192_bytes(void **state)
{
    (void)state;
    struct arena a;
    unsigned status;
    arena_init(&a);
    assert_int_equal(read_text(head_of(&a, 8191), &status), HEAD_WHOLE);
    assert_int_equal(read_text(head_of(&a, 8192), &status), HEAD_WHOLE);
    assert_int_equal(read_text(head_of(&a, 8193), &status), HEAD_REFUSED);
    assert_int_equal(status, 431);
    struct str line =
        str_from(arena_printf(&a, "GET /%s", test_repeat(&a, "x", 9000)));
    assert_int_equal(read_text(str_sub(line, 0, 8192), &status), HEAD_MORE);
    assert_int_equal(read_text(str_sub(line, 0, 8193), &status), HEAD_REFUSED);
    assert_int_equal(status, 414);
    arena_release(&a);
}

static enum head_state with_lines(size_t lines)
{
    struct arena a;
    unsigned status;
    arena_init(&a);
    enum head_state state = read_text(
        str_from(arena_printf(&a, "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n",
                              test_repeat(&a, "X: b\r\n", lines - 1))),
        &status);
    arena_release(&a);
    return state;
}

static void header_lines_are_counted(void **state)
{
    (void)state;
    assert_int_equal(with_lines(SERVE_HEADERS_MAX - 1), HEAD_WHOLE);
    assert_int_equal(with_lines(SERVE_HEADERS_MAX), HEAD_WHOLE);
    assert_int_equal(with_lines(SERVE_HEADERS_MAX + 1), HEAD_REFUSED);
}

/* No part of a good head is refused, and none but all of it is whole. */
static void parts_wait_for_the_rest(void **state)
{
    (void)state;
    struct str text = STR("POST /verify?id=a HTTP/1.1\r\nHost: a\r\n"
                          "Content-Length: 2\r\nX:\r\n\r\n{}");
    unsigned status;
    for (size_t i = 0; i + 2 < text.len; i++)
        assert_int_equal(read_text(str_sub(text, 0, i), &status), HEAD_MORE);
    assert_int_equal(read_text(str_sub(text, 0, text.len - 2), &status),
                     HEAD_WHOLE);
    assert_int_equal(read_text(text, &status), HEAD_WHOLE);
}

struct length_case {
    const char *value;
    enum head_state state;
};

static void lengths_are_numbers(void **state)
{
    (void)state;
    static const struct length_case cases[] = {
        {"0", HEAD_WHOLE},
        {"00", HEAD_WHOLE},
        {" \t2 \t", HEAD_WHOLE},
        {"999999999999999999", HEAD_WHOLE},
        {"1000000000000000000", HEAD_REFUSED},
        {"", HEAD_REFUSED},
        {"2 2", HEAD_REFUSED},
        {"2,2", HEAD_REFUSED},
        {"+2", HEAD_REFUSED},
        {"\xd9\xa2", HEAD_REFUSED},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct arena a;
        unsigned status;
        arena_init(&a);
        struct str text = str_from(arena_printf(
            &a, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:%s\r\n\r\n",
            cases[i].value));
        assert_int_equal(read_text(text, &status), cases[i].state);
        arena_release(&a);
    }
}

static void names_of_headers_are_tokens(void **state)
{
    (void)state;
    static const struct length_case cases[] = {
        {"X-A: b", HEAD_WHOLE},     {"X_a!#$%&'*+.^`|~9: b", HEAD_WHOLE},
        {"X:b", HEAD_WHOLE},        {"X A: b", HEAD_REFUSED},
        {"X : b", HEAD_REFUSED},    {": b", HEAD_REFUSED},
        {"X(a): b", HEAD_REFUSED},  {"X\xC3\xA9: b", HEAD_REFUSED},
        {"no colon", HEAD_REFUSED},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct arena a;
        unsigned status;
        arena_init(&a);
        struct str text = str_from(arena_printf(
            &a, "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n", cases[i].value));
        assert_int_equal(read_text(text, &status), cases[i].state);
        arena_release(&a);
    }
}

struct host_case {
    const char *host;
    bool loopback, everywhere, address, named, socket;
};

static bool allows(const struct listener *l, size_t names, const char *host)
{
    static const char *const name[] = {"gate.example", "other.example:8443",
                                       "[fd00::1]:9"};
    const struct serve_options o = {.names = name, .name_count = names};
    return hosts_allow(&o, l, str_from(host));
}

static void a_server_knows_its_names(void **state)
{
    (void)state;
    static const struct listener loopback = {
        .local = true, .host = "127.0.0.1", .port = 9115};
    static const struct listener everywhere = {
        .everywhere = true, .host = "::", .port = 9115};
    static const struct listener address = {.host = "10.0.0.1", .port = 9115};
    static const struct listener unix_socket = {.local = true};
    static const struct host_case cases[] = {
        {"localhost:9115", true, true, false, true, true},
        {"LOCALHOST", true, true, false, true, true},
        {"127.0.0.1:9115", true, true, false, true, true},
        {"127.255.0.1:9115", true, true, false, true, true},
        {"[::1]:9115", true, true, false, true, true},
        {"[0:0::1]:9115", true, true, false, true, true},
        {"localhost:9116", false, true, false, false, true},
        {"10.0.0.1:9115", false, true, true, false, true},
        {"10.0.0.1", false, true, true, false, true},
        {"10.0.0.2:9115", false, true, false, false, true},
        {"gate.example", false, false, false, true, true},
        {"GATE.example:1", false, false, false, true, true},
        {"other.example:8443", false, false, false, true, true},
        {"other.example", false, false, false, false, true},
        {"[fd00:0::1]:9", false, true, false, false, true},
        {"[fd00::1]:9", false, true, false, true, true},
        {"evil.example:9115", false, false, false, false, true},
        {"localhost.", false, false, false, false, true},
        {"127.1", false, false, false, false, true},
        {"::1", false, false, false, false, true},
        {"[localhost", false, false, false, false, true},
        {"[]", false, false, false, false, true},
        {"localhost:", false, false, false, false, true},
        {"localhost:65536", false, false, false, false, true},
        {"", false, false, false, false, true},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        const struct host_case *c = &cases[i];
        assert_int_equal(allows(&loopback, 0, c->host), c->loopback);
        assert_int_equal(allows(&everywhere, 0, c->host), c->everywhere);
        assert_int_equal(allows(&address, 0, c->host), c->address);
        assert_int_equal(allows(&loopback, 3, c->host), c->named);
        assert_int_equal(allows(&unix_socket, 0, c->host), c->socket);
    }
}

static void names_have_at_most_255_bytes(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a);
    assert_true(server_name_valid(test_repeat(&a, "a", 254)));
    assert_true(server_name_valid(test_repeat(&a, "a", 255)));
    assert_false(server_name_valid(test_repeat(&a, "a", 256)));
    assert_true(server_name_valid("gate.example:65535"));
    assert_false(server_name_valid("gate.example:65536"));
    assert_false(server_name_valid("gate example"));
    assert_false(server_name_valid("gate.example/"));
    assert_false(server_name_valid("*"));
    arena_release(&a);
}

static bool same_site(const char *origin, const char *host)
{
    return origin_is(str_from(origin), str_from(host));
}

static void sites_are_compared(void **state)
{
    (void)state;
    assert_true(same_site("http://localhost:9115", "localhost:9115"));
    assert_true(same_site("https://Gate.example", "gate.Example"));
    assert_false(same_site("http://localhost", "localhost:9115"));
    assert_false(same_site("http://localhost:9115.evil", "localhost:9115"));
    assert_false(same_site("null", "null"));
    assert_false(same_site("", ""));
    assert_false(same_site("file://", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_has_at_most_8192_bytes),
        cmocka_unit_test(header_lines_are_counted),
        cmocka_unit_test(parts_wait_for_the_rest),
        cmocka_unit_test(lengths_are_numbers),
        cmocka_unit_test(names_of_headers_are_tokens),
        cmocka_unit_test(a_server_knows_its_names),
        cmocka_unit_test(names_have_at_most_255_bytes),
        cmocka_unit_test(sites_are_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
