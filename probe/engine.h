/* The one loop: queues, slots, delays, transfers. */
#ifndef PROBE_ENGINE_H
#define PROBE_ENGINE_H

#include "probe/run.h"

/*
 * Runs all transfers of the run. They are zeroed but for check and result. One
 * that is TRANSFER_DONE takes no part: what needs it goes by the status of its
 * result. False only when libcurl cannot be used.
 */
bool engine_run(struct run *run, struct err *e) MUST_CHECK;

#endif
