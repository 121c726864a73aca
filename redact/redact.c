/* The redactor: known values through every encoding, then shapes. */
#include "redact/redact.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "redact/place.h"
#include "redact/runs.h"
#include "redact/shapes.h"

#define SECRET_MIN   4
#define PASSWORD_MIN 8 /* of an address, to be a secret of its own */
#define TOKEN_MIN    8 /* of a line of a longer secret */
#define CLEAN_BYTES  120
#define CLEAN_COUNT  512

/* A short text in which nothing was found while so many secrets were known. */
struct clean {
    size_t secrets; /* and one more; 0: no text is here */
    size_t len;
    char text[CLEAN_BYTES];
};

struct redactor {
    struct clean clean[CLEAN_COUNT]; /* texts come again and again */
    struct shapes *shapes;
    struct search *search;
    struct arena arena;
    struct str *secret;
    size_t secret_count, secret_cap;
    size_t redacted;
};

struct redactor *redactor_open(void)
{
    struct redactor *r = heap_zeroed(sizeof(*r));
    arena_init(&r->arena);
    r->shapes = shapes_open();
    r->search = search_open();
    return r;
}

void redactor_close(struct redactor *r)
{
    if (r == NULL)
        return;
    shapes_close(r->shapes);
    search_close(r->search);
    arena_release(&r->arena);
    free(r);
}

static void remember(struct redactor *r, struct str secret)
{
    for (size_t i = 0; i < r->secret_count; i++)
        if (str_equal(r->secret[i], secret))
            return;
    secret.ptr = arena_dup(&r->arena, secret.ptr, secret.len);
    r->secret = arena_grow(&r->arena, r->secret, r->secret_count,
                           &r->secret_cap, sizeof(*r->secret));
    r->secret[r->secret_count++] = secret;
    search_add(r->search, secret);
}

/* The password of "scheme://user:password@host", or nothing. */
static struct str password_of(struct str url)
{
    size_t from = str_find(url, STR("://"), 0);
    struct str rest = str_sub(url, from + 3, url.len);
    size_t end = 0;
    while (end < rest.len && strchr("/?#", rest.ptr[end]) == NULL)
        end++;
    while (end > 0 && rest.ptr[end - 1] != '@')
        end--;
    size_t colon = str_find(str_sub(rest, 0, end), STR(":"), 0);
    return colon + 1 < end ? str_sub(rest, colon + 1, end - 1 - (colon + 1))
                           : STR_NONE;
}

/* The text would not be found where others write it decoded. */
static void remember_decoded(struct redactor *r, struct str s)
{
    const struct seen seen = {s, FORM_TEXT, NULL};
    struct buf out;
    buf_init(&out, s.len + 1);
    for (size_t at = 0; at < s.len;) {
        struct units u;
        units_at(&seen, at, s.ptr[at] == '%' ? 1 : 0, &u);
        const struct unit *last = &u.item[u.count - 1];
        buf_char(&out, (char)last->value);
        at = last->next;
    }
    if (out.len >= SECRET_MIN)
        remember(r, buf_view(&out));
    buf_release(&out);
}

static void add_password(struct redactor *r, struct str password)
{
    if (password.len < SECRET_MIN)
        return;
    remember(r, password);
    remember_decoded(r, password);
}

void redactor_add_address(struct redactor *r, struct str url)
{
    struct str query;
    add_password(r, password_of(url));
    (void)str_cut(url, '?', &query);
    while (query.len > 0) {
        struct str value;
        struct str name = str_cut(str_cut(query, '&', &query), '=', &value);
        if (str_ends(name, STR("password")))
            add_password(r, value);
    }
}

/* A line that could be a token by itself: no prose, no word alone. */
static bool is_token(struct str line)
{
    bool digit = false;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        digit = digit || (c >= '0' && c <= '9');
        if (!letter && !(c >= '0' && c <= '9') &&
            (c == '\0' || strchr("+/=_.-", c) == NULL))
            return false;
    }
    return digit && line.len >= TOKEN_MIN;
}

/* Lines of a key are printed one by one, and wrapped where they end. */
static void add_lines(struct redactor *r, struct str secret)
{
    if (memchr(secret.ptr, '\n', secret.len) == NULL)
        return;
    while (secret.len > 0) {
        struct str line = str_trim(str_cut(secret, '\n', &secret));
        if (is_token(line))
            remember(r, line);
    }
}

bool redactor_add(struct redactor *r, struct str secret)
{
    secret = str_trim(secret);
    if (secret.len < SECRET_MIN)
        return false;
    remember(r, secret);
    add_lines(r, secret);
    /* Clients give the parts of an address back one by one. */
    if (password_of(secret).len >= PASSWORD_MIN)
        redactor_add_address(r, secret);
    return true;
}

void redactor_learn(struct redactor *r, const struct redactor *other)
{
    for (size_t i = 0; i < other->secret_count; i++)
        remember(r, other->secret[i]);
}

/* False when nothing was there; else `out` has the text without it. */
static bool replace_known(struct redactor *r, struct buf *out, struct str text,
                          enum form form)
{
    struct arena a;
    arena_init(&a);
    struct spans spans = {.arena = &a};
    const struct seen seen = {text, form, NULL};
    search_run(r->search, &spans, &seen, form == FORM_TEXT);
    runs_search(r->search, &spans, &seen);
    if (spans.count > 0)
        place_fill(out, &seen, &spans);
    r->redacted += spans.count;
    arena_release(&a);
    return spans.count > 0;
}

static void redact_all(struct redactor *r, struct buf *out, struct str s)
{
    if (!replace_known(r, out, s, FORM_TEXT))
        buf_str(out, s);
    r->redacted += shapes_run(r->shapes, out);
}

/* Where a text that is known to be clean would be noted. */
static struct clean *place_of(struct redactor *r, struct str s)
{
    return &r->clean[hash_add(HASH_START, s) % CLEAN_COUNT];
}

struct str redact(struct redactor *r, struct arena *a, struct str s)
{
    size_t before = r->redacted;
    struct clean *clean = NULL;
    struct buf now;
    if (s.len == 0)
        return s;
    if (s.len <= CLEAN_BYTES)
        clean = place_of(r, s);
    if (clean != NULL && clean->secrets == r->secret_count + 1 &&
        str_equal(s, (struct str){clean->text, clean->len}))
        return s;
    buf_init(&now, s.len * 4 + 64);
    redact_all(r, &now, s);
    if (r->redacted != before) {
        s = (struct str){buf_dup(a, &now), now.len};
    } else if (clean != NULL) {
        *clean = (struct clean){.secrets = r->secret_count + 1, .len = s.len};
        memcpy(clean->text, s.ptr, s.len);
    }
    buf_release(&now);
    return s;
}

struct str redact_known(struct redactor *r, struct arena *a, struct str s)
{
    struct buf now;
    if (s.len == 0)
        return s;
    buf_init(&now, s.len * 4 + 64);
    if (replace_known(r, &now, s, form_of(s)))
        s = (struct str){buf_dup(a, &now), now.len};
    buf_release(&now);
    return s;
}

size_t redactor_count(const struct redactor *r)
{
    return r->redacted;
}

size_t redactor_steps(const struct redactor *r)
{
    return search_steps(r->search);
}
