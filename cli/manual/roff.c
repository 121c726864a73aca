/* The one writer of roff: what stands in a page passes roff_text. */
#include "cli/manual/roff.h"

#include <string.h>

#include "base/text.h"

#define LINE_LENGTH 60 /* bytes after which a line is parted */

static const struct {
    char character;
    const char *name;
} special[] = {
    {'\\', "\\(rs"}, {'-', "\\-"},   {'\'', "\\(aq"}, {'`', "\\(ga"},
    {'^', "\\(ha"},  {'~', "\\(ti"}, {'"', "\\(dq"},
};

static void add_character(struct buf *out, struct str bytes, uint32_t code)
{
    for (size_t i = 0; i < ARRAY_COUNT(special); i++)
        if (code == (unsigned char)special[i].character) {
            buf_text(out, special[i].name);
            return;
        }
    if (code < 0x80)
        buf_str(out, bytes);
    else
        buf_printf(out, "\\[u%04X]", (unsigned)code);
}

static size_t line_length(const struct buf *out)
{
    size_t at = out->len;
    while (at > 0 && out->ptr[at - 1] != '\n')
        at--;
    return out->len - at;
}

void roff_text(struct buf *out, struct str text, unsigned flags)
{
    bool bold = false;
    while (text.len > 0) {
        uint32_t code = 0;
        size_t length = utf8_length(text, &code);
        struct str bytes = str_sub(text, 0, length == 0 ? 1 : length);
        text = str_sub(text, bytes.len, text.len);
        if (length == 0)
            code = 0xfffd; /* no UTF-8 */
        if ((flags & ROFF_MARKED) != 0 && code == '`') {
            bold = !bold;
            buf_text(out, bold ? "\\fB" : "\\fR");
            continue;
        }
        if ((flags & ROFF_FILLED) != 0 && code == ' ' &&
            line_length(out) > LINE_LENGTH) {
            buf_char(out, '\n');
            continue;
        }
        if (line_length(out) == 0 && (code == '.' || code == '\''))
            buf_text(out, "\\&"); /* no request */
        add_character(out, bytes, code);
    }
    if (bold)
        buf_text(out, "\\fR");
}

void roff_end_line(struct buf *out)
{
    if (out->len > 0 && out->ptr[out->len - 1] != '\n')
        buf_char(out, '\n');
}

/* A paragraph that nothing stands in yet. */
static void drop_break(struct buf *out)
{
    roff_end_line(out);
    if (str_ends(buf_view(out), STR("\n.PP\n")))
        buf_truncate(out, out->len - strlen(".PP\n"));
}

void roff_plain(struct buf *out, const char *name)
{
    roff_end_line(out);
    buf_printf(out, ".%s\n", name);
}

void roff_break(struct buf *out)
{
    struct str before, last;
    roff_end_line(out);
    before = str_sub(buf_view(out), 0, out->len - 1);
    last = str_sub(before, before.len, 0);
    while (last.ptr > before.ptr && last.ptr[-1] != '\n')
        last = (struct str){last.ptr - 1, last.len + 1};
    if (!str_starts(last, STR(".S")) && !str_is(last, ".PP"))
        buf_text(out, ".PP\n");
}

void roff_heading(struct buf *out, const char *name, struct str text)
{
    drop_break(out);
    buf_printf(out, ".%s \"", name);
    roff_text(out, text, ROFF_MARKED);
    buf_text(out, "\"\n");
}

void roff_entry(struct buf *out)
{
    drop_break(out);
    buf_text(out, ".TP\n");
}

void roff_term(struct buf *out, struct str term)
{
    roff_entry(out);
    buf_text(out, "\\fB");
    roff_text(out, term, 0);
    buf_text(out, "\\fR\n");
}

void roff_paragraph(struct buf *out, struct str text)
{
    roff_end_line(out);
    while (text.len > 0) {
        struct str line = str_trim(str_cut(text, '\n', &text));
        if (line.len == 0)
            continue;
        roff_text(out, line, ROFF_MARKED | ROFF_FILLED);
        buf_char(out, '\n');
    }
}

void roff_example(struct buf *out, struct str text)
{
    roff_plain(out, "RS 4");
    roff_plain(out, "EX");
    while (text.len > 0) {
        roff_text(out, str_cut(text, '\n', &text), 0);
        buf_char(out, '\n');
    }
    roff_plain(out, "EE");
    roff_plain(out, "RE");
}
