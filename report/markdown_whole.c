/* Cells, items and paragraphs that hold one text, begun and ended in one call.
 */
#include "report/markdown.h"
#include "report/marker.h"
#include "report/units.h"

void markdown_text_cell(struct markdown *m, const char *text)
{
    markdown_cell(m);
    markdown_text(m, text);
}

void markdown_code_cell(struct markdown *m, const char *text)
{
    markdown_cell(m);
    markdown_code(m, text);
}

void markdown_words_cell(struct markdown *m, const char *text)
{
    markdown_cell(m);
    markdown_words(m, text);
}

void markdown_prose_cell(struct markdown *m, const char *text)
{
    markdown_cell(m);
    markdown_prose(m, text);
}

void markdown_words_item(struct markdown *m, const char *text)
{
    markdown_item(m);
    markdown_words(m, text);
    markdown_end(m);
}

void markdown_words_paragraph(struct markdown *m, const char *text)
{
    markdown_paragraph(m);
    markdown_words(m, text);
    markdown_end(m);
}

void markdown_prose_item(struct markdown *m, const char *text)
{
    markdown_item(m);
    markdown_prose(m, text);
    markdown_end(m);
}

void markdown_prose_paragraph(struct markdown *m, const char *text)
{
    markdown_paragraph(m);
    markdown_prose(m, text);
    markdown_end(m);
}

static const char *hash_of(struct arena *a, const char *slot, struct str body)
{
    struct units all;
    struct buf hash;
    buf_init(&hash, 80);
    units_read(&all, a, str_from(slot), body);
    units_hash(&hash, &all);
    return buf_take(a, &hash);
}

void markdown_draft(struct markdown *m, const char *slot,
                    const struct markdown *draft)
{
    struct str body = buf_view(&draft->out);
    markdown_marker(m, arena_printf(m->arena, "%s %s h=%s",
                                    marker_word(MARKER_ASK), slot,
                                    hash_of(m->arena, slot, body)));
    buf_char(&m->out, '\n');
    buf_str(&m->out, body);
    for (size_t i = 0; i < draft->count; i++) {
        m->intent = arena_grow(m->arena, m->intent, m->count, &m->cap,
                               sizeof(*m->intent));
        m->intent[m->count++] = draft->intent[i];
    }
    markdown_marker(
        m, arena_printf(m->arena, "%s %s", marker_word(MARKER_END_ASK), slot));
}
