/* Clocks, and RFC 3339 without the C library's global time zone. */
#include "base/clock.h"

#include <time.h>

#include "base/text.h"

#define DAY_MS      INT64_C(86400000)
#define TOGETHER_US INT64_C(10000) /* between two readings of one moment */
#define READ_AGAIN  3

int64_t clock_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t wall_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_wall_ms(void)
{
    return wall_us() / 1000;
}

/* As the monotonic one, but it goes on while the machine is suspended. */
static int64_t running_us(void)
{
#ifdef CLOCK_BOOTTIME
    struct timespec t;
    if (clock_gettime(CLOCK_BOOTTIME, &t) == 0)
        return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
#endif
    return clock_now_us();
}

/*
 * How far the first clock is ahead of the other. Two clocks are read one after
 * the other: a process that was stopped in between reads them again, or its
 * pause would look like a jump of one of them.
 */
static int64_t ahead_us(int64_t (*first)(void), int64_t (*second)(void))
{
    int64_t before, at, after;
    int tries = 0;
    do {
        before = second();
        at = first();
        after = second();
    } while (after - before >= TOGETHER_US && ++tries < READ_AGAIN);
    return at - after;
}

int64_t clock_suspended_us(void)
{
    return ahead_us(running_us, clock_now_us);
}

struct clock_anchor clock_anchor(void)
{
    int64_t ahead = ahead_us(wall_us, running_us), now = running_us();
    return (struct clock_anchor){(ahead + now) / 1000, now};
}

int64_t clock_anchored_ms(const struct clock_anchor *a)
{
    return a->wall_ms + (running_us() - a->running_us) / 1000;
}

int64_t clock_jump_ms(const struct clock_anchor *a)
{
    return ahead_us(wall_us, running_us) / 1000 -
           (a->wall_ms - a->running_us / 1000);
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
static int64_t days_from_date(int64_t y, int64_t m, int64_t d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct date {
    int64_t year, month, day;
};

static struct date date_from_days(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;
    return (struct date){yoe + era * 400 + (month <= 2), month,
                         doy - (153 * mp + 2) / 5 + 1};
}

/* The last `count` digits of a number that is not negative. */
static void digits(char *at, size_t count, int64_t n)
{
    for (; count > 0; n /= 10)
        at[--count] = (char)('0' + n % 10);
}

/* Digit by digit: reports are full of times, and printf is slow. */
static void format_date(struct buf *out, struct date d, int64_t seconds)
{
    char text[] = "0000-00-00T00:00:00";
    if (d.year < 0 || d.year > 9999) {
        buf_printf(out, "%04lld", (long long)d.year);
    } else {
        digits(text, 4, d.year);
        buf_add(out, text, 4);
    }
    digits(text + 5, 2, d.month);
    digits(text + 8, 2, d.day);
    digits(text + 11, 2, seconds / 3600);
    digits(text + 14, 2, seconds / 60 % 60);
    digits(text + 17, 2, seconds % 60);
    buf_add(out, text + 4, sizeof(text) - 5);
}

void clock_format(struct buf *out, int64_t wall_ms)
{
    int64_t days = wall_ms / DAY_MS, ms = wall_ms % DAY_MS;
    if (ms < 0) {
        ms += DAY_MS;
        days--;
    }
    struct date d = date_from_days(days);
    format_date(out, d, ms / 1000);
    if (ms % 1000 != 0)
        buf_printf(out, ".%03lld", (long long)(ms % 1000));
    buf_char(out, 'Z');
}

/* A number of exactly `digits` digits, at most max, at *i. */
static bool fixed(struct str s, size_t *i, size_t digits, int64_t max,
                  int64_t *out)
{
    uint64_t value = 0;
    struct str part = str_sub(s, *i, digits);
    if (part.len != digits || !text_to_u64(part, (uint64_t)max, &value))
        return false;
    *i += digits;
    *out = (int64_t)value;
    return true;
}

static bool mark(struct str s, size_t *i, const char *any)
{
    for (; *i < s.len && *any != '\0'; any++) {
        if (s.ptr[*i] == *any) {
            (*i)++;
            return true;
        }
    }
    return false;
}

static bool parse_date(struct str s, size_t *i, int64_t *days)
{
    int64_t year, month, day;
    if (!fixed(s, i, 4, 9999, &year) || !mark(s, i, "-/") ||
        !fixed(s, i, 2, 12, &month) || !mark(s, i, "-/") ||
        !fixed(s, i, 2, 31, &day) || month == 0 || day == 0)
        return false;
    *days = days_from_date(year, month, day);
    return true;
}

static bool parse_time(struct str s, size_t *i, int64_t *ms)
{
    int64_t hour, minute, second;
    if (!fixed(s, i, 2, 23, &hour) || !mark(s, i, ":") ||
        !fixed(s, i, 2, 59, &minute) || !mark(s, i, ":") ||
        !fixed(s, i, 2, 60, &second))
        return false;
    *ms = ((hour * 60 + minute) * 60 + second) * 1000;
    if (*i + 1 < s.len && (s.ptr[*i] == '.' || s.ptr[*i] == ',')) {
        int64_t scale = 100;
        size_t at = *i + 1;
        for (; at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9'; at++) {
            *ms += (s.ptr[at] - '0') * scale;
            scale /= 10;
        }
        if (at > *i + 1)
            *i = at;
    }
    return true;
}

/* "Z", " UTC", "+01:00", "+0100": minutes east of UTC. */
static bool parse_zone(struct str s, size_t *i, int64_t *minutes)
{
    size_t at = *i;
    int64_t hours = 0, rest = 0;
    *minutes = 0;
    if (mark(s, i, "Z"))
        return true;
    if (str_starts(str_sub(s, at, 4), STR(" UTC"))) {
        *i = at + 4;
        return true;
    }
    bool west = at < s.len && s.ptr[at] == '-';
    if (!mark(s, &at, "+-") || !fixed(s, &at, 2, 23, &hours))
        return false;
    mark(s, &at, ":");
    if (!fixed(s, &at, 2, 59, &rest))
        return false;
    *minutes = (west ? -1 : 1) * (hours * 60 + rest);
    *i = at;
    return true;
}

size_t clock_parse(struct str s, int64_t *wall_ms, bool *zoned)
{
    int64_t days, ms, minutes;
    size_t i = 0;
    if (s.len < 5 || (s.ptr[4] != '-' && s.ptr[4] != '/'))
        return 0; /* most texts are no time, and end here */
    if (!parse_date(s, &i, &days) || !mark(s, &i, "T t") ||
        !parse_time(s, &i, &ms))
        return 0;
    *zoned = parse_zone(s, &i, &minutes);
    *wall_ms = days * DAY_MS + ms - minutes * 60000;
    return i;
}

struct fields {
    int64_t year, month, day, hour, minute, second, zone_minutes;
};

/* One or two digits, as "%e" and careless writers have it. */
static bool short_number(struct str s, size_t *i, int64_t max, int64_t *out)
{
    while (*i < s.len && s.ptr[*i] == ' ')
        (*i)++;
    return fixed(s, i, 2, max, out) || fixed(s, i, 1, max, out);
}

static bool month_name(struct str s, size_t *i, int64_t *out)
{
    static const char *const name[] = {
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December"};
    for (size_t m = 0; m < 12; m++) {
        struct str full = str_from(name[m]);
        size_t len = str_starts(str_sub(s, *i, full.len), full) ? full.len : 3;
        if (!str_equal(str_sub(s, *i, len), str_sub(full, 0, len)))
            continue;
        *i += len;
        *out = (int64_t)m + 1;
        return true;
    }
    return false;
}

static bool zone_name(struct str s, size_t *i)
{
    size_t start = *i;
    while (*i < s.len && s.ptr[*i] >= 'A' && s.ptr[*i] <= 'Z')
        (*i)++;
    return *i > start;
}

static bool weekday_name(struct str s, size_t *i)
{
    size_t start = *i;
    while (*i < s.len && (s.ptr[*i] | 0x20) >= 'a' && (s.ptr[*i] | 0x20) <= 'z')
        (*i)++;
    return *i - start >= 3;
}

static bool short_year(struct str s, size_t *i, int64_t *out)
{
    if (!fixed(s, i, 2, 99, out))
        return false;
    *out += *out < 69 ? 2000 : 1900; /* POSIX strptime */
    return true;
}

/* After the hour: 12 AM is 0, 12 PM is 12. */
static bool half_of_day(struct str s, size_t *i, int64_t *hour)
{
    struct str half = str_sub(s, *i, 2);
    bool late = str_equal_nocase(half, STR("PM"));
    if (!late && !str_equal_nocase(half, STR("AM")))
        return false;
    *hour = *hour % 12 + (late ? 12 : 0);
    *i += 2;
    return true;
}

static bool parse_field(struct str s, size_t *i, char c, struct fields *f)
{
    switch (c) {
    case 'a':
    case 'A':
        return weekday_name(s, i);
    case 'Y':
        return fixed(s, i, 4, 9999, &f->year);
    case 'y':
        return short_year(s, i, &f->year);
    case 'm':
        return short_number(s, i, 12, &f->month);
    case 'b':
    case 'B':
        return month_name(s, i, &f->month);
    case 'd':
    case 'e':
        return short_number(s, i, 31, &f->day);
    case 'H':
        return short_number(s, i, 23, &f->hour);
    case 'M':
        return short_number(s, i, 59, &f->minute);
    case 'S':
        return short_number(s, i, 60, &f->second);
    case 'p':
        return half_of_day(s, i, &f->hour);
    case 'Z':
        return zone_name(s, i);
    case 'z':
        return parse_zone(s, i, &f->zone_minutes);
    case '%':
        return mark(s, i, "%");
    default:
        return false;
    }
}

static bool parse_blank(struct str s, size_t *i)
{
    size_t start = *i;
    while (*i < s.len && s.ptr[*i] == ' ')
        (*i)++;
    return *i > start;
}

size_t clock_parse_prefix(struct str text, struct str format, int64_t *wall_ms)
{
    struct fields f = {.year = 1970, .month = 1, .day = 1};
    size_t i = 0;
    for (size_t k = 0; k < format.len; k++) {
        char c = format.ptr[k];
        bool ok;
        if (c == '%' && k + 1 < format.len)
            ok = parse_field(text, &i, format.ptr[++k], &f);
        else if (c == ' ')
            ok = parse_blank(text, &i);
        else
            ok = mark(text, &i, (const char[]){c, '\0'});
        if (!ok)
            return 0;
    }
    *wall_ms =
        days_from_date(f.year, f.month, f.day) * DAY_MS +
        ((f.hour * 60 + f.minute - f.zone_minutes) * 60 + f.second) * 1000;
    return f.month > 0 && f.day > 0 ? i : 0;
}

bool clock_parse_format(struct str text, struct str format, int64_t *wall_ms)
{
    size_t n = clock_parse_prefix(text, format, wall_ms);
    return n > 0 && n == text.len;
}
