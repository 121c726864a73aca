/* Markdown to HTML, element by element as md4c finds them. */
#include <md4c.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/vocabulary.h"
#include "report/html_writer.h"
#include "report/marker.h"
#include "report/page.h"
#include "report/page_parts.h"
#include "report/report.h"

#define ID_LENGTH_MAX 60
#define CONTENTS_MIN  4 /* headings for which a list of contents is worth it */

static struct str since(const struct writer *w, size_t from)
{
    return str_sub(buf_view(&w->out), from, w->out.len);
}

/* "Root cause" to "root-cause"; the number makes it the only one. */
static const char *id_of(struct writer *w, const char *text)
{
    char id[ID_LENGTH_MAX + 1];
    size_t n = 0;
    for (; *text != '\0' && n < ID_LENGTH_MAX; text++) {
        char c = *text;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (kept)
            id[n++] = c;
        else if (c == ' ' && n > 0 && id[n - 1] != '-')
            id[n++] = '-';
    }
    id[n] = '\0';
    for (size_t i = 0; i < w->part_count; i++)
        if (strcmp(w->part[i].id, id) == 0)
            return arena_printf(w->arena, "%s-%u", id, ++w->ids);
    return n > 0 ? arena_dup(w->arena, id, n)
                 : arena_printf(w->arena, "part-%u", ++w->ids);
}

static void open_heading(struct writer *w, unsigned level)
{
    buf_printf(&w->out, "<h%u>", level);
    w->heading = w->out.len;
    buf_clear(&w->plain);
}

/* The id is known when the text is. */
static void close_heading(struct writer *w, unsigned level)
{
    const char *text = buf_dup(w->arena, &w->plain);
    if (w->title == NULL)
        w->title = text;
    if (level == 2) {
        struct heading h = {id_of(w, text), text};
        const char *html = str_dup(w->arena, since(w, w->heading));
        w->part = arena_grow(w->arena, w->part, w->part_count, &w->part_cap,
                             sizeof(h));
        w->part[w->part_count++] = h;
        buf_truncate(&w->out, w->heading - 1);
        buf_printf(&w->out, " id=\"%s\">", h.id);
        buf_text(&w->out, html);
    }
    buf_printf(&w->out, "</h%u>\n", level);
    if (level == 1 && w->titled == 0)
        w->titled = w->out.len;
}

static const char *alignment(MD_ALIGN align)
{
    switch (align) {
    case MD_ALIGN_LEFT:
        return " class=\"left\"";
    case MD_ALIGN_CENTER:
        return " class=\"center\"";
    case MD_ALIGN_RIGHT:
        return " class=\"right\"";
    case MD_ALIGN_DEFAULT:
        break;
    }
    return "";
}

static void open_head(struct writer *w, MD_ALIGN align)
{
    buf_printf(&w->out, "<th scope=\"col\"%s>", alignment(align));
    w->label_at = w->plain.len;
    w->in_cell = true;
}

/* Where a row is stacked, each cell says what it is; the first ones are known
   by their place. */
static void open_data(struct writer *w, MD_ALIGN align)
{
    size_t at = w->column++;
    size_t first = w->labels == 3 ? 2 : 1;
    bool named = at >= first && at < w->labels && w->label[at][0] != '\0';
    buf_printf(&w->out, "<td%s", alignment(align));
    if (named) {
        buf_text(&w->out, " data-label=\"");
        page_text(&w->out, str_from(w->label[at]));
        buf_char(&w->out, '"');
    }
    buf_char(&w->out, '>');
    w->cell = w->out.len;
    w->in_cell = true;
}

static void close_head(struct writer *w)
{
    struct str text = buf_view(&w->plain);
    size_t at = w->label_at < text.len ? w->label_at : text.len;
    if (w->labels < LABELS_MAX)
        w->label[w->labels++] =
            str_dup(w->arena, str_trim(str_sub(text, at, text.len)));
    w->in_cell = false;
}

/* The state of a check has a colour, and keeps its word. */
static void close_cell(struct writer *w)
{
    struct str html = since(w, w->cell);
    int status;
    if (name_find(&status_names, html, &status)) {
        buf_truncate(&w->out, w->cell);
        buf_printf(&w->out, "<span class=\"state %s\">%s</span>",
                   name_of(&status_names, status),
                   name_of(&status_names, status));
    }
    buf_text(&w->out, "</td>");
    w->in_cell = false;
}

static void open_item(struct writer *w, const MD_BLOCK_LI_DETAIL *d)
{
    if (d->is_task == 0)
        buf_text(&w->out, "<li>");
    else if (d->task_mark == ' ')
        buf_text(&w->out, "<li class=\"task\"><input type=\"checkbox\" "
                          "disabled aria-label=\"open\"> ");
    else
        buf_text(&w->out, "<li class=\"task\"><input type=\"checkbox\" "
                          "disabled checked aria-label=\"done\"> ");
}

static void open_list(struct writer *w, const MD_BLOCK_OL_DETAIL *d)
{
    if (d->start == 1)
        buf_text(&w->out, "<ol>\n");
    else
        buf_printf(&w->out, "<ol start=\"%u\">\n", d->start);
}

/* The one right below the title is the panel of facts. */
static void open_bullets(struct writer *w)
{
    bool panel = w->titled > 0 && w->titled == w->out.len;
    w->panel = panel ? w->depth : w->panel;
    buf_text(&w->out, panel ? "<ul class=\"panel\">\n" : "<ul>\n");
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct writer *w = user;
    html_close_spans(w, 0);
    w->depth += type != MD_BLOCK_DOC;
    switch (type) {
    case MD_BLOCK_DOC:
        break;
    case MD_BLOCK_HTML:
        w->in_html = true;
        w->cell = w->out.len;
        break;
    case MD_BLOCK_QUOTE:
        buf_text(&w->out, "<blockquote>\n");
        break;
    case MD_BLOCK_UL:
        open_bullets(w);
        break;
    case MD_BLOCK_OL:
        open_list(w, detail);
        break;
    case MD_BLOCK_LI:
        open_item(w, detail);
        if (w->depth == w->panel + 1)
            w->item = w->out.len;
        break;
    case MD_BLOCK_HR:
        buf_text(&w->out, "<hr>\n");
        break;
    case MD_BLOCK_H:
        open_heading(w, ((const MD_BLOCK_H_DETAIL *)detail)->level);
        break;
    case MD_BLOCK_CODE:
        buf_text(&w->out, "<pre tabindex=\"0\"><code>");
        break;
    case MD_BLOCK_P:
        buf_text(&w->out, "<p>");
        w->paragraph = w->out.len;
        break;
    case MD_BLOCK_TABLE:
        buf_text(&w->out, "<div class=\"table\" tabindex=\"0\"><table>\n");
        break;
    case MD_BLOCK_THEAD:
        buf_text(&w->out, "<thead>\n");
        w->labels = 0;
        break;
    case MD_BLOCK_TBODY:
        buf_text(&w->out, "<tbody>\n");
        break;
    case MD_BLOCK_TR:
        buf_text(&w->out, "<tr>");
        w->column = 0;
        break;
    case MD_BLOCK_TH:
        open_head(w, ((const MD_BLOCK_TD_DETAIL *)detail)->align);
        break;
    case MD_BLOCK_TD:
        open_data(w, ((const MD_BLOCK_TD_DETAIL *)detail)->align);
        break;
    }
    return 0;
}

/* "Status: identified": a state in the panel is a badge. */
static void close_fact(struct writer *w)
{
    struct str html = since(w, w->item);
    size_t length = 0, at = str_find(html, STR("</strong> "), 0) + 10;
    const char *colour =
        at < html.len ? page_badge(str_sub(html, at, html.len), &length) : NULL;
    if (colour == NULL)
        return;
    const char *rest = str_dup(w->arena, str_sub(html, at, html.len));
    buf_truncate(&w->out, w->item + at);
    buf_printf(&w->out, "<span class=\"badge %s\">%.*s</span>%s", colour,
               (int)length, rest, rest + length);
}

/* "[!WARNING]" at the begin of a quote names it. */
static void close_alert(struct writer *w)
{
    static const char quote[] = "<blockquote>\n<p>";
    size_t length = 0, open = sizeof(quote) - 1;
    const char *word = page_alert(since(w, w->paragraph), &length);
    if (word == NULL || w->paragraph < open ||
        !str_is(str_sub(buf_view(&w->out), w->paragraph - open, open), quote))
        return;
    const char *rest = str_dup(w->arena, since(w, w->paragraph + length));
    buf_truncate(&w->out, w->paragraph - open);
    buf_printf(&w->out,
               "<blockquote class=\"alert\">\n<p><strong>%s</strong>"
               "<br>%s",
               word, rest);
}

/* What is still asked for is seen at once. */
static void close_paragraph(struct writer *w)
{
    close_alert(w);
    if (str_starts(since(w, w->paragraph), STR(MARKER_PROMPT))) {
        const char *html = str_dup(w->arena, since(w, w->paragraph));
        buf_truncate(&w->out, w->paragraph - 1);
        buf_printf(&w->out, " class=\"ask\">%s", html);
    }
    buf_text(&w->out, "</p>\n");
}

/* Comments go, markers of ours among them; other HTML is shown as text. */
static void close_html(struct writer *w)
{
    struct str raw = str_trim(since(w, w->cell));
    raw.ptr = str_dup(w->arena, raw);
    buf_truncate(&w->out, w->cell);
    w->in_html = false;
    if (w->depth == 1 && page_details(&w->out, raw, &w->details))
        return;
    bool comment = str_starts(raw, STR("<!--")) && str_ends(raw, STR("-->")) &&
                   str_find(raw, STR("-->"), 0) == raw.len - 3;
    if (comment || raw.len == 0)
        return;
    buf_text(&w->out, "<pre tabindex=\"0\"><code>");
    page_text(&w->out, raw);
    buf_text(&w->out, "</code></pre>\n");
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    static const char *const end[] = {
        [MD_BLOCK_QUOTE] = "</blockquote>\n",
        [MD_BLOCK_UL] = "</ul>\n",
        [MD_BLOCK_OL] = "</ol>\n",
        [MD_BLOCK_LI] = "</li>\n",
        [MD_BLOCK_CODE] = "</code></pre>\n",
        [MD_BLOCK_TABLE] = "</table></div>\n",
        [MD_BLOCK_THEAD] = "</thead>\n",
        [MD_BLOCK_TBODY] = "</tbody>\n",
        [MD_BLOCK_TR] = "</tr>\n",
        [MD_BLOCK_TH] = "</th>",
    };
    struct writer *w = user;
    html_close_spans(w, 0);
    if (type == MD_BLOCK_LI && w->panel > 0 && w->depth == w->panel + 1)
        close_fact(w);
    if (type == MD_BLOCK_H)
        close_heading(w, ((const MD_BLOCK_H_DETAIL *)detail)->level);
    else if (type == MD_BLOCK_TD)
        close_cell(w);
    else if (type == MD_BLOCK_HTML)
        close_html(w);
    else if (type == MD_BLOCK_P)
        close_paragraph(w);
    else if ((size_t)type < ARRAY_COUNT(end) && end[type] != NULL)
        buf_text(&w->out, end[type]);
    if (type == MD_BLOCK_TH)
        close_head(w);
    if (type == MD_BLOCK_UL && w->panel > 0 && w->depth == w->panel) {
        w->panel = 0;
        w->titled = w->out.len; /* the contents come below it */
    }
    w->depth -= type != MD_BLOCK_DOC;
    return w->out.full;
}

/* &lt; and its like stay; a number could be a control character. */
static void write_entity(struct writer *w, struct str s)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;",
                                        "&nbsp;"};
    static const char *const text[] = {"&", "<", ">", "\"", " "};
    for (size_t i = 0; i < ARRAY_COUNT(known); i++)
        if (str_is(s, known[i])) {
            buf_str(&w->out, s);
            buf_text(&w->plain, text[i]);
            return;
        }
    page_text(&w->out, s);
    buf_str(&w->plain, s);
}

/* In the code of a cell, GitHub takes "\|" as a bar. */
static void write_code(struct writer *w, struct str s)
{
    while (s.len > 0) {
        size_t at = w->in_cell ? str_find(s, STR("\\|"), 0) : s.len;
        page_text(&w->out, str_sub(s, 0, at));
        s = str_sub(s, at < s.len ? at + 1 : at, s.len);
        if (s.len > 0 && s.ptr[0] == '|') {
            buf_char(&w->out, '|');
            s = str_sub(s, 1, s.len);
        }
    }
}

static int text(MD_TEXTTYPE type, const MD_CHAR *ptr, MD_SIZE size, void *user)
{
    struct writer *w = user;
    struct str s = {ptr, size};
    if (type == MD_TEXT_NORMAL || type == MD_TEXT_CODE)
        buf_str(&w->plain, s);
    switch (type) {
    case MD_TEXT_BR:
        buf_text(&w->out, "<br>\n");
        break;
    case MD_TEXT_SOFTBR:
        buf_char(&w->out, '\n');
        break;
    case MD_TEXT_NULLCHAR:
        buf_text(&w->out, "\\x00");
        break;
    case MD_TEXT_ENTITY:
        write_entity(w, s);
        break;
    case MD_TEXT_CODE:
        write_code(w, s);
        break;
    case MD_TEXT_HTML:
        if (w->in_html)
            buf_str(&w->out, s);
        else if (page_is_break(s))
            buf_text(&w->out, "<br>");
        else if (!str_starts(s, STR("<!--")))
            page_text(&w->out, s);
        break;
    case MD_TEXT_NORMAL:
    case MD_TEXT_LATEXMATH:
        page_text(&w->out, s);
        break;
    }
    return w->out.full;
}

static void write_contents(struct buf *out, const struct writer *w)
{
    if (w->part_count < CONTENTS_MIN)
        return;
    buf_text(out, "<details class=\"contents\"><summary>Contents</summary>"
                  "<nav aria-label=\"Contents\"><ul>\n");
    for (size_t i = 0; i < w->part_count; i++) {
        buf_printf(out, "<li><a href=\"#%s\">", w->part[i].id);
        page_text(out, str_from(w->part[i].text));
        buf_text(out, "</a></li>\n");
    }
    buf_text(out, "</ul></nav></details>\n");
}

static bool write_notes(struct writer *w, const MD_PARSER *parser)
{
    bool ok = true;
    if (w->notes.count == 0)
        return true;
    for (; w->details > 0; w->details--)
        buf_text(&w->out, "</details>\n");
    buf_text(&w->out, "<hr>\n<ol>\n");
    for (unsigned i = 1; ok && i <= w->notes.numbers; i++) {
        const struct page_note *note = page_note(&w->notes, i);
        buf_printf(&w->out, "<li id=\"note-%u\">", i);
        ok = md_parse(note->text.ptr, (MD_SIZE)note->text.len, parser, w) == 0;
        if (note->referred)
            buf_printf(&w->out, "<a href=\"#" NOTE_REFERENCE "%u\">back</a>",
                       i);
        buf_text(&w->out, "</li>\n");
    }
    buf_text(&w->out, "</ol>\n");
    return ok;
}

bool report_html(struct str *out, struct arena *a, struct str markdown,
                 struct err *e)
{
    return report_html_pictured(out, a, markdown, NULL, e);
}

bool report_html_pictured(struct str *out, struct arena *a, struct str markdown,
                          const struct page_picture *picture, struct err *e)
{
    const MD_PARSER parser = {
        .flags = MD_FLAG_TABLES | MD_FLAG_TASKLISTS | MD_FLAG_STRIKETHROUGH,
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = html_enter_span,
        .leave_span = html_leave_span,
        .text = text,
    };
    struct writer w = {.arena = a, .picture = picture};
    struct buf page;
    size_t front = marker_front(markdown);
    struct str body =
        page_take_notes(&w.notes, a, str_sub(markdown, front, markdown.len));
    body = page_prepare(a, body);
    buf_init(&w.out, PAGE_BYTES_MAX);
    buf_init(&w.plain, PAGE_BYTES_MAX);
    buf_init(&page, PAGE_BYTES_MAX);
    bool ok = body.len <= PAGE_BYTES_MAX &&
              md_parse(body.ptr, (MD_SIZE)body.len, &parser, &w) == 0 &&
              write_notes(&w, &parser);
    page_begin(&page, a, str_from(w.title == NULL ? "Report" : w.title));
    buf_str(&page, str_sub(buf_view(&w.out), 0, w.titled));
    write_contents(&page, &w);
    buf_str(&page, since(&w, w.titled));
    for (; w.details > 0; w.details--)
        buf_text(&page, "</details>\n");
    page_end(&page);
    ok = ok && !page.full && !w.out.full;
    *out = (struct str){buf_dup(a, &page), page.len};
    buf_release(&page);
    buf_release(&w.plain);
    buf_release(&w.out);
    return ok || err_set(e, POS_NONE, "the page is larger than %zu bytes",
                         PAGE_BYTES_MAX);
}
