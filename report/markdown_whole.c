/* Cells, items and paragraphs that hold one text, begun and ended in one call.
 */
#include "report/markdown.h"

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
