/*
 * From a line to the block of lines in which it states an error, and from the
 * messages of a block to the one that is its root.
 */
#include "scan/error_lines.h"

#include <string.h>

#include "scan/starts.h"

static bool is_inside(const struct line *line, struct str part)
{
    return part.ptr >= line->text.ptr &&
           part.ptr <= line->text.ptr + line->text.len;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* What was said, without the blanks before it, which are counted. */
static struct str said_of(const struct line *line, struct str part,
                          size_t *indent)
{
    size_t n = 0;
    *indent = 0;
    if (is_inside(line, part))
        for (const char *p = part.ptr; p > line->text.ptr && is_blank(p[-1]);
             p--)
            ++*indent;
    while (n < part.len && is_blank(part.ptr[n]))
        n++;
    *indent += n;
    return str_sub(part, n, part.len);
}

/*
 * What was said, then the places behind its own lead, then those before it: a
 * level that was taken for a prefix may be the beginning of a shape.
 */
static size_t starts_near(const struct starts *all, struct str said,
                          struct str *out)
{
    const char *end = said.ptr + said.len;
    size_t count = 0;
    out[count++] = said;
    for (size_t i = 0; i < all->count && count < STARTS_MAX; i++)
        if (all->at[i].ptr > said.ptr && all->at[i].ptr < end)
            out[count++] = all->at[i];
    for (size_t i = all->count; i-- > 0 && count < STARTS_MAX;)
        if (all->at[i].ptr < said.ptr && all->at[i].ptr + all->at[i].len >= end)
            out[count++] = all->at[i];
    return count;
}

static void take_part(struct line *line, const struct shape_part *part)
{
    bool first = line->block != part->block;
    if (part->message.len > 0 && (first || line->claim.len == 0 ||
                                  part->shape->take == SHAPE_TAKE_LAST)) {
        line->claim = part->message;
        line->passes_on = part->passes_on;
    } else if (part->message.len == 0 && first) {
        line->claim = STR_NONE;
    }
    line->shape = part->shape;
    line->block = part->block;
    line->fatal = line->fatal || part->uncaught;
    line->forgiven = part->forgiven;
}

void error_line_read(struct shape_reader *r, struct line *line,
                     const char *speaker)
{
    struct starts starts;
    starts_read(&starts, line, 0);
    line->shape = NULL;
    line->block = 0;
    line->passes_on = line->forgiven = false;
    for (size_t i = 0; i < line->part_count; i++) {
        struct str start[STARTS_MAX];
        struct shape_line one = {.number = line->number, .speaker = speaker};
        one.said = said_of(line, str_sub(line->part[i], 0, 4000), &one.indent);
        one.start = start;
        one.start_count = starts_near(&starts, one.said, start);
        struct shape_part part = shape_reader_take(r, &one);
        if (part.block != 0)
            take_part(line, &part);
    }
    if (line->part_count > 1)
        shape_reader_end(r); /* an entry of its own, in JSON */
}

#define LOOK_BACK 64 /* error lines that may be of the same block */

void error_lines_settle(struct scan *s)
{
    for (size_t i = 0; i < s->error_count; i++) {
        struct error_line *e = &s->error[i];
        e->follows = e->passes_on || e->forgiven;
        for (size_t k = i, seen = 0;
             e->block != 0 && !e->passes_on && k-- > 0 && seen < LOOK_BACK;
             seen++) {
            struct error_line *o = &s->error[k];
            if (o->block != e->block || o->follows || o->at.log != e->at.log)
                continue;
            if (e->shape->take == SHAPE_TAKE_LAST)
                o->follows = true;
            else
                e->follows = true;
            e->fatal = o->fatal = e->fatal || o->fatal;
            break;
        }
    }
}
