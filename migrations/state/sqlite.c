/*
 * What a file of SQLite tells. It is only read, and no file is made beside it:
 * one in WAL mode would get its -wal and -shm even from a reader, so where they
 * are not there, it is read as one that nobody changes, and an error says so if
 * somebody did. Nothing of the schema runs: no trigger, no view, no module.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "migrations/state/database.h"
#include "migrations/state/gather.h"

#define LOCKED_MS      500   /* until a lock of somebody else is told */
#define ALL_MS         3000  /* for all that is asked */
#define PROGRESS_STEPS 20000 /* of SQLite's machine; under a millisecond */
#define SLICE_ROWS     2000  /* between returns to the caller's loop */
#define VALUE_MAX      (16 << 20)
#define SHOWN_MAX      200
#define LIMIT          "LIMIT 200001"
/* Tables of modules have no columns of their own, and the module may lack. */
#define NOT_OF_MODULE "sql NOT LIKE 'CREATE VIRTUAL%' "
#define OBJECTS                                                                \
    "SELECT name, type = 'index' FROM sqlite_schema WHERE type IN ('table', "  \
    "'view', 'index') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' " LIMIT
#define COLUMNS                                                                \
    "SELECT m.name || '.' || c.name FROM sqlite_schema m, "                    \
    "pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m." NOT_OF_MODULE \
        LIMIT
#define TABLES                                                                 \
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND " NOT_OF_MODULE

/* What is asked, one after the other; the last one for each table. */
enum stage { ASK_BEGIN, ASK_OBJECTS, ASK_COLUMNS, ASK_TABLES, ASK_ROWS };

struct session {
    struct database_reading *reading;
    sqlite3 *handle;
    sqlite3_stmt *asked; /* NULL: nothing is */
    enum stage stage;
    size_t table; /* whose rows are asked for */
    bool has_columns;
    struct gathering gathering;
    int64_t busy_us; /* since when it is locked; 0: it is not */
    int64_t until_us;
    const char *shown;
    struct stat before; /* of a file that is read as one nobody changes */
    bool still;
};

static enum reading_state refuse(struct session *s, const char *why)
{
    (void)err_set(s->reading->err, POS_NONE, "cannot read '%s': %s", s->shown,
                  why);
    return READING_FAILED;
}

static bool said(struct session *s, const char *why)
{
    return refuse(s, why) == READING_GOES_ON;
}

/* What SQLite said, as what it means. */
static enum reading_state fail(struct session *s)
{
    struct arena *a = s->reading->arena;
    int code = s->handle == NULL ? SQLITE_NOMEM : sqlite3_errcode(s->handle);
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        arena_out_of_memory();
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        s->reading->facts->busy = "another process has locked the database";
        return refuse(s, "another process has locked it");
    case SQLITE_NOTADB:
        return refuse(s, "it is not a SQLite database, or it is encrypted");
    case SQLITE_INTERRUPT:
        return refuse(s, "it did not answer within 3 s");
    case SQLITE_READONLY:
        return refuse(s, "a write to it was cut off, and its journal is still "
                         "there: open it once with the service that owns it");
    default:
        return refuse(s,
                      text_elide(a, str_from(sqlite3_errmsg(s->handle)), 160));
    }
}

static int out_of_time(void *context)
{
    const struct session *s = context;
    return clock_now_us() > s->until_us;
}

/* The folder with its links followed, and the name: so only the file itself may
   not be a link. */
static const char *real_path(struct session *s, const char *path)
{
    struct arena *a = s->reading->arena;
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    char *folder = realpath(file_folder(a, path), NULL);
    if (folder == NULL)
        return NULL;
    const char *out =
        arena_printf(a, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name);
    free(folder);
    return out;
}

static bool look_at_file(struct session *s, const char *path)
{
    struct stat *st = &s->before;
    if (lstat(path, st) != 0)
        return said(s, strerror(errno));
    if (S_ISLNK(st->st_mode))
        return said(s, "it is a link: name the file that it leads to");
    if (!S_ISREG(st->st_mode))
        return said(s, "it is not a regular file");
    if (access(path, R_OK) != 0)
        return said(s, strerror(errno));
    if (st->st_size > 0 && st->st_size < 100) /* SQLite may take it for empty */
        return said(s, "it is not a SQLite database");
    return true;
}

/* In WAL mode by its header: bytes 18 and 19 are versions of the format. */
static bool is_wal(const char *path)
{
    unsigned char head[20] = {0};
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    size_t n = fread(head, 1, sizeof(head), file);
    (void)fclose(file);
    return n == sizeof(head) && head[18] == 2 && head[19] == 2;
}

static bool is_there(struct arena *a, const char *path, const char *ending)
{
    struct stat st;
    return stat(arena_printf(a, "%s%s", path, ending), &st) == 0;
}

/* What SQLite opens beside it: of a pipe it would wait for a writer. */
static bool look_beside(struct session *s, const char *path)
{
    static const char *const endings[] = {"-wal", "-shm", "-journal"};
    struct stat st;
    for (size_t i = 0; i < ARRAY_COUNT(endings); i++) {
        const char *beside =
            arena_printf(s->reading->arena, "%s%s", path, endings[i]);
        if (lstat(beside, &st) == 0 && !S_ISREG(st.st_mode))
            return said(s, arena_printf(s->reading->arena,
                                        "its %s is not a regular file",
                                        endings[i] + 1));
    }
    return true;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static bool open_file(struct session *s, const char *path)
{
    struct arena *a = s->reading->arena;
    const char *vfs = NULL;
    bool wal = is_wal(path), log = is_there(a, path, "-wal");
    bool left = wal && log && !is_there(a, path, "-shm");
    struct buf uri;
    buf_init(&uri, (size_t)16 << 10);
    text_url_path(&uri, str_from(path));
    buf_text(&uri, wal && !log ? "?mode=ro&immutable=1" : "?mode=ro");
    s->still = wal && (!log || left);
    if (left) /* by a crash: its index is made in memory, without locks */
        vfs = "unix-none";
    const char *text = buf_take(a, &uri);
    return sqlite3_open_v2(text, &s->handle,
                           SQLITE_OPEN_READONLY | SQLITE_OPEN_URI |
                               SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX,
                           vfs) == SQLITE_OK &&
           (!left || sqlite3_exec(s->handle, "PRAGMA locking_mode = EXCLUSIVE",
                                  NULL, NULL, NULL) == SQLITE_OK);
}

/* What a hostile file could bring along is off. */
static bool harden(struct session *s)
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
    sqlite3_limit(s->handle, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    sqlite3_limit(s->handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_progress_handler(s->handle, PROGRESS_STEPS, out_of_time, s);
    return sqlite3_exec(s->handle,
                        "PRAGMA query_only = 1; PRAGMA cell_size_check = 1",
                        NULL, NULL, NULL) == SQLITE_OK;
}

/* The table that is asked for; its name is quoted as SQLite wants it. */
static const char *rows_query(const struct session *s)
{
    const struct database_facts *f = s->reading->facts;
    char *sql = sqlite3_mprintf("SELECT * FROM main.\"%w\" LIMIT %d",
                                f->table[s->table].name, STATE_ROWS_MAX + 1);
    if (sql == NULL)
        arena_out_of_memory();
    const char *out = str_dup(s->reading->arena, str_from(sql));
    sqlite3_free(sql);
    return out;
}

static const char *query_of(const struct session *s)
{
    static const char *const all[] = {
        [ASK_BEGIN] = "BEGIN",
        [ASK_OBJECTS] = OBJECTS,
        [ASK_COLUMNS] = COLUMNS,
        [ASK_TABLES] = TABLES,
    };
    return s->stage == ASK_ROWS ? rows_query(s) : all[s->stage];
}

static struct str text_at(sqlite3_stmt *q, int column)
{
    const char *ptr = (const char *)sqlite3_column_text(q, column);
    int n = sqlite3_column_bytes(q, column);
    return (struct str){ptr, ptr == NULL || n < 0 ? 0 : (size_t)n};
}

static void take_cell(struct session *s, int column)
{
    if (sqlite3_column_type(s->asked, column) != SQLITE_BLOB) {
        gather_cell(&s->gathering, text_at(s->asked, column));
        return;
    }
    const char *ptr = sqlite3_column_blob(s->asked, column);
    int n = sqlite3_column_bytes(s->asked, column);
    gather_bytes(&s->gathering,
                 (struct str){ptr == NULL ? "" : ptr, n < 0 ? 0 : (size_t)n});
}

static bool take_row(struct session *s)
{
    struct arena *a = s->reading->arena;
    struct err *e = s->reading->err;
    switch (s->stage) {
    case ASK_BEGIN:
        return true;
    case ASK_OBJECTS:
        gather_object(&s->gathering,
                      sqlite3_column_int(s->asked, 1) != 0 ? OBJECT_INDEX
                                                           : OBJECT_TABLE,
                      str_dup(a, text_at(s->asked, 0)), NULL);
        return true;
    case ASK_COLUMNS:
        gather_object(&s->gathering, OBJECT_COLUMN,
                      str_dup(a, text_at(s->asked, 0)), NULL);
        return true;
    case ASK_TABLES: {
        const struct table_rows t = {.name = str_dup(a, text_at(s->asked, 0)),
                                     .visible = true};
        return !state_wants_table(t.name) ||
               gather_table(&s->gathering, &t, e) != NULL;
    }
    case ASK_ROWS:
        for (int i = 0; i < sqlite3_column_count(s->asked); i++)
            take_cell(s, i);
        return gather_row(&s->gathering, e);
    }
    return false;
}

/* The names of its columns, also where it has no row. */
static bool take_columns(struct session *s)
{
    struct gathering *g = &s->gathering;
    g->table = &s->reading->facts->table[s->table];
    g->cell_cap = g->cells = 0;
    for (int i = 0; i < sqlite3_column_count(s->asked); i++)
        if (!gather_column(g, str_from(sqlite3_column_name(s->asked, i)),
                           s->reading->err))
            return false;
    return true;
}

/* Nobody may have written to what was read without locks. */
static enum reading_state end(struct session *s)
{
    struct stat now;
    struct database_facts *f = s->reading->facts;
    f->has_objects = f->object_count < DATABASE_OBJECTS_MAX;
    if (!s->still)
        return READING_DONE;
    const char *path = sqlite3_db_filename(s->handle, "main");
    if (path != NULL && stat(path, &now) == 0 && is_same(&now, &s->before))
        return READING_DONE;
    f->busy = "another process writes to the database";
    return refuse(s, "another process has written to it meanwhile");
}

static enum reading_state next(struct session *s)
{
    sqlite3_finalize(s->asked);
    s->asked = NULL;
    if (s->stage == ASK_ROWS)
        s->table++;
    else
        s->stage++;
    if (s->stage == ASK_ROWS && s->table == s->reading->facts->table_count)
        return end(s);
    return READING_GOES_ON;
}

/* Locked: again, until it is told. */
static enum reading_state wait_or_fail(struct session *s, int code)
{
    if ((code & 0xff) != SQLITE_BUSY || s->still)
        return fail(s);
    int64_t now = clock_now_us();
    if (s->busy_us == 0)
        s->busy_us = now;
    if (now - s->busy_us > (int64_t)LOCKED_MS * 1000)
        return fail(s);
    if (s->asked != NULL)
        sqlite3_reset(s->asked);
    return READING_GOES_ON;
}

static enum reading_state ask(struct session *s)
{
    int code = sqlite3_prepare_v2(s->handle, query_of(s), -1, &s->asked, NULL);
    if (code != SQLITE_OK)
        return wait_or_fail(s, code);
    return s->stage != ASK_ROWS || take_columns(s) ? READING_GOES_ON
                                                   : READING_FAILED;
}

static enum reading_state step(struct database_reading *r)
{
    struct session *s = r->own;
    if (s->asked == NULL && ask(s) == READING_FAILED)
        return READING_FAILED;
    for (int i = 0; i < SLICE_ROWS && s->asked != NULL; i++) {
        int code = sqlite3_step(s->asked);
        if (code == SQLITE_DONE)
            return next(s);
        if (code != SQLITE_ROW)
            return wait_or_fail(s, code);
        s->busy_us = 0;
        if (!take_row(s))
            return READING_FAILED;
    }
    return READING_GOES_ON;
}

static enum reading_state open(struct database_reading *r)
{
    struct session *s = arena_alloc(r->arena, sizeof(*s));
    r->own = s;
    s->reading = r;
    s->gathering = (struct gathering){.facts = r->facts, .arena = r->arena};
    s->until_us = clock_now_us() + (int64_t)ALL_MS * 1000;
    s->shown = text_elide(r->arena, str_from(r->dsn.file), SHOWN_MAX);
    r->facts->server =
        arena_printf(r->arena, "SQLite %s", sqlite3_libversion());
    r->facts->lag_ms = -1;
    const char *path = real_path(s, r->dsn.file);
    if (path == NULL)
        return refuse(s, strerror(errno));
    if (!look_at_file(s, path) || !look_beside(s, path))
        return READING_FAILED;
    return open_file(s, path) && harden(s) ? READING_GOES_ON : fail(s);
}

static void finish(struct database_reading *r)
{
    struct session *s = r->own;
    sqlite3_finalize(s->asked);
    sqlite3_close(s->handle);
}

const struct database_driver driver_sqlite = {.name = "SQLite",
                                              .kind = DSN_SQLITE,
                                              .open = open,
                                              .step = step,
                                              .close = finish};
