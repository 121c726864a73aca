/*
 * What parts a text without being a part of it: who wraps lines, colours words
 * or puts a text on one line does so within an escape, too.
 */
#ifndef REDACT_FOLD_H
#define REDACT_FOLD_H

#include "redact/layers.h"

/* Behind that within an escape, also as it is shown ("\\x1B[1m") or in JSON;
   the place itself when there is none of it. */
size_t fold_past_wrap(const struct seen *s, size_t at);

/* -1: no digit. */
int fold_hex_value(uint32_t c);

#endif
