/*
 * Random secrets in random encodings, wraps and cuts: whatever the redactor
 * gives back is decoded in every way, and no 8 bytes of the secret are in it.
 * PLANTINGS=100000 runs more of them, SEED=N others.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "redact/redact.h"
#include "tests/tools/undo.h"
#include "tests/unit/testing.h"

#define PLANTINGS_DEFAULT 5000
#define TEXT_MAX          ((size_t)1 << 16)
#define DEPTH             3
#define COLUMN_MIN        8

struct planting {
    struct arena arena;
    uint64_t random;
    struct str secret;
    const char *how[4];
};

static unsigned pick(struct planting *p, unsigned count)
{
    p->random = p->random * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (unsigned)(p->random >> 33) % count;
}

static struct str printed(struct planting *p, struct buf *b)
{
    struct str s = {buf_dup(&p->arena, b), b->len};
    buf_release(b);
    return s;
}

static struct str make_secret(struct planting *p)
{
    static const char *const alphabet[] = {
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        ("abcdefghijklmnopqrstuvwxyz0123456789!#$%&'()*+,-./"
         ":;<=>?@[\\]^_`{|}~\""),
        "0123456789",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        "abcdefgh \"'\\%&<>",
    };
    static const char *const wide[] = {
        "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "z", "-", "Q"};
    unsigned kind = pick(p, 6), count = 8 + pick(p, 30);
    struct buf out;
    buf_init(&out, 400);
    for (unsigned i = 0; i < count; i++)
        if (kind == 5)
            buf_text(&out, wide[pick(p, 6)]);
        else
            buf_char(&out,
                     alphabet[kind][pick(p, (unsigned)strlen(alphabet[kind]))]);
    if (pick(p, 12) == 0)
        buf_text(&out, "\nline-two-7");
    struct str s = printed(p, &out);
    return str_trim(s).len == s.len ? s : make_secret(p);
}

typedef void encoder(struct planting *p, struct buf *out, struct str s);

static void as_it_is(struct planting *p, struct buf *out, struct str s)
{
    (void)p;
    buf_str(out, s);
}

static void as_json(struct planting *p, struct buf *out, struct str s)
{
    struct buf quoted;
    (void)p;
    buf_init(&quoted, TEXT_MAX);
    json_quote(&quoted, s);
    buf_str(out, str_sub(buf_view(&quoted), 1, quoted.len - 2));
    buf_release(&quoted);
}

static void add_u(struct buf *out, uint32_t c, bool upper)
{
    if (c >= 0x10000) {
        add_u(out, 0xD800 + ((c - 0x10000) >> 10), upper);
        c = 0xDC00 + ((c - 0x10000) & 0x3FF);
    }
    if (upper)
        buf_printf(out, "\\u%04X", c);
    else
        buf_printf(out, "\\u%04x", c);
}

/* PHP's and Go's, and where every character is an escape. */
static void as_json_escapes(struct planting *p, struct buf *out, struct str s)
{
    bool all = pick(p, 2) == 0, upper = pick(p, 2) == 0;
    while (s.len > 0) {
        uint32_t c = 0;
        size_t n = utf8_length(s, &c);
        if (n == 0) { /* another encoding's byte */
            c = (unsigned char)s.ptr[0];
            n = 1;
        }
        if (all || c >= 0x7F || c < ' ' || strchr("<>&'", (int)c) != NULL)
            add_u(out, c, upper);
        else if (strchr("/\"\\", (int)c) != NULL)
            buf_printf(out, "\\%c", (int)c);
        else
            buf_char(out, (char)c);
        s = str_sub(s, n, s.len);
    }
}

/* By a name: in capitals, without an end, or as htmlentities() writes it. */
static void add_named(struct buf *out, struct str c, unsigned how)
{
    static const char *const row[][3] = {
        {"<", "&LT;", "&lt"},
        {">", "&GT;", "&gt"},
        {"&", "&AMP;", "&amp"},
        {"\"", "&QUOT;", "&quot"},
        {"\xC3\xA9", "&eacute;", "&eacute;"},
        {"\xE2\x82\xAC", "&euro;", "&euro;"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        if (str_is(c, row[i][0])) {
            buf_text(out, row[i][how]);
            return;
        }
    buf_str(out, c);
}

static void as_html(struct planting *p, struct buf *out, struct str s)
{
    unsigned how = pick(p, 5);
    if (how == 4 && str_find(s, STR(";"), 0) < s.len)
        how = 3; /* "&lt;" would not be "<;" */
    while (s.len > 0) {
        uint32_t c = 0;
        size_t n = utf8_length(s, &c);
        n = n == 0 ? 1 : n;
        if (how == 0)
            text_markup(out, str_sub(s, 0, n), MARKUP_MARKS);
        else if (how > 2)
            add_named(out, str_sub(s, 0, n), how - 2);
        else if (c == 0)
            buf_char(out, s.ptr[0]);
        else
            buf_printf(out, how == 1 ? "&#%u;" : "&#x%x;", c);
        s = str_sub(s, n, s.len);
    }
}

static void add_hex(struct buf *out, const char *before, unsigned char c,
                    bool upper)
{
    buf_text(out, before);
    if (upper)
        buf_printf(out, "%02X", c);
    else
        buf_printf(out, "%02x", c);
}

static void as_percent(struct planting *p, struct buf *out, struct str s)
{
    bool all = pick(p, 3) == 0, plus = pick(p, 3) == 0;
    bool upper = pick(p, 2) == 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool bare = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') ||
                    (c != 0 && strchr("-._~", c) != NULL);
        if (plus && c == ' ')
            buf_char(out, '+');
        else if (bare && !all)
            buf_char(out, (char)c);
        else
            add_hex(out, "%", c, upper);
    }
}

static void as_quoted_printable(struct planting *p, struct buf *out,
                                struct str s)
{
    (void)p;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c <= ' ' || c == '=' || c > '~')
            buf_printf(out, "=%02X", c);
        else
            buf_char(out, (char)c);
    }
}

static void as_base64(struct planting *p, struct buf *out, struct str s)
{
    struct buf text;
    size_t from = out->len;
    buf_init(&text, TEXT_MAX);
    buf_repeat(&text, 'u', pick(p, 6));
    buf_str(&text, s);
    buf_repeat(&text, 'v', pick(p, 4));
    text_base64(out, buf_view(&text));
    for (size_t i = from, url = pick(p, 2); url > 0 && i < out->len; i++)
        out->ptr[i] = out->ptr[i] == '+'   ? '-'
                      : out->ptr[i] == '/' ? '_'
                                           : out->ptr[i];
    buf_release(&text);
}

static void as_hex(struct planting *p, struct buf *out, struct str s)
{
    static const char *const between[] = {"", "", ":", " ", "-"};
    const char *gap = between[pick(p, 5)];
    bool upper = pick(p, 2) == 0;
    for (size_t i = 0; i < s.len; i++)
        add_hex(out, i > 0 ? gap : "", (unsigned char)s.ptr[i], upper);
}

static const struct {
    const char *name;
    encoder *encode;
} encoding[] = {
    {"plain", as_it_is},
    {"json", as_json},
    {"json escapes", as_json_escapes},
    {"html", as_html},
    {"percent", as_percent},
    {"quoted-printable", as_quoted_printable},
    {"base64", as_base64},
    {"hex", as_hex},
};

/* Base64 and hex may be over what usual encoders write, or each other. */
static bool goes_with(encoder *inner, encoder *outer)
{
    bool digits = outer == as_base64 || outer == as_hex;
    return !digits || inner == as_it_is || inner == as_json ||
           inner == as_base64;
}

static struct str encode(struct planting *p, struct str s)
{
    unsigned i = pick(p, ARRAY_COUNT(encoding));
    unsigned k = pick(p, 3) > 0 ? 0 : pick(p, ARRAY_COUNT(encoding));
    struct buf out;
    p->how[0] = encoding[i].name;
    buf_init(&out, TEXT_MAX);
    encoding[i].encode(p, &out, s);
    s = printed(p, &out);
    if (k == 0 || !goes_with(encoding[i].encode, encoding[k].encode))
        return s;
    p->how[1] = encoding[k].name;
    buf_init(&out, TEXT_MAX);
    encoding[k].encode(p, &out, s);
    return printed(p, &out);
}

static struct str wrap(struct planting *p, struct str s)
{
    static const char *const gap[] = {"\n",     "\r\n ",        "\n> ",
                                      "\n    ", "\xE2\x80\x8B", "\033[1m"};
    const char *with = gap[pick(p, ARRAY_COUNT(gap))];
    size_t column = COLUMN_MIN + pick(p, 30);
    struct buf out;
    p->how[2] = "wrapped";
    buf_init(&out, TEXT_MAX);
    for (size_t i = 0; i < s.len; i++) {
        bool whole = ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
        if (i > 0 && i % column == 0 && whole && s.ptr[i] != ' ' &&
            s.ptr[i - 1] != ' ')
            buf_text(&out, with);
        buf_char(&out, s.ptr[i]);
    }
    return printed(p, &out);
}

/* In a text of any kind; or the text was cut within it. */
static struct str place(struct planting *p, struct str s)
{
    static const char *const around[][2] = {
        {"x ", " y"},
        {"{\"error\":\"bad token ", "\"}"},
        {"<p class=\"a\">", "</p>"},
        {"Location: https://a.test/?k=", "&b=1"},
        {"sid=", "; path=/"},
        {"Authorization: Basic ", "\r\nb: c"},
        {"2025-10-20 ERROR ", "\n    at x (y.js:1:2)"},
        {"  key: '", "'"},
    };
    static const char *const mark[] = {"", "...", "\xE2\x80\xA6", "...\"", "'"};
    unsigned i = pick(p, ARRAY_COUNT(around)), cut = pick(p, 4);
    struct buf out;
    buf_init(&out, TEXT_MAX);
    if (cut == 1 && s.len > 2) {
        p->how[3] = "cut at its end";
        buf_text(&out, around[i][0]);
        buf_str(&out, str_sub(s, 0, 1 + pick(p, (unsigned)s.len - 1)));
        buf_text(&out, mark[pick(p, ARRAY_COUNT(mark))]);
    } else if (cut == 2 && s.len > 2) {
        p->how[3] = "cut at its start";
        buf_text(&out, pick(p, 2) == 0 ? "..." : "");
        buf_str(&out, str_sub(s, 1 + pick(p, (unsigned)s.len - 1), s.len));
        buf_text(&out, around[i][1]);
    } else {
        buf_text(&out, around[i][0]);
        buf_str(&out, s);
        buf_text(&out, around[i][1]);
    }
    return printed(p, &out);
}

/* Through obvious decoders, which know nothing of the redactor's. */
static bool shows_decoded(const struct planting *p, struct str s)
{
    struct shown shown;
    struct windows *w = windows_open();
    windows_add(w, p->secret.ptr, p->secret.len, 0);
    bool found = windows_find(w, s.ptr, s.len, DEPTH, &shown);
    windows_close(w);
    return found;
}

static void plant(uint64_t seed)
{
    struct planting p = {.random = seed * 2654435761U + 1};
    arena_init(&p.arena);
    struct redactor *r = redactor_open();
    p.secret = make_secret(&p);
    assert_true(redactor_add(r, p.secret));
    struct str s = encode(&p, p.secret);
    if (pick(&p, 4) == 0)
        s = wrap(&p, s);
    s = place(&p, s);
    struct str clean = redact(r, &p.arena, s);
    if (shows_decoded(&p, clean))
        fail_msg("seed %llu, secret %.*s, %s, %s, %s, %s\nin: %.*s\nout: %.*s",
                 (unsigned long long)seed, STR_ARGS(p.secret), p.how[0],
                 p.how[1] ? p.how[1] : "-", p.how[2] ? p.how[2] : "-",
                 p.how[3] ? p.how[3] : "-", STR_ARGS(s), STR_ARGS(clean));
    struct str again = redact(r, &p.arena, clean);
    if (!str_equal(again, clean))
        fail_msg("seed %llu: a second time: %.*s\nfrom: %.*s",
                 (unsigned long long)seed, STR_ARGS(again), STR_ARGS(clean));
    redactor_close(r);
    arena_release(&p.arena);
}

static void add_quoted(struct planting *p, struct buf *out)
{
    struct str s = pick(p, 2) == 0 ? p->secret : encode(p, p->secret);
    unsigned cut = pick(p, 6);
    struct buf text;
    buf_init(&text, TEXT_MAX);
    if (cut == 0)
        s = str_sub(s, 1 + pick(p, (unsigned)s.len - 1), s.len);
    else if (cut == 1)
        s = str_sub(s, 0, 1 + pick(p, (unsigned)s.len - 1));
    buf_text(&text, pick(p, 2) == 0 ? "so " : "");
    buf_str(&text, s);
    buf_text(&text, cut == 1 ? "..." : "");
    json_quote(out, buf_view(&text));
    buf_release(&text);
}

/* JSON with strings, members and numbers that have the secret. */
static struct str make_json(struct planting *p)
{
    struct buf out;
    buf_init(&out, TEXT_MAX);
    uint64_t value;
    bool number = text_to_u64(p->secret, UINT64_MAX, &value);
    buf_text(&out, pick(p, 2) == 0 ? "[" : "[[");
    bool twice = out.len == 2;
    for (unsigned i = 1 + pick(p, 4); i > 0; i--) {
        unsigned how = pick(p, number ? 4 : 3);
        if (how == 2)
            buf_text(&out, "{\"a\": ");
        if (how == 1)
            buf_text(&out, "true");
        else if (how == 3)
            buf_printf(&out, "%u%.*s%u", 1 + pick(p, 9), STR_ARGS(p->secret),
                       pick(p, 99));
        else
            add_quoted(p, &out);
        buf_text(&out, how == 2 ? "}" : "");
        buf_text(&out, i > 1 ? pick(p, 2) == 0 ? "," : ", " : "");
    }
    buf_text(&out, twice ? "], 12]" : "]");
    return printed(p, &out);
}

static void plant_json(uint64_t seed)
{
    struct planting p = {.random = seed * 2654435761U + 7};
    arena_init(&p.arena);
    struct redactor *r = redactor_open();
    p.secret = make_secret(&p);
    assert_true(redactor_add(r, p.secret));
    struct str s = make_json(&p);
    if (json_is_valid(s)) {
        struct str clean = redact(r, &p.arena, s);
        if (!json_is_valid(clean))
            fail_msg("seed %llu, secret %.*s\nin: %.*s\nout: %.*s",
                     (unsigned long long)seed, STR_ARGS(p.secret), STR_ARGS(s),
                     STR_ARGS(clean));
    }
    redactor_close(r);
    arena_release(&p.arena);
}

static uint64_t number_of(const char *name, uint64_t standard)
{
    uint64_t value = standard;
    const char *text = getenv(name);
    return text != NULL && text_to_u64(str_from(text), UINT64_MAX, &value)
               ? value
               : standard;
}

static void test_plantings(void **state)
{
    uint64_t count = number_of("PLANTINGS", PLANTINGS_DEFAULT);
    uint64_t seed = number_of("SEED", 0);
    (void)state;
    for (uint64_t i = 0; i < count; i++)
        plant(seed + i);
    for (uint64_t i = 0; i < count; i += 4)
        plant_json(seed + i);
    printf("# %llu secrets were planted\n", (unsigned long long)count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_plantings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
