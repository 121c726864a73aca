/*
 * The order in which a tool applies its migrations: a chain of references,
 * versions, or names.
 */
#include <stdlib.h>
#include <string.h>

#include "migrations/internal.h"

static int compare_text(struct str a, struct str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len == 0 ? 0 : memcmp(a.ptr, b.ptr, len);
    return order != 0 ? order : a.len < b.len ? -1 : a.len > b.len;
}

static struct str without_zeros(struct str s)
{
    while (s.len > 1 && s.ptr[0] == '0')
        s = str_sub(s, 1, s.len);
    return s;
}

/* "1.10" after "1.9"; "1" and "1.0" are one version. */
static int compare_versions(struct str a, struct str b)
{
    while (a.len > 0 || b.len > 0) {
        struct str left = without_zeros(str_cut(a, '.', &a));
        struct str right = without_zeros(str_cut(b, '.', &b));
        if (left.len == 0)
            left = STR("0");
        if (right.len == 0)
            right = STR("0");
        if (left.len != right.len)
            return left.len < right.len ? -1 : 1;
        int order = compare_text(left, right);
        if (order != 0)
            return order;
    }
    return 0;
}

static bool same_chain(const struct migration_file *a,
                       const struct migration_file *b)
{
    return a->tool == b->tool && str_equal(a->chain, b->chain);
}

static bool is_linked(const struct migration_file *m)
{
    return migration_tool_at(m->tool)->order == ORDER_PARENTS;
}

static int compare_files(const void *left, const void *right)
{
    const struct migration_file *a = left, *b = right;
    int order = 0;
    if (a->tool != b->tool)
        return a->tool < b->tool ? -1 : 1;
    order = compare_text(a->chain, b->chain);
    if (order == 0 && migration_tool_at(a->tool)->order == ORDER_VERSIONS)
        order = compare_versions(a->id, b->id);
    if (order == 0 && !is_linked(a))
        order = compare_text(a->id, b->id);
    return order != 0 ? order : compare_text(a->path, b->path);
}

static bool refers_to(const struct migration_file *m, struct str id)
{
    for (size_t i = 0; i < m->parent_count; i++)
        if (str_equal(m->parent[i], id))
            return true;
    return false;
}

/* The first that waits for nothing; in a circle, for least. */
static size_t next_link(const size_t *waits, const bool *taken, size_t count)
{
    size_t next = count;
    for (size_t i = 0; i < count; i++)
        if (!taken[i] && (next == count || waits[i] < waits[next]))
            next = i;
    return next;
}

/* Parents first, otherwise as they stand. */
static void sort_links(struct migration_file *m, size_t count, struct arena *a)
{
    struct migration_file *sorted = arena_array(a, count, sizeof(*sorted));
    size_t *waits = arena_array(a, count, sizeof(*waits));
    bool *taken = arena_array(a, count, sizeof(*taken));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            waits[i] += i != k && refers_to(&m[i], m[k].id);
    for (size_t n = 0; n < count; n++) {
        size_t next = next_link(waits, taken, count);
        taken[next] = true;
        sorted[n] = m[next];
        for (size_t i = 0; i < count; i++)
            if (!taken[i] && refers_to(&m[i], m[next].id))
                waits[i]--;
    }
    for (size_t i = 0; i < count; i++)
        m[i] = sorted[i];
}

void migrations_sort(struct migration_file *m, size_t count, struct arena *a)
{
    if (count > 1)
        qsort(m, count, sizeof(*m), compare_files);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && same_chain(&m[from], &m[to]); to++)
            continue;
        if (is_linked(&m[from]))
            sort_links(&m[from], to - from, a);
    }
}

const char *migration_after(const struct migration_file *all, size_t index,
                            struct arena *a)
{
    const struct migration_file *m = &all[index];
    const char *text = NULL;
    if (!is_linked(m))
        return index > 0 && same_chain(m, m - 1) ? harmless(a, m[-1].id) : NULL;
    for (size_t i = 0; i < m->parent_count; i++)
        text = i == 0
                   ? harmless(a, m->parent[i])
                   : arena_printf(a, "%s, %s", text, harmless(a, m->parent[i]));
    return text;
}
