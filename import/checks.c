/* Drafts of checks grow here: keys, lists and maps, and remarks. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "import/drafts.h"
#include "import/references.h"

#define ITEMS_MAX 200 /* of one key */

struct draft *draft_begin(struct import *im, struct pos pos, struct str name)
{
    struct draft *d = arena_alloc(im->arena, sizeof(*d));
    d->own.pos = pos;
    im->now = d;
    if (im->count == IMPORT_CHECKS_MAX) {
        im->now = NULL;
        remark(im, pos, name, "a file of checks would be too long",
               "import fewer files per run");
        d->id = "refused";
        return d;
    }
    d->id = id_make(im->arena, &im->ids, redact(im->redactor, im->arena, name));
    im->draft = arena_grow(im->arena, im->draft, im->count, &im->cap,
                           sizeof(struct draft *));
    im->draft[im->count++] = d;
    return d;
}

struct entry *draft_step(struct import *im, struct draft *d, struct pos pos,
                         bool final)
{
    struct entry *e = arena_alloc(im->arena, sizeof(*e));
    e->pos = pos;
    d->step = arena_grow(im->arena, d->step, d->step_count, &d->step_cap,
                         sizeof(struct entry *));
    size_t at = d->step_count++;
    /* Steps that come after a final one still go before it. */
    if (!final)
        for (size_t i = 0; i < d->final_count; i++, at--)
            d->step[at] = d->step[at - 1];
    d->step[at] = e;
    d->final_count += final;
    return e;
}

struct field *entry_field(const struct entry *e, const char *key)
{
    for (size_t i = 0; i < e->count; i++)
        if (strcmp(e->field[i].key, key) == 0)
            return &e->field[i];
    return NULL;
}

void drop_field(struct entry *e, const char *key)
{
    struct field *f = entry_field(e, key);
    if (f == NULL)
        return;
    size_t at = (size_t)(f - e->field);
    for (e->count--; at < e->count; at++)
        e->field[at] = e->field[at + 1];
}

static struct field *make_field(struct import *im, struct entry *e,
                                const char *key)
{
    struct field *f = entry_field(e, key);
    if (f != NULL)
        return f;
    e->field =
        arena_grow(im->arena, e->field, e->count, &e->cap, sizeof(*e->field));
    f = &e->field[e->count++];
    *f = (struct field){.key = key};
    return f;
}

static void add(struct import *im, struct field *f, struct item item)
{
    if (f->count == ITEMS_MAX) {
        remark(im, item.pos, str_from(item.text), "a check takes 200 of these",
               "make two checks of it");
        return;
    }
    f->item =
        arena_grow(im->arena, f->item, f->count, &f->cap, sizeof(*f->item));
    f->item[f->count++] = item;
}

size_t entry_carried(const struct entry *e)
{
    size_t count = 0;
    for (size_t i = 0; i < e->count; i++)
        for (size_t k = 0; k < e->field[i].count; k++)
            count += e->field[i].item[k].pos.source != NULL;
    return count;
}

/* The last one wins, as it does where it comes from. */
static void set(struct import *im, struct entry *e, const char *key,
                struct item item)
{
    struct field *f = make_field(im, e, key);
    f->count = 0;
    add(im, f, item);
}

void put(struct import *im, struct entry *e, const char *key, const char *text,
         struct pos pos)
{
    set(im, e, key, (struct item){.text = text, .pos = pos});
}

void put_bare(struct import *im, struct entry *e, const char *key,
              const char *text, struct pos pos)
{
    set(im, e, key, (struct item){.text = text, .bare = true, .pos = pos});
}

void put_negotiation(struct import *im, struct entry *e)
{
    if (entry_field(e, "http_version") == NULL)
        put(im, e, "http_version", "any", POS_NONE);
}

void put_item(struct import *im, struct entry *e, const char *key,
              const char *text, struct pos pos)
{
    struct field *f = make_field(im, e, key);
    f->list = true;
    add(im, f, (struct item){.text = text, .pos = pos});
}

void put_pair(struct import *im, struct entry *e, const char *key,
              const char *name, const char *text, struct pos pos)
{
    struct field *f = make_field(im, e, key);
    for (size_t i = 0; i < f->count; i++) {
        if (!str_equal_nocase(str_from(f->item[i].name), str_from(name)))
            continue;
        remark(im, pos, str_from(name), "a second value of the same name",
               "only the first one is in the check: join them by hand");
        return;
    }
    add(im, f, (struct item){.name = name, .text = text, .pos = pos});
}

void put_patience(struct import *im, struct entry *e, const char *name,
                  const char *text, struct pos pos)
{
    struct field *f = make_field(im, e, "patience");
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->item[i].name, name) == 0) {
            f->item[i].text = text;
            return;
        }
    add(im, f,
        (struct item){.name = name, .text = text, .bare = true, .pos = pos});
}

const char *duration_text(struct arena *a, int64_t ms)
{
    return ms % 1000 == 0 ? arena_printf(a, "%llds", (long long)(ms / 1000))
                          : arena_printf(a, "%lldms", (long long)ms);
}

void put_duration(struct import *im, struct entry *e, const char *key,
                  int64_t ms, struct pos pos)
{
    put_bare(im, e, key, duration_text(im->arena, ms), pos);
}

void expect_text(struct import *im, struct entry *e, struct pos pos,
                 const char *fmt, ...)
{
    struct buf text;
    char start[2000];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(start, sizeof(start), fmt, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof(start)) {
        put_item(im, e, "expect", arena_dup(im->arena, start, (size_t)n), pos);
        return;
    }
    buf_init(&text, 100);
    buf_add(&text, start, 90);
    remark(im, pos, buf_view(&text),
           "the expectation would be longer than 2000 bytes",
           "expect a part of it, or its sha256");
    buf_release(&text);
}

void need_expectation(struct import *im, struct entry *e, struct pos pos)
{
    bool asks = entry_field(e, "url") != NULL;
    struct field *f = entry_field(e, "expect");
    if (!asks || (f != NULL && f->count > 0))
        return;
    expect_text(im, e, POS_NONE, "status in 200..299");
    remark(im, pos, STR("no assertion"),
           "a check must be able to fail, so it expects 'status in 200..299'",
           "write what the response should be");
}

/* What several checks are made of is told once. */
static bool was_told(const struct import *im, struct pos pos, const char *text)
{
    const struct import_record *r = im->record;
    for (size_t i = 0; i < r->remark_count; i++) {
        const struct import_remark *m = &r->remark[i];
        if (pos.source != NULL && m->file == pos.source->name &&
            m->line == pos.line && m->column == pos.column &&
            strcmp(m->text, text) == 0)
            return true;
    }
    return false;
}

void remark(struct import *im, struct pos pos, struct str text, const char *why,
            const char *advice)
{
    struct import_record *r = im->record;
    const char *shown = text_elide(
        im->arena, redact(im->redactor, im->arena, shield_remark(im, text)),
        200);
    if (was_told(im, pos, shown))
        return;
    if (r->remark_count == IMPORT_REMARKS_MAX) {
        r->left_out++;
        return;
    }
    r->remark = arena_grow(im->arena, r->remark, r->remark_count,
                           &r->remark_cap, sizeof(*r->remark));
    r->remark[r->remark_count++] = (struct import_remark){
        .file = pos.source == NULL ? im->source->name : pos.source->name,
        .line = pos.line == 0 ? 1 : pos.line,
        .column = pos.column == 0 ? 1 : pos.column,
        .text = shown,
        .why = why,
        .advice = advice,
        .check = im->now == NULL ? NULL : im->now->id,
    };
}

const char *name_from(struct arena *a, struct str text, bool upper)
{
    struct buf out;
    buf_init(&out, 60);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool lower = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
        if (upper && lower)
            c = (char)(c - 'a' + 'A');
        bool good = lower || (c >= 'A' && c <= 'Z') || c == '_' || digit;
        if (digit && out.len == 0)
            buf_char(&out, '_');
        if (good)
            buf_char(&out, c);
        else if (out.len > 0 && out.ptr[out.len - 1] != '_')
            buf_char(&out, '_');
    }
    while (upper && out.len > 0 && out.ptr[out.len - 1] == '_')
        buf_truncate(&out, out.len - 1);
    const char *name = out.len == 0 ? "VALUE" : buf_dup(a, &out);
    buf_release(&out);
    return name;
}

static bool decode_basic(struct import *im, const char *value, const char **out)
{
    struct buf text;
    buf_init(&text, 1000);
    bool ok = text_from_base64(&text, str_from(value)) && !text.full &&
              text.len > 0 && utf8_check(buf_view(&text)) == text.len &&
              !text_has_control(buf_view(&text)) &&
              strchr(text.ptr, ':') != NULL;
    *out = buf_take(im->arena, &text);
    return ok;
}

void put_basic(struct import *im, struct entry *e, const char *user,
               const char *password, struct pos pos)
{
    const char *name = arena_printf(im->arena, "%s_password",
                                    im->now == NULL ? "basic" : im->now->id);
    drop_field(e, "auth.bearer");
    drop_field(e, "auth.basic");
    put_pair(im, e, "auth.basic", "user", user, pos);
    put_pair(im, e, "auth.basic", "password",
             secret_text(im, pos, password, name), pos);
}

static void put_authorization(struct import *im, struct entry *e,
                              const char *value, struct pos pos)
{
    struct str text = str_trim(str_from(value)), rest;
    struct str scheme = str_cut(text, ' ', &rest);
    const char *owner = im->now == NULL ? "api" : im->now->id, *pair, *colon;
    rest = str_trim(rest);
    if (str_equal_nocase(scheme, STR("bearer")) && rest.len > 0) {
        drop_field(e, "auth.basic");
        put(im, e, "auth.bearer",
            secret_text(im, pos, str_dup(im->arena, rest),
                        arena_printf(im->arena, "%s_token", owner)),
            pos);
    } else if (str_equal_nocase(scheme, STR("basic")) &&
               decode_basic(im, str_dup(im->arena, rest), &pair)) {
        colon = strchr(pair, ':');
        put_basic(im, e,
                  from_plain(im, (struct str){pair, (size_t)(colon - pair)}),
                  from_plain(im, str_from(colon + 1)), pos);
    } else {
        put_pair(
            im, e, "headers", "Authorization",
            secret_text(im, pos, value,
                        arena_printf(im->arena, "%s_authorization", owner)),
            pos);
    }
}

void put_header(struct import *im, struct entry *e, const char *name,
                const char *value, struct pos pos)
{
    if (str_equal_nocase(str_from(name), STR("authorization")))
        put_authorization(im, e, value, pos);
    else if (is_secret(im, str_from(name), str_from(value)) &&
             !str_equal_nocase(str_from(name), STR("cookie")))
        put_pair(im, e, "headers", name, secret_text(im, pos, value, name),
                 pos);
    else
        put_pair(im, e, "headers", name, value, pos);
}

void put_form(struct import *im, struct entry *e, const char *name,
              const char *value, struct pos pos)
{
    bool secret = is_secret(im, str_from(name), str_from(value));
    put_pair(im, e, "form", name,
             secret ? secret_text(im, pos, value, name) : value, pos);
}

/* "https://user:password@host/" is asked with credentials of its own. */
void move_credentials(struct import *im, struct entry *e)
{
    struct field *f = entry_field(e, "url");
    struct str url = str_from(f == NULL ? "" : f->item[0].text), password;
    size_t start = str_find(url, STR("://"), 0) + 3, end = start, at = 0;
    for (; end < url.len && strchr("/?#", url.ptr[end]) == NULL; end++)
        at = url.ptr[end] == '@' ? end : at;
    struct str both = str_sub(url, start, at == 0 ? 0 : at - start);
    if (f == NULL || both.len == 0 || str_find(both, STR(":-"), 0) < both.len)
        return; /* none, or a reference with a fallback */
    struct str user = str_cut(both, ':', &password);
    const char *rest = arena_printf(im->arena, "%.*s%s", (int)start, url.ptr,
                                    url.ptr + at + 1);
    struct pos pos = f->item[0].pos;
    f->item[0].text = rest;
    put_basic(im, e, str_dup(im->arena, user), str_dup(im->arena, password),
              pos);
}
