/* Two records of any bytes, parted by the byte 1E: they are refused with a
   reason, or become one whose text can be read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"
#include "verdict/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool read_part(struct record *out, struct arena *a, const uint8_t *data,
                      size_t size)
{
    struct err e = {.set = false};
    struct source source = {"record.json",
                            {arena_dup(a, (const char *)data, size), size}};
    return report_read_record(out, a, &source, &e);
}

static void read_again(struct arena *a, const struct record *r)
{
    struct record again;
    struct buf text;
    buf_init(&text, (size_t)64 << 20);
    report_write_record(&text, r);
    if (!text.full &&
        !read_part(&again, a, (const uint8_t *)text.ptr, text.len))
        abort();
    buf_release(&text);
}

static void merge(struct arena *a, const struct record *one,
                  const struct record *two, bool missing)
{
    struct err e = {.set = false};
    struct record out;
    const struct merge_part part[] = {{"one", one}, {"two", two}};
    const struct merge_inputs in = {part, two == NULL ? 1 : 2, missing};
    struct redactor *redactor = redactor_open();
    bool ok = verdict_merge(&out, a, &in, redactor, &e);
    if (ok ? out.result_count !=
                 one->result_count + (two == NULL ? 0 : two->result_count)
           : !e.set)
        abort();
    if (ok)
        read_again(a, &out);
    redactor_close(redactor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct record one, two;
    const uint8_t *mark = size == 0 ? NULL : memchr(data, 0x1e, size);
    size_t first = mark == NULL ? size : (size_t)(mark - data);
    arena_init(&a);
    if (read_part(&one, &a, data, first)) {
        merge(&a, &one, NULL, true);
        if (mark != NULL && read_part(&two, &a, mark + 1, size - first - 1)) {
            merge(&a, &one, &two, false);
            merge(&a, &one, &two, true);
        }
    }
    arena_release(&a);
    return 0;
}
