/* Addresses as lists of words: those of libpq, and those of ADO.NET, whose
   names tell which database is meant. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "migrations/state/dsn_forms.h"

/* One value, and what it is parted from others by. */
struct word {
    struct str text;
    char separator, quote; /* quote 0: it has none */
    size_t at;
};

static bool is_doubled_quote(const struct word *w)
{
    return w->quote != 0 && w->separator == ';' &&
           w->text.ptr[w->at] == w->quote && w->at + 1 < w->text.len &&
           w->text.ptr[w->at + 1] == w->quote;
}

static bool is_end(const struct word *w)
{
    char c = w->text.ptr[w->at];
    if (w->quote != 0)
        return c == w->quote;
    return c == w->separator ||
           (w->separator == ' ' && c != '\0' && strchr("\t\r\n", c) != NULL);
}

/* ADO.NET doubles a quote, libpq escapes it. */
static void take_word(struct word *w, struct buf *value)
{
    if (w->text.len > 0 && (w->text.ptr[0] == '\'' ||
                            (w->text.ptr[0] == '"' && w->separator == ';')))
        w->quote = w->text.ptr[w->at++];
    for (; w->at < w->text.len; w->at++) {
        bool escaped = w->text.ptr[w->at] == '\\' && w->separator == ' ' &&
                       w->at + 1 < w->text.len;
        bool doubled = is_doubled_quote(w);
        if (!doubled && is_end(w))
            break;
        w->at += doubled || escaped;
        buf_char(value, w->text.ptr[w->at]);
    }
    w->at += w->quote != 0;
}

/* "name=value" pairs with a separator; values may be quoted. */
static bool read_pairs(struct dsn_reading *r, struct str s, char separator)
{
    while ((s = str_trim(s)).len > 0) {
        struct str rest, name = str_trim(str_cut(s, '=', &rest));
        struct word w = {.text = str_trim(rest), .separator = separator};
        struct buf value;
        buf_init(&value, w.text.len + 1);
        take_word(&w, &value);
        s = str_sub(w.text, w.at, w.text.len);
        if (separator == ';')
            (void)str_cut(s, ';', &s);
        struct str taken =
            w.quote != 0 ? buf_view(&value) : str_trim(buf_view(&value));
        bool ok = dsn_take(r, name, str_dup(r->arena, taken));
        buf_release(&value);
        if (!ok)
            return false;
    }
    return true;
}

static const char *parameter(const struct dsn *d, const char *name)
{
    for (size_t i = 0; i < d->parameter_count; i++)
        if (strcasecmp(d->parameter[i].name, name) == 0)
            return d->parameter[i].value;
    return NULL;
}

static bool has_name(struct str s, const char *name)
{
    for (size_t at = 0; at < s.len; at++) {
        struct str word = str_sub(s, at, strlen(name));
        size_t end = at + word.len;
        while (end < s.len && s.ptr[end] == ' ')
            end++;
        if (str_equal_nocase(word, str_from(name)) && end < s.len &&
            s.ptr[end] == '=' &&
            (at == 0 || s.ptr[at - 1] == ';' || s.ptr[at - 1] == ' '))
            return true;
    }
    return false;
}

static bool has_any(struct str s, const char *const *name, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (has_name(s, name[i]))
            return true;
    return false;
}

static bool is_port(const struct dsn *d, const char *port)
{
    return d->port != NULL && strcmp(d->port, port) == 0;
}

/* Npgsql and MySqlConnector have words of their own, and the same ones. */
static bool find_whose(struct dsn_reading *r, struct str s)
{
    static const char *const npgsql[] = {"host",
                                         "username",
                                         "search path",
                                         "ssl mode",
                                         "include error detail",
                                         "root certificate",
                                         "no reset on close"};
    static const char *const mysql[] = {"uid",
                                        "sslmode",
                                        "allowpublickeyretrieval",
                                        "charset",
                                        "allowuservariables",
                                        "treattinyasboolean",
                                        "user",
                                        "convertzerodatetime",
                                        "guidformat",
                                        "sslca",
                                        "allowzerodatetime",
                                        "defaultcommandtimeout"};
    bool one =
        has_any(s, npgsql, ARRAY_COUNT(npgsql)) || is_port(r->out, "5432");
    bool other =
        has_any(s, mysql, ARRAY_COUNT(mysql)) || is_port(r->out, "3306");
    if (is_port(r->out, "5432"))
        other = false;
    else if (is_port(r->out, "3306"))
        one = false;
    if (one == other)
        return err_set(r->e, POS_NONE,
                       "it is not clear of which database this connection "
                       "string is: add Port=5432 or Port=3306, or give a URL");
    r->out->kind = one ? DSN_POSTGRES : DSN_MYSQL;
    return true;
}

/* ADO.NET: the words tell whose it is; SQL Server's are not ours. */
bool dsn_ado(struct dsn_reading *r, struct str s)
{
    static const char *const not_ours[] = {
        "initial catalog",          "trusted_connection",
        "integrated security",      "trustservercertificate",
        "multipleactiveresultsets", "encrypt"};
    struct dsn *d = r->out;
    if (has_any(s, not_ours, ARRAY_COUNT(not_ours)))
        return dsn_unknown(r, STR("sqlserver"));
    if (!read_pairs(r, s, ';'))
        return false;
    const char *source = parameter(d, "data source");
    source = source != NULL ? source : parameter(d, "datasource");
    source = source != NULL ? source : parameter(d, "filename");
    if (source != NULL && d->host == NULL && d->user == NULL) {
        d->kind = DSN_SQLITE;
        d->file = source;
        return source[0] != '\0' ||
               err_set(r->e, POS_NONE,
                       "the address of the database names no file");
    }
    if (d->host == NULL)
        d->host = source;
    if (d->host != NULL &&
        (strncmp(d->host, "tcp:", 4) == 0 || strstr(d->host, ",1433") != NULL))
        return dsn_unknown(r, STR("sqlserver"));
    return find_whose(r, s);
}

bool dsn_words(struct dsn_reading *r, struct str s)
{
    return read_pairs(r, s, ' ');
}

bool dsn_is_ado(struct str s)
{
    return str_find(s, STR(";"), 0) < s.len || has_name(s, "data source");
}
