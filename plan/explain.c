/*
 * The plan as a definition file: every value that is in force, and behind it
 * where it was given. What it prints can be read again.
 */
#include <string.h>

#include "base/json.h"
#include "plan/keys.h"

#define COMMENT_COLUMN 48

struct printer {
    struct buf *out;
    struct arena *arena;
    struct redactor *redactor;
    const struct check *check;
    size_t line; /* where the line began */
};

static void begin_line(struct printer *p, size_t margin, const char *mark)
{
    p->line = p->out->len;
    buf_repeat(p->out, ' ', margin);
    buf_text(p->out, mark);
}

static void end_line(struct printer *p, const char *comment)
{
    size_t width = p->out->len - p->line;
    buf_repeat(p->out, ' ', width < COMMENT_COLUMN ? COMMENT_COLUMN - width : 1);
    buf_printf(p->out, "# %s\n", comment);
}

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9');
        if (!word && (i == 0 || c == '\0' || strchr("_./-=<> ", c) == NULL))
            return false;
    }
    return s.len > 0 && s.ptr[s.len - 1] != ' ';
}

/* verbatim: expectations, whose dollars have a meaning of their own */
static void write_value(struct printer *p, const char *value, bool verbatim)
{
    struct str text = redact(p->redactor, p->arena, str_from(value));
    struct buf doubled;
    buf_init(&doubled, 2 * text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '$' && !verbatim)
            buf_char(&doubled, '$');
        buf_char(&doubled, text.ptr[i]);
    }
    if (is_plain(buf_view(&doubled)))
        buf_str(p->out, buf_view(&doubled));
    else
        json_quote(p->out, buf_view(&doubled));
    buf_release(&doubled);
}

static bool has_own_dollars(const char *key)
{
    return strncmp(key, "expect", 6) == 0 || strncmp(key, "degraded", 8) == 0 ||
           strcmp(key, "identity") == 0;
}

static void write_pair(struct printer *p, size_t margin, const char *mark,
                       const char *name, const struct origin *o)
{
    begin_line(p, margin, mark);
    if (name != NULL && is_plain(str_from(name)))
        buf_printf(p->out, "%s: ", name);
    else if (name != NULL) {
        json_quote(p->out, str_from(name));
        buf_text(p->out, ": ");
    }
    write_value(p, o->value, has_own_dollars(o->key));
    end_line(p, pos_text(p->arena, o->pos));
}

/* The rest of an origin's key after `name`; NULL when it is another key. */
static const char *rest_of(const struct origin *o, const char *name)
{
    size_t len = strlen(name);
    if (strncmp(o->key, name, len) != 0 || strchr(".[", o->key[len]) == NULL)
        return NULL;
    return o->key + len;
}

static void write_entry(struct printer *p, const char *name, const char *rest,
                        const struct origin *o, bool first)
{
    const char *dot = strrchr(rest, '.');
    if (rest[0] == '\0') {
        write_pair(p, 4, "", name, o);
        return;
    }
    if (first)
        buf_printf(p->out, "    %s:\n", name);
    if (rest[0] == '[')
        write_pair(p, 6, "- ", dot == NULL ? NULL : dot + 1, o);
    else
        write_pair(p, 6, "", rest + 1, o);
}

/* Its two forms on one line each. */
static bool write_auth(struct printer *p)
{
    const struct check *c = p->check;
    bool basic = false, any = false;
    for (size_t i = 0; i < c->origin_count; i++) {
        const struct origin *o = &c->origin[i];
        if (strncmp(o->key, "auth.", 5) != 0)
            continue;
        bool now = strncmp(o->key, "auth.basic.", 11) == 0;
        if (!any)
            begin_line(p, 4, now ? "auth: { basic: { " : "auth: { ");
        buf_printf(p->out, "%s%s: ", any ? ", " : "", strrchr(o->key, '.') + 1);
        write_value(p, o->value, false);
        basic = now;
        any = true;
        if (i + 1 < c->origin_count &&
            strncmp(c->origin[i + 1].key, "auth.", 5) == 0)
            continue;
        buf_text(p->out, basic ? " } }" : " }");
        end_line(p, pos_text(p->arena, o->pos));
    }
    return any;
}

/* A body is shown as it is sent. */
static bool is_body(const char *name)
{
    return strcmp(name, "json") == 0 || strcmp(name, "form") == 0;
}

static bool write_given(struct printer *p, const struct key *k)
{
    const struct check *c = p->check;
    bool first = true;
    if (k->of == &auth_keys)
        return write_auth(p);
    for (size_t i = 0; i < c->origin_count; i++) {
        const struct origin *o = &c->origin[i];
        const char *rest = rest_of(o, k->name);
        struct origin shown = *o;
        if (rest == NULL)
            continue;
        if (is_body(k->name) && !first)
            continue;
        if (is_body(k->name))
            shown.value = c->body;
        if (strcmp(k->name, "id") == 0)
            shown.value = c->id;
        write_entry(p, is_body(k->name) ? "body" : k->name,
                    is_body(k->name) ? "" : rest, &shown, first);
        first = false;
    }
    return !first;
}

static void write_standard(struct printer *p, const struct key *k)
{
    static const char *const kinds[] = {"duration",     "size",     "number",
                                        "boolean",      "severity", "addresses",
                                        "HTTP version", "factor"};
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        if (strcmp(k->kind, kinds[i]) != 0)
            continue;
        begin_line(p, 4, "");
        buf_printf(p->out, "%s: %s", k->name, k->standard);
        end_line(p, "standard");
    }
    if (strcmp(k->name, "method") != 0)
        return;
    begin_line(p, 4, "");
    buf_printf(p->out, "method: %s", p->check->method);
    end_line(p, "standard");
}

static void write_check(struct printer *p)
{
    for (size_t i = 0; i < check_keys.count; i++) {
        const struct key *k = &check_keys.key[i];
        size_t start = p->out->len;
        if (!write_given(p, k))
            write_standard(p, k);
        if (i == 0 && p->out->len > start)
            p->out->ptr[start + 2] = '-'; /* the first key opens the item */
    }
}

void plan_explain(struct buf *out, struct arena *a, const struct plan *plan,
                  struct redactor *redactor)
{
    struct printer p = {.out = out, .arena = a, .redactor = redactor};
    if (plan->rollout.pos.source != NULL && plan->rollout.version != NULL) {
        buf_text(out, "rollout:\n");
        begin_line(&p, 2, "version: ");
        write_value(&p, plan->rollout.version, false);
        end_line(&p, pos_text(a, plan->rollout.pos));
    }
    buf_text(out, "checks:\n");
    for (size_t i = 0; i < plan->count; i++) {
        p.check = &plan->check[i];
        write_check(&p);
    }
}
