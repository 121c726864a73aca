/* Mustache: text to nodes. A node's children follow it, up to its end. */
#include "language/mustache.h"

#include <stdlib.h>
#include <string.h>

#include "language/mustache_nodes.h"

#define DELIMITER_MAX 16

/* A tag as it stands in the text. */
struct tag {
    char sign; /* "#^/>!=&{<$", or ' ' */
    struct str name;
    size_t from, to; /* bytes of the text, delimiters included */
};

struct parser {
    struct mustache *t;
    struct arena *arena;
    const struct source *source;
    struct err *err;
    struct str open, close;           /* delimiters */
    size_t stack[MUSTACHE_DEPTH_MAX]; /* nodes that are not closed yet */
    size_t depth;
    size_t at; /* next byte */
};

static struct pos place(const struct parser *p, size_t at)
{
    return pos_at(p->source, at);
}

static struct mustache_node *add_node(struct parser *p, enum node_kind kind,
                                      struct str text)
{
    struct mustache *t = p->t;
    t->node =
        arena_grow(p->arena, t->node, t->count, &t->cap, sizeof(*t->node));
    struct mustache_node *n = &t->node[t->count++];
    *n = (struct mustache_node){
        .kind = kind, .text = text, .end = t->count, .at = p->at};
    return n;
}

/* A text is cut after each line end, so that lines can be indented. */
static void add_text(struct parser *p, size_t from, size_t to)
{
    struct str text = str_sub(p->source->text, from, to - from);
    while (text.len > 0) {
        size_t end = str_find(text, STR("\n"), 0);
        size_t n = end < text.len ? end + 1 : text.len;
        add_node(p, NODE_TEXT, str_sub(text, 0, n));
        text = str_sub(text, n, text.len);
    }
}

static bool read_tag(struct parser *p, size_t from, struct tag *out)
{
    struct str text = p->source->text;
    size_t inner = from + p->open.len;
    char sign = inner < text.len ? text.ptr[inner] : ' ';
    bool known = sign != '\0' && strchr("#^/>!=&{<$", sign) != NULL;
    struct str close = p->close;
    char triple[DELIMITER_MAX + 2];
    if (sign == '{' || sign == '=') {
        triple[0] = sign == '{' ? '}' : '=';
        memcpy(triple + 1, close.ptr, close.len);
        close = (struct str){triple, close.len + 1};
    }
    inner += known;
    size_t end = str_find(text, close, inner);
    if (end == text.len)
        return err_set(p->err, place(p, from), "this tag has no end '%.*s'",
                       STR_ARGS(p->close));
    *out = (struct tag){.sign = known ? sign : ' ',
                        .name = str_trim(str_sub(text, inner, end - inner)),
                        .from = from,
                        .to = end + close.len};
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Where the blanks before a place begin, if they begin their line. */
static bool begins_line(struct str text, size_t at, size_t *start)
{
    while (at > 0 && is_blank(text.ptr[at - 1]))
        at--;
    *start = at;
    return at == 0 || text.ptr[at - 1] == '\n';
}

/* Behind the line end, when only blanks stand before it. */
static bool ends_line(struct str text, size_t at, size_t *end)
{
    while (at < text.len && is_blank(text.ptr[at]))
        at++;
    if (at < text.len && text.ptr[at] == '\r')
        at++;
    *end = at < text.len ? at + 1 : at;
    return at >= text.len || text.ptr[at] == '\n';
}

static bool stands_alone(char sign)
{
    return sign != ' ' && sign != '&' && sign != '{';
}

/* Tags of inheritance may share a line; others are alone on theirs. */
static bool may_share(char sign)
{
    return sign == '<' || sign == '$' || sign == '/';
}

static bool set_delimiters(struct parser *p, const struct tag *tag)
{
    struct str rest, open = str_cut(tag->name, ' ', &rest);
    struct str close = str_trim(rest);
    if (open.len == 0 || close.len == 0 || open.len > DELIMITER_MAX ||
        close.len > DELIMITER_MAX || memchr(close.ptr, ' ', close.len) != NULL)
        return err_set(p->err, place(p, tag->from),
                       "expected two delimiters such as '<< >>'");
    p->open = open;
    p->close = close;
    return true;
}

static bool open_node(struct parser *p, enum node_kind kind,
                      const struct tag *tag, struct str indent)
{
    if (p->depth == MUSTACHE_DEPTH_MAX)
        return err_set(p->err, place(p, tag->from),
                       "more than %d sections in each other",
                       MUSTACHE_DEPTH_MAX);
    struct mustache_node *n = add_node(p, kind, tag->name);
    n->indent = indent;
    n->at = tag->from;
    p->stack[p->depth++] = p->t->count - 1;
    return true;
}

static bool close_node(struct parser *p, const struct tag *tag)
{
    if (p->depth == 0)
        return err_set(p->err, place(p, tag->from),
                       "'%.*s' ends here and has not begun",
                       STR_ARGS(tag->name));
    struct mustache_node *n = &p->t->node[p->stack[p->depth - 1]];
    if (!str_equal(n->text, tag->name))
        return err_set(p->err, place(p, tag->from),
                       "'%.*s' ends here, but '%.*s' is open",
                       STR_ARGS(tag->name), STR_ARGS(n->text));
    p->depth--;
    n->end = p->t->count;
    if (n->kind == NODE_BLOCK && n->apart)
        mustache_take_indent(p->t, (size_t)(n - p->t->node));
    return true;
}

static bool take_tag(struct parser *p, const struct tag *tag, struct str indent,
                     bool apart)
{
    static const struct {
        char sign;
        enum node_kind kind;
    } leaf[] = {{' ', NODE_VALUE},
                {'&', NODE_RAW},
                {'{', NODE_RAW},
                {'>', NODE_PARTIAL}},
      branch[] = {{'#', NODE_SECTION},
                  {'^', NODE_INVERTED},
                  {'<', NODE_PARENT},
                  {'$', NODE_BLOCK}};
    if (tag->sign == '!')
        return true;
    if (tag->sign == '=')
        return set_delimiters(p, tag);
    if (tag->name.len == 0)
        return err_set(p->err, place(p, tag->from), "this tag has no name");
    if (tag->sign == '/')
        return close_node(p, tag);
    for (size_t i = 0; i < ARRAY_COUNT(leaf); i++)
        if (leaf[i].sign == tag->sign) {
            struct mustache_node *n = add_node(p, leaf[i].kind, tag->name);
            n->indent = indent;
            n->at = tag->from;
            return true;
        }
    for (size_t i = 0; i < ARRAY_COUNT(branch); i++)
        if (branch[i].sign == tag->sign) {
            bool ok = open_node(p, branch[i].kind, tag, indent);
            p->t->node[p->t->count - 1].apart = apart;
            return ok;
        }
    return true;
}

/* The tags of one line that has nothing else; *count is 0 when it has. */
#define LINE_TAGS_MAX 8
struct line_tags {
    struct tag tag[LINE_TAGS_MAX];
    size_t count;
    size_t start, end; /* of the line */
};

static bool read_line_tags(struct parser *p, size_t from, struct line_tags *out)
{
    struct str text = p->source->text;
    size_t at = from;
    bool many = true;
    out->count = 0;
    if (!begins_line(text, from, &out->start))
        return true;
    for (;;) {
        struct tag *tag = &out->tag[out->count];
        if (!read_tag(p, at, tag))
            return false;
        many = many && may_share(tag->sign);
        out->count++;
        at = tag->to;
        if (!stands_alone(tag->sign) || (out->count > 1 && !many))
            break;
        if (ends_line(text, at, &out->end))
            return true;
        bool next = str_starts(str_sub(text, at, text.len), p->open);
        if (!many || !next || out->count == LINE_TAGS_MAX)
            break;
    }
    out->count = 0;
    return true;
}

/* A block that begins and ends on its line leaves the line end to others. */
static bool keeps_line_end(const struct line_tags *l)
{
    bool block = false;
    for (size_t i = 0; i + 1 < l->count; i++)
        block = block || (l->tag[i].sign == '$' && l->tag[i + 1].sign == '/' &&
                          str_equal(l->tag[i].name, l->tag[i + 1].name));
    bool parent = false;
    for (size_t i = 0; i < l->count; i++)
        parent = parent || l->tag[i].sign == '<';
    return block && !parent;
}

static bool take_line(struct parser *p, const struct line_tags *l)
{
    struct str indent =
        str_sub(p->source->text, l->start, l->tag[0].from - l->start);
    bool keeps = keeps_line_end(l);
    for (size_t i = 0; i < l->count; i++)
        if (!take_tag(p, &l->tag[i], indent, true))
            return false;
    p->at = keeps ? l->tag[l->count - 1].to : l->end;
    return true;
}

static bool take_next(struct parser *p, size_t from)
{
    struct line_tags line = {.count = 0};
    if (!read_line_tags(p, from, &line))
        return false;
    if (line.count > 0 && line.start >= p->at) {
        add_text(p, p->at, line.start);
        return take_line(p, &line);
    }
    struct tag tag = {.sign = ' '};
    if (!read_tag(p, from, &tag))
        return false;
    add_text(p, p->at, from);
    p->at = tag.to;
    return take_tag(p, &tag, STR_NONE, false);
}

bool mustache_parse(struct mustache **out, struct arena *a,
                    const struct source *source, struct err *e)
{
    struct parser p = {.t = arena_alloc(a, sizeof(*p.t)),
                       .arena = a,
                       .source = source,
                       .err = e,
                       .open = STR("{{"),
                       .close = STR("}}")};
    *out = p.t;
    p.t->source = source;
    if (source->text.len > MUSTACHE_BYTES_MAX)
        return err_set(e, POS_NONE, "the template '%s' has more than %zu bytes",
                       source->name, MUSTACHE_BYTES_MAX);
    while (p.at < source->text.len) {
        size_t from = str_find(source->text, p.open, p.at);
        if (from == source->text.len)
            break;
        if (!take_next(&p, from))
            return false;
    }
    add_text(&p, p.at, source->text.len);
    if (p.depth == 0)
        return true;
    const struct mustache_node *n = &p.t->node[p.stack[p.depth - 1]];
    return err_set(e, place(&p, n->at), "'%.*s' has no end", STR_ARGS(n->text));
}
