/* Words, patterns and the marks with which people say done, open or failed. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/characters.h"
#include "base/text.h"
#include "lint/internal.h"

#define PATTERNS_MAX 512 /* a power of two, more than there are patterns */

const char sha_word[] = "\\b(?=[0-9a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{7,40}\\b";

struct patterns {
    struct {
        const char *key;
        struct regex *re;
    } slot[PATTERNS_MAX];
};

struct patterns *patterns_open(void)
{
    return heap_zeroed(sizeof(struct patterns));
}

void patterns_close(struct patterns *p)
{
    for (size_t i = 0; i < PATTERNS_MAX; i++)
        if (p->slot[i].key != NULL)
            regex_close(p->slot[i].re);
    free(p);
}

/* A pattern of ours that does not compile is a mistake of the programmer. */
static const struct regex *compiled(struct patterns *p, const char *pattern)
{
    size_t at = ((size_t)(uintptr_t)pattern >> 3) % PATTERNS_MAX;
    for (size_t tries = 0; tries < PATTERNS_MAX; tries++) {
        if (p->slot[at].key == pattern)
            return p->slot[at].re;
        if (p->slot[at].key == NULL)
            break;
        at = (at + 1) % PATTERNS_MAX;
    }
    assert(p->slot[at].key == NULL);
    struct regex_error e;
    bool ok = regex_open(&p->slot[at].re, str_from(pattern), STR("i"), &e);
    assert(ok);
    (void)ok;
    p->slot[at].key = pattern;
    return p->slot[at].re;
}

bool seen(struct patterns *p, const char *pattern, struct str text)
{
    return text.len > 0 && regex_match(compiled(p, pattern), text) == REGEX_YES;
}

bool found(struct patterns *p, const char *pattern, struct str text,
           struct str *group, size_t count)
{
    const struct regex *re = compiled(p, pattern);
    if (text.len == 0 || regex_match(re, text) != REGEX_YES)
        return false;
    for (size_t i = 0; i < count; i++)
        group[i] = regex_group(re, text, (unsigned)i);
    return true;
}

bool next(struct patterns *p, const char *pattern, struct str text,
          struct str *group, size_t count, size_t *at)
{
    struct str rest = str_sub(text, *at, text.len);
    if (!found(p, pattern, rest, group, count))
        return false;
    size_t end = (size_t)(group[0].ptr - text.ptr) + group[0].len;
    *at = end > *at ? end : *at + 1;
    return true;
}

struct str after(struct str s, struct str part)
{
    size_t end = (size_t)(part.ptr - s.ptr) + part.len;
    return str_sub(s, end, s.len);
}

struct str before(struct str s, struct str part)
{
    return str_sub(s, 0, (size_t)(part.ptr - s.ptr));
}

int64_t digits(struct str s)
{
    int64_t value = 0;
    for (size_t i = 0; i < s.len && value < INT64_C(100000000000); i++)
        if (is_digit(s.ptr[i]))
            value = value * 10 + (s.ptr[i] - '0');
    return value;
}

struct mark_row {
    const char *bytes;
    enum marking marking;
};

static const struct mark_row mark_rows[] = {
    {"\xe2\x9c\x85", MARKING_DONE},        /* white heavy check mark */
    {"\xe2\x9c\x94", MARKING_DONE},        /* heavy check mark */
    {"\xe2\x98\x91", MARKING_DONE},        /* ballot box with check */
    {"\xe2\x9c\x93", MARKING_DONE},        /* check mark */
    {"\xf0\x9f\x9f\xa2", MARKING_DONE},    /* green circle */
    {"\xe2\x8f\xb3", MARKING_PENDING},     /* hourglass */
    {"\xe2\x8c\x9b", MARKING_PENDING},     /* hourglass, done */
    {"\xf0\x9f\x94\x84", MARKING_PENDING}, /* arrows in a circle */
    {"\xf0\x9f\x9f\xa1", MARKING_PENDING}, /* yellow circle */
    {"\xf0\x9f\x9a\xa7", MARKING_PENDING}, /* construction */
    {"\xe2\x98\x90", MARKING_PENDING},     /* ballot box */
    {"\xe2\x9d\x8c", MARKING_FAILED},      /* cross mark */
    {"\xe2\x9c\x96", MARKING_FAILED},      /* heavy multiplication */
    {"\xe2\x9c\x97", MARKING_FAILED},      /* ballot x */
    {"\xe2\x9c\x98", MARKING_FAILED},      /* heavy ballot x */
    {"\xf0\x9f\x94\xb4", MARKING_FAILED},  /* red circle */
    {"\xe2\x8f\xad", MARKING_NEXT},        /* next track */
    {"\xf0\x9f\x94\x9c", MARKING_NEXT},    /* soon */
    {"\xe2\x9a\xa0", MARKING_WARNING},     /* warning */
    {"\xe2\x9b\x94", MARKING_WARNING},     /* no entry */
};

static enum marking mark_at(struct str s, size_t *bytes)
{
    for (size_t i = 0; i < ARRAY_COUNT(mark_rows); i++) {
        struct str mark = str_from(mark_rows[i].bytes);
        if (!str_starts(s, mark))
            continue;
        *bytes = mark.len;
        if (str_starts(str_sub(s, mark.len, 3), STR("\xef\xb8\x8f")))
            *bytes += 3; /* the selector of its coloured form */
        return mark_rows[i].marking;
    }
    *bytes = 0;
    return MARKING_NONE;
}

enum marking marking_of(struct str text, size_t *bytes)
{
    size_t box = 0;
    struct str rest = text;
    enum marking marking = MARKING_NONE;
    *bytes = 0;
    if (text.len >= 3 && text.ptr[0] == '[' && text.ptr[2] == ']') {
        if (text.ptr[1] == ' ')
            marking = MARKING_PENDING;
        else if (text.ptr[1] == 'x' || text.ptr[1] == 'X')
            marking = MARKING_DONE;
        if (marking != MARKING_NONE)
            *bytes = 3;
        return marking;
    }
    marking = mark_at(rest, &box);
    *bytes = box;
    return marking;
}

enum marking marking_in(struct str text)
{
    size_t bytes;
    for (size_t i = 0; i < text.len; i++) {
        if ((text.ptr[i] & 0x80) == 0)
            continue;
        enum marking m = mark_at(str_sub(text, i, text.len), &bytes);
        if (m != MARKING_NONE)
            return m;
    }
    return MARKING_NONE;
}

/* Characters from U+2000 on that are no letters; dashes are not counted. */
bool is_only_emoji(struct str text)
{
    bool emoji = false;
    for (size_t i = 0; i < text.len;) {
        uint32_t point = 0;
        size_t n = utf8_length(str_sub(text, i, text.len), &point);
        if (n == 0 || is_alnum(text.ptr[i]))
            return false;
        if (point >= 0xa1 && point < 0x2100)
            return false;
        emoji = emoji || point >= 0x2100;
        if (point >= 0x3000 && point < 0x1f000 && point != 0xfe0f)
            return false; /* letters of other scripts */
        i += n;
    }
    return emoji;
}

/* Words without meaning of their own. */
static bool is_filler(const char *word)
{
    static const char *const filler[] = {
        "a",      "an",     "and",    "any",   "are",   "as",    "at",
        "be",     "been",   "by",     "can",   "did",   "do",    "for",
        "from",   "had",    "has",    "have",  "if",    "in",    "into",
        "is",     "it",     "its",    "of",    "on",    "or",    "that",
        "the",    "their",  "then",   "there", "this",  "to",    "was",
        "were",   "which",  "will",   "with",  "we",    "all",   "not",
        "no",     "again",  "should", "would", "could", "after", "when",
        "before", "during", "while",  "via",   "per",   "only",  "also",
    };
    for (size_t i = 0; i < ARRAY_COUNT(filler); i++)
        if (strcmp(word, filler[i]) == 0)
            return true;
    return false;
}

static void stem_add(struct stems *out, const char *word)
{
    size_t at = 0;
    while (at < out->count && strcmp(out->word[at], word) < 0)
        at++;
    if (out->count == STEMS_MAX || is_filler(word) ||
        (at < out->count && strcmp(out->word[at], word) == 0))
        return;
    for (size_t i = out->count; i > at; i--)
        memcpy(out->word[i], out->word[i - 1], STEM_BYTES + 1);
    memcpy(out->word[at], word, strlen(word) + 1);
    out->count++;
}

/* A plural and its singular are the same. */
static void stem_end(char *word, size_t *len)
{
    if (*len > 3 && *len <= STEM_BYTES && word[*len - 1] == 's' &&
        word[*len - 2] != 's' && word[*len - 2] != 'u')
        word[--*len] = '\0';
}

void stems_of(struct stems *out, struct str text)
{
    out->count = 0;
    for (size_t i = 0; i < text.len;) {
        char word[STEM_BYTES + 1] = "";
        size_t len = 0;
        for (; i < text.len && is_alnum(text.ptr[i]); i++) {
            char c = text.ptr[i];
            if (len < STEM_BYTES)
                word[len++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        }
        word[len] = '\0';
        stem_end(word, &len);
        if (len > 1)
            stem_add(out, word);
        if (i < text.len && !is_alnum(text.ptr[i]))
            i++;
    }
}

size_t stems_shared(const struct stems *a, const struct stems *b)
{
    size_t shared = 0;
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        int order = strcmp(a->word[i], b->word[j]);
        shared += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    return shared;
}
