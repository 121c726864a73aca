/*
 * The query `cookie`: Set-Cookie (RFC 6265, section 5.2); the last one of a
 * name counts.
 */
#include "base/http_date.h"
#include "base/text.h"
#include "expect/arguments.h"
#include "expect/rows.h"

/* COOKIE_VALUE is the cookie itself. */
enum cookie_attribute {
    COOKIE_VALUE,
    COOKIE_EXPIRES,
    COOKIE_MAX_AGE,
    COOKIE_DOMAIN,
    COOKIE_PATH,
    COOKIE_SECURE,
    COOKIE_HTTP_ONLY,
    COOKIE_SAME_SITE
};

static const char *const attribute_list[] = {"Value",    "Expires", "Max-Age",
                                             "Domain",   "Path",    "Secure",
                                             "HttpOnly", "SameSite"};
static const struct names attribute_names = {"cookie attribute", attribute_list,
                                             ARRAY_COUNT(attribute_list)};

/* NAME[ATTRIBUTE], or a name alone */
static bool read_name(struct lexer *x, const struct token *t, struct query *q)
{
    struct str rest, name = str_cut(t->text, '[', &rest);
    q->text = name;
    q->part = COOKIE_VALUE;
    if (name.len == t->text.len)
        return true;
    bool closed = rest.len > 0 && rest.ptr[rest.len - 1] == ']';
    struct token word = {.kind = TOKEN_WORD,
                         .text = str_sub(rest, 0, rest.len - (closed ? 1 : 0)),
                         .at = t->at + 1 + name.len + 1};
    if (!closed || name.len == 0)
        return lexer_refuse(x, t->at,
                            "expected \"NAME\" or \"NAME[ATTRIBUTE]\"");
    return argument_word(x, &word, &attribute_names, &q->part);
}

bool cookie_read(struct lexer *x, struct token *t, struct query *q)
{
    if (!argument_quoted(x, t, q, "a cookie name") || !read_name(x, t, q))
        return false;
    if (q->part == COOKIE_MAX_AGE)
        q->gives = GIVES_NUMBER;
    if (q->part == COOKIE_EXPIRES)
        q->gives = GIVES_DATE;
    return lexer_next(x, t);
}

static bool find_attribute(struct str rest, const char *name, struct str *out)
{
    while (rest.len > 0) {
        struct str value;
        struct str part = str_cut(rest, ';', &rest);
        struct str key = str_cut(part, '=', &value);
        if (!str_equal_nocase(str_trim(key), str_from(name)))
            continue;
        *out = str_trim(value);
        return true;
    }
    return false;
}

static struct found date_found(struct str text, int64_t now_ms)
{
    struct found found = {.kind = FOUND_DATE};
    return http_date_read(text, now_ms, &found.date_ms)
               ? found
               : found_nothing("the cookie's Expires is no date");
}

static struct found attribute_found(const struct search *s, struct str rest)
{
    struct str text = STR_NONE;
    int attribute = s->query->part;
    if (!find_attribute(rest, name_of(&attribute_names, attribute), &text))
        return found_nothing("the cookie has no such attribute");
    if (attribute == COOKIE_EXPIRES)
        return date_found(text, s->response->now_ms);
    if (attribute == COOKIE_MAX_AGE && !text_is_integer(text))
        return found_nothing("the cookie's Max-Age is no number");
    return (struct found){.kind = attribute == COOKIE_MAX_AGE ? FOUND_NUMBER
                                                              : FOUND_STRING,
                          .text = text};
}

struct found cookie_find(const struct search *s)
{
    struct found found = found_nothing("the response sets no such cookie");
    struct str lines = s->response->head;
    while (lines.len > 0) {
        struct str value, rest;
        struct str line = str_trim(str_cut(lines, '\n', &lines));
        struct str key = str_cut(line, ':', &value);
        if (!str_equal_nocase(key, STR("set-cookie")))
            continue;
        struct str pair = str_cut(value, ';', &rest);
        struct str content;
        if (!str_equal(str_trim(str_cut(pair, '=', &content)), s->query->text))
            continue;
        found = s->query->part == COOKIE_VALUE ? found_string(str_trim(content))
                                               : attribute_found(s, rest);
    }
    return found;
}
