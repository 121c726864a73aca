/* The rows, and the lines that may fit them. */
#include "scan/short_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/attr.h"
#include "scan/kept.h"
#include "scan/pattern_table.h"
#include "scan/readers.h"
#include "scan/starts.h"

#define LINE_MAX  ((size_t)400) /* bytes of a line that may be one */
#define WORDS_MAX 200           /* of a log */
#define COUNTED   3             /* lines between a count of tests and its OK */

enum { ROW_PASSED, ROW_FAILED, ROW_COUNT, ROW_OK };

static const struct pattern_row word_row[] = {
    [ROW_PASSED] = {"a Go package passed", 0, 0,
                    "^ok\\s+\\S+\\s+(?:\\d+\\.\\d+s|\\(cached\\))"
                    "(?:\\s+coverage: .*|\\s+\\[no tests to run\\])?$"},
    [ROW_FAILED] = {"a Go package failed", 0, 0,
                    "^FAIL\\t\\S+\\t\\d+\\.\\d+s$"},
    [ROW_COUNT] = {"how many tests ran", 0, 0, "^Ran \\d+ tests? in "},
    [ROW_OK] = {"all of them passed", 0, 0, "^OK(?: \\([^()]*\\))?$"},
};

struct short_words {
    struct pattern_table *rows;
};

struct short_words *short_words_open(void)
{
    struct short_words *w = heap_zeroed(sizeof(*w));
    w->rows = pattern_table_open(word_row, ARRAY_COUNT(word_row));
    return w;
}

void short_words_close(struct short_words *w)
{
    if (w != NULL)
        pattern_table_close(w->rows);
    free(w);
}

struct search {
    struct short_words *words;
    struct scan *scan;
    const struct signature *succeeded, *failed; /* either may be NULL */
    struct line line;
    int64_t counted; /* the last line that counts tests */
    size_t found;
};

/* Without its prefixes: could it be one? */
static bool may_fit(struct str text)
{
    static const char *const word[] = {"ok ", "ok\t", "FAIL\t", "OK", "Ran "};
    bool any = false;
    for (size_t i = 0; i < ARRAY_COUNT(word) && text.len <= LINE_MAX; i++)
        any = any || str_find(text, str_from(word[i]), 0) < text.len;
    return any;
}

/* The signature of which it is a word; or NULL. */
static const struct signature *word_of(struct search *f, struct str said)
{
    const struct pattern_table *rows = f->words->rows;
    if (pattern_fits(rows, ROW_COUNT, said))
        f->counted = f->line.number;
    bool counted = f->counted > 0 && f->line.number - f->counted <= COUNTED;
    if (pattern_fits(rows, ROW_FAILED, said))
        return f->failed;
    bool ok = (counted && pattern_fits(rows, ROW_OK, said)) ||
              pattern_fits(rows, ROW_PASSED, said);
    return ok ? f->succeeded : NULL;
}

static void take_line(struct search *f, struct str text)
{
    struct line_reader *reader = f->scan->readers->line;
    struct starts starts;
    const struct signature *found = NULL;
    int64_t time_ms = line_time(reader, text);
    f->line.time_ms = time_ms != 0 ? time_ms : f->line.time_ms;
    if (!may_fit(text) || !scan_reads(f->scan, f->line.time_ms))
        return;
    f->line.row = f->line.number;
    line_read(reader, text, &f->line);
    starts_read(&starts, &f->line, 0);
    for (size_t i = 0; i < starts.count && found == NULL; i++)
        found = word_of(f, str_trim(starts.at[i]));
    if (found == NULL)
        return;
    f->line.good = good_find(f->scan->good, line_said(reader, text));
    match_words(f->scan, &f->line, found);
    f->found++;
}

static void take_piece(struct search *f, const struct kept_piece *p)
{
    struct str rest = p->block.text;
    for (int64_t lines = 0; rest.len > 0 && f->found < WORDS_MAX; lines++) {
        size_t at = (size_t)(rest.ptr - p->block.text.ptr);
        struct str text = str_trim(str_cut(rest, '\n', &rest));
        f->line.number =
            p->at.lines + 1 + lines + (int64_t)block_lines_gone(&p->block, at);
        f->line.cr_number = f->line.number + p->at.crs;
        f->line.offset = p->offset + block_raw_offset(&p->block, at);
        take_line(f, text);
    }
}

/* Was anything found in the log that they could excuse? */
static bool is_wanted(const struct scan *s, size_t log)
{
    bool any = false;
    for (size_t i = 0; i < s->hit_count && !any; i++)
        any = s->hit[i].at.log == log;
    for (size_t i = 0; i < s->error_count && !any; i++)
        any = s->error[i].at.log == log;
    return any;
}

void short_words_find(struct short_words *w, struct scan *s, size_t log)
{
    const struct kept_piece *p = kept_of(s->kept, log);
    struct search f = {.words = w, .scan = s};
    f.succeeded = catalogue_of_words(s->catalogue, WORDS_TESTS_PASSED);
    f.failed = catalogue_of_words(s->catalogue, WORDS_TESTS_FAILED);
    if (p == NULL || p->at.newest_first || !is_wanted(s, log))
        return;
    f.line = (struct line){.file = p->at.file, .log = log};
    f.line.time_ms = p->timed_ms;
    for (; p != NULL; p = p->next)
        take_piece(&f, p);
}
