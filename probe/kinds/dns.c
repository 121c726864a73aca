/* One question to a resolver, by c-ares: the answer as JSON. */
#include <arpa/inet.h>
#include <string.h>
/* ares.h wants fd_set, and does not bring it. */
/* clang-format off */
#include <sys/select.h>
#include <ares.h>
/* clang-format on */

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "probe/dns_socket.h"
#include "probe/kinds/probe_kind.h"

#define LOOK_US 2000 /* between looks at its sockets */

struct dns_query {
    ares_channel channel;
    struct dns_sockets sockets;
    bool over;
    int status;
    struct buf answer; /* the message, RFC 1035 section 4 */
};

/* In the order of enum dns_type: the numbers of RFC 1035 and others. */
static const int type_number[] = {
    [DNS_A] = 1,    [DNS_AAAA] = 28, [DNS_CNAME] = 5,
    [DNS_MX] = 15,  [DNS_TXT] = 16,  [DNS_NS] = 2,
    [DNS_SRV] = 33, [DNS_CAA] = 257, [DNS_PTR] = 12};

static const char *const rcode_name[] = {"NOERROR",  "FORMERR", "SERVFAIL",
                                         "NXDOMAIN", "NOTIMP",  "REFUSED"};

static void take_answer(void *user, int status, int timeouts,
                        unsigned char *message, int bytes)
{
    struct dns_query *q = user;
    (void)timeouts;
    q->over = true;
    q->status = status;
    if (message != NULL && bytes > 0)
        buf_add(&q->answer, (const char *)message, (size_t)bytes);
}

static bool open_channel(struct transfer *t, struct dns_query *q)
{
    struct ares_options options = {.flags = ARES_FLAG_NOCHECKRESP |
                                            ARES_FLAG_NOSEARCH,
                                   .timeout = (int)t->course.timeout_ms / 2 + 1,
                                   .tries = 2};
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES;
    if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
        return false;
    if (ares_init_options(&q->channel, &options, mask) != ARES_SUCCESS) {
        ares_library_cleanup();
        return false;
    }
    dns_sockets_use(&q->sockets, q->channel);
    return t->check->dns.server == NULL ||
           ares_set_servers_ports_csv(q->channel, t->check->dns.server) ==
               ARES_SUCCESS;
}

static void drop(struct transfer *t)
{
    struct dns_query *q = t->own.dns;
    t->own.dns = NULL;
    if (q == NULL)
        return;
    if (q->channel != NULL) {
        ares_destroy(q->channel); /* calls take_answer when none came */
        ares_library_cleanup();
    }
    buf_release(&q->answer);
}

static enum began begin(struct transfer *t, struct arena *run)
{
    struct dns_query *q = arena_alloc(run, sizeof(*q));
    t->opened_us = clock_now_us();
    buf_init(&q->answer, (size_t)128 * 1024);
    t->own.dns = q;
    if (!open_channel(t, q)) {
        drop(t);
        outcome_not_started(t, run, "c-ares does not start");
        return BEGAN_NOTHING;
    }
    talk_open(t, -1);
    t->talk.wake_us = t->opened_us;
    ares_query(q->channel, t->check->dns.name, 1,
               type_number[t->check->dns.type], take_answer, q);
    return BEGAN_TALK;
}

static enum talk step(struct transfer *t, struct arena *run)
{
    (void)run;
    struct dns_query *q = t->own.dns;
    ares_socket_t fd[ARES_GETSOCK_MAXNUM];
    unsigned used = (unsigned)ares_getsock(q->channel, fd, ARES_GETSOCK_MAXNUM);
    for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM && !q->over; i++) {
        bool writes = (used >> (i + ARES_GETSOCK_MAXNUM) & 1u) != 0;
        if ((used >> i & 1u) != 0) /* none of these calls waits */
            ares_process_fd(q->channel, fd[i],
                            writes ? fd[i] : ARES_SOCKET_BAD);
    }
    if (!q->over)
        ares_process_fd(q->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    t->talk.wake_us = clock_now_us() + LOOK_US;
    return q->over ? TALK_ENDED : TALK_GOES_ON;
}

struct reader {
    struct arena *arena;
    struct str message;
    size_t at;
    bool broken;
};

static unsigned read_number(struct reader *r, size_t bytes)
{
    unsigned value = 0;
    for (size_t i = 0; i < bytes; i++) {
        if (r->at >= r->message.len) {
            r->broken = true;
            return 0;
        }
        value = value << 8 | (unsigned char)r->message.ptr[r->at++];
    }
    return value;
}

/* A name, compressed or not; without its last dot. */
static const char *read_name(struct reader *r)
{
    char *name = NULL;
    long used = 0;
    const unsigned char *message = (const unsigned char *)r->message.ptr;
    if (r->broken || r->at >= r->message.len ||
        ares_expand_name(message + r->at, message, (int)r->message.len, &name,
                         &used) != ARES_SUCCESS) {
        r->broken = true;
        return "";
    }
    const char *copy = str_dup(r->arena, str_from(name));
    ares_free_string(name);
    r->at += (size_t)used;
    return copy;
}

static struct str read_bytes(struct reader *r, size_t count)
{
    if (r->at + count > r->message.len)
        r->broken = true;
    struct str bytes = str_sub(r->message, r->at, r->broken ? 0 : count);
    r->at += bytes.len;
    return bytes;
}

/* The strings of a TXT record stand one after the other. */
static const char *read_texts(struct reader *r, size_t end)
{
    struct buf text;
    buf_init(&text, 65536);
    while (!r->broken && r->at < end)
        buf_str(&text, read_bytes(r, read_number(r, 1)));
    return buf_take(r->arena, &text);
}

/* CAA (RFC 8659): flags tag "value" */
static const char *read_caa(struct reader *r, size_t end)
{
    unsigned flags = read_number(r, 1);
    struct str tag = read_bytes(r, read_number(r, 1));
    struct str value = read_bytes(r, end > r->at ? end - r->at : 0);
    return arena_printf(r->arena, "%u %.*s \"%.*s\"", flags, STR_ARGS(tag),
                        STR_ARGS(value));
}

static const char *read_address(struct reader *r, int family, size_t bytes)
{
    char text[INET6_ADDRSTRLEN] = "";
    struct str raw = read_bytes(r, bytes);
    if (raw.len == bytes)
        inet_ntop(family, raw.ptr, text, sizeof(text));
    return arena_dup(r->arena, text, strlen(text));
}

static const char *read_record(struct reader *r, unsigned type, size_t end)
{
    unsigned a, b, c;
    switch (type) {
    case 1:
        return read_address(r, AF_INET, 4);
    case 28:
        return read_address(r, AF_INET6, 16);
    case 15:
        a = read_number(r, 2);
        return arena_printf(r->arena, "%u %s", a, read_name(r));
    case 16:
        return read_texts(r, end);
    case 33:
        a = read_number(r, 2);
        b = read_number(r, 2);
        c = read_number(r, 2);
        return arena_printf(r->arena, "%u %u %u %s", a, b, c, read_name(r));
    case 257:
        return read_caa(r, end);
    default:
        return read_name(r);
    }
}

/* The records of the type that was asked for; others lead to them. */
static void write_records(struct reader *r, struct buf *out, int wanted)
{
    size_t count = 0;
    r->at = 4;
    unsigned questions = read_number(r, 2), answers = read_number(r, 2);
    r->at = 12;
    for (unsigned i = 0; i < questions && !r->broken; i++) {
        read_name(r);
        r->at += 4;
    }
    r->broken = r->broken || answers > DNS_RECORDS_MAX; /* not half of them */
    for (unsigned i = 0; i < answers && !r->broken; i++) {
        read_name(r);
        unsigned type = read_number(r, 2);
        r->at += 6; /* class, time to live */
        size_t end = read_number(r, 2);
        end += r->at;
        r->broken = r->broken || end > r->message.len;
        if (type == (unsigned)wanted && !r->broken) {
            const char *record = read_record(r, type, end);
            buf_text(out, count++ > 0 ? ", " : "");
            json_quote(out, str_from(record));
        }
        r->at = end;
    }
}

bool dns_read_message(struct buf *out, struct arena *run, struct str message,
                      int type)
{
    struct reader r = {.arena = run, .message = message};
    if (message.len < 12)
        return false;
    unsigned rcode = (unsigned char)message.ptr[3] & 15u;
    buf_printf(out, "{\"rcode\": \"%s\", \"records\": [",
               rcode < ARRAY_COUNT(rcode_name) ? rcode_name[rcode] : "OTHER");
    write_records(&r, out, type_number[type]);
    buf_text(out, "]}");
    return !r.broken;
}

static void end(struct transfer *t, struct arena *run)
{
    const struct dns_query *q = t->own.dns;
    enum talk how = t->talk.how;
    bool told = how == TALK_ENDED && q->answer.len > 0;
    const char *why = how == TALK_ENDED ? ares_strerror(q->status) : "";
    t->result->phase = PHASE_DNS;
    t->result->duration_us = clock_now_us() - t->opened_us;
    t->response.duration_us = t->result->duration_us;
    if (told)
        t->result->answered = dns_read_message(
            &t->body, run, buf_view(&q->answer), t->check->dns.type);
    t->result->body_bytes = (int64_t)t->body.len;
    t->result->content_type = "application/json";
    if (!t->result->answered)
        outcome_no_dns(t, run, how,
                       told ? "the response is broken, or has more than 1000 "
                              "records"
                            : why,
                       q->sockets.sent ? 0 : q->sockets.error);
}

static const char *reproduce(struct arena *run, const struct check *c)
{
    bool at = c->dns.server != NULL;
    return arena_printf(run, "dig %s%s%s%s %s", at ? "@" : "",
                        at ? c->dns.server : "", at ? " " : "", c->dns.name,
                        name_of(&dns_type_names, c->dns.type));
}

const struct probe_kind probe_dns = {.begin = begin,
                                     .step = step,
                                     .end = end,
                                     .drop = drop,
                                     .reproduce = reproduce,
                                     .reach = REACHES_RESOLVER,
                                     .phase = -1};
