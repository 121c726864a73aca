/*
 * Secrets leave no output. One redactor, used where the record is built and
 * before whatever leaves: known values, through every encoding that a server
 * or a tool may give them back in (layers.h, needle.h), parts of them where a
 * text was cut (cut.h), and things that look like a secret (shapes.h):
 * credentials in a URL, bearer and basic authorization, tokens with a
 * well-known prefix, JWT, PEM private keys, key=value of password-like names.
 *
 * In place of a secret is "[redacted]", or what says the same where that would
 * break an address or a number of JSON (place.h).
 */
#ifndef REDACT_REDACT_H
#define REDACT_REDACT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

#define REDACTED     "[redacted]"
#define REDACTED_URL "REDACTED" /* where brackets would break something */

struct redactor; /* handle: redactor_open, redactor_close */

struct redactor *redactor_open(void);
void redactor_close(struct redactor *r);

/* Remembers a value; those under 4 bytes would redact ordinary text: false. */
bool redactor_add(struct redactor *r, struct str secret);

/* All that another one knows: for a thread, which has one of its own. */
void redactor_learn(struct redactor *r, const struct redactor *other);

/* Of an address only its passwords, "://user:IT@" and "?sslpassword=IT", as
   written and decoded. */
void redactor_add_address(struct redactor *r, struct str url);

/* A text as it came, without secrets, in the arena. Counts what it removed. */
struct str redact(struct redactor *r, struct arena *a, struct str s);

/*
 * A finished document: only values that were added, and never across its
 * syntax. Its texts were redacted one by one, so most have none of them.
 */
struct str redact_known(struct redactor *r, struct arena *a, struct str s);

size_t redactor_count(const struct redactor *r);

/* How often a place of a text was read: never many times its length. */
size_t redactor_steps(const struct redactor *r);

#endif
