/*
 * The reader of shapes. Each open block knows its row, who speaks, what the
 * speaker puts before its lines (its lead), and how deep its first line is
 * indented. A line belongs to the block of its speaker with the longest lead
 * that it begins with; what the row does not know ends the block, and may
 * begin another one. Blocks are few, and bounded in lines, so that a log that
 * begins blocks without an end costs no more than one that has none.
 */
#include "scan/error_shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "scan/literal_set.h"
#include "scan/pattern_table.h"

#define BLOCKS_MAX  16  /* open at once */
#define LINES_MAX   400 /* of one block */
#define FOREIGN_MAX 200 /* lines of others since its last one */
#define SPEAKER_MAX 64
#define LEAD_MAX    64

/* The patterns of a row of shapes, each a row of one table. */
enum part { BEGIN, WITHIN, MESSAGE, END, NO_ROOT, CAUGHT, FORGIVEN, PARTS };

struct open_block {
    const struct error_shape *shape;
    size_t row;       /* of the shape */
    int64_t id, last; /* its last line */
    size_t indent, lines, blanks;
    char speaker[SPEAKER_MAX], lead[LEAD_MAX];
    size_t lead_length;
    bool said, uncaught;
};

struct shape_reader {
    struct pattern_row *row; /* PARTS of each shape */
    struct pattern_table *patterns;
    struct literal_set *literals; /* of each shape */
    bool *possible;               /* by shape: the line has one of them */
    struct open_block open[BLOCKS_MAX];
    size_t count;
    int64_t ids;
    struct {
        int64_t number;
        size_t length;
        char text[200];
    } before; /* the last line that was taken */
};

static void list_parts(struct pattern_row *out, const struct error_shape *s)
{
    const char *const part[PARTS] = {
        [BEGIN] = s->begin,       [WITHIN] = s->within,
        [MESSAGE] = s->message,   [END] = s->end,
        [NO_ROOT] = s->no_root,   [CAUGHT] = s->caught,
        [FORGIVEN] = s->forgiven,
    };
    for (size_t i = 0; i < PARTS; i++)
        out[i] = (struct pattern_row){.name = s->name, .pattern = part[i]};
}

static void list_literals(struct shape_reader *r)
{
    size_t count = error_shape_count();
    r->possible = heap_zeroed(count * sizeof(*r->possible));
    r->literals = literal_set_open(count * SHAPE_LITERALS_MAX);
    for (size_t i = 0; i < count; i++) {
        const char *const *literal = error_shape_at(i)->literal;
        for (size_t k = 0; k < SHAPE_LITERALS_MAX && literal[k] != NULL; k++)
            literal_set_add(r->literals, str_from(literal[k]), i);
    }
}

struct shape_reader *shape_reader_open(void)
{
    struct shape_reader *r = heap_zeroed(sizeof(*r));
    size_t count = PARTS * error_shape_count();
    r->row = heap_zeroed(count * sizeof(*r->row));
    for (size_t i = 0; i < error_shape_count(); i++)
        list_parts(&r->row[PARTS * i], error_shape_at(i));
    r->patterns = pattern_table_open(r->row, count);
    list_literals(r);
    return r;
}

void shape_reader_close(struct shape_reader *r)
{
    if (r == NULL)
        return;
    pattern_table_close(r->patterns);
    literal_set_close(r->literals);
    free(r->possible);
    free(r->row);
    free(r);
}

void shape_reader_end(struct shape_reader *r)
{
    r->count = 0;
    r->before.length = 0;
}

static bool fits(const struct shape_reader *r, size_t row, enum part part,
                 struct str s)
{
    return pattern_fits(r->patterns, PARTS * row + part, s);
}

/* Group m of what has just fitted; empty when there is none. */
static struct str message_of(const struct shape_reader *r, size_t row,
                             enum part part, struct str s)
{
    return pattern_group(r->patterns, PARTS * row + part, s, "m");
}

static void close_block(struct shape_reader *r, struct open_block *b)
{
    *b = r->open[--r->count];
}

static bool is_over(const struct open_block *b, int64_t number)
{
    return b->lines >= LINES_MAX || number - b->last > FOREIGN_MAX;
}

/* The block that the line goes on, which is of its speaker; or NULL. */
static struct open_block *block_of(struct shape_reader *r,
                                   const struct shape_line *line)
{
    struct open_block *best = NULL;
    for (size_t i = r->count; i-- > 0;)
        if (is_over(&r->open[i], line->number))
            close_block(r, &r->open[i]);
    for (size_t i = 0; i < r->count; i++) {
        struct open_block *b = &r->open[i];
        struct str lead = {b->lead, b->lead_length};
        bool ours = strncmp(b->speaker, line->speaker, SPEAKER_MAX - 1) == 0 &&
                    (str_starts(line->said, lead) || line->said.len == 0);
        if (ours && (best == NULL || b->lead_length >= best->lead_length))
            best = b;
    }
    return best;
}

static struct str trim_blanks(struct str s, size_t *indent)
{
    size_t n = 0;
    while (n < s.len && (s.ptr[n] == ' ' || s.ptr[n] == '\t'))
        n++;
    *indent += n;
    return str_sub(s, n, s.len);
}

static struct shape_part part_of(const struct shape_reader *r,
                                 const struct open_block *b, struct str message)
{
    return (struct shape_part){.block = b->id,
                               .shape = b->shape,
                               .message = message,
                               .passes_on = message.len > 0 &&
                                            fits(r, b->row, NO_ROOT, message),
                               .uncaught = b->uncaught};
}

/* Does the line belong to the block? Then *out says what it is to it. */
static bool goes_on(struct shape_reader *r, struct open_block *b,
                    const struct shape_line *line, struct shape_part *out)
{
    size_t indent = line->indent;
    struct str said = str_sub(line->said, b->lead_length, line->said.len);
    struct str message = STR_NONE;
    said = trim_blanks(said, &indent);
    b->last = line->number;
    b->lines++;
    if (said.len == 0) {
        *out = part_of(r, b, message);
        return ++b->blanks <= b->shape->blanks;
    }
    bool deeper = b->shape->indented && indent > b->indent;
    bool ends = fits(r, b->row, END, said);
    bool says =
        !ends && (!deeper || b->shape->deep) && fits(r, b->row, MESSAGE, said);
    if (says)
        message = message_of(r, b->row, MESSAGE, said);
    bool forgiven = fits(r, b->row, FORGIVEN, said);
    bool within =
        says || ends || deeper || forgiven || fits(r, b->row, WITHIN, said);
    if (!within && !b->said && b->shape->message == NULL) {
        message = said; /* what follows the banner is what it says */
        within = true;
    }
    if (!within)
        return false;
    b->blanks = 0;
    b->said = b->said || message.len > 0;
    b->uncaught = b->uncaught || (ends && b->shape->uncaught_end);
    *out = part_of(r, b, message);
    out->forgiven = forgiven;
    if (ends || forgiven)
        close_block(r, b);
    return true;
}

/* The line before says that what follows was caught: the program goes on. */
static bool is_caught(const struct shape_reader *r, size_t row, int64_t number)
{
    struct str before = {r->before.text, r->before.length};
    return before.len > 0 && number - r->before.number <= 1 &&
           fits(r, row, CAUGHT, before);
}

static bool may_begin(const struct error_shape *s, struct str said)
{
    bool any = s->literal[0] == NULL;
    for (size_t i = 0; i < SHAPE_LITERALS_MAX && s->literal[i] != NULL; i++)
        any = any || str_find(said, str_from(s->literal[i]), 0) < said.len;
    return any;
}

/* Rows that go on behind their first line are kept open. */
static bool has_more(const struct error_shape *s)
{
    return s->within != NULL || s->message != NULL || s->end != NULL ||
           s->forgiven != NULL || s->indented || s->blanks > 0;
}

static void keep_open(struct shape_reader *r, const struct open_block *made)
{
    if (r->count == BLOCKS_MAX) /* the one that was silent longest goes */
        for (size_t i = 1, oldest = 0; i <= BLOCKS_MAX; i++) {
            if (i == BLOCKS_MAX)
                close_block(r, &r->open[oldest]);
            else if (r->open[i].last < r->open[oldest].last)
                oldest = i;
        }
    r->open[r->count++] = *made;
}

static struct shape_part begin(struct shape_reader *r, size_t row,
                               const struct shape_line *line, struct str start)
{
    const struct error_shape *s = error_shape_at(row);
    struct open_block made = {.shape = s,
                              .row = row,
                              .id = ++r->ids,
                              .last = line->number,
                              .lines = 1,
                              .indent = line->indent};
    bool inside = start.ptr >= line->said.ptr;
    size_t lead = inside ? (size_t)(start.ptr - line->said.ptr) : 0;
    struct str message = message_of(r, row, BEGIN, start);
    made.lead_length = lead < LEAD_MAX ? lead : 0;
    memcpy(made.lead, line->said.ptr, made.lead_length);
    snprintf(made.speaker, sizeof(made.speaker), "%s", line->speaker);
    made.said = message.len > 0;
    made.uncaught = s->uncaught && !is_caught(r, row, line->number);
    if (has_more(s) || !made.said)
        keep_open(r, &made);
    return part_of(r, &made, message);
}

static bool is_inside(struct str inner, struct str outer)
{
    return inner.ptr >= outer.ptr &&
           inner.ptr + inner.len <= outer.ptr + outer.len;
}

/* Most starts are the ends of one text, which is read once for all. */
static void list_possible(struct shape_reader *r, const struct shape_line *line)
{
    struct str widest = line->said, read;
    for (size_t i = 0; i < line->start_count; i++)
        if (line->start[i].len > widest.len)
            widest = line->start[i];
    for (size_t row = 0; row < error_shape_count(); row++)
        r->possible[row] = error_shape_at(row)->literal[0] == NULL;
    literal_set_find(r->literals, widest, r->possible);
    read = widest;
    for (size_t i = 0; i < line->start_count; i++) {
        if (is_inside(line->start[i], widest) ||
            is_inside(line->start[i], read))
            continue;
        read = line->start[i];
        literal_set_find(r->literals, read, r->possible);
    }
}

static bool begins(struct shape_reader *r, const struct shape_line *line,
                   struct shape_part *out)
{
    list_possible(r, line);
    for (size_t row = 0; row < error_shape_count(); row++) {
        const struct error_shape *s = error_shape_at(row);
        if (!r->possible[row])
            continue;
        for (size_t i = 0; i < line->start_count; i++) {
            if (!may_begin(s, line->start[i]) ||
                !fits(r, row, BEGIN, line->start[i]))
                continue;
            *out = begin(r, row, line, line->start[i]);
            return true;
        }
    }
    return false;
}

static void remember(struct shape_reader *r, const struct shape_line *line)
{
    struct str s = str_sub(line->said, 0, sizeof(r->before.text));
    r->before.number = line->number;
    r->before.length = s.len;
    if (s.len > 0)
        memcpy(r->before.text, s.ptr, s.len);
}

struct shape_part shape_reader_take(struct shape_reader *r,
                                    const struct shape_line *line)
{
    struct shape_part out = {.block = 0};
    struct open_block *b = block_of(r, line);
    if (b == NULL || !goes_on(r, b, line, &out)) {
        if (b != NULL)
            close_block(r, b);
        out = (struct shape_part){.block = 0};
        (void)begins(r, line, &out);
    }
    remember(r, line);
    return out;
}
