/*
 * Files of other tools: whatever they say, the checks that are made of them
 * can be read, and import says so itself. The first byte chooses the format;
 * any other: it is seen from the content.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "import/import.h"
#include "tests/fuzz/sometimes.h"

#define USUAL_MAX ((size_t)1000) /* bytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What import blames on itself. */
static void judge(const struct diags *d)
{
    for (size_t i = 0; i < d->count; i++)
        if (strncmp(d->item[i].text, "postflight made", 15) == 0)
            abort();
}

static void import(struct arena *a, char kind, struct str rest)
{
    static const char kinds[] = "ghbopc";
    static const char *const target[] = {"h.test:80", "m=http://h.test/"};
    const char *known = kind == '\0' ? NULL : strchr(kinds, kind);
    struct source source = {"input", rest};
    const struct source *const sources[] = {&source};
    struct import_options options = {
        .source = sources,
        .source_count = 1,
        .format = known == NULL ? -1 : (int)(known - kinds),
        .target = target,
        .target_count = rest.len % 3,
        .redactor = redactor_open()};
    struct import_record record;
    struct buf out, text;
    struct diags d;
    buf_init(&out, IMPORT_OUTPUT_MAX);
    buf_init(&text, (size_t)8 << 20);
    diags_init(&d, a);
    if (!import_sources(&out, &record, a, &options, &d))
        judge(&d);
    redactor_close(options.redactor);
    import_text(&text, &record);
    shape_write(&text, &import_record_shape, &record);
    buf_release(&text);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    size = usually(data, size, USUAL_MAX);
    if (size == 0 || size > 30000)
        return 0;
    arena_init(&a);
    struct str rest = {arena_dup(&a, (const char *)data + 1, size - 1),
                       size - 1};
    import(&a, (char)data[0], rest);
    arena_release(&a);
    return 0;
}
