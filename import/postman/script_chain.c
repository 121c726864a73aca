/* Chains of a test script: what is asserted of a part of the response. */
#include <string.h>

#include "base/text.h"
#include "import/postman/postman_script.h"

static const struct row rows[] = {
    CARRIED("pm.response.to.have.status(200)", "`status ==`", NULL),
    CARRIED("pm.response.to.be.ok, .success, .notFound...", "`status`", NULL),
    CARRIED("pm.response.to.be.json", "`header \"content-type\" contains`",
            NULL),
    CARRIED("pm.response.to.have.header(name, value)", "`header`", NULL),
    CARRIED("pm.response.to.have.body(text)", "`body ==`", NULL),
    CARRIED("pm.response.to.have.jsonBody(path, value)", "`jsonpath`", NULL),
    CARRIED("pm.expect(pm.response.code, .responseTime, .text(), .json().x, "
            ".headers.get(name))",
            "`status`, `duration`, `body`, `jsonpath`, `header`", NULL),
    CARRIED(".equal, .eql, .true, .false, .null", "`==`", NULL),
    CARRIED(".below, .above, .least, .most, .within",
            "`<`, `>`, `>=`, `<=`, "
            "`in`",
            NULL),
    CARRIED(".include, .contain, .string", "`contains`", NULL),
    CARRIED(".oneOf([...])", "`in [...]`", NULL),
    CARRIED(".match(/regex/)", "`matches`", NULL),
    CARRIED(".a('string')",
            "`isString`, `isNumber`, `isBoolean`, "
            "`isCollection`",
            NULL),
    CARRIED(".property(name, value), .keys", "`exists`, `==`", NULL),
    CARRIED(".lengthOf(n), .empty, .exist, .undefined",
            "`count ==`, `isEmpty`, `exists`, `not exists`", NULL),
    CARRIED("pm.environment.set(name, value of the response)", "`capture`",
            NULL),
    CARRIED("tests[\"name\"] = responseCode.code === 200", "`status == 200`",
            NULL),
    CARRIED("responseBody.has(text)", "`body contains`", NULL),
    LEFT("any other statement", "only assertions of known form are read",
         "write the expectation by hand"),
};

struct rows script_rows(void)
{
    return IN("script", rows);
}

struct chain {
    struct script *s;
    const struct js_name *subject;
    struct js_name member; /* the subject behind .property(name) */
    struct pos pos;
    bool negated;
};

static bool is_duration(const struct js_name *n)
{
    return strcmp(n->query, "duration") == 0;
}

static void expect(const struct chain *c, const char *query, bool negated,
                   const char *rest)
{
    expect_text(c->s->im, c->s->e, c->pos, "%s%s %s", query,
                c->negated != negated ? " not" : "", rest);
}

static bool is_filler(struct str word)
{
    static const char *const filler[] = {
        "to",   "be",   "been", "is",     "that", "which", "and",  "has",
        "have", "with", "at",   "of",     "same", "but",   "does", "still",
        "also", "deep", "all",  "nested", "own",  "a",     "an"};
    for (size_t i = 0; i < ARRAY_COUNT(filler); i++)
        if (str_is(word, filler[i]))
            return true;
    return false;
}

static bool compare(const struct chain *c, const char *sign)
{
    struct script *s = c->s;
    if (c->subject->presence)
        return false;
    const char *value = js_value(s, is_duration(c->subject));
    if (value == NULL || value[0] == '[' || !js_take(s, ")"))
        return false;
    expect(c, c->subject->query, false,
           arena_printf(s->im->arena, "%s %s", sign, value));
    return true;
}

static bool contains(struct chain *c)
{
    return compare(c, "contains");
}

static bool one_of(struct chain *c)
{
    struct script *s = c->s;
    const char *value = js_value(s, is_duration(c->subject));
    if (value == NULL || value[0] != '[' || !js_take(s, ")"))
        return false;
    expect(c, c->subject->query, false,
           arena_printf(s->im->arena, "in %s", value));
    return true;
}

static bool within(struct chain *c)
{
    struct script *s = c->s;
    const char *low = js_value(s, false);
    const char *high = js_take(s, ",") ? js_value(s, false) : NULL;
    if (low == NULL || high == NULL || !js_take(s, ")") ||
        is_duration(c->subject))
        return false;
    expect(c, c->subject->query, false,
           arena_printf(s->im->arena, "in %s..%s", low, high));
    return true;
}

static bool matches(struct chain *c)
{
    struct script *s = c->s;
    const struct js_token *t = js_at(s, 0);
    const char *flags = str_is(t->flags, "i") ? "i" : "";
    if (t->type != JS_REGEX || !js_is(s, 1, ")"))
        return false;
    s->at += 2;
    expect(c, c->subject->query, false,
           arena_printf(s->im->arena, "matches %s",
                        quoted_regex(s->im, t->text, flags)));
    return true;
}

static bool is_a(struct chain *c)
{
    static const struct {
        const char *theirs, *ours;
    } type[] = {{"string", "isString"},     {"number", "isNumber"},
                {"boolean", "isBoolean"},   {"array", "isCollection"},
                {"object", "isCollection"}, {"null", "== null"}};
    struct script *s = c->s;
    const struct js_token *t = js_at(s, 0);
    for (size_t i = 0; i < ARRAY_COUNT(type); i++)
        if (t->type == JS_TEXT && str_is(t->text, type[i].theirs) &&
            js_is(s, 1, ")") && c->subject->path != NULL) {
            s->at += 2;
            expect(c, c->subject->query, false, type[i].ours);
            return true;
        }
    return false;
}

static struct js_name member_of(const struct chain *c, struct str name)
{
    struct arena *a = c->s->im->arena;
    const char *path =
        is_variable_name(name)
            ? arena_printf(a, "%s.%.*s", c->subject->path, STR_ARGS(name))
            : arena_printf(a, "%s['%.*s']", c->subject->path, STR_ARGS(name));
    const char *text = from_plain(c->s->im, str_from(path));
    return (struct js_name){
        .path = path,
        .query = arena_printf(a, "jsonpath %s", quoted(c->s->im, text))};
}

static bool property(struct chain *c)
{
    struct script *s = c->s;
    const struct js_token *t = js_at(s, 0);
    if (t->type != JS_TEXT || c->subject->path == NULL)
        return false;
    c->member = member_of(c, t->text);
    c->subject = &c->member;
    const char *query = c->member.query;
    s->at++;
    if (js_take(s, ")")) {
        expect(c, query, false, "exists");
        return true;
    }
    const char *value = js_take(s, ",") ? js_value(s, false) : NULL;
    if (value == NULL || value[0] == '[' || !js_take(s, ")"))
        return false;
    expect(c, query, false, arena_printf(s->im->arena, "== %s", value));
    return true;
}

static bool keys(struct chain *c)
{
    struct script *s = c->s;
    bool list = js_take(s, "[");
    while (js_at(s, 0)->type == JS_TEXT && c->subject->path != NULL) {
        expect(c, member_of(c, js_at(s, 0)->text).query, false, "exists");
        s->at++;
        if (!js_take(s, ","))
            break;
    }
    return (!list || js_take(s, "]")) && js_take(s, ")");
}

static bool length_of(struct chain *c)
{
    struct script *s = c->s;
    const char *value = js_value(s, false);
    bool body = strcmp(c->subject->query, "body") == 0;
    if (value == NULL || !js_take(s, ")") ||
        (c->subject->path == NULL && !body))
        return false;
    expect(c,
           body ? "bytes count"
                : arena_printf(s->im->arena, "%s count", c->subject->query),
           false, arena_printf(s->im->arena, "== %s", value));
    return true;
}

/* Words with brackets behind them, in groups of one meaning. */
static bool call(struct chain *c, struct str word)
{
    static const struct {
        const char *words, *sign;
        bool (*read)(struct chain *c);
    } known[] = {
        {"equal equals eq eql eqls", "==", NULL},
        {"above gt greaterThan", ">", NULL},
        {"least gte greaterThanOrEqual", ">=", NULL},
        {"below lt lessThan", "<", NULL},
        {"most lte lessThanOrEqual", "<=", NULL},
        {"include includes contain contains string", NULL, contains},
        {"oneOf", NULL, one_of},
        {"within", NULL, within},
        {"match matches", NULL, matches},
        {"a an", NULL, is_a},
        {"property ownProperty", NULL, property},
        {"keys key", NULL, keys},
        {"length lengthOf", NULL, length_of},
    };
    for (size_t i = 0; i < ARRAY_COUNT(known); i++)
        for (struct str rest = str_from(known[i].words); rest.len > 0;)
            if (str_equal(str_cut(rest, ' ', &rest), word))
                return known[i].read == NULL ? compare(c, known[i].sign)
                                             : known[i].read(c);
    return false;
}

static bool plain_word(const struct chain *c, struct str word)
{
    static const struct {
        const char *theirs, *ours;
        bool negated;
    } known[] = {{"true", "== true", false},    {"false", "== false", false},
                 {"null", "== null", false},    {"exist", "exists", false},
                 {"undefined", "exists", true}, {"empty", "isEmpty", false}};
    bool missing = c->subject->path != NULL ||
                   strncmp(c->subject->query, "header", 6) == 0 ||
                   strncmp(c->subject->query, "cookie", 6) == 0;
    if (c->subject->presence &&
        (str_is(word, "true") || str_is(word, "false"))) {
        expect(c, c->subject->query, str_is(word, "false"), "exists");
        return true;
    }
    for (size_t i = 0; i < ARRAY_COUNT(known); i++)
        if (str_is(word, known[i].theirs) && missing) {
            expect(c, c->subject->query, known[i].negated, known[i].ours);
            return true;
        }
    return false;
}

/* Words that follow each other, some with brackets behind them. */
static bool walk(struct chain *c, bool (*called)(struct chain *, struct str),
                 bool (*alone)(const struct chain *, struct str))
{
    struct script *s = c->s;
    bool any = false;
    c->pos = js_at(s, 0)->pos;
    while (js_is(s, 0, ".") && js_at(s, 1)->type == JS_WORD) {
        struct str word = js_at(s, 1)->text;
        bool bracket = js_is(s, 2, "(");
        s->at += bracket ? 3 : 2;
        if (str_is(word, "not")) {
            c->negated = !c->negated;
        } else if (bracket || !is_filler(word)) {
            if (bracket ? !called(c, word) : !alone(c, word))
                return false;
            any = true;
        }
    }
    return any;
}

bool js_chain(struct script *s, const struct js_name *subject)
{
    struct chain c = {.s = s, .subject = subject};
    return walk(&c, call, plain_word);
}

static bool status_word(const struct chain *c, struct str word)
{
    static const struct {
        const char *theirs, *ours;
    } known[] = {{"ok", "== 200"},
                 {"success", "in 200..299"},
                 {"info", "in 100..199"},
                 {"redirection", "in 300..399"},
                 {"clientError", "in 400..499"},
                 {"serverError", "in 500..599"},
                 {"error", "in 400..599"},
                 {"accepted", "== 202"},
                 {"badRequest", "== 400"},
                 {"unauthorized", "== 401"},
                 {"forbidden", "== 403"},
                 {"notFound", "== 404"},
                 {"rateLimited", "== 429"}};
    for (size_t i = 0; i < ARRAY_COUNT(known); i++)
        if (str_is(word, known[i].theirs)) {
            expect(c, "status", false, known[i].ours);
            return true;
        }
    if (str_is(word, "json"))
        expect(c, "header \"content-type\"", false, "contains \"json\"");
    else if (str_is(word, "withBody"))
        expect(c, "bytes", true, "isEmpty");
    else
        return false;
    return true;
}

/* header("X", "v") and body("v"); the bracket is open. */
static bool named_value(const struct chain *c, struct str word)
{
    struct script *s = c->s;
    const char *query = "body";
    if (str_is(word, "header")) {
        const struct js_token *t = js_at(s, 0);
        if (t->type != JS_TEXT)
            return false;
        query = arena_printf(s->im->arena, "header %s",
                             quoted(s->im, from_plain(s->im, t->text)));
        s->at++;
        if (js_take(s, ")")) {
            expect(c, query, false, "exists");
            return true;
        }
        if (!js_take(s, ","))
            return false;
    }
    const char *value = js_value(s, false);
    if (value == NULL || value[0] == '[' || !js_take(s, ")"))
        return false;
    expect(c, query, false, arena_printf(s->im->arena, "== %s", value));
    return true;
}

static bool json_body(struct chain *c)
{
    struct js_name root = {.query = "jsonpath \"$\"", .path = "$"};
    struct chain inner = *c;
    const struct js_token *t = js_at(c->s, 0);
    inner.subject = &root;
    if (js_take(c->s, ")")) {
        expect(c, root.query, false, "exists");
        return true;
    }
    /* "a.b" is a path: all but the last name of it go to the subject */
    struct str rest = t->text;
    size_t dot = rest.len;
    while (t->type == JS_TEXT && dot > 0 && rest.ptr[dot - 1] != '.')
        dot--;
    if (t->type != JS_TEXT || dot == 0)
        return property(&inner);
    root.path = arena_printf(c->s->im->arena, "$.%.*s", (int)dot - 1, rest.ptr);
    c->s->tokens.item[c->s->at].text = str_sub(rest, dot, rest.len);
    return property(&inner);
}

static bool response_call(struct chain *c, struct str word)
{
    if (str_is(word, "status")) {
        const char *value =
            js_at(c->s, 0)->type == JS_NUMBER ? js_value(c->s, false) : NULL;
        if (value == NULL || !js_take(c->s, ")"))
            return false;
        expect(c, "status", false,
               arena_printf(c->s->im->arena, "== %s", value));
        return true;
    }
    if (str_is(word, "header") || str_is(word, "body"))
        return named_value(c, word);
    return str_is(word, "jsonBody") && json_body(c);
}

/* Behind pm.response */
bool js_response_chain(struct script *s)
{
    struct js_name none = {.query = "body"};
    struct chain c = {.s = s, .subject = &none};
    return walk(&c, response_call, status_word);
}
