/* The readers' tables, one after the other, for the docs. */
#include "import/internal.h"

static struct rows rows_of(enum import_format format, size_t index)
{
    switch (format) {
    case FORMAT_GATUS:
        return gatus_rows(index);
    case FORMAT_HURL:
        return hurl_rows(index);
    case FORMAT_BLACKBOX:
        return blackbox_rows(index);
    case FORMAT_GOSS:
        return goss_rows(index);
    case FORMAT_POSTMAN:
        return postman_rows(index);
    case FORMAT_COMPOSE:
        break;
    }
    return compose_rows(index);
}

size_t import_construct_count(enum import_format format)
{
    size_t count = 0;
    for (size_t i = 0; rows_of(format, i).count > 0; i++)
        count += rows_of(format, i).count;
    return count;
}

struct import_construct import_construct(enum import_format format,
                                         size_t index)
{
    size_t table = 0;
    while (index >= rows_of(format, table).count)
        index -= rows_of(format, table++).count;
    const struct row *row = &rows_of(format, table).row[index];
    return (struct import_construct){rows_of(format, table).where, row->theirs,
                                     row->ours, row->why, row->advice};
}
