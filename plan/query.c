/*
 * Queries. A table says which argument a query takes, what it gives and
 * whether that can be missing.
 */
#include "plan/query.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "language/jsonpath.h"
#include "language/regex.h"
#include "language/xpath.h"
#include "plan/filter.h"
#include "plan/plan.h"

enum query_takes {
    TAKES_NONE,
    TAKES_NAME, /* in double quotes */
    TAKES_COOKIE,
    TAKES_PATH,
    TAKES_XPATH,
    TAKES_PATTERN,
    TAKES_PART, /* a bare word, or nothing */
    TAKES_FIELD,
    TAKES_VARIABLE
};

struct query_rule {
    enum query_type gives;
    enum query_takes takes;
    bool may_be_missing;
    const char *argument; /* what it is, for messages */
    const char *form, *help;
};

/* In the order of enum query_kind. */
static const struct query_rule query_rule[] = {
    [QUERY_STATUS] = {GIVES_NUMBER, TAKES_NONE, false, NULL, "status",
                      "the status code, a number"},
    [QUERY_VERSION] = {GIVES_STRING, TAKES_NONE, false, NULL, "version",
                       "the HTTP version, a text: \"1.0\", \"1.1\", \"2\", "
                       "\"3\""},
    [QUERY_HEADER] = {GIVES_STRING, TAKES_NAME, true, "a header name",
                      "header \"NAME\"",
                      "the first such header, a text; the name in any case"},
    [QUERY_COOKIE] = {GIVES_STRING, TAKES_COOKIE, true, "a cookie name",
                      "cookie \"NAME\"",
                      "the value of a cookie that is set, a text; \"NAME[X]\" "
                      "an attribute of it: Expires, a date; Max-Age, a "
                      "number; Domain, Path, SameSite, Secure, HttpOnly, "
                      "texts"},
    [QUERY_BODY] = {GIVES_STRING, TAKES_NONE, false, NULL, "body",
                    "the decoded body, a text"},
    [QUERY_BYTES] = {GIVES_BYTES, TAKES_NONE, false, NULL, "bytes",
                     "the decoded body, as bytes; `count` is its length"},
    [QUERY_JSONPATH] = {GIVES_ANY, TAKES_PATH, true, "a JSONPath",
                        "jsonpath \"PATH\"",
                        "a value, or a list when the path can select several; "
                        "all of RFC 9535, filters and functions too"},
    [QUERY_XPATH] = {GIVES_ANY, TAKES_XPATH, true, "an XPath", "xpath \"PATH\"",
                     "XPath 1.0 on an XML or HTML body: a text, a number, a "
                     "boolean, or the list of the texts of its nodes"},
    [QUERY_REGEX] = {GIVES_STRING, TAKES_PATTERN, true, "a regex: /.../",
                     "regex /REGEX/",
                     "the first group of the match in the body, or all of it"},
    [QUERY_SHA256] = {GIVES_DIGEST, TAKES_NONE, false, NULL, "sha256",
                      "SHA-256 of the decoded body, 64 hexadecimal digits"},
    [QUERY_URL] = {GIVES_STRING, TAKES_NONE, false, NULL, "url",
                   "the URL that answered, after redirects"},
    [QUERY_REDIRECTS] = {GIVES_ANY, TAKES_NONE, false, NULL, "redirects",
                         "the list of URLs that were redirected to"},
    [QUERY_IP] = {GIVES_STRING, TAKES_NONE, true, NULL, "ip",
                  "the address that answered, without its port"},
    [QUERY_DURATION] = {GIVES_DURATION, TAKES_PART, false, NULL, "duration",
                        "the time of the whole exchange; `duration dns`, "
                        "`connect`, `tls` of that phase; `duration "
                        "firstbyte` from the start to the first byte"},
    [QUERY_CERTIFICATE] = {GIVES_STRING, TAKES_FIELD, true,
                           "a certificate field", "certificate \"FIELD\"",
                           "of the server's certificate: Subject, Issuer, "
                           "Serial-Number, Subject-Alt-Name, texts; "
                           "Start-Date, Expire-Date, dates; Chain-Expire-Date, "
                           "Verified-Expire-Date: the earliest end in the "
                           "chain that was shown, and in the one that was "
                           "relied on"},
    [QUERY_VARIABLE] = {GIVES_STRING, TAKES_VARIABLE, false,
                        "the name of a variable", "variable \"NAME\"",
                        "the value of a variable, a text"},
    [QUERY_EXIT] = {GIVES_NUMBER, TAKES_NONE, false, NULL, "exit",
                    "the exit code of an `exec` check"},
    [QUERY_STDOUT] = {GIVES_STRING, TAKES_NONE, false, NULL, "stdout",
                      "the output of an `exec` check"},
};

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

bool lexer_refuse(struct lexer *x, size_t at, const char *text)
{
    diags_add(x->loader->diags, yaml_pos_in(x->node, at), "%s", text);
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

bool lexer_word(struct lexer *x, const struct token *t,
                const struct names *names, int *out)
{
    struct buf known;
    if (t->kind == TOKEN_WORD && name_find(names, t->text, out))
        return true;
    buf_init(&known, 400);
    names_list(names, &known);
    struct hint near = text_hint(t->text, names->name, names->count);
    if (t->kind == TOKEN_WORD && near.text[0] != '\0')
        lexer_refusef(x, t->at, "unknown %s '%.*s'%s", names->what,
                      STR_ARGS(t->text), near.text);
    else if (t->kind == TOKEN_WORD)
        lexer_refusef(x, t->at, "unknown %s '%.*s', expected %s", names->what,
                      STR_ARGS(t->text), known.ptr);
    else
        lexer_refusef(x, t->at, "expected a %s: %s", names->what, known.ptr);
    buf_release(&known);
    return false;
}

bool lexer_path(struct lexer *x, const struct token *t,
                const struct jsonpath **out)
{
    struct jsonpath *path = NULL;
    struct jsonpath_error error = {0, NULL};
    if (jsonpath_compile(&path, x->loader->arena, t->text, &error)) {
        *out = path;
        return true;
    }
    return lexer_refusef(x, t->at + 1 + error.offset, "JSONPath: %s",
                         error.text);
}

bool lexer_regex(struct lexer *x, const struct token *t, struct regex **out)
{
    struct regex_error error;
    if (t->kind == TOKEN_STRING && t->open)
        return lexer_refuse(x, t->at,
                            "write the regex as /.../, so that a variable's "
                            "value is matched as it is");
    if (!regex_open(out, t->text, t->flags, &error))
        return lexer_refusef(x, t->at + 1 + error.offset, "regex: %s",
                             error.text);
    struct regex_list *kept = arena_alloc(x->loader->arena, sizeof(*kept));
    *kept = (struct regex_list){*out, x->loader->plan->regexes};
    x->loader->plan->regexes = kept;
    return true;
}

static bool read_cookie(struct lexer *x, const struct token *t, struct query *q)
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
    return lexer_word(x, &word, &cookie_attribute_names, &q->part);
}

static bool read_xpath(struct lexer *x, const struct token *t)
{
    const char *problem = xpath_problem(t->text);
    return problem == NULL || lexer_refusef(x, t->at, "XPath: %s", problem);
}

static bool read_variable(struct lexer *x, const struct token *t,
                          struct query *q)
{
    struct loader *l = x->loader;
    struct captured_name *captured = captures_named(l, t->text);
    struct pos pos = yaml_pos_in(x->node, t->at);
    if (captured != NULL)
        return captures_value(l, captured, pos, t->text, &q->text);
    const char *value = vars_find(l, t->text);
    if (value == NULL)
        return lexer_refusef(x, t->at, "variable '%.*s' is not set",
                             STR_ARGS(t->text));
    q->text = str_from(value);
    return true;
}

/* The argument in double quotes that the query of this rule takes. */
static bool use_argument(struct lexer *x, const struct token *t,
                         struct query *q)
{
    struct token word = *t;
    q->argument = str_dup(x->loader->arena, t->text);
    if (t->text.len == 0 || text_has_control(t->text))
        return lexer_refuse(x, t->at, "empty, or with a control character");
    switch (query_rule[q->kind].takes) {
    case TAKES_COOKIE:
        return read_cookie(x, t, q);
    case TAKES_PATH:
        return lexer_path(x, t, &q->path);
    case TAKES_XPATH:
        return read_xpath(x, t);
    case TAKES_FIELD:
        word.kind = TOKEN_WORD;
        word.at++;
        return lexer_word(x, &word, &certificate_field_names, &q->part);
    case TAKES_VARIABLE:
        return read_variable(x, t, q);
    default:
        return true;
    }
}

/* t is the token after the query's word; it becomes the one after. */
static bool read_argument(struct lexer *x, struct token *t, struct query *q)
{
    const struct query_rule *rule = &query_rule[q->kind];
    int part = 0;
    if (rule->takes == TAKES_NONE)
        return true;
    if (rule->takes == TAKES_PART) {
        if (t->kind != TOKEN_WORD ||
            !name_find(&duration_part_names, t->text, &part))
            return true;
        q->part = part + 1;
        return lexer_next(x, t);
    }
    if (rule->takes == TAKES_PATTERN &&
        (t->kind == TOKEN_REGEX || t->kind == TOKEN_STRING)) {
        q->argument = str_dup(x->loader->arena, t->text);
        return lexer_regex(x, t, &q->regex) && lexer_next(x, t);
    }
    if (t->kind != TOKEN_STRING || rule->takes == TAKES_PATTERN)
        return lexer_refusef(
            x, t->at, "expected %s%s after '%s'", rule->argument,
            rule->takes == TAKES_PATTERN ? "" : " in double quotes",
            name_of(&query_names, (int)q->kind));
    return use_argument(x, t, q) && lexer_next(x, t);
}

static bool is_foreign(struct lexer *x, const struct token *t)
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

bool query_read(struct lexer *x, struct token *t, struct query *q)
{
    int kind;
    if (is_foreign(x, t) || !lexer_word(x, t, &query_names, &kind))
        return false;
    *q = (struct query){.kind = (enum query_kind)kind};
    return lexer_next(x, t) && read_argument(x, t, q) && filters_read(x, t, q);
}

static enum query_type unfiltered_type(const struct query *q)
{
    if (q->kind == QUERY_COOKIE && q->part == COOKIE_MAX_AGE)
        return GIVES_NUMBER;
    if (q->kind == QUERY_COOKIE && q->part == COOKIE_EXPIRES)
        return GIVES_DATE;
    if (q->kind == QUERY_CERTIFICATE && certificate_is_date(q->part))
        return GIVES_DATE;
    return query_rule[q->kind].gives;
}

enum query_type query_gives(const struct query *q)
{
    return q->filter_count > 0 ? filters_give(q) : unfiltered_type(q);
}

/* Any filter may find nothing: an index too far, a text that is no number. */
bool query_may_be_missing(const struct query *q)
{
    return q->filter_count > 0 || query_rule[q->kind].may_be_missing;
}

struct word_doc plan_query_doc(size_t index)
{
    return (struct word_doc){query_rule[index].form, query_rule[index].help};
}
