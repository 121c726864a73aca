/* The rules of run_end.h. */
#include "scan/run_end.h"

#include <string.h>

#include "scan/attempts.h"
#include "scan/kept.h"
#include "scan/prefilter.h"

#define ENDS_MAX  2000 /* words that are kept, the last ones */
#define PARTS_MAX 1000

static bool is_end(const struct occurrence *o)
{
    return o->signature->ending >= 0;
}

static bool succeeds(const struct occurrence *o)
{
    return o->signature->role == ROLE_SUCCEEDED;
}

/* Of a host: it speaks of all that ran before it. */
static bool is_outer(const struct occurrence *o)
{
    return o->signature->ending <= ENDING_JOB;
}

static bool is_one_of(const char *id, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (signature_id_matches(id, list[i]))
            return true;
    return false;
}

/* A host's last line, which it prints after a failure, too: that it marks. */
static bool closes_well(const struct run_ends *r, const struct run_part *p,
                        const struct occurrence *o)
{
    const struct signature *s = o->signature;
    bool well = s->unless_count > 0;
    for (size_t i = 0; well && i < r->count; i++)
        well = r->end[i]->first_at.log != p->log ||
               r->end[i]->scope.run != p->run ||
               !is_one_of(r->end[i]->signature->id, s->unless, s->unless_count);
    return well;
}

/* "ends/jest-failed" and "ends/jest-succeeded" are of one tool. */
bool run_ends_same_tool(const struct occurrence *a, const struct occurrence *b)
{
    const char *x = a->signature->id, *y = b->signature->id;
    const char *dash = strrchr(x, '-');
    size_t n = dash == NULL ? strlen(x) : (size_t)(dash - x);
    return strncmp(x, y, n) == 0 && (y[n] == '-' || y[n] == '\0');
}

static bool same_part(const struct run_part *p, const struct occurrence *o)
{
    return p->log == o->first_at.log && p->run == o->scope.run;
}

static struct run_part *part_for(struct run_ends *r, const struct occurrence *o)
{
    for (size_t i = r->part_count; i-- > 0;)
        if (same_part(&r->part[i], o))
            return &r->part[i];
    if (r->part_count == PARTS_MAX)
        return NULL;
    struct run_part *made = &r->part[r->part_count++];
    *made = (struct run_part){.log = o->first_at.log, .run = o->scope.run};
    return made;
}

static void decide(struct run_part *p, const struct occurrence *o)
{
    p->said = o;
    p->outcome = succeeds(o) ? RUN_SUCCEEDED : RUN_FAILED;
}

/* Is there a later word of the same tool in the part? */
static bool is_repeated(const struct run_ends *r, size_t index)
{
    const struct occurrence *o = r->end[index];
    for (size_t i = index + 1; i < r->count; i++)
        if (r->end[i]->first_at.log == o->first_at.log &&
            r->end[i]->scope.run == o->scope.run &&
            run_ends_same_tool(r->end[i], o))
            return true;
    return false;
}

/* A host's last word; what fails after it takes a success back. */
static void decide_outer(const struct run_ends *r, struct run_part *p)
{
    for (size_t i = r->count; i-- > 0;) {
        const struct occurrence *o = r->end[i];
        if (!same_part(p, o))
            continue;
        if (is_outer(o) || closes_well(r, p, o)) {
            decide(p, o);
            return;
        }
        if (!succeeds(o))
            return; /* it is after all words of hosts that are left */
    }
}

static void decide_inner(const struct run_ends *r, struct run_part *p)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct occurrence *o = r->end[i];
        bool last = !is_repeated(r, i);
        if (!same_part(p, o) || is_outer(o) || p->outcome == RUN_FAILED ||
            (!last && o->signature->ending != ENDING_PHASE) ||
            (succeeds(o) && !last))
            continue;
        decide(p, o);
    }
}

void run_ends_find(struct run_ends *out, struct scan *s,
                   const struct occurrences *all)
{
    size_t skip = 0, seen = 0;
    for (size_t i = 0; i < all->count; i++)
        skip += is_end(&all->item[i]);
    skip = skip > ENDS_MAX ? skip - ENDS_MAX : 0;
    *out = (struct run_ends){
        .end = arena_array(s->arena, ENDS_MAX, sizeof(*out->end)),
        .part = arena_array(s->arena, PARTS_MAX, sizeof(*out->part)),
        .kept = s->kept,
    };
    for (size_t i = 0; i < all->count; i++) {
        if (!is_end(&all->item[i]) || seen++ < skip)
            continue;
        out->end[out->count++] = &all->item[i];
        (void)part_for(out, &all->item[i]);
    }
    for (size_t i = 0; i < out->part_count; i++) {
        decide_outer(out, &out->part[i]);
        if (out->part[i].outcome == RUN_UNKNOWN)
            decide_inner(out, &out->part[i]);
    }
}

static bool same_step(const struct scope *a, const struct scope *b)
{
    return a->step[0] == '\0' || b->step[0] == '\0' ||
           strcmp(a->step, b->step) == 0;
}

/* The next word of the tool in which the error stands. */
static const struct occurrence *next_end(const struct run_ends *r,
                                         const struct run_error *e)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct occurrence *o = r->end[i];
        if (o->first_at.order > e->at.order && o->scope.run == e->scope->run &&
            scope_joins(&o->first_at, &o->scope, &e->at, e->scope) &&
            (o->signature->ending != ENDING_STEP ||
             same_step(&o->scope, e->scope)))
            return o;
    }
    return NULL;
}

const struct occurrence *run_ends_excuse(const struct run_ends *r,
                                         const struct run_error *e)
{
    for (size_t i = 0; i < r->part_count; i++) {
        const struct run_part *p = &r->part[i];
        if (p->log != e->at.log || p->run != e->scope->run)
            continue;
        if (p->outcome != RUN_SUCCEEDED)
            return NULL;
        if (is_outer(p->said) || closes_well(r, p, p->said))
            return p->said->first_at.order > e->at.order ? p->said : NULL;
        const struct occurrence *next = next_end(r, e);
        /* a host that goes on knows how the command ended */
        bool host = next != NULL && next->signature->ending <= ENDING_STEP;
        bool good = next != NULL && succeeds(next) &&
                    (!e->proves || host ||
                     attempt_is_repeated(kept_of(r->kept, e->at.log), e->at.row,
                                         next->first.line));
        return good ? next : NULL;
    }
    return NULL;
}

/* The last part of the log: of it alone the outcome is told. */
static const struct run_part *last_part(const struct run_ends *r, size_t log)
{
    const struct run_part *last = NULL;
    for (size_t i = 0; i < r->part_count; i++)
        if (r->part[i].log == log &&
            (last == NULL || r->part[i].run > last->run))
            last = &r->part[i];
    return last;
}

/* Where the last deploy of the log begins. */
static int64_t first_line(const struct scan *s, size_t log)
{
    int64_t line = 1;
    for (size_t i = 0; i < s->mark_count; i++)
        if (s->mark[i].at.log == log && s->mark[i].begins)
            line = s->mark[i].place.line;
    return line;
}

/* A standing cause that says that a run failed, in this log. */
static const struct cause *failure_in(const struct findings *out,
                                      const char *file)
{
    for (size_t i = 0; i < out->cause_count; i++) {
        const struct cause *c = &out->cause[i];
        if (cause_stands(c) && c->chain_count > 0 &&
            strcmp(c->chain[0].file, file) == 0 && c->cluster != NULL)
            return c;
    }
    return NULL;
}

void run_ends_write(const struct run_ends *r, struct scan *s,
                    struct findings *out)
{
    size_t logs = (size_t)s->coverage.files;
    out->run = arena_array(s->arena, logs + 1, sizeof(*out->run));
    for (size_t log = 0; log < logs; log++) {
        const struct kept_piece *kept = kept_of(s->kept, log);
        const struct run_part *p = last_part(r, log);
        if (kept == NULL)
            continue;
        struct log_run *row = &out->run[out->run_count++];
        *row = (struct log_run){.scope = kept->at.file,
                                .from = first_line(s, log),
                                .to = kept_line_count(kept)};
        const struct cause *died = failure_in(out, kept->at.file);
        if (p != NULL && p->said != NULL) {
            row->outcome = (int)p->outcome;
            row->said_by = p->said->signature->id;
            row->line = p->said->last.line;
        } else if (died != NULL) {
            row->outcome = RUN_FAILED;
            row->line = died->chain[0].line;
        }
    }
}
