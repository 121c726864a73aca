/*
 * The history of runs, incidents and notifications, in SQLite or PostgreSQL.
 *
 * Everything of one round is one transaction: after a kill at any instant the
 * history is as before the round or as after it. Rows that are read live in
 * the arena that is passed. Times: from_ms is in, to_ms is not.
 *
 * Texts hold no secrets: who writes has redacted them. One longer than
 * HISTORY_TEXT_MAX is cut at a character and ends in "..."; a key or payload
 * that is too long is an error, since half of it is worth nothing. What is no
 * UTF-8 is written as \xNN.
 *
 * where: a path (SQLite, WAL), or postgresql://… (libpq). When a connection is
 * lost, every call fails, and so does the claim: close, open, claim again.
 */
#ifndef WATCH_HISTORY_HISTORY_H
#define WATCH_HISTORY_HISTORY_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/watch_rows.h"

#define HISTORY_ROWS_MAX ((size_t)1 << 20) /* that one question gives */

struct history; /* handle */

/*
 * Rows that break a rule (row_rules.h) or hold what their column cannot are
 * left out of what is read. A line about those since the last call, without
 * secrets; NULL: there was none.
 */
const char *history_odd(struct history *h, struct arena *a);

/* Of the libraries. */
void sqlite_version(struct buf *out);
void postgres_version(struct buf *out);

/*
 * Opens, makes or migrates it, and checks that it is whole. A newer schema, a
 * corrupt or read-only file, a full disk and a server that does not answer
 * are errors that say what to do; nothing is changed then.
 */
bool history_open(struct history **out, const char *where,
                  struct err *e) MUST_CHECK;
void history_close(struct history *h); /* NULL is fine */

/* Its random id, drawn when it was created: no other history has the same. */
#define HISTORY_ID_DIGITS ((size_t)16)
const char *history_id(const struct history *h);

/*
 * Single flight: only one watcher at a time has it, until history_close or
 * the end of its process, however it ends. *holder: NULL when it is ours,
 * otherwise who has it ("pid 4711 on web1 since 2026-11-21T10:00:00Z").
 */
bool history_claim(struct history *h, struct arena *a, const char **holder,
                   struct err *e) MUST_CHECK;

/*
 * The same for sending what is in the outbox, apart from the claim of the
 * rounds: a receiver that hangs keeps no round from beginning.
 */
bool history_claim_sending(struct history *h, struct arena *a,
                           const char **holder, struct err *e) MUST_CHECK;

/* Gives a claim back before history_close; fine without one. */
void history_release(struct history *h);
void history_release_sending(struct history *h);

/* All that is written between begin and commit, or nothing of it. */
bool history_begin(struct history *h, struct err *e) MUST_CHECK;
bool history_commit(struct history *h, struct err *e) MUST_CHECK;
void history_rollback(struct history *h); /* fine without a begin */

/* Runs. add sets row->id and the run of each result; record: NULL, or the
   record.json that is kept with it, unless it is over HISTORY_RECORD_MAX.
   Results are told by the time at which their run started. */
bool history_add_run(struct history *h, struct run_row *row,
                     struct result_row *result, size_t count,
                     const struct str *record, struct err *e) MUST_CHECK;

/* The latest run of watch before time_ms; id 0: there is none. */
bool history_last_run(struct history *h, struct arena *a, int64_t before_ms,
                      struct run_row *out, struct err *e) MUST_CHECK;

/* The record of a run; an empty slice when none was kept. */
bool history_record(struct history *h, struct arena *a, int64_t run,
                    struct str *out, struct err *e) MUST_CHECK;

struct run_rows {
    struct run_row *item; /* oldest first */
    size_t count, cap;
};
bool history_runs(struct history *h, struct arena *a, int64_t from_ms,
                  int64_t to_ms, struct run_rows *out,
                  struct err *e) MUST_CHECK;

struct result_rows {
    struct result_row *item; /* by check, then oldest first */
    size_t count, cap;
};
bool history_results(struct history *h, struct arena *a, int64_t from_ms,
                     int64_t to_ms, struct result_rows *out,
                     struct err *e) MUST_CHECK;

struct uptime_rows {
    struct uptime_row *item; /* by check, then slice */
    size_t count, cap;
};
struct slices {
    int64_t from_ms, to_ms, each_ms; /* each_ms: 1 or more */
};
bool history_uptime(struct history *h, struct arena *a, struct slices slices,
                    struct uptime_rows *out, struct err *e) MUST_CHECK;

/* States of checks: all of them; one is written over its last. */
struct check_states {
    struct check_state *item; /* by check */
    size_t count, cap;
};
bool history_states(struct history *h, struct arena *a,
                    struct check_states *out, struct err *e) MUST_CHECK;
bool history_put_state(struct history *h, const struct check_state *state,
                       struct err *e) MUST_CHECK;

/* Incidents. put writes over the row of its id, or adds it. */
struct incident_rows {
    struct incident_row *item; /* newest first */
    size_t count, cap;
};
bool history_put_incident(struct history *h, const struct incident_row *row,
                          struct err *e) MUST_CHECK;

/* id NULL: all that were detected since from_ms. */
bool history_incidents(struct history *h, struct arena *a, const char *id,
                       int64_t from_ms, struct incident_rows *out,
                       struct err *e) MUST_CHECK;

/* Those that are not closed. */
bool history_open_incidents(struct history *h, struct arena *a,
                            struct incident_rows *out,
                            struct err *e) MUST_CHECK;

/* "INC-2026-11-21-2": the next free one of that day, in UTC. */
bool history_next_id(struct history *h, struct arena *a, int64_t time_ms,
                     const char **out, struct err *e) MUST_CHECK;

/* Episodes of checks. put writes over the one of its check, region and start.
 */
bool history_put_episode(struct history *h, const struct episode *row,
                         struct err *e) MUST_CHECK;

/* Those that were ongoing at from_ms or began later; INT64_MAX: now ongoing. */
bool history_episodes(struct history *h, struct arena *a, int64_t from_ms,
                      struct episodes *out, struct err *e) MUST_CHECK;

/* Events. add sets row->id. incident NULL: those of no incident too. */
struct event_rows {
    struct event_row *item; /* oldest first */
    size_t count, cap;
};
bool history_add_event(struct history *h, struct event_row *row,
                       struct err *e) MUST_CHECK;
bool history_events(struct history *h, struct arena *a, const char *incident,
                    int64_t from_ms, struct event_rows *out,
                    struct err *e) MUST_CHECK;

/* The outbox. One whose key is there already is not added again. */
struct notice_rows {
    struct notice_row *item; /* oldest first */
    size_t count, cap;
};
bool history_add_notice(struct history *h, const struct notice_row *row,
                        struct err *e) MUST_CHECK;
bool history_due_notices(struct history *h, struct arena *a, int64_t now_ms,
                         size_t most, struct notice_rows *out,
                         struct err *e) MUST_CHECK;
bool history_put_notice(struct history *h, const struct notice_row *row,
                        struct err *e) MUST_CHECK; /* state and attempts */

/*
 * For sending in lanes. Receivers with a notice that is due, in the order of
 * their oldest one; the oldest ones of a receiver, also if they are not due;
 * all of a receiver wait until a time; when the next is due, 0: none is.
 */
struct due_receivers {
    struct arena *arena;
    const char **name;
    size_t count, cap;
};
bool history_due_receivers(struct history *h, struct arena *a, int64_t now_ms,
                           struct due_receivers *out, struct err *e) MUST_CHECK;
bool history_next_notice(struct history *h, struct arena *a,
                         const char *receiver, struct notice_rows *out,
                         struct err *e) MUST_CHECK;
bool history_hold_notices(struct history *h, const char *receiver,
                          int64_t until_ms, struct err *e) MUST_CHECK;
bool history_next_due(struct history *h, int64_t *next_ms,
                      struct err *e) MUST_CHECK;

/*
 * What a fallback of the receiver is to get has the key of the receiver's own
 * notice and `end`, and is held until that is given up or late; then it is
 * pending. It is dropped when the own one was sent.
 */
struct fallback_times {
    int64_t late_before_ms; /* made before it: late */
    int64_t now_ms;
};
bool history_settle_fallbacks(struct history *h, const char *receiver,
                              const char *end, struct fallback_times t,
                              int64_t *released, struct err *e) MUST_CHECK;

/* Sets `undelivered` of each: notices that were given up. */
bool history_count_undelivered(struct history *h, struct incident_rows *rows,
                               struct err *e) MUST_CHECK;

/* Of an incident: given up, or tried and still to be sent. */
bool history_unsent_notices(struct history *h, struct arena *a,
                            const char *incident, struct notice_rows *out,
                            struct err *e) MUST_CHECK;

/* Deployments. */
struct deployment_rows {
    struct deployment_row *item; /* oldest first */
    size_t count, cap;
};
bool history_add_deployment(struct history *h, const struct deployment_row *row,
                            struct err *e) MUST_CHECK;
bool history_deployments(struct history *h, struct arena *a, int64_t from_ms,
                         int64_t to_ms, struct deployment_rows *out,
                         struct err *e) MUST_CHECK;

/*
 * Takes out what is older than before_ms: runs with their results, record and
 * deployment, but never the newest run nor one that an incident names; closed
 * incidents with their events, unless a notice of them is pending; events of no
 * incident; notices that are not pending, unless their incident is open; states
 * of checks that no run knows any more; episodes that no incident has. It stops
 * after `most` rows, at the end of a run or incident, so that a round stays
 * short; *left: there are more.
 */
bool history_prune(struct history *h, int64_t before_ms, int64_t most,
                   bool *left, struct err *e) MUST_CHECK;

#endif
