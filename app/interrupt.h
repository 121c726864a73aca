/* SIGINT and SIGTERM end a run in order: what is known is still reported. */
#ifndef APP_INTERRUPT_H
#define APP_INTERRUPT_H

#include <stdbool.h>

/* From here on the first signal ends the run, a second one the process. */
void interrupt_catch(void);

/*
 * In a process that was forked for a run: only its parent ends it, by SIGUSR1
 * for SIGINT and SIGUSR2 for SIGTERM.
 */
void interrupt_obey_parent(void);

int interrupt_signal(void); /* 0: none came */

/* The same as a question of probe_run and notify_send; context is not used. */
bool interrupt_came(void *context);

#endif
