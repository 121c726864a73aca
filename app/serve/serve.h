/*
 * The checks answered over HTTP, for gates that ask.
 *
 * One loop without threads: libmicrohttpd reads requests and sends answers,
 * here it is decided which asks share a run and which one begins next. What a
 * run is, is not known here: hooks begin it in a process of its own, and what
 * that writes into a descriptor is the answer. So a run can neither block nor
 * break the server, and leaves no memory behind.
 *
 * All that a client sends is bounded, and none of it is printed.
 */
#ifndef APP_SERVE_SERVE_H
#define APP_SERVE_SERVE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/answer.h"
#include "redact/sink.h"

#define SERVE_TARGET_BYTES_MAX 2048 /* path and query as sent */
#define SERVE_HEAD_BYTES_MAX   8192 /* request line and headers */
#define SERVE_BODY_BYTES_MAX   ((size_t)64 << 10)
#define SERVE_WORDS_MAX        16  /* ids, and tags, of one ask */
#define SERVE_WORD_BYTES_MAX   128 /* an id, a tag, a version */
#define SERVE_KEY_BYTES_MAX    512
#define SERVE_RECORD_BYTES_MAX ((size_t)16 << 20)
#define SERVE_KEPT_MAX         16 /* results that are kept for later asks */
#define SERVE_QUEUE_MAX        64
#define SERVE_CONNECTIONS_MAX  1000
#define SERVE_TOKEN_BYTES_MIN  16
#define SERVE_TOKEN_BYTES_MAX  512
#define SERVE_HEADERS_MAX      64 /* header lines of a request */
#define SERVE_NAMES_MAX        64 /* --host-name */
#define SERVE_NAME_BYTES_MAX   255

/* What somebody wants to know. */
struct ask {
    const char *id[SERVE_WORDS_MAX]; /* globs: any of them; none: all */
    size_t id_count;
    const char *tag[SERVE_WORDS_MAX]; /* any of them */
    size_t tag_count;
    const char *expect; /* version; NULL: as the server was told */
    bool record;        /* the whole record with the answer */
    bool always_ok;     /* status 200 whatever the verdict */
};

/* The parameters of a query, and of `metadata` in a body: for docs. */
struct ask_parameter_doc {
    const char *name, *help;
};
size_t ask_parameter_count(void);
struct ask_parameter_doc ask_parameter(size_t index);

/* One parameter of a query; value: NULL when it has none. */
bool ask_add(struct ask *ask, struct arena *a, const char *name,
             const char *value, struct err *e) MUST_CHECK;

/*
 * A body as Flagger sends it: a JSON object whose `metadata` may hold
 * parameters. Other members are ignored; an empty body is none.
 */
bool ask_body(struct ask *ask, struct arena *a, struct str body,
              struct err *e) MUST_CHECK;

/* What a run is, and what it is begun with; context goes to each. */
struct serve_hooks {
    /* Asks of one key share a run. False: e says what is wrong with it. */
    bool (*key)(void *context, const struct ask *ask, struct buf *key,
                struct err *e);

    /*
     * Begins a run; *output will give struct answer as JSON, a NUL, and the
     * record as JSON, and then end. The server closes it.
     */
    bool (*start)(void *context, const struct ask *ask, int *output,
                  struct err *e);

    /* Ends the run: in order, so that it still answers, or at once. */
    void (*end)(void *context, bool at_once);

    /* The output of the run has ended; NULL: it gave no answer. */
    void (*ended)(void *context, const struct answer *answer);

    /* Definitions are to be read again; true: what is kept is of no use. */
    bool (*reload)(void *context);
};

struct serve_options {
    const char *listen;       /* 127.0.0.1:9115, [::1]:9115, unix:/path */
    const char *token;        /* that askers must have; NULL: none */
    int64_t ttl_ms;           /* how long a result is given again */
    int64_t run_ms;           /* how long a run may take before it is ended */
    int64_t grace_ms;         /* that a run may still take after a stop */
    int64_t client_ms;        /* for a client to send its request */
    const char *const *names; /* NAME or NAME:PORT that clients may use */
    size_t name_count;
    struct sink *sink; /* of what is sent */
    int64_t queue;     /* selections that wait while another one runs */
    int64_t connections;

    /* Others tell the server what to do by a byte: SERVE_STOP (the second
       one does not wait for the run), SERVE_RELOAD. */
    int wake;
    /* How many bytes could not be written since the start; NULL: none. They
       are looked at now and then. */
    const volatile sig_atomic_t *missed_stops, *missed_reloads;
    struct serve_hooks hooks;
    void *context;
};

#define SERVE_STOP   's'
#define SERVE_RELOAD 'r'

struct server; /* handle: server_open, server_close */

/* Listens from now on; an address that is taken is an error. */
bool server_open(struct server **out, const struct serve_options *o,
                 struct err *e) MUST_CHECK;
void server_close(struct server *s);

/* "http://127.0.0.1:9115", with the port that was given by the system. */
const char *server_address(const struct server *s);

/* A name or NAME:PORT, as serve_options takes them? */
bool server_name_valid(const char *name);

/* Can only this machine reach it? */
bool server_is_local(const struct server *s);

/* From now on askers need this one; NULL: none. */
void server_set_token(struct server *s, const char *token);

/* Until somebody stops it; *interrupted: a run did not come to its end. */
bool server_run(struct server *s, bool *interrupted, struct err *e) MUST_CHECK;

/* In a process that was forked from the server's: lets go of its clients. */
void server_leave(const struct server *s, int keep);

#endif
