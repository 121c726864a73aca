/* What a line says of itself: its time, its session, its level. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/regex.h"
#include "scan/internal.h"

struct cleaner {
    int64_t now_ms; /* for times that tell no year */
    struct regex *level, *database, *process;
};

/* A claim of an error at the place where a level stands. */
static const char level_pattern[] =
    "^[^A-Za-z0-9]{0,4}(?:\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)? )?"
    "(?:[\\w./-]{1,40}(?:\\[\\d+\\])?: {1,2})?\\[?"
    "(?:ERROR|FATAL|CRITICAL|PANIC|SEVERE|EMERG|ERR!?|FTL|Error|error|fatal|"
    "panic|npm ERR!|npm error)(?:[\\]:!]|\\s|$)"
    "|##\\[error\\]"
    "|^(?:[A-Za-z_][\\w$]*\\.)*[A-Z]\\w*(?:Error|Exception)(?: \\(0x[0-9a-f]+"
    "\\))?: "
    "|\\b(?:psycopg2?|asyncpg)\\.(?:errors|exceptions)\\.\\w+: ";

static const char database_pattern[] =
    "\\b(?:psycopg2?|asyncpg|sqlalchemy|Npgsql|PostgresException|"
    "PostgresError|SqlState|SQLSTATE|DbError|PG::)|ERROR:  ?\\w";

/* "2026-01-04 15:18:29.123 UTC [4711] ERROR:  …": PostgreSQL's own log */
static const char process_pattern[] =
    "^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)? "
    "[A-Z][A-Za-z0-9+-]{1,5} \\[(\\d+)\\]";

static struct regex *compile(const char *pattern)
{
    struct regex_error e;
    struct regex *re = NULL;
    bool ok = regex_open(&re, str_from(pattern), STR_NONE, &e);
    assert(ok);
    (void)ok;
    return re;
}

struct cleaner *cleaner_open(void)
{
    struct cleaner *c = heap_zeroed(sizeof(*c));
    c->now_ms = clock_wall_ms();
    c->level = compile(level_pattern);
    c->database = compile(database_pattern);
    c->process = compile(process_pattern);
    return c;
}

void cleaner_close(struct cleaner *c)
{
    regex_close(c->level);
    regex_close(c->database);
    regex_close(c->process);
    free(c);
}

int64_t cleaner_time(const struct cleaner *c, struct str text)
{
    int64_t time_ms = 0;
    (void)stamp_read(text, c->now_ms, &time_ms);
    return time_ms;
}

/* What stands behind the time at the start of a line. */
struct str cleaner_rest(const struct cleaner *c, struct str text)
{
    int64_t time_ms = 0;
    size_t n = stamp_read(text, c->now_ms, &time_ms);
    struct str rest = str_sub(text, n, text.len);
    while (n > 0 && rest.len > 0 && rest.ptr[0] != '\0' &&
           strchr(" ]\"\t", rest.ptr[0]) != NULL)
        rest = str_sub(rest, 1, rest.len);
    return rest;
}

void cleaner_read(struct cleaner *c, struct str text, struct line *line)
{
    line->text = text;
    line->scope = STR_NONE;
    if (regex_match(c->process, line->text) == REGEX_YES)
        line->scope = regex_group(c->process, line->text, 1);
    struct str rest = cleaner_rest(c, line->text);
    if (line->scope.len > 0) {
        size_t end = str_find(rest, STR("] "), 0);
        rest = str_sub(rest, end < rest.len ? end + 2 : 0, rest.len);
    }
    rest = str_sub(rest, 0, SCAN_LINE_MAX);
    line->error = regex_match(c->level, rest) == REGEX_YES;
    line->database = line->error && regex_match(c->database, rest) == REGEX_YES;
}
