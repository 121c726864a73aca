/*
 * Any bytes as a document, alone and after itself: an answer within bounds,
 * whose outputs are text that other programs read.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "lint/lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void outputs(const struct remarks *r)
{
    struct buf out;
    cJSON *root = NULL;
    struct err e = {.set = false};
    buf_init(&out, (size_t)16 << 20);
    review_sarif(&out, r, "1");
    struct source sarif = {"sarif", buf_view(&out)};
    must(!out.full && json_parse(&root, &sarif, &e), "SARIF is no JSON");
    cJSON_Delete(root);
    buf_clear(&out);
    review_text(&out, r);
    must(utf8_check(buf_view(&out)) == out.len, "text is no UTF-8");
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct remarks r;
    struct buf whole;
    struct err e = {.set = false};
    arena_init(&a);
    const char *text = arena_dup(&a, (const char *)data, size);
    struct source document = {"x.md", {text, size}};
    struct source copy = {"earlier.md", {text, size}};
    const struct source *earlier[] = {&copy};
    struct review_options o = {.earlier = earlier, .earlier_count = 1};
    remarks_init(&r);
    if (review_document(&r, &a, &document, &o, &e))
        outputs(&r);
    buf_init(&whole, size + 1);
    review_mojibake(&whole, document.text);
    must(!whole.full, "text grew by its repair");
    buf_release(&whole);
    arena_release(&a);
    return 0;
}
