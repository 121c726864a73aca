/* Needles by their first bytes; then what comes before and behind a match. */
#include "redact/search.h"

#include <stdlib.h>
#include <string.h>

#include "redact/cut.h"
#include "redact/follow.h"
#include "redact/index.h"
#include "redact/place.h"
#include "redact/recall.h"

#define ESCAPE_BYTES 6 /* of one byte: \u0041 */

/* A blank within a needle may have been the end of a line, and its mark. */
static size_t past_blank(const struct seen *s, size_t at)
{
    size_t from = at;
    if (at >= s->recall->blank.from && at < s->recall->blank.end)
        return s->recall->blank.end;
    while (seen_byte(s, at) != 0 && strchr(" >|#", seen_byte(s, at)) != NULL)
        at++;
    s->recall->blank.from = from;
    s->recall->blank.end = at;
    return at;
}

/* Behind a byte in hex is the next one, or what parts two of them. */
static bool may_be_next_byte(const struct search *q, const struct needle *n,
                             size_t from, unsigned char c)
{
    return from >= n->len || !q->plain[c] || strchr(":-,xX0", c) != NULL ||
           q->fold[c] == folded(q, n, from);
}

/* Can the needle go on with the next bytes, as far as those are plain? */
static bool may_go_on(const struct search *q, const struct needle *n,
                      size_t from, const struct seen *s, size_t at)
{
    size_t count = n->alphabet == ALPHABET_HEX ? 2 - from % 2 : AHEAD;
    if (!q->plain[seen_byte(s, at)])
        return true;
    for (size_t i = 1; i < count && from + i < n->len; i++) {
        unsigned char c = seen_byte(s, at + i);
        if (c == ' ' && n->ptr[from + i] != ' ') {
            at = past_blank(s, at + i) - i;
            c = seen_byte(s, at + i);
        }
        if (!q->firm[c] || c == ' ')
            return true;
        if (q->fold[c] != folded(q, n, from + i))
            return false;
        if (!q->plain[c])
            return true; /* a quote may be doubled */
    }
    return n->alphabet != ALPHABET_HEX || count < 2 ||
           may_be_next_byte(q, n, from + 2, seen_byte(s, at + 2));
}

/* What was found at a place, with what base64 has of it before that. */
struct best {
    size_t from, wide, end;
    struct follow follow;
};

static void try_needle(const struct search *q, uint32_t i, const struct seen *s,
                       bool edges, struct best *best)
{
    const struct needle *n = &q->needles.item[i];
    size_t at = best->from;
    struct agreed a;
    recall_count(s, 1);
    if (!follow_allows(&best->follow, n, 0) || !may_go_on(q, n, 0, s, at))
        return;
    needle_match(n, 0, s, at, &a);
    struct span found = {at, a.end};
    if (a.whole)
        cut_widen(n, s, &found);
    else if (!cut_is_beginning(n, s, &a, edges, &found.end))
        return;
    best->wide = found.from < best->wide ? found.from : best->wide;
    best->end = found.end > best->end ? found.end : best->end;
}

static unsigned char first_byte(const struct unit *u)
{
    if (u->is_byte)
        return (unsigned char)u->value;
    if (u->value >= 0x10000)
        return (unsigned char)(0xF0 | u->value >> 18);
    return (unsigned char)(u->value >= 0x800 ? 0xE0 | u->value >> 12
                                             : 0xC0 | u->value >> 6);
}

/* Four plain bytes: no needle but those that begin with them. */
static void try_four(const struct search *q, const struct seen *s, bool edges,
                     struct best *best)
{
    unsigned char c[AHEAD];
    for (size_t i = 0; i < AHEAD; i++)
        c[i] = q->fold[seen_byte(s, best->from + i)];
    unsigned pair = pair_of(c[0], c[1]);
    uint32_t i = q->four_head[four_of(pair, c[2], c[3])];
    for (; i != NONE && !recall_is_spent(s); i = q->chain[i].look_next)
        try_needle(q, i, s, edges, best);
    for (i = q->two_head[pair]; i != NONE && !recall_is_spent(s);
         i = q->chain[i].look_next)
        try_needle(q, i, s, edges, best);
}

static bool are_plain(const struct search *q, const struct seen *s, size_t at)
{
    bool plain = true;
    for (size_t i = 0; plain && i < AHEAD; i++)
        plain = q->plain[seen_byte(s, at + i)];
    return plain;
}

static void try_pair(const struct search *q, const struct seen *s, bool edges,
                     unsigned char first, unsigned char second,
                     struct best *best)
{
    uint32_t i = q->firm[second] ? q->pair_head[pair_of(first, q->fold[second])]
                                 : q->head[first];
    while (i != NONE && !recall_is_spent(s)) {
        if (folded(q, &q->needles.item[i], 0) == first)
            try_needle(q, i, s, edges, best);
        i = q->firm[second] ? q->chain[i].pair_next : q->chain[i].next;
    }
}

/* Those that begin with this byte, and go on with one that may follow. */
static void try_follow(const struct search *q, const struct seen *s, bool edges,
                       unsigned char first, struct best *best)
{
    for (unsigned word = 0; word < 4; word++)
        for (uint64_t set = best->follow.set[word] & q->begin[first][word];
             set != 0; set &= set - 1) {
            unsigned second = word * 64 + (unsigned)__builtin_ctzll(set);
            uint32_t i = q->pair_head[pair_of(first, (unsigned char)second)];
            for (; i != NONE && !recall_is_spent(s); i = q->chain[i].pair_next)
                try_needle(q, i, s, edges, best);
        }
}

/* The second byte is a blank, which a wrapped text may have more of. */
static void try_behind_blank(const struct search *q, const struct seen *s,
                             bool edges, unsigned char first, struct best *best)
{
    size_t next = past_blank(s, best->from + 1);
    unsigned char second = seen_byte(s, next);
    if (is_introducer(second))
        follow_read(s, next, &best->follow);
    else if (second == '\n' || second == '\r')
        follow_wrap(s, next, &best->follow);
    if (!best->follow.any)
        try_follow(q, s, edges, first, best);
    else
        try_pair(q, s, edges, first, second, best);
}

static void try_first(const struct search *q, const struct seen *s, bool edges,
                      const struct unit *u, struct best *best)
{
    unsigned char c = seen_byte(s, best->from),
                  d = seen_byte(s, best->from + 1),
                  first = q->fold[first_byte(u)];
    if (q->head[first] == NONE)
        return;
    best->follow.any = !u->is_byte || (q->plain[c] && q->firm[d]);
    if (!best->follow.any && q->plain[c] && (d == '\n' || d == '\r'))
        follow_wrap(s, u->next, &best->follow);
    else if (!best->follow.any)
        follow_read(s, u->next, &best->follow);
    if (!best->follow.any) {
        try_follow(q, s, edges, first, best);
        return;
    }
    if (!q->plain[c]) {
        for (uint32_t i = q->head[first]; i != NONE && !recall_is_spent(s);
             i = q->chain[i].next)
            try_needle(q, i, s, edges, best);
        return;
    }
    if (are_plain(q, s, best->from)) {
        try_four(q, s, edges, best);
        return;
    }
    try_pair(q, s, edges, first, d, best);
    if (d == ' ')
        try_behind_blank(q, s, edges, first, best);
}

/* May a needle begin with these two, or with what is behind a blank? */
static bool may_begin(const struct search *q, const struct seen *s, size_t at)
{
    unsigned char c = q->fold[seen_byte(s, at)], d = seen_byte(s, at + 1);
    if (q->head[c] == NONE)
        return false;
    if (!q->firm[d] || follow_has(q->begin[c], q->fold[d]))
        return true;
    if (d != ' ')
        return false;
    d = seen_byte(s, past_blank(s, at + 1));
    return !q->firm[d] || follow_has(q->begin[c], q->fold[d]);
}

/* Most places are over here after one or two looks. */
static bool search_place(const struct search *q, const struct seen *s,
                         size_t at, bool edges, struct span *found)
{
    unsigned char c = seen_byte(s, at);
    struct best best = {.from = at, .wide = at, .end = at};
    struct units u;
    if (is_introducer(c)) {
        units_at(s, at, LAYERS, &u);
        for (size_t i = 0; i < u.count; i++)
            try_first(q, s, edges, &u.item[i], &best);
    } else if (may_begin(q, s, at)) {
        const struct unit raw = {c, true, at + 1};
        try_first(q, s, edges, &raw, &best);
    }
    *found = (struct span){best.wide, best.end};
    return best.end > at;
}

/* A place where a text may begin within a secret. */
struct inner_try {
    const struct cut_end *cut;
    size_t at, end; /* end: behind what was found */
    const struct follow *follow;
};

static void try_part(const struct search *q, const struct seen *s,
                     const struct inner *in, struct inner_try *t)
{
    const struct needle *n = &q->needles.item[in->needle];
    const struct cut_end cut = {in->from, t->cut->edges, t->cut->marked};
    struct agreed a;
    size_t found = 0;
    recall_count(s, 1);
    if (!follow_allows(t->follow, n, in->from) ||
        !may_go_on(q, n, in->from, s, t->at))
        return;
    needle_match(n, in->from, s, t->at, &a);
    if (cut_is_end(n, s, &cut, &a, &found) && found > t->end)
        t->end = found;
}

static void try_inner_pair(const struct search *q, const struct seen *s,
                           unsigned char first, unsigned char second,
                           struct inner_try *t)
{
    uint32_t i = q->inner_pair[pair_of(first, second)];
    if (follow_has(q->within[first], second))
        for (; i != NONE && !recall_is_spent(s); i = q->inner[i].pair_next)
            try_part(q, s, &q->inner[i], t);
}

/* Behind what of a secret ends the text from `at` on; at: nothing does. */
static void try_inner(const struct search *q, const struct seen *s,
                      unsigned char first, struct inner_try *t)
{
    unsigned char d = seen_byte(s, t->at + 1);
    bool parted = d != 0 && strchr(":-, +", d) != NULL; /* hex, or a wrap */
    first = q->fold[first];
    if (!parted && q->plain[seen_byte(s, t->at)] && q->firm[d]) {
        try_inner_pair(q, s, first, q->fold[d], t);
        return;
    }
    if (!parted && !t->follow->any) {
        for (unsigned c = 0; c < 0x80; c++)
            if (follow_has(t->follow->set, (unsigned char)c))
                try_inner_pair(q, s, first, (unsigned char)c, t);
        return;
    }
    for (uint32_t i = q->inner_head[first]; i != NONE && !recall_is_spent(s);
         i = q->inner[i].next)
        try_part(q, s, &q->inner[i], t);
}

static void try_value(const struct search *q, const struct seen *s,
                      const struct cut_end *c, size_t at, const struct unit *u,
                      size_t *end)
{
    bool blank = needle_is_blank(u->value);
    struct follow follow = {.any = true};
    if (u->is_byte && u->value != 0 && !blank)
        follow_read(s, u->next, &follow);
    struct inner_try t = {c, at, *end, &follow};
    try_inner(q, s, first_byte(u), &t);
    if (u->value != ' ' && blank)
        try_inner(q, s, ' ', &t);
    *end = t.end;
}

/* A text that begins here may begin within a secret. */
static size_t search_end(const struct search *q, const struct seen *s,
                         const struct cut_end *c, size_t at)
{
    size_t end = at;
    struct units u;
    if (at >= s->text.len)
        return at;
    if (!is_introducer(seen_byte(s, at))) {
        const struct unit raw = {seen_byte(s, at), true, at + 1};
        try_value(q, s, c, at, &raw, &end);
        return end;
    }
    units_at(s, at, LAYERS, &u);
    for (size_t i = 0; i < u.count; i++)
        try_value(q, s, c, at, &u.item[i], &end);
    return end;
}

static void add_span(struct spans *out, struct span found)
{
    struct span *last = out->count == 0 ? NULL : &out->item[out->count - 1];
    if (last != NULL && found.from <= last->end) {
        last->end = found.end > last->end ? found.end : last->end;
        return;
    }
    out->item = arena_grow(out->arena, out->item, out->count, &out->cap,
                           sizeof(*out->item));
    out->item[out->count++] = found;
}

/* What is behind a quote that follows a mark is another text. */
static bool is_quoted_off(const struct seen *s, size_t from, size_t end)
{
    for (; from < end; from++)
        if (seen_byte(s, from) == '"' || seen_byte(s, from) == '\'')
            return true;
    return false;
}

/* Behind a mark, or at the start of all; half an escape goes, too. */
static void search_ends(const struct search *q, struct spans *out,
                        const struct seen *s, size_t at,
                        const struct cut_end *cut)
{
    size_t begin = at, end = search_end(q, s, cut, at);
    for (size_t half = 0; !recall_is_spent(s) && cut_start(s, at, half, &at);
         half++) {
        if (half > 0 && cut->marked && is_quoted_off(s, begin, at))
            break;
        size_t found = search_end(q, s, cut, at + half);
        recall_count(s, RECALL_READ);
        if (found > at + half && found > end)
            end = found;
    }
    if (end > at)
        add_span(out, (struct span){at, end});
}

/* A secret that begins with a quote begins behind that of the text. */
static bool begins_behind(const struct search *q, const struct seen *s,
                          size_t at, bool edges, const struct span *found)
{
    struct span next;
    unsigned char c = seen_byte(s, at);
    return (c == '"' || c == '\'') && found->from == at &&
           search_place(q, s, at + 1, edges, &next) && next.end >= found->end;
}

/* Of secrets, all or parts that begin at this place. */
static void search_here(const struct search *q, struct spans *out,
                        const struct seen *s, const struct place *place,
                        bool edges)
{
    const struct cut_end cut = {0, edges, true};
    struct span found;
    size_t mark = cut_mark_end(s, place->at);
    if (mark > 0)
        search_ends(q, out, s, mark, &cut);
    if (place_is_value(place, s) && !place_has_placeholder(s, place->at) &&
        search_place(q, s, place->at, edges, &found) &&
        !begins_behind(q, s, place->at, edges, &found) &&
        place_allows(place, s, &found))
        add_span(out, found);
}

/*
 * Nobody reads what costs too much: it goes unread until a blank, or as far as
 * the longest secret goes when all of it is escaped. Behind that may be the
 * end of one.
 */
static void skip_unread(struct search *q, struct spans *out,
                        const struct seen *s, struct place *place, bool edges)
{
    const struct cut_end cut = {0, edges, true};
    const struct place from = *place;
    do
        place_next(place, s);
    while (place->quote == from.quote && place_is_value(place, s) &&
           place->at - from.at < q->longest * ESCAPE_BYTES &&
           seen_byte(s, place->at) > ' ');
    const struct span unread = {from.at, place->at};
    if (place_is_value(&from, s) && place_allows(&from, s, &unread))
        add_span(out, unread);
    recall_advance(&q->recall, place->at);
    if (!recall_is_spent(s))
        search_ends(q, out, s, place->at, &cut);
}

static void search_text(struct search *q, struct spans *out,
                        const struct seen *s, bool edges)
{
    const struct cut_end start = {0, edges, false};
    struct place place = {.at = 0};
    if (q->needles.count == 0)
        return;
    if (edges)
        search_ends(q, out, s, 0, &start);
    while (place.at < s->text.len) {
        recall_advance(&q->recall, place.at);
        if (!recall_is_spent(s))
            search_here(q, out, s, &place, edges);
        if (recall_is_spent(s))
            skip_unread(q, out, s, &place, edges);
        else
            place_next(&place, s);
    }
}

void search_run(struct search *q, struct spans *out, const struct seen *plain,
                bool edges)
{
    const struct seen seen = {plain->text, plain->form, &q->recall};
    recall_begin(&q->recall, plain->text, q->needles.count);
    search_text(q, out, &seen, edges);
}

void search_part(struct search *q, struct spans *out, const struct seen *plain)
{
    const struct seen seen = {plain->text, plain->form, &q->recall};
    recall_continue(&q->recall, plain->text);
    search_text(q, out, &seen, true);
}

size_t search_steps(const struct search *q)
{
    return q->recall.all + q->recall.steps;
}
