/*
 * Host names that were not resolved: whose fault is it? libcurl says only that
 * it did not work, so each such name is looked up once more. "No such name" is
 * an answer, and the URL's fault. A resolver that gives no answer for one name
 * and resolves others is the fault of that name. One that answers for none is
 * this machine's.
 */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "probe/kinds/probe_kind.h"

#define NAMES_MAX 64               /* looked up again, all at the same time */
#define LOOK_US   INT64_C(5000000) /* for all of them */
#define SLICE_NS  200000000L

enum name_state {
    NAME_NO_ANSWER,
    NAME_NONE,       /* it does not exist */
    NAME_NO_ADDRESS, /* it does, without an address */
    NAME_FOUND       /* this time */
};

/* A lookup that goes on still owns its memory until the process ends. */
struct name {
    struct gaicb request;
    struct addrinfo hints;
    char text[256];
};

struct look {
    struct name *name[NAMES_MAX];
    enum name_state state[NAMES_MAX];
    size_t count;
};

struct str names_host(const char *url_text)
{
    struct str url = str_from(url_text);
    size_t from = str_find(url, STR("//"), 0) + 2, end = from;
    if (from < url.len && url.ptr[from] == '[')
        end = str_find(url, STR("]"), from);
    while (end < url.len && strchr(":/?#", url.ptr[end]) == NULL)
        end++;
    return str_sub(url, from, end - from);
}

/* Does a resolver know it? Addresses and localhost need none. */
static bool is_name(struct str host)
{
    struct str tail = STR(".localhost");
    size_t digits = 0;
    if (host.len == 0 || host.ptr[0] == '[' || str_is(host, "localhost"))
        return false;
    while (digits < host.len && strchr("0123456789.", host.ptr[digits]) != NULL)
        digits++;
    return digits < host.len &&
           (host.len < tail.len ||
            !str_equal(str_sub(host, host.len - tail.len, tail.len), tail));
}

static bool is_given(const struct transport *t, struct str host)
{
    for (size_t i = 0; i < t->resolve_count; i++)
        if (str_equal_nocase(host, str_from(t->resolve[i].name)))
            return true;
    return t->unix_socket != NULL || t->proxy != NULL;
}

/* The name that this machine had to resolve; empty: none. */
static struct str name_of_transfer(const struct transfer *t)
{
    const struct result *r = t->result;
    enum reach reach = probe_kind_of(r->kind)->reach;
    if (reach == REACHES_PROGRAM || r->status == STATUS_BLOCKED ||
        r->status == STATUS_SKIPPED)
        return STR("");
    if (reach == REACHES_RESOLVER)
        return t->check->dns.server == NULL ? str_from(t->check->dns.name)
                                            : STR("");
    struct str host = t->unresolved.len > 0 && r->phase == PHASE_DNS
                          ? t->unresolved
                          : names_host(r->url);
    return is_name(host) && !is_given(&t->check->transport, host) ? host
                                                                  : STR("");
}

/* Its answer is that of a resolver, and no sign that names resolve here. */
static bool asks_resolver(const struct result *r)
{
    return probe_kind_of(r->kind)->reach == REACHES_RESOLVER;
}

static bool is_unresolved(const struct result *r)
{
    return r->status == STATUS_FAIL && !r->answered && r->phase == PHASE_DNS &&
           (r->cause == CAUSE_DNS || r->cause == CAUSE_TIMEOUT);
}

static struct name *begin_lookup(struct str host)
{
    struct name *n = heap_zeroed(sizeof(*n));
    struct gaicb *list[1] = {&n->request};
    memcpy(n->text, host.ptr, host.len); /* the rest is zero */
    n->hints.ai_socktype = SOCK_STREAM;
    n->request.ar_name = n->text;
    n->request.ar_request = &n->hints;
    if (getaddrinfo_a(GAI_NOWAIT, list, 1, NULL) == 0)
        return n;
    free(n);
    return NULL;
}

static size_t find(const struct look *l, struct str host)
{
    size_t i = 0;
    while (i < l->count && !str_equal_nocase(str_from(l->name[i]->text), host))
        i++;
    return i;
}

static void begin(struct look *l, struct transfer *t, size_t count)
{
    for (size_t i = 0; i < count && l->count < NAMES_MAX; i++) {
        struct str host = name_of_transfer(&t[i]);
        if (!is_unresolved(t[i].result) || asks_resolver(t[i].result) ||
            t[i].result->cause != CAUSE_DNS || host.len == 0 ||
            host.len >= sizeof(l->name[0]->text) || find(l, host) < l->count)
            continue;
        struct name *n = begin_lookup(host);
        if (n != NULL)
            l->name[l->count++] = n;
    }
}

static enum name_state state_of(int rc)
{
    switch (rc) {
    case 0:
        return NAME_FOUND;
    case EAI_NONAME:
        return NAME_NONE;
    case EAI_NODATA:
    case EAI_ADDRFAMILY:
        return NAME_NO_ADDRESS;
    default:
        return NAME_NO_ANSWER;
    }
}

/* Waits until all are known, or for as long as may be. */
static void wait_for(struct look *l, const struct probe_options *o)
{
    const struct timespec slice = {0, SLICE_NS};
    const struct gaicb *open[NAMES_MAX];
    int64_t until = clock_now_us() + LOOK_US;
    while (clock_now_us() < until &&
           (o->interrupted == NULL || !o->interrupted(o->context))) {
        int count = 0;
        for (size_t i = 0; i < l->count; i++)
            if (gai_error(&l->name[i]->request) == EAI_INPROGRESS)
                open[count++] = &l->name[i]->request;
        if (count == 0 || gai_suspend(open, count, &slice) == EAI_ALLDONE)
            return;
    }
}

static void end(struct look *l)
{
    for (size_t i = 0; i < l->count; i++) {
        struct name *n = l->name[i];
        int rc = gai_error(&n->request);
        l->state[i] = state_of(rc);
        if (rc == EAI_INPROGRESS)
            (void)gai_cancel(&n->request);
    }
}

static void release(struct look *l)
{
    for (size_t i = 0; i < l->count; i++) {
        struct name *n = l->name[i];
        if (gai_error(&n->request) == EAI_INPROGRESS)
            continue;
        if (n->request.ar_result != NULL)
            freeaddrinfo(n->request.ar_result);
        free(n);
    }
}

/* What the run has seen of the resolver. */
struct seen {
    bool answers;  /* for some name, were it that there is none such */
    bool resolves; /* some name */
};

static struct seen look_around(const struct look *l, struct transfer *t,
                               size_t count)
{
    struct seen seen = {false, false};
    for (size_t i = 0; i < count; i++) {
        const struct result *r = t[i].result;
        if (name_of_transfer(&t[i]).len == 0 || is_unresolved(r))
            continue;
        bool known = r->answered || r->phase > PHASE_DNS;
        seen.resolves = seen.resolves || (known && !asks_resolver(r));
        seen.answers = seen.answers || known;
    }
    for (size_t i = 0; i < l->count; i++) {
        seen.answers = seen.answers || l->state[i] != NAME_NO_ANSWER;
        seen.resolves = seen.resolves || l->state[i] == NAME_FOUND;
    }
    return seen;
}

/* In place of what libcurl said; the step and the attempts stay in it. */
static void put_text(struct result *r, struct arena *run, const char *text)
{
    struct str old = str_from(r->message == NULL ? "" : r->message);
    struct str vague = STR("the host name was not resolved");
    size_t from = str_find(old, vague, 0);
    size_t tail = str_find(old, STR(" attempts in "), from);
    while (tail < old.len && tail > from && old.ptr[tail] != '(')
        tail--;
    if (from == old.len)
        from = tail = 0;
    r->message =
        arena_printf(run, "%.*s%s%s%.*s", STR_ARGS(str_sub(old, 0, from)), text,
                     tail == old.len ? ""
                     : tail > 0      ? " "
                                     : ": ",
                     STR_ARGS(str_sub(old, tail, old.len)));
}

static const char *text_of(struct arena *run, struct str host,
                           enum name_state state, const struct seen *seen)
{
    const char *name = text_elide(run, host, 100);
    const char *hint = seen->resolves ? "" : "; check the URL";
    switch (state) {
    case NAME_NONE:
        return arena_printf(
            run, "the host name '%s' does not exist (NXDOMAIN)%s", name, hint);
    case NAME_NO_ADDRESS:
        return arena_printf(run, "the host name '%s' has no address%s", name,
                            hint);
    case NAME_FOUND:
        return arena_printf(run,
                            "the host name '%s' was not resolved, but a second "
                            "lookup found it",
                            name);
    case NAME_NO_ANSWER:
        break;
    }
    return arena_printf(run,
                        "the host name '%s' was not resolved: the resolver "
                        "answers for other names only",
                        name);
}

static void judge(struct transfer *t, struct arena *run, const struct look *l,
                  const struct seen *seen)
{
    struct result *r = t->result;
    struct str host = name_of_transfer(t);
    if (!is_unresolved(r) || host.len == 0)
        return;
    size_t i = find(l, host);
    enum name_state state = i < l->count ? l->state[i] : NAME_NO_ANSWER;
    if (state == NAME_NO_ANSWER && !seen->answers) {
        self_blame(r, run,
                   "no host name was resolved; the resolver of this machine "
                   "does not answer");
    } else if (!asks_resolver(r) && r->cause == CAUSE_DNS) {
        put_text(r, run, text_of(run, host, state, seen));
    }
}

void names_judge(struct transfer *t, size_t count, struct arena *run,
                 const struct probe_options *options)
{
    struct look look = {.count = 0};
    begin(&look, t, count);
    wait_for(&look, options);
    end(&look);
    struct seen seen = look_around(&look, t, count);
    for (size_t i = 0; i < count; i++)
        judge(&t[i], run, &look, &seen);
    release(&look);
}
