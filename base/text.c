/* Foreign text made harmless, shortened, measured, compared, quoted. */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static bool is_invisible(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c & 0xFFFE) == 0xFFFE ||
           (c >= 0xE0000 && c <= 0xE007F);
}

static void visible(struct buf *out, struct str s, bool one_line)
{
    while (s.len > 0) {
        uint32_t c = 0;
        size_t n = utf8_length(s, &c);
        unsigned byte = (unsigned char)s.ptr[0];
        bool line_end = !one_line && str_starts(s, STR("\r\n"));
        if (n == 0)
            buf_printf(out, "\\x%02X", byte);
        else if (line_end)
            n = 1; /* CR LF is shown as LF */
        else if (c == '\t' || c == '\n' || (one_line && c == '\r'))
            buf_char(out, one_line ? ' ' : s.ptr[0]);
        else if (is_invisible(c))
            buf_printf(out, c < 0x100 ? "\\x%02X" : "\\u{%04X}", c);
        else
            buf_add(out, s.ptr, n);
        s = str_sub(s, n == 0 ? 1 : n, s.len);
    }
}

void text_visible(struct buf *out, struct str s)
{
    visible(out, s, false);
}

void text_visible_line(struct buf *out, struct str s)
{
    visible(out, s, true);
}

size_t text_width(struct str s)
{
    size_t width = 0;
    while (s.len > 0) {
        size_t n = utf8_length(s, NULL);
        s = str_sub(s, n == 0 ? 1 : n, s.len);
        width++;
    }
    return width;
}

struct str text_whole(struct str s, size_t max)
{
    if (s.len <= max)
        return s;
    while (max > 0 && ((unsigned char)s.ptr[max] & 0xC0u) == 0x80u)
        max--;
    return str_sub(s, 0, max);
}

struct str text_cut(struct arena *a, struct str s, size_t max)
{
    if (s.len <= max)
        return s;
    struct str kept = text_whole(s, max > 3 ? max - 3 : 0);
    return str_from(arena_printf(a, "%.*s...", STR_ARGS(kept)));
}

char *text_elide(struct arena *a, struct str s, size_t max)
{
    struct buf shown;
    bool cut = s.len > max;
    buf_init(&shown, max + 8);
    text_visible_line(&shown, str_sub(s, 0, max));
    if (shown.full || shown.len > max || cut) {
        size_t keep = shown.len > max ? max : shown.len;
        struct str kept = text_whole(buf_view(&shown), keep > 3 ? keep - 3 : 0);
        char *text = arena_printf(a, "%.*s...", STR_ARGS(kept));
        buf_release(&shown);
        return text;
    }
    return buf_take(a, &shown);
}

void text_markup(struct buf *out, struct str s, const char *marks)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '\0' || strchr(marks, c) == NULL)
            buf_char(out, c);
        else if (c == '&')
            buf_text(out, "&amp;");
        else if (c == '<')
            buf_text(out, "&lt;");
        else if (c == '>')
            buf_text(out, "&gt;");
        else if (c == '"')
            buf_text(out, "&quot;");
        else
            buf_printf(out, "&#%u;", (unsigned)(unsigned char)c);
    }
}

bool text_has_control(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x20 || c == 0x7F)
            return true;
    }
    return false;
}

#define NEAREST_MAX 32 /* longer words are not compared */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance of two words of at most NEAREST_MAX. */
static size_t edit_distance(struct str a, struct str b)
{
    size_t row[3][NEAREST_MAX + 1];
    for (size_t j = 0; j <= b.len; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *now = row[i % 3], *up = row[(i - 1) % 3];
        const size_t *up2 = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t change = a.ptr[i - 1] == b.ptr[j - 1] ? 0 : 1;
            now[j] = least(least(now[j - 1], up[j]) + 1, up[j - 1] + change);
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
                a.ptr[i - 2] == b.ptr[j - 1])
                now[j] = least(now[j], up2[j - 2] + 1);
        }
    }
    return row[a.len % 3][b.len];
}

const char *text_nearest(struct str word, const char *const *candidate,
                         size_t count)
{
    const char *best = NULL;
    size_t limit = (word.len + 2) / 3, best_distance = limit + 1;
    if (word.len > NEAREST_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        struct str c = str_from(candidate[i]);
        if (c.len > NEAREST_MAX)
            continue;
        size_t distance = edit_distance(word, c);
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate[i];
        }
    }
    return best;
}

struct hint text_hint(struct str word, const char *const *candidate,
                      size_t count)
{
    struct hint h = {.text = ""};
    const char *near = text_nearest(word, candidate, count);
    if (near != NULL)
        snprintf(h.text, sizeof(h.text), ", did you mean '%s'?", near);
    return h;
}

static bool is_plain_word(struct str s)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789-_./:=@%+,";
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '\0' || strchr(safe, s.ptr[i]) == NULL)
            return false;
    return s.len > 0;
}

void text_shell_quote(struct buf *out, struct str s)
{
    if (is_plain_word(s)) {
        buf_str(out, s);
        return;
    }
    buf_char(out, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\'')
            buf_text(out, "'\\''");
        else
            buf_char(out, s.ptr[i]);
    }
    buf_char(out, '\'');
}
