/*
 * libcmark tells the blocks: which lines are a heading, a list, code.
 *
 * Only the block structure is wanted of it, so it gets a copy of the lines in
 * which nothing inline is left: emphasis, links and HTML within a line take it
 * time that grows with the square of a hostile document. Lines stay lines.
 */
#include <stdlib.h>
#include <string.h>

#include <cmark.h>

#include "lint/internal.h"

#define PREFIX_BYTES 160 /* of a line: indentation and marks of blocks */
#define PREFIX_MARKS 32  /* of them other than blanks */
#define PARTS_MAX    ((size_t)100000)

/* Bytes before the text of a line: blanks, quotes, bullets, numbers. */
static size_t prefix_of(struct str line)
{
    size_t i = 0, marks = 0;
    for (; i < line.len && i < PREFIX_BYTES && marks < PREFIX_MARKS; i++) {
        if (line.ptr[i] == '\0' ||
            strchr(" \t>-+*_=#0123456789.)", line.ptr[i]) == NULL)
            break;
        marks += line.ptr[i] != ' ' && line.ptr[i] != '\t';
    }
    return i;
}

/* Does a block of HTML begin here, of a kind that needs no complete tag? */
static bool begins_html(struct str s)
{
    static const char *const name[] = {
        "!--",   "details", "/details", "summary", "/summary", "div",
        "/div",  "table",   "/table",   "pre",     "p>",       "br",
        "style", "script",  "ul",       "li",      "center",   "h1",
    };
    for (size_t i = 0; i < ARRAY_COUNT(name); i++)
        if (str_starts(str_sub(s, 1, s.len), str_from(name[i])))
            return true;
    return false;
}

static void neutral_line(struct buf *out, struct str line)
{
    size_t from = prefix_of(line);
    buf_str(out, str_sub(line, 0, from));
    for (size_t i = from; i < line.len; i++) {
        char c = line.ptr[i];
        bool keeps =
            c == '<' && i == from && begins_html(str_sub(line, i, line.len));
        if (c == '\0' || (!keeps && strchr("[]*_<&\\", c) != NULL))
            c = 'x';
        buf_char(out, c);
    }
    buf_char(out, '\n');
}

static void part_add(struct parts *out, struct arena *a, struct part part)
{
    out->part =
        arena_grow(a, out->part, out->count, &out->cap, sizeof(*out->part));
    out->part[out->count++] = part;
}

struct walk {
    struct parts *out;
    struct arena *a;
    const struct document *d;
    int depth; /* of lists */
    bool item; /* the next text is the first of an item */
};

static bool is_fence(struct str line)
{
    return str_find(line, STR("```"), 0) < line.len ||
           str_find(line, STR("~~~"), 0) < line.len;
}

static struct str language_of(struct arena *a, cmark_node *node)
{
    const char *info = cmark_node_get_fence_info(node);
    return info == NULL ? STR("") : str_from(arena_dup(a, info, strlen(info)));
}

static void enter(struct walk *w, cmark_node *node)
{
    unsigned shift = w->d->first - 1;
    struct part part = {
        .first = (unsigned)cmark_node_get_start_line(node) + shift,
        .last = (unsigned)cmark_node_get_end_line(node) + shift,
        .level = w->depth,
    };
    if (part.first < 1 || part.first > w->d->line_count)
        return;
    if (part.last < part.first)
        part.last = part.first;
    if (part.last > w->d->line_count)
        part.last = (unsigned)w->d->line_count;
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HEADING:
        part.kind = PART_HEADING;
        part.level = cmark_node_get_heading_level(node);
        break;
    case CMARK_NODE_PARAGRAPH:
        part.kind = PART_TEXT;
        part.item = w->item;
        break;
    case CMARK_NODE_CODE_BLOCK:
        part.kind = PART_CODE;
        part.fenced = is_fence(w->d->line[part.first].text);
        part.language = language_of(w->a, node);
        break;
    case CMARK_NODE_HTML_BLOCK:
        part.kind = PART_HTML;
        break;
    case CMARK_NODE_THEMATIC_BREAK:
        part.kind = PART_RULE;
        break;
    default:
        return;
    }
    w->item = false;
    part_add(w->out, w->a, part);
}

static void visit(struct walk *w, cmark_event_type event, cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_LIST) {
        w->depth += event == CMARK_EVENT_ENTER ? 1 : -1;
    } else if (type == CMARK_NODE_ITEM) {
        w->item = event == CMARK_EVENT_ENTER;
    } else if (event == CMARK_EVENT_ENTER) {
        enter(w, node);
    }
}

bool blocks_read(struct parts *out, struct arena *a, const struct document *d,
                 struct err *e)
{
    struct walk w = {out, a, d, 0, false};
    struct buf text;
    buf_init(&text, REVIEW_BYTES_MAX + REVIEW_LINES_MAX + 1);
    for (unsigned i = d->first; i <= d->line_count; i++)
        neutral_line(&text, d->line[i].text);
    cmark_node *root = cmark_parse_document(
        text.ptr, text.len, CMARK_OPT_DEFAULT | CMARK_OPT_SOURCEPOS);
    cmark_iter *iter = cmark_iter_new(root);
    bool ok = true;
    for (;;) {
        cmark_event_type event = cmark_iter_next(iter);
        if (event == CMARK_EVENT_DONE)
            break;
        visit(&w, event, cmark_iter_get_node(iter));
        ok = out->count < PARTS_MAX;
        if (!ok)
            break;
    }
    cmark_iter_free(iter);
    cmark_node_free(root);
    buf_release(&text);
    return ok || err_set(e, POS_NONE,
                         "'%s' has more than %zu blocks, expected a report",
                         d->source->name, PARTS_MAX);
}
