/*
 * Where migrations are in a tree, and whose. A folder is looked into when the
 * names in it may be those of migrations; its files then decide together.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "migrations/internal.h"
#include "migrations/rules/internal.h"

static const char *const endings[] = {
    ".sql", ".py",  ".rb", ".cs",  ".js",   ".ts",  ".mjs",  ".cjs", ".mts",
    ".cts", ".exs", ".ex", ".php", ".json", ".sum", ".toml", NULL};

/* Of dependencies and of builds. */
static const char *const left_out[] = {
    "node_modules",  "vendor",      "target", "dist",   "build", "venv",
    "site-packages", "__pycache__", "deps",   "_build", "obj",   NULL};

struct walk {
    struct migration_folders *out;
    struct arena *arena;
    struct err *err;
    size_t entries;
};

/* What a folder has in it, by name. */
struct listing {
    const char **file, **sub;
    size_t file_count, file_cap, sub_count, sub_cap;
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool has_ending(const char *name)
{
    for (size_t i = 0; endings[i] != NULL; i++)
        if (str_ends(str_from(name), str_from(endings[i])))
            return true;
    return false;
}

static bool is_left_out(const char *name)
{
    for (size_t i = 0; left_out[i] != NULL; i++)
        if (strcmp(name, left_out[i]) == 0)
            return true;
    return name[0] == '.';
}

static void add_name(struct arena *a, const char ***list, size_t *count,
                     size_t *cap, const char *name)
{
    *list = arena_grow(a, (void *)*list, *count, cap, sizeof(**list));
    (*list)[(*count)++] = arena_dup(a, name, strlen(name));
}

static bool list_folder(struct listing *l, struct walk *w, const char *path)
{
    DIR *dir = opendir(path);
    *l = (struct listing){.file_count = 0};
    if (dir == NULL)
        return err_set(w->err, POS_NONE, "cannot open '%s': %s", path,
                       strerror(errno));
    for (struct dirent *d = readdir(dir);
         d != NULL && w->entries < RULES_ENTRIES_MAX; d = readdir(dir)) {
        struct stat st;
        const char *full = arena_printf(w->arena, "%s/%s", path, d->d_name);
        w->entries++;
        if (d->d_name[0] == '.' || lstat(full, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode))
            add_name(w->arena, &l->sub, &l->sub_count, &l->sub_cap, d->d_name);
        else if (S_ISREG(st.st_mode) && has_ending(d->d_name))
            add_name(w->arena, &l->file, &l->file_count, &l->file_cap,
                     d->d_name);
    }
    closedir(dir);
    if (w->entries >= RULES_ENTRIES_MAX)
        return err_set(w->err, POS_NONE,
                       "more than %zu files and folders: name the folders of "
                       "migrations",
                       RULES_ENTRIES_MAX);
    if (l->file_count > 1)
        qsort(l->file, l->file_count, sizeof(*l->file), compare_names);
    if (l->sub_count > 1)
        qsort(l->sub, l->sub_count, sizeof(*l->sub), compare_names);
    return true;
}

/* ---- signs ---- */

static bool names_in(struct arena *a, const char *path, const char *what)
{
    struct source file;
    struct err ignored = {.set = false};
    return file_is_regular(path) &&
           file_read(&file, a, path, (size_t)16 << 20, &ignored) &&
           contains(file.text, what);
}

static bool is_migrations(struct str part)
{
    for (size_t i = 0; i + 6 <= part.len; i++)
        if (str_equal_nocase(str_sub(part, i, 6), STR("migrat")))
            return true;
    return false;
}

/* The folder's own name, and those of the two above it. */
static unsigned sign_of_name(const char *folder)
{
    char *real = realpath(folder, NULL);
    struct str rest = str_from(real == NULL ? folder : real);
    unsigned found = 0;
    for (int i = 0; i < 3 && rest.len > 0; i++) {
        struct str part = file_base(rest);
        if (is_migrations(part))
            found |= SIGN_MIGRATIONS;
        if (str_is(part, "versions"))
            found |= SIGN_VERSIONS;
        rest = str_sub(rest, 0, rest.len - part.len);
        rest = str_sub(rest, 0, rest.len == 0 ? 0 : rest.len - 1);
    }
    free(real);
    return found;
}

/* The Cargo.toml of the crate and of its workspace. */
static unsigned signs_above(struct arena *a, const char *folder)
{
    char *real = realpath(folder, NULL);
    unsigned signs = 0;
    for (int i = 0; real != NULL && i < 8; i++) {
        const char *toml = arena_printf(a, "%s/Cargo.toml", real);
        const char *lock = arena_printf(a, "%s/Cargo.lock", real);
        if (names_in(a, toml, "sqlx") || names_in(a, lock, "name = \"sqlx\""))
            signs |= SIGN_SQLX;
        if (names_in(a, toml, "diesel") ||
            file_is_regular(arena_printf(a, "%s/diesel.toml", real)))
            signs |= SIGN_DIESEL;
        char *slash = strrchr(real, '/');
        if (slash == NULL || slash == real ||
            file_is_folder(arena_printf(a, "%s/.git", real)))
            break;
        *slash = '\0';
    }
    free(real);
    return signs;
}

/* ---- the tool of a folder ---- */

/* Only names with a number, or in a folder that is called so, are read. */
static bool may_be_migration(struct str name, unsigned signs)
{
    struct str base = file_base(name);
    bool flyway = base.len > 1 && base.ptr[0] == 'V' &&
                  leading_digits(str_sub(base, 1, 1)) == 1;
    return (signs & (SIGN_MIGRATIONS | SIGN_VERSIONS | SIGN_JOURNAL |
                     SIGN_SUMS)) != 0 ||
           leading_digits(base) > 0 || flyway ||
           str_is(base, "migration.sql") || str_is(base, "up.sql");
}

/* Numbered scripts are those of a tool, which may be one that is not known:
   then few of them look like those of another. */
static bool has_most_scripts(const struct migration_folder *f, size_t votes)
{
    size_t scripts = 0;
    for (size_t i = 0; i < f->file_count; i++) {
        struct str name = str_from(f->file[i].path);
        scripts += leading_digits(name) > 0 &&
                   (ends_in(name, ".js") ||
                    (ends_in(name, ".ts") && !ends_in(name, ".d.ts")));
    }
    return votes * 2 >= scripts;
}

/* The package of Django that is called migrations has none. */
static bool has_number(const struct migration_folder *f)
{
    for (size_t i = 0; i < f->file_count; i++)
        if (leading_digits(str_from(f->file[i].path)) > 0)
            return true;
    return false;
}

/* That of most files. */
static void choose_tool(struct migration_folder *f)
{
    size_t votes[64] = {0}, best = 0;
    for (size_t i = 0; i < f->file_count; i++) {
        const struct candidate c = candidate_of(f, &f->file[i]);
        for (size_t k = 0; k < tool_row_count; k++)
            if (tool_rows[k]->fits(&c)) {
                votes[k]++;
                break;
            }
    }
    for (size_t k = 0; k < tool_row_count; k++)
        if (votes[k] > votes[best])
            best = k;
    f->count = votes[best];
    if (tool_rows[best]->language == LANGUAGE_SCRIPT &&
        !has_most_scripts(f, f->count))
        f->count = 0;
    if (tool_rows[best]->numbered && !has_number(f))
        f->count = 0;
    f->tool =
        f->count == 0 || tool_rows[best]->no_rules ? NULL : tool_rows[best];
}

static bool add_file(struct walk *w, struct migration_folder *f, size_t *cap,
                     const char *name)
{
    struct source text;
    const char *path = arena_printf(w->arena, "%s/%s", f->path, name);
    if (f->file_count == RULES_FILES_MAX)
        return err_set(w->err, POS_NONE, "'%s' has more than %zu migrations",
                       f->path, RULES_FILES_MAX);
    if (!file_read(&text, w->arena, path, STATE_FILE_MAX, w->err))
        return false;
    f->file =
        arena_grow(w->arena, f->file, f->file_count, cap, sizeof(*f->file));
    f->file[f->file_count++] = (struct shipped_file){
        arena_dup(w->arena, name, strlen(name)), text.text};
    return true;
}

static bool has_name(const struct listing *l, const char *name)
{
    for (size_t i = 0; i < l->file_count; i++)
        if (strcmp(l->file[i], name) == 0)
            return true;
    return false;
}

/* Files of the folder itself, and of those in it if each migration has one. */
static bool read_files(struct walk *w, struct migration_folder *f,
                       const struct listing *l, unsigned signs, bool nested)
{
    size_t cap = 0;
    for (size_t i = 0; i < l->file_count; i++)
        if (may_be_migration(str_from(l->file[i]), signs) &&
            !add_file(w, f, &cap, l->file[i]))
            return false;
    if ((signs & SIGN_JOURNAL) != 0 &&
        !add_file(w, f, &cap, "meta/_journal.json"))
        return false;
    for (size_t i = 0; nested && i < l->sub_count; i++) {
        struct listing in;
        const char *path = arena_printf(w->arena, "%s/%s", f->path, l->sub[i]);
        if (!list_folder(&in, w, path))
            return false;
        for (size_t k = 0; k < in.file_count; k++)
            if (!add_file(
                    w, f, &cap,
                    arena_printf(w->arena, "%s/%s", l->sub[i], in.file[k])))
                return false;
    }
    return true;
}

/* db/post_migrate of Rails belongs to db/migrate. */
static bool read_post(struct walk *w, struct migration_folder *f)
{
    struct listing l;
    size_t cap = f->file_count;
    const char *above = file_folder(w->arena, f->path);
    const char *post = arena_printf(w->arena, "%s/post_migrate", above);
    if (!ends_in(str_from(f->path), "/migrate") || !file_is_folder(post))
        return true;
    if (!list_folder(&l, w, post))
        return false;
    for (size_t i = 0; i < l.file_count; i++)
        if (!add_file(w, f, &cap,
                      arena_printf(w->arena, "../post_migrate/%s", l.file[i])))
            return false;
    return true;
}

static bool is_worth_reading(const struct listing *l, unsigned signs,
                             bool nested)
{
    if (nested)
        return true;
    for (size_t i = 0; i < l->file_count; i++)
        if (may_be_migration(str_from(l->file[i]), signs))
            return true;
    return false;
}

static bool look_at(struct walk *w, const char *path, const struct listing *l,
                    bool nested)
{
    struct migration_folder f = {
        .path = path, .sub = l->sub, .sub_count = l->sub_count};
    unsigned signs = sign_of_name(path);
    if (file_is_regular(arena_printf(w->arena, "%s/meta/_journal.json", path)))
        signs |= SIGN_JOURNAL;
    if (has_name(l, "atlas.sum"))
        signs |= SIGN_SUMS;
    if (!is_worth_reading(l, signs, nested) ||
        ends_in(str_from(path), "/post_migrate"))
        return true;
    signs |= signs_above(w->arena, path);
    if (!read_files(w, &f, l, signs, nested))
        return false;
    f.signs = signs;
    choose_tool(&f);
    if (f.tool == NULL)
        return true;
    if (!read_post(w, &f))
        return false;
    if (w->out->count == RULES_FOLDERS_MAX)
        return err_set(w->err, POS_NONE,
                       "more than %zu folders of migrations: name some of them",
                       RULES_FOLDERS_MAX);
    w->out->item = arena_grow(w->arena, w->out->item, w->out->count,
                              &w->out->cap, sizeof(*w->out->item));
    w->out->item[w->out->count++] = f;
    return true;
}

/* nested: set when this folder is a migration of the one above. */
static bool walk_folder(struct walk *w, const char *path, unsigned depth,
                        bool *nested)
{
    struct listing l;
    bool below = false, *child = &below;
    if (depth > RULES_DEPTH_MAX)
        return true;
    if (!list_folder(&l, w, path))
        return false;
    for (size_t i = 0; i < l.sub_count; i++)
        if (!is_left_out(l.sub[i]) &&
            !walk_folder(w, arena_printf(w->arena, "%s/%s", path, l.sub[i]),
                         depth + 1, child))
            return false;
    if (has_name(&l, "migration.sql") || has_name(&l, "up.sql")) {
        *nested = true;
        return true;
    }
    return look_at(w, path, &l, below || has_name(&l, "migration_lock.toml"));
}

bool migration_folders_find(struct migration_folders *out, struct arena *a,
                            const char *path, struct err *e)
{
    struct walk w = {.out = out, .arena = a, .err = e};
    bool nested = false;
    struct str clean = str_from(path);
    while (clean.len > 1 && clean.ptr[clean.len - 1] == '/')
        clean.len--;
    *out = (struct migration_folders){NULL, 0, 0};
    if (!file_is_folder(path))
        return true;
    return walk_folder(&w, str_dup(a, clean), 0, &nested);
}

const char *migration_folder_tool(const struct migration_folder *folder)
{
    return folder->tool->name;
}
