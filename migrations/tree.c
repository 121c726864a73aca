/* The migrations of the tree that was deployed. */
#include <string.h>

#include "base/clock.h"
#include "migrations/internal.h"

#define MIGRATIONS_MAX 5000

struct candidates {
    struct migration_file *item;
    size_t count;
};

/* By their paths, as many as there may be. */
static void find_candidates(struct candidates *c, struct repo *r,
                            const struct tree *tree)
{
    struct migration_file m;
    size_t room = tree->count < MIGRATIONS_MAX ? tree->count : MIGRATIONS_MAX;
    c->item = arena_array(r->arena, room + 1, sizeof(*c->item));
    c->count = 0;
    for (size_t i = 0; i < tree->count; i++) {
        if (!migration_by_path(&m, r->arena, tree->item[i].path))
            continue;
        if (c->count == MIGRATIONS_MAX) {
            r->cut = true;
            return;
        }
        m.blob = tree->item[i].blob;
        c->item[c->count++] = m;
    }
}

/* Those that are migrations by their texts, too, come together in front. */
static bool read_candidates(struct candidates *c, struct repo *r)
{
    struct str *id = arena_array(r->arena, c->count + 1, sizeof(*id));
    size_t asked = 0, kept = 0;
    for (size_t i = 0; i < c->count; i++)
        if (c->item[i].asks)
            id[asked++] = c->item[i].blob;
    const struct str *text = repo_blobs(r, id, asked);
    if (text == NULL)
        return false;
    asked = 0;
    for (size_t i = 0; i < c->count; i++) {
        struct migration_file *m = &c->item[i];
        struct str found = m->asks ? text[asked++] : STR_NONE;
        if (!m->asks || (found.ptr != NULL && migration_by_text(m, found)))
            c->item[kept++] = *m;
    }
    c->count = kept;
    return true;
}

/* A commit that adds files below one of the chains. */
static void note_added(struct git_evidence *out,
                       const struct migration_file *file,
                       const struct history_commit *c)
{
    for (size_t i = 0; i < c->changes.count; i++) {
        for (size_t k = 0; k < out->migration_count; k++) {
            struct migration *m = &out->migration[k];
            if (m->added != NULL ||
                !str_equal(file[k].path, c->changes.item[i].path))
                continue;
            m->added = c->sha;
            m->added_ms = c->time_ms;
            break;
        }
    }
}

/* The end of the range, and the folders whose additions are looked for. */
static void write_folders(struct buf *input, const struct repo *r,
                          const struct git_evidence *out,
                          const struct migration_file *file)
{
    buf_printf(input, "%s\n--\n", out->to);
    for (size_t i = 0; i < out->migration_count; i++) {
        struct str chain = file[i].chain;
        if ((i > 0 && str_equal(chain, file[i - 1].chain)) ||
            memchr(chain.ptr, '\n', chain.len) != NULL)
            continue;
        buf_printf(input, "%s%.*s\n", r->up[0] == '\0' ? "./" : r->up,
                   STR_ARGS(chain));
    }
}

/*
 * Which commits added them: the history is searched for additions, newest
 * first. Where it is so long that this takes half of the time, it is not known.
 */
static void find_added(struct git_evidence *out, struct repo *r,
                       const struct migration_file *file)
{
    static const char *const words[] = {"log",
                                        "-z",
                                        "--no-renames",
                                        "--diff-filter=A",
                                        "--raw",
                                        "--no-abbrev",
                                        "--encoding=UTF-8",
                                        "--no-color",
                                        HISTORY_FORMAT,
                                        "--stdin",
                                        NULL};
    struct err ignored = {.set = false};
    struct repo patient = *r;
    struct history history;
    struct buf input;
    struct str text = STR_NONE;
    int code = 0;
    int64_t now_us = clock_now_us();
    patient.err = &ignored;
    patient.until_us = now_us + (r->until_us - now_us) / 2;
    buf_init(&input, GIT_OUTPUT_MAX);
    write_folders(&input, r, out, file);
    bool ok = repo_ask(&patient, &text, &code, words, buf_view(&input));
    buf_release(&input);
    if (!ok)
        return;
    parse_history(&history, r->arena, text);
    for (size_t i = 0; i < history.count; i++)
        note_added(out, file, &history.item[i]);
}

/* It was at `from` unless the difference adds it or moves it here. */
static bool was_there(const struct changes *net, struct str path)
{
    for (size_t i = 0; i < net->count; i++) {
        const struct change *c = &net->item[i];
        if (str_equal(c->path, path))
            return c->status != 'A' && c->status != 'R' && c->status != 'C';
    }
    return true;
}

/* Moved, but the tool still knows it by the same id. */
static bool kept_its_id(const struct git_evidence *out,
                        const struct migration *m)
{
    for (size_t i = 0; i < out->edit_count; i++) {
        const struct migration_edit *e = &out->edit[i];
        if (e->new_path != NULL && strcmp(e->new_path, m->path) == 0 &&
            strcmp(e->id, m->id) == 0)
            return true;
    }
    return false;
}

bool migrations_find(struct git_evidence *out, struct repo *r,
                     const struct changes *net)
{
    const char *const words[] = {"ls-tree",     "-r",    "-z",
                                 "--full-tree", out->to, NULL};
    struct candidates c;
    struct tree tree;
    struct str text;
    if (!repo_ask(r, &text, NULL, words, STR_NONE))
        return false;
    if (!parse_tree(&tree, r->arena, text))
        r->cut = true;
    find_candidates(&c, r, &tree);
    if (!read_candidates(&c, r))
        return false;
    migrations_sort(c.item, c.count, r->arena);
    out->migration =
        arena_array(r->arena, c.count + 1, sizeof(*out->migration));
    out->migration_count = c.count;
    for (size_t i = 0; i < c.count; i++) {
        struct migration *m = &out->migration[i];
        m->tool = c.item[i].tool;
        m->id = harmless(r->arena, c.item[i].id);
        m->path = harmless(r->arena, c.item[i].path);
        m->after = migration_after(c.item, i, r->arena);
        m->deployed = net != NULL &&
                      (was_there(net, c.item[i].path) || kept_its_id(out, m));
    }
    if (c.count > 0)
        find_added(out, r, c.item);
    return true;
}

/* "0002_more" for "shop.0002_more", as Django says it. */
static bool is_called(const struct migration *m, struct str id)
{
    struct str own = str_from(m->id), name;
    str_cut(own, '.', &name);
    return str_equal(own, id) ||
           (migration_tool_at(m->tool)->short_ids && str_equal(name, id));
}

bool evidence_mark_current(struct git_evidence *git, const char *id)
{
    struct migration *found = NULL;
    size_t count = 0;
    for (size_t i = 0; i < git->migration_count; i++) {
        struct migration *m = &git->migration[i];
        m->current = false;
        if (!is_called(m, str_from(id)))
            continue;
        found = m;
        count++;
    }
    if (count == 1)
        found->current = true;
    return count == 1;
}
