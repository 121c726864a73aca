/*
 * Addresses of e-mail: "ops@example.org" or "On call <ops@example.org>", in
 * ASCII (the name in UTF-8), more of them with commas between.
 */
#ifndef LANGUAGE_MAILBOX_H
#define LANGUAGE_MAILBOX_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

#define MAILBOX_MAX       254 /* bytes of an address: RFC 5321, 4.5.3.1.3 */
#define MAILBOX_COUNT_MAX 50  /* of one recipient */

struct mailbox {
    struct str name, address; /* name: empty, or what is shown */
};

/*
 * The next one of *rest; false at its end, and with *bad what is no address,
 * which then is not empty.
 */
bool mailbox_next(struct str *rest, struct mailbox *out,
                  struct str *bad) MUST_CHECK;

#endif
