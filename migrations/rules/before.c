/* The folder at the revision that has been applied, and what has changed. */
#include <stdlib.h>
#include <string.h>

#include "migrations/internal.h"
#include "migrations/rules/internal.h"
#include "migrations/state/internal.h"

/* The folder as git names it from the top of its clone; NULL: not in it. */
static const char *path_from_top(struct arena *a, const struct repo *repo,
                                 const char *folder, const char **top)
{
    char *root =
        realpath(arena_printf(a, "%s/%s", repo->in->dir, repo->up), NULL);
    char *real = realpath(folder, NULL);
    size_t n = root == NULL ? 0 : strlen(root);
    const char *found = NULL;
    if (n > 0 && real != NULL && strncmp(real, root, n) == 0) {
        *top = arena_dup(a, root, n);
        if (real[n] == '\0')
            found = ".";
        else if (real[n] == '/')
            found = arena_dup(a, real + n + 1, strlen(real + n + 1));
    }
    free(root);
    free(real);
    return found;
}

bool before_read(struct rules_review *r, const struct git_inputs *git,
                 struct err *e)
{
    struct repo repo = {.arena = r->arena, .in = git, .err = e};
    struct git_inputs in = *git;
    struct err ignored = {.set = false};
    const char *sha = NULL;
    if (!repo_open(&repo) || !repo_commit(&repo, &sha, git->from))
        return false;
    const char *path = path_from_top(r->arena, &repo, r->folder->path, &in.dir);
    if (path == NULL)
        return true;
    in.to = sha;
    in.from = NULL;
    r->has_before = true;
    if (!state_read_revision(&r->before, r->arena, &in, path, &ignored))
        r->before.count = 0; /* the folder is new */
    return true;
}

/* ---- what an edit changes ---- */

static bool same_token(const struct sql_token *a, const struct sql_token *b)
{
    if (a->kind != b->kind)
        return false;
    return a->kind == SQL_WORD ? str_equal_nocase(a->text, b->text)
                               : (a->text.len == 0 && b->text.len == 0) ||
                                     str_equal(a->text, b->text);
}

bool sql_alike(struct arena *a, struct str left, struct str right)
{
    struct sql_reader x = {.text = left}, y = {.text = right};
    struct sql_statement one, two;
    for (;;) {
        bool more = sql_next(&x, a, &one), other = sql_next(&y, a, &two);
        if (more != other)
            return false;
        if (!more)
            return true;
        if (one.count != two.count || one.count == SQL_TOKENS_MAX)
            return false;
        for (size_t i = 0; i < one.count; i++)
            if (!same_token(&one.token[i], &two.token[i]))
                return false;
    }
}

/* Without blanks, comments of whole lines and the kind of quotes. */
static char *program_plain(struct arena *a, enum language language,
                           struct str text)
{
    struct buf out;
    struct str all = text;
    buf_init(&out, text.len + 1);
    while (text.len > 0) {
        struct str line = str_trim(str_cut(text, '\n', &text));
        if (line.len == 0 ||
            in_comment(language, all, (size_t)(line.ptr - all.ptr) + 2))
            continue;
        for (size_t i = 0; i < line.len; i++)
            if (strchr(" \t,", line.ptr[i]) == NULL)
                buf_char(&out, line.ptr[i] == '\'' ? '"' : line.ptr[i]);
    }
    return buf_take(a, &out);
}

static bool alike(struct rules_review *r, const char *path, struct str left,
                  struct str right)
{
    if (ends_in(str_from(path), ".sql"))
        return sql_alike(r->arena, left, right);
    return strcmp(program_plain(r->arena, r->tool->language, left),
                  program_plain(r->arena, r->tool->language, right)) == 0;
}

/* ---- the rule ---- */

static const struct judged_migration *find_path(const struct rules_review *r,
                                                const char *path)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->item[i].file->path, path) == 0)
            return &r->item[i];
    return NULL;
}

static bool was_before(const struct rules_review *r, const char *path)
{
    for (size_t i = 0; i < r->before.count; i++)
        if (strcmp(r->before.item[i].path, path) == 0)
            return true;
    return false;
}

/* The same text under a name that was not there. */
static const struct judged_migration *find_moved(const struct rules_review *r,
                                                 struct str text)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->item[i].file->text.len > 0 &&
            str_equal(r->item[i].file->text, text) &&
            !was_before(r, r->item[i].file->path))
            return &r->item[i];
    return NULL;
}

static const struct judged_migration *find_id(const struct rules_review *r,
                                              const char *id)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->item[i].id, id) == 0)
            return &r->item[i];
    return NULL;
}

/* Squashed: another one says that it stands for it. */
static bool is_replaced(const struct rules_review *r, const char *id)
{
    const char *dot = strchr(id, '.');
    const char *name = dot == NULL ? id : dot + 1;
    for (size_t i = 0; i < r->count; i++)
        if (contains(r->item[i].source.text, "replaces = [") &&
            contains(r->item[i].source.text, name))
            return true;
    return false;
}

static void report_gone(struct rules_review *r, const struct shipped_file *b,
                        const char *id)
{
    const struct judged_migration *moved = find_moved(r, b->text);
    struct shipped_file gone = {b->path, STR_NONE};
    struct place place = {rule_source(r, &gone), 0};
    if (moved != NULL)
        rule_found(r, rule_place(moved, 0), (struct verdict_of){-1, NULL},
                   "'%s' was applied at '%s' and is now called '%s': %s does "
                   "not know it as the same migration",
                   b->path, r->from, moved->file->path, r->tool->name);
    else if (!is_replaced(r, id))
        rule_found(r, place, (struct verdict_of){-1, NULL},
                   "'%s' was applied at '%s' and has been deleted", b->path,
                   r->from);
}

static void report_edit(struct rules_review *r, const struct shipped_file *b,
                        const struct judged_migration *now)
{
    const struct state_tool *tool = state_tool_find(r->tool->name);
    bool refuses = tool != NULL && tool->refuses_edit;
    size_t at = 0;
    while (at < b->text.len && at < now->file->text.len &&
           b->text.ptr[at] == now->file->text.ptr[at])
        at++;
    if (at >= now->file->text.len && at > 0)
        at--;
    if (alike(r, b->path, b->text, now->file->text))
        rule_found(
            r, rule_place(now, at),
            (struct verdict_of){refuses ? REMARK_MAJOR : REMARK_NOTE, NULL},
            "applied at '%s' and edited since, in blanks or comments "
            "only%s",
            r->from,
            refuses ? ": its checksum differs, and so it is refused" : "");
    else
        rule_found(r, rule_place(now, at), (struct verdict_of){-1, NULL},
                   "applied at '%s' and edited since: databases that have it "
                   "do not get the change%s",
                   r->from, refuses ? ", and the tool refuses to start" : "");
}

void check_edited(struct rules_review *r)
{
    for (size_t i = 0; r->has_before && i < r->before.count; i++) {
        const struct shipped_file *b = &r->before.item[i];
        const char *id = migration_id(r, b);
        const struct judged_migration *now;
        if (id == NULL)
            continue;
        now = find_path(r, b->path);
        if (now == NULL)
            now = find_id(r, id);
        if (now == NULL)
            report_gone(r, b, id);
        else if (b->text.len != now->file->text.len ||
                 (b->text.len > 0 && !str_equal(b->text, now->file->text)))
            report_edit(r, b, now);
    }
}

void before_mark(struct rules_review *r)
{
    for (size_t i = 0; r->has_before && i < r->before.count; i++) {
        const char *id = migration_id(r, &r->before.item[i]);
        for (size_t k = 0; id != NULL && k < r->count; k++) {
            struct judged_migration *m = &r->item[k];
            if (strcmp(m->id, id) != 0)
                continue;
            m->known = true;
            m->applied = str_equal(m->file->text, r->before.item[i].text);
        }
    }
}
