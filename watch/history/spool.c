/* Where a spool is, how it begins and what it gets. */
#include "watch/history/spool.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/text.h"
#include "watch/history/spool_copy.h"

#define SPOOLS       (INT64_C(1) << 31)
#define ROUNDS       (INT64_C(1) << 16) /* of one, at least */
#define INFIX_DIGITS 4

static bool seed_all(struct copying *k, struct history *from, struct err *e)
{
    struct arena *a = k->arena;
    return spool_copy(
               k, from, &runs_table,
               "WHERE deployment = 0 ORDER BY started_ms DESC, id DESC LIMIT 1",
               "", e) &&
           spool_copy(k, from, &states_table, "",
                      spool_over(a, &states_table, "check_id"), e) &&
           spool_copy(k, from, &incidents_table,
                      "WHERE status IS NULL OR status <> 'closed'",
                      spool_over(a, &incidents_table, "id"), e) &&
           spool_copy(
               k, from, &episodes_table,
               "WHERE to_ms = 0 OR to_ms >= (SELECT COALESCE(MIN(started_ms), "
               "0) FROM incidents WHERE status IS NULL OR status <> 'closed')",
               spool_over(a, &episodes_table, EPISODE_KEY), e);
}

static bool run_sql(struct history *h, const char *sql, const char *text,
                    struct err *e)
{
    const struct datum arg = datum_text(str_from(text));
    return history_run(h,
                       &(struct statement){.sql = sql,
                                           .arg = &arg,
                                           .count = text == NULL ? 0 : 1},
                       e);
}

bool spool_has_rounds(struct history *spool, bool *any, struct err *e)
{
    int64_t last = 0;
    bool ok = spool_number(spool, "SELECT COALESCE(MAX(id), 0) FROM runs", NULL,
                           &last, e);
    *any = last > FIRST_RUN;
    return ok;
}

/* Runs of the seed are below the ids of the spool's own ones. */
bool spool_seed(struct history *spool, struct history *from, struct err *e)
{
    struct arena a;
    int64_t runs = 0;
    if (!spool_number(spool, "SELECT COUNT(*) FROM runs", NULL, &runs, e))
        return false;
    if (runs > 0)
        return true;
    if (!history_begin(spool, e))
        return false;
    arena_init(&a);
    struct copying k = {.to = spool, .arena = &a};
    bool ok = seed_all(&k, from, e) &&
              run_sql(spool, "UPDATE runs SET id = 1", NULL, e) &&
              run_sql(spool, "UPDATE meta SET value = $1 WHERE name = 'id'",
                      history_id(from), e) &&
              history_commit(spool, e);
    if (!ok)
        history_rollback(spool);
    if (ok)
        memcpy(spool->id, from->id, sizeof(spool->id));
    arena_release(&a);
    return ok;
}

/* Keys of messages have the number of a run, so that no two spools share one.
 */
static int64_t number_in(const char *id)
{
    return (int64_t)(hash_add(HASH_START, str_from(id)) % SPOOLS) * ROUNDS;
}

static bool make_spool(struct history *h, struct err *e)
{
    char id[SPOOL_ID_DIGITS + 1];
    struct datum first = datum_null();
    const struct statement insert = {
        .sql = "INSERT INTO runs (id) VALUES ($1)", .arg = &first, .count = 1};
    if (!random_hex(id, SPOOL_ID_DIGITS, e))
        return false;
    first = datum_int(FIRST_RUN + number_in(id));
    return history_begin(h, e) &&
           run_sql(h, "INSERT INTO meta (name, value) VALUES ('spool', $1)", id,
                   e) &&
           history_run(h, &insert, e) &&
           run_sql(h, "DELETE FROM runs", NULL, e) && history_commit(h, e);
}

static bool take_infix(void *context, const struct datum *column, size_t count,
                       struct err *e)
{
    struct history *h = context;
    (void)e;
    if (count != 1)
        return true;
    snprintf(h->spool, sizeof(h->spool), "%.*s", STR_ARGS(column[0].text));
    snprintf(h->infix, sizeof(h->infix), "s%.*s-",
             STR_ARGS(str_sub(column[0].text, 0, INFIX_DIGITS)));
    return true;
}

static bool read_infix(struct history *h, struct err *e)
{
    return history_run(h,
                       &(struct statement){
                           .sql = "SELECT value FROM meta WHERE name = 'spool'",
                           .row = take_infix,
                           .context = h},
                       e);
}

/* A folder, no link, that is ours and can be written. */
static bool is_ours(const char *folder)
{
    struct stat st;
    return lstat(folder, &st) == 0 && S_ISDIR(st.st_mode) &&
           st.st_uid == geteuid() && access(folder, W_OK) == 0;
}

bool spool_is_at(const char *place)
{
    struct arena a;
    arena_init(&a);
    bool there = access(place, F_OK) == 0 && is_ours(file_folder(&a, place));
    arena_release(&a);
    return there;
}

/* Why it cannot be made does not matter: there are other places. */
static bool make_folder(const char *place, struct err *e)
{
    struct arena a;
    struct err ignored = {.set = false};
    arena_init(&a);
    const char *folder = file_folder(&a, place);
    if (file_make_parent(folder, &ignored))
        (void)mkdir(folder, 0700);
    bool ok =
        is_ours(folder) ||
        err_set(e, POS_NONE, "'%.200s' cannot be used as a folder of this user",
                folder);
    arena_release(&a);
    return ok;
}

bool spool_open(struct history **out, const char *place, struct err *e)
{
    struct history *h = NULL;
    *out = NULL;
    if (!make_folder(place, e) || !history_open(&h, place, e))
        return false;
    bool ok = read_infix(h, e);
    if (ok && h->infix[0] == '\0')
        ok = make_spool(h, e) && read_infix(h, e);
    if (ok)
        *out = h;
    else
        history_close(h);
    return ok;
}

static const char *variable(const char *const *environ, const char *name)
{
    size_t n = strlen(name);
    for (; environ != NULL && *environ != NULL; environ++)
        if (strncmp(*environ, name, n) == 0 && (*environ)[n] == '=' &&
            (*environ)[n + 1] == '/')
            return *environ + n + 1;
    return NULL;
}

size_t spool_places(struct arena *a, const char *where,
                    const char *const *environ, const char *place[SPOOL_PLACES])
{
    const char *state = variable(environ, "XDG_STATE_HOME");
    const char *home = variable(environ, "HOME");
    const char *tmp = variable(environ, "TMPDIR");
    long long user = geteuid();
    char real[4096] = "";
    size_t count = 0;
    bool relative = strstr(where, "://") == NULL && where[0] != '/';
    if (relative && getcwd(real, sizeof(real)) == NULL)
        real[0] = '\0';
    uint64_t hash = hash_add(HASH_START, str_from(real));
    hash = hash_add(hash, str_from(where));
    const char *const folder[SPOOL_PLACES] = {
        state == NULL ? NULL : arena_printf(a, "%s/postflight", state),
        home == NULL ? NULL
                     : arena_printf(a, "%s/.local/state/postflight", home),
        arena_printf(a, "%s/postflight-%lld", tmp == NULL ? "/tmp" : tmp, user),
        arena_printf(a, "/dev/shm/postflight-%lld", user)};
    for (size_t i = 0; i < SPOOL_PLACES; i++)
        if (folder[i] != NULL)
            place[count++] = arena_printf(a, "%s/spool-%016llx.db", folder[i],
                                          (unsigned long long)hash);
    return count;
}

void spool_remove(const char *place)
{
    static const char *const ending[] = {"", "-wal", "-shm", "-lock",
                                         "-sending"};
    struct arena a;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(ending); i++)
        (void)unlink(arena_printf(&a, "%s%s", place, ending[i]));
    arena_release(&a);
}
