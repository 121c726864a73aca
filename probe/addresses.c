/*
 * addresses: each. The name is resolved beside libcurl, without holding the
 * loop, and every address is asked in turn; the worst answer is the check's.
 */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/version.h"
#include "probe/kinds/probe_kind.h"

#define STRING_OF(x)  #x
#define STRING(x)     STRING_OF(x)
#define ADDRESSES_MAX 64
#define LOOK_US       2000 /* between looks at a lookup */

struct lookup {
    struct gaicb request;
    struct gaicb *list[1];
    struct addrinfo hints;
    char name[256];
};

/* The host of the URL or endpoint, without brackets. */
static bool read_host(const struct check *c, char *name, size_t size)
{
    CURLU *parsed = curl_url();
    char *host = NULL;
    const char *text = c->url;
    struct arena a;
    arena_init(&a);
    if (!kind_of(c->kind)->has_url)
        text = arena_printf(&a, "http://%.*s", STR_ARGS(names_host(c->url)));
    bool ok = curl_url_set(parsed, CURLUPART_URL, text, 0) == CURLUE_OK &&
              curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
              strlen(host) < size;
    if (ok)
        memcpy(name, host, strlen(host) + 1);
    curl_free(host);
    curl_url_cleanup(parsed);
    arena_release(&a);
    return ok;
}

static bool is_name(const char *host)
{
    return host[0] != '[' && host[strspn(host, "0123456789.")] != '\0';
}

bool addresses_begin(struct transfer *t)
{
    struct lookup *l;
    if (t->check->addresses != ADDRESSES_EACH ||
        probe_kind_of(t->check->kind)->reach != REACHES_HOST ||
        t->check->transport.resolve_count > 0 ||
        t->check->transport.unix_socket != NULL)
        return false;
    l = heap_zeroed(sizeof(*l));
    if (!read_host(t->check, l->name, sizeof(l->name)) || !is_name(l->name)) {
        free(l);
        return false;
    }
    l->hints.ai_socktype = SOCK_STREAM;
    l->request.ar_name = l->name;
    l->request.ar_request = &l->hints;
    l->list[0] = &l->request;
    if (getaddrinfo_a(GAI_NOWAIT, l->list, 1, NULL) != 0) {
        free(l);
        return false;
    }
    t->opened_us = clock_now_us();
    t->lookup = l;
    t->talk.fd = -1;
    t->talk.until_us = t->opened_us + t->check->connect_timeout_ms * 1000;
    return true;
}

/* A lookup that still runs owns its memory until it ends with the process. */
void addresses_drop(struct transfer *t)
{
    struct lookup *l = t->lookup;
    t->lookup = NULL;
    if (l == NULL || gai_error(&l->request) == EAI_INPROGRESS)
        return;
    if (l->request.ar_result != NULL)
        freeaddrinfo(l->request.ar_result);
    free(l);
}

static void keep_addresses(struct transfer *t, struct arena *run)
{
    struct course *c = &t->course;
    const struct addrinfo *i = t->lookup->request.ar_result;
    c->address = arena_array(run, ADDRESSES_MAX, sizeof(const char *));
    for (; i != NULL && !c->more_addresses; i = i->ai_next) {
        char text[64];
        bool known = false;
        if (getnameinfo(i->ai_addr, i->ai_addrlen, text, sizeof(text), NULL, 0,
                        NI_NUMERICHOST) != 0)
            continue;
        for (size_t k = 0; k < c->address_count; k++)
            known = known || strcmp(c->address[k], text) == 0;
        c->more_addresses = !known && c->address_count == ADDRESSES_MAX;
        if (!known && !c->more_addresses)
            c->address[c->address_count++] = str_dup(run, str_from(text));
    }
}

/*
 * "localhost" is this machine, whatever resolves names here (RFC 6761, section
 * 6.3): a container may have no hosts file. libcurl does the same.
 */
static void keep_loopback(struct transfer *t, struct arena *run)
{
    struct str name = str_from(t->lookup->name);
    struct course *c = &t->course;
    name.len -= str_ends(name, STR("."));
    size_t host = name.len > 9 ? name.len - 10 : 0;
    if (!str_equal_nocase(name, STR("localhost")) &&
        !str_equal_nocase(str_sub(name, host, name.len), STR(".localhost")))
        return;
    c->address = arena_array(run, 1, sizeof(const char *));
    c->address[c->address_count++] = "127.0.0.1";
}

enum talk addresses_step(struct transfer *t, struct arena *run)
{
    int rc = gai_error(&t->lookup->request);
    if (rc == EAI_INPROGRESS) {
        t->talk.wake_us = clock_now_us() + LOOK_US;
        return clock_now_us() >= t->talk.until_us ? TALK_TIMED_OUT
                                                  : TALK_GOES_ON;
    }
    if (rc == 0)
        keep_addresses(t, run);
    if (t->course.address_count == 0)
        keep_loopback(t, run);
    return t->course.address_count > 0 ? TALK_ENDED : TALK_BROKEN;
}

/* How bad an answer is: the worst address speaks for the check. */
static int badness(const struct result *r, const char *expected)
{
    static const int rank[] = {
        [STATUS_PASS] = 0,  [STATUS_DEGRADED] = 1, [STATUS_FAIL] = 4,
        [STATUS_ERROR] = 3, [STATUS_BLOCKED] = 0,  [STATUS_SKIPPED] = 2};
    bool other = expected != NULL && r->identity != NULL &&
                 !version_matches(expected, r->identity);
    return other && rank[r->status] < 2 ? 2 : rank[r->status];
}

static void keep_answer(struct transfer *t, struct arena *run)
{
    struct result *r = t->result;
    r->each =
        arena_grow(run, r->each, r->each_count, &r->each_cap, sizeof(*r->each));
    r->each[r->each_count++] =
        (struct address_answer){.address = t->course.address[t->course.turn],
                                .status = r->status,
                                .duration_us = r->duration_us,
                                .identity = r->identity,
                                .message = r->message};
}

static void add_count(struct arena *run, struct result *r)
{
    size_t good = 0;
    for (size_t i = 0; i < r->each_count; i++)
        good += r->each[i].status == STATUS_PASS ||
                r->each[i].status == STATUS_DEGRADED;
    if (r->message != NULL)
        r->message = arena_printf(
            run, "%zu of %zu addresses pass; %s: %s", good, r->each_count,
            r->address == NULL ? "one" : r->address, r->message);
}

/* "Each" was not probed, which no pass may hide. */
static void refuse_pass(struct result *r)
{
    if (r->status != STATUS_PASS && r->status != STATUS_DEGRADED)
        return;
    r->status = STATUS_ERROR;
    r->cause = CAUSE_CONFIG;
    r->message = "the name has more than " STRING(
        ADDRESSES_MAX) " addresses, and only these were probed";
}

/* After one address was judged: the next one, or the worst of all. */
bool addresses_next(struct transfer *t, struct arena *run, const char *expected)
{
    struct course *c = &t->course;
    struct result *r = t->result;
    if (c->address_count == 0)
        return false;
    keep_answer(t, run);
    if (r->address == NULL)
        r->address = c->address[c->turn];
    if (c->turn == 0 || badness(r, expected) > badness(&c->worst, expected))
        c->worst = *r;
    c->turn++;
    if (c->turn < c->address_count)
        return true;
    c->worst.each = r->each;
    c->worst.each_count = r->each_count;
    c->worst.each_cap = r->each_cap;
    c->worst.seen = r->seen;
    *r = c->worst;
    if (c->more_addresses)
        refuse_pass(r);
    add_count(run, r);
    return false;
}
