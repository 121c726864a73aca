/* What a line says of itself: its time, its session, its level. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/regex.h"
#include "scan/internal.h"

struct cleaner {
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
    struct cleaner *c = calloc(1, sizeof(*c));
    if (c == NULL)
        arena_out_of_memory();
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

/* The time at the start of a line; what follows it is returned. */
static struct str take_time(struct str text, int64_t *time_ms)
{
    bool zoned = false;
    int64_t at = 0;
    struct str rest = text;
    if (rest.len > 0 && (rest.ptr[0] == '[' || rest.ptr[0] == '"'))
        rest = str_sub(rest, 1, rest.len);
    size_t n = clock_parse(rest, &at, &zoned);
    if (n == 0)
        return text;
    *time_ms = at;
    rest = str_sub(rest, n, rest.len);
    while (rest.len > 0 && strchr(" ]\"\t", rest.ptr[0]) != NULL &&
           rest.ptr[0] != '\0')
        rest = str_sub(rest, 1, rest.len);
    return rest;
}

int64_t cleaner_time(struct str text)
{
    int64_t time_ms = 0;
    (void)take_time(text, &time_ms);
    return time_ms;
}

void cleaner_read(struct cleaner *c, struct str text, struct line *line)
{
    line->text = text;
    line->scope = STR_NONE;
    if (regex_match(c->process, line->text) == REGEX_YES)
        line->scope = regex_group(c->process, line->text, 1);
    struct str rest = take_time(line->text, &line->time_ms);
    if (line->scope.len > 0) {
        size_t end = str_find(rest, STR("] "), 0);
        rest = str_sub(rest, end < rest.len ? end + 2 : 0, rest.len);
    }
    line->error = regex_match(c->level, rest) == REGEX_YES;
    line->database = line->error && regex_match(c->database, rest) == REGEX_YES;
}
