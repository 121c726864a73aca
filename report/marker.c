/* Markers in a document, and the hash of what stands between them. */
#include "report/marker.h"

#include <string.h>

#include "base/characters.h"
#include "base/names.h"
#include "base/text.h"

#define FRONT_LINES_MAX 200

static const struct {
    const char *word;
    enum marker_kind kind;
} words[] = {
    {"begin", MARKER_BEGIN},
    {"end", MARKER_END},
    {"ask", MARKER_ASK},
    {"end-ask", MARKER_END_ASK},
    {"rows", MARKER_ROWS},
    {"offer", MARKER_OFFER},
    {"end-offer", MARKER_END_OFFER},
    {"document", MARKER_DOCUMENT},
};

static struct str without_end(struct str line)
{
    while (line.len > 0 && strchr(" \t\r\n", line.ptr[line.len - 1]) != NULL &&
           line.ptr[line.len - 1] != '\0')
        line.len--;
    return line;
}

static bool is_name(struct str s)
{
    return s.len > 0 && has_only_alnum(s, "-_");
}

/* "v=1 h=HASH": the value of a key; none: it has no such key. */
static struct str value_of(struct str rest, struct str key)
{
    while (rest.len > 0) {
        struct str word = str_cut(rest, ' ', &rest);
        if (str_starts(word, key))
            return str_sub(word, key.len, word.len);
    }
    return STR_NONE;
}

static void read_values(struct marker *m, struct str rest)
{
    bool block = m->kind == MARKER_BEGIN || m->kind == MARKER_OFFER;
    m->rest = rest;
    if (block || m->kind == MARKER_ASK)
        m->rest = value_of(rest, STR("h="));
    if (m->kind == MARKER_BEGIN) {
        m->offered = value_of(rest, STR("o="));
        m->units = value_of(rest, STR("u="));
    }
    m->version = str_is(value_of(rest, STR("v=")), "2") ? 2 : 1;
}

struct marker marker_of(struct str line)
{
    const struct str open = STR("<!-- postflight:"), shut = STR(" -->");
    struct str s = without_end(line), word;
    struct marker m = {.kind = MARKER_NONE};
    bool closed = str_ends(s, shut) && s.len >= open.len + shut.len;
    if (!str_starts(s, open) || (!closed && str_find(s, STR("-->"), 0) < s.len))
        return m;
    m.hidden = !closed;
    s = str_sub(s, open.len, s.len - open.len - (closed ? shut.len : 0));
    word = str_cut(s, ' ', &s);
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (str_is(word, words[i].word))
            m.kind = words[i].kind;
    if (m.kind != MARKER_ROWS)
        m.name = str_cut(s, ' ', &s);
    read_values(&m, s);
    if ((m.kind != MARKER_ROWS && !is_name(m.name)) ||
        (m.hidden && m.kind != MARKER_OFFER))
        m.kind = MARKER_NONE;
    return m;
}

const char *marker_word(enum marker_kind kind)
{
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (words[i].kind == kind)
            return words[i].word;
    return "";
}

/* A lone CR ends a line too, as CommonMark has it. */
struct str marker_line(struct str *text)
{
    size_t n = 0;
    while (n < text->len && text->ptr[n] != '\n' && text->ptr[n] != '\r')
        n++;
    bool both =
        n + 1 < text->len && text->ptr[n] == '\r' && text->ptr[n + 1] == '\n';
    n += both ? 2 : n < text->len;
    struct str line = str_sub(*text, 0, n);
    *text = str_sub(*text, n, text->len);
    return line;
}

const char *marker_tick(struct str line)
{
    struct str s = str_trim(line);
    if (s.len < 5 || strchr("-*+", s.ptr[0]) == NULL)
        return NULL;
    bool box = s.ptr[1] == ' ' && s.ptr[2] == '[' && s.ptr[4] == ']' &&
               (s.ptr[3] == ' ' || s.ptr[3] == 'x' || s.ptr[3] == 'X');
    return box ? s.ptr + 3 : NULL;
}

static void add_line(struct buf *out, struct str line)
{
    struct str s = without_end(line);
    const char *tick = marker_tick(s);
    if (tick == NULL) {
        buf_str(out, s);
    } else {
        size_t at = (size_t)(tick - s.ptr);
        buf_str(out, str_sub(s, 0, at));
        buf_char(out, ' ');
        buf_str(out, str_sub(s, at + 1, s.len));
    }
    buf_char(out, '\n');
}

static void write_own(struct buf *out, struct str name, struct str body)
{
    bool rows = str_is(name, "actions"), answer = false;
    unsigned table = 0; /* lines of it so far */
    while (body.len > 0) {
        struct str line = marker_line(&body);
        enum marker_kind kind = marker_of(line).kind;
        answer = answer && kind != MARKER_END_ASK;
        table = line.ptr[0] == '|' ? table + 1 : 0;
        bool data = rows && table > 2;
        if (!answer && !data && kind != MARKER_ROWS)
            add_line(out, line);
        answer = answer || kind == MARKER_ASK;
    }
}

void marker_hash(struct buf *out, struct str name, struct str body)
{
    struct buf own, hex;
    buf_init(&own, body.len + 2);
    buf_init(&hex, 80);
    write_own(&own, name, body);
    if (text_sha256(&hex, str_trim(buf_view(&own))))
        buf_str(out, str_sub(buf_view(&hex), 0, MARKER_HASH_LENGTH));
    buf_release(&hex);
    buf_release(&own);
}

bool marker_is_prompt(struct str answer)
{
    struct str s = str_trim(answer);
    return s.len == 0 || str_starts(s, STR(MARKER_PROMPT));
}

size_t marker_front(struct str text)
{
    size_t bom = str_starts(text, STR("\xef\xbb\xbf")) ? 3 : 0;
    struct str rest = str_sub(text, bom, text.len), line = marker_line(&rest);
    if (!str_is(without_end(line), "---"))
        return bom;
    for (unsigned i = 0; i < FRONT_LINES_MAX && rest.len > 0; i++) {
        line = without_end(marker_line(&rest));
        if (i == 0 && line.len == 0)
            return bom; /* a rule, and a blank line */
        if (str_is(line, "---") || str_is(line, "..."))
            return (size_t)(rest.ptr - text.ptr);
    }
    return bom;
}
