/* Parts of an answer as a test script names them, and values. */
#include <string.h>

#include "base/text.h"
#include "import/postman/postman_script.h"

const struct js_token *js_at(const struct script *s, size_t ahead)
{
    static const struct js_token end = {.type = JS_END};
    return s->at + ahead < s->tokens.count ? &s->tokens.item[s->at + ahead]
                                           : &end;
}

bool js_is(const struct script *s, size_t ahead, const char *text)
{
    const struct js_token *t = js_at(s, ahead);
    return (t->type == JS_WORD || t->type == JS_SIGN) && str_is(t->text, text);
}

bool js_take(struct script *s, const char *words)
{
    struct str rest = str_from(words);
    size_t ahead = 0;
    for (; rest.len > 0; ahead++) {
        struct str word = str_cut(rest, ' ', &rest);
        const struct js_token *t = js_at(s, ahead);
        if ((t->type != JS_WORD && t->type != JS_SIGN) ||
            !str_equal(t->text, word))
            return false;
    }
    s->at += ahead;
    return true;
}

/* .name, ["name"], [0]; a length is a count. */
static void read_path(struct script *s, struct js_name *out)
{
    bool length = false;
    while (!length) {
        const struct js_token *t = js_at(s, 1);
        if (js_is(s, 0, ".") && t->type == JS_WORD && !js_is(s, 2, "(")) {
            length = str_is(t->text, "length");
            if (!length)
                out->path = member_path(s->im, out->path, t->text);
            s->at += 2;
        } else if (js_is(s, 0, "[") && t->type == JS_TEXT && js_is(s, 2, "]")) {
            out->path = member_path(s->im, out->path, t->text);
            s->at += 3;
        } else if (js_is(s, 0, "[") && t->type == JS_NUMBER &&
                   js_is(s, 2, "]")) {
            out->path = arena_printf(s->im->arena, "%s[%.*s]", out->path,
                                     STR_ARGS(t->text));
            s->at += 3;
        } else {
            break;
        }
    }
    out->query =
        arena_printf(s->im->arena, "jsonpath %s%s",
                     quoted(s->im, from_plain(s->im, str_from(out->path))),
                     length ? " count" : "");
    if (length)
        out->path = NULL;
}

/* A query with a text in brackets: headers.get("X") */
static bool read_named(struct script *s, const char *words, const char *query,
                       struct js_name *out)
{
    size_t start = s->at;
    if (!js_take(s, words))
        return false;
    const struct js_token *t = js_at(s, 0);
    if (t->type != JS_TEXT || !js_is(s, 1, ")")) {
        s->at = start;
        return false;
    }
    out->query =
        arena_printf(s->im->arena, "%s %s", query,
                     quoted(s->im, from_braces(s->im, t->text, t->pos)));
    s->at += 2;
    return true;
}

static bool read_presence(struct script *s, struct js_name *out)
{
    out->presence =
        read_named(s, "pm . cookies . has (", "cookie", out) ||
        read_named(s, "pm . response . headers . has (", "header", out);
    return out->presence;
}

static bool read_simple(struct script *s, struct js_name *out)
{
    static const struct {
        const char *words, *query;
    } part[] = {
        {"pm . response . code", "status"},
        {"pm . response . responseTime", "duration"},
        {"pm . response . responseSize", "bytes count"},
        {"pm . response . text ( )", "body"},
        {"responseCode . code", "status"},
        {"responseTime", "duration"},
        {"responseBody", "body"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(part); i++)
        if (js_take(s, part[i].words)) {
            out->query = part[i].query;
            return true;
        }
    return read_named(s, "pm . response . headers . get (", "header", out) ||
           read_named(s, "postman . getResponseHeader (", "header", out) ||
           read_named(s, "pm . cookies . get (", "cookie", out) ||
           read_presence(s, out);
}

static const struct js_name *find_name(const struct script *s)
{
    const struct js_token *t = js_at(s, 0);
    for (size_t i = s->name_count; i-- > 0 && t->type == JS_WORD;)
        if (str_equal(s->name[i].name, t->text))
            return &s->name[i];
    return NULL;
}

bool js_subject(struct script *s, struct js_name *out)
{
    *out = (struct js_name){.query = NULL};
    const struct js_name *known = find_name(s);
    if (known != NULL && known->query == NULL)
        return false;
    if (known != NULL) {
        out->query = known->query;
        out->path = known->path;
        s->at++;
    } else if (js_take(s, "pm . response . json ( )") ||
               js_take(s, "JSON . parse ( responseBody )") ||
               js_take(s, "JSON . parse ( pm . response . text ( ) )")) {
        out->path = "$";
    } else {
        return read_simple(s, out);
    }
    if (out->path != NULL)
        read_path(s, out);
    return true;
}

static const char *read_list(struct script *s, bool duration)
{
    struct buf out;
    bool ok = true;
    buf_init(&out, 1500);
    buf_char(&out, '[');
    for (s->at++; ok && !js_is(s, 0, "]");) {
        const char *value = js_value(s, duration);
        ok = value != NULL && (js_is(s, 0, ",") || js_is(s, 0, "]"));
        if (ok)
            buf_printf(&out, "%s%s", out.len > 1 ? ", " : "", value);
        s->at += js_is(s, 0, ",");
    }
    s->at++;
    buf_char(&out, ']');
    const char *list = ok && out.len > 2 ? buf_dup(s->im->arena, &out) : NULL;
    buf_release(&out);
    return list;
}

/* pm.environment.get("name") */
static const char *read_variable(struct script *s)
{
    static const char *const get[] = {
        "pm . environment . get (",           "pm . variables . get (",
        "pm . collectionVariables . get (",   "pm . globals . get (",
        "postman . getEnvironmentVariable (", "postman . getGlobalVariable ("};
    size_t start = s->at;
    for (size_t i = 0; i < ARRAY_COUNT(get); i++) {
        if (!js_take(s, get[i]))
            continue;
        const struct js_token *t = js_at(s, 0);
        if (t->type == JS_TEXT && js_is(s, 1, ")")) {
            s->at += 2;
            return reference(s->im, t->text);
        }
        s->at = start;
    }
    return NULL;
}

static const char *read_number(struct script *s, bool duration)
{
    bool negative = js_is(s, 0, "-") && js_at(s, 1)->type == JS_NUMBER;
    const struct js_token *t = js_at(s, negative ? 1 : 0);
    if (t->type != JS_NUMBER)
        return NULL;
    s->at += negative ? 2 : 1;
    return arena_printf(s->im->arena, "%s%.*s%s", negative ? "-" : "",
                        STR_ARGS(t->text), duration ? "ms" : "");
}

const char *js_value(struct script *s, bool duration)
{
    const struct js_token *t = js_at(s, 0);
    if (t->type == JS_TEXT) {
        s->at++;
        return quoted(s->im, from_braces(s->im, t->text, t->pos));
    }
    if (js_is(s, 0, "true") || js_is(s, 0, "false") || js_is(s, 0, "null")) {
        s->at++;
        return str_dup(s->im->arena, t->text);
    }
    /* Lists within lists are no values: one level and no more. */
    if (js_is(s, 0, "[") && !js_is(s, 1, "["))
        return read_list(s, duration);
    const char *number = read_number(s, duration);
    return number != NULL ? number : read_variable(s);
}
