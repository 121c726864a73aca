/*
 * What a service answers, or an OpenAPI document: whatever it says, the checks
 * that are written of it can be read. The first byte chooses.
 */
#include <stdint.h>
#include <stdlib.h>

#include "import/init/init.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void draft(struct arena *a, char kind, struct str rest)
{
    struct buf text;
    struct diags d;
    struct source source = {"openapi", rest};
    struct draft_answer answer = {
        .url = "http://h.test/health?a=$b",
        .status = kind == 't' ? 200 : 301,
        .content_type = kind == 't' ? "text/html; x" : "application/json",
        .body = rest,
        .duration_us = 1234,
        .certificate = true};
    buf_init(&text, DRAFT_BYTES_MAX);
    diags_init(&d, a);
    if (kind != 'o')
        draft_answers(&text, a, &answer, 1);
    bool made = kind != 'o' || draft_openapi(&text, a, &source, &d);
    if (made && !draft_is_valid(a, &text, &d))
        abort();
    buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    if (size == 0 || size > 100000)
        return 0;
    arena_init(&a);
    struct str rest = {arena_dup(&a, (const char *)data + 1, size - 1),
                       size - 1};
    draft(&a, (char)data[0], rest);
    arena_release(&a);
    return 0;
}
