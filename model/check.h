/* Definitions as plan/ gives them to probe/: plain, checked, read-only. */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/expectation.h"
#include "model/kind.h"
#include "model/vocabulary.h"

struct header {
    const char *name, *value; /* no control bytes */
};

/* Who asks; at most one of bearer and user is given. */
struct auth {
    const char *bearer;
    const char *user, *password;
};

struct client_cert {
    const char *cert, *key; /* PEM files */
    const char *password;   /* of the key; NULL: it has none */
};

enum http_version { HTTP_VERSION_1_1, HTTP_VERSION_2, HTTP_VERSION_ANY };
extern const struct names http_version_names;

/* How a check reaches its server; NULL and false: as libcurl would. */
struct transport {
    bool compressed, insecure;
    bool cookie_jar;  /* cookies go along with redirects */
    int http_version; /* enum http_version */
    const char *ca;   /* PEM file that replaces the system's authorities */
    struct client_cert client;
    const char *proxy; /* a URL, or "env" */
    const char *unix_socket;
    const struct header *resolve; /* host, address */
    size_t resolve_count;
};

/* What may be tried again; bits of struct patience.retry. */
enum retry_class {
    RETRY_CONNECT,
    RETRY_TIMEOUT,
    RETRY_CLOSED,
    RETRY_DNS,
    RETRY_TLS,
    RETRY_PROTOCOL,
    RETRY_STATUS, /* 408, 425, 429 and 500 or more */
    RETRY_4XX,    /* the others from 400 on */
    RETRY_ASSERTION,
    RETRY_EXEC /* an exit code */
};
extern const struct names retry_class_names;

#define PATIENCE_UNLIMITED INT64_MAX /* attempts: as many as fit */

/* How long and how often a check is asked until it passes. */
struct patience {
    int64_t attempts; /* at most; 1: asked once; with a deadline and no number
                         of its own PATIENCE_UNLIMITED */
    int64_t deadline_ms;   /* of all attempts; 0: none */
    int64_t interval_ms;   /* before the second attempt */
    int64_t backoff_milli; /* each wait is so many thousandths of the last */
    int64_t max_interval_ms;
    int64_t passes; /* in a row */
    unsigned retry; /* bits of enum retry_class */
};

enum addresses { ADDRESSES_ANY, ADDRESSES_EACH };
extern const struct names addresses_names;

/* What a value of a definition is and where it was given. */
struct origin {
    const char *key, *value;
    bool as_written; /* references stand in it still */
    struct pos pos;
};

#define COMMAND_WORDS_MAX 60 /* of an exec check */

/* What is said in clear before TLS begins. */
enum starttls {
    STARTTLS_NONE,
    STARTTLS_SMTP,
    STARTTLS_IMAP,
    STARTTLS_POP3,
    STARTTLS_FTP
};
extern const struct names starttls_names;

enum dns_type {
    DNS_A,
    DNS_AAAA,
    DNS_CNAME,
    DNS_MX,
    DNS_TXT,
    DNS_NS,
    DNS_SRV,
    DNS_CAA,
    DNS_PTR
};
extern const struct names dns_type_names;

struct dns {
    const char *name;
    int type;           /* enum dns_type */
    const char *server; /* address[:port]; NULL: the system's */
};

/* What the state of migrations must be. */
enum migration_wish {
    WISH_UP_TO_DATE,
    WISH_NO_FAILED, /* pending ones, and a database ahead, are fine */
    WISH_AT,        /* the newest one is `wanted` */
    WISH_AT_LEAST   /* `wanted` is applied */
};

struct migrations {
    const char *dsn;       /* NULL: rows are exported */
    const char *rows;      /* file of exported rows; NULL: none */
    const char *path;      /* folder of the files; in a clone, beneath it */
    const char *git, *rev; /* a clone and its revision; NULL: the disk */
    const char *tool;      /* NULL: to be found */
    const char *table;     /* NULL: that of the tool */
    const char **schema;   /* globs: each schema has a history of its own */
    size_t schema_count;
    int wish; /* enum migration_wish */
    const char *wanted;
    const char **ignore; /* ids */
    size_t ignore_count;
    bool no_objects; /* what exists is not compared */
    bool primary;    /* a standby is an error */
};

/* A value of an answer that later requests are made with. */
struct capture {
    const char *name;
    struct query query;
    bool secret; /* used as one: its value is kept out of every output */
    struct pos pos;
};

/* What an answer gave to it. */
struct captured {
    const char *name;
    struct str value;
};

/* A name in a check that stands for what another check captures. */
struct use {
    const char *name;
    size_t from; /* index of that check, which this one needs */
};

struct late;

struct check {
    const char *id, *title;
    int kind;             /* enum check_kind */
    const char *url;      /* of http; of others as tcp://host:port, exec:... */
    const char *endpoint; /* host:port of tcp and tls */
    const char *send;     /* on a tcp connection; NULL: nothing */
    int starttls;         /* enum starttls */
    struct dns dns;
    const struct migrations *migrations; /* NULL: of another kind */
    const char **command;                /* of exec: words, the program first */
    size_t command_count;
    const struct header *env; /* of its program: names, values */
    size_t env_count;
    const char *method;
    const struct header *header; /* cookies and credentials among them */
    size_t header_count;
    const char *body;    /* NULL: none */
    size_t body_bytes;   /* of it; a grpc message has NULs */
    const char *service; /* of grpc; NULL: the server as a whole */
    int64_t timeout_ms, connect_timeout_ms;
    int64_t max_body_bytes; /* decoded */
    struct transport transport;
    int severity; /* enum severity */
    const struct expect *expect;
    size_t expect_count; /* at least one, unless its kind asserts */
    const struct expect *degraded;
    size_t degraded_count;
    const struct expect *inconclusive; /* one is met: nothing is proved */
    size_t inconclusive_count;
    const struct query *identity; /* NULL: not asked */
    const char *version; /* its own expected build; NULL: that of the run */
    const char **tag;
    size_t tag_count;
    struct patience patience;
    int addresses; /* enum addresses */
    int64_t redirects;
    const size_t *need; /* indices of the checks that must pass before */
    size_t need_count;
    const struct capture *capture;
    size_t capture_count;
    const struct use *use; /* of the check with all its steps */
    size_t use_count;

    /* Captured names stand in it: it must be bound before it is asked, and
       shows ${NAME} until then. NULL: complete as it is. */
    const struct late *late;
    const struct check *step; /* in order; those of `finally` are the last */
    size_t step_count, finally_count; /* of step_count */
    struct pos pos;
    const struct origin *origin; /* only when they were asked for */
    size_t origin_count;
};

/* Which build must be serving, and when that is settled. */
struct rollout {
    const char *version; /* NULL: not given */
    int64_t deadline_ms, interval_ms;
    int64_t streak;   /* answers in a row from that build */
    int64_t tolerate; /* transport flakes within a streak */
    bool persists;    /* no check has an identity, but a deadline is written:
                         until it, checks are probed again until they pass */
    struct pos pos;   /* without a source: there is no rollout */
};

#endif
