/* Which asks share a run, and whose run is next. */
#include <stdlib.h>
#include <string.h>

#include "app/serve/internal.h"

static bool is_fresh(const struct flights *all, const struct flight *f,
                     int64_t now_us)
{
    return f->answered && !f->stale && now_us - f->ended_us < all->ttl_us;
}

static bool may_join(const struct flights *all, const struct flight *f,
                     const char *key, int64_t now_us)
{
    if (f->stale || strcmp(f->key, key) != 0)
        return false;
    return f->state != FLIGHT_KEPT || is_fresh(all, f, now_us);
}

static struct flight *find(const struct flights *all, const char *key,
                           int64_t now_us)
{
    struct flight *f = all->first;
    while (f != NULL && !may_join(all, f, key, now_us))
        f = f->next;
    return f;
}

static size_t count(const struct flights *all, enum flight_state state)
{
    size_t n = 0;
    for (const struct flight *f = all->first; f != NULL; f = f->next)
        n += f->state == state ? 1 : 0;
    return n;
}

static void copy_words(struct arena *a, const char **word, size_t words)
{
    for (size_t i = 0; i < words; i++)
        word[i] = str_dup(a, str_from(word[i]));
}

/* The ask outlives the request that it came with. */
static struct flight *add(struct flights *all, const char *key,
                          const struct ask *ask)
{
    struct flight *f = heap_zeroed(sizeof(*f));
    struct flight **end = &all->first;
    arena_init(&f->arena);
    buf_init(&f->output, SERVE_RECORD_BYTES_MAX);
    memcpy(f->key, key, strlen(key) + 1);
    f->state = FLIGHT_QUEUED;
    f->ask = *ask;
    copy_words(&f->arena, f->ask.id, ask->id_count);
    copy_words(&f->arena, f->ask.tag, ask->tag_count);
    if (ask->expect != NULL)
        f->ask.expect = str_dup(&f->arena, str_from(ask->expect));
    while (*end != NULL)
        end = &(*end)->next;
    *end = f;
    return f;
}

/* An idle server runs at once: that one does not wait. */
struct flight *flights_join(struct flights *all, const char *key,
                            const struct ask *ask, int64_t now_us)
{
    struct flight *f = find(all, key, now_us);
    if (f != NULL || strlen(key) >= SERVE_KEY_BYTES_MAX)
        return f;
    size_t most = (size_t)all->queue + (flights_running(all) == NULL ? 1 : 0);
    return count(all, FLIGHT_QUEUED) < most ? add(all, key, ask) : NULL;
}

void flights_wait(struct flight *f, struct waiter *w)
{
    w->flight = f;
    w->next = f->waiters;
    f->waiters = w;
}

void flights_unwait(struct waiter *w)
{
    if (w->flight == NULL)
        return;
    struct waiter **at = &w->flight->waiters;
    while (*at != NULL && *at != w)
        at = &(*at)->next;
    if (*at != NULL)
        *at = w->next;
    w->flight = NULL;
    w->next = NULL;
}

struct flight *flights_running(const struct flights *all)
{
    struct flight *f = all->first;
    while (f != NULL && f->state != FLIGHT_RUNNING)
        f = f->next;
    return f;
}

static void drop(struct flights *all, struct flight *f)
{
    struct flight **at = &all->first;
    while (*at != NULL && *at != f)
        at = &(*at)->next;
    if (*at != NULL)
        *at = f->next;
    buf_release(&f->output);
    arena_release(&f->arena);
    free(f);
}

struct flight *flights_next(struct flights *all, int64_t now_us)
{
    if (flights_running(all) != NULL)
        return NULL;
    flights_tidy(all, now_us);
    struct flight *f = all->first;
    while (f != NULL && f->state != FLIGHT_QUEUED)
        f = f->next;
    if (f == NULL)
        return NULL;
    f->state = FLIGHT_RUNNING;
    f->number = ++all->runs;
    f->started_us = now_us;
    return f;
}

/* It comes from our own process, but that may have been killed halfway. */
static bool read_output(struct flight *f)
{
    struct str record;
    struct err e = {.set = false};
    if (f->output.full)
        return false;
    struct str whole = buf_view(&f->output);
    struct str text = str_cut(whole, '\0', &record);
    struct source source = {"answer", text};
    if (text.len == whole.len || record.len == 0 ||
        !str_ends(record, STR("}\n")) ||
        !shape_read(&f->answer, &f->arena, &answer_shape, &answer_format,
                    &source, &e))
        return false;
    f->record = record;
    f->answer.run = f->number;
    return true;
}

void flights_end(struct flights *all, struct flight *f, int64_t now_us)
{
    f->state = FLIGHT_KEPT;
    f->ended_us = now_us;
    f->answered = read_output(f);
    all->last_us = now_us - f->started_us;
}

/* The oldest one that nobody waits for; NULL: all are of use. */
static struct flight *find_idle(const struct flights *all, bool over,
                                int64_t now_us)
{
    for (struct flight *f = all->first; f != NULL; f = f->next) {
        if (f->waiters != NULL || f->state == FLIGHT_RUNNING)
            continue;
        if (!over || f->state == FLIGHT_QUEUED || !is_fresh(all, f, now_us))
            return f;
    }
    return NULL;
}

void flights_tidy(struct flights *all, int64_t now_us)
{
    struct flight *f;
    while ((f = find_idle(all, true, now_us)) != NULL)
        drop(all, f);
    while (count(all, FLIGHT_KEPT) > all->kept_max &&
           (f = find_idle(all, false, now_us)) != NULL)
        drop(all, f);
}

void flights_forget(struct flights *all)
{
    for (struct flight *f = all->first; f != NULL; f = f->next)
        f->stale = true;
}

void flights_close(struct flights *all)
{
    while (all->first != NULL)
        drop(all, all->first);
}

int64_t flights_retry_s(const struct flights *all)
{
    int64_t s = all->last_us / 1000000 + 1;
    return s > 60 ? 60 : s;
}
