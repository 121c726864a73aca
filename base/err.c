/* Errors: set, collect, sort, render with the source line and a caret. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define EXCERPT_MAX 100 /* bytes of a source line shown around the place */

struct pos pos_at(const struct source *source, size_t offset)
{
    struct pos pos = {source, 1, 1};
    for (size_t i = 0; i < offset && i < source->text.len; i++) {
        pos.column++;
        if (source->text.ptr[i] == '\n') {
            pos.line++;
            pos.column = 1;
        }
    }
    return pos;
}

const char *pos_text(struct arena *a, struct pos pos)
{
    if (pos.source == NULL)
        return NULL;
    return arena_printf(a, "%s:%u", pos.source->name, pos.line);
}

PRINTF_LIKE(3, 0)
static void err_vset(struct err *e, struct pos pos, const char *fmt,
                     va_list args)
{
    e->set = true;
    e->pos = pos;
    int n = vsnprintf(e->text, sizeof(e->text), fmt, args);
    if (n >= (int)sizeof(e->text))
        memcpy(e->text + sizeof(e->text) - 4, "...", 4);
}

bool err_set(struct err *e, struct pos pos, const char *fmt, ...)
{
    if (e->set)
        return false;
    va_list args;
    va_start(args, fmt);
    err_vset(e, pos, fmt, args);
    va_end(args);
    return false;
}

void diags_init(struct diags *d, struct arena *a)
{
    *d = (struct diags){.arena = a};
}

static struct err *diags_slot(struct diags *d)
{
    if (d->count >= DIAGS_MAX) {
        d->count++;
        return NULL;
    }
    d->item =
        arena_grow(d->arena, d->item, d->count, &d->cap, sizeof(*d->item));
    return &d->item[d->count++];
}

PRINTF_LIKE(3, 0)
static struct err *diags_vadd(struct diags *d, struct pos pos, const char *fmt,
                              va_list args)
{
    struct err *e = diags_slot(d);
    if (e != NULL)
        err_vset(e, pos, fmt, args);
    return e;
}

void diags_add(struct diags *d, struct pos pos, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    diags_vadd(d, pos, fmt, args);
    va_end(args);
}

void diags_warn(struct diags *d, struct pos pos, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    struct err *e = diags_vadd(d, pos, fmt, args);
    va_end(args);
    d->warnings++;
    if (e != NULL)
        e->warning = true;
}

size_t diags_errors(const struct diags *d)
{
    return d->count - d->warnings;
}

void diags_add_err(struct diags *d, const struct err *e)
{
    struct err *slot = diags_slot(d);
    if (slot != NULL)
        *slot = *e;
}

static int compare_errs(const void *left, const void *right)
{
    const struct err *a = left, *b = right;
    const char *a_name = a->pos.source == NULL ? "" : a->pos.source->name;
    const char *b_name = b->pos.source == NULL ? "" : b->pos.source->name;
    int order = strcmp(a_name, b_name);
    if (order != 0)
        return order;
    if (a->pos.line != b->pos.line)
        return a->pos.line < b->pos.line ? -1 : 1;
    if (a->pos.column != b->pos.column)
        return a->pos.column < b->pos.column ? -1 : 1;
    return strcmp(a->text, b->text);
}

void diags_sort(struct diags *d)
{
    size_t kept = d->count < DIAGS_MAX ? d->count : DIAGS_MAX;
    if (kept > 1)
        qsort(d->item, kept, sizeof(*d->item), compare_errs);
}

static struct str source_line(const struct source *source, unsigned line)
{
    struct str rest = source->text, got = STR_NONE;
    for (unsigned i = 0; i < line; i++)
        got = str_cut(rest, '\n', &rest);
    if (got.len > 0 && got.ptr[got.len - 1] == '\r')
        got.len--;
    return got;
}

/*
 * The part of the line around the place, then a caret under it. A tab is shown
 * as one space, so that the caret stays under its byte. "..." says where it
 * was cut, to people and to the redactor.
 */
static void render_excerpt(struct pos pos, struct buf *out)
{
    struct str line = source_line(pos.source, pos.line);
    size_t column = pos.column > 0 ? pos.column - 1 : 0;
    if (column > line.len)
        column = line.len;
    size_t from = column > EXCERPT_MAX / 2 ? column - EXCERPT_MAX / 2 : 0;
    struct str before = str_sub(line, from, column - from);
    struct str after = str_sub(line, column, EXCERPT_MAX);
    struct buf shown;
    buf_init(&shown, (size_t)EXCERPT_MAX * 8 + 8);
    buf_text(&shown, from > 0 ? "..." : "");
    text_visible(&shown, before);
    size_t indent = text_width(buf_view(&shown));
    text_visible(&shown, after);
    buf_text(&shown, column + after.len < line.len ? "..." : "");
    for (size_t i = 0; i < shown.len; i++)
        if (shown.ptr[i] == '\t')
            shown.ptr[i] = ' ';
    buf_printf(out, "    %s\n    ", shown.ptr);
    buf_repeat(out, ' ', indent);
    buf_text(out, "^\n");
    buf_release(&shown);
}

void err_render(const struct err *e, struct buf *out)
{
    if (e->pos.source != NULL) {
        text_visible(out, str_from(e->pos.source->name));
        buf_char(out, ':');
        if (e->pos.line > 0)
            buf_printf(out, "%u:%u:", e->pos.line, e->pos.column);
        buf_char(out, ' ');
    }
    buf_text(out, e->warning ? "warning: " : "error: ");
    text_visible(out, str_from(e->text));
    buf_char(out, '\n');
    if (e->pos.source != NULL && e->pos.line > 0)
        render_excerpt(e->pos, out);
}

void diags_render(struct diags *d, struct buf *out)
{
    diags_sort(d);
    size_t kept = d->count < DIAGS_MAX ? d->count : DIAGS_MAX;
    for (size_t i = 0; i < kept; i++)
        err_render(&d->item[i], out);
    if (d->count > kept)
        buf_printf(out, "error: and %zu more\n", d->count - kept);
}
