/* Descriptors of this process: how many transfers they serve. */
#ifndef PROBE_DESCRIPTORS_H
#define PROBE_DESCRIPTORS_H

#include <stdbool.h>
#include <stdint.h>

#define DESCRIPTORS_A_TRANSFER 3  /* a socket, and two while a name resolves */
#define DESCRIPTORS_RESERVED   10 /* for the loop itself, and for files */

/* Of `wanted` slots those that the limit allows beside what is open already;
   at least 1. Raises the soft limit towards the hard one where that helps. */
int64_t descriptors_slots(int64_t wanted);

/* The same without a system. */
int64_t descriptors_share(int64_t wanted, int64_t limit, int64_t open);

/* Is there no descriptor for another transfer now? */
bool descriptors_short(void);

#endif
