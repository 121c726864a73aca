/*
 * Reads git's machine formats: tokens that end in NUL, so that any byte may
 * stand in a name.
 */
#include <string.h>

#include "base/text.h"
#include "evidence/git/git.h"

#define COUNT_MAX UINT64_C(1000000000000)

static bool next_token(struct str *text, struct str *token)
{
    size_t end = str_find(*text, (struct str){"", 1}, 0);
    if (end == text->len)
        return false;
    *token = str_sub(*text, 0, end);
    *text = str_sub(*text, end + 1, text->len);
    return true;
}

bool is_object_id(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    return s.len == 40 || s.len == 64;
}

/* ":100644 100644 OLD NEW M", and then one path or two */
static bool parse_raw(struct change *c, struct str head, struct str *text)
{
    struct str rest = head;
    str_cut(rest, ' ', &rest);
    str_cut(rest, ' ', &rest);
    c->old_blob = str_cut(rest, ' ', &rest);
    c->blob = str_cut(rest, ' ', &rest);
    if (!is_object_id(c->old_blob) || !is_object_id(c->blob) || rest.len == 0)
        return false;
    c->status = rest.ptr[0];
    if (!next_token(text, &c->old) || c->old.len == 0)
        return false;
    c->path = c->old;
    if (c->status == 'R' || c->status == 'C')
        return next_token(text, &c->path) && c->path.len > 0;
    return true;
}

static bool parse_count(struct str s, int64_t *out)
{
    uint64_t value = 0;
    *out = -1;
    if (str_is(s, "-"))
        return true;
    if (!text_to_u64(s, COUNT_MAX, &value))
        return false;
    *out = (int64_t)value;
    return true;
}

/* "3\t1\tPATH", or "3\t1\t" and then two paths; in the order of the raw ones */
static bool parse_lines(struct changes *c, size_t *at, struct str head,
                        struct str *text)
{
    int64_t added, deleted;
    struct str old, path = STR_NONE;
    if (!parse_count(str_cut(head, '\t', &path), &added) ||
        !parse_count(str_cut(path, '\t', &path), &deleted))
        return false;
    if (path.len == 0 && (!next_token(text, &old) || !next_token(text, &path)))
        return false;
    while (*at < c->count && !str_equal(c->item[*at].path, path))
        (*at)++;
    if (*at == c->count)
        return false;
    c->item[*at].added = added;
    c->item[*at].deleted = deleted;
    (*at)++;
    return true;
}

/* Up to what is neither: the next commit. */
static bool take_changes(struct changes *out, struct arena *a, struct str *text)
{
    size_t at = 0;
    for (;;) {
        struct str rest = *text, head;
        struct change c = {.added = -1, .deleted = -1};
        if (!next_token(&rest, &head))
            return text->len == 0;
        if (head.len > 0 && head.ptr[0] == '\n')
            head = str_sub(head, 1, head.len);
        if (head.len > 0 && head.ptr[0] == ':') {
            if (!parse_raw(&c, head, &rest))
                return false;
            out->item = arena_grow(a, out->item, out->count, &out->cap,
                                   sizeof(*out->item));
            out->item[out->count++] = c;
        } else if (memchr(head.ptr, '\t', head.len) != NULL) {
            if (!parse_lines(out, &at, head, &rest))
                return false;
        } else {
            return true;
        }
        *text = rest;
    }
}

bool parse_changes(struct changes *out, struct arena *a, struct str text)
{
    *out = (struct changes){.count = 0};
    return take_changes(out, a, &text) && text.len == 0;
}

bool parse_history(struct history *out, struct arena *a, struct str text)
{
    *out = (struct history){.count = 0};
    while (text.len > 0) {
        struct history_commit c = {.time_ms = 0};
        struct str sha, time, author, subject;
        uint64_t seconds = 0;
        if (!next_token(&text, &sha) || !is_object_id(sha) ||
            !next_token(&text, &time) || !next_token(&text, &author) ||
            !next_token(&text, &subject))
            return false;
        if (!text_to_u64(time, COUNT_MAX, &seconds))
            seconds = 0; /* before 1970 */
        c.sha = str_dup(a, sha);
        c.author = text_elide(a, author, 200);
        c.subject = text_elide(a, subject, 400);
        c.time_ms = (int64_t)seconds * 1000;
        bool whole = take_changes(&c.changes, a, &text);
        out->item =
            arena_grow(a, out->item, out->count, &out->cap, sizeof(*out->item));
        out->item[out->count++] = c;
        if (!whole)
            return false;
    }
    return true;
}

/* "100644 blob ID\tPATH"; links and submodules are left out. */
bool parse_tree(struct tree *out, struct arena *a, struct str text)
{
    *out = (struct tree){.count = 0};
    while (text.len > 0) {
        struct str token, path;
        if (!next_token(&text, &token))
            return false;
        struct str head = str_cut(token, '\t', &path);
        struct str mode = str_cut(head, ' ', &head);
        struct str kind = str_cut(head, ' ', &head);
        if (!is_object_id(head) || path.len == 0)
            return false;
        if (!str_is(kind, "blob") || !str_starts(mode, STR("100")))
            continue;
        out->item =
            arena_grow(a, out->item, out->count, &out->cap, sizeof(*out->item));
        out->item[out->count++] = (struct tree_file){path, head};
    }
    return true;
}

/* "ID blob SIZE\n", that many bytes and "\n"; or "ID missing\n" */
bool parse_blobs(struct str *out, size_t count, struct str text)
{
    for (size_t i = 0; i < count; i++)
        out[i] = STR_NONE;
    for (size_t i = 0; i < count; i++) {
        struct str rest;
        uint64_t size = 0;
        if (str_find(text, STR("\n"), 0) == text.len)
            return false;
        struct str head = str_cut(text, '\n', &text);
        str_cut(head, ' ', &rest);
        if (str_is(rest, "missing"))
            continue;
        struct str kind = str_cut(rest, ' ', &rest);
        if (!text_to_u64(rest, COUNT_MAX, &size) || text.len <= size)
            return false;
        if (str_is(kind, "blob"))
            out[i] = str_sub(text, 0, (size_t)size);
        text = str_sub(text, (size_t)size + 1, text.len);
    }
    return text.len == 0;
}

const char *harmless(struct arena *a, struct str s)
{
    struct buf plain, shown;
    buf_init(&plain, s.len * 2 + 1);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '\n' || c == '\t' || c == '\r')
            buf_text(&plain, c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r");
        else
            buf_char(&plain, c);
    }
    buf_init(&shown, plain.len * 8 + 1);
    text_visible(&shown, buf_view(&plain));
    const char *text = buf_dup(a, &shown);
    buf_release(&plain);
    buf_release(&shown);
    return text;
}
