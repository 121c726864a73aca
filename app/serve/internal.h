/* What the files of serve/ share. */
#ifndef APP_SERVE_INTERNAL_H
#define APP_SERVE_INTERNAL_H

#include <microhttpd.h>

#include "app/serve/serve.h"

/* listen.c: where the server listens. */
struct listener {
    int fd;
    char text[160]; /* as a URL */
    char path[108]; /* of a unix socket; "": none */
    bool local;
};
bool listener_open(struct listener *out, const char *text,
                   struct err *e) MUST_CHECK;
void listener_close(struct listener *l); /* removes a unix socket */

/*
 * flight.c: which asks share a run. One selection runs, others wait in order
 * for theirs, and what has ended is kept for as long as it is fresh. Nothing
 * here knows of connections: who waits is only linked.
 */
enum flight_state { FLIGHT_QUEUED, FLIGHT_RUNNING, FLIGHT_KEPT };

struct waiter {
    struct waiter *next;
    struct flight *flight; /* NULL: it waits for none */
};

struct flight {
    struct flight *next;
    enum flight_state state;
    char key[SERVE_KEY_BYTES_MAX];
    struct arena arena; /* what it holds */
    struct ask ask;
    struct waiter *waiters;
    bool stale; /* definitions have changed since it began */
    int64_t number, started_us, ended_us;
    bool answered;
    struct answer answer;
    struct buf output; /* answer, NUL, record */
    struct str record; /* in it */
};

struct flights {
    struct flight *first; /* in the order of their asks */
    int64_t runs;         /* that have begun */
    int64_t queue, ttl_us;
    size_t kept_max;
    int64_t last_us; /* how long the last run took */
};

/* What an ask of this key gets: a fresh result, a run, or a place in the
   queue; NULL: the queue is full. */
struct flight *flights_join(struct flights *all, const char *key,
                            const struct ask *ask, int64_t now_us);
void flights_wait(struct flight *f, struct waiter *w);
void flights_unwait(struct waiter *w);

/* The next one of the queue, running from now on; NULL: none can. Those for
   which nobody waits any more are dropped. */
struct flight *flights_next(struct flights *all, int64_t now_us);
struct flight *flights_running(const struct flights *all);

/* Its output is complete: reads it, and keeps it when it is of use. */
void flights_end(struct flights *all, struct flight *f, int64_t now_us);

/* What is over is dropped, unless somebody waits for it. */
void flights_tidy(struct flights *all, int64_t now_us);
void flights_forget(struct flights *all); /* definitions have changed */
void flights_close(struct flights *all);
int64_t flights_retry_s(const struct flights *all); /* for Retry-After */

/* reply.c: status and body of what is sent. */
unsigned answer_status(const struct flight *f, const struct ask *ask);
void answer_write(struct buf *out, const struct flight *f,
                  const struct ask *ask, int64_t now_us);
void answer_error(struct buf *out, const char *text);

/* client.c: connections, each with the time that it has for what it does. */
struct client {
    struct client *next;
    int fd;
    int64_t until_us;
};

struct server {
    struct serve_options options;
    struct listener listener;
    struct MHD_Daemon *daemon;
    struct flights flights;
    struct client *clients;
    struct request *requests; /* that are under way */
    char *token;              /* NULL: nobody needs one */
    size_t sending_bytes;     /* in answers that are on their way */
    int output;               /* of the run; -1: none */
    int highest;              /* descriptor that a fork must let go */
    bool changed;             /* libmicrohttpd has to look again */
    bool stopping, hurried;
    int64_t stop_us;  /* when the grace is over */
    int64_t drain_us; /* when the last answers must be out; 0: not yet */
    int64_t kill_us;  /* when the run is ended at once; 0: it is not told */
    bool interrupted; /* a run was */
};

/* protocol.c: one request, from its first line to its answer. */
struct request {
    struct waiter waiter; /* the first: flights know it by this */
    struct request *next;
    struct server *server;
    struct MHD_Connection *connection;
    struct arena arena;
    struct ask ask;
    struct buf body;
    size_t target_bytes, body_bytes, reply_bytes;
    bool begun, asked, suspended;
    const char *dismissed; /* why it gets no answer; NULL: it may */
};

struct MHD_Daemon *requests_open(struct server *s);
void request_resume(struct request *r); /* its answer is there */
size_t requests_suspended(const struct server *s);

void client_open(struct server *s, struct MHD_Connection *c, void **memory);
void client_close(struct server *s, void **memory);
void client_may(struct MHD_Connection *c, int64_t until_us);
int client_fd(struct MHD_Connection *c);
void clients_expire(struct server *s, int64_t now_us);
int64_t clients_next_us(const struct server *s); /* INT64_MAX: none */
bool client_has_gone(int fd);

/* Is the header Authorization right? Takes the same time for any guess. */
bool token_matches(const char *token, const char *header);

#endif
