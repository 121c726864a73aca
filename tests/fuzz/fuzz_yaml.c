/* Definition files: whatever the bytes, a plan or diags. */
#include <stdint.h>

#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
    arena_release(&a);
    return 0;
}
