/* The catalogue: what was built in, then the files of a folder, by id. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "scan/internal.h"

#define FILE_BYTES_MAX ((size_t)4 << 20)

/* Built-in signatures that a file of the user's takes out. */
struct disabled {
    const char *id; /* a final * for any */
    struct pos pos;
};

struct building {
    struct signature_loader loader;
    struct signature *signature;
    size_t count, cap;
    size_t built_in; /* those of the binary: they may be replaced */
    struct suppression *suppression;
    size_t suppression_count, suppression_cap;
    struct disabled *disabled;
    size_t disabled_count, disabled_cap;
    const char **note;
    size_t note_count, note_cap;
};

static void note(struct building *b, struct pos pos, const char *text)
{
    b->note = arena_grow(b->loader.arena, b->note, b->note_count, &b->note_cap,
                         sizeof(*b->note));
    b->note[b->note_count++] = arena_printf(
        b->loader.arena, "%s: %s", pos_text(b->loader.arena, pos), text);
}

static struct signature *find(struct building *b, const char *id)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->signature[i].id, id) == 0)
            return &b->signature[i];
    return NULL;
}

/* The built-in catalogue's own file, on its way to be built in. */
static bool is_same_place(struct arena *a, struct pos one, struct pos other)
{
    return strcmp(pos_text(a, one), pos_text(a, other)) == 0;
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
        if (!is_same_place(b->loader.arena, made->pos, known->pos))
            note(b, made->pos,
                 arena_printf(b->loader.arena, "replaces the built-in %s",
                              made->id));
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

static void add_disabled(struct building *b, const struct yaml_node *n)
{
    bool known = false;
    if (n->kind != YAML_SCALAR || n->text.len == 0) {
        diags_add(b->loader.diags, n->pos,
                  "expected the id of a signature, a final * for any");
        return;
    }
    const char *id = str_dup(b->loader.arena, n->text);
    for (size_t i = 0; i < b->built_in && !known; i++)
        known = signature_id_matches(b->signature[i].id, id);
    if (!known) {
        diags_add(b->loader.diags, n->pos,
                  "no built-in signature has the id '%.100s'", id);
        return;
    }
    note(b, n->pos,
         arena_printf(b->loader.arena, "disables the built-in %s", id));
    b->disabled = arena_grow(b->loader.arena, b->disabled, b->disabled_count,
                             &b->disabled_cap, sizeof(*b->disabled));
    b->disabled[b->disabled_count++] = (struct disabled){id, n->pos};
}

/* One of the lists of a file. */
static void load_list(struct building *b, const struct yaml_node *key,
                      const struct yaml_node *list)
{
    static const struct {
        const char *name;
        void (*add)(struct building *b, const struct yaml_node *n);
    } lists[] = {{"signatures", add_signature},
                 {"suppress", add_suppression},
                 {"disable", add_disabled}};
    for (size_t k = 0; k < ARRAY_COUNT(lists); k++) {
        if (!str_is(key->text, lists[k].name) || list->kind != YAML_LIST)
            continue;
        for (size_t i = 0; i < list->count; i++)
            lists[k].add(b, list->item[i]);
        return;
    }
    diags_add(b->loader.diags, key->pos,
              "expected 'signatures', 'suppress' or 'disable', with a list");
}

static void load_source(struct building *b, const struct source *source)
{
    const struct yaml_node *root = NULL;
    if (!yaml_parse(&root, b->loader.arena, source, b->loader.diags))
        return;
    if (root->kind != YAML_MAP || root->count == 0) {
        diags_add(
            b->loader.diags, root->pos,
            "expected a file with 'signatures', 'suppress' or 'disable' as "
            "a map");
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

static void load_file(struct building *b, const char *folder, const char *path)
{
    struct source *source = arena_alloc(b->loader.arena, sizeof(*source));
    struct err e = {.set = false};
    if (file_read_definition(source, b->loader.arena, folder, path,
                             FILE_BYTES_MAX, &e))
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
        load_file(b, NULL, folder);
        return;
    }
    if (!file_list_beneath(&files, b->loader.arena, folder, suffixes, &e)) {
        diags_add_err(b->loader.diags, &e);
        return;
    }
    for (size_t i = 0; i < files.count; i++)
        load_file(b, folder, files.path[i]);
}

static int compare_ids(const void *left, const void *right)
{
    const struct signature *a = left, *b = right;
    return strcmp(a->id, b->id);
}

/* A signature of the user's own stays: its place is in a file of theirs. */
static void take_disabled_out(struct building *b)
{
    const struct catalogue *built_in = &catalogue_built_in;
    size_t kept = 0;
    for (size_t i = 0; i < b->count; i++) {
        bool own = i >= b->built_in || b->signature[i].pos.source !=
                                           built_in->signature[i].pos.source;
        bool out = false;
        for (size_t k = 0; k < b->disabled_count && !own; k++)
            out = out ||
                  signature_id_matches(b->signature[i].id, b->disabled[k].id);
        if (!out)
            b->signature[kept++] = b->signature[i];
    }
    b->count = kept;
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
    take_disabled_out(&b);
    if (b.count > 1)
        qsort(b.signature, b.count, sizeof(*b.signature), compare_ids);
    *out = (struct catalogue){.signature = b.signature,
                              .count = b.count,
                              .suppression = b.suppression,
                              .suppression_count = b.suppression_count,
                              .note = b.note,
                              .note_count = b.note_count};
    return diags_errors(d) == before;
}
