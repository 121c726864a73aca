/* What people added to a body, found and put into the new one. */
#include <string.h>

#include "report/units.h"

#define NOWHERE SIZE_MAX

bool units_added(bool *added, const struct units *all, struct str list)
{
    struct buf one;
    size_t at = 0;
    buf_init(&one, UNIT_HASH_HEX + 1);
    for (size_t i = 0; i < all->count; i++) {
        const struct unit *u = &all->item[i];
        buf_clear(&one);
        buf_printf(&one, "%0*x", UNIT_HASH_HEX, u->reads);
        added[i] = u->form != NULL &&
                   !str_equal(str_sub(list, at, UNIT_HASH_HEX), buf_view(&one));
        at += u->form == NULL || added[i] ? 0 : UNIT_HASH_HEX;
    }
    buf_release(&one);
    return at == list.len;
}

static bool is_of_table(enum unit_kind kind)
{
    return kind == UNIT_HEAD || kind == UNIT_RULE || kind == UNIT_ROW;
}

/* Nothing stands between them: rows of a table, items of a list. */
static bool joins(enum unit_kind above, enum unit_kind below)
{
    if (below == UNIT_ITEM)
        return above == UNIT_ITEM;
    return is_of_table(above) && (below == UNIT_RULE || below == UNIT_ROW);
}

static size_t find(const struct units *all, const struct unit *like)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->item[i].kind == like->kind && all->item[i].form != NULL &&
            all->item[i].reads == like->reads &&
            strcmp(all->item[i].form, like->form) == 0)
            return i;
    return NOWHERE;
}

/* What does not join comes after the list or table, not into it. */
static size_t past_joined(const struct units *fresh, size_t at,
                          enum unit_kind kind)
{
    if (joins(fresh->item[at].kind, kind))
        return at;
    while (at + 1 < fresh->count &&
           joins(fresh->item[at].kind, fresh->item[at + 1].kind))
        at++;
    return at;
}

/*
 * The unit of fresh after which an added one belongs: after the nearest one
 * above it that is there still, for a row within its table. 0 is the first
 * place, i + 1 the one after unit i.
 */
static size_t place_of(const struct units *fresh, const struct units *old,
                       const bool *added, size_t i)
{
    enum unit_kind kind = old->item[i].kind;
    for (size_t k = i; k-- > 0;) {
        const struct unit *above = &old->item[k];
        if (kind == UNIT_ROW && !is_of_table(above->kind))
            return NOWHERE;
        if (added[k] || above->form == NULL)
            continue;
        size_t at = find(fresh, above);
        if (at != NOWHERE)
            return past_joined(fresh, at, kind) + 1;
    }
    return kind == UNIT_ROW ? NOWHERE : 0;
}

/* A new table: its head, and what belongs to it, go with it. */
static bool follows_added(const struct units *old, const bool *added, size_t i)
{
    return i > 0 && added[i - 1] && is_of_table(old->item[i].kind) &&
           is_of_table(old->item[i - 1].kind);
}

struct joiner {
    struct buf *out;
    bool any;
    enum unit_kind last;
};

static struct str without_gap(struct str text)
{
    while (text.len > 0 && strchr(" \t\r\n", text.ptr[text.len - 1]) != NULL &&
           text.ptr[text.len - 1] != '\0')
        text.len--;
    return text;
}

/* Line ends are ours; what they are in the document is set later. */
static void add_lines(struct buf *out, struct str text)
{
    while (text.len > 0) {
        struct str line = str_cut(text, '\n', &text);
        if (str_ends(line, STR("\r")))
            line.len--;
        buf_str(out, line);
        buf_char(out, '\n');
    }
}

static void add_unit(struct joiner *j, const struct unit *u)
{
    if (j->any && !joins(j->last, u->kind))
        buf_char(j->out, '\n');
    add_lines(j->out, without_gap(u->text));
    j->any = true;
    j->last = u->kind;
}

static void add_placed(struct joiner *j, const struct units *old,
                       const size_t *place, size_t at)
{
    for (size_t i = 0; i < old->count; i++)
        if (place[i] == at)
            add_unit(j, &old->item[i]);
}

bool units_merge(struct buf *out, struct arena *a, const struct units *fresh,
                 const struct units *old, const bool *added)
{
    struct joiner j = {.out = out};
    size_t *place = arena_array(a, old->count + 1, sizeof(*place));
    for (size_t i = 0; i < old->count; i++) {
        place[i] = NOWHERE;
        if (!added[i])
            continue;
        place[i] = follows_added(old, added, i) && place[i - 1] != NOWHERE
                       ? place[i - 1]
                       : place_of(fresh, old, added, i);
        if (place[i] == NOWHERE)
            return false;
    }
    buf_char(out, '\n');
    for (size_t k = 0; k <= fresh->count; k++) {
        add_placed(&j, old, place, k);
        if (k < fresh->count)
            add_unit(&j, &fresh->item[k]);
    }
    buf_char(out, '\n');
    return true;
}
