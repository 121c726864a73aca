/* Hits to occurrences to findings. */
#include <string.h>

#include "base/hash.h"
#include "scan/internal.h"

#define LOOK_BACK 64 /* occurrences that a hit may still belong to */

const char *capture_get(const struct shape_pair *pair, size_t count,
                        const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(pair[i].name, name) == 0)
            return pair[i].value;
    return NULL;
}

const char *capture_fill(struct arena *a, const char *text,
                         const struct shape_pair *pair, size_t count)
{
    struct buf out;
    struct str rest = str_from(text);
    const char *filled = NULL;
    bool known = true;
    buf_init(&out, 4096);
    while (known && rest.len > 0) {
        size_t open = str_find(rest, STR("{"), 0);
        buf_str(&out, str_sub(rest, 0, open));
        rest = str_sub(rest, open + 1, rest.len);
        if (rest.ptr == NULL || open >= open + rest.len)
            break;
        struct str name = str_cut(rest, '}', &rest);
        const char *value = capture_get(pair, count, str_dup(a, name));
        known = value != NULL;
        buf_text(&out, value);
    }
    if (known)
        filled = buf_dup(a, &out);
    buf_release(&out);
    return filled;
}

/* No capture that both have may differ. */
static bool compatible(const struct occurrence *o, const struct hit *h)
{
    for (size_t i = 0; i < h->capture_count; i++) {
        const char *known =
            capture_get(o->capture, o->capture_count, h->capture[i].name);
        if (known != NULL && strcmp(known, h->capture[i].value) != 0)
            return false;
    }
    return true;
}

static uint64_t pattern_bit(const struct hit *h)
{
    ptrdiff_t index = h->pattern - h->signature->pattern;
    return h->detail ? 0 : UINT64_C(1) << (index & 63);
}

/* It names the same thing: the same fault, printed once more. */
static bool same_key(const struct occurrence *o, const struct hit *h)
{
    const struct signature *g = h->signature;
    for (size_t i = 0; i < g->key_count; i++) {
        const char *known =
            capture_get(o->capture, o->capture_count, g->key[i]);
        const char *now = capture_get(h->capture, h->capture_count, g->key[i]);
        if (known == NULL || now == NULL || strcmp(known, now) != 0)
            return false;
    }
    return g->key_count > 0;
}

static bool other_units(const struct scope *a, const struct scope *b)
{
    return a->unit[0] != '\0' && b->unit[0] != '\0' &&
           strcmp(a->unit, b->unit) != 0;
}

static bool belongs(const struct occurrence *o, const struct hit *h)
{
    int64_t distance = h->place.line - o->last.line;
    if (distance < 0)
        distance = -distance; /* in a log that is newest first */
    if (o->signature != h->signature || o->scope.region != h->scope.region ||
        !scope_joins(&o->first_at, &o->scope, &h->at, &h->scope) ||
        other_units(&o->scope, &h->scope))
        return false;
    if (distance > h->signature->span || !compatible(o, h))
        return false;
    return distance == 0 || (o->seen & pattern_bit(h)) == 0 || same_key(o, h);
}

static void add_captures(struct scan *s, struct occurrence *o,
                         const struct hit *h)
{
    struct shape_pair *all = arena_array(
        s->arena, o->capture_count + h->capture_count + 1, sizeof(*all));
    size_t count = o->capture_count;
    if (count > 0)
        memcpy(all, o->capture, count * sizeof(*all));
    for (size_t i = 0; i < h->capture_count; i++)
        if (capture_get(all, count, h->capture[i].name) == NULL)
            all[count++] = h->capture[i];
    o->capture = all;
    o->capture_count = count;
}

static void add_evidence(struct scan *s, struct occurrence *o,
                         const struct hit *h)
{
    if (o->evidence_count >= EVIDENCE_MAX ||
        (o->evidence_count > 0 &&
         o->evidence[o->evidence_count - 1].line == h->place.line))
        return;
    o->evidence = arena_grow(s->arena, o->evidence, o->evidence_count,
                             &o->evidence_cap, sizeof(*o->evidence));
    o->evidence[o->evidence_count++] =
        (struct evidence){h->place.file, h->place.line, h->text};
}

static void merge(struct scan *s, struct occurrence *o, const struct hit *h)
{
    o->last = h->place;
    o->last_at = h->at;
    o->seen |= pattern_bit(h);
    o->good.all = o->good.all && h->good.all;
    o->good.some = o->good.some && h->good.some;
    add_captures(s, o, h);
    add_evidence(s, o, h);
}

static struct occurrence *find_open(struct occurrences *all,
                                    const struct hit *h)
{
    for (size_t i = all->count, seen = 0; i-- > 0 && seen < LOOK_BACK; seen++)
        if (belongs(&all->item[i], h))
            return &all->item[i];
    return NULL;
}

void group_hits(struct scan *s, struct occurrences *out)
{
    for (size_t i = 0; i < s->hit_count; i++) {
        const struct hit *h = &s->hit[i];
        struct occurrence *o = find_open(out, h);
        if (o == NULL && h->detail)
            continue;
        if (o == NULL) {
            out->item = arena_grow(s->arena, out->item, out->count, &out->cap,
                                   sizeof(*out->item));
            o = &out->item[out->count++];
            *o = (struct occurrence){.signature = h->signature,
                                     .first_at = h->at,
                                     .first = h->place,
                                     .scope = h->scope,
                                     .good = {true, true}};
        }
        merge(s, o, h);
    }
}

static bool may_be_one(const char *a, const char *b)
{
    return a[0] == '\0' || b[0] == '\0' || strcmp(a, b) == 0;
}

bool scope_joins(const struct position *a_at, const struct scope *a,
                 const struct position *b_at, const struct scope *b)
{
    return a_at->log == b_at->log && may_be_one(a->source, b->source) &&
           may_be_one(a->process, b->process) &&
           may_be_one(a->request, b->request);
}

bool same_finding(const struct occurrence *a, const struct occurrence *b)
{
    if (a->signature != b->signature)
        return false;
    for (size_t i = 0; i < a->signature->key_count; i++) {
        const char *name = a->signature->key[i];
        const char *x = capture_get(a->capture, a->capture_count, name);
        const char *y = capture_get(b->capture, b->capture_count, name);
        if (strcmp(x == NULL ? "" : x, y == NULL ? "" : y) != 0)
            return false;
    }
    return true;
}

/* 1: FNV-1a, 64 bits, of the id and the key captures in order. */
static const char *fingerprint(struct scan *s, const struct occurrence *o)
{
    const struct signature *g = o->signature;
    uint64_t hash = hash_add(HASH_START, str_from(g->id));
    for (size_t i = 0; i < g->key_count; i++) {
        hash = hash_add(hash, STR("\n"));
        hash = hash_add(hash, str_from(capture_get(o->capture, o->capture_count,
                                                   g->key[i])));
    }
    return arena_printf(s->arena, "1:%016llx", (unsigned long long)hash);
}

static void start_finding(struct scan *s, const struct occurrence *o,
                          struct finding *f)
{
    const struct signature *g = o->signature;
    const char *headline =
        g->headline == NULL
            ? NULL
            : capture_fill(s->arena, g->headline, o->capture, o->capture_count);
    *f = (struct finding){
        .signature = g->id,
        .code = g->code,
        .title = headline == NULL ? g->title : headline,
        .meaning = g->meaning,
        .fingerprint = fingerprint(s, o),
        .role = (int)g->role,
        .severity = (int)g->severity,
        .first = o->first,
        .in_good = true,
        .capture = o->capture,
        .capture_count = o->capture_count,
        .evidence = arena_array(s->arena, EVIDENCE_MAX, sizeof(*f->evidence)),
    };
}

static void add_to_finding(struct finding *f, const struct occurrence *o)
{
    f->count++;
    f->last = o->last;
    f->in_good = f->in_good && o->good.all;
    for (size_t i = 0; i < o->evidence_count; i++)
        if (f->evidence_count < EVIDENCE_MAX)
            f->evidence[f->evidence_count++] = o->evidence[i];
}

struct list {
    struct finding *finding;
    const struct occurrence **first; /* of each */
    size_t count;
};

static void add_to_list(struct scan *s, struct list *l,
                        const struct occurrence *o)
{
    size_t at = 0;
    while (at < l->count && !same_finding(l->first[at], o))
        at++;
    if (at == SCAN_FINDINGS_MAX) {
        s->coverage.gave_up++;
        return;
    }
    if (at == l->count) {
        l->first[l->count++] = o;
        start_finding(s, o, &l->finding[at]);
    }
    add_to_finding(&l->finding[at], o);
}

static struct list list_new(struct scan *s)
{
    return (struct list){
        .finding =
            arena_array(s->arena, SCAN_FINDINGS_MAX, sizeof(struct finding)),
        .first = arena_array(s->arena, SCAN_FINDINGS_MAX,
                             sizeof(const struct occurrence *)),
    };
}

static bool is_news(const struct occurrence *o)
{
    return o->signature->recovers_count > 0;
}

#define BESIDE 4 /* occurrences of one line */

/* A good word for which the line has a signature of its own, too. */
static bool is_twice(const struct occurrences *all, size_t index)
{
    const struct occurrence *o = &all->item[index];
    bool twice = false;
    if (o->signature->words != WORDS_SPEAKER_WELL)
        return false;
    for (size_t i = index > BESIDE ? index - BESIDE : 0;
         i < all->count && i <= index + BESIDE; i++)
        twice = twice || (is_news(&all->item[i]) &&
                          all->item[i].signature != o->signature &&
                          all->item[i].first_at.log == o->first_at.log &&
                          all->item[i].first.line == o->first.line);
    return twice;
}

void group_findings(struct scan *s, const struct occurrences *all,
                    struct findings *out)
{
    struct list errors = list_new(s), news = list_new(s);
    for (size_t i = 0; i < all->count; i++) {
        bool good = is_news(&all->item[i]);
        if (!is_twice(all, i))
            add_to_list(s, good ? &news : &errors, &all->item[i]);
    }
    out->finding = errors.finding;
    out->finding_count = errors.count;
    out->news = news.finding;
    out->news_count = news.count;
}
