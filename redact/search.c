/* Needles by their first bytes; then what comes before and behind a match. */
#include "redact/search.h"

#include <stdlib.h>
#include <string.h>

#include "redact/cut.h"
#include "redact/place.h"
#include "redact/recall.h"

#define BYTES 256
#define PAIRS 8192 /* a power of two */
#define AHEAD 4    /* bytes compared before a needle is walked along */
#define NONE  UINT32_MAX

/* A byte within a needle: its end from there may begin a text. */
struct inner {
    uint32_t needle, from, next;
};

struct search {
    struct recall recall;
    struct arena arena;
    struct needles needles;
    unsigned char fold[BYTES]; /* as all alphabets compare */
    bool plain[BYTES];         /* read as itself alone, and no gap */
    bool firm[BYTES];          /* as a second byte it is itself, too */
    uint32_t head[BYTES];      /* by the first byte: the first needle */
    uint32_t pair_head[PAIRS]; /* by the first two of them */
    struct chain {
        uint32_t next, pair_next;
    } * chain; /* by needle */
    size_t chain_cap;
    uint32_t inner_head[BYTES]; /* by that byte, folded */
    struct inner *inner;
    size_t inner_count, inner_cap;
    uint64_t begin[BYTES][4];  /* pairs that a needle begins with */
    uint64_t within[BYTES][4]; /* and pairs anywhere in one */
};

/* What differs here differs in each alphabet. */
static unsigned char fold_byte(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return (unsigned char)(c + 32);
    return c == '-' ? '+' : c == '_' ? '/' : c;
}

static void set_bit(uint64_t set[4], unsigned char c)
{
    set[c >> 6] |= UINT64_C(1) << (c & 63);
}

static bool has_bit(const uint64_t set[4], unsigned char c)
{
    return (set[c >> 6] >> (c & 63) & 1) != 0;
}

struct search *search_open(void)
{
    struct search *q = heap_zeroed(sizeof(*q));
    arena_init(&q->arena);
    q->needles.arena = &q->arena;
    for (unsigned i = 0; i < BYTES; i++) {
        q->head[i] = q->inner_head[i] = NONE;
        q->fold[i] = fold_byte((unsigned char)i);
        q->plain[i] = !is_introducer((unsigned char)i) && i > ' ' && i < 0x80 &&
                      i != '<' && i != '>' && i != '+' && i != '#';
        q->firm[i] =
            q->plain[i] || i == ' ' || i == '>' || i == '"' || i == '\'';
    }
    for (size_t i = 0; i < PAIRS; i++)
        q->pair_head[i] = NONE;
    return q;
}

void search_close(struct search *q)
{
    if (q == NULL)
        return;
    arena_release(&q->arena);
    free(q);
}

static unsigned char folded(const struct search *q, const struct needle *n,
                            size_t at)
{
    return q->fold[(unsigned char)n->ptr[at]];
}

static unsigned pair_of(unsigned char first, unsigned char second)
{
    return (first * 67U + second) % PAIRS;
}

static void index_inner(struct search *q, size_t i, size_t from)
{
    unsigned char c = folded(q, &q->needles.item[i], from);
    q->inner = arena_grow(&q->arena, q->inner, q->inner_count, &q->inner_cap,
                          sizeof(*q->inner));
    q->inner[q->inner_count] =
        (struct inner){(uint32_t)i, (uint32_t)from, q->inner_head[c]};
    q->inner_head[c] = (uint32_t)q->inner_count++;
}

static void index_needle(struct search *q, size_t i)
{
    const struct needle *n = &q->needles.item[i];
    unsigned char first = folded(q, n, 0), second = folded(q, n, 1);
    unsigned pair = pair_of(first, second);
    q->chain =
        arena_grow(&q->arena, q->chain, i, &q->chain_cap, sizeof(*q->chain));
    q->chain[i] = (struct chain){q->head[first], q->pair_head[pair]};
    q->head[first] = q->pair_head[pair] = (uint32_t)i;
    set_bit(q->begin[first], second);
    for (size_t k = 1; k + 1 < n->len; k++) {
        set_bit(q->within[folded(q, n, k)], folded(q, n, k + 1));
        index_inner(q, i, k);
    }
}

void search_add(struct search *q, struct str secret)
{
    size_t before = q->needles.count;
    needles_add(&q->needles, secret);
    for (size_t i = before; i < q->needles.count; i++)
        index_needle(q, i);
}

/* A blank within a needle may have been the end of a line, and its mark. */
static size_t past_blank(const struct seen *s, size_t at)
{
    while (seen_byte(s, at) != 0 && strchr(" >|#", seen_byte(s, at)) != NULL)
        at++;
    return at;
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
    return true;
}

/* Which bytes of a needle may be next; `any`: something may be between. */
struct follow {
    bool any;
    uint64_t set[4];
};

/* Is it a byte that is itself, and nothing that may part two of them? */
static bool is_itself(const struct unit *u)
{
    return u->is_byte && u->value > ' ' && u->value < 0x80 &&
           strchr("#<=+", (int)u->value) == NULL;
}

static void read_follow(const struct search *q, const struct seen *s, size_t at,
                        struct follow *f)
{
    struct units u;
    *f = (struct follow){.any = false};
    units_at(s, at, LAYERS, &u);
    for (size_t i = 0; i < u.count; i++)
        if (is_itself(&u.item[i]))
            set_bit(f->set, q->fold[u.item[i].value]);
        else
            f->any = true;
}

static bool may_follow(const struct search *q, const struct needle *n,
                       size_t from, const struct follow *f)
{
    bool parted = n->alphabet == ALPHABET_HEX && from % 2 == 1;
    return f->any || parted || from + 1 >= n->len ||
           has_bit(f->set, folded(q, n, from + 1));
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
    if (!may_follow(q, n, 0, &best->follow) || !may_go_on(q, n, 0, s, at))
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

static void try_pair(const struct search *q, const struct seen *s, bool edges,
                     unsigned char first, unsigned char second,
                     struct best *best)
{
    uint32_t i = q->firm[second] ? q->pair_head[pair_of(first, q->fold[second])]
                                 : q->head[first];
    while (i != NONE) {
        if (folded(q, &q->needles.item[i], 0) == first)
            try_needle(q, i, s, edges, best);
        i = q->firm[second] ? q->chain[i].pair_next : q->chain[i].next;
    }
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
    if (!best->follow.any)
        read_follow(q, s, u->next, &best->follow);
    if (!q->plain[c]) {
        for (uint32_t i = q->head[first]; i != NONE; i = q->chain[i].next)
            try_needle(q, i, s, edges, best);
        return;
    }
    try_pair(q, s, edges, first, d, best);
    if (d == ' ')
        try_pair(q, s, edges, first,
                 seen_byte(s, past_blank(s, best->from + 1)), best);
}

/* May a needle begin with these two, or with what is behind a blank? */
static bool may_begin(const struct search *q, const struct seen *s, size_t at)
{
    unsigned char c = q->fold[seen_byte(s, at)], d = seen_byte(s, at + 1);
    if (q->head[c] == NONE)
        return false;
    if (!q->firm[d] || has_bit(q->begin[c], q->fold[d]))
        return true;
    if (d != ' ')
        return false;
    d = seen_byte(s, past_blank(s, at + 1));
    return !q->firm[d] || has_bit(q->begin[c], q->fold[d]);
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

/* Behind what of a secret ends the text from `at` on; at: nothing does. */
static size_t try_inner(const struct search *q, const struct seen *s,
                        const struct cut_end *c, size_t at, unsigned char first,
                        const struct follow *follow)
{
    const struct inner *in;
    size_t end = at;
    unsigned char d = seen_byte(s, at + 1);
    bool parted = d != 0 && strchr(":-, +", d) != NULL; /* hex, or a wrap */
    if (!parted && q->plain[seen_byte(s, at)] && q->firm[d] &&
        !has_bit(q->within[q->fold[first]], q->fold[d]))
        return end;
    for (uint32_t i = q->inner_head[q->fold[first]]; i != NONE; i = in->next) {
        in = &q->inner[i];
        const struct needle *n = &q->needles.item[in->needle];
        const struct cut_end cut = {in->from, c->edges, c->marked};
        struct agreed a;
        size_t found = 0;
        if (!may_follow(q, n, in->from, follow) ||
            !may_go_on(q, n, in->from, s, at))
            continue;
        needle_match(n, in->from, s, at, &a);
        if (cut_is_end(n, s, &cut, &a, &found) && found > end)
            end = found;
    }
    return end;
}

static void try_value(const struct search *q, const struct seen *s,
                      const struct cut_end *c, size_t at, const struct unit *u,
                      size_t *end)
{
    bool blank = needle_is_blank(u->value);
    struct follow follow = {.any = true};
    if (u->is_byte && u->value != 0 && !blank)
        read_follow(q, s, u->next, &follow);
    size_t found = try_inner(q, s, c, at, first_byte(u), &follow);
    *end = found > *end ? found : *end;
    if (u->value != ' ' && blank) {
        found = try_inner(q, s, c, at, ' ', &follow);
        *end = found > *end ? found : *end;
    }
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

/* Behind a mark, or at the start of all; half an escape goes, too. */
static void search_ends(const struct search *q, struct spans *out,
                        const struct seen *s, size_t at, bool edges,
                        bool marked)
{
    const struct cut_end cut = {0, edges, marked};
    size_t end = search_end(q, s, &cut, at);
    for (size_t half = 0; cut_start(s, at, half, &at); half++) {
        size_t found = search_end(q, s, &cut, at + half);
        if (found > at + half && found > end)
            end = found;
    }
    if (end > at)
        add_span(out, (struct span){at, end});
}

/* Nobody reads what has cost too much: it goes, unread by us as well. */
static bool give_up(const struct place *place, const struct seen *s,
                    struct span *found)
{
    struct place next = *place;
    if (!recall_is_spent(s))
        return false;
    place_next(&next, s);
    *found = (struct span){place->at, next.at};
    return true;
}

void search_run(struct search *q, struct spans *out, const struct seen *plain,
                bool edges)
{
    struct place place = {.at = 0};
    const struct seen seen = {plain->text, plain->form, &q->recall};
    const struct seen *s = &seen;
    if (q->needles.count == 0)
        return;
    recall_begin(&q->recall, s->text, q->needles.count);
    if (edges)
        search_ends(q, out, s, 0, edges, false);
    for (; place.at < s->text.len; place_next(&place, s)) {
        struct span found;
        recall_advance(&q->recall, place.at);
        size_t mark = cut_mark_end(s, place.at);
        if (mark > 0)
            search_ends(q, out, s, mark, edges, true);
        if (!place_is_value(&place, s) || place_has_placeholder(s, place.at))
            continue;
        if ((search_place(q, s, place.at, edges, &found) ||
             give_up(&place, s, &found)) &&
            place_allows(&place, s, &found))
            add_span(out, found);
    }
}

size_t search_steps(const struct search *q)
{
    return q->recall.all + q->recall.steps;
}
