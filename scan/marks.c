/* Lines that say that something else begins: a transaction, a step of CI. */
#include "scan/internal.h"

#define ROW(literal, kind)                                                     \
    {                                                                          \
        {literal, sizeof(literal) - 1}, kind                                   \
    }

static const struct {
    struct str literal;
    enum mark_kind kind;
} marks[] = {
    /* PostgreSQL with log_statement = all, and Prisma's query log */
    ROW("statement: BEGIN", MARK_TRANSACTION),
    ROW("statement: begin", MARK_TRANSACTION),
    ROW("statement: START TRANSACTION", MARK_TRANSACTION),
    ROW("statement: COMMIT", MARK_TRANSACTION),
    ROW("statement: commit", MARK_TRANSACTION),
    ROW("statement: ROLLBACK", MARK_TRANSACTION), /* TO SAVEPOINT, too */
    ROW("statement: rollback", MARK_TRANSACTION),
    ROW("<unnamed>: BEGIN", MARK_TRANSACTION),
    ROW("<unnamed>: COMMIT", MARK_TRANSACTION),
    ROW("<unnamed>: ROLLBACK", MARK_TRANSACTION),
    ROW("prisma:query BEGIN", MARK_TRANSACTION),
    ROW("prisma:query COMMIT", MARK_TRANSACTION),
    ROW("prisma:query ROLLBACK", MARK_TRANSACTION),
    /* CI hosts and platforms */
    ROW("##[group]Run ", MARK_STEP),
    ROW("##[section]Starting: ", MARK_STEP),
    ROW("section_start:", MARK_STEP),
    ROW("[Pipeline] { (", MARK_STEP),
    ROW("~~~ Running ", MARK_STEP),
    ROW("Entering phase ", MARK_STEP),
    ROW("-----> ", MARK_STEP),
    ROW("==> Running ", MARK_STEP),
    ROW("==> Deploying", MARK_STEP),
    /* pino and bunyan write levels as numbers: the line may be an error */
    ROW("\"level\":50", MARK_LEVEL),
    ROW("\"level\":60", MARK_LEVEL),
    ROW("\"level\": 50", MARK_LEVEL),
    ROW("\"level\": 60", MARK_LEVEL),
};

size_t mark_count(void)
{
    return ARRAY_COUNT(marks);
}

struct str mark_literal(size_t index)
{
    return marks[index].literal;
}

enum mark_kind mark_kind(size_t index)
{
    return marks[index].kind;
}
