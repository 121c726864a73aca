/*
 * Each kept line is read as the filter's lines are, and then with those
 * around it: a reader of shapes follows the blocks. What states an error, or
 * words of one, becomes an error line; the others are what a program said
 * before it failed, and are weak ones if a failure stands close below them.
 */
#include "scan/close_look.h"

#include <stdlib.h>
#include <string.h>

#include "scan/error_lines.h"
#include "scan/error_words.h"
#include "scan/header.h"
#include "scan/kept.h"
#include "scan/last_words.h"
#include "scan/log_wrap.h"
#include "scan/readers.h"
#include "scan/short_words.h"
#include "scan/speakers.h"

#define GLANCE_BYTES  ((size_t)64 * 1024) /* where nothing failed */
#define SPEAKER_BYTES 100
#define BEFORE_LINES  40 /* above a failure: what was said there counts */

struct look {
    struct scan *scan;
    struct line_reader *reader;
    struct shape_reader *shapes;
    struct error_words *words;
    struct line line;
    bool newest_first;
    size_t width;        /* at which the log is wrapped; 0: it is not */
    struct buf whole;    /* a line of which the log has parts */
    struct in_good good; /* each part of it */
    struct {
        int64_t number, block; /* of the last line that says something */
        bool timed;            /* and that tells its time */
        int64_t went_on;       /* the last one that says that it goes on */
    } last;
    struct header header;
    int64_t timed_ms, timed_number;
    /* Of the log, in its order: rows of what says that something failed. */
    int64_t *failed;
    size_t failed_count, next_failed;
    struct hit **hit; /* hits of the log, by row */
    size_t hit_count, next_hit;
};

static void place_line(struct look *l, struct str text)
{
    int64_t time_ms = line_time(l->reader, str_sub(text, 0, 500));
    if (time_ms != 0) {
        l->timed_ms = time_ms;
        l->timed_number = l->line.number;
    }
    l->line.time_ms = l->timed_ms;
    l->line.row = l->line.number;
    if (l->newest_first) {
        int64_t above = l->line.number - l->timed_number;
        l->line.row = scan_row_upwards(l->line.number, above);
    }
}

/* Who knows a line best: a root, then what is never one, then the rest. */
static int knows(const struct signature *s)
{
    static const int by_role[] = {
        [ROLE_ROOT] = 5,   [ROLE_SYMPTOM] = 4,     [ROLE_WRAPPER] = 3,
        [ROLE_FAILED] = 2, [ROLE_BOILERPLATE] = 1, [ROLE_SUCCEEDED] = 1};
    return s == NULL ? 0 : by_role[s->role];
}

/* The signature that knows the line, or NULL; rows are asked in order. */
static const struct signature *explained_by(struct look *l)
{
    const struct signature *best = NULL;
    int64_t number = l->line.number;
    while (l->next_hit < l->hit_count &&
           l->hit[l->next_hit]->place.line < number)
        l->next_hit++;
    for (size_t i = l->next_hit;
         i < l->hit_count && l->hit[i]->place.line == number; i++)
        if (knows(l->hit[i]->signature) > knows(best))
            best = l->hit[i]->signature;
    return best;
}

/* Is one of the lines just below it a failure? */
static bool stands_above_failure(struct look *l)
{
    int64_t number = l->line.number;
    while (l->next_failed < l->failed_count &&
           l->failed[l->next_failed] <= number)
        l->next_failed++;
    return l->next_failed < l->failed_count &&
           l->failed[l->next_failed] - number <= BEFORE_LINES;
}

static void name_speaker(const struct line *line, char *out, size_t size)
{
    const struct str part[] = {line->source, line->process, line->step};
    size_t length = 0;
    for (size_t i = 0; i < ARRAY_COUNT(part); i++) {
        if (i > 0 && length + 1 < size)
            out[length++] = '/';
        struct str fits = str_sub(part[i], 0, size - 1 - length);
        if (fits.len > 0)
            memcpy(out + length, fits.ptr, fits.len);
        length += fits.len;
    }
    out[length] = '\0';
}

static void judge_line(struct look *l)
{
    struct line *line = &l->line;
    char speaker[SPEAKER_BYTES];
    name_speaker(line, speaker, sizeof(speaker));
    if (l->newest_first)
        shape_reader_end(l->shapes);
    error_line_read(l->shapes, line, speaker);
    line->weak = line->said_last = line->handed = false;
    if (line->block == 0 && !error_words_says(l->words, line->claim))
        line->claim = STR_NONE; /* only a level */
    if (line->block == 0 && line->part_count > 0) {
        struct str said = str_trim(line->part[0]);
        bool words = error_words_has(l->words, said);
        line->handed =
            header_hands_on(&l->header, l->words, line, speaker, words);
        if (line->handed) {
            line->claim = said;
            l->scan->error[l->header.error].passes_on = true;
        }
        if (line->claim.len > 0)
            return;
        bool above = stands_above_failure(l) && error_words_is_sentence(said) &&
                     error_words_says(l->words, said);
        bool marked = error_words_is_marked(l->words, said);
        if (words || above || marked) {
            line->claim = said;
            line->weak = !marked;
            line->said_last = !words && !marked;
        }
    }
}

static void remember_last(struct look *l, struct str text)
{
    const struct line *line = &l->line;
    struct str said = line->part_count > 0 ? line->part[0] : text;
    if (line->block == 0 && !error_words_says(l->words, str_trim(said)))
        return;
    if (line->block == 0 && error_words_goes_on(l->words, said))
        l->last.went_on = line->number;
    l->last.number = line->number;
    l->last.block = line->block;
    l->last.timed = l->timed_ms != 0 && l->timed_number == line->number;
}

#define AFTER_LINES 8 /* that may stand below the last error of a log */

/* "- fatal: x is explained now.", in a list of notes: somebody quotes it. */
static bool is_listed(const char *text)
{
    return (*text == '-' || *text == '*' || *text == '+') && text[1] == ' ';
}

/* A program whose last words are an error has ended by it. */
static void mark_end(struct look *l, size_t from)
{
    struct scan *s = l->scan;
    for (size_t i = from; i < s->error_count && !l->last.timed; i++) {
        struct error_line *e = &s->error[i];
        bool near = e->place.line + AFTER_LINES >= l->last.number &&
                    e->place.line >= l->last.went_on;
        e->at_end = !e->weak && !is_listed(e->text) &&
                    (near || (e->block != 0 && e->block == l->last.block));
    }
}

/* What a block has said counts for nothing. */
static void forgive(struct scan *s, const struct line *line)
{
    for (size_t i = s->error_count; i-- > 0;) {
        struct error_line *e = &s->error[i];
        if (e->at.log != line->log || e->block != line->block)
            break;
        e->forgiven = e->follows = true;
    }
}

static void take_line(struct look *l, struct str text)
{
    struct scan *s = l->scan;
    place_line(l, text);
    if (!scan_reads(l->scan, l->line.time_ms))
        return;
    line_read(l->reader, text, &l->line);
    judge_line(l);
    if (l->line.forgiven)
        forgive(s, &l->line);
    remember_last(l, text);
    l->line.good = (struct in_good){false, false};
    if (l->whole.len > 0)
        l->line.good = l->good;
    else if (s->good != NULL)
        l->line.good = good_find(s->good, line_said(l->reader, text));
    size_t before = s->error_count;
    match_error(s, &l->line, explained_by(l));
    if (!l->newest_first) {
        char speaker[SPEAKER_BYTES];
        name_speaker(&l->line, speaker, sizeof(speaker));
        header_pass(&l->header, l->words, &l->line, speaker,
                    s->error_count > before ? before : HEADER_NO_ERROR);
    }
}

/* A line, and each part of it that a lone CR wrote over. */
static void take_parts(struct look *l, struct str text)
{
    while (text.len > 0) {
        struct str part = str_cut(text, '\r', &text);
        if (part.len > 0)
            take_line(l, part);
        l->line.cr_number += text.len > 0;
    }
}

static void add_part(struct look *l, struct str part)
{
    const struct good *good = l->scan->good;
    if (part.len > 0 && part.ptr[part.len - 1] == '\r')
        part.len--;
    buf_str(&l->whole, part);
    struct in_good has = {false, false};
    if (good != NULL)
        has = good_find(good, line_said(l->reader, part));
    l->good.all = l->good.all && has.all;
    l->good.some = l->good.some && has.some;
}

/* The line with the parts of it that were wrapped, which are counted. */
static struct str unwrapped(struct look *l, struct str line, struct str *rest,
                            int64_t *lines)
{
    struct str next, behind, last = line;
    buf_clear(&l->whole);
    for (size_t parts = 1; l->width > 0 && parts < WRAP_PARTS; parts++) {
        next = str_cut(*rest, '\n', &behind);
        if (next.len == 0 || !log_wrap_joins(l->width, last, next) ||
            l->whole.len + next.len > WRAP_BYTES)
            break;
        if (parts == 1) {
            l->good = (struct in_good){true, true};
            add_part(l, line);
        }
        bool between = last.len > 0 && last.ptr[last.len - 1] != ' ' &&
                       !log_wrap_is_full(l->width, last);
        if (between)
            buf_char(&l->whole, ' ');
        add_part(l, next);
        last = next;
        *rest = behind;
        ++*lines;
    }
    return l->whole.len > 0 ? buf_view(&l->whole) : line;
}

/* What was found in a part of a line stands where the line begins. */
static void move_hits(struct look *l, int64_t first, int64_t last)
{
    for (size_t i = l->next_hit;
         i < l->hit_count && l->hit[i]->place.line <= last; i++)
        if (l->hit[i]->place.line > first && !l->newest_first) {
            l->hit[i]->place.line = first;
            l->hit[i]->at.row = first;
        }
}

static void take_piece(struct look *l, const struct kept_piece *p, size_t skip)
{
    struct str rest = p->block.text;
    int64_t lines = 0, crs = p->at.crs;
    while (rest.len > 0) {
        size_t from = (size_t)(rest.ptr - p->block.text.ptr);
        struct str text = str_cut(rest, '\n', &rest);
        l->line.number = p->at.lines + 1 + lines +
                         (int64_t)block_lines_gone(&p->block, from);
        l->line.cr_number = l->line.number + crs;
        l->line.offset = p->offset + block_raw_offset(&p->block, from);
        if (from >= skip) {
            int64_t before = lines;
            text = unwrapped(l, text, &rest, &lines);
            move_hits(l, l->line.number, l->line.number + lines - before);
            take_parts(l, text);
        }
        crs = l->line.cr_number - l->line.number;
        lines++;
    }
}

static int compare_numbers(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static int compare_hits(const void *left, const void *right)
{
    const struct hit *const *a = left, *const *b = right;
    return ((*a)->place.line > (*b)->place.line) -
           ((*a)->place.line < (*b)->place.line);
}

/* What is known of the log; true: something failed in it. */
static bool list_hits(struct look *l, size_t log)
{
    struct scan *s = l->scan;
    l->hit_count = l->failed_count = l->next_hit = l->next_failed = 0;
    for (size_t i = 0; i < s->hit_count; i++) {
        struct hit *h = &s->hit[i];
        if (h->at.log != log || h->detail)
            continue;
        l->hit[l->hit_count++] = h;
        if (h->signature->role != ROLE_SUCCEEDED &&
            h->signature->role != ROLE_BOILERPLATE)
            l->failed[l->failed_count++] = h->place.line;
    }
    if (l->hit_count > 1)
        qsort(l->hit, l->hit_count, sizeof(struct hit *), compare_hits);
    if (l->failed_count > 1)
        qsort(l->failed, l->failed_count, sizeof(*l->failed), compare_numbers);
    return l->failed_count > 0;
}

static size_t bytes_of(const struct kept_piece *p)
{
    size_t sum = 0;
    for (; p != NULL; p = p->next)
        sum += p->block.text.len;
    return sum;
}

/* Behind the line that stands at a byte. */
static size_t line_behind(struct str text, size_t at)
{
    const char *end =
        at == 0 ? NULL : memchr(text.ptr + at, '\n', text.len - at);
    return at == 0 ? 0 : end == NULL ? text.len : (size_t)(end - text.ptr) + 1;
}

/* Error lines of the log that are looked at again go. */
static void forget_errors(struct scan *s, size_t log, int64_t from)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->error_count; i++)
        if (s->error[i].at.log != log || s->error[i].place.offset < from)
            s->error[kept++] = s->error[i];
    s->error_count = kept;
}

static size_t wrapped_at(const struct kept_piece *p)
{
    struct log_wrap wrap = {.lines = 0};
    for (; p != NULL && wrap.longer == 0; p = p->next)
        log_wrap_learn(&wrap, p->block.text);
    return log_wrap_width(&wrap);
}

static void look_at(struct look *l, size_t log, const struct kept_piece *first)
{
    bool failed = list_hits(l, log);
    size_t all = bytes_of(first);
    size_t skip = failed || all <= GLANCE_BYTES ? 0 : all - GLANCE_BYTES;
    const struct kept_piece *p = first;
    for (; skip >= p->block.text.len; p = p->next)
        skip -= p->block.text.len;
    skip = line_behind(p->block.text, skip);
    forget_errors(l->scan, log, p->offset + block_raw_offset(&p->block, skip));
    l->line = (struct line){.file = p->at.file, .log = log};
    l->newest_first = p->at.newest_first;
    l->width = wrapped_at(first);
    l->timed_ms = p->timed_ms;
    l->timed_number = p->at.lines + 1;
    l->last.number = l->last.block = l->last.went_on = 0;
    l->last.timed = false;
    l->header.open = false;
    size_t from = l->scan->error_count;
    shape_reader_end(l->shapes);
    for (; p != NULL; p = p->next, skip = 0)
        take_piece(l, p, skip);
    if (!l->newest_first)
        mark_end(l, from);
}

/* Copies what is changed: the scan may go on after it. */
static void copy_errors(struct scan *s)
{
    struct error_line *mine =
        arena_array(s->arena, s->error_count + 1, sizeof(*mine));
    if (s->error_count > 0)
        memcpy(mine, s->error, s->error_count * sizeof(*mine));
    s->error = mine;
    s->error_cap = s->error_count + 1;
}

void close_look(struct scan *s)
{
    struct look l = {.scan = s};
    bool any = false;
    for (size_t log = 0; log < (size_t)s->coverage.files; log++)
        any = any || kept_of(s->kept, log) != NULL;
    if (!any || s->error_count >= SCAN_HITS_MAX) /* they are counted only */
        return;
    copy_errors(s);
    for (size_t log = 0; log < (size_t)s->coverage.files; log++) {
        short_words_find(s->readers->brief, s, log);
        last_words_find(s->readers->last, s, log);
        speakers_find(s->readers->speakers, s, log);
    }
    buf_init(&l.whole, 2 * WRAP_BYTES);
    l.reader = s->readers->line;
    l.shapes = s->readers->shapes;
    l.words = s->readers->words;
    l.hit = arena_array(s->arena, s->hit_count + 1, sizeof(struct hit *));
    l.failed = arena_array(s->arena, s->hit_count + 1, sizeof(*l.failed));
    for (size_t log = 0; log < (size_t)s->coverage.files; log++)
        if (kept_of(s->kept, log) != NULL)
            look_at(&l, log, kept_of(s->kept, log));
    buf_release(&l.whole);
}
