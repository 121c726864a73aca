/*
 * Four letters of each word, in either case, are looked for in 32 bytes at a
 * time. What is found so is then read byte by byte, which decides.
 *
 * Where the machine has AVX2, two tables of half bytes for each of the four do
 * so, as in Teddy of Hyperscan: a bit for each word that may have the byte
 * there. Elsewhere the words are compared one by one.
 */
#include "scan/word_filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/characters.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define HAS_AVX2 1
#include <immintrin.h>
#endif

#define LETTERS   4
#define WORDS_MAX 2
#define FOLD      0x20u /* makes letters small */

/*
 * The bytes that each of the first four may be, folded, and the words. Folding
 * makes of a bracket, tab and line end behind ERR the signs that stand here; ""
 * is any byte.
 */
static const struct {
    const char *letter[LETTERS];
    const char *word[WORDS_MAX];
} known[] = {
    {{"e", "r", "r", "o :!})*-"}, {"error", "err"}},
    {{"f", "a", "t", "a"}, {"fatal"}},
    {{"p", "a", "n", "i"}, {"panic"}},
    {{"v", "e", "r", "e"}, {"vere"}}, /* severe */
    {{"c", "r", "i", "t"}, {"critical"}},
    {{"e", "m", "e", "r"}, {"emergency", "emerg"}},
    {{"x", "c", "e", "p"}, {"xception"}},
    {{"f", "t", "l", ""}, {"ftl"}},
};

#define STEP  ((size_t)32) /* bytes in which a word may begin … */
#define READS (STEP + LETTERS - 1)

/* A bit for each word that may have a byte with that half at that place. */
struct halves {
    unsigned char low[LETTERS][16], high[LETTERS][16];
};

/*
 * From `at` on, the next 32 bytes in which a word may begin; *mask: a bit for
 * each of them. It stops where it would read behind the end.
 */
typedef size_t step_to_word(const struct halves *h, struct str text, size_t at,
                            uint32_t *mask);

#define VECTOR 16
typedef unsigned char vector __attribute__((vector_size(VECTOR)));

static vector load_folded(const char *p)
{
    vector v;
    memcpy(&v, p, sizeof(v));
    return v | (unsigned char)FOLD;
}

#define IS(v, c) ((vector)((v) == (unsigned char)(c)))

static vector words_at(const char *p)
{
    vector a = load_folded(p), b = load_folded(p + 1);
    vector c = load_folded(p + 2), d = load_folded(p + 3);
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

static uint32_t bits_of(vector found)
{
    unsigned char lane[VECTOR];
    uint64_t half[2];
    uint32_t bits = 0;
    memcpy(half, &found, sizeof(half));
    if ((half[0] | half[1]) == 0)
        return 0;
    memcpy(lane, &found, sizeof(lane));
    for (size_t i = 0; i < VECTOR; i++)
        bits |= (lane[i] & UINT32_C(1)) << i;
    return bits;
}

static size_t step_by_words(const struct halves *h, struct str text, size_t at,
                            uint32_t *mask)
{
    (void)h;
    for (*mask = 0; at + READS <= text.len; at += STEP) {
        const char *p = text.ptr + at;
        *mask = bits_of(words_at(p)) | bits_of(words_at(p + VECTOR)) << VECTOR;
        if (*mask != 0)
            break;
    }
    return at;
}

#ifdef HAS_AVX2
static void add_byte(struct halves *h, size_t place, unsigned byte, size_t word)
{
    h->low[place][byte & 15] |= (unsigned char)(1u << word);
    h->high[place][byte >> 4] |= (unsigned char)(1u << word);
}

static void list_halves(struct halves *h)
{
    *h = (struct halves){.low = {{0}}};
    for (size_t w = 0; w < ARRAY_COUNT(known); w++)
        for (size_t k = 0; k < LETTERS; k++) {
            const char *c = known[w].letter[k];
            for (unsigned any = 0; *c == '\0' && any < 256; any += 17)
                add_byte(h, k, any, w);
            for (; *c != '\0'; c++) {
                add_byte(h, k, (unsigned char)*c, w);
                add_byte(h, k, (unsigned char)*c & ~FOLD, w);
            }
        }
}

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i table_of(const unsigned char *row)
{
    __m128i half;
    memcpy(&half, row, sizeof(half));
    return _mm256_broadcastsi128_si256(half);
}

/* The words that may have the bytes at p at this place. */
AVX2 static inline __m256i words_with(const char *p, __m256i low, __m256i high)
{
    const __m256i lower = _mm256_set1_epi8(15);
    __m256i v;
    memcpy(&v, p, sizeof(v));
    __m256i upper = _mm256_and_si256(_mm256_srli_epi16(v, 4), lower);
    return _mm256_and_si256(
        _mm256_shuffle_epi8(low, _mm256_and_si256(v, lower)),
        _mm256_shuffle_epi8(high, upper));
}

AVX2 static size_t step_by_halves(const struct halves *h, struct str text,
                                  size_t at, uint32_t *mask)
{
    __m256i low[LETTERS], high[LETTERS];
    for (size_t k = 0; k < LETTERS; k++) {
        low[k] = table_of(h->low[k]);
        high[k] = table_of(h->high[k]);
    }
    for (*mask = 0; at + READS <= text.len; at += STEP) {
        const char *p = text.ptr + at;
        __m256i found = words_with(p, low[0], high[0]);
        found = _mm256_and_si256(found, words_with(p + 1, low[1], high[1]));
        found = _mm256_and_si256(found, words_with(p + 2, low[2], high[2]));
        found = _mm256_and_si256(found, words_with(p + 3, low[3], high[3]));
        __m256i none = _mm256_cmpeq_epi8(found, _mm256_setzero_si256());
        *mask = ~(uint32_t)_mm256_movemask_epi8(none);
        if (*mask != 0)
            break;
    }
    return at;
}
#endif

static step_to_word *way_of_machine(struct halves *h)
{
#ifdef HAS_AVX2
    if (__builtin_cpu_supports("avx2")) {
        list_halves(h);
        return step_by_halves;
    }
#endif
    (void)h;
    return step_by_words;
}

static char folded(struct str text, size_t at)
{
    unsigned char c = at < text.len ? (unsigned char)text.ptr[at] : '\n';
    return (char)(c | FOLD);
}

static bool has_char(const char *any, char c)
{
    while (*any != '\0' && *any != c)
        any++;
    return *any != '\0';
}

static bool has_letters(size_t row, struct str text, size_t at)
{
    bool all = true;
    for (size_t k = 0; k < LETTERS && all; k++) {
        const char *letter = known[row].letter[k];
        all = *letter == '\0' || has_char(letter, folded(text, at + k));
    }
    return all;
}

static bool has_word(const char *word, struct str text, size_t at)
{
    while (*word != '\0' && at < text.len && folded(text, at) == *word) {
        word++;
        at++;
    }
    return *word == '\0';
}

/* The length of the word that stands there; 0: none does. */
static size_t word_length(struct str text, size_t at)
{
    char first = folded(text, at);
    for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
        if (*known[i].letter[0] != first || !has_letters(i, text, at))
            continue;
        for (size_t k = 0; k < WORDS_MAX && known[i].word[k] != NULL; k++)
            if (has_word(known[i].word[k], text, at))
                return strlen(known[i].word[k]);
    }
    return 0;
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

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool begins_line(struct str text, size_t at)
{
    return at == 0 || text.ptr[at - 1] == '\n' || text.ptr[at - 1] == '\r';
}

/*
 * "no error", "handling error pages": behind a small word no level stands. The
 * words that are excepted end a level of npm and a time.
 */
static bool is_mentioned(struct str text, size_t at)
{
    size_t end = at == 0 ? 0 : at - 1, n = end;
    if (at == 0 || text.ptr[end] != ' ')
        return false;
    while (n > 0 && is_small(text.ptr[n - 1]))
        n--;
    struct str before = str_sub(text, n, end - n);
    return before.len >= 2 &&
           (begins_line(text, n) || text.ptr[n - 1] == ' ') &&
           !str_is(before, "npm") && !str_is(before, "am") &&
           !str_is(before, "pm");
}

/* "error":null: a member of an object that says that there is none. */
static bool is_empty_member(struct str text, size_t end)
{
    static const char *const none[] = {"null", "false", "\"\"", "[]", "{}"};
    if (end + 3 > text.len || text.ptr[end] != '"' || text.ptr[end + 1] != ':')
        return false;
    end += text.ptr[end + 2] == ' ' ? 3 : 2;
    for (size_t i = 0; i < ARRAY_COUNT(none); i++)
        if (str_starts(str_sub(text, end, 8), str_from(none[i])))
            return true;
    return end + 1 < text.len && text.ptr[end] == '0' &&
           (text.ptr[end + 1] == ',' || text.ptr[end + 1] == '}');
}

/*
 * Whether a line may state an error by the word at a place: it is a word of
 * its own there, no part of a name and no key, and nobody counts or mentions
 * it. The modules of Python's drivers are the exception.
 */
static bool may_tell(struct str text, size_t at)
{
    size_t end = at + word_length(text, at);
    if (end == at)
        return false;
    if (end + 1 < text.len && text.ptr[end] == 's' && text.ptr[end + 1] == '.')
        return true;
    return (end >= text.len || !goes_on_word(text.ptr[end])) &&
           !is_counted(text, at) && !is_mentioned(text, at) &&
           !is_empty_member(text, end);
}

static void offsets_add(struct offsets *o, size_t offset)
{
    if (o->count == o->cap) {
        o->cap = o->cap == 0 ? 256 : 2 * o->cap;
        o->item = heap_resize(o->item, o->cap * sizeof(*o->item));
    }
    o->item[o->count++] = (uint32_t)offset;
}

static size_t line_behind(struct str text, size_t at)
{
    const char *end = memchr(text.ptr + at, '\n', text.len - at);
    size_t length = end == NULL ? text.len - at : (size_t)(end - text.ptr) - at;
    const char *cr = memchr(text.ptr + at, '\r', length);
    end = cr == NULL ? end : cr;
    return end == NULL ? text.len : (size_t)(end - text.ptr) + 1;
}

/*
 * The words that begin at the bits of the mask, from `at` on. One place a line
 * is enough: the rest of the line is passed over. Where to go on.
 */
static size_t take_words(struct str text, size_t at, uint32_t mask,
                         struct offsets *out)
{
    for (; mask != 0; mask &= mask - 1) {
        size_t word = at + (size_t)__builtin_ctz(mask);
        if (word >= text.len || !may_tell(text, word))
            continue;
        offsets_add(out, word);
        return line_behind(text, word);
    }
    return at + STEP;
}

/* The end of the text once more, with line ends behind it. */
static void take_rest(step_to_word *step, const struct halves *h,
                      struct str text, size_t at, struct offsets *out)
{
    char longer[3 * STEP];
    while (at < text.len) {
        uint32_t mask;
        memset(longer, '\n', sizeof(longer));
        memcpy(longer, text.ptr + at, text.len - at);
        struct str rest = {longer, text.len - at + READS};
        size_t found = at + step(h, rest, 0, &mask);
        if (mask == 0)
            return;
        at = take_words(text, found, mask, out);
    }
}

void word_filter_run(struct str text, struct offsets *out)
{
    struct halves h;
    step_to_word *step = way_of_machine(&h);
    size_t at = 0;
    while (at + READS <= text.len) {
        uint32_t mask;
        at = step(&h, text, at, &mask);
        if (mask != 0)
            at = take_words(text, at, mask, out);
    }
    if (at < text.len)
        take_rest(step, &h, text, at, out);
}

bool filter_has_word(struct str text)
{
    struct offsets found = {NULL, 0, 0};
    word_filter_run(text, &found);
    bool any = found.count > 0;
    free(found.item);
    return any;
}
