/* Tokens: words, signs, strings, regexes, numbers with units. */
#include "expect/lexer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "expect/mistakes.h"

static char at_char(const struct lexer *x, size_t ahead)
{
    return x->at + ahead < x->text.len ? x->text.ptr[x->at + ahead] : '\0';
}

bool lexer_refuse(struct lexer *x, size_t at, const char *text)
{
    diags_add(x->reader->diags, yaml_pos_in(x->node, at), "%s", text);
    return false;
}

bool lexer_refusef(struct lexer *x, size_t at, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    return lexer_refuse(x, at, text);
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool read_reference(struct lexer *x, struct named_value *out)
{
    const struct expect_reader *r = x->reader;
    if (!r->reference(r->context, x->node, &x->at, out))
        return false;
    x->late = x->late || out->late;
    return true;
}

static bool add_reference(struct lexer *x, struct buf *out, bool literal)
{
    struct named_value named;
    size_t start = x->at;
    if (!read_reference(x, &named))
        return false;
    resolved_note(x, start, &named, false);
    for (size_t i = 0; i < named.value.len; i++) {
        char c = named.value.ptr[i];
        if (literal && !is_word_char(c) && (unsigned char)c < 0x80)
            buf_char(out, '\\');
        buf_char(out, c);
    }
    return true;
}

static bool hex4(const struct lexer *x, uint32_t *out)
{
    *out = 0;
    for (size_t i = 1; i <= 4; i++) {
        static const char digits[] = "0123456789abcdef";
        char c = at_char(x, i);
        const char *d = c == '\0' ? NULL : strchr(digits, c | 0x20);
        if (d == NULL)
            return false;
        *out = *out * 16 + (uint32_t)(d - digits);
    }
    return *out != 0 && (*out < 0xD800 || *out > 0xDFFF);
}

/* x->at is on the letter after the backslash. */
static bool add_escape(struct lexer *x, struct buf *out)
{
    static const char letter[] = "\"\\/nrtbf$";
    static const char meaning[] = "\"\\/\n\r\t\b\f$";
    char c = at_char(x, 0);
    uint32_t code;
    if (c == 'u' && hex4(x, &code)) {
        utf8_encode(out, code);
        x->at += 5;
        return true;
    }
    const char *known = c == '\0' ? NULL : strchr(letter, c);
    if (known == NULL)
        return lexer_refuse(
            x, x->at - 1,
            "unknown escape, expected \\\" \\\\ \\n \\r \\t \\$ or "
            "\\uXXXX");
    buf_char(out, meaning[known - letter]);
    x->at++;
    return true;
}

static bool read_string(struct lexer *x, struct buf *out)
{
    size_t start = x->at++;
    while (x->at < x->text.len && at_char(x, 0) != '"') {
        if (at_char(x, 0) == '\\') {
            x->at++;
            if (!add_escape(x, out))
                return false;
        } else if (at_char(x, 0) == '$' && at_char(x, 1) == '{') {
            if (!add_reference(x, out, false))
                return false;
        } else {
            buf_char(out, at_char(x, 0));
            x->at += at_char(x, 0) == '$' && at_char(x, 1) == '$' ? 2 : 1;
        }
    }
    if (x->at == x->text.len)
        return lexer_refuse(x, start, "a string without its closing quote");
    x->at++;
    return true;
}

static bool read_regex(struct lexer *x, struct buf *out)
{
    size_t start = x->at++;
    while (x->at < x->text.len && at_char(x, 0) != '/') {
        if (at_char(x, 0) == '$' && at_char(x, 1) == '{') {
            if (!add_reference(x, out, true))
                return false;
            continue;
        }
        bool escaped = at_char(x, 0) == '\\' && x->at + 1 < x->text.len;
        if (escaped && at_char(x, 1) != '/')
            buf_char(out, '\\');
        if (escaped)
            x->at++;
        buf_char(out, at_char(x, 0));
        x->at++;
    }
    if (x->at == x->text.len)
        return lexer_refuse(x, start, "a regex without its closing '/'");
    x->at++;
    return true;
}

static struct str read_word(struct lexer *x)
{
    size_t start = x->at;
    while (is_word_char(at_char(x, 0)))
        x->at++;
    return str_sub(x->text, start, x->at - start);
}

/* Digits, one decimal point, exponent, unit letters; never eats "..". */
static struct str read_number(struct lexer *x)
{
    size_t start = x->at++;
    for (; x->at < x->text.len; x->at++) {
        char c = at_char(x, 0), before = x->text.ptr[x->at - 1];
        bool sign = (c == '+' || c == '-') && (before | 0x20) == 'e';
        bool point = c == '.' && at_char(x, 1) != '.';
        if (!sign && !point && (c == '-' || !is_word_char(c)))
            break;
    }
    return str_sub(x->text, start, x->at - start);
}

static bool read_sign(struct lexer *x, struct token *out)
{
    static const char *const sign[] = {"==", "!=", "<=", ">=", "<", ">"};
    for (size_t i = 0; i < ARRAY_COUNT(sign); i++) {
        struct str s = str_from(sign[i]);
        const char *mistake =
            mistake_sign(str_sub(x->text, x->at, x->text.len));
        if (mistake != NULL)
            return lexer_refuse(x, x->at, mistake);
        if (str_starts(str_sub(x->text, x->at, 2), s)) {
            out->kind = TOKEN_WORD;
            out->text = s;
            x->at += s.len;
            return true;
        }
    }
    return false;
}

/* A bare ${NAME}: a number where its value is one, a string otherwise. */
static bool read_variable(struct lexer *x, struct token *out)
{
    struct named_value named;
    size_t start = x->at;
    if (!read_reference(x, &named))
        return false;
    x->late_value = x->late_value || named.late;
    int64_t us;
    bool number =
        text_is_number(named.value) || text_to_duration_us(named.value, &us);
    out->kind = number ? TOKEN_NUMBER : TOKEN_STRING;
    out->text = named.value;
    resolved_note(x, start, &named, !number);
    return true;
}

static bool read_quoted(struct lexer *x, struct token *out, bool regex)
{
    struct buf text;
    size_t reference = str_find(x->text, STR("${"), x->at);
    buf_init(&text, TOKEN_BYTES_MAX);
    bool ok = regex ? read_regex(x, &text) : read_string(x, &text);
    out->kind = regex ? TOKEN_REGEX : TOKEN_STRING;
    out->text = (struct str){buf_dup(x->reader->arena, &text), text.len};
    if (ok && text.full)
        ok = lexer_refuse(x, out->at, "a text longer than 65536 bytes");
    buf_release(&text);
    out->open = reference < x->at;
    if (ok && regex)
        out->flags = read_word(x);
    return ok;
}

/* hex,48656c6c6f; and base64,SGVsbG8=; as in Hurl. */
static bool read_bytes(struct lexer *x, struct token *out)
{
    bool hex = str_is(out->text, "hex");
    size_t end = str_find(x->text, STR(";"), x->at);
    struct str digits = str_sub(x->text, x->at + 1, end - x->at - 1);
    struct buf bytes;
    if (end == x->text.len)
        return lexer_refuse(x, out->at, "bytes without their closing ';'");
    buf_init(&bytes, TOKEN_BYTES_MAX);
    bool ok = hex ? text_from_hex(&bytes, str_trim(digits))
                  : text_from_base64(&bytes, str_trim(digits));
    out->kind = TOKEN_BYTES;
    out->text = (struct str){buf_dup(x->reader->arena, &bytes), bytes.len};
    buf_release(&bytes);
    x->at = end + 1;
    return ok ||
           lexer_refuse(x, out->at,
                        hex ? "expected pairs of hexadecimal digits after "
                              "'hex,'"
                            : "expected base64 after 'base64,'");
}

static bool read_any_word(struct lexer *x, struct token *out)
{
    out->kind = TOKEN_WORD;
    out->text = read_word(x);
    bool bytes = str_is(out->text, "hex") || str_is(out->text, "base64");
    return !bytes || at_char(x, 0) != ',' || read_bytes(x, out);
}

/* [ ] , and .. */
static bool read_mark(struct lexer *x, struct token *out)
{
    char c = at_char(x, 0);
    out->kind = c == '[' ? TOKEN_OPEN : c == ']' ? TOKEN_CLOSE : TOKEN_COMMA;
    x->at++;
    if (c == '[' || c == ']' || c == ',')
        return true;
    out->kind = TOKEN_RANGE;
    if (c == '.' && at_char(x, 0) == '.') {
        x->at++;
        return true;
    }
    return lexer_refuse(x, out->at,
                        mistake_character(x->reader->arena, x->text, out->at));
}

static void skip_blanks(struct lexer *x)
{
    while (at_char(x, 0) == ' ' || at_char(x, 0) == '\t' ||
           at_char(x, 0) == '\n')
        x->at++;
}

bool lexer_next(struct lexer *x, struct token *out)
{
    skip_blanks(x);
    char c = at_char(x, 0);
    *out = (struct token){.kind = TOKEN_END, .at = x->at};
    if (x->at == x->text.len)
        return true;
    if (c == '"' || c == '/')
        return read_quoted(x, out, c == '/');
    if (c == '$' && at_char(x, 1) == '{')
        return read_variable(x, out);
    if (c == '-' || (c >= '0' && c <= '9')) {
        out->kind = TOKEN_NUMBER;
        out->text = read_number(x);
        return true;
    }
    if (is_word_char(c))
        return read_any_word(x, out);
    return read_sign(x, out) || read_mark(x, out);
}
