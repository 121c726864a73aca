/* Numbers in text: integers, durations, sizes, exact comparison. */
#include <stdint.h>
#include <string.h>

#include "base/text.h"

bool text_to_u64(struct str s, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(s.ptr[i] - '0');
        if (value > (max - digit) / 10 || digit > max)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

struct unit {
    const char *name;
    uint64_t factor;
};

/* Decimal digits with at most six decimals, as millionths; false if it is none.
 */
static bool decimal_to_micro(struct str s, uint64_t *micro)
{
    struct str fraction;
    struct str whole = str_cut(s, '.', &fraction);
    bool has_fraction = whole.len < s.len;
    uint64_t units = 0, parts = 0;
    if (!text_to_u64(whole, UINT64_C(1000000000000), &units))
        return false;
    if (has_fraction &&
        (fraction.len > 6 || !text_to_u64(fraction, 999999, &parts)))
        return false;
    for (size_t i = fraction.len; has_fraction && i < 6; i++)
        parts *= 10;
    *micro = units * 1000000 + parts;
    return true;
}

/* number unit → number × factor; factors are per `unit_count` rows. */
static bool quantity(struct str s, const struct unit *unit, size_t count,
                     uint64_t *out)
{
    size_t digits = 0;
    while (digits < s.len && ((s.ptr[digits] >= '0' && s.ptr[digits] <= '9') ||
                              s.ptr[digits] == '.'))
        digits++;
    struct str name = str_sub(s, digits, s.len);
    uint64_t micro = 0;
    if (!decimal_to_micro(str_sub(s, 0, digits), &micro))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!str_is(name, unit[i].name))
            continue;
        uint64_t f = unit[i].factor;
        if (micro / 1000000 >= (uint64_t)INT64_MAX / f)
            return false;
        *out = micro / 1000000 * f + micro % 1000000 * f / 1000000;
        return true;
    }
    return false;
}

bool text_to_duration_us(struct str s, int64_t *out)
{
    static const struct unit unit[] = {
        {"us", 1},
        {"ms", 1000},
        {"s", 1000000},
        {"m", UINT64_C(60000000)},
        {"min", UINT64_C(60000000)},
        {"h", UINT64_C(3600000000)},
        {"d", UINT64_C(86400000000)},
    };
    uint64_t us = 0;
    if (!quantity(s, unit, ARRAY_COUNT(unit), &us))
        return false;
    *out = (int64_t)us;
    return true;
}

bool text_to_size(struct str s, uint64_t *out)
{
    static const struct unit unit[] = {
        {"B", 1},
        {"kB", 1000},
        {"MB", 1000000},
        {"GB", UINT64_C(1000000000)},
        {"KiB", 1024},
        {"MiB", UINT64_C(1) << 20},
        {"GiB", UINT64_C(1) << 30},
    };
    return quantity(s, unit, ARRAY_COUNT(unit), out);
}

void text_duration(struct buf *out, int64_t us)
{
    int64_t seconds = us / 1000000;
    if (us < 1000)
        buf_printf(out, "%lld us", (long long)us);
    else if (us < 1000000)
        buf_printf(out, "%lld ms", (long long)((us + 500) / 1000));
    else if (seconds < 60)
        buf_printf(out, "%lld.%02lld s", (long long)seconds,
                   (long long)(us % 1000000 / 10000));
    else if (seconds < 3600)
        buf_printf(out, "%lld min %lld s", (long long)(seconds / 60),
                   (long long)(seconds % 60));
    else
        buf_printf(out, "%lld h %lld min", (long long)(seconds / 3600),
                   (long long)(seconds % 3600 / 60));
}

void text_size(struct buf *out, uint64_t bytes)
{
    static const char *const unit[] = {"kB", "MB", "GB", "TB"};
    if (bytes < 1000) {
        buf_printf(out, "%llu B", (unsigned long long)bytes);
        return;
    }
    size_t u = 0;
    uint64_t tenths = bytes / 100;
    while (tenths >= 10000 && u + 1 < ARRAY_COUNT(unit)) {
        tenths /= 1000;
        u++;
    }
    buf_printf(out, "%llu.%llu %s", (unsigned long long)(tenths / 10),
               (unsigned long long)(tenths % 10), unit[u]);
}

static size_t skip_digits(struct str s, size_t i)
{
    while (i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9')
        i++;
    return i;
}

bool text_is_number(struct str s)
{
    size_t i = s.len > 0 && s.ptr[0] == '-' ? 1 : 0;
    size_t digits = i;
    i = skip_digits(s, i);
    if (i == digits || (s.ptr[digits] == '0' && i - digits > 1))
        return false;
    if (i < s.len && s.ptr[i] == '.') {
        size_t fraction = ++i;
        i = skip_digits(s, i);
        if (i == fraction)
            return false;
    }
    if (i < s.len && (s.ptr[i] == 'e' || s.ptr[i] == 'E')) {
        i++;
        if (i < s.len && (s.ptr[i] == '+' || s.ptr[i] == '-'))
            i++;
        size_t exponent = i;
        i = skip_digits(s, i);
        if (i == exponent)
            return false;
    }
    return i == s.len;
}

/* A number as 0.d1d2d3… × 10^exponent, with d1 ≠ 0; no digits for zero. */
struct decimal {
    bool negative;
    struct str text; /* digits with at most one '.', leading zeros gone */
    int64_t exponent;
};

#define EXPONENT_MAX INT64_C(1000000000000)

static int64_t read_exponent(struct str s)
{
    uint64_t value = 0;
    bool negative = s.len > 0 && s.ptr[0] == '-';
    if (s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+'))
        s = str_sub(s, 1, s.len);
    if (!text_to_u64(s, (uint64_t)EXPONENT_MAX, &value))
        value = s.len == 0 ? 0 : (uint64_t)EXPONENT_MAX;
    return negative ? -(int64_t)value : (int64_t)value;
}

static struct decimal decimal_read(struct str s)
{
    struct decimal d = {.negative = s.len > 0 && s.ptr[0] == '-'};
    size_t mark = 0, zeros = 0;
    if (d.negative)
        s = str_sub(s, 1, s.len);
    while (mark < s.len && s.ptr[mark] != 'e' && s.ptr[mark] != 'E')
        mark++;
    d.exponent = read_exponent(str_sub(s, mark + 1, s.len));
    s = str_sub(s, 0, mark);
    size_t point = str_find(s, STR("."), 0);
    while (zeros < s.len && (s.ptr[zeros] == '0' || s.ptr[zeros] == '.'))
        zeros++;
    if (zeros <= point)
        d.exponent += (int64_t)(point - zeros);
    else
        d.exponent -= (int64_t)(zeros - point - 1);
    d.text = str_sub(s, zeros, s.len);
    return d;
}

/* The next digit of d.text, skipping the point; '0' past the end. */
static char next_digit(struct str *s)
{
    if (s->len > 0 && s->ptr[0] == '.')
        *s = str_sub(*s, 1, s->len);
    char c = s->len > 0 ? s->ptr[0] : '0';
    *s = str_sub(*s, 1, s->len);
    return c;
}

static int compare_magnitudes(struct decimal a, struct decimal b)
{
    if (a.text.len == 0 || b.text.len == 0)
        return (a.text.len > 0) - (b.text.len > 0);
    if (a.exponent != b.exponent)
        return a.exponent < b.exponent ? -1 : 1;
    while (a.text.len > 0 || b.text.len > 0) {
        char x = next_digit(&a.text), y = next_digit(&b.text);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

int text_compare_numbers(struct str left, struct str right)
{
    struct decimal a = decimal_read(left), b = decimal_read(right);
    if (a.text.len == 0 && b.text.len == 0)
        return 0;
    bool a_below = a.negative && a.text.len > 0;
    bool b_below = b.negative && b.text.len > 0;
    if (a_below != b_below)
        return a_below ? -1 : 1;
    int order = compare_magnitudes(a, b);
    return a_below ? -order : order;
}

bool text_is_integer(struct str number)
{
    struct decimal d = decimal_read(number);
    size_t point = str_find(d.text, STR("."), 0);
    size_t digits = d.text.len - (point < d.text.len);
    while (digits > 0 && d.text.len > 0 &&
           (d.text.ptr[d.text.len - 1] == '0' ||
            d.text.ptr[d.text.len - 1] == '.')) {
        digits -= d.text.ptr[d.text.len - 1] == '0';
        d.text.len--;
    }
    return (int64_t)digits <= d.exponent || digits == 0;
}
