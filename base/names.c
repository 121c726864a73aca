/* Vocabularies: value to name and back. */
#include "base/names.h"

#include <assert.h>

const char *name_of(const struct names *n, int value)
{
    if (value == -1)
        return "unknown";
    assert(value >= 0 && (size_t)value < n->count);
    return n->name[value];
}

bool name_find(const struct names *n, struct str s, int *value)
{
    for (size_t i = 0; i < n->count; i++) {
        if (str_is(s, n->name[i])) {
            *value = (int)i;
            return true;
        }
    }
    return false;
}

void names_list(const struct names *n, struct buf *out)
{
    for (size_t i = 0; i < n->count; i++) {
        if (i > 0)
            buf_text(out, i + 1 == n->count ? " or " : ", ");
        buf_text(out, n->name[i]);
    }
}
