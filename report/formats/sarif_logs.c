/* What the logs say, as SARIF: findings of signatures, unknown errors. */
#include <stdlib.h>
#include <string.h>

#include "report/formats/internal.h"

#define UNKNOWN   "log/unknown-error"
#define ELSEWHERE "log/cause-elsewhere"

static const char *rule_of(struct arena *a, const char *signature)
{
    return arena_printf(a, "log/%s", short_name(a, signature, CASE_NAME_MAX));
}

/* Is this finding what a cause that was not got over begins with? */
static bool is_cause(const struct findings *f, const struct finding *finding)
{
    for (size_t i = 0; i < f->cause_count; i++)
        if (f->cause[i].signature != NULL && cause_stands(&f->cause[i]) &&
            strcmp(f->cause[i].signature, finding->signature) == 0)
            return true;
    return false;
}

static enum sarif_level level_of(const struct findings *f,
                                 const struct finding *finding)
{
    if (finding->recovered != NULL || finding->in_good ||
        finding->role >= ROLE_BOILERPLATE)
        return SARIF_NOTE;
    return is_cause(f, finding) ? SARIF_ERROR : SARIF_WARNING;
}

static int compare(const void *left, const void *right)
{
    const struct finding *const *l = left, *const *r = right;
    int order = strcmp((*l)->signature, (*r)->signature);
    return order != 0 ? order : (*l > *r) - (*l < *r);
}

/* One for each signature that was found, in order of their names. */
void sarif_log_rules(struct sarif *s)
{
    const struct findings *f = &s->record->logs;
    const struct finding **by =
        arena_array(s->arena, f->finding_count + 1, sizeof(*by));
    size_t count = 0;
    for (size_t i = 0; i < f->finding_count; i++)
        if (f->finding[i].signature != NULL)
            by[count++] = &f->finding[i];
    qsort((void *)by, count, sizeof(*by), compare);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(by[i]->signature, by[i - 1]->signature) == 0)
            continue;
        sarif_rule(&s->json, rule_of(s->arena, by[i]->signature),
                   said(by[i]->title), by[i]->meaning);
    }
    sarif_rule(&s->json, UNKNOWN, "An error that no signature explains", NULL);
    sarif_rule(&s->json, ELSEWHERE, "What broke first is not in these logs",
               NULL);
}

static void findings(struct sarif *s, enum sarif_level level)
{
    const struct findings *f = &s->record->logs;
    for (size_t i = 0; i < f->finding_count; i++) {
        const struct finding *n = &f->finding[i];
        if (n->signature == NULL || level_of(f, n) != level)
            continue;
        const char *line = n->evidence_count > 0 ? n->evidence[0].text : NULL;
        const struct sarif_result result = {
            .rule = rule_of(s->arena, n->signature),
            .message = arena_printf(s->arena, "%s%s%s", said(n->title),
                                    line == NULL ? "" : ": ",
                                    line == NULL ? "" : line),
            .level = level,
            .spot = {n->first.file, n->first.line},
            .fingerprint = n->fingerprint != NULL
                               ? n->fingerprint
                               : sarif_fingerprint(s->arena, n->signature, ""),
            .count = n->count,
        };
        if (sarif_begin(s, &result))
            sarif_end(s);
    }
}

static void unknown(struct sarif *s, enum sarif_level level)
{
    const struct findings *f = &s->record->logs;
    for (size_t i = 0; i < f->unknown_count; i++) {
        const struct cluster *c = &f->unknown[i];
        if ((c->in_good ? SARIF_NOTE : SARIF_WARNING) != level)
            continue;
        const struct sarif_result result = {
            .rule = UNKNOWN,
            .message = said(c->sample),
            .level = level,
            .spot = {c->first.file, c->first.line},
            .fingerprint = sarif_fingerprint(s->arena, UNKNOWN, c->text),
            .count = c->count,
        };
        if (sarif_begin(s, &result))
            sarif_end(s);
    }
}

/* Causes of a signature are findings already; these two kinds are not. */
static void elsewhere(struct sarif *s, enum sarif_level level)
{
    const struct findings *f = &s->record->logs;
    for (size_t i = 0; level == SARIF_ERROR && i < f->cause_count; i++) {
        const struct cause *c = &f->cause[i];
        struct spot spot = {NULL, 0};
        if (c->elsewhere == NULL || !cause_stands(c))
            continue;
        if (c->chain_count > 0)
            spot = (struct spot){c->chain[0].file, c->chain[0].line};
        else if (c->evidence_count > 0)
            spot = (struct spot){c->evidence[0].file, c->evidence[0].line};
        const struct sarif_result result = {
            .rule = ELSEWHERE,
            .message = arena_printf(s->arena, "%s; look in %s", said(c->title),
                                    c->elsewhere),
            .level = level,
            .spot = spot,
            .fingerprint = sarif_fingerprint(s->arena, ELSEWHERE, c->title),
        };
        if (sarif_begin(s, &result))
            sarif_end(s);
    }
}

void sarif_log_results(struct sarif *s, enum sarif_level level)
{
    elsewhere(s, level);
    findings(s, level);
    unknown(s, level);
}
