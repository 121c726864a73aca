/* Who waits for whom: queues by host, and followers of needs. */
#include "probe/queue.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "probe/kinds/probe_kind.h"

#define BUCKETS_FIRST 64
#define CALM_US       INT64_C(5000000)

struct pace *pace_open(int64_t host_slots)
{
    struct pace *p = heap_zeroed(sizeof(*p));
    arena_init(&p->arena);
    p->fixed = host_slots;
    p->bucket_count = BUCKETS_FIRST;
    p->bucket = arena_array(&p->arena, p->bucket_count, sizeof(struct host *));
    return p;
}

void pace_close(struct pace *p)
{
    if (p == NULL)
        return;
    arena_release(&p->arena);
    free(p);
}

static struct host **bucket_of(struct pace *p, const char *name)
{
    uint64_t hash = hash_add(HASH_START, str_from(name));
    return &p->bucket[hash % p->bucket_count];
}

static void grow(struct pace *p)
{
    if (p->count < p->bucket_count)
        return;
    p->bucket_count *= 4;
    p->bucket = arena_array(&p->arena, p->bucket_count, sizeof(struct host *));
    for (struct host *h = p->host; h != NULL; h = h->next) {
        struct host **b = bucket_of(p, h->name);
        h->next_same_hash = *b;
        *b = h;
    }
}

static struct host *add_host(struct pace *p, const char *name, int64_t fixed)
{
    struct host *h = arena_alloc(&p->arena, sizeof(*h));
    grow(p);
    struct host **b = bucket_of(p, name);
    *h = (struct host){.name = str_dup(&p->arena, str_from(name)),
                       .owner = p,
                       .next_same_hash = *b,
                       .next = p->host};
    pace_init(&h->pace, fixed);
    *b = h;
    p->host = h;
    p->count++;
    return h;
}

static struct host *find_host(struct pace *p, const char *name, int64_t fixed)
{
    for (struct host *h = *bucket_of(p, name); h != NULL; h = h->next_same_hash)
        if (strcmp(h->name, name) == 0)
            return h;
    return add_host(p, name, fixed);
}

/* host and port of a URL: no user, lower case, the port always there. */
struct authority {
    struct str host, port;
};

static struct authority authority_of(struct str url)
{
    size_t from = str_find(url, STR("//"), 0) + 2, end = from;
    struct authority a = {STR_NONE, STR_NONE};
    while (end < url.len && strchr("/?#", url.ptr[end]) == NULL) {
        if (url.ptr[end] == '@')
            from = end + 1;
        end++;
    }
    size_t colon = end;
    while (colon > from && url.ptr[colon - 1] >= '0' &&
           url.ptr[colon - 1] <= '9')
        colon--;
    bool port = colon > from && url.ptr[colon - 1] == ':';
    a.host = str_sub(url, from, (port ? colon - 1 : end) - from);
    a.port = port ? str_sub(url, colon, end - colon) : STR_NONE;
    if (a.port.len == 0)
        a.port = str_starts(url, STR("https")) ? STR("443") : STR("80");
    return a;
}

/* A host that is led to an address is that address. */
static struct str resolved(const struct transport *t, struct str host)
{
    for (size_t i = 0; i < t->resolve_count; i++)
        if (str_equal_nocase(host, str_from(t->resolve[i].name)))
            return str_from(t->resolve[i].value);
    return host;
}

static struct host *host_of_url(struct pace *p, const struct transport *t,
                                const char *url)
{
    char name[512];
    size_t len = 0;
    struct authority a = authority_of(str_from(url));
    a.host = resolved(t, a.host);
    for (size_t i = 0; i < a.host.len && len < 400; i++) {
        char c = a.host.ptr[i];
        if (c != '[' && c != ']')
            name[len++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    name[len++] = ':';
    for (size_t i = 0; i < a.port.len && i < 20; i++)
        name[len++] = a.port.ptr[i];
    name[len] = '\0';
    return find_host(p, name, p->fixed);
}

/* A program is no server: as many run as there are slots. */
static struct host *host_of_other(struct pace *p, const struct check *c)
{
    struct arena a;
    arena_init(&a);
    const char *name = c->url;
    int64_t fixed = p->fixed;
    enum reach reach = probe_kind_of(c->kind)->reach;
    if (reach == REACHES_RESOLVER)
        name = arena_printf(&a, "dns:%s",
                            c->dns.server == NULL ? "" : c->dns.server);
    else if (reach == REACHES_PROGRAM)
        fixed = fixed > 0 ? fixed : PACE_MOST;
    else
        name = arena_printf(&a, "unix:%s", c->transport.unix_socket);
    struct host *h = find_host(p, name, fixed);
    arena_release(&a);
    return h;
}

struct host *host_of(struct pace *p, struct transfer *t)
{
    const struct check *c = t->check;
    bool redirected = t->request.url != NULL && t->course.redirect_count > 0;
    if (probe_kind_of(c->kind)->reach != REACHES_HOST ||
        c->transport.unix_socket != NULL)
        return host_of_other(p, c);
    return host_of_url(p, &c->transport, redirected ? t->request.url : c->url);
}

static void append(struct transfer **first, struct transfer **last,
                   struct transfer *t)
{
    t->next = NULL;
    if (*last == NULL)
        *first = t;
    else
        (*last)->next = t;
    *last = t;
}

void queue_add(struct transfer *t)
{
    append(&t->host->first, &t->host->last, t);
    host_list(t->host);
}

void queue_add_first(struct transfer *t)
{
    struct host *h = t->host;
    t->next = h->first;
    h->first = t;
    if (h->last == NULL)
        h->last = t;
    host_list(h);
}

void queue_add_calm(struct transfer *t, int64_t now_us)
{
    t->calm_us = now_us;
    append(&t->host->calm_first, &t->host->calm_last, t);
    host_list(t->host);
}

static struct transfer *take(struct transfer **first, struct transfer **last)
{
    struct transfer *t = *first;
    *first = t->next;
    if (*first == NULL)
        *last = NULL;
    return t;
}

static bool has_queue(const struct host *h)
{
    return h->first != NULL || h->calm_first != NULL;
}

void host_list(struct host *h)
{
    struct pace *p = h->owner;
    if (h->listed || !has_queue(h))
        return;
    h->listed = true;
    h->next_ready = NULL;
    if (p->ready_last == NULL)
        p->ready_first = h;
    else
        p->ready_last->next_ready = h;
    p->ready_last = h;
}

void host_list_first(struct host *h)
{
    struct pace *p = h->owner;
    if (h->listed || !has_queue(h))
        return;
    h->listed = true;
    h->next_ready = p->ready_first;
    p->ready_first = h;
    if (p->ready_last == NULL)
        p->ready_last = h;
}

/* Those that wait to be alone let the others go first, but not for ever. */
static bool calm_presses(const struct host *h, int64_t now_us)
{
    return h->calm_first != NULL &&
           (h->first == NULL || now_us - h->calm_first->calm_us >= CALM_US);
}

bool host_has_room(const struct host *h, int64_t now_us)
{
    return h->alone == NULL && !calm_presses(h, now_us) &&
           h->pace.paused_until_us <= now_us &&
           h->active < pace_width(&h->pace);
}

static bool may_start(const struct host *h, int64_t now_us)
{
    if (h->alone != NULL || h->pace.paused_until_us > now_us)
        return false;
    if (calm_presses(h, now_us))
        return h->active == 0;
    return h->first != NULL && h->active < pace_width(&h->pace);
}

struct transfer *queue_take(struct host *h, int64_t now_us)
{
    if (!calm_presses(h, now_us))
        return take(&h->first, &h->last);
    h->alone = take(&h->calm_first, &h->calm_last);
    return h->alone;
}

struct host *queues_next(struct pace *p, int64_t now_us)
{
    while (p->ready_first != NULL) {
        struct host *h = p->ready_first;
        p->ready_first = h->next_ready;
        if (p->ready_first == NULL)
            p->ready_last = NULL;
        h->listed = false;
        int64_t until = h->pace.paused_until_us;
        if (may_start(h, now_us))
            return h;
        if (until > now_us && (p->wake_us == 0 || until < p->wake_us))
            p->wake_us = until;
    }
    return NULL;
}

void queues_wake(struct pace *p, int64_t now_us)
{
    if (p->wake_us == 0 || now_us < p->wake_us)
        return;
    p->wake_us = 0;
    for (struct host *h = p->host; h != NULL; h = h->next)
        host_list(h); /* those that are paused still are found so again */
}

void queues_hurry(struct pace *p)
{
    for (struct host *h = p->host; h != NULL; h = h->next) {
        h->pace.paused_until_us = 0;
        host_list(h);
    }
}

void queues_fill(struct pace *p, struct transfer *t, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        t[i].host = host_of(p, &t[i]);
        if (t[i].state == TRANSFER_WAITING && t[i].open_needs == 0 &&
            t[i].failed_need == NULL)
            queue_add(&t[i]);
    }
}

void queues_clear(struct pace *p)
{
    for (struct host *h = p->host; h != NULL; h = h->next) {
        h->first = h->last = h->calm_first = h->calm_last = h->alone = NULL;
        h->active = h->open = 0;
        h->listed = false;
    }
    p->ready_first = p->ready_last = NULL;
    p->connecting_first = p->connecting_last = NULL;
    p->wake_us = 0;
}

void connecting_begin(struct transfer *t, int64_t now_us)
{
    struct pace *p = t->host->owner;
    if (t->connecting || t->connected)
        return; /* a second address of the same attempt */
    t->connecting = true;
    t->slow_told = false;
    t->socket_us = now_us;
    t->connecting_next = NULL;
    t->connecting_last = p->connecting_last;
    if (p->connecting_last == NULL)
        p->connecting_first = t;
    else
        p->connecting_last->connecting_next = t;
    p->connecting_last = t;
}

static void unlink_connecting(struct transfer *t)
{
    struct pace *p = t->host->owner;
    struct transfer *before = t->connecting_last, *after = t->connecting_next;
    if (!t->connecting)
        return;
    t->connecting = false;
    if (before == NULL)
        p->connecting_first = after;
    else
        before->connecting_next = after;
    if (after == NULL)
        p->connecting_last = before;
    else
        after->connecting_last = before;
}

void connecting_done(struct transfer *t, int64_t now_us)
{
    unlink_connecting(t);
    if (t->connected)
        return;
    t->connected = true;
    t->host->open++;
    pace_connected(&t->host->pace, now_us);
}

void connecting_end(struct transfer *t)
{
    unlink_connecting(t);
    if (t->connected)
        t->host->open--;
    t->connected = false;
}

bool connecting_overtaken(const struct transfer *t)
{
    const struct transfer *i = t->host->owner->connecting_first;
    for (; i != NULL && i->socket_us < t->ticket.began_us;
         i = i->connecting_next)
        if (i->host == t->host)
            return true;
    return false;
}

int64_t connecting_slow_us(const struct pace *p)
{
    const struct transfer *t = p->connecting_first;
    while (t != NULL && t->slow_told)
        t = t->connecting_next;
    return t == NULL ? 0 : t->socket_us + PACE_SLOW_US;
}

static bool has_passed(const struct transfer *t)
{
    return t->result->status == STATUS_PASS ||
           t->result->status == STATUS_DEGRADED;
}

/* Does i wait for its k-th need, or is that decided? */
static struct transfer *open_need(struct transfer *t, size_t i, size_t k)
{
    struct transfer *need = &t[t[i].check->need[k]];
    if (t[i].state == TRANSFER_DONE || need->state == TRANSFER_DONE)
        return NULL;
    return need;
}

static void count_needs(struct transfer *t, size_t i)
{
    t[i].open_needs = 0;
    for (size_t k = 0; k < t[i].check->need_count; k++) {
        struct transfer *need = open_need(t, i, k);
        if (need != NULL) {
            need->follower_count++;
            t[i].open_needs++;
        } else if (t[i].state != TRANSFER_DONE && t[i].failed_need == NULL) {
            const struct transfer *before = &t[t[i].check->need[k]];
            t[i].failed_need = has_passed(before) ? NULL : before;
        }
    }
}

/* Turns "i needs k" into "k is followed by i". */
void needs_link(struct arena *run, struct transfer *t, size_t count)
{
    for (size_t i = 0; i < count; i++)
        t[i].follower_count = 0;
    for (size_t i = 0; i < count; i++)
        count_needs(t, i);
    for (size_t i = 0; i < count; i++) {
        t[i].follower =
            arena_array(run, t[i].follower_count, sizeof(struct transfer *));
        t[i].follower_count = 0;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < t[i].check->need_count; k++) {
            struct transfer *need = open_need(t, i, k);
            if (need != NULL)
                need->follower[need->follower_count++] = &t[i];
        }
}

/* Followers that may start now are queued, those that may not are listed. */
void needs_release(const struct transfer *t, struct transfer **blocked)
{
    for (size_t i = 0; i < t->follower_count; i++) {
        struct transfer *f = t->follower[i];
        if (!has_passed(t) && f->failed_need == NULL)
            f->failed_need = t;
        if (--f->open_needs > 0)
            continue;
        if (f->failed_need == NULL) {
            queue_add(f);
        } else {
            f->next = *blocked;
            *blocked = f;
        }
    }
}
