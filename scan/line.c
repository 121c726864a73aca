/* A raw line made readable: terminal sequences out, time, scope, level in. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/regex.h"
#include "scan/internal.h"

struct cleaner {
    struct buf text;
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
    buf_init(&c->text, SCAN_LINE_MAX);
    c->level = compile(level_pattern);
    c->database = compile(database_pattern);
    c->process = compile(process_pattern);
    return c;
}

void cleaner_close(struct cleaner *c)
{
    buf_release(&c->text);
    regex_close(c->level);
    regex_close(c->database);
    regex_close(c->process);
    free(c);
}

/* "ESC [ parameters final": the whole of it, or what there is. */
static size_t control_length(struct str s)
{
    size_t i = 2;
    while (i < s.len && s.ptr[i] >= 0x20 && s.ptr[i] <= 0x3F)
        i++;
    return i < s.len ? i + 1 : i;
}

/* "ESC ] text BEL" or "ESC ] text ESC \\"; the two bytes if it never ends. */
static size_t command_length(struct str s)
{
    for (size_t i = 2; i < s.len && i < 4096; i++) {
        if (s.ptr[i] == '\a')
            return i + 1;
        if (s.ptr[i] == '\x1b')
            return i + 1 < s.len && s.ptr[i + 1] == '\\' ? i + 2 : i;
    }
    return 2;
}

/* Length of the escape sequence at s (ECMA-48 5.4, OSC), at least 1. */
static size_t escape_length(struct str s)
{
    if (s.len < 3)
        return s.len;
    if (s.ptr[1] == '[')
        return control_length(s);
    if (s.ptr[1] == ']')
        return command_length(s);
    return s.ptr[1] != '\0' && strchr("()*+#%", s.ptr[1]) != NULL ? 3 : 2;
}

static struct str strip_escapes(struct cleaner *c, struct str raw)
{
    if (memchr(raw.ptr, '\x1b', raw.len) == NULL)
        return raw;
    buf_clear(&c->text);
    while (raw.len > 0) {
        size_t plain = str_find(raw, STR("\x1b"), 0);
        buf_str(&c->text, str_sub(raw, 0, plain));
        raw = str_sub(raw, plain, raw.len);
        if (raw.len > 0)
            raw = str_sub(raw, escape_length(raw), raw.len);
    }
    return buf_view(&c->text);
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

void cleaner_read(struct cleaner *c, struct str raw, struct line *line)
{
    line->text = strip_escapes(c, raw);
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
