/*
 * How each kind of check is probed: a row in a file of its own. The engine, the
 * queues and the outcome go by the row and do not ask which kind it is. What
 * other rooms need to know of a kind is in model/kind.h.
 */
#ifndef PROBE_KINDS_PROBE_KIND_H
#define PROBE_KINDS_PROBE_KIND_H

#include "model/kind.h"
#include "probe/transfer.h"

enum began {
    BEGAN_CONNECTION, /* t->easy, which joins the loop */
    BEGAN_TALK,       /* beside libcurl, on t->talk.fd */
    BEGAN_NOTHING,    /* the result says why */
    BEGAN_REFUSED     /* libcurl refused an option */
};

/* What must be reached before it can respond. */
enum reach {
    REACHES_HOST,     /* of its URL, whose name this machine resolves */
    REACHES_RESOLVER, /* which is what it asks */
    REACHES_PROGRAM   /* on this machine; it has no pace */
};

/*
 * One that only connects has `begin` alone; one that never does has a talk from
 * the beginning. `step` goes on until it says how the talk ended, which `end`
 * makes a result of; `drop` gives back t->own, also of a talk that is cut.
 */
struct probe_kind {
    enum began (*begin)(struct transfer *t, struct arena *run);

    /* Now that it is connected: is there more to say over the connection? Then
       `talk` prepares it. */
    bool (*talks)(const struct transfer *t);
    void (*talk)(struct transfer *t);
    short (*events)(const struct transfer *t); /* to wait for; NULL: to read */
    enum talk (*step)(struct transfer *t, struct arena *run);
    void (*end)(struct transfer *t, struct arena *run);
    void (*drop)(struct transfer *t);

    /* A response is whole, as far as HTTP knows: is it? And what of it is
       judged; NULL: as it is. */
    bool (*is_whole)(struct str head, struct str body, struct buf *why);
    void (*read)(struct response *r);

    /* A command that repeats it; NULL: there is none. */
    const char *(*reproduce)(struct arena *run, const struct check *c);

    enum reach reach;
    bool requests;   /* by HTTP */
    bool only_http2; /* and by no other version of it */
    bool tunnels;    /* through a proxy, whatever is said */
    bool quiet;      /* its talk is stepped only if there is news */
    int phase;       /* of a mere connection; that of a request varies: -1 */
};

const struct probe_kind *probe_kind_of(int kind);

#define KIND_ROW(CONSTANT, name, ...)                                          \
    extern const struct probe_kind probe_##name;
CHECK_KINDS(KIND_ROW)
#undef KIND_ROW

/* http.c: what kinds that send requests have in common. */
enum began request_begin(struct transfer *t, struct arena *run);
bool request_talks(const struct transfer *t);
short request_events(const struct transfer *t);
enum talk request_step(struct transfer *t, struct arena *run);

/* tcp.c: opens a connection; the scheme says what is spoken on it first. */
enum began connection_begin(struct transfer *t, const char *scheme);

#define DNS_RECORDS_MAX 1000 /* of one response */

/*
 * dns.c: a message (RFC 1035, section 4) as JSON; false when it is broken. For
 * fuzzing.
 */
bool dns_read_message(struct buf *out, struct arena *run, struct str message,
                      int type) MUST_CHECK;

#endif
