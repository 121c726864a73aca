/* Decoders, and a search for windows of secrets through them. */
#include "tests/tools/undo.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_LEAST 1024
#define DIGITS      12  /* of a reference, at most */
#define BLANKS      100 /* behind a line end, at most */
#define TEXT_LONG   ((size_t)1 << 26)

static void put(struct bytes *out, int c)
{
    out->ptr[out->len++] = (char)c;
}

static void put_code_point(struct bytes *out, unsigned long c)
{
    if (c < 0x80) {
        put(out, (int)c);
        return;
    }
    if (c >= 0x10000) {
        put(out, (int)(0xF0 | (c >> 18 & 7)));
        put(out, (int)(0x80 | (c >> 12 & 0x3F)));
    } else if (c >= 0x800) {
        put(out, (int)(0xE0 | c >> 12));
    } else {
        put(out, (int)(0xC0 | c >> 6));
    }
    if (c >= 0x800)
        put(out, (int)(0x80 | (c >> 6 & 0x3F)));
    put(out, (int)(0x80 | (c & 0x3F)));
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The value of so many digits; -1: there are fewer. */
static int hex_of(const char *at, const char *end, unsigned count)
{
    int value = 0;
    for (unsigned i = 0; i < count; i++) {
        int d = at + i < end ? digit_of(at[i]) : -1;
        if (d < 0)
            return -1;
        value = value << 4 | d;
    }
    return value;
}

static void undo_mark(struct bytes *out, const char *at, size_t len, char mark)
{
    for (const char *end = at + len; at < end; at++) {
        int c = *at == mark ? hex_of(at + 1, end, 2) : -1;
        put(out, c >= 0 ? c : *at);
        at += c >= 0 ? 2 : 0;
    }
}

static void undo_percent(struct bytes *out, const char *at, size_t len)
{
    undo_mark(out, at, len, '%');
}

static void undo_quoted_printable(struct bytes *out, const char *at, size_t len)
{
    undo_mark(out, at, len, '=');
}

/* As a form: a plus is a blank. */
static void undo_form(struct bytes *out, const char *at, size_t len)
{
    size_t from = out->len;
    for (size_t i = 0; i < len; i++)
        put(out, at[i] == '+' ? ' ' : at[i]);
    struct bytes whole = {out->ptr + from, 0};
    undo_mark(&whole, whole.ptr, len, '%'); /* never longer than its source */
    out->len = from + whole.len;
}

static int unicode_of(const char *at, const char *end)
{
    return end - at > 5 && at[0] == '\\' && at[1] == 'u'
               ? hex_of(at + 2, end, 4)
               : -1;
}

static int octal_of(const char *at, const char *end)
{
    int value = 0;
    for (int i = 1; i < 4; i++) {
        if (at + i >= end || at[i] < '0' || at[i] > '7')
            return -1;
        value = value * 8 + (at[i] - '0');
    }
    return value <= 255 ? value : -1;
}

static bool is_letter(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static const char *undo_letter(struct bytes *out, const char *at,
                               const char *end)
{
    static const char letter[] = "nrtbf", means[] = "\n\r\t\b\f";
    const char *known = at[1] == 0 ? NULL : strchr(letter, at[1]);
    int c = at[1] == 'x' ? hex_of(at + 2, end, 2) : octal_of(at, end);
    if (c >= 0) {
        put(out, c);
        return at + 4;
    }
    if (known == NULL && is_letter(at[1]))
        put(out, '\\'); /* none that is known */
    put(out, known != NULL ? means[known - letter] : at[1]);
    return at + 2;
}

static void undo_backslash(struct bytes *out, const char *at, size_t len)
{
    const char *end = at + len;
    while (at < end) {
        int high = unicode_of(at, end);
        bool pair = high >= 0xD800 && high < 0xDC00;
        int low = pair && end - at > 6 ? unicode_of(at + 6, end) : -1;
        if (low >= 0xDC00 && low < 0xE000) {
            put_code_point(out, 0x10000U + (((unsigned)high & 0x3FF) << 10 |
                                            ((unsigned)low & 0x3FF)));
            at += 12;
        } else if (high >= 0) {
            put_code_point(out, (unsigned long)high);
            at += 6;
        } else if (*at == '\\' && at + 1 < end) {
            at = undo_letter(out, at, end);
        } else {
            put(out, *at++);
        }
    }
}

static size_t undo_named(struct bytes *out, const char *at, size_t len)
{
    static const char *const row[][2] = {{"&lt;", "<"},
                                         {"&gt;", ">"},
                                         {"&quot;", "\""},
                                         {"&apos;", "'"},
                                         {"&amp;", "&"},
                                         {"&sol;", "/"},
                                         {"&plus;", "+"},
                                         {"&equals;", "="},
                                         {"&num;", "#"},
                                         {"&nbsp;", " "},
                                         {"&colon;", ":"},
                                         {"&lowbar;", "_"},
                                         {"&dash;", "-"},
                                         {"&period;", "."},
                                         {"&LT;", "<"},
                                         {"&GT;", ">"},
                                         {"&AMP;", "&"},
                                         {"&QUOT;", "\""},
                                         {"&lt", "<"},
                                         {"&gt", ">"},
                                         {"&quot", "\""},
                                         {"&amp", "&"},
                                         {"&eacute;", "\xC3\xA9"},
                                         {"&euro;", "\xE2\x82\xAC"}};
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        size_t n = strlen(row[i][0]);
        if (n <= len && memcmp(at, row[i][0], n) == 0) {
            for (const char *c = row[i][1]; *c != '\0'; c++)
                put(out, *c);
            return n;
        }
    }
    return 0;
}

/* The length of "&#64;" or "&#x40;"; 0: it is none. */
static size_t undo_number(struct bytes *out, const char *at, size_t len)
{
    unsigned long value = 0;
    bool hex = len > 3 && (at[2] | 32) == 'x';
    size_t i = hex ? 3 : 2;
    if (len < 4 || at[1] != '#')
        return 0;
    for (size_t end = i + DIGITS; i < len && i < end; i++) {
        int d = digit_of(at[i]);
        if (d < 0 || (!hex && d > 9))
            break;
        value = value * (hex ? 16 : 10) + (unsigned long)d;
    }
    if (i == (hex ? 3 : 2) || value == 0 || value >= 0x110000)
        return 0;
    put_code_point(out, value);
    return i + (i < len && at[i] == ';' ? 1 : 0);
}

static void undo_html(struct bytes *out, const char *at, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t n = at[i] == '&' ? undo_named(out, at + i, len - i) : 0;
        if (n == 0 && at[i] == '&')
            n = undo_number(out, at + i, len - i);
        if (n == 0)
            put(out, at[i]);
        i += n > 0 ? n : 1;
    }
}

static int base64_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrs"
                                 "tuvwxyz0123456789+/";
    const char *found = NULL;
    c = c == '-' ? '+' : c == '_' ? '/' : c;
    if (c != 0)
        found = strchr(digits, c);
    return found == NULL ? -1 : (int)(found - digits);
}

/* Each run of its digits, from each of its first four. */
static void undo_base64(struct bytes *out, const char *at, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t n = 0;
        while (i + n < len && base64_of(at[i + n]) >= 0)
            n++;
        for (size_t from = 0; n >= 10 && from < 4; from++) {
            uint32_t bits = 0;
            for (size_t k = from; k < n; k++) {
                bits = bits << 6 | (uint32_t)base64_of(at[i + k]);
                if ((k - from) % 4 == 3) {
                    put(out, (int)(bits >> 16 & 0xFF));
                    put(out, (int)(bits >> 8 & 0xFF));
                    put(out, (int)(bits & 0xFF));
                }
            }
            put(out, ' ');
        }
        i += n > 0 ? n : 1;
    }
}

static void undo_hex(struct bytes *out, const char *at, size_t len)
{
    const char *end = at + len;
    for (size_t from = 0; from < 2; from++) {
        for (const char *c = at + (from < len ? from : len); c < end;) {
            int value = hex_of(c, end, 2);
            if (value >= 0)
                put(out, value);
            else if (*c == 0 || strchr(": -", *c) == NULL)
                put(out, ' ');
            c += value >= 0 ? 2 : 1;
        }
        put(out, ' ');
    }
}

static size_t wrap_at(const char *at, size_t len)
{
    size_t n = 0;
    if (*at == '\r' || *at == '\n')
        while (n < len && n < BLANKS && at[n] != 0 &&
               strchr("\r\n \t>|", at[n]) != NULL)
            n++;
    else if (len >= 3 && memcmp(at, "\xE2\x80\x8B", 3) == 0)
        n = 3;
    else if (len >= 4 && memcmp(at, "\033[1m", 4) == 0)
        n = 4;
    return n;
}

static void undo_wraps(struct bytes *out, const char *at, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t n = wrap_at(at + i, len - i);
        if (n == 0)
            put(out, at[i]);
        i += n > 0 ? n : 1;
    }
}

const struct undo undo[] = {
    {"percent", undo_percent}, {"backslash", undo_backslash},
    {"html", undo_html},       {"base64", undo_base64},
    {"hex", undo_hex},         {"quoted-printable", undo_quoted_printable},
    {"wraps", undo_wraps},     {"form", undo_form},
};
const size_t undo_count = sizeof(undo) / sizeof(undo[0]);

/* Open addressing; a window is its own key. */
struct windows {
    struct slot {
        uint64_t key;
        unsigned name;
        bool used;
    } * slot;
    size_t count, slots;
};

struct windows *windows_open(void)
{
    struct windows *w = calloc(1, sizeof(*w));
    if (w != NULL) {
        w->slots = SLOTS_LEAST;
        w->slot = calloc(w->slots, sizeof(*w->slot));
    }
    if (w == NULL || w->slot == NULL)
        abort();
    return w;
}

void windows_close(struct windows *w)
{
    free(w->slot);
    free(w);
}

static uint64_t key_of(const char *at)
{
    uint64_t key = 0;
    memcpy(&key, at, WINDOW);
    return key;
}

static struct slot *slot_of(const struct windows *w, uint64_t key)
{
    size_t i = (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 32);
    for (i &= w->slots - 1; w->slot[i].used && w->slot[i].key != key;
         i = (i + 1) & (w->slots - 1))
        ;
    return &w->slot[i];
}

static void grow(struct windows *w)
{
    struct windows more = {.count = w->count, .slots = w->slots * 2};
    more.slot = calloc(more.slots, sizeof(*more.slot));
    if (more.slot == NULL)
        abort();
    for (size_t i = 0; i < w->slots; i++)
        if (w->slot[i].used)
            *slot_of(&more, w->slot[i].key) = w->slot[i];
    free(w->slot);
    *w = more;
}

void windows_add(struct windows *w, const char *secret, size_t len,
                 unsigned name)
{
    for (size_t i = 0; i + WINDOW <= len; i++) {
        if (w->count * 4 >= w->slots)
            grow(w);
        struct slot *s = slot_of(w, key_of(secret + i));
        w->count += s->used ? 0 : 1;
        *s = (struct slot){key_of(secret + i), name, true};
    }
}

static void describe(struct shown *out, const char *text, size_t len)
{
    size_t from = out->at > 60 ? out->at - 60 : 0, n = 0;
    for (; n + 1 < sizeof(out->near) && from + n < len; n++) {
        char c = text[from + n];
        out->near[n] = (unsigned char)c < ' ' ? ' ' : c;
    }
    out->near[n] = '\0';
}

static bool find_plain(const struct windows *w, const char *text, size_t len,
                       struct shown *out)
{
    for (size_t i = 0; i + WINDOW <= len; i++) {
        const struct slot *s = slot_of(w, key_of(text + i));
        if (!s->used)
            continue;
        out->name = s->name;
        out->at = i;
        describe(out, text, len);
        return true;
    }
    return false;
}

static bool find_from(const struct windows *w, struct bytes text,
                      unsigned depth, unsigned level, struct shown *out)
{
    out->how[level] = NULL;
    if (find_plain(w, text.ptr, text.len, out))
        return true;
    if (depth == 0 || text.len > TEXT_LONG)
        return false;
    bool found = false;
    for (size_t i = 0; !found && i < undo_count; i++) {
        struct bytes next = {malloc(text.len * UNDO_GROWTH + UNDO_MORE), 0};
        if (next.ptr == NULL)
            abort();
        undo[i].run(&next, text.ptr, text.len);
        out->how[level] = undo[i].name;
        bool same =
            next.len == text.len && memcmp(next.ptr, text.ptr, text.len) == 0;
        found = !same && find_from(w, next, depth - 1, level + 1, out);
        free(next.ptr);
    }
    if (!found)
        out->how[level] = NULL;
    return found;
}

bool windows_find(const struct windows *w, const char *text, size_t len,
                  unsigned depth, struct shown *out)
{
    struct bytes whole = {(char *)text, len};
    memset(out, 0, sizeof(*out));
    return find_from(w, whole, depth < 3 ? depth : 3, 0, out);
}
