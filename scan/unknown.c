/* Error lines without a signature: alike but for names and numbers is one. */
#include <string.h>

#include "base/text.h"
#include "scan/internal.h"

#define CLUSTERS_MAX 500
#define MASKED_MAX   300

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

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
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
            return true;
    return false;
}

/* Words with a digit and quoted texts are names; what stays is the template */
static void mask_line(struct buf *out, struct str text)
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
        } else if (c == '"' || c == '`') {
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

static uint32_t fnv1a(struct str s)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.ptr[i]) * 16777619u;
    return hash;
}

static char *masked(struct arena *a, const char *text)
{
    struct buf out;
    buf_init(&out, MASKED_MAX);
    mask_line(&out, str_from(text));
    char *copy = buf_dup(a, &out);
    buf_release(&out);
    return copy;
}

uint64_t masked_hash(struct str text)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    struct buf out;
    buf_init(&out, MASKED_MAX);
    mask_line(&out, str_sub(text, 0, MASKED_MAX));
    for (size_t i = 0; i < out.len; i++)
        hash = (hash ^ (unsigned char)out.ptr[i]) * UINT64_C(1099511628211);
    buf_release(&out);
    return hash;
}

const char *cluster_id(struct arena *a, const char *text)
{
    return arena_printf(a, "u-%08x", fnv1a(str_from(masked(a, text))));
}

#define OPEN_MAX 64 /* happenings whose block may still be open */

/*
 * A line within the block of a known error needs no name of its own. Both
 * lists are in order: *next is the first happening after the line.
 */
static bool covered(const struct occurrences *all, const struct error_line *e,
                    size_t *next)
{
    while (*next < all->count && all->item[*next].first_sequence <= e->sequence)
        (*next)++;
    for (size_t i = *next, seen = 0; i-- > 0 && seen < OPEN_MAX; seen++)
        if (all->item[i].last_sequence >= e->sequence)
            return true;
    return false;
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

void group_unknown(struct scan *s, const struct occurrences *all,
                   struct findings *out)
{
    out->unknown = arena_array(s->arena, CLUSTERS_MAX, sizeof(*out->unknown));
    size_t next = 0;
    for (size_t i = 0; i < s->error_count; i++) {
        struct error_line *e = &s->error[i];
        e->explained = e->explained || covered(all, e, &next);
        s->coverage.errors++;
        s->coverage.explained += e->explained;
        if (e->explained)
            continue;
        struct cluster *c = cluster_for(s, out, e);
        if (c == NULL)
            continue;
        c->count++;
        c->last = e->place;
        c->in_good = c->in_good && e->in_good;
    }
    put_news_first(s, out);
}
