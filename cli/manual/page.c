/* Manual pages from Markdown: what libcmark leaves to be done. */
#include <stdlib.h>
#include <string.h>

#include <cmark.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/manual/manual.h"

#define LINE_LENGTH 70
#define CELLS_MAX   16

/* The next cell of a row; "\|" is no end of it. */
static struct str next_cell(struct str *row)
{
    size_t end = 0;
    while (end < row->len &&
           (row->ptr[end] != '|' || (end > 0 && row->ptr[end - 1] == '\\')))
        end++;
    struct str cell = str_trim(str_sub(*row, 0, end));
    *row = str_sub(*row, end + 1, row->len);
    return cell;
}

static size_t read_cells(struct str *cell, struct str line)
{
    size_t count = 0;
    line = str_trim(line);
    for (next_cell(&line); line.len > 0 && count < CELLS_MAX; count++)
        cell[count] = next_cell(&line);
    return count;
}

static void add_cell(struct buf *out, struct str cell)
{
    for (size_t i = 0; i < cell.len; i++)
        if (cell.ptr[i] != '\\' || i + 1 == cell.len || cell.ptr[i + 1] != '|')
            buf_char(out, cell.ptr[i]);
}

/* "- first: last (Head of the second: second; …)" */
static void add_row(struct buf *out, const struct str *head,
                    const struct str *cell, size_t count)
{
    if (count == 0)
        return;
    buf_text(out, "- ");
    add_cell(out, cell[0]);
    if (count > 1) {
        buf_text(out, ": ");
        add_cell(out, cell[count - 1]);
    }
    for (size_t i = 1; i + 1 < count; i++) {
        buf_text(out, i == 1 ? " (" : "; ");
        add_cell(out, head[i]);
        buf_text(out, ": ");
        add_cell(out, cell[i]);
    }
    buf_text(out, count > 2 ? ")\n" : "\n");
}

void manual_document(struct buf *out, struct str document)
{
    struct str head[CELLS_MAX] = {{0}}, cell[CELLS_MAX];
    size_t row = 0; /* of a table: the head, the rule below it, and others */
    while (document.len > 0) {
        struct str line = str_cut(document, '\n', &document);
        row = str_starts(line, STR("|")) ? row + 1 : 0;
        if (row == 1)
            read_cells(head, line);
        else if (row > 2)
            add_row(out, head, cell, read_cells(cell, line));
        else if (row == 0 && str_starts(line, STR("# ")))
            buf_text(out, "# DESCRIPTION\n");
        else if (row == 0)
            buf_printf(
                out, "%.*s\n",
                STR_ARGS(str_sub(line, str_starts(line, STR("##")), line.len)));
    }
}

/* libcmark's word for code is a font that terminals have not, and troff shows
   other characters for some of ASCII. */
static const struct {
    const char *from, *to;
} replaced[] = {
    {"\\f[C]", "\\f[B]"}, {"\\f[]", "\\f[R]"}, {"`", "\\(ga"}, {"^", "\\(ha"},
    {"~", "\\(ti"},       {"\"", "\\(dq"},     {"'", "\\(aq"},
};

static size_t replace(struct buf *out, struct str text)
{
    uint32_t code = 0;
    for (size_t i = 0; i < ARRAY_COUNT(replaced); i++)
        if (str_starts(text, str_from(replaced[i].from))) {
            buf_text(out, replaced[i].to);
            return strlen(replaced[i].from);
        }
    size_t length = utf8_length(text, &code);
    if (length > 1)
        buf_printf(out, "\\[u%04X]", (unsigned)code);
    else
        buf_char(out, text.ptr[0]);
    return length > 1 ? length : 1;
}

/* libcmark writes macros with capitals, and .nf and .fi; a text may begin with
   a dot, too: the name of a file that is hidden. */
static bool is_request(struct str line)
{
    return line.len < 2 || (line.ptr[1] >= 'A' && line.ptr[1] <= 'Z') ||
           str_is(line, ".nf") || str_is(line, ".fi");
}

static void add_lines(struct buf *out, struct str man)
{
    bool code = false;
    size_t heading = 0; /* two lines: the request, and its text */
    while (man.len > 0) {
        struct str line = str_cut(man, '\n', &man);
        if (heading == 1 && str_is(line, ".PP"))
            continue; /* a heading begins a paragraph itself */
        heading = str_is(line, ".SH") || str_is(line, ".SS") ? 2 : heading / 2;
        code = code && !str_is(line, "\\f[]");
        if (str_starts(line, STR(".")) && (code || !is_request(line)))
            buf_text(out, "\\&"); /* no request, which libcmark overlooks */
        code = code || str_is(line, "\\f[C]");
        while (line.len > 0)
            line = str_sub(line, replace(out, line), line.len);
        buf_char(out, '\n');
    }
}

void manual_page(struct buf *out, const struct page *page, struct str markdown)
{
    cmark_node *document =
        cmark_parse_document(markdown.ptr, markdown.len, CMARK_OPT_DEFAULT);
    char *man = cmark_render_man(document, CMARK_OPT_DEFAULT, LINE_LENGTH);
    buf_text(out, ".\\\" Made from the tables and documents of postflight.\n");
    buf_printf(out, ".TH %s %d \"%s\" \"postflight %s\" \"%s\"\n", page->name,
               page->section, POSTFLIGHT_RELEASED, POSTFLIGHT_VERSION,
               page->section == 1 ? "User Commands" : "File Formats");
    /* Words are not hyphenated, and lines end where the words do. */
    buf_printf(out, ".nr HY 0\n.ad l\n.SH NAME\n%s \\- %s\n", page->name,
               page->summary);
    add_lines(out, str_from(man));
    free(man);
    cmark_node_free(document);
}
