/* The window that decides, over all checks. */
#include "verdict/internal.h"

struct failures {
    int64_t ours, other, silent;
};

static void count_check(struct tally *t, const struct answers *n)
{
    t->asked++;
    t->named += n->ours.answers > 0 || n->other_build != NULL;
    t->told += n->ours.answers + n->other.answers > 0;
    t->ours = t->ours || n->ours.answers > 0;
    if (n->other.answers > 0 && !t->other)
        t->other_build = n->other_build;
    t->other = t->other || n->other.answers > 0;
    t->all.answers += n->all.answers;
    t->all.failed += n->all.failed;
    t->from_ours += n->ours.answers;
}

/*
 * A failed answer that names no build counts for the old one where an older
 * build answered in the window, and for the new one where none did.
 */
static void attribute(struct tally *t, const struct failures *f)
{
    t->new_failed = f->ours + (t->other ? 0 : f->silent);
    t->old_failed = f->other + (t->other ? f->silent : 0);
}

void count_answers(struct joining *j)
{
    struct failures f = {0};
    struct record *out = j->record;
    j->window = window_that_decides(j->in);
    window_observed(&out->deployment, j->arena, j->in, &j->window);
    for (size_t i = 0; i < out->result_count; i++) {
        struct result *r = &out->result[i];
        struct answers n;
        window_count(&n, r, &j->window);
        if (r->expected != NULL)
            count_check(&j->tally, &n);
        if (r->severity == SEVERITY_CRITICAL) {
            f.ours += n.ours.failed;
            f.other += n.other.failed;
            f.silent += n.silent.failed;
        }
        window_judge(r, j->arena, &j->window);
    }
    attribute(&j->tally, &f);
}

bool fails_since_new(const struct tally *t)
{
    return t->new_failed >= 2 && t->old_failed == 0;
}
