/* An expectation in the first line, a response body in the rest. */
#include <stdint.h>
#include <stdlib.h>

#include "expect/expect.h"
#include "plan/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(struct arena *a, struct expect *e, struct str body)
{
    struct check check = {
        .id = "fuzz", .expect = e, .expect_count = 1, .identity = &e->query};
    struct response response = {.status = 200,
                                .head = STR("HTTP/1.1 200 OK\r\nA: b\r\n"),
                                .body = body,
                                .duration_us = 1500};
    struct result result = {.cause = -1};
    expect_judge(&result, a, &check, &response);
    if (result.status == STATUS_SKIPPED)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct diags d;
    struct plan plan = {.count = 0};
    struct expect e;
    arena_init(&a);
    diags_init(&d, &a);
    struct str all = {arena_dup(&a, (const char *)data, size), size};
    struct str body;
    struct str line = str_cut(all, '\n', &body);
    struct source source = {"fuzz", line};
    if (plan_parse_expect(&e, &a, &plan, &source, &d))
        judge(&a, &e, body);
    else if (d.count == 0)
        abort(); /* refused without a reason */
    plan_close(&plan);
    arena_release(&a);
    return 0;
}
