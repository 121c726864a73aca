/*
 * A q-gram filter. Each literal of 7 bytes or more holds, however it is
 * placed, one 4-byte gram that starts at a multiple of 4: so one gram in four
 * bytes is tested against a bitmap that fits into the first cache.
 */
#include "scan/prefilter.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/characters.h"

#define BITS      17 /* 16 KiB */
#define SLOT_BITS 14
#define SLOTS     ((size_t)1 << SLOT_BITS)
#define VECTOR    16

struct entry {
    uint32_t gram, literal;
    uint32_t head;   /* the first bytes of the literal: most stop there */
    uint32_t offset; /* of the gram in the literal */
    uint32_t next;   /* entry of the same slot; 0: the last */
};

struct filter {
    const struct str *literal;
    uint64_t bit[((size_t)1 << BITS) / 64];
    uint32_t slot[SLOTS]; /* first entry, from 1 */
    struct entry *entry;
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
    uint32_t gram = load(f->literal[literal].ptr + offset), h = hash(gram);
    uint32_t *slot = &f->slot[h >> (32 - SLOT_BITS)];
    f->bit[h >> (32 - BITS) >> 6] |= UINT64_C(1) << (h >> (32 - BITS) & 63);
    f->entry[++f->entry_count] =
        (struct entry){gram, (uint32_t)literal, load(f->literal[literal].ptr),
                       (uint32_t)offset, *slot};
    *slot = f->entry_count;
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
    return f;
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

/* The bitmap said perhaps: is it a literal? */
static void look_up(const struct filter *f, struct str text, size_t at,
                    struct places *out)
{
    uint32_t gram = load(text.ptr + at);
    uint32_t e = f->slot[hash(gram) >> (32 - SLOT_BITS)];
    for (; e != 0; e = f->entry[e].next) {
        const struct entry *entry = &f->entry[e];
        if (entry->gram != gram || at < entry->offset ||
            load(text.ptr + at - entry->offset) != entry->head)
            continue;
        struct str literal = f->literal[entry->literal];
        if (at - entry->offset + literal.len > text.len ||
            memcmp(text.ptr + at - entry->offset, literal.ptr, literal.len) !=
                0)
            continue;
        add_place(out, at - entry->offset, entry->literal);
    }
}

static uint64_t may_hold(const struct filter *f, const char *p)
{
    uint32_t h = hash(load(p)) >> (32 - BITS);
    return f->bit[h >> 6] >> (h & 63) & 1;
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

static bool is_zero(vector v)
{
    uint64_t half[2];
    memcpy(half, &v, sizeof(half));
    return (half[0] | half[1]) == 0;
}

#define ALL(c)                                                                 \
    (vector)                                                                   \
    {                                                                          \
        c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c                         \
    }
#define IS(v, c) ((vector)((v) == ALL(c)))

/*
 * Four letters of each word that tells of an error, in either case: error,
 * ERR, fatal, panic, severe, critical, emerg, exception, FTL. Folding makes
 * of a bracket, tab and line end after ERR the signs that stand here.
 */
static vector words_at(const char *p)
{
    const vector fold = ALL(0x20);
    vector a = load_vector(p) | fold, b = load_vector(p + 1) | fold;
    vector c = load_vector(p + 2) | fold, d = load_vector(p + 3) | fold;
    vector err = IS(d, 'o') | IS(d, ' ') | IS(d, ':') | IS(d, '!') |
                 IS(d, '}') | IS(d, ')') | IS(d, '*') | IS(d, '-');
    vector found = IS(a, 'e') & IS(b, 'r') & IS(c, 'r') & err;
    found |= IS(a, 'f') & IS(b, 'a') & IS(c, 't') & IS(d, 'a');
    found |= IS(a, 'p') & IS(b, 'a') & IS(c, 'n') & IS(d, 'i');
    found |= IS(a, 'v') & IS(b, 'e') & IS(c, 'r') & IS(d, 'e');
    found |= IS(a, 'c') & IS(b, 'r') & IS(c, 'i') & IS(d, 't');
    found |= IS(a, 'e') & IS(b, 'm') & IS(c, 'e') & IS(d, 'r');
    found |= IS(a, 'x') & IS(b, 'c') & IS(c, 'e') & IS(d, 'p');
    return found | (IS(a, 'f') & IS(b, 't') & IS(c, 'l'));
}

static const char *const words[] = {"error",    "fatal",    "panic", "vere",
                                    "critical", "emerg",    "ftl",   "xception",
                                    "err",      "emergency"};

/* The last letter of the longest word that stands there; 0: none does. */
static size_t word_length(struct str text)
{
    size_t longest = 0;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        size_t n = strlen(words[i]), k = 0;
        while (k < n && k < text.len && (text.ptr[k] | 0x20) == words[i][k])
            k++;
        longest = k == n && n > longest ? n : longest;
    }
    return longest;
}

static bool goes_on_word(char c)
{
    return is_alnum(c) || c == '_' || c == '-' || c == '/' || c == '.' ||
           c == '=';
}

/* "0 errors": a number before it, behind a blank, counts them. */
static bool is_counted(struct str text, size_t at)
{
    size_t n = at;
    if (n == 0 || text.ptr[n - 1] != ' ' || text.ptr[at] < 'a')
        return false;
    for (n--; n > 0 && is_digit(text.ptr[n - 1]); n--)
        continue;
    return n < at - 1 && (n == 0 || text.ptr[n - 1] == ' ' ||
                          text.ptr[n - 1] == '(' || text.ptr[n - 1] == ',');
}

/*
 * Whether a line may claim an error by the word at a place: it is a word of
 * its own there, no part of a name and no key, and nobody counts it. The
 * modules of Python's drivers are the exception.
 */
static bool may_tell(struct str text, size_t at)
{
    size_t end = at + word_length(str_sub(text, at, 16));
    if (end == at)
        return false;
    if (end + 1 < text.len && text.ptr[end] == 's' && text.ptr[end + 1] == '.')
        return true;
    return (end >= text.len || !goes_on_word(text.ptr[end])) &&
           !is_counted(text, at);
}

/* One place a line is enough: the rest of the line is passed over. */
static size_t add_word(struct str text, size_t at, struct places *out)
{
    if (!may_tell(text, at))
        return at + 1;
    add_place(out, at, FILTER_WORD);
    const char *end = memchr(text.ptr + at, '\n', text.len - at);
    const char *cr =
        memchr(text.ptr + at, '\r',
               end == NULL ? text.len - at : (size_t)(end - (text.ptr + at)));
    if (cr != NULL)
        end = cr;
    return end == NULL ? text.len : (size_t)(end - text.ptr) + 1;
}

#define WORD_BYTES 4

static size_t first_lane(vector found)
{
    unsigned char lane[VECTOR];
    size_t i = 0;
    memcpy(lane, &found, sizeof(lane));
    while (lane[i] == 0)
        i++;
    return i;
}

/* rest: what stands in text from `at` on, made longer. */
static void find_in_rest(struct str text, size_t at, const char *rest,
                         struct places *out)
{
    size_t i = at;
    while (i < text.len) {
        vector found = words_at(rest + (i - at));
        if (is_zero(found))
            break;
        size_t word = i + first_lane(found);
        i = word < text.len ? add_word(text, word, out) : text.len;
    }
}

static void find_words(struct str text, struct places *out)
{
    size_t i = 0;
    while (i + VECTOR + WORD_BYTES - 1 <= text.len) {
        vector found = words_at(text.ptr + i);
        if (is_zero(found))
            i += VECTOR;
        else
            i = add_word(text, i + first_lane(found), out);
    }
    if (i < text.len) { /* the end of the text once more, with line ends */
        char rest[3 * VECTOR];
        memset(rest, '\n', sizeof(rest));
        memcpy(rest, text.ptr + i, text.len - i);
        find_in_rest(text, i, rest, out);
    }
}

bool filter_has_word(struct str text)
{
    struct places found = {NULL, 0, 0};
    find_words(text, &found);
    bool any = found.count > 0;
    places_release(&found);
    return any;
}

void filter_run(const struct filter *f, struct str text, struct places *out)
{
    find_literals(f, text, out);
    find_words(text, out);
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

size_t count_lone_crs(struct str s, size_t from, size_t to)
{
    size_t count = 0;
    if (from == to || memchr(s.ptr + from, '\r', to - from) == NULL)
        return 0;
    for (size_t i = from; i < to; i++)
        count += s.ptr[i] == '\r' && (i + 1 == s.len || s.ptr[i + 1] != '\n');
    return count;
}
