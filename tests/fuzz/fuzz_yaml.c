/* Definition files: whatever the bytes, a tree or diags; and as a text that
   is quoted, the same text again. */
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void quote_and_read(struct arena *a, struct str text)
{
    const struct yaml_node *root = NULL;
    struct diags d;
    struct buf out;
    diags_init(&d, a);
    buf_init(&out, (size_t)1 << 20);
    buf_text(&out, "k: ");
    yaml_quote(&out, text);
    struct source source = {"quoted", buf_view(&out)};
    bool usable = utf8_check(text) == text.len && text.len < 1000 &&
                  str_find(text, (struct str){"\0", 1}, 0) == text.len;
    if (usable && !yaml_parse(&root, a, &source, &d))
        abort();
    if (usable && !str_equal(yaml_get(root, "k")->text, text))
        abort();
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct diags d;
    struct buf out;
    arena_init(&a);
    diags_init(&d, &a);
    struct source source = {"fuzz.yaml",
                            {arena_dup(&a, (const char *)data, size), size}};
    const struct yaml_node *root = NULL;
    (void)!yaml_parse(&root, &a, &source, &d);
    buf_init(&out, (size_t)1 << 20);
    diags_render(&d, &out);
    buf_release(&out);
    quote_and_read(&a, source.text);
    arena_release(&a);
    return 0;
}
