/* Chance, from the kernel. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

/* `digits` hexadecimal digits and a zero byte; at most 64 of them. */
bool random_hex(char *out, size_t digits, struct err *e) MUST_CHECK;

#endif
