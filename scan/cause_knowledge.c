/*
 * What a cause knows: meaning, what a rollback does, remedies, how to confirm
 * it, prevention, links. All of it is chosen from the signatures of its chain.
 */
#include <string.h>

#include "base/text.h"
#include "scan/cause_writer.h"

static const char *fill(struct cause_writer *w, const char *text, bool command)
{
    return signature_fill(w->scan->arena, text,
                          &(struct fill){.capture = w->capture,
                                         .count = w->capture_count,
                                         .command = command});
}

/* The signature of the wrapped error: of this run, or of the earlier one. */
static const char *wrapped_signature(const struct cause_writer *w)
{
    if (w->parts->root != NULL)
        return w->parts->root->signature->id;
    return w->earlier.cause == NULL ? NULL : w->earlier.cause->signature;
}

/* Ids of a database's errors end in its code: postgres/42p07. */
static bool has_code(const char *id, const char *code)
{
    const char *slash = strrchr(id, '/');
    return slash != NULL &&
           str_equal_nocase(str_from(slash + 1), str_from(code));
}

/* An error without a signature that speaks of what exists already. */
static bool says_exists(const struct cause_writer *w)
{
    return w->parts->unknown != NULL &&
           strstr(w->parts->unknown->text, " already ") != NULL;
}

/*
 * Is this the error that the remedy is for? When only its code is known, that
 * decides; when nothing is, the condition in the remedy's text has to.
 */
static bool fits_error(const struct cause_writer *w,
                       const struct signature_remedy *r)
{
    const char *id = wrapped_signature(w);
    const char *code = capture_get(w->capture, w->capture_count, "sqlstate");
    if (r->when_count == 0 || (id == NULL && code == NULL) ||
        (id == NULL && says_exists(w)))
        return true;
    for (size_t i = 0; i < r->when_count; i++)
        if (id != NULL ? signature_id_matches(id, r->when[i])
                       : has_code(r->when[i], code))
            return true;
    return false;
}

/* Does the tool that reports the error have a safe remedy for this error? */
static bool tool_has_remedy(const struct cause_writer *w)
{
    const struct cause_parts *p = w->parts;
    for (size_t i = 0; i < p->follower_count; i++) {
        const struct signature *s = p->follower[i]->signature;
        for (size_t k = 0; k < s->remedy_count; k++)
            if (s->remedy[k].when_count > 0 && s->remedy[k].danger == NULL &&
                fits_error(w, &s->remedy[k]))
                return true;
    }
    return false;
}

/* A tool that has remedies by the wrapped error runs migrations. */
static bool runs_migrations(const struct signature *s)
{
    for (size_t i = 0; s->role == ROLE_WRAPPER && i < s->remedy_count; i++)
        if (s->remedy[i].when_count > 0)
            return true;
    return false;
}

static bool is_of_migration(const struct cause_writer *w)
{
    const struct cause_parts *p = w->parts;
    for (size_t i = 0; i < p->follower_count; i++)
        if (runs_migrations(p->follower[i]->signature))
            return true;
    return false;
}

static bool is_offered(const struct cause_writer *w,
                       const struct signature_remedy *r)
{
    if (r->rolls_back && (w->out->rollback == ROLLBACK_USELESS ||
                          w->out->rollback == ROLLBACK_HARMFUL))
        return false;
    if ((r->unless_wrapped && tool_has_remedy(w)) ||
        (r->outside_migration && is_of_migration(w)))
        return false;
    return fits_error(w, r);
}

static void add_remedy(struct cause_writer *w, const struct remedy *r)
{
    struct cause *out = w->out;
    for (size_t i = 0; i < out->remedy_count; i++)
        if (strcmp(out->remedy[i].text, r->text) == 0)
            return;
    if (out->remedy_count < LIST_MAX)
        out->remedy[out->remedy_count++] = *r;
}

static void add_remedies(struct cause_writer *w, const struct signature *s,
                         bool dangerous)
{
    for (size_t i = 0; i < s->remedy_count; i++) {
        const struct signature_remedy *r = &s->remedy[i];
        if ((r->danger != NULL) != dangerous || !is_offered(w, r))
            continue;
        const struct remedy made = {.text = fill(w, r->text, false),
                                    .command = fill(w, r->command, true),
                                    .danger = fill(w, r->danger, false)};
        add_remedy(w, &made);
    }
}

/* They were filled in with what that run captured. */
static void add_earlier_remedies(struct cause_writer *w, bool dangerous)
{
    const struct cause *c = w->earlier.cause;
    for (size_t i = 0; c != NULL && i < c->remedy_count; i++)
        if ((c->remedy[i].danger != NULL) == dangerous)
            add_remedy(w, &c->remedy[i]);
}

static void add_texts(struct cause_writer *w, const char **to, size_t *count,
                      const char *const *from, size_t from_count)
{
    for (size_t i = 0; i < from_count; i++) {
        const char *text = fill(w, from[i], false);
        bool known = *count == LIST_MAX;
        for (size_t k = 0; k < *count && !known; k++)
            known = strcmp(to[k], text) == 0;
        if (!known)
            to[(*count)++] = text;
    }
}

/* Does it name a command? */
static bool has_command(const struct signature *s)
{
    for (size_t i = 0; i < s->remedy_count; i++)
        if (s->remedy[i].command != NULL && s->remedy[i].danger == NULL)
            return true;
    return false;
}

static size_t add_role(const struct cause_parts *p, enum role role,
                       bool command, const struct signature **out, size_t count)
{
    for (size_t i = 0; i < p->follower_count && count < LIST_MAX; i++) {
        const struct signature *s = p->follower[i]->signature;
        if (s->role == role && has_command(s) == command &&
            cause_is_first(p, i))
            out[count++] = s;
    }
    return count;
}

/*
 * First the error itself, which nothing but its own remedy fixes; then the
 * tools that report it, such as that which marks a migration as applied.
 */
static size_t signatures_of(const struct cause_parts *p,
                            const struct signature **out)
{
    size_t count = 0;
    if (p->root != NULL)
        out[count++] = p->root->signature;
    count = add_role(p, ROLE_WRAPPER, true, out, count);
    count = add_role(p, ROLE_WRAPPER, false, out, count);
    count = add_role(p, ROLE_SYMPTOM, true, out, count);
    return add_role(p, ROLE_SYMPTOM, false, out, count);
}

/* What a rollback does, by one signature of the chain or the earlier run. */
struct outlook {
    int rollback; /* -1: nothing is known */
    const char *why;
};

/* The worse one wins; of two that are as bad, the one that came first. */
static void consider(struct outlook *o, int rollback, const char *why)
{
    if (why != NULL && rollback > o->rollback)
        *o = (struct outlook){rollback, why};
}

static void consider_signature(struct outlook *o, const struct signature *s)
{
    consider(o, s->rollback, s->rollback_why);
}

/* It says in what state the tool or the target was left. */
static bool tells_state(const struct signature *s)
{
    return s->role == ROLE_WRAPPER ||
           (s->role == ROLE_SYMPTOM && s->severity == SEVERITY_CRITICAL);
}

/*
 * The root may be gone with an older build while the state that its tool left
 * stays, so the worst of them counts. Of equals it is the one that knows most:
 * what a migration tool has recorded, then the root, then what reports it.
 * Verdicts of platforms count only where nothing else is known.
 */
static void write_rollback(struct cause_writer *w)
{
    const struct cause_parts *p = w->parts;
    struct outlook o = {.rollback = -1};
    for (size_t i = 0; i < p->follower_count; i++)
        if (runs_migrations(p->follower[i]->signature) &&
            p->follower[i]->signature->rollback > ROLLBACK_HELPS)
            consider_signature(&o, p->follower[i]->signature);
    if (p->root != NULL)
        consider_signature(&o, p->root->signature);
    if (w->earlier.cause != NULL)
        consider(&o, w->earlier.cause->rollback,
                 w->earlier.cause->rollback_why);
    for (size_t i = 0; i < p->follower_count; i++)
        if (tells_state(p->follower[i]->signature))
            consider_signature(&o, p->follower[i]->signature);
    for (size_t i = 0; i < p->follower_count && o.rollback < 0; i++)
        consider_signature(&o, p->follower[i]->signature);
    w->out->rollback = o.rollback;
    w->out->rollback_why = fill(w, o.why, false);
}

void cause_write_knowledge(struct cause_writer *w)
{
    const struct signature *all[LIST_MAX];
    size_t count = signatures_of(w->parts, all);
    struct cause *out = w->out;
    write_rollback(w);
    for (int dangerous = 0; dangerous <= 1; dangerous++) {
        for (size_t i = 0; i < count; i++)
            add_remedies(w, all[i], dangerous == 1);
        add_earlier_remedies(w, dangerous == 1);
    }
    for (size_t i = 0; i < count; i++) {
        add_texts(w, out->confirm, &out->confirm_count, all[i]->confirm,
                  all[i]->confirm_count);
        add_texts(w, out->prevention, &out->prevention_count,
                  all[i]->prevention, all[i]->prevention_count);
        add_texts(w, out->link, &out->link_count, all[i]->link,
                  all[i]->link_count);
    }
    if (count > 0)
        out->meaning = all[0]->meaning;
}
