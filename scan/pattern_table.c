/* Rows, each with its regex once it has been tried. */
#include "scan/pattern_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "language/regex.h"

struct pattern_table {
    const struct pattern_row *row;
    struct regex **regex; /* by row; NULL: not tried yet */
    size_t count;
};

struct pattern_table *pattern_table_open(const struct pattern_row *row,
                                         size_t count)
{
    struct pattern_table *t = heap_zeroed(sizeof(*t));
    t->row = row;
    t->count = count;
    t->regex = heap_zeroed(count * sizeof(struct regex *));
    return t;
}

void pattern_table_close(struct pattern_table *t)
{
    for (size_t i = 0; t != NULL && i < t->count; i++)
        regex_close(t->regex[i]);
    if (t != NULL)
        free(t->regex);
    free(t);
}

static const struct regex *regex_of(const struct pattern_table *t, size_t index)
{
    struct regex_error e;
    if (t->regex[index] == NULL) {
        bool ok = regex_open(&t->regex[index], str_from(t->row[index].pattern),
                             STR_NONE, &e);
        assert(ok);
        (void)ok;
    }
    return t->regex[index];
}

bool pattern_fits(const struct pattern_table *t, size_t index, struct str text)
{
    return t->row[index].pattern != NULL &&
           regex_match(regex_of(t, index), text) == REGEX_YES;
}

struct str pattern_found(const struct pattern_table *t, size_t index,
                         struct str text)
{
    return regex_group(t->regex[index], text, 0);
}

struct str pattern_group(const struct pattern_table *t, size_t index,
                         struct str text, const char *name)
{
    const struct regex *re = t->regex[index];
    for (size_t i = 0; i < regex_name_count(re); i++) {
        unsigned group;
        if (strcmp(regex_name(re, i, &group), name) == 0)
            return regex_group(re, text, group);
    }
    return STR_NONE;
}
