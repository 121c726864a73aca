/*
 * The excerpt of a log of any bytes: it is never longer than its size, harmless
 * for a terminal, and each line of it has its number.
 *
 * The first two bytes are the size. Signatures have a target of their own, so
 * there are none here. What opens slowly is opened once.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/characters.h"
#include "base/text.h"
#include "redact/redact.h"
#include "scan/flood.h"
#include "scan/internal.h"
#include "scan/kept.h"
#include "scan/readers.h"
#include "tests/fuzz/sometimes.h"

#define USUAL_MAX ((size_t)600) /* bytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What opens slowly, and is the same for all. */
static struct readers *readers(void)
{
    static struct readers *opened;
    if (opened == NULL)
        opened = readers_open();
    return opened;
}

static struct candidates *candidates(struct scan *s)
{
    static struct candidates *opened;
    if (opened == NULL)
        opened = candidates_open(s, false);
    return opened;
}

static void scan(struct findings *out, struct arena *a, size_t bytes,
                 struct str text)
{
    static const struct catalogue none = {.count = 0};
    static struct redactor *redactor;
    static struct scan s; /* the candidates are of this one */
    struct err e = {.set = false};
    if (redactor == NULL)
        redactor = redactor_open();
    s = (struct scan){.arena = a,
                      .catalogue = &none,
                      .kept = kept_open(),
                      .readers = readers(),
                      .excerpt = {bytes, redactor}};
    struct source_reader *source = source_of_text("fuzz.log", text);
    struct log_state log = scan_new_log(&s, "fuzz.log");
    if (!candidates_scan(candidates(&s), &log, source, &e))
        s.coverage.gave_up++;
    source_close(source);
    *out = (struct findings){.finding_count = 0};
    scan_conclude(&s, a, out);
    s.readers = NULL; /* they stay */
    scan_end(&s);
}

/* "12: ...", "12> ...", "[job step]", "..." or the line about the log. */
static void check_line(struct str line, bool first)
{
    size_t digits = 0;
    while (digits < line.len && is_digit(line.ptr[digits]))
        digits++;
    bool numbered = digits > 0 && digits + 1 < line.len &&
                    strchr(":>", line.ptr[digits]) != NULL &&
                    line.ptr[digits + 1] == ' ';
    bool other = str_starts(line, STR("...")) || str_starts(line, STR("["));
    if (!first && !numbered && !other)
        abort();
    for (size_t i = 0; i < line.len; i++)
        if ((unsigned char)line.ptr[i] < ' ' || line.ptr[i] == 0x7F)
            abort();
}

static void check(const struct findings *f, size_t bytes)
{
    struct str rest = str_from(f->excerpt_text);
    if (rest.len > bytes || utf8_check(rest) != rest.len)
        abort();
    for (bool first = true; rest.len > 0; first = false)
        check_line(str_cut(rest, '\n', &rest), first);
    for (size_t i = 1; i < f->excerpt_count; i++)
        if (f->excerpt[i].line < f->excerpt[i - 1].line)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct findings found;
    size = usually(data, size, USUAL_MAX);
    if (size < 2)
        return 0;
    size_t bytes = EXCERPT_BYTES_MIN + ((size_t)data[0] << 8 | data[1]) % 6000;
    arena_init(&a);
    const struct str text = {arena_dup(&a, (const char *)data + 2, size - 2),
                             size - 2};
    scan(&found, &a, bytes, text);
    check(&found, bytes);
    arena_release(&a);
    return 0;
}
