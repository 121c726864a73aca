/*
 * A q-gram filter. Each literal of 7 bytes or more holds, however it is
 * placed, one 4-byte gram that starts at a multiple of 4: so one gram in four
 * bytes is tested against a bitmap that fits into the first cache.
 */
#include "scan/prefilter.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "scan/word_filter.h"

#define BITS      17 /* 16 KiB */
#define SLOT_BITS 14
#define SLOTS     ((size_t)1 << SLOT_BITS)
#define VECTOR    16

struct entry {
    uint32_t gram, literal;
    uint32_t head, foot; /* the first bytes of the literal and the last ones:
                            most places stop there */
    uint32_t offset;     /* of the gram in the literal */
};

struct filter {
    const struct str *literal;
    uint64_t bit[((size_t)1 << BITS) / 64];
    uint32_t slot[SLOTS + 1]; /* its first entry, up to that of the next */
    struct entry *entry;      /* those of a slot stand side by side */
    uint32_t entry_count;
};

static uint32_t load(const char *p)
{
    uint32_t gram;
    memcpy(&gram, p, sizeof(gram));
    return gram;
}

static uint32_t hash(uint32_t gram)
{
    return gram * UINT32_C(0x9E3779B1);
}

/* Two bits of a word for each gram: of those that are in no literal, one in
 * sixty seems to be in one. */
static uint64_t bits_of(uint32_t h)
{
    return UINT64_C(1) << (h >> (32 - BITS) & 63) | UINT64_C(1)
                                                        << (h >> 9 & 63);
}

/* How common a byte is in logs, roughly: the rarer the better. */
static const unsigned char commonness[256] = {
    [' '] = 27, ['e'] = 26, ['t'] = 25, ['a'] = 24, ['o'] = 23, ['i'] = 22,
    ['n'] = 21, ['s'] = 20, ['r'] = 19, ['l'] = 18, ['c'] = 17, ['d'] = 16,
    ['p'] = 15, ['m'] = 14, ['0'] = 13, ['u'] = 12, [':'] = 11, ['1'] = 10,
    ['.'] = 9,  ['-'] = 8,  ['/'] = 7,  ['2'] = 6,  ['g'] = 5,  ['='] = 4,
    ['h'] = 3,  ['f'] = 2};

#define SAMPLES      64 /* parts of the text in which grams are counted … */
#define SAMPLE_BYTES ((size_t)2048) /* … each so long */
#define COUNT_BITS   16

/* How often grams stand in the sample, by their hash. */
struct counts {
    uint16_t of[(size_t)1 << COUNT_BITS];
};

static void count_part(struct counts *c, struct str part)
{
    for (size_t i = 0; i + 4 <= part.len; i++) {
        uint16_t *n = &c->of[hash(load(part.ptr + i)) >> (32 - COUNT_BITS)];
        *n = *n == UINT16_MAX ? *n : (uint16_t)(*n + 1);
    }
}

static void count_grams(struct counts *c, struct str sample)
{
    size_t step = sample.len / SAMPLES;
    if (step < SAMPLE_BYTES) {
        count_part(c, str_sub(sample, 0, SAMPLES * SAMPLE_BYTES));
        return;
    }
    for (size_t i = 0; i < SAMPLES; i++)
        count_part(c, str_sub(sample, i * step, SAMPLE_BYTES));
}

/* Where the 7 bytes begin that are least likely to stand elsewhere. */
static size_t rarest_window(const struct counts *c, struct str s)
{
    size_t best = 0;
    unsigned least = UINT_MAX;
    for (size_t i = 0; i + LITERAL_MIN <= s.len; i++) {
        unsigned sum = 0;
        for (size_t k = 0; k < LITERAL_MIN; k++)
            sum += commonness[(unsigned char)s.ptr[i + k]];
        for (size_t k = 0; k < 4; k++)
            sum += 200u * c->of[hash(load(s.ptr + i + k)) >> (32 - COUNT_BITS)];
        if (sum < least) {
            least = sum;
            best = i;
        }
    }
    return best;
}

static void add_gram(struct filter *f, size_t literal, size_t offset)
{
    struct str s = f->literal[literal];
    uint32_t gram = load(s.ptr + offset), h = hash(gram);
    f->bit[h >> (32 - BITS) >> 6] |= bits_of(h);
    f->entry[f->entry_count++] =
        (struct entry){gram, (uint32_t)literal, load(s.ptr),
                       load(s.ptr + s.len - 4), (uint32_t)offset};
}

static uint32_t slot_of(uint32_t gram)
{
    return hash(gram) >> (32 - SLOT_BITS);
}

/* From the order of literals into that of slots. */
static void sort_entries(struct filter *f, struct arena *a)
{
    struct entry *sorted = arena_array(a, f->entry_count + 1, sizeof(*sorted));
    for (size_t i = 0; i < f->entry_count; i++)
        f->slot[slot_of(f->entry[i].gram) + 1]++;
    for (size_t i = 0; i < SLOTS; i++)
        f->slot[i + 1] += f->slot[i];
    for (size_t i = f->entry_count; i-- > 0;)
        sorted[--f->slot[slot_of(f->entry[i].gram) + 1]] = f->entry[i];
    f->entry = sorted;
    for (size_t i = 0; i < SLOTS; i++)
        f->slot[i] = f->slot[i + 1];
    f->slot[SLOTS] = f->entry_count;
}

struct filter *filter_new(struct arena *a, const struct str *literal,
                          size_t count, struct str sample)
{
    struct filter *f = arena_alloc(a, sizeof(*f));
    struct counts *counts = arena_alloc(a, sizeof(*counts));
    count_grams(counts, sample);
    f->literal = literal;
    f->entry = arena_array(a, 4 * count + 1, sizeof(*f->entry));
    for (size_t i = 0; i < count; i++) {
        if (literal[i].len < LITERAL_MIN)
            continue;
        size_t window = rarest_window(counts, literal[i]);
        for (size_t k = 0; k < 4; k++)
            add_gram(f, i, window + k);
    }
    sort_entries(f, a);
    return f;
}

size_t rarest_byte(struct str s)
{
    size_t best = 0;
    for (size_t i = 1; i < s.len; i++)
        if (commonness[(unsigned char)s.ptr[i]] <
            commonness[(unsigned char)s.ptr[best]])
            best = i;
    return best;
}

void places_release(struct places *p)
{
    free(p->item);
    *p = (struct places){NULL, 0, 0};
}

static void places_add(struct places *p, struct place_of_literal place)
{
    if (p->count == p->cap) {
        p->cap = p->cap == 0 ? 1024 : 2 * p->cap;
        p->item = heap_resize(p->item, p->cap * sizeof(*p->item));
    }
    p->item[p->count++] = place;
}

static void add_place(struct places *p, size_t offset, uint32_t literal)
{
    places_add(p, (struct place_of_literal){(uint32_t)offset, literal});
}

/* A gram is found behind the beginning of its literal, so a place may belong
 * before some that were found earlier. */
static void add_in_order(struct places *p, size_t offset, uint32_t literal)
{
    add_place(p, offset, literal);
    struct place_of_literal made = p->item[p->count - 1];
    size_t i = p->count - 1;
    for (; i > 0 && p->item[i - 1].offset > made.offset; i--)
        p->item[i] = p->item[i - 1];
    p->item[i] = made;
}

/* The bitmap said perhaps: is it a literal? */
static void look_up(const struct filter *f, struct str text, size_t at,
                    struct places *out)
{
    uint32_t gram = load(text.ptr + at);
    uint32_t slot = slot_of(gram);
    for (uint32_t e = f->slot[slot]; e < f->slot[slot + 1]; e++) {
        const struct entry *entry = &f->entry[e];
        if (entry->gram != gram || at < entry->offset ||
            load(text.ptr + at - entry->offset) != entry->head)
            continue;
        struct str literal = f->literal[entry->literal];
        const char *begin = text.ptr + at - entry->offset;
        if (at - entry->offset + literal.len > text.len ||
            load(begin + literal.len - 4) != entry->foot ||
            memcmp(begin, literal.ptr, literal.len) != 0)
            continue;
        add_in_order(out, at - entry->offset, entry->literal);
    }
}

static uint64_t may_hold(const struct filter *f, const char *p)
{
    uint32_t h = hash(load(p));
    uint64_t bits = bits_of(h);
    return (f->bit[h >> (32 - BITS) >> 6] & bits) == bits;
}

static void find_literals(const struct filter *f, struct str text,
                          struct places *out)
{
    const char *p = text.ptr;
    size_t i = 0;
    for (; i + 32 <= text.len; i += 32) {
        uint64_t any =
            may_hold(f, p + i) | may_hold(f, p + i + 4) << 1 |
            may_hold(f, p + i + 8) << 2 | may_hold(f, p + i + 12) << 3 |
            may_hold(f, p + i + 16) << 4 | may_hold(f, p + i + 20) << 5 |
            may_hold(f, p + i + 24) << 6 | may_hold(f, p + i + 28) << 7;
        for (; any != 0; any &= any - 1)
            look_up(f, text, i + 4 * (size_t)__builtin_ctzll(any), out);
    }
    for (; i + 4 <= text.len; i += 4)
        if (may_hold(f, p + i))
            look_up(f, text, i, out);
}

typedef unsigned char vector __attribute__((vector_size(VECTOR)));

static vector load_vector(const char *p)
{
    vector v;
    memcpy(&v, p, sizeof(v));
    return v;
}

static vector load_vector_of(char byte)
{
    vector v;
    memset(&v, byte, sizeof(v));
    return v;
}

#define ALL(c)                                                                 \
    (vector)                                                                   \
    {                                                                          \
        c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c                         \
    }
/* The words go between the literals, which are sorted, from behind. */
static void merge_words(const struct offsets *word, struct places *out)
{
    size_t literals = out->count, words = word->count;
    for (size_t i = 0; i < words; i++)
        add_place(out, 0, FILTER_WORD); /* room */
    for (size_t to = out->count; words > 0; to--) {
        bool last = literals == 0 ||
                    out->item[literals - 1].offset <= word->item[words - 1];
        out->item[to - 1] =
            last ? (struct place_of_literal){word->item[words - 1], FILTER_WORD}
                 : out->item[literals - 1];
        words -= last;
        literals -= !last;
    }
}

void filter_run(const struct filter *f, struct str text, struct places *out)
{
    struct offsets word = {NULL, 0, 0};
    find_literals(f, text, out);
    word_filter_run(text, &word);
    merge_words(&word, out);
    free(word.item);
}

size_t count_newlines(struct str s)
{
    size_t count = 0, i = 0;
    while (i + VECTOR <= s.len) {
        vector sum = ALL(0);
        uint64_t half[2];
        size_t steps = (s.len - i) / VECTOR;
        for (size_t k = 0; k < steps && k < 255; k++, i += VECTOR)
            sum -= (vector)(load_vector(s.ptr + i) == ALL('\n'));
        memcpy(half, &sum, sizeof(half));
        for (size_t k = 0; k < 8; k++)
            count += (half[0] >> (8 * k) & 255) + (half[1] >> (8 * k) & 255);
    }
    for (; i < s.len; i++)
        count += s.ptr[i] == '\n';
    return count;
}

bool has_any_of_three(struct str s, const char *any)
{
    const vector a = load_vector_of(any[0]), b = load_vector_of(any[1]),
                 c = load_vector_of(any[2]);
    size_t i = 0;
    for (; i + VECTOR <= s.len; i += VECTOR) {
        uint64_t half[2];
        vector v = load_vector(s.ptr + i);
        vector found = (vector)(v == a) | (vector)(v == b) | (vector)(v == c);
        memcpy(half, &found, sizeof(half));
        if ((half[0] | half[1]) != 0)
            return true;
    }
    for (; i < s.len; i++)
        if (s.ptr[i] == any[0] || s.ptr[i] == any[1] || s.ptr[i] == any[2])
            return true;
    return false;
}

size_t count_lone_crs(struct str s, size_t from, size_t to)
{
    size_t count = 0;
    if (from == to || memchr(s.ptr + from, '\r', to - from) == NULL)
        return 0;
    for (size_t i = from; i < to; i++)
        count += s.ptr[i] == '\r' && (i + 1 == s.len || s.ptr[i + 1] != '\n');
    return count;
}
