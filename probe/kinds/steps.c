/* Several steps: each is probed as a check of its own kind (probe/flow.c). */
#include "probe/kinds/probe_kind.h"

const struct probe_kind probe_steps = {.reach = REACHES_HOST, .phase = -1};
