/*
 * An option that has no effect where it is given is an error, never ignored.
 * The rules of all commands, and the values and help texts that one command
 * has of its own.
 */
#ifndef CLI_EFFECT_H
#define CLI_EFFECT_H

#include "cli/cli.h"

/* False: err names the option, and what it needs or what makes it idle. */
bool options_effect(const struct command *c, const struct options *o,
                    struct err *e) MUST_CHECK;

/*
 * For what only the command finds out: false, with "--earlier has no effect:
 * WHY", when one of these options is given.
 */
bool options_refuse(const struct options *o, const enum option_id *list,
                    const char *why, struct err *e) MUST_CHECK;

#endif
