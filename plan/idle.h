/*
 * Keys that have no effect where they are written: an error each, with its
 * place. A key that states the default is fine: what it says is what happens.
 * What depends on a variable's value is not judged, since another run may
 * give another one.
 */
#ifndef PLAN_IDLE_H
#define PLAN_IDLE_H

#include "plan/keys.h"

/* The keys of a check, or of a step of one; false: some are idle. */
bool idle_check(struct loader *l, const struct yaml_node *map,
                const struct check *check) MUST_CHECK;

/*
 * Why a key of the check's own or of the defaults has no effect on this check,
 * as the end of a message; NULL: it has one.
 */
const char *idle_reason(struct loader *l, const struct yaml_node *map,
                        const struct check *check, struct str key);

/*
 * idle_patience.c: attempts that are not given are one, or as many as fit into
 * a deadline; then, why a key of `patience` has no effect.
 */
void patience_finish(struct patience *p);
const char *patience_idle(const struct check *check, struct str key);
bool patience_check(struct loader *l, const struct yaml_node *map,
                    const struct check *check) MUST_CHECK;

/* idle_folder.c: the defaults of a file, each key for some check of it. */
void idle_defaults_begin(struct loader *l, const struct yaml_node *defaults);
void idle_defaults_note(struct loader *l, const struct yaml_node *map,
                        const struct check *check);
void idle_defaults_end(struct loader *l);

/* The keys of `watch` among themselves. */
bool watch_check(struct loader *l, const struct yaml_node *map,
                 const struct watch *watch) MUST_CHECK;

/* The keys that are about all checks: `rollout` and `watch`. */
void idle_folder(struct loader *l);

#endif
