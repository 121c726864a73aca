/*
 * Liquibase: change sets, several in a file, in four languages. Its checksums
 * are of what a change set means, so they are not made again here.
 */
#include <string.h>

#include "base/text.h"
#include "migrations/state/tools/tool.h"

#define HEAD_MAX 400 /* bytes of a change set in which its names stand */

/* As Liquibase writes it: file::id::author; folders differ by the class path.
 */
static const char *key_of(struct arena *a, struct str file, struct str id,
                          struct str author)
{
    return arena_printf(a, "%.*s::%.*s::%.*s", STR_ARGS(base_of(file)),
                        STR_ARGS(id), STR_ARGS(author));
}

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    const char *id = cell_of(r, "id"), *author = cell_of(r, "author");
    const char *file = cell_of(r, "filename"), *how = cell_of(r, "exectype");
    if (id == NULL || author == NULL || file == NULL)
        return false;
    out->id = key_of(a, str_from(file), str_from(id), str_from(author));
    out->time = cell_of(r, "dateexecuted");
    if (how != NULL && strcmp(how, "FAILED") == 0)
        out->state = ROW_FAILED;
    if (how != NULL && strcmp(how, "SKIPPED") == 0)
        out->state = ROW_ROLLED_BACK;
    return true;
}

static bool is_value_end(char c, char quote)
{
    return quote != 0 ? c == quote : strchr(" \t\r\n,}>", c) != NULL;
}

/* Behind a name: past "=" or ":"; head.len: another thing stands there. */
static size_t value_start(struct str head, size_t i)
{
    i += i < head.len && head.ptr[i] == '"';
    while (i < head.len && head.ptr[i] == ' ')
        i++;
    if (i >= head.len || (head.ptr[i] != '=' && head.ptr[i] != ':'))
        return head.len;
    for (i++; i < head.len && head.ptr[i] == ' ';)
        i++;
    return i;
}

/* name="value", name: value, "name": "value" */
static bool value_of(struct str head, const char *name, struct str *out)
{
    for (size_t at = str_find(head, str_from(name), 0); at < head.len;
         at = str_find(head, str_from(name), at + 1)) {
        char before = at == 0 ? ' ' : head.ptr[at - 1];
        size_t i = value_start(head, at + strlen(name));
        if (i >= head.len || before == '\0' ||
            strchr(" \t\r\n\"{", before) == NULL)
            continue;
        char quote =
            head.ptr[i] == '"' || head.ptr[i] == '\'' ? head.ptr[i] : 0;
        i += quote != 0;
        size_t end = i;
        while (end < head.len && !is_value_end(head.ptr[end], quote))
            end++;
        *out = str_sub(head, i, end - i);
        return out->len > 0;
    }
    return false;
}

/* "author:id", and attributes behind a blank. */
static bool read_sql(struct str line, struct str *id, struct str *author)
{
    struct str rest;
    line = str_trim(str_cut(line, '\n', &rest));
    *author = str_trim(str_cut(line, ':', &rest));
    *id = str_cut(str_trim(rest), ' ', &rest);
    return id->len > 0 && author->len > 0;
}

static const struct {
    const char *mark;
    bool sql;
} marks[] = {{"--changeset ", true},
             {"-- changeset ", true},
             {"<changeSet", false},
             {"changeSet:", false},
             {"\"changeSet\"", false}};

/* The first mark at or after *at, which moves behind it. */
static bool next_mark(struct str text, size_t *at, bool *sql)
{
    size_t best = text.len, length = 0;
    for (size_t i = 0; i < ARRAY_COUNT(marks); i++) {
        size_t found = str_find(text, str_from(marks[i].mark), *at);
        if (found < best) {
            best = found;
            length = strlen(marks[i].mark);
            *sql = marks[i].sql;
        }
    }
    *at = best + length;
    return best < text.len;
}

static bool next(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text, size_t *at)
{
    struct str id = STR_NONE, author = STR_NONE;
    bool sql = false;
    if (!text_contains(text, "databaseChangeLog") &&
        !text_contains(text, "liquibase formatted"))
        return false;
    while (next_mark(text, at, &sql)) {
        struct str head = str_sub(text, *at, HEAD_MAX);
        bool read = sql ? read_sql(head, &id, &author)
                        : value_of(head, "id", &id) &&
                              value_of(head, "author", &author);
        if (!read)
            continue;
        m->id = key_of(a, path, id, author);
        m->text = STR_NONE; /* what it creates is not read */
        return true;
    }
    return false;
}

const struct state_tool state_liquibase = {
    .name = "liquibase",
    .table = "databasechangelog",
    .columns = {"author", "filename", "md5sum"},
    .lock = "databasechangeloglock",
    .next = next,
    .row = row};
