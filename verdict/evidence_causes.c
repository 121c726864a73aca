/*
 * Causes that git and the deployments prove. They stand behind those of the
 * logs, and have what a signature has: meaning, remedies, a rollback. A
 * conflict that has ended is history, here and in the log.
 */
#include "verdict/evidence_causes.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/version.h"
#include "verdict/internal.h"

#define CLOCK_SKEW_MS INT64_C(60000) /* between a log and its host */
#define SHOWN_MAX     5 /* changes, and migrations, that are named one by one */

struct proving {
    struct joining *j;
    const struct evidence_kind *kind;
    struct cause *out;
    const struct migration_edit *edit[SHOWN_MAX];
    size_t edits; /* all of them */
};

static void add(struct proving *p, const char *reason)
{
    p->out->reason[p->out->reason_count++] = reason;
}

/* {from} and {path}, quoted for a shell. */
static const char *fill(struct proving *p, const char *command,
                        const struct migration_edit *e)
{
    const struct shape_pair known[] = {{"{from}", p->j->in->evidence->git.from},
                                       {"{path}", e->path}};
    struct buf out;
    buf_init(&out, (size_t)16 * 1024);
    while (*command != '\0') {
        const struct shape_pair *found = NULL;
        for (size_t i = 0; i < ARRAY_COUNT(known) && found == NULL; i++)
            if (strncmp(command, known[i].name, strlen(known[i].name)) == 0)
                found = &known[i];
        if (found == NULL) {
            buf_char(&out, *command++);
            continue;
        }
        text_shell_quote(&out, str_from(found->value));
        command += strlen(found->name);
    }
    return buf_take(p->j->arena, &out);
}

/* One row for each migration where it has a command for its file. */
static void write_remedies(struct proving *p)
{
    struct cause *out = p->out;
    size_t shown = p->edits < SHOWN_MAX ? p->edits : SHOWN_MAX;
    out->remedy = arena_array(p->j->arena, p->kind->remedy_count + SHOWN_MAX,
                              sizeof(*out->remedy));
    for (size_t i = 0; i < p->kind->remedy_count; i++) {
        const struct remedy *r = &p->kind->remedy[i];
        size_t times = r->command != NULL && shown > 1 ? shown : 1;
        for (size_t k = 0; k < times; k++) {
            struct remedy made = *r;
            if (r->command != NULL && p->edit[k] != NULL)
                made.command = fill(p, r->command, p->edit[k]);
            if (times > 1)
                made.text = arena_printf(p->j->arena, "%s (%s)", r->text,
                                         p->edit[k]->id);
            out->remedy[out->remedy_count++] = made;
        }
    }
}

static const char **copy_texts(struct arena *a, const char *const *from,
                               size_t count)
{
    const char **copy = arena_array(a, count + 1, sizeof(const char *));
    for (size_t i = 0; i < count; i++)
        copy[i] = from[i];
    return copy;
}

static struct proving prove(struct joining *j, enum evidence_id id)
{
    struct findings *logs = &j->record->logs;
    const struct evidence_kind *kind = evidence_kind(id);
    struct cause *out = &logs->cause[logs->cause_count++];
    *out = (struct cause){
        .proof = kind->id,
        .confidence = CONFIDENCE_MEDIUM,
        .deployment = kind->deployment,
        .rollback = kind->rollback,
        .rollback_why = kind->rollback_why,
        .reason = arena_array(j->arena, SHOWN_MAX + 2, sizeof(const char *)),
        .meaning = kind->meaning,
        .confirm = copy_texts(j->arena, kind->confirm, kind->confirm_count),
        .confirm_count = kind->confirm_count,
        .prevention =
            copy_texts(j->arena, kind->prevention, kind->prevention_count),
        .prevention_count = kind->prevention_count,
    };
    return (struct proving){.j = j, .kind = kind, .out = out};
}

/* A table's own format has one %s or %zu, never text from outside. */
static const char *title(struct proving *p, const char *one, size_t count)
{
    struct buf out;
    const char *format = count == 1 ? p->kind->one : p->kind->many;
    const char *at = strchr(format, '%');
    buf_init(&out, 4000);
    buf_str(&out, (struct str){format, (size_t)(at - format)});
    if (count == 1)
        buf_printf(&out, "%s%s", one, at + strlen("%s"));
    else
        buf_printf(&out, "%zu%s", count, at + strlen("%zu"));
    return buf_take(p->j->arena, &out);
}

static enum evidence_id edit_kind(const struct migration_edit *e)
{
    if (!e->deleted)
        return EVIDENCE_MIGRATION_EDITED;
    return e->commit == NULL ? EVIDENCE_MIGRATION_MISSING
                             : EVIDENCE_MIGRATION_DELETED;
}

/* Which edits count: of what a good deploy had, in more than its layout. */
static bool is_applied_edit(const struct git_evidence *g,
                            const struct migration_edit *e)
{
    return g->from != NULL && !e->cosmetic && e->id != NULL;
}

static const char *edit_reason(struct proving *p,
                               const struct migration_edit *e)
{
    struct arena *a = p->j->arena;
    const char *from = version_short(a, p->j->in->evidence->git.from);
    struct buf when;
    if (e->commit == NULL)
        return arena_printf(a,
                            "%s was in the last good deploy %s; no commit "
                            "between the two builds changed it",
                            e->path, from);
    buf_init(&when, 60);
    clock_format(&when, e->time_ms);
    const char *text = arena_printf(
        a, "commit %s of %s %s %s, which the last good deploy %s had: %s",
        version_short(a, e->commit), when.ptr,
        e->deleted ? "deleted" : "changed", e->path, from,
        e->subject == NULL ? "no message" : e->subject);
    buf_release(&when);
    return text;
}

/* Each migration counts once, however many commits changed it. */
static bool is_told(const struct git_evidence *g, size_t index)
{
    const struct migration_edit *e = &g->edit[index];
    for (size_t i = 0; i < index; i++)
        if (is_applied_edit(g, &g->edit[i]) &&
            edit_kind(&g->edit[i]) == edit_kind(e) &&
            g->edit[i].tool == e->tool && strcmp(g->edit[i].id, e->id) == 0)
            return true;
    return false;
}

/* Each change is a reason; each migration is one of the title's. */
static void prove_edits(struct joining *j, enum evidence_id id)
{
    const struct git_evidence *g = &j->in->evidence->git;
    struct proving p = {.j = NULL};
    size_t changes = 0;
    for (size_t i = 0; i < g->edit_count; i++) {
        const struct migration_edit *e = &g->edit[i];
        if (!is_applied_edit(g, e) || edit_kind(e) != id)
            continue;
        if (p.j == NULL)
            p = prove(j, id);
        if (changes++ < SHOWN_MAX)
            add(&p, edit_reason(&p, e));
        if (is_told(g, i))
            continue;
        if (p.edits < SHOWN_MAX)
            p.edit[p.edits] = e;
        p.edits++;
    }
    if (p.j == NULL)
        return;
    if (changes > SHOWN_MAX)
        add(&p, arena_printf(j->arena, "%zu more changes are in the record",
                             changes - SHOWN_MAX));
    p.out->title = title(&p, p.edit[0]->id, p.edits);
    write_remedies(&p);
}

static const char *overlap_text(struct arena *a,
                                const struct deployment_conflict *c)
{
    struct buf span;
    buf_init(&span, 60);
    text_duration(&span, c->overlap_ms * 1000);
    const char *text = arena_printf(
        a, "runs %s and %s deployed to %s at the same time, for %s", c->first,
        c->second, c->target, span.ptr);
    buf_release(&span);
    return text;
}

static const struct deployment_conflict *last_overlap(const struct joining *j,
                                                      bool open)
{
    const struct deploy_evidence *e = j->in->evidence;
    for (size_t i = e == NULL ? 0 : e->conflict_count; i-- > 0;)
        if ((e->conflict[i].ended_by == NULL) == open)
            return &e->conflict[i];
    return NULL;
}

const struct deployment_conflict *open_conflict(const struct joining *j)
{
    return last_overlap(j, true);
}

/* The log says it already, when it holds a conflict that nothing resolved. */
static bool log_has_conflict(const struct joining *j)
{
    const struct findings *logs = &j->record->logs;
    for (size_t i = 0; i < logs->cause_count; i++)
        if (logs->cause[i].deployment == DEPLOYMENT_CONFLICT)
            return true;
    return false;
}

static void prove_overlap(struct joining *j)
{
    const struct deployment_conflict *c = open_conflict(j);
    if (c == NULL || log_has_conflict(j))
        return;
    struct proving p = prove(j, EVIDENCE_DEPLOYMENTS_OVERLAP);
    p.out->title = title(
        &p, arena_printf(j->arena, "runs %s and %s", c->first, c->second), 1);
    add(&p, overlap_text(j->arena, c));
    add(&p, c->same_commit ? "both runs deployed the same commit"
                           : "the runs deployed different commits");
    write_remedies(&p);
}

/* When the first finding of a cause's root was logged; 0: not known. */
static int64_t time_of(const struct findings *logs, const struct cause *c)
{
    for (size_t i = 0; c->signature != NULL && i < logs->finding_count; i++)
        if (strcmp(logs->finding[i].signature, c->signature) == 0)
            return logs->finding[i].last.time_ms;
    return 0;
}

/*
 * A later run that deployed what the conflict in the log kept out. Where the
 * log does not say when it happened, the overlap has to tell.
 */
static const char *resolved_by(const struct joining *j, const struct cause *c)
{
    const struct deploy_evidence *e = j->in->evidence;
    int64_t time_ms = time_of(&j->record->logs, c);
    const struct deployment_conflict *ended = last_overlap(j, false);
    if (e == NULL || c->deployment != DEPLOYMENT_CONFLICT ||
        open_conflict(j) != NULL)
        return NULL;
    for (size_t i = 0; time_ms != 0 && i < e->run_count; i++)
        if (e->run[i].start_ms >= time_ms &&
            deployment_run_succeeded(&e->run[i]) && e->run[i].commit != NULL &&
            j->in->expected != NULL &&
            version_matches(j->in->expected, e->run[i].commit))
            return e->run[i].id;
    if (ended == NULL ||
        (time_ms != 0 &&
         time_ms > ended->start_ms + ended->overlap_ms + CLOCK_SKEW_MS))
        return NULL;
    return ended->ended_by;
}

static void resolve_conflicts(struct joining *j)
{
    struct findings *logs = &j->record->logs;
    for (size_t i = 0; i < logs->cause_count; i++) {
        struct cause *c = &logs->cause[i];
        const char *run = c->recovered == NULL ? resolved_by(j, c) : NULL;
        if (run == NULL)
            continue;
        c->recovered = arena_printf(j->arena, "run %s", run);
        c->deployment = -1;
    }
}

/* Space for what is appended; those of an earlier joining are found anew. */
static void copy_causes(struct joining *j)
{
    struct findings *logs = &j->record->logs;
    size_t kept = 0;
    struct cause *copy =
        arena_array(j->arena, logs->cause_count + 8, sizeof(*copy));
    for (size_t i = 0; i < logs->cause_count; i++)
        if (logs->cause[i].proof == NULL)
            copy[kept++] = logs->cause[i];
    logs->cause = copy;
    logs->cause_count = kept;
}

void add_evidence_causes(struct joining *j)
{
    copy_causes(j);
    if (j->in->evidence == NULL)
        return;
    resolve_conflicts(j);
    prove_overlap(j);
    prove_edits(j, EVIDENCE_MIGRATION_EDITED);
    prove_edits(j, EVIDENCE_MIGRATION_DELETED);
    prove_edits(j, EVIDENCE_MIGRATION_MISSING);
}

void explain_conflicts(struct joining *j)
{
    const struct deployment_conflict *open = open_conflict(j);
    const struct deployment_conflict *ended = last_overlap(j, false);
    if (open != NULL)
        add_reason(j, overlap_text(j->arena, open));
    else if (ended != NULL)
        add_reason(j, arena_printf(
                          j->arena, "%s; run %s has deployed the commit since",
                          overlap_text(j->arena, ended), ended->ended_by));
}

/* Nothing looks wrong, yet production and the files differ. */
void degrade_for_edits(struct joining *j)
{
    struct record *r = j->record;
    bool edited = false;
    for (size_t i = 0; i < r->logs.cause_count; i++)
        edited =
            edited || (r->logs.cause[i].proof != NULL &&
                       strncmp(r->logs.cause[i].proof, "evidence/migration-",
                               strlen("evidence/migration-")) == 0);
    if (!edited || r->advice != ADVICE_PROCEED)
        return;
    r->verdict = VERDICT_DEGRADED;
    r->advice = ADVICE_REVIEW;
    if (r->exit == EXIT_VERIFIED && j->in->fail_on_degraded)
        r->exit = EXIT_DEGRADED;
}

const struct cause *deciding_cause(const struct findings *logs)
{
    for (size_t i = 0; logs != NULL && i < logs->cause_count; i++)
        if (cause_stands(&logs->cause[i]) &&
            logs->cause[i].rollback_why != NULL)
            return &logs->cause[i];
    return NULL;
}

/* What was there before the build that is expected, by its own responses. */
static const char *observed_before(const struct joining *j)
{
    const struct deployment_state *d = &j->record->deployment;
    for (size_t i = 0; i < d->observed_count; i++)
        if (d->observed[i].version != NULL && !d->observed[i].expected)
            return d->observed[i].version;
    return NULL;
}

static bool is_expected(const struct joining *j, const char *build)
{
    const char *expected = j->record->deployment.expected;
    return expected != NULL && version_matches(expected, build);
}

const char *last_good_build(const struct joining *j)
{
    const struct deploy_evidence *e = j->in->evidence;
    if (e != NULL && e->git.from != NULL && !is_expected(j, e->git.from))
        return e->git.from;
    for (size_t i = e == NULL ? 0 : e->run_count; i-- > 0;)
        if (deployment_run_succeeded(&e->run[i]) && e->run[i].commit != NULL &&
            !is_expected(j, e->run[i].commit))
            return e->run[i].commit;
    return observed_before(j);
}
