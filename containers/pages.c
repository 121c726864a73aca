/*
 * JSON as providers send it: entries in the arrays of a page, or one after the
 * other. The text is walked byte by byte; only an entry is held.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "containers/internal.h"

#define PATH_MAX_DEPTH 16 /* above an entry: pages are flat */

/* How entries stand in the text. */
struct form {
    bool in_pages; /* in arrays; else each root is one */
    bool texts;    /* they are strings */
    bool by_lines; /* each has a line of its own, whose number it keeps */
};

struct walk {
    struct form form;
    bool peek; /* the first entry ends the walk */
    bool found;
    bool array[PATH_MAX_DEPTH]; /* what is open, while no entry is */
    size_t depth;
    size_t entry_depth; /* at which it began */
    bool in_entry, in_string, escaped;
    bool plain;                        /* this line is no JSON */
    int64_t line, entry_line, written; /* of the input; lines of the output */
    struct buf held; /* the entry, or of the line what is behind the last */
};

static int64_t lines_of(struct str text)
{
    int64_t count = 0;
    for (; text.len > 0; count++)
        str_cut(text, '\n', &text);
    return count;
}

static void write_held(struct walk *w, struct buf *out, bool entry)
{
    if (out == NULL)
        return;
    while (w->form.by_lines && w->written < w->entry_line) {
        buf_char(out, '\n');
        w->written++;
    }
    if (entry) {
        w->written += (int64_t)record_write(out, buf_view(&w->held));
    } else {
        lines_write(out, buf_view(&w->held));
        w->written += lines_of(buf_view(&w->held));
    }
    buf_clear(&w->held);
}

static void end_entry(struct walk *w, struct buf *out)
{
    w->in_entry = false;
    w->found = true;
    if (!w->peek)
        write_held(w, out, true);
}

/* What is open was no JSON: it is text, and so is what follows on the line. */
static void give_back(struct walk *w)
{
    if (!w->in_entry)
        w->entry_line = w->line;
    w->plain = true;
    w->in_entry = w->in_string = w->escaped = false;
    w->depth = 0;
}

static bool begins_entry(const struct walk *w, char c)
{
    if (w->in_entry)
        return false;
    if (!w->form.in_pages)
        return w->depth == 0 && c == '{';
    return w->depth > 0 && w->array[w->depth - 1];
}

static bool begins_text(const struct walk *w)
{
    return w->form.texts && !w->in_entry && w->depth > 0 &&
           w->array[w->depth - 1];
}

static void begin_entry(struct walk *w, char c)
{
    w->in_entry = true;
    w->entry_depth = w->depth;
    w->entry_line = w->line;
    buf_clear(&w->held);
    buf_char(&w->held, c);
}

static void open_bracket(struct walk *w, char c)
{
    if (begins_entry(w, c))
        begin_entry(w, c);
    if (!w->in_entry && w->depth == PATH_MAX_DEPTH) {
        give_back(w);
        return;
    }
    if (!w->in_entry)
        w->array[w->depth] = c == '[';
    w->depth++;
}

static void close_bracket(struct walk *w, struct buf *out)
{
    if (w->depth == 0) {
        give_back(w);
        return;
    }
    w->depth--;
    if (w->in_entry && w->depth == w->entry_depth)
        end_entry(w, out);
}

static void walk_string(struct walk *w, char c, struct buf *out)
{
    if (w->escaped)
        w->escaped = false;
    else if (c == '\\')
        w->escaped = true;
    else if (c == '"')
        w->in_string = false;
    if (!w->in_string && w->in_entry && w->depth == w->entry_depth)
        end_entry(w, out); /* a text, since others are deeper within */
}

/* Between entries there are values, and signs between those. */
static bool may_stand(const struct walk *w, char c)
{
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t' || c == '\x1e')
        return true;
    if (w->depth == 0)
        return c != '\0' && strchr("{[,\xEF\xBB\xBF", c) != NULL;
    return c != '\0' && strchr("{}[],:\"0123456789+-.eEtrufalsn", c) != NULL;
}

static void walk_plain(struct walk *w, char c, struct buf *out)
{
    if (c != '\n')
        return;
    w->plain = false;
    write_held(w, out, false);
}

static void walk_json(struct walk *w, char c, struct buf *out)
{
    if (w->in_string) {
        walk_string(w, c, out);
        return;
    }
    if (!w->in_entry && !may_stand(w, c)) {
        give_back(w);
        return;
    }
    if (c == '"' && begins_text(w))
        begin_entry(w, c);
    if (c == '"')
        w->in_string = true;
    else if (c == '{' || c == '[')
        open_bracket(w, c);
    else if (c == '}' || c == ']')
        close_bracket(w, out);
}

static void walk_byte(struct walk *w, char c, struct buf *out)
{
    buf_char(&w->held, c);
    if (c == '\n' && w->in_string)
        give_back(w); /* no string of JSON has one */
    if (w->plain)
        walk_plain(w, c, out);
    else
        walk_json(w, c, out);
    if (c == '\n' && !w->in_entry)
        buf_clear(&w->held);
    w->line += c == '\n';
}

static struct walk *walk_new(struct form form)
{
    struct walk *w = heap_zeroed(sizeof(*w));
    w->form = form;
    buf_init(&w->held, CONTAINER_ENTRY_MAX);
    return w;
}

static void close_walk(void *state)
{
    struct walk *w = state;
    buf_release(&w->held);
    free(w);
}

/* The first entry of a head; false: there is none that is whole. */
static bool first_entry(struct buf *out, struct str head, struct form form)
{
    struct walk *w = walk_new(form);
    w->peek = true;
    for (size_t i = 0; i < head.len && !w->found && !w->plain; i++)
        walk_byte(w, head.ptr[i], NULL);
    bool found = w->found;
    buf_str(out, buf_view(&w->held));
    close_walk(w);
    return found;
}

static cJSON *parse(struct str json)
{
    struct source source = {"entry", json};
    struct err e = {.set = false};
    cJSON *root = NULL;
    return json_parse(&root, &source, &e) ? root : NULL;
}

/* A page says nothing itself, but where the next one is. */
static bool is_page(const cJSON *root)
{
    static const char *const said[] = {"message", "msg", "level", "severity"};
    for (size_t i = 0; i < ARRAY_COUNT(said); i++)
        if (cJSON_GetObjectItemCaseSensitive(root, said[i]) != NULL)
            return false;
    return true;
}

static bool are_roots(struct form *form, struct str head, bool *pages)
{
    struct buf json;
    bool odd = false;
    buf_init(&json, CONTAINER_HEAD_BYTES);
    *form = (struct form){.in_pages = false};
    bool whole = first_entry(&json, head, *form);
    cJSON *root = whole ? parse(buf_view(&json)) : NULL;
    bool entry = record_is_entry(root, &odd);
    *pages = !whole || (root != NULL && !entry && is_page(root));
    form->by_lines = str_find(buf_view(&json), STR("\n"), 0) == json.len;
    cJSON_Delete(root);
    buf_release(&json);
    return entry && (odd || !form->by_lines);
}

static bool are_in_pages(struct form *form, struct str head)
{
    struct buf json;
    bool odd, any = false;
    buf_init(&json, CONTAINER_HEAD_BYTES);
    for (int texts = 0; texts < 2 && !any; texts++) {
        buf_clear(&json);
        *form = (struct form){.in_pages = true, .texts = texts == 1};
        cJSON *first =
            first_entry(&json, head, *form) ? parse(buf_view(&json)) : NULL;
        any = form->texts
                  ? record_is_text(first)
                  : record_is_entry(first, &odd) || record_has_entries(first);
        cJSON_Delete(first);
    }
    buf_release(&json);
    return any;
}

#define BANNER_LINES 20

/* Behind lines of who fetched the log; empty unless all others are JSON. */
static struct str behind_banner(struct str head)
{
    struct str rest = head, from;
    for (int i = 0; i < BANNER_LINES && rest.len > 0 && rest.ptr[0] != '{'; i++)
        str_cut(rest, '\n', &rest);
    for (from = rest; rest.len > 0; str_cut(rest, '\n', &rest))
        if (rest.ptr[0] != '{' && rest.ptr[0] != '\r' && rest.ptr[0] != '\n')
            return STR_NONE;
    return from;
}

/* A line an entry, as `curl -v` captures them with its own lines above. */
static void *open_behind_banner(struct str head)
{
    struct str text = behind_banner(head);
    struct form form;
    bool pages;
    bool lines = text.len > 0 && are_roots(&form, text, &pages);
    return lines && form.by_lines ? walk_new(form) : NULL;
}

static void *open_walk(struct str head, bool whole)
{
    struct str text = head;
    struct form form;
    bool pages = true;
    (void)whole;
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_sub(text, 3, text.len);
    while (text.len > 0 && strchr(" \t\r\n\x1e", text.ptr[0]) != NULL)
        text = str_sub(text, 1, text.len);
    if (text.len == 0 || (text.ptr[0] != '{' && text.ptr[0] != '['))
        return open_behind_banner(text);
    if (text.ptr[0] == '{' && are_roots(&form, text, &pages))
        return walk_new(form);
    return pages && are_in_pages(&form, text) ? walk_new(form) : NULL;
}

/* Bytes of a string up to what ends it, or may: they are held at once. */
static size_t run_length(const struct walk *w, struct str s)
{
    size_t n = 0;
    if (!w->in_string || w->escaped)
        return 0;
    while (n < s.len && s.ptr[n] != '"' && s.ptr[n] != '\\' && s.ptr[n] != '\n')
        n++;
    return n;
}

static void add(void *state, struct str input, struct buf *out)
{
    struct walk *w = state;
    while (input.len > 0) {
        size_t run = run_length(w, input);
        if (run > 0)
            buf_add(&w->held, input.ptr, run);
        else
            walk_byte(w, input.ptr[0], out);
        input = str_sub(input, run > 0 ? run : 1, input.len);
    }
}

/* An entry that was cut is still something that was said. */
static void end(void *state, struct buf *out)
{
    struct walk *w = state;
    if (w->held.len > 0 && (w->in_entry || w->plain))
        write_held(w, out, w->in_entry);
}

const struct unpacking pages_unpacking = {
    "JSON of a provider",
    "an array of entries, a page that has one (`events`, `logs`, `data`, "
    "`hits`, …), or entries one after the other that are indented or have "
    "their text or time under a name of their own; up to 20 lines of who "
    "fetched "
    "them may come above those",
    "each entry is a line with its time, level and source; a page may follow "
    "another",
    open_walk,
    add,
    end,
    close_walk};
