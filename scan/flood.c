/* Incidents by signature and key, error lines by their template. */
#include "scan/flood.h"

#include <stdlib.h>
#include <string.h>

#define INCIDENTS_MAX 2000 /* of all signatures; more give up */
#define TEMPLATES_MAX 2000
#define KEYS_MAX      4

struct incident {
    const struct signature *signature;
    const char *key[KEYS_MAX];
    const struct pattern *pattern; /* that its last happening began with */
    int64_t count;
    struct place last;
    bool in_good;
};

struct template
{
    uint64_t hash;
    int64_t count;
    struct place last;
};

struct flood {
    uint32_t *kept;     /* by signature */
    int64_t *explained; /* error lines, likewise */
    struct incident *incident;
    size_t incident_count, incident_cap;
    struct template *template;
    size_t template_count, template_cap;
};

void flood_close(struct flood *f)
{
    if (f == NULL)
        return;
    free(f->kept);
    free(f->explained);
    free(f);
}

static struct flood *opened(struct scan *s)
{
    if (s->flood != NULL)
        return s->flood;
    s->flood = heap_zeroed(sizeof(*s->flood));
    s->flood->kept =
        heap_zeroed((s->catalogue->count + 1) * sizeof(*s->flood->kept));
    s->flood->explained =
        heap_zeroed((s->catalogue->count + 1) * sizeof(int64_t));
    return s->flood;
}

static size_t index_of(const struct scan *s, const struct signature *g)
{
    return (size_t)(g - s->catalogue->signature);
}

/* Where many signatures are flooded, each keeps less. */
bool flood_is_on(const struct scan *s, const struct signature *signature)
{
    if (signature->ending == ENDING_LAST)
        return false;
    size_t kept = s->flood == NULL ? 0 : s->flood->kept[index_of(s, signature)];
    return kept >= FLOOD_HITS_MIN ||
           (s->hit_count >= SCAN_HITS_MAX / 2 && kept >= FLOOD_HITS_MIN / 50);
}

void flood_kept(struct scan *s, const struct signature *signature)
{
    if (signature->ending != ENDING_LAST) /* of those a log has one */
        opened(s)->kept[index_of(s, signature)]++;
}

static size_t key_count(const struct signature *g)
{
    return g->key_count < KEYS_MAX ? g->key_count : KEYS_MAX;
}

static const char *key_of(const struct hit *h, size_t i)
{
    const char *value =
        capture_get(h->capture, h->capture_count, h->signature->key[i]);
    return value == NULL ? "" : value;
}

static struct incident *find_incident(struct flood *f, const struct hit *h)
{
    for (size_t i = 0; i < f->incident_count; i++) {
        struct incident *in = &f->incident[i];
        bool same = in->signature == h->signature;
        for (size_t k = 0; same && k < key_count(h->signature); k++)
            same = strcmp(in->key[k], key_of(h, k)) == 0;
        if (same)
            return in;
    }
    return NULL;
}

static void add_incident(struct scan *s, const struct hit *h)
{
    struct flood *f = s->flood;
    if (f->incident_count == INCIDENTS_MAX) {
        s->coverage.gave_up++;
        return;
    }
    f->incident = arena_grow(s->arena, f->incident, f->incident_count,
                             &f->incident_cap, sizeof(*f->incident));
    struct incident *in = &f->incident[f->incident_count++];
    *in = (struct incident){.signature = h->signature,
                            .pattern = h->pattern,
                            .last = h->place,
                            .in_good = true};
    for (size_t k = 0; k < key_count(h->signature); k++)
        in->key[k] = arena_dup(s->arena, key_of(h, k), strlen(key_of(h, k)));
}

/* One happening is printed in several forms within its span. */
static bool goes_on(const struct incident *in, const struct hit *h)
{
    int64_t distance = h->place.line - in->last.line;
    return distance >= 0 && distance <= h->signature->span &&
           strcmp(in->last.file, h->place.file) == 0 &&
           in->pattern != h->pattern;
}

bool flood_takes(struct scan *s, const struct hit *h)
{
    if (h->detail)
        return true;
    struct incident *in = find_incident(opened(s), h);
    if (in == NULL) {
        add_incident(s, h);
        return false;
    }
    if (!goes_on(in, h)) {
        in->count++;
        in->pattern = h->pattern;
    }
    in->last = h->place;
    in->in_good = in->in_good && h->good.all;
    return true;
}

void flood_error(struct scan *s, const struct error_line *e)
{
    struct flood *f = opened(s);
    size_t at = 0;
    s->coverage.errors++;
    s->coverage.explained += e->explained != NULL;
    if (e->explained != NULL) {
        f->explained[index_of(s, e->explained)]++;
        return;
    }
    uint64_t hash = masked_hash(str_from(e->text));
    while (at < f->template_count && f->template[at].hash != hash)
        at++;
    if (at == TEMPLATES_MAX) {
        s->coverage.gave_up++;
        return;
    }
    if (at == f->template_count) {
        f->template = arena_grow(s->arena, f->template, f->template_count,
                                 &f->template_cap, sizeof(*f->template));
        f->template[f->template_count++] = (struct template){.hash = hash};
    }
    f->template[at].count++;
    f->template[at].last = e->place;
}

void flood_explained(const struct scan *s, int64_t *lines)
{
    for (size_t i = 0; s->flood != NULL && i < s->catalogue->count; i++)
        lines[i] += s->flood->explained[i];
}

static bool is_of(const struct finding *f, const struct incident *in)
{
    const struct signature *g = in->signature;
    bool same = strcmp(f->signature, g->id) == 0;
    for (size_t k = 0; same && k < key_count(g); k++) {
        const char *value =
            capture_get(f->capture, f->capture_count, g->key[k]);
        same = in->key[k][0] == '\0' ||
               (value != NULL && strcmp(value, in->key[k]) == 0);
    }
    return same;
}

/* Errors that came only after there was no room have no cluster. */
void flood_write(const struct scan *s, struct findings *out)
{
    const struct flood *f = s->flood;
    for (size_t i = 0; f != NULL && i < f->incident_count; i++)
        for (size_t k = 0; k < out->finding_count; k++) {
            if (!is_of(&out->finding[k], &f->incident[i]))
                continue;
            out->finding[k].count += f->incident[i].count;
            out->finding[k].last = f->incident[i].last;
            out->finding[k].in_good =
                out->finding[k].in_good && f->incident[i].in_good;
            break;
        }
    for (size_t i = 0; f != NULL && i < f->template_count; i++)
        for (size_t k = 0; k < out->unknown_count; k++)
            if (masked_hash(str_from(out->unknown[k].sample)) ==
                f->template[i].hash) {
                out->unknown[k].count += f->template[i].count;
                out->unknown[k].last = f->template[i].last;
                break;
            }
}
