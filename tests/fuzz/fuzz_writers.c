/* A record of any bytes: refused, or in each output nothing of it acts. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/report.h"
#include "tests/tools/judge_output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_one(struct arena *a, const struct report_format *format,
                      const struct record *r)
{
    struct buf out;
    buf_init(&out, (size_t)64 << 20);
    format->record(&out, a, r);
    const char *problem = output_problem(format->name, buf_view(&out));
    if (problem != NULL && !out.full) {
        fprintf(stderr, "%s: %s\n%s", format->name, problem, out.ptr);
        abort();
    }
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct err e = {.set = false};
    struct record record;
    arena_init(&a);
    struct source source = {"record.json",
                            {arena_dup(&a, (const char *)data, size), size}};
    if (report_read_record(&record, &a, &source, &e))
        for (size_t i = 0; i < report_format_count(); i++)
            if (report_format_at(i)->record != NULL)
                write_one(&a, report_format_at(i), &record);
    arena_release(&a);
    return 0;
}
