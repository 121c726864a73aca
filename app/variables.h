/* Variables of checks: --var and the files of --env-file. */
#ifndef APP_VARIABLES_H
#define APP_VARIABLES_H

#include "app/settings.h"
#include "plan/plan.h"

/* Into the inputs, --var first, so that it is found first. */
bool variables_read(struct arena *a, const struct settings *s,
                    struct plan_inputs *in, struct err *e) MUST_CHECK;

#endif
