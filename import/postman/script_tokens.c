/* Tokens of JavaScript, as far as test scripts need them. */
#include <string.h>

#include "base/characters.h"
#include "base/text.h"
#include "import/postman/postman_script.h"

#define TOKENS_MAX 20000

struct lexer {
    struct import *im;
    struct str text;
    const struct yaml_node *n;
    size_t at, line_start;
    struct js_tokens *out;
    bool breaks;
};

static bool is_word_char(char c)
{
    return is_alnum(c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static void skip_to(struct lexer *x, const char *end)
{
    size_t found = str_find(x->text, str_from(end), x->at);
    for (; x->at < found; x->at++)
        if (x->text.ptr[x->at] == '\n') {
            x->breaks = true;
            x->line_start = x->at + 1;
        }
    if (end[0] != '\n')
        x->at += strlen(end);
}

static bool skip_blank(struct lexer *x)
{
    struct str two = str_sub(x->text, x->at, 2);
    char c = x->text.ptr[x->at];
    if (str_is(two, "//")) {
        skip_to(x, "\n");
    } else if (str_is(two, "/*")) {
        skip_to(x, "*/");
    } else if (c == '\n') {
        x->breaks = true;
        x->line_start = ++x->at;
    } else if (c == ' ' || c == '\t' || c == '\r') {
        x->at++;
    } else {
        return false;
    }
    return true;
}

static struct str take_quoted(struct lexer *x, char quote)
{
    static const char letter[] = "nrtbf0", meaning[] = "\n\r\t\b\f ";
    struct buf out;
    buf_init(&out, (size_t)64 * 1024);
    for (x->at++; x->at < x->text.len && x->text.ptr[x->at] != quote; x->at++) {
        char c = x->text.ptr[x->at];
        if (c == '\\' && x->at + 1 < x->text.len) {
            c = x->text.ptr[++x->at];
            const char *known = c == '\0' ? NULL : strchr(letter, c);
            c = known == NULL ? c : meaning[known - letter];
        }
        buf_char(&out, c);
    }
    x->at++;
    struct str text = {buf_dup(x->im->arena, &out), out.len};
    buf_release(&out);
    return text;
}

/* A slash begins a regex where a value could stand. */
static bool begins_regex(const struct lexer *x)
{
    if (x->out->count == 0)
        return false;
    const struct js_token *last = &x->out->item[x->out->count - 1];
    return last->type == JS_SIGN && last->text.len > 0 &&
           strchr("(,=:[!&|?", last->text.ptr[0]) != NULL;
}

static void take_regex(struct lexer *x, struct js_token *t)
{
    size_t start = ++x->at;
    bool set = false;
    for (; x->at < x->text.len; x->at++) {
        char c = x->text.ptr[x->at];
        if (c == '\\')
            x->at++;
        else if (c == '[' || c == ']')
            set = c == '[';
        else if ((c == '/' && !set) || c == '\n')
            break;
    }
    t->type = JS_REGEX;
    t->text = str_sub(x->text, start, x->at - start);
    start = ++x->at;
    while (x->at < x->text.len && is_word_char(x->text.ptr[x->at]))
        x->at++;
    t->flags = str_sub(x->text, start, x->at - start);
}

static void take_sign(struct lexer *x, struct js_token *t)
{
    static const char *const sign[] = {
        "===", "!==", "=>", "==", "!=", "<=", ">=", "&&", "||"};
    t->type = JS_SIGN;
    t->text = str_sub(x->text, x->at, 1);
    for (size_t i = 0; i < ARRAY_COUNT(sign); i++)
        if (str_starts(str_sub(x->text, x->at, 3), str_from(sign[i]))) {
            t->text = str_sub(x->text, x->at, strlen(sign[i]));
            break;
        }
    x->at += t->text.len;
}

static void take_word(struct lexer *x, struct js_token *t)
{
    size_t start = x->at;
    bool number = is_digit(x->text.ptr[x->at]);
    while (x->at < x->text.len && (is_word_char(x->text.ptr[x->at]) ||
                                   (number && x->text.ptr[x->at] == '.')))
        x->at++;
    t->type = number ? JS_NUMBER : JS_WORD;
    t->text = str_sub(x->text, start, x->at - start);
}

static void take_token(struct lexer *x)
{
    struct js_tokens *out = x->out;
    char c = x->text.ptr[x->at];
    struct js_token t = {.breaks = x->breaks, .pos = x->n->pos};
    size_t end = str_find(x->text, STR("\n"), x->line_start);
    t.line = str_trim(str_sub(x->text, x->line_start, end - x->line_start));
    x->breaks = false;
    if (c == '"' || c == '\'' || c == '`') {
        t.type = JS_TEXT;
        t.text = take_quoted(x, c);
    } else if (c == '/' && begins_regex(x)) {
        take_regex(x, &t);
    } else if (is_word_char(c)) {
        take_word(x, &t);
    } else {
        take_sign(x, &t);
    }
    out->item = arena_grow(x->im->arena, out->item, out->count, &out->cap,
                           sizeof(*out->item));
    out->item[out->count++] = t;
}

void js_read(struct import *im, struct js_tokens *out, struct str text,
             const struct yaml_node *n)
{
    struct lexer x = {
        .im = im, .text = text, .n = n, .out = out, .breaks = true};
    while (x.at < text.len && out->count < TOKENS_MAX)
        if (!skip_blank(&x))
            take_token(&x);
    if (x.at < text.len)
        remark(im, n->pos, STR("script"), "it is longer than 20000 words",
               "write its expectations by hand");
}
