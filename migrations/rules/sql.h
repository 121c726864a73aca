/*
 * SQL in statements and tokens. No grammar: only what is needed to see where a
 * statement ends, in the dialects that migrations are written in.
 */
#ifndef MIGRATIONS_RULES_SQL_H
#define MIGRATIONS_RULES_SQL_H

#include "base/arena.h"
#include "base/buf.h"

#define SQL_TOKENS_MAX ((size_t)20000) /* kept of one statement */

enum sql_kind {
    SQL_WORD,
    SQL_NAME, /* in quotes, which are taken off */
    SQL_TEXT, /* likewise */
    SQL_BODY, /* between dollar quotes */
    SQL_NUMBER,
    SQL_MARK /* one other byte */
};

struct sql_token {
    enum sql_kind kind;
    struct str text;
    size_t at; /* where it begins, quotes included */
};

struct sql_statement {
    struct sql_token *token;
    size_t count;
    size_t at; /* of its first token */
};

enum sql_dialect {
    SQL_UNKNOWN,
    SQL_POSTGRES,
    SQL_MYSQL,
    SQL_SQLITE,
    SQL_OTHER /* SQL Server, ClickHouse and others */
};

struct sql_reader {
    struct str text;
    size_t at;
    enum sql_dialect dialect; /* which quotes and escapes there are */
    struct str delimiter;     /* empty: ';' */
};

/*
 * The next statement that has a token; false: the text has ended. Comments,
 * data of COPY, commands of psql and empty statements are passed over.
 */
bool sql_next(struct sql_reader *r, struct arena *a, struct sql_statement *out);

/* What its words say of the dialect; SQL_UNKNOWN: nothing. */
enum sql_dialect sql_dialect_of(struct str text);

/* Is token i this word, in any case? A name in quotes is not. */
bool sql_word(const struct sql_statement *s, size_t i, const char *word);

/* Words from token i on, separated by blanks; 0, or how many they were. */
size_t sql_words(const struct sql_statement *s, size_t i, const char *words);

/* Where a word stands at or after from; s->count: nowhere. */
size_t sql_find(const struct sql_statement *s, const char *word, size_t from);

bool sql_mark(const struct sql_statement *s, size_t i, char mark);

/*
 * A name of one or more parts at *i, which moves past it: its last part, and
 * the one before it as the schema. Words are in lower case. False: no name.
 */
bool sql_name(const struct sql_statement *s, size_t *i, struct arena *a,
              const char **schema, const char **name);

#endif
