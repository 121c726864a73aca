/* A record of any bytes: refused with a reason, or written up. */
#include <stdint.h>
#include <stdlib.h>

#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct err e = {.set = false};
    struct record record;
    arena_init(&a);
    struct source source = {"record.json",
                            {arena_dup(&a, (const char *)data, size), size}};
    struct str text = STR_NONE;
    bool ok = report_read_record(&record, &a, &source, &e) &&
              report_kind_find("status")->write(&text, &a, &record, &e);
    if (!ok && !e.set)
        abort();
    arena_release(&a);
    return 0;
}
