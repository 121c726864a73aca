/* A cause in words: title, chain and evidence. */
#include <string.h>

#include "base/text.h"
#include "scan/cause_writer.h"

static void *list(struct cause_writer *w, size_t size)
{
    return arena_array(w->scan->arena, LIST_MAX, size);
}

static void gather_captures(struct cause_writer *w, const struct occurrence *o)
{
    for (size_t i = 0; i < o->capture_count; i++) {
        if (w->capture_count == LIST_MAX ||
            capture_get(w->capture, w->capture_count, o->capture[i].name))
            continue;
        w->capture[w->capture_count++] = o->capture[i];
    }
}

static void add_link(struct cause_writer *w, struct chain_link link)
{
    if (w->out->chain_count < LIST_MAX)
        w->out->chain[w->out->chain_count++] = link;
}

static struct chain_link link_of(struct cause_writer *w,
                                 const struct occurrence *o, size_t count)
{
    const char *text = cause_headline(w, o);
    if (count > 1)
        text = arena_printf(w->scan->arena, "%s (%zu times)", text, count);
    return (struct chain_link){.signature = o->signature->id,
                               .text = text,
                               .role = (int)o->signature->role,
                               .file = o->first.file,
                               .line = o->first.line};
}

static void write_chain(struct cause_writer *w)
{
    const struct cause_parts *p = w->parts;
    if (p->root != NULL)
        add_link(w, link_of(w, p->root, 1));
    if (p->unknown != NULL)
        add_link(w, (struct chain_link){.text = p->unknown->text,
                                        .role = ROLE_ROOT,
                                        .file = p->unknown->place.file,
                                        .line = p->unknown->place.line});
    for (size_t i = 0; i < p->follower_count; i++)
        if (cause_is_first(p, i))
            add_link(w, link_of(w, p->follower[i],
                                cause_followers(p, p->follower[i]->signature)));
}

int cause_deployment(const struct cause_parts *p)
{
    int proven = p->root == NULL ? -1 : p->root->signature->deployment;
    if (p->recovery != NULL || p->earlier)
        return -1;
    for (size_t i = 0; i < p->follower_count && proven < 0; i++)
        proven = p->follower[i]->signature->deployment;
    if (proven < 0 && p->end != NULL)
        proven = DEPLOYMENT_FAILED;
    return proven;
}

/* It has the shape of an error: not only words tell of one. */
static bool states_itself(const struct error_line *e)
{
    return e->shape != NULL && !e->weak && !e->follows;
}

static void write_kind(struct cause_writer *w)
{
    const struct cause_parts *p = w->parts;
    struct arena *a = w->scan->arena;
    struct cause *out = w->out;
    if (p->root != NULL) {
        out->signature = p->root->signature->id;
        out->title = p->root->signature->code == NULL
                         ? cause_headline(w, p->root)
                         : arena_printf(a, "%s: %s", p->root->signature->code,
                                        cause_headline(w, p->root));
        out->confidence = p->follower_count > 0 && !p->across
                              ? CONFIDENCE_HIGH
                              : CONFIDENCE_MEDIUM;
    } else if (p->unknown != NULL) {
        out->cluster = cluster_id(a, p->unknown->text);
        out->title = text_elide(a, str_from(p->unknown->text), 160);
        out->confidence = states_itself(p->unknown) ||
                                  (p->unknown->database && p->last_word == NULL)
                              ? CONFIDENCE_MEDIUM
                              : CONFIDENCE_LOW;
    } else if (p->follower_count == 0) {
        const struct signature *s = p->last_word->signature;
        out->elsewhere = s->look == NULL ? "the log of what was run before "
                                           "that, or of the service"
                                         : s->look;
        out->title = "undetermined: it failed, and these logs do not say why";
        out->confidence = CONFIDENCE_LOW;
    } else if (w->earlier.run != NULL) {
        out->elsewhere = w->earlier.run->name;
        out->title =
            arena_printf(a, "%s, in an earlier run", w->earlier.cause->title);
        out->confidence = CONFIDENCE_HIGH;
    } else {
        const struct signature *s = p->follower[0]->signature;
        out->signature = s->id;
        out->elsewhere =
            s->look == NULL ? "the log of the service that failed" : s->look;
        out->title = arena_printf(a, "the root of %s is not in these logs",
                                  cause_code(s));
        out->confidence = CONFIDENCE_LOW;
    }
}

static bool has_line(const struct cause *c, const struct evidence *line)
{
    for (size_t i = 0; i < c->evidence_count; i++)
        if (c->evidence[i].line == line->line &&
            strcmp(c->evidence[i].file, line->file) == 0)
            return true;
    return false;
}

static void add_evidence(struct cause_writer *w, const struct evidence *from,
                         size_t count, size_t most)
{
    struct cause *out = w->out;
    for (size_t i = 0; i < count && i < most; i++) {
        size_t at = out->evidence_count;
        if (at == LIST_MAX)
            return;
        if (has_line(out, &from[i]))
            continue;
        for (;
             at > 0 && strcmp(out->evidence[at - 1].file, from[i].file) == 0 &&
             out->evidence[at - 1].line > from[i].line;
             at--)
            out->evidence[at] = out->evidence[at - 1];
        out->evidence[at] = from[i];
        out->evidence_count++;
    }
}

/* The root's lines and the first ones of each consequence, in log order. */
static void write_evidence(struct cause_writer *w)
{
    const struct cause_parts *p = w->parts;
    w->out->evidence = list(w, sizeof(*w->out->evidence));
    if (p->unknown != NULL) {
        struct evidence line = {p->unknown->place.file, p->unknown->place.line,
                                p->unknown->text};
        add_evidence(w, &line, 1, 1);
    }
    if (p->last_word != NULL)
        add_evidence(w, p->last_word->evidence, p->last_word->evidence_count,
                     1);
    if (p->root != NULL)
        add_evidence(w, p->root->evidence, p->root->evidence_count,
                     EVIDENCE_MAX);
    for (size_t i = 0; i < p->follower_count; i++)
        if (cause_is_first(p, i))
            add_evidence(w, p->follower[i]->evidence,
                         p->follower[i]->evidence_count, 3);
}

void cause_write(struct scan *s, const struct cause_parts *parts,
                 struct cause *out)
{
    struct cause_writer w = {.scan = s, .parts = parts, .out = out};
    *out = (struct cause){.deployment = cause_deployment(parts),
                          .rollback = -1,
                          .earlier = parts->earlier};
    out->reason = list(&w, sizeof(*out->reason));
    out->chain = list(&w, sizeof(*out->chain));
    out->remedy = list(&w, sizeof(*out->remedy));
    out->confirm = list(&w, sizeof(*out->confirm));
    out->prevention = list(&w, sizeof(*out->prevention));
    out->link = list(&w, sizeof(*out->link));
    w.capture = list(&w, sizeof(*w.capture));
    if (parts->root != NULL)
        gather_captures(&w, parts->root);
    for (size_t i = 0; i < parts->follower_count; i++)
        gather_captures(&w, parts->follower[i]);
    if (parts->opener != NULL)
        gather_captures(&w, parts->opener);
    if (parts->root == NULL && parts->unknown == NULL)
        for (size_t i = 0; i < parts->follower_count; i++)
            if (previous_cause(s, parts->follower[i], &w.earlier))
                break;
    write_kind(&w);
    if (parts->earlier)
        out->title =
            arena_printf(s->arena, "from an earlier deploy: %s", out->title);
    cause_write_reasons(&w);
    write_chain(&w);
    write_evidence(&w);
    cause_write_knowledge(&w);
}
