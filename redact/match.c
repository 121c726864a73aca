/* A needle and a text in step: to which places each byte of the needle reads.
 */
#include <string.h>

#include "base/text.h"
#include "redact/fold.h"
#include "redact/needle.h"
#include "redact/recall.h"

#define PLACES_MAX    16 /* for one byte of a needle */
#define RING          8  /* a character has at most 4 bytes */
#define WRAPS_FROM    6  /* shorter needles are not found across lines */
#define BLANKS_FROM   10 /* nor these across blanks, which were line ends */
#define ESCAPED_MAX   4 /* blanks behind a line end that may be another thing */
#define ESCAPED_RUN   6 /* blanks in a row that are escaped */
#define BLANKS_MAX    1000 /* behind a line end */
#define CONTROL_MAX   256  /* bytes of an escape sequence of a terminal */
#define BYTES_STEP    4    /* that are passed over cost a step */
#define SEPARATORS    8    /* between two bytes in hex */
#define UNCLEAR_LEAST 6    /* bytes of a needle, to be a part of a secret */

struct places {
    size_t at[PLACES_MAX];
    size_t count;
};

struct walk {
    const struct needle *n;
    const struct seen *s;
    size_t from;
    struct places ring[RING]; /* by byte of the needle */
    size_t jump_to, jump_at;  /* behind a masked word; 0: none */
    struct {
        size_t from, end;
    } fold; /* the last white space before byte i */
    bool full;
};

static bool is_plain(unsigned char c)
{
    return c != '#' && !is_introducer(c) && c != '<' && c != '>' && c > ' ' &&
           c < 0x80;
}

static bool is_same(const struct walk *w, size_t i, unsigned char c)
{
    return i < w->n->len && needle_fold(w->n, c) ==
                                needle_fold(w->n, (unsigned char)w->n->ptr[i]);
}

static void add_place(struct walk *w, struct places *p, size_t at)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->at[i] == at)
            return;
    if (p->count < PLACES_MAX)
        p->at[p->count++] = at;
    else
        w->full = true;
}

/* Of too many places the furthest stay: they are behind what is unclear. */
static void reach(struct walk *w, size_t i, size_t at)
{
    struct places *p = &w->ring[i % RING];
    size_t first = 0;
    if (p->count < PLACES_MAX) {
        add_place(w, p, at);
        return;
    }
    for (size_t k = 0; k < p->count; k++) {
        if (p->at[k] == at)
            return;
        first = p->at[k] < p->at[first] ? k : first;
    }
    w->full = true;
    if (p->at[first] < at)
        p->at[first] = at;
}

bool needle_is_blank(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == '+';
}

/* What has no width: NUL also parts the bytes of UTF-16. */
static bool is_invisible(uint32_t c)
{
    return c == 0 || c == 0xAD || (c >= 0x200B && c <= 0x200D) || c == 0x2060 ||
           c == 0xFEFF;
}

/* The same as UTF-8, whose bytes may be escaped one by one. */
static size_t invisible_end(const struct walk *w, const struct unit *u)
{
    static const struct {
        unsigned char byte[3];
    } row[] = {{{0xC2, 0xAD, 0}},    {{0xE2, 0x80, 0x8B}},
               {{0xE2, 0x80, 0x8C}}, {{0xE2, 0x80, 0x8D}},
               {{0xE2, 0x81, 0xA0}}, {{0xEF, 0xBB, 0xBF}}};
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        size_t at = u->next;
        if (row[i].byte[0] == u->value &&
            unit_take(w->s, &at, row[i].byte[1]) &&
            (row[i].byte[2] == 0 || unit_take(w->s, &at, row[i].byte[2])))
            return at;
    }
    return 0;
}

static bool takes_any(const struct walk *w, size_t *at, const char *set)
{
    struct units u;
    units_at(w->s, *at, LAYERS, &u);
    for (size_t i = u.count; i-- > 0;)
        if (u.item[i].value != 0 && u.item[i].value < 0x80 &&
            strchr(set, (int)u.item[i].value) != NULL) {
            *at = u.item[i].next;
            return true;
        }
    return false;
}

/* Behind a line end: blanks, and what quotes a line. */
static void add_fold(struct walk *w, struct places *p, size_t at)
{
    unsigned count = 0;
    if (at > w->fold.from && at < w->fold.end)
        return; /* within one, and its places are known */
    size_t from = at;
    for (size_t i = 0; i < BLANKS_MAX; i++) {
        size_t next = at;
        recall_count(w->s, 1);
        if (takes_any(w, &next, " \t\r\n")) {
            bool escaped = next > at + 1; /* or another escape, wrapped */
            if (escaped && count++ < ESCAPED_MAX)
                add_place(w, p, at);
            if (count > ESCAPED_RUN)
                break;
            at = next;
            continue;
        }
        if (!takes_any(w, &next, ">|#"))
            break;
        add_place(w, p, at);
        at = next;
    }
    add_place(w, p, at);
    w->fold.from = from;
    w->fold.end = at;
}

static size_t command_end(const struct walk *w, size_t at)
{
    struct str s = w->s->text;
    for (size_t i = 0; i < CONTROL_MAX && at < s.len; i++) {
        struct units u;
        units_at(w->s, at, 1, &u);
        for (size_t k = 0; k < u.count; k++)
            if (u.item[k].value == 7)
                return u.item[k].next;
        recall_count(w->s, 1);
        if (s.ptr[at++] == '\\' && i > 0)
            return at;
    }
    return at;
}

/* Behind "[", past the last byte. */
static size_t sequence_end(const struct walk *w, size_t at)
{
    size_t from = at, end = at + CONTROL_MAX, len = w->s->text.len;
    while (at < len && at < end) {
        unsigned char c = seen_byte(w->s, at);
        if (is_introducer(c) && !takes_any(w, &at, "0123456789;:?"))
            break; /* the last byte, which is an escape, too */
        if (!is_introducer(c) && c >= '@' && c <= '~')
            break;
        at += is_introducer(c) ? 0 : 1;
    }
    recall_count(w->s, (at - from) / BYTES_STEP);
    if (takes_any(w, &at, "mKJHABCDGfsu"))
        return at;
    return at < len && at < end ? at + 1 : at;
}

/* CSI until its last byte, a command until BEL or ESC '\', or one byte. */
static size_t control_end(const struct walk *w, size_t at)
{
    recall_count(w->s, 3 * (size_t)RECALL_READ);
    if (takes_any(w, &at, "["))
        return sequence_end(w, at);
    if (takes_any(w, &at, "]"))
        return command_end(w, at);
    if (takes_any(w, &at, "()"))
        return at + 1;
    return at;
}

static void add_tag(struct walk *w, struct places *p, size_t at)
{
    static const char *const tag[] = {"wbr>", "wbr/>", "wbr />",
                                      "br>",  "br/>",  "br />"};
    recall_count(w->s, 2 * (size_t)RECALL_READ);
    for (size_t i = 0; i < sizeof(tag) / sizeof(tag[0]); i++) {
        size_t next = at;
        const char *c = tag[i];
        while (*c != '\0' && unit_take(w->s, &next, (unsigned char)*c))
            c++;
        if (*c == '\0')
            add_place(w, p, next);
    }
}

/* A line end that is a blank by now: what is behind it must go on. */
static bool is_wrap(const struct walk *w, size_t i, const struct unit *u)
{
    size_t at = u->next - 1;
    if (w->n->len < BLANKS_FROM || u->value != ' ' ||
        seen_byte(w->s, at) != ' ')
        return false;
    while (seen_byte(w->s, at) == ' ' || seen_byte(w->s, at) == '|')
        at++;
    return !is_plain(seen_byte(w->s, at)) || is_same(w, i, seen_byte(w->s, at));
}

static void add_invisible(struct walk *w, struct places *p,
                          const struct unit *u)
{
    size_t end = invisible_end(w, u);
    recall_count(w->s, RECALL_READ);
    if (end > 0)
        add_place(w, p, end);
}

/* Places behind what stands between two bytes and is no part of either. */
static void add_gaps(struct walk *w, size_t i, struct places *p,
                     const struct unit *u)
{
    /* White space behind a blank is the blank's own. */
    bool spaced = w->n->alphabet == ALPHABET_PLAIN && w->n->ptr[i - 1] == ' ';
    bool wraps = w->n->len >= WRAPS_FROM && !spaced;
    size_t at = u->next;
    if (is_invisible(u->value) && (!u->is_byte || u->value == 0))
        add_place(w, p, at);
    else if (u->is_byte && (u->value == 0xC2 || u->value >= 0xE2))
        add_invisible(w, p, u);
    else if (u->value == 0x1B)
        add_place(w, p, control_end(w, at));
    else if ((wraps && (u->value == '\n' || u->value == '\r' ||
                        (u->value == '=' && takes_any(w, &at, "\r\n")))) ||
             (wraps && is_wrap(w, i, u)))
        add_fold(w, p, at);
    else if (wraps && u->value == '<')
        add_tag(w, p, at);
}

/* Of "0x", which may have been wrapped, too. */
static bool takes_x(const struct walk *w, size_t *at)
{
    size_t next = fold_past_wrap(w->s, *at);
    if (!takes_any(w, &next, "xX"))
        return false;
    *at = next;
    return true;
}

/* What hex has between two bytes; each may itself be encoded. */
static bool add_separator(struct walk *w, struct places *p,
                          const struct unit *u)
{
    size_t at = u->next;
    if (u->value == 0 || u->value >= 0x80)
        return false;
    if (strchr(": -+,\\xX%=", (int)u->value) == NULL &&
        !(u->value == '0' && takes_x(w, &at)))
        return false;
    add_place(w, p, at);
    return true;
}

/* May byte i of the needle begin here, whatever else this is read as? */
static bool may_be(const struct walk *w, size_t i, const struct units *u)
{
    for (size_t k = 0; k < u->count; k++)
        if (u->item[k].value >= 0x80 ||
            is_same(w, i, (unsigned char)u->item[k].value))
            return true;
    return false;
}

/* Behind the longest blank here; a shorter one may be meant, too. */
static size_t take_blank(struct walk *w, size_t i, const struct units *u,
                         size_t at)
{
    size_t next = at;
    for (size_t k = 0; k < u->count; k++)
        if (needle_is_blank(u->item[k].value) && u->item[k].next > next)
            next = u->item[k].next;
    for (size_t k = 0; k < u->count; k++)
        if (needle_is_blank(u->item[k].value) && u->item[k].next < next)
            reach(w, i + 1, u->item[k].next);
    return next;
}

/* A run of white space is the blank of a needle. */
static void take_space(struct walk *w, size_t i, size_t at)
{
    size_t begin = at, escaped = 0;
    for (size_t n = 0; n < BLANKS_MAX && escaped < ESCAPED_RUN; n++) {
        struct units u;
        bool raw = at < w->s->text.len &&
                   needle_is_blank((unsigned char)w->s->text.ptr[at]);
        units_at(w->s, raw ? at : unit_past_fold(w->s, at), LAYERS, &u);
        size_t next = take_blank(w, i, &u, at);
        if (next == at)
            break;
        /* A backslash before a plus is a plus, or the end of the blanks. */
        if (at > begin && may_be(w, i + 1, &u))
            reach(w, i + 1, at);
        escaped += next > at + 1;
        at = next;
        recall_count(w->s, 1);
    }
    if (at == begin)
        return;
    reach(w, i + 1, at);
    while (takes_any(w, &at, ">|#"))
        while (takes_any(w, &at, " \t"))
            ;
    reach(w, i + 1, at);
}

static void consume(struct walk *w, size_t i, const struct unit *u)
{
    struct buf bytes;
    size_t n = 0;
    if (u->is_byte) {
        if (u->value <= 0xFF && is_same(w, i, (unsigned char)u->value))
            reach(w, i + 1, u->next);
        return;
    }
    buf_init(&bytes, 8);
    utf8_encode(&bytes, u->value);
    while (n < bytes.len && is_same(w, i + n, (unsigned char)bytes.ptr[n]))
        n++;
    if (n > 0 && n == bytes.len)
        reach(w, i + n, u->next);
    buf_release(&bytes);
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '_';
}

/* Log lines that are alike are shown with '#' for each word with a digit. */
static void take_masked(struct walk *w, size_t i, size_t at)
{
    const struct needle *n = w->n;
    bool has_digit = false;
    size_t end = i;
    bool reference = at > 0 && w->s->text.ptr[at - 1] == '&';
    if (reference || n->alphabet != ALPHABET_PLAIN ||
        (i > 0 && is_word(n->ptr[i - 1])))
        return;
    for (; end < n->len && is_word(n->ptr[end]); end++)
        has_digit = has_digit || (n->ptr[end] >= '0' && n->ptr[end] <= '9');
    if (has_digit) {
        w->jump_to = end;
        w->jump_at = at + 1;
    }
}

/* Each reading of a place: the byte, or what parts it from the last one. */
static void take_units(struct walk *w, size_t i, size_t at, struct places *p,
                       unsigned *separators)
{
    struct units u;
    units_at(w->s, at, LAYERS, &u);
    for (size_t n = 0; n < u.count; n++) {
        if (i > w->from)
            add_gaps(w, i, p, &u.item[n]);
        if (*separators > 0 && add_separator(w, p, &u.item[n]))
            --*separators;
        consume(w, i, &u.item[n]);
    }
}

/* Byte i of the needle at this place, or behind what parts it from the last. */
static void step(struct walk *w, size_t i, size_t at)
{
    struct places p = {{at}, 1};
    struct str s = w->s->text;
    bool pair = w->n->alphabet == ALPHABET_HEX && i % 2 == 0;
    bool blank = w->n->alphabet == ALPHABET_PLAIN && w->n->ptr[i] == ' ';
    unsigned separators = i > w->from && pair ? SEPARATORS : 0;
    w->fold.from = w->fold.end = 0;
    for (size_t k = 0; k < p.count; k++) {
        at = p.at[k];
        if (at >= s.len)
            continue;
        unsigned char c = (unsigned char)s.ptr[at];
        if (is_plain(c) && !blank && separators == 0) {
            if (is_same(w, i, c))
                reach(w, i + 1, at + 1);
            continue;
        }
        if (blank)
            take_space(w, i, at);
        else if (c == '#')
            take_masked(w, i, at);
        take_units(w, i, at, &p, &separators);
    }
}

static bool has_place(const struct places *p, size_t at)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->at[i] == at)
            return true;
    return false;
}

/* The furthest; a quote that may be doubled or the text's own is that. */
static size_t last_of(const struct seen *s, const struct places *p)
{
    size_t last = 0;
    for (size_t i = 0; i < p->count; i++)
        if (p->at[i] > last)
            last = p->at[i];
    unsigned char c = last == 0 ? 0 : seen_byte(s, last - 1);
    return (c == '"' || c == '\'') && has_place(p, last - 1) ? last - 1 : last;
}

static void advance(struct agreed *out, size_t taken, size_t end, bool whole)
{
    memmove(out->ends + 1, out->ends, (ENDS - 1) * sizeof(*out->ends));
    out->ends[0] = out->end;
    out->taken = taken;
    out->end = end;
    out->whole = whole;
}

/*
 * Readings without end behind a part of a secret are no accident: all until a
 * blank goes. Behind a byte or two they are any text of blanks and escapes.
 */
static bool is_too_unclear(struct walk *w, const struct agreed *out)
{
    bool full = w->full;
    w->full = false;
    return full && out->taken >= UNCLEAR_LEAST;
}

static void give_up(const struct walk *w, size_t at, struct agreed *out)
{
    struct str s = w->s->text;
    size_t from = at;
    while (at < s.len && strchr(" \t\r\n\"'<>", s.ptr[at]) == NULL)
        at++;
    recall_count(w->s, at - from);
    advance(out, w->n->len - w->from, at, true);
}

void needle_match(const struct needle *n, size_t from, const struct seen *s,
                  size_t at, struct agreed *out)
{
    struct walk w;
    w.n = n;
    w.s = s;
    w.from = from;
    w.full = false;
    w.jump_to = w.jump_at = 0;
    for (size_t i = 0; i < RING; i++)
        w.ring[i].count = 0;
    *out = (struct agreed){.end = at};
    recall_count(s, RECALL_READ);
    reach(&w, from, at);
    for (size_t i = from;
         i <= n->len && (i <= out->taken + from + 4 || i <= w.jump_to); i++) {
        struct places *p = &w.ring[i % RING];
        if (i == w.jump_to && w.jump_at > 0) {
            add_place(&w, p, w.jump_at);
            w.jump_to = 0;
        }
        if (p->count == 0)
            continue;
        advance(out, i - from, last_of(s, p), i == n->len);
        recall_count(s, p->count * RECALL_READ);
        for (size_t k = 0; i < n->len && k < p->count; k++)
            step(&w, i, p->at[k]);
        p->count = 0;
        if (is_too_unclear(&w, out)) {
            give_up(&w, out->end, out);
            return;
        }
    }
}
