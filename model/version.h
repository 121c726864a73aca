/* When two names mean the same build. */
#ifndef MODEL_VERSION_H
#define MODEL_VERSION_H

#include <stdbool.h>

/*
 * Equal, or both hexadecimal and one begins with the other, which has at
 * least 7 characters: a short commit and its long form.
 */
bool version_matches(const char *expected, const char *observed);

#endif
