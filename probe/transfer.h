/* One check on its way to a result: shared inside probe/ only. */
#ifndef PROBE_TRANSFER_H
#define PROBE_TRANSFER_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/process.h"
#include "expect/expect.h"
#include "model/check.h"
#include "model/result.h"
#include "probe/gate.h"
#include "probe/pace.h"
#include "probe/probe.h"
#include "probe/settle.h"

enum transfer_state {
    TRANSFER_WAITING, /* for the checks that it needs, or for a slot */
    TRANSFER_DELAYED, /* until its next attempt is due */
    TRANSFER_ACTIVE,
    TRANSFER_DONE
};

/* What is asked next: the check's request, or where it was redirected to. */
struct request {
    const char *url, *method, *body;
    size_t body_bytes;
    const struct header *header;
    size_t header_count;
    bool foreign; /* another scheme, host or port: nobody's credentials */
};

/* How far a check has come through its attempts. Times are monotonic. */
struct course {
    int64_t began_us;    /* the first attempt */
    int64_t attempt_us;  /* this one, with all its redirects */
    int64_t deadline_us; /* of its patience; 0: none */
    int64_t timeout_ms;  /* of this transfer: what is left of all limits */
    int64_t attempts;    /* that count for its patience */
    int64_t delay_us;    /* the last one */
    int64_t passes;      /* in a row */
    bool failed_before;  /* some attempt that should have passed did not */
    bool asks_for_build; /* its build is waited for */
    bool holds;          /* the streak is long enough, at this moment */
    int64_t streak, flakes;
    int64_t since_flake;  /* responses of the streak since its last flake */
    struct result last;   /* the attempt before; restored when one is cut */
    bool has_last, cut;   /* cut: by a deadline, not by its own timeout */
    int64_t requested_us; /* a wait that the server does not get; 0: none */
    int64_t requested_limit_us;
    bool requested_bounded; /* by a deadline */
    bool resumed;           /* an attempt was made again, after a pause */
    const char **address;   /* of the host, asked in turn; none: any */
    size_t address_count, turn;
    bool more_addresses;  /* than are kept */
    struct result worst;  /* of the turns so far */
    struct str *redirect; /* URLs that were followed in this attempt */
    size_t redirect_count, redirect_cap;
    int64_t hops_us; /* time of the hops before */
};

/* How a talk stands. */
enum talk {
    TALK_GOES_ON,
    TALK_ENDED, /* the other side closed, or all that was expected is there */
    TALK_BROKEN,
    TALK_TOO_LARGE,
    TALK_TIMED_OUT,
    TALK_LOST /* how the program ended is not known */
};

/* What goes on beside libcurl, whatever the kind. */
struct talk_state {
    bool open, writes;
    enum talk how;
    bool quiet; /* its descriptor had no news when we last looked */
    int fd;     /* -1: none */
    int64_t until_us, wake_us; /* limit; when to look next at the latest */
};

/* What was wrong with the server's chain, as OpenSSL saw it first. */
struct chain_fault {
    X509 *leaf, *fault; /* NULL: not seen; freed by tls_forget */
    int error;          /* X509_V_OK: the chain is good */
    int depth;          /* of the certificate at fault; 0: the server's own */
    int sent;           /* certificates */
};

struct lookup;
struct dns_query;
struct exchange;
struct migrations_talk;

/* What a kind keeps while its talk is open; its file says what it means. */
union own {
    struct process process;
    struct dns_query *dns;
    struct exchange *exchange;
    struct migrations_talk *migrations;
    size_t sent; /* bytes */
};

/* Where a request goes, as parts of its URL. */
struct target {
    const char *scheme, *host, *path; /* path: with its query */
};

/* How far a check has come through its steps; of others only what it gave. */
struct flow {
    size_t step;   /* the one that is asked */
    bool clearing; /* it is one of `finally`: no deadline cuts it */
    int64_t began_us, step_us, began_ms;
    struct result worst; /* of the steps so far */
    bool has_worst;
    int64_t attempts;
    bool failed_before; /* the whole flow did, and was begun again */
    struct expectation *expectation; /* of all steps */
    size_t expectation_count, expectation_cap;
    struct captured *captured; /* the last of a name counts */
    size_t captured_count, captured_cap;
};

/*
 * Where the texts of attempts live. A check that may be asked thousands of
 * times keeps three of them: this one, the one before, the last good one.
 */
struct memory {
    bool own; /* otherwise all live in the arena of the run */
    struct arena arena[2];
    int now; /* index */
};

/* Opened to connect; one is ours when this machine itself could not. */
struct sockets {
    int opened, ours;
    int refused;       /* not opened: definitions may not reach the address */
    int error, theirs; /* the last errno of ours, and of the others; or 0 */
};

struct transfer {
    struct memory memory;
    struct settling *settling;  /* of the run */
    const struct check *whole;  /* as defined */
    const struct check *check;  /* what is asked: it, bound, or a step of it */
    const struct transfer *all; /* in plan order */
    struct flow flow;
    struct result *result;
    enum transfer_state state;
    struct host *host;         /* whose slot it waits for, or has */
    struct pace_ticket ticket; /* of its request to that host */
    enum pace_failure failure; /* that it is tried again for, alone … */
    bool calm;                 /* … and then counts */
    bool shelved;              /* its last attempt may yet not count */
    bool preempted;            /* its last attempt was cut short by us */
    bool hops;                 /* waits in the midst of an attempt */
    int starved;               /* tries without a descriptor */
    bool connecting, connected, slow_told;
    int64_t calm_us;   /* since when it waits to be alone */
    int64_t socket_us; /* when it began to connect */
    struct transfer *connecting_last, *connecting_next;
    struct transfer *next;      /* in its host's queue, or blocked after it */
    struct transfer **follower; /* those that need this one */
    size_t follower_count;
    size_t open_needs;
    const struct transfer *failed_need; /* the first that did not pass */
    int64_t due_us;                     /* when delayed */
    bool judged;                        /* its last attempt */
    struct request request;
    struct course course;
    struct talk_state talk;
    union own own;         /* of its kind */
    struct lookup *lookup; /* of all addresses; NULL: none goes on */
    int64_t opened_us;     /* when its handle was */
    int64_t paused_us;     /* since then: this process was */
    int64_t tls_began_us;  /* so TCP is connected; 0: not yet */
    CURL *easy;
    CURLSH *share; /* holds the connection that we talk over */
    struct curl_slist *headers, *resolve, *cookies;
    struct buf head, body;
    struct gate gate;          /* over what its last handle received */
    const SSL_CTX *tls;        /* of the server; NULL: none yet */
    const SSL *ssl;            /* of it, as long as the connection is there */
    bool close_notify;         /* the server said that it ends here */
    struct response response;  /* head and body are filled in for judging */
    bool certificates;         /* are looked at, asked for or not */
    const struct trust *trust; /* where to it may be sent */
    struct chain_fault chain;
    char verified_until[64]; /* earliest end in the verified chain; or empty */
    struct sockets sockets;  /* of its last handle */
    CURLcode code;           /* how its last handle ended */
    struct str unresolved;   /* the host name that was not; empty: none */
    char detail[CURL_ERROR_SIZE];
};

/* Wall time, as its run counts it. */
static inline int64_t transfer_now_ms(const struct transfer *t)
{
    return clock_anchored_ms(&t->settling->clock);
}

/* What becomes of a transfer whose attempt, or hop, is over. */
enum next {
    NEXT_FINISH,
    NEXT_HOP,   /* at once, in the same slot */
    NEXT_LATER, /* when its due_us has come */
    NEXT_AGAIN, /* the attempt did not count: when its host has room, … */
    NEXT_ALONE  /* … or nothing else to do */
};

/*
 * polite.c: tells the pace of its host how a request went, judged or not; then,
 * when it was judged: does it count (NEXT_FINISH), or was it our own burst?
 */
void polite_tell(struct transfer *t, int64_t now_us);
enum next polite_next(struct transfer *t, struct arena *run,
                      const struct probe_options *options);

/* It waits to be tried alone: is that vain by now? */
bool polite_is_vain(const struct transfer *t);

/* Its connection is slow: is that of our own making, so that it should begin
   again when the others have ended? */
bool polite_preempts(const struct transfer *t);

/*
 * flow.c: what is asked first, and after that was asked for the last time:
 * NEXT_HOP with t->check set, or NEXT_FINISH with the result of the whole.
 */
enum next flow_begin(struct transfer *t, struct arena *run,
                     const struct probe_options *options);
enum next flow_next(struct transfer *t, struct arena *run,
                    const struct probe_options *options);

/* capture.c: values of a response that passed; fails it where one is missing.
 */
void captures_take(struct transfer *t, struct arena *run,
                   const struct probe_options *options);

/* The values of the names that stand in the check. */
size_t captures_gather(const struct transfer *t, struct arena *run,
                       const struct captured **out);

/*
 * handle.c: makes the easy handle, of a request or of a connection for others;
 * false when libcurl refuses an option.
 */
bool handle_open_request(struct transfer *t) MUST_CHECK;
bool handle_open_connection(struct transfer *t, const char *scheme) MUST_CHECK;
enum gate_end handle_end(const struct transfer *t); /* how its connection did */
void handle_close(struct transfer *t); /* half-open ones too; keeps the body */

/* transport.c: how the server is reached; false as above. */
bool options_set(struct transfer *t) MUST_CHECK;

/* outcome.c: what came of it, into the result, all but the judgement. */
bool handshake_was_broken(const struct transfer *t); /* by a lost peer */
void outcome_read(struct transfer *t, struct arena *run, CURLcode code);
/* It may not be sent to where it would go: an error, whatever production is. */
void outcome_not_allowed(struct transfer *t, struct arena *run,
                         const char *why);

void outcome_not_started(struct transfer *t, struct arena *run,
                         const char *why);
void outcome_skipped(struct transfer *t, const char *why);
void outcome_blocked(struct transfer *t, struct arena *run);

/*
 * fault.c: is a failure that of this machine, or of a proxy of ours, and so
 * none of production's? The two callbacks of libcurl count what it needs.
 */
struct fault {
    int cause; /* CAUSE_PROBER or CAUSE_PROXY; -1: it is not */
    const char *text;
};
const char *fault_message(const struct transfer *t, struct arena *run,
                          const struct fault *fault);
struct fault fault_find(const struct transfer *t, CURLcode code);
const char *fault_text(int error); /* of this machine's errno; or NULL */
bool fault_is_shortage(int error); /* an errno of whatever was to be made */
int fault_open_socket(struct transfer *t, const struct curl_sockaddr *address);
int fault_close_socket(struct transfer *t, int fd, int error);

/* certificate.c: into the response; and while the connection is there. */
void certificate_read(struct transfer *t, struct arena *run);
int64_t certificate_end_ms(const struct response *r); /* 0: none */
void certificate_note_verified(struct transfer *t);

/* tls_watch.c: notes what is wrong with the chain while it is verified. */
void tls_watch(struct transfer *t, void *context);
void tls_forget(struct transfer *t);

/* tls_text.c: the certificate at fault; NULL when none was seen. */
const char *tls_certificate_message(const struct transfer *t,
                                    struct arena *run);

/* connect_text.c: words for an errno, of a connection or a socket file; NULL
   when it has none; the message; what the URL's host is; host:port or file. */
const char *connect_text(int code, bool file);
const char *connect_message(const struct transfer *t, struct arena *run);
const char *connect_timeout_message(const struct transfer *t,
                                    struct arena *run);
const char *connect_host(const struct transfer *t, struct arena *run);
const char *connect_where(const struct transfer *t, struct arena *run);

/* failure_text.c: the message of a failed connection; NULL: no better one. */
const char *failure_text(const struct transfer *t, struct arena *run,
                         CURLcode code);

/*
 * hop.c: where the answer redirects to. NEXT_HOP with the next request, or
 * NEXT_FINISH, perhaps with a failure in the result.
 */
enum next hop_next(struct transfer *t, struct arena *run);

/* Cookies that the server has set so far go along with what is asked next. */
void hop_keep_cookies(struct transfer *t);

/*
 * exchange.c: request and response over a connection that libcurl made. A step
 * ends when the gate knows; exchange_read then fills in timing and phase.
 */
bool exchange_wanted(const struct transfer *t);
const char *target_of_url(struct target *to, struct arena *a,
                          const char *text); /* a URL; returns its authority */
struct str exchange_protocols(const struct transfer *t); /* for ALPN */
void exchange_begin(struct transfer *t);
enum talk exchange_step(struct transfer *t);
void exchange_read(struct transfer *t);
void exchange_close(struct transfer *t);

/*
 * jar.c: the cookies that go along, NULL: none; those that came; and is the one
 * of that line over at this wall time, as the run counts it?
 */
const char *jar_header(struct arena *a, const struct curl_slist *line,
                       const struct target *to, int64_t now_ms);
void jar_take(CURL *easy, const struct target *from, struct str head,
              int64_t now_ms);
bool jar_is_over(const char *line, int64_t now_ms);

/*
 * talk.c: what goes on beside libcurl, on one descriptor, by the row of its
 * kind. talk_open has the limit of the attempt; talk_begin is for one that is
 * connected now: false when there is nothing to say.
 */
void talk_open(struct transfer *t, int fd);
bool talk_begin(struct transfer *t) MUST_CHECK;
bool talk_is_quiet(const struct transfer *t); /* no need to step it */
short talk_events(const struct transfer *t);
enum talk talk_step(struct transfer *t, struct arena *run);
void talk_end(struct transfer *t, struct arena *run); /* by t->talk.how */
void talk_close(struct transfer *t);

/*
 * addresses.c: looks up all addresses, stepped like a talk; false when that is
 * not asked for. After each answer: is another address left to be asked? When
 * not, the result is that of the worst one.
 */
bool addresses_begin(struct transfer *t) MUST_CHECK;
enum talk addresses_step(struct transfer *t, struct arena *run);
void addresses_drop(struct transfer *t);
bool addresses_next(struct transfer *t, struct arena *run,
                    const char *expected) MUST_CHECK;

/* outcome.c: a name that was not resolved */
void outcome_not_resolved(struct transfer *t, enum talk how);
void outcome_no_dns(struct transfer *t, struct arena *run, enum talk how,
                    const char *why, int error);

/* course.c: the same attempt, asking the next address. */
void course_turn(struct transfer *t, const struct probe_options *options);

/* outcome.c: what a talk or an exchange came to; a program that could not be
   run. */
void outcome_of_exchange(struct transfer *t, struct arena *run);
void outcome_of_talk(struct transfer *t, struct arena *run);
void outcome_exec_failed(struct transfer *t, int error, const char *why);

/* memory.c: where this attempt's texts go; a new attempt; the end of all. */
void memory_open(struct memory *m, bool own);
struct arena *memory_of(struct transfer *t, struct arena *run);
void memory_next(struct memory *m);
void memory_close(struct memory *m, struct arena *run);

/* course.c: the first attempt, the next one, the end. */
void course_begin(struct transfer *t, const struct probe_options *options);
void course_attempt(struct transfer *t, const struct probe_options *options);

/* What remains of all attempts; course_next calls it before NEXT_FINISH. */
void course_end(struct transfer *t, struct arena *run);

/* Remembers what came of this attempt, or of the flow as a whole. */
void course_observe(struct transfer *t, struct arena *run);

/* What did not pass may be probed again while the run persists. */
enum next course_persist(struct transfer *t,
                         const struct probe_options *options);

/* Does what comes next depend on the judgement of this attempt? */
bool course_needs_judgement(const struct transfer *t);

/* The last attempt is as if it had not been made; false: it was the first. */
bool course_drop(struct transfer *t);

/* After an attempt was judged: finish, or later at t->due_us. */
enum next course_next(struct transfer *t, struct arena *run,
                      const struct probe_options *options);

/* How long a server may ask us to wait: until the deadline, or a bound. */
int64_t course_wait_limit_us(const struct transfer *t,
                             const struct probe_options *options);

/* Is that too long? Then it is remembered, for the message. */
bool course_refuses_wait(struct transfer *t,
                         const struct probe_options *options, int64_t us);

/* What its last response requested; -1: nothing. */
int64_t course_requested_us(const struct transfer *t);

/* self.c: when the run is over, failures that are the prober's own. */
void self_check(struct transfer *t, size_t count, struct arena *run,
                const struct probe_options *options);

/* It is the prober's own, with all attempts of the check that ended so. */
void self_blame(struct result *r, struct arena *run, const char *why);

/* unresolved.c: then, too: whose fault is a name that was not resolved? */
void names_judge(struct transfer *t, size_t count, struct arena *run,
                 const struct probe_options *options);
struct str names_host(const char *url); /* of any kind of URL; brackets stay */

/*
 * resume.c: waits as curl_multi_poll does, noticing a pause of this process;
 * moves the limits after one; and makes an attempt again that it may have
 * spoiled. It was spoiled the second time: the result is an error.
 */
struct pause;
CURLMcode resume_poll(struct pause *p, CURLM *multi, struct curl_waitfd *fd,
                      unsigned fd_count, int ms) MUST_CHECK;
void resume_after(struct pause *p, struct transfer *t, size_t count);
bool resume_again(struct transfer *t, struct arena *run, const struct pause *p,
                  const struct probe_options *options) MUST_CHECK;

/* progress.c: calls on_progress of the options. */
void progress_tell(const struct transfer *t, size_t count,
                   const struct probe_options *options);

/* The same as words of a curl command line. */
void options_reproduce(struct buf *out, const struct check *check);
void options_add_word(struct buf *out, const char *option, const char *text);

/* kinds/kinds.c: the command that repeats what the check asks; NULL: none. */
const char *reproduce_line(struct arena *run, const struct check *check);

#endif
