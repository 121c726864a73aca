/* The life of an incident, from the episodes of its checks. */
#include <string.h>

#include "base/text.h"
#include "watch/internal.h"

/* What this round changed, counted over its episodes. */
struct turn_of_events {
    size_t failing;   /* now */
    size_t worse;     /* alarmed in this round, or rose */
    size_t recovered; /* in this round */
    size_t calm;      /* of them, those that do not flap */
};

static const struct check_state *state_of(const struct watch_round *out,
                                          const char *check)
{
    size_t at = by_check_find(&out->states, check);
    return at == BY_CHECK_NONE ? NULL : &out->state[at];
}

static struct turn_of_events count_turn(const struct watch_round *out)
{
    struct turn_of_events n = {0, 0, 0, 0};
    for (size_t i = 0; i < out->episode_count; i++) {
        const struct tracked_episode *t = &out->episode[i];
        n.failing += watch_is_failing(&t->is);
        n.worse += t->alarmed || t->rose;
        if (!t->ended || t->is.alarm_ms == 0)
            continue;
        const struct check_state *s = state_of(out, t->is.check);
        n.recovered++;
        n.calm += s == NULL || !s->flapping;
    }
    return n;
}

static void describe(struct watch_round *out, struct arena *a)
{
    struct episode *all = arena_array(a, out->episode_count + 1, sizeof(*all));
    for (size_t i = 0; i < out->episode_count; i++)
        all[i] = out->episode[i].is;
    watch_describe(&out->incident, a, all, out->episode_count,
                   (int64_t)out->state_count);
}

/* Of an earlier deployment is no cause of what fails now. */
static void take_cause(struct incident_row *i, const struct record *r)
{
    const struct cause *c = findings_cause(&r->logs);
    if (c == NULL || c->confidence == CONFIDENCE_LOW || c->signature == NULL)
        return;
    i->signature = c->signature;
    if (i->status < (int)INCIDENT_IDENTIFIED)
        i->status = INCIDENT_IDENTIFIED;
    for (size_t k = 0; k < r->logs.finding_count; k++) {
        const struct finding *f = &r->logs.finding[k];
        for (size_t n = 0; n < f->capture_count && i->migration == NULL; n++)
            if (strcmp(f->capture[n].name, "migration") == 0)
                i->migration = f->capture[n].value;
    }
}

/* The build that was serving when it opened. */
static const char *build_of(const struct record *r)
{
    const char *build = NULL;
    for (size_t i = 0; i < r->result_count && build == NULL; i++)
        build = r->result[i].identity;
    return build;
}

static int64_t first_failure(const struct watch_round *out)
{
    int64_t first = out->now_ms;
    for (size_t i = 0; i < out->episode_count; i++)
        if (watch_is_failing(&out->episode[i].is) &&
            out->episode[i].is.from_ms < first)
            first = out->episode[i].is.from_ms;
    return first;
}

static void open_incident(struct watch_round *out, struct arena *a,
                          const struct watch_inputs *in)
{
    out->incident = (struct incident_row){
        .id = in->next_id,
        .status = INCIDENT_DETECTED,
        .service = in->settings->service,
        .commit = build_of(in->record),
        .started_ms = first_failure(out),
        .detected_ms = out->now_ms,
        .reminded_ms = out->now_ms,
    };
    out->has_incident = out->changed = out->worst = true;
    take_cause(&out->incident, in->record);
    describe(out, a);
    tell_incident(out, a, TRANSITION_OPENED);
}

/* How bad a moment was: severities first, then how many checks failed. */
struct badness {
    int severity;
    size_t failing;
};

static struct badness badness_at(const struct incident_row *row,
                                 int64_t time_ms)
{
    struct badness b = {SEVERITY_INFO, 0};
    for (size_t i = 0; i < row->episode_count; i++) {
        const struct episode *e = &row->episode[i];
        if (e->alarm_ms == 0 || e->alarm_ms > time_ms ||
            (e->to_ms != 0 && e->to_ms <= time_ms))
            continue;
        b.failing++;
        if (e->severity < b.severity)
            b.severity = e->severity;
    }
    return b;
}

/* Only where something alarmed it can have become worse than before. */
static bool is_worst_yet(const struct watch_round *out)
{
    const struct incident_row *row = &out->incident;
    struct badness now = badness_at(row, out->now_ms);
    int64_t seen = 0;
    for (size_t i = 0; i < row->episode_count; i++) {
        int64_t at = row->episode[i].alarm_ms;
        if (at == 0 || at == seen || at >= out->now_ms)
            continue;
        struct badness then = badness_at(row, at);
        seen = at;
        if (then.severity < now.severity ||
            (then.severity == now.severity && then.failing >= now.failing))
            return false;
    }
    return true;
}

/* Something fails that was not known: reminders begin again. */
static void fail_again(struct watch_round *out)
{
    struct incident_row *row = &out->incident;
    row->mitigated_ms = row->resolved_ms = row->verified_ms = 0;
    if (row->status > (int)INCIDENT_IDENTIFIED)
        row->status = row->signature != NULL ? INCIDENT_IDENTIFIED
                                             : INCIDENT_INVESTIGATING;
    row->reminded_ms = out->now_ms;
    row->reminders = 0;
    out->worst = is_worst_yet(out);
    out->changed = true;
}

/* All of its checks passed for long enough; those that are gone do not count.
 */
static bool has_recovered(const struct watch_round *out,
                          const struct watch_inputs *in)
{
    const struct incident_row *row = &out->incident;
    for (size_t i = 0; i < row->episode_count; i++) {
        const struct check_state *s = state_of(out, row->episode[i].check);
        if (s != NULL && !state_recovered(s, in->settings))
            return false;
    }
    return true;
}

static void recover(struct watch_round *out, struct arena *a,
                    const struct watch_inputs *in, bool calm)
{
    struct incident_row *row = &out->incident;
    bool began = row->mitigated_ms == 0;
    if (began) {
        row->mitigated_ms = out->now_ms;
        row->status = INCIDENT_MITIGATED;
        round_note(out, a, WITNESS_OBSERVED, "no check of the incident fails");
    }
    out->end = out->changed = out->changed || began;
    if (!has_recovered(out, in)) {
        if (began && calm)
            tell_incident(out, a, TRANSITION_RECOVERING);
        return;
    }
    row->resolved_ms = row->mitigated_ms;
    row->verified_ms = out->now_ms;
    row->status = INCIDENT_VERIFIED;
    out->end = out->changed = true;
    round_note(out, a, WITNESS_OBSERVED,
               arena_printf(a,
                            "all checks of the incident have passed %lld "
                            "round%s in a row: resolved",
                            (long long)in->settings->close,
                            in->settings->close == 1 ? "" : "s"));
    tell_incident(out, a, TRANSITION_RESOLVED);
}

static bool is_covered(const struct incident_row *row)
{
    for (size_t i = 0; i < row->episode_count; i++)
        if (watch_is_failing(&row->episode[i]) &&
            row->episode[i].alarm_ms > row->covered_ms)
            return false;
    return true;
}

/* When the next reminder is due; 0: never. */
static int64_t next_reminder(const struct watch *settings,
                             const struct incident_row *row)
{
    int64_t pause = settings->remind_ms;
    if (pause == 0 || row->verified_ms != 0 || is_covered(row))
        return 0;
    for (int64_t i = 0; i < row->reminders && pause < settings->remind_most_ms;
         i++)
        pause = pause / 1000 * settings->remind_backoff_milli;
    if (pause > settings->remind_most_ms)
        pause = settings->remind_most_ms;
    return row->reminded_ms + pause;
}

static void remind(struct watch_round *out, struct arena *a,
                   const struct watch_inputs *in)
{
    struct incident_row *row = &out->incident;
    int64_t due = next_reminder(in->settings, row);
    if (due == 0 || out->now_ms < due)
        return;
    row->reminded_ms = out->now_ms;
    row->reminders++;
    out->changed = true;
    tell_incident(out, a, TRANSITION_REMINDED);
}

static void continue_incident(struct watch_round *out, struct arena *a,
                              const struct watch_inputs *in,
                              const struct turn_of_events *n)
{
    struct incident_row *row = &out->incident;
    const char *signature = row->signature;
    if (n->worse > 0) {
        fail_again(out);
        tell_incident(out, a, TRANSITION_WORSENED);
    }
    if (n->failing > 0 && n->recovered > 0) {
        out->changed = true;
        if (n->calm > 0)
            tell_incident(out, a, TRANSITION_IMPROVED);
    }
    if (n->failing > 0)
        take_cause(row, in->record);
    out->changed = out->changed || row->signature != signature;
    if (n->failing == 0)
        recover(out, a, in, n->calm > 0);
    else
        remind(out, a, in);
}

/* Somebody acknowledged it since the round before: others may want to know. */
static void tell_acknowledged(struct watch_round *out, struct arena *a,
                              const struct watch_inputs *in)
{
    const struct incident_row *row = &out->incident;
    if (row->covered_ms != 0 && in->last != NULL && in->last->id != 0 &&
        row->covered_ms >= in->last->started_ms)
        tell_incident(out, a, TRANSITION_ACKNOWLEDGED);
}

static void reopen(struct watch_round *out, struct arena *a,
                   const struct watch_inputs *in)
{
    fail_again(out);
    describe(out, a); /* what fails now is part of it */
    out->worst = is_worst_yet(out);
    out->incident.reopened++;
    take_cause(&out->incident, in->record);
    round_note(out, a, WITNESS_OBSERVED, "the incident was reopened");
    tell_incident(out, a, TRANSITION_REOPENED);
}

static void close_quiet(struct watch_round *out, struct arena *a,
                        const struct watch_inputs *in)
{
    struct incident_row *row = &out->incident;
    if (out->now_ms - row->verified_ms < in->settings->quiet_ms)
        return;
    row->closed_ms = out->now_ms;
    row->status = INCIDENT_CLOSED;
    out->changed = out->end = true;
    round_note(out, a, WITNESS_OBSERVED,
               arena_printf(a, "no failure since %s: closed",
                            tell_time(a, row->resolved_ms, out->now_ms)));
    tell_incident(out, a, TRANSITION_CLOSED);
}

void incident_step(struct watch_round *out, struct arena *a,
                   const struct watch_inputs *in)
{
    struct turn_of_events n = count_turn(out);
    if (!out->has_incident) {
        if (n.failing > 0)
            open_incident(out, a, in);
        return;
    }
    describe(out, a);
    tell_acknowledged(out, a, in);
    if (out->incident.verified_ms == 0)
        continue_incident(out, a, in, &n);
    else if (n.failing > 0)
        reopen(out, a, in);
    else
        close_quiet(out, a, in);
}

static void tell_same(struct watch_round *out, struct arena *a, int transition,
                      const struct incident_row *other)
{
    const struct news news = {
        .transition = transition,
        .title = arena_printf(a, "%s: resolved as %s", out->incident.subject,
                              other->id),
        .text = arena_printf(a,
                             "The history was away when %s was opened. It is "
                             "the same outage as %s, which is resolved.",
                             out->incident.id, other->id),
        .of_incident = true};
    round_tell(out, a, &news);
}

void watch_end_with(struct watch_round *out, struct arena *a,
                    const struct incident_row *row,
                    const struct incident_row *other)
{
    struct incident_row *i = &out->incident;
    *i = *row;
    out->has_incident = out->changed = true;
    if (i->verified_ms == 0) {
        i->resolved_ms = other->resolved_ms;
        i->verified_ms = other->verified_ms;
        tell_same(out, a, TRANSITION_RESOLVED, other);
    }
    i->closed_ms = out->now_ms;
    i->status = INCIDENT_CLOSED;
    round_note(out, a, WITNESS_OBSERVED,
               arena_printf(a, "the same outage as %s: closed", other->id));
    tell_same(out, a, TRANSITION_CLOSED, other);
}

bool watch_acknowledge(struct incident_row *row, int64_t now_ms, struct err *e)
{
    if (row->closed_ms != 0)
        return err_set(e, POS_NONE, "the incident %s is closed", row->id);
    if (row->covered_ms != 0 && is_covered(row))
        return err_set(e, POS_NONE,
                       "the incident %s is already acknowledged, and nothing "
                       "has failed since",
                       row->id);
    row->covered_ms = now_ms > row->detected_ms ? now_ms : row->detected_ms;
    if (row->acknowledged_ms == 0)
        row->acknowledged_ms = row->covered_ms;
    if (row->status < (int)INCIDENT_INVESTIGATING)
        row->status = INCIDENT_INVESTIGATING;
    return true;
}

bool watch_close(struct incident_row *row, int64_t now_ms, struct err *e)
{
    if (row->closed_ms != 0)
        return err_set(e, POS_NONE, "the incident %s is closed already",
                       row->id);
    if (row->verified_ms == 0)
        return err_set(e, POS_NONE,
                       "the incident %s is not resolved: its checks have not "
                       "passed for long enough yet",
                       row->id);
    row->closed_ms = now_ms > row->verified_ms ? now_ms : row->verified_ms;
    row->status = INCIDENT_CLOSED;
    return true;
}
