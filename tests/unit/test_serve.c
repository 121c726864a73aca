/* Asks and flights of the server: limits, who shares a run, what is kept. */
#include "app/serve/internal.h"
#include "model/vocabulary.h"
#include "tests/unit/testing.h"

#define SECOND INT64_C(1000000)

struct fixture {
    struct arena a;
    struct ask ask;
    struct err e;
};

static void begin(struct fixture *f)
{
    *f = (struct fixture){.ask = {.id_count = 0}};
    arena_init(&f->a);
}

static bool adds(const char *name, const char *value)
{
    struct fixture f;
    begin(&f);
    bool ok = ask_add(&f.ask, &f.a, name, value, &f.e);
    assert_true(ok || f.e.set);
    arena_release(&f.a);
    return ok;
}

static void values_are_bounded(void **state)
{
    (void)state;
    static const char *const name[] = {"id", "tag", "expect"};
    struct arena a;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(name); i++) {
        assert_true(adds(name[i], test_repeat(&a, "x", 127)));
        assert_true(adds(name[i], test_repeat(&a, "x", 128)));
        assert_false(adds(name[i], test_repeat(&a, "x", 129)));
        assert_false(adds(name[i], ""));
        assert_false(adds(name[i], NULL));
        assert_false(adds(name[i], "a\nb"));
        assert_false(adds(name[i], "a\033b"));
    }
    assert_true(adds("id", "********"));
    assert_false(adds("id", "*********"));
    assert_true(adds("id", "web/[a-c]?*"));
    assert_false(adds("id", "a b"));
    assert_true(adds("tag", "two words"));
    assert_false(adds("tag", "\xff"));
    assert_true(adds("expect", "v1.2.3+build-7~1/x:y@z"));
    assert_false(adds("expect", "$(id)"));
    assert_false(adds("expect", "<b>"));
    assert_true(adds("record", "1"));
    assert_true(adds("record", "0"));
    assert_false(adds("record", "yes"));
    assert_false(adds("always_ok", ""));
    arena_release(&a);
}

static void words_are_counted(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    for (size_t i = 0; i < SERVE_WORDS_MAX; i++) {
        assert_true(ask_add(&f.ask, &f.a, "id", "x", &f.e));
        assert_true(ask_add(&f.ask, &f.a, "tag", "x", &f.e));
    }
    assert_false(ask_add(&f.ask, &f.a, "id", "x", &f.e));
    f.e.set = false;
    assert_false(ask_add(&f.ask, &f.a, "tag", "x", &f.e));
    f.e.set = false;
    assert_true(ask_add(&f.ask, &f.a, "expect", "1", &f.e));
    assert_false(ask_add(&f.ask, &f.a, "expect", "1", &f.e));
    arena_release(&f.a);
}

static const char *refusal(struct fixture *f, const char *name)
{
    begin(f);
    assert_false(ask_add(&f->ask, &f->a, name, "1", &f->e));
    arena_release(&f->a);
    return f->e.text;
}

static void unknown_parameters_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    assert_string_equal(refusal(&f, "expct"),
                        "unknown parameter 'expct', did you mean 'expect'?");
    assert_string_equal(refusal(&f, "a\033[2Jb"),
                        "unknown parameter 'a\\x1B[2Jb'");
}

struct body_case {
    const char *text, *why; /* NULL: it is fine */
};

static void bodies_are_read(void **state)
{
    (void)state;
    static const struct body_case cases[] = {
        {"", NULL},
        {" \n", NULL},
        {"{}", NULL},
        {"{\"metadata\": null}", NULL},
        {"{\"name\": \"podinfo\", \"namespace\": \"test\", \"phase\": "
         "\"Progressing\", \"checksum\": \"85d557f47b\", \"metadata\": "
         "{\"expect\": \"v1\", \"id\": \"web/*\", \"tag\": \"smoke\", "
         "\"record\": \"1\", \"owner\": \"shop\"}}",
         NULL},
        {"[]", "the body must be a JSON object, not an array"},
        {"{\"metadata\": []}", "'metadata' must be an object, not an array"},
        {"{\"metadata\": {\"expect\": 1}}",
         "'metadata.expect' must be a string, not a number"},
        {"{\"metadata\": {\"expct\": \"v1\"}}",
         "unknown parameter 'expct', did you mean 'expect'?"},
        {"{\"metadata\": {\"record\": \"2\"}}", "'record' takes 1 or 0"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct fixture f;
        begin(&f);
        bool ok = ask_body(&f.ask, &f.a, str_from(cases[i].text), &f.e);
        assert_int_equal(ok, cases[i].why == NULL);
        if (!ok)
            assert_string_equal(f.e.text, cases[i].why);
        arena_release(&f.a);
    }
    struct fixture f;
    begin(&f);
    assert_true(ask_body(&f.ask, &f.a, str_from(cases[4].text), &f.e));
    assert_string_equal(f.ask.expect, "v1");
    assert_string_equal(f.ask.id[0], "web/*");
    assert_string_equal(f.ask.tag[0], "smoke");
    assert_true(f.ask.record);
    assert_false(ask_body(&f.ask, &f.a, STR("{"), &f.e));
    arena_release(&f.a);
}

static void put_answer(struct flight *f, int verdict, int64_t exit)
{
    struct answer answer = {.schema = ANSWER_SCHEMA,
                            .verdict = verdict,
                            .exit = exit,
                            .advice = ADVICE_REVIEW};
    shape_write(&f->output, &answer_shape, &answer);
    buf_char(&f->output, '\0');
    buf_text(&f->output, "{\n  \"schema\": \"x\"\n}\n");
}

static struct flights flights(void)
{
    return (struct flights){.queue = 2, .ttl_us = 5 * SECOND, .kept_max = 2};
}

static struct flight *join(struct flights *all, const char *key, int64_t us)
{
    static const struct ask ask = {.id_count = 0};
    return flights_join(all, key, &ask, us);
}

static void one_selection_is_one_run(void **state)
{
    (void)state;
    struct flights all = flights();
    struct waiter a = {NULL, NULL}, b = {NULL, NULL}, c = {NULL, NULL};
    struct flight *first = join(&all, "a", 1);
    flights_wait(first, &a);
    assert_ptr_equal(flights_next(&all, 1), first);
    assert_ptr_equal(join(&all, "a", 2), first);
    flights_wait(first, &b);
    struct flight *second = join(&all, "b", 2);
    flights_wait(second, &c);
    assert_ptr_not_equal(second, first);
    assert_null(flights_next(&all, 3)); /* one at a time */
    flights_unwait(&a); /* goes away, and takes nothing with it */
    put_answer(first, VERDICT_VERIFIED, 0);
    flights_end(&all, first, 4);
    assert_true(first->answered);
    assert_int_equal(first->answer.run, 1);
    assert_ptr_equal(b.flight, first);
    flights_unwait(&b);
    assert_ptr_equal(flights_next(&all, 5), second);
    assert_ptr_equal(join(&all, "a", 4 + 5 * SECOND - 1), first);
    assert_ptr_not_equal(join(&all, "a", 4 + 5 * SECOND), first);
    assert_int_equal(all.runs, 2);
    flights_unwait(&c);
    flights_close(&all);
}

static void the_queue_is_bounded(void **state)
{
    (void)state;
    struct flights all = flights();
    struct waiter w[4] = {{NULL, NULL}};
    const char *const key[] = {"a", "b", "c"};
    for (size_t i = 0; i < 3; i++) { /* one runs, two wait */
        flights_wait(join(&all, key[i], 1), &w[i]);
        (void)flights_next(&all, 1);
    }
    assert_null(join(&all, "d", 1));
    assert_ptr_equal(join(&all, "c", 1), w[2].flight);
    flights_unwait(&w[2]); /* nobody wants it any more */
    flights_tidy(&all, 2);
    flights_wait(join(&all, "d", 2), &w[3]);
    assert_null(join(&all, "c", 2));
    flights_close(&all);
}

static void what_is_old_or_stale_is_not_given(void **state)
{
    (void)state;
    struct flights all = flights();
    const char *const key[] = {"a", "b", "c"};
    for (size_t i = 0; i < 3; i++) {
        struct waiter w = {NULL, NULL};
        flights_wait(join(&all, key[i], 1), &w);
        struct flight *f = flights_next(&all, 1);
        put_answer(f, VERDICT_VERIFIED, 0);
        flights_end(&all, f, 2);
        flights_unwait(&w);
    }
    flights_tidy(&all, 3); /* two are kept, the oldest is not */
    struct flight *c = all.first->next;
    assert_string_equal(all.first->key, "b");
    assert_string_equal(c->key, "c");
    assert_ptr_equal(join(&all, "c", 3), c);
    flights_forget(&all);
    assert_ptr_not_equal(join(&all, "c", 3), c);
    flights_tidy(&all, 3);
    assert_null(all.first);
    flights_close(&all);
}

static bool is_answer(const char *ptr, size_t len)
{
    struct flights all = flights();
    struct waiter w = {NULL, NULL};
    flights_wait(join(&all, "a", 1), &w);
    struct flight *f = flights_next(&all, 1);
    buf_add(&f->output, ptr, len);
    flights_end(&all, f, 2);
    bool answered = f->answered;
    flights_close(&all);
    return answered;
}

static void half_an_answer_is_none(void **state)
{
    (void)state;
    struct flight whole = {.number = 1};
    buf_init(&whole.output, 1 << 16);
    put_answer(&whole, VERDICT_VERIFIED, 0);
    size_t len = whole.output.len;
    assert_true(is_answer(whole.output.ptr, len));
    for (size_t i = 0; i < len; i++)
        assert_false(is_answer(whole.output.ptr, i));
    buf_release(&whole.output);
}

static void codes_tell_the_verdict(void **state)
{
    (void)state;
    static const struct {
        int verdict;
        int64_t exit;
        unsigned status;
    } rows[] = {
        {VERDICT_VERIFIED, 0, 200},       {VERDICT_DEGRADED, 0, 200},
        {VERDICT_DEGRADED, 6, 503},       {VERDICT_UNHEALTHY, 1, 503},
        {VERDICT_NOT_SHIPPED, 5, 503},    {VERDICT_INCONCLUSIVE, 4, 500},
        {VERDICT_INCONCLUSIVE, 143, 500},
    };
    const struct ask plain = {.id_count = 0}, always = {.always_ok = true};
    struct flight f = {.answered = true};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        f.answer.verdict = rows[i].verdict;
        f.answer.exit = rows[i].exit;
        assert_int_equal(answer_status(&f, &plain), rows[i].status);
        assert_int_equal(answer_status(&f, &always), 200);
    }
    f.answered = false;
    assert_int_equal(answer_status(&f, &always), 500);
}

static void tokens_are_compared_whole(void **state)
{
    (void)state;
    assert_true(token_matches(NULL, NULL));
    assert_true(token_matches("0123456789abcdef", "Bearer 0123456789abcdef"));
    assert_true(token_matches("0123456789abcdef", "bearer  0123456789abcdef"));
    assert_false(token_matches("0123456789abcdef", NULL));
    assert_false(token_matches("0123456789abcdef", ""));
    assert_false(token_matches("0123456789abcdef", "Bearer "));
    assert_false(token_matches("0123456789abcdef", "0123456789abcdef"));
    assert_false(token_matches("0123456789abcdef", "Basic 0123456789abcdef"));
    assert_false(token_matches("0123456789abcdef", "Bearer 0123456789abcde"));
    assert_false(token_matches("0123456789abcdef", "Bearer 0123456789abcdeff"));
    assert_false(token_matches("0123456789abcdef", "Bearer 0123456789abcdeF"));
}

static bool listens(const char *text)
{
    struct listener l;
    struct err e = {.set = false};
    bool ok = listener_open(&l, text, &e);
    assert_true(ok || e.set);
    if (ok)
        listener_close(&l);
    return ok;
}

static void addresses_are_read(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        ":9115",
        "9115",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:x",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "::1:9115",
        "[::1]9115",
        "[]:9115",
        "h.test:9115",
        "1.2.3.4.5:1",
        "unix:",
        "127.0.0.1:80 ",
    };
    struct arena a;
    struct listener l;
    struct err e = {.set = false};
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
        assert_false(listens(bad[i]));
    assert_true(listener_open(&l, "localhost:0", &e));
    assert_true(l.local);
    assert_memory_equal(l.text, "http://127.0.0.1:", 17);
    listener_close(&l);
    assert_true(listener_open(&l, "0.0.0.0:0", &e));
    assert_false(l.local);
    listener_close(&l);
    arena_init(&a);
    char *path = arena_printf(&a, "unix:%s", test_repeat(&a, "/", 108));
    assert_false(listens(path));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_bounded),
        cmocka_unit_test(words_are_counted),
        cmocka_unit_test(unknown_parameters_are_refused),
        cmocka_unit_test(bodies_are_read),
        cmocka_unit_test(one_selection_is_one_run),
        cmocka_unit_test(the_queue_is_bounded),
        cmocka_unit_test(what_is_old_or_stale_is_not_given),
        cmocka_unit_test(half_an_answer_is_none),
        cmocka_unit_test(codes_tell_the_verdict),
        cmocka_unit_test(tokens_are_compared_whole),
        cmocka_unit_test(addresses_are_read),
    };
    return cmocka_run_group_tests_name("serve", tests, NULL, NULL);
}
