/* The time of a log line, in the forms that programs write. */
#include <string.h>

#include "base/characters.h"
#include "base/clock.h"
#include "base/text.h"
#include "scan/internal.h"

#define DAY_MS INT64_C(86400000)
#define KEY_LOOK                                                               \
    ((size_t)400) /* bytes of a JSON line in which a key stands                \
                   */

/* What a form begins with: a cheap look at it tells most lines apart. */
enum lead {
    LEAD_NONE, /* nothing that any form begins with */
    LEAD_NAME, /* of a month or weekday */
    LEAD_DAY,  /* one or two digits, of a day or month, and a separator */
    LEAD_YEAR  /* four digits and more */
};

/* A year is missing where `no_year`: it is the one that is nearest. */
static const struct form {
    const char *format;
    bool no_year;
    enum lead lead;
    char separator; /* behind the day */
} form[] = {
    {"%b %e %H:%M:%S", true, LEAD_NAME, 0},        /* syslog, RFC 3164 */
    {"%a %b %e %H:%M:%S %Y", false, LEAD_NAME, 0}, /* asctime */
    {"%a %b %e %H:%M:%S", true, LEAD_NAME, 0},
    {"%a, %e %b %Y %H:%M:%S %z", false, LEAD_NAME, 0}, /* RFC 5322 */
    {"%a, %e %b %Y %H:%M:%S %Z", false, LEAD_NAME, 0},
    {"%e %b %Y %H:%M:%S", false, LEAD_DAY, ' '}, /* Java, Redis */
    {"%e-%b-%Y %H:%M:%S", false, LEAD_DAY, '-'}, /* Tomcat */
    {"%b %e, %Y %H:%M:%S", false, LEAD_NAME, 0},
    {"%e/%b/%Y:%H:%M:%S %z", false, LEAD_DAY, '/'}, /* access logs */
    {"%m/%d/%Y %H:%M:%S %p", false, LEAD_DAY, '/'},
    {"%m/%d/%Y %H:%M:%S", false, LEAD_DAY, '/'},
    {"%Y%m%dT%H%M%S", false, LEAD_YEAR, 0}, /* ISO 8601, basic */
};

/* The last such day that is not in the future, but for a day of skew. */
static int64_t with_year(struct arena *a, struct str text, const char *format,
                         int64_t now_ms, size_t *length)
{
    struct buf now;
    uint64_t year = 1970;
    int64_t ms = 0;
    buf_init(&now, 40);
    clock_format(&now, now_ms);
    bool ok = text_to_u64(str_sub(buf_view(&now), 0, 4), 9999, &year);
    buf_release(&now);
    const char *dated = arena_printf(a, "%%Y %s", format);
    for (int back = 0; ok && back < 2; back++) {
        const char *full =
            arena_printf(a, "%04llu %.*s",
                         (unsigned long long)year - (unsigned long long)back,
                         STR_ARGS(str_sub(text, 0, 60)));
        size_t n = clock_parse_prefix(str_from(full), str_from(dated), &ms);
        if (n == 0)
            return 0;
        *length = n - 5;
        if (ms <= now_ms + DAY_MS)
            return ms;
    }
    return ms;
}

static size_t fraction_length(struct str s)
{
    size_t i = 1;
    if (s.len < 2 || (s.ptr[0] != '.' && s.ptr[0] != ','))
        return 0;
    while (i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9')
        i++;
    return i == 1 ? 0 : i;
}

/* A digit, a month or a weekday: most lines begin otherwise. */
static bool may_be_time(struct str s)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec"
                                "MonTueWedThuFriSatSun";
    if (s.len < 8)
        return false;
    if (s.ptr[0] >= '0' && s.ptr[0] <= '9')
        return true;
    for (size_t i = 0; i + 3 < sizeof(names); i += 3)
        if (memcmp(s.ptr, names + i, 3) == 0)
            return true;
    return s.ptr[0] == ' ';
}

/* As every form reads it: blanks may stand before a number. */
static enum lead lead_of(struct str s, char *separator)
{
    size_t i = 0, from;
    *separator = '\0';
    while (i < s.len && s.ptr[i] == ' ')
        i++;
    if (i < s.len && is_letter(s.ptr[i]))
        return LEAD_NAME;
    for (from = i; i < s.len && is_digit(s.ptr[i]); i++)
        continue;
    *separator = i < s.len ? s.ptr[i] : '\0';
    static const enum lead by_digits[] = {LEAD_NONE, LEAD_DAY, LEAD_DAY,
                                          LEAD_NONE};
    size_t count = i - from;
    return count < ARRAY_COUNT(by_digits) ? by_digits[count] : LEAD_YEAR;
}

static size_t read_form(struct str s, int64_t now_ms, int64_t *time_ms)
{
    struct arena a;
    size_t length = 0;
    char separator;
    if (!may_be_time(s))
        return 0;
    enum lead lead = lead_of(s, &separator);
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(form) && length == 0; i++) {
        if (form[i].lead != lead ||
            (lead == LEAD_DAY && form[i].separator != separator))
            continue;
        struct str text = str_sub(s, 0, 60);
        if (form[i].no_year)
            *time_ms = with_year(&a, text, form[i].format, now_ms, &length);
        else
            length =
                clock_parse_prefix(text, str_from(form[i].format), time_ms);
    }
    arena_release(&a);
    return length == 0 ? 0
                       : length + fraction_length(str_sub(s, length, s.len));
}

/* E1121 10:02:03.123456, as Kubernetes and glog write it */
static size_t read_klog(struct str s, int64_t now_ms, int64_t *time_ms)
{
    struct arena a;
    size_t length = 0;
    if (s.len < 14 || s.ptr[5] != ' ' || strchr("IWEF", s.ptr[0]) == NULL)
        return 0;
    for (size_t i = 1; i < 5; i++)
        if (s.ptr[i] != ' ' && !is_digit(s.ptr[i]))
            return 0;
    arena_init(&a);
    *time_ms =
        with_year(&a, str_sub(s, 1, s.len), "%m%d %H:%M:%S", now_ms, &length);
    arena_release(&a);
    return length == 0 ? 0 : length + 1;
}

/* Seconds since 1970, ten digits, or milliseconds, thirteen. */
static size_t read_epoch(struct str s, int64_t *time_ms)
{
    uint64_t number = 0;
    size_t digits = 0;
    while (digits < s.len && s.ptr[digits] >= '0' && s.ptr[digits] <= '9')
        digits++;
    if ((digits != 10 && digits != 13) || s.ptr[0] != '1' ||
        !text_to_u64(str_sub(s, 0, digits), UINT64_MAX / 2, &number))
        return 0;
    *time_ms = (int64_t)(digits == 10 ? number * 1000 : number);
    return digits + fraction_length(str_sub(s, digits, s.len));
}

/* {"time": "…"} and its like; nothing of the line is taken away. */
static int64_t read_json(struct str s)
{
    static const char *const key[] = {
        "\"time\":",       "\"ts\":", "\"timestamp\":",
        "\"@timestamp\":", "\"t\":",  "\"datetime\":"};
    s = str_sub(s, 0, KEY_LOOK);
    for (size_t i = 0; i < ARRAY_COUNT(key); i++) {
        size_t at = str_find(s, str_from(key[i]), 0);
        int64_t time_ms = 0;
        bool zoned;
        if (at == s.len)
            continue;
        struct str value = str_trim(str_sub(s, at + strlen(key[i]), s.len));
        if (value.len > 0 && value.ptr[0] == '"')
            value = str_sub(value, 1, value.len);
        if (clock_parse(value, &time_ms, &zoned) > 0 ||
            read_epoch(value, &time_ms) > 0)
            return time_ms;
    }
    return 0;
}

/* 10.0.0.1 - - [21/Nov/2026:10:02:03 +0000] "GET … */
static int64_t read_access(struct str s)
{
    int64_t time_ms = 0;
    size_t at = str_find(str_sub(s, 0, 120), STR("["), 0);
    if (at + 26 > s.len)
        return 0;
    struct str rest = str_sub(s, at + 1, 40);
    return clock_parse_prefix(rest, STR("%e/%b/%Y:%H:%M:%S %z"), &time_ms) > 0
               ? time_ms
               : 0;
}

/* <34>1 at the start of RFC 5424, <34> of RFC 3164 */
static size_t priority_length(struct str s)
{
    size_t i = 1;
    if (s.len < 4 || s.ptr[0] != '<')
        return 0;
    while (i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9')
        i++;
    if (i == 1 || i > 4 || i >= s.len || s.ptr[i] != '>')
        return 0;
    i++;
    return str_starts(str_sub(s, i, s.len), STR("1 ")) ? i + 2 : i;
}

size_t stamp_read(struct str s, int64_t now_ms, int64_t *time_ms)
{
    bool zoned = false;
    int64_t at = 0;
    size_t skipped = priority_length(s);
    struct str rest = str_sub(s, skipped, s.len);
    if (rest.len > 0 && (rest.ptr[0] == '[' || rest.ptr[0] == '"'))
        rest = str_sub(rest, 1, rest.len);
    size_t n = clock_parse(rest, &at, &zoned);
    if (n == 0)
        n = read_epoch(rest, &at);
    if (n == 0)
        n = read_klog(rest, now_ms, &at);
    if (n == 0)
        n = read_form(rest, now_ms, &at);
    if (n > 0) {
        *time_ms = at;
        return (size_t)(rest.ptr - s.ptr) + n;
    }
    at = s.len > 0 && s.ptr[0] == '{' ? read_json(s) : read_access(s);
    if (at != 0)
        *time_ms = at;
    return 0;
}
