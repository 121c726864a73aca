/* The rules of recovery.h, one function each. */
#include "scan/recovery.h"

#include <string.h>

#include "scan/readers.h"
#include "scan/speakers.h"
#include "scan/subject.h"

static const char *capture_of(const struct occurrence *o, const char *name)
{
    return capture_get(o->capture, o->capture_count, name);
}

static const char *unit_of(const struct occurrence *o)
{
    return o->scope.unit;
}

static bool same_unit(const struct occurrence *a, const struct occurrence *b)
{
    return strcmp(unit_of(a), unit_of(b)) == 0;
}

static bool differ(const char *a, const char *b)
{
    return a != NULL && b != NULL && a[0] != '\0' && b[0] != '\0' &&
           strcmp(a, b) != 0;
}

static bool same_tool(const struct signature *a, const struct signature *b)
{
    size_t n = strcspn(a->id, "/");
    return strncmp(a->id, b->id, n + 1) == 0;
}

static bool of_its_tool(const struct trouble *t, const struct occurrence *news)
{
    for (size_t i = 0; i < t->tool_count; i++)
        if (same_tool(t->tool[i], news->signature))
            return true;
    return false;
}

static bool keys_agree(const struct occurrence *a, const struct occurrence *b,
                       const struct signature *keys)
{
    for (size_t i = 0; i < keys->key_count; i++)
        if (differ(capture_of(a, keys->key[i]), capture_of(b, keys->key[i])))
            return false;
    return true;
}

/* They name no two targets, migrations or other things that matter. */
static bool agree(const struct occurrence *news, const struct occurrence *o)
{
    static const char *const name[] = {"host", "port", "database", "migration"};
    for (size_t i = 0; i < ARRAY_COUNT(name); i++)
        if (differ(capture_of(news, name[i]), capture_of(o, name[i])))
            return false;
    return keys_agree(news, o, news->signature) &&
           keys_agree(news, o, o->signature) &&
           !differ(news->scope.target, o->scope.target);
}

/* Does the good news name the error's scope, or its target? */
static bool names_it(const struct occurrence *news, const struct occurrence *o)
{
    const struct signature *s = news->signature;
    const char *host = capture_of(o, "host");
    for (size_t i = 0; i < s->key_count; i++) {
        const char *value = capture_of(news, s->key[i]);
        const char *theirs = capture_of(o, s->key[i]);
        if (value != NULL &&
            (theirs != NULL ? strcmp(value, theirs) == 0
                            : subject_is_unit(unit_of(o), value)))
            return true;
    }
    const char *served = capture_of(news, "host");
    return host != NULL && ((served != NULL && strcmp(host, served) == 0) ||
                            subject_is_unit(news->scope.unit, host));
}

/* One program writes both: one file, one name, one process where that is all
 * that is known. */
static bool same_speaker(const struct occurrence *news,
                         const struct occurrence *o)
{
    bool nameless = unit_of(o)[0] == '\0' && !news->signature->everywhere;
    return news->first_at.log == o->first_at.log && same_unit(news, o) &&
           !(nameless && differ(news->scope.process, o->scope.process)) &&
           !differ(news->scope.step, o->scope.step);
}

static bool same_run(const struct trouble *t, const struct occurrence *news)
{
    const struct occurrence *o = t->last;
    return news->scope.run == o->scope.run || of_its_tool(t, news) ||
           unit_of(o)[0] != '\0' ||
           (o->scope.step[0] != '\0' &&
            strcmp(o->scope.step, news->scope.step) == 0);
}

/* Where a failed migration has been applied after all; INT64_MAX: nowhere. */
static int64_t repeated_at(const struct graph *g, const struct trouble *t,
                           const char *migration)
{
    size_t from = (size_t)(t->last - g->all->item);
    for (size_t i = from + 1; i < g->all->count; i++) {
        const struct occurrence *o = &g->all->item[i];
        const char *name = o->signature->role >= ROLE_BOILERPLATE
                               ? capture_of(o, "migration")
                               : NULL;
        if (name != NULL && strcmp(name, migration) == 0 &&
            o->last_at.order > t->last->last_at.order &&
            o->first_at.log == t->last->first_at.log && same_unit(o, t->last))
            return o->first_at.order;
    }
    return INT64_MAX;
}

/* Where all of them have; before everything when none is named. */
static int64_t all_repeated_at(const struct graph *g, const struct trouble *t)
{
    int64_t at = INT64_MIN;
    for (size_t i = 0; t->fatal && i < t->migration_count; i++) {
        int64_t one = repeated_at(g, t, t->migration[i]);
        at = one > at ? one : at;
    }
    return at;
}

/*
 * A start that failed is repeated by a start of the same program. What a
 * database refused is not: its statement must have been run again.
 */
static bool starts_again(const struct trouble *t, const struct occurrence *news)
{
    const char *id = t->last->signature->id;
    const struct signature *s = news->signature;
    if (strncmp(id, "postgres/", 9) == 0 || strncmp(id, "mysql/", 6) == 0 ||
        !same_speaker(news, t->last))
        return false;
    for (size_t i = 0; i < s->recovers_count; i++)
        if (strcmp(s->recovers[i], id) == 0)
            return true;
    return false;
}

static bool gets_over_failure(const struct trouble *t,
                              const struct occurrence *news)
{
    return !t->fatal || t->migration_count > 0 || of_its_tool(t, news) ||
           names_it(news, t->last) || starts_again(t, news);
}

static bool recovers(const struct signature *s, const char *id)
{
    for (size_t i = 0; i < s->recovers_count; i++)
        if (signature_id_matches(id, s->recovers[i]))
            return true;
    return false;
}

/* Another statement may have gone well since. */
static bool is_of_statement(const struct occurrence *o)
{
    const char *id = o->signature->id;
    return o->signature->role == ROLE_ROOT &&
           (strncmp(id, "postgres/", 9) == 0 || strncmp(id, "mysql/", 6) == 0);
}

/* By a word of itself: see speakers.h. */
static bool speaker_gets_over(const struct graph *g, const struct trouble *t,
                              const struct occurrence *news)
{
    const struct occurrence *o = t->last;
    const char *text = o->evidence_count == 0 ? "" : o->evidence[0].text;
    if (news->first_at.log != o->first_at.log || !agree(news, o) ||
        (!speakers_are_one(&news->scope, &o->scope) &&
         !subject_names(o, unit_of(news))))
        return false;
    bool waits = recovers(news->signature, o->signature->id);
    if (!t->fatal && waits &&
        speakers_is_about(g->scan->readers->speakers, news, str_from(text)))
        return true;
    bool died = o->signature->says_failed ||
                speakers_is_done(g->scan->readers->speakers, news) ||
                speakers_end_between(g->end, g->end_count, news, &o->last_at,
                                     &o->scope);
    return died && t->migration_count == 0 && (waits || !is_of_statement(o));
}

static bool gets_over(const struct graph *g, const struct trouble *t,
                      const struct occurrence *news,
                      const struct occurrence *end)
{
    const struct occurrence *o = t->last;
    if (speakers_is_word(news))
        return speaker_gets_over(g, t, news);
    if (!recovers(news->signature, o->signature->id) || !agree(news, o))
        return false;
    bool here = same_speaker(news, o) && same_run(t, news);
    bool there = news->signature->everywhere && names_it(news, o) &&
                 (end == NULL || news->first_at.order > end->last_at.order);
    return (here || there) && gets_over_failure(t, news);
}

static void add_migration(struct trouble *t, const char *name)
{
    for (size_t i = 0; i < t->migration_count; i++)
        if (strcmp(t->migration[i], name) == 0)
            return;
    if (t->migration_count < TROUBLE_NAMES_MAX)
        t->migration[t->migration_count++] = name;
    else
        t->unclear = true;
}

void trouble_add(struct trouble *t, const struct occurrence *o)
{
    const char *migration = capture_of(o, "migration");
    if (t->last == NULL)
        t->last = o;
    t->fatal = t->fatal || o->signature->deployment >= 0;
    if (migration != NULL)
        add_migration(t, migration);
    for (size_t i = 0; i < t->tool_count; i++)
        if (t->tool[i] == o->signature)
            return;
    if (t->tool_count < TROUBLE_TOOLS_MAX)
        t->tool[t->tool_count++] = o->signature;
}

/* A line of a host or service manager about a container, pod or unit. */
static bool is_about(const struct occurrence *end, const struct occurrence *o)
{
    return subject_is_named(end) ? subject_names(end, unit_of(o))
                                 : same_unit(end, o);
}

static bool ends(const struct occurrence *end, const struct occurrence *o)
{
    bool other_run = same_unit(end, o) && end->scope.run != o->scope.run;
    return end->first_at.log == o->first_at.log && is_about(end, o) &&
           !differ(end->scope.step, o->scope.step) && !other_run &&
           end->last_at.order >= o->first_at.order;
}

/* Of its scope, whether or not good news came later. */
static const struct occurrence *any_end(const struct graph *g,
                                        const struct occurrence *o)
{
    for (size_t i = 0; i < g->end_count; i++)
        if (ends(g->end[i], o))
            return g->end[i];
    return NULL;
}

static const struct occurrence *find_one(const struct graph *g,
                                         const struct trouble *t)
{
    const struct occurrence *end = any_end(g, t->last);
    int64_t repeated = all_repeated_at(g, t);
    for (size_t i = 0; i < g->news_count; i++) {
        const struct occurrence *news = g->news[i];
        if (news->first_at.order <= t->last->last_at.order ||
            news->first_at.order < repeated)
            break;
        if (gets_over(g, t, news, end))
            return news;
    }
    return NULL;
}

#define SCOPES_MAX 32 /* in which one error is looked at */

struct scopes {
    const struct occurrence *last[SCOPES_MAX]; /* in each of them … */
    const struct occurrence *first[SCOPES_MAX];
    size_t count;
    bool more;
};

static bool same_scope(const struct occurrence *a, const struct occurrence *b)
{
    return a->first_at.log == b->first_at.log && same_unit(a, b) &&
           strcmp(a->scope.step, b->scope.step) == 0 &&
           strcmp(a->scope.target, b->scope.target) == 0;
}

static void add_scope(struct scopes *s, const struct occurrence *o)
{
    for (size_t i = 0; i < s->count; i++)
        if (same_scope(s->last[i], o)) {
            s->first[i] = o;
            return;
        }
    if (s->count == SCOPES_MAX) {
        s->more = true;
        return;
    }
    s->first[s->count] = o;
    s->last[s->count++] = o;
}

/* In which the like of o happened, the last ones first. */
static struct scopes scopes_of(const struct graph *g,
                               const struct occurrence *o)
{
    struct scopes scopes = {.count = 0};
    for (size_t i = g->all->count; i-- > 0;)
        if (same_finding(&g->all->item[i], o))
            add_scope(&scopes, &g->all->item[i]);
    return scopes;
}

#define SAME_LINES 3

/* A server reports what it told the client, who reports it, too. */
static bool saw_the_same(const struct scopes *s, size_t index, const bool *over)
{
    const struct occurrence *o = s->last[index];
    for (size_t i = 0; i < s->count; i++) {
        int64_t lines = o->first.line - s->last[i]->last.line;
        if (over[i] && o->first_at.log == s->last[i]->first_at.log &&
            lines <= SAME_LINES && lines >= -SAME_LINES &&
            strcmp(o->scope.source, s->last[i]->scope.source) != 0)
            return true;
    }
    return false;
}

const struct occurrence *recovery_find(const struct graph *g,
                                       const struct trouble *t)
{
    const struct occurrence *found = NULL;
    if (t->last == NULL || t->unclear || g->news_count == 0)
        return NULL;
    struct scopes scopes = scopes_of(g, t->last);
    if (scopes.more)
        return NULL;
    bool over[SCOPES_MAX] = {false};
    for (size_t i = 0; i < scopes.count; i++) {
        struct trouble one = *t;
        one.last = scopes.last[i];
        const struct occurrence *news = find_one(g, &one);
        over[i] = news != NULL;
        if (news == NULL)
            continue;
        if (found == NULL || news->first_at.order > found->first_at.order)
            found = news;
    }
    for (size_t i = 0; i < scopes.count; i++)
        if (!over[i] && !saw_the_same(&scopes, i, over))
            return NULL;
    return found;
}

bool recovery_is_over(const struct graph *g, const struct occurrence *end)
{
    for (size_t i = 0; i < g->news_count; i++) {
        const struct occurrence *news = g->news[i];
        if (news->first_at.order <= end->last_at.order)
            return false;
        bool here = news->first_at.log == end->first_at.log &&
                    (speakers_is_word(news) ? subject_names(end, unit_of(news))
                                            : is_about(end, news)) &&
                    !differ(news->scope.step, end->scope.step);
        if (here || (news->signature->everywhere && names_it(news, end)))
            return true;
    }
    return false;
}

const struct occurrence *recovery_end(const struct graph *g,
                                      const struct occurrence *o)
{
    if (g->end_count == 0)
        return NULL;
    struct scopes scopes = scopes_of(g, o);
    for (size_t i = 0; i < g->end_count; i++)
        for (size_t k = 0; k < scopes.count; k++) {
            bool ended = ends(g->end[i], scopes.last[k]) ||
                         ends(g->end[i], scopes.first[k]);
            if (ended && !recovery_is_over(g, g->end[i]))
                return g->end[i];
        }
    return NULL;
}

static const struct occurrence *last_of(const struct graph *g,
                                        const struct finding *f)
{
    for (size_t i = g->all->count; i-- > 0;) {
        const struct occurrence *o = &g->all->item[i];
        if (strcmp(o->signature->id, f->signature) == 0 &&
            o->last.line == f->last.line &&
            strcmp(o->last.file, f->last.file) == 0)
            return o;
    }
    return NULL;
}

/* It, and all that comes from the same root. */
static struct trouble trouble_of(const struct graph *g,
                                 const struct occurrence *o)
{
    struct trouble t = {.last = NULL};
    const struct occurrence *root = graph_root(g, o).parent;
    trouble_add(&t, o);
    for (size_t i = 0; root != NULL && i < g->all->count; i++)
        if (graph_root(g, &g->all->item[i]).parent == root)
            trouble_add(&t, &g->all->item[i]);
    return t;
}

void recovery_mark(const struct graph *g, struct arena *a, struct findings *out)
{
    for (size_t i = 0; g->news_count > 0 && i < out->finding_count; i++) {
        const struct occurrence *last = last_of(g, &out->finding[i]);
        if (last == NULL)
            continue;
        struct trouble t = trouble_of(g, last);
        const struct occurrence *news = recovery_find(g, &t);
        if (news != NULL)
            out->finding[i].recovered = arena_printf(
                a, "%s:%lld", news->first.file, (long long)news->first.line);
    }
}
