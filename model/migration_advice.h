/*
 * What to do about a state of migrations: the remedies of its signature
 * (`migrations/VERDICT`, proved by the database), filled in with what was found
 * and with the commands of the tool. A remedy that names what is not known,
 * such as {absent}, is left out: so the objects that exist choose the remedy.
 */
#ifndef MODEL_MIGRATION_ADVICE_H
#define MODEL_MIGRATION_ADVICE_H

#include "model/migration_state.h"
#include "model/signature.h"

/* Commands, with {captures}; NULL: the tool has none for it. */
struct migration_commands {
    const char *tool;
    const char *apply;    /* what is pending */
    const char *record;   /* as applied, without running it */
    const char *forget;   /* as not applied, so that it runs again */
    const char *unlock;   /* a lock that a run left */
    const char *merge;    /* heads */
    const char *baseline; /* a database that exists already */
};
extern const struct migration_commands migration_commands[];
extern const size_t migration_command_count;

/*
 * The signature of a verdict; NULL: nothing is wrong, or somebody disabled it.
 */
const struct signature *migration_signature(const struct catalogue *c,
                                            const struct migration_state *s);

/* What its texts may name: at most MIGRATION_CAPTURES pairs. */
#define MIGRATION_CAPTURES 24
size_t migration_captures(struct shape_pair *out, struct arena *a,
                          const struct migration_state *s);

/* May a text of these signatures have {name}? */
bool migration_capture_known(struct str name);

/* How many migrations the verdict is about. */
size_t migration_subjects(const struct migration_state *s);

/* Fills s->advice, safe ways first, and s->reason where there is none. */
void migration_advise(struct migration_state *s, struct arena *a,
                      const struct catalogue *c);

#endif
