/* SQLite: one file in WAL mode, looked at before anything is written. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/clock.h"
#include "base/text.h"
#include "watch/history/database.h"
#include "watch/history/foreign.h"
#include "watch/history/history.h"
#include "watch/history/lock.h"
#include "watch/history/sqlite_error.h"

#define PATH_SIZE      4096
#define SHOWN_MAX      200
#define SQL_LENGTH_MAX (1 << 20)
#define PROGRESS_STEPS 20000 /* of SQLite's machine; under a millisecond */
#define WAL_PAUSE_NS   5000000L
#define MARK           "0x70666c74" /* "pflt" */
#define MARK_NUMBER    INT64_C(0x70666c74)

struct sqlite {
    struct database base;
    sqlite3 *handle;
    int lock[CLAIMS];
    int64_t until_us;   /* of the statement that runs */
    struct arena arena; /* what lives as long */
    char path[PATH_SIZE];
};

static struct sqlite *own(struct database *d)
{
    return (struct sqlite *)d;
}

static bool fail(struct sqlite *s, struct err *e)
{
    return sqlite_explain(s->handle, s->base.shown, e);
}

static int out_of_time(void *context)
{
    const struct sqlite *s = context;
    return clock_now_us() > s->until_us;
}

/* $N is a name to SQLite, so it is asked which one it is. */
static bool bind_one(sqlite3_stmt *statement, size_t i, const struct datum *v)
{
    char name[16];
    snprintf(name, sizeof(name), "$%u", (unsigned)(i + 1));
    int at = sqlite3_bind_parameter_index(statement, name);
    if (at == 0)
        return true;
    const char *ptr = v->text.ptr == NULL ? "" : v->text.ptr;
    switch (v->kind) {
    case DATUM_NULL:
        return sqlite3_bind_null(statement, at) == SQLITE_OK;
    case DATUM_INT:
        return sqlite3_bind_int64(statement, at, v->number) == SQLITE_OK;
    case DATUM_TEXT:
        return sqlite3_bind_text64(statement, at, ptr, v->text.len,
                                   SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK;
    case DATUM_BYTES:
        return sqlite3_bind_blob64(statement, at, ptr, v->text.len,
                                   SQLITE_STATIC) == SQLITE_OK;
    }
    return false;
}

static struct datum column_datum(sqlite3_stmt *statement, int i)
{
    switch (sqlite3_column_type(statement, i)) {
    case SQLITE_INTEGER:
        return datum_int(sqlite3_column_int64(statement, i));
    case SQLITE_TEXT: {
        const char *ptr = (const char *)sqlite3_column_text(statement, i);
        int len = sqlite3_column_bytes(statement, i);
        return datum_text(
            (struct str){ptr, ptr == NULL || len < 0 ? 0 : (size_t)len});
    }
    case SQLITE_BLOB: {
        const char *ptr = sqlite3_column_blob(statement, i);
        int len = sqlite3_column_bytes(statement, i);
        return datum_bytes(
            (struct str){ptr, ptr == NULL || len < 0 ? 0 : (size_t)len});
    }
    default:
        return datum_null();
    }
}

static bool give_row(sqlite3_stmt *statement, const struct statement *q,
                     struct err *e)
{
    struct datum column[ARGUMENTS_MAX];
    int count = sqlite3_column_count(statement);
    if (count > ARGUMENTS_MAX)
        count = ARGUMENTS_MAX;
    for (int i = 0; i < count; i++)
        column[i] = column_datum(statement, i);
    return q->row(q->context, column, (size_t)count, e);
}

static bool step(struct sqlite *s, sqlite3_stmt *statement,
                 const struct statement *q, struct err *e)
{
    int rc = SQLITE_ROW;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
        if (q->row != NULL && !give_row(statement, q, e))
            return false;
    if (rc != SQLITE_DONE)
        return fail(s, e);
    if (q->changed != NULL)
        *q->changed = sqlite3_changes(s->handle);
    return true;
}

static bool run_for(struct sqlite *s, const struct statement *q,
                    int64_t time_ms, struct err *e)
{
    sqlite3_stmt *statement = NULL;
    s->until_us = clock_now_us() + time_ms * 1000;
    if (sqlite3_prepare_v2(s->handle, q->sql, -1, &statement, NULL) !=
        SQLITE_OK)
        return fail(s, e);
    bool ok = true;
    for (size_t i = 0; i < q->count && ok; i++)
        ok = bind_one(statement, i, &q->arg[i]) || fail(s, e);
    ok = ok && step(s, statement, q, e);
    sqlite3_finalize(statement);
    return ok;
}

static bool run(struct database *d, const struct statement *q, struct err *e)
{
    return run_for(own(d), q, STATEMENT_MS, e);
}

static bool pragma(struct sqlite *s, const char *sql, struct err *e)
{
    return database_run(&s->base, sql, NULL, 0, e);
}

static bool look_at_file(const char *path, struct err *e)
{
    struct stat st;
    if (path[0] == '\0')
        return err_set(e, POS_NONE, "the history has no name: give a file");
    if (strlen(path) + 3 > PATH_SIZE)
        return err_set(e, POS_NONE, "the file name '%.60s...' is too long",
                       path);
    if (stat(path, &st) != 0)
        return errno == ENOENT || err_set(e, POS_NONE, "cannot open '%s': %s",
                                          path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return err_set(e, POS_NONE,
                       "'%s' is a folder: give a file in it, such as "
                       "'%s/history.db'",
                       path, path);
    if (!S_ISREG(st.st_mode))
        return err_set(e, POS_NONE, "'%s' is no regular file: give one", path);
    if (access(path, W_OK) != 0) /* SQLite would open it for reading */
        return err_set(e, POS_NONE,
                       "'%s' cannot be written: %s: give a file that this "
                       "user may write",
                       path, strerror(errno));
    /* SQLite takes a file of one byte for an empty one. */
    return st.st_size != 1 || err_set(e, POS_NONE,
                                      "'%s' is no database: give another "
                                      "file, or move it away",
                                      path);
}

/*
 * What a hostile file could bring along is off: triggers, views, functions in
 * a schema. Nothing moves from a WAL into a file that is not ours, hence
 * NO_CKPT_ON_CLOSE until it is known to be.
 */
static void harden(struct sqlite *s)
{
    static const struct {
        int option, on;
    } config[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},
    };
    for (size_t i = 0; i < ARRAY_COUNT(config); i++)
        sqlite3_db_config(s->handle, config[i].option, config[i].on, NULL);
    sqlite3_limit(s->handle, SQLITE_LIMIT_LENGTH, (int)DATUM_MAX);
    sqlite3_limit(s->handle, SQLITE_LIMIT_SQL_LENGTH, SQL_LENGTH_MAX);
    sqlite3_limit(s->handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_busy_timeout(s->handle, LOCKED_MS);
    sqlite3_progress_handler(s->handle, PROGRESS_STEPS, out_of_time, s);
}

struct soundness {
    const struct sqlite *database;
    bool seen;
};

static bool take_soundness(void *context, const struct datum *column,
                           size_t count, struct err *e)
{
    struct soundness *s = context;
    struct arena a;
    s->seen = true;
    if (count == 1 && str_is(column[0].text, "ok"))
        return true;
    arena_init(&a);
    sqlite_damaged(s->database->base.shown,
                   text_elide(&a, count == 1 ? column[0].text : STR_NONE, 120),
                   e);
    arena_release(&a);
    return false;
}

int64_t sqlite_sound_ms(uint64_t bytes)
{
    return bytes > SOUND_BYTES ? SOUND_LARGE_MS : SOUND_MS;
}

/* A file that cannot be measured is looked at as a small one. */
static int64_t sound_ms(struct sqlite *s)
{
    struct stat st;
    const char *path = sqlite3_db_filename(s->handle, "main");
    bool measured = path != NULL && stat(path, &st) == 0;
    return sqlite_sound_ms(measured ? (uint64_t)st.st_size : 0);
}

/*
 * quick_check reads every page of every table, 1 GB a second and less. A year
 * of rounds would cost each round of cron seconds, so that a large file is
 * looked at in part, and damage further behind is found when it is read. A file
 * that was cut short is refused by SQLite whatever its size.
 */
static bool look_for_damage(struct sqlite *s, struct err *e)
{
    struct soundness found = {s, false};
    struct err said = {.set = false};
    struct statement q = {.sql = "PRAGMA quick_check(1)",
                          .row = take_soundness,
                          .context = &found};
    if (run_for(s, &q, sound_ms(s), &said) ||
        (sqlite3_errcode(s->handle) == SQLITE_INTERRUPT && !found.seen))
        return true;
    *e = said;
    return false;
}

static bool look_whose(struct sqlite *s, struct err *e)
{
    struct datum mark, tables;
    if (!database_number(&s->base, "PRAGMA application_id", NULL, 0, &mark,
                         e) ||
        !database_number(&s->base, "SELECT COUNT(*) FROM sqlite_schema", NULL,
                         0, &tables, e))
        return false;
    if (mark.number == MARK_NUMBER || (mark.number == 0 && tables.number == 0))
        return true;
    return err_set(e, POS_NONE,
                   "'%s' is a database of something else: give another file",
                   s->base.shown);
}

static bool look(struct sqlite *s, struct err *e)
{
    if (!pragma(s, "PRAGMA cell_size_check = ON", e) ||
        !look_for_damage(s, e) || !look_whose(s, e) ||
        !sqlite_is_ours(&s->base, e))
        return false;
    if (sqlite3_db_readonly(s->handle, "main") == 1)
        return err_set(e, POS_NONE,
                       "'%s' cannot be written: give a file that this user "
                       "may write",
                       s->base.shown);
    return true;
}

static void close_sqlite(struct database *d)
{
    struct sqlite *s = own(d);
    sqlite3_close(s->handle);
    for (size_t i = 0; i < CLAIMS; i++)
        lock_drop(s->lock[i]);
    arena_release(&s->arena);
    free(s);
}

/*
 * A new file is for its owner alone: it holds records, with the bodies of
 * responses. SQLite gives its other files the mode of this one.
 */
static void make_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) /* else SQLite says why */
        close(fd);
}

/* With "./" before it, "file:x" and ":memory:" are names as any other. */
static bool open_sqlite(struct database **out, const char *where, struct err *e)
{
    if (!look_at_file(where, e))
        return false;
    make_private(where);
    struct sqlite *s = heap_zeroed(sizeof(*s));
    for (size_t i = 0; i < CLAIMS; i++)
        s->lock[i] = -1;
    arena_init(&s->arena);
    snprintf(s->path, sizeof(s->path), "%s%s", where[0] == '/' ? "" : "./",
             where);
    s->base = (struct database){
        &sqlite_backend, text_elide(&s->arena, str_from(where), SHOWN_MAX)};
    bool ok = sqlite3_open_v2(s->path, &s->handle,
                              SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                  SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                              NULL) == SQLITE_OK ||
              fail(s, e);
    if (ok) {
        harden(s);
        ok = look(s, e);
    }
    if (ok)
        *out = &s->base;
    else
        close_sqlite(&s->base);
    return ok;
}

/*
 * SQLite reports a database that is busy at once here, since waiting for a
 * lock while holding one could be a deadlock; both are given up before the
 * next try, so that processes that create the file together all succeed.
 */
static bool use_wal(struct sqlite *s, struct err *e)
{
    const struct timespec pause = {.tv_nsec = WAL_PAUSE_NS};
    int64_t until = clock_now_us() + (int64_t)LOCKED_MS * 1000;
    for (;;) {
        struct err said = {.set = false};
        if (pragma(s, "PRAGMA journal_mode = WAL", &said))
            return true;
        bool busy = (sqlite3_extended_errcode(s->handle) & 0xff) == SQLITE_BUSY;
        if (!busy || clock_now_us() >= until) {
            *e = said;
            return false;
        }
        nanosleep(&pause, NULL);
    }
}

/*
 * FULL: a commit that was answered survives a power cut, since a notice that
 * was sent and forgotten would be sent again. Where the file system has no
 * shared memory, SQLite keeps its rollback journal, which is as safe.
 */
static bool ready(struct database *d, struct err *e)
{
    struct sqlite *s = own(d);
    sqlite3_db_config(s->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    return use_wal(s, e) && pragma(s, "PRAGMA synchronous = FULL", e) &&
           pragma(s, "PRAGMA journal_size_limit = 16777216", e) &&
           pragma(s, "PRAGMA foreign_keys = ON", e);
}

/* Beside the file itself, so that all names of it have one lock. */
static bool claim(struct database *d, enum claim what, struct arena *a,
                  const char **holder, struct err *e)
{
    static const char *const ending[] = {
        [CLAIM_ROUNDS] = "-lock", [CLAIM_SENDING] = "-sending"};
    struct sqlite *s = own(d);
    struct stat st;
    *holder = NULL;
    if (s->lock[what] >= 0)
        return true;
    char *real = realpath(s->path, NULL);
    if (real == NULL)
        return err_set(e, POS_NONE, "cannot find '%s': %s", d->shown,
                       strerror(errno));
    const char *path = arena_printf(a, "%s%s", real, ending[what]);
    free(real);
    /* Who may write the history may lock it. */
    mode_t mode = stat(s->path, &st) == 0 ? st.st_mode & 0666 : 0600;
    return lock_take(&s->lock[what], a, path, mode, holder, e);
}

static void release(struct database *d, enum claim what)
{
    struct sqlite *s = own(d);
    lock_drop(s->lock[what]);
    s->lock[what] = -1;
}

void sqlite_version(struct buf *out)
{
    buf_text(out, sqlite3_libversion());
}

const struct backend sqlite_backend = {
    .words = {.id = "INTEGER PRIMARY KEY AUTOINCREMENT",
              .integer = "INTEGER",
              .text = "TEXT",
              .bytes = "BLOB",
              .end = " STRICT",
              .clustered_end = " STRICT, WITHOUT ROWID",
              .has_table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' "
                           "AND name = $1",
              .position = "instr",
              .mark = "PRAGMA application_id = " MARK},
    .open = open_sqlite,
    .ready = ready,
    .run = run,
    .claim = claim,
    .release = release,
    .close = close_sqlite,
    .begin = "BEGIN IMMEDIATE",
};
