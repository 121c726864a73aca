/* What the files of migrations/ share. */
#ifndef MIGRATIONS_INTERNAL_H
#define MIGRATIONS_INTERNAL_H

#include "migrations/migrations.h"

/* A file that is a migration of a tool. */
struct migration_file {
    int tool; /* enum migration_tool */
    struct str path, blob;
    struct str chain; /* folder within which migrations follow each other */
    struct str id;
    struct str *parent; /* ids that it names as those before it */
    size_t parent_count;
};

/*
 * Whether path can be one, by its name alone: tool and chain are set. *asks:
 * its text must be looked at, too.
 */
bool migration_by_path(struct migration_file *m, struct arena *a,
                       struct str path, bool *asks);

/* Completes it by its text; false: it is none after all. */
bool migration_by_text(struct migration_file *m, struct arena *a,
                       struct str text);

/* ids that an Alembic or Django migration names; false: it is none. */
bool migration_python(struct migration_file *m, struct arena *a,
                      struct str text);

/* Do only blanks and lines that are comments differ? */
bool migration_is_alike(int tool, struct arena *a, struct str left,
                        struct str right);

/* In the order in which the tool applies them, with what comes before each. */
void migrations_sort(struct migration_file *m, size_t count, struct arena *a);
const char *migration_after(const struct migration_file *all, size_t index,
                            struct arena *a);

#endif
