/*
 * The lines of a log that may matter: those where the filter found a literal
 * or a word. The naive way, for tests, takes every line to every signature.
 */
#include <stdlib.h>
#include <string.h>

#include "language/regex.h"
#include "scan/internal.h"
#include "scan/kept.h"
#include "scan/log_window.h"
#include "scan/loose.h"
#include "scan/pipeline.h"
#include "scan/word_filter.h"

#define LOOK_BACK 200 /* lines, for the time of one */
#define NOT_TIMED SIZE_MAX

struct candidates {
    struct scan *scan;
    bool naive;
    struct arena arena;
    struct line_reader *reader;
    struct pipeline *pipeline;
    struct str *literal;            /* of all patterns, then of all marks */
    uint32_t *owner;                /* by literal: its signature */
    bool *held;                     /* by literal: the line has it */
    struct regex **regex;           /* by literal */
    struct loose *loose;            /* by literal of all patterns */
    const struct pattern **pattern; /* by literal, of all patterns */
    size_t *first; /* literal of each signature's first pattern */
    size_t pattern_count, literal_count;
    uint32_t *touched; /* literals of this line */
    size_t touched_count;
    /* Of the log. */
    struct line line;
    struct log_state *log;
    int64_t base; /* raw bytes of it that were read before */
    /* Of the block. */
    const struct block *block;
    bool has_cr;
    size_t counted, cr_counted; /* and in it, up to here … */
    size_t counted_to;
    size_t timed;     /* line whose time was looked for last … */
    int64_t timed_ms; /* … and it; of an earlier block, at its start */
};

static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '/' &&
           c != '<' && c != '>' && c != '&' && c != '\'';
}

/* JSON may write other characters as escapes: they are not looked for. */
static struct str plain_part(struct str anchor)
{
    struct str best = {anchor.ptr, 0};
    for (size_t i = 0; i < anchor.len;) {
        size_t n = 0;
        while (i + n < anchor.len && is_plain(anchor.ptr[i + n]))
            n++;
        if (n > best.len)
            best = str_sub(anchor, i, n);
        i += n + 1;
    }
    return best.len < LITERAL_MIN ? anchor : best;
}

/* Last words are looked for at the end of a log alone (last_words.h). */
static void add_literals(struct candidates *c, size_t signature,
                         const struct pattern *p, size_t count)
{
    if (c->scan->catalogue->signature[signature].ending == ENDING_LAST)
        return;
    for (size_t i = 0; i < count; i++) {
        c->owner[c->literal_count] = (uint32_t)signature;
        c->pattern[c->literal_count] = &p[i];
        c->literal[c->literal_count++] = plain_part(p[i].anchor);
    }
}

static void list_literals(struct candidates *c, const struct catalogue *all)
{
    size_t most = mark_count() + BUILD_LITERALS_MAX;
    for (size_t i = 0; i < all->count; i++)
        most +=
            all->signature[i].pattern_count + all->signature[i].detail_count;
    c->owner = arena_array(&c->arena, most, sizeof(*c->owner));
    c->pattern = arena_array(&c->arena, most, sizeof(struct pattern *));
    c->literal = arena_array(&c->arena, most, sizeof(*c->literal));
    c->first = arena_array(&c->arena, all->count + 1, sizeof(*c->first));
    for (size_t i = 0; i < all->count; i++) {
        const struct signature *s = &all->signature[i];
        c->first[i] = c->literal_count;
        add_literals(c, i, s->pattern, s->pattern_count);
        add_literals(c, i, s->detail, s->detail_count);
    }
    c->pattern_count = c->literal_count;
    c->loose = loose_open(c->pattern_count);
    for (size_t i = 0; i < mark_count(); i++)
        c->literal[c->literal_count++] = mark_literal(i);
    c->literal_count += window_literals(c->scan->deploy, &c->arena,
                                        &c->literal[c->literal_count]);
    c->held = arena_array(&c->arena, most, sizeof(*c->held));
    c->regex = arena_array(&c->arena, most, sizeof(struct regex *));
    c->touched = arena_array(&c->arena, most, sizeof(*c->touched));
}

struct candidates *candidates_open(struct scan *s, bool naive)
{
    struct candidates *c = heap_zeroed(sizeof(*c));
    c->scan = s;
    c->naive = naive;
    c->reader = line_reader_open();
    arena_init(&c->arena);
    list_literals(c, s->catalogue);
    c->pipeline = pipeline_open(c->literal, c->literal_count, !naive);
    return c;
}

void candidates_close(struct candidates *c)
{
    if (c == NULL)
        return;
    pipeline_close(c->pipeline);
    line_reader_close(c->reader);
    for (size_t i = 0; i < c->literal_count; i++)
        regex_close(c->regex[i]);
    loose_close(c->loose);
    arena_release(&c->arena);
    free(c);
}

/* memrchr of GNU is not in POSIX. */
static size_t behind_last(struct str text, size_t end, char c)
{
    size_t step = 64;
    while (end > 0) {
        size_t from = end > step ? end - step : 0, found = end;
        for (const char *p = text.ptr + from;
             (p = memchr(p, c, (size_t)(text.ptr + end - p))) != NULL; p++)
            found = (size_t)(p - text.ptr);
        if (found < end)
            return found + 1;
        end = from;
        step *= 2;
    }
    return 0;
}

/* A lone CR ends a line on a terminal: progress bars overwrite themselves. */
static struct str line_at(const struct candidates *c, size_t at)
{
    struct str text = c->block->text;
    size_t from = behind_last(text, at, '\n');
    const char *end = memchr(text.ptr + at, '\n', text.len - at);
    size_t to = end == NULL ? text.len : (size_t)(end - text.ptr);
    if (!c->has_cr || memchr(text.ptr + from, '\r', to - from) == NULL)
        return str_sub(text, from, to - from);
    from += behind_last(str_sub(text, from, at - from), at - from, '\r');
    end = memchr(text.ptr + at, '\r', to - at);
    to = end == NULL ? to : (size_t)(end - text.ptr);
    return str_sub(text, from, to - from);
}

/*
 * The time of the line, or of the nearest one above it that has one, and how
 * many lines above. What was found for a line before is not looked for again.
 */
static int64_t time_at(struct candidates *c, size_t from, int64_t *above)
{
    struct str text = c->block->text;
    size_t asked = from;
    int64_t time_ms = 0;
    *above = 0;
    for (int i = 0; i < LOOK_BACK && time_ms == 0; i++) {
        struct str line = line_at(c, from);
        size_t start = (size_t)(line.ptr - text.ptr);
        bool known = c->timed != NOT_TIMED && start <= c->timed;
        time_ms =
            known ? c->timed_ms : line_time(c->reader, str_sub(line, 0, 500));
        if (start == 0 || known || time_ms != 0)
            break;
        *above += text.ptr[start - 1] == '\n';
        from = start - 1;
    }
    if (time_ms == 0)
        time_ms = c->timed_ms;
    c->timed = asked;
    c->timed_ms = time_ms;
    return time_ms;
}

/* Numbers and offset of the line that begins at `from`. */
static void place_line(struct candidates *c, size_t from)
{
    struct str passed =
        str_sub(c->block->text, c->counted_to, from - c->counted_to);
    c->counted += count_newlines(passed);
    c->cr_counted += count_lone_crs(c->block->text, c->counted_to, from);
    c->counted_to = from;
    struct line *line = &c->line;
    line->number = c->log->lines + 1 +
                   (int64_t)(c->counted + block_lines_gone(c->block, from));
    line->cr_number = line->number + c->log->crs + (int64_t)c->cr_counted;
    line->offset = c->base + block_raw_offset(c->block, from);
    line->time_ms = 0;
    line->row = line->number;
}

/* And its time, by which it is in order. */
static void time_line(struct candidates *c, size_t from)
{
    int64_t above;
    struct line *line = &c->line;
    line->time_ms = time_at(c, from, &above);
    if (c->log->newest_first)
        line->row = scan_row_upwards(line->number, above);
}

static void touch(struct candidates *c, uint32_t literal)
{
    if (c->held[literal])
        return;
    c->held[literal] = true;
    c->touched[c->touched_count++] = literal;
}

static int compare_numbers(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* Literals are in the order of signatures; marks come last. */
static void match_touched(struct candidates *c)
{
    const struct signature *explained = NULL;
    if (c->touched_count > 1)
        qsort(c->touched, c->touched_count, sizeof(*c->touched),
              compare_numbers);
    for (size_t i = 0; i < c->touched_count; i++) {
        uint32_t literal = c->touched[i];
        if (literal >= c->pattern_count + mark_count()) {
            window_mark(c->scan, &c->line);
            break;
        }
        if (literal >= c->pattern_count) {
            match_mark(c->scan, &c->line, literal - c->pattern_count);
            continue;
        }
        uint32_t owner = c->owner[literal];
        if (i > 0 && c->owner[c->touched[i - 1]] == owner)
            continue;
        const struct signature *s = &c->scan->catalogue->signature[owner];
        size_t first = c->first[owner];
        if (match_signature(c->scan, &c->line, s, &c->regex[first],
                            &c->held[first]) &&
            explained == NULL)
            explained = s;
    }
    match_error(c->scan, &c->line, explained);
}

static void forget_touched(struct candidates *c)
{
    for (size_t i = 0; i < c->touched_count; i++)
        c->held[c->touched[i]] = false;
    c->touched_count = 0;
}

static void scan_line(struct candidates *c, struct str text)
{
    if (scan_reads(c->scan, c->line.time_ms)) {
        line_read(c->reader, text, &c->line);
        if (c->scan->good != NULL)
            c->line.good = good_find(c->scan->good, line_said(c->reader, text));
        match_touched(c);
    }
    forget_touched(c);
}

/* No pattern whose anchor it holds can fit it. */
static bool is_idle(struct candidates *c, struct str line)
{
    if (!loose_can_tell(line) || line.len > SCAN_LINE_MAX)
        return false;
    for (size_t i = 0; i < c->touched_count; i++) {
        uint32_t literal = c->touched[i];
        if (literal >= c->pattern_count ||
            loose_may_fit(c->loose, literal, c->pattern[literal], line))
            return false;
    }
    return true;
}

static void scan_places(struct candidates *c, const struct places *p)
{
    struct str text = c->block->text;
    for (size_t i = 0; i < p->count;) {
        struct str line = line_at(c, p->item[i].offset);
        size_t from = (size_t)(line.ptr - text.ptr), end = from + line.len;
        bool word = false;
        for (; i < p->count && p->item[i].offset < end; i++)
            if (p->item[i].literal != FILTER_WORD)
                touch(c, p->item[i].literal);
            else
                word = true;
        if (!word && is_idle(c, line)) {
            forget_touched(c);
            continue;
        }
        place_line(c, from);
        time_line(c, from);
        scan_line(c, line);
    }
}

/*
 * A line that the filter would pass over lends its time to no other, and needs
 * none: should anything be found on it, the two ways differ.
 */
static void scan_one_naively(struct candidates *c, struct str line)
{
    size_t from = (size_t)(line.ptr - c->block->text.ptr);
    for (size_t i = 0; i < c->literal_count; i++)
        if (str_find(line, c->literal[i], 0) < line.len)
            touch(c, (uint32_t)i);
    place_line(c, from);
    if (filter_has_word(line) || (c->touched_count > 0 && !is_idle(c, line)))
        time_line(c, from);
    scan_line(c, line);
}

static void scan_naively(struct candidates *c)
{
    struct str text = c->block->text;
    for (size_t at = 0; at < text.len;) {
        struct str line = line_at(c, at);
        at += line.len + 1;
        if (line.len > 0)
            scan_one_naively(c, line);
    }
}

static void scan_piece(struct candidates *c, const struct piece *piece)
{
    struct coverage *coverage = &c->scan->coverage;
    struct str text = piece->block.text;
    int64_t above;
    c->block = &piece->block;
    c->has_cr = text.len > 0 && memchr(text.ptr, '\r', text.len) != NULL;
    c->counted = c->cr_counted = c->counted_to = 0;
    c->timed = NOT_TIMED;
    if (c->naive)
        scan_naively(c);
    else
        scan_places(c, &piece->places);
    if (text.len > 0)
        (void)time_at(c, text.len - 1, &above);
    struct str rest = str_sub(text, c->counted_to, text.len);
    size_t lines = c->counted + count_newlines(rest) +
                   block_lines_gone(c->block, text.len);
    bool open = text.len > 0 && text.ptr[text.len - 1] != '\n';
    c->log->lines += (int64_t)lines;
    c->log->crs += (int64_t)(c->cr_counted +
                             count_lone_crs(text, c->counted_to, text.len));
    coverage->lines += (int64_t)lines + open;
}

#define SAMPLE_LINES 200

/* Do its times go down, mostly? */
static bool is_newest_first(const struct candidates *c, struct str text)
{
    int64_t last = 0;
    size_t down = 0, up = 0;
    for (size_t i = 0; i < SAMPLE_LINES && text.len > 0; i++) {
        struct str line = str_cut(text, '\n', &text);
        int64_t time_ms = line_time(c->reader, str_sub(line, 0, 500));
        if (time_ms == 0)
            continue;
        down += last != 0 && time_ms < last;
        up += last != 0 && time_ms > last;
        last = time_ms;
    }
    return down >= 3 && down > 4 * up;
}

/* A line that goes on in the next block counts once. */
static void count_cut(struct candidates *c, bool cut)
{
    c->scan->coverage.lines -= cut;
    c->scan->coverage.cut += cut && !c->log->cut;
    c->log->cut = cut;
}

bool candidates_scan(struct candidates *c, struct log_state *log,
                     struct source_reader *source, struct err *e)
{
    struct piece *piece;
    int more;
    c->line = (struct line){.file = log->file, .log = log->log};
    c->log = log;
    c->timed_ms = log->timed_ms;
    c->base = log->bytes;
    pipeline_begin(c->pipeline, source);
    while ((more = pipeline_next(c->pipeline, &piece, e)) > 0) {
        if (!log->begun)
            log->newest_first = is_newest_first(c, piece->block.text);
        log->begun = true;
        const struct log_state before = *log;
        int64_t timed_ms = c->timed_ms;
        scan_piece(c, piece);
        kept_add(c->scan->kept, &before, c->base, timed_ms, &piece->block);
        count_cut(c, piece->block.cut);
    }
    int64_t bytes = pipeline_end(c->pipeline);
    log->bytes += bytes;
    log->timed_ms = c->timed_ms;
    c->scan->coverage.bytes += bytes;
    return more == 0;
}
