/*
 * What a test script of Postman asserts. Statements of known form become
 * expectations and captures; each other one is named with its line.
 */
#include "import/postman/postman_script.h"

#include <string.h>

#include "base/text.h"

/* Behind the statement: its semicolon, or the line end when all is closed. */
static size_t statement_end(const struct script *s)
{
    int depth = 0;
    size_t i = s->at;
    for (; i < s->tokens.count; i++) {
        const struct js_token *t = &s->tokens.item[i];
        bool sign = t->type == JS_SIGN && t->text.len == 1;
        char c = sign ? t->text.ptr[0] : '\0';
        if (i > s->at && depth == 0 && t->breaks && c != '.')
            return i;
        if (c != '\0' && strchr("([{", c) != NULL)
            depth++;
        else if (c != '\0' && strchr(")]}", c) != NULL && --depth < 0)
            return i;
        else if (c == ';' && depth == 0)
            return i + 1;
    }
    return i;
}

static void name_statement(struct script *s, size_t start)
{
    s->at = start;
    const struct js_token *t = js_at(s, 0);
    remark(s->im, t->pos, t->line,
           "only assertions of known form are read from a script",
           "write the expectation by hand");
    size_t end = statement_end(s);
    s->at = end > start ? end : start + 1;
}

/* pm.test("name", function () { ...: what stands inside is read on. */
static bool enter_test(struct script *s)
{
    static const char *const head[] = {
        ", function ( ) {", ", async function ( ) {",
        ", ( ) => {",       ", async ( ) => {",
        ", ( ) =>",         ", function ( done ) {",
        ", ( done ) => {",  ", done => {"};
    size_t start = s->at;
    if (js_take(s, "pm . test (") && js_at(s, 0)->type == JS_TEXT) {
        s->at++;
        for (size_t i = 0; i < ARRAY_COUNT(head); i++)
            if (js_take(s, head[i]))
                return true;
    }
    s->at = start;
    return false;
}

static void keep_name(struct script *s, struct str name, struct js_name what)
{
    what.name = name;
    s->name = arena_grow(s->im->arena, s->name, s->name_count, &s->name_cap,
                         sizeof(*s->name));
    s->name[s->name_count++] = what;
}

static bool at_end(const struct script *s)
{
    const struct js_token *t = js_at(s, 0);
    return t->type == JS_END || t->breaks || js_is(s, 0, ";") ||
           js_is(s, 0, "}") || js_is(s, 0, ")");
}

/* const data = pm.response.json(); a name may get another value later. */
static bool read_declaration(struct script *s)
{
    struct js_name what;
    bool again = js_at(s, 0)->type == JS_WORD && js_is(s, 1, "=");
    if (!js_take(s, "var") && !js_take(s, "let") && !js_take(s, "const") &&
        !again)
        return false;
    struct str name = js_at(s, 0)->text;
    s->at++;
    if (!js_take(s, "=") || !js_subject(s, &what) || what.presence ||
        !at_end(s)) {
        keep_name(s, name, (struct js_name){.query = NULL});
        return false;
    }
    keep_name(s, name, what);
    s->im->record->carried++;
    return true;
}

/* pm.environment.set("token", data.token) */
static bool read_set(struct script *s)
{
    static const char *const set[] = {
        "pm . environment . set (",           "pm . variables . set (",
        "pm . collectionVariables . set (",   "pm . globals . set (",
        "postman . setEnvironmentVariable (", "postman . setGlobalVariable ("};
    size_t start = s->at;
    struct js_name what;
    for (size_t i = 0; i < ARRAY_COUNT(set); i++) {
        s->at = start;
        if (!js_take(s, set[i]) || js_at(s, 0)->type != JS_TEXT)
            continue;
        const struct js_token *name = js_at(s, 0);
        s->at++;
        if (!js_take(s, ",") || !js_subject(s, &what) || what.presence ||
            !js_take(s, ")"))
            return false;
        define_capture(s->im, name->text, false);
        const char *ours = is_variable_name(name->text)
                               ? str_dup(s->im->arena, name->text)
                               : name_from(s->im->arena, name->text, false);
        put_pair(s->im, s->e, "capture", ours, what.query, name->pos);
        return true;
    }
    return false;
}

static bool read_expect(struct script *s)
{
    struct js_name subject;
    if (js_take(s, "pm . expect (") || js_take(s, "expect ("))
        return js_subject(s, &subject) && js_take(s, ")") &&
               js_chain(s, &subject) && at_end(s);
    return js_take(s, "pm . response") && js_is(s, 1, "to") &&
           js_response_chain(s) && at_end(s);
}

/* responseBody.has("text") */
static bool read_has(struct script *s, struct pos pos)
{
    if (!js_take(s, "responseBody . has (") &&
        !js_take(s, "responseBody . includes ("))
        return false;
    const char *value = js_value(s, false);
    if (value == NULL || value[0] != '"' || !js_take(s, ")") || !at_end(s))
        return false;
    expect_text(s->im, s->e, pos, "body contains %s", value);
    return true;
}

static const char *sign_of(struct script *s)
{
    static const struct {
        const char *theirs, *ours;
    } sign[] = {{"===", "=="}, {"==", "=="}, {"!==", "!="}, {"!=", "!="},
                {"<=", "<="},  {">=", ">="}, {"<", "<"},    {">", ">"}};
    for (size_t i = 0; i < ARRAY_COUNT(sign); i++)
        if (js_take(s, sign[i].theirs))
            return sign[i].ours;
    return NULL;
}

/* tests["name"] = responseCode.code === 200 */
static bool read_old_test(struct script *s)
{
    struct js_name subject;
    struct pos pos = js_at(s, 0)->pos;
    if (!js_take(s, "tests [") || js_at(s, 0)->type != JS_TEXT)
        return false;
    s->at++;
    if (!js_take(s, "] ="))
        return false;
    bool bracket = js_take(s, "(");
    size_t start = s->at;
    if (read_has(s, pos))
        return true;
    s->at = start;
    if (!js_subject(s, &subject))
        return false;
    bool header = strncmp(subject.query, "header", 6) == 0 ||
                  strncmp(subject.query, "cookie", 6) == 0;
    if (at_end(s) && header) {
        expect_text(s->im, s->e, pos, "%s exists", subject.query);
        return true;
    }
    const char *sign = sign_of(s);
    const char *value =
        sign == NULL ? NULL
                     : js_value(s, strcmp(subject.query, "duration") == 0);
    if (value == NULL || value[0] == '[' || (bracket && !js_take(s, ")")) ||
        !at_end(s))
        return false;
    expect_text(s->im, s->e, pos, "%s %s %s", subject.query, sign, value);
    return true;
}

/* What only prints asserts nothing. */
static bool skip_print(struct script *s)
{
    if (!js_is(s, 0, "console") && !js_is(s, 0, "return"))
        return false;
    s->at = statement_end(s);
    return true;
}

static bool skip_sign(struct script *s)
{
    if (js_is(s, 0, "}") || js_is(s, 0, ")") || js_is(s, 0, ";") ||
        js_is(s, 0, ",")) {
        s->at++;
        return true;
    }
    return false;
}

static bool read_statement(struct script *s)
{
    bool (*const form[])(struct script * s) = {read_declaration, read_set,
                                               read_expect, read_old_test};
    size_t start = s->at;
    for (size_t i = 0; i < ARRAY_COUNT(form); i++) {
        size_t carried = entry_carried(s->e);
        if (form[i](s))
            return true;
        s->at = start;
        if (entry_carried(s->e) > carried)
            return false; /* a part of it is imported */
    }
    return false;
}

static void join_lines(const struct yaml_node *exec, struct import *im,
                       struct js_tokens *out)
{
    for (size_t i = 0; i < exec->count; i++)
        if (exec->item[i]->kind == YAML_SCALAR) {
            size_t first = out->count;
            js_read(im, out, exec->item[i]->text, exec->item[i]);
            if (out->count > first)
                out->item[first].breaks = true;
        }
}

void script_read(struct import *im, struct entry *e,
                 const struct yaml_node *exec)
{
    struct script s = {.im = im, .e = e};
    if (exec->kind == YAML_SCALAR)
        js_read(im, &s.tokens, exec->text, exec);
    else if (exec->kind == YAML_LIST)
        join_lines(exec, im, &s.tokens);
    while (s.at < s.tokens.count) {
        size_t start = s.at;
        if (skip_sign(&s) || enter_test(&s) || skip_print(&s) ||
            read_statement(&s))
            continue;
        name_statement(&s, start);
    }
}
