/* A secret and its forms in base64 and hex, also one within another. */
#include "redact/needle.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"

#define PART_LEAST   6    /* bytes of a secret */
#define BASE64_LEAST 8    /* characters of that */
#define HEX_LEAST    12   /* digits of that */
#define NESTED_MIN   6    /* shorter ones are not looked for twice encoded */
#define NESTED_MAX   4096 /* nor longer ones */
#define CORE_MIN     4

unsigned char needle_fold(const struct needle *n, unsigned char c)
{
    if (n->alphabet == ALPHABET_HEX)
        return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
    if (n->alphabet == ALPHABET_BASE64)
        return c == '-' ? '+' : c == '_' ? '/' : c;
    return c;
}

static void keep(struct needles *all, struct needle n)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->item[i].alphabet == n.alphabet &&
            str_equal((struct str){all->item[i].ptr, all->item[i].len},
                      (struct str){n.ptr, n.len}))
            return;
    n.ptr = arena_dup(all->arena, n.ptr, n.len);
    all->item = arena_grow(all->arena, all->item, all->count, &all->cap,
                           sizeof(*all->item));
    all->item[all->count++] = n;
}

static bool has_only(struct str s, const char *marks)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i], lower = (char)(c | 32);
        if (c == '\0' || ((lower < 'a' || lower > 'z') &&
                          (c < '0' || c > '9') && strchr(marks, c) == NULL))
            return false;
    }
    return true;
}

/* Random signs may have "://" among them, and are all secret. */
static bool is_address(struct str scheme, struct str authority)
{
    return scheme.len > 0 && (scheme.ptr[0] | 32) >= 'a' &&
           (scheme.ptr[0] | 32) <= 'z' && has_only(scheme, "+-.") &&
           has_only(authority, "-._~%!$&'()*+,;=:@[]");
}

/*
 * Which part of an address is secret: the password of one that has it, else
 * what is behind the host. The rest is in many texts that are no secret.
 */
static void set_hot(struct needle *n)
{
    struct str s = {n->ptr, n->len};
    n->hot_from = 0;
    n->hot_end = n->len;
    size_t host = str_find(s, STR("://"), 0);
    if (host == s.len || host > 20)
        return;
    host += 3;
    size_t path = host;
    while (path < s.len && strchr("/?#", s.ptr[path]) == NULL)
        path++;
    struct str authority = str_sub(s, host, path - host);
    if (!is_address(str_sub(s, 0, host - 3), authority))
        return;
    size_t at = authority.len;
    while (at > 0 && authority.ptr[at - 1] != '@')
        at--;
    size_t colon = str_find(authority, STR(":"), 0);
    if (at > 0 && colon + 1 < at) {
        n->hot_from = host + colon + 1;
        n->hot_end = host + at - 1;
    } else {
        n->hot_from = path + 1 < s.len ? path + 1 : host;
    }
}

static void add_plain(struct needles *all, struct str s)
{
    struct needle n = {.ptr = s.ptr,
                       .len = s.len,
                       .alphabet = ALPHABET_PLAIN,
                       .least = PART_LEAST};
    set_hot(&n);
    keep(all, n);
}

static void add_hex(struct needles *all, struct str s)
{
    struct buf hex;
    buf_init(&hex, s.len * 2 + 1);
    text_hex(&hex, s);
    keep(all, (struct needle){.ptr = hex.ptr,
                              .len = hex.len,
                              .alphabet = ALPHABET_HEX,
                              .least = HEX_LEAST,
                              .hot_end = hex.len});
    buf_release(&hex);
}

static unsigned low_bits(unsigned char c, unsigned bits)
{
    return c & ((1U << bits) - 1);
}

/*
 * The characters that depend on the secret alone, where `offset` bytes of
 * something else are before it. What its neighbours have of it is compared
 * when it was found.
 */
static void add_base64(struct needles *all, struct str s, size_t offset)
{
    struct buf padded, text;
    buf_init(&padded, s.len + 8);
    buf_init(&text, s.len * 2 + 16);
    buf_repeat(&padded, '\0', offset);
    buf_str(&padded, s);
    text_base64(&text, buf_view(&padded));
    size_t bits = padded.len * 8, from = (offset * 8 + 5) / 6;
    unsigned over = (unsigned)(bits % 6);
    unsigned first = (unsigned)(from * 6 - offset * 8);
    struct needle n = {
        .ptr = text.ptr + from,
        .len = bits / 6 - from,
        .alphabet = ALPHABET_BASE64,
        .least = BASE64_LEAST,
        .hot_end = bits / 6 - from,
        .before_bits = first,
        .before = (unsigned)(unsigned char)s.ptr[0] >> (8 - first),
        .after_bits = over,
        .after = low_bits((unsigned char)s.ptr[s.len - 1], over),
        .padding = (unsigned)((3 - padded.len % 3) % 3),
    };
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '=')
            text.len = i;
    if (n.len >= CORE_MIN)
        keep(all, n);
    buf_release(&text);
    buf_release(&padded);
}

static void add_twice(struct needles *all, struct str s)
{
    for (size_t offset = 0; offset < 3; offset++)
        add_base64(all, s, offset);
    add_hex(all, s);
}

static void upper(struct buf *hex)
{
    for (size_t i = 0; i < hex->len; i++)
        if (hex->ptr[i] >= 'a')
            hex->ptr[i] = (char)(hex->ptr[i] - 32);
}

/* Base64 and hex of what is already in base64 or hex. */
static void add_nested(struct needles *all, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++) {
        const struct needle n = all->item[i];
        struct buf text;
        buf_init(&text, n.len + 1);
        buf_add(&text, n.ptr, n.len);
        add_twice(all, buf_view(&text));
        if (n.alphabet == ALPHABET_HEX) {
            upper(&text);
            add_twice(all, buf_view(&text));
        }
        buf_release(&text);
    }
}

static bool has_url_mark(struct str s)
{
    return memchr(s.ptr, '+', s.len) != NULL ||
           memchr(s.ptr, '/', s.len) != NULL;
}

/* Base64 of base64url: another text, where the alphabets differ. */
static void add_url_nested(struct needles *all, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++) {
        const struct needle n = all->item[i];
        if (n.alphabet != ALPHABET_BASE64 ||
            !has_url_mark((struct str){n.ptr, n.len}))
            continue;
        char *text = arena_dup(all->arena, n.ptr, n.len);
        for (size_t k = 0; k < n.len; k++)
            text[k] = text[k] == '+' ? '-' : text[k] == '/' ? '_' : text[k];
        add_twice(all, (struct str){text, n.len});
    }
}

static void add_encoded(struct needles *all, struct str s)
{
    size_t from = all->count;
    add_twice(all, s);
    size_t end = all->count;
    if (s.len < NESTED_MIN || s.len > NESTED_MAX)
        return;
    add_nested(all, from, end);
    add_url_nested(all, from, end);
}

/* Runs of white space are one blank: texts are folded and put on one line. */
static struct str without_runs(struct arena *a, struct str s)
{
    char *out = arena_dup(a, s.ptr, s.len);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        bool blank = strchr(" \t\r\n\f\v", s.ptr[i]) != NULL && s.ptr[i] != 0;
        if (blank && n > 0 && out[n - 1] == ' ')
            continue;
        out[n++] = blank ? ' ' : s.ptr[i];
    }
    return (struct str){out, n};
}

/* "%2F" and "%2f": base64 of one is not that of the other. */
static void lower_percent(struct buf *text)
{
    for (size_t i = 0; i + 2 < text->len; i++)
        for (size_t k = 1; text->ptr[i] == '%' && k < 3; k++)
            if (text->ptr[i + k] >= 'A' && text->ptr[i + k] <= 'F')
                text->ptr[i + k] = (char)(text->ptr[i + k] + 32);
}

/* As PHP and Go escape what JSON need not. */
static void quote_more(struct buf *out, struct str quoted, bool slash)
{
    for (size_t i = 0; i < quoted.len; i++) {
        char c = quoted.ptr[i];
        if (c == '/' && slash)
            buf_text(out, "\\/");
        else if (!slash && (c == '<' || c == '>' || c == '&'))
            buf_printf(out, "\\u%04x", (unsigned)c);
        else
            buf_char(out, c);
    }
}

static void add_unit_of_utf16(struct buf *out, uint32_t c, bool upper)
{
    if (upper)
        buf_printf(out, "\\u%04X", (unsigned)c);
    else
        buf_printf(out, "\\u%04x", (unsigned)c);
}

/* Of ASCII alone, as Python and PHP (lower case) and .NET write JSON. */
static void quote_wide(struct buf *out, struct str quoted, bool upper)
{
    while (quoted.len > 0) {
        uint32_t c = 0;
        size_t n = utf8_length(quoted, &c);
        bool pair = n > 1 && c >= 0x10000;
        if (n < 2)
            buf_char(out, quoted.ptr[0]);
        if (pair)
            add_unit_of_utf16(out, 0xD800 + ((c - 0x10000) >> 10), upper);
        if (n > 1)
            add_unit_of_utf16(out, pair ? 0xDC00 + ((c - 0x10000) & 0x3FF) : c,
                              upper);
        quoted = str_sub(quoted, n < 2 ? 1 : n, quoted.len);
    }
}

static void blank_to_plus(struct buf *text)
{
    struct buf plus;
    buf_init(&plus, text->len + 1);
    for (size_t i = 0; i < text->len; i++) {
        bool blank = str_starts(str_sub(buf_view(text), i, 3), STR("%20"));
        buf_char(&plus, blank ? '+' : text->ptr[i]);
        i += blank ? 2 : 0;
    }
    buf_clear(text);
    buf_str(text, buf_view(&plus));
    buf_release(&plus);
}

static void add_form(struct needles *all, struct buf *form)
{
    add_encoded(all, buf_view(form));
    buf_clear(form);
}

/* Nobody encodes these twice more. */
static void add_rare(struct needles *all, struct buf *form)
{
    add_twice(all, buf_view(form));
    buf_clear(form);
}

static void add_json(struct needles *all, struct buf *form, struct str secret)
{
    struct buf quoted;
    buf_init(&quoted, secret.len * 6 + 16);
    json_quote(&quoted, secret);
    struct str inside = str_sub(buf_view(&quoted), 1, quoted.len - 2);
    add_encoded(all, inside);
    quote_more(form, inside, true);
    add_form(all, form);
    quote_more(form, inside, false);
    add_form(all, form);
    quote_wide(form, inside, false);
    add_rare(all, form);
    quote_wide(form, inside, true);
    add_rare(all, form);
    buf_release(&quoted);
}

/* What is encoded once more was often encoded for JSON, a URL or HTML. */
static void add_written(struct needles *all, struct str secret)
{
    struct buf form;
    buf_init(&form, secret.len * 6 + 16);
    add_json(all, &form, secret);
    text_url_encode(&form, secret);
    add_encoded(all, buf_view(&form));
    lower_percent(&form);
    add_form(all, &form);
    text_url_encode(&form, secret);
    blank_to_plus(&form);
    add_twice(all, buf_view(&form));
    lower_percent(&form);
    add_rare(all, &form);
    text_markup(&form, secret, MARKUP_MARKS);
    add_form(all, &form);
    buf_release(&form);
}

void needles_add(struct needles *all, struct str secret)
{
    secret = str_trim(secret);
    add_plain(all, without_runs(all->arena, secret));
    add_encoded(all, secret);
    add_written(all, secret);
}
