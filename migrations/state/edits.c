/*
 * Files that were changed after they were applied, where the history keeps no
 * checksum. Git knows: the version of a file when its migration was applied is
 * that of the last commit until then; without a time, it is that of the last
 * good deploy (`from`), if the file was there. It is compared with the file
 * that was shipped; line ends alone are noted.
 */
#include <string.h>

#include "migrations/state/internal.h"

#define EDITS_MAX 300 /* files that git is asked about */

struct editing {
    struct arena *arena;
    struct repo *repo;
    const struct shipped *shipped;
    const char *sha;  /* of what was shipped */
    const char *from; /* of the last good deploy; NULL: not known */
    struct migration_state *out;
};

/* "<commit>:<path>", asked beneath the folder that git runs in. */
static bool read_version(struct editing *x, const char *commit,
                         const char *file, struct str *out)
{
    const char *folder = x->shipped->folder;
    bool all = folder == NULL || folder[0] == '\0' || strcmp(folder, ".") == 0;
    const char *name =
        all ? arena_printf(x->arena, "%s:./%s", commit, file)
            : arena_printf(x->arena, "%s:./%s/%s", commit, folder, file);
    const char *words[] = {"cat-file", "blob", name, NULL};
    int code = 0;
    return repo_ask(x->repo, out, &code, words, STR_NONE) && code == 0;
}

/* The last commit until that moment, of the history of what was shipped. */
static const char *commit_before(struct editing *x, int64_t time_ms)
{
    struct str out;
    int code = 0;
    const char *before =
        arena_printf(x->arena, "--before=%lld", (long long)(time_ms / 1000));
    const char *words[] = {"rev-list", "-1", before, x->sha, NULL};
    if (!repo_ask(x->repo, &out, &code, words, STR_NONE) || code != 0)
        return NULL;
    out = str_trim(out);
    return out.len == 0 ? NULL : str_dup(x->arena, out);
}

static bool same_lines(struct str a, struct str b)
{
    size_t i = 0, k = 0;
    for (;;) {
        while (i < a.len && a.ptr[i] == '\r')
            i++;
        while (k < b.len && b.ptr[k] == '\r')
            k++;
        if (i == a.len || k == b.len)
            return i == a.len && k == b.len;
        if (a.ptr[i++] != b.ptr[k++])
            return false;
    }
}

static bool is_known(const struct migration_state *s, const char *id)
{
    for (size_t i = 0; i < s->edited_count; i++)
        if (strcmp(s->edited[i].id, id) == 0)
            return true;
    return false;
}

static void add(struct editing *x, const struct shipped_migration *m,
                int64_t time_ms)
{
    struct migration_state *s = x->out;
    struct migration_fact *more =
        arena_array(x->arena, s->edited_count + 1, sizeof(*more));
    if (s->edited_count > 0)
        memcpy(more, s->edited, s->edited_count * sizeof(*more));
    more[s->edited_count++] = (struct migration_fact){
        .id = m->id, .file = m->file, .time_ms = time_ms, .how = EDIT_SINCE};
    s->edited = more;
}

static void look_at(struct editing *x, const struct shipped_migration *m)
{
    int64_t time_ms = migration_applied_ms(x->out, m->id);
    const char *commit = time_ms > 0 ? commit_before(x, time_ms) : x->from;
    struct str then;
    if (commit == NULL || !migration_is_applied(x->out, m->id) ||
        is_known(x->out, m->id) || !read_version(x, commit, m->file, &then) ||
        str_equal(then, m->text) || same_lines(then, m->text))
        return;
    add(x, m, time_ms);
}

static void mark_chain(struct migration_state *s)
{
    for (size_t i = 0; i < s->chain_count; i++)
        if (s->chain[i].mark == MARK_APPLIED && is_known(s, s->chain[i].id))
            s->chain[i].mark = MARK_EDITED;
}

static void decide_again(struct migration_state *s, struct arena *a)
{
    mark_chain(s);
    if (s->verdict < MIGRATIONS_EDITED || s->verdict == MIGRATIONS_UNREADABLE)
        return;
    s->verdict = MIGRATIONS_EDITED;
    s->reason = NULL;
    add_advice(s, a);
}

bool state_find_edits(struct migration_state *out, struct arena *a,
                      const struct shipped *shipped,
                      const struct git_inputs *git, struct err *e)
{
    struct repo r = {.arena = a, .in = git, .err = e};
    struct editing x = {.arena = a, .repo = &r, .shipped = shipped, .out = out};
    size_t before = out->edited_count;
    if (out->verdict == MIGRATIONS_UNREADABLE ||
        shipped->tool->checksum != CHECKSUM_NONE)
        return true;
    if (!repo_open(&r) ||
        !repo_commit(&r, &x.sha, git->to == NULL ? "HEAD" : git->to) ||
        (git->from != NULL && !repo_commit(&r, &x.from, git->from)))
        return false;
    size_t count = shipped->count < EDITS_MAX ? shipped->count : EDITS_MAX;
    if (count < shipped->count)
        state_note(out, a,
                   arena_printf(a,
                                "the newest %d migrations were compared with "
                                "git, not the older ones",
                                EDITS_MAX));
    for (size_t i = shipped->count - count; i < shipped->count; i++)
        look_at(&x, &shipped->item[i]);
    if (out->edited_count > before)
        decide_again(out, a);
    return true;
}
