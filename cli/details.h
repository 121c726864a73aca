/* What a CI log gets beyond what a terminal does. */
#ifndef CLI_DETAILS_H
#define CLI_DETAILS_H

#include "cli/console.h"

/*
 * Of each check that did not pass all that is known, worst first, in a group
 * that the host can fold. Nothing when no CI host is known.
 */
void print_details(const struct console *c, const struct record *r);

#endif
