/* Cells as MySQL sends them, as the texts that other databases show. */
#include "base/text.h"
#include "migrations/state/mysql_session.h"

static bool is_binary(const MYSQL_FIELD *f)
{
    switch (f->type) {
    case MYSQL_TYPE_TINY_BLOB:
    case MYSQL_TYPE_MEDIUM_BLOB:
    case MYSQL_TYPE_LONG_BLOB:
    case MYSQL_TYPE_BLOB:
    case MYSQL_TYPE_STRING:
    case MYSQL_TYPE_VAR_STRING:
    case MYSQL_TYPE_VARCHAR:
        return f->charsetnr == 63; /* the "binary" one */
    default:
        return false;
    }
}

/* BIT comes as bytes, the first one counts most. */
static void gather_bit(struct gathering *g, struct str bytes)
{
    uint64_t number = 0;
    for (size_t i = 0; i < bytes.len && i < sizeof(number); i++)
        number = number << 8 | (unsigned char)bytes.ptr[i];
    gather_cell(g, str_from(arena_printf(g->arena, "%llu",
                                         (unsigned long long)number)));
}

bool mysql_gather(struct gathering *g, MYSQL_RES *result, MYSQL_ROW row,
                  struct err *e)
{
    const MYSQL_FIELD *field = mysql_fetch_fields(result);
    const unsigned long *length = mysql_fetch_lengths(result);
    for (size_t i = 0; i < mysql_num_fields(result); i++) {
        struct str cell = {row[i], row[i] == NULL ? 0 : length[i]};
        if (cell.ptr != NULL && field[i].type == MYSQL_TYPE_BIT)
            gather_bit(g, cell);
        else if (cell.ptr != NULL && is_binary(&field[i]))
            gather_bytes(g, cell);
        else
            gather_cell(g, cell);
    }
    return gather_row(g, e);
}
