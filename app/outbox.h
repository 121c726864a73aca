/*
 * Sending what the outbox of the history has: in a thread beside the rounds of
 * a service, or after the round of `--once`. A receiver that hangs delays
 * neither a round nor another receiver.
 */
#ifndef APP_OUTBOX_H
#define APP_OUTBOX_H

#include "app/notes.h"
#include "watch/history/history.h"

struct outbox; /* handle: outbox_start, outbox_stop */

/*
 * The thread has a connection to the history and a redactor of its own, which
 * knows what that of the notes knows now. settings: outlives it.
 */
bool outbox_start(struct outbox **out, const char *where,
                  const struct watch *settings, const struct notes *n,
                  struct err *e) MUST_CHECK;

/* There is something new to send. NULL is fine, as for the others. */
void outbox_wake(struct outbox *o);

/* Reports what it had to say since the last time. */
void outbox_report(struct outbox *o, const struct notes *n);

/*
 * Ends the thread: what is on its way gets a moment to arrive, and is sent
 * again under the same key otherwise. drain: all that is due is tried once
 * before, unless the run is interrupted or a receiver takes too long.
 */
void outbox_stop(struct outbox *o, bool drain, const struct notes *n);

/*
 * Tries all that is due once, in this thread, in a bounded time; what another
 * process is sending is left to it. *unsent: attempts that failed.
 */
bool outbox_send(struct history *h, const struct watch *settings,
                 const struct notes *n, size_t *unsent,
                 struct err *e) MUST_CHECK;

#endif
