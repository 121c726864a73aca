/*
 * Attempts of one command within a log that marks no run: a script that is
 * started again prints its first lines again, and a shell echoes the command
 * once more. What an earlier attempt met is history where the later one went
 * well; a like command with another argument is no other attempt.
 */
#ifndef SCAN_ATTEMPTS_H
#define SCAN_ATTEMPTS_H

#include "scan/kept.h"

/*
 * Did what was run before the error's line begin once more behind it, above the
 * line that ends the search? first: the pieces of the log that are kept.
 */
bool attempt_is_repeated(const struct kept_piece *first, int64_t error_line,
                         int64_t end_line);

#endif
