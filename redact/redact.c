/* The redactor: known values in their encodings, then secret-like shapes. */
#include "redact/redact.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "language/regex.h"

#define SECRET_MIN  4
#define CLEAN_BYTES 120
#define CLEAN_COUNT 512

#define NEEDLES 16

/*
 * Group 1 is what goes; without one, the whole match does. A text that has
 * none of the needles, which are in lower case, cannot match.
 */
static const struct shape_of_secret {
    const char *pattern;
    const char *needle[NEEDLES];
} shape_row[] = {
    {"\\b[a-z][a-z0-9+.-]*://[^\\s:/@\"'<>]*:([^\\s/@\"'<>]+)@", {"://"}},
    {"\\b(?:Bearer|Basic|Token)\\s+([A-Za-z0-9._~+/=-]{8,})",
     {"bearer", "basic", "token"}},
    {"\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{4,}",
     {"eyj"}},
    {"\\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|"
     "glpat-[A-Za-z0-9_-]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|"
     "sk_(?:live|test)_[A-Za-z0-9]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|"
     "npm_[A-Za-z0-9]{30,}|AIza[A-Za-z0-9_-]{30,}|"
     "rnd_[A-Za-z0-9]{20,}|SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,})",
     {"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox",
      "sk_", "akia", "asia", "npm_", "aiza", "rnd_", "sg."}},
    {"-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*?"
     "(?:-----END [A-Z ]*PRIVATE KEY-----|\\z)",
     {"-----begin "}},
    {"\\b(?:[a-z0-9]+[_.-])*(?:password|passwd|pwd|secret|token|api[_-]?key|"
     "access[_-]?key|private[_-]?key|client[_-]?secret|authorization)"
     "[\"']?\\s*[:=]\\s*[\"']?(?!\\[redacted\\]|Bearer |Basic |Token |"
     "(?:read|write|none)\\b)([^\\s\"'&,;})\\]]{4,})",
     {"password", "passwd", "pwd", "secret", "token", "key", "authorization"}},
};

/* Which bytes of ASCII a text has, with its letters in lower case. */
struct bytes {
    uint64_t half[2];
};

struct secret {
    char *ptr;
    size_t len;
};

/* A short text in which nothing was found while so many secrets were known. */
struct clean {
    size_t secrets; /* and one more; 0: no text is here */
    size_t len;
    char text[CLEAN_BYTES];
};

struct redactor {
    struct clean clean[CLEAN_COUNT]; /* texts come again and again */
    struct regex *shape[ARRAY_COUNT(shape_row)];
    struct bytes needle[ARRAY_COUNT(shape_row)][NEEDLES];
    struct secret *secret;
    size_t secret_count, secret_cap;
    size_t redacted;
};

static struct bytes bytes_of(struct str s)
{
    struct bytes set = {{0, 0}};
    for (size_t i = 0; i < s.len; i++) {
        unsigned c = (unsigned char)s.ptr[i];
        c |= (unsigned)(c >= 'A' && c <= 'Z') << 5;
        set.half[c >> 6 & 1] |= UINT64_C(1) << (c & 63);
    }
    return set;
}

struct redactor *redactor_open(void)
{
    struct redactor *r = calloc(1, sizeof(*r));
    if (r == NULL)
        arena_out_of_memory();
    for (size_t i = 0; i < ARRAY_COUNT(shape_row); i++) {
        struct regex_error e;
        bool ok = regex_open(&r->shape[i], str_from(shape_row[i].pattern),
                             STR("i"), &e);
        assert(ok);
        (void)ok;
        for (size_t k = 0; k < NEEDLES && shape_row[i].needle[k] != NULL; k++)
            r->needle[i][k] = bytes_of(str_from(shape_row[i].needle[k]));
    }
    return r;
}

void redactor_close(struct redactor *r)
{
    if (r == NULL)
        return;
    for (size_t i = 0; i < ARRAY_COUNT(shape_row); i++)
        regex_close(r->shape[i]);
    for (size_t i = 0; i < r->secret_count; i++)
        free(r->secret[i].ptr);
    free(r->secret);
    free(r);
}

/* Longer encodings first, so that none leaves a tail of another. */
static void remember(struct redactor *r, struct str value)
{
    if (value.len < SECRET_MIN)
        return;
    if (r->secret_count == r->secret_cap) {
        r->secret_cap = r->secret_cap == 0 ? 8 : r->secret_cap * 2;
        r->secret = realloc(r->secret, r->secret_cap * sizeof(*r->secret));
        if (r->secret == NULL)
            arena_out_of_memory();
    }
    struct secret s = {malloc(value.len), value.len};
    if (s.ptr == NULL)
        arena_out_of_memory();
    memcpy(s.ptr, value.ptr, value.len);
    size_t at = r->secret_count++;
    for (; at > 0 && r->secret[at - 1].len < s.len; at--)
        r->secret[at] = r->secret[at - 1];
    r->secret[at] = s;
}

bool redactor_add(struct redactor *r, struct str secret)
{
    struct buf form;
    if (secret.len < SECRET_MIN)
        return false;
    buf_init(&form, secret.len * 6 + 16);
    remember(r, secret);
    text_base64(&form, secret);
    struct str bare = buf_view(&form);
    while (bare.len > 0 && bare.ptr[bare.len - 1] == '=')
        bare.len--;
    remember(r, buf_view(&form));
    remember(r, bare);
    buf_clear(&form);
    text_url_encode(&form, secret);
    remember(r, buf_view(&form));
    buf_clear(&form);
    json_quote(&form, secret);
    remember(r, str_sub(buf_view(&form), 1, form.len - 2));
    buf_release(&form);
    return true;
}

static bool replace_value(struct redactor *r, struct buf *out, struct str s,
                          struct str secret)
{
    size_t from = 0, at = str_find(s, secret, 0);
    if (at == s.len)
        return false;
    for (; at < s.len; at = str_find(s, secret, from)) {
        buf_str(out, str_sub(s, from, at - from));
        buf_text(out, REDACTED);
        r->redacted++;
        from = at + secret.len;
    }
    buf_str(out, str_sub(s, from, s.len));
    return true;
}

/* Is the needle, of lower case, in the text in any case? */
static bool has_word(struct str s, struct str needle)
{
    for (size_t i = 0; i + needle.len <= s.len; i++)
        if (str_equal_nocase(str_sub(s, i, needle.len), needle))
            return true;
    return false;
}

/* May the text hold what row i looks for? */
static bool may_match(const struct redactor *r, size_t i, struct str s,
                      const struct bytes *has)
{
    for (size_t k = 0; k < NEEDLES && shape_row[i].needle[k] != NULL; k++) {
        const struct bytes *need = &r->needle[i][k];
        if ((need->half[0] & ~has->half[0]) == 0 &&
            (need->half[1] & ~has->half[1]) == 0 &&
            has_word(s, str_from(shape_row[i].needle[k])))
            return true;
    }
    return false;
}

/* Most texts match nothing, and then nothing is copied. */
static bool replace_shape(struct redactor *r, struct buf *out, struct str s,
                          const struct regex *re)
{
    enum regex_answer answer = regex_match(re, s);
    if (answer == REGEX_NO)
        return false;
    while (answer == REGEX_YES) {
        struct str gone = regex_group(re, s, 1);
        if (gone.len == 0)
            gone = regex_group(re, s, 0);
        size_t at = (size_t)(gone.ptr - s.ptr);
        buf_str(out, str_sub(s, 0, at));
        buf_text(out, REDACTED);
        r->redacted++;
        s = str_sub(s, at + gone.len, s.len);
        answer = regex_match(re, s);
    }
    if (answer == REGEX_NO) {
        buf_str(out, s);
        return true;
    }
    /* Not known to be clean: nothing of it may pass. */
    buf_text(out, REDACTED);
    r->redacted++;
    return true;
}

#define TAIL_MIN 8 /* bytes of a secret that are worth hiding */

/*
 * Texts are shortened before they come here, so one may end within a secret:
 * what begins like one at the end goes too.
 */
static void replace_tail(struct redactor *r, struct buf *text)
{
    struct str s = buf_view(text);
    size_t dots = str_ends(s, STR("...")) ? 3 : 0;
    s.len -= dots;
    while (dots > 0 && s.len > 0 && s.ptr[s.len - 1] == '\n')
        s.len--;
    for (size_t i = 0; i < r->secret_count; i++) {
        struct str secret = {r->secret[i].ptr, r->secret[i].len};
        for (size_t n = secret.len - 1; n >= TAIL_MIN; n--) {
            if (!str_ends(s, str_sub(secret, 0, n)))
                continue;
            text->len = s.len - n;
            buf_text(text, REDACTED);
            buf_text(text, dots > 0 ? "..." : "");
            r->redacted++;
            return;
        }
    }
}

static void swap_texts(struct buf *now, struct buf *next)
{
    struct buf swap = *now;
    *now = *next;
    *next = swap;
    buf_clear(next);
}

static void redact_values(struct redactor *r, struct buf *now)
{
    struct buf next;
    buf_init(&next, now->max);
    for (size_t i = 0; i < r->secret_count; i++) {
        struct str secret = {r->secret[i].ptr, r->secret[i].len};
        if (replace_value(r, &next, buf_view(now), secret))
            swap_texts(now, &next);
    }
    buf_release(&next);
}

static void redact_all(struct redactor *r, struct buf *now)
{
    struct buf next;
    redact_values(r, now);
    buf_init(&next, now->max);
    struct bytes has = bytes_of(buf_view(now));
    for (size_t i = 0; i < ARRAY_COUNT(shape_row); i++) {
        if (!may_match(r, i, buf_view(now), &has) ||
            !replace_shape(r, &next, buf_view(now), r->shape[i]))
            continue;
        swap_texts(now, &next);
        has = bytes_of(buf_view(now));
    }
    buf_release(&next);
    replace_tail(r, now);
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
    buf_str(&now, s);
    redact_all(r, &now);
    if (r->redacted != before) {
        s = (struct str){buf_dup(a, &now), now.len};
    } else if (clean != NULL) {
        *clean = (struct clean){.secrets = r->secret_count + 1, .len = s.len};
        memcpy(clean->text, s.ptr, s.len);
    }
    buf_release(&now);
    return s;
}

static bool has_known(const struct redactor *r, struct str s)
{
    for (size_t i = 0; i < r->secret_count; i++)
        if (str_find(s, (struct str){r->secret[i].ptr, r->secret[i].len}, 0) <
            s.len)
            return true;
    return false;
}

struct str redact_known(struct redactor *r, struct arena *a, struct str s)
{
    struct buf now;
    if (!has_known(r, s))
        return s;
    buf_init(&now, s.len * 4 + 64);
    buf_str(&now, s);
    redact_values(r, &now);
    s = (struct str){buf_dup(a, &now), now.len};
    buf_release(&now);
    return s;
}

size_t redactor_count(const struct redactor *r)
{
    return r->redacted;
}
