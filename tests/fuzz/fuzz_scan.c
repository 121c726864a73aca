/* A log of any bytes, through the built-in catalogue and the redactor. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scan/scan.h"
#include "verdict/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_causes(const struct findings *f)
{
    for (size_t i = 0; i < f->cause_count; i++) {
        const struct cause *c = &f->cause[i];
        int kinds = (c->signature != NULL) + (c->cluster != NULL) +
                    (c->elsewhere != NULL);
        bool symptom =
            c->signature != NULL && strcmp(c->signature, "postgres/25p02") == 0;
        if (kinds != 1 || symptom || c->reason_count == 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct diags d;
    struct catalogue catalogue;
    struct findings findings;
    arena_init(&a);
    diags_init(&d, &a);
    if (!catalogue_open(&catalogue, &a, NULL, &d))
        abort();
    struct str text = {arena_dup(&a, (const char *)data, size), size};
    scan_text(&findings, &a, &catalogue, "fuzz.log", text);
    check_causes(&findings);
    struct redactor *redactor = redactor_open();
    verdict_redact_findings(&findings, &a, redactor);
    redactor_close(redactor);
    catalogue_close(&catalogue);
    arena_release(&a);
    return 0;
}
