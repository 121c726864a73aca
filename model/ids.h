/*
 * What ids may be, wherever a file brings them: an id becomes a part of paths,
 * commands and markup, and files are written by others.
 */
#ifndef MODEL_IDS_H
#define MODEL_IDS_H

#include "base/shape.h"

/*
 * Of a check, as definitions have it; upper case, too, and where a secret was
 * part of one, what stands in its place.
 */
extern const struct shape_rule check_id_rule;

/* Of an action, incident or document, as people write it. */
extern const struct shape_rule label_rule;

#endif
