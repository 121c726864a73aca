/*
 * Dates of HTTP (RFC 9110, section 5.6.7) and Retry-After (10.2.3), for all
 * who read them.
 */
#ifndef BASE_HTTP_DATE_H
#define BASE_HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Whatever is longer is this long: some 30 years. */
#define HTTP_RETRY_AFTER_MAX_MS INT64_C(1000000000000)

/*
 * All three forms, and that of cookies (dashes and four digits of the year).
 * `now_ms` places the two digits of a year of RFC 850. False: it is no date.
 */
bool http_date_read(struct str text, int64_t now_ms, int64_t *wall_ms);

/*
 * Milliseconds to wait, from 0 (a date that has passed) to the maximum, of a
 * value such as "120", "1.5" (not of the RFC, but sent) or a date; -1 when it
 * is neither.
 */
int64_t http_retry_after_ms(struct str value, int64_t now_ms);

/* The longest that the header lines request; -1: no valid one does. */
int64_t http_head_retry_after_ms(struct str head, int64_t now_ms);

#endif
