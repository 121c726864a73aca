/* The chain: what matters, and at most three rows on either side of it. */
#include <string.h>

#include "migrations/state/joined.h"

#define AROUND 3

static const struct migration_fact *find_fact(const struct migration_fact *f,
                                              size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(f[i].id, id) == 0)
            return &f[i];
    return NULL;
}

static bool is_among(const char *const *text, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text[i], id) == 0)
            return true;
    return false;
}

static void put_names(struct buf *out, const char *word,
                      const char *const *name, size_t count)
{
    if (count == 0)
        return;
    buf_printf(out, "%s%s ", out->len > 0 ? "; " : "", word);
    for (size_t i = 0; i < count && i < AROUND; i++)
        buf_printf(out, "%s%s", i > 0 ? ", " : "", name[i]);
    if (count > AROUND)
        buf_printf(out, " and %zu more", count - AROUND);
}

static const char *note_of(struct arena *a, const struct migration_fact *f)
{
    struct buf out;
    buf_init(&out, 1000);
    put_names(&out, "exists:", f->there, f->there_count);
    if (f->there_count > 0)
        put_names(&out, "missing:", f->missing, f->missing_count);
    if (f->error != NULL)
        buf_printf(&out, "%s%s", out.len > 0 ? "; " : "", f->error);
    const char *text = out.len == 0 ? NULL : buf_dup(a, &out);
    buf_release(&out);
    return text;
}

static struct migration_step step_of(const struct joined *j, size_t index)
{
    const struct migration_state *o = j->out;
    const char *id = j->shipped->item[index].id;
    const struct migration_fact *failed =
        find_fact(o->failed, o->failed_count, id);
    const struct migration_fact *pending =
        find_fact(o->pending, o->pending_count, id);
    const struct migration_fact *edited =
        find_fact(o->edited, o->edited_count, id);
    const struct migration_fact *f = failed != NULL    ? failed
                                     : pending != NULL ? pending
                                                       : edited;
    int mark = failed != NULL                               ? MARK_FAILED
               : is_among(o->skipped, o->skipped_count, id) ? MARK_SKIPPED
               : pending != NULL                            ? MARK_PENDING
               : edited != NULL                             ? MARK_EDITED
                                                            : MARK_APPLIED;
    return (struct migration_step){.id = id,
                                   .mark = mark,
                                   .note =
                                       f == NULL ? NULL : note_of(j->arena, f),
                                   .here = is_among(o->at, o->at_count, id)};
}

static bool matters(const struct migration_step *s)
{
    return s->here || (s->mark != MARK_APPLIED && s->mark != MARK_PENDING);
}

static void add_step(struct migration_state *o, const struct migration_step *s)
{
    o->chain[o->chain_count++] = *s;
}

/* Rows far from all that matters are counted. */
static void keep_near(struct migration_state *o, struct arena *a,
                      const struct migration_step *all, size_t count)
{
    bool *near = arena_array(a, count + 1, sizeof(*near));
    struct migration_step *hidden = NULL;
    for (size_t i = 0; i < count; i++)
        for (size_t k = i < AROUND ? 0 : i - AROUND;
             k < count && k <= i + AROUND; k++)
            near[i] = near[i] || matters(&all[k]);
    if (count > 0 && o->at_count == 0) /* nothing was applied: the first ones */
        for (size_t i = 0; i < count && i < AROUND; i++)
            near[i] = true;
    for (size_t i = 0; i < count; i++) {
        if (near[i] && o->chain_count < STATE_SHOWN_MAX) {
            add_step(o, &all[i]);
            continue;
        }
        if (hidden == NULL || hidden != &o->chain[o->chain_count - 1]) {
            hidden = &o->chain[o->chain_count];
            add_step(o, &(struct migration_step){.mark = MARK_MORE});
        }
        hidden->hidden++;
    }
}

void add_chain(struct joined *j)
{
    struct migration_state *o = j->out;
    size_t count = j->shipped->count;
    struct migration_step *all = arena_array(j->arena, count + 1, sizeof(*all));
    for (size_t i = 0; i < count; i++)
        all[i] = step_of(j, i);
    o->chain =
        arena_array(j->arena, count + o->unknown_count + 2, sizeof(*o->chain));
    keep_near(o, j->arena, all, count);
    for (size_t i = 0; i < o->unknown_count && o->chain_count < STATE_SHOWN_MAX;
         i++)
        add_step(o,
                 &(struct migration_step){
                     .id = o->unknown[i].id,
                     .mark = MARK_UNKNOWN,
                     .here = is_among(o->at, o->at_count, o->unknown[i].id)});
}
