/*
 * Secrets within a text: a value beside the name of a secret, however the two
 * are written, is taken out of it.
 */
#include "import/passage.h"

#include <string.h>

#include "base/text.h"
#include "import/drafts.h"

bool is_one_of(struct str s, const char *const *word)
{
    for (; *word != NULL; word++)
        if (str_equal_nocase(s, str_from(*word)))
            return true;
    return false;
}

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_name_byte(char c)
{
    return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

static bool ends_nocase(struct str s, const char *end)
{
    size_t len = strlen(end);
    return s.len >= len &&
           str_equal_nocase(str_sub(s, s.len - len, len), str_from(end));
}

/* "token_type", "session-timeout": something about a secret. */
bool is_described(struct str name)
{
    static const char *const about[] = {
        "type",    "status",     "state",      "valid",     "count",  "expires",
        "expiry",  "expires_in", "expires_at", "timeout",   "length", "age",
        "enabled", "required",   "active",     "algorithm", "alg",    "method",
        "scope",   "policy",     "kind",       "format",    "ttl",    "issuer"};
    for (size_t i = 0; i < ARRAY_COUNT(about); i++)
        if (ends_nocase(name, about[i]))
            return true;
    return false;
}

/* What anybody knows. */
bool is_public(struct str value)
{
    static const char *const word[] = {
        "true",     "false",   "null",     "none",    "bearer",
        "basic",    "jwt",     "digest",   "ok",      "yes",
        "no",       "valid",   "invalid",  "expired", "active",
        "inactive", "enabled", "disabled", "missing", "required",
        "redacted", "string",  "boolean",  "number",  NULL};
    return is_one_of(value, word);
}

bool is_named_secret(struct import *im, struct str name, struct str value)
{
    return names_secret(name) && !is_described(name) && !is_public(value) &&
           is_secret(im, name, value);
}

void put_secret(struct passage *p, struct str name, struct str value)
{
    struct import *im = p->im;
    if (p->quoting)
        buf_text(&p->out, REDACTED);
    else
        buf_text(&p->out, secret_text(im, p->pos, str_dup(im->arena, value),
                                      str_dup(im->arena, name)));
}

/* "name": 'value', name=value, <name>value< within a text. */
struct pair {
    struct str name;
    size_t from, end; /* of the value */
    bool loose;       /* behind a colon and a blank, as in prose */
    bool quoted;
};

size_t past(struct str s, size_t at, const char *bytes)
{
    while (at < s.len && strchr(bytes, s.ptr[at]) != NULL)
        at++;
    return at;
}

/* Behind blanks, also as a regex has them: " *", "\\s+". */
static size_t past_gap(struct str s, size_t at, bool regex)
{
    size_t from = at;
    while (at < s.len)
        if (s.ptr[at] == ' ' || s.ptr[at] == '\t' ||
            (regex && at > from && strchr("*+?", s.ptr[at]) != NULL))
            at++;
        else if (regex && str_starts(str_sub(s, at, 2), STR("\\s")))
            at += 2;
        else
            break;
    return at;
}

/* Where the value begins, after the sign between it and the name; 0: no sign.
 */
static size_t sign_end(struct str s, size_t at, bool element, bool regex)
{
    if (element && at < s.len && s.ptr[at] == '>')
        return at + 1;
    while (at < s.len && (strchr("\"'])", s.ptr[at]) != NULL ||
                          str_starts(str_sub(s, at, 2), STR("\\\"")) ||
                          str_starts(str_sub(s, at, 2), STR("\\'"))))
        at++;
    at = past_gap(s, at, regex);
    if (at < s.len && s.ptr[at] == ':')
        return at + 1;
    at += at < s.len && (s.ptr[at] == '~' || s.ptr[at] == '!');
    size_t end = past(s, at, "=");
    return end > at && end - at <= 3 ? end : 0;
}

/* Where a value ends: at its quote or mark, in a regex where that varies. */
static size_t value_end(struct str s, size_t at, const char *stops, bool regex)
{
    while (at < s.len) {
        if (str_starts(str_sub(s, at, 2), STR("${")))
            at = str_find(s, STR("}"), at);
        else if (strchr(stops, s.ptr[at]) != NULL ||
                 (regex && strchr("[](){}*+?|^$.", s.ptr[at]) != NULL))
            break;
        at++;
    }
    return at < s.len ? at : s.len;
}

static void find_value(struct pair *found, struct str s, size_t at,
                       bool element, bool regex)
{
    static const char *const scheme[] = {"bearer", "basic", "token", NULL};
    size_t from = element ? at : past_gap(s, at, regex);
    from += str_starts(str_sub(s, from, 2), STR("\\\"")) ||
            str_starts(str_sub(s, from, 2), STR("\\'"));
    char quote = from < s.len ? s.ptr[from] : '\0';
    const char until_quote[] = {quote, '\\', '\0'};
    found->quoted = quote == '"' || quote == '\'';
    found->loose = from > at && s.ptr[at - 1] == ':';
    from += found->quoted;
    const char *stops = found->quoted ? until_quote
                        : element     ? "<"
                                      : " \t\r\n\"'&;,<>(){}[]|#\\";
    for (int part = 0; part < 2; part++) {
        found->from = from;
        found->end = value_end(s, from, stops, regex);
        if (!is_one_of(str_sub(s, from, found->end - from), scheme))
            return;
        from = past(s, found->end, " ");
    }
}

/* A word of prose is no secret: "password: required". */
static bool is_prose(const struct pair *p, struct str value)
{
    bool letters = true;
    for (size_t i = 0; i < value.len; i++)
        letters = letters && is_letter(value.ptr[i]);
    return p->loose && !p->quoted && letters;
}

/* A pair whose value is a secret, whose name begins here. */
static bool is_secret_pair(const struct passage *p, struct str s, size_t at,
                           struct pair *found)
{
    size_t end = at;
    while (end < s.len && is_name_byte(s.ptr[end]))
        end++;
    bool element = at > 0 && s.ptr[at - 1] == '<';
    size_t behind = sign_end(s, end, element, p->regex);
    *found = (struct pair){.name = str_sub(s, at, end - at)};
    if (behind == 0 || !names_secret(found->name))
        return false;
    find_value(found, s, behind, element, p->regex);
    struct str value = str_sub(s, found->from, found->end - found->from);
    return !is_prose(found, value) &&
           is_named_secret(p->im, found->name, value);
}

/* The text with the secrets of its pairs taken out. */
static void put_pairs(struct passage *p, struct str s)
{
    for (size_t at = 0; at < s.len;) {
        struct pair found;
        bool begins = is_name_byte(s.ptr[at]) &&
                      (at == 0 || !is_name_byte(s.ptr[at - 1]));
        if (begins && is_secret_pair(p, s, at, &found)) {
            buf_str(&p->out, str_sub(s, at, found.from - at));
            put_secret(p, found.name,
                       str_sub(s, found.from, found.end - found.from));
            at = found.end;
        } else {
            buf_char(&p->out, s.ptr[at++]);
        }
    }
}

const char *passage_end(struct passage *p, struct str text)
{
    const char *done = p->out.full ? str_dup(p->im->arena, text)
                                   : buf_dup(p->im->arena, &p->out);
    buf_release(&p->out);
    return done;
}

struct passage passage_like(const struct passage *like, bool regex)
{
    return (struct passage){like->im, like->pos, like->quoting, regex, {0}};
}

const char *without_pairs(const struct passage *like, struct str s, bool regex)
{
    struct passage p = passage_like(like, regex);
    buf_init(&p.out, PASSAGE_MAX);
    put_pairs(&p, s);
    return passage_end(&p, s);
}
