/* What checks would notice: compare/prove, change by change. */
#include <stdio.h>

#include "base/text.h"
#include "compare/prove/internal.h"
#include "plan/plan.h"
#include "tests/unit/testing.h"

static struct arena arena;
static struct plan plan;

/* Definitions, and answers to them as they came. */
static struct answer_of *world(const char *definitions, const char *body)
{
    struct source *source = test_source(&arena, "checks.yaml", definitions);
    const struct source *const sources[] = {source};
    struct plan_inputs in = {.source = sources, .source_count = 1};
    struct diags d;
    diags_init(&d, &arena);
    assert_true(plan_open(&plan, &arena, &in, &d));
    struct answer_of *answer = arena_array(&arena, plan.count, sizeof(*answer));
    for (size_t i = 0; i < plan.count; i++)
        answer[i] = (struct answer_of){
            .check = &plan.check[i],
            .id = plan.check[i].id,
            .whole = true,
            .content_type = "application/json",
            .response = {.status = 200,
                         .head = STR("HTTP/1.1 200 OK\r\n"
                                     "Content-Type: application/json\r\n"),
                         .body = str_from(body),
                         .url = "http://h/",
                         .duration_us = 1000,
                         .now_ms = INT64_C(1795000000000)}};
    return answer;
}

static int open_all(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    plan_close(&plan);
    arena_release(&arena);
    return 0;
}

#define CHECK(rest) "checks:\n- id: a\n  url: http://h/\n" rest

/* Was it made, and did nobody notice it? */
static bool overlooked(const struct proved *p, const char *change,
                       const char *path)
{
    for (size_t i = 0; i < p->unnoticed_count; i++) {
        const struct unnoticed *u = &p->unnoticed[i];
        if (strcmp(u->change, change) == 0 &&
            (u->path == NULL ? path == NULL
                             : path != NULL && strcmp(u->path, path) == 0))
            return true;
    }
    return false;
}

static struct proof prove(const char *definitions, const char *body)
{
    struct proof proof;
    struct answer_of *answer = world(definitions, body);
    proof_make(&proof, &arena, answer, plan.count);
    return proof;
}

static const struct {
    const char *expect, *change, *path;
    bool noticed;
} rows[] = {
    {"status == 200", "status 500", NULL, true},
    {"status in 200..599", "status 500", NULL, false},
    {"bytes count > 0", "an empty body", NULL, true},
    {"status == 200", "an empty body", NULL, false},
    {"body contains \"ok\"", "an HTML page instead, with status 200", NULL,
     true},
    {"status == 200", "an HTML page instead, with status 200", NULL, false},
    {"duration < 5s", "takes 5 s longer", NULL, true},
    {"duration < 9s", "takes 5 s longer", NULL, false},
    {"jsonpath \"$.state\" == \"ok\"", "removed", "$.state", true},
    {"jsonpath \"$.state\" == \"ok\"", "another value", "$.state", true},
    {"jsonpath \"$.state\" exists", "removed", "$.state", true},
    {"jsonpath \"$.state\" exists", "another value", "$.state", false},
    {"status == 200", "removed", "$.state", false},
    {"jsonpath \"$.list[0].n\" == 7", "another value", "$.list[0].n", true},
    {"jsonpath \"$.list[0].n\" > 5", "another value", "$.list[0].n", true},
    {"jsonpath \"$.list[0].n\" < 5000", "another value", "$.list[0].n", true},
    {"jsonpath \"$.list\" exists", "removed", "$.list", true},
    {"jsonpath \"$.on\" == true", "another value", "$.on", true},
    {"jsonpath \"$.none\" == null", "another value", "$.none", true},
    {"jsonpath \"$.o.p\" exists", "another value", "$.o", true},
};

static const char whole[] =
    "{\"state\": \"ok\", \"list\": [{\"n\": 7}, {\"m\": 8}], \"on\": true, "
    "\"none\": null, \"o\": {\"p\": 1}}";

static void each_change_is_noticed_by_what_sees_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char text[300];
        snprintf(text, sizeof(text),
                 CHECK("  timeout: 30s\n  expect: ['%s']\n"), rows[i].expect);
        struct proof proof = prove(text, whole);
        assert_int_equal(proof.proved_count, 1);
        bool missed =
            overlooked(&proof.proved[0], rows[i].change, rows[i].path);
        if (missed == rows[i].noticed)
            printf("# %s: %s %s\n", rows[i].expect, rows[i].change,
                   rows[i].path == NULL ? "" : rows[i].path);
        assert_int_equal(missed, !rows[i].noticed);
        /* 5 of the whole, and 2 of each of 8 members */
        assert_int_equal(proof.changes, 21);
        plan_close(&plan);
        plan = (struct plan){.count = 0};
    }
}

static void the_score_is_what_was_noticed_of_all(void **state)
{
    (void)state;
    struct proof proof = prove(
        CHECK("  expect: ['status == 200', 'bytes count > 3']\n"), "text");
    /* status, empty body; not the page, the build; 5 s are half the timeout */
    const struct proved *p = &proof.proved[0];
    assert_string_equal(p->request, "GET http://h/");
    assert_int_equal(p->noticed + (int64_t)p->unnoticed_count, p->changes);
    assert_int_equal(proof.changes, 5);
    assert_int_equal(proof.noticed, 2);
    assert_int_equal(proof.score_ppm, 400000);
    assert_true(overlooked(p, "another build answers", NULL));
}

static void a_build_that_is_read_is_noticed(void **state)
{
    (void)state;
    struct proof proof = prove(CHECK("  identity: jsonpath \"$.v\"\n  expect: "
                                     "'status == 200'\n"),
                               "{\"v\": \"1.2\"}");
    assert_false(overlooked(&proof.proved[0], "another build answers", NULL));
    assert_false(overlooked(&proof.proved[0], "another value", "$.v"));
}

/* Of checks that ask the same, one that notices is enough. */
static void checks_of_one_request_count_together(void **state)
{
    static const char two[] =
        "checks:\n- id: a\n  url: http://h/\n  expect: 'status == 200'\n"
        "- id: b\n  url: http://h/\n  expect: 'body contains \"text\"'\n"
        "- id: c\n  url: http://h/\n  method: POST\n  body: x\n"
        "  expect: 'status == 200'\n";
    (void)state;
    struct proof proof = prove(two, "text");
    assert_int_equal(proof.proved_count, 2);
    assert_string_equal(proof.proved[0].check, "a");
    assert_string_equal(proof.proved[1].check, "c");
    assert_false(overlooked(&proof.proved[0], "an empty body", NULL));
    assert_true(overlooked(&proof.proved[1], "an empty body", NULL));
}

static void what_did_not_pass_is_not_changed(void **state)
{
    (void)state;
    struct proof proof = prove(CHECK("  expect: 'status == 201'\n"), "text");
    assert_string_equal(proof.proved[0].skipped,
                        "the answer did not pass as it was");
    assert_int_equal(proof.changes, 0);
    assert_int_equal(proof.score_ppm, 0);
}

/* A value that each answer has anew cannot be expected. */
static void a_value_that_varies_is_left(void **state)
{
    struct changed c;
    (void)state;
    struct answer_of *answer =
        world(CHECK("  expect: 'status == 200'\n"), "{\"at\": 1, \"same\": 2}");
    answer->again = STR("{\"at\": 5, \"same\": 2}");
    assert_true(change_member(&c, &arena, answer, 0, CHANGE_VALUE));
    assert_string_equal(c.path, "$.at");
    assert_null(c.text);
    assert_true(change_member(&c, &arena, answer, 1, CHANGE_VALUE));
    assert_string_equal(c.text, "another value");
    assert_true(str_is(c.response.body, "{\"at\":1,\"same\":987654321}"));
    assert_true(str_is(c.other, "{\"at\":1,\"same\":-1}"));
    assert_true(change_member(&c, &arena, answer, 0, CHANGE_REMOVED));
    assert_true(str_is(c.response.body, "{\"same\":2}"));
    assert_false(change_member(&c, &arena, answer, 2, CHANGE_REMOVED));
}

static void members_have_bounds(void **state)
{
    struct changed c;
    char deep[200];
    size_t n = 0;
    (void)state;
    struct answer_of *answer =
        world(CHECK("  expect: 'status == 200'\n"), "no json");
    assert_false(change_member(&c, &arena, answer, 0, CHANGE_REMOVED));
    for (int i = 0; i < 40; i++)
        deep[n++] = '[';
    for (int i = 0; i < 40; i++)
        deep[n++] = ']';
    answer->response.body = (struct str){deep, n};
    assert_true(change_member(&c, &arena, answer, 32, CHANGE_REMOVED));
    assert_false(change_member(&c, &arena, answer, 33, CHANGE_REMOVED));
    char *many = test_repeat(&arena, "{\"a\":1},", 70000);
    answer->response.body = str_from(arena_printf(&arena, "[%s1]", many));
    assert_false(change_member(&c, &arena, answer, 0, CHANGE_REMOVED));
}

static void no_more_changes_than_a_thousand(void **state)
{
    struct buf text;
    (void)state;
    buf_init(&text, 1 << 16);
    for (int i = 0; i < 600; i++)
        buf_printf(&text, "%s\"k%d\": 1", i == 0 ? "{" : ", ", i);
    buf_char(&text, '}');
    struct proof proof =
        prove(CHECK("  expect: 'status == 200'\n"), buf_dup(&arena, &text));
    buf_release(&text);
    assert_in_range(proof.changes, PROOF_CHANGES_MAX, PROOF_CHANGES_MAX + 1);
}

static bool applies(const char *definition, enum change change)
{
    struct changed c;
    struct answer_of *answer = world(definition, "");
    answer->response.certificate[CERTIFICATE_EXPIRE_DATE] =
        "Nov 21 07:05:09 2030 GMT";
    bool made = change_whole(&c, &arena, answer, change);
    if (made && change == CHANGE_EXPIRY) /* tomorrow, 1 day and a half on */
        assert_string_equal(c.response.certificate[CERTIFICATE_EXPIRE_DATE],
                            "Nov 19 23:06:40 2026 GMT");
    if (made && change == CHANGE_EXIT)
        assert_int_equal(c.response.exit_code, 2);
    plan_close(&plan);
    plan = (struct plan){.count = 0};
    return made;
}

static void each_kind_breaks_in_its_ways(void **state)
{
    static const char http[] = CHECK("  expect: 'status == 200'\n");
    static const char head[] =
        CHECK("  method: HEAD\n  expect: 'status == 200'\n");
    static const char https[] =
        "checks:\n- id: a\n  url: https://h/\n  expect: 'status == 200'\n";
    static const char tls[] = "checks:\n- id: a\n  tls: h:443\n";
    static const char tcp[] = "checks:\n- id: a\n  tcp: h:443\n";
    static const char exec[] = "checks:\n- id: a\n  exec: ['true']\n";
    (void)state;
    assert_true(applies(http, CHANGE_STATUS));
    assert_false(applies(tcp, CHANGE_STATUS));
    assert_true(applies(http, CHANGE_PAGE));
    assert_false(applies(head, CHANGE_PAGE));
    assert_false(applies(exec, CHANGE_PAGE));
    assert_true(applies(https, CHANGE_EXPIRY));
    assert_true(applies(tls, CHANGE_EXPIRY));
    assert_false(applies(http, CHANGE_EXPIRY));
    assert_true(applies(exec, CHANGE_EXIT));
    assert_false(applies(http, CHANGE_EXIT));
    assert_true(applies(http, CHANGE_BUILD));
    assert_false(applies(tcp, CHANGE_BUILD));
    assert_false(applies(http, CHANGE_EMPTY)); /* it is empty */
    assert_true(applies(tcp, CHANGE_SLOW));
    assert_false(applies(http, CHANGE_KINDS));
}

static void a_recording_is_read_as_it_was(void **state)
{
    struct buf out;
    struct recording r;
    struct answer_of back;
    struct err e = {.set = false};
    (void)state;
    struct answer_of *answer =
        world(CHECK("  expect: 'status == 200'\n"), "bytes \x01 \xff");
    answer->response.certificate[CERTIFICATE_EXPIRE_DATE] = "never";
    answer->response = response_copy(&arena, &answer->response);
    struct redactor *redactor = redactor_open();
    buf_init(&out, RECORDING_BYTES_MAX);
    recording_write(&out, &arena, answer, 1, redactor);
    redactor_close(redactor);
    struct source *source = test_source(&arena, "r.json", out.ptr);
    assert_true(recording_read(&r, &arena, source, &e));
    assert_int_equal(r.recorded_count, 1);
    assert_true(
        recording_answer(&back, &arena, &r.recorded[0], &plan.check[0]));
    assert_true(str_equal(back.response.body, answer->response.body));
    assert_true(str_equal(back.response.head, answer->response.head));
    assert_int_equal(back.response.duration_us, 1000);
    assert_string_equal(back.response.certificate[CERTIFICATE_EXPIRE_DATE],
                        "never");
    r.recorded[0].body = "no base64!";
    assert_false(
        recording_answer(&back, &arena, &r.recorded[0], &plan.check[0]));
    r.recorded[0].body = NULL;
    r.recorded[0].url = NULL;
    assert_true(
        recording_answer(&back, &arena, &r.recorded[0], &plan.check[0]));
    assert_string_equal(back.response.url, "http://h/");
    buf_clear(&out);
    answer->whole = false; /* a step of a flow is not recorded */
    redactor = redactor_open();
    recording_write(&out, &arena, answer, 1, redactor);
    redactor_close(redactor);
    source = test_source(&arena, "r.json", out.ptr);
    assert_true(recording_read(&r, &arena, source, &e));
    assert_int_equal(r.recorded_count, 0);
    buf_release(&out);
}

/* A part that is too short to be one is more in base64, on the way out. */
static void a_recording_without_secrets_is_read(void **state)
{
    static const char *const body[] = {"s3cr-\"x/y+x", "xys3cr-\"x/y+x",
                                       "so s3cr-\"x/y+x", "s3cr-\"x/y+z"};
    struct redactor *redactor = redactor_open();
    (void)state;
    assert_true(redactor_add(redactor, STR("s3cr-\"x/y+z")));
    for (size_t i = 0; i < ARRAY_COUNT(body); i++) {
        struct buf out;
        struct recording r;
        struct answer_of back;
        struct err e = {.set = false};
        struct answer_of *answer =
            world(CHECK("  expect: 'status == 200'\n"), body[i]);
        answer->response = response_copy(&arena, &answer->response);
        buf_init(&out, RECORDING_BYTES_MAX);
        recording_write(&out, &arena, answer, 1, redactor);
        struct str form = redact_known(redactor, &arena, buf_view(&out));
        struct source *source = test_source(&arena, "r.json", form.ptr);
        if (!recording_read(&r, &arena, source, &e) ||
            !recording_answer(&back, &arena, &r.recorded[0], &plan.check[0]))
            fail_msg("%s gave %.*s", body[i], STR_ARGS(form));
        buf_release(&out);
    }
    redactor_close(redactor);
}

#define ALONE(test) cmocka_unit_test_setup_teardown(test, open_all, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALONE(each_change_is_noticed_by_what_sees_it),
        ALONE(the_score_is_what_was_noticed_of_all),
        ALONE(a_build_that_is_read_is_noticed),
        ALONE(checks_of_one_request_count_together),
        ALONE(what_did_not_pass_is_not_changed),
        ALONE(a_value_that_varies_is_left),
        ALONE(members_have_bounds),
        ALONE(no_more_changes_than_a_thousand),
        ALONE(each_kind_breaks_in_its_ways),
        ALONE(a_recording_is_read_as_it_was),
        ALONE(a_recording_without_secrets_is_read),
    };
    return cmocka_run_group_tests_name("prove", tests, NULL, NULL);
}
