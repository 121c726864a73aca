/* Commands of CI hosts are broken up where they could act. */
#include "redact/inert.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "model/ci_host.h"

/* What a runner trims from the start of a line before it looks for "::". */
static bool is_blank(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 ||
           c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

static struct str skip_blanks(struct str line)
{
    while (line.len > 0) {
        uint32_t c = 0;
        size_t n = utf8_length(line, &c);
        if (n == 0 || !is_blank(c))
            break;
        line = str_sub(line, n, line.len);
    }
    return line;
}

static bool is_after_blanks(const char *mark)
{
    return mark[0] == ' ';
}

/* "--- " is a command, and so is "---" with a tab behind it. */
static bool starts(struct str line, const char *mark)
{
    struct str word = str_from(mark + (is_after_blanks(mark) ? 1 : 0));
    bool needs_blank = str_ends(word, STR(" "));
    if (needs_blank)
        word = str_sub(word, 0, word.len - 1);
    if (!str_starts(line, word))
        return false;
    return !needs_blank ||
           (line.len > word.len && strchr(" \t", line.ptr[word.len]) != NULL);
}

/* The mark that the line starts with, at its start or after blanks. */
static const char *starting_mark(struct str line, bool after_blanks)
{
    const struct ci_host *h;
    for (size_t i = 0; (h = ci_host_at(i)) != NULL; i++)
        for (size_t k = 0; h->starting[k] != NULL; k++)
            if (is_after_blanks(h->starting[k]) == after_blanks &&
                starts(line, h->starting[k]))
                return h->starting[k];
    return NULL;
}

size_t inert_start(struct str line)
{
    if (starting_mark(line, false) != NULL)
        return 0;
    struct str rest = skip_blanks(line);
    return starting_mark(rest, true) != NULL ? line.len - rest.len : line.len;
}

/* In any case, as TeamCity and Azure compare it. */
static bool is_mark(struct str s)
{
    const struct ci_host *h;
    for (size_t i = 0; (h = ci_host_at(i)) != NULL; i++)
        for (size_t k = 0; h->anywhere[k] != NULL; k++) {
            struct str mark = str_from(h->anywhere[k]);
            if (str_equal_nocase(str_sub(s, 0, mark.len), mark))
                return true;
        }
    return false;
}

/* Every mark of this kind starts with two of them, as a test makes sure. */
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

/* A mark after blanks is split, ":: x" to ": : x", since no blank makes it
   harmless; another, "--- x", moves away from the start. */
void inert_lines(struct buf *out, struct str lines)
{
    while (lines.len > 0) {
        size_t end = str_find(lines, STR("\n"), 0);
        struct str line = str_sub(lines, 0, end);
        size_t at = inert_start(line);
        bool split = at < line.len &&
                     starting_mark(str_sub(line, at, line.len), true) != NULL;
        size_t kept = split ? at + 1 : at;
        add_parted(out, str_sub(line, 0, kept));
        if (at < line.len)
            buf_char(out, ' ');
        add_parted(out, str_sub(line, kept, line.len));
        if (end < lines.len)
            buf_char(out, '\n');
        lines = str_sub(lines, end + 1, lines.len);
    }
}
