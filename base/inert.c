/* Commands of CI hosts are broken up where they could act. */
#include "base/inert.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* What a runner trims from the start of a line before it looks for "::". */
static bool is_blank(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 ||
           c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

static bool is_header(struct str line)
{
    return line.len >= 4 && strchr("-+~^", line.ptr[0]) != NULL &&
           line.ptr[1] == line.ptr[0] && line.ptr[2] == line.ptr[0] &&
           (line.ptr[3] == ' ' || line.ptr[3] == '\t');
}

size_t inert_start(struct str line)
{
    struct str rest = line;
    if (is_header(line))
        return 0;
    while (rest.len > 0) {
        uint32_t c = 0;
        size_t n = utf8_length(rest, &c);
        if (n == 0 || !is_blank(c))
            break;
        rest = str_sub(rest, n, rest.len);
    }
    return str_starts(rest, STR("::")) ? line.len - rest.len : line.len;
}

/* "##[", "##vso[" and "##teamcity[", in any case. */
static bool is_mark(struct str s)
{
    static const struct str word[] = {{"[", 1}, {"vso[", 4}, {"teamcity[", 9}};
    if (!str_starts(s, STR("##")))
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(word); i++)
        if (str_equal_nocase(str_sub(s, 2, word[i].len), word[i]))
            return true;
    return false;
}

static void add_parted(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        buf_char(out, s.ptr[i]);
        if (s.ptr[i] == '#' && is_mark(str_sub(s, i, s.len)))
            buf_char(out, ' ');
    }
}

void inert_text(struct buf *out, struct str s)
{
    struct buf visible;
    buf_init(&visible, out->max);
    text_visible_line(&visible, s);
    add_parted(out, buf_view(&visible));
    buf_release(&visible);
}

/* ":: x" becomes ": : x", and "--- x" moves away from the start. */
void inert_lines(struct buf *out, struct str lines)
{
    while (lines.len > 0) {
        size_t end = str_find(lines, STR("\n"), 0);
        struct str line = str_sub(lines, 0, end);
        size_t at = inert_start(line);
        size_t kept = at < line.len && line.ptr[at] == ':' ? at + 1 : at;
        add_parted(out, str_sub(line, 0, kept));
        if (at < line.len)
            buf_char(out, ' ');
        add_parted(out, str_sub(line, kept, line.len));
        if (end < lines.len)
            buf_char(out, '\n');
        lines = str_sub(lines, end + 1, lines.len);
    }
}
