/* Footnotes are taken out of Markdown before it is parsed, line by line. */
#include "report/page_notes.h"

#include <string.h>

#include "report/marker.h"

#define LABEL_MAX 100

struct taking {
    struct arena *arena;
    struct page_notes *notes;
    struct buf out;
    bool fenced;
};

static bool is_fence(struct str line)
{
    struct str s = str_trim(line);
    return str_starts(s, STR("```")) || str_starts(s, STR("~~~"));
}

/* "[^label]" at the start; its length, or 0. */
static size_t label_at(struct str text, struct str *label)
{
    size_t end = str_find(text, STR("]"), 0);
    if (!str_starts(text, STR("[^")) || end == text.len || end == 2 ||
        end > LABEL_MAX)
        return 0;
    *label = str_sub(text, 2, end - 2);
    for (size_t i = 0; i < label->len; i++)
        if (strchr(" \t\r\n[", label->ptr[i]) != NULL)
            return 0;
    return end + 1;
}

static struct page_note *find(struct page_notes *all, struct str label)
{
    for (size_t i = 0; i < all->count; i++)
        if (str_equal_nocase(all->item[i].label, label))
            return &all->item[i];
    return NULL;
}

/* Its lines: the first, and those below that are no new block. */
static struct str definition(struct str markdown)
{
    struct str rest = markdown, next;
    marker_line(&rest);
    for (next = rest; next.len > 0; rest = next) {
        struct str label, line = marker_line(&next);
        if (str_trim(line).len == 0 || label_at(line, &label) > 0 ||
            is_fence(line) || line.ptr[0] == '#')
            break;
    }
    return str_sub(markdown, 0, markdown.len - rest.len);
}

/* The definition that begins here; its length, or 0. */
static size_t define(struct taking *t, struct str markdown)
{
    struct str label;
    struct page_notes *all = t->notes;
    size_t at = label_at(markdown, &label);
    if (at == 0 || at >= markdown.len || markdown.ptr[at] != ':' ||
        all->count == NOTES_MAX || find(all, label) != NULL)
        return 0;
    struct str whole = definition(markdown);
    all->item = arena_grow(t->arena, all->item, all->count, &all->cap,
                           sizeof(*all->item));
    all->item[all->count++] = (struct page_note){
        .label = label, .text = str_trim(str_sub(whole, at + 1, whole.len))};
    return whole.len;
}

static void take_definitions(struct taking *t, struct str markdown)
{
    while (markdown.len > 0) {
        struct str rest = markdown, line = marker_line(&rest);
        t->fenced = is_fence(line) ? !t->fenced : t->fenced;
        size_t length = t->fenced ? 0 : define(t, markdown);
        if (length == 0)
            buf_str(&t->out, line);
        markdown = length == 0 ? rest : str_sub(markdown, length, markdown.len);
    }
}

/* A link, whose text is the number. */
static void refer(struct taking *t, struct page_note *note)
{
    if (note->number == 0)
        note->number = ++t->notes->numbers;
    buf_printf(&t->out, "[%u](" NOTE_TARGET "%u)", note->number, note->number);
}

/* A run of backticks opens code when one as long follows. */
static size_t code_at(struct str line)
{
    size_t run = 0;
    while (run < line.len && line.ptr[run] == '`')
        run++;
    size_t end =
        run == 0 ? line.len : str_find(line, str_sub(line, 0, run), run);
    return end == line.len ? run : end + run;
}

static void take_references(struct taking *t, struct str line)
{
    while (line.len > 0) {
        struct str label = STR_NONE;
        size_t length = line.ptr[0] == '`' ? code_at(line) : 0;
        size_t end = length == 0 ? label_at(line, &label) : 0;
        struct page_note *note = end > 0 ? find(t->notes, label) : NULL;
        if (note != NULL)
            refer(t, note);
        else
            buf_str(&t->out, str_sub(line, 0, length > 0 ? length : 1));
        line = str_sub(line,
                       note != NULL ? end
                       : length > 0 ? length
                                    : 1,
                       line.len);
    }
}

/* In the order of the text, then those without a reference. */
static void number_others(struct page_notes *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->item[i].number == 0)
            all->item[i].number = ++all->numbers;
}

struct str page_take_notes(struct page_notes *out, struct arena *a,
                           struct str markdown)
{
    struct taking t = {.arena = a, .notes = out};
    *out = (struct page_notes){.item = NULL};
    buf_init(&t.out, 2 * markdown.len + 1);
    take_definitions(&t, markdown);
    struct str rest = {buf_dup(a, &t.out), t.out.len};
    buf_release(&t.out);
    if (out->count == 0)
        return rest;
    buf_init(&t.out, 20 * markdown.len + 1);
    t.fenced = false;
    while (rest.len > 0) {
        struct str line = marker_line(&rest);
        bool fence = is_fence(line);
        t.fenced = fence ? !t.fenced : t.fenced;
        if (fence || t.fenced)
            buf_str(&t.out, line);
        else
            take_references(&t, line);
    }
    number_others(out);
    struct str text = {buf_dup(a, &t.out), t.out.len};
    buf_release(&t.out);
    return text;
}

struct page_note *page_note(const struct page_notes *all, unsigned number)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->item[i].number == number)
            return &all->item[i];
    return NULL;
}
