/* The emitter: bytes out, intentions noted. */
#include "report/markdown.h"

#include <string.h>

#include "base/text.h"
#include "report/marker.h"

/*
 * Parsers count at most 80 backticks of a span and 255 of a fence: a text with
 * as many as one of them has its backticks shown as bytes.
 */
#define TICKS_MAX 80
#define TICK      "\\x60"

void markdown_init(struct markdown *m, struct arena *a)
{
    *m = (struct markdown){.arena = a};
    buf_init(&m->out, MARKDOWN_BYTES_MAX);
}

void markdown_release(struct markdown *m)
{
    buf_release(&m->out);
}

static void intend(struct markdown *m, enum mark mark, int level,
                   struct str text)
{
    m->intent =
        arena_grow(m->arena, m->intent, m->count, &m->cap, sizeof(*m->intent));
    m->intent[m->count++] =
        (struct intent){mark, level, {str_dup(m->arena, text), text.len}};
}

static void blank_line(struct markdown *m)
{
    if (m->out.len > 0)
        buf_char(&m->out, '\n');
}

void markdown_heading(struct markdown *m, int level)
{
    blank_line(m);
    buf_repeat(&m->out, '#', (size_t)level);
    buf_char(&m->out, ' ');
    intend(m, MARK_HEADING, level, STR_NONE);
    m->at_start = true;
}

void markdown_paragraph(struct markdown *m)
{
    blank_line(m);
    buf_repeat(&m->out, ' ', m->indent);
    intend(m, MARK_PARAGRAPH, 0, STR_NONE);
    m->at_start = true;
}

void markdown_marker(struct markdown *m, const char *marker)
{
    const char *text =
        arena_printf(m->arena, "<!-- postflight:%s -->\n", marker);
    blank_line(m);
    buf_text(&m->out, text);
    intend(m, MARK_HTML, 0, str_from(text));
}

void markdown_ask(struct markdown *m, const char *slot, const char *prompt)
{
    markdown_marker(m, arena_printf(m->arena, "ask %s", slot));
    markdown_paragraph(m);
    markdown_text(m, MARKER_PROMPT);
    markdown_text(m, prompt);
    markdown_end(m);
    markdown_marker(m, arena_printf(m->arena, "end-ask %s", slot));
}

void markdown_end(struct markdown *m)
{
    buf_char(&m->out, '\n');
    m->in_task = false;
}

/* Two lists of a kind with nothing between them are one to every reader. */
void markdown_list(struct markdown *m, bool numbered)
{
    if (m->list_end > 0 && m->list_end == m->out.len && m->numbered == numbered)
        return;
    blank_line(m);
    m->numbered = numbered;
    m->number = 0;
    intend(m, numbered ? MARK_NUMBERS : MARK_BULLETS, 0, STR_NONE);
}

void markdown_item(struct markdown *m)
{
    if (m->numbered)
        buf_printf(&m->out, "%u. ", ++m->number);
    else
        buf_text(&m->out, "- ");
    m->indent = m->numbered ? (m->number > 9 ? 4 : 3) : 2;
    intend(m, MARK_ITEM, 0, STR_NONE);
    intend(m, MARK_PARAGRAPH, 0, STR_NONE);
    m->at_start = true;
}

void markdown_task(struct markdown *m, bool done)
{
    markdown_item(m);
    markdown_text(m, done ? "[x] " : "[ ] ");
    m->in_task = true;
}

void markdown_list_end(struct markdown *m)
{
    m->indent = 0;
    if (m->count > 0 && (m->intent[m->count - 1].mark == MARK_NUMBERS ||
                         m->intent[m->count - 1].mark == MARK_BULLETS)) {
        m->count--; /* no item came, so that nobody reads a list */
        return;
    }
    m->list_end = m->out.len;
}

void markdown_table(struct markdown *m, const char *const *head, size_t count)
{
    markdown_paragraph(m); /* plain CommonMark reads a table as one */
    m->in_table = true;
    for (size_t i = 0; i < count; i++)
        buf_printf(&m->out, "| %s ", head[i]);
    buf_text(&m->out, "|\n");
    for (size_t i = 0; i < count; i++)
        buf_text(&m->out, "| --- ");
    buf_text(&m->out, "|\n");
}

void markdown_row(struct markdown *m)
{
    m->row_open = false;
    m->at_start = false;
}

void markdown_cell(struct markdown *m)
{
    buf_text(&m->out, m->row_open ? " | " : "| ");
    m->row_open = true;
}

void markdown_row_end(struct markdown *m)
{
    buf_text(&m->out, " |\n");
}

void markdown_table_end(struct markdown *m)
{
    m->in_table = false;
}

static size_t longest_run(struct str s, char c)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < s.len; i++) {
        run = s.ptr[i] == c ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

/* CR LF and lone CR end a line; the rest is made visible. */
static void clean_lines(struct buf *out, struct str text)
{
    while (text.len > 0) {
        size_t cr = str_find(text, STR("\r"), 0);
        text_visible(out, str_sub(text, 0, cr));
        if (cr == text.len)
            return;
        bool both = cr + 1 < text.len && text.ptr[cr + 1] == '\n';
        buf_char(out, '\n');
        text = str_sub(text, cr + (both ? 2 : 1), text.len);
    }
}

static void write_indented(struct markdown *m, struct str text)
{
    while (text.len > 0) {
        struct str line = str_cut(text, '\n', &text);
        buf_repeat(&m->out, ' ', line.len > 0 ? m->indent : 0);
        buf_str(&m->out, line);
        buf_char(&m->out, '\n');
    }
}

static void replace(struct buf *text, struct str old, const char *with)
{
    struct buf out;
    struct str s = buf_view(text);
    size_t at = str_find(s, old, 0);
    if (at == s.len)
        return;
    buf_init(&out, text->max);
    for (; at < s.len; at = str_find(s, old, 0)) {
        buf_str(&out, str_sub(s, 0, at));
        buf_text(&out, with);
        s = str_sub(s, at + old.len, s.len);
    }
    buf_str(&out, s);
    buf_release(text);
    *text = out;
}

void markdown_fence(struct markdown *m, const char *info, struct str text)
{
    struct buf clean;
    buf_init(&clean, MARKDOWN_BYTES_MAX);
    clean_lines(&clean, text);
    if (longest_run(buf_view(&clean), '`') >= TICKS_MAX)
        replace(&clean, STR("`"), TICK);
    if (clean.len == 0 || clean.ptr[clean.len - 1] != '\n')
        buf_char(&clean, '\n');
    size_t ticks = longest_run(buf_view(&clean), '`') + 1;
    ticks = ticks < 3 ? 3 : ticks;
    blank_line(m);
    buf_repeat(&m->out, ' ', m->indent);
    buf_repeat(&m->out, '`', ticks);
    buf_text(&m->out, info);
    buf_char(&m->out, '\n');
    write_indented(m, buf_view(&clean));
    buf_repeat(&m->out, ' ', m->indent);
    buf_repeat(&m->out, '`', ticks);
    buf_char(&m->out, '\n');
    intend(m, MARK_FENCE, 0, buf_view(&clean));
    buf_release(&clean);
}

void markdown_text(struct markdown *m, const char *text)
{
    buf_text(&m->out, text);
    m->at_start = false;
}

void markdown_strong(struct markdown *m, const char *text)
{
    intend(m, MARK_STRONG, 0, STR_NONE);
    buf_printf(&m->out, "**%s**", text);
    m->at_start = false;
}

/* GitHub ends a cell at '|' even inside code, unless it is escaped. */
static void write_cell_code(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '|')
            buf_char(out, '\\');
        buf_char(out, text.ptr[i]);
    }
}

/*
 * What acts even inside code. GitHub ticks the box of a task when "[x]" stands
 * anywhere in its line.
 */
static void defuse(const struct markdown *m, struct buf *text)
{
    if (longest_run(buf_view(text), '`') >= TICKS_MAX)
        replace(text, STR("`"), TICK);
    if (!m->in_task)
        return;
    replace(text, STR("[x]"), "[\\x78]");
    replace(text, STR("[X]"), "[\\x58]");
}

static void write_code(struct markdown *m, struct str text)
{
    size_t ticks = longest_run(text, '`') + 1;
    bool touching = m->out.len > 0 && m->out.ptr[m->out.len - 1] == '`';
    buf_text(&m->out, touching ? " " : ""); /* two spans must not join */
    bool pad = text.ptr[0] == '`' || text.ptr[text.len - 1] == '`';
    buf_repeat(&m->out, '`', ticks);
    if (pad)
        buf_char(&m->out, ' ');
    buf_str(&m->out, text);
    if (pad)
        buf_char(&m->out, ' ');
    buf_repeat(&m->out, '`', ticks);
    intend(m, MARK_CODE, 0, text);
    m->at_start = false;
}

static void code_of(struct markdown *m, struct str text)
{
    struct buf visible, cell;
    buf_init(&visible, MARKDOWN_BYTES_MAX);
    buf_init(&cell, MARKDOWN_BYTES_MAX);
    text_visible_line(&visible, text);
    defuse(m, &visible);
    struct str clean = str_trim(buf_view(&visible));
    if (clean.len == 0)
        clean = STR("(empty)");
    if (m->in_table) {
        write_cell_code(&cell, clean);
        clean = buf_view(&cell);
    }
    write_code(m, clean);
    buf_release(&cell);
    buf_release(&visible);
}

void markdown_code(struct markdown *m, const char *text)
{
    code_of(m, str_from(text));
}

static bool is_plain_url(struct str url)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789-._~/?=&%:#";
    for (size_t i = 0; i < url.len; i++)
        if (url.ptr[i] == '\0' || strchr(safe, url.ptr[i]) == NULL)
            return false;
    return str_starts(url, STR("https://")) || str_starts(url, STR("http://"));
}

void markdown_link(struct markdown *m, const char *url)
{
    if (!is_plain_url(str_from(url))) {
        markdown_code(m, url);
        return;
    }
    buf_printf(&m->out, "<%s>", url);
    intend(m, MARK_LINK, 0, STR_NONE);
    m->at_start = false;
}

static bool is_plain_path(struct str path)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789-._~/%";
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] == '\0' || strchr(safe, path.ptr[i]) == NULL)
            return false;
    return path.len > 0 && path.ptr[0] != '/';
}

void markdown_link_code(struct markdown *m, const char *text, const char *path)
{
    if (!is_plain_path(str_from(path))) {
        markdown_code(m, text);
        return;
    }
    buf_char(&m->out, '[');
    intend(m, MARK_LINK, 0, str_from(path));
    markdown_code(m, text);
    buf_printf(&m->out, "](%s)", path);
}

void markdown_image(struct markdown *m, const char *alt, const char *path)
{
    bool plain = is_plain_path(str_from(path));
    if (plain) {
        buf_text(&m->out, "![");
        intend(m, MARK_IMAGE, 0, str_from(path));
    }
    markdown_words(m, alt);
    if (plain)
        buf_printf(&m->out, "](%s)", path);
}

/* It closes what was opened before the word. */
static bool is_stray_bracket(struct str word)
{
    return word.ptr[word.len - 1] == ')' &&
           str_find(word, STR("("), 0) == word.len;
}

/* A stop that belongs to the sentence, not to the word before it. */
static struct str without_stop(struct str word)
{
    while (word.len > 1 && word.ptr[word.len - 1] != '\0' &&
           (strchr(",.;:", word.ptr[word.len - 1]) != NULL ||
            is_stray_bracket(word)))
        word.len--;
    return word;
}

static void held_code(struct markdown *m, struct str held, bool first)
{
    struct str code = without_stop(held);
    buf_text(&m->out, first ? "" : " ");
    code_of(m, code);
    buf_add(&m->out, held.ptr + code.len, held.len - code.len);
}

static struct str next_word(struct str *text)
{
    size_t n = 0;
    *text = str_trim(*text);
    while (n < text->len && text->ptr[n] != ' ' &&
           (text->ptr[n] < '\t' || text->ptr[n] > '\r'))
        n++;
    struct str word = str_sub(*text, 0, n);
    *text = str_sub(*text, n, text->len);
    return word;
}

void markdown_words(struct markdown *m, const char *text)
{
    struct str rest = str_from(text);
    struct str held = STR_NONE; /* neighbouring words for one code span */
    bool first = true;
    for (struct str word = next_word(&rest); word.len > 0;
         word = next_word(&rest)) {
        if (!prose_is_safe(word, m->at_start, str_trim(rest).len == 0)) {
            if (held.len == 0)
                held.ptr = word.ptr;
            held.len = (size_t)(word.ptr - held.ptr) + word.len;
            continue;
        }
        if (held.len > 0) {
            held_code(m, held, first);
            held = STR_NONE;
            first = false;
        }
        buf_text(&m->out, first ? "" : " ");
        buf_str(&m->out, word);
        m->at_start = false;
        first = false;
    }
    if (held.len > 0)
        held_code(m, held, first);
    else if (first)
        code_of(m, STR_NONE); /* a block without text would be none */
}

void markdown_prose(struct markdown *m, const char *text)
{
    struct str rest = str_from(text);
    bool space = false;
    if (str_trim(rest).len == 0)
        code_of(m, STR_NONE);
    while (str_trim(rest).len > 0) {
        size_t tick = str_find(rest, STR("`"), 0);
        struct str before = str_sub(rest, 0, tick);
        size_t close = str_find(rest, STR("`"), tick + 1);
        if (close >= rest.len)
            before = rest;
        if (space && before.len > 0 && strchr(" \n", before.ptr[0]) != NULL)
            buf_char(&m->out, ' ');
        if (str_trim(before).len > 0)
            markdown_words(m, str_dup(m->arena, before));
        if (close >= rest.len)
            return;
        if (before.len > 0 && strchr(" \n", before.ptr[before.len - 1]))
            buf_char(&m->out, ' ');
        code_of(m, str_sub(rest, tick + 1, close - tick - 1));
        rest = str_sub(rest, close + 1, rest.len);
        space = true;
    }
}
