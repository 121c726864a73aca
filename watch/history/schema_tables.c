/* The tables, and what each version brought. */
#include "base/attr.h"
#include "model/watch_rows.h"
#include "watch/history/episodes_upgrade.h"
#include "watch/history/schema.h"

#define TABLE(variable, title, row, rest, by_key, text)                        \
    const struct table variable = {title,                                      \
                                   sizeof(row),                                \
                                   variable##_column,                          \
                                   ARRAY_COUNT(variable##_column),             \
                                   NULL,                                       \
                                   0,                                          \
                                   rest,                                       \
                                   by_key,                                     \
                                   text}
#define AT(row, field) offsetof(struct row, field)

/* An incident may be written after what speaks of it. */
#define OF_INCIDENT                                                            \
    "REFERENCES incidents (id) ON DELETE CASCADE DEFERRABLE INITIALLY "        \
    "DEFERRED"
#define OF_RUN                                                                 \
    "REFERENCES runs (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"

static const struct column runs_table_column[] = {
    {"id", COLUMN_ID, AT(run_row, id), NULL, NULL, 1, "grows"},
    {"deployment", COLUMN_BOOL, AT(run_row, deployment), NULL, NULL, 1,
     "of verify, not of watch"},
    {"started_ms", COLUMN_INT, AT(run_row, started_ms), NULL, NULL, 1,
     "when it began"},
    {"finished_ms", COLUMN_INT, AT(run_row, finished_ms), NULL, NULL, 1,
     "when it ended"},
    {"verdict", COLUMN_NAME, AT(run_row, verdict), &verdict_names, NULL, 1,
     "what it came to"},
    {"production", COLUMN_NAME, AT(run_row, production), &production_names,
     NULL, 1, "how production was"},
    {"state", COLUMN_NAME, AT(run_row, state), &deployment_names, NULL, 1,
     "of the deployment"},
    {"expected", COLUMN_TEXT, AT(run_row, expected), NULL, NULL, 1,
     "the build that was asked for"},
    {"commit_id", COLUMN_TEXT, AT(run_row, commit), NULL, NULL, 1,
     "the commit that was asked for"},
    {"exit_code", COLUMN_INT, AT(run_row, exit), NULL, NULL, 1,
     "as of a process"},
    {"passed", COLUMN_INT, AT(run_row, passed), NULL, NULL, 1,
     "checks that passed"},
    {"total", COLUMN_INT, AT(run_row, total), NULL, NULL, 1, "checks"},
};
TABLE(runs_table, "runs", struct run_row, NULL, false,
      "one round of checks, or one verification of a deployment");

static const struct column results_table_column[] = {
    {"run", COLUMN_INT, AT(result_row, run), NULL, OF_RUN, 1, "its run"},
    {"check_id", COLUMN_KEY, AT(result_row, check), NULL, NULL, 1, "its check"},
    {"started_ms", COLUMN_INT, AT(result_row, started_ms), NULL, NULL, 1,
     "when it began"},
    {"title", COLUMN_TEXT, AT(result_row, title), NULL, NULL, 1,
     "of the check"},
    {"status", COLUMN_NAME, AT(result_row, status), &status_names, NULL, 1,
     "what it came to"},
    {"severity", COLUMN_NAME, AT(result_row, severity), &severity_names, NULL,
     1, "of the check"},
    {"cause", COLUMN_NAME, AT(result_row, cause), &cause_names, NULL, 1,
     "why it did not pass"},
    {"flaky", COLUMN_BOOL, AT(result_row, flaky), NULL, NULL, 1,
     "passed at a later attempt"},
    {"duration_us", COLUMN_INT, AT(result_row, duration_us), NULL, NULL, 1,
     "how long it took"},
    {"build", COLUMN_TEXT, AT(result_row, identity), NULL, NULL, 1,
     "that it saw"},
    {"message", COLUMN_TEXT, AT(result_row, message), NULL, NULL, 1,
     "what was wrong"},
};
TABLE(results_table, "results", struct result_row,
      "PRIMARY KEY (run, check_id)", true, "what one check came to in one run");

static const struct column records_table_column[] = {
    {"run", COLUMN_INT, NO_FIELD, NULL, "PRIMARY KEY " OF_RUN, 1, "its run"},
    {"size", COLUMN_INT, NO_FIELD, NULL, NULL, 1, "bytes of its record.json"},
    {"packed", COLUMN_BYTES, NO_FIELD, NULL, NULL, 1, "it, in one zstd frame"},
};
const struct table records_table = {"records",
                                    0,
                                    records_table_column,
                                    ARRAY_COUNT(records_table_column),
                                    NULL,
                                    0,
                                    NULL,
                                    false,
                                    "records that are kept whole"};

static const struct column states_table_column[] = {
    {"check_id", COLUMN_KEY, AT(check_state, check), NULL, "PRIMARY KEY", 1,
     "the check"},
    {"failed", COLUMN_BITS, AT(check_state, failed), NULL, NULL, 1,
     "bit i: i judged rounds ago it failed"},
    {"rounds", COLUMN_INT, AT(check_state, rounds), NULL, NULL, 1,
     "that were judged"},
    {"failing_since_ms", COLUMN_INT, AT(check_state, failing_since_ms), NULL,
     NULL, 1, "0: it passes"},
    {"flapping", COLUMN_BOOL, AT(check_state, flapping), NULL, NULL, 1,
     "it changes too often"},
    {"unjudged", COLUMN_INT, AT(check_state, unjudged), NULL, NULL, 2,
     "rounds in a row that could not be judged"},
    {"unjudged_since_ms", COLUMN_INT, AT(check_state, unjudged_since_ms), NULL,
     NULL, 2, "start of the first of them; 0: none"},
    {"blind", COLUMN_BOOL, AT(check_state, blind), NULL, NULL, 2,
     "that was reported"},
};
TABLE(states_table, "check_states", struct check_state, NULL, false,
      "what is remembered of a check between rounds");

static const struct column incidents_table_column[] = {
    {"id", COLUMN_KEY, AT(incident_row, id), NULL, "PRIMARY KEY", 1,
     "INC-2026-11-21-1"},
    {"status", COLUMN_NAME, AT(incident_row, status), &incident_status_names,
     NULL, 1, "how far it is"},
    {"service", COLUMN_TEXT, AT(incident_row, service), NULL, NULL, 1,
     "whose it is"},
    {"signature", COLUMN_TEXT, AT(incident_row, signature), NULL, NULL, 1,
     "its cause"},
    {"migration", COLUMN_TEXT, AT(incident_row, migration), NULL, NULL, 1,
     "that it is about"},
    {"commit_id", COLUMN_TEXT, AT(incident_row, commit), NULL, NULL, 1,
     "that it is about"},
    {"document", COLUMN_TEXT, AT(incident_row, document), NULL, NULL, 1,
     "path of its document"},
    {"started_ms", COLUMN_INT, AT(incident_row, started_ms), NULL, NULL, 1,
     "when it began; of all stamps: 0 is not yet, or not known"},
    {"detected_ms", COLUMN_INT, AT(incident_row, detected_ms), NULL, NULL, 1,
     "when somebody or something saw it"},
    {"acknowledged_ms", COLUMN_INT, AT(incident_row, acknowledged_ms), NULL,
     NULL, 1, "when somebody took it"},
    {"mitigated_ms", COLUMN_INT, AT(incident_row, mitigated_ms), NULL, NULL, 1,
     "when users were helped"},
    {"resolved_ms", COLUMN_INT, AT(incident_row, resolved_ms), NULL, NULL, 1,
     "when all checks passed again"},
    {"verified_ms", COLUMN_INT, AT(incident_row, verified_ms), NULL, NULL, 1,
     "when it was proved"},
    {"closed_ms", COLUMN_INT, AT(incident_row, closed_ms), NULL, NULL, 1,
     "when nothing is left to do"},
    {"run", COLUMN_INT, AT(incident_row, run), NULL, NULL, 1,
     "that opened it; it may be gone"},
    {"reminded_ms", COLUMN_INT, AT(incident_row, reminded_ms), NULL, NULL, 1,
     "when somebody was last reminded"},
    {"reminders", COLUMN_INT, AT(incident_row, reminders), NULL, NULL, 1,
     "so far"},
    {"reopened", COLUMN_INT, AT(incident_row, reopened), NULL, NULL, 1,
     "how often"},
    {"covered_ms", COLUMN_INT, AT(incident_row, covered_ms), NULL, NULL, 2,
     "the last acknowledgement: what fails later is reminded of again"},
    {"worst_run", COLUMN_INT, AT(incident_row, worst_run), NULL, NULL, 2,
     "in which most was down"},
    {"last_run", COLUMN_INT, AT(incident_row, last_run), NULL, NULL, 2,
     "with which it ended"},
};

/* What version 1 stored of an incident and is derived now. */
static const struct former_column former_incident_columns[] = {
    {{"severity", COLUMN_NAME, NO_FIELD, &severity_names, NULL, 1, ""}, 2},
    {{"title", COLUMN_TEXT, NO_FIELD, NULL, NULL, 1, ""}, 2},
    {{"checks", COLUMN_TEXT, NO_FIELD, NULL, NULL, 1, ""}, 2},
};
const struct table incidents_table = {"incidents",
                                      sizeof(struct incident_row),
                                      incidents_table_column,
                                      ARRAY_COUNT(incidents_table_column),
                                      former_incident_columns,
                                      ARRAY_COUNT(former_incident_columns),
                                      NULL,
                                      false,
                                      "one incident"};

static const struct column episodes_table_column[] = {
    {"id", COLUMN_ID, AT(episode, id), NULL, NULL, 2, "grows"},
    {"check_id", COLUMN_KEY, AT(episode, check), NULL, NULL, 2, "its check"},
    {"region", COLUMN_KEY, AT(episode, region), NULL, NULL, 2,
     "where it was seen from; empty: not named"},
    {"title", COLUMN_TEXT, AT(episode, title), NULL, NULL, 2, "of the check"},
    {"severity", COLUMN_NAME, AT(episode, severity), &severity_names, NULL, 2,
     "the worst in it"},
    {"last_severity", COLUMN_NAME, AT(episode, last_severity), &severity_names,
     NULL, 2, "of its last failed round"},
    {"worst", COLUMN_NAME, AT(episode, worst), &status_names, NULL, 2,
     "degraded or fail"},
    {"from_ms", COLUMN_INT, AT(episode, from_ms), NULL, NULL, 2,
     "start of its first failed round"},
    {"to_ms", COLUMN_INT, AT(episode, to_ms), NULL, NULL, 2,
     "start of the first good round after it; 0: ongoing"},
    {"last_ms", COLUMN_INT, AT(episode, last_ms), NULL, NULL, 2,
     "start of its last failed round"},
    {"alarm_ms", COLUMN_INT, AT(episode, alarm_ms), NULL, NULL, 2,
     "when it reached the threshold `open`; 0: it did not"},
    {"rounds", COLUMN_INT, AT(episode, rounds), NULL, NULL, 2, "that failed"},
    {"answers", COLUMN_INT, AT(episode, answers), NULL, NULL, 2,
     "responses in those rounds"},
    {"failed_answers", COLUMN_INT, AT(episode, failed), NULL, NULL, 2,
     "responses that failed"},
    {"http_status", COLUMN_INT, AT(episode, http_status), NULL, NULL, 2,
     "of the last failure; 0: no response"},
    {"first_failure", COLUMN_TEXT, AT(episode, first_failure), NULL, NULL, 2,
     "message of its first failed round"},
    {"last_failure", COLUMN_TEXT, AT(episode, last_failure), NULL, NULL, 2,
     "message of its last failed round"},
};
TABLE(episodes_table, "episodes", struct episode,
      "UNIQUE (check_id, region, from_ms)", false,
      "one time during which a check did not pass");

static const struct column events_table_column[] = {
    {"id", COLUMN_ID, AT(event_row, id), NULL, NULL, 1, "grows"},
    {"time_ms", COLUMN_INT, AT(event_row, time_ms), NULL, NULL, 1, "when"},
    {"incident", COLUMN_LINK, AT(event_row, incident), NULL, OF_INCIDENT, 1,
     "null: of none"},
    {"witness", COLUMN_NAME, AT(event_row, witness), &witness_names, NULL, 1,
     "how it is known"},
    {"source", COLUMN_TEXT, AT(event_row, source), NULL, NULL, 1, "from where"},
    {"text", COLUMN_TEXT, AT(event_row, text), NULL, NULL, 1, "what happened"},
};
TABLE(events_table, "events", struct event_row, NULL, false,
      "the timeline of incidents, and what concerns none");

static const struct column notices_table_column[] = {
    {"id", COLUMN_ID, AT(notice_row, id), NULL, NULL, 1, "grows"},
    {"key", COLUMN_KEY, AT(notice_row, key), NULL, "UNIQUE", 1,
     "what keeps it from being sent twice"},
    {"incident", COLUMN_LINK, AT(notice_row, incident), NULL, OF_INCIDENT, 1,
     "null: of none"},
    {"recipient", COLUMN_TEXT, AT(notice_row, receiver), NULL, NULL, 1,
     "name of the receiver"},
    {"transition", COLUMN_NAME, AT(notice_row, transition), &transition_names,
     NULL, 1, "what it is about"},
    {"payload", COLUMN_PAYLOAD, AT(notice_row, payload), NULL, NULL, 1,
     "what is sent, without secrets"},
    {"state", COLUMN_NAME, AT(notice_row, state), &notice_state_names, NULL, 1,
     "how far it is"},
    {"made_ms", COLUMN_INT, AT(notice_row, made_ms), NULL, NULL, 1, "when"},
    {"next_ms", COLUMN_INT, AT(notice_row, next_ms), NULL, NULL, 1,
     "not tried before"},
    {"attempts", COLUMN_INT, AT(notice_row, attempts), NULL, NULL, 1, "so far"},
    {"sent_ms", COLUMN_INT, AT(notice_row, sent_ms), NULL, NULL, 1,
     "0: not yet"},
    {"error", COLUMN_TEXT, AT(notice_row, error), NULL, NULL, 1,
     "of the last attempt"},
};
TABLE(notices_table, "notices", struct notice_row, NULL, false,
      "the outbox of notifications");

static const struct column deployments_table_column[] = {
    {"run", COLUMN_INT, AT(deployment_row, run), NULL, "PRIMARY KEY " OF_RUN, 1,
     "that verified it"},
    {"version", COLUMN_TEXT, AT(deployment_row, version), NULL, NULL, 1,
     "that was shipped"},
    {"commit_id", COLUMN_TEXT, AT(deployment_row, commit), NULL, NULL, 1,
     "that was shipped"},
    {"started_ms", COLUMN_INT, AT(deployment_row, started_ms), NULL, NULL, 1,
     "when it began"},
    {"finished_ms", COLUMN_INT, AT(deployment_row, finished_ms), NULL, NULL, 1,
     "when it ended"},
    {"verdict", COLUMN_NAME, AT(deployment_row, verdict), &verdict_names, NULL,
     1, "of its run"},
    {"state", COLUMN_NAME, AT(deployment_row, state), &deployment_names, NULL,
     1, "of its run"},
    {"committed_ms", COLUMN_INT, AT(deployment_row, committed_ms), NULL, NULL,
     1, "its oldest new commit; 0: not known"},
    {"rework", COLUMN_BOOL, AT(deployment_row, rework), NULL, NULL, 1,
     "a fix of what another deployment broke"},
};
TABLE(deployments_table, "deployments", struct deployment_row, NULL, false,
      "one deployment");

static const struct table *const tables[] = {
    &runs_table,    &results_table,     &records_table,
    &states_table,  &incidents_table,   &events_table,
    &notices_table, &deployments_table, &episodes_table,
};

static const char *const version_1[] = {
    "CREATE INDEX runs_by_time ON runs (started_ms)",
    "CREATE INDEX incidents_by_time ON incidents (detected_ms)",
    "CREATE INDEX events_by_incident ON events (incident)",
    "CREATE INDEX events_by_time ON events (time_ms)",
    "CREATE INDEX notices_by_incident ON notices (incident)",
    "CREATE INDEX notices_due ON notices (state, next_ms)",
    "CREATE INDEX deployments_by_time ON deployments (started_ms)",
    NULL,
};
static const struct schema_step migrations[] = {{version_1},
                                                {episodes_upgrade}};

const struct schema history_schema = {tables, ARRAY_COUNT(tables), migrations,
                                      ARRAY_COUNT(migrations)};
