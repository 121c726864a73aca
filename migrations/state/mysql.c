/* MySQL and MariaDB: not read yet. */
#include "migrations/state/database.h"

static enum reading_state open(struct database_reading *r)
{
    (void)err_set(r->err, POS_NONE, "MySQL is not read by this build");
    return READING_FAILED;
}

static enum reading_state step(struct database_reading *r)
{
    (void)r;
    return READING_FAILED;
}

static void close(struct database_reading *r)
{
    (void)r;
}

const struct database_driver driver_mysql = {.name = "MySQL",
                                             .kind = DSN_MYSQL,
                                             .open = open,
                                             .step = step,
                                             .close = close};
