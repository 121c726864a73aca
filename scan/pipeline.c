/* A ring of pieces: who is free reads the next one and filters it. */
#include "scan/pipeline.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define PIECES 3 /* one is looked at, two are worked on */

enum state { FREE, WORKED_ON, READY, ENDED, FAILED };

struct pipeline {
    const struct str *literal;
    size_t literal_count;
    bool filters;
    struct arena arena;
    const struct filter *filter; /* made of the first block of all */
    struct block_reader *reader;
    size_t width; /* of broken lines */
    struct piece piece[PIECES];
    /* From here on under the lock while the helper runs. */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t helper;
    bool helped, closing;
    enum state state[PIECES];
    size_t claimed, taken; /* pieces so far, of this log */
    bool lent;             /* the caller looks at piece `taken` */
    bool reading, ended;
    struct err err;
};

struct pipeline *pipeline_open(const struct str *literal, size_t count,
                               bool filters)
{
    struct pipeline *p = heap_zeroed(sizeof(*p));
    p->literal = literal;
    p->literal_count = count;
    p->filters = filters;
    p->ended = true;
    arena_init(&p->arena);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->changed, NULL);
    return p;
}

void pipeline_close(struct pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    p->closing = true;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    if (p->helped)
        pthread_join(p->helper, NULL);
    pthread_cond_destroy(&p->changed);
    pthread_mutex_destroy(&p->lock);
    for (size_t i = 0; i < PIECES; i++) {
        block_release(&p->piece[i].block);
        places_release(&p->piece[i].places);
    }
    arena_release(&p->arena);
    free(p);
}

static void filter_piece(const struct pipeline *p, struct piece *piece)
{
    piece->places.count = 0;
    if (p->filters)
        filter_run(p->filter, piece->block.text, &piece->places);
}

/* Of the first block: how lines are broken, and what is rare. */
static void learn(struct pipeline *p, struct piece *piece)
{
    block_clean(&piece->block, 0);
    p->width = block_width(piece->block.text);
    if (p->filter == NULL && p->filters)
        p->filter = filter_new(&p->arena, p->literal, p->literal_count,
                               piece->block.text);
}

static bool can_claim(const struct pipeline *p)
{
    return !p->reading && !p->ended && p->claimed - p->taken < PIECES;
}

/* Called with the lock and gives it back, but holds none while it works. */
static void work(struct pipeline *p)
{
    size_t index = p->claimed++, at = index % PIECES;
    struct piece *piece = &p->piece[at];
    p->reading = true;
    p->state[at] = WORKED_ON;
    pthread_mutex_unlock(&p->lock);
    int got = block_read(p->reader, &piece->block, &p->err);
    if (got > 0 && index == 0)
        learn(p, piece);
    pthread_mutex_lock(&p->lock);
    p->reading = false;
    p->ended = p->ended || got <= 0 || piece->block.last;
    pthread_cond_broadcast(&p->changed);
    if (got > 0) {
        pthread_mutex_unlock(&p->lock);
        block_clean(&piece->block, p->width);
        filter_piece(p, piece);
        pthread_mutex_lock(&p->lock);
    }
    p->state[at] = got > 0 ? READY : got == 0 ? ENDED : FAILED;
    pthread_cond_broadcast(&p->changed);
}

static void *help(void *context)
{
    struct pipeline *p = context;
    pthread_mutex_lock(&p->lock);
    while (!p->closing) {
        if (can_claim(p) && p->claimed > 0)
            work(p);
        else
            pthread_cond_wait(&p->changed, &p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

void pipeline_begin(struct pipeline *p, struct source_reader *source)
{
    pthread_mutex_lock(&p->lock);
    p->reader = block_reader_open(source);
    p->width = 0;
    p->claimed = p->taken = 0;
    p->lent = p->ended = false;
    p->err = (struct err){.set = false};
    pthread_mutex_unlock(&p->lock);
}

/* A small log needs no thread; without one it only takes longer. */
static void get_help(struct pipeline *p)
{
    if (!p->helped && p->filters && !p->ended)
        p->helped = pthread_create(&p->helper, NULL, help, p) == 0;
}

int pipeline_next(struct pipeline *p, struct piece **out, struct err *e)
{
    pthread_mutex_lock(&p->lock);
    p->taken += p->lent;
    if (p->lent)
        pthread_cond_broadcast(&p->changed);
    if (p->claimed == 1)
        get_help(p);
    size_t at = p->taken % PIECES;
    for (;;) {
        bool begun = p->claimed > p->taken;
        if (begun && p->state[at] != WORKED_ON)
            break;
        if (can_claim(p))
            work(p);
        else if (begun)
            pthread_cond_wait(&p->changed, &p->lock);
        else
            break; /* the last piece has been taken */
    }
    bool any = p->claimed > p->taken;
    enum state state = any ? p->state[at] : ENDED;
    p->lent = state == READY;
    *out = &p->piece[at];
    if (state == FAILED)
        *e = p->err;
    pthread_mutex_unlock(&p->lock);
    return state == READY ? 1 : state == ENDED ? 0 : -1;
}

int64_t pipeline_end(struct pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    p->ended = true;
    for (size_t i = p->taken; i < p->claimed; i++)
        while (p->state[i % PIECES] == WORKED_ON)
            pthread_cond_wait(&p->changed, &p->lock);
    int64_t bytes = block_reader_end(p->reader);
    block_reader_close(p->reader);
    p->reader = NULL;
    pthread_mutex_unlock(&p->lock);
    return bytes;
}
