/*
 * Any bytes as a migration: as SQL, and as programs of each language from which
 * SQL is taken. The first byte chooses how they are read.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "migrations/rules/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static size_t read_sql(struct arena *a, struct str text, unsigned dialect)
{
    struct sql_reader r = {.text = text, .dialect = (enum sql_dialect)dialect};
    struct sql_statement s;
    size_t count = 0;
    while (sql_next(&r, a, &s)) {
        const char *schema, *name;
        size_t i = 1;
        must(s.count > 0 && s.count <= SQL_TOKENS_MAX, "no tokens");
        must(s.at < text.len && r.at <= text.len, "beyond the text");
        for (size_t k = 0; k < s.count; k++)
            must(s.token[k].at + s.token[k].text.len <= text.len,
                 "a token beyond the text");
        (void)sql_name(&s, &i, a, &schema, &name);
        must(i <= s.count, "a name beyond the statement");
        count++;
    }
    must(count <= text.len, "more statements than bytes");
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    if (size < 1)
        return 0;
    arena_init(&a);
    const char *copy = arena_dup(&a, (const char *)data + 1, size - 1);
    struct str text = {copy, size - 1};
    unsigned choice = data[0];
    read_sql(&a, text, choice % (SQL_OTHER + 1));
    must(sql_alike(&a, text, text), "not like itself");
    enum language language =
        (enum language)(choice / 8 % (LANGUAGE_ELIXIR + 1));
    struct embedded one;
    size_t at = 0, before = 0;
    while (embedded_next(&one, &a, language, text, &at)) {
        must(at > before && at <= text.len, "it stays where it is");
        must(one.at + one.sql.len <= text.len, "SQL beyond the text");
        must(one.call < one.call_end && one.call_end <= text.len,
             "a call beyond the text");
        read_sql(&a, one.sql, choice % (SQL_OTHER + 1));
        before = at;
    }
    arena_release(&a);
    return 0;
}
