/* Mustache: nodes and data to text. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "language/mustache_nodes.h"

#define CONTEXT_MAX ((size_t)4 * MUSTACHE_DEPTH_MAX)
#define INDENT_MAX  1024

static size_t blanks_of(struct str s)
{
    size_t n = 0;
    while (n < s.len && (s.ptr[n] == ' ' || s.ptr[n] == '\t'))
        n++;
    return n;
}

/* How far the first line of a range of nodes is indented. */
static size_t first_indent(const struct mustache *t, size_t from, size_t to)
{
    if (from == to)
        return 0;
    const struct mustache_node *n = &t->node[from];
    return n->kind == NODE_TEXT ? blanks_of(n->text) : n->indent.len;
}

static struct str without(struct str s, size_t bytes)
{
    size_t n = blanks_of(s);
    return str_sub(s, n < bytes ? n : bytes, s.len);
}

void mustache_take_indent(struct mustache *t, size_t block)
{
    struct mustache_node *b = &t->node[block];
    size_t from = block + 1, n = first_indent(t, from, b->end);
    bool start = true;
    if (from == b->end)
        return; /* it has its own */
    b->indent = str_sub(t->node[from].kind == NODE_TEXT ? t->node[from].text
                                                        : t->node[from].indent,
                        0, n);
    for (size_t i = from; i < b->end; i++) {
        struct mustache_node *c = &t->node[i];
        if (c->kind == NODE_TEXT) {
            if (start)
                c->text = without(c->text, n);
            start = str_ends(c->text, STR("\n"));
        } else {
            c->indent = without(c->indent, n);
            start = start && (c->apart || c->indent.len > 0);
        }
    }
}

/* Blocks that a parent's caller has given. */
struct arguments {
    const struct mustache *t;
    size_t from, to; /* children of the parent tag */
    const struct arguments *outer;
};

struct renderer {
    struct buf *out;
    const struct mustache_set *set;
    struct err *err;
    const cJSON *context[CONTEXT_MAX];
    size_t context_count;
    char indent[INDENT_MAX];
    size_t indent_length;
    bool line_start;
    size_t depth;
};

static bool too_deep(struct renderer *r, const struct mustache *t)
{
    return !err_set(r->err, POS_NONE,
                    "the template '%s' goes deeper than %d levels",
                    t->source->name, MUSTACHE_DEPTH_MAX);
}

static void write_text(struct renderer *r, struct str text)
{
    if (r->line_start && text.len > 0 && text.ptr[0] != '\n' &&
        text.ptr[0] != '\r')
        buf_add(r->out, r->indent, r->indent_length);
    buf_str(r->out, text);
    if (text.len > 0)
        r->line_start = text.ptr[text.len - 1] == '\n';
}

/* Lines inside a value are the value's. */
static void write_value(struct renderer *r, const cJSON *value, bool escape)
{
    struct buf text;
    const char *plain = NULL;
    if (value == NULL || cJSON_IsNull(value))
        return;
    if (r->line_start)
        buf_add(r->out, r->indent, r->indent_length);
    r->line_start = false;
    if (cJSON_IsString(value) || cJSON_IsNumber(value))
        plain = value->valuestring;
    buf_init(&text, r->out->max);
    if (plain != NULL)
        buf_text(&text, plain);
    else
        json_print(&text, value);
    if (escape && r->set->escape != NULL)
        r->set->escape(r->out, buf_view(&text));
    else
        buf_str(r->out, buf_view(&text));
    buf_release(&text);
}

static const cJSON *member(const cJSON *object, struct str name)
{
    for (const cJSON *m = cJSON_IsObject(object) ? object->child : NULL;
         m != NULL; m = m->next)
        if (str_is(name, m->string))
            return m;
    return NULL;
}

/* The first part is looked for outwards, the others only in what it is. */
static const cJSON *look_up(const struct renderer *r, struct str name)
{
    struct str rest;
    const cJSON *found = NULL;
    if (str_is(name, "."))
        return r->context[r->context_count - 1];
    struct str first = str_cut(name, '.', &rest);
    for (size_t i = r->context_count; i-- > 0 && found == NULL;)
        found = member(r->context[i], first);
    while (found != NULL && rest.len > 0)
        found = member(found, str_cut(rest, '.', &rest));
    return found;
}

static bool is_true(const cJSON *value)
{
    if (value == NULL || cJSON_IsNull(value) || cJSON_IsFalse(value))
        return false;
    if (cJSON_IsArray(value))
        return value->child != NULL;
    return !cJSON_IsString(value) || value->valuestring[0] != '\0';
}

static bool render_range(struct renderer *r, const struct mustache *t,
                         size_t from, size_t to, const struct arguments *args);

static bool render_in(struct renderer *r, const struct mustache *t,
                      size_t index, const cJSON *context,
                      const struct arguments *args)
{
    if (r->context_count == CONTEXT_MAX)
        return !too_deep(r, t);
    r->context[r->context_count++] = context;
    bool ok = render_range(r, t, index + 1, t->node[index].end, args);
    r->context_count--;
    return ok;
}

static bool render_section(struct renderer *r, const struct mustache *t,
                           size_t index, const struct arguments *args)
{
    const cJSON *value = look_up(r, t->node[index].text);
    bool ok = true;
    if (t->node[index].kind == NODE_INVERTED)
        return is_true(value) ||
               render_range(r, t, index + 1, t->node[index].end, args);
    if (!is_true(value))
        return true;
    if (!cJSON_IsArray(value))
        return render_in(r, t, index, value, args);
    for (const cJSON *i = value->child; i != NULL && ok; i = i->next)
        ok = render_in(r, t, index, i, args);
    return ok;
}

/* Another template, or a block's content, under one more indentation. */
static bool render_indented(struct renderer *r, struct str indent,
                            const struct mustache *t, size_t from, size_t to,
                            const struct arguments *args)
{
    size_t before = r->indent_length;
    if (before + indent.len > INDENT_MAX)
        return !too_deep(r, t);
    memcpy(r->indent + before, indent.ptr == NULL ? "" : indent.ptr,
           indent.len);
    r->indent_length += indent.len;
    bool ok = render_range(r, t, from, to, args);
    r->indent_length = before;
    return ok;
}

static bool render_other(struct renderer *r, const struct mustache *t,
                         size_t index, const struct arguments *args)
{
    const struct mustache_node *n = &t->node[index];
    const struct mustache *other =
        r->set->find == NULL ? NULL : r->set->find(r->set->context, n->text);
    struct arguments own = {t, index + 1, n->end, args};
    if (other == NULL)
        return true;
    return render_indented(r, n->indent, other, 0, other->count,
                           n->kind == NODE_PARENT ? &own : args);
}

/* What is given furthest outside wins. */
static const struct arguments *find_block(const struct arguments *args,
                                          struct str name, size_t *index)
{
    const struct arguments *found = NULL;
    for (; args != NULL; args = args->outer)
        for (size_t i = args->from; i < args->to; i = args->t->node[i].end)
            if (args->t->node[i].kind == NODE_BLOCK &&
                str_equal(args->t->node[i].text, name)) {
                found = args;
                *index = i;
            }
    return found;
}

static bool render_block(struct renderer *r, const struct mustache *t,
                         size_t index, const struct arguments *args)
{
    const struct mustache_node *n = &t->node[index];
    size_t at = index;
    const struct arguments *given = find_block(args, n->text, &at);
    const struct mustache *from = given == NULL ? t : given->t;
    return render_indented(r, n->apart ? n->indent : STR_NONE, from, at + 1,
                           from->node[at].end, args);
}

static bool render_node(struct renderer *r, const struct mustache *t,
                        size_t index, const struct arguments *args)
{
    const struct mustache_node *n = &t->node[index];
    switch (n->kind) {
    case NODE_TEXT:
        write_text(r, n->text);
        return true;
    case NODE_VALUE:
    case NODE_RAW:
        write_value(r, look_up(r, n->text), n->kind == NODE_VALUE);
        return true;
    case NODE_SECTION:
    case NODE_INVERTED:
        return render_section(r, t, index, args);
    case NODE_PARTIAL:
    case NODE_PARENT:
        return render_other(r, t, index, args);
    case NODE_BLOCK:
        return render_block(r, t, index, args);
    }
    return true;
}

static bool render_range(struct renderer *r, const struct mustache *t,
                         size_t from, size_t to, const struct arguments *args)
{
    bool ok = true;
    if (r->depth == MUSTACHE_DEPTH_MAX)
        return !too_deep(r, t);
    r->depth++;
    for (size_t i = from; ok && i < to; i = t->node[i].end)
        ok = render_node(r, t, i, args) && !r->out->full;
    r->depth--;
    return ok;
}

bool mustache_render(struct buf *out, const struct mustache *t,
                     const cJSON *data, const struct mustache_set *set,
                     struct err *e)
{
    struct renderer r = {.out = out,
                         .set = set,
                         .err = e,
                         .context = {data},
                         .context_count = 1,
                         .line_start = true};
    if (render_range(&r, t, 0, t->count, NULL))
        return true;
    if (!e->set)
        err_set(e, POS_NONE,
                "what the template '%s' makes is longer than %zu "
                "bytes",
                t->source->name, out->max);
    return false;
}

struct naming {
    const struct mustache *t;
    void (*on_name)(void *context, const struct mustache_name *name);
    void *context;
    struct str inside[MUSTACHE_DEPTH_MAX];
    size_t inside_count;
};

static void name_node(struct naming *n, size_t index)
{
    const struct mustache_node *node = &n->t->node[index];
    bool section = node->kind == NODE_SECTION || node->kind == NODE_INVERTED;
    bool other = node->kind == NODE_PARTIAL || node->kind == NODE_PARENT;
    bool value = node->kind == NODE_VALUE || node->kind == NODE_RAW;
    if (section || other || value) {
        struct mustache_name name = {.use = section ? MUSTACHE_SECTION
                                            : other ? MUSTACHE_TEMPLATE
                                                    : MUSTACHE_VALUE,
                                     .name = node->text,
                                     .inside = n->inside,
                                     .inside_count = n->inside_count,
                                     .source = n->t->source,
                                     .at = node->at};
        n->on_name(n->context, &name);
    }
    if (node->kind == NODE_SECTION)
        n->inside[n->inside_count++] = node->text;
    for (size_t i = index + 1; i < node->end; i = n->t->node[i].end)
        name_node(n, i);
    if (node->kind == NODE_SECTION)
        n->inside_count--;
}

void mustache_names(const struct mustache *t,
                    void (*on_name)(void *context,
                                    const struct mustache_name *name),
                    void *context)
{
    struct naming n = {.t = t, .on_name = on_name, .context = context};
    for (size_t i = 0; i < t->count; i = t->node[i].end)
        name_node(&n, i);
}
