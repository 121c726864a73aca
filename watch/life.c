/* The life of an incident, from the states of its checks. */
#include <string.h>

#include "base/text.h"
#include "watch/internal.h"

#define TITLE_MAX 200

bool watch_has_check(const struct incident_row *row, const char *check)
{
    struct str rest = str_from(row->checks);
    while (rest.len > 0)
        if (str_is(str_cut(rest, '\n', &rest), check))
            return true;
    return false;
}

static const struct result *result_of(const struct record *r, const char *check)
{
    for (size_t i = 0; i < r->result_count; i++)
        if (strcmp(r->result[i].id, check) == 0)
            return &r->result[i];
    return NULL;
}

static bool alarms(const struct watch_round *out, const struct watch_inputs *in,
                   size_t i)
{
    const struct result *r = result_of(in->record, out->state[i].check);
    return r != NULL && state_alarms(&out->state[i], r, in->settings);
}

static const char *title_of(struct arena *a, const struct result *r)
{
    return text_elide(
        a,
        str_from(arena_printf(a, "%s: %s", r->title,
                              r->message == NULL ? "fails" : r->message)),
        TITLE_MAX);
}

static bool is_same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* What the logs know: the cause, its migration. */
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

/* Adds the checks that alarm; false: all were in it already. */
static bool add_checks(struct watch_round *out, struct arena *a,
                       const struct watch_inputs *in)
{
    struct incident_row *row = &out->incident;
    bool added = false;
    for (size_t i = 0; i < out->state_count; i++) {
        const struct check_state *s = &out->state[i];
        if (!alarms(out, in, i) ||
            (row->checks != NULL && watch_has_check(row, s->check)))
            continue;
        const struct result *r = result_of(in->record, s->check);
        row->checks = row->checks == NULL
                          ? s->check
                          : arena_printf(a, "%s\n%s", row->checks, s->check);
        if (row->title == NULL || state_severity(r) < row->severity)
            row->title = title_of(a, r);
        if (state_severity(r) < row->severity)
            row->severity = state_severity(r);
        if (row->started_ms == 0 || s->failing_since_ms < row->started_ms)
            row->started_ms = s->failing_since_ms;
        round_note(
            out, a, WITNESS_OBSERVED,
            arena_printf(a, "%s fails: %s", s->check,
                         r->message == NULL ? "no message" : r->message));
        added = true;
    }
    return added;
}

static void open_incident(struct watch_round *out, struct arena *a,
                          const struct watch_inputs *in)
{
    out->incident = (struct incident_row){
        .id = in->next_id,
        .status = INCIDENT_DETECTED,
        .severity = SEVERITY_INFO,
        .service = in->settings->service,
        .commit = build_of(in->record),
        .detected_ms = out->now_ms,
        .reminded_ms = out->now_ms,
    };
    out->has_incident = true;
    if (!add_checks(out, a, in)) {
        out->has_incident = false;
        return;
    }
    take_cause(&out->incident, in->record);
    out->changed = true;
    round_tell(out, a, TRANSITION_OPENED, out->incident.title);
}

/* Its checks that this round asked: do all of them pass, and for long? */
static void look_at_checks(const struct watch_round *out,
                           const struct watch_inputs *in, bool *pass,
                           bool *recovered)
{
    *pass = *recovered = true;
    struct str rest = str_from(out->incident.checks);
    while (rest.len > 0) {
        struct str name = str_cut(rest, '\n', &rest);
        const struct check_state *s = NULL;
        for (size_t i = 0; i < out->state_count; i++)
            if (str_is(name, out->state[i].check))
                s = &out->state[i];
        if (s == NULL)
            continue; /* it is not defined any more */
        *pass = *pass && !state_fails(s);
        *recovered = *recovered && state_recovered(s, in->settings);
    }
}

static void come_back(struct watch_round *out, struct arena *a)
{
    struct incident_row *row = &out->incident;
    row->mitigated_ms = row->resolved_ms = row->verified_ms = 0;
    row->status =
        row->signature != NULL ? INCIDENT_IDENTIFIED : INCIDENT_INVESTIGATING;
    row->reopened++;
    row->reminded_ms = out->now_ms;
    row->reminders = 0;
    out->changed = true;
    round_note(out, a, WITNESS_OBSERVED, "it fails again");
    round_tell(out, a, TRANSITION_REOPENED, row->title);
}

static void follow_recovery(struct watch_round *out, struct arena *a,
                            const struct watch_inputs *in)
{
    struct incident_row *row = &out->incident;
    bool pass, recovered;
    look_at_checks(out, in, &pass, &recovered);
    if (!pass && row->mitigated_ms != 0) {
        row->mitigated_ms = 0;
        row->status = row->signature != NULL ? INCIDENT_IDENTIFIED
                                             : INCIDENT_INVESTIGATING;
        out->changed = true;
        round_note(out, a, WITNESS_OBSERVED, "it fails again");
    }
    if (pass && row->mitigated_ms == 0) {
        row->mitigated_ms = out->now_ms;
        row->status = INCIDENT_MITIGATED;
        out->changed = true;
        round_note(out, a, WITNESS_OBSERVED, "all of its checks pass");
    }
    if (!recovered)
        return;
    row->resolved_ms = row->mitigated_ms;
    row->verified_ms = out->now_ms;
    row->status = INCIDENT_VERIFIED;
    out->changed = true;
    round_note(out, a, WITNESS_OBSERVED,
               "they have passed often enough: it is over");
    round_tell(out, a, TRANSITION_RESOLVED, row->title);
}

/* When the next reminder is due; 0: never. */
static int64_t watch_next_reminder(const struct watch *settings,
                                   const struct incident_row *row)
{
    int64_t pause = settings->remind_ms;
    if (pause == 0 || row->acknowledged_ms != 0 || row->verified_ms != 0)
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
    struct buf text;
    int64_t due = watch_next_reminder(in->settings, row);
    if (due == 0 || out->now_ms < due)
        return;
    row->reminded_ms = out->now_ms;
    row->reminders++;
    out->changed = true;
    buf_init(&text, 4096);
    buf_printf(&text, "open for ");
    text_duration(&text, (out->now_ms - row->detected_ms) * 1000);
    buf_printf(&text, ", nobody has acknowledged it: %s", row->title);
    round_tell(out, a, TRANSITION_REMINDED, buf_take(a, &text));
}

/* "The API: no answer; also fails: search, docs" */
static const char *news_of(struct arena *a, const struct incident_row *row,
                           size_t known)
{
    struct str rest = str_from(row->checks + known + 1);
    const char *text = row->title;
    for (bool first = true; rest.len > 0; first = false) {
        struct str name = str_cut(rest, '\n', &rest);
        text = arena_printf(a, "%s%s %.*s", text, first ? "; also fails:" : ",",
                            STR_ARGS(name));
    }
    return text;
}

static void go_on(struct watch_round *out, struct arena *a,
                  const struct watch_inputs *in)
{
    struct incident_row *row = &out->incident;
    int severity = row->severity;
    const char *signature = row->signature;
    size_t known = strlen(row->checks);
    if (add_checks(out, a, in)) {
        out->changed = true;
        round_tell(out, a, TRANSITION_WORSENED, news_of(a, row, known));
    }
    take_cause(row, in->record);
    out->changed = out->changed || !is_same(row->signature, signature) ||
                   row->severity != severity;
    follow_recovery(out, a, in);
    remind(out, a, in);
}

/* Somebody took it on since the round before: others may want to know. */
static void tell_acknowledged(struct watch_round *out, struct arena *a,
                              const struct watch_inputs *in)
{
    const struct incident_row *row = &out->incident;
    if (row->acknowledged_ms != 0 && in->last != NULL && in->last->id != 0 &&
        row->acknowledged_ms >= in->last->started_ms)
        round_tell(out, a, TRANSITION_ACKNOWLEDGED, row->title);
}

static bool any_alarm(const struct watch_round *out,
                      const struct watch_inputs *in)
{
    for (size_t i = 0; i < out->state_count; i++)
        if (alarms(out, in, i))
            return true;
    return false;
}

void incident_go_on(struct watch_round *out, struct arena *a,
                    const struct watch_inputs *in)
{
    struct incident_row *row = &out->incident;
    if (!out->has_incident) {
        open_incident(out, a, in);
        return;
    }
    tell_acknowledged(out, a, in);
    if (row->verified_ms == 0) {
        go_on(out, a, in);
        return;
    }
    if (any_alarm(out, in)) {
        come_back(out, a);
        (void)add_checks(out, a, in);
        return;
    }
    if (out->now_ms - row->verified_ms < in->settings->quiet_ms)
        return;
    row->closed_ms = out->now_ms;
    row->status = INCIDENT_CLOSED;
    out->changed = true;
    round_note(out, a, WITNESS_OBSERVED, "it has stayed away: closed");
    round_tell(out, a, TRANSITION_CLOSED, row->title);
}

bool watch_acknowledge(struct incident_row *row, int64_t now_ms, struct err *e)
{
    if (row->closed_ms != 0)
        return err_set(e, POS_NONE, "the incident %s is closed", row->id);
    if (row->acknowledged_ms != 0)
        return err_set(e, POS_NONE, "the incident %s is acknowledged already",
                       row->id);
    row->acknowledged_ms =
        now_ms > row->detected_ms ? now_ms : row->detected_ms;
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
                       "the incident %s is not over: its checks have not "
                       "passed often enough yet",
                       row->id);
    row->closed_ms = now_ms > row->verified_ms ? now_ms : row->verified_ms;
    row->status = INCIDENT_CLOSED;
    return true;
}
