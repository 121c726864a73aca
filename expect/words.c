/* The tables of words: names looked up, and listed for docs and messages. */
#include <assert.h>

#include "expect/rows.h"

size_t word_count(enum word_table table)
{
    switch (table) {
    case WORDS_QUERIES:
        return query_row_count;
    case WORDS_FILTERS:
        return filter_row_count;
    case WORDS_PREDICATES:
        break;
    }
    return predicate_row_count;
}

/* Each row begins with them. */
#define DOC(row) ((struct word_doc){(row).name, (row).form, (row).help})

struct word_doc word_doc(enum word_table table, size_t index)
{
    switch (table) {
    case WORDS_QUERIES:
        return DOC(query_rows[index]);
    case WORDS_FILTERS:
        return DOC(filter_rows[index]);
    case WORDS_PREDICATES:
        break;
    }
    return DOC(predicate_rows[index]);
}

const char *query_name(enum query_kind kind)
{
    return query_rows[kind].name;
}

size_t word_names(enum word_table table, const char **out, size_t count)
{
    for (size_t i = 0; i < word_count(table); i++) {
        assert(count < WORDS_MAX);
        out[count++] = word_doc(table, i).name;
    }
    return count;
}

const struct query_row *query_named(struct str name)
{
    for (size_t i = 0; i < query_row_count; i++)
        if (str_is(name, query_rows[i].name))
            return &query_rows[i];
    return NULL;
}

const struct filter_row *filter_named(struct str name)
{
    for (size_t i = 0; i < filter_row_count; i++)
        if (str_is(name, filter_rows[i].name))
            return &filter_rows[i];
    return NULL;
}

const struct predicate *predicate_named(struct str name)
{
    for (size_t i = 0; i < predicate_row_count; i++)
        if (str_is(name, predicate_rows[i].name))
            return &predicate_rows[i];
    return NULL;
}
