/* The rules of attempts.h. */
#include "scan/attempts.h"

#include <string.h>

#include "base/characters.h"
#include "base/hash.h"

#define LINE_LEAST ((size_t)10) /* bytes that tell one line from another */
#define TIME_BYTES ((size_t)8)  /* 10:20:30 */

struct attempts {
    const struct line_reader *reader;
    int64_t error_line, end_line;
    /* Hashes; 0: none. The two first lines of the log, and the last command. */
    uint64_t opening[2], command;
    uint64_t before; /* of the last line that said something */
    bool repeated;
};

static bool has_time(struct str s)
{
    static const char form[] = "dd:dd:dd";
    for (size_t i = 0; i + TIME_BYTES <= s.len; i++) {
        size_t n = 0;
        while (n < TIME_BYTES && (form[n] == 'd' ? is_digit(s.ptr[i + n])
                                                 : s.ptr[i + n] == form[n]))
            n++;
        if (n == TIME_BYTES)
            return true;
    }
    return false;
}

/* Of a line with a time in it the numbers are masked; others are compared as
 * they are, so that web-1 is not web-2. */
static uint64_t hash_of(struct str said)
{
    return (has_time(said) ? numbers_masked_hash(said)
                           : hash_add(HASH_START, said)) |
           1;
}

/* What shells and hosts print before a command that they run. */
static bool is_command(struct str said)
{
    static const char *const echo[] = {
        "+ ", "++ ", "$ ", "% ", "> ", "[command]", "##[command]", "Run "};
    for (size_t i = 0; i < ARRAY_COUNT(echo); i++)
        if (str_starts(said, str_from(echo[i])))
            return said.len >= LINE_LEAST;
    return false;
}

static void take_before(struct attempts *a, struct str said, uint64_t hash,
                        bool whole)
{
    if (is_command(said))
        a->command = hash;
    if (!whole)
        return; /* the log's first lines are not among those that are kept */
    if (a->opening[0] == 0 && said.len >= LINE_LEAST)
        a->opening[0] = hash;
    else if (a->opening[0] != 0 && a->opening[1] == 0)
        a->opening[1] = hash;
}

static void take_behind(struct attempts *a, uint64_t hash)
{
    a->repeated = a->repeated || hash == a->command ||
                  (hash == a->opening[1] && a->before == a->opening[0]);
}

static void take(struct attempts *a, struct str line, int64_t number,
                 bool whole)
{
    struct str said = str_trim(line_said(a->reader, str_trim(line)));
    if (said.len == 0 || number == a->error_line)
        return;
    uint64_t hash = hash_of(said);
    if (number < a->error_line)
        take_before(a, said, hash, whole);
    else
        take_behind(a, hash);
    a->before = hash;
}

bool attempt_is_repeated(const struct kept_piece *first, int64_t error_line,
                         int64_t end_line)
{
    struct line_reader *reader = line_reader_open();
    struct attempts a = {
        .reader = reader, .error_line = error_line, .end_line = end_line};
    bool whole = first != NULL && first->at.lines == 0;
    bool more = first != NULL && !first->at.newest_first;
    for (const struct kept_piece *p = first; p != NULL && more; p = p->next) {
        struct str rest = p->block.text;
        int64_t lines = 0;
        while (rest.len > 0 && more) {
            size_t from = (size_t)(rest.ptr - p->block.text.ptr);
            struct str line = str_cut(rest, '\n', &rest);
            int64_t number = p->at.lines + 1 + lines++ +
                             (int64_t)block_lines_gone(&p->block, from);
            more = number < a.end_line && !a.repeated;
            if (more)
                take(&a, line, number, whole);
        }
    }
    line_reader_close(reader);
    return a.repeated;
}
