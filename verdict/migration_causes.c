/*
 * Causes that the history table of a database proves. A log that reports the
 * failure of the same migration is the same cause: then what the database says
 * joins it, and chooses its remedies.
 */
#include <string.h>

#include "model/migration_advice.h"
#include "verdict/evidence_causes.h"

#define ID_MIN 4 /* bytes; a shorter id stands in any text */

static const struct catalogue *catalogue_of(const struct joining *j)
{
    return j->in->catalogue != NULL ? j->in->catalogue : &catalogue_built_in;
}

/* The states of results, and those that came with records. */
void keep_migrations(struct joining *j)
{
    struct record *r = j->record;
    size_t count = j->in->migration_count + j->in->result_count;
    r->migration = arena_array(j->arena, count + 1, sizeof(*r->migration));
    for (size_t i = 0; i < j->in->migration_count; i++)
        r->migration[r->migration_count++] = j->in->migration[i];
    for (size_t i = 0; i < j->in->result_count; i++)
        if (j->in->result[i].migrations != NULL)
            r->migration[r->migration_count++] = *j->in->result[i].migrations;
}

/* The check that read it expects more than others: did it pass? */
static bool is_expected(const struct joining *j,
                        const struct migration_state *s)
{
    for (size_t i = 0; s->check != NULL && i < j->in->result_count; i++)
        if (strcmp(j->in->result[i].id, s->check) == 0)
            return j->in->result[i].status == STATUS_PASS &&
                   s->verdict != MIGRATIONS_EDITED;
    return false;
}

static const char *subject_of(const struct migration_state *s)
{
    const char *id =
        s->failed_count > 0 ? s->failed[0].id
        : s->verdict == MIGRATIONS_HALF_APPLIED && s->pending_count > 0
            ? s->pending[0].id
            : NULL;
    return id != NULL && strlen(id) >= ID_MIN ? id : NULL;
}

static bool mentions(const char *text, const char *id)
{
    return text != NULL && strstr(text, id) != NULL;
}

static bool is_about(const struct cause *c, const char *id)
{
    if (mentions(c->title, id))
        return true;
    for (size_t i = 0; i < c->evidence_count; i++)
        if (mentions(c->evidence[i].text, id))
            return true;
    for (size_t i = 0; i < c->reason_count; i++)
        if (mentions(c->reason[i], id))
            return true;
    return false;
}

static const char *list(struct arena *a, const char *const *name, size_t count)
{
    struct buf out;
    buf_init(&out, 2000);
    for (size_t i = 0; i < count && i < PROVEN_SHOWN_MAX; i++)
        buf_printf(&out, "%s%s", i > 0 ? ", " : "", name[i]);
    if (count > PROVEN_SHOWN_MAX)
        buf_printf(&out, " and %zu more", count - PROVEN_SHOWN_MAX);
    return buf_take(a, &out);
}

static const char *objects_of(struct arena *a, const struct migration_fact *f)
{
    if (f->there_count > 0 && f->missing_count > 0)
        return arena_printf(a, "of what %s creates, %s exists and %s does not",
                            f->id, list(a, f->there, f->there_count),
                            list(a, f->missing, f->missing_count));
    if (f->there_count > 0)
        return arena_printf(a, "everything that %s creates exists: %s", f->id,
                            list(a, f->there, f->there_count));
    if (f->missing_count > 0)
        return arena_printf(a, "nothing that %s creates exists: %s", f->id,
                            list(a, f->missing, f->missing_count));
    return NULL;
}

static const struct migration_fact *first_fact(const struct migration_state *s)
{
    return s->failed_count > 0    ? s->failed
           : s->pending_count > 0 ? s->pending
           : s->edited_count > 0  ? s->edited
                                  : NULL;
}

static void add_fact_reason(struct joining *j, struct cause *c,
                            const char *text)
{
    const char **more =
        arena_array(j->arena, c->reason_count + 2, sizeof(*more));
    if (text == NULL)
        return;
    if (c->reason_count > 0)
        memcpy(more, c->reason, c->reason_count * sizeof(*more));
    more[c->reason_count++] = text;
    c->reason = more;
}

static void add_reasons(struct joining *j, struct cause *c,
                        const struct migration_state *s)
{
    const struct migration_fact *f = first_fact(s);
    add_fact_reason(j, c,
                    s->history == NULL ? s->reason
                                       : arena_printf(j->arena, "%s says: %s",
                                                      s->history, s->reason));
    if (f != NULL)
        add_fact_reason(j, c, objects_of(j->arena, f));
}

/* The ways of the state come first; what the log's cause has follows. */
static void put_ways(struct joining *j, struct cause *c,
                     const struct migration_state *s)
{
    size_t kept = c->remedy_count, count = 0;
    struct remedy *all =
        arena_array(j->arena, kept + s->advice_count + 1, sizeof(*all));
    for (size_t i = 0; i < s->advice_count; i++)
        all[count++] = (struct remedy){s->advice[i].text, s->advice[i].command,
                                       s->advice[i].danger};
    for (size_t i = 0; i < kept; i++)
        if (c->remedy[i].danger != NULL) /* safe ones depend on objects */
            all[count++] = c->remedy[i];
    c->remedy = all;
    c->remedy_count = count;
}

/* False: no log reports it. */
static bool joins_log(struct joining *j, const struct migration_state *s)
{
    struct findings *logs = &j->record->logs;
    const char *id = subject_of(s);
    for (size_t i = 0; id != NULL && i < logs->cause_count; i++) {
        struct cause *c = &logs->cause[i];
        if (c->proof != NULL || !cause_stands(c) || !is_about(c, id))
            continue;
        add_reasons(j, c, s);
        put_ways(j, c, s);
        return true;
    }
    return false;
}

static void prove(struct joining *j, struct migration_state *s)
{
    const struct signature *known = migration_signature(catalogue_of(j), s);
    struct shape_pair capture[MIGRATION_CAPTURES];
    struct proving p;
    if (known == NULL || is_expected(j, s))
        return;
    migration_advise(s, j->arena, catalogue_of(j));
    if (joins_log(j, s) || !proving_begin(&p, j, known->id))
        return;
    size_t count = migration_captures(capture, j->arena, s);
    for (size_t i = 0; i < count; i++)
        proving_capture(&p, capture[i].name, capture[i].value);
    p.out->confidence = CONFIDENCE_HIGH;
    add_reasons(j, p.out, s);
    proving_end(&p, migration_subjects(s));
    p.out->remedy_count = 0;
    put_ways(j, p.out, s);
}

void prove_migrations(struct joining *j)
{
    for (size_t i = 0; i < j->record->migration_count; i++)
        if (j->record->migration[i].verdict != MIGRATIONS_UP_TO_DATE)
            prove(j, &j->record->migration[i]);
}
