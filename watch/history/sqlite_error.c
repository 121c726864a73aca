/* Errors of SQLite as one line that says what to do. */
#include "watch/history/sqlite_error.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "watch/history/database.h"

bool sqlite_damaged(const char *shown, const char *found, struct err *e)
{
    return err_set(e, POS_NONE,
                   "'%s' is damaged (%s): nothing was changed; put back a copy "
                   "of it, or move it away to begin a new history",
                   shown, found);
}

static bool is_full(int error)
{
    return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

/* The journal keeps its own errno: what is asked of SQLite may be a later. */
static int journal_errno(sqlite3 *handle)
{
    sqlite3_file *journal = NULL;
    int error = 0;
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER,
                         &journal);
    if (journal != NULL && journal->pMethods != NULL)
        journal->pMethods->xFileControl(journal, SQLITE_FCNTL_LAST_ERRNO,
                                        &error);
    return error;
}

/* The shared memory of a WAL is a file, too: it could not be made longer. */
static bool disk_is_full(sqlite3 *handle, int code, int error)
{
    if (code != SQLITE_IOERR)
        return code == SQLITE_FULL;
    return is_full(error) || is_full(journal_errno(handle)) ||
           sqlite3_extended_errcode(handle) == SQLITE_IOERR_SHMSIZE;
}

static bool explain_access(const char *shown, int error, const char *said,
                           struct err *e)
{
    return err_set(e, POS_NONE,
                   "cannot write '%s' or beside it: %s: give a file in a "
                   "folder that this user may write",
                   shown, error == 0 ? said : strerror(error));
}

static bool explain_code(int code, int error, const char *shown,
                         const char *said, struct err *e)
{
    switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(e, POS_NONE,
                       "another process has had '%s' locked for %d s: see "
                       "what it does, and try again",
                       shown, LOCKED_MS / 1000);
    case SQLITE_NOTADB:
        return err_set(e, POS_NONE,
                       "'%s' is no database: give another file, or move it "
                       "away",
                       shown);
    case SQLITE_CORRUPT:
        return sqlite_damaged(shown, said, e);
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
        return explain_access(shown, error, said, e);
    case SQLITE_TOOBIG:
        return database_value_too_large(shown, e);
    case SQLITE_INTERRUPT:
        return err_set(e, POS_NONE,
                       "'%s' took more than %d s to answer: ask for a shorter "
                       "time",
                       shown, STATEMENT_MS / 1000);
    default:
        return err_set(e, POS_NONE, "the history '%s' failed: %s%s%s", shown,
                       said, error == 0 ? "" : ": ",
                       error == 0 ? "" : strerror(error));
    }
}

bool sqlite_explain(sqlite3 *handle, const char *shown, struct err *e)
{
    struct arena a;
    int code = sqlite3_errcode(handle) & 0xff;
    if (handle == NULL || code == SQLITE_NOMEM)
        arena_out_of_memory();
    int error = code == SQLITE_IOERR || code == SQLITE_CANTOPEN ||
                        code == SQLITE_READONLY
                    ? sqlite3_system_errno(handle)
                    : 0;
    if (disk_is_full(handle, code, error))
        return err_set(e, POS_NONE,
                       "no room for '%s': it is as it was before; make room "
                       "on its disk",
                       shown);
    arena_init(&a);
    const char *said = text_elide(&a, str_from(sqlite3_errmsg(handle)), 160);
    bool ok = explain_code(code, error, shown, said, e);
    arena_release(&a);
    return ok;
}
