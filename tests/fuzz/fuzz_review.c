/*
 * Any bytes as a document, alone and after itself: an answer within bounds,
 * whose outputs are text that other programs read. Patterns are compiled once;
 * a second document and outputs are one input of sixteen's, a repair one of
 * four.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "lint/lint.h"
#include "tests/fuzz/sometimes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define USUAL_MAX ((size_t)1000) /* bytes */

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
    struct err e = {.set = false};
    arena_init(&a);
    uint32_t chosen = sometimes(data, size);
    size = usually(data, size, USUAL_MAX);
    const char *text = arena_dup(&a, (const char *)data, size);
    struct source document = {"x.md", {text, size}};
    struct source copy = {"earlier.md", {text, size}};
    const struct source *earlier[] = {&copy};
    static struct patterns *patterns;
    if (patterns == NULL)
        patterns = patterns_open();
    struct review_options o = {.earlier = earlier,
                               .earlier_count = chosen / 16 % 16 == 0,
                               .patterns = patterns};
    remarks_init(&r);
    if (review_document(&r, &a, &document, &o, &e) && chosen % 16 == 0)
        outputs(&r);
    if (chosen / 256 % 4 == 0) {
        struct buf whole;
        buf_init(&whole, size + 1);
        review_mojibake(&whole, document.text);
        must(!whole.full, "text grew by its repair");
        buf_release(&whole);
    }
    arena_release(&a);
    return 0;
}
