/*
 * The first byte chooses a reader: 'd' deployments, 'c' changes, 'h' history,
 * 't' a tree, 'b' blobs, 'm' a path, a line feed and a migration's two texts,
 * with a NUL between them. Others go to all of them.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "evidence/evidence.h"
#include "migrations/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_runs(struct arena *a, struct str text)
{
    struct deploy_evidence d;
    struct err e = {.set = false};
    struct source source = {"runs.json", text};
    struct deployment_inputs in = {.json = &source, .target = "t"};
    if (!evidence_deployments(&d, a, &in, &e)) {
        if (!e.set)
            abort(); /* a refusal has a reason */
        return;
    }
    for (size_t i = 0; i < d.conflict_count; i++)
        if (d.conflict[i].overlap_ms <= 0)
            abort();
}

static void read_git(struct arena *a, struct str text, char what)
{
    struct changes changes;
    struct history history;
    struct tree tree;
    struct str blob[8];
    if (what != 'h' && what != 't' && what != 'b')
        parse_changes(&changes, a, text);
    if (what != 'c' && what != 't' && what != 'b' &&
        parse_history(&history, a, text))
        for (size_t i = 0; i < history.count; i++)
            if (!is_object_id(str_from(history.item[i].sha)))
                abort();
    if (what != 'c' && what != 'h' && what != 'b')
        parse_tree(&tree, a, text);
    if (what != 'c' && what != 'h' && what != 't')
        parse_blobs(blob, ARRAY_COUNT(blob), text);
}

static void read_migration(struct arena *a, struct str text)
{
    struct migration_file m[2];
    struct str second;
    struct str path = str_cut(text, '\n', &text);
    struct str first = str_cut(text, '\0', &second);
    const char *shown = harmless(a, path);
    if (text_has_control(str_from(shown)))
        abort();
    if (!migration_by_path(&m[0], a, path))
        return;
    m[1] = m[0];
    if (!migration_by_text(&m[0], first) || !migration_by_text(&m[1], second))
        return;
    if (!migration_is_alike(m[0].tool, a, first, first))
        abort();
    if (migration_is_alike(m[0].tool, a, first, second) !=
        migration_is_alike(m[0].tool, a, second, first))
        abort();
    migrations_sort(m, 2, a);
    migration_after(m, 0, a);
    migration_after(m, 1, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    if (size == 0)
        return 0;
    arena_init(&a);
    struct str text = {arena_dup(&a, (const char *)data + 1, size - 1),
                       size - 1};
    char what = (char)data[0];
    if (what == 'd')
        read_runs(&a, text);
    else if (what == 'm')
        read_migration(&a, text);
    else
        read_git(&a, text, what);
    arena_release(&a);
    return 0;
}
