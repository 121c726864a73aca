/* Arguments that several words take, read from their tokens. */
#include "expect/arguments.h"

#include "base/text.h"
#include "language/jsonpath.h"
#include "language/regex.h"

struct regex_list {
    struct regex *regex;
    struct regex_list *next;
};

void regexes_close(struct regex_list **list)
{
    for (struct regex_list *r = *list; r != NULL; r = r->next)
        regex_close(r->regex);
    *list = NULL;
}

bool argument_word(struct lexer *x, const struct token *t,
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

bool argument_quoted(struct lexer *x, const struct token *t, struct query *q,
                     const char *what)
{
    if (t->kind != TOKEN_STRING)
        return lexer_refusef(x, t->at,
                             "expected %s in double quotes after '%s'", what,
                             query_name(q->kind));
    if (t->text.len == 0 || text_has_control(t->text))
        return lexer_refuse(x, t->at, "empty, or with a control character");
    q->argument = str_dup(x->reader->arena, t->text);
    return true;
}

bool argument_text(struct lexer *x, struct token *t, struct str *out)
{
    if (t->kind != TOKEN_STRING)
        return lexer_refuse(x, t->at, "expected a text in double quotes");
    *out = (struct str){str_dup(x->reader->arena, t->text), t->text.len};
    return lexer_next(x, t);
}

bool argument_path(struct lexer *x, const struct token *t,
                   const struct jsonpath **out)
{
    struct jsonpath *path = NULL;
    struct jsonpath_error error = {0, NULL};
    if (jsonpath_compile(&path, x->reader->arena, t->text, &error)) {
        *out = path;
        return true;
    }
    return lexer_refusef(x, t->at + 1 + error.offset, "JSONPath: %s",
                         error.text);
}

bool argument_regex(struct lexer *x, const struct token *t, struct regex **out)
{
    struct regex_error error;
    if (t->kind == TOKEN_STRING && t->open)
        return lexer_refuse(x, t->at,
                            "write the regex as /.../, so that a variable's "
                            "value is matched as it is");
    if (!regex_open(out, t->text, t->flags, &error))
        return lexer_refusef(x, t->at + 1 + error.offset, "regex: %s",
                             error.text);
    struct regex_list *kept = arena_alloc(x->reader->arena, sizeof(*kept));
    *kept = (struct regex_list){*out, *x->reader->regexes};
    *x->reader->regexes = kept;
    return true;
}
