/* Units, layer by layer: an escape's own characters are read through those. */
#include "redact/layers.h"

#include <string.h>

#include "redact/entities.h"
#include "redact/fold.h"
#include "redact/recall.h"

#define DIGITS_MAX   12 /* of a reference */
#define RUN_MAX      31 /* of "25" behind '%', "amp;" behind '&', backslashes */
#define REPLACEMENT  0xFFFD
#define CODE_POINTS  0x110000
#define NO_CHARACTER UINT32_MAX

struct reading {
    const struct seen *s;
    struct units *out;
};

unsigned char seen_byte(const struct seen *s, size_t at)
{
    return at < s->text.len ? (unsigned char)s->text.ptr[at] : 0;
}

bool is_introducer(unsigned char c)
{
    return c == '%' || c == '\\' || c == '&' || c == '=' || c == '\'' ||
           c == '"';
}

static void add_unit(struct units *out, struct unit u)
{
    for (size_t i = 0; i < out->count; i++)
        if (out->item[i].value == u.value && out->item[i].next == u.next &&
            out->item[i].is_byte == u.is_byte)
            return;
    if (out->count < UNITS_MAX)
        out->item[out->count++] = u;
}

static void add_byte(struct units *out, uint32_t value, size_t next)
{
    add_unit(out, (struct unit){value, true, next});
}

static void add_code_point(struct units *out, uint32_t value, size_t next)
{
    if (value < CODE_POINTS)
        add_unit(out, (struct unit){value, value < 0x80, next});
}

static bool is_hex(uint32_t c)
{
    return fold_hex_value(c) >= 0;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(uint32_t c)
{
    uint32_t lower = c | 0x20;
    return is_digit(c) || (lower >= 'a' && lower <= 'z');
}

/* The first reading of that class; NO_CHARACTER leaves *at as it is. */
static uint32_t take(const struct seen *s, size_t *at, unsigned layers,
                     bool is_wanted(uint32_t))
{
    struct units u;
    units_at(s, fold_past_wrap(s, *at), layers, &u);
    for (size_t i = 0; i < u.count; i++)
        if (is_wanted(u.item[i].value)) {
            *at = u.item[i].next;
            return u.item[i].value;
        }
    return NO_CHARACTER;
}

static bool take_one(const struct seen *s, size_t *at, unsigned layers,
                     uint32_t value)
{
    struct units u;
    units_at(s, fold_past_wrap(s, *at), layers, &u);
    for (size_t i = 0; i < u.count; i++)
        if (u.item[i].value == value) {
            *at = u.item[i].next;
            return true;
        }
    return false;
}

bool unit_take(const struct seen *s, size_t *at, uint32_t value)
{
    return take_one(s, at, LAYERS, value);
}

/* least to most digits; false and *at as it was when there are fewer. */
static bool take_hex(const struct seen *s, size_t *at, unsigned layers,
                     unsigned least, unsigned most, uint32_t *value)
{
    size_t place = *at;
    unsigned n = 0;
    for (*value = 0; n < most; n++) {
        uint32_t c = take(s, &place, layers, is_hex);
        if (c == NO_CHARACTER)
            break;
        *value = *value << 4 | (uint32_t)fold_hex_value(c);
    }
    if (n < least)
        return false;
    *at = place;
    return true;
}

static bool take_low(const struct seen *s, size_t *at, unsigned layers,
                     uint32_t *low)
{
    return take_one(s, at, layers, 'u') && take_hex(s, at, layers, 4, 4, low) &&
           *low >= 0xDC00 && *low < 0xE000;
}

/* "\ud83d\ude00" is one character; its second backslash may be escaped. */
static void add_utf16(const struct reading *r, unsigned layers, uint32_t high,
                      size_t at)
{
    struct units u = {.count = 0};
    uint32_t low = 0;
    if (high >= 0xD800 && high < 0xDC00)
        units_at(r->s, fold_past_wrap(r->s, at), layers, &u);
    for (size_t i = 0; i < u.count; i++) {
        size_t next = u.item[i].next;
        if (u.item[i].value == '\\' && take_low(r->s, &next, layers, &low)) {
            add_code_point(
                r->out, 0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF)), next);
            return;
        }
    }
    add_code_point(r->out, high, at);
}

static void add_braced(const struct reading *r, unsigned layers, size_t at)
{
    uint32_t value = 0;
    if (take_one(r->s, &at, layers, '{') &&
        take_hex(r->s, &at, layers, 1, 8, &value) &&
        take_one(r->s, &at, layers, '}'))
        add_code_point(r->out, value, at);
}

static void add_octal(const struct reading *r, unsigned layers, uint32_t first,
                      size_t at)
{
    uint32_t value = first - '0';
    unsigned n = 1;
    for (; n < 3; n++) {
        uint32_t c = take(r->s, &at, layers, is_digit);
        if (c == NO_CHARACTER || c > '7')
            break;
        value = value << 3 | (c - '0');
    }
    if ((n == 3 && value <= 0xFF) || value == 0)
        add_byte(r->out, value, at);
}

/* What the letter behind a backslash may be the beginning of. */
static void add_letter(const struct reading *r, unsigned layers, uint32_t c,
                       size_t at)
{
    static const char letter[] = "bfnrtvae";
    static const char means[] = "\b\f\n\r\t\v\a\033";
    uint32_t value = 0;
    size_t next = at;
    const char *known = strchr(letter, (int)c);
    if (known != NULL) {
        add_byte(r->out, (unsigned char)means[known - letter], at);
    } else if (c == 'u') {
        add_braced(r, layers, at);
        if (take_hex(r->s, &next, layers, 4, 4, &value))
            add_utf16(r, layers, value, next);
    } else if (c == 'U' && take_hex(r->s, &next, layers, 8, 8, &value)) {
        add_code_point(r->out, value, next);
    } else if (c == 'x') {
        add_braced(r, layers, at);
        if (take_hex(r->s, &next, layers, 2, 2, &value)) {
            add_byte(r->out, value, next);
            add_code_point(r->out, value, next);
        }
    } else if (c >= '0' && c <= '7') {
        add_octal(r, layers, c, at);
    }
}

static void add_escaped(const struct reading *r, unsigned layers, size_t at)
{
    struct units u;
    units_at(r->s, at, layers, &u);
    for (size_t i = 0; i < u.count; i++) {
        const struct unit *n = &u.item[i];
        if (is_alnum(n->value))
            add_letter(r, layers, n->value, n->next);
        else if (n->value < 0x80)
            add_byte(r->out, n->value, n->next);
    }
}

static void add_backslash(const struct reading *r, unsigned layers, size_t at)
{
    size_t folded = fold_past_wrap(r->s, at);
    add_escaped(r, layers, at);
    if (folded > at)
        add_escaped(r, layers, folded);
}

/* "#64" or "#x40" behind an ampersand; the semicolon may be missing. */
static void add_numeric(const struct reading *r, unsigned layers, size_t at)
{
    uint32_t value = 0;
    size_t next = at;
    bool is_hexadecimal = take_one(r->s, &next, layers, 'x') ||
                          take_one(r->s, &next, layers, 'X');
    if (is_hexadecimal) {
        if (!take_hex(r->s, &next, layers, 1, DIGITS_MAX, &value))
            return;
    } else {
        unsigned n = 0;
        for (; n < DIGITS_MAX && value < CODE_POINTS; n++) {
            uint32_t c = take(r->s, &next, layers, is_digit);
            if (c == NO_CHARACTER)
                break;
            value = value * 10 + (c - '0');
        }
        if (n == 0)
            return;
    }
    (void)take_one(r->s, &next, layers, ';');
    add_code_point(r->out, value, next);
}

/* The letters of a name, and where each of them ends. */
struct name {
    char letter[ENTITY_NAME_MAX];
    size_t end[ENTITY_NAME_MAX];
    size_t count;
};

static void read_name(const struct seen *s, unsigned layers, size_t at,
                      struct name *name)
{
    for (name->count = 0; name->count < ENTITY_NAME_MAX; name->count++) {
        uint32_t c = take(s, &at, layers, is_alnum);
        if (c == NO_CHARACTER)
            return;
        name->letter[name->count] = (char)c;
        name->end[name->count] = at;
    }
}

static void add_reference(const struct reading *r, unsigned layers, size_t at)
{
    struct name name;
    uint32_t value = 0;
    if (take_one(r->s, &at, layers, '#')) {
        add_numeric(r, layers, at);
        return;
    }
    read_name(r->s, layers, at, &name);
    if (name.count < ENTITY_BARE_MIN)
        return;
    at = name.end[name.count - 1];
    if (take_one(r->s, &at, layers, ';') &&
        entity_named(name.letter, name.count, &value)) {
        add_code_point(r->out, value, at);
        return;
    }
    size_t count = entity_bare(name.letter, name.count, &value);
    if (count > 0)
        add_code_point(r->out, value, name.end[count - 1]);
}

static void add_percent(const struct reading *r, unsigned layers, size_t at)
{
    uint32_t value = 0;
    size_t next = at;
    if (take_hex(r->s, &next, layers, 2, 2, &value))
        add_byte(r->out, value, next);
    next = at;
    if (take_one(r->s, &next, layers, 'u') &&
        take_hex(r->s, &next, layers, 4, 4, &value))
        add_code_point(r->out, value, next);
}

static void add_quoted_printable(const struct reading *r, unsigned layers,
                                 size_t at)
{
    uint32_t value = 0;
    if (take_hex(r->s, &at, layers, 2, 2, &value))
        add_byte(r->out, value, at);
}

/* One before a quote: of an escape, also the escape "\\u005c" itself. */
static bool take_backslash(const struct seen *s, size_t *at, unsigned layers)
{
    struct units u;
    units_at(s, fold_past_wrap(s, *at), layers, &u);
    for (size_t i = 0; i < u.count; i++) {
        size_t next = u.item[i].next;
        if (u.item[i].value == '\\' && take_one(s, &next, layers, '\'')) {
            *at = u.item[i].next;
            return true;
        }
    }
    return false;
}

/* Is that one, too, written so? A quote of the text's own is not doubled. */
static bool is_twin(const struct seen *s, struct str first, size_t at,
                    size_t end)
{
    at = fold_past_wrap(s, at);
    return str_equal(str_sub(s->text, at, end - at), first);
}

/* '' and "" within quotes of their kind; '\'' and '"'"' of a shell. */
static void add_quote(const struct reading *r, unsigned layers, size_t from,
                      struct unit u)
{
    size_t next = u.next, at = u.next;
    struct str first = str_sub(r->s->text, from, u.next - from);
    if (take_one(r->s, &next, layers, u.value) &&
        is_twin(r->s, first, at, next))
        add_byte(r->out, u.value, next);
    if (u.value != '\'')
        return;
    next = at;
    if (take_backslash(r->s, &next, layers) &&
        take_one(r->s, &next, layers, '\'') &&
        take_one(r->s, &next, layers, '\''))
        add_byte(r->out, '\'', next);
    next = at;
    if (take_one(r->s, &next, layers, '"') &&
        take_one(r->s, &next, layers, '\'') &&
        take_one(r->s, &next, layers, '"') &&
        take_one(r->s, &next, layers, '\''))
        add_byte(r->out, '\'', next);
}

static void add_escapes(const struct reading *r, unsigned layers, size_t from,
                        struct unit u)
{
    switch (u.value) {
    case '%':
        add_percent(r, layers, u.next);
        return;
    case '\\':
        add_backslash(r, layers, u.next);
        return;
    case '&':
        add_reference(r, layers, u.next);
        return;
    case '=':
        add_quoted_printable(r, layers, u.next);
        return;
    default:
        add_quote(r, layers, from, u);
    }
}

/* A string of JSON: its escapes are its syntax, and a quote is its end. */
static void read_json(const struct seen *s, size_t at, struct units *out)
{
    const struct seen raw = {s->text, FORM_TEXT, NULL};
    const struct reading r = {&raw, out};
    unsigned char c = (unsigned char)s->text.ptr[at];
    if (c == '\\')
        add_backslash(&r, 0, at + 1);
    else if (c != '"' && c >= ' ')
        add_byte(out, c, at + 1);
}

static void read_markup(const struct seen *s, size_t at, struct units *out)
{
    const struct seen raw = {s->text, FORM_TEXT, NULL};
    const struct reading r = {&raw, out};
    unsigned char c = (unsigned char)s->text.ptr[at];
    if (c == '&')
        add_reference(&r, 0, at + 1);
    if (out->count == 0 && c != '<' && c != '>' && c != '"')
        add_byte(out, c, at + 1);
}

/* At most RUN_MAX of what stands for one more of it: %252541, &amp;lt; */
static void add_run(const struct seen *s, size_t at, struct str more,
                    struct units *out)
{
    size_t next = at + 1;
    for (unsigned i = 0; i < RUN_MAX; i++, next += more.len)
        if (!str_starts(str_sub(s->text, next, more.len), more))
            break;
    if (next > at + 1)
        add_byte(out, (unsigned char)s->text.ptr[at], next);
}

static void read_text(const struct seen *s, size_t at, struct units *out)
{
    unsigned char c = (unsigned char)s->text.ptr[at];
    add_byte(out, c, at + 1);
    if (c == '%')
        add_run(s, at, STR("25"), out);
    else if (c == '&')
        add_run(s, at, STR("amp;"), out);
    else if (c == '\\' && (at == 0 || s->text.ptr[at - 1] != '\\'))
        add_run(s, at, STR("\\"), out); /* before a quote, of JSON in JSON */
}

static void read_place(const struct seen *s, size_t at, struct units *out)
{
    out->count = 0;
    if (s->form == FORM_JSON)
        read_json(s, at, out);
    else if (s->form == FORM_MARKUP)
        read_markup(s, at, out);
    else
        read_text(s, at, out);
}

static bool may_be_escape(const struct units *u)
{
    for (size_t i = 0; i < u->count; i++)
        if (u->item[i].value < 0x80 &&
            is_introducer((unsigned char)u->item[i].value))
            return true;
    return false;
}

/* One layer more than those that were read before it. */
static void read_layers(const struct seen *s, size_t at, unsigned layers,
                        struct units *out)
{
    const struct reading r = {s, out};
    units_at(s, at, layers - 1, out);
    size_t before = out->count;
    for (size_t i = 0; i < before; i++)
        if (out->item[i].value < 0x80 &&
            is_introducer((unsigned char)out->item[i].value))
            add_escapes(&r, layers - 1, at, out->item[i]);
}

void units_at(const struct seen *s, size_t at, unsigned layers,
              struct units *out)
{
    out->count = 0;
    if (at >= s->text.len)
        return;
    read_place(s, at, out);
    if (layers == 0 || !may_be_escape(out))
        return;
    recall_count(s, RECALL_FIND);
    if (recall_is_spent(s) || recall_find(s, at, layers, out))
        return;
    recall_count(s, RECALL_LAYER);
    read_layers(s, at, layers, out);
    recall_keep(s, at, layers, out);
}
