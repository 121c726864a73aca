/*
 * SQL in texts of programs: what is given to a call that runs it, such as
 * op.execute("…") or knex.raw(`…`). No program is run; a text that is put
 * together is read as far as it is written there.
 */
#include <string.h>

#include "migrations/rules/internal.h"

#define CALL_MAX   ((size_t)256 * 1024) /* bytes of one call */
#define PIECES_MAX 64                   /* that one text is put together of */

/* Calls of a language whose first text is SQL. */
static const struct caller {
    enum language language;
    const char *name;
} callers[] = {
    {LANGUAGE_PYTHON, "op.execute"},
    {LANGUAGE_PYTHON, "RunSQL"},
    {LANGUAGE_PYTHON, "connection.execute"},
    {LANGUAGE_PYTHON, "conn.execute"},
    {LANGUAGE_PYTHON, "bind.execute"},
    {LANGUAGE_PYTHON, "get_bind().execute"},
    {LANGUAGE_RUBY, "execute"},
    {LANGUAGE_RUBY, "safety_assured { execute"},
    {LANGUAGE_CSHARP, "migrationBuilder.Sql"},
    {LANGUAGE_SCRIPT, "knex.raw"},
    {LANGUAGE_SCRIPT, "schema.raw"},
    {LANGUAGE_SCRIPT, "trx.raw"},
    {LANGUAGE_SCRIPT, "pgm.sql"},
    {LANGUAGE_SCRIPT, "queryRunner.query"},
    {LANGUAGE_SCRIPT, "sequelize.query"},
    {LANGUAGE_PHP, "DB::statement"},
    {LANGUAGE_PHP, "DB::unprepared"},
    {LANGUAGE_PHP, "->statement"},
    {LANGUAGE_PHP, "->unprepared"},
    {LANGUAGE_ELIXIR, "execute"},
    {LANGUAGE_ELIXIR, "execute!"},
};

static bool is_name_byte(char c)
{
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '$' || c == '@';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_blanks(struct str text, size_t at)
{
    while (at < text.len && is_blank(text.ptr[at]))
        at++;
    return at;
}

static bool looking_at(struct str text, size_t at, const char *what)
{
    return str_starts(str_sub(text, at, text.len), str_from(what));
}

static const char *comment_mark(enum language language)
{
    switch (language) {
    case LANGUAGE_PYTHON:
    case LANGUAGE_RUBY:
    case LANGUAGE_ELIXIR:
        return "#";
    case LANGUAGE_SQL:
        return "--";
    case LANGUAGE_CSHARP:
    case LANGUAGE_SCRIPT:
    case LANGUAGE_PHP:
        break;
    }
    return "//";
}

bool in_comment(enum language language, struct str text, size_t at)
{
    size_t from = at;
    while (from > 0 && text.ptr[from - 1] != '\n')
        from--;
    struct str line = str_trim(str_sub(text, from, at - from));
    return str_starts(line, str_from(comment_mark(language))) ||
           str_starts(line, STR("*")) || str_starts(line, STR("/*"));
}

/* ---- texts ---- */

/* One text of a program: what is in its quotes. */
struct literal {
    size_t from, end; /* inside */
    size_t after;     /* past the closing quote */
    bool raw;         /* a backslash is one */
    bool doubled;     /* "" is a quote */
};

static size_t find_close(struct str text, const struct literal *l,
                         struct str close)
{
    for (size_t i = l->from; i < text.len; i++) {
        if (!l->raw && text.ptr[i] == '\\') {
            i++;
        } else if (str_starts(str_sub(text, i, close.len), close)) {
            if (!l->doubled || i + 1 >= text.len || text.ptr[i + 1] != '"')
                return i;
            i++;
        }
    }
    return text.len;
}

static bool take_between(struct literal *l, struct str text, size_t from,
                         const char *close)
{
    struct str end = str_from(close);
    l->from = from;
    l->end = find_close(text, l, end);
    l->after = l->end < text.len ? l->end + end.len : text.len;
    return true;
}

/* <<~SQL, <<-SQL, <<"SQL" of Ruby; <<<SQL, <<<'SQL' of PHP: the text begins on
   the next line, and the call goes on behind the name. */
static bool take_heredoc(struct literal *l, struct str text, size_t at)
{
    size_t n = 0;
    while (at < text.len && strchr("<~-'\"", text.ptr[at]) != NULL)
        at++;
    while (at + n < text.len && is_name_byte(text.ptr[at + n]))
        n++;
    if (n == 0)
        return false;
    struct str tag = str_sub(text, at, n);
    size_t line = str_find(text, STR("\n"), at);
    l->from = line + 1 < text.len ? line + 1 : text.len;
    for (line = l->from; line < text.len;) {
        size_t end = str_find(text, STR("\n"), line);
        struct str one = str_trim(str_sub(text, line, end - line));
        if (str_starts(one, tag) &&
            (one.len == n || !is_name_byte(one.ptr[n]))) {
            l->end = line;
            l->after = line + (size_t)(one.ptr - (text.ptr + line)) + n;
            return true;
        }
        line = end + 1;
    }
    l->end = l->after = text.len;
    return true;
}

/* Letters before a quote: r"", f'', @"", $@"", and sigils. */
static size_t skip_prefix(struct str text, size_t at, struct literal *l)
{
    size_t n = 0;
    while (n < 3 && at + n < text.len &&
           strchr("rRfFbBuU@$", text.ptr[at + n]) != NULL)
        n++;
    char next = at + n < text.len ? text.ptr[at + n] : '\0';
    if (next != '"' && next != '\'' && next != '`')
        return at;
    for (size_t i = 0; i < n; i++) {
        char c = (char)(text.ptr[at + i] | 32);
        l->raw = l->raw || c == 'r' || text.ptr[at + i] == '@';
        l->doubled = l->doubled || text.ptr[at + i] == '@';
    }
    return at + n;
}

/* ~s|…|, ~S(…), %q(…), %Q{…}: the closing byte; or 0. */
static char sigil_close(struct str text, size_t at)
{
    static const char open[] = "([{<|/!\"'", close[] = ")]}>|/!\"'";
    char first = at < text.len ? text.ptr[at] : '\0';
    size_t n = first == '~' || first == '%' ? 1 : 0;
    if (n == 0 || at + 2 >= text.len)
        return '\0';
    if (strchr("sSqQ", text.ptr[at + 1]) != NULL)
        n++;
    const char *found = strchr(open, text.ptr[at + n]);
    return found == NULL || *found == '\0' ? '\0' : close[found - open];
}

static bool take_sigil(struct literal *l, struct str text, size_t at)
{
    const char end[] = {sigil_close(text, at), '\0'};
    size_t open = text.ptr[at + 1] == end[0] ? at + 1 : at + 2;
    if (strchr("sSqQ", text.ptr[at + 1]) == NULL)
        open = at + 1;
    if (looking_at(text, open, "\"\"\""))
        return take_between(l, text, open + 3, "\"\"\"");
    return take_between(l, text, open + 1, end);
}

/* A text that begins here; false: something else does. */
static bool take_literal(struct literal *l, enum language language,
                         struct str text, size_t at)
{
    *l = (struct literal){.from = at};
    if (looking_at(text, at, "<<"))
        return (language == LANGUAGE_RUBY || language == LANGUAGE_PHP) &&
               take_heredoc(l, text, at);
    if ((language == LANGUAGE_RUBY || language == LANGUAGE_ELIXIR) &&
        sigil_close(text, at) != '\0')
        return take_sigil(l, text, at);
    at = skip_prefix(text, at, l);
    if (at >= text.len)
        return false;
    if (language != LANGUAGE_SCRIPT && looking_at(text, at, "\"\"\"")) {
        l->doubled = false;
        return take_between(l, text, at + 3, "\"\"\"");
    }
    if (language == LANGUAGE_PYTHON && looking_at(text, at, "'''"))
        return take_between(l, text, at + 3, "'''");
    switch (text.ptr[at]) {
    case '"':
        return take_between(l, text, at + 1, "\"");
    case '\'':
        return take_between(l, text, at + 1, "'");
    case '`':
        return language == LANGUAGE_SCRIPT &&
               take_between(l, text, at + 1, "`");
    default:
        return false;
    }
}

/* As long as it was: what is escaped becomes itself behind a blank. */
static void write_plain(char *out, struct str text, const struct literal *l)
{
    memcpy(out, text.ptr + l->from, l->end - l->from);
    for (size_t i = 0; i + 1 < l->end - l->from; i++) {
        bool twice = l->doubled && out[i] == '"' && out[i + 1] == '"';
        if (!twice && (l->raw || out[i] != '\\'))
            continue;
        out[i] = ' ';
        i++;
        if (out[i] == 'n' || out[i] == 't' || out[i] == 'r')
            out[i] = out[i] == 'n' ? '\n' : ' ';
    }
}

/* ---- calls ---- */

/* Without brackets it ends with its line, unless that has a comma or an
   operator at its end. */
static bool ends_with_line(struct str text, size_t at, size_t i)
{
    while (i > at && is_blank(text.ptr[i]))
        i--;
    return strchr(",\\+=", text.ptr[i]) == NULL;
}

static bool is_bracket(char c, const char *among)
{
    return c != '\0' && strchr(among, c) != NULL;
}

size_t call_end(enum language language, struct str text, size_t at)
{
    size_t depth = 0;
    struct literal l;
    for (size_t i = at; i < text.len && i < at + CALL_MAX; i++) {
        char c = text.ptr[i];
        if (is_bracket(c, "\"'`") && take_literal(&l, language, text, i)) {
            i = l.after > i ? l.after - 1 : i;
            continue;
        }
        if (c == '#' && comment_mark(language)[0] == '#')
            i = str_find(text, STR("\n"), i);
        bool closes = is_bracket(c, ")]}");
        if (closes && depth <= 1)
            return i + 1;
        depth += is_bracket(c, "([{");
        depth -= closes;
        if (c == '\n' && depth == 0 && ends_with_line(text, at, i))
            return i;
    }
    return text.len;
}

/* The words of a call that may stand around the text itself. */
static size_t skip_wrappers(struct str text, size_t at)
{
    static const char *const wrappers[] = {"sql=",     "sql:",
                                           "sa.text(", "sqlalchemy.text(",
                                           "text(",    "sa.DDL(",
                                           "DDL(",     "Sequelize.literal(",
                                           "squish(",  "textwrap.dedent(",
                                           "dedent(",  "["};
    for (size_t i = 0; i < ARRAY_COUNT(wrappers);) {
        at = skip_blanks(text, at);
        if (looking_at(text, at, "(")) {
            at++;
            i = 0;
        } else if (looking_at(text, at, wrappers[i])) {
            at += strlen(wrappers[i]);
            i = 0;
        } else {
            i++;
        }
    }
    return skip_blanks(text, at);
}

/* Pieces that stand behind each other, or are joined by + or a dot. */
static size_t next_piece(enum language language, struct str text, size_t at)
{
    size_t next = skip_blanks(text, at);
    if (next < text.len && text.ptr[next] == '\\')
        next = skip_blanks(text, next + 1);
    if (next < text.len &&
        (text.ptr[next] == '+' ||
         (text.ptr[next] == '.' && language == LANGUAGE_PHP)))
        return skip_blanks(text, next + 1);
    return language == LANGUAGE_PYTHON || language == LANGUAGE_RUBY ? next
                                                                    : text.len;
}

/* The text of a call, with blanks where the program goes on between pieces. */
static bool take_text(struct embedded *out, struct arena *a,
                      enum language language, struct str text, size_t at)
{
    struct literal piece[PIECES_MAX];
    size_t count = 0;
    while (count < PIECES_MAX && at < text.len &&
           (count == 0 || !looking_at(text, at, "<<")) &&
           take_literal(&piece[count], language, text, at))
        at = next_piece(language, text, piece[count++].after);
    if (count == 0)
        return false;
    size_t from = piece[0].from, len = piece[count - 1].end - from;
    char *plain = arena_alloc(a, len + 1);
    memset(plain, ' ', len);
    for (size_t i = 0; i < count; i++)
        write_plain(plain + (piece[i].from - from), text, &piece[i]);
    out->sql = (struct str){plain, len};
    out->at = from;
    return true;
}

static bool is_caller(enum language language, struct str text, size_t at,
                      size_t *after)
{
    for (size_t i = 0; i < ARRAY_COUNT(callers); i++) {
        struct str name = str_from(callers[i].name);
        if (callers[i].language != language ||
            !str_starts(str_sub(text, at, name.len), name) ||
            (at + name.len < text.len && is_name_byte(text.ptr[at + name.len])))
            continue;
        if (at > 0 && is_name_byte(name.ptr[0]) &&
            (is_name_byte(text.ptr[at - 1]) ||
             (text.ptr[at - 1] == '.' && language != LANGUAGE_SCRIPT &&
              language != LANGUAGE_PYTHON)))
            continue;
        *after = at + name.len;
        return true;
    }
    return false;
}

bool embedded_next(struct embedded *out, struct arena *a,
                   enum language language, struct str text, size_t *at)
{
    for (size_t i = *at; i < text.len; i++) {
        size_t after;
        if (!is_caller(language, text, i, &after) ||
            in_comment(language, text, i))
            continue;
        size_t open = skip_blanks(text, after);
        size_t first = skip_wrappers(text, after);
        if (!take_text(out, a, language, text, first))
            continue;
        out->call = i;
        out->call_end = call_end(language, text, open);
        size_t past = out->at + out->sql.len;
        *at = out->call_end > past ? out->call_end : past;
        return true;
    }
    *at = text.len;
    return false;
}
