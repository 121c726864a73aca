/* What the files of migrations/ share, and the table of tools. */
#ifndef MIGRATIONS_INTERNAL_H
#define MIGRATIONS_INTERNAL_H

#include "migrations/migrations.h"

/* A file that is a migration of a tool. */
struct migration_file {
    struct arena *arena;
    int tool;  /* enum migration_tool */
    bool asks; /* its text must be looked at, too */
    struct str path, blob;
    struct str chain; /* folder within which migrations follow each other */
    struct str id;
    struct str *parent; /* ids that it names as those before it */
    size_t parent_count;
};

/* A path in its parts, "" for those that it has not. */
struct migration_path {
    struct str name, folder;
    struct str parent, above; /* the last part of the folder, and the others */
};

enum migration_order {
    ORDER_IDS,
    ORDER_VERSIONS, /* 1.10 after 1.9 */
    ORDER_PARENTS   /* each names those before it */
};

/* A row a tool, one file each. */
struct migration_tool_row {
    /* May it be one, by its path? Sets id and chain, which are the name and the
       folder otherwise, and asks when its text decides. */
    bool (*recognise)(struct migration_file *m,
                      const struct migration_path *path);
    /* Completes it from its text; false: this is no migration. NULL: the name
       is enough. */
    bool (*read)(struct migration_file *m, struct str text);
    enum migration_order order;
    bool short_ids; /* an id may be said without its part before the '.' */

    /* What begins a line that is a comment, and what may hold lines that are
       not, although they begin so. */
    const char *comment, *quotes[3];
    bool blanks_count; /* at the start of a line */
};

#define MIGRATION_TOOL_ROW(ID, name)                                           \
    extern const struct migration_tool_row name##_migrations;
MIGRATION_TOOLS(MIGRATION_TOOL_ROW)
#undef MIGRATION_TOOL_ROW

const struct migration_tool_row *migration_tool_at(int tool);

/* Whether path can be one, by its name alone: tool, id and chain are set. */
bool migration_by_path(struct migration_file *m, struct arena *a,
                       struct str path);

/* Completes it by its text; false: it is none after all. */
bool migration_by_text(struct migration_file *m, struct str text);

/* Do only blanks and lines that are comments differ? */
bool migration_is_alike(int tool, struct arena *a, struct str left,
                        struct str right);

/* In the order in which the tool applies them, with what comes before each. */
void migrations_sort(struct migration_file *m, size_t count, struct arena *a);
const char *migration_after(const struct migration_file *all, size_t index,
                            struct arena *a);

/* For the tools' rows. */
size_t leading_digits(struct str s);
struct migration_path path_parts(struct str path);
bool has_folder(struct str folder, const char *name);
bool text_contains(struct str text, const char *part);

/* python.c: what `name = ` at the start of a line is set to, the texts within
   it one by one, and one of them as a parent. */
bool python_assigned(struct str text, struct str name, struct str *value);
bool python_next_text(struct str *value, struct str *out);
void add_parent(struct migration_file *m, struct str id);

#endif
