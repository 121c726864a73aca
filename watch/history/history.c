/* Opening, single flight and transactions. */
#include "watch/history/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "watch/history/history_rows.h"

static bool is_scheme(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 'a' || s.ptr[i] > 'z')
            return false;
    return s.len > 1;
}

/* An address of another kind is hardly a file name; "./x://y" is one. */
static bool choose(const struct backend **out, const char *where, struct err *e)
{
    struct str s = str_from(where);
    size_t at = str_find(s, STR("://"), 0);
    struct str scheme = str_sub(s, 0, at);
    *out = &sqlite_backend;
    if (at == s.len || !is_scheme(scheme))
        return true;
    *out = &postgres_backend;
    return str_is(scheme, "postgresql") || str_is(scheme, "postgres") ||
           err_set(e, POS_NONE,
                   "a history cannot be at '%.*s://': give a file or "
                   "postgresql://...",
                   STR_ARGS(str_sub(scheme, 0, 40)));
}

static bool open_database(struct database **out, const char *where,
                          struct err *e)
{
    const struct backend *backend = NULL;
    struct database *d = NULL;
    int version = 0;
    *out = NULL;
    if (!choose(&backend, where, e) || !backend->open(&d, where, e))
        return false;
    if (schema_version(d, &history_schema, &version, e) &&
        backend->ready(d, e) && schema_migrate(d, &history_schema, e)) {
        *out = d;
        return true;
    }
    backend->close(d);
    return false;
}

bool history_open(struct history **out, const char *where, struct err *e)
{
    struct database *d = NULL;
    *out = NULL;
    if (!open_database(&d, where, e))
        return false;
    struct history *h = heap_zeroed(sizeof(*h));
    h->database = d;
    if (!history_read_id(h, e)) {
        history_close(h);
        return false;
    }
    *out = h;
    return true;
}

void history_close(struct history *h)
{
    if (h == NULL)
        return;
    history_rollback(h);
    h->database->backend->close(h->database);
    free(h);
}

bool history_claim(struct history *h, struct arena *a, const char **holder,
                   struct err *e)
{
    return h->database->backend->claim(h->database, CLAIM_ROUNDS, a, holder, e);
}

bool history_claim_sending(struct history *h, struct arena *a,
                           const char **holder, struct err *e)
{
    return h->database->backend->claim(h->database, CLAIM_SENDING, a, holder,
                                       e);
}

void history_release(struct history *h)
{
    h->database->backend->release(h->database, CLAIM_ROUNDS);
}

void history_release_sending(struct history *h)
{
    h->database->backend->release(h->database, CLAIM_SENDING);
}

bool history_begin(struct history *h, struct err *e)
{
    const struct backend *b = h->database->backend;
    if (!database_run(h->database, b->begin, NULL, 0, e))
        return false;
    h->inside = true;
    h->failed = false;
    if (b->isolate == NULL || database_run(h->database, b->isolate, NULL, 0, e))
        return true;
    history_rollback(h);
    return false;
}

/* What failed in between is not written without what came after it. */
bool history_commit(struct history *h, struct err *e)
{
    bool ok = !h->failed;
    if (!ok)
        err_set(e, POS_NONE,
                "nothing was written to '%s', since a part of it failed",
                h->database->shown);
    ok = ok && database_run(h->database, "COMMIT", NULL, 0, e);
    if (!ok)
        history_rollback(h);
    h->inside = false;
    return ok;
}

void history_rollback(struct history *h)
{
    struct err ignored = {.set = false};
    if (h->inside)
        (void)!database_run(h->database, "ROLLBACK", NULL, 0, &ignored);
    h->inside = false;
    h->failed = false;
}

bool history_enter(struct history *h, bool *own, struct err *e)
{
    *own = !h->inside;
    return h->inside || history_begin(h, e);
}

bool history_leave(struct history *h, bool own, bool ok, struct err *e)
{
    if (!own)
        return ok;
    if (ok)
        return history_commit(h, e);
    history_rollback(h);
    return false;
}

const char *history_odd(struct history *h, struct arena *a)
{
    size_t count = h->odd;
    h->odd = 0;
    if (count == 0)
        return NULL;
    return arena_printf(a,
                        "warning: %zu row%s of '%s' cannot have been written "
                        "by postflight and %s left alone; the first: %s",
                        count, count == 1 ? "" : "s", h->database->shown,
                        count == 1 ? "is" : "are", h->first_odd);
}
