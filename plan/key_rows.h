/* What files with a table of keys write its rows with. */
#ifndef PLAN_KEY_ROWS_H
#define PLAN_KEY_ROWS_H

#include <stddef.h>

#include "plan/keys.h"

#define HOUR_MS INT64_C(3600000)

/* name, type, flags, kind, standard, help, then what the type needs */
#define ROW(name, type, flags, kind, standard, help)                           \
    name, type, flags, kind, standard, help
#define AT(member)                .at = offsetof(struct STRUCT, member)
#define WITHIN(member, from, to)  AT(member), .low = (from), .high = (to)
#define NAMED(member, vocabulary) AT(member), .names = &(vocabulary)
#define PART(member, table)       AT(member), .of = &(table)
#define TABLE_OF(variable, name, where)                                        \
    const struct key_table variable = {                                        \
        name, where, variable##_rows, ARRAY_COUNT(variable##_rows), 0, NULL}

#endif
