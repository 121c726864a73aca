/*
 * Blocks through the filter, on two threads when a block is large, and the
 * lines that it names to the signatures, in order. The naive way, for tests,
 * takes every line to every signature.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/regex.h"
#include "scan/filter.h"
#include "scan/internal.h"

#define SHARED_MIN ((size_t)256 * 1024) /* bytes that two threads share */
#define LOOK_BACK  200                  /* lines, for the time of one */
#define NOWHERE    UINT32_MAX
#define NOT_TIMED  SIZE_MAX

/* A thread that filters one half while we do the other. */
struct helper {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool started, ready, done, ends;
    const struct filter *filter;
    struct str text;
    struct places places;
};

struct candidates {
    struct scan *scan;
    bool naive;
    struct arena arena;
    struct cleaner *cleaner;
    const struct filter *filter;
    const struct str *literal; /* the anchors of all patterns */
    const uint32_t *owner;     /* by literal: its signature */
    uint32_t *anchor;          /* by literal: offset in the line, or NOWHERE */
    struct regex **regex;      /* by literal */
    const size_t *first;       /* literal of each signature's first pattern */
    size_t literal_count;
    struct places places;
    struct helper helper;
    uint32_t *touched; /* signatures of this line */
    size_t touched_count;
    /* Of the block. */
    struct line line;
    size_t counted;   /* newlines up to here are in line.number */
    size_t timed;     /* line whose time was looked for last … */
    int64_t timed_ms; /* … and it; of an earlier block, at its start */
};

static void add_anchors(uint32_t *owner, struct str *literal, size_t *count,
                        size_t signature, const struct pattern *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        owner[*count] = (uint32_t)signature;
        literal[(*count)++] = p[i].anchor;
    }
}

static void list_anchors(struct candidates *c, const struct catalogue *all)
{
    size_t most = 0, count = 0;
    for (size_t i = 0; i < all->count; i++)
        most +=
            all->signature[i].pattern_count + all->signature[i].detail_count;
    uint32_t *owner = arena_array(&c->arena, most + 1, sizeof(*owner));
    struct str *literal = arena_array(&c->arena, most + 1, sizeof(*literal));
    size_t *first = arena_array(&c->arena, all->count + 1, sizeof(*first));
    for (size_t i = 0; i < all->count; i++) {
        const struct signature *s = &all->signature[i];
        first[i] = count;
        add_anchors(owner, literal, &count, i, s->pattern, s->pattern_count);
        add_anchors(owner, literal, &count, i, s->detail, s->detail_count);
    }
    c->owner = owner;
    c->first = first;
    c->literal_count = count;
    c->literal = literal;
    c->anchor = arena_array(&c->arena, count + 1, sizeof(*c->anchor));
    memset(c->anchor, 0xFF, (count + 1) * sizeof(*c->anchor));
    c->regex = arena_array(&c->arena, count + 1, sizeof(struct regex *));
    c->touched = arena_array(&c->arena, count + 1, sizeof(*c->touched));
}

struct candidates *candidates_open(struct scan *s, bool naive)
{
    struct candidates *c = heap_zeroed(sizeof(*c));
    c->scan = s;
    c->naive = naive;
    c->cleaner = cleaner_open();
    arena_init(&c->arena);
    list_anchors(c, s->catalogue);
    return c;
}

static void *help(void *context)
{
    struct helper *h = context;
    pthread_mutex_lock(&h->lock);
    for (;;) {
        while (!h->ready && !h->ends)
            pthread_cond_wait(&h->changed, &h->lock);
        if (h->ends)
            break;
        h->ready = false;
        pthread_mutex_unlock(&h->lock);
        filter_run(h->filter, h->text, &h->places);
        pthread_mutex_lock(&h->lock);
        h->done = true;
        pthread_cond_signal(&h->changed);
    }
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

static bool start_helper(struct candidates *c)
{
    struct helper *h = &c->helper;
    if (h->started)
        return true;
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->changed, NULL);
    h->filter = c->filter;
    h->started = pthread_create(&h->thread, NULL, help, h) == 0;
    return h->started;
}

static void stop_helper(struct helper *h)
{
    if (!h->started)
        return;
    pthread_mutex_lock(&h->lock);
    h->ends = true;
    pthread_cond_signal(&h->changed);
    pthread_mutex_unlock(&h->lock);
    pthread_join(h->thread, NULL);
    pthread_cond_destroy(&h->changed);
    pthread_mutex_destroy(&h->lock);
}

void candidates_close(struct candidates *c)
{
    if (c == NULL)
        return;
    stop_helper(&c->helper);
    places_release(&c->helper.places);
    places_release(&c->places);
    cleaner_close(c->cleaner);
    for (size_t i = 0; i < c->literal_count; i++)
        regex_close(c->regex[i]);
    arena_release(&c->arena);
    free(c);
}

void candidates_begin(struct candidates *c, const char *file)
{
    c->line = (struct line){.file = file};
    c->timed_ms = 0;
}

static void append(struct places *to, const struct places *from, size_t shift)
{
    for (size_t i = 0; i < from->count; i++) {
        struct place_of_literal p = from->item[i];
        p.offset += (uint32_t)shift;
        places_add(to, p);
    }
}

static void filter_shared(struct candidates *c, struct str text, size_t half)
{
    struct helper *h = &c->helper;
    pthread_mutex_lock(&h->lock);
    h->text = str_sub(text, half, text.len);
    h->places.count = 0;
    h->ready = true;
    h->done = false;
    pthread_cond_signal(&h->changed);
    pthread_mutex_unlock(&h->lock);
    filter_run(c->filter, str_sub(text, 0, half), &c->places);
    pthread_mutex_lock(&h->lock);
    while (!h->done)
        pthread_cond_wait(&h->changed, &h->lock);
    pthread_mutex_unlock(&h->lock);
    append(&c->places, &h->places, half);
}

/* Made of the first block: what is rare differs from log to log. */
static void filter(struct candidates *c, struct str text)
{
    const char *middle = NULL;
    c->places.count = 0;
    if (c->filter == NULL)
        c->filter = filter_new(&c->arena, c->literal, c->literal_count, text);
    if (text.len >= SHARED_MIN)
        middle = memchr(text.ptr + text.len / 2, '\n', text.len - text.len / 2);
    if (middle != NULL && start_helper(c))
        filter_shared(c, text, (size_t)(middle - text.ptr) + 1);
    else
        filter_run(c->filter, text, &c->places);
}

static int compare_places(const void *left, const void *right)
{
    const struct place_of_literal *a = left, *b = right;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return (a->literal > b->literal) - (a->literal < b->literal);
}

static bool ends_line(char c)
{
    return c == '\n' || c == '\r';
}

/* A lone CR ends a line on a terminal: progress bars overwrite themselves. */
static struct str line_at(struct str text, size_t at)
{
    size_t from = at, to = at;
    while (from > 0 && !ends_line(text.ptr[from - 1]))
        from--;
    while (to < text.len && !ends_line(text.ptr[to]))
        to++;
    return str_sub(text, from, to - from);
}

/*
 * The time of the line, or of the nearest one above it that has one. What was
 * found for a line before is not looked for again.
 */
static int64_t time_at(struct candidates *c, struct str text, size_t from)
{
    size_t asked = from;
    int64_t time_ms = 0;
    for (int i = 0; i < LOOK_BACK && time_ms == 0; i++) {
        struct str line = line_at(text, from);
        size_t start = (size_t)(line.ptr - text.ptr);
        bool known = c->timed != NOT_TIMED && start <= c->timed;
        time_ms = known ? c->timed_ms
                        : cleaner_time(c->cleaner, str_sub(line, 0, 500));
        if (start == 0 || known)
            break;
        from = start - 1;
    }
    if (time_ms == 0)
        time_ms = c->timed_ms;
    c->timed = asked;
    c->timed_ms = time_ms;
    return time_ms;
}

static void touch(struct candidates *c, uint32_t literal, size_t at)
{
    uint32_t signature = c->owner[literal];
    if (c->anchor[literal] == NOWHERE) {
        c->anchor[literal] = (uint32_t)at;
        c->touched[c->touched_count++] = signature;
    } else if (at < c->anchor[literal]) {
        c->anchor[literal] = (uint32_t)at;
    }
}

static int compare_numbers(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static bool match_touched(struct candidates *c)
{
    bool explained = false;
    if (c->touched_count > 1)
        qsort(c->touched, c->touched_count, sizeof(*c->touched),
              compare_numbers);
    for (size_t i = 0; i < c->touched_count; i++) {
        if (i > 0 && c->touched[i] == c->touched[i - 1])
            continue;
        const struct signature *s =
            &c->scan->catalogue->signature[c->touched[i]];
        size_t first = c->first[c->touched[i]];
        explained = match_signature(c->scan, &c->line, s, &c->regex[first],
                                    &c->anchor[first]) ||
                    explained;
    }
    return explained;
}

static void forget_touched(struct candidates *c)
{
    for (size_t i = 0; i < c->touched_count; i++) {
        const struct signature *s =
            &c->scan->catalogue->signature[c->touched[i]];
        memset(&c->anchor[c->first[c->touched[i]]], 0xFF,
               (s->pattern_count + s->detail_count) * sizeof(*c->anchor));
    }
    c->touched_count = 0;
}

/* A line whose time nobody tells may be in it. */
static bool is_in_window(const struct candidates *c)
{
    int64_t at = c->line.time_ms;
    const struct scan_window *w = c->scan->window;
    return w == NULL || at == 0 ||
           ((w->since_ms == 0 || at >= w->since_ms) &&
            (w->until_ms == 0 || at <= w->until_ms));
}

/* Number, offset and time of the line that begins at `from`. */
static void place_line(struct candidates *c, const struct blocks *blocks,
                       struct str text, size_t from)
{
    int64_t passed =
        (int64_t)count_newlines(str_sub(text, c->counted, from - c->counted));
    c->counted = from;
    c->line.number += passed;
    c->scan->sequence += passed;
    c->line.sequence = c->scan->sequence;
    c->line.offset = blocks_raw_offset(blocks, from);
    c->line.time_ms = time_at(c, text, from);
}

static void scan_places(struct candidates *c, const struct blocks *blocks,
                        struct str text)
{
    struct places *p = &c->places;
    if (p->count > 1)
        qsort(p->item, p->count, sizeof(*p->item), compare_places);
    for (size_t i = 0; i < p->count;) {
        struct str line = line_at(text, p->item[i].offset);
        size_t from = (size_t)(line.ptr - text.ptr), end = from + line.len;
        place_line(c, blocks, text, from);
        for (; i < p->count && p->item[i].offset < end; i++)
            if (p->item[i].literal != FILTER_WORD)
                touch(c, p->item[i].literal, p->item[i].offset - from);
        if (!is_in_window(c)) {
            forget_touched(c);
            continue;
        }
        cleaner_read(c->cleaner, line, &c->line);
        c->line.in_good = good_has(c->scan->good, line);
        match_error(c->scan, &c->line, match_touched(c));
        forget_touched(c);
    }
}

static void scan_naively(struct candidates *c, const struct blocks *blocks,
                         struct str text)
{
    const struct catalogue *all = c->scan->catalogue;
    for (size_t at = 0; at < text.len;) {
        struct str line = line_at(text, at);
        bool explained = false;
        at += line.len + 1;
        if (line.len == 0)
            continue;
        place_line(c, blocks, text, (size_t)(line.ptr - text.ptr));
        if (!is_in_window(c))
            continue;
        cleaner_read(c->cleaner, line, &c->line);
        c->line.in_good = good_has(c->scan->good, line);
        for (size_t i = 0; i < all->count; i++)
            explained = match_signature(c->scan, &c->line, &all->signature[i],
                                        &c->regex[c->first[i]], NULL) ||
                        explained;
        match_error(c->scan, &c->line, explained);
    }
}

void candidates_scan(struct candidates *c, const struct blocks *blocks,
                     struct str text)
{
    struct coverage *coverage = &c->scan->coverage;
    size_t lines = count_newlines(text);
    bool open = text.len > 0 && text.ptr[text.len - 1] != '\n';
    int64_t number = c->line.number, sequence = c->scan->sequence;
    c->counted = 0;
    c->timed = NOT_TIMED;
    c->line.number++; /* of the line that begins the block */
    c->scan->sequence++;
    if (c->naive) {
        scan_naively(c, blocks, text);
    } else {
        filter(c, text);
        scan_places(c, blocks, text);
    }
    if (text.len > 0)
        (void)time_at(c, text, text.len - 1);
    c->line.number = number + (int64_t)lines;
    c->scan->sequence = sequence + (int64_t)lines;
    coverage->lines += (int64_t)lines + open;
}
