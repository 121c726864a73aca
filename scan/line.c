/* What a line says of itself: where it belongs, what was said, its level. */
#include <stdlib.h>
#include <string.h>

#include "base/characters.h"
#include "base/clock.h"
#include "scan/envelope.h"
#include "scan/internal.h"
#include "scan/pattern_table.h"
#include "scan/prefix.h"
#include "scan/starts.h"
#include "scan/word_filter.h"

#define DEPTH_MAX 3 /* envelopes in envelopes */

struct line_reader {
    int64_t now_ms; /* for times that tell no year */
    struct pattern_table *words;
    struct buf scratch[DEPTH_MAX];
};

enum { ROW_LEVEL, ROW_FATAL, ROW_DATABASE };

static const struct pattern_row word_row[] = {
    [ROW_LEVEL] =
        {.name = "a claim of an error at the place of a level",
         .pattern =
             "^[^A-Za-z0-9]{0,4}(?:\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)? )?"
             "(?:[\\w./-]{1,40}(?:\\[\\d+\\])?: {1,2})?\\[?"
             "(?:ERROR|FATAL|CRITICAL|PANIC|SEVERE|EMERG|ERR!?|FTL|Error|error|"
             "fatal|panic|npm ERR!|npm error)(?:[\\]:!]|\\s|$)"
             "|##\\[error\\]"
             "|^(?:[A-Za-z_][\\w$]*\\.)*[A-Z]\\w*(?:Error|Exception)"
             "(?: \\(0x[0-9a-f]+\\))?: "
             "|\\b(?:psycopg2?|asyncpg)\\.(?:errors|exceptions)\\.\\w+: "},
    [ROW_FATAL] = {.name = "and of one that a program does not survive",
                   .pattern =
                       "\\b(?:FATAL|PANIC|EMERG|FTL)\\b|^(?:fatal|panic): |"
                       "^Traceback \\(most|"
                       "\\b[Uu]nhandled (?:promise )?(?:exception|rejection)|"
                       "\\bUncaught [A-Z]\\w*Error"},
    [ROW_DATABASE] =
        {.name = "of a database",
         .pattern =
             "\\b(?:psycopg2?|asyncpg|sqlalchemy|Npgsql|PostgresException|"
             "PostgresError|SqlState|SQLSTATE|DbError|PG::)|ERROR:  \\w"},
};

struct line_reader *line_reader_open(void)
{
    struct line_reader *r = heap_zeroed(sizeof(*r));
    r->now_ms = clock_wall_ms();
    r->words = pattern_table_open(word_row, ARRAY_COUNT(word_row));
    for (size_t i = 0; i < DEPTH_MAX; i++)
        buf_init(&r->scratch[i], 4 * SCAN_LINE_MAX);
    return r;
}

void line_reader_close(struct line_reader *r)
{
    pattern_table_close(r->words);
    for (size_t i = 0; i < DEPTH_MAX; i++)
        buf_release(&r->scratch[i]);
    free(r);
}

static bool has_digit(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (is_digit(text.ptr[i]))
            return true;
    return false;
}

int64_t line_time(const struct line_reader *r, struct str text)
{
    struct prefix prefix;
    if (!has_digit(text)) /* so it tells no time */
        return 0;
    prefix_read(&prefix, text, r->now_ms);
    return prefix.time_ms;
}

struct str line_said(const struct line_reader *r, struct str text)
{
    struct prefix prefix;
    prefix_read(&prefix, text, r->now_ms);
    return str_sub(text, prefix.length, text.len);
}

/* Who stands outside knows more of where; who stands inside, of what. */
static void inherit(struct str *out, struct str value)
{
    if (out->len == 0)
        *out = value;
}

/* request_id=… and its like, in the text of a line */
static struct str request_in(struct str text)
{
    static const char *const key[] = {
        "request_id=", "requestId=", "trace_id=", "traceId=", "request-id: "};
    for (size_t i = 0; i < ARRAY_COUNT(key); i++) {
        size_t at = str_find(text, str_from(key[i]), 0), n = 0;
        if (at == text.len)
            continue;
        struct str value = str_sub(text, at + strlen(key[i]), 64);
        while (n < value.len && value.ptr[n] > ' ' &&
               strchr("\"',;)]}", value.ptr[n]) == NULL)
            n++;
        return str_sub(value, 0, n);
    }
    return STR_NONE;
}

/* error: its level says so; spoken: it is the line's own message. */
struct saying {
    bool error, spoken;
};

static void add_said(struct line_reader *r, struct line *line, struct str said,
                     struct saying how)
{
    struct str head = str_sub(said, 0, SCAN_LINE_MAX);
    if (line->part_count == LINE_PARTS_MAX)
        return;
    line->spoken[line->part_count] = how.spoken;
    line->part[line->part_count++] = said;
    if (!how.error && !pattern_fits(r->words, ROW_LEVEL, head))
        return;
    inherit(&line->claim, said);
    line->database =
        line->database || pattern_fits(r->words, ROW_DATABASE, head);
    line->fatal = line->fatal || pattern_fits(r->words, ROW_FATAL, head);
}

/* Behind the first line of a message anything may be quoted. */
static void add_lines(struct line_reader *r, struct line *line, struct str said,
                      struct saying how)
{
    while (said.len > 0) {
        struct str one = str_cut(said, '\n', &said);
        if (one.len > 0)
            add_said(r, line, one, how);
        how.error = how.error && line->claim.len == 0;
        how.spoken = how.spoken && one.len == 0;
    }
}

static void add_names(struct line *line, const struct prefix *prefix,
                      const struct envelope *inside)
{
    if (prefix != NULL) {
        unit_add(&line->names, prefix->host);
        unit_add(&line->names, prefix->source);
    }
    for (size_t i = 0; inside != NULL && i < inside->name_count; i++)
        unit_add(&line->names, inside->name[i]);
}

static void read_text(struct line_reader *r, struct str text, struct saying how,
                      size_t depth, struct line *line)
{
    struct prefix prefix;
    struct envelope inside;
    prefix_read(&prefix, text, r->now_ms);
    struct str said = str_sub(text, prefix.length, text.len);
    how.error = how.error || prefix.error;
    add_names(line, &prefix, NULL);
    inherit(&line->source, prefix.source);
    inherit(&line->process, prefix.process);
    inherit(&line->step, prefix.step);
    if (depth == DEPTH_MAX ||
        (!envelope_open(&inside, &r->scratch[depth], said) &&
         !envelope_open(&inside, &r->scratch[depth], text))) {
        add_lines(r, line, said, how);
        return;
    }
    inherit(&line->source, inside.source);
    inherit(&line->process, inside.process);
    inherit(&line->request, inside.request);
    add_names(line, NULL, &inside);
    line->fatal = line->fatal || inside.fatal;
    for (size_t i = 0; i < inside.count; i++) {
        struct saying part = {(how.error || inside.error) && i == 0,
                              how.spoken && inside.spoken[i]};
        read_text(r, inside.part[i], part, depth + 1, line);
    }
}

static bool has_level_mark(struct str text)
{
    for (size_t i = 0; i < mark_count(); i++)
        if (mark_kind(i) == MARK_LEVEL &&
            str_find(text, mark_literal(i), 0) < text.len)
            return true;
    return false;
}

/*
 * A claim that only decoding makes counts where the filter sees one, too: or
 * it would depend on what else stands on the line.
 */
static bool is_seen(const struct line *line)
{
    const char *claim = line->claim.ptr;
    bool inside =
        claim >= line->text.ptr && claim <= line->text.ptr + line->text.len;
    return inside || filter_has_word(line->text) || has_level_mark(line->text);
}

void line_read(struct line_reader *r, struct str text, struct line *line)
{
    line->text = text;
    line->part_count = line->names.count = 0;
    line->source = line->process = line->request = line->step = STR_NONE;
    line->claim = STR_NONE;
    line->database = line->fatal = false;
    read_text(r, text, (struct saying){false, true}, 0, line);
    if (line->claim.len > 0 && !is_seen(line))
        line->claim = STR_NONE;
    inherit(&line->request, request_in(str_sub(text, 0, SCAN_LINE_MAX)));
}
