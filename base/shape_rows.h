/*
 * Rows of shape tables. Around a table: #define STRUCT its_struct, rows,
 * SHAPE_OF(name, definition), #undef STRUCT.
 */
#ifndef BASE_SHAPE_ROWS_H
#define BASE_SHAPE_ROWS_H

#include "base/attr.h"
#include "base/shape.h"

#define FIELD_ROW(name, type, member, help, rare)                              \
    {                                                                          \
        name, type, offsetof(struct STRUCT, member), 0, NULL, NULL, help,      \
            rare, NULL                                                         \
    }
#define LIST_ROW(name, type, member, shape, help, rare)                        \
    {                                                                          \
        name, type, offsetof(struct STRUCT, member),                           \
            offsetof(struct STRUCT, member##_count), shape, NULL, help, rare,  \
            NULL                                                               \
    }
#define FIELD(name, type, member, help)                                        \
    FIELD_ROW(name, type, member, help, false)
#define NAMED(name, member, names, help)                                       \
    {                                                                          \
        name, SHAPE_NAME, offsetof(struct STRUCT, member), 0, NULL, names,     \
            help, false, NULL                                                  \
    }
#define OBJECT(name, member, shape, help)                                      \
    {                                                                          \
        name, SHAPE_OBJECT, offsetof(struct STRUCT, member), 0, shape, NULL,   \
            help, false, NULL                                                  \
    }

/* The three kinds of array: their count stands in `member`_count. */
#define ARRAY_ROW(name, type, member, shape, help)                             \
    LIST_ROW(name, type, member, shape, help, false)
#define TEXTS(name, member, help)                                              \
    ARRAY_ROW(name, SHAPE_TEXTS, member, NULL, help)
#define PAIRS(name, member, help)                                              \
    ARRAY_ROW(name, SHAPE_PAIRS, member, NULL, help)
#define LIST(name, member, shape, help)                                        \
    ARRAY_ROW(name, SHAPE_LIST, member, shape, help)

/* Texts by a rule: null is still none. */
#define RULED(name, member, rule, help)                                        \
    {                                                                          \
        name, SHAPE_TEXT, offsetof(struct STRUCT, member), 0, NULL, NULL,      \
            help, false, rule                                                  \
    }
#define RULED_TEXTS(name, member, rule, help)                                  \
    {                                                                          \
        name, SHAPE_TEXTS, offsetof(struct STRUCT, member),                    \
            offsetof(struct STRUCT, member##_count), NULL, NULL, help, false,  \
            rule                                                               \
    }

/* What most records do not have: written only where there is something. */
#define RARE_FIELD(name, type, member, help)                                   \
    FIELD_ROW(name, type, member, help, true)
#define RARE_NAMED(name, member, names, help)                                  \
    {                                                                          \
        name, SHAPE_NAME, offsetof(struct STRUCT, member), 0, NULL, names,     \
            help, true, NULL                                                   \
    }
#define RARE_LIST(name, member, shape, help)                                   \
    LIST_ROW(name, SHAPE_LIST, member, shape, help, true)
#define RARE_OBJECT(name, member, shape, help)                                 \
    {                                                                          \
        name, SHAPE_OBJECT, offsetof(struct STRUCT, member), 0, shape, NULL,   \
            help, true, NULL                                                   \
    }

#define SHAPE_OF(variable, definition)                                         \
    const struct shape variable = {definition, sizeof(struct STRUCT),          \
                                   variable##_rows,                            \
                                   ARRAY_COUNT(variable##_rows)}

#endif
