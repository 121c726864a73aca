/* A definition file: refused with a reason, or a plan that can be explained
   and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plan/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool load(struct plan *plan, struct arena *a, struct str text,
                 struct diags *d)
{
    static const struct variable variable[] = {
        {"A", "a value"}, {"N", "7"}, {"S", "s3cr3t"}, {"C", "x\r\ny"}};
    static const char *const environment[] = {NULL};
    struct source *source = arena_alloc(a, sizeof(*source));
    const struct source *const sources[] = {source};
    struct plan_inputs in = {.source = sources,
                             .source_count = 1,
                             .variable = variable,
                             .variable_count = ARRAY_COUNT(variable),
                             .environ = environment,
                             .origins = true};
    *source = (struct source){"fuzz", text};
    return plan_open(plan, a, &in, d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct diags d;
    struct plan plan;
    struct buf text;
    struct redactor *redactor = redactor_open();
    arena_init(&a);
    diags_init(&d, &a);
    buf_init(&text, (size_t)1 << 24);
    struct str input = {arena_dup(&a, (const char *)data, size), size};
    if (load(&plan, &a, input, &d)) {
        plan_explain(&text, &a, &plan, redactor);
        plan_close(&plan);
    } else if (diags_errors(&d) == 0) {
        abort(); /* refused without a reason */
    }
    diags_render(&d, &text);
    buf_release(&text);
    redactor_close(redactor);
    arena_release(&a);
    return 0;
}
