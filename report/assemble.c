/*
 * A document from its template. It is rendered twice: with the data, and with
 * a word in the place of each text. How the second one reads, with what each
 * text may bring put in, is how the first one must read.
 */
#include "report/assemble.h"

#include <stdlib.h>
#include <string.h>

#include <cmark.h>

#include "base/json.h"
#include "report/houses.h"
#include "report/living.h"
#include "report/parts.h"
#include "report/units.h"

#define TOKEN     STR("PFT")
#define TOKEN_END 'E'

/* What a token stands for. */
struct piece {
    const struct markdown *fragment; /* or */
    const char *text;
};

struct composition {
    struct arena *arena;
    const struct report_inputs *in;
    const char *kind;
    size_t placed;            /* sections that stand in the document */
    struct markdown *section; /* one for each */
    struct piece *piece;
    size_t piece_count, piece_cap;
};

static cJSON *token(struct composition *c, struct piece piece)
{
    c->piece = arena_grow(c->arena, c->piece, c->piece_count, &c->piece_cap,
                          sizeof(*c->piece));
    c->piece[c->piece_count] = piece;
    return cJSON_CreateString(
        arena_printf(c->arena, "PFT%zuE", c->piece_count++));
}

/* The same tree, each text in it a token; an empty text stays false. */
static cJSON *with_tokens(struct composition *c, const cJSON *data)
{
    if (cJSON_IsString(data) && data->valuestring[0] != '\0')
        return token(c, (struct piece){.text = data->valuestring});
    if (!cJSON_IsArray(data) && !cJSON_IsObject(data))
        return cJSON_Duplicate(data, true);
    cJSON *copy =
        cJSON_IsArray(data) ? cJSON_CreateArray() : cJSON_CreateObject();
    for (const cJSON *i = data->child; i != NULL; i = i->next) {
        if (cJSON_IsArray(data))
            cJSON_AddItemToArray(copy, with_tokens(c, i));
        else
            cJSON_AddItemToObject(copy, i->string, with_tokens(c, i));
    }
    return copy;
}

static bool add_shape(cJSON *data, const char *name, const struct shape *shape,
                      const void *object, struct err *e)
{
    struct buf text;
    cJSON *tree = NULL;
    buf_init(&text, (size_t)256 << 20);
    shape_write(&text, shape, object);
    struct source source = {name, buf_view(&text)};
    bool ok = json_parse(&tree, &source, e);
    if (ok)
        cJSON_AddItemToObject(data, name, tree);
    buf_release(&text);
    return ok;
}

static const char *fragment_text(struct composition *c, size_t index)
{
    struct str text = buf_view(&c->section[index].out);
    while (text.len > 0 && text.ptr[text.len - 1] == '\n')
        text.len--;
    return str_dup(c->arena, text);
}

/* A section between its markers. */
static const char *block_text(struct composition *c, size_t index)
{
    const char *name = section_at(index)->name;
    const char *body = fragment_text(c, index);
    struct buf text;
    struct units all;
    buf_init(&text, 2 * MARKDOWN_BYTES_MAX);
    units_read(&all, c->arena, str_from(name), str_from(body));
    buf_printf(&text, "<!-- postflight:begin %s v=2 h=", name);
    units_hash(&text, &all);
    buf_text(&text, " u=");
    units_list(&text, &all);
    buf_text(&text, " -->\n\n");
    buf_text(&text, body);
    buf_printf(&text, "\n\n<!-- postflight:end %s -->", name);
    return buf_take(c->arena, &text);
}

/* The house's heading, for the first of the sections that share it. */
static const char *title_of(const struct composition *c, size_t index)
{
    const struct house *h = house_of(c->kind);
    const char *title = house_title(h, section_at(index)->name);
    for (size_t i = 0; title != NULL && i < index; i++)
        if (c->section[i].out.len > 0 &&
            part_same(house_title(h, section_at(i)->name), title))
            return NULL;
    return title;
}

static void add_sections(struct composition *c,
                         const struct report_templates *all,
                         const struct mustache *t, cJSON *data, cJSON *skeleton)
{
    for (size_t i = 0; i < section_count(); i++) {
        const char *name = section_at(i)->name;
        struct markdown *m = &c->section[i];
        if (!template_uses(all, t, name))
            continue;
        markdown_init(m, c->arena);
        m->title = title_of(c, i);
        if (!c->in->for_public || section_at(i)->for_public)
            section_at(i)->write(m, c->in);
        if (m->out.len == 0)
            continue;
        cJSON_AddStringToObject(
            data, name, c->in->living ? block_text(c, i) : fragment_text(c, i));
        cJSON_AddItemToObject(skeleton, name,
                              token(c, (struct piece){.fragment = m}));
    }
}

static bool make_data(struct composition *c, const struct report_templates *all,
                      const struct mustache *t, cJSON *data, cJSON *skeleton,
                      struct err *e)
{
    if (template_uses(all, t, "record") &&
        !add_shape(data, "record", &record_shape, c->in->record, e))
        return false;
    if (template_uses(all, t, "facts") &&
        !add_shape(data, "facts", &facts_shape, c->in->facts, e))
        return false;
    for (const cJSON *i = data->child; i != NULL; i = i->next)
        cJSON_AddItemToObject(skeleton, i->string, with_tokens(c, i));
    cJSON_AddBoolToObject(data, TEMPLATE_OPEN, !part_is_over(c->in));
    cJSON_AddBoolToObject(skeleton, TEMPLATE_OPEN, !part_is_over(c->in));
    bool edited = c->in->record->evidence.git.edit_count > 0;
    cJSON_AddBoolToObject(data, TEMPLATE_EDITED, edited);
    cJSON_AddBoolToObject(skeleton, TEMPLATE_EDITED, edited);
    bool appendix = !c->in->for_public && !c->in->brief;
    cJSON_AddBoolToObject(data, TEMPLATE_APPENDIX, appendix);
    cJSON_AddBoolToObject(skeleton, TEMPLATE_APPENDIX, appendix);
    add_sections(c, all, t, data, skeleton);
    return true;
}

/* A text in a template: one line, words that could act are code. */
static void escape(struct buf *out, struct str text)
{
    struct arena a;
    struct markdown m;
    arena_init(&a);
    markdown_init(&m, &a);
    m.at_start = true;
    if (text.len > 0)
        markdown_words(&m, str_dup(&a, text));
    buf_str(out, buf_view(&m.out));
    markdown_release(&m);
    arena_release(&a);
}

static void intend_all(struct composition *c, struct markdown *want,
                       const struct markdown *from)
{
    for (size_t i = 0; i < from->count; i++) {
        want->intent = arena_grow(c->arena, want->intent, want->count,
                                  &want->cap, sizeof(*want->intent));
        want->intent[want->count++] = from->intent[i];
    }
}

static void intend_text(struct composition *c, struct markdown *want,
                        const char *text)
{
    struct markdown m;
    markdown_init(&m, c->arena);
    m.at_start = true;
    markdown_words(&m, text);
    intend_all(c, want, &m);
    markdown_release(&m);
}

/* The next token of a text; NULL: there is none. */
static const struct piece *next_token(const struct composition *c,
                                      struct str *text)
{
    size_t at = str_find(*text, TOKEN, 0), index = 0;
    if (at == text->len)
        return NULL;
    *text = str_sub(*text, at + TOKEN.len, text->len);
    while (text->len > 0 && text->ptr[0] >= '0' && text->ptr[0] <= '9') {
        index = index * 10 + (size_t)(text->ptr[0] - '0');
        *text = str_sub(*text, 1, text->len);
    }
    return index < c->piece_count ? &c->piece[index] : NULL;
}

/* The fragment for which a paragraph stands, or NULL. */
static const struct markdown *fragment_at(const struct composition *c,
                                          cmark_node *node)
{
    cmark_node *only = cmark_node_first_child(node);
    if (cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH || only == NULL ||
        cmark_node_next(only) != NULL ||
        cmark_node_get_type(only) != CMARK_NODE_TEXT)
        return NULL;
    struct str text = str_from(cmark_node_get_literal(only));
    bool alone =
        str_starts(text, TOKEN) && str_find(text, STR("E"), 0) == text.len - 1;
    const struct piece *p = alone ? next_token(c, &text) : NULL;
    return p == NULL ? NULL : p->fragment;
}

static void intend_node(struct composition *c, struct markdown *want,
                        cmark_node *node)
{
    const struct piece *p;
    if (cmark_node_get_type(node) == CMARK_NODE_TEXT) {
        struct str text = str_from(cmark_node_get_literal(node));
        while ((p = next_token(c, &text)) != NULL)
            if (p->text != NULL)
                intend_text(c, want, p->text);
        return;
    }
    if (prove_is_plain(node))
        return;
    want->intent = arena_grow(c->arena, want->intent, want->count, &want->cap,
                              sizeof(*want->intent));
    want->intent[want->count++] = prove_intent(node);
}

static void intend_marker(struct composition *c, struct markdown *want)
{
    if (!c->in->living)
        return;
    want->intent = arena_grow(c->arena, want->intent, want->count, &want->cap,
                              sizeof(*want->intent));
    want->intent[want->count++] = (struct intent){.mark = MARK_HTML};
}

/* How the skeleton reads, with what its tokens bring. */
static void read_skeleton(struct composition *c, struct markdown *want,
                          const struct buf *skeleton)
{
    cmark_node *document =
        cmark_parse_document(skeleton->ptr, skeleton->len, CMARK_OPT_DEFAULT);
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event;
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (event != CMARK_EVENT_ENTER)
            continue;
        const struct markdown *fragment = fragment_at(c, node);
        if (fragment == NULL) {
            intend_node(c, want, node);
            continue;
        }
        c->placed++;
        intend_marker(c, want);
        intend_all(c, want, fragment);
        intend_marker(c, want);
        cmark_iter_reset(iter, node, CMARK_EVENT_EXIT);
    }
    cmark_iter_free(iter);
    cmark_node_free(document);
}

/* One line end at the end; a template's own blank lines go. */
static void trim_end(struct buf *out)
{
    size_t len = out->len;
    while (len > 0 && out->ptr[len - 1] == '\n')
        len--;
    buf_truncate(out, len);
    buf_char(out, '\n');
}

/* Which blocks the document was given, so that one taken out stays out. */
static bool add_index(struct composition *c, struct markdown *want,
                      struct err *e)
{
    struct source text = {c->kind, buf_view(&want->out)};
    struct buf names;
    struct parts all;
    size_t found = 0;
    struct err broken = {.set = false};
    bool whole = living_read(&all, c->arena, &text, &broken);
    buf_init(&names, MARKDOWN_BYTES_MAX);
    buf_printf(&names, "document %s", c->kind);
    for (size_t i = 0; i < all.count; i++) {
        if (all.item[i].kind != PART_BLOCK)
            continue;
        found++;
        buf_printf(&names, " %.*s", STR_ARGS(all.item[i].name));
    }
    markdown_marker(want, names.ptr);
    buf_release(&names);
    if (whole && found == c->placed)
        return true;
    return err_set(e, POS_NONE,
                   "the template '%s' has a section twice, or in a list, a "
                   "quote or a table, where it cannot be updated",
                   c->kind);
}

static bool compose(struct composition *c, const struct report_templates *all,
                    const struct mustache *t, struct markdown *want,
                    struct err *e)
{
    struct mustache_set set = {template_find, (void *)(uintptr_t)all, escape};
    struct mustache_set plain = {template_find, (void *)(uintptr_t)all,
                                 buf_str};
    cJSON *data = cJSON_CreateObject(), *skeleton = cJSON_CreateObject();
    struct buf bones;
    buf_init(&bones, MARKDOWN_BYTES_MAX);
    bool ok = make_data(c, all, t, data, skeleton, e) &&
              mustache_render(&want->out, t, data, &set, e) &&
              mustache_render(&bones, t, skeleton, &plain, e);
    if (ok) {
        trim_end(&want->out);
        read_skeleton(c, want, &bones);
        ok = (!c->in->living || add_index(c, want, e)) &&
             markdown_prove(want, e);
    }
    buf_release(&bones);
    cJSON_Delete(data);
    cJSON_Delete(skeleton);
    return ok;
}

bool report_write(struct str *out, struct arena *a, const char *kind,
                  const struct report_templates *templates,
                  const struct report_inputs *in, struct err *e)
{
    struct report_inputs asking = *in;
    asking.asks = house_of(kind) != NULL;
    struct composition c = {
        .arena = a,
        .in = &asking,
        .kind = kind,
        .section = arena_array(a, section_count(), sizeof(*c.section))};
    struct markdown want;
    const struct mustache *t =
        template_find((void *)(uintptr_t)templates, str_from(kind));
    if (t == NULL)
        return err_set(e, POS_NONE, "there is no template '%s'", kind);
    markdown_init(&want, a);
    bool ok = compose(&c, templates, t, &want, e);
    if (ok)
        *out = (struct str){buf_dup(a, &want.out), want.out.len};
    markdown_release(&want);
    for (size_t i = 0; i < section_count(); i++)
        if (c.section[i].arena != NULL)
            markdown_release(&c.section[i]);
    return ok;
}
