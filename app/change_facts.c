/* Changes and workflows of the facts, filled in from a clone. */
#include "app/change_facts.h"

#include "evidence/evidence.h"
#include "model/vocabulary.h"

struct filling {
    struct arena *life;
    const struct notes *notes;
    struct git_inputs in;
    struct fact_change *change;
    size_t count, cap;
};

static struct fact_change *add(struct filling *x, struct fact_change made)
{
    x->change =
        arena_grow(x->life, x->change, x->count, &x->cap, sizeof(*x->change));
    x->change[x->count] = made;
    return &x->change[x->count++];
}

static const char *lines_of(struct arena *a, const struct hunk *h)
{
    if (h->count < 2)
        return arena_printf(a, "%lld", (long long)h->line);
    return arena_printf(a, "%lld-%lld", (long long)h->line,
                        (long long)(h->line + h->count - 1));
}

/* The first has what people wrote; the others say where they are. */
static void add_hunk(struct filling *x, const struct fact_change *from,
                     const struct hunks *all, size_t i)
{
    const struct hunk *h = &all->item[i];
    struct fact_change made =
        i == 0 ? *from : (struct fact_change){.text = NULL};
    made.file = h->file;
    made.lines = lines_of(x->life, h);
    made.before = h->before;
    made.after = h->after;
    if (made.text == NULL)
        made.text =
            i == 0 ? all->subject
                   : arena_printf(x->life, "%s, lines %s", h->file, made.lines);
    add(x, made);
}

static void note_more(struct filling *x, const struct hunks *all)
{
    struct fact_change *last = &x->change[x->count - 1];
    const char **point =
        arena_array(x->life, last->point_count + 1, sizeof(const char *));
    if (all->more == 0)
        return;
    for (size_t i = 0; i < last->point_count; i++)
        point[i] = last->point[i];
    point[last->point_count++] = arena_printf(
        x->life, "%zu more hunks of the commit are not shown here.", all->more);
    last->point = point;
}

static bool fill_change(struct filling *x, const struct fact_change *c,
                        struct err *e)
{
    struct hunks all;
    if (!evidence_hunks(&all, x->life, &x->in, c->commit, c->file, e))
        return false;
    for (size_t i = 0; i < all.count; i++)
        add_hunk(x, c, &all, i);
    if (all.count == 0)
        add(x, *c);
    note_more(x, &all);
    return true;
}

static bool fill_changes(struct filling *x, struct facts *f, struct err *e)
{
    size_t filled = 0;
    for (size_t i = 0; i < f->change_count; i++) {
        const struct fact_change *c = &f->change[i];
        bool open = c->commit != NULL && c->before == NULL && c->after == NULL;
        if (!open || filled++ >= CHANGES_FILLED_MAX)
            add(x, *c);
        else if (!fill_change(x, c, e))
            return false;
    }
    f->change = x->change;
    f->change_count = x->count;
    return true;
}

static void take(struct fact_workflow *w, const struct workflow *found,
                 struct arena *a)
{
    if (w->name == NULL)
        w->name = found->name;
    if (w->trigger == NULL)
        w->trigger = found->trigger;
    if (w->target == NULL)
        w->target = found->target;
    if (w->step_count > 0)
        return;
    w->step = found->step;
    w->step_count = found->step_count;
    if (found->more == 0)
        return;
    w->step = arena_array(a, found->step_count + 1, sizeof(const char *));
    for (size_t i = 0; i < found->step_count; i++)
        w->step[i] = found->step[i];
    w->step[w->step_count++] = arena_printf(a, "and %zu more", found->more);
}

static int fill_workflow(struct filling *x, struct fact_workflow *w)
{
    struct source *source = arena_alloc(x->life, sizeof(*source));
    struct workflow found;
    struct err e = {.set = false};
    struct diags d;
    diags_init(&d, x->life);
    source->name = w->file;
    if (!evidence_file(&source->text, x->life, &x->in, w->file, &e))
        return notes_fail(x->notes, &e, EXIT_INVALID);
    if (!workflow_read(&found, x->life, source, &d)) {
        notes_diags(x->notes, &d);
        return EXIT_INVALID;
    }
    take(w, &found, x->life);
    return EXIT_VERIFIED;
}

int change_facts_fill(struct facts *f, struct arena *life,
                      const struct settings *s, const struct notes *n,
                      const struct record *r)
{
    struct filling x = {.life = life,
                        .notes = n,
                        .in = {.dir = s->git,
                               .to = r->evidence.git.to,
                               .any_owner = s->git_any_owner}};
    struct err e = {.set = false};
    int code = EXIT_VERIFIED;
    if (s->git == NULL)
        return code;
    if (!fill_changes(&x, f, &e))
        return notes_fail(n, &e, EXIT_INVALID);
    for (size_t i = 0; i < f->workflow_count && i < CHANGES_FILLED_MAX &&
                       code == EXIT_VERIFIED;
         i++)
        if (f->workflow[i].file != NULL)
            code = fill_workflow(&x, &f->workflow[i]);
    return code;
}
