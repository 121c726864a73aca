/*
 * JSON as providers send it: entries in the arrays of a page, or one after the
 * other. The text is walked byte by byte; only an entry is held.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "containers/internal.h"

#define PATH_MAX_DEPTH 16 /* above an entry: pages are flat */

struct walk {
    bool in_pages; /* entries stand in arrays; else each root is one */
    bool peek;     /* the first entry ends the walk */
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
    while (w->written < w->entry_line) {
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
    if (!w->in_pages)
        return w->depth == 0 && c == '{';
    return w->depth > 0 && w->array[w->depth - 1];
}

static void open_bracket(struct walk *w, char c)
{
    if (begins_entry(w, c)) {
        w->in_entry = true;
        w->entry_depth = w->depth;
        w->entry_line = w->line;
        buf_clear(&w->held);
        buf_char(&w->held, c);
    }
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

static void walk_string(struct walk *w, char c)
{
    if (w->escaped)
        w->escaped = false;
    else if (c == '\\')
        w->escaped = true;
    else if (c == '"')
        w->in_string = false;
}

/* Between entries there are values, and signs between those. */
static bool may_stand(const struct walk *w, char c)
{
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t' || c == '\x1e')
        return true;
    if (w->depth == 0)
        return strchr("{[,\xEF\xBB\xBF", c) != NULL && c != '\0';
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
        walk_string(w, c);
        return;
    }
    if (!w->in_entry && !may_stand(w, c)) {
        give_back(w);
        return;
    }
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

static struct walk *walk_new(bool in_pages)
{
    struct walk *w = heap_zeroed(sizeof(*w));
    w->in_pages = in_pages;
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
static bool first_entry(struct buf *out, struct str head, bool in_pages)
{
    struct walk *w = walk_new(in_pages);
    w->peek = true;
    for (size_t i = 0; i < head.len && !w->found && !w->plain; i++)
        walk_byte(w, head.ptr[i], NULL);
    bool found = w->found;
    buf_str(out, buf_view(&w->held));
    close_walk(w);
    return found;
}

static bool judge(bool *odd, cJSON **root, struct str json)
{
    struct source source = {"entry", json};
    struct err e = {.set = false};
    *root = NULL;
    return json_parse(root, &source, &e) && record_is_entry(*root, odd);
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

static bool are_roots(struct str head, bool *pages)
{
    struct buf json;
    cJSON *root = NULL;
    bool odd = false;
    buf_init(&json, CONTAINER_HEAD_BYTES);
    bool whole = first_entry(&json, head, false);
    bool entry = whole && judge(&odd, &root, buf_view(&json));
    *pages = !whole || (!entry && root != NULL && is_page(root));
    bool lines = str_find(buf_view(&json), STR("\n"), 0) < json.len;
    cJSON_Delete(root);
    buf_release(&json);
    return entry && (odd || lines);
}

static bool are_pages(struct str head)
{
    struct buf json;
    cJSON *root = NULL;
    bool odd = false;
    buf_init(&json, CONTAINER_HEAD_BYTES);
    bool entry =
        first_entry(&json, head, true) && judge(&odd, &root, buf_view(&json));
    cJSON_Delete(root);
    buf_release(&json);
    return entry;
}

static void *open_walk(struct str head, bool whole)
{
    struct str text = head;
    bool pages = true;
    (void)whole;
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_sub(text, 3, text.len);
    while (text.len > 0 && strchr(" \t\r\n\x1e", text.ptr[0]) != NULL)
        text = str_sub(text, 1, text.len);
    if (text.len == 0 || (text.ptr[0] != '{' && text.ptr[0] != '['))
        return NULL;
    if (text.ptr[0] == '{' && are_roots(text, &pages))
        return walk_new(false);
    return pages && are_pages(text) ? walk_new(true) : NULL;
}

static void add(void *state, struct str input, struct buf *out)
{
    for (size_t i = 0; i < input.len; i++)
        walk_byte(state, input.ptr[i], out);
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
    "their text or time under a name of their own",
    "each entry is a line with its time, level and source; a page may follow "
    "another",
    open_walk,
    add,
    end,
    close_walk};
