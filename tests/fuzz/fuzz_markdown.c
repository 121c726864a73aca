/*
 * Foreign text in every place where a report may hold it: libcmark must read
 * the document as it was meant.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/markdown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_all(struct markdown *m, const char *text, struct str raw)
{
    static const char *const head[] = {"A", "B"};
    markdown_heading(m, 2);
    markdown_words(m, text);
    markdown_text(m, " x");
    markdown_end(m);
    markdown_paragraph(m);
    markdown_words(m, text);
    markdown_text(m, " x");
    markdown_end(m);
    markdown_list(m, false);
    markdown_item(m);
    markdown_text(m, "x ");
    markdown_prose(m, text);
    markdown_end(m);
    markdown_list_end(m);
    markdown_table(m, head, 2);
    markdown_row(m);
    markdown_cell(m);
    markdown_code(m, text);
    markdown_cell(m);
    markdown_words(m, text);
    markdown_row_end(m);
    markdown_table_end(m);
    markdown_fence(m, "text", raw);
    markdown_paragraph(m);
    markdown_link(m, text);
    markdown_end(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct markdown m;
    struct err e = {.set = false};
    arena_init(&a);
    const char *text = arena_dup(&a, (const char *)data, size);
    markdown_init(&m, &a);
    write_all(&m, text, (struct str){text, size});
    if (!markdown_prove(&m, &e)) {
        fprintf(stderr, "%s\n%s\n", e.text, m.out.ptr);
        abort();
    }
    markdown_release(&m);
    arena_release(&a);
    return 0;
}
