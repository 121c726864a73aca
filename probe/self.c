/*
 * Is it the prober? When nothing can be reached, not even to be refused, the
 * fault is most likely here, and so it is when the resolver says "later".
 */
#include <netdb.h>
#include <string.h>

#include "base/text.h"
#include "probe/transfer.h"

#define NAMES_MAX 3 /* asked again, one after the other */

static bool is_network(const struct result *r)
{
    return r->kind != KIND_EXEC && r->kind != KIND_DNS &&
           r->status != STATUS_BLOCKED && r->status != STATUS_SKIPPED;
}

/* Nobody has said anything, not even no. */
static bool no_contact(const struct result *r)
{
    if (r->answered || r->body_bytes > 0 || r->http_status > 0)
        return false;
    return r->cause == CAUSE_DNS || r->cause == CAUSE_PROBER ||
           (r->cause == CAUSE_TIMEOUT &&
            (r->phase == PHASE_DNS || r->phase == PHASE_CONNECT));
}

static struct str host_of(const struct check *c)
{
    struct str url = str_from(c->url);
    size_t from = str_find(url, STR("//"), 0) + 2, end = from;
    if (from < url.len && url.ptr[from] == '[')
        end = str_find(url, STR("]"), from);
    while (end < url.len && strchr(":/?#", url.ptr[end]) == NULL)
        end++;
    return str_sub(url, from, end - from);
}

static void blame_prober(struct transfer *t, struct arena *run, const char *why)
{
    struct result *r = t->result;
    r->status = STATUS_ERROR;
    r->cause = CAUSE_PROBER;
    r->message =
        arena_printf(run, "%s: %s", why, r->message == NULL ? "" : r->message);
}

/* EAI_AGAIN: no server of names has answered, so nothing is known of it. */
static bool resolver_is_out(struct arena *run, struct str host)
{
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    int rc = getaddrinfo(str_dup(run, host), NULL, &hints, &found);
    if (rc == 0)
        freeaddrinfo(found);
    return rc == EAI_AGAIN || rc == EAI_SYSTEM || rc == EAI_FAIL;
}

static void check_resolver(struct transfer *t, size_t count, struct arena *run)
{
    struct str asked[NAMES_MAX];
    bool out[NAMES_MAX];
    size_t asked_count = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        if (t[i].result->cause != CAUSE_DNS || t[i].check->kind == KIND_DNS)
            continue;
        struct str host = host_of(t[i].check);
        while (k < asked_count && !str_equal(asked[k], host))
            k++;
        if (k == NAMES_MAX)
            continue;
        if (k == asked_count) {
            asked[asked_count] = host;
            out[asked_count++] = resolver_is_out(run, host);
        }
        if (out[k])
            blame_prober(&t[i], run, "the resolver gives no answer");
    }
}

void self_check(struct transfer *t, size_t count, struct arena *run)
{
    size_t network = 0, silent = 0;
    bool several = false;
    struct str first = STR_NONE;
    check_resolver(t, count, run);
    for (size_t i = 0; i < count; i++) {
        if (!is_network(t[i].result))
            continue;
        struct str host = host_of(t[i].check);
        network++;
        silent += no_contact(t[i].result);
        several = several || (first.ptr != NULL && !str_equal(first, host));
        first = host;
    }
    if (network == 0 || silent < network || !several)
        return;
    for (size_t i = 0; i < count; i++)
        if (is_network(t[i].result) && t[i].result->status == STATUS_FAIL)
            blame_prober(&t[i], run,
                         "no host can be reached from here, not even to be "
                         "refused");
}
