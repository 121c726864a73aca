/* Selecting the nodes of a JSONPath (RFC 9535, sections 2.3 and 2.5). */
#include <stdint.h>

#include "base/json.h"
#include "base/jsonpath.h"
#include "base/jsonpath_tree.h"
#include "base/text.h"

bool jsonpath_is_singular(const struct jsonpath *p)
{
    for (const struct segment *s = p->segment; s != NULL; s = s->next) {
        if (s->descendant || s->selector->next != NULL)
            return false;
        if (s->selector->kind != SELECT_NAME &&
            s->selector->kind != SELECT_INDEX)
            return false;
    }
    return true;
}

struct selection {
    struct arena *arena;
    struct jsonpath_nodes *out;
    size_t visited;
};

static bool add_node(struct selection *s, const cJSON *item)
{
    struct jsonpath_nodes *n = s->out;
    if (n->count >= JSONPATH_NODES_MAX)
        return false;
    n->item =
        arena_grow(s->arena, n->item, n->count, &n->cap, sizeof(*n->item));
    n->item[n->count++] = item;
    return true;
}

static int64_t child_count(const cJSON *item)
{
    int64_t n = 0;
    for (const cJSON *c = item->child; c != NULL; c = c->next)
        n++;
    return n;
}

static bool select_index(struct selection *s, const cJSON *item, int64_t index)
{
    if (!cJSON_IsArray(item))
        return true;
    if (index < 0)
        index += child_count(item);
    const cJSON *c = index < 0 ? NULL : item->child;
    while (c != NULL && index-- > 0)
        c = c->next;
    return c == NULL || add_node(s, c);
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    if (value < low)
        return low;
    return value > high ? high : value;
}

/* Section 2.3.4.2.2: bounds of a slice over len elements. */
static void slice_bounds(const struct selector *sel, int64_t len, int64_t *low,
                         int64_t *high)
{
    int64_t start = sel->step > 0 ? 0 : len - 1;
    int64_t end = sel->step > 0 ? len : -len - 1;
    if (sel->has_start)
        start = sel->index;
    if (sel->has_end)
        end = sel->end;
    start = start >= 0 ? start : len + start;
    end = end >= 0 ? end : len + end;
    if (sel->step > 0) {
        *low = clamp(start, 0, len);
        *high = clamp(end, 0, len);
    } else {
        *high = clamp(start, -1, len - 1);
        *low = clamp(end, -1, len - 1);
    }
}

static bool select_slice(struct selection *s, const cJSON *item,
                         const struct selector *sel)
{
    int64_t low, high, len = child_count(item);
    if (!cJSON_IsArray(item) || sel->step == 0 || len == 0)
        return true;
    slice_bounds(sel, len, &low, &high);
    const cJSON **all = arena_array(s->arena, (size_t)len, sizeof(*all));
    int64_t n = 0;
    for (const cJSON *c = item->child; c != NULL; c = c->next)
        all[n++] = c;
    bool ok = true;
    if (sel->step > 0) {
        for (int64_t i = low; ok && i < high; i += sel->step)
            ok = add_node(s, all[i]);
    } else {
        for (int64_t i = high; ok && i > low; i += sel->step)
            ok = add_node(s, all[i]);
    }
    return ok;
}

static bool select_all(struct selection *s, const cJSON *item)
{
    bool ok = true;
    for (const cJSON *c = item->child; ok && c != NULL; c = c->next)
        ok = add_node(s, c);
    return ok;
}

static bool apply_selector(struct selection *s, const cJSON *item,
                           const struct selector *sel)
{
    switch (sel->kind) {
    case SELECT_NAME: {
        const cJSON *member =
            cJSON_IsObject(item)
                ? cJSON_GetObjectItemCaseSensitive(item, sel->name)
                : NULL;
        return member == NULL || add_node(s, member);
    }
    case SELECT_INDEX:
        return select_index(s, item, sel->index);
    case SELECT_SLICE:
        return select_slice(s, item, sel);
    case SELECT_ALL:
        return select_all(s, item);
    }
    return true;
}

static bool apply_child(struct selection *s, const cJSON *item,
                        const struct segment *seg)
{
    for (const struct selector *sel = seg->selector; sel != NULL;
         sel = sel->next)
        if (!apply_selector(s, item, sel))
            return false;
    return true;
}

/* Depth is that of the document: JSON_DEPTH_MAX at most. */
static bool apply_descendant(struct selection *s, const cJSON *item,
                             const struct segment *seg)
{
    if (++s->visited > (size_t)JSONPATH_NODES_MAX * 10 ||
        !apply_child(s, item, seg))
        return false;
    for (const cJSON *c = item->child; c != NULL; c = c->next)
        if (!apply_descendant(s, c, seg))
            return false;
    return true;
}

static bool apply_segment(struct jsonpath_nodes *out, struct arena *a,
                          const struct segment *seg,
                          const struct jsonpath_nodes *in)
{
    struct selection s = {.arena = a, .out = out};
    for (size_t i = 0; i < in->count; i++) {
        bool ok = seg->descendant ? apply_descendant(&s, in->item[i], seg)
                                  : apply_child(&s, in->item[i], seg);
        if (!ok)
            return false;
    }
    return true;
}

bool jsonpath_select(struct jsonpath_nodes *out, struct arena *a,
                     const struct jsonpath *p, const cJSON *root)
{
    struct jsonpath_nodes now = {NULL, 0, 0};
    struct selection s = {.arena = a, .out = &now};
    bool ok = add_node(&s, root);
    for (const struct segment *seg = p->segment; ok && seg != NULL;
         seg = seg->next) {
        struct jsonpath_nodes next = {NULL, 0, 0};
        ok = apply_segment(&next, a, seg, &now);
        now = next;
    }
    *out = now;
    return ok;
}

#define KEYS_SHOWN 8

static void describe(struct buf *out, const cJSON *item)
{
    if (cJSON_IsArray(item)) {
        buf_printf(out, "an array of %d", cJSON_GetArraySize(item));
        return;
    }
    if (!cJSON_IsObject(item)) {
        buf_text(out, json_kind(item));
        return;
    }
    size_t shown = 0;
    buf_text(out, item->child == NULL ? "an empty object" : "an object with ");
    for (const cJSON *c = item->child; c != NULL; c = c->next) {
        if (shown++ == KEYS_SHOWN) {
            buf_text(out, ", ...");
            break;
        }
        buf_printf(out, "%s%s", shown > 1 ? ", " : "", c->string);
    }
}

const char *jsonpath_explain_missing(struct arena *a, const struct jsonpath *p,
                                     const cJSON *root)
{
    const cJSON *here = root;
    struct buf out;
    if (!jsonpath_is_singular(p))
        return NULL;
    buf_init(&out, 400);
    buf_char(&out, '$');
    for (const struct segment *seg = p->segment; seg != NULL; seg = seg->next) {
        struct jsonpath_nodes one = {NULL, 0, 0};
        struct selection s = {.arena = a, .out = &one};
        if (!apply_child(&s, here, seg) || one.count == 0)
            break;
        here = one.item[0];
        buf_str(&out, seg->text);
    }
    buf_text(&out, " is ");
    describe(&out, here);
    char *text = text_elide(a, buf_view(&out), 300);
    buf_release(&out);
    return text;
}
