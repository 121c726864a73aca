/* What the files of the Gatus reader share. */
#ifndef IMPORT_GATUS_GATUS_H
#define IMPORT_GATUS_GATUS_H

#include "import/references.h"
#include "import/rows.h"

/* One condition of Gatus. dns: the check is one. */
void condition_read(struct import *im, struct entry *e, struct str text,
                    const struct yaml_node *n);
const char *condition_path(struct import *im, struct str text);
void suites_read(struct import *im, const struct yaml_node *list);
const char *from_context(struct import *im, const char *text);
struct rows suite_rows(void);
struct rows condition_rows(void);

/* False: nothing that a check could ask. Its group goes to tags. */
bool endpoint_read(struct import *im, struct entry *e,
                   const struct yaml_node *map, struct entry *tags);

#endif
