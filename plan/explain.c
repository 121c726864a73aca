/*
 * The plan as a definition file: every value that is in force, and behind it
 * where it was given. What it prints can be read again.
 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/yaml.h"
#include "plan/keys.h"

#define COMMENT_COLUMN 48

struct printer {
    struct buf *out;
    struct arena *arena;
    struct redactor *redactor;
    const struct check *all, *check;
    const char *list; /* within a part, whose item was written last */
    size_t margin;    /* of a key of the check, or of a step of it */
    size_t line;      /* where the line began */
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
    buf_repeat(p->out, ' ',
               width < COMMENT_COLUMN ? COMMENT_COLUMN - width : 1);
    buf_printf(p->out, "# %s\n", comment);
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
    yaml_quote(p->out, buf_view(&doubled));
    buf_release(&doubled);
}

/* What the expectation reads with its variables; NULL: as it is written. */
static const struct expect *changed_at(const struct check *c, struct pos pos)
{
    for (size_t i = 0; i < c->expect_count + c->degraded_count; i++) {
        const struct expect *e = i < c->expect_count
                                     ? &c->expect[i]
                                     : &c->degraded[i - c->expect_count];
        if (e->pos.source == pos.source && e->pos.line == pos.line &&
            e->pos.column == pos.column && e->resolved.ptr != e->text.ptr)
            return e->schema == NULL ? e : NULL;
    }
    return NULL;
}

static const char *comment_of(struct printer *p, const struct origin *o)
{
    const char *at = pos_text(p->arena, o->pos);
    const struct expect *e =
        o->as_written ? changed_at(p->check, o->pos) : NULL;
    if (e == NULL)
        return at;
    struct str clean = redact(p->redactor, p->arena, e->resolved);
    return arena_printf(p->arena, "%s: %s", at,
                        text_elide(p->arena, clean, 400));
}

static void write_pair(struct printer *p, size_t margin, const char *mark,
                       const char *name, const struct origin *o)
{
    begin_line(p, margin, mark);
    if (name != NULL) {
        yaml_quote(p->out, str_from(name));
        buf_text(p->out, ": ");
    }
    write_value(p, o->value, o->as_written);
    end_line(p, comment_of(p, o));
}

/* The rest of an origin's key after `name`; NULL when it is another key. */
static const char *rest_of(const struct origin *o, const char *name)
{
    size_t len = strlen(name);
    if (strncmp(o->key, name, len) != 0 || strchr(".[", o->key[len]) == NULL)
        return NULL;
    return o->key + len;
}

static void add_heading(struct printer *p, size_t margin, struct str name)
{
    buf_repeat(p->out, ' ', margin);
    buf_printf(p->out, "%.*s:\n", STR_ARGS(name));
}

/* An item of a list within a part: "retry[]" */
static void write_inner_item(struct printer *p, const char *rest,
                             const struct origin *o)
{
    if (p->list == NULL || strcmp(p->list, o->key) != 0)
        add_heading(p, p->margin + 2,
                    str_sub(str_from(rest), 0, strlen(rest) - 2));
    p->list = o->key;
    write_pair(p, p->margin + 4, "- ", NULL, o);
}

static void write_entry(struct printer *p, const char *name, const char *rest,
                        const struct origin *o, bool first)
{
    const char *dot = strrchr(rest, '.');
    if (rest[0] == '\0') {
        write_pair(p, p->margin, "", name, o);
        return;
    }
    if (first)
        add_heading(p, p->margin, str_from(name));
    if (rest[0] == '[')
        write_pair(p, p->margin + 2, "- ", dot == NULL ? NULL : dot + 1, o);
    else if (str_ends(str_from(rest), STR("[]")))
        write_inner_item(p, rest + 1, o);
    else
        write_pair(p, p->margin + 2, "", rest + 1, o);
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
            begin_line(p, p->margin, now ? "auth: { basic: { " : "auth: { ");
        buf_printf(p->out, "%s%s: ", any ? ", " : "", strrchr(o->key, '.') + 1);
        if (o->as_written)
            json_quote(p->out, str_from(o->value)); /* braces within braces */
        else
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

static const struct origin *first_origin(const struct check *c,
                                         const char *name)
{
    for (size_t i = 0; i < c->origin_count; i++)
        if (rest_of(&c->origin[i], name) != NULL)
            return &c->origin[i];
    return NULL;
}

/* JSON is YAML, so it can stand as it is sent. */
static bool write_json(struct printer *p)
{
    const struct origin *o = first_origin(p->check, "json");
    if (o == NULL)
        return false;
    struct str body = redact(p->redactor, p->arena, str_from(p->check->body));
    begin_line(p, p->margin, "json: ");
    for (size_t i = 0; i < body.len; i++) {
        bool doubled = body.ptr[i] == '$' && p->check->late == NULL;
        buf_printf(p->out, doubled ? "$%c" : "%c", body.ptr[i]);
    }
    end_line(p, pos_text(p->arena, o->pos));
    return true;
}

/* The checks themselves, where a name stands for all that targets made. */
static bool write_needs(struct printer *p)
{
    const struct origin *o = first_origin(p->check, "needs");
    if (p->check->need_count == 0 || o == NULL)
        return false;
    buf_text(p->out, "    needs:\n");
    for (size_t i = 0; i < p->check->need_count; i++) {
        struct origin shown = *o;
        shown.value = p->all[p->check->need[i]].id;
        write_pair(p, 6, "- ", NULL, &shown);
    }
    return true;
}

static bool write_given(struct printer *p, const struct key *k)
{
    const struct check *c = p->check;
    bool first = true;
    if (k->of == &auth_keys)
        return write_auth(p);
    if (strcmp(k->name, "json") == 0)
        return write_json(p);
    if (strcmp(k->name, "needs") == 0)
        return write_needs(p);
    for (size_t i = 0; i < c->origin_count; i++) {
        struct origin o = c->origin[i];
        const char *rest = rest_of(&o, k->name);
        if (rest == NULL)
            continue;
        if (strcmp(k->name, "id") == 0)
            o.value = c->id;
        write_entry(p, k->name, rest, &o, first);
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
        begin_line(p, p->margin, "");
        buf_printf(p->out, "%s: %s", k->name, k->standard);
        end_line(p, "standard");
    }
    if (strcmp(k->name, "method") != 0)
        return;
    begin_line(p, p->margin, "");
    buf_printf(p->out, "method: %s", p->check->method);
    end_line(p, "standard");
}

/* Of a step only what it says itself: the rest is said by its check. */
static void write_step(struct printer *p, const struct check *step)
{
    size_t start = p->out->len;
    const struct check *whole = p->check;
    p->check = step;
    p->list = NULL;
    p->margin = 8;
    for (size_t i = 0; i < step_keys.count; i++)
        if (keys_has(&step_keys, &step_keys.key[i]))
            write_given(p, &step_keys.key[i]);
    p->margin = 4;
    p->check = whole;
    if (p->out->len > start)
        p->out->ptr[start + 6] = '-';
}

static bool write_steps(struct printer *p, const struct key *k)
{
    const struct check *c = p->check;
    bool final = strcmp(k->name, "finally") == 0;
    size_t main = c->step_count - c->finally_count;
    size_t from = final ? main : 0, to = final ? c->step_count : main;
    if (from == to || (!final && strcmp(k->name, "steps") != 0))
        return false;
    add_heading(p, p->margin, str_from(k->name));
    for (size_t i = from; i < to; i++)
        write_step(p, &c->step[i]);
    return true;
}

static void write_check(struct printer *p)
{
    p->margin = 4;
    for (size_t i = 0; i < check_keys.count; i++) {
        const struct key *k = &check_keys.key[i];
        size_t start = p->out->len;
        if (!kind_has_key(p->check->kind, str_from(k->name)))
            continue; /* of the defaults, for other kinds */
        if (!write_steps(p, k) && !write_given(p, k))
            write_standard(p, k);
        if (i == 0 && p->out->len > start)
            p->out->ptr[start + 2] = '-'; /* the first key opens the item */
    }
}

static void write_number(struct printer *p, const char *name, int64_t value,
                         const char *unit, const char *at)
{
    begin_line(p, 2, "");
    buf_printf(p->out, "%s: %lld%s", name, (long long)value, unit);
    end_line(p, at);
}

/* All of it: flags that override some of it are not the file's. */
static void write_rollout(struct printer *p, const struct rollout *r)
{
    const char *at = pos_text(p->arena, r->pos);
    buf_text(p->out, "rollout:\n");
    if (r->version != NULL) {
        begin_line(p, 2, "version: ");
        write_value(p, r->version, false);
        end_line(p, at);
    }
    write_number(p, "deadline", r->deadline_ms, "ms", at);
    write_number(p, "interval", r->interval_ms, "ms", at);
    write_number(p, "streak", r->streak, "", at);
    write_number(p, "tolerate", r->tolerate, "", at);
}

void plan_explain(struct buf *out, struct arena *a, const struct plan *plan,
                  struct redactor *redactor)
{
    struct printer p = {
        .out = out, .arena = a, .redactor = redactor, .all = plan->check};
    if (plan->rollout.pos.source != NULL)
        write_rollout(&p, &plan->rollout);
    buf_text(out, "checks:\n");
    for (size_t i = 0; i < plan->count; i++) {
        p.check = &plan->check[i];
        p.list = NULL;
        write_check(&p);
    }
}
