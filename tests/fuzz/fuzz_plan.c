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
    const struct source **sources = arena_alloc(a, sizeof(source));
    struct plan_inputs *in = arena_alloc(a, sizeof(*in));
    *source = (struct source){"fuzz", text};
    *sources = source;
    *in = (struct plan_inputs){.source = sources,
                               .source_count = 1,
                               .variable = variable,
                               .variable_count = ARRAY_COUNT(variable),
                               .environ = environment,
                               .origins = true};
    return plan_open(plan, a, in, d);
}

/* With values as a server might give them; its own captures all get them. */
static void bind(struct plan *plan, struct arena *a, const struct check *c,
                 const struct check *whole)
{
    static const char *const given[] = {"t0ken", "x\r\ny: z", "${A}", "-1"};
    const char *why = NULL;
    for (size_t i = 0; i < c->step_count; i++)
        bind(plan, a, &c->step[i], c);
    for (size_t i = 0; c->late != NULL && i < ARRAY_COUNT(given); i++) {
        struct captured value[64];
        size_t count = 0;
        for (size_t k = 0; k < whole->use_count && count < 64; k++)
            value[count++] =
                (struct captured){whole->use[k].name, str_from(given[i])};
        for (size_t k = 0; k < whole->step_count; k++)
            for (size_t m = 0; m < whole->step[k].capture_count; m++)
                if (count < 64)
                    value[count++] = (struct captured){
                        whole->step[k].capture[m].name, str_from(given[i])};
        if (plan_bind(plan, a, c, value, count, &why) == NULL && why == NULL)
            abort(); /* refused without a reason */
    }
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
        for (size_t i = 0; i < plan.count; i++)
            bind(&plan, &a, &plan.check[i], &plan.check[i]);
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
