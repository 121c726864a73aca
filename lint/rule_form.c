/* Rules about the text itself: placeholders, markers, links, characters. */
#include <string.h>

#include "base/text.h"
#include "lint/internal.h"
#include "report/marker.h"

/* Does the part have the hash that its marker says? */
static bool is_untouched(struct review *r, const struct marker *m,
                         unsigned first, unsigned last)
{
    struct str body = STR_NONE;
    if (last >= first) {
        const char *end = r->d->line[last + 1].text.ptr;
        body.ptr = r->d->line[first].text.ptr;
        body.len = (size_t)(end - body.ptr);
    }
    return marker_fits(m, body);
}

static bool pairs(const struct marker *open, const struct marker *end)
{
    return (open->kind == MARKER_BEGIN) == (end->kind == MARKER_END) &&
           str_equal(open->name, end->name);
}

static void end_marker(struct review *r, const struct marker *open,
                       unsigned open_line, const struct marker *end,
                       unsigned line)
{
    if (open_line == 0)
        remark_at(r, line, STR("<!--"), "'%.*s' ends and never began",
                  STR_ARGS(end->name));
    else if (!pairs(open, end))
        remark_at(r, line, STR("<!--"), "'%.*s' ends '%.*s' of line %u",
                  STR_ARGS(end->name), STR_ARGS(open->name), open_line);
    else if (!is_untouched(r, open, open_line + 1, line - 1))
        remark_at(r, open_line, STR("<!--"),
                  "the generated part '%.*s' was edited by hand",
                  STR_ARGS(open->name));
}

void check_marker_broken(struct review *r)
{
    struct marker open = {.kind = MARKER_NONE};
    unsigned open_line = 0;
    for (unsigned i = 1; i <= r->d->line_count; i++) {
        struct marker m = marker_of(r->d->line[i].text);
        bool begin = (m.kind == MARKER_BEGIN || m.kind == MARKER_OFFER) &&
                     !m.hidden; /* one comment, closed within itself */
        bool end = m.kind == MARKER_END || m.kind == MARKER_END_OFFER;
        if (!r->d->line[i].html || (!begin && !end))
            continue;
        if (begin && open_line > 0)
            remark_at(r, i, STR("<!--"),
                      "'%.*s' begins inside '%.*s' of line %u",
                      STR_ARGS(m.name), STR_ARGS(open.name), open_line);
        if (end)
            end_marker(r, &open, open_line, &m, i);
        open_line = begin ? i : 0;
        open = m;
    }
    if (open_line > 0)
        remark_at(r, open_line, STR("<!--"), "'%.*s' never ends",
                  STR_ARGS(open.name));
}

/* GitHub's anchor of a heading. */
static bool is_anchor_of(struct str title, struct str anchor)
{
    size_t at = 0;
    for (size_t i = 0; i < title.len; i++) {
        char c = title.ptr[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c == ' ')
            c = '-';
        bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                    c == '-' || c == '_' || (c & 0x80) != 0;
        if (!kept)
            continue;
        if (at >= anchor.len || anchor.ptr[at] != c)
            return false;
        at++;
    }
    struct str rest = str_sub(anchor, at, anchor.len);
    /* a number tells equal headings apart */
    return rest.len == 0 || (rest.ptr[0] == '-' && digits(rest) > 0);
}

static bool has_anchor(struct review *r, struct str anchor)
{
    EACH (statement, s, r->d, statement) {
        if (s->kind != STATEMENT_HEADING)
            continue;
        struct str title = plain(r->a, s->text, true);
        if (is_anchor_of(title, anchor) ||
            (anchor.len > 0 && anchor.ptr[0] == '-' &&
             is_anchor_of(title, str_sub(anchor, 1, anchor.len))))
            return true;
    }
    for (unsigned i = 1; i <= r->d->line_count; i++) /* <a id="anchor"> */
        if (memchr(r->d->line[i].text.ptr, '<', r->d->line[i].text.len) !=
                NULL &&
            str_find(r->d->line[i].text, anchor, 0) < r->d->line[i].text.len &&
            seen(r->p, "<a [^>]*(id|name)=", r->d->line[i].text))
            return true;
    return false;
}

static void link_check(struct review *r, const struct link *l)
{
    const struct review_questions *ask = &r->options->ask;
    struct str anchor, g[2];
    struct str path = str_cut(l->url, '#', &anchor);
    if (l->url.len == 0 || seen(r->p, "^[a-z][a-z0-9+.-]*:|^//|^/", l->url))
        return;
    if (path.len == 0) {
        if (anchor.len > 0 && !has_anchor(r, anchor))
            remark_columns(r, l->line, l->column,
                           "'#%.*s' is no heading of this document",
                           STR_ARGS(anchor));
        return;
    }
    if (ask->lines == NULL)
        return;
    int64_t lines = ask->lines(ask->context, r->d->source->name, path);
    if (lines < 0)
        remark_columns(r, l->line, l->column, "'%.*s' is not there",
                       STR_ARGS(path));
    else if (found(r->p, "^L(\\d{1,7})", anchor, g, 2) && digits(g[1]) > lines)
        remark_columns(r, l->line, l->column, "'%.*s' has %lld lines",
                       STR_ARGS(path), (long long)lines);
}

void check_link_dead(struct review *r)
{
    EACH (link, l, r->d, link)
        link_check(r, l);
}

void check_text_mojibake(struct review *r)
{
    struct buf out;
    buf_init(&out, REVIEW_BYTES_MAX);
    for (unsigned i = 1; i <= r->d->line_count; i++) {
        struct str line = r->d->line[i].text;
        size_t bad = utf8_check(line);
        if (bad < line.len) {
            remark_columns(r, i, (unsigned)bad + 1,
                           "a byte %02x that is no UTF-8",
                           (unsigned)(unsigned char)line.ptr[bad]);
            continue;
        }
        buf_clear(&out);
        size_t runs = review_mojibake(&out, line);
        if (runs > 0)
            remark_at(r, i, STR_NONE, "%zu runs of text were decoded wrongly",
                      runs);
    }
    buf_release(&out);
}

static bool is_hidden(uint32_t c)
{
    return (c < 0x20 && c != '\t') || (c >= 0x7f && c <= 0x9f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
           c == 0x200b || c == 0x200e || c == 0x200f || c == 0x2060 ||
           c == 0xfeff || c == 0x2028 || c == 0x2029 || c == 0x61c;
}

void check_hidden_character(struct review *r)
{
    for (unsigned n = 1; n <= r->d->line_count; n++) {
        struct str line = r->d->line[n].text;
        for (size_t i = 0; i < line.len;) {
            uint32_t point = 0;
            size_t len = utf8_length(str_sub(line, i, line.len), &point);
            if (len > 0 && is_hidden(point)) {
                remark_columns(r, n, (unsigned)i + 1,
                               "a character U+%04X that is not seen",
                               (unsigned)point);
                break;
            }
            i += len > 0 ? len : 1;
        }
    }
}

void check_log_outside_code(struct review *r)
{
    static const char pattern[] =
        "^(\\[?\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}[^ ]{0,14}\\]?|"
        "\\[\\d{2}:\\d{2}:\\d{2}( [A-Z]+)?\\]|\\[[\\w ]{3,12}\\])\\s+\\[?"
        "(?-i:ERROR|ERR|FATAL|WARN|WARNING|INFO|DEBUG|CRITICAL)\\b|"
        "^(at [\\w.$<>]+ ?\\([^)]*:\\d+(:\\d+)?\\)|Traceback \\(most recent|"
        "(?-i:npm ERR!|panic: |Error: [A-Z]\\d{3,}))";
    unsigned last = 0;
    EACH (statement, s, r->d, statement) {
        if (s->kind == STATEMENT_ROW || !seen(r->p, pattern, s->prose))
            continue;
        if (last == 0 || s->line > last + 1)
            remark_at(r, s->line, s->text, "'%.*s' is log text",
                      STR_ARGS(str_sub(s->text, 0, 60)));
        last = s->last_line;
    }
}
