/*
 * An incident from its record and its facts: each stamp once, each duration
 * from two of them, and a status that the checks bear out.
 */
#include <string.h>

#include "base/clock.h"
#include "verdict/verdict.h"

static const char *const stamp_name[INCIDENT_STAMPS] = {
    "started",  "detected", "acknowledged", "mitigated",
    "resolved", "verified", "closed"};

static const struct {
    const char *name;
    int from, to;
} durations[INCIDENT_DURATIONS] = {
    {"time to detect", STAMP_STARTED, STAMP_DETECTED},
    {"time to acknowledge", STAMP_DETECTED, STAMP_ACKNOWLEDGED},
    {"time to mitigate", STAMP_STARTED, STAMP_MITIGATED},
    {"time to resolve", STAMP_DETECTED, STAMP_RESOLVED},
    {"time to verify", STAMP_RESOLVED, STAMP_VERIFIED},
    {"time to recover", STAMP_STARTED, STAMP_RESOLVED},
};

static bool is_about(const struct facts *f, const char *check)
{
    for (size_t i = 0; i < f->check_count; i++)
        if (check != NULL && f->check[i] != NULL &&
            strcmp(f->check[i], check) == 0)
            return true;
    return f->check_count == 0;
}

/* Production, or as much of it as the incident is about. */
static bool is_good(const struct record *r, const struct facts *f)
{
    if (f->check_count == 0)
        return r->production.state == PRODUCTION_HEALTHY;
    for (size_t i = 0; i < r->result_count; i++)
        if (is_about(f, r->result[i].id) && r->result[i].status != STATUS_PASS)
            return false;
    return true;
}

static bool has_settled(const struct record *r, const struct facts *f)
{
    return is_good(r, f) && (r->deployment.state == DEPLOYMENT_SHIPPED ||
                             r->deployment.expected == NULL);
}

/* The first error that the logs tell, when what they tell has a time. */
static int64_t first_error(const struct record *r)
{
    int64_t first = 0;
    for (size_t i = 0; i < r->logs.finding_count; i++) {
        const struct finding *f = &r->logs.finding[i];
        if (f->role >= ROLE_BOILERPLATE || f->first.time_ms == 0)
            continue;
        if (first == 0 || f->first.time_ms < first)
            first = f->first.time_ms;
    }
    return first;
}

static void set_stamp(struct incident *out, int which, int64_t time_ms,
                      enum witness witness)
{
    if (time_ms == 0 || out->stamp[which].time_ms != 0)
        return;
    out->stamp[which].time_ms = time_ms;
    out->stamp[which].witness = (int)witness;
}

static bool is_first(const struct incident *out, int64_t time_ms)
{
    for (int i = 0; i < INCIDENT_STAMPS; i++)
        if (out->stamp[i].time_ms != 0 && out->stamp[i].time_ms < time_ms)
            return false;
    return true;
}

/* What was observed fits among what people say; where not, people are right. */
static void observe(struct incident *out, int which, int64_t time_ms)
{
    for (int i = 0; i < INCIDENT_STAMPS; i++) {
        int64_t other = out->stamp[i].time_ms;
        if (other == 0 || i == STAMP_ACKNOWLEDGED)
            continue;
        if ((i < which && other > time_ms) || (i > which && other < time_ms))
            return;
    }
    set_stamp(out, which, time_ms, WITNESS_OBSERVED);
}

/* A history has observed it, round by round. */
static bool take_known(struct incident *out, const struct story *s)
{
    bool any = false;
    for (int i = 0; i < INCIDENT_STAMPS; i++) {
        any = any || s->known_ms[i] != 0;
        if (i == STAMP_ACKNOWLEDGED)
            set_stamp(out, i, s->known_ms[i], WITNESS_REPORTED);
        else if (s->known_ms[i] != 0)
            observe(out, i, s->known_ms[i]);
    }
    return any;
}

/* From several records: when it began, and when it was over. */
static void take_records(struct incident *out, const struct story *s)
{
    const struct record *told = &s->told;
    int64_t end = 0;
    if (told->episode_count == 0)
        return;
    observe(out, STAMP_STARTED, told->episode[0].from_ms);
    observe(out, STAMP_DETECTED, told->episode[0].from_ms);
    for (size_t i = 0; i < told->episode_count; i++)
        if (told->episode[i].to_ms > end)
            end = told->episode[i].to_ms;
    if (!s->over)
        return;
    observe(out, STAMP_MITIGATED, end);
    observe(out, STAMP_RESOLVED, end);
    if (s->last->verdict == VERDICT_VERIFIED)
        observe(out, STAMP_VERIFIED, s->last->finished_ms);
}

/* What people say comes first; a probe's word fills what they left out. */
static void make_stamps(struct incident *out, const struct story *s,
                        const struct facts *f)
{
    const struct record *r = s->last;
    const int64_t told[INCIDENT_STAMPS] = {
        f->started_ms,  f->detected_ms, f->acknowledged_ms, f->mitigated_ms,
        f->resolved_ms, f->verified_ms, f->closed_ms};
    for (int i = 0; i < INCIDENT_STAMPS; i++) {
        out->stamp[i].name = stamp_name[i];
        out->stamp[i].witness = -1;
        set_stamp(out, i, told[i], WITNESS_REPORTED);
    }
    if (take_known(out, s))
        return;
    if (s->history) {
        take_records(out, s);
        return;
    }
    if (!is_good(r, f))
        set_stamp(out, STAMP_DETECTED, r->started_ms, WITNESS_OBSERVED);
    int64_t first = first_error(r); /* of a followed log: after that, perhaps */
    if (is_first(out, first))
        set_stamp(out, STAMP_STARTED, first, WITNESS_INFERRED);
}

static bool in_order(const struct incident *out, struct arena *a, struct err *e)
{
    int last = -1;
    for (int i = 0; i < INCIDENT_STAMPS; i++) {
        if (out->stamp[i].time_ms == 0)
            continue;
        if (last >= 0 && out->stamp[i].time_ms < out->stamp[last].time_ms) {
            struct buf text;
            buf_init(&text, 200);
            clock_format(&text, out->stamp[i].time_ms);
            buf_text(&text, " before ");
            clock_format(&text, out->stamp[last].time_ms);
            err_set(e, POS_NONE, "'%s' comes before '%s': %s",
                    out->stamp[i].name, out->stamp[last].name,
                    buf_take(a, &text));
            return false;
        }
        if (i != STAMP_ACKNOWLEDGED) /* which may come after it was mended */
            last = i;
    }
    return true;
}

static void make_durations(struct incident *out)
{
    for (size_t i = 0; i < INCIDENT_DURATIONS; i++) {
        int64_t from = out->stamp[durations[i].from].time_ms;
        int64_t to = out->stamp[durations[i].to].time_ms;
        out->duration[i] =
            (struct duration){.name = durations[i].name,
                              .from = stamp_name[durations[i].from],
                              .to = stamp_name[durations[i].to],
                              .ms = from == 0 || to == 0 ? -1 : to - from};
    }
}

/* How far the stamps and the record carry it. */
static int reached(const struct incident *out, const struct story *s)
{
    static const struct {
        int stamp;
        enum incident_status status;
    } by_stamp[] = {{STAMP_CLOSED, INCIDENT_CLOSED},
                    {STAMP_VERIFIED, INCIDENT_VERIFIED},
                    {STAMP_RESOLVED, INCIDENT_RESOLVED},
                    {STAMP_MITIGATED, INCIDENT_MITIGATED}};
    for (size_t i = 0; i < ARRAY_COUNT(by_stamp); i++)
        if (out->stamp[by_stamp[i].stamp].time_ms != 0)
            return (int)by_stamp[i].status;
    const struct cause *cause = findings_cause(&s->told.logs);
    if (cause != NULL && (cause->signature != NULL || cause->proof != NULL))
        return INCIDENT_IDENTIFIED;
    return out->stamp[STAMP_ACKNOWLEDGED].time_ms != 0 ? INCIDENT_INVESTIGATING
                                                       : INCIDENT_DETECTED;
}

static const char *first_failing(const struct record *r, const struct facts *f)
{
    for (size_t i = 0; i < r->result_count; i++)
        if (r->result[i].status != STATUS_PASS && r->result[i].id != NULL &&
            is_about(f, r->result[i].id))
            return r->result[i].id;
    return "none";
}

/* A status is a claim: the record must bear it out. */
static bool is_borne_out(const struct incident *out, const struct record *r,
                         const struct facts *f, struct err *e)
{
    static const struct {
        enum incident_status status;
        int stamp;
    } needs[] = {{INCIDENT_MITIGATED, STAMP_MITIGATED},
                 {INCIDENT_RESOLVED, STAMP_RESOLVED},
                 {INCIDENT_VERIFIED, STAMP_VERIFIED},
                 {INCIDENT_CLOSED, STAMP_CLOSED}};
    const char *name = name_of(&incident_status_names, out->status);
    for (size_t i = 0; i < ARRAY_COUNT(needs); i++)
        if ((int)needs[i].status == out->status &&
            out->stamp[needs[i].stamp].time_ms == 0)
            return err_set(e, POS_NONE,
                           "the status is '%s', but nothing tells when it "
                           "was %s",
                           name, stamp_name[needs[i].stamp]);
    if (out->status >= INCIDENT_RESOLVED && !is_good(r, f))
        return err_set(e, POS_NONE,
                       "the status is '%s', but production is %s in this "
                       "record: check '%s'",
                       name, name_of(&production_names, r->production.state),
                       first_failing(r, f));
    if (out->status >= INCIDENT_VERIFIED && !has_settled(r, f))
        return err_set(e, POS_NONE,
                       "the status is '%s', but the deployment is %s in this "
                       "record",
                       name, name_of(&deployment_names, r->deployment.state));
    return true;
}

/* Why it stayed healthy is told of what is healthy. */
static bool may_tell_why_healthy(const struct record *r, const struct facts *f,
                                 struct err *e)
{
    if (f->healthy_count == 0 || r->production.state == PRODUCTION_HEALTHY)
        return true;
    return err_set(e, POS_NONE,
                   "the facts tell why production stayed healthy, but it is "
                   "%s in this record: check '%s'",
                   name_of(&production_names, r->production.state),
                   first_failing(r, f));
}

static int severity_of(const struct record *r)
{
    switch ((enum production)r->production.state) {
    case PRODUCTION_DOWN:
        return SEVERITY_CRITICAL;
    case PRODUCTION_DEGRADED:
    case PRODUCTION_UNKNOWN:
        return SEVERITY_MAJOR;
    case PRODUCTION_HEALTHY:
        break;
    }
    return verdict_is_good(r->verdict) ? SEVERITY_INFO : SEVERITY_MINOR;
}

bool verdict_story_incident(struct incident *out, struct arena *a,
                            const struct story *s, const struct facts *f,
                            struct err *e)
{
    const struct record *r = s->last;
    *out = (struct incident){
        .id = f->incident,
        .severity = f->severity >= 0 ? f->severity : severity_of(&s->told),
        .actions = (int64_t)f->action_count};
    for (size_t i = 0; i < f->action_count; i++)
        out->actions_done += f->action[i].done;
    make_stamps(out, s, f);
    if (!in_order(out, a, e))
        return false;
    make_durations(out);
    out->status = f->status >= 0 ? f->status : reached(out, s);
    return is_borne_out(out, r, f, e) && may_tell_why_healthy(r, f, e);
}

bool verdict_incident(struct incident *out, struct arena *a,
                      const struct record *r, const struct facts *f,
                      struct err *e)
{
    struct story story;
    verdict_story(&story, a, &r, 1, TELL_NOW);
    return verdict_story_incident(out, a, &story, f, e);
}
