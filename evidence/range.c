/* What was deployed: the commits between two builds, and what they change. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "evidence/evidence.h"

#define EDITED_MAX 100

static void read_branch(struct git_evidence *out, struct repo *r)
{
    static const char *const words[] = {"symbolic-ref", "--short", "-q", "HEAD",
                                        NULL};
    struct err ignored = {.set = false}, *err = r->err;
    struct str text;
    int code = 0;
    r->err = &ignored;
    if (repo_ask(r, &text, &code, words, STR_NONE) && str_trim(text).len > 0)
        out->branch = text_elide(r->arena, str_trim(text), 200);
    r->err = err;
}

/* "3\t12": of the left side and of the right side alone */
static bool count_commits(struct git_evidence *out, struct repo *r)
{
    const char *const words[] = {
        "rev-list", "--left-right",
        "--count",  arena_printf(r->arena, "%s...%s", out->from, out->to),
        "--",       NULL};
    struct str text, right;
    uint64_t undone = 0, commits = 0;
    if (!repo_ask(r, &text, NULL, words, STR_NONE))
        return false;
    struct str left = str_cut(str_trim(text), '\t', &right);
    if (!text_to_u64(left, INT32_MAX, &undone) ||
        !text_to_u64(right, INT32_MAX, &commits))
        r->cut = true;
    out->undone = (int64_t)undone;
    out->commits = (int64_t)commits;
    return true;
}

/* Missing history makes two commits look unrelated that are not. */
static bool relate(struct git_evidence *out, struct repo *r)
{
    const char *const words[] = {"merge-base", out->from, out->to, NULL};
    struct str text;
    int code = 0;
    if (repo_ask(r, &text, &code, words, STR_NONE)) {
        struct str base = str_trim(text);
        out->base = is_object_id(base) ? str_dup(r->arena, base) : NULL;
    } else if (code != 1) {
        return code == -1
                   ? false
                   : err_set(r->err, POS_NONE, "git cannot compare %s and %s",
                             out->from, out->to);
    }
    if (strcmp(out->from, out->to) == 0)
        out->relation = RANGE_SAME;
    else if (out->base != NULL && strcmp(out->base, out->from) == 0)
        out->relation = RANGE_FORWARD;
    else if (out->base != NULL && strcmp(out->base, out->to) == 0)
        out->relation = RANGE_ROLLBACK;
    else
        out->relation = r->shallow ? RANGE_UNKNOWN : RANGE_DIVERGED;
    return true;
}

static bool read_history(struct history *history, struct repo *r,
                         const char *range, int max)
{
    const char *const words[] = {"log",
                                 "-z",
                                 "--raw",
                                 "--numstat",
                                 "--no-abbrev",
                                 "--find-renames",
                                 "--no-ext-diff",
                                 "--no-textconv",
                                 "--no-color",
                                 "--encoding=UTF-8",
                                 HISTORY_FORMAT,
                                 arena_printf(r->arena, "--max-count=%d", max),
                                 range,
                                 "--",
                                 NULL};
    struct str text;
    if (!repo_ask(r, &text, NULL, words, STR_NONE))
        return false;
    if (!parse_history(history, r->arena, text))
        r->cut = true;
    return true;
}

static bool read_net(struct changes *net, struct repo *r,
                     const struct git_evidence *g)
{
    const char *const words[] = {"diff-tree",
                                 "-r",
                                 "-z",
                                 "--raw",
                                 "--numstat",
                                 "--no-abbrev",
                                 "--find-renames",
                                 "--no-ext-diff",
                                 "--no-textconv",
                                 g->from,
                                 g->to,
                                 "--",
                                 NULL};
    struct str text;
    if (!repo_ask(r, &text, NULL, words, STR_NONE))
        return false;
    if (!parse_changes(net, r->arena, text))
        r->cut = true;
    return true;
}

static void add_lines(int64_t *added, int64_t *deleted, const struct change *c)
{
    if (c->added >= 0)
        *added += c->added;
    if (c->deleted >= 0)
        *deleted += c->deleted;
}

static void write_commits(struct git_evidence *out, struct arena *a,
                          const struct history *history)
{
    out->commit = arena_array(a, history->count + 1, sizeof(*out->commit));
    out->commit_count = history->count;
    for (size_t i = 0; i < history->count; i++) {
        const struct history_commit *h = &history->item[i];
        struct commit *c = &out->commit[i];
        *c = (struct commit){.sha = h->sha,
                             .subject = h->subject,
                             .author = h->author,
                             .time_ms = h->time_ms,
                             .file_count = h->changes.count};
        c->file = arena_array(a, h->changes.count + 1, sizeof(*c->file));
        for (size_t k = 0; k < h->changes.count; k++) {
            const struct change *change = &h->changes.item[k];
            c->file[k] = (struct commit_file){harmless(a, change->path),
                                              change->added, change->deleted};
            add_lines(&c->added, &c->deleted, change);
        }
    }
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int compare_edited(const void *left, const void *right)
{
    const struct edited_file *a = left, *b = right;
    if (a->commits != b->commits)
        return a->commits > b->commits ? -1 : 1;
    return strcmp(a->path, b->path);
}

/* Names in order stand side by side as often as commits touch them. */
static void write_edited(struct git_evidence *out, struct arena *a)
{
    size_t count = 0, cap = 0;
    const char **path;
    for (size_t i = 0; i < out->commit_count; i++)
        count += out->commit[i].file_count;
    path = arena_array(a, count + 1, sizeof(*path));
    count = 0;
    for (size_t i = 0; i < out->commit_count; i++)
        for (size_t k = 0; k < out->commit[i].file_count; k++)
            path[count++] = out->commit[i].file[k].path;
    if (count > 1)
        qsort(path, count, sizeof(*path), compare_names);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && strcmp(path[from], path[to]) == 0;)
            to++;
        if (to - from < 2)
            continue;
        out->edited = arena_grow(a, out->edited, out->edited_count, &cap,
                                 sizeof(*out->edited));
        out->edited[out->edited_count++] =
            (struct edited_file){path[from], (int64_t)(to - from)};
    }
    if (out->edited_count > 1)
        qsort(out->edited, out->edited_count, sizeof(*out->edited),
              compare_edited);
    if (out->edited_count > EDITED_MAX)
        out->edited_count = EDITED_MAX;
}

static void write_totals(struct git_evidence *out, const struct changes *net)
{
    out->files = (int64_t)net->count;
    for (size_t i = 0; i < net->count; i++)
        add_lines(&out->added, &out->deleted, &net->item[i]);
}

/* From the last good deploy to this one. */
static bool read_range(struct git_evidence *out, struct repo *r)
{
    struct history history;
    struct changes net;
    if (!relate(out, r) || !count_commits(out, r) ||
        !read_history(&history, r,
                      arena_printf(r->arena, "%s..%s", out->from, out->to),
                      EVIDENCE_COMMITS_MAX) ||
        !read_net(&net, r, out))
        return false;
    r->cut = r->cut || out->commits > (int64_t)history.count;
    write_commits(out, r->arena, &history);
    write_edited(out, r->arena);
    write_totals(out, &net);
    return edits_find(out, r, &history, &net) && migrations_find(out, r, &net);
}

/* Nobody said what was there before: the build's own commit, and history. */
static bool read_build(struct git_evidence *out, struct repo *r)
{
    struct history history;
    if (!read_history(&history, r, out->to, EVIDENCE_HISTORY_MAX) ||
        !edits_find(out, r, &history, NULL))
        return false;
    if (history.count > 1)
        history.count = 1;
    write_commits(out, r->arena, &history);
    return migrations_find(out, r, NULL);
}

bool evidence_git(struct git_evidence *out, struct arena *a,
                  const struct git_inputs *in, struct err *e)
{
    struct repo r = {.arena = a, .in = in, .err = e};
    *out = (struct git_evidence){.relation = RANGE_UNKNOWN};
    if (!repo_open(&r))
        return false;
    if (in->to == NULL)
        read_branch(out, &r);
    if (!repo_commit(&r, &out->to, in->to == NULL ? "HEAD" : in->to))
        return false;
    if (in->from != NULL && !repo_commit(&r, &out->from, in->from))
        return false;
    out->shallow = r.shallow;
    if (in->from == NULL ? !read_build(out, &r) : !read_range(out, &r))
        return false;
    out->cut = r.cut;
    return true;
}
