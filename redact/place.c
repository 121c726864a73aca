/* Values of a text, and what is put in place of a secret in them. */
#include "redact/place.h"

#include <string.h>

#define URL_MAX    4096 /* bytes from "://" to the secret */
#define NUMBER_MIN 8    /* shorter numbers of a form are measured, not quoted */

static bool is_among(unsigned char c, const char *set)
{
    return c != 0 && strchr(set, c) != NULL;
}

static bool is_json(struct str s)
{
    if (s.len < 2 || !is_among((unsigned char)s.ptr[0], "{[") ||
        !is_among((unsigned char)s.ptr[s.len - 1], "}]"))
        return false;
    struct str inside = str_trim(str_sub(s, 1, s.len));
    bool object = s.ptr[0] == '{';
    return inside.len > 0 &&
           is_among((unsigned char)inside.ptr[0], object ? "\"}" : "{[\"]");
}

enum form form_of(struct str text)
{
    static const char *const start[] = {"<?xml", "<!doctype", "<html",
                                        "<testsuite", "<svg"};
    text = str_trim(text);
    if (is_json(text))
        return FORM_JSON;
    for (size_t i = 0; i < sizeof(start) / sizeof(start[0]); i++)
        if (str_equal_nocase(str_sub(text, 0, strlen(start[i])),
                             str_from(start[i])))
            return FORM_MARKUP;
    return FORM_LINES;
}

static size_t placeholder_end(const struct seen *s, size_t at)
{
    if (seen_byte(s, at) == '[' &&
        str_starts(str_sub(s->text, at, sizeof(REDACTED)), STR(REDACTED)))
        return at + sizeof(REDACTED) - 1;
    if (seen_byte(s, at) == 'R' &&
        str_starts(str_sub(s->text, at, 8), STR(REDACTED_URL)))
        return at + sizeof(REDACTED_URL) - 1;
    return at;
}

bool place_has_placeholder(const struct seen *s, size_t at)
{
    return placeholder_end(s, at) > at;
}

static void next_json(struct place *p, const struct seen *s)
{
    struct units u;
    if (seen_byte(s, p->at) == '"') {
        p->quote = p->quote == 0 ? '"' : 0;
        p->at++;
        return;
    }
    units_at(s, p->at, 0, &u);
    p->at = p->quote != 0 && u.count > 0 ? u.item[0].next : p->at + 1;
}

static void next_markup(struct place *p, const struct seen *s)
{
    unsigned char c = seen_byte(s, p->at);
    struct units u;
    if (p->in_tag && is_among(c, "\"'")) {
        if (p->quote == 0)
            p->quote = (char)c;
        else if (p->quote == (char)c)
            p->quote = 0;
    } else if (c == '<' &&
               !str_starts(str_sub(s->text, p->at, 4), STR("<!--"))) {
        p->in_tag = true;
        p->quote = 0;
    } else if (c == '>' && p->quote == 0) {
        p->in_tag = false;
    }
    units_at(s, p->at, 0, &u);
    p->at = c == '&' && u.count > 0 ? u.item[0].next : p->at + 1;
}

void place_next(struct place *p, const struct seen *s)
{
    size_t end = placeholder_end(s, p->at);
    if (end > p->at)
        p->at = end;
    else if (s->form == FORM_JSON)
        next_json(p, s);
    else if (s->form == FORM_MARKUP)
        next_markup(p, s);
    else
        p->at++;
}

bool place_is_value(const struct place *p, const struct seen *s)
{
    unsigned char c = seen_byte(s, p->at);
    if (s->form == FORM_JSON)
        return p->quote != 0 || !is_among(c, "{}[]:, \t\r\n");
    return s->form != FORM_MARKUP || !p->in_tag || p->quote != 0;
}

static bool is_number(unsigned char c)
{
    return is_among(c, "0123456789+-.eE");
}

/* All that belongs to the number around the span. */
static struct span number_around(const struct seen *s, struct span found)
{
    while (found.from > 0 && is_number(seen_byte(s, found.from - 1)))
        found.from--;
    while (is_number(seen_byte(s, found.end)))
        found.end++;
    return found;
}

/* A word in lower case that names a member is one of ours. */
static bool is_member(const struct seen *s, const struct span *found)
{
    size_t end = found->end + 1;
    if (found->from == 0 || seen_byte(s, found->from - 1) != '"' ||
        seen_byte(s, found->end) != '"')
        return false;
    while (is_among(seen_byte(s, end), " \t\r\n"))
        end++;
    for (size_t i = found->from; i < found->end; i++) {
        unsigned char c = seen_byte(s, i);
        if ((c < 'a' || c > 'z') && c != '_')
            return false;
    }
    return seen_byte(s, end) == ':';
}

bool place_allows(const struct place *p, const struct seen *s,
                  const struct span *found)
{
    if (s->form != FORM_JSON)
        return true;
    if (p->quote != 0)
        return !is_member(s, found);
    if (!is_number(seen_byte(s, found->from)))
        return !is_among(seen_byte(s, found->from), "tfn");
    struct span all = number_around(s, *found);
    return all.from == found->from && all.end == found->end &&
           found->end - found->from >= NUMBER_MIN;
}

/* Is the place within an address: behind "://" and no blank or quote? */
static bool is_in_url(const struct seen *s, size_t at)
{
    size_t least = at > URL_MAX ? at - URL_MAX : 0;
    for (; at > least; at--) {
        unsigned char c = seen_byte(s, at - 1);
        if (c <= ' ' || is_among(c, "\"'<>`|"))
            return false;
        if (c == '/' && at > 3 &&
            (str_starts(str_sub(s->text, at - 3, 3), STR("://")) ||
             str_starts(str_sub(s->text, at - 4, 4), STR(":/\\/")) ||
             (at > 4 &&
              str_starts(str_sub(s->text, at - 5, 5), STR(":\\/\\/")))))
            return true;
    }
    return false;
}

/* Where YAML or Markdown would read the bracket as its own. */
static bool is_at_mark(const struct seen *s, const struct span *gone)
{
    unsigned char before =
        gone->from == 0 ? '\n' : seen_byte(s, gone->from - 1);
    unsigned char two = gone->from < 2 ? '\n' : seen_byte(s, gone->from - 2);
    if (is_among(seen_byte(s, gone->end), "(["))
        return true;
    if (before == '[' || before == '!')
        return true;
    if (before == '\n' && seen_byte(s, gone->end) == ':')
        return true;
    return before == ' ' && is_among(two, ":-[{,?");
}

/* "https://" of a secret that is the beginning of an address stays. */
static size_t scheme_length(const struct seen *s, const struct span *gone)
{
    struct str text = str_sub(s->text, gone->from, gone->end - gone->from);
    size_t at = str_find(text, STR("://"), 0);
    if (at == text.len || at == 0 || at > 20 ||
        !is_among(seen_byte(s, gone->end), "/?#:@"))
        return 0;
    for (size_t i = 0; i < at; i++) {
        unsigned char c = (unsigned char)text.ptr[i] | 32;
        if ((c < 'a' || c > 'z') && !is_among(c, "0123456789+-."))
            return 0;
    }
    return at + 3;
}

/* A value of JSON that is no string: its number, all of it, becomes one. */
static bool is_bare(const struct seen *s, const struct span *number)
{
    size_t from = number->from, end = number->end;
    while (from > 0 && is_among(seen_byte(s, from - 1), " \t\r\n"))
        from--;
    while (is_among(seen_byte(s, end), " \t\r\n"))
        end++;
    return from > 0 && is_among(seen_byte(s, from - 1), ":,[") &&
           is_among(seen_byte(s, end), ",]}");
}

static bool is_like_json(const struct seen *s)
{
    struct str text = str_trim(s->text);
    return text.len > 0 && is_among((unsigned char)text.ptr[0], "{[");
}

static void skip_strings(struct place *p, const struct seen *s, size_t to)
{
    for (; p->at < to; p->at++) {
        unsigned char c = seen_byte(s, p->at);
        if (c == '\\' && p->quote != 0)
            p->at++;
        else if (c == '"')
            p->quote = p->quote == 0 ? '"' : 0;
    }
}

/*
 * Of a string of JSON, escapes go whole; its quotes are none of a secret's,
 * although that may begin or end with one.
 */
static void keep_string(struct place p, const struct seen *s, struct span *gone)
{
    bool inside = p.quote != 0;
    if (inside && p.at > gone->from)
        gone->from--; /* behind a backslash */
    skip_strings(&p, s, gone->end);
    if (inside && p.quote != 0)
        gone->end = p.at;
    else if (!inside && p.quote != 0 && seen_byte(s, gone->from) == '"')
        gone->from++;
    else if (inside && seen_byte(s, gone->end - 1) == '"')
        gone->end--;
}

static void put(struct buf *out, const struct seen *s, const struct span *gone)
{
    size_t scheme = scheme_length(s, gone);
    buf_str(out, str_sub(s->text, gone->from, scheme));
    bool bare = scheme > 0 || is_in_url(s, gone->from) ||
                (s->form == FORM_LINES && is_at_mark(s, gone));
    buf_text(out, bare ? REDACTED_URL : REDACTED);
}

/* What stands for a value of JSON that is no string, and where it is. */
struct bare {
    struct span number; /* the last one that was looked at */
    bool is;
};

static void look_for_number(struct bare *b, const struct seen *s,
                            const struct span *gone)
{
    if (gone->from < b->number.end)
        return; /* two secrets in one number */
    b->number = number_around(s, *gone);
    b->is = is_bare(s, &b->number);
}

void place_fill(struct buf *out, const struct seen *s,
                const struct spans *spans)
{
    struct place p = {.at = 0};
    struct bare bare = {.is = false};
    bool json = is_like_json(s);
    size_t from = 0;
    for (size_t i = 0; i < spans->count; i++) {
        struct span gone = spans->item[i];
        if (gone.end <= from)
            continue; /* of a number that is gone */
        if (json)
            skip_strings(&p, s, gone.from);
        bool is_value = json && p.quote == 0;
        if (is_value)
            look_for_number(&bare, s, &gone);
        is_value = is_value && bare.is && bare.number.from >= from;
        gone = is_value ? bare.number : gone;
        if (json && !is_value)
            keep_string(p, s, &gone);
        if (gone.from < from)
            gone.from = from;
        buf_str(out, str_sub(s->text, from, gone.from - from));
        if (is_value)
            buf_text(out, "\"" REDACTED "\"");
        else
            put(out, s, &gone);
        from = gone.end;
    }
    buf_str(out, str_sub(s->text, from, s->text.len));
}
