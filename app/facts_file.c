/* Facts and events, read from files. */
#include "app/facts_file.h"

#include "base/file.h"
#include "base/shape_yaml.h"
#include "evidence/evidence.h"

int facts_file_read(struct facts *out, struct source *source,
                    struct arena *life, const char *path, const struct notes *n)
{
    const struct yaml_node *root = NULL;
    struct err e = {.set = false};
    struct diags d;
    *out = (struct facts){.severity = -1, .status = -1};
    if (path == NULL)
        return EXIT_VERIFIED;
    diags_init(&d, life);
    if (!file_read(source, life, path, FACTS_BYTES_MAX, &e))
        return notes_fail(n, &e, EXIT_USAGE);
    if (yaml_parse(&root, life, source, &d) &&
        shape_read_yaml(out, life, &facts_shape, root, &d) &&
        diags_errors(&d) == 0)
        return EXIT_VERIFIED;
    notes_diags(n, &d);
    return EXIT_INVALID;
}

static void join(struct facts *f, struct arena *life,
                 const struct event_list *all)
{
    struct fact_event *joint =
        arena_array(life, f->event_count + all->count, sizeof(*joint));
    for (size_t i = 0; i < f->event_count; i++)
        joint[i] = f->event[i];
    for (size_t i = 0; i < all->count; i++)
        joint[f->event_count + i] = all->item[i];
    f->event = joint;
    f->event_count += all->count;
}

int facts_add_events(struct facts *f, struct paging *paging, struct arena *life,
                     const struct texts *files, const struct notes *n)
{
    struct event_list all = {.item = NULL};
    for (size_t i = 0; i < files->count; i++) {
        struct source *source = arena_alloc(life, sizeof(*source));
        struct err e = {.set = false};
        if (!file_read(source, life, files->item[i], FACTS_BYTES_MAX, &e))
            return notes_fail(n, &e, EXIT_USAGE);
        if (!event_export_read(&all, life, source, &e))
            return notes_fail(n, &e, EXIT_INVALID);
    }
    if (all.count > 0)
        join(f, life, &all);
    *paging = (struct paging){all.paged_ms, all.acknowledged_ms};
    return EXIT_VERIFIED;
}
