/* Time: monotonic for durations, wall for stamps, RFC 3339 in data. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

int64_t clock_now_us(void);       /* monotonic */
int64_t clock_suspended_us(void); /* this machine, since it was started */
int64_t clock_wall_ms(void);      /* since 1970-01-01T00:00:00Z */

/*
 * A moment on both clocks. The time of a run is counted from its anchor by the
 * clock that nobody sets, suspension included, so what happens to the wall
 * clock meanwhile moves no time, order, certificate or window of the run.
 */
struct clock_anchor {
    int64_t wall_ms, running_us;
};

struct clock_anchor clock_anchor(void);                  /* now */
int64_t clock_anchored_ms(const struct clock_anchor *a); /* now, as wall time */

/* How far the wall clock was set since then; forward is positive. */
int64_t clock_jump_ms(const struct clock_anchor *a);

/* "2026-01-04T15:18:29Z", with ".250" when there are milliseconds. */
void clock_format(struct buf *out, int64_t wall_ms);

/*
 * RFC 3339 date-time at the start of s, 'T' or space between date and time,
 * zone optional and then taken as UTC (*zoned tells). Returns the bytes read,
 * 0 when s does not start with a date-time.
 */
size_t clock_parse(struct str s, int64_t *wall_ms, bool *zoned);

/* OpenSSL's dates, as libcurl passes them on: "Nov 21 07:05:09 2026 GMT" */
#define CLOCK_OPENSSL STR("%b %e %H:%M:%S %Y %Z")

/*
 * A time in the form of `format`: %Y %m %d %e %H %M %S %y %b %B %a %A (a week
 * day, not compared) %p (AM or PM) %Z (a zone name, taken as UTC) %z (+0100 or
 * Z) %% and other characters as they are; a blank stands for any blanks. UTC
 * where no zone is given. False when text is not such a time.
 */
size_t clock_parse_prefix(struct str text, struct str format,
                          int64_t *wall_ms); /* bytes read; 0: none */
bool clock_parse_format(struct str text, struct str format, int64_t *wall_ms);

#endif
