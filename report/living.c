/* Cutting a document at its markers, and the proof that they hold. */
#include "report/living.h"

#include <stdlib.h>
#include <string.h>

#include <cmark.h>

#include "report/units.h"

struct cutter {
    struct arena *arena;
    const struct source *source;
    struct parts *out;
    const bool *top; /* by line: a comment at the top level begins there */
    struct str rest;
    unsigned line; /* of the line read last */
    struct part open;
    struct marker mark; /* that opened it */
    struct str slot;    /* open in it */
};

static struct pos place(const struct cutter *c, unsigned line)
{
    return (struct pos){c->source, line, 1};
}

static void push(struct cutter *c, struct part p)
{
    struct parts *all = c->out;
    all->item =
        arena_grow(c->arena, all->item, all->count, &all->cap, sizeof(p));
    all->item[all->count++] = p;
}

/* Lines of people stand together in one part. */
static void push_text(struct cutter *c, struct str line)
{
    struct parts *all = c->out;
    struct part *last = all->count > 0 ? &all->item[all->count - 1] : NULL;
    if (last != NULL && last->kind == PART_TEXT)
        last->text.len += line.len;
    else if (line.len > 0)
        push(c, (struct part){
                    .kind = PART_TEXT, .text = line, .pos = place(c, c->line)});
}

/* What was written into it is still there, in order: people have added. */
static bool has_grown(struct cutter *c, const struct part *p)
{
    struct units now;
    if (p->mark.units.len == 0)
        return false;
    units_read(&now, c->arena, p->name, p->body);
    return units_added(arena_array(c->arena, now.count + 1, sizeof(bool)), &now,
                       p->mark.units);
}

static bool open_part(struct cutter *c, const struct marker *m, struct str line,
                      struct err *e)
{
    enum part_kind kind = m->kind == MARKER_BEGIN ? PART_BLOCK : PART_OFFER;
    const struct part *other = living_find(c->out, kind, m->name);
    if (other != NULL)
        return err_set(e, place(c, c->line),
                       "the block '%.*s' stands in line %u already: take the "
                       "markers of one of them away",
                       STR_ARGS(m->name), other->pos.line);
    c->mark = *m;
    c->open = (struct part){.kind = kind,
                            .text = line,
                            .name = m->name,
                            .mark = *m,
                            .pos = place(c, c->line)};
    c->open.body = str_sub(line, line.len, line.len);
    c->slot = STR_NONE;
    return true;
}

static bool close_part(struct cutter *c, const struct marker *m, struct err *e)
{
    bool right = (m->kind == MARKER_END) == (c->open.kind == PART_BLOCK) &&
                 str_equal(m->name, c->open.name);
    if (!right || c->slot.len > 0)
        return err_set(e, place(c, c->line),
                       "expected the end of '%.*s', which begins in line %u",
                       STR_ARGS(c->slot.len > 0 ? c->slot : c->open.name),
                       c->open.pos.line);
    bool same = marker_fits(&c->mark, c->open.body);
    c->open.grown = !same && has_grown(c, &c->open);
    c->open.edited = !same && !c->open.grown;
    push(c, c->open);
    c->mark.kind = MARKER_NONE;
    return true;
}

/* A line of an open block, which has all lines until its end. */
static bool inside(struct cutter *c, const struct marker *m, struct str line,
                   struct err *e)
{
    c->open.text.len += line.len;
    switch (m->kind) {
    case MARKER_END:
    case MARKER_END_OFFER:
        return close_part(c, m, e);
    case MARKER_ASK:
        if (c->slot.len > 0)
            return close_part(c, m, e);
        c->slot = m->name;
        break;
    case MARKER_END_ASK:
        if (!str_equal(m->name, c->slot))
            return err_set(e, place(c, c->line),
                           "'%.*s' ends here and never began",
                           STR_ARGS(m->name));
        c->slot = STR_NONE;
        break;
    case MARKER_NONE:
    case MARKER_ROWS:
        break;
    case MARKER_BEGIN:
    case MARKER_OFFER:
    case MARKER_DOCUMENT:
        return close_part(c, m, e);
    }
    c->open.body.len += line.len;
    return true;
}

static bool outside(struct cutter *c, const struct marker *m, struct str line,
                    struct err *e)
{
    if (m->kind == MARKER_BEGIN || m->kind == MARKER_OFFER)
        return open_part(c, m, line, e);
    if (m->kind == MARKER_END || m->kind == MARKER_END_OFFER)
        return err_set(e, place(c, c->line),
                       "'%.*s' ends here and never began: is a fence or a "
                       "comment above it left open?",
                       STR_ARGS(m->name));
    if (m->kind == MARKER_DOCUMENT)
        push(c, (struct part){.kind = PART_INDEX,
                              .text = line,
                              .name = m->name,
                              .body = m->rest,
                              .mark = *m,
                              .pos = place(c, c->line)});
    else
        push_text(c, line);
    return true;
}

/* The last line of an offer that is one comment: "postflight:end-offer …". */
static bool ends_hidden(const struct cutter *c, struct str line)
{
    struct str s = str_trim(line), word = STR("postflight:end-offer ");
    if (c->mark.kind != MARKER_OFFER || !c->mark.hidden ||
        !str_starts(s, word) || !str_ends(s, STR("-->")))
        return false;
    s = str_sub(s, word.len, s.len - word.len - 3);
    return str_equal(str_trim(s), c->open.name);
}

/* What kind of line it is where it is. */
static struct marker mark_of(struct cutter *c, struct str line, bool in_front)
{
    struct marker m = {.kind = MARKER_NONE};
    if (c->mark.kind == MARKER_OFFER && c->mark.hidden) {
        if (ends_hidden(c, line))
            m = (struct marker){.kind = MARKER_END_OFFER, .name = c->open.name};
    } else if (!in_front && c->top[c->line]) {
        m = marker_of(line);
    }
    return m;
}

static bool cut(struct cutter *c, struct err *e)
{
    size_t front = marker_front(c->rest);
    size_t bom = str_starts(c->rest, STR("\xef\xbb\xbf")) ? 3 : 0;
    push_text(c, str_sub(c->rest, 0, bom));
    c->rest = str_sub(c->rest, bom, c->rest.len);
    while (c->rest.len > 0) {
        bool in_front = (size_t)(c->rest.ptr - c->source->text.ptr) < front;
        struct str line = marker_line(&c->rest);
        c->line++;
        struct marker m = mark_of(c, line, in_front);
        if (c->mark.kind != MARKER_NONE ? !inside(c, &m, line, e)
                                        : !outside(c, &m, line, e))
            return false;
    }
    if (c->mark.kind == MARKER_NONE)
        return true;
    return err_set(e, c->open.pos,
                   "'%.*s' begins here and never ends: is a fence or a "
                   "comment in it left open?",
                   STR_ARGS(c->open.name));
}

static bool ends_line(struct str text)
{
    return str_ends(text, STR("\n")) || str_ends(text, STR("\r"));
}

static unsigned count_lines(struct str text)
{
    unsigned count = 0;
    for (; text.len > 0; count++)
        (void)marker_line(&text);
    return count;
}

static cmark_node *parse(struct str text)
{
    return cmark_parse_document(text.len > 0 ? text.ptr : "", text.len,
                                CMARK_OPT_DEFAULT | CMARK_OPT_SOURCEPOS);
}

/* Lines, from 1, on which an HTML block of the top level begins. */
static bool *top_lines(struct arena *a, struct str text)
{
    size_t front = marker_front(text);
    struct str head = str_sub(text, 0, front);
    unsigned before = ends_line(head) ? count_lines(head) : 0;
    unsigned count = count_lines(text);
    bool *top = arena_array(a, count + 2, sizeof(*top));
    cmark_node *document = parse(str_sub(text, front, text.len));
    cmark_node *node = cmark_node_first_child(document);
    for (; node != NULL; node = cmark_node_next(node)) {
        unsigned line = before + (unsigned)cmark_node_get_start_line(node);
        if (cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK && line <= count)
            top[line] = true;
    }
    cmark_node_free(document);
    return top;
}

bool living_read(struct parts *out, struct arena *a,
                 const struct source *source, struct err *e)
{
    struct str text = source->text;
    *out = (struct parts){.item = NULL};
    if (text.len > MARKDOWN_BYTES_MAX)
        return err_set(e, (struct pos){source, 0, 0},
                       "it has %zu bytes, and a document at most %zu", text.len,
                       MARKDOWN_BYTES_MAX);
    struct cutter c = {.arena = a, .source = source, .out = out, .rest = text};
    out->crlf = str_ends(marker_line(&text), STR("\r\n"));
    c.top = top_lines(a, source->text);
    if (!cut(&c, e))
        return false;
    for (size_t i = 0; i < out->count; i++)
        if (out->item[i].kind == PART_INDEX && ends_line(out->item[i].text))
            out->crlf = str_ends(out->item[i].text, STR("\r\n"));
    return true;
}

const struct part *living_find(const struct parts *all, enum part_kind kind,
                               struct str name)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->item[i].kind == kind && str_equal(all->item[i].name, name))
            return &all->item[i];
    return NULL;
}

bool living_answer(struct str body, struct str slot, struct str *answer)
{
    bool open = false;
    while (body.len > 0) {
        struct str line = marker_line(&body);
        struct marker m = marker_of(line);
        if (!str_equal(m.name, slot) || m.kind == MARKER_NONE)
            continue;
        if (m.kind == MARKER_ASK) {
            open = true;
            answer->ptr = body.ptr;
        } else if (m.kind == MARKER_END_ASK && open) {
            answer->len = (size_t)(line.ptr - answer->ptr);
            return true;
        }
    }
    return false;
}

static void add_xml(struct buf *out, cmark_node *node)
{
    char *xml = cmark_render_xml(node, CMARK_OPT_DEFAULT);
    buf_text(out, xml);
    free(xml);
}

/* How a body reads alone. */
static void read_alone(struct buf *out, struct str body)
{
    cmark_node *document = parse(body);
    cmark_node *node = cmark_node_first_child(document);
    for (; node != NULL; node = cmark_node_next(node))
        add_xml(out, node);
    cmark_node_free(document);
}

/* How it reads here; *node: at its begin, and then at its end. */
static void read_here(struct buf *out, cmark_node **node)
{
    for (*node = cmark_node_next(*node); *node != NULL;
         *node = cmark_node_next(*node)) {
        if (cmark_node_get_type(*node) == CMARK_NODE_HTML_BLOCK &&
            marker_of(str_from(cmark_node_get_literal(*node))).kind ==
                MARKER_END)
            return;
        add_xml(out, *node);
    }
}

static const struct part *block_of(const struct parts *all, cmark_node *node,
                                   size_t *index)
{
    if (cmark_node_get_type(node) != CMARK_NODE_HTML_BLOCK)
        return NULL;
    struct marker m = marker_of(str_from(cmark_node_get_literal(node)));
    const struct part *p =
        m.kind == MARKER_BEGIN ? living_find(all, PART_BLOCK, m.name) : NULL;
    if (p != NULL)
        *index = (size_t)(p - all->item);
    return p;
}

static bool same(const struct part *p, cmark_node **node, struct err *e)
{
    struct buf alone, here;
    buf_init(&alone, (size_t)256 << 20);
    buf_init(&here, (size_t)256 << 20);
    read_alone(&alone, p->body);
    read_here(&here, node);
    bool ok = str_equal(buf_view(&alone), buf_view(&here));
    buf_release(&alone);
    buf_release(&here);
    if (ok)
        return true;
    return err_set(e, p->pos,
                   "the block '%.*s' would not read here as it was meant: is "
                   "one of its words defined as a link in this document?",
                   STR_ARGS(p->name));
}

bool living_prove(const struct source *source, const struct parts *all,
                  const bool *made, struct err *e)
{
    size_t front = marker_front(source->text), index = 0;
    cmark_node *document =
        parse(str_sub(source->text, front, source->text.len));
    cmark_node *node = cmark_node_first_child(document);
    bool ok = true;
    for (; ok && node != NULL; node = cmark_node_next(node)) {
        const struct part *p = block_of(all, node, &index);
        if (p != NULL && made[index])
            ok = same(p, &node, e);
        if (node == NULL)
            break;
    }
    cmark_node_free(document);
    return ok;
}
