/* Dates of HTTP, and Retry-After. */
#include "base/http_date.h"

#include "base/clock.h"
#include "base/text.h"

#define CENTURY_YEARS INT64_C(100)
#define YEAR_MS       (INT64_C(31556952) * 1000) /* on average */

/* A date of two digits more than 50 years ahead has passed. */
static int64_t place_century(int64_t wall_ms, int64_t now_ms)
{
    bool ahead = wall_ms - now_ms > 50 * YEAR_MS;
    return ahead ? wall_ms - CENTURY_YEARS * YEAR_MS : wall_ms;
}

/* %Y would take the two digits of a year for one of the first century. */
bool http_date_read(struct str text, int64_t now_ms, int64_t *wall_ms)
{
    if (clock_parse_format(text, STR("%a, %d %b %Y %H:%M:%S %Z"), wall_ms) ||
        clock_parse_format(text, STR("%a %b %e %H:%M:%S %Y"), wall_ms))
        return true;
    if (!clock_parse_format(text, STR("%A, %d-%b-%y %H:%M:%S %Z"), wall_ms))
        return clock_parse_format(text, STR("%A, %d-%b-%Y %H:%M:%S %Z"),
                                  wall_ms);
    *wall_ms = place_century(*wall_ms, now_ms);
    return true;
}

static bool is_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0;
}

static int64_t read_seconds(struct str whole, struct str fraction)
{
    uint64_t seconds = 0;
    bool more = false;
    if (!text_to_u64(whole, HTTP_RETRY_AFTER_MAX_MS / 1000, &seconds))
        return HTTP_RETRY_AFTER_MAX_MS;
    for (size_t i = 0; i < fraction.len; i++)
        more = more || fraction.ptr[i] != '0';
    return ((int64_t)seconds + (more ? 1 : 0)) * 1000;
}

int64_t http_retry_after_ms(struct str value, int64_t now_ms)
{
    struct str fraction, text = str_trim(value);
    struct str whole = str_cut(text, '.', &fraction);
    int64_t at_ms = 0, wait_ms;
    if (is_digits(whole) && (whole.len == text.len || is_digits(fraction)))
        wait_ms = read_seconds(whole, fraction);
    else if (http_date_read(text, now_ms, &at_ms))
        wait_ms = at_ms > now_ms ? at_ms - now_ms : 0;
    else
        return -1;
    return wait_ms < HTTP_RETRY_AFTER_MAX_MS ? wait_ms
                                             : HTTP_RETRY_AFTER_MAX_MS;
}

int64_t http_head_retry_after_ms(struct str head, int64_t now_ms)
{
    int64_t longest = -1;
    while (head.len > 0) {
        struct str value;
        struct str line = str_trim(str_cut(head, '\n', &head));
        if (!str_equal_nocase(str_cut(line, ':', &value), STR("retry-after")))
            continue;
        int64_t wait_ms = http_retry_after_ms(value, now_ms);
        longest = wait_ms > longest ? wait_ms : longest;
    }
    return longest;
}
