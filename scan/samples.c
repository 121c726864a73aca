/* The tests that signatures carry: anchors, edges and samples. */
#include <string.h>

#include "language/regex.h"
#include "scan/anchor.h"
#include "scan/internal.h"

struct check {
    const struct catalogue *catalogue;
    const struct signature *signature;
    struct text_scanner *scanner;
    struct sample_count *count;
    struct diags *diags;
};

/* The filter finds anchors only: a match without its anchor would be lost. */
static void check_patterns(struct check *c, const struct pattern *p,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!anchor_is_proven(p[i].match, p[i].anchor))
            diags_add(c->diags, p[i].pos,
                      "%s: it cannot be seen that every match holds the anchor "
                      "'%.*s'",
                      c->signature->id, STR_ARGS(p[i].anchor));
        if (nested_quantifier(p[i].match) < p[i].match.len)
            diags_add(c->diags, p[i].pos,
                      "%s: a repeated group holds a repetition: on some line "
                      "this takes for ever",
                      c->signature->id);
    }
}

static void check_edges(struct check *c, const char *const *id, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool known = false;
        for (size_t k = 0; k < c->catalogue->count && !known; k++)
            known = signature_id_matches(c->catalogue->signature[k].id, id[i]);
        if (!known)
            diags_add(c->diags, c->signature->pos,
                      "%s names '%s', which no signature is", c->signature->id,
                      id[i]);
    }
}

static size_t index_of(const struct catalogue *all, const char *id)
{
    size_t i = 0;
    while (i < all->count && strcmp(all->signature[i].id, id) != 0)
        i++;
    return i;
}

/* Names alone: a `*` stands for what comes before it in a log, too. */
static bool leads_to(const struct catalogue *all, size_t from, size_t to,
                     bool *seen)
{
    const struct signature *s = &all->signature[from];
    seen[from] = true;
    for (size_t i = 0; i < s->wraps_count + s->symptom_of_count; i++) {
        const char *id = i < s->wraps_count ? s->wraps[i]
                                            : s->symptom_of[i - s->wraps_count];
        size_t next = index_of(all, id);
        if (next == to)
            return true;
        if (next < all->count && !seen[next] && leads_to(all, next, to, seen))
            return true;
    }
    return false;
}

static void check_circle(struct check *c)
{
    struct arena a;
    size_t at = (size_t)(c->signature - c->catalogue->signature);
    arena_init(&a);
    bool *seen = arena_array(&a, c->catalogue->count + 1, sizeof(*seen));
    if (leads_to(c->catalogue, at, at, seen))
        diags_add(c->diags, c->signature->pos,
                  "%s comes back to itself by its edges, so it has no root",
                  c->signature->id);
    arena_release(&a);
}

/* The same line would be two incidents. */
static void check_twin(struct check *c, const struct pattern *p)
{
    const struct catalogue *all = c->catalogue;
    for (const struct signature *s = all->signature; s < c->signature; s++)
        for (size_t i = 0; i < s->pattern_count; i++)
            if (str_equal(s->pattern[i].match, p->match))
                diags_add(c->diags, p->pos,
                          "%s has the same pattern as %s, at %s",
                          c->signature->id, s->id,
                          pos_text(c->diags->arena, s->pattern[i].pos));
}

/* What anybody can quote in a log gets over nothing. */
static void check_news(struct check *c)
{
    const struct signature *s = c->signature;
    for (size_t i = 0; s->recovers_count > 0 && i < s->pattern_count; i++)
        if (!s->pattern[i].at_start)
            diags_add(c->diags, s->pattern[i].pos,
                      "%s recovers errors, so each of its patterns needs "
                      "'at: start'",
                      s->id);
}

/* Errors and good news; index: over both. */
static const struct finding *nth_finding(const struct findings *f, size_t index)
{
    if (index < f->finding_count)
        return &f->finding[index];
    index -= f->finding_count;
    return index < f->news_count ? &f->news[index] : NULL;
}

static const struct finding *find_finding(const struct findings *f,
                                          const char *id)
{
    const struct finding *one;
    for (size_t i = 0; (one = nth_finding(f, i)) != NULL; i++)
        if (strcmp(one->signature, id) == 0)
            return one;
    return NULL;
}

static int64_t times_found(const struct findings *f, const char *id)
{
    const struct finding *one;
    int64_t count = 0;
    for (size_t i = 0; (one = nth_finding(f, i)) != NULL; i++)
        if (strcmp(one->signature, id) == 0)
            count += one->count;
    return count;
}

static void check_positive(struct check *c, const struct sample *s,
                           const struct findings *f)
{
    const struct finding *first = find_finding(f, c->signature->id);
    int64_t count = times_found(f, c->signature->id);
    c->count->positive++;
    if (count != s->count) {
        diags_add(c->diags, s->pos,
                  "%s: the sample should match %lld times, it matched %lld",
                  c->signature->id, (long long)s->count, (long long)count);
        return;
    }
    for (size_t i = 0; i < s->capture_count; i++) {
        const char *value = capture_get(first->capture, first->capture_count,
                                        s->capture[i].name);
        if (value == NULL || strcmp(value, s->capture[i].value) != 0)
            diags_add(c->diags, s->pos,
                      "%s: capture '%s' should be '%s', it is '%s'",
                      c->signature->id, s->capture[i].name, s->capture[i].value,
                      value == NULL ? "" : value);
    }
}

static void check_negative(struct check *c, const struct sample *s,
                           const struct findings *f)
{
    c->count->negative++;
    if (find_finding(f, c->signature->id) != NULL)
        diags_add(c->diags, s->pos, "%s: the look-alike matched",
                  c->signature->id);
}

static void check_cascade(struct check *c, const struct sample *s,
                          const struct findings *f)
{
    const char *root = "nothing";
    c->count->cascade++;
    if (f->cause_count > 0 && f->cause[0].recovered != NULL)
        root = "recovered";
    else if (f->cause_count > 0 && f->cause[0].signature != NULL &&
             f->cause[0].elsewhere == NULL)
        root = f->cause[0].signature;
    else if (f->cause_count > 0)
        root = f->cause[0].cluster != NULL ? "unknown" : "elsewhere";
    if (strcmp(root, s->root) != 0)
        diags_add(c->diags, s->pos, "%s: the root should be %s, it is %s",
                  c->signature->id, s->root, root);
}

static const struct edge_row *find_edge(const struct findings *f,
                                        const struct shape_pair *want)
{
    for (size_t i = 0; i < f->edge_count; i++)
        if (strcmp(f->edge[i].from, want->name) == 0 &&
            strcmp(f->edge[i].to, want->value) == 0)
            return &f->edge[i];
    return NULL;
}

/* The whole of it: an edge too many is as wrong as one that is missing. */
static void check_graph(struct check *c, const struct sample *s,
                        const struct findings *f)
{
    bool same = s->has_graph && f->edge_count == s->edge_count;
    struct buf found;
    for (size_t i = 0; same && i < s->edge_count; i++)
        same = find_edge(f, &s->edge[i]) != NULL;
    if (same)
        return;
    buf_init(&found, 4000);
    for (size_t i = 0; i < f->edge_count; i++)
        buf_printf(&found, "%s%s: %s", i == 0 ? "" : ", ", f->edge[i].from,
                   f->edge[i].to);
    diags_add(c->diags, s->pos, "%s: the graph %s; what was found is { %s }",
              c->signature->id,
              s->has_graph ? "should be another one" : "is not given",
              found.ptr);
    buf_release(&found);
}

static void check_sample(struct check *c, const struct sample *s)
{
    struct arena a;
    struct findings f;
    arena_init(&a);
    text_scanner_run(c->scanner, &f, &a, "sample", s->text);
    switch (s->kind) {
    case SAMPLE_POSITIVE:
        check_positive(c, s, &f);
        break;
    case SAMPLE_NEGATIVE:
        check_negative(c, s, &f);
        break;
    case SAMPLE_CASCADE:
        check_cascade(c, s, &f);
        check_graph(c, s, &f);
        break;
    }
    arena_release(&a);
}

static void count_sample(struct check *c, const struct sample *s)
{
    c->count->positive += s->kind == SAMPLE_POSITIVE;
    c->count->negative += s->kind == SAMPLE_NEGATIVE;
}

static void check_samples(struct check *c)
{
    bool positive = false, negative = false;
    for (size_t i = 0; i < c->signature->sample_count; i++) {
        const struct sample *s = &c->signature->sample[i];
        positive = positive || s->kind == SAMPLE_POSITIVE;
        negative = negative || s->kind == SAMPLE_NEGATIVE;
        if (c->signature->proved_by < 0)
            check_sample(c, s);
        else /* verdict/evidence_samples.c does */
            count_sample(c, s);
    }
    if (!positive || !negative)
        diags_add(c->diags, c->signature->pos,
                  "%s needs a positive sample (text) and a look-alike (not)",
                  c->signature->id);
}

void catalogue_check(const struct catalogue *catalogue,
                     struct sample_count *count, struct diags *d)
{
    struct text_scanner *scanner = text_scanner_open(catalogue, false);
    *count = (struct sample_count){0, 0, 0};
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct signature *s = &catalogue->signature[i];
        struct check c = {catalogue, s, scanner, count, d};
        check_patterns(&c, s->pattern, s->pattern_count);
        check_patterns(&c, s->detail, s->detail_count);
        for (size_t k = 0; k < s->pattern_count; k++)
            check_twin(&c, &s->pattern[k]);
        check_news(&c);
        check_circle(&c);
        check_edges(&c, s->wraps, s->wraps_count);
        check_edges(&c, s->symptom_of, s->symptom_of_count);
        check_edges(&c, s->usually_after, s->usually_after_count);
        check_edges(&c, s->recovers, s->recovers_count);
        signature_check_advice(catalogue, s, d);
        placeholders_check(s, d);
        check_samples(&c);
    }
    text_scanner_close(scanner);
    padding_check(catalogue, d);
}
