/*
 * A log of any bytes, compressed or not, through the built-in catalogue and
 * the redactor. With the filter as without it, the same is found.
 *
 * Without the filter each line goes to every pattern, so a fourth of the inputs
 * are compared so in a sixteenth of the catalogue, and one of 4096 in all of
 * it. The scanners are kept, but not for those.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scan/internal.h"
#include "scan/kept.h"
#include "scan/readers.h"
#include "tests/fuzz/sometimes.h"
#include "verdict/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_causes(const struct findings *f)
{
    for (size_t i = 0; i < f->cause_count; i++) {
        const struct cause *c = &f->cause[i];
        bool elsewhere = c->elsewhere != NULL; /* of what a signature names */
        int kinds = (c->signature != NULL && !elsewhere) +
                    (c->cluster != NULL) + elsewhere;
        bool symptom = c->signature != NULL && !elsewhere &&
                       strcmp(c->signature, "postgres/25p02") == 0;
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

static void check_same(const struct findings *f, const struct findings *naive)
{
    struct buf left, right;
    write(&left, f);
    write(&right, naive);
    if (!str_equal(buf_view(&left), buf_view(&right)))
        abort();
    buf_release(&left);
    buf_release(&right);
}

#define PARTS 16

/* What opens slowly, for a part of the catalogue or all of it. */
struct scanner {
    struct scan scan;
    struct readers *readers;
    struct candidates *candidates;
};

static void scan_by(struct scanner *s, struct findings *out, struct arena *a,
                    struct str text)
{
    const struct catalogue *catalogue = s->scan.catalogue;
    struct err e = {.set = false};
    s->scan = (struct scan){.arena = a,
                            .catalogue = catalogue,
                            .kept = kept_open(),
                            .readers = s->readers};
    struct source_reader *source = source_of_text("fuzz.log", text);
    struct log_state log = scan_new_log(&s->scan, "fuzz.log");
    *out = (struct findings){.finding_count = 0};
    if (!candidates_scan(s->candidates, &log, source, &e))
        s->scan.coverage.gave_up++;
    source_close(source);
    scan_conclude(&s->scan, a, out);
    s->scan.readers = NULL; /* they stay */
    scan_end(&s->scan);
    s->scan.flood = NULL;
    s->scan.kept = NULL;
}

/* The filter learns from a first text what is rare: here always from this. */
static void scanner_open(struct scanner *s, const struct catalogue *catalogue,
                         bool naive)
{
    struct findings f;
    struct arena a;
    arena_init(&a);
    s->scan.catalogue = catalogue;
    s->scan.arena = &a;
    s->candidates = candidates_open(&s->scan, naive);
    s->readers = readers_open();
    scan_by(s, &f, &a, STR("2025-11-14T15:18:28Z INFO server is listening\n"));
    arena_release(&a);
}

/* Every sixteenth signature, from the one of that number on. */
static const struct catalogue *part_of(size_t part)
{
    static struct catalogue parts[PARTS];
    static struct arena life;
    struct catalogue *c = &parts[part];
    const struct catalogue *all = catalogue();
    if (c->count > 0)
        return c;
    struct signature *s =
        arena_array(&life, all->count / PARTS + 1, sizeof(*s));
    for (size_t i = part; i < all->count; i += PARTS)
        s[c->count++] = all->signature[i];
    c->signature = s;
    return c;
}

static void scan_part(struct arena *a, struct str text, size_t part)
{
    static struct scanner filtered[PARTS], naive[PARTS];
    struct findings f, g;
    if (filtered[part].candidates == NULL) {
        scanner_open(&filtered[part], part_of(part), false);
        scanner_open(&naive[part], part_of(part), true);
    }
    scan_by(&filtered[part], &f, a, text);
    scan_by(&naive[part], &g, a, text);
    check_same(&f, &g);
}

static void scan_all(struct arena *a, struct str text)
{
    static struct scanner scanner;
    static struct redactor *redactor;
    struct findings f;
    if (redactor == NULL) {
        redactor = redactor_open();
        scanner_open(&scanner, catalogue(), false);
    }
    scan_by(&scanner, &f, a, text);
    check_causes(&f);
    verdict_redact_findings(&f, a, redactor);
}

static void scan_anew(struct arena *a, struct str text)
{
    struct findings f, g;
    scan_text(&f, a, catalogue(), "fuzz.log", text, false);
    check_causes(&f);
    scan_text(&g, a, catalogue(), "fuzz.log", text, true);
    check_same(&f, &g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    uint32_t chosen = sometimes(data, size);
    arena_init(&a);
    struct str text = {arena_dup(&a, (const char *)data, size), size};
    if (chosen % 4096 == 0)
        scan_anew(&a, text);
    else if (chosen % 4 == 0)
        scan_part(&a, text, chosen / 4 % PARTS);
    else
        scan_all(&a, text);
    arena_release(&a);
    return 0;
}
