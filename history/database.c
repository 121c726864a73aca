/* What both databases share: values, short questions, who this process is. */
#include "history/database.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

struct value value_null(void)
{
    return (struct value){VALUE_NULL, 0, STR_NONE};
}

struct value value_int(int64_t number)
{
    return (struct value){VALUE_INT, number, STR_NONE};
}

struct value value_text(struct str text)
{
    return (struct value){VALUE_TEXT, 0, text};
}

struct value value_bytes(struct str bytes)
{
    return (struct value){VALUE_BYTES, 0, bytes};
}

bool database_run(struct database *d, const char *sql, const struct value *arg,
                  size_t count, struct err *e)
{
    return d->backend->run(
        d, &(struct query){.sql = sql, .arg = arg, .count = count}, e);
}

static bool take_number(void *context, const struct value *column, size_t count,
                        struct err *e)
{
    struct value *out = context;
    (void)e;
    if (count > 0 && out->kind == VALUE_NULL && column[0].kind == VALUE_INT)
        *out = column[0];
    return true;
}

bool database_number(struct database *d, const char *sql,
                     const struct value *arg, size_t count, struct value *out,
                     struct err *e)
{
    *out = value_null();
    return d->backend->run(
        d, &(struct query){sql, arg, count, take_number, out, NULL}, e);
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
