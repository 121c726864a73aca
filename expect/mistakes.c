/*
 * What people write in expectations by mistake, and what they mean: signs of
 * other languages, paths and variables without their marks, keys for strings.
 */
#include "expect/mistakes.h"

#include <string.h>

#include "base/text.h"
#include "expect/rows.h"

struct sign_row {
    const char *sign, *meant;
};

/* The longer sign first. */
static const struct sign_row sign_row[] = {
    {"=~", "'matches /.../'"},
    {"~=", "'matches /.../'"},
    {"!~", "'not matches /.../'"},
    {"=>", "'>='"},
    {"=<", "'<='"},
    {"=", "'=='"},
    {"~", "'matches /.../'"},
    {"!", "'!=' or 'not'"},
    {":", "'=='"},
};

/* Up to the next blank or quote. */
static struct str word_at(struct str text, size_t at)
{
    size_t end = at;
    while (end < text.len && strchr(" \t\n\"'", text.ptr[end]) == NULL)
        end++;
    return str_sub(text, at, end - at < 100 ? end - at : 100);
}

static bool follows(struct str text, size_t at, const char *word)
{
    return str_ends(str_trim(str_sub(text, 0, at)), str_from(word));
}

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static struct str name_at(struct str text, size_t at)
{
    size_t end = at;
    while (end < text.len && (is_name_start(text.ptr[end]) ||
                              (text.ptr[end] >= '0' && text.ptr[end] <= '9')))
        end++;
    return str_sub(text, at, end - at);
}

static const char *dollar(struct arena *a, struct str text, size_t at)
{
    struct str word = word_at(text, at);
    char next = at + 1 < text.len ? text.ptr[at + 1] : '\0';
    if (follows(text, at, "jsonpath"))
        return arena_printf(a,
                            "a path needs double quotes: jsonpath \"$%s%.*s\"",
                            is_name_start(next) ? "." : "",
                            STR_ARGS(str_sub(word, 1, word.len)));
    if (at == 0 && !is_name_start(next))
        return arena_printf(a,
                            "a path alone is not a query; write jsonpath "
                            "\"%.*s\"",
                            STR_ARGS(word));
    if (is_name_start(next))
        return arena_printf(a, "'$%.*s' is not a variable; write ${%.*s}",
                            STR_ARGS(name_at(text, at + 1)),
                            STR_ARGS(name_at(text, at + 1)));
    if (next == '(')
        return "no command is run here; give its output with --var "
               "NAME=VALUE and write ${NAME}";
    return arena_printf(a, "a string needs double quotes: \"%.*s\"",
                        STR_ARGS(word));
}

static const char *quote(struct arena *a, struct str text, size_t at)
{
    size_t end = str_find(text, STR("'"), at + 1);
    if (end == text.len || end - at > 100)
        return "a string needs double quotes";
    return arena_printf(a, "a string needs double quotes: \"%.*s\"",
                        STR_ARGS(str_sub(text, at + 1, end - at - 1)));
}

static bool is_typographic(struct str rest)
{
    return str_starts(rest, STR("\xE2\x80\x98")) ||
           str_starts(rest, STR("\xE2\x80\x99")) ||
           str_starts(rest, STR("\xE2\x80\x9C")) ||
           str_starts(rest, STR("\xE2\x80\x9D")) ||
           str_starts(rest, STR("\xE2\x80\x9E"));
}

static const char *sign(struct arena *a, struct str text, size_t at)
{
    struct str rest = str_sub(text, at, text.len);
    bool third = at > 1 && text.ptr[at] == '=' && text.ptr[at - 1] == '=';
    if (str_starts(rest, STR("||")))
        return "an expectation has one predicate; for one of several values "
               "write in [200, 204], or matches /a|b/";
    if (str_starts(rest, STR("&&")))
        return "an expectation has one predicate; write a list of "
               "expectations, all of which must be met";
    for (size_t i = 0; i < ARRAY_COUNT(sign_row); i++)
        if (str_starts(rest, str_from(sign_row[i].sign)))
            return arena_printf(
                a, "'%s%s' is not a valid predicate; did you mean %s?",
                third ? "==" : "", sign_row[i].sign, sign_row[i].meant);
    return NULL;
}

const char *mistake_character(struct arena *a, struct str text, size_t at)
{
    struct str rest = str_sub(text, at, text.len);
    char c = text.ptr[at];
    uint32_t code = 0;
    if (c == '$')
        return dollar(a, text, at);
    if (c == '\'')
        return quote(a, text, at);
    if (is_typographic(rest))
        return "a string needs straight double quotes: \"...\"";
    if (str_starts(rest, STR("{{")))
        return "write a variable as ${NAME}";
    const char *meant = sign(a, text, at);
    size_t length = utf8_length(rest, &code);
    return meant != NULL
               ? meant
               : arena_printf(a, "unexpected character '%s'",
                              text_elide(a, str_sub(rest, 0, length), 20));
}

const char *mistake_sign(struct str rest)
{
    return str_starts(rest, STR("<>"))
               ? "'<>' is not a valid predicate; did you mean '!='?"
               : NULL;
}

/* "$.commit", ".commit" and "commit" mean a path; /.../ a regex. */
static const char *meant_query(struct arena *a, struct str text)
{
    struct str bare = str_trim(text);
    if (bare.len >= 2 && (bare.ptr[0] == '"' || bare.ptr[0] == '\'') &&
        bare.ptr[bare.len - 1] == bare.ptr[0])
        bare = str_sub(bare, 1, bare.len - 2);
    bool regex = bare.len > 0 && bare.ptr[0] == '/';
    bool path = bare.len > 0 && bare.ptr[0] == '$';
    bool member = bare.len > 1 && bare.ptr[0] == '.';
    bool name = name_at(bare, 0).len == bare.len && bare.len > 0;
    if (bare.len > 100 || (!regex && !path && !member && !name))
        return "jsonpath \"$.commit\"";
    if (regex)
        return arena_printf(a, "regex %.*s", STR_ARGS(bare));
    return arena_printf(a, "jsonpath \"%s%.*s\"",
                        path     ? ""
                        : member ? "$"
                                 : "$.",
                        STR_ARGS(bare));
}

const char *mistake_query(struct arena *a, const struct yaml_node *n)
{
    struct str text = n->kind == YAML_SCALAR ? n->text : STR("");
    struct str word = name_at(text, 0);
    if (n->kind == YAML_SCALAR &&
        (str_trim(text).len == 0 || query_named(word) != NULL))
        return NULL;
    if (n->kind == YAML_SCALAR && word.len > 0 && word.len < text.len)
        return NULL; /* of several words: which one is wrong is said */
    if (n->kind == YAML_MAP && n->count > 0 &&
        query_named(n->item[0]->text) != NULL &&
        n->item[1]->kind == YAML_SCALAR)
        return arena_printf(
            a, "%s \"%.*s\"", n->item[0]->text.ptr,
            (int)(n->item[1]->text.len < 100 ? n->item[1]->text.len : 100),
            n->item[1]->text.ptr);
    return meant_query(a, text);
}

/* Is it "status" alone, which a value can be compared with? */
static bool stands_alone(struct str key)
{
    const struct query_row *row = query_named(key);
    return row != NULL && str_is(key, row->form);
}

/* "< 1s" has its predicate; "ok" needs one, and quotes where it is text. */
static const char *comparison(struct arena *a, struct str value)
{
    struct str rest;
    struct str word = str_cut(value, ' ', &rest);
    bool sign = value.len > 0 && strchr("<>=!", value.ptr[0]) != NULL;
    bool quoted = value.len > 0 && value.ptr[0] == '"';
    int64_t us = 0;
    if (sign || (rest.len > 0 && predicate_named(word) != NULL))
        return arena_printf(a, "%.*s", STR_ARGS(value));
    bool bare = quoted || text_is_number(value) ||
                text_to_duration_us(value, &us) || str_starts(value, STR("${"));
    return arena_printf(a, bare ? "== %.*s" : "== \"%.*s\"", STR_ARGS(value));
}

static const char *set_of(struct arena *a, const struct yaml_node *n)
{
    struct buf text;
    buf_init(&text, 200);
    for (size_t i = 0; i < n->count; i++)
        buf_printf(&text, "%s%.*s", i == 0 ? "in [" : ", ",
                   STR_ARGS(n->item[i]->text));
    buf_char(&text, ']');
    return buf_take(a, &text);
}

const char *mistake_map(struct arena *a, const struct yaml_node *key,
                        const struct yaml_node *value)
{
    struct str text = value->kind == YAML_SCALAR ? value->text : STR("");
    bool list = value->kind == YAML_LIST && value->count > 0 &&
                value->item[0]->kind == YAML_SCALAR;
    if (stands_alone(key->text) && list)
        return arena_printf(a, "an expectation is a string; write '%s %s'",
                            key->text.ptr, set_of(a, value));
    if (stands_alone(key->text) && text.len > 0 && text.len <= 100)
        return arena_printf(a, "an expectation is a string; write '%s %s'",
                            key->text.ptr, comparison(a, str_trim(text)));
    if (query_named(key->text) != NULL)
        return arena_printf(a,
                            "an expectation is a string; write '%s \"...\" == "
                            "\"...\"'",
                            key->text.ptr);
    struct str word = name_at(key->text, 0);
    if (word.len > 0 && word.len < key->text.len && query_named(word) != NULL)
        return "an expectation with a colon in it needs single quotes around "
               "all of it";
    return NULL;
}

/* How other tools write it. */
struct foreign_row {
    const char *theirs, *ours;
};

static const struct foreign_row foreign_row[] = {
    {"[STATUS]", "status"},
    {"[RESPONSE_TIME]", "duration"},
    {"[BODY]", "body, or jsonpath \"$.name\""},
    {"[IP]", "ip"},
    {"[CERTIFICATE_EXPIRATION]", "certificate \"Expire-Date\" daysAfterNow"},
    {"[CONNECTED]", "status: a check without a response fails by itself"},
    {"HTTP", "status == 200"},
    {"pm", "status, header, jsonpath \"$.name\" and so on"},
};

bool mistake_foreign(struct lexer *x, const struct token *t)
{
    struct str rest = str_sub(x->text, t->at, x->text.len);
    for (size_t i = 0; i < ARRAY_COUNT(foreign_row); i++) {
        struct str theirs = str_from(foreign_row[i].theirs);
        bool whole = t->kind == TOKEN_OPEN || str_equal(t->text, theirs);
        if (!whole || !str_starts(rest, theirs))
            continue;
        lexer_refusef(x, t->at, "'%s' is written here: %s",
                      foreign_row[i].theirs, foreign_row[i].ours);
        return true;
    }
    return false;
}
