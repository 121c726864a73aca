/* The rules of waits.h. */
#include "scan/waits.h"

#include <string.h>

#include "scan/readers.h"
#include "scan/speakers.h"
#include "scan/subject.h"

#define LOOK_MAX     5000 /* happenings that are looked at */
#define DEATHS_MAX   20   /* programs that ended */
#define ENDS_LOOKED  50   /* lines that report it */
#define WAITERS_MAX  64   /* programs that wait */
#define LOOKED_MAX   5000 /* errors of them */
#define DEATH_BEHIND 200  /* lines: who waits may say so first */

/* A name that the error gives what it asked for: NULL, or no number. */
static const char *host_of(const struct occurrence *o)
{
    const char *host = capture_get(o->capture, o->capture_count, "host");
    bool number =
        host != NULL && strspn(host, "0123456789.:[]") >= strlen(host);
    return host == NULL || number || strcmp(host, "localhost") == 0 ? NULL
                                                                    : host;
}

static const struct link no_link = {NULL, NULL, EDGE_WRAPS, false};

static bool is_known(struct link l)
{
    return l.parent != NULL || l.unknown != NULL;
}

/* Does the way from o come to w? */
static bool leads_to(const struct graph *g, const struct occurrence *o,
                     const struct occurrence *w)
{
    for (size_t steps = 0; o != NULL && o != w && steps < LOOK_MAX; steps++)
        o = graph_link(g, o)->parent;
    return o == w;
}

static struct str text_of(const struct occurrence *o)
{
    return str_from(o->evidence_count == 0 ? "" : o->evidence[0].text);
}

/* The last known root that the program met before it ended. */
static const struct occurrence *root_before(const struct graph *g,
                                            const struct occurrence *d)
{
    size_t i = (size_t)(d - g->all->item);
    for (size_t steps = 0; i-- > 0 && steps < LOOK_MAX; steps++) {
        const struct occurrence *o = &g->all->item[i];
        if (o->signature->role == ROLE_ROOT && !o->signature->of_another &&
            o->first_at.log == d->first_at.log &&
            subject_of_line(d, &o->scope) == SUBJECT_SAME)
            return o;
    }
    return NULL;
}

/* What a line that only reports the end does not link. */
static struct link chosen(const struct graph *g, const struct occurrence *d)
{
    struct link found = {.parent = root_before(g, d)};
    if (found.parent == NULL)
        found.unknown = root_choice_for(g->choice, d);
    return found;
}

/* What ended another program, if it is no wait of its own. */
static struct link death_of(const struct graph *g, const struct occurrence *d)
{
    const struct speakers *w = g->scan->readers->speakers;
    struct link root =
        d->signature->role == ROLE_FAILED ? chosen(g, d) : graph_root(g, d);
    if (root.unknown != NULL)
        return speakers_waits(w, str_from(root.unknown->text)) ? no_link : root;
    bool known = root.parent != NULL && root.parent != d &&
                 root.parent->signature->role == ROLE_ROOT &&
                 !root.parent->signature->of_another;
    return known ? root : no_link;
}

/* A program that ended, and why. */
struct death {
    const struct occurrence *end;
    struct link why;
};

/* Who waits, and when it last said so. */
struct waiter {
    const char *unit;
    int64_t last;
};

struct deaths {
    struct death item[DEATHS_MAX];
    size_t count;
    struct waiter waiter[WAITERS_MAX];
    size_t waiter_count;
};

/* The first ones; a program that ends again ends by the same. */
static void list_deaths(const struct graph *g, struct deaths *out)
{
    size_t looked = 0;
    for (size_t i = g->end_count;
         i-- > 0 && out->count < DEATHS_MAX && looked < ENDS_LOOKED;) {
        const struct occurrence *d = g->end[i];
        if (!subject_is_named(d))
            continue;
        struct link why = death_of(g, d);
        looked++;
        if (is_known(why))
            out->item[out->count++] = (struct death){d, why};
    }
}

static void list_waiters(const struct graph *g, struct deaths *out)
{
    for (size_t i = g->all->count;
         i-- > 0 && out->waiter_count < WAITERS_MAX;) {
        const struct occurrence *o = &g->all->item[i];
        size_t k = 0;
        if (!o->signature->of_another)
            continue;
        while (k < out->waiter_count &&
               strcmp(out->waiter[k].unit, o->scope.unit) != 0)
            k++;
        if (k == out->waiter_count)
            out->waiter[out->waiter_count++] =
                (struct waiter){o->scope.unit, o->last_at.order};
    }
}

static int64_t last_of(const struct deaths *all, const struct occurrence *o)
{
    for (size_t i = 0; i < all->waiter_count; i++)
        if (strcmp(all->waiter[i].unit, o->scope.unit) == 0)
            return all->waiter[i].last;
    return o->last_at.order;
}

static bool may_be_of(const struct graph *g, const struct occurrence *o,
                      const struct occurrence *d, int64_t last)
{
    const char *host = host_of(o);
    bool late = d->first_at.order > last &&
                d->first.line - o->first.line > DEATH_BEHIND;
    if (d->first_at.log != o->first_at.log || late ||
        subject_names(d, o->scope.unit))
        return false;
    if (host != NULL && subject_is_of(d, host))
        return true;
    return host == NULL && speakers_may_agree(g->scan->readers->speakers,
                                              text_of(o), text_of(d));
}

/* What it asked is of its own host or pod, where others have errors, too. */
static struct link beside(const struct graph *g, const struct occurrence *o)
{
    const char *host = capture_get(o->capture, o->capture_count, "host");
    if (host == NULL)
        host = capture_get(o->capture, o->capture_count, "address");
    bool own = host != NULL &&
               (strncmp(host, "127.", 4) == 0 ||
                strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0);
    if (!own || o->scope.source[0] == '\0')
        return no_link;
    const struct error_line *e = root_choice_beside(g->choice, o);
    if (e != NULL &&
        speakers_waits(g->scan->readers->speakers, str_from(e->text)))
        e = NULL;
    return (struct link){
        .unknown = e, .kind = EDGE_USUALLY_AFTER, .across = e != NULL};
}

static struct link link_of(const struct graph *g, const struct deaths *all,
                           const struct occurrence *o)
{
    int64_t last = last_of(all, o);
    for (size_t i = 0; i < all->count; i++) {
        struct link why = all->item[i].why;
        bool own = why.parent == o ||
                   (why.unknown != NULL &&
                    why.unknown->at.order == o->first_at.order) ||
                   (why.parent != NULL && leads_to(g, why.parent, o));
        if (own || !may_be_of(g, o, all->item[i].end, last))
            continue;
        return (struct link){.parent = why.parent,
                             .unknown = why.unknown,
                             .kind = EDGE_USUALLY_AFTER,
                             .across = true};
    }
    return beside(g, o);
}

void waits_link(struct graph *g)
{
    struct deaths all = {.count = 0};
    size_t looked = 0;
    list_deaths(g, &all);
    list_waiters(g, &all);
    for (size_t i = 0; i < g->all->count && looked < LOOKED_MAX; i++) {
        const struct occurrence *o = &g->all->item[i];
        if (!o->signature->of_another || is_known(g->link[i]))
            continue;
        g->link[i] = link_of(g, &all, o);
        looked++;
    }
}
