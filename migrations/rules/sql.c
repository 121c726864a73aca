/* Splits SQL into statements and tokens. */
#include "migrations/rules/sql.h"

#include <string.h>

static bool is_letter(char c)
{
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_byte(char c)
{
    return is_letter(c) || is_digit(c) || c == '$';
}

static char byte_at(const struct sql_reader *r, size_t at)
{
    return at < r->text.len ? r->text.ptr[at] : '\0';
}

static bool looking_at(const struct sql_reader *r, struct str what)
{
    return what.len > 0 && str_starts(str_sub(r->text, r->at, what.len), what);
}

static size_t line_end(const struct sql_reader *r, size_t at)
{
    return str_find(r->text, STR("\n"), at);
}

static void skip_block_comment(struct sql_reader *r)
{
    size_t depth = 0;
    while (r->at < r->text.len) {
        if (looking_at(r, STR("/*"))) {
            depth++;
            r->at += 2;
        } else if (looking_at(r, STR("*/"))) {
            r->at += 2;
            if (--depth == 0)
                return;
        } else {
            r->at++;
        }
    }
}

static bool begins_comment(const struct sql_reader *r)
{
    return looking_at(r, STR("--")) ||
           (r->dialect == SQL_MYSQL && byte_at(r, r->at) == '#');
}

static void skip_blanks(struct sql_reader *r)
{
    while (r->at < r->text.len) {
        char c = r->text.ptr[r->at];
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' ||
            c == '\v' || c == '\0')
            r->at++;
        else if (looking_at(r, STR("\xEF\xBB\xBF")))
            r->at += 3;
        else if (begins_comment(r))
            r->at = line_end(r, r->at);
        else if (looking_at(r, STR("/*")))
            skip_block_comment(r);
        else
            return;
    }
}

/* Past the closing quote; a doubled one is one of the text. */
static struct str take_quoted(struct sql_reader *r, char quote, bool escapes)
{
    size_t from = ++r->at;
    while (r->at < r->text.len) {
        char c = r->text.ptr[r->at];
        bool doubled = c == quote && byte_at(r, r->at + 1) == quote;
        if (doubled || (escapes && c == '\\' && r->at + 1 < r->text.len)) {
            r->at += 2;
            continue;
        }
        r->at++;
        if (c == quote)
            return str_sub(r->text, from, r->at - 1 - from);
    }
    return str_sub(r->text, from, r->text.len);
}

/* "$tag$" here? Its length, or 0. */
static size_t dollar_quote(const struct sql_reader *r)
{
    size_t n = 1;
    if (byte_at(r, r->at) != '$' || is_digit(byte_at(r, r->at + 1)))
        return 0;
    while (is_letter(byte_at(r, r->at + n)) || is_digit(byte_at(r, r->at + n)))
        n++;
    return byte_at(r, r->at + n) == '$' ? n + 1 : 0;
}

static struct str take_dollar(struct sql_reader *r, size_t n)
{
    struct str tag = str_sub(r->text, r->at, n);
    size_t from = r->at + n, end = str_find(r->text, tag, from);
    r->at = end < r->text.len ? end + n : r->text.len;
    return str_sub(r->text, from, end - from);
}

static struct str take_while(struct sql_reader *r, bool (*fits)(char))
{
    size_t from = r->at;
    while (r->at < r->text.len && fits(r->text.ptr[r->at]))
        r->at++;
    return str_sub(r->text, from, r->at - from);
}

static bool is_number_byte(char c)
{
    return is_digit(c) || c == '.' || is_letter(c);
}

/* A word, or a text with a prefix: E'', U&"", N''. */
static void take_word(struct sql_reader *r, struct sql_token *t)
{
    t->text = take_while(r, is_word_byte);
    char next = byte_at(r, r->at);
    t->kind = SQL_WORD;
    if (next == '\'' && t->text.len == 1) {
        char prefix = (char)(t->text.ptr[0] | 32);
        t->kind = SQL_TEXT;
        t->text = take_quoted(r, '\'', prefix == 'e');
    }
}

static void take_token(struct sql_reader *r, struct sql_token *t)
{
    char c = r->text.ptr[r->at];
    size_t dollar = dollar_quote(r);
    bool mysql = r->dialect == SQL_MYSQL;
    t->at = r->at;
    if (dollar > 0) {
        t->kind = SQL_BODY;
        t->text = take_dollar(r, dollar);
    } else if (is_letter(c)) {
        take_word(r, t);
    } else if (is_digit(c)) {
        t->kind = SQL_NUMBER;
        t->text = take_while(r, is_number_byte);
    } else if (c == '\'' || (c == '"' && mysql)) {
        t->kind = SQL_TEXT;
        t->text = take_quoted(r, c, mysql);
    } else if (c == '"' || c == '`') {
        t->kind = SQL_NAME;
        t->text = take_quoted(r, c, false);
    } else if (c == '[' && r->dialect == SQL_OTHER &&
               is_letter(byte_at(r, r->at + 1))) {
        t->kind = SQL_NAME;
        t->text = take_quoted(r, ']', false);
    } else {
        t->kind = SQL_MARK;
        t->text = str_sub(r->text, r->at++, 1);
    }
}

/* ---- where a statement ends ---- */

struct ending {
    size_t blocks; /* BEGIN and CASE that are open */
    bool routine;  /* CREATE TRIGGER, FUNCTION or PROCEDURE */
    bool ended;    /* by END with no block left */
};

static bool is_word(const struct sql_token *t, const char *word)
{
    return t->kind == SQL_WORD && str_equal_nocase(t->text, str_from(word));
}

/* END IF, END LOOP and so on close what was not counted. */
static bool closes_other(const struct sql_reader *r)
{
    static const char *const words[] = {"if", "loop", "while", "repeat", "for"};
    struct sql_reader ahead = *r;
    struct sql_token t = {.kind = SQL_MARK};
    skip_blanks(&ahead);
    if (ahead.at >= ahead.text.len || !is_letter(ahead.text.ptr[ahead.at]))
        return false;
    take_word(&ahead, &t);
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (is_word(&t, words[i]))
            return true;
    return false;
}

static bool is_routine(const struct sql_token *t)
{
    return is_word(t, "trigger") || is_word(t, "function") ||
           is_word(t, "procedure") || is_word(t, "event");
}

/* Bodies with statements of their own, between BEGIN and END. */
static void follow_blocks(struct ending *e, const struct sql_reader *r,
                          const struct sql_statement *s)
{
    const struct sql_token *t = &s->token[s->count - 1];
    if (s->count > 1 && s->count < 8 && is_word(&s->token[0], "create") &&
        is_routine(t))
        e->routine = true;
    if (!e->routine || t->kind != SQL_WORD)
        return;
    bool opens =
        is_word(t, "begin") || (is_word(t, "case") && e->blocks > 0 &&
                                !(s->count > 1 && is_word(t - 1, "end")));
    if (opens)
        e->blocks++;
    else if (is_word(t, "end") && e->blocks > 0 && !closes_other(r))
        e->blocks--;
}

/* A line of its own that says GO, or a command of psql. */
static bool at_line_start(const struct sql_reader *r)
{
    size_t at = r->at;
    while (at > 0 &&
           (r->text.ptr[at - 1] == ' ' || r->text.ptr[at - 1] == '\t'))
        at--;
    return at == 0 || r->text.ptr[at - 1] == '\n';
}

static struct str rest_of_line(const struct sql_reader *r)
{
    return str_trim(str_sub(r->text, r->at, line_end(r, r->at) - r->at));
}

static bool takes_go(struct sql_reader *r)
{
    if (!at_line_start(r) || !str_equal_nocase(rest_of_line(r), STR("go")))
        return false;
    r->at = line_end(r, r->at);
    return true;
}

/* DELIMITER is a command of the MySQL client. */
static bool takes_command(struct sql_reader *r)
{
    struct str line = rest_of_line(r);
    if (!at_line_start(r))
        return false;
    if (line.len > 10 &&
        str_equal_nocase(str_sub(line, 0, 10), STR("delimiter ")))
        r->delimiter = str_trim(str_sub(line, 10, line.len));
    else if (line.len == 0 || line.ptr[0] != '\\')
        return false;
    if (str_is(r->delimiter, ";"))
        r->delimiter = STR_NONE;
    r->at = line_end(r, r->at);
    return true;
}

/* COPY t FROM stdin: its data, up to a line of "\.". */
static void skip_copy_data(struct sql_reader *r, const struct sql_statement *s)
{
    size_t from = sql_find(s, "from", 1);
    if (!sql_word(s, 0, "copy") || !sql_word(s, from + 1, "stdin"))
        return;
    size_t at = line_end(r, r->at);
    while (at < r->text.len) {
        size_t end = line_end(r, at + 1);
        struct str line = str_trim(str_sub(r->text, at + 1, end - at - 1));
        at = end;
        if (str_is(line, "\\."))
            break;
    }
    r->at = at;
}

static bool takes_end(struct sql_reader *r, const struct ending *e)
{
    if (r->delimiter.len > 0) {
        if (!looking_at(r, r->delimiter))
            return false;
        r->at += r->delimiter.len;
        return true;
    }
    if (r->text.ptr[r->at] != ';' || e->blocks > 0)
        return false;
    r->at++;
    return true;
}

bool sql_next(struct sql_reader *r, struct arena *a, struct sql_statement *out)
{
    struct ending e = {.blocks = 0};
    size_t cap = 0;
    *out = (struct sql_statement){.count = 0};
    for (;;) {
        skip_blanks(r);
        if (r->at >= r->text.len)
            break;
        if (takes_go(r) || takes_end(r, &e)) {
            if (out->count == 0)
                continue;
            break;
        }
        if (out->count == 0 && takes_command(r))
            continue;
        struct sql_token t = {.kind = SQL_MARK};
        take_token(r, &t);
        if (out->count == SQL_TOKENS_MAX)
            continue;
        out->token =
            arena_grow(a, out->token, out->count, &cap, sizeof(*out->token));
        out->token[out->count++] = t;
        follow_blocks(&e, r, out);
    }
    if (out->count == 0)
        return false;
    out->at = out->token[0].at;
    skip_copy_data(r, out);
    return true;
}

/* ---- what is asked of a statement ---- */

bool sql_word(const struct sql_statement *s, size_t i, const char *word)
{
    return i < s->count && is_word(&s->token[i], word);
}

bool sql_mark(const struct sql_statement *s, size_t i, char mark)
{
    return i < s->count && s->token[i].kind == SQL_MARK &&
           s->token[i].text.ptr[0] == mark;
}

size_t sql_words(const struct sql_statement *s, size_t i, const char *words)
{
    struct str rest = str_from(words);
    size_t n = 0;
    while (rest.len > 0) {
        struct str word = str_cut(rest, ' ', &rest);
        if (i + n >= s->count || s->token[i + n].kind != SQL_WORD ||
            !str_equal_nocase(s->token[i + n].text, word))
            return 0;
        n++;
    }
    return n;
}

size_t sql_find(const struct sql_statement *s, const char *word, size_t from)
{
    size_t i = from;
    while (i < s->count && !is_word(&s->token[i], word))
        i++;
    return i < s->count ? i : s->count;
}

static const char *name_text(const struct sql_token *t, struct arena *a)
{
    char *text = str_dup(a, t->text);
    for (char *c = text; t->kind == SQL_WORD && *c != '\0'; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
    return text;
}

bool sql_name(const struct sql_statement *s, size_t *i, struct arena *a,
              const char **schema, const char **name)
{
    *schema = *name = NULL;
    while (*i < s->count &&
           (s->token[*i].kind == SQL_WORD || s->token[*i].kind == SQL_NAME)) {
        *schema = *name;
        *name = name_text(&s->token[*i], a);
        (*i)++;
        if (!sql_mark(s, *i, '.'))
            break;
        (*i)++;
    }
    return *name != NULL;
}

enum sql_dialect sql_dialect_of(struct str text)
{
    static const struct {
        const char *mark;
        enum sql_dialect dialect;
    } marks[] = {
        {"ENGINE=InnoDB", SQL_MYSQL},
        {"ENGINE = InnoDB", SQL_MYSQL},
        {"AUTO_INCREMENT", SQL_MYSQL},
        {"auto_increment", SQL_MYSQL},
        {"AUTOINCREMENT", SQL_SQLITE},
        {"autoincrement", SQL_SQLITE},
        {"PRAGMA ", SQL_SQLITE},
        {"WITHOUT ROWID", SQL_SQLITE},
        {"MergeTree", SQL_OTHER},
        {"NVARCHAR", SQL_OTHER},
        {"[dbo]", SQL_OTHER},
        {"VARCHAR2", SQL_OTHER},
        {"CONCURRENTLY", SQL_POSTGRES},
        {"concurrently", SQL_POSTGRES},
        {"plpgsql", SQL_POSTGRES},
        {"TIMESTAMPTZ", SQL_POSTGRES},
        {"timestamptz", SQL_POSTGRES},
        {"BIGSERIAL", SQL_POSTGRES},
        {"bigserial", SQL_POSTGRES},
        {" SERIAL", SQL_POSTGRES},
        {" serial", SQL_POSTGRES},
        {"JSONB", SQL_POSTGRES},
        {"jsonb", SQL_POSTGRES},
        {"CREATE EXTENSION", SQL_POSTGRES},
        {"create extension", SQL_POSTGRES},
        {"AS ENUM", SQL_POSTGRES},
        {"as enum", SQL_POSTGRES},
        {"gen_random_uuid", SQL_POSTGRES},
        {"ADD VALUE", SQL_POSTGRES},
        {"add value", SQL_POSTGRES},
    };
    for (size_t i = 0; i < ARRAY_COUNT(marks); i++)
        if (str_find(text, str_from(marks[i].mark), 0) < text.len)
            return marks[i].dialect;
    return SQL_UNKNOWN;
}
