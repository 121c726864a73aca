/* Where texts are cut, and which parts of a secret are removed there. */
#include "redact/cut.h"

#include <string.h>

#include "redact/fold.h"
#include "redact/recall.h"

#define ESCAPE_MAX     80  /* of one escape, itself escaped */
#define NAME_MAX_BYTES 20  /* of an entity and what is behind it */
#define START_MAX      100 /* blanks, quotes and line ends before a part */
#define WORD_MAX       8   /* letters that may be a word by accident */
#define LONG_FACTOR    2   /* times the least: goes wherever it is */
#define LONG_SHARE     2   /* and this part of the needle */

static bool has_at(const struct seen *s, size_t at, struct str word)
{
    return str_starts(str_sub(s->text, at, word.len), word);
}

static bool has_dots(const struct seen *s, size_t at)
{
    for (unsigned i = 0; i < 3; i++)
        if (!unit_take(s, &at, '.'))
            return false;
    return true;
}

static size_t word_end(const struct seen *s, size_t at)
{
    static const struct str word[] = {
        {"truncated", 9}, {"shortened", 9}, {"more", 4}};
    if (strchr("[(<", seen_byte(s, at)) == NULL || seen_byte(s, at) == 0)
        return 0;
    for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++)
        if (has_at(s, at + 1, word[i]))
            return at + 1 + word[i].len;
    return 0;
}

size_t cut_mark_end(const struct seen *s, size_t at)
{
    unsigned char c = seen_byte(s, at);
    size_t end = at;
    if (c == '.')
        return has_at(s, at, STR("...")) ? at + 3 : 0;
    if (c == 0xE2)
        return has_at(s, at, STR("\xE2\x80\xA6")) ? at + 3 : 0;
    if (c == '[' || c == '(' || c == '<')
        return word_end(s, at);
    if (c != '%' && c != '\\' && c != '&')
        return 0;
    if (unit_take(s, &end, 0x2026))
        return end;
    return has_dots(s, at) ? at + 1 : 0;
}

/* Half an escape at the end of what was kept, or half a character. */
static size_t skip_half(const struct seen *s, size_t at)
{
    size_t end = at;
    unsigned char c = seen_byte(s, at);
    if ((is_introducer(c) && c != '"' && c != '\'') || c == 0x1B)
        for (end++; end - at < ESCAPE_MAX; end++) {
            size_t next = unit_past_fold(s, end);
            if (seen_byte(s, end) == 0 || cut_mark_end(s, end) > 0 ||
                strchr(" \"'<", seen_byte(s, end)) != NULL)
                break;
            end = next > end ? next - 1 : end;
        }
    while (end - at < ESCAPE_MAX && seen_byte(s, end) >= 0x80 &&
           cut_mark_end(s, end) == 0)
        end++;
    recall_count(s, end - at);
    return end;
}

/* Nothing but what closes something until the end, or a mark. */
static bool is_cut(const struct seen *s, size_t at, bool edges)
{
    for (unsigned i = 0; i < 3; i++, at++) {
        if (cut_mark_end(s, at) > 0)
            return true;
        if (seen_byte(s, at) == 0 || strchr(" [(\n", seen_byte(s, at)) == NULL)
            break;
    }
    return edges && at >= s->recall->closed;
}

static bool is_quoted_end(const struct seen *s, size_t at)
{
    return unit_take(s, &at, '"') || unit_take(s, &at, '\'') ||
           seen_byte(s, at) == '`' || seen_byte(s, at) == '<' ||
           (s->form == FORM_JSON && seen_byte(s, at) == '"');
}

/* Of the part [from, from + count) of a needle: is enough of it secret? */
static bool is_enough(const struct needle *n, size_t from, size_t count,
                      size_t least)
{
    size_t end = from + count < n->hot_end ? from + count : n->hot_end;
    size_t begin = from > n->hot_from ? from : n->hot_from;
    size_t hot = n->hot_end - n->hot_from;
    return end > begin && end - begin >= (least < hot ? least : hot);
}

/* Letters of one case may be an ordinary word that a secret has, too. */
static bool is_word(const struct needle *n, size_t from, size_t count)
{
    if (count >= WORD_MAX || n->alphabet != ALPHABET_PLAIN)
        return false;
    for (size_t i = from; i < from + count; i++) {
        unsigned char c = (unsigned char)n->ptr[i];
        bool first = i <= from + 1;
        bool same = first || (c & 32) == ((unsigned char)n->ptr[i - 1] & 32);
        c |= 32;
        if (c < 'a' || c > 'z' || !same)
            return false;
    }
    return true;
}

/* Half a character of UTF-16. */
static size_t past_nul(const struct seen *s, size_t at)
{
    while (at < s->text.len && s->text.ptr[at] == '\0')
        at++;
    return at;
}

/* What parts bytes in hex: ":", ", ", ", 0x", or the beginning of that. */
static size_t past_separators(const struct seen *s, size_t at)
{
    while (seen_byte(s, at) != 0 && strchr(":-, +", seen_byte(s, at)) != NULL)
        at = unit_past_fold(s, at + 1);
    if (seen_byte(s, at) == '0')
        at = unit_past_fold(s, at + 1);
    if ((seen_byte(s, at) | 32) == 'x')
        at = unit_past_fold(s, at + 1);
    return at;
}

/* Then *end is behind half an escape, or what parts bytes in hex. */
static bool is_cut_behind(const struct needle *n, const struct seen *s,
                          const struct agreed *a, bool edges, size_t *end)
{
    size_t at = unit_past_fold(s, past_nul(s, a->end));
    at = n->alphabet == ALPHABET_HEX ? past_separators(s, at) : at;
    /* A mark of the secret's own may be the beginning of half an escape. */
    for (size_t i = 0; i < ENDS; i++)
        if (a->ends[i] > 0 && cut_mark_end(s, a->ends[i]) > 0) {
            *end = a->ends[i]; /* its first byte is one of the secret's, too */
            return true;
        } else if (is_introducer(seen_byte(s, a->ends[i]))) {
            *end = skip_half(s, a->ends[i]);
            if (*end > a->end && is_cut(s, *end, edges))
                return true;
        }
    *end = skip_half(s, at);
    return is_cut(s, a->end, edges) || is_cut(s, at, edges) ||
           is_cut(s, *end, edges);
}

bool cut_is_beginning(const struct needle *n, const struct seen *s,
                      const struct agreed *a, bool edges, size_t *end)
{
    if (!is_enough(n, 0, a->taken, n->least))
        return false;
    if (is_cut_behind(n, s, a, edges, end))
        return true;
    *end = a->end;
    if (a->taken >= n->least * LONG_FACTOR && a->taken * LONG_SHARE >= n->len)
        return true;
    if (!is_enough(n, 0, a->taken, n->least + 2) || is_word(n, 0, a->taken))
        return false;
    if (!is_quoted_end(s, a->end))
        *end = skip_half(s, a->end);
    return is_quoted_end(s, *end);
}

bool cut_is_end(const struct needle *n, const struct seen *s,
                const struct cut_end *c, const struct agreed *a, size_t *end)
{
    bool both = !a->whole;
    if (!is_enough(n, c->from, a->taken, n->least))
        return false;
    *end = a->end;
    if (both && !is_cut_behind(n, s, a, c->edges, end))
        return false;
    bool marked = c->marked || (both && *end < s->text.len);
    return marked || !is_word(n, c->from, a->taken);
}

/* Is a reference near its end here, whatever its semicolon is written as? */
static bool is_of_name(const struct seen *s, size_t start)
{
    if (is_introducer(seen_byte(s, start)))
        return true;
    for (size_t i = 0; i < NAME_MAX_BYTES; i++) {
        size_t at = start + i;
        if (seen_byte(s, at) == ';')
            return true;
        if (is_introducer(seen_byte(s, at)) && unit_take(s, &at, ';'))
            return true;
    }
    return false;
}

/* "uot" of "&quot", as browsers read it without its semicolon. */
static bool is_of_bare_name(const struct seen *s, size_t start, size_t at)
{
    static const char *const end[] = {"quot", "uot", "ot", "amp", "mp",
                                      "lt",   "gt",  "t",  "p"};
    while (start < at &&
           (fold_hex_value(seen_byte(s, start)) >= 0 ||
            seen_byte(s, start) == 'x') &&
           seen_byte(s, start) != 'a')
        start++; /* of an ampersand that is escaped */
    struct str part = str_sub(s->text, start, at + 1 - start);
    for (size_t i = 0; i < sizeof(end) / sizeof(end[0]); i++)
        if (str_equal_nocase(str_sub(str_from(end[i]), 0, part.len), part))
            return true;
    return false;
}

/* "ot;" of "&quot;", "0041" of "\\u0041", ":6" of hex, "1m" of a colour. */
static bool is_of_escape(const struct seen *s, size_t start, size_t at)
{
    unsigned char c = seen_byte(s, at);
    if (c == ' ' || c == '\t' || c == '>') { /* of a line that was wrapped */
        while (at > start && strchr(" \t>", seen_byte(s, at)) != NULL)
            at--;
        return seen_byte(s, at) == '\n';
    }
    return c >= 0x80 ||
           (c != 0 &&
            strchr("0123456789abcdefABCDEFux{}#;&%=\\\r\n\033[m:-,+nrt", c) !=
                NULL) ||
           ((c | 32) >= 'a' && (c | 32) <= 'z' &&
            (is_of_name(s, start) || is_of_bare_name(s, start, at)));
}

/* A text of JSON, which begins there: no "[1m" of a colour, no "{41}". */
static bool is_json(const struct seen *s, size_t at)
{
    unsigned char c = seen_byte(s, at++);
    if (c == '{')
        return fold_hex_value(seen_byte(s, at)) < 0;
    if (c != '[')
        return false;
    while (seen_byte(s, at) != 0 &&
           strchr("0123456789;", seen_byte(s, at)) != NULL)
        at++;
    return seen_byte(s, at) == 0 ||
           strchr("mKJHABCD", seen_byte(s, at)) == NULL;
}

bool cut_start(const struct seen *s, size_t at, size_t half, size_t *start)
{
    for (unsigned i = 0; half == 0 && i < START_MAX; i++) {
        size_t next = unit_past_fold(s, at);
        if (at < s->text.len && (seen_byte(s, at) == 0 ||
                                 strchr(" \t\"'>", seen_byte(s, at)) != NULL))
            next = at + 1; /* NUL: of UTF-16 */
        if (next == at)
            break;
        at = next;
    }
    *start = at;
    if (half == 0)
        return true;
    return half < ESCAPE_MAX && !is_json(s, at) &&
           is_of_escape(s, at, at + half - 1);
}

static int base64_value(unsigned char c)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"
                                   "opqrstuvwxyz0123456789+/";
    c = c == '-' ? '+' : c == '_' ? '/' : c;
    const char *at = c == 0 ? NULL : strchr(alphabet, c);
    return at == NULL ? -1 : (int)(at - alphabet);
}

/* What is before may be the letter of an escape. */
static bool is_in_escape(const struct seen *s, size_t at)
{
    for (size_t i = 0; i < 6 && i < at; i++)
        if (strchr("\\%&=", seen_byte(s, at - 1 - i)) != NULL)
            return true;
    return false;
}

void cut_widen(const struct needle *n, const struct seen *s, struct span *found)
{
    unsigned char c = seen_byte(s, found->end);
    unsigned padding = n->padding;
    if (n->alphabet != ALPHABET_BASE64)
        return;
    if (n->after_bits > 0 && base64_value(c) >= 0 &&
        (unsigned)base64_value(c) >> (6 - n->after_bits) == n->after)
        found->end++;
    else if (n->after_bits > 0)
        padding = 0;
    while (padding-- > 0 && seen_byte(s, found->end) == '=')
        found->end++;
    c = found->from == 0 ? 0 : seen_byte(s, found->from - 1);
    if (n->before_bits > 0 && base64_value(c) >= 0 &&
        ((unsigned)base64_value(c) & ((1U << n->before_bits) - 1)) ==
            n->before &&
        !is_in_escape(s, found->from))
        found->from--;
}
