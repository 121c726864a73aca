/*
 * A patch as git prints it, and a workflow as people commit it: whatever the
 * bytes, what comes out is bounded and harmless.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "evidence/evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
    if (!good)
        abort();
}

static void check_text(const char *text)
{
    must(text == NULL || (utf8_check(str_from(text)) == strlen(text) &&
                          strchr(text, '\x1b') == NULL));
}

static void read_patch(struct arena *a, struct str text)
{
    struct change change = {.status = 'M',
                            .old = STR("a.sql"),
                            .path = STR("a.sql"),
                            .old_blob = STR("1111111"),
                            .blob = STR("2222222")};
    struct changes files = {&change, 1, 1};
    struct hunks out = {.count = 0};
    parse_patch(&out, a, text, &files, NULL);
    must(out.count <= HUNKS_MAX);
    for (size_t i = 0; i < out.count; i++) {
        check_text(out.item[i].before);
        check_text(out.item[i].after);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct diags d;
    struct workflow w;
    arena_init(&a);
    diags_init(&d, &a);
    struct str text = {arena_dup(&a, (const char *)data, size), size};
    struct source source = {"w.yml", text};
    read_patch(&a, text);
    if (workflow_read(&w, &a, &source, &d)) {
        must(w.step_count <= WORKFLOW_STEPS_MAX);
        for (size_t i = 0; i < w.step_count; i++)
            check_text(w.step[i]);
    }
    arena_release(&a);
    return 0;
}
