/* Rules on the files themselves: sums, line ends, merges, companions. */
#include <openssl/evp.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "migrations/internal.h"
#include "migrations/rules/internal.h"

#define AS_USUAL ((struct verdict_of){-1, NULL})

static bool is_tool(const struct rules_review *r, const char *name)
{
    return strcmp(r->tool->name, name) == 0;
}

static const struct shipped_file *find_file(const struct rules_review *r,
                                            const char *name)
{
    for (size_t i = 0; i < r->folder->file_count; i++)
        if (strcmp(r->folder->file[i].path, name) == 0)
            return &r->folder->file[i];
    return NULL;
}

/* ---- atlas.sum ---- */

static bool is_summed(const struct shipped_file *f)
{
    return ends_in(str_from(f->path), ".sql") && strchr(f->path, '/') == NULL;
}

static bool add_to(EVP_MD_CTX *c, struct str s)
{
    return EVP_DigestUpdate(c, s.ptr == NULL ? "" : s.ptr, s.len) == 1;
}

/* What the running digest is now, in base64; it goes on afterwards. */
static const char *digest_now(struct arena *a, const EVP_MD_CTX *running)
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    struct buf text;
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool ok = c != NULL && EVP_MD_CTX_copy_ex(c, running) == 1 &&
              EVP_DigestFinal_ex(c, sum, &length) == 1;
    EVP_MD_CTX_free(c);
    buf_init(&text, 100);
    if (ok)
        text_base64(&text, (struct str){(const char *)sum, length});
    return buf_take(a, &text);
}

/* The line "NAME h1:SUM" of the file; empty: it has none. */
static struct str sum_of(struct str sums, const char *name)
{
    while (sums.len > 0) {
        struct str line = str_trim(str_cut(sums, '\n', &sums)), rest;
        if (str_is(str_cut(line, ' ', &rest), name))
            return str_starts(rest, STR("h1:")) ? str_sub(rest, 3, rest.len)
                                                : STR_NONE;
    }
    return STR_NONE;
}

/* Each sum is over all files until then: the first that differs is told. */
static void compare_sums(struct rules_review *r, const struct shipped_file *s,
                         EVP_MD_CTX *c)
{
    for (size_t i = 0; i < r->folder->file_count; i++) {
        const struct shipped_file *f = &r->folder->file[i];
        bool ignored = contains(f->text, "atlas:sum ignore");
        if (!is_summed(f))
            continue;
        if (!add_to(c, str_from(f->path)) || (!ignored && !add_to(c, f->text)))
            return;
        struct str kept = sum_of(s->text, f->path);
        const char *now = digest_now(r->arena, c);
        if (now[0] == '\0' || str_is(kept, now))
            continue;
        const struct place place = {rule_source(r, f), 0};
        rule_found(r, place, AS_USUAL, "%s",
                   kept.len == 0
                       ? "atlas.sum does not name it"
                       : "it, or a file before it, is not what atlas.sum was "
                         "computed from");
        return;
    }
}

/* Files that the sums name, and that are gone. */
static void find_lost(struct rules_review *r, const struct shipped_file *s)
{
    struct str sums = s->text;
    str_cut(sums, '\n', &sums);
    while (sums.len > 0) {
        struct str line = str_trim(str_cut(sums, '\n', &sums)), rest;
        struct str name = str_cut(line, ' ', &rest);
        const char *path = str_dup(r->arena, name);
        const struct source *source = rule_source(r, s);
        if (name.len > 0 && find_file(r, path) == NULL)
            rule_found(r,
                       (struct place){source, (size_t)(name.ptr - s->text.ptr)},
                       AS_USUAL, "it names '%s', which does not exist", path);
    }
}

void check_sums(struct rules_review *r)
{
    const struct shipped_file *sums = find_file(r, "atlas.sum");
    if (sums == NULL || !is_tool(r, "atlas"))
        return;
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    if (c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1)
        compare_sums(r, sums, c);
    EVP_MD_CTX_free(c);
    find_lost(r, sums);
}

/* ---- line ends ---- */

void check_line_ends(struct rules_review *r)
{
    for (size_t i = 0; r->tool->bytes && i < r->count; i++) {
        const struct judged_migration *m = &r->item[i];
        size_t at = str_find(m->source.text, STR("\r\n"), 0);
        if (at < m->source.text.len)
            rule_found(r, rule_place(m, at), AS_USUAL,
                       "its lines end in CRLF, and its checksum is that of the "
                       "bytes: a checkout with LF has another one");
    }
}

/* ---- unfinished ---- */

static size_t line_with(struct str text, const char *begin)
{
    struct str mark = str_from(begin);
    for (size_t at = str_find(text, mark, 0); at < text.len;
         at = str_find(text, mark, at + 1))
        if (at == 0 || text.ptr[at - 1] == '\n')
            return at;
    return text.len;
}

void check_unfinished(struct rules_review *r)
{
    for (size_t i = 0; i < r->folder->file_count; i++) {
        const struct shipped_file *f = &r->folder->file[i];
        size_t ours = line_with(f->text, "<<<<<<< ");
        if (ours < f->text.len &&
            line_with(f->text, ">>>>>>> ") < f->text.len) {
            const struct place place = {rule_source(r, f), ours};
            rule_found(r, place,
                       (struct verdict_of){-1, "resolve the conflict"},
                       "marks of a merge that was not finished");
        }
    }
    for (size_t i = 0; i < r->count; i++)
        if (str_trim(r->item[i].source.text).len == 0)
            rule_found(r, rule_place(&r->item[i], 0),
                       (struct verdict_of){REMARK_NOTE,
                                           "write the migration, or say in a "
                                           "comment that it is meant"},
                       "the file is empty: it counts as applied, and does "
                       "nothing");
}

/* ---- the lock file of Prisma ---- */

/* `provider = "x"` at or after `at`. */
static struct str provider_in(struct str text, size_t at)
{
    size_t key = str_find(text, STR("provider"), at);
    size_t open = str_find(text, STR("\""), key);
    size_t close = str_find(text, STR("\""), open + 1);
    if (close >= text.len || open - key > 20)
        return STR_NONE;
    return str_sub(text, open + 1, close - open - 1);
}

static struct str schema_provider(struct rules_review *r)
{
    static const char *const names[] = {"schema.prisma", "../schema.prisma",
                                        "schema/schema.prisma"};
    const char *above = file_folder(r->arena, r->folder->path);
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        struct source file;
        struct err ignored = {.set = false};
        const char *path = arena_printf(r->arena, "%s/%s", above, names[i]);
        if (!file_is_regular(path) ||
            !file_read(&file, r->arena, path, STATE_FILE_MAX, &ignored))
            continue;
        size_t at = str_find(file.text, STR("datasource "), 0);
        if (at < file.text.len)
            return provider_in(file.text, at);
    }
    return STR_NONE;
}

void check_lock_file(struct rules_review *r)
{
    const struct shipped_file *lock = find_file(r, "migration_lock.toml");
    if (!is_tool(r, "prisma") || r->count == 0)
        return;
    if (lock == NULL) {
        rule_found(r, rule_place(&r->item[0], 0),
                   (struct verdict_of){REMARK_MINOR, NULL},
                   "migration_lock.toml is missing beside the migrations");
        return;
    }
    struct str locked = provider_in(lock->text, 0);
    struct str schema = schema_provider(r);
    const struct source *source = rule_source(r, lock);
    size_t at = str_find(lock->text, STR("provider"), 0);
    if (schema.len > 0 && locked.len > 0 && !str_equal(schema, locked))
        rule_found(r, (struct place){source, at}, AS_USUAL,
                   "it names the provider '%.*s', and the schema '%.*s': "
                   "Prisma stops with P3019",
                   STR_ARGS(locked), STR_ARGS(schema));
}

/* ---- the way down ---- */

static bool has_down(const struct rules_review *r,
                     const struct judged_migration *m)
{
    struct str path = str_from(m->file->path);
    const char *down = r->tool->down_file;
    if (down[0] != '.') {
        struct str folder = str_sub(path, 0, path.len - file_base(path).len);
        return find_file(r, arena_printf(r->arena, "%.*s%s", STR_ARGS(folder),
                                         down)) != NULL;
    }
    if (!ends_in(path, ".up.sql"))
        return true;
    struct str stem = str_sub(path, 0, path.len - 7);
    return find_file(r, arena_printf(r->arena, "%.*s%s", STR_ARGS(stem),
                                     down)) != NULL;
}

/* Only where most have one, and what is new beyond that. */
void check_down_missing(struct rules_review *r)
{
    size_t have = 0;
    if (r->tool->down_file == NULL)
        return;
    for (size_t i = 0; i < r->count; i++)
        have += has_down(r, &r->item[i]);
    for (size_t i = 0; have * 2 > r->count && i < r->count; i++)
        if (!has_down(r, &r->item[i]))
            rule_found(r, rule_place(&r->item[i], 0), AS_USUAL,
                       "it has no file for the way down, and %zu of %zu others "
                       "have one",
                       have, r->count - 1);
}
