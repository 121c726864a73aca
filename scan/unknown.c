/* Error lines without a signature: alike but for names and numbers is one. */
#include <stdlib.h>
#include <string.h>

#include "base/characters.h"
#include "base/hash.h"
#include "base/text.h"
#include "scan/flood.h"
#include "scan/internal.h"

#define CLUSTERS_MAX 500
#define MASKED_MAX   300
#define COMPARED_MAX 2000

static size_t word_length(struct str s)
{
    size_t n = 0;
    while (n < s.len && (is_alnum(s.ptr[n]) || s.ptr[n] == '_'))
        n++;
    return n;
}

static bool has_digit(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (is_digit(s.ptr[i]))
            return true;
    return false;
}

/* Words with a digit are names, and perhaps quoted texts are, too; what stays
 * is the template. */
static void mask_line(struct buf *out, struct str text, bool quoted)
{
    while (text.len > 0) {
        char c = text.ptr[0];
        size_t n = word_length(text);
        if (n > 0) {
            struct str word = str_sub(text, 0, n);
            if (has_digit(word))
                buf_char(out, '#');
            else
                buf_str(out, word);
        } else if (quoted && (c == '"' || c == '`')) {
            size_t end = str_find(text, (struct str){&c, 1}, 1);
            n = end < text.len ? end + 1 : 1;
            buf_text(out, end < text.len ? "\"#\"" : "\"");
        } else {
            n = 1;
            buf_char(out, c);
        }
        text = str_sub(text, n, text.len);
    }
}

static char *masked(struct arena *a, const char *text)
{
    struct buf out;
    buf_init(&out, MASKED_MAX);
    mask_line(&out, str_from(text), true);
    return buf_take(a, &out);
}

uint64_t masked_hash(struct str text)
{
    struct buf out;
    buf_init(&out, MASKED_MAX);
    mask_line(&out, str_sub(text, 0, MASKED_MAX), true);
    uint64_t hash = hash_add(HASH_START, buf_view(&out));
    buf_release(&out);
    return hash;
}

uint64_t numbers_masked_hash(struct str text)
{
    struct buf out;
    buf_init(&out, COMPARED_MAX);
    mask_line(&out, str_sub(text, 0, COMPARED_MAX), false);
    uint64_t hash = hash_add(HASH_START, buf_view(&out));
    buf_release(&out);
    return hash;
}

const char *cluster_id(struct arena *a, const char *text)
{
    return arena_printf(a, "u-%08x",
                        hash_add_32(HASH_START_32, str_from(masked(a, text))));
}

size_t error_from(const struct scan *s, int64_t order)
{
    size_t low = 0, high = s->error_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->error[middle].at.order < order)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

#define OPEN_MAX 64 /* happenings whose block may still be open */

/*
 * A line within the block of a known error needs no name of its own. Both
 * lists are in order: *next is the first happening after the line.
 */
static const struct occurrence *covered_by(const struct occurrences *all,
                                           const struct error_line *e,
                                           size_t *next)
{
    while (*next < all->count && all->item[*next].first_at.order <= e->at.order)
        (*next)++;
    for (size_t i = *next, seen = 0; i-- > 0 && seen < OPEN_MAX; seen++)
        if (all->item[i].last_at.order >= e->at.order &&
            scope_joins(&all->item[i].first_at, &all->item[i].scope, &e->at,
                        &e->scope))
            return &all->item[i];
    return NULL;
}

static bool is_root(const struct signature *s)
{
    return s != NULL && s->role == ROLE_ROOT;
}

static struct cluster *cluster_for(struct scan *s, struct findings *out,
                                   const struct error_line *e)
{
    const char *id = cluster_id(s->arena, e->text);
    for (size_t i = 0; i < out->unknown_count; i++)
        if (strcmp(out->unknown[i].id, id) == 0)
            return &out->unknown[i];
    if (out->unknown_count == CLUSTERS_MAX)
        return NULL;
    struct cluster *c = &out->unknown[out->unknown_count++];
    *c = (struct cluster){.id = id,
                          .text = masked(s->arena, e->text),
                          .first = e->place,
                          .in_good = true,
                          .sample = e->text};
    return c;
}

/* What is new since the good deploy first, otherwise as they came. */
static void put_news_first(struct scan *s, struct findings *out)
{
    struct cluster *all =
        arena_array(s->arena, out->unknown_count + 1, sizeof(*all));
    size_t count = 0;
    for (int known = 0; known < 2; known++)
        for (size_t i = 0; i < out->unknown_count; i++)
            if (out->unknown[i].in_good == (known == 1))
                all[count++] = out->unknown[i];
    out->unknown = all;
}

static int compare_lines(const void *left, const void *right)
{
    const struct explanation *a = left, *b = right;
    if (a->lines != b->lines)
        return a->lines > b->lines ? -1 : 1;
    return strcmp(a->signature, b->signature);
}

static void list_explained(struct scan *s, const int64_t *lines)
{
    struct coverage *c = &s->coverage;
    const struct signature *all = s->catalogue->signature;
    c->by = arena_array(s->arena, s->catalogue->count + 1, sizeof(*c->by));
    for (size_t i = 0; i < s->catalogue->count; i++)
        if (lines[i] > 0)
            c->by[c->by_count++] = (struct explanation){all[i].id, lines[i]};
    if (c->by_count > 1)
        qsort(c->by, c->by_count, sizeof(*c->by), compare_lines);
}

void group_unknown(struct scan *s, const struct occurrences *all,
                   struct findings *out)
{
    out->unknown = arena_array(s->arena, CLUSTERS_MAX, sizeof(*out->unknown));
    int64_t *lines =
        arena_array(s->arena, s->catalogue->count + 1, sizeof(*lines));
    size_t next = 0;
    for (size_t i = 0; i < s->error_count; i++) {
        struct error_line *e = &s->error[i];
        const struct occurrence *by = covered_by(all, e, &next);
        e->covered = e->explained != NULL || e->follows || by != NULL;
        e->rooted = e->follows || is_root(e->explained) ||
                    (by != NULL && is_root(by->signature));
        if (e->weak)
            continue;
        s->coverage.errors++;
        s->coverage.explained += e->covered;
        if (e->explained != NULL)
            lines[e->explained - s->catalogue->signature]++;
        if (e->covered)
            continue;
        struct cluster *c = cluster_for(s, out, e);
        if (c == NULL)
            continue;
        c->count++;
        c->last = e->place;
        c->in_good = c->in_good && e->good.all;
    }
    put_news_first(s, out);
    flood_explained(s, lines);
    list_explained(s, lines);
}
