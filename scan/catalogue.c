/* The catalogue: what was built in, then the files of a folder, by id. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "scan/built_in.h"
#include "scan/internal.h"

#define FILE_BYTES_MAX ((size_t)4 << 20)

struct building {
    struct signature_loader loader;
    struct signature *signature;
    size_t count, cap;
    size_t built_in; /* those of the binary: they may be replaced */
    struct suppression *suppression;
    size_t suppression_count, suppression_cap;
};

static struct signature *find(struct building *b, const char *id)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->signature[i].id, id) == 0)
            return &b->signature[i];
    return NULL;
}

static void add(struct building *b, const struct signature *made)
{
    struct signature *known = find(b, made->id);
    if (known != NULL && (size_t)(known - b->signature) >= b->built_in) {
        diags_add(b->loader.diags, made->pos,
                  "duplicate signature id '%s', first given at %s", made->id,
                  pos_text(b->loader.arena, known->pos));
        return;
    }
    if (known != NULL) {
        *known = *made;
        return;
    }
    b->signature = arena_grow(b->loader.arena, b->signature, b->count, &b->cap,
                              sizeof(*b->signature));
    b->signature[b->count++] = *made;
}

static void add_suppression(struct building *b, const struct yaml_node *n)
{
    struct suppression made;
    if (!suppression_read(&b->loader, n, &made))
        return;
    if (suppression_is_over(&made, clock_wall_ms()))
        diags_warn(b->loader.diags, made.pos,
                   "this suppression of '%.100s' is over: %.200s",
                   made.signature, made.reason);
    b->suppression =
        arena_grow(b->loader.arena, b->suppression, b->suppression_count,
                   &b->suppression_cap, sizeof(*b->suppression));
    b->suppression[b->suppression_count++] = made;
}

static void add_signature(struct building *b, const struct yaml_node *n)
{
    struct signature made;
    if (signature_read(&b->loader, n, &made))
        add(b, &made);
}

/* One of the two lists of a file. */
static void load_list(struct building *b, const struct yaml_node *key,
                      const struct yaml_node *list)
{
    bool signatures = str_is(key->text, "signatures");
    if ((!signatures && !str_is(key->text, "suppress")) ||
        list->kind != YAML_LIST) {
        diags_add(b->loader.diags, key->pos,
                  "expected 'signatures' or 'suppress', with a list");
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (signatures)
            add_signature(b, list->item[i]);
        else
            add_suppression(b, list->item[i]);
    }
}

static void load_source(struct building *b, const struct source *source)
{
    const struct yaml_node *root = NULL;
    if (!yaml_parse(&root, b->loader.arena, source, b->loader.diags))
        return;
    if (root->kind != YAML_MAP || root->count == 0) {
        diags_add(b->loader.diags, root->pos,
                  "expected a file with 'signatures' or 'suppress' as a map");
        return;
    }
    for (size_t i = 0; i < root->count; i++)
        load_list(b, root->item[2 * i], root->item[2 * i + 1]);
}

static void copy_built_in(struct building *b)
{
    const struct catalogue *all = &catalogue_built_in;
    b->signature =
        arena_array(b->loader.arena, all->count, sizeof(*b->signature));
    memcpy(b->signature, all->signature, all->count * sizeof(*b->signature));
    b->count = b->cap = b->built_in = all->count;
}

static void load_file(struct building *b, const char *path)
{
    struct source *source = arena_alloc(b->loader.arena, sizeof(*source));
    struct err e = {.set = false};
    if (file_read(source, b->loader.arena, path, FILE_BYTES_MAX, &e))
        load_source(b, source);
    else
        diags_add_err(b->loader.diags, &e);
}

static void load_folder(struct building *b, const char *folder)
{
    static const char *const suffixes[] = {".yaml", ".yml", ".json", NULL};
    struct file_list files;
    struct err e = {.set = false};
    if (!file_is_folder(folder)) {
        load_file(b, folder);
        return;
    }
    if (!file_list(&files, b->loader.arena, folder, suffixes, &e)) {
        diags_add_err(b->loader.diags, &e);
        return;
    }
    for (size_t i = 0; i < files.count; i++)
        load_file(b, files.path[i]);
}

static int compare_ids(const void *left, const void *right)
{
    const struct signature *a = left, *b = right;
    return strcmp(a->id, b->id);
}

bool catalogue_open(struct catalogue *out, struct arena *life,
                    const char *folder, struct diags *d)
{
    size_t before = diags_errors(d);
    struct building b = {.loader = {.arena = life, .diags = d}};
    *out = catalogue_built_in;
    if (folder == NULL)
        return true;
    copy_built_in(&b);
    load_folder(&b, folder);
    if (b.count > 1)
        qsort(b.signature, b.count, sizeof(*b.signature), compare_ids);
    *out = (struct catalogue){b.signature, b.count, b.suppression,
                              b.suppression_count};
    return diags_errors(d) == before;
}
