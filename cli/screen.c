/* Size, width and what fits. */
#include "cli/screen.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/text.h"

#define COLUMNS_STANDARD 80
#define ROWS_STANDARD    24
#define SIZE_MAX_SHOWN   1000
#define RESET            STR("\033[0m")

static bool is_utf8(void)
{
    static const char *const name[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < ARRAY_COUNT(name); i++) {
        const char *value = getenv(name[i]);
        if (value == NULL || value[0] == '\0')
            continue;
        struct str v = str_from(value);
        size_t dot = str_find(v, STR("."), 0);
        struct str set = str_sub(v, dot + 1, v.len);
        return str_equal_nocase(str_sub(set, 0, 5), STR("UTF-8")) ||
               str_equal_nocase(str_sub(set, 0, 4), STR("UTF8"));
    }
    return false;
}

static unsigned number_of(const char *name, unsigned otherwise)
{
    uint64_t value = 0;
    const char *text = getenv(name);
    if (text == NULL || !text_to_u64(str_from(text), SIZE_MAX_SHOWN, &value) ||
        value == 0)
        return otherwise;
    return (unsigned)value;
}

struct screen screen_open(void)
{
    struct winsize size = {0};
    const char *term = getenv("TERM");
    bool dumb = term == NULL || strcmp(term, "dumb") == 0 || term[0] == '\0';
    bool terminal = isatty(STDOUT_FILENO) != 0;
    struct screen s = {.live = terminal && !dumb,
                       .wraps = terminal || number_of("COLUMNS", 0) > 0,
                       .utf8 = is_utf8()};
    if (s.wraps && s.utf8)
        s.utf8 = setlocale(LC_CTYPE, "") != NULL || /* as wcwidth asks */
                 setlocale(LC_CTYPE, "C.UTF-8") != NULL;
    s.columns = number_of("COLUMNS", COLUMNS_STANDARD);
    s.rows = number_of("LINES", ROWS_STANDARD);
    if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        s.columns = size.ws_col > 0 ? size.ws_col : s.columns;
        s.rows = size.ws_row > 0 ? size.ws_row : s.rows;
    }
    return s;
}

/* A colour at the start of s: its bytes; 0: there is none. */
static size_t color_length(struct str s)
{
    size_t n = 2;
    if (s.len < 3 || s.ptr[0] != '\033' || s.ptr[1] != '[')
        return 0;
    while (n < s.len && s.ptr[n] != 'm')
        n++;
    return n < s.len ? n + 1 : 0;
}

struct glyph {
    size_t length;
    unsigned columns;
    bool shown; /* otherwise as '?' */
};

static struct glyph glyph_of(const struct screen *s, struct str text)
{
    uint32_t code = 0;
    size_t length = utf8_length(text, &code);
    if (length == 0)
        return (struct glyph){1, 1, false};
    if (length == 1)
        return (struct glyph){1, 1, true};
    int columns = s->utf8 ? wcwidth((wchar_t)code) : -1;
    if (columns < 0)
        return (struct glyph){length, 1, s->utf8};
    return (struct glyph){length, (unsigned)columns, true};
}

/* Columns of a line, up to just beyond the width. */
static unsigned columns_of(const struct screen *s, struct str line)
{
    unsigned columns = 0;
    while (line.len > 0 && columns <= s->columns) {
        size_t color = color_length(line);
        struct glyph g =
            color > 0 ? (struct glyph){color, 0, true} : glyph_of(s, line);
        columns += g.columns;
        line = str_sub(line, g.length, line.len);
    }
    return columns;
}

static void add_line(const struct screen *s, struct buf *out, struct str line)
{
    bool cut = columns_of(s, line) > s->columns;
    unsigned ellipsis = s->utf8 ? 1 : 3;
    unsigned room = !cut                    ? s->columns
                    : s->columns > ellipsis ? s->columns - ellipsis
                                            : 0;
    unsigned used = 0;
    bool colored = false;
    while (line.len > 0) {
        size_t color = color_length(line);
        struct glyph g =
            color > 0 ? (struct glyph){color, 0, true} : glyph_of(s, line);
        if (used + g.columns > room)
            break;
        used += g.columns;
        colored = color > 0 ? !str_starts(line, RESET) : colored;
        if (g.shown)
            buf_add(out, line.ptr, g.length);
        else
            buf_char(out, '?');
        line = str_sub(line, g.length, line.len);
    }
    if (cut)
        buf_text(out, s->utf8 ? "\u2026" : "...");
    if (colored)
        buf_str(out, RESET);
    buf_char(out, '\n');
}

unsigned screen_fit(const struct screen *s, struct buf *out, struct str text,
                    unsigned rows)
{
    unsigned left_out = 0;
    while (text.len > 0) {
        struct str line = str_cut(text, '\n', &text);
        if (rows == 0) {
            left_out++;
            continue;
        }
        add_line(s, out, line);
        rows--;
    }
    return left_out;
}

void screen_bar(const struct screen *s, struct buf *out, unsigned width,
                unsigned long part, unsigned long whole)
{
    unsigned long filled = whole == 0 ? 0 : width * part / whole;
    for (unsigned i = 0; i < width; i++) {
        if (s->utf8)
            buf_text(out, i < filled ? "\u2588" : "\u2591");
        else
            buf_char(out, i < filled ? '#' : '.');
    }
}

static unsigned width_of(const struct screen *s, struct str text)
{
    struct screen unbounded = *s;
    unbounded.columns = SIZE_MAX_SHOWN * SIZE_MAX_SHOWN;
    return columns_of(&unbounded, text);
}

/* What is written so far of a line, and of the rows that it takes. */
struct wrap {
    const struct screen *screen;
    struct buf *out;
    unsigned used, indent;
};

static void next_row(struct wrap *w)
{
    buf_char(w->out, '\n');
    buf_repeat(w->out, ' ', w->indent);
    w->used = w->indent;
}

/* A word that fits in no row goes on in the next one. */
static void add_word(struct wrap *w, struct str word)
{
    while (word.len > 0) {
        size_t color = color_length(word);
        struct glyph g = color > 0 ? (struct glyph){color, 0, true}
                                   : glyph_of(w->screen, word);
        if (w->used + g.columns > w->screen->columns && w->used > w->indent)
            next_row(w);
        if (g.shown)
            buf_add(w->out, word.ptr, g.length);
        else
            buf_char(w->out, '?');
        w->used += g.columns;
        word = str_sub(word, g.length, word.len);
    }
}

static struct str take(struct str *line, bool blanks)
{
    size_t n = 0;
    while (n < line->len && (line->ptr[n] == ' ') == blanks)
        n++;
    struct str taken = str_sub(*line, 0, n);
    *line = str_sub(*line, n, line->len);
    return taken;
}

void screen_wrap(const struct screen *s, struct buf *out, struct str line,
                 unsigned indent)
{
    unsigned most = s->columns / 4;
    struct wrap w = {
        .screen = s, .out = out, .indent = indent < most ? indent : most};
    struct str margin = take(&line, true);
    buf_str(out, margin);
    w.used = (unsigned)margin.len;
    while (line.len > 0) {
        struct str word = take(&line, false);
        add_word(&w, word);
        struct str blanks = take(&line, true), rest = line;
        unsigned next = width_of(s, take(&rest, false));
        if (line.len > 0 && w.used + blanks.len + next > s->columns) {
            next_row(&w);
            continue;
        }
        buf_str(out, line.len > 0 ? blanks : STR_NONE);
        w.used += (unsigned)blanks.len;
    }
    buf_char(out, '\n');
}
