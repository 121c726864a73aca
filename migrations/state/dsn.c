/* Addresses of databases, form by form. */
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/text.h"
#include "migrations/state/dsn_forms.h"

#define PARAMETERS_MAX 64
#define HOW                                                                    \
    "give a URL such as postgresql://user@host:5432/name, mysql://… or "     \
    "sqlite:FILE"

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

/* "-c search_path=app": options themselves do not go to the server, since
   pgbouncer refuses them. */
static void take_options(struct dsn_reading *r, struct str options)
{
    size_t at = str_find(options, STR("search_path="), 0);
    struct str rest, value = str_sub(options, at + 12, options.len);
    value = str_cut(value, ' ', &rest);
    value = str_cut(value, ',', &rest);
    if (at < options.len && value.len > 0)
        r->out->schema = str_dup(r->arena, value);
}

bool dsn_take(struct dsn_reading *r, struct str name, const char *value)
{
    struct dsn *d = r->out;
    if (str_equal_nocase(name, STR("options"))) {
        take_options(r, str_from(value));
        return true;
    }
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
static bool read_query(struct dsn_reading *r, struct str query)
{
    while (query.len > 0) {
        struct str value, pair = str_cut(query, '&', &query);
        struct str name = str_cut(pair, '=', &value);
        if (name.len > 0 && !dsn_take(r, str_from(decoded(r->arena, name)),
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
static void read_hosts(struct dsn_reading *r, struct str hosts)
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
static void read_host_list(struct dsn_reading *r, struct str list)
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

/* A password may have a '?' that was not encoded: then an '@' follows it before
   any '='. */
static struct str without_query(struct str s, struct str *query)
{
    size_t mark = str_find(s, STR("?"), 0);
    size_t at = str_find(s, STR("@"), mark);
    bool behind = str_find(s, STR("@"), 0) == at; /* all of it */
    if (behind && at < s.len && at < str_find(s, STR("="), mark))
        mark = str_find(s, STR("?"), at);
    *query = str_sub(s, mark + 1, s.len);
    return str_sub(s, 0, mark);
}

/* Go's driver of MySQL: "tcp(db:3306)/name", "unix(/run/mysqld.sock)/name". */
static bool read_go_host(struct dsn_reading *r, struct str rest)
{
    bool tcp = str_starts(rest, STR("tcp(")),
         local = str_starts(rest, STR("unix("));
    size_t close = str_find(rest, STR(")"), 0);
    if ((!tcp && !local) || close == rest.len)
        return false;
    struct str path, inside = str_sub(rest, tcp ? 4 : 5, close - (tcp ? 4 : 5));
    if (tcp)
        read_hosts(r, inside);
    else
        r->out->host = if_any(r->arena, inside);
    (void)str_cut(str_sub(rest, close, rest.len), '/', &path);
    r->out->database = if_any(r->arena, path);
    return true;
}

/* What messages of servers repeat: a port that is none may be of a password. */
static bool look_at_port(struct dsn_reading *r)
{
    struct str rest = str_from(r->out->port);
    while (rest.len > 0) {
        uint64_t port = 0;
        struct str one = str_cut(rest, ',', &rest);
        if (one.len > 0 && !text_to_u64(one, 65535, &port))
            return err_set(r->e, POS_NONE,
                           "the port in the address of the database is not a "
                           "number: write ':', '/' and '@' in a password as "
                           "%%3A, %%2F and %%40");
    }
    return true;
}

/* "user:password@host:port/name?…", without its scheme. */
static bool read_server(struct dsn_reading *r, struct str rest)
{
    struct dsn *d = r->out;
    struct str query, path;
    rest = without_query(rest, &query);
    size_t at = find_last(rest, '@');
    if (at > 0) {
        struct str password,
            user = str_cut(str_sub(rest, 0, at - 1), ':', &password);
        d->user = if_any(r->arena, user);
        d->password = if_any(r->arena, password);
        rest = str_sub(rest, at, rest.len);
    }
    if (read_go_host(r, rest))
        return read_query(r, query);
    struct str hosts = str_cut(rest, '/', &path);
    if (str_find(hosts, STR(","), 0) < hosts.len)
        read_host_list(r, hosts);
    else
        read_hosts(r, hosts);
    d->database = if_any(r->arena, path);
    return read_query(r, query);
}

/* SQLAlchemy's "sqlite:///app.db" is beside us, sqlx's is at the root. */
static bool read_file(struct dsn_reading *r, struct str rest)
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
    const char *beside = arena_printf(r->arena, "prisma/%s", path);
    if (path[0] != '/' && access(path, F_OK) != 0 && access(beside, F_OK) == 0)
        path = beside; /* Prisma's are beside its schema */
    r->out->file = path;
    if (path[0] == '\0' || strcmp(path, ":memory:") == 0)
        return err_set(r->e, POS_NONE,
                       "the address of the database names no file");
    return read_query(r, query);
}

static bool is_no_address(struct dsn_reading *r)
{
    return err_set(r->e, POS_NONE,
                   "this is not the address of a database: " HOW);
}

bool dsn_unknown(struct dsn_reading *r, struct str scheme)
{
    return err_set(r->e, POS_NONE,
                   "postflight reads no database of '%.*s': export the rows of "
                   "its history table and give the file with --state",
                   (int)(scheme.len < 20 ? scheme.len : 20), scheme.ptr);
}

static bool read_scheme(struct dsn_reading *r, struct str scheme,
                        struct str rest)
{
    static const struct {
        const char *name;
        enum dsn_kind kind;
    } schemes[] = {{"postgres", DSN_POSTGRES},    {"postgresql", DSN_POSTGRES},
                   {"pgsql", DSN_POSTGRES},       {"psql", DSN_POSTGRES},
                   {"postgis", DSN_POSTGRES},     {"pgx", DSN_POSTGRES},
                   {"pgx4", DSN_POSTGRES},        {"pgx5", DSN_POSTGRES},
                   {"cockroachdb", DSN_POSTGRES}, {"cockroach", DSN_POSTGRES},
                   {"ecto", DSN_POSTGRES},        {"mysql", DSN_MYSQL},
                   {"mysql2", DSN_MYSQL},         {"mariadb", DSN_MYSQL},
                   {"trilogy", DSN_MYSQL},        {"sqlite", DSN_SQLITE},
                   {"sqlite3", DSN_SQLITE},       {"file", DSN_SQLITE}};
    struct str driver, name = str_cut(scheme, '+', &driver);
    for (size_t i = 0; i < ARRAY_COUNT(schemes); i++) {
        if (!str_equal_nocase(name, str_from(schemes[i].name)))
            continue;
        r->out->kind = schemes[i].kind;
        if (r->out->kind == DSN_SQLITE)
            return read_file(r, rest);
        if (!str_starts(rest, STR("//"))) /* jdbc:postgresql:name */
            return read_server(
                r, str_from(arena_printf(r->arena, "/%.*s", STR_ARGS(rest))));
        if (!read_server(r, str_sub(rest, 2, rest.len)))
            return false;
        if (str_is(name, "ecto") && r->out->port != NULL &&
            strcmp(r->out->port, "3306") == 0)
            r->out->kind = DSN_MYSQL;
        return true;
    }
    /* Without slashes it may be anything, a user's name too. */
    return str_starts(rest, STR("//")) || r->jdbc ? dsn_unknown(r, name)
                                                  : is_no_address(r);
}

static bool is_file_of_sqlite(struct str s)
{
    static const char *const endings[] = {".db", ".sqlite", ".sqlite3", ".db3"};
    for (size_t i = 0; i < ARRAY_COUNT(endings); i++)
        if (str_ends(s, str_from(endings[i])))
            return true;
    return false;
}

/* "user:password@tcp(db:3306)/name", as Go's driver of MySQL has it. */
static bool is_of_go(struct str s)
{
    return str_find(s, STR("@tcp("), 0) < s.len ||
           str_find(s, STR("@unix("), 0) < s.len;
}

static bool read_form(struct dsn_reading *r, struct str s)
{
    struct dsn *out = r->out;
    struct arena *a = r->arena;
    struct str rest;
    *out = (struct dsn){.parameter = arena_array(a, PARAMETERS_MAX,
                                                 sizeof(struct dsn_parameter))};
    r->jdbc = str_starts(s, STR("jdbc:"));
    if (r->jdbc)
        s = str_sub(s, 5, s.len);
    struct str scheme = str_cut(s, ':', &rest);
    if (is_of_go(s) && str_find(s, STR("://"), 0) == s.len) {
        out->kind = DSN_MYSQL;
        return read_server(r, s);
    }
    size_t n = 0;
    while (n < scheme.len &&
           (((scheme.ptr[n] | 32) >= 'a' && (scheme.ptr[n] | 32) <= 'z') ||
            (n > 0 && strchr("0123456789+.-_", scheme.ptr[n]) != NULL)))
        n++;
    bool path = s.len > 0 && (s.ptr[0] == '/' || s.ptr[0] == '.');
    if (n > 1 && n == scheme.len && scheme.len < s.len &&
        str_find(scheme, STR("="), 0) == scheme.len)
        return read_scheme(r, scheme, rest);
    if (path || (is_file_of_sqlite(s) && str_find(s, STR("="), 0) == s.len)) {
        out->kind = DSN_SQLITE;
        out->file = str_dup(a, s);
        return true;
    }
    if (str_find(s, STR("="), 0) == s.len)
        return is_no_address(r);
    if (dsn_is_ado(s))
        return dsn_ado(r, s);
    return dsn_words(r, s);
}

bool dsn_read(struct dsn *out, struct arena *a, const char *text, struct err *e)
{
    struct dsn_reading r = {.out = out, .arena = a, .e = e};
    return read_form(&r, str_trim(str_from(text))) && look_at_port(&r);
}

/* Every place of a word becomes "...". */
static const char *without(struct arena *a, const char *text, const char *word)
{
    struct buf out;
    size_t n = word == NULL ? 0 : strlen(word);
    if (n == 0)
        return text;
    buf_init(&out, (size_t)4 << 10);
    for (; *text != '\0'; text++)
        if (strncmp(text, word, n) == 0) {
            buf_text(&out, "...");
            text += n - 1;
        } else {
            buf_char(&out, *text);
        }
    return buf_take(a, &out);
}

const char *dsn_hide(const struct dsn *d, struct arena *a, const char *text)
{
    if (d->user != NULL && d->user[0] != '\0') {
        text = without(a, text, arena_printf(a, "'%s'", d->user));
        text = without(a, text, arena_printf(a, "\"%s\"", d->user));
    }
    return without(a, text, d->password);
}
