/*
 * Hunks of a patch. Names are not read from the patch, where git quotes them:
 * the ids of its "index" line tell which of the files a part is about. A hunk
 * ends when it has the lines that its head announced, so that no line of a
 * file can begin another part.
 */
#include <string.h>

#include "base/text.h"
#include "evidence/git/git.h"

struct side {
    struct buf text;
    size_t lines, left_out;
};

struct patch {
    struct hunks *out;
    struct arena *arena;
    const struct changes *files;
    const char *wanted; /* NULL: all files */
    const char *file;   /* of the part that is read; NULL: not wanted */
};

static void add_line(struct side *s, struct str line)
{
    if (s->lines == HUNK_LINES_MAX ||
        s->text.len + line.len + 1 > HUNK_BYTES_MAX) {
        s->left_out++;
        return;
    }
    if (s->lines++ > 0)
        buf_char(&s->text, '\n');
    buf_str(&s->text, line);
}

static const char *end_side(struct arena *a, struct side *s)
{
    struct buf shown;
    const char *text = NULL;
    buf_init(&shown, s->text.len * 8 + 100);
    text_visible(&shown, buf_view(&s->text));
    if (s->left_out > 0)
        buf_printf(&shown, "\n... %zu more lines", s->left_out);
    if (s->lines + s->left_out > 0)
        text = buf_dup(a, &shown);
    buf_release(&shown);
    buf_release(&s->text);
    return text;
}

/* "12,3" or "12", which is one line. */
static bool read_span(struct str s, int64_t *line, int64_t *count)
{
    struct str rest;
    uint64_t at = 0, many = 1;
    struct str first = str_cut(s, ',', &rest);
    if (!text_to_u64(first, INT32_MAX, &at) ||
        (first.len < s.len && !text_to_u64(rest, INT32_MAX, &many)))
        return false;
    *line = (int64_t)at;
    *count = (int64_t)many;
    return true;
}

struct head {
    int64_t old_line, old_count, line, count;
};

/* "@@ -1,2 +1,3 @@ and what stands around it" */
static bool read_head(struct str s, struct head *out)
{
    struct str rest;
    if (!str_starts(s, STR("@@ -")))
        return false;
    struct str old = str_cut(str_sub(s, 4, s.len), ' ', &rest);
    struct str now = str_cut(rest, ' ', &rest);
    return read_span(old, &out->old_line, &out->old_count) &&
           str_starts(now, STR("+")) &&
           read_span(str_sub(now, 1, now.len), &out->line, &out->count);
}

static void keep(struct patch *p, const struct head *h, struct side *before,
                 struct side *after)
{
    struct hunk made = {.file = p->file,
                        .line = h->count > 0 ? h->line : h->old_line,
                        .count = h->count > 0 ? h->count : h->old_count,
                        .before = end_side(p->arena, before),
                        .after = end_side(p->arena, after)};
    if (p->file == NULL)
        return;
    if (p->out->count == HUNKS_MAX)
        p->out->more++;
    else
        p->out->item[p->out->count++] = made;
}

static void read_hunk(struct patch *p, const struct head *h, struct str *text)
{
    struct side before = {.lines = 0}, after = {.lines = 0};
    int64_t old = h->old_count, now = h->count;
    buf_init(&before.text, HUNK_BYTES_MAX + 1);
    buf_init(&after.text, HUNK_BYTES_MAX + 1);
    while (text->len > 0 && (old > 0 || now > 0)) {
        struct str line = str_cut(*text, '\n', text);
        char sign = line.len == 0 ? ' ' : line.ptr[0];
        struct str rest = str_sub(line, 1, line.len);
        if (sign == '\\')
            continue;
        if (sign != '+' && old-- > 0)
            add_line(&before, rest);
        if (sign != '-' && now-- > 0)
            add_line(&after, rest);
    }
    keep(p, h, &before, &after);
}

/* "index OLD..NEW 100644" */
static const char *file_of(const struct patch *p, struct str line)
{
    struct str ids = str_cut(str_sub(line, 6, line.len), ' ', &line);
    for (size_t i = 0; i < p->files->count; i++) {
        const struct change *c = &p->files->item[i];
        size_t old = c->old_blob.len;
        if (ids.len != old + 2 + c->blob.len || !str_starts(ids, c->old_blob) ||
            !str_equal(str_sub(ids, old + 2, ids.len), c->blob))
            continue;
        const char *path =
            harmless(p->arena, c->status == 'D' ? c->old : c->path);
        return p->wanted == NULL || strcmp(path, p->wanted) == 0 ? path : NULL;
    }
    return NULL;
}

void parse_patch(struct hunks *out, struct arena *a, struct str text,
                 const struct changes *files, const char *file)
{
    struct patch p = {.out = out, .arena = a, .files = files, .wanted = file};
    while (text.len > 0) {
        struct str line = str_cut(text, '\n', &text);
        struct head head;
        if (str_starts(line, STR("diff --git ")))
            p.file = NULL;
        else if (str_starts(line, STR("index ")))
            p.file = file_of(&p, line);
        else if (read_head(line, &head))
            read_hunk(&p, &head, &text);
    }
}

#define DIFF_TREE                                                              \
    "diff-tree", "-r", "--root", "--no-commit-id", "--find-renames",           \
        "--no-ext-diff", "--no-textconv", "--no-color", "--full-index"

static bool read_commit(struct hunks *out, struct repo *r, const char *sha,
                        const char *file)
{
    const char *const raw[] = {DIFF_TREE,     "-z", "--raw", "--numstat",
                               "--no-abbrev", sha,  "--",    NULL};
    const char *const patch[] = {DIFF_TREE, "-p", "-U2", sha, "--", NULL};
    const char *const subject[] = {"log",
                                   "-z",
                                   "--max-count=1",
                                   "--no-patch",
                                   "--no-color",
                                   "--encoding=UTF-8",
                                   HISTORY_FORMAT,
                                   sha,
                                   "--",
                                   NULL};
    struct changes files;
    struct history history;
    struct str text;
    if (!repo_ask(r, &text, NULL, subject, STR_NONE))
        return false;
    if (parse_history(&history, r->arena, text) && history.count > 0)
        out->subject = history.item[0].subject;
    if (!repo_ask(r, &text, NULL, raw, STR_NONE))
        return false;
    (void)parse_changes(&files, r->arena, text);
    if (!repo_ask(r, &text, NULL, patch, STR_NONE))
        return false;
    parse_patch(out, r->arena, text, &files, file);
    return true;
}

bool evidence_hunks(struct hunks *out, struct arena *a,
                    const struct git_inputs *in, const char *commit,
                    const char *file, struct err *e)
{
    struct repo r = {.arena = a, .in = in, .err = e};
    const char *sha = NULL;
    *out = (struct hunks){.count = 0};
    return repo_open(&r) && repo_commit(&r, &sha, commit) &&
           read_commit(out, &r, sha, file);
}

/* A path from the top: git would read ./ and ../ from the folder on. */
static bool is_tree_path(struct str path)
{
    return path.len > 0 && path.ptr[0] != '/' && !str_starts(path, STR("./")) &&
           !str_starts(path, STR("../")) && !text_has_control(path);
}

bool evidence_file(struct str *out, struct arena *a,
                   const struct git_inputs *in, const char *path, struct err *e)
{
    struct repo r = {.arena = a, .in = in, .err = e};
    const char *sha = NULL;
    int code = 0;
    if (!repo_open(&r) ||
        !repo_commit(&r, &sha, in->to == NULL ? "HEAD" : in->to))
        return false;
    const char *const words[] = {"cat-file", "blob",
                                 arena_printf(a, "%s:%s", sha, path), NULL};
    if (is_tree_path(str_from(path)) &&
        repo_ask(&r, out, &code, words, STR_NONE))
        return true;
    return code == -1 ? false
                      : err_set(e, POS_NONE,
                                "commit %.12s has no file '%s': give its path "
                                "from the top of the repository",
                                sha, text_elide(a, str_from(path), 200));
}
