/* Addresses of databases, form by form. */
#include "migrations/state/dsn.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/text.h"

#define PARAMETERS_MAX 64
#define HOW                                                                    \
    "give a URL such as postgresql://user@host:5432/name, mysql://… or "     \
    "sqlite:FILE"

struct reading {
    struct dsn *out;
    struct arena *arena;
    struct err *e;
};

/* %XX becomes its byte; what is none stays. A NUL byte stays encoded. */
static const char *decoded(struct arena *a, struct str s)
{
    struct buf out;
    buf_init(&out, s.len + 1);
    for (size_t i = 0; i < s.len; i++) {
        struct buf byte;
        buf_init(&byte, 2);
        if (s.ptr[i] == '%' && i + 2 < s.len + 0 &&
            text_from_hex(&byte, str_sub(s, i + 1, 2)) && byte.ptr[0] != '\0') {
            buf_char(&out, byte.ptr[0]);
            i += 2;
        } else {
            buf_char(&out, s.ptr[i]);
        }
        buf_release(&byte);
    }
    return buf_take(a, &out);
}

/* The names that all forms have for the same. */
enum part { HOST, PORT, USER, PASSWORD, DATABASE, SCHEMA, PART_COUNT };

static const struct {
    const char *name;
    enum part part;
} known[] = {
    {"host", HOST},
    {"server", HOST},
    {"port", PORT},
    {"user", USER},
    {"username", USER},
    {"user id", USER},
    {"userid", USER},
    {"uid", USER},
    {"password", PASSWORD},
    {"pwd", PASSWORD},
    {"dbname", DATABASE},
    {"database", DATABASE},
    {"schema", SCHEMA},
    {"search_path", SCHEMA},
    {"search path", SCHEMA},
    {"searchpath", SCHEMA},
    {"currentschema", SCHEMA},
    {"initial catalog", DATABASE},
};

static const char **part_of(struct dsn *d, enum part part)
{
    const char **const all[PART_COUNT] = {
        [HOST] = &d->host,         [PORT] = &d->port,
        [USER] = &d->user,         [PASSWORD] = &d->password,
        [DATABASE] = &d->database, [SCHEMA] = &d->schema};
    return all[part];
}

static bool take_parameter(struct reading *r, struct str name,
                           const char *value)
{
    struct dsn *d = r->out;
    for (size_t i = 0; i < ARRAY_COUNT(known); i++)
        if (str_equal_nocase(name, str_from(known[i].name))) {
            *part_of(d, known[i].part) = value;
            return true;
        }
    if (d->parameter_count == PARAMETERS_MAX)
        return err_set(
            r->e, POS_NONE,
            "the address of the database has more than %d parameters",
            PARAMETERS_MAX);
    d->parameter[d->parameter_count++] =
        (struct dsn_parameter){str_dup(r->arena, name), value};
    return true;
}

/* "a=1&b=2" */
static bool read_query(struct reading *r, struct str query)
{
    while (query.len > 0) {
        struct str value, pair = str_cut(query, '&', &query);
        struct str name = str_cut(pair, '=', &value);
        if (name.len > 0 &&
            !take_parameter(r, str_from(decoded(r->arena, name)),
                            decoded(r->arena, value)))
            return false;
    }
    return true;
}

static size_t find_last(struct str s, char c)
{
    size_t at = s.len;
    while (at > 0 && s.ptr[at - 1] != c)
        at--;
    return at; /* behind it; 0: it is not there */
}

static const char *if_any(struct arena *a, struct str s)
{
    return s.len == 0 ? NULL : decoded(a, s);
}

/* "[::1]:5432", or several hosts, whose list libpq takes as it is. */
static void read_hosts(struct reading *r, struct str hosts)
{
    size_t colon = find_last(hosts, ':');
    bool bracket = hosts.len > 0 && hosts.ptr[0] == '[';
    size_t close = find_last(hosts, ']');
    if (colon > 0 && colon > close) {
        r->out->port = if_any(r->arena, str_sub(hosts, colon, hosts.len));
        hosts = str_sub(hosts, 0, colon - 1);
    }
    if (bracket && close > 1)
        hosts = str_sub(hosts, 1, close - 2);
    r->out->host = if_any(r->arena, hosts);
}

/* "db1:5432,db2" has a port for each host: "5432,", as libpq writes it. */
static void read_host_list(struct reading *r, struct str list)
{
    struct buf host, port;
    buf_init(&host, list.len + 1);
    buf_init(&port, list.len + 1);
    for (size_t i = 0; list.len > 0; i++) {
        read_hosts(r, str_cut(list, ',', &list));
        buf_printf(&host, "%s%s", i > 0 ? "," : "",
                   r->out->host == NULL ? "" : r->out->host);
        buf_printf(&port, "%s%s", i > 0 ? "," : "",
                   r->out->port == NULL ? "" : r->out->port);
        r->out->host = r->out->port = NULL;
    }
    r->out->host = buf_take(r->arena, &host);
    r->out->port = buf_take(r->arena, &port);
}

/* "user:password@host:port/name?…", without its scheme. */
static bool read_server(struct reading *r, struct str rest)
{
    struct dsn *d = r->out;
    struct str query, path;
    rest = str_cut(rest, '?', &query);
    size_t at = find_last(str_sub(rest, 0, str_find(rest, STR("/"), 0)), '@');
    if (at == 0) /* a password with a slash */
        at = find_last(rest, '@');
    if (at > 0) {
        struct str password,
            user = str_cut(str_sub(rest, 0, at - 1), ':', &password);
        d->user = if_any(r->arena, user);
        d->password = if_any(r->arena, password);
        rest = str_sub(rest, at, rest.len);
    }
    struct str hosts = str_cut(rest, '/', &path);
    if (str_find(hosts, STR(","), 0) < hosts.len)
        read_host_list(r, hosts);
    else
        read_hosts(r, hosts);
    d->database = if_any(r->arena, path);
    return read_query(r, query);
}

/* SQLAlchemy's "sqlite:///app.db" is beside us, sqlx's is at the root. */
static bool read_file(struct reading *r, struct str rest)
{
    struct str query;
    rest = str_cut(rest, '?', &query);
    if (str_starts(rest, STR("//")))
        rest = str_sub(rest, 2, rest.len);
    const char *path = decoded(r->arena, rest);
    if (path[0] == '/' && path[1] != '/' && access(path, F_OK) != 0 &&
        access(path + 1, F_OK) == 0)
        path++;
    while (path[0] == '/' && path[1] == '/')
        path++;
    r->out->file = path;
    if (path[0] == '\0' || strcmp(path, ":memory:") == 0)
        return err_set(r->e, POS_NONE,
                       "the address of the database names no file");
    return read_query(r, query);
}

static bool unknown_scheme(struct reading *r, struct str scheme)
{
    return err_set(r->e, POS_NONE,
                   "postflight reads no database of '%.*s': export the rows of "
                   "its history table and give the file with --state",
                   (int)(scheme.len < 20 ? scheme.len : 20), scheme.ptr);
}

static bool read_scheme(struct reading *r, struct str scheme, struct str rest)
{
    static const struct {
        const char *name;
        enum dsn_kind kind;
    } schemes[] = {{"postgres", DSN_POSTGRES}, {"postgresql", DSN_POSTGRES},
                   {"pgsql", DSN_POSTGRES},    {"ecto", DSN_POSTGRES},
                   {"mysql", DSN_MYSQL},       {"mysql2", DSN_MYSQL},
                   {"mariadb", DSN_MYSQL},     {"sqlite", DSN_SQLITE},
                   {"sqlite3", DSN_SQLITE},    {"file", DSN_SQLITE}};
    struct str driver, name = str_cut(scheme, '+', &driver);
    for (size_t i = 0; i < ARRAY_COUNT(schemes); i++) {
        if (!str_equal_nocase(name, str_from(schemes[i].name)))
            continue;
        r->out->kind = schemes[i].kind;
        if (r->out->kind == DSN_SQLITE)
            return read_file(r, rest);
        if (str_starts(rest, STR("//")))
            return read_server(r, str_sub(rest, 2, rest.len));
    }
    return unknown_scheme(r, name);
}

/* "name=value" pairs with a separator; values may be quoted. */
static bool read_pairs(struct reading *r, struct str s, char separator)
{
    while ((s = str_trim(s)).len > 0) {
        struct str rest, name = str_trim(str_cut(s, '=', &rest));
        struct buf value;
        bool ok;
        char quote = 0;
        size_t i = 0;
        rest = str_trim(rest);
        buf_init(&value, rest.len + 1);
        if (rest.len > 0 && (rest.ptr[0] == '\'' || rest.ptr[0] == '"'))
            quote = rest.ptr[i++];
        for (; i < rest.len; i++) {
            char c = rest.ptr[i];
            if (quote != 0 ? c == quote
                           : c == separator || (separator == ' ' && c == '\n'))
                break;
            if (c == '\\' && separator == ' ' && i + 1 < rest.len)
                c = rest.ptr[++i];
            buf_char(&value, c);
        }
        i += quote != 0;
        s = str_sub(rest, i, rest.len);
        if (separator == ';')
            (void)str_cut(s, ';', &s);
        ok = take_parameter(
            r, name,
            str_dup(r->arena, quote != 0 ? buf_view(&value)
                                         : str_trim(buf_view(&value))));
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

/* ADO.NET: the words tell whose it is; SQL Server's are not ours. */
static bool read_ado(struct reading *r, struct str s)
{
    static const char *const not_ours[] = {
        "initial catalog", "trusted_connection", "integrated security",
        "trustservercertificate", "multipleactiveresultsets"};
    struct dsn *d = r->out;
    for (size_t i = 0; i < ARRAY_COUNT(not_ours); i++)
        if (has_name(s, not_ours[i]))
            return unknown_scheme(r, STR("sqlserver"));
    if (!read_pairs(r, s, ';'))
        return false;
    const char *source = parameter(d, "data source");
    source = source != NULL ? source : parameter(d, "datasource");
    source = source != NULL ? source : parameter(d, "filename");
    if (source != NULL && d->host == NULL && d->user == NULL) {
        d->kind = DSN_SQLITE;
        d->file = source;
        return true;
    }
    if (d->host == NULL)
        d->host = source;
    bool mysql = has_name(s, "uid") || has_name(s, "sslmode") == false;
    d->kind = has_name(s, "server") && mysql && !has_name(s, "host") &&
                      (d->port == NULL || strcmp(d->port, "5432") != 0) &&
                      !has_name(s, "user id") && !has_name(s, "username")
                  ? DSN_MYSQL
                  : DSN_POSTGRES;
    if (d->port != NULL && strcmp(d->port, "3306") == 0)
        d->kind = DSN_MYSQL;
    return true;
}

static bool is_file_of_sqlite(struct str s)
{
    static const char *const endings[] = {".db", ".sqlite", ".sqlite3", ".db3"};
    for (size_t i = 0; i < ARRAY_COUNT(endings); i++)
        if (str_ends(s, str_from(endings[i])))
            return true;
    return false;
}

bool dsn_read(struct dsn *out, struct arena *a, const char *text, struct err *e)
{
    struct reading r = {out, a, e};
    struct str s = str_trim(str_from(text)), rest;
    *out = (struct dsn){.parameter = arena_array(a, PARAMETERS_MAX,
                                                 sizeof(struct dsn_parameter))};
    if (str_starts(s, STR("jdbc:")))
        s = str_sub(s, 5, s.len);
    struct str scheme = str_cut(s, ':', &rest);
    size_t n = 0;
    while (n < scheme.len &&
           (((scheme.ptr[n] | 32) >= 'a' && (scheme.ptr[n] | 32) <= 'z') ||
            (n > 0 && strchr("0123456789+.-_", scheme.ptr[n]) != NULL)))
        n++;
    bool path = s.len > 0 && (s.ptr[0] == '/' || s.ptr[0] == '.');
    if (n > 1 && n == scheme.len && scheme.len < s.len &&
        str_find(scheme, STR("="), 0) == scheme.len)
        return read_scheme(&r, scheme, rest);
    if (path || (is_file_of_sqlite(s) && str_find(s, STR("="), 0) == s.len)) {
        out->kind = DSN_SQLITE;
        out->file = str_dup(a, s);
        return true;
    }
    if (str_find(s, STR("="), 0) == s.len)
        return err_set(e, POS_NONE,
                       "this is not the address of a database: " HOW);
    if (str_find(s, STR(";"), 0) < s.len)
        return read_ado(&r, s);
    return read_pairs(&r, s, ' ');
}
