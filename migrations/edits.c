/*
 * Migrations that were changed after a deploy had them. Between two trees that
 * is exact: what differs is an edit, and the commits between tell whose it is.
 * Without the first tree, each change of a migration that a commit finds in
 * place counts.
 */
#include <stdlib.h>
#include <string.h>

#include "migrations/internal.h"

#define NET_MAX      500  /* files that are looked at */
#define SUSPECTS_MAX 2000 /* with their changes by commits */
#define MERGES_MAX   20   /* git is asked for each */

/* A change of a file that may be a migration. */
struct suspect {
    const struct change *change;
    const struct history_commit *commit; /* NULL: the difference of the trees */
    struct migration_file before;
    bool confirmed;
};

struct suspects {
    struct repo *repo;
    struct suspect *item;
    size_t count, cap;
    size_t merges;    /* asked for */
    struct str *name; /* of files that differ, also those in between */
    size_t name_count, name_cap;
};

static bool changes_old(const struct change *c)
{
    return c->status == 'M' || c->status == 'T' || c->status == 'D' ||
           c->status == 'R';
}

static void add_suspect(struct suspects *s, const struct change *c,
                        const struct history_commit *commit, size_t max)
{
    struct suspect one = {.change = c, .commit = commit};
    if (!changes_old(c) ||
        !migration_by_path(&one.before, s->repo->arena, c->old))
        return;
    if (s->count == max) {
        s->repo->cut = true;
        return;
    }
    s->item = arena_grow(s->repo->arena, s->item, s->count, &s->cap,
                         sizeof(*s->item));
    s->item[s->count++] = one;
}

static void follow(struct suspects *s, struct str name)
{
    if (s->name_count == SUSPECTS_MAX)
        return;
    s->name = arena_grow(s->repo->arena, s->name, s->name_count, &s->name_cap,
                         sizeof(*s->name));
    s->name[s->name_count++] = name;
}

static bool is_followed(const struct suspects *s, struct str name)
{
    for (size_t i = 0; i < s->name_count; i++)
        if (str_equal(s->name[i], name))
            return true;
    return false;
}

/* What differs between the trees. */
static void add_net(struct suspects *s, const struct changes *net)
{
    for (size_t i = 0; i < net->count; i++)
        add_suspect(s, &net->item[i], NULL, NET_MAX);
    for (size_t i = 0; i < s->count; i++) {
        follow(s, s->item[i].change->old);
        if (s->item[i].change->status == 'R')
            follow(s, s->item[i].change->path);
    }
}

/* Oldest first, so that a file keeps being followed where it was moved to. */
static void add_history(struct suspects *s, const struct history *history,
                        bool all)
{
    for (size_t i = history->count; i-- > 0;) {
        const struct history_commit *h = &history->item[i];
        for (size_t k = 0; k < h->changes.count; k++) {
            const struct change *c = &h->changes.item[k];
            if (!changes_old(c) || (!all && !is_followed(s, c->old)))
                continue;
            add_suspect(s, c, h, SUSPECTS_MAX);
            if (!all && c->status == 'R')
                follow(s, c->path);
        }
    }
}

/* Both texts of each, and by them whether it was a migration. */
static bool confirm(struct suspects *s, struct str **text)
{
    struct arena *a = s->repo->arena;
    struct str *id = arena_array(a, s->count * 2 + 1, sizeof(*id));
    for (size_t i = 0; i < s->count; i++) {
        id[i * 2] = s->item[i].change->old_blob;
        id[i * 2 + 1] = s->item[i].change->blob;
    }
    *text = repo_blobs(s->repo, id, s->count * 2);
    if (*text == NULL)
        return false;
    for (size_t i = 0; i < s->count; i++) {
        struct suspect *one = &s->item[i];
        struct str old = (*text)[i * 2];
        one->confirmed =
            !one->before.asks ||
            (old.ptr != NULL && migration_by_text(&one->before, old));
    }
    return true;
}

/* Alike, and the tool still calls it the same. */
static bool is_cosmetic(const struct suspect *s, struct arena *a,
                        struct str old, struct str text)
{
    struct migration_file after;
    if (s->change->status == 'D' || old.ptr == NULL || text.ptr == NULL ||
        !migration_is_alike(s->before.tool, a, old, text))
        return false;
    if (s->change->status != 'R')
        return true;
    return migration_by_path(&after, a, s->change->path) &&
           after.tool == s->before.tool &&
           (!after.asks || migration_by_text(&after, text)) &&
           str_equal(after.id, s->before.id) &&
           str_equal(after.chain, s->before.chain);
}

static struct migration_edit write_edit(const struct suspect *s,
                                        struct arena *a, const struct str *text)
{
    const struct change *c = s->change;
    struct migration_edit e = {
        .tool = s->before.tool,
        .id = harmless(a, s->before.id),
        .path = harmless(a, c->old),
        .new_path = c->status == 'R' ? harmless(a, c->path) : NULL,
        .deleted = c->status == 'D',
        .cosmetic = is_cosmetic(s, a, text[0], text[1]),
        .added_lines = c->added,
        .deleted_lines = c->deleted,
    };
    if (s->commit != NULL) {
        e.commit = s->commit->sha;
        e.subject = s->commit->subject;
        e.time_ms = s->commit->time_ms;
    }
    return e;
}

/* Is there a row of a commit for this difference of the trees? */
static bool has_commit(const struct suspects *s, const struct change *net)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct suspect *one = &s->item[i];
        if (one->confirmed && one->commit != NULL &&
            (str_equal(one->change->old, net->old) ||
             str_equal(one->change->old, net->path)))
            return true;
    }
    return false;
}

/*
 * No commit has it among its changes: a merge does, whose changes are not
 * listed; or none between the two, as when an older build is deployed.
 */
static bool find_merge(struct suspects *s, struct suspect *one,
                       const char *from, const char *to)
{
    struct repo *r = s->repo;
    struct history history;
    struct str text;
    if (s->merges++ == MERGES_MAX)
        r->cut = true;
    if (s->merges > MERGES_MAX)
        return true;
    const char *const words[] = {
        "log",
        "-z",
        "--max-count=1",
        "--first-parent",
        "--no-patch",
        "--encoding=UTF-8",
        "--no-color",
        HISTORY_FORMAT,
        arena_printf(r->arena, "%s..%s", from, to),
        "--",
        arena_printf(r->arena, "%s%.*s", r->up, STR_ARGS(one->change->old)),
        NULL};
    if (!repo_ask(r, &text, NULL, words, STR_NONE))
        return false;
    if (!parse_history(&history, r->arena, text))
        r->cut = true;
    if (history.count > 0)
        one->commit = &history.item[0];
    return true;
}

static int compare_edits(const void *left, const void *right)
{
    const struct migration_edit *a = left, *b = right;
    if ((a->commit == NULL) != (b->commit == NULL))
        return a->commit == NULL ? 1 : -1;
    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? -1 : 1;
    int order = strcmp(a->path, b->path);
    if (order == 0 && a->commit != NULL)
        order = strcmp(a->commit, b->commit);
    return order;
}

bool edits_find(struct git_evidence *out, struct repo *r,
                const struct history *history, const struct changes *net)
{
    struct suspects s = {.repo = r};
    struct str *text;
    if (net != NULL)
        add_net(&s, net);
    add_history(&s, history, net == NULL);
    if (!confirm(&s, &text))
        return false;
    out->edit = arena_array(r->arena, s.count + 1, sizeof(*out->edit));
    for (size_t i = 0; i < s.count; i++) {
        struct suspect *one = &s.item[i];
        if (!one->confirmed)
            continue;
        if (one->commit == NULL) {
            if (has_commit(&s, one->change))
                continue;
            if (out->commits > 0 && !find_merge(&s, one, out->from, out->to))
                return false;
        }
        out->edit[out->edit_count++] = write_edit(one, r->arena, &text[i * 2]);
    }
    if (out->edit_count > 1)
        qsort(out->edit, out->edit_count, sizeof(*out->edit), compare_edits);
    return true;
}
