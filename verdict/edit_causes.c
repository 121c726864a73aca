/*
 * Migrations that were changed after a good deploy had them: what changed
 * them, and the commands that take the change back. The commits are reverted
 * as one range where they stand side by side, and without a warning only where
 * they changed nothing else.
 */
#include <string.h>

#include "base/clock.h"
#include "model/version.h"
#include "verdict/evidence_causes.h"

struct editing {
    struct proving p;
    const struct git_evidence *git;
    const char *id;
    const struct commit **commit; /* newest first; of the edits */
    size_t commit_count;
    bool unlisted; /* a commit is not listed, or is a merge */
};

static const char *id_of(const struct migration_edit *e)
{
    if (!e->deleted)
        return MIGRATION_EDITED;
    return e->commit == NULL ? MIGRATION_MISSING : MIGRATION_DELETED;
}

/* Which edits count: of what a good deploy had, in more than its layout. */
static bool is_of(const struct git_evidence *g, size_t index, const char *id)
{
    const struct migration_edit *e = &g->edit[index];
    return g->from != NULL && !e->cosmetic && e->id != NULL &&
           strcmp(id_of(e), id) == 0;
}

static const char *reason_of(const struct editing *x,
                             const struct migration_edit *e)
{
    struct arena *a = x->p.j->arena;
    const char *from = version_short(a, x->git->from);
    struct buf when;
    if (e->commit == NULL)
        return arena_printf(a,
                            "%s was in the last good deploy %s; no commit "
                            "between the two builds changed it",
                            e->path, from);
    buf_init(&when, 60);
    clock_format(&when, e->time_ms);
    const char *text = arena_printf(
        a, "commit %s of %s %s %s, which the last good deploy %s had: %s",
        version_short(a, e->commit), when.ptr,
        e->deleted ? "deleted" : "changed", e->path, from,
        e->subject == NULL ? "no message" : e->subject);
    buf_release(&when);
    return text;
}

/* Each migration counts once, however many commits changed it. */
static bool is_told(const struct editing *x, size_t index)
{
    const struct migration_edit *e = &x->git->edit[index];
    for (size_t i = 0; i < index; i++)
        if (is_of(x->git, i, x->id) && x->git->edit[i].tool == e->tool &&
            strcmp(x->git->edit[i].id, e->id) == 0)
            return true;
    return false;
}

static bool is_edited(const struct editing *x, const char *path)
{
    for (size_t i = 0; path != NULL && i < x->git->edit_count; i++) {
        const struct migration_edit *e = &x->git->edit[i];
        if (is_of(x->git, i, x->id) &&
            ((e->path != NULL && strcmp(e->path, path) == 0) ||
             (e->new_path != NULL && strcmp(e->new_path, path) == 0)))
            return true;
    }
    return false;
}

static bool makes_an_edit(const struct editing *x, const struct commit *c)
{
    for (size_t i = 0; i < x->git->edit_count; i++)
        if (is_of(x->git, i, x->id) && x->git->edit[i].commit != NULL &&
            strcmp(x->git->edit[i].commit, c->sha) == 0)
            return true;
    return false;
}

static bool is_listed(const struct editing *x, const char *sha)
{
    for (size_t i = 0; i < x->git->commit_count; i++)
        if (strcmp(x->git->commit[i].sha, sha) == 0)
            return true;
    return false;
}

/* *gap: commits between the first and the last of them, or a merge. */
static void find_commits(struct editing *x, bool *gap)
{
    const struct git_evidence *g = x->git;
    size_t passed = 0;
    x->commit = arena_array(x->p.j->arena, g->commit_count + 1,
                            sizeof(const struct commit *));
    *gap = g->relation != RANGE_FORWARD;
    for (size_t i = 0; i < g->commit_count; i++) {
        const struct commit *c = &g->commit[i];
        *gap = *gap || c->file_count == 0;
        if (!makes_an_edit(x, c)) {
            passed += x->commit_count > 0;
            continue;
        }
        *gap = *gap || passed > 0;
        x->unlisted = x->unlisted || c->file_count == 0;
        x->commit[x->commit_count++] = c;
    }
    for (size_t i = 0; i < g->edit_count; i++)
        if (is_of(g, i, x->id) && g->edit[i].commit != NULL &&
            !is_listed(x, g->edit[i].commit))
            x->unlisted = true;
}

/* "app.js", "app.js and 2 more files"; NULL: they changed nothing else */
static const char *other_files(const struct editing *x)
{
    const char *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < x->commit_count; i++)
        for (size_t k = 0; k < x->commit[i]->file_count; k++) {
            const char *path = x->commit[i]->file[k].path;
            if (path == NULL || is_edited(x, path))
                continue;
            count += first == NULL || strcmp(first, path) != 0;
            first = first == NULL ? path : first;
        }
    if (count < 2)
        return first;
    return arena_printf(x->p.j->arena, "%s and %zu more file%s", first,
                        count - 1, count == 2 ? "" : "s");
}

static void capture_commits(struct editing *x)
{
    bool gap = false;
    struct arena *a = x->p.j->arena;
    find_commits(x, &gap);
    if (x->unlisted || x->commit_count == 0 ||
        x->commit_count > PROVEN_PATHS_MAX)
        return;
    const char *others = other_files(x);
    proving_capture(&x->p, "other_files", others);
    if (others == NULL && !gap && x->commit_count > 1) {
        proving_capture(&x->p, "first",
                        version_short(a, x->commit[x->commit_count - 1]->sha));
        proving_capture(&x->p, "last", version_short(a, x->commit[0]->sha));
        return;
    }
    for (size_t i = 0; i < x->commit_count; i++)
        proving_capture(&x->p, others == NULL ? "commit" : "mixed_commit",
                        version_short(a, x->commit[i]->sha));
}

/* A command names all of the files, or none. */
static void capture_paths(struct editing *x)
{
    const struct git_evidence *g = x->git;
    struct arena *a = x->p.j->arena;
    size_t count = 0;
    proving_capture(&x->p, "from", version_short(a, g->from));
    proving_capture(&x->p, "to",
                    g->to == NULL ? NULL : version_short(a, g->to));
    for (size_t i = 0; i < g->edit_count; i++)
        count += is_of(g, i, x->id);
    if (count > PROVEN_PATHS_MAX)
        return;
    for (size_t i = 0; i < g->edit_count; i++) {
        if (!is_of(g, i, x->id))
            continue;
        proving_capture(&x->p, "path", g->edit[i].path);
        proving_capture(&x->p, "moved", g->edit[i].new_path);
    }
}

/* Each change is a reason; each migration is one of the title's. */
void prove_edits(struct joining *j, const char *id)
{
    struct editing x = {.git = &j->in->evidence->git, .id = id};
    size_t changes = 0, migrations = 0;
    for (size_t i = 0; i < x.git->edit_count; i++) {
        if (!is_of(x.git, i, id))
            continue;
        if (changes == 0 && !proving_begin(&x.p, j, id))
            return;
        if (changes++ < PROVEN_SHOWN_MAX)
            proving_reason(&x.p, reason_of(&x, &x.git->edit[i]));
        if (is_told(&x, i))
            continue;
        if (migrations++ < PROVEN_SHOWN_MAX)
            proving_capture(&x.p, "migration", x.git->edit[i].id);
    }
    if (changes == 0)
        return;
    if (changes > PROVEN_SHOWN_MAX)
        proving_reason(&x.p, arena_printf(j->arena,
                                          "%zu more changes are in the record",
                                          changes - PROVEN_SHOWN_MAX));
    capture_paths(&x);
    capture_commits(&x);
    proving_end(&x.p, migrations);
}
