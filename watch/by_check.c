/* Rows found by their check. */
#include "watch/by_check.h"

#include <stdlib.h>
#include <string.h>

void by_check_begin(struct by_check *out, struct arena *a, size_t most)
{
    out->item = arena_array(a, most + 1, sizeof(*out->item));
    out->count = 0;
}

void by_check_add(struct by_check *out, const char *check, size_t at)
{
    out->item[out->count++] = (struct check_place){check, at};
}

static int compare(const void *left, const void *right)
{
    const struct check_place *a = left, *b = right;
    int order = strcmp(a->check, b->check);
    return order != 0 ? order : (a->at > b->at) - (a->at < b->at);
}

void by_check_sort(struct by_check *out)
{
    qsort(out->item, out->count, sizeof(*out->item), compare);
}

size_t by_check_find(const struct by_check *rows, const char *check)
{
    size_t low = 0, high = rows->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(rows->item[middle].check, check) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < rows->count && strcmp(rows->item[low].check, check) == 0;
    return found ? rows->item[low].at : BY_CHECK_NONE;
}
