/* A record of any bytes: refused with a reason, or written up in each kind. */
#include <stdint.h>
#include <stdlib.h>

#include "model/vocabulary.h"
#include "report/report.h"
#include "verdict/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool write_all(struct arena *a, const struct record *r, struct err *e)
{
    const struct facts none = {.severity = -1, .status = -1};
    struct incident incident;
    struct report_templates *templates = NULL;
    struct diags d;
    struct str text = STR_NONE;
    const struct report_inputs in = {
        .record = r, .facts = &none, .incident = &incident};
    bool ok = true;
    diags_init(&d, a);
    if (!report_templates_open(&templates, a, NULL, &d))
        abort();
    if (!verdict_incident(&incident, a, r, &none, e))
        return false;
    for (size_t i = 0; ok && i < report_kind_names.count; i++)
        ok = report_write(&text, a, report_kind_names.name[i], templates, &in,
                          e);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct err e = {.set = false};
    struct record record;
    arena_init(&a);
    struct source source = {"record.json",
                            {arena_dup(&a, (const char *)data, size), size}};
    bool ok = report_read_record(&record, &a, &source, &e) &&
              write_all(&a, &record, &e);
    if (!ok && !e.set)
        abort();
    arena_release(&a);
    return 0;
}
