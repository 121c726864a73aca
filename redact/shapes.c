/* One regex for each shape, behind a cheap look for its words. */
#include "redact/shapes.h"

#include <assert.h>
#include <stdlib.h>

#include "language/regex.h"
#include "redact/place.h"

#define WORDS 16

/* A blank, also as JSON, a URL or a folded header writes it. */
#define BLANK "(?:\\s|\\\\+[rnt]|%20|\\+)"
/* Text of JSON may itself be quoted, in JSON or in HTML; YAML and SQL double.
 */
#define QUOTE "(?:\\\\*[\"']{1,2}|\\\\+u002[27]|&quot;|&#0*3[49];|%22)"
/* A reference of ours is not what it refers to. */
#define REFERENCE "\\$\\{(?:secret:)?[A-Za-z0-9_.]+\\}"

/*
 * Group 1 is what goes; without one, the whole match does. A text that has
 * none of the words, which are in lower case, cannot match.
 */
static const struct row {
    const char *pattern;
    const char *word[WORDS];
} row[] = {
    {"\\b[a-z][a-z0-9+.-]*:(?:\\\\*/){2}[^\\s:/@\"'<>]*:(?!" REFERENCE
     "@)([^\\s/@\"'<>]+)@",
     {"://", ":\\/", ":\\\\"}},
    {"\\b(?:Bearer|Basic|Token)" BLANK "+((?:[A-Za-z0-9._~+/=-]|\\\\+/|"
     "%2[BF]|%3D){8,})",
     {"bearer", "basic", "token"}},
    {"\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{4,}",
     {"eyj"}},
    {"\\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|"
     "glpat-[A-Za-z0-9_-]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|"
     "sk_(?:live|test)_[A-Za-z0-9]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|"
     "npm_[A-Za-z0-9]{30,}|AIza[A-Za-z0-9_-]{30,}|"
     "rnd_[A-Za-z0-9]{20,}|SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,})",
     {"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox",
      "sk_", "akia", "asia", "npm_", "aiza", "rnd_", "sg."}},
    {"-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*?"
     "(?:-----END [A-Z ]*PRIVATE KEY-----|\\z)",
     {"-----begin "}},
    {"(?!(?<=\\$\\{)secret:[A-Za-z0-9_.]+\\})"
     "\\b(?:[a-z0-9]+[_.-])*(?:password|passwd|pwd|secret|token|api[_-]?key|"
     "access[_-]?key|private[_-]?key|client[_-]?secret|authorization)" QUOTE
     "?" BLANK "*(?:[:=]|%3[AD])" BLANK "*" QUOTE "?"
     "(?!\\[redacted\\]|(?:Bearer|Basic|Token)" BLANK
     "|(?:read|write|none)\\b|" REFERENCE ")"
     "((?:[^\\s\"'&,;})\\]\\\\]|\\\\+(?![\"'\\\\]|u002[27])){4,})",
     {"password", "passwd", "pwd", "secret", "token", "key", "authorization"}},
};

struct shapes {
    struct regex *regex[ARRAY_COUNT(row)];
    uint64_t begin[256][4]; /* pairs of bytes that a word begins with */
};

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static void add_word(struct shapes *h, const char *word)
{
    unsigned char c = (unsigned char)word[0], d = (unsigned char)word[1];
    h->begin[c][d >> 6] |= UINT64_C(1) << (d & 63);
}

struct shapes *shapes_open(void)
{
    struct shapes *h = heap_zeroed(sizeof(*h));
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct regex_error e;
        bool ok =
            regex_open(&h->regex[i], str_from(row[i].pattern), STR("i"), &e);
        assert(ok);
        (void)ok;
        for (size_t k = 0; k < WORDS && row[i].word[k] != NULL; k++)
            add_word(h, row[i].word[k]);
    }
    return h;
}

void shapes_close(struct shapes *h)
{
    for (size_t i = 0; h != NULL && i < ARRAY_COUNT(row); i++)
        regex_close(h->regex[i]);
    free(h);
}

static unsigned rows_at(struct str s)
{
    unsigned rows = 0;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        for (size_t k = 0; k < WORDS && row[i].word[k] != NULL; k++) {
            struct str word = str_from(row[i].word[k]);
            if (str_equal_nocase(str_sub(s, 0, word.len), word))
                rows |= 1U << i;
        }
    return rows;
}

/* A bit for each row that has a word in the text, in any case. */
static unsigned rows_of(const struct shapes *h, struct str s)
{
    unsigned rows = 0;
    unsigned char c = s.len > 0 ? lower((unsigned char)s.ptr[0]) : 0;
    for (size_t i = 1; i < s.len; i++) {
        unsigned char d = lower((unsigned char)s.ptr[i]);
        if ((h->begin[c][d >> 6] >> (d & 63) & 1) != 0)
            rows |= rows_at(str_sub(s, i - 1, s.len));
        c = d;
    }
    return rows;
}

static void add(struct spans *out, size_t from, size_t end)
{
    out->item = arena_grow(out->arena, out->item, out->count, &out->cap,
                           sizeof(*out->item));
    out->item[out->count++] = (struct span){from, end};
}

static void find(struct spans *out, const struct regex *re, struct str text)
{
    struct str s = text;
    enum regex_answer answer = regex_match(re, s);
    while (answer == REGEX_YES) {
        struct str gone = regex_group(re, s, 1);
        if (gone.len == 0)
            gone = regex_group(re, s, 0);
        size_t at = (size_t)(gone.ptr - text.ptr);
        if (!str_is(gone, REDACTED) && !str_is(gone, REDACTED_URL))
            add(out, at, at + gone.len);
        s = str_sub(text, at + gone.len, text.len);
        answer = regex_match(re, s);
    }
    if (answer == REGEX_GAVE_UP) /* not known to be clean */
        add(out, (size_t)(s.ptr - text.ptr), text.len);
}

static size_t replace(struct buf *text, const struct regex *re)
{
    struct arena a;
    struct buf next;
    arena_init(&a);
    struct spans spans = {.arena = &a};
    const struct seen seen = {buf_view(text), FORM_TEXT, NULL};
    find(&spans, re, seen.text);
    if (spans.count > 0) {
        buf_init(&next, text->max);
        place_fill(&next, &seen, &spans);
        buf_release(text);
        *text = next;
    }
    arena_release(&a);
    return spans.count;
}

size_t shapes_run(const struct shapes *h, struct buf *text)
{
    size_t count = 0;
    unsigned rows = rows_of(h, buf_view(text));
    for (size_t i = 0; rows != 0 && i < ARRAY_COUNT(row); i++)
        if ((rows >> i & 1) != 0)
            count += replace(text, h->regex[i]);
    return count;
}
