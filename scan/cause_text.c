/* A cause in words: title, reasons, chain, and the ways out of it. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "scan/internal.h"

#define LIST_MAX 64 /* reasons, remedies and so on of one cause */

struct writer {
    struct scan *scan;
    const struct cause_parts *parts;
    struct cause *out;
    struct shape_pair *capture; /* of the root and what follows it */
    size_t capture_count;
    struct previous_hit earlier; /* what an earlier run knew; run NULL: none */
};

static void *list(struct writer *w, size_t size)
{
    return arena_array(w->scan->arena, LIST_MAX, size);
}

static void gather_captures(struct writer *w, const struct occurrence *o)
{
    for (size_t i = 0; i < o->capture_count; i++) {
        if (w->capture_count == LIST_MAX ||
            capture_get(w->capture, w->capture_count, o->capture[i].name))
            continue;
        w->capture[w->capture_count++] = o->capture[i];
    }
}

static const char *headline(struct writer *w, const struct occurrence *o)
{
    const char *text = NULL;
    if (o->signature->headline != NULL)
        text = capture_fill(w->scan->arena, o->signature->headline, o->capture,
                            o->capture_count);
    return text == NULL ? o->signature->title : text;
}

static const char *code_of(const struct signature *s)
{
    return s->code == NULL ? s->id : s->code;
}

static void add_reason(struct writer *w, const char *text)
{
    if (w->out->reason_count < LIST_MAX)
        w->out->reason[w->out->reason_count++] = text;
}

static size_t count_of(const struct cause_parts *p, const struct signature *s)
{
    size_t count = 0;
    for (size_t i = 0; i < p->follower_count; i++)
        count += p->follower[i]->signature == s;
    return count;
}

static bool first_of_its_kind(const struct cause_parts *p, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (p->follower[i]->signature == p->follower[index]->signature)
            return false;
    return true;
}

static const char *root_name(struct writer *w)
{
    if (w->parts->root != NULL)
        return code_of(w->parts->root->signature);
    return "this error";
}

static const char *times(struct writer *w, size_t count)
{
    return count == 1 ? "once"
                      : arena_printf(w->scan->arena, "%zu times", count);
}

static const char *follower_reason(struct writer *w, const struct occurrence *o,
                                   size_t count)
{
    struct arena *a = w->scan->arena;
    const char *at =
        arena_printf(a, "%s:%lld", o->first.file, (long long)o->first.line);
    if (o->signature->role == ROLE_WRAPPER)
        return arena_printf(a, "%s stands inside what %s reports at %s",
                            root_name(w), code_of(o->signature), at);
    if (w->parts->root != NULL && o->signature == w->parts->root->signature)
        return arena_printf(a, "%s at %s is the same error without its names",
                            root_name(w), at);
    if (o->signature->role == ROLE_ROOT)
        return arena_printf(a,
                            "%s usually follows such an error (%s, first "
                            "at %s)",
                            code_of(o->signature), times(w, count), at);
    if (o->signature->because != NULL)
        return arena_printf(a, "%s (%s, first at %s)", o->signature->because,
                            times(w, count), at);
    return arena_printf(a,
                        "%s comes after it and is only ever a consequence "
                        "(%s, first at %s)",
                        code_of(o->signature), times(w, count), at);
}

static void write_reasons(struct writer *w)
{
    const struct cause_parts *p = w->parts;
    struct arena *a = w->scan->arena;
    const struct place *at = p->root != NULL      ? &p->root->first
                             : p->unknown != NULL ? &p->unknown->place
                                                  : NULL;
    for (size_t i = 0; at != NULL && i < p->follower_count; i++)
        if (first_of_its_kind(p, i))
            add_reason(w,
                       follower_reason(w, p->follower[i],
                                       count_of(p, p->follower[i]->signature)));
    if (at == NULL && p->follower_count > 0)
        add_reason(w,
                   arena_printf(
                       a,
                       "%s was found %s, first at %s:%lld, but it is never "
                       "the first error, and none stands before it in "
                       "these logs",
                       code_of(p->follower[0]->signature),
                       times(w, p->follower_count), p->follower[0]->first.file,
                       (long long)p->follower[0]->first.line));
    else if (at != NULL && p->follower_count == 0)
        add_reason(w, arena_printf(a,
                                   "nothing in these logs stands between "
                                   "%s:%lld and a cause before it",
                                   at->file, (long long)at->line));
    if ((p->root != NULL && p->root->in_good) ||
        (p->unknown != NULL && p->unknown->in_good))
        add_reason(w, "the log of the good deploy has it, too");
    else if (at != NULL && w->scan->good != NULL)
        add_reason(w, "the log of the good deploy does not have it");
    if (p->opener != NULL)
        add_reason(w,
                   arena_printf(a, "it happened in %s, which %s:%lld starts",
                                headline(w, p->opener), p->opener->first.file,
                                (long long)p->opener->first.line));
    if (p->across)
        add_reason(w, "what follows from it stands in another log, container "
                      "or process: they are joined by order and time");
    if (p->last_word != NULL)
        add_reason(w, arena_printf(a,
                                   "%s says that it failed, at %s:%lld, and "
                                   "no known error tells why",
                                   p->last_word->signature->id,
                                   p->last_word->first.file,
                                   (long long)p->last_word->first.line));
    if (p->unknown != NULL)
        add_reason(w, "no signature knows this error: it is judged by its "
                      "place alone");
}

static void write_earlier(struct writer *w)
{
    const struct previous_hit *h = &w->earlier;
    struct buf when;
    if (h->run == NULL)
        return;
    buf_init(&when, 60);
    clock_format(&when, h->run->time_ms);
    add_reason(w, arena_printf(w->scan->arena,
                               "the run of %s reported %s: %s, at %s:%lld",
                               when.ptr,
                               h->finding->code == NULL ? h->finding->signature
                                                        : h->finding->code,
                               h->finding->title, h->finding->first.file,
                               (long long)h->finding->first.line));
    buf_release(&when);
}

static void write_standing(struct writer *w)
{
    const struct cause_parts *p = w->parts;
    struct arena *a = w->scan->arena;
    w->out->score = p->rank.score;
    if (p->recovery != NULL) {
        w->out->recovered = arena_printf(a, "%s:%lld", p->recovery->first.file,
                                         (long long)p->recovery->first.line);
        add_reason(w,
                   arena_printf(a, "it was got over: %s, at %s",
                                headline(w, p->recovery), w->out->recovered));
    }
    if (p->rivals > 0)
        add_reason(w, arena_printf(a, "ranked with %lld points: %s",
                                   (long long)p->rank.score, p->rank.text));
}

static void add_link(struct writer *w, struct chain_link link)
{
    if (w->out->chain_count < LIST_MAX)
        w->out->chain[w->out->chain_count++] = link;
}

static struct chain_link link_of(struct writer *w, const struct occurrence *o,
                                 size_t count)
{
    const char *text = headline(w, o);
    if (count > 1)
        text = arena_printf(w->scan->arena, "%s (%zu times)", text, count);
    return (struct chain_link){.signature = o->signature->id,
                               .text = text,
                               .role = (int)o->signature->role,
                               .file = o->first.file,
                               .line = o->first.line};
}

static void write_chain(struct writer *w)
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
        if (first_of_its_kind(p, i))
            add_link(w, link_of(w, p->follower[i],
                                count_of(p, p->follower[i]->signature)));
}

/* {name} becomes the captured value, quoted for a shell, or <name>. */
static const char *fill_command(struct writer *w, const char *command)
{
    struct buf out;
    struct str rest = str_from(command);
    if (command == NULL)
        return NULL;
    buf_init(&out, 4096);
    while (rest.len > 0) {
        size_t open = str_find(rest, STR("{"), 0);
        buf_str(&out, str_sub(rest, 0, open));
        if (open == rest.len)
            break;
        struct str name =
            str_cut(str_sub(rest, open + 1, rest.len), '}', &rest);
        const char *key = str_dup(w->scan->arena, name);
        const char *value = capture_get(w->capture, w->capture_count, key);
        if (value != NULL)
            text_shell_quote(&out, str_from(value));
        else
            buf_printf(&out, "<%s>", key);
    }
    const char *text = buf_dup(w->scan->arena, &out);
    buf_release(&out);
    return text;
}

static void add_remedies(struct writer *w, const struct signature *s,
                         bool dangerous)
{
    for (size_t i = 0; i < s->remedy_count; i++) {
        const struct remedy *r = &s->remedy[i];
        if ((r->danger != NULL) != dangerous ||
            w->out->remedy_count == LIST_MAX)
            continue;
        w->out->remedy[w->out->remedy_count++] =
            (struct remedy){.text = r->text,
                            .command = fill_command(w, r->command),
                            .danger = r->danger};
    }
}

/* They were filled in with what that run captured. */
static void add_earlier_remedies(struct writer *w, bool dangerous)
{
    const struct cause *c = w->earlier.cause;
    for (size_t i = 0; c != NULL && i < c->remedy_count; i++)
        if ((c->remedy[i].danger != NULL) == dangerous &&
            w->out->remedy_count < LIST_MAX)
            w->out->remedy[w->out->remedy_count++] = c->remedy[i];
}

/* With captures put in where all that a text names are known. */
static const char *fill_text(struct writer *w, const char *text)
{
    const char *filled =
        capture_fill(w->scan->arena, text, w->capture, w->capture_count);
    return filled == NULL ? text : filled;
}

static void add_texts(const char **to, size_t *count, const char *const *from,
                      size_t from_count)
{
    for (size_t i = 0; i < from_count; i++) {
        bool known = *count == LIST_MAX;
        for (size_t k = 0; k < *count; k++)
            known = known || strcmp(to[k], from[i]) == 0;
        if (!known)
            to[(*count)++] = from[i];
    }
}

static void add_confirm(struct writer *w, const struct signature *s)
{
    for (size_t i = 0; i < s->confirm_count; i++) {
        const char *text = fill_text(w, s->confirm[i]);
        add_texts(w->out->confirm, &w->out->confirm_count, &text, 1);
    }
}

/* Does it name a command that gets out of it? */
static bool knows_the_way(const struct signature *s)
{
    for (size_t i = 0; i < s->remedy_count; i++)
        if (s->remedy[i].command != NULL && s->remedy[i].danger == NULL)
            return true;
    return false;
}

static size_t add_role(const struct cause_parts *p, enum role role, bool knows,
                       const struct signature **out, size_t count)
{
    for (size_t i = 0; i < p->follower_count && count < LIST_MAX; i++) {
        const struct signature *s = p->follower[i]->signature;
        if (s->role == role && knows_the_way(s) == knows &&
            first_of_its_kind(p, i))
            out[count++] = s;
    }
    return count;
}

/*
 * First the tools that wrap the error and have a command for it, such as that
 * which marks a migration as applied; then the error itself.
 */
static size_t signatures_of(const struct cause_parts *p,
                            const struct signature **out)
{
    size_t count = add_role(p, ROLE_WRAPPER, true, out, 0);
    if (p->root != NULL && count < LIST_MAX)
        out[count++] = p->root->signature;
    count = add_role(p, ROLE_WRAPPER, false, out, count);
    count = add_role(p, ROLE_SYMPTOM, true, out, count);
    return add_role(p, ROLE_SYMPTOM, false, out, count);
}

static void write_knowledge(struct writer *w)
{
    const struct signature *all[LIST_MAX];
    size_t count = signatures_of(w->parts, all);
    struct cause *out = w->out;
    for (int dangerous = 0; dangerous <= 1; dangerous++) {
        for (size_t i = 0; i < count; i++)
            add_remedies(w, all[i], dangerous == 1);
        add_earlier_remedies(w, dangerous == 1);
    }
    for (size_t i = 0; i < count; i++) {
        add_confirm(w, all[i]);
        add_texts(out->prevention, &out->prevention_count, all[i]->prevention,
                  all[i]->prevention_count);
        add_texts(out->link, &out->link_count, all[i]->link,
                  all[i]->link_count);
    }
    if (w->parts->root != NULL)
        out->meaning = w->parts->root->signature->meaning;
    else if (count > 0)
        out->meaning = all[0]->meaning;
}

static int proven_deployment(const struct cause_parts *p)
{
    int proven = p->root == NULL ? -1 : p->root->signature->deployment;
    if (p->recovery != NULL)
        return -1;
    for (size_t i = 0; i < p->follower_count && proven < 0; i++)
        proven = p->follower[i]->signature->deployment;
    return proven;
}

static void write_kind(struct writer *w)
{
    const struct cause_parts *p = w->parts;
    struct arena *a = w->scan->arena;
    struct cause *out = w->out;
    if (p->root != NULL) {
        out->signature = p->root->signature->id;
        out->title = p->root->signature->code == NULL
                         ? headline(w, p->root)
                         : arena_printf(a, "%s: %s", p->root->signature->code,
                                        headline(w, p->root));
        out->confidence = p->follower_count > 0 && !p->across
                              ? CONFIDENCE_HIGH
                              : CONFIDENCE_MEDIUM;
    } else if (p->unknown != NULL) {
        out->cluster = cluster_id(a, p->unknown->text);
        out->title = text_elide(a, str_from(p->unknown->text), 160);
        out->confidence = p->unknown->database && p->last_word == NULL
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
        out->elsewhere =
            s->look == NULL ? "the log of the service that failed" : s->look;
        out->title =
            arena_printf(a, "the root of %s is not in these logs", code_of(s));
        out->confidence = CONFIDENCE_LOW;
    }
}

static void add_evidence(struct writer *w, const struct evidence *from,
                         size_t count, size_t most)
{
    struct cause *out = w->out;
    for (size_t i = 0; i < count && i < most; i++) {
        size_t at = out->evidence_count;
        if (at == LIST_MAX)
            return;
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
static void write_evidence(struct writer *w)
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
        if (first_of_its_kind(p, i))
            add_evidence(w, p->follower[i]->evidence,
                         p->follower[i]->evidence_count, 3);
}

void cause_write(struct scan *s, const struct cause_parts *parts,
                 struct cause *out)
{
    struct writer w = {.scan = s, .parts = parts, .out = out};
    *out = (struct cause){.deployment = proven_deployment(parts)};
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
    write_reasons(&w);
    write_earlier(&w);
    write_standing(&w);
    write_chain(&w);
    write_evidence(&w);
    write_knowledge(&w);
}
