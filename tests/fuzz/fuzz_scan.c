/*
 * A log of any bytes, compressed or not, through the built-in catalogue and
 * the redactor. With the filter as without it, the same is found.
 */
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

/* Opened once: reading it takes longer than most inputs do. */
static const struct catalogue *catalogue(void)
{
    static struct arena life;
    static struct catalogue opened;
    struct diags d;
    if (opened.count > 0)
        return &opened;
    arena_init(&life);
    diags_init(&d, &life);
    if (!catalogue_open(&opened, &life, NULL, &d))
        abort();
    return &opened;
}

static void write(struct buf *out, const struct findings *f)
{
    buf_init(out, (size_t)1 << 26);
    shape_write(out, &findings_shape, f);
}

static void check_same(const struct findings *f, struct arena *a,
                       struct str text)
{
    struct findings naive;
    struct buf left, right;
    scan_text(&naive, a, catalogue(), "fuzz.log", text, true);
    write(&left, f);
    write(&right, &naive);
    if (!str_equal(buf_view(&left), buf_view(&right)))
        abort();
    buf_release(&left);
    buf_release(&right);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct findings findings;
    arena_init(&a);
    struct str text = {arena_dup(&a, (const char *)data, size), size};
    scan_text(&findings, &a, catalogue(), "fuzz.log", text, false);
    check_causes(&findings);
    check_same(&findings, &a, text);
    struct redactor *redactor = redactor_open();
    verdict_redact_findings(&findings, &a, redactor);
    redactor_close(redactor);
    arena_release(&a);
    return 0;
}
