/* Variables of other tools become ours: {{name}}, $NAME, ${NAME:-text}. */
#include "import/references.h"

#include <string.h>

#include "base/text.h"
#include "import/drafts.h"
#include "import/tool.h"

#define TEXT_MAX   ((size_t)64 * 1024)
#define SECRET_MIN 4   /* bytes: shorter ones are counts and flags */
#define VALUE_MAX  300 /* of a fallback that stands in the reference */

static struct variable_use *use_of(struct import *im, const char *name)
{
    for (size_t i = 0; i < im->use_count; i++)
        if (strcmp(im->use[i].name, name) == 0)
            return &im->use[i];
    im->use = arena_grow(im->arena, im->use, im->use_count, &im->use_cap,
                         sizeof(*im->use));
    struct variable_use *u = &im->use[im->use_count++];
    *u = (struct variable_use){.name = name};
    return u;
}

/* `target` has a meaning of its own. */
static const char *our_name(struct import *im, struct str name)
{
    if (str_is(name, "target"))
        return "target_";
    return is_variable_name(name) ? str_dup(im->arena, name)
                                  : name_from(im->arena, name, false);
}

/* A fallback must end at its brace. */
bool is_fallback(const char *value)
{
    size_t len = value == NULL ? 0 : strlen(value);
    return len > 0 && len <= VALUE_MAX && strpbrk(value, "{}$") == NULL &&
           !text_has_control((struct str){value, len}) &&
           utf8_check((struct str){value, len}) == len;
}

const char *reference(struct import *im, struct str name)
{
    struct variable_use *u = use_of(im, our_name(im, name));
    u->used = true;
    if (u->secret)
        return arena_printf(im->arena, "${secret:%s}", u->name);
    if (!u->captured && is_fallback(u->value))
        return arena_printf(im->arena, "${%s:-%s}", u->name, u->value);
    return arena_printf(im->arena, "${%s}", u->name);
}

void define_variable(struct import *im, struct str name, const char *value,
                     bool secret)
{
    struct variable_use *u = use_of(im, our_name(im, name));
    u->value = value;
    u->secret =
        u->secret || secret ||
        (value != NULL && strlen(value) >= SECRET_MIN && names_secret(name));
}

static struct variable_use *known_use(struct import *im, const char *name)
{
    for (size_t i = 0; i < im->use_count; i++)
        if (strcmp(im->use[i].name, name) == 0)
            return &im->use[i];
    return NULL;
}

const char *secret_name(struct import *im, struct str name, const char *literal)
{
    const char *base = name_from(im->arena, name, true), *free_one = base;
    for (unsigned n = 2;; n++) {
        const struct variable_use *u = known_use(im, free_one);
        if (u == NULL ||
            (u->literal != NULL && strcmp(u->literal, literal) == 0))
            break;
        free_one = arena_printf(im->arena, "%s_%u", base, n);
    }
    struct variable_use *u = use_of(im, free_one);
    u->literal = literal;
    u->secret = true;
    return free_one;
}

void define_capture(struct import *im, struct str name, bool secret)
{
    struct variable_use *u = use_of(im, our_name(im, name));
    u->captured = true;
    u->secret = u->secret || secret;
}

bool is_only_reference(const char *text)
{
    struct str s = str_from(text);
    return str_starts(s, STR("${")) && str_ends(s, STR("}")) &&
           str_find(s, STR("}"), 0) == s.len - 1;
}

static const char *finish(struct import *im, struct buf *out, struct pos pos)
{
    if (out->full)
        remark(im, pos, str_sub(buf_view(out), 0, 40),
               "a value of a definition has 64 KiB at most", "shorten it");
    const char *text = buf_dup(im->arena, out);
    buf_release(out);
    return text;
}

/* {{ name }}; functions and filters stay variables, and are told. */
static void add_braces(struct import *im, struct str inside, struct pos pos,
                       struct buf *out)
{
    struct str name = str_trim(inside);
    bool plain =
        name.len > 0 && !str_is(name, "newDate") && !str_is(name, "newUuid");
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
        plain = plain && word;
    }
    if (!plain)
        remark(im, pos, inside,
               "values that are generated for each request have no counterpart",
               "give the variable that replaces it");
    buf_text(out, reference(im, name));
}

/* {{.Env.NAME}} and {{.Vars.name}} of goss; any other template is no value
   here. */
static struct str goss_name(struct str name)
{
    if (str_starts(name, STR(".Env.")))
        return str_sub(name, 5, name.len);
    return str_sub(name, str_starts(name, STR(".Vars.")) ? 6 : 0, name.len);
}

/* goss: the node of the text, whose names are those of goss; NULL otherwise */
static const char *from_template(struct import *im, struct str text,
                                 struct pos pos, const struct yaml_node *goss)
{
    struct buf out;
    buf_init(&out, TEXT_MAX);
    for (size_t at = 0; at < text.len;) {
        size_t open = str_find(text, STR("{{"), at);
        size_t close = str_find(text, STR("}}"), open);
        if (close == text.len)
            open = close;
        escape_dollars(&out, str_sub(text, at, open - at));
        if (open == text.len)
            break;
        struct str inside = str_sub(text, open + 2, close - open - 2);
        if (goss != NULL)
            add_braces(im, goss_name(str_trim(inside)), yaml_pos_in(goss, open),
                       &out);
        else
            add_braces(im, inside, pos, &out);
        at = close + 2;
    }
    return finish(im, &out, pos);
}

const char *from_braces(struct import *im, struct str text, struct pos pos)
{
    return from_template(im, text, pos, NULL);
}

const char *from_goss(struct import *im, const struct yaml_node *n)
{
    return from_template(im, n->text, n->pos, n);
}

const char *from_plain(struct import *im, struct str text)
{
    struct buf out;
    buf_init(&out, TEXT_MAX);
    escape_dollars(&out, text);
    return finish(im, &out, POS_NONE);
}

/* What stands in ${...}; *at is behind the brace that opens it. */
static void add_dollar_brace(struct import *im, const struct yaml_node *n,
                             size_t *at, struct buf *out)
{
    struct str s = n->text;
    size_t close = str_find(s, STR("}"), *at), end = *at;
    struct pos pos = yaml_pos_in(n, *at);
    while (end < close && (is_variable_name(str_sub(s, *at, end - *at + 1))))
        end++;
    struct str name = str_sub(s, *at, end - *at);
    struct str rest = str_sub(s, end, close - end);
    if (close == s.len || name.len == 0) {
        buf_text(out, "$${");
        return;
    }
    *at = close + 1;
    size_t sign = str_starts(rest, STR(":")) ? 1 : 0;
    struct str after = str_sub(rest, sign + 1, rest.len);
    if (rest.len > sign && rest.ptr[sign] == '-')
        define_variable(im, name, str_dup(im->arena, after), false);
    else if (rest.len > 0 && rest.ptr[rest.len > sign ? sign : 0] != '?')
        remark(im, pos, rest, "only ${NAME} and ${NAME:-text} are known here",
               "give the variable its value");
    buf_text(out, reference(im, name));
}

const char *from_shell(struct import *im, const struct yaml_node *n)
{
    struct str s = n->text;
    struct buf out;
    buf_init(&out, TEXT_MAX);
    for (size_t at = 0; at < s.len;) {
        size_t end = at + 1;
        if (s.ptr[at] != '$') {
            buf_char(&out, s.ptr[at++]);
            continue;
        }
        while (end < s.len && is_variable_name(str_sub(s, at + 1, end - at)))
            end++;
        if (str_starts(str_sub(s, at, 2), STR("$$"))) {
            buf_text(&out, "$$");
            at += 2;
        } else if (str_starts(str_sub(s, at, 2), STR("${"))) {
            at += 2;
            add_dollar_brace(im, n, &at, &out);
        } else if (end > at + 1) {
            buf_text(&out, reference(im, str_sub(s, at + 1, end - at - 1)));
            at = end;
        } else {
            buf_text(&out, "$$");
            at++;
        }
    }
    return finish(im, &out, n->pos);
}

const char *text_of(struct import *im, const struct yaml_node *n)
{
    return im->tool->value(im, n);
}

/* In quotes one dollar is enough, unless a brace comes after it. */
const char *quoted(struct import *im, const char *text)
{
    struct buf out, plain;
    buf_init(&out, TEXT_MAX);
    buf_init(&plain, TEXT_MAX);
    for (const char *c = text; *c != '\0'; c++) {
        buf_char(&plain, *c);
        c += c[0] == '$' && c[1] == '$' && c[2] != '{' && c[2] != '$';
        if (c[0] == '$' && c[1] == '$') {
            buf_char(&plain, '$');
            c++;
        }
    }
    definition_text(&out, buf_view(&plain));
    buf_release(&plain);
    return finish(im, &out, POS_NONE);
}

const char *quoted_regex(struct import *im, struct str regex, const char *flags)
{
    struct buf out;
    buf_init(&out, TEXT_MAX);
    buf_char(&out, '/');
    for (size_t i = 0; i < regex.len; i++) {
        char c = regex.ptr[i];
        char next = i + 1 < regex.len ? regex.ptr[i + 1] : '\0';
        if (c == '\\' && next != '\0') {
            buf_char(&out, c);
            buf_char(&out, next);
            i++;
            continue;
        }
        if (c == '/' || (c == '$' && next == '{'))
            buf_char(&out, '\\');
        if (c == '\n')
            buf_text(&out, "\\n");
        else
            buf_char(&out, c);
    }
    buf_printf(&out, "/%s", flags);
    return finish(im, &out, POS_NONE);
}
