/* What a line says without the marks of Markdown, and its links. */
#include <string.h>

#include "base/characters.h"
#include "lint/internal.h"

#define LINE_LINKS_MAX 200

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static size_t run_of(struct str s, size_t at, char c)
{
    size_t n = 0;
    while (at + n < s.len && s.ptr[at + n] == c)
        n++;
    return n;
}

/* Where the code span that begins at `at` ends; at when it has no end. */
static size_t span_end(struct str s, size_t at)
{
    size_t open = run_of(s, at, '`');
    for (size_t i = at + open; i < s.len;) {
        size_t n = run_of(s, i, '`');
        if (n == open)
            return i + n;
        i += n > 0 ? n : 1;
    }
    return at;
}

bool span_next(struct str raw, size_t *at, struct str *span)
{
    while (*at < raw.len) {
        if (raw.ptr[*at] != '`') {
            ++*at;
            continue;
        }
        size_t open = run_of(raw, *at, '`'), end = span_end(raw, *at);
        if (end > *at) {
            *span = str_sub(raw, *at + open, end - *at - 2 * open);
            *at = end;
            return true;
        }
        *at += open;
    }
    return false;
}

/* "[text](url)" at `at`: its length; 0: none. Bounded by the line. */
static size_t link_at(struct str s, size_t at, struct link *out)
{
    size_t depth = 0, i = at;
    for (; i < s.len && i - at < 300; i++) {
        if (s.ptr[i] == '[')
            depth++;
        else if (s.ptr[i] == ']' && --depth == 0)
            break;
    }
    if (i + 1 >= s.len || s.ptr[i] != ']' || s.ptr[i + 1] != '(')
        return 0;
    size_t close = i + 2, open = 1;
    for (; close < s.len && close - i < 400; close++) {
        if (s.ptr[close] == '(')
            open++;
        else if (s.ptr[close] == ')' && --open == 0)
            break;
    }
    if (close >= s.len || s.ptr[close] != ')')
        return 0;
    struct str rest;
    out->text = str_sub(s, at + 1, i - at - 1);
    out->url = str_trim(str_sub(s, i + 2, close - i - 2));
    out->url = str_cut(out->url, ' ', &rest); /* a title follows */
    if (out->url.len >= 2 && out->url.ptr[0] == '<')
        out->url = str_sub(out->url, 1, out->url.len - 2);
    return close + 1 - at;
}

/* Stars around words are marks; one between blanks is a star. */
static bool is_mark(struct str s, size_t at, size_t run)
{
    bool left = at == 0 || is_space(s.ptr[at - 1]);
    bool right = at + run >= s.len || is_space(s.ptr[at + run]);
    return !(left && right);
}

static size_t tag_at(struct str s, size_t at)
{
    if (at + 1 >= s.len ||
        strchr("abcdefghijklmnopqrstuvwxyz/!", s.ptr[at + 1]) == NULL)
        return 0;
    for (size_t i = at + 1; i < s.len && i - at < 300; i++)
        if (s.ptr[i] == '>')
            return i + 1 - at;
    return 0;
}

/* Copies or drops what stands at *at. */
static void plain_step(struct buf *out, struct str s, size_t *at, bool code)
{
    char c = s.ptr[*at];
    struct link link;
    size_t n = 0;
    if (c == '`' && (n = span_end(s, *at) - *at) > 0) {
        size_t open = run_of(s, *at, '`');
        if (code)
            buf_str(out, str_sub(s, *at + open, n - 2 * open));
        else
            buf_text(out, " ");
        *at += n;
    } else if (c == '[' && (n = link_at(s, *at, &link)) > 0) {
        buf_str(out, link.text);
        *at += n;
    } else if (c == '*' || c == '~' || c == '_') {
        n = run_of(s, *at, c);
        bool marks =
            c == '*' ? is_mark(s, *at, n) : n == 2 && is_mark(s, *at, n);
        if (!marks)
            buf_str(out, str_sub(s, *at, n));
        *at += n;
    } else if (c == '<' && (n = tag_at(s, *at)) > 0) {
        *at += n;
    } else if (c == '\\' && *at + 1 < s.len &&
               strchr("\\`*_{}[]()#+-.!|<>~", s.ptr[*at + 1]) != NULL) {
        buf_char(out, s.ptr[*at + 1]);
        *at += 2;
    } else {
        buf_char(out, c);
        ++*at;
    }
}

struct str plain(struct arena *a, struct str raw, bool code)
{
    struct buf out;
    buf_init(&out, raw.len + 1);
    for (size_t i = 0; i < raw.len;)
        plain_step(&out, raw, &i, code);
    struct str s = {buf_dup(a, &out), out.len};
    buf_release(&out);
    return str_trim(s);
}

/* An address or the name of a file: its words are not the document's. */
static bool is_address(struct str word)
{
    static const char *const ends[] = {".md",  ".html", ".htm", ".txt", ".yaml",
                                       ".yml", ".json", ".log", ".png", ".pdf"};
    bool slash = memchr(word.ptr, '/', word.len) != NULL;
    bool letter = false;
    while (word.len > 0 &&
           strchr(".,;:)]>!?'\"", word.ptr[word.len - 1]) != NULL)
        word.len--;
    for (size_t i = 0; i < word.len; i++)
        letter = letter || is_letter(word.ptr[i]);
    if (str_find(word, STR("://"), 0) < word.len ||
        str_starts(word, STR("www.")))
        return true;
    for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
        if (str_ends(word, str_from(ends[i])))
            return true;
    return slash && letter && memchr(word.ptr, '.', word.len) != NULL;
}

struct str without_addresses(struct arena *a, struct str text)
{
    struct buf out;
    bool any = false;
    buf_init(&out, text.len + 1);
    for (size_t i = 0; i < text.len;) {
        size_t end = i;
        while (end < text.len && text.ptr[end] != ' ')
            end++;
        struct str word = str_sub(text, i, end - i);
        bool drop = word.len > 3 && is_address(word);
        any = any || drop;
        if (!drop)
            buf_str(&out, word);
        if (end < text.len)
            buf_char(&out, ' ');
        i = end + 1;
    }
    struct str s = any ? (struct str){buf_dup(a, &out), out.len} : text;
    buf_release(&out);
    return s;
}

static void link_push(struct document *d, struct arena *a, struct link link)
{
    d->link = arena_grow(a, d->link, d->link_count, &d->link_cap, sizeof(link));
    d->link[d->link_count++] = link;
}

static void links_of_line(struct document *d, struct arena *a, unsigned number)
{
    struct str s = d->line[number].text;
    size_t count = 0;
    for (size_t i = 0; i < s.len && count < LINE_LINKS_MAX;) {
        struct link link;
        size_t n = 0;
        if (s.ptr[i] == '`' && (n = span_end(s, i) - i) > 0) {
            i += n;
            continue;
        }
        if (s.ptr[i] == '[' && (n = link_at(s, i, &link)) > 0) {
            link.line = number;
            link.column = (unsigned)i + 1;
            link.image = i > 0 && s.ptr[i - 1] == '!';
            link_push(d, a, link);
            count++;
        }
        i += n > 0 ? n : 1;
    }
}

/* "[name]: url" at the start of a line. */
static void reference_of_line(struct document *d, struct arena *a,
                              unsigned number)
{
    struct str s = str_trim(d->line[number].text), rest;
    size_t end = str_find(s, STR("]: "), 0);
    if (s.len == 0 || s.ptr[0] != '[' || end == s.len || s.ptr[1] == '^')
        return;
    struct str url = str_trim(str_sub(s, end + 3, s.len));
    link_push(d, a,
              (struct link){str_sub(s, 1, end - 1), str_cut(url, ' ', &rest),
                            number, 1, false});
}

void links_read(struct document *d, struct arena *a)
{
    for (unsigned i = d->first; i <= d->line_count; i++) {
        if (d->line[i].code ||
            memchr(d->line[i].text.ptr, '[', d->line[i].text.len) == NULL)
            continue;
        links_of_line(d, a, i);
        reference_of_line(d, a, i);
    }
}
