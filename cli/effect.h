/*
 * An option that has no effect where it is given is an error, never ignored.
 * What one option needs stands in its row; here are the rules of the whole.
 */
#ifndef CLI_EFFECT_H
#define CLI_EFFECT_H

#include "cli/cli.h"

/* False: err names the option, and what it needs or what makes it idle. */
bool options_effect(const struct command *c, const struct options *o,
                    struct err *e) MUST_CHECK;

#endif
