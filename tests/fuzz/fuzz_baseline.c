/* Two bodies, with a NUL between them, before and after a deploy; and all of it
   as a baseline, which is refused with a reason or compared with itself. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compare/baseline/baseline.h"
#include "verdict/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct check check = {.id = "a", .title = "a", .url = "http://h/"};

static void sample(struct sampler *s, struct str text)
{
    struct result result = {.status = STATUS_PASS, .http_status = 200};
    struct response response = {.head = text, .body = text};
    for (int i = 0; i < 3; i++) {
        sampler_response(s, 0, &response);
        sampler_result(s, 0, &result);
    }
}

static void compare_bodies(struct arena *a, struct str text)
{
    struct baseline before, after;
    struct comparison c;
    size_t half = str_find(text, (struct str){"", 1}, 0);
    struct sampler *b = sampler_open(a, &check, 1);
    struct sampler *n = sampler_open(a, &check, 1);
    sample(b, str_sub(text, 0, half));
    sample(n, str_sub(text, half + 1, text.len));
    sampler_finish(&before, b);
    sampler_finish(&after, n);
    baseline_compare(&c, a, &before, &after, ~0u);
    baseline_compare(&c, a, &before, &before, 0);
    if (c.difference_count != 0)
        abort(); /* nothing differs from itself */
    sampler_close(b);
    sampler_close(n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct err e = {.set = false};
    struct baseline read;
    struct comparison c;
    arena_init(&a);
    struct str text = {arena_dup(&a, (const char *)data, size), size};
    struct source source = {"before.json", text};
    compare_bodies(&a, text);
    if (baseline_read(&read, &a, &source, &e))
        baseline_compare(&c, &a, &read, &read, 0);
    else if (!e.set)
        abort();
    arena_release(&a);
    return 0;
}
