/* Who waits for whom: queues by host, and followers of needs. */
#include "probe/queue.h"

#include <stdlib.h>
#include <string.h>

/* Everything up to the path: one server, however the path is spelled. */
static const char *host_name(struct arena *run, const char *url)
{
    struct str s = str_from(url);
    size_t start = str_find(s, STR("//"), 0) + 2;
    size_t end = start;
    while (end < s.len && strchr("/?#", s.ptr[end]) == NULL)
        end++;
    return str_dup(run, str_sub(s, 0, end));
}

void queue_add(struct transfer *t)
{
    struct host *h = t->host;
    t->next = NULL;
    if (h->last == NULL)
        h->first = t;
    else
        h->last->next = t;
    h->last = t;
}

struct transfer *queue_take(struct host *h)
{
    struct transfer *t = h->first;
    h->first = t->next;
    if (h->first == NULL)
        h->last = NULL;
    return t;
}

struct named {
    const char *name;
    size_t index;
};

static int compare_named(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

/* Sorting finds the distinct hosts in n log n, whatever their number. */
struct host *queues_make(struct arena *run, struct transfer *t, size_t count,
                         size_t *hosts)
{
    struct host *host = arena_array(run, count, sizeof(*host));
    *hosts = 0;
    struct named *named = arena_array(run, count, sizeof(*named));
    struct host **of = arena_array(run, count, sizeof(struct host *));
    for (size_t i = 0; i < count; i++)
        named[i] = (struct named){host_name(run, t[i].check->url), i};
    if (count > 1)
        qsort(named, count, sizeof(*named), compare_named);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(named[i].name, named[i - 1].name) != 0)
            host[(*hosts)++].name = named[i].name;
        of[named[i].index] = &host[*hosts - 1];
    }
    for (size_t i = 0; i < count; i++) {
        t[i].host = of[i];
        if (t[i].state == TRANSFER_WAITING && t[i].open_needs == 0 &&
            t[i].failed_need == NULL)
            queue_add(&t[i]);
    }
    return host;
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
