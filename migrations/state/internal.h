/* What the files of migrations/state/ share. */
#ifndef MIGRATIONS_STATE_INTERNAL_H
#define MIGRATIONS_STATE_INTERNAL_H

#include "base/buf.h"
#include "migrations/state/state.h"

enum row_state { ROW_APPLIED, ROW_FAILED, ROW_ROLLED_BACK, ROW_NONE };

/* What one row of a history says. */
struct history_row {
    const char *id;
    enum row_state state;
    const char *time, *checksum, *error;
    int64_t number;
    bool interrupted, baseline;
};

/* Cells of a row by name. */
struct row_at {
    const struct table_rows *table;
    size_t row;
};
/* A time as a tool keeps it, in Unix time; 0: none, or not understood. */
int64_t row_time_ms(const char *text);

const char *cell_of(const struct row_at *r, const char *column);

enum state_order {
    ORDER_BY_ID,
    ORDER_BY_NUMBER, /* digits of the id, as numbers; parts of a version */
    ORDER_BY_PARENTS
};

enum checksum_kind {
    CHECKSUM_NONE,
    CHECKSUM_SHA256,     /* of the bytes */
    CHECKSUM_PRISMA,     /* also with other line ends */
    CHECKSUM_SHA384,     /* of the bytes, in hex */
    CHECKSUM_FLYWAY,     /* CRC-32 over lines */
    CHECKSUM_CUMULATIVE, /* Atlas: over all files until then */
};

struct state_tool {
    const char *name, *table;
    const char *columns[4]; /* that tell it from another tool's table */
    const char *lock;       /* a table that a run holds; NULL: none */
    const char *index;      /* a file without which it has none; NULL: any */
    bool common;            /* other tools have files of such names */

    /* Is it a migration, by its path beneath the folder and its text? Sets id,
       and parents where its tool has them. */
    bool (*file)(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text);
    /* Of files with several: the next one at or after *at; NULL: `file`. */
    bool (*next)(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text, size_t *at);
    /* False: the row is no migration. */
    bool (*row)(struct history_row *out, struct arena *a,
                const struct row_at *r);
    enum state_order order;
    enum checksum_kind checksum;
    bool one_row;      /* it says where the database is, and no more */
    bool skips;        /* what sorts before the newest applied is never run */
    bool refuses_edit; /* it does not start when a file was edited */
};

extern const struct state_tool *const state_tools[];
extern const size_t state_tool_count;

/* ship.c: ids by the numbers in them: 1.10 after 1.9. */
int compare_numbers(const char *a, const char *b);

/* objects.c: what a migration creates, less what it drops again. */
void read_objects(struct shipped_migration *m, struct arena *a);

/* checksum.c: is the stored one that of the file? how: EDIT_LINE_ENDS when it
   is, with other line ends. */
bool checksum_fits(const struct shipped *s, size_t index, const char *stored,
                   struct arena *a, int *how);

/* compare.c: one note more, once a state was made. */
void state_note(struct migration_state *out, struct arena *a, const char *text);

/* advice.c */
void add_advice(struct migration_state *out, struct arena *a);

#endif
