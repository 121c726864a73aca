/* Cutting a body into units, and how each of them reads. */
#include "report/units.h"

#include <stdlib.h>
#include <string.h>

#include <cmark.h>

#include "base/hash.h"
#include "base/text.h"
#include "report/marker.h"

#define FORM_MAX ((size_t)8 << 20)

struct cutting {
    struct arena *arena;
    struct units *out;
    struct str body;
    size_t *start; /* of each line, from 1 */
    unsigned lines;
    bool actions;    /* whose rows are read back */
    struct str slot; /* open */
};

/* Runs of white space are one space; ends are bare. */
static void write_collapsed(struct buf *out, struct str s)
{
    bool gap = false;
    s = str_trim(s);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!space && gap)
            buf_char(out, ' ');
        gap = space;
        if (!space)
            buf_char(out, c);
    }
}

/* An address that is its own text reads like the bare address. */
static bool is_bare_link(cmark_node *link)
{
    cmark_node *only = cmark_node_first_child(link);
    const char *url = cmark_node_get_url(link);
    return only != NULL && cmark_node_next(only) == NULL &&
           cmark_node_get_type(only) == CMARK_NODE_TEXT && url != NULL &&
           strcmp(cmark_node_get_literal(only), url) == 0;
}

/* Its blanks count, where those between words are one. */
static void write_span(struct buf *out, const char *code)
{
    buf_char(out, '\x01');
    for (; *code != '\0'; code++)
        buf_char(out, *code == ' ' ? '\x08' : *code);
    buf_char(out, '\x01');
}

static void write_inline(struct buf *out, cmark_node *node, bool enter)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
        buf_text(out, cmark_node_get_literal(node));
        break;
    case CMARK_NODE_SOFTBREAK:
        buf_char(out, ' ');
        break;
    case CMARK_NODE_LINEBREAK:
        buf_text(out, "\x02 ");
        break;
    case CMARK_NODE_CODE:
        write_span(out, cmark_node_get_literal(node));
        break;
    case CMARK_NODE_HTML_INLINE:
        buf_printf(out, "\x03%s", cmark_node_get_literal(node));
        break;
    case CMARK_NODE_EMPH:
        buf_text(out, "\x04");
        break;
    case CMARK_NODE_STRONG:
        buf_text(out, "\x05");
        break;
    case CMARK_NODE_LINK:
        if (!is_bare_link(node))
            buf_printf(out, "\x06%s", enter ? "" : cmark_node_get_url(node));
        break;
    case CMARK_NODE_IMAGE:
        buf_printf(out, "\x07%s", enter ? "" : cmark_node_get_url(node));
        break;
    default:
        break;
    }
}

/*
 * Code of a language that formatters know: they set its blanks and quotes
 * anew. What a log or a shell printed they leave alone.
 */
static bool is_formatted(const char *info)
{
    return *info != '\0' && strcmp(info, "text") != 0 &&
           strcmp(info, "sh") != 0;
}

static void write_code(struct buf *out, cmark_node *node)
{
    const char *info = cmark_node_get_fence_info(node);
    const char *code = cmark_node_get_literal(node);
    bool formatted = is_formatted(info);
    buf_printf(out, "```%s\n", info);
    for (; *code != '\0'; code++) {
        bool blank = strchr(" \t\n", *code) != NULL;
        if (!formatted)
            buf_char(out, *code);
        else if (!blank)
            buf_char(out, *code == '\'' ? '"' : *code);
    }
    buf_char(out, '\n');
}

/* Does the paragraph begin an item? */
static bool begins_item(cmark_node *node)
{
    cmark_node *parent = cmark_node_parent(node);
    return parent != NULL && cmark_node_get_type(parent) == CMARK_NODE_ITEM &&
           cmark_node_previous(node) == NULL;
}

/* A ticked box reads like an open one: ticks are read back. */
static void close_inlines(struct buf *out, struct buf *line, cmark_node *node)
{
    struct str text = str_trim(buf_view(line));
    if (begins_item(node) && text.len > 3 && text.ptr[0] == '[' &&
        (text.ptr[1] == 'x' || text.ptr[1] == 'X') && text.ptr[2] == ']') {
        buf_text(out, "[ ]");
        text = str_sub(text, 3, text.len);
        buf_text(out, text.ptr[0] == ' ' ? " " : "");
    }
    write_collapsed(out, text);
    buf_char(out, '\n');
    buf_clear(line);
}

static void write_block(struct buf *out, struct buf *line, cmark_node *node,
                        bool enter)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HEADING:
        if (enter)
            buf_printf(out, "#%d ", cmark_node_get_heading_level(node));
        else
            close_inlines(out, line, node);
        break;
    case CMARK_NODE_PARAGRAPH:
        if (!enter)
            close_inlines(out, line, node);
        break;
    case CMARK_NODE_CODE_BLOCK:
        write_code(out, node);
        break;
    case CMARK_NODE_HTML_BLOCK:
        buf_char(out, '<');
        write_collapsed(out, str_from(cmark_node_get_literal(node)));
        buf_char(out, '\n');
        break;
    case CMARK_NODE_THEMATIC_BREAK:
        buf_text(out, "---\n");
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        buf_text(out, enter ? ">\n" : "<\n");
        break;
    case CMARK_NODE_ITEM:
        buf_text(out, enter ? "- " : "/-\n");
        break;
    default:
        write_inline(line, node, enter);
        break;
    }
}

static void write_form(struct buf *out, cmark_node *root)
{
    struct buf line;
    cmark_iter *iter = cmark_iter_new(root);
    cmark_event_type event;
    buf_init(&line, FORM_MAX);
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
        write_block(out, &line, cmark_iter_get_node(iter),
                    event == CMARK_EVENT_ENTER);
    cmark_iter_free(iter);
    buf_release(&line);
}

static void push(struct cutting *c, enum unit_kind kind, unsigned line,
                 const char *form)
{
    struct units *all = c->out;
    size_t at = c->start[line];
    if (all->count > 0) {
        struct unit *last = &all->item[all->count - 1];
        last->text.len = (size_t)(c->body.ptr + at - last->text.ptr);
    } else {
        all->before = str_sub(c->body, 0, at);
    }
    all->item = arena_grow(c->arena, all->item, all->count, &all->cap,
                           sizeof(*all->item));
    all->item[all->count++] = (struct unit){
        .kind = kind,
        .text = str_sub(c->body, at, c->body.len),
        .form = form,
        .reads = form == NULL ? 0 : hash_add_32(HASH_START_32, str_from(form))};
}

static void push_node(struct cutting *c, enum unit_kind kind, cmark_node *node)
{
    struct buf form;
    buf_init(&form, FORM_MAX);
    write_form(&form, node);
    push(c, kind, (unsigned)cmark_node_get_start_line(node),
         buf_take(c->arena, &form));
}

static struct str line_at(const struct cutting *c, unsigned line)
{
    struct str rest = str_sub(c->body, c->start[line], c->body.len);
    return str_trim(marker_line(&rest));
}

static bool is_rule(struct str line)
{
    bool dash = false;
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] == '\0' || strchr("|:- \t", line.ptr[i]) == NULL)
            return false;
        dash = dash || line.ptr[i] == '-';
    }
    return dash && str_find(line, STR("|"), 0) < line.len;
}

/* A row with bars that stand alone, and none at its ends. */
static const char *row_form(struct cutting *c, struct str line)
{
    struct buf raw, spaced, form;
    buf_init(&raw, FORM_MAX);
    buf_init(&spaced, FORM_MAX);
    buf_init(&form, FORM_MAX);
    cmark_node *document =
        cmark_parse_document(line.ptr, line.len, CMARK_OPT_DEFAULT);
    write_form(&raw, document);
    cmark_node_free(document);
    for (size_t i = 0; i < raw.len; i++) {
        bool bar = raw.ptr[i] == '|';
        buf_printf(&spaced, bar ? " %c " : "%c", raw.ptr[i]);
    }
    struct str text = str_trim(buf_view(&spaced));
    if (str_starts(text, STR("|")))
        text = str_sub(text, 1, text.len);
    if (str_ends(text, STR("|")))
        text.len--;
    buf_char(&form, '|');
    write_collapsed(&form, text);
    buf_release(&spaced);
    buf_release(&raw);
    return buf_take(c->arena, &form);
}

static void push_table(struct cutting *c, cmark_node *node)
{
    unsigned line = (unsigned)cmark_node_get_start_line(node);
    push(c, UNIT_HEAD, line, row_form(c, line_at(c, line)));
    push(c, UNIT_RULE, line + 1, "|-");
    for (line += 2; line <= c->lines && line_at(c, line).len > 0; line++)
        push(c, c->actions ? UNIT_FREE : UNIT_ROW, line,
             c->actions ? NULL : row_form(c, line_at(c, line)));
}

static bool is_table(const struct cutting *c, cmark_node *node)
{
    unsigned line = (unsigned)cmark_node_get_start_line(node);
    return line < c->lines && is_rule(line_at(c, line + 1)) &&
           str_find(line_at(c, line), STR("|"), 0) < line_at(c, line).len;
}

/* A marker of ours, or a comment of somebody's. */
static void push_html(struct cutting *c, cmark_node *node)
{
    struct marker m = marker_of(str_from(cmark_node_get_literal(node)));
    unsigned line = (unsigned)cmark_node_get_start_line(node);
    if (m.kind == MARKER_ASK) {
        push(c, UNIT_ASK, line,
             arena_printf(c->arena, "slot %.*s", STR_ARGS(m.name)));
        c->slot.ptr = c->out->item[c->out->count - 1].form + strlen("slot ");
        c->slot.len = m.name.len;
    } else if (m.kind == MARKER_NONE) {
        push_node(c, UNIT_BLOCK, node);
    } else {
        push(c, UNIT_FREE, line, NULL);
    }
}

static void push_top(struct cutting *c, cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);
    if (c->slot.len > 0) { /* what is within is of people */
        struct marker m = {.kind = MARKER_NONE};
        if (type == CMARK_NODE_HTML_BLOCK)
            m = marker_of(str_from(cmark_node_get_literal(node)));
        if (m.kind == MARKER_END_ASK && str_equal(m.name, c->slot))
            c->slot = STR_NONE;
    } else if (type == CMARK_NODE_HTML_BLOCK) {
        push_html(c, node);
    } else if (type == CMARK_NODE_LIST) {
        cmark_node *item = cmark_node_first_child(node);
        for (; item != NULL; item = cmark_node_next(item))
            push_node(c, UNIT_ITEM, item);
    } else if (type == CMARK_NODE_PARAGRAPH && is_table(c, node)) {
        push_table(c, node);
    } else {
        push_node(c, UNIT_BLOCK, node);
    }
}

static void find_lines(struct cutting *c)
{
    struct str rest = c->body;
    size_t most = 2;
    for (size_t i = 0; i < c->body.len; i++)
        most += c->body.ptr[i] == '\n' || c->body.ptr[i] == '\r';
    c->start = arena_array(c->arena, most + 1, sizeof(*c->start));
    while (rest.len > 0) {
        c->start[++c->lines] = c->body.len - rest.len;
        (void)marker_line(&rest);
    }
}

void units_read(struct units *out, struct arena *a, struct str name,
                struct str body)
{
    struct cutting c = {.arena = a,
                        .out = out,
                        .body = body,
                        .actions = str_is(name, "actions")};
    *out = (struct units){.before = body};
    find_lines(&c);
    cmark_node *document =
        cmark_parse_document(body.len > 0 ? body.ptr : "", body.len,
                             CMARK_OPT_DEFAULT | CMARK_OPT_SOURCEPOS);
    cmark_node *node = cmark_node_first_child(document);
    for (; node != NULL; node = cmark_node_next(node))
        push_top(&c, node);
    cmark_node_free(document);
}

void units_hash(struct buf *out, const struct units *all)
{
    struct buf forms, hex;
    buf_init(&forms, FORM_MAX);
    buf_init(&hex, 80);
    for (size_t i = 0; i < all->count; i++) {
        if (all->item[i].form == NULL)
            continue;
        buf_printf(&forms, "%d ", (int)all->item[i].kind);
        buf_text(&forms, all->item[i].form);
        buf_char(&forms, '\n');
    }
    if (text_sha256(&hex, buf_view(&forms)))
        buf_str(out, str_sub(buf_view(&hex), 0, MARKER_HASH_LENGTH));
    buf_release(&hex);
    buf_release(&forms);
}

void units_list(struct buf *out, const struct units *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->item[i].form != NULL)
            buf_printf(out, "%0*x", UNIT_HASH_HEX, all->item[i].reads);
}
