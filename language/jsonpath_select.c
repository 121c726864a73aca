/* Selecting the nodes of a JSONPath (RFC 9535, sections 2.3 and 2.5). */
#include <stdint.h>

#include "base/json.h"
#include "base/text.h"
#include "language/jsonpath.h"
#include "language/jsonpath_tree.h"

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

static bool spend(struct selection *s, size_t nodes)
{
    *s->work += nodes;
    return *s->work <= JSONPATH_WORK_MAX;
}

struct step {
    struct selection *s;
    struct jsonpath_nodes *out;
};

static bool add_node(struct step *t, const cJSON *item)
{
    struct jsonpath_nodes *n = t->out;
    if (n->count >= JSONPATH_NODES_MAX || !spend(t->s, 1))
        return false;
    n->item =
        arena_grow(t->s->arena, n->item, n->count, &n->cap, sizeof(*n->item));
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

static bool select_index(struct step *s, const cJSON *item, int64_t index)
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

static bool select_slice(struct step *s, const cJSON *item,
                         const struct selector *sel)
{
    int64_t low, high, len = child_count(item);
    if (!cJSON_IsArray(item) || sel->step == 0 || len == 0)
        return true;
    slice_bounds(sel, len, &low, &high);
    const cJSON **all = arena_array(s->s->arena, (size_t)len, sizeof(*all));
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

static bool select_all(struct step *s, const cJSON *item)
{
    bool ok = true;
    for (const cJSON *c = item->child; ok && c != NULL; c = c->next)
        ok = add_node(s, c);
    return ok;
}

static bool select_filter(struct step *t, const cJSON *item,
                          const struct expression *filter)
{
    if (!cJSON_IsArray(item) && !cJSON_IsObject(item))
        return true;
    for (const cJSON *c = item->child; c != NULL; c = c->next) {
        bool holds = false;
        if (!spend(t->s, 1) || !selection_filter(t->s, filter, c, &holds) ||
            (holds && !add_node(t, c)))
            return false;
    }
    return true;
}

static bool apply_selector(struct step *s, const cJSON *item,
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
    case SELECT_FILTER:
        return select_filter(s, item, sel->filter);
    }
    return true;
}

static bool apply_child(struct step *s, const cJSON *item,
                        const struct segment *seg)
{
    for (const struct selector *sel = seg->selector; sel != NULL;
         sel = sel->next)
        if (!apply_selector(s, item, sel))
            return false;
    return true;
}

/* Depth is that of the document: JSON_DEPTH_MAX at most. */
static bool apply_descendant(struct step *s, const cJSON *item,
                             const struct segment *seg)
{
    if (!spend(s->s, 1) || !apply_child(s, item, seg))
        return false;
    for (const cJSON *c = item->child; c != NULL; c = c->next)
        if (!apply_descendant(s, c, seg))
            return false;
    return true;
}

static bool apply_segment(struct selection *s, const struct segment *seg,
                          const struct jsonpath_nodes *in,
                          struct jsonpath_nodes *out)
{
    struct step t = {s, out};
    for (size_t i = 0; i < in->count; i++) {
        bool ok = seg->descendant ? apply_descendant(&t, in->item[i], seg)
                                  : apply_child(&t, in->item[i], seg);
        if (!ok)
            return false;
    }
    return true;
}

bool selection_query(struct selection *s, const struct jsonpath *path,
                     const cJSON *from, struct jsonpath_nodes *out)
{
    struct jsonpath_nodes now = {NULL, 0, 0};
    struct step t = {s, &now};
    bool ok = add_node(&t, from);
    for (const struct segment *seg = path->segment; ok && seg != NULL;
         seg = seg->next) {
        struct jsonpath_nodes next = {NULL, 0, 0};
        ok = apply_segment(s, seg, &now, &next);
        now = next;
    }
    *out = now;
    return ok;
}

bool jsonpath_select(struct jsonpath_nodes *out, struct arena *a,
                     const struct jsonpath *p, const cJSON *root)
{
    size_t work = 0;
    struct selection s = {.arena = a, .root = root, .work = &work};
    return selection_query(&s, p, root, out);
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
    size_t work = 0;
    struct selection s = {.arena = a, .root = root, .work = &work};
    struct buf out;
    if (!jsonpath_is_singular(p))
        return NULL;
    buf_init(&out, 400);
    buf_char(&out, '$');
    for (const struct segment *seg = p->segment; seg != NULL; seg = seg->next) {
        struct jsonpath_nodes one = {NULL, 0, 0};
        struct step t = {&s, &one};
        if (!apply_child(&t, here, seg) || one.count == 0)
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
