/* Answers, additions and formatting of people, from one body to the next. */
#include "report/carry.h"

#include "report/units.h"

/* The marker with which a slot begins in a body. */
static struct marker slot_of(struct str body, struct str slot)
{
    while (body.len > 0) {
        struct marker m = marker_of(marker_line(&body));
        if (m.kind == MARKER_ASK && str_equal(m.name, slot))
            return m;
    }
    return (struct marker){.kind = MARKER_NONE};
}

static bool is_answered(struct str body, struct str slot, struct str *answer)
{
    struct marker asked = slot_of(body, slot);
    return living_answer(body, slot, answer) &&
           !marker_is_unanswered(&asked, *answer);
}

bool carry_has_room(struct str old, struct str fresh)
{
    struct str rest = old, answer, place;
    while (rest.len > 0) {
        struct marker mark = marker_of(marker_line(&rest));
        if (mark.kind == MARKER_ASK && is_answered(old, mark.name, &answer) &&
            !living_answer(fresh, mark.name, &place))
            return false;
    }
    return true;
}

static void push(struct arena *a, struct carried *p, struct str text,
                 bool theirs)
{
    p->item = arena_grow(a, p->item, p->count, &p->cap, sizeof(*p->item));
    p->item[p->count++] = (struct carried_text){text, theirs};
}

struct carried carry_answers(struct arena *a, struct str fresh, struct str old)
{
    struct carried out = {.item = NULL};
    struct str rest = fresh, answer, prompt;
    while (rest.len > 0) {
        struct str line = marker_line(&rest);
        struct marker mark = marker_of(line);
        push(a, &out, line, false);
        if (mark.kind != MARKER_ASK || !is_answered(old, mark.name, &answer) ||
            !living_answer(fresh, mark.name, &prompt))
            continue;
        push(a, &out, answer, true);
        rest = str_sub(rest, prompt.len, rest.len);
    }
    return out;
}

const char *carry_added(struct arena *a, const struct part *old,
                        const struct part *fresh)
{
    struct carried all = carry_answers(a, fresh->body, old->body);
    struct units now, was;
    struct buf text, out;
    const char *body = NULL;
    buf_init(&text, 2 * MARKDOWN_BYTES_MAX);
    buf_init(&out, 2 * MARKDOWN_BYTES_MAX);
    for (size_t i = 0; i < all.count; i++)
        buf_str(&text, all.item[i].text);
    const char *whole = buf_take(a, &text);
    units_read(&now, a, fresh->name, str_from(whole));
    units_read(&was, a, old->name, old->body);
    bool *added = arena_array(a, was.count + 1, sizeof(*added));
    if (units_added(added, &was, old->mark.units) &&
        units_merge(&out, a, &now, &was, added))
        body = buf_dup(a, &out);
    buf_release(&out);
    return body;
}

/* Boxes that are ticked, in order, and hashes of drafts: neither counts for
   the hash of a block. */
static void write_states(struct buf *out, struct str body)
{
    while (body.len > 0) {
        struct str line = marker_line(&body);
        struct marker m = marker_of(line);
        const char *tick = marker_tick(line);
        if (tick != NULL)
            buf_char(out, *tick);
        if (m.kind == MARKER_ASK)
            buf_printf(out, "%.*s ", STR_ARGS(m.rest));
    }
}

/* Rows of actions do not count for the hash of their block, and do here. */
static bool has_same_rows(const struct part *old, const struct part *fresh)
{
    struct arena a;
    struct units was, now;
    arena_init(&a);
    units_read(&was, &a, STR_NONE, old->body);
    units_read(&now, &a, STR_NONE, fresh->body);
    bool same = was.count == now.count;
    for (size_t i = 0; same && i < was.count; i++)
        same = was.item[i].reads == now.item[i].reads;
    arena_release(&a);
    return same;
}

bool carry_is_same(const struct part *old, const struct part *fresh)
{
    struct buf was, now;
    if (old->mark.version < 2 || !str_equal(old->mark.rest, fresh->mark.rest))
        return false;
    if (str_is(old->name, "actions") && !has_same_rows(old, fresh))
        return false;
    buf_init(&was, MARKDOWN_BYTES_MAX);
    buf_init(&now, MARKDOWN_BYTES_MAX);
    write_states(&was, old->body);
    write_states(&now, fresh->body);
    bool same = str_equal(buf_view(&was), buf_view(&now));
    buf_release(&now);
    buf_release(&was);
    return same;
}
