/*
 * One round of watching: asks, judges, keeps it in the history, writes the
 * incident's document, sends what is due. What the history cannot keep is
 * told, and the verdict is given all the same.
 */
#ifndef CLI_WATCHER_H
#define CLI_WATCHER_H

#include "cli/console.h"
#include "cli/logs.h"
#include "cli/outputs.h"
#include "cli/round.h"
#include "watch/history/history.h"
#include "watch/watch.h"

#define WATCHER_STATE "postflight.db" /* unless --state names another */

struct watcher {
    struct asking asking; /* the first: what is asked has this as context */
    struct arena *life;   /* of the definitions */
    const struct options *options;
    struct console console;
    const char *where;       /* the history */
    struct outputs outputs;  /* written after each round */
    struct history *history; /* NULL: it cannot be used */
    bool broken;             /* the last round could not be kept or sent */
};

/* EXIT_VERIFIED, or the exit code of what was reported. */
int watcher_open(struct watcher *w, struct arena *life,
                 const struct options *o);
void watcher_close(struct watcher *w);

/* Opens the history and claims it. *holder: who has it; NULL: it is ours. */
bool watcher_claim(struct watcher *w, const char **holder,
                   struct err *e) MUST_CHECK;

/* The exit code of the round. */
int watcher_round(struct watcher *w);

/*
 * watcher_document.c: writes or updates the document of an incident, from the
 * record of now, the one that it was opened with, its events, the facts file
 * beside it. false: it was told why not.
 */
bool watcher_document(struct arena *a, struct history *h,
                      const struct watch *settings, struct redactor *redactor,
                      const struct record *now,
                      const struct incident_row *row) MUST_CHECK;

/*
 * Of incidents that were closed, by a person or in a round that was cut off
 * before it could write: once more, with the record of then.
 */
bool watcher_last_documents(struct watcher *w, struct arena *a,
                            const struct record *now,
                            int64_t since_ms) MUST_CHECK;

/* watcher_notices.c: into the outbox; and out of it. */
bool watcher_add_notices(struct watcher *w, struct arena *a,
                         const struct record *record,
                         const struct watch_round *round, int64_t run,
                         struct err *e) MUST_CHECK;
bool watcher_send(struct watcher *w, struct arena *a, struct err *e) MUST_CHECK;

#endif
