/* What both databases share: values, short questions, who this process is. */
#include "watch/history/database.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

bool database_value_too_large(const char *shown, struct err *e)
{
    return err_set(e, POS_NONE,
                   "'%s' has a value of more than %zu MiB: no history has one",
                   shown, DATUM_MAX >> 20);
}

struct datum datum_null(void)
{
    return (struct datum){DATUM_NULL, 0, STR_NONE};
}

struct datum datum_int(int64_t number)
{
    return (struct datum){DATUM_INT, number, STR_NONE};
}

struct datum datum_text(struct str text)
{
    return (struct datum){DATUM_TEXT, 0, text};
}

struct datum datum_bytes(struct str bytes)
{
    return (struct datum){DATUM_BYTES, 0, bytes};
}

bool database_run(struct database *d, const char *sql, const struct datum *arg,
                  size_t count, struct err *e)
{
    return d->backend->run(
        d, &(struct statement){.sql = sql, .arg = arg, .count = count}, e);
}

static bool take_number(void *context, const struct datum *column, size_t count,
                        struct err *e)
{
    struct datum *out = context;
    (void)e;
    if (count > 0 && out->kind == DATUM_NULL && column[0].kind == DATUM_INT)
        *out = column[0];
    return true;
}

bool database_number(struct database *d, const char *sql,
                     const struct datum *arg, size_t count, struct datum *out,
                     struct err *e)
{
    *out = datum_null();
    return d->backend->run(
        d, &(struct statement){sql, arg, count, take_number, out, NULL}, e);
}

const char *database_holder(struct arena *a)
{
    char host[256] = "";
    struct buf since;
    if (gethostname(host, sizeof(host) - 1) != 0)
        host[0] = '\0';
    buf_init(&since, 64);
    clock_format(&since, clock_wall_ms() / 1000 * 1000);
    const char *name = text_elide(a, str_from(host), 64);
    const char *text = arena_printf(a, "pid %lld on %s since %s",
                                    (long long)getpid(), name, since.ptr);
    buf_release(&since);
    return text;
}
