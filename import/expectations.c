/*
 * Secrets in what is expected of a response, and in quoted assertions of other
 * tools: a value under the name of a secret, or with the shape of one, is not
 * copied.
 */
#include <string.h>

#include "base/text.h"
#include "import/drafts.h"
#include "import/passage.h"
#include "import/references.h"

#define DIGITS_MIN 4 /* fewer are a count */
#define RUN_MIN    6 /* bytes: fewer are the beginning of any token */

/* One expectation: what its values are compared with. */
struct phrase {
    struct passage *to;
    struct str word; /* the last one */
    struct str name; /* a secret's, of a query or filter; empty: none */
    bool valued;     /* behind the predicate */
    bool counted;    /* what follows is a number of things */
};

/* A class or a repetition: it fits many texts. */
static bool is_pattern(struct str value)
{
    for (size_t i = 0; i < value.len; i++)
        if (strchr("[(*+?{|", value.ptr[i]) != NULL ||
            (value.ptr[i] == '\\' && i + 1 < value.len &&
             is_letter(value.ptr[i + 1])))
            return true;
    return false;
}

/* The text between quotes; a dollar that was escaped is one of a draft. */
static const char *unquoted(struct arena *a, struct str s)
{
    static const char letter[] = "nrt", meant[] = "\n\r\t";
    struct buf out;
    buf_init(&out, PASSAGE_MAX);
    for (size_t i = 0; i < s.len; i++) {
        const char *known;
        if (s.ptr[i] != '\\' || ++i == s.len)
            buf_char(&out, i < s.len ? s.ptr[i] : '\\');
        else if (s.ptr[i] == 'u')
            buf_str(&out, str_sub(s, i - 1, 2));
        else if ((known = strchr(letter, s.ptr[i])) != NULL)
            buf_char(&out, meant[known - letter]);
        else
            buf_printf(&out, s.ptr[i] == '$' ? "$%c" : "%c", s.ptr[i]);
    }
    const char *text = buf_dup(a, &out);
    buf_release(&out);
    return text;
}

/* "$.user['api-key']" names "api-key"; "$.token.value" all of it. */
static struct str path_name(struct str path)
{
    static const char *const plain[] = {"value",   "val", "text", "data",
                                        "content", "raw", "key",  "string",
                                        "plain",   "id",  "hash", NULL};
    size_t end = path.len;
    while (end > 0 && strchr("]'\"", path.ptr[end - 1]) != NULL)
        end--;
    size_t from = end;
    while (from > 0 && is_name_byte(path.ptr[from - 1]))
        from--;
    struct str last = str_sub(path, from, end - from);
    bool digits = true;
    for (size_t i = 0; i < last.len; i++)
        digits = digits && is_digit(last.ptr[i]);
    return digits || is_one_of(last, plain) ? path : last;
}

/* The first word of the text that names a secret, or all of it. */
static struct str naming_word(struct str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && is_name_byte(text.ptr[end]))
            end++;
        if (end > at && names_secret(str_sub(text, at, end - at)))
            return str_sub(text, at, end - at);
        at = end + 1;
    }
    return text;
}

/* The argument of a query or filter may name what is compared. */
static void take_argument(struct phrase *f, struct str text)
{
    static const char *const naming[] = {
        "jsonpath", "header", "cookie", "variable", "xpath", "regex", NULL};
    if (f->valued || !is_one_of(f->word, naming) || f->name.len > 0)
        return;
    bool attribute = str_is(f->word, "cookie") && str_ends(text, STR("]"));
    struct str name = str_is(f->word, "jsonpath") ? path_name(text) : text;
    if (!attribute && names_secret(name) && !is_described(name))
        f->name = naming_word(name);
}

static bool is_shaped(struct import *im, struct str text)
{
    return redact(im->redactor, im->arena, text).ptr != text.ptr;
}

/* Between what a regex repeats or chooses: "token=(.*)" is no token. */
static bool has_shaped_part(struct import *im, struct str text)
{
    bool shaped = false;
    for (size_t at = 0, end; at < text.len && !shaped; at = end + 1) {
        end = at;
        if (str_starts(str_sub(text, at, 2), STR("${"))) {
            end = str_find(text, STR("}"), at);
            continue;
        }
        while (end < text.len &&
               strchr("[](){}*+?|\\^$", text.ptr[end]) == NULL)
            end++;
        shaped = is_shaped(im, str_sub(text, at, end - at));
        end -= str_starts(str_sub(text, end, 2), STR("${")) && end > at;
    }
    return shaped;
}

/* Behind a class, an escape or a repetition; the place itself at a literal. */
static size_t past_varying(struct str s, size_t at)
{
    if (s.ptr[at] == '[' || s.ptr[at] == '{') {
        const char *close = s.ptr[at] == '[' ? "]" : "}";
        return str_find(s, str_from(close), at) + 1;
    }
    if (s.ptr[at] == '\\')
        return at + 2;
    return is_name_byte(s.ptr[at]) ? at : at + 1;
}

/* A regex under the name of a secret: what it has of letters and digits. */
static const char *without_runs(const struct phrase *f, struct str s)
{
    struct passage p = passage_like(f->to, true);
    buf_init(&p.out, PASSAGE_MAX);
    for (size_t at = 0, end; at < s.len; at = end) {
        bool letter = false, digit = false;
        size_t behind = past_varying(s, at);
        for (end = at; end < s.len && is_name_byte(s.ptr[end]); end++) {
            letter = letter || is_letter(s.ptr[end]);
            digit = digit || is_digit(s.ptr[end]);
        }
        end = end > at ? end : behind;
        if (letter && digit && end - at >= RUN_MIN)
            put_secret(&p, f->name, str_sub(s, at, end - at));
        else
            buf_str(&p.out, str_sub(s, at, end - at));
    }
    return passage_end(&p, s);
}

/* NULL: it stays as it is. */
static const char *shielded_text(struct phrase *f, struct str text, bool regex)
{
    struct import *im = f->to->im;
    struct passage whole = passage_like(f->to, false);
    bool named = f->valued && f->name.len > 0;
    bool pattern = regex && is_pattern(text);
    bool all = named && !pattern && is_named_secret(im, f->name, text);
    const char *parts = without_pairs(f->to, text, regex);
    if (named && pattern)
        parts = without_runs(f, str_from(parts));
    bool shaped = !all && (regex ? has_shaped_part(im, str_from(parts))
                                 : is_shaped(im, str_from(parts)));
    if (!all && !shaped)
        return str_is(text, parts) ? NULL : parts;
    struct str id = str_from(im->now == NULL ? "expected" : im->now->id);
    buf_init(&whole.out, PASSAGE_MAX);
    put_secret(&whole, all ? f->name : id, text);
    return passage_end(&whole, text);
}

/* Behind a text in quotes or a regex between slashes. */
static size_t literal_end(struct str s, size_t at)
{
    char mark = s.ptr[at];
    for (at++; at < s.len && s.ptr[at] != mark; at++)
        at += s.ptr[at] == '\\' ? 1 : 0;
    return at < s.len ? at + 1 : s.len;
}

static size_t put_literal(struct phrase *f, struct str s, size_t at)
{
    struct passage *to = f->to;
    size_t end = literal_end(s, at);
    bool regex = s.ptr[at] == '/';
    struct str inside = str_sub(s, at + 1, end > at + 1 ? end - at - 2 : 0);
    struct str text =
        regex ? inside : str_from(unquoted(to->im->arena, inside));
    const char *shielded =
        shielded_text(f, text, regex || str_is(f->word, "matches"));
    take_argument(f, text);
    if (shielded == NULL)
        buf_str(&to->out, str_sub(s, at, end - at));
    else if (regex)
        buf_printf(&to->out, "/%s/", shielded);
    else
        buf_text(&to->out, quoted(to->im, shielded));
    return end;
}

static void put_word(struct phrase *f, struct str word)
{
    static const char *const predicate[] = {
        "==",       "!=",       "contains", "in", "startsWith",
        "endsWith", "includes", "matches",  NULL};
    static const char *const counts[] = {"count", "length", "bytes", NULL};
    bool number = word.len >= DIGITS_MIN && is_digit(word.ptr[0]) &&
                  str_find(word, STR(".."), 0) == word.len;
    if (f->valued && number && f->name.len > 0 && !f->counted)
        put_secret(f->to, f->name, word);
    else
        buf_str(&f->to->out, word);
    f->valued = f->valued || is_one_of(word, predicate);
    f->counted = f->counted || is_one_of(word, counts);
    f->word = word;
}

static void put_phrase(struct phrase *f, struct str s)
{
    for (size_t at = 0; at < s.len;) {
        bool regex = s.ptr[at] == '/' &&
                     (str_is(f->word, "matches") || str_is(f->word, "regex"));
        size_t end = at;
        while (end < s.len && strchr(" \t\r\n[],\"", s.ptr[end]) == NULL)
            end++;
        if (regex || s.ptr[at] == '"') {
            at = put_literal(f, s, at);
        } else if (end == at) {
            buf_char(&f->to->out, s.ptr[at++]);
        } else {
            put_word(f, str_sub(s, at, end - at));
            at = end;
        }
    }
}

static const char *without_values(const struct passage *like, struct str s)
{
    struct passage p = passage_like(like, false);
    struct phrase f = {.to = &p};
    buf_init(&p.out, PASSAGE_MAX);
    put_phrase(&f, s);
    return passage_end(&p, s);
}

void shield_expectation(struct import *im, struct item *item)
{
    const struct passage p = {im, item->pos, false, false, {0}};
    item->text = without_values(&p, str_from(item->text));
}

/* Texts in quotes behind the name of a secret: whoever reads the remark has
   the line of the source. */
static void put_quotes(struct passage *p, struct str s)
{
    for (size_t at = 0; at < s.len;) {
        bool quote = s.ptr[at] == '"' || s.ptr[at] == '\'';
        size_t end = quote ? literal_end(s, at) : at + 1;
        struct str inside = str_sub(s, at + 1, end - at - 2);
        bool hidden = quote && end - at > 2 && !is_public(inside) &&
                      str_find(inside, STR("$"), 0) > 0;
        if (hidden)
            buf_printf(&p->out, "%c" REDACTED "%c", s.ptr[at], s.ptr[at]);
        else
            buf_str(&p->out, str_sub(s, at, end - at));
        at = end;
    }
}

static const char *without_quotes(const struct passage *like, struct str s)
{
    struct passage p = passage_like(like, false);
    struct str name = naming_word(s);
    size_t from = (size_t)(name.ptr + name.len - s.ptr);
    bool named = names_secret(name) && !is_described(name) && from < s.len;
    buf_init(&p.out, PASSAGE_MAX);
    buf_str(&p.out, str_sub(s, 0, named ? from : s.len));
    /* the quote that ends the name begins none */
    size_t begin = past(s, from, "\"'])");
    if (named) {
        buf_str(&p.out, str_sub(s, from, begin - from));
        put_quotes(&p, str_sub(s, begin, s.len));
    }
    return passage_end(&p, s);
}

struct str shield_remark(struct import *im, struct str text)
{
    const struct passage p = {im, POS_NONE, true, false, {0}};
    const char *values = without_values(&p, text);
    const char *pairs = without_pairs(&p, str_from(values), false);
    return str_from(without_quotes(&p, str_from(pairs)));
}
