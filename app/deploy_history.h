/* Deployments in the history: earlier ones, and this one added to them. */
#ifndef APP_DEPLOY_HISTORY_H
#define APP_DEPLOY_HISTORY_H

#include "app/notes.h"
#include "model/record.h"
#include "watch/history/history.h"

/*
 * Earlier deployments become runs of the evidence, where no file named any.
 * Whatever goes wrong is reported; false then.
 */
bool deploy_history_read(struct deploy_evidence *out, struct arena *life,
                         const char *where, const struct notes *n);

/* The verification and the deployment that it was about. */
bool deploy_history_add(struct arena *life, const char *where,
                        const struct record *r, const struct notes *n);

/* Opens an existing history; a mistyped path creates nothing. */
bool history_open_existing(struct history **out, const char *where,
                           struct err *e) MUST_CHECK;

/* Reports the rows that were left alone since the last call, if any. */
void history_report_odd(struct history *h, const struct notes *n);

#endif
