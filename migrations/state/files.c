/* The files of a folder, from the disk or from a revision of a clone. */
#include <string.h>

#include "base/file.h"
#include "migrations/internal.h"
#include "migrations/state/internal.h"

static const char *const endings[] = {".sql", ".py",   ".rb",   ".cs",  ".js",
                                      ".ts",  ".mjs",  ".cjs",  ".mts", ".cts",
                                      ".exs", ".php",  ".json", ".sum", ".go",
                                      ".xml", ".yaml", ".yml",  NULL};

bool state_read_folder(struct shipped_files *out, struct arena *a,
                       const char *folder, struct err *e)
{
    struct file_list list;
    size_t n = strlen(folder);
    *out = (struct shipped_files){.folder = folder};
    if (!file_walk(&list, a, folder, endings, e))
        return false;
    out->item = arena_array(a, list.count + 1, sizeof(*out->item));
    for (size_t i = 0; i < list.count; i++) {
        struct source text;
        const char *path = list.path[i] + n;
        if (!file_read_beneath(&text, a, folder, list.path[i], STATE_FILE_MAX,
                               e))
            return false;
        while (*path == '/')
            path++;
        out->item[out->count++] = (struct shipped_file){path, text.text};
    }
    return true;
}

static bool is_migration_text(struct str path)
{
    for (size_t i = 0; endings[i] != NULL; i++)
        if (str_ends(path, str_from(endings[i])))
            return true;
    return false;
}

/* Beneath the folder, which is named from the folder that git is asked in. */
static bool take_paths(struct shipped_files *out, struct repo *r,
                       const struct tree *tree, struct str **blob)
{
    struct str prefix = str_from(out->folder);
    while (prefix.len > 0 && prefix.ptr[prefix.len - 1] == '/')
        prefix.len--;
    bool all = prefix.len == 0 || str_is(prefix, ".");
    out->item = arena_array(r->arena, tree->count + 1, sizeof(*out->item));
    *blob = arena_array(r->arena, tree->count + 1, sizeof(**blob));
    for (size_t i = 0; i < tree->count; i++) {
        struct str path = tree->item[i].path;
        if (!all && str_starts(path, prefix) && path.len > prefix.len)
            path = str_sub(path, prefix.len + 1, path.len);
        if (!is_migration_text(path))
            continue;
        if (out->count == STATE_FILES_MAX)
            return err_set(r->err, POS_NONE,
                           "'%.200s' has more than %d files at this revision",
                           out->folder, STATE_FILES_MAX);
        (*blob)[out->count] = tree->item[i].blob;
        out->item[out->count++].path = str_dup(r->arena, path);
    }
    return true;
}

bool state_read_revision(struct shipped_files *out, struct arena *a,
                         const struct git_inputs *git, const char *folder,
                         struct err *e)
{
    struct repo r = {.arena = a, .in = git, .err = e};
    const char *sha = NULL;
    const char *revision = git->to == NULL ? "HEAD" : git->to;
    struct str text, *blob = NULL;
    struct tree tree;
    *out = (struct shipped_files){.folder = folder, .revision = revision};
    if (!repo_open(&r) || !repo_commit(&r, &sha, revision))
        return false;
    const char *words[] = {"ls-tree", "-r", "-z", sha, "--", folder, NULL};
    if (!repo_ask(&r, &text, NULL, words, STR_NONE) ||
        !parse_tree(&tree, a, text) || !take_paths(out, &r, &tree, &blob))
        return false;
    const struct str *read = repo_blobs(&r, blob, out->count);
    if (read == NULL)
        return false;
    for (size_t i = 0; i < out->count; i++)
        out->item[i].text = read[i];
    if (out->count == 0)
        return err_set(e, POS_NONE,
                       "'%.200s' has no migration at revision '%.60s'", folder,
                       revision);
    return true;
}
