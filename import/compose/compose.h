/* What the files of the compose reader share. */
#ifndef IMPORT_COMPOSE_COMPOSE_H
#define IMPORT_COMPOSE_COMPOSE_H

#include "import/references.h"
#include "import/rows.h"

/* A command line as words; false if it needs a shell. Then curl and wget. */
struct words {
    const char **item;
    size_t count, cap;
};
bool words_split(struct import *im, struct str line, struct words *out);
bool command_request(struct import *im, struct entry *e,
                     const struct words *words, struct pos pos);

#endif
