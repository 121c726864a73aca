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
    bool everywhere; /* any address of this machine */
    char host[64];   /* the address alone; "": a unix socket */
    unsigned port;
};
bool listener_open(struct listener *out, const char *text,
                   struct err *e) MUST_CHECK;
void listener_close(struct listener *l); /* removes a unix socket */

/* Why a request gets no result; status 0: it may have one. */
struct refusal {
    unsigned status;
    const char *why;
};

/*
 * head.c: is the head of a request one that everybody reads alike? What a proxy
 * could read otherwise than we do - two lengths, folded lines, a bare CR or LF,
 * a space before a colon - is refused, so that no request hides in another.
 */
enum head_state { HEAD_MORE, HEAD_WHOLE, HEAD_REFUSED };
enum head_state head_read(struct str came, struct refusal *refusal);

/*
 * hosts.c: which names this server goes by, and which sites may use it. A name
 * that a browser resolved to our address is not ours (DNS rebinding), and a
 * page of another site starts no run.
 */
bool hosts_allow(const struct serve_options *o, const struct listener *l,
                 struct str host);
bool origin_is(struct str origin, struct str host); /* of the same site? */

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

/* reply.c: status, headers and body of what is sent. */
unsigned answer_status(const struct flight *f, const struct ask *ask);
void answer_write(struct buf *out, const struct flight *f,
                  const struct ask *ask, int64_t now_us);
void answer_error(struct buf *out, const char *text);
struct reply_header {
    const char *name, *value;
};
extern const struct reply_header reply_headers[]; /* of each; name NULL: end */
void refusal_write(struct buf *out, const struct refusal *r); /* HTTP/1.1 */

/*
 * door.c: connections whose request has not come yet. A head is read while it
 * stays in the socket, and only what head_read finds whole goes to
 * libmicrohttpd, which reads it from there: one request a connection. Here it
 * is bounded how many connections there are: a new one takes the place of the
 * one that has the least time left, so that half a request keeps nobody out.
 */
struct visitor {
    struct visitor *next;
    int fd;
    int64_t until_us;
    size_t discarded; /* bytes, after a refusal */
    bool refused;     /* it only has to read why */
};

struct door {
    struct visitor *first;
    size_t count;
    int epoll;         /* -1: not open */
    int64_t paused_us; /* nobody is let in until then; 0: everybody is */
};

bool door_open(struct door *d);
void door_close(struct door *d);
void door_accept(struct server *s, int64_t now_us);
void door_look(struct server *s, int64_t now_us); /* at what has come */
void door_expire(struct server *s, int64_t now_us);
int64_t door_next_us(const struct server *s); /* INT64_MAX: none */
bool door_has_room(const struct server *s);

/* client.c: connections, each with the time that it has for what it does. */
struct client {
    struct client *next;
    int fd;
    bool gone; /* closed by us, soon by libmicrohttpd */
    int64_t until_us;
};

struct server {
    struct serve_options options;
    struct listener listener;
    struct MHD_Daemon *daemon;
    struct flights flights;
    struct door door;
    const struct visitor *handed; /* to libmicrohttpd, just now */
    struct client *clients;
    size_t client_count;
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
    int stops_seen, reloads_seen; /* of those that were not written */
    int poll_failures;            /* one after the other */
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
void client_begin(struct server *s, const struct visitor *v);
void client_may(struct MHD_Connection *c, int64_t until_us);
int client_fd(struct MHD_Connection *c);
void clients_expire(struct server *s, int64_t now_us);
int64_t clients_next_us(const struct server *s); /* INT64_MAX: none */
bool client_has_gone(int fd);
struct client *clients_oldest(const struct server *s); /* that may be closed */
void client_hang_up(struct server *s, struct client *c);

/* Is the header Authorization right? Takes the same time for any guess. */
bool token_matches(const char *token, const char *header);

#endif
