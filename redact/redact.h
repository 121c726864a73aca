/*
 * Secrets leave no output. One redactor, used where the record is built, so
 * that no writer sees what it removes: known values (plain, base64,
 * URL-encoded, JSON-escaped) and things that look like a secret (credentials
 * in a URL, bearer and basic authorization, tokens with a well-known prefix,
 * JWT, PEM private keys, key=value of password-like names).
 */
#ifndef REDACT_REDACT_H
#define REDACT_REDACT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

#define REDACTED "[redacted]"

struct redactor; /* handle: redactor_open, redactor_close */

struct redactor *redactor_open(void);
void redactor_close(struct redactor *r);

/* Remembers a value; those under 4 bytes would redact ordinary text: false. */
bool redactor_add(struct redactor *r, struct str secret);

/* The text without secrets, in the arena. Counts what it removed. */
struct str redact(struct redactor *r, struct arena *a, struct str s);

/* Likewise, but only values that were added; most forms have none of them. */
struct str redact_known(struct redactor *r, struct arena *a, struct str s);

size_t redactor_count(const struct redactor *r);

#endif
