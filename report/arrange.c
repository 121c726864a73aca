/* Segments, each a block with all below it, moved as a whole. */
#include "report/arrange.h"

#include <string.h>

#include "base/attr.h"
#include "report/report.h"

#define NAMES_MAX 200 /* more blocks than sections exist are left alone */

struct names_list {
    struct str item[NAMES_MAX];
    size_t count;
};

static bool push(struct names_list *all, struct str name)
{
    if (all->count == NAMES_MAX)
        return false;
    all->item[all->count++] = name;
    return true;
}

/* Its place; count: it is not there. */
static size_t find(const struct names_list *all, struct str name)
{
    size_t i = 0;
    while (i < all->count && !str_equal(all->item[i], name))
        i++;
    return i;
}

static void insert(struct names_list *all, size_t at, struct str name)
{
    if (all->count == NAMES_MAX || at > all->count)
        return;
    memmove(&all->item[at + 1], &all->item[at],
            (all->count - at) * sizeof(all->item[0]));
    all->item[at] = name;
    all->count++;
}

/* Each name of `from` that is not in `into`, after the one before it. */
static void insert_others(struct names_list *into,
                          const struct names_list *from)
{
    for (size_t i = 0; i < from->count; i++) {
        if (find(into, from->item[i]) < into->count)
            continue;
        insert(into, i == 0 ? 0 : find(into, from->item[i - 1]) + 1,
               from->item[i]);
    }
}

/* A block stands here, or what was offered in the place of one. */
static bool begins(const struct parts *all, size_t i)
{
    const struct part *p = &all->item[i];
    return p->kind == PART_BLOCK ||
           (p->kind == PART_OFFER &&
            living_find(all, PART_BLOCK, p->name) == NULL);
}

/* False: it has more blocks than are moved. */
static bool names_of(struct names_list *out, const struct parts *all)
{
    out->count = 0;
    for (size_t i = 0; i < all->count; i++)
        if (begins(all, i) && !push(out, all->item[i].name))
            return false;
    return true;
}

static bool names_given(struct names_list *out, struct str given)
{
    out->count = 0;
    while (given.len > 0)
        if (!push(out, str_cut(given, ' ', &given)))
            return false;
    return true;
}

/* The blocks are in the order in which they were given. */
static bool is_in_order(const struct names_list *now,
                        const struct names_list *given)
{
    size_t last = 0;
    for (size_t i = 0; i < now->count; i++) {
        size_t at = find(given, now->item[i]);
        if (at == given->count || at < last)
            return false;
        last = at;
    }
    return true;
}

/* Where the folded appendix begins within a text; its length: nowhere. */
static size_t appendix_at(struct str text)
{
    static const char head[] = "<details>";
    size_t at = str_find(text, STR(REPORT_APPENDIX_HEAD), 0), found = text.len;
    for (size_t i = 0; at < text.len && i < at; i++) {
        i = str_find(text, STR(head), i);
        found = i < at ? i : found;
    }
    return found;
}

/* What is moved ends before the appendix and before the index. */
static size_t split_tail(struct parts *all, struct arena *a)
{
    size_t i = 0;
    for (; i < all->count && all->item[i].kind != PART_INDEX; i++) {
        struct part *p = &all->item[i];
        size_t at = p->kind == PART_TEXT ? appendix_at(p->text) : p->text.len;
        if (p->kind != PART_TEXT || at == p->text.len)
            continue;
        struct part *more = arena_array(a, all->count + 1, sizeof(*more));
        memcpy(more, all->item, (i + 1) * sizeof(*more));
        memcpy(more + i + 1, all->item + i, (all->count - i) * sizeof(*more));
        more[i].text = str_sub(p->text, 0, at);
        more[i + 1].text = str_sub(p->text, at, p->text.len);
        all->item = more;
        all->cap = ++all->count;
        return i + 1;
    }
    return i;
}

/* From a block to before the next one, or to the tail. */
static size_t segment_end(const struct parts *all, size_t at, size_t tail)
{
    size_t end = at + 1;
    while (end < tail && !begins(all, end))
        end++;
    return end;
}

static size_t segment_of(const struct parts *all, struct str name, size_t tail)
{
    size_t i = 0;
    while (i < tail && !(begins(all, i) && str_equal(all->item[i].name, name)))
        i++;
    return i;
}

/* People may have left no line between two blocks that come together now. */
static void add_gap(struct parts *out, const struct parts *old)
{
    struct str last = out->item[out->count - 1].text;
    struct str gap = old->crlf ? STR("\r\n") : STR("\n");
    if (out->item[out->count - 1].kind != PART_TEXT ||
        !str_ends(last, STR("\n")))
        out->item[out->count++] = (struct part){.kind = PART_TEXT, .text = gap};
}

static void move(struct parts *all, struct arena *a,
                 const struct names_list *order, size_t tail)
{
    struct parts out = *all;
    size_t first = 0;
    out.cap = 2 * all->count + 2;
    out.item = arena_array(a, out.cap, sizeof(*out.item));
    while (first < tail && !begins(all, first))
        first++;
    memcpy(out.item, all->item, first * sizeof(*out.item));
    out.count = first;
    for (size_t i = 0; i < order->count; i++) {
        size_t at = segment_of(all, order->item[i], tail);
        if (at == tail)
            continue; /* in the appendix, which stays */
        size_t end = segment_end(all, at, tail);
        memcpy(out.item + out.count, all->item + at,
               (end - at) * sizeof(*out.item));
        out.count += end - at;
        add_gap(&out, all);
    }
    memcpy(out.item + out.count, all->item + tail,
           (all->count - tail) * sizeof(*out.item));
    out.count += all->count - tail;
    *all = out;
}

bool arrange_blocks(struct parts *old, struct arena *a,
                    const struct parts *fresh, struct str given)
{
    struct names_list now, were, order;
    if (!names_of(&now, old) || !names_given(&were, given) ||
        !names_of(&order, fresh) || !is_in_order(&now, &were))
        return false;
    insert_others(&order, &now);
    if (is_in_order(&now, &order))
        return true;
    move(old, a, &order, split_tail(old, a));
    return true;
}

/* People have taken it out: it was given, and does not stand any more. */
static bool is_left_out(const struct names_list *were,
                        const struct names_list *now, struct str name)
{
    return find(were, name) < were->count && find(now, name) == now->count;
}

struct str arrange_names(struct arena *a, const struct parts *old,
                         const struct parts *fresh, struct str given)
{
    struct names_list names, were, all, next = {.count = 0};
    struct buf out;
    if (!names_of(&names, old) || !names_given(&were, given) ||
        !names_of(&all, fresh))
        return given;
    for (size_t i = 0; i < all.count; i++)
        if (!is_left_out(&were, &names, all.item[i]))
            (void)push(&next, all.item[i]);
    insert_others(&names, &next);
    insert_others(&names, &were);
    buf_init(&out, MARKDOWN_BYTES_MAX);
    for (size_t i = 0; i < names.count; i++)
        buf_printf(&out, i == 0 ? "%.*s" : " %.*s", STR_ARGS(names.item[i]));
    size_t len = out.len;
    return (struct str){buf_take(a, &out), len};
}
