/*
 * One round of watching: probes, judges, keeps it in the history, writes the
 * incident's document, sends what is due. What the history cannot keep is
 * reported, and the verdict is given even so.
 */
#ifndef APP_WATCHER_H
#define APP_WATCHER_H

#include "app/check_run.h"
#include "app/logs.h"
#include "app/outputs.h"
#include "watch/history/history.h"
#include "watch/history/spool.h"
#include "watch/watch.h"

struct watcher {
    struct probing probing; /* first member: the context of what is probed */
    struct arena *life;     /* of the definitions */
    const struct settings *settings;
    const struct notes *notes;
    const char *where;       /* the history */
    struct outputs outputs;  /* written after each round */
    struct history *history; /* NULL: it cannot be used */
    struct spools {
        const char *place[SPOOL_PLACES];
        size_t count, at; /* at: the one that is used, or is tried next */
        bool known;
    } spool;
    bool spooling;         /* the history is the spool */
    int64_t again_us;      /* when the history itself is tried again */
    struct outbox *outbox; /* sends beside the rounds; NULL: after each */
    bool unsent;           /* a notice of the last round was not accepted */
    bool broken;           /* the last round could not be kept or sent */
};

/* EXIT_VERIFIED, or the exit code of what was reported. */
int watcher_open(struct watcher *w, struct arena *life,
                 const struct settings *s, const struct notes *n);
void watcher_close(struct watcher *w);

/*
 * spooling.c: opens the history and claims it. *holder: who has it; NULL: it is
 * ours. What a spool has is written into it. If it cannot be used, that is
 * reported, and the spool is used in its place.
 */
bool watcher_claim(struct watcher *w, const char **holder,
                   struct err *e) MUST_CHECK;

/* From a history that failed to the spool; false: there is none. */
bool watcher_use_spool(struct watcher *w);

/* From the spool to the history, when that is back; true: it is, and *holder
   says if another watcher has it. */
bool watcher_return(struct watcher *w, const char **holder);

/* Keeps what a spool must know beside the history while an incident is open. */
void watcher_seed_spool(struct watcher *w, bool open);

/* watch_run.c: the thread that sends goes to the history that is used now. */
void watcher_move_sending(struct watcher *w);

/* The exit code of the round. */
int watcher_round(struct watcher *w);

/* The history: that of --state, or the default. */
const char *watcher_place(const struct settings *s);

/*
 * incident_document.c: writes or updates the document of an incident, from the
 * record of now, the one that it was opened with, its events, the facts file
 * beside it. false: it was reported why not.
 */
bool incident_document(const struct watcher *w, struct arena *a,
                       const struct record *now,
                       const struct incident_row *row) MUST_CHECK;

/*
 * Of incidents that were closed, by a person or in a round that was cut short
 * before it could write: once more, with the record of then.
 */
bool incident_last_documents(const struct watcher *w, struct arena *a,
                             const struct record *now,
                             int64_t since_ms) MUST_CHECK;

/*
 * incident_notices.c: into the outbox; and out of it. Where no thread sends,
 * the claim on the history is released first: sending has one of its own.
 */
bool incident_add_notices(struct watcher *w, struct arena *a,
                          const struct record *record,
                          const struct watch_round *round, int64_t run,
                          struct err *e) MUST_CHECK;
bool incident_send_notices(struct watcher *w, struct arena *a,
                           struct err *e) MUST_CHECK;

/* Adds a line on each notice that was tried and has not arrived yet; those
   that were given up are events of the history. */
bool incident_add_pending(struct history *h, struct arena *a, const char *id,
                          struct event_rows *events, struct err *e) MUST_CHECK;

#endif
