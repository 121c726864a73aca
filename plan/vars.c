/* Variables in definitions: looked up, checked, secrets remembered. */
#include <string.h>

#include "base/text.h"
#include "plan/definition.h"
#include "plan/internal.h"

static const char *find_in_environment(const char *const *environment,
                                       struct str name)
{
    for (; environment != NULL && *environment != NULL; environment++) {
        struct str rest;
        struct str entry = str_from(*environment);
        if (str_equal(str_cut(entry, '=', &rest), name))
            return rest.ptr;
    }
    return NULL;
}

static const char *find_in_target(const struct loader *l, struct str name)
{
    const struct target *t = l->target;
    const char *found = str_is(name, "target") ? t->text.ptr : NULL;
    if (str_starts(name, STR("target.")))
        name = str_sub(name, 7, name.len);
    for (size_t i = 0; found == NULL && i < t->count; i++)
        if (str_equal(name, t->field[i].name))
            found = t->field[i].value.ptr;
    if (found != NULL && l->target_used != NULL)
        *l->target_used = true;
    return found;
}

const char *vars_find(const struct loader *l, struct str name)
{
    const struct plan_inputs *in = l->in;
    const char *found = l->target == NULL ? NULL : find_in_target(l, name);
    if (found != NULL)
        return found;
    for (size_t i = 0; i < in->variable_count; i++)
        if (str_is(name, in->variable[i].name)) {
            if (l->variable_used != NULL)
                l->variable_used[i] = true;
            return in->variable[i].value;
        }
    return trust_takes_variable(in->trust, name)
               ? find_in_environment(in->environ, name)
               : NULL;
}

/* NAME, target or target.NAME */
static bool is_reference(struct str s)
{
    bool field = str_starts(s, STR("target."));
    return is_variable_name(field ? str_sub(s, 7, s.len) : s);
}

#define TARGET STR("target")

struct reference {
    struct str text; /* all of it */
    struct str name;
    bool secret, has_fallback;
    struct str fallback;
};

static struct reference read_reference(struct str inside)
{
    struct reference ref = {.name = inside};
    if (str_starts(inside, STR("secret:"))) {
        ref.secret = true;
        inside = str_sub(inside, 7, inside.len);
    }
    size_t mark = str_find(inside, STR(":-"), 0);
    ref.name = str_sub(inside, 0, mark);
    ref.has_fallback = mark < inside.len;
    ref.fallback = str_sub(inside, mark + 2, inside.len);
    return ref;
}

static bool keep_secret(struct loader *l, struct pos pos, struct str name,
                        struct str value)
{
    if (l->in->redactor == NULL || redactor_add(l->in->redactor, value) ||
        l->in->unused)
        return true;
    diags_add(l->diags, pos,
              "the secret '%.*s' is shorter than 4 bytes, so it cannot be "
              "kept out of the outputs",
              STR_ARGS(name));
    return false;
}

static bool use_captured(struct loader *l, struct captured_name *name,
                         struct pos pos, struct reference ref,
                         struct str *value)
{
    bool before = l->keeps_secret;
    l->keeps_secret = before || ref.secret;
    bool ok = captures_value(l, name, pos, ref.text, value);
    l->keeps_secret = before;
    return ok && (!ref.secret || l->bound == NULL ||
                  keep_secret(l, pos, name->name, *value));
}

/* For "did you mean", when a variable that was given is used nowhere. */
static void note_reference(struct loader *l, struct str name)
{
    bool again = l->reference_count > 0 &&
                 str_is(name, l->reference[l->reference_count - 1]);
    if (l->in->given_count == 0 || l->variable_used == NULL || again)
        return;
    l->reference =
        arena_grow(l->arena, (void *)l->reference, l->reference_count,
                   &l->reference_cap, sizeof(*l->reference));
    l->reference[l->reference_count++] = str_dup(l->arena, name);
}

void vars_report_unset(struct loader *l, struct pos pos, struct str name)
{
    if (trust_takes_variable(l->in->trust, name))
        diags_add(l->diags, pos,
                  "variable '%.*s' is not set: give it with --var NAME=VALUE "
                  "or in the environment",
                  STR_ARGS(name));
    else
        diags_add(
            l->diags, pos,
            "the variable '%.*s' is not allowed: give --allow-env %.*s, or "
            "its value with --var",
            STR_ARGS(name), STR_ARGS(name));
}

bool vars_reference(struct loader *l, const struct yaml_node *n, struct str s,
                    size_t *at, struct str *value)
{
    struct pos pos = yaml_pos_in(n, *at);
    size_t start = *at;
    size_t end = str_find(s, STR("}"), *at);
    if (end == s.len) {
        diags_add(l->diags, pos, "'${' without '}'; write $${ for a plain ${");
        return false;
    }
    struct reference ref = read_reference(str_sub(s, *at + 2, end - *at - 2));
    *at = end + 1;
    ref.text = str_sub(s, start, *at - start);
    if (!is_reference(ref.name)) {
        diags_add(l->diags, pos,
                  "'%.*s' is no variable name, expected letters, digits "
                  "and _",
                  STR_ARGS(ref.name));
        return false;
    }
    if (l->target == NULL || find_in_target(l, ref.name) == NULL) {
        struct captured_name *captured = captures_named(l, ref.name);
        if (captured != NULL)
            return use_captured(l, captured, pos, ref, value);
    }
    const char *found = vars_find(l, ref.name);
    note_reference(l, ref.name);
    if (found == NULL && !ref.has_fallback && str_starts(ref.name, TARGET)) {
        diags_add(l->diags, pos,
                  l->target == NULL ? "'%.*s' needs a list of 'targets' here"
                                    : "this target has no field '%.*s'",
                  STR_ARGS(ref.name));
        return false;
    }
    if (found == NULL && !ref.has_fallback) {
        vars_report_unset(l, pos, ref.name);
        return false;
    }
    *value = found != NULL ? str_from(found) : ref.fallback;
    return !ref.secret || keep_secret(l, pos, ref.name, *value);
}

static bool expand_into(struct loader *l, const struct yaml_node *n,
                        struct buf *out)
{
    struct str s = n->text;
    size_t at = 0;
    while (at < s.len) {
        struct str two = str_sub(s, at, 2);
        struct str value;
        if (str_is(two, "${")) {
            if (!vars_reference(l, n, s, &at, &value))
                return false;
            buf_str(out, value);
        } else {
            buf_char(out, s.ptr[at]);
            at += str_is(two, "$$") ? 2 : 1;
        }
    }
    return true;
}

bool vars_expand(struct loader *l, const struct yaml_node *n, struct str *out)
{
    struct buf text;
    if (str_find(n->text, STR("$"), 0) == n->text.len) {
        *out = n->text;
        return true;
    }
    buf_init(&text, VALUE_BYTES_MAX);
    bool ok = expand_into(l, n, &text);
    if (ok && text.full) {
        diags_add(l->diags, n->pos, "longer than %zu bytes when expanded",
                  VALUE_BYTES_MAX);
        ok = false;
    }
    *out = (struct str){buf_dup(l->arena, &text), text.len};
    buf_release(&text);
    return ok;
}
