/*
 * Connections to MySQL and MariaDB: where to, with which TLS. Frameworks name
 * the parameters of TLS each in its own way; a wish that is not understood is
 * an error, not a connection without it.
 */
#include <errmsg.h>
#include <mysqld_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/text.h"
#include "migrations/state/mysql_session.h"

#define PACKET_MAX (32UL << 20) /* of an answer of the server */

enum tls { TLS_OFF, TLS_PREFERRED, TLS_REQUIRED, TLS_VERIFIED, TLS_UNKNOWN };

/* Ways to prove a password that do not send it, whoever asks for it. */
#define PROOFS                                                                 \
    "mysql_native_password,caching_sha2_password,sha256_password,"             \
    "client_ed25519,auth_gssapi_client"

struct wish {
    enum tls tls;
    const char *ca, *cert, *key;
};

/* "ssl-mode", "SSL Mode" and "sslMode" are the same. */
static bool is_called(const char *name, const char *plain)
{
    for (; *name != '\0'; name++) {
        if (*name == '-' || *name == '_' || *name == ' ')
            continue;
        if (strncasecmp(name, plain, 1) != 0)
            return false;
        plain++;
    }
    return *plain == '\0';
}

static enum tls mode_of(const char *value)
{
    static const struct {
        const char *name;
        enum tls tls;
    } modes[] = {
        {"disabled", TLS_OFF},
        {"disable", TLS_OFF},
        {"none", TLS_OFF},
        {"false", TLS_OFF},
        {"0", TLS_OFF},
        {"no", TLS_OFF},
        {"off", TLS_OFF},
        {"preferred", TLS_PREFERRED},
        {"prefer", TLS_PREFERRED},
        {"allow", TLS_PREFERRED},
        {"", TLS_PREFERRED},
        {"required", TLS_REQUIRED},
        {"require", TLS_REQUIRED},
        {"true", TLS_REQUIRED},
        {"1", TLS_REQUIRED},
        {"yes", TLS_REQUIRED},
        {"on", TLS_REQUIRED},
        {"trust", TLS_REQUIRED},
        {"skipverify", TLS_REQUIRED},
        {"acceptinvalidcerts", TLS_REQUIRED},
        {"verifyca", TLS_VERIFIED},
        {"verifyidentity", TLS_VERIFIED},
        {"verifyfull", TLS_VERIFIED},
        {"strict", TLS_VERIFIED},
    };
    for (size_t i = 0; i < ARRAY_COUNT(modes); i++)
        if (is_called(value, modes[i].name))
            return modes[i].tls;
    return TLS_UNKNOWN;
}

/* What "yes" to a parameter means; "no" to the last three means nothing. */
static const struct {
    const char *name;
    enum tls yes;
    bool mode; /* its value is a mode */
} tls_words[] = {
    {"sslmode", TLS_REQUIRED, true},
    {"ssl", TLS_REQUIRED, true},
    {"tls", TLS_REQUIRED, true},
    {"sslaccept", TLS_REQUIRED, true},
    {"usessl", TLS_PREFERRED, false},
    {"requiressl", TLS_REQUIRED, false},
    {"verifyservercertificate", TLS_VERIFIED, false},
    {"sslverifycert", TLS_VERIFIED, false},
    {"sslverifyidentity", TLS_VERIFIED, false},
};

static void take_file(struct wish *w, const struct dsn_parameter *p)
{
    static const char *const ca[] = {"sslca", "sslrootcert",
                                     "cacertificatefile", "sslcafile"};
    for (size_t i = 0; i < ARRAY_COUNT(ca); i++)
        if (is_called(p->name, ca[i]))
            w->ca = p->value;
    if (is_called(p->name, "sslcert"))
        w->cert = p->value;
    if (is_called(p->name, "sslkey"))
        w->key = p->value;
}

static void take_mode(struct wish *w, const struct dsn_parameter *p)
{
    for (size_t i = 0; i < ARRAY_COUNT(tls_words); i++) {
        if (!is_called(p->name, tls_words[i].name))
            continue;
        enum tls tls = mode_of(p->value);
        if (!tls_words[i].mode && tls != TLS_UNKNOWN)
            tls = tls == TLS_REQUIRED                 ? tls_words[i].yes
                  : tls_words[i].yes == TLS_PREFERRED ? TLS_OFF
                                                      : w->tls;
        w->tls = tls > w->tls || w->tls == TLS_PREFERRED ? tls : w->tls;
    }
}

/* Prisma calls the certificate of the authority sslcert. */
static struct wish wish_of(const struct dsn *d)
{
    struct wish w = {.tls = TLS_PREFERRED};
    for (size_t i = 0; i < d->parameter_count; i++) {
        take_file(&w, &d->parameter[i]);
        take_mode(&w, &d->parameter[i]);
    }
    if (w.cert != NULL && w.key == NULL) {
        w.ca = w.ca == NULL ? w.cert : w.ca;
        w.cert = NULL;
    }
    return w;
}

bool mysql_demands_tls(const struct dsn *d)
{
    return wish_of(d).tls >= TLS_REQUIRED;
}

static void set_tls(MYSQL *mysql, const struct wish *w)
{
    my_bool yes = 1;
    if (w->tls == TLS_OFF)
        return;
    (void)mysql_ssl_set(mysql, w->key, w->cert, w->ca, NULL, NULL);
    if (w->tls >= TLS_REQUIRED)
        (void)mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &yes);
    if (w->tls == TLS_VERIFIED)
        (void)mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
}

bool mysql_set_up(MYSQL *mysql, const struct dsn *d, struct err *e)
{
    unsigned int no = 0;
    unsigned long packet = PACKET_MAX;
    const struct wish w = wish_of(d);
    if (w.tls == TLS_UNKNOWN)
        return err_set(e, POS_NONE,
                       "the address wants TLS in a way that is not known: use "
                       "ssl-mode=REQUIRED or ssl-mode=VERIFY_IDENTITY");
    (void)mysql_options(mysql, MYSQL_OPT_NONBLOCK, NULL);
    /* A server could ask for a file of this machine. */
    (void)mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &no);
    (void)mysql_options(mysql, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet);
    (void)mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    (void)mysql_options(mysql, MARIADB_OPT_RESTRICTED_AUTH, PROOFS);
    (void)mysql_options4(mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name",
                         "postflight");
    set_tls(mysql, &w);
    return true;
}

static const char *parameter(const struct dsn *d, const char *name)
{
    for (size_t i = 0; i < d->parameter_count; i++)
        if (is_called(d->parameter[i].name, name))
            return d->parameter[i].value;
    return NULL;
}

/* "localhost" is a socket to some clients and an address to others. */
static const char *socket_of(const struct dsn *d)
{
    static const char *const known[] = {"/run/mysqld/mysqld.sock",
                                        "/tmp/mysql.sock"};
    const char *given = parameter(d, "socket");
    if (given == NULL)
        given = parameter(d, "unixsocket");
    if (given == NULL && d->host != NULL && d->host[0] == '/')
        given = d->host;
    bool local = d->host == NULL || strcmp(d->host, "localhost") == 0;
    for (size_t i = 0;
         given == NULL && local && d->port == NULL && i < ARRAY_COUNT(known);
         i++)
        if (access(known[i], F_OK) == 0)
            given = known[i];
    return given;
}

int mysql_begin(MYSQL **connected, MYSQL *mysql, const struct dsn *d)
{
    uint64_t port = 3306;
    const char *path = socket_of(d);
    unsigned int protocol =
        path != NULL ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
    const char *host = d->host == NULL || path != NULL ? "localhost" : d->host;
    if (d->port != NULL && !text_to_u64(str_from(d->port), 65535, &port))
        port = 3306;
    (void)mysql_options(mysql, MYSQL_OPT_PROTOCOL, &protocol);
    return mysql_real_connect_start(connected, mysql, host, d->user,
                                    d->password, d->database,
                                    (unsigned int)port, path, 0);
}

/* Errors that name the user, or say less than is known. */
static const struct {
    unsigned int code;
    const char *text;
} meanings[] = {
    {ER_ACCESS_DENIED_ERROR, "the server refuses this user or its password"},
    {1698, "the server refuses this user or its password"},
    {ER_DBACCESS_DENIED_ERROR, "this user may not use this database"},
    {ER_BAD_DB_ERROR,
     "the database does not exist, or this user may not see it"},
    {ER_CON_COUNT_ERROR, "the server has too many connections"},
    {ER_TOO_MANY_USER_CONNECTIONS, "this user has too many connections"},
    {ER_USER_LIMIT_REACHED, "this user has too many connections"},
    {ER_HOST_NOT_PRIVILEGED, "the server takes no connections from here"},
    {3159, "the server takes connections with TLS only"},
    {CR_SERVER_LOST, "the connection was lost"},
    {CR_SERVER_GONE_ERROR, "the connection was lost"},
};

const char *mysql_said(MYSQL *mysql, const struct dsn *d, struct arena *a)
{
    unsigned int code = mysql_errno(mysql);
    const char *text = mysql_error(mysql);
    for (size_t i = 0; i < ARRAY_COUNT(meanings); i++)
        if (meanings[i].code == code)
            return meanings[i].text;
    return text_elide(a, str_from(dsn_hide(d, a, text)), 200);
}
