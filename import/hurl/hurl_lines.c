/* Lines and tokens of a Hurl file. */
#include <string.h>

#include "base/characters.h"
#include "base/text.h"
#include "import/hurl/hurl.h"

bool line_peek(const struct hurl *h, struct line *out)
{
    struct str text = h->source->text, rest;
    if (h->at >= text.len)
        return false;
    struct str raw = str_cut(str_sub(text, h->at, text.len), '\n', &rest);
    struct str trimmed = str_trim(raw);
    size_t lead = trimmed.len == 0 ? 0 : (size_t)(trimmed.ptr - raw.ptr);
    *out = (struct line){.text = trimmed,
                         .at = h->at + lead,
                         .pos = {h->source, h->line, (unsigned)lead + 1}};
    return true;
}

void line_take(struct hurl *h)
{
    struct str text = h->source->text;
    h->at = str_find(text, STR("\n"), h->at) + 1;
    h->line++;
}

static bool is_upper_word(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 'A' || s.ptr[i] > 'Z')
            return false;
    return s.len > 0;
}

static bool is_response(struct str text)
{
    struct str rest;
    struct str word = str_cut(text, ' ', &rest);
    rest = str_trim(rest);
    return (str_is(word, "HTTP") || str_starts(word, STR("HTTP/"))) &&
           rest.len > 0 && (rest.ptr[0] == '*' || is_digit(rest.ptr[0]));
}

static bool is_section(struct str text)
{
    size_t end = str_find(text, STR("]"), 0);
    struct str name = str_sub(text, 1, end - 1);
    struct str after = str_trim(str_sub(text, end + 1, text.len));
    bool letters = text.ptr[0] == '[' && end < text.len && name.len > 0;
    for (size_t i = 0; i < name.len && letters; i++)
        letters = is_letter(name.ptr[i]);
    return letters && name.ptr[0] <= 'Z' &&
           (after.len == 0 || after.ptr[0] == '#');
}

static bool is_pair(struct str text)
{
    size_t i = 0;
    for (; i < text.len && text.ptr[i] != ':'; i++) {
        char c = text.ptr[i];
        bool word = is_alnum(c) || (unsigned char)c >= 0x80 ||
                    strchr("_-.[]@$\\{} /", c) != NULL;
        if (!word || c == '\0' || (c == ' ' && i == 0))
            return false;
    }
    return i > 0 && i < text.len && text.ptr[0] != '[' &&
           (text.ptr[0] != '{' || str_starts(text, STR("{{")));
}

enum line_kind line_kind(struct str text)
{
    struct str rest;
    if (text.len == 0 || text.ptr[0] == '#')
        return LINE_BLANK;
    if (is_response(text))
        return LINE_RESPONSE;
    struct str word = str_cut(text, ' ', &rest);
    if (word.len < text.len && is_upper_word(word) && word.len >= 2)
        return LINE_REQUEST;
    if (is_section(text))
        return LINE_SECTION;
    return is_pair(text) ? LINE_PAIR : LINE_BODY;
}

static bool hex_digits(struct str s, uint32_t *out)
{
    *out = 0;
    for (size_t i = 0; i < s.len; i++) {
        static const char digits[] = "0123456789abcdef";
        char c = s.ptr[i];
        const char *d = c == '\0' ? NULL : strchr(digits, c | 0x20);
        if (d == NULL || c < '0')
            return false;
        *out = *out * 16 + (uint32_t)(d - digits);
    }
    return s.len > 0 && s.len <= 6 && *out > 0 && *out < 0x110000 &&
           (*out < 0xD800 || *out > 0xDFFF);
}

/* s.ptr[at] is the backslash; returns what was used of s. */
static size_t add_escape(struct str s, size_t at, struct buf *out)
{
    static const char letter[] = "nrtbf";
    static const char meaning[] = "\n\r\t\b\f";
    char c = at + 1 < s.len ? s.ptr[at + 1] : '\\';
    const char *known = c == '\0' ? NULL : strchr(letter, c);
    uint32_t code = 0;
    if (c == 'u' && at + 2 < s.len && s.ptr[at + 2] == '{') {
        size_t end = str_find(s, STR("}"), at);
        if (hex_digits(str_sub(s, at + 3, end - at - 3), &code)) {
            utf8_encode(out, code);
            return end + 1 - at;
        }
    }
    buf_char(out, known != NULL ? meaning[known - letter] : c);
    return 2;
}

const char *hurl_value_text(struct hurl *h, struct str text, struct pos pos)
{
    struct buf out;
    buf_init(&out, (size_t)64 * 1024);
    for (size_t at = 0; at < text.len && text.ptr[at] != '#';) {
        if (text.ptr[at] == '\\')
            at += add_escape(text, at, &out);
        else
            buf_char(&out, text.ptr[at++]);
    }
    const char *value = from_braces(h->im, str_trim(buf_view(&out)), pos);
    buf_release(&out);
    return value;
}

bool pair_split(struct str text, struct str *key, struct str *value)
{
    size_t at = str_find(text, STR(":"), 0);
    *key = str_trim(str_sub(text, 0, at));
    *value = str_trim(str_sub(text, at + 1, text.len));
    return at < text.len && key->len > 0;
}

static const char *token_text(struct tokens *t, struct str text)
{
    return from_braces(t->h->im, text, t->line.pos);
}

/* A text up to its closing sign, escapes decoded. */
static struct token quoted_token(struct tokens *t, char close)
{
    struct str s = t->line.text;
    struct token out = {.type = TOKEN_TEXT, .at = t->at};
    struct buf text;
    buf_init(&text, (size_t)64 * 1024);
    for (t->at++; t->at < s.len && s.ptr[t->at] != close;) {
        if (s.ptr[t->at] == '\\')
            t->at += add_escape(s, t->at, &text);
        else
            buf_char(&text, s.ptr[t->at++]);
    }
    t->at++;
    out.text = token_text(t, buf_view(&text));
    buf_release(&text);
    return out;
}

static struct token regex_token(struct tokens *t)
{
    struct str s = t->line.text;
    size_t start = t->at + 1, end = start;
    while (end < s.len && s.ptr[end] != '/')
        end += s.ptr[end] == '\\' ? 2 : 1;
    t->at = end + 1;
    return (struct token){
        TOKEN_REGEX, str_dup(t->h->im->arena, str_sub(s, start, end - start)),
        start - 1};
}

/* hex,...; base64,...; file,...; */
static struct token bytes_token(struct tokens *t, bool file)
{
    struct str s = t->line.text;
    size_t start = t->at, end = str_find(s, STR(";"), start);
    t->at = end + 1;
    return (struct token){
        file ? TOKEN_FILE : TOKEN_BYTES,
        str_dup(t->h->im->arena, str_sub(s, start, end + 1 - start)), start};
}

static struct token word_token(struct tokens *t)
{
    struct str s = t->line.text;
    size_t start = t->at;
    while (t->at < s.len && strchr(" \t#", s.ptr[t->at]) == NULL)
        t->at++;
    return (struct token){
        TOKEN_WORD, str_dup(t->h->im->arena, str_sub(s, start, t->at - start)),
        start};
}

static struct token template_token(struct tokens *t)
{
    struct str s = t->line.text;
    size_t start = t->at, end = str_find(s, STR("}}"), start);
    t->at = end + 2;
    return (struct token){TOKEN_TEMPLATE,
                          token_text(t, str_sub(s, start, end + 2 - start)),
                          start};
}

struct token token_next(struct tokens *t)
{
    struct str s = t->line.text;
    while (t->at < s.len && (s.ptr[t->at] == ' ' || s.ptr[t->at] == '\t'))
        t->at++;
    struct str rest = str_sub(s, t->at, s.len);
    struct token end = {TOKEN_END, "", t->at};
    if (rest.len == 0 || rest.ptr[0] == '#')
        return end;
    if (str_starts(rest, STR("```"))) {
        t->at = s.len;
        end.type = TOKEN_TEXT;
        end.text = fenced_text(t->h);
        return end;
    }
    if (rest.ptr[0] == '"' || rest.ptr[0] == '`')
        return quoted_token(t, rest.ptr[0]);
    if (rest.ptr[0] == '/')
        return regex_token(t);
    if (str_starts(rest, STR("{{")))
        return template_token(t);
    if (str_starts(rest, STR("hex,")) || str_starts(rest, STR("base64,")))
        return bytes_token(t, false);
    return str_starts(rest, STR("file,")) ? bytes_token(t, true)
                                          : word_token(t);
}
