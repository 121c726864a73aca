/* The drivers, and a reading from its beginning to its end. */
#include "migrations/state/database.h"

#include <poll.h>

#include "base/clock.h"

#define STEP_MS 20 /* between looks, where there is nothing to wait for */

static const struct database_driver *driver_of(enum dsn_kind kind)
{
    static const struct database_driver *const all[] = {
        &driver_postgres, &driver_mysql, &driver_sqlite};
    for (size_t i = 0; i < ARRAY_COUNT(all); i++)
        if (all[i]->kind == kind)
            return all[i];
    return NULL;
}

bool database_open(struct database_reading *r, struct arena *a,
                   const char *address, struct database_facts *facts,
                   struct err *e)
{
    *facts = (struct database_facts){.table = NULL};
    *r = (struct database_reading){
        .arena = a, .facts = facts, .err = e, .fd = -1, .ended = true};
    if (!dsn_read(&r->dsn, a, address, e))
        return false;
    r->driver = driver_of(r->dsn.kind);
    r->ended = false;
    enum reading_state state = r->driver->open(r);
    if (state == READING_FAILED)
        database_close(r);
    return state != READING_FAILED;
}

enum reading_state database_step(struct database_reading *r)
{
    return r->driver->step(r);
}

void database_close(struct database_reading *r)
{
    if (r->driver != NULL && !r->ended)
        r->driver->close(r);
    r->ended = true;
    r->fd = -1;
}

static void wait_for(const struct database_reading *r, int64_t until_us)
{
    int64_t left = until_us == 0 ? 1000 : (until_us - clock_now_us()) / 1000;
    struct pollfd p = {.fd = r->fd, .events = r->writes ? POLLOUT : POLLIN};
    if (r->fd < 0 && left > STEP_MS)
        left = STEP_MS;
    (void)poll(&p, r->fd < 0 ? 0 : 1, left < 0 ? 0 : (int)left);
}

bool database_read(struct database_facts *out, struct arena *a,
                   const char *address, int64_t timeout_ms, struct err *e)
{
    struct database_reading r;
    enum reading_state state = READING_GOES_ON;
    int64_t until_us = timeout_ms == 0 ? 0 : clock_now_us() + timeout_ms * 1000;
    if (!database_open(&r, a, address, out, e))
        return false;
    while ((state = database_step(&r)) == READING_GOES_ON &&
           (until_us == 0 || clock_now_us() < until_us))
        wait_for(&r, until_us);
    if (state == READING_GOES_ON)
        (void)err_set(e, POS_NONE, "%s did not answer within %lld ms",
                      r.driver->name, (long long)timeout_ms);
    database_close(&r);
    return state == READING_DONE;
}
