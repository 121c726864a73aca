/* Lengths of time as people write them, and what two moments span. */
#include <string.h>

#include "lint/internal.h"

#define MINUTE INT64_C(60)
#define DAY    INT64_C(86400)

#define WINDOW         ((size_t)192)
#define WINDOW_OVERLAP ((size_t)80) /* the longest form is shorter */
#define TEXT_LOOKED_AT ((size_t)32 * 1024)

#define UNIT                                                                   \
    "(h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?|ms|days?|d|weeks?)\\b"

/* 1 about or bound, 2 number, 3 upper number, 4 unit, 5 and 6 what follows */
static const char length_pattern[] =
    "(~|\xe2\x89\x88|<=?|>=?|\xe2\x89\xa4|\xe2\x89\xa5|\\babout |\\baround |"
    "\\bapprox(?:imately|\\.)? |\\bnearly |\\balmost |\\broughly |\\bunder |"
    "\\bover |\\bless than |\\bmore than |\\bat least |\\bat most |\\bup to |"
    "\\bwithin |\\bca\\.? )?\\s?(?<![\\w.,:/#+-])(\\d{1,6}(?:\\.\\d{1,3})?)"
    "(?:\\s?(?:-|\xe2\x80\x93|to)\\s?(\\d{1,6}(?:\\.\\d{1,3})?))?[\\s-]?" UNIT
    "(?:,?\\s?(?:and )?(\\d{1,4})\\s?" UNIT
    ")?(?:,?\\s?(?:and )?(\\d{1,4})\\s?" UNIT ")?";
static const char iso_length[] =
    "\\bP(?:(\\d{1,4})D)?T?(?:(\\d{1,4})H)?(?:(\\d{1,5})M)?(?:(\\d{1,6})S)?\\b";

static int64_t unit_ms(struct str unit)
{
    if (str_equal_nocase(unit, STR("ms")))
        return 1;
    switch (unit.ptr[0] | 0x20) {
    case 'w':
        return INT64_C(604800000);
    case 'd':
        return INT64_C(86400000);
    case 'h':
        return 3600000;
    case 'm':
        return 60000;
    default:
        return 1000;
    }
}

/* "1.5" as thousandths. */
static int64_t thousandths(struct str number)
{
    struct str rest;
    struct str whole = str_cut(number, '.', &rest);
    int64_t value = digits(whole) * 1000, part = 100;
    for (size_t i = 0; i < rest.len && part > 0; i++, part /= 10)
        value += (rest.ptr[i] - '0') * part;
    return value;
}

static int64_t seconds_of(struct str number, struct str unit)
{
    return thousandths(number) * unit_ms(unit) / 1000000;
}

/* The precision of what is written: "1.5 h" has tenths, "2 h" whole hours. */
static int64_t step_of(struct str number, struct str unit)
{
    int64_t ms = unit_ms(unit);
    size_t point = str_find(number, STR("."), 0);
    if (str_ends(number, STR(".5")))
        ms /= 2;
    else
        for (size_t i = point + 1; i < number.len; i++)
            ms /= 10;
    return ms / 1000;
}

static void set_bound(struct length *out, struct str word, struct patterns *p)
{
    if (word.len == 0)
        return;
    if (seen(p, "^(<|\xe2\x89\xa4|under|less|at most|up to|within)", word))
        out->bound = '<';
    else if (seen(p, "^(>|\xe2\x89\xa5|over|more|at least)", word))
        out->bound = '>';
    else
        out->about = true;
}

static bool iso_next(struct patterns *p, struct str rest, struct length *out)
{
    struct str g[5];
    if (!found(p, iso_length, rest, g, 5) || g[0].len < 3)
        return false;
    int64_t seconds = digits(g[1]) * 86400 + digits(g[2]) * 3600 +
                      digits(g[3]) * 60 + digits(g[4]);
    int64_t unit = g[4].len > 0 ? 1 : g[3].len > 0 ? 60 : 3600;
    *out = (struct length){
        .low = seconds, .high = seconds, .unit = unit, .text = g[0]};
    return true;
}

static bool length_in(struct patterns *p, struct str window, struct length *out)
{
    struct str g[9];
    int64_t more = 0;
    if (!found(p, length_pattern, window, g, 9))
        return iso_next(p, window, out);
    *out = (struct length){.text = str_trim(g[0]), .unit = step_of(g[2], g[4])};
    for (size_t i = 5; i + 1 < 9; i += 2)
        if (g[i].len > 0) {
            more += seconds_of(g[i], g[i + 1]);
            out->unit = step_of(g[i], g[i + 1]);
        }
    out->low = seconds_of(g[2], g[4]) + more;
    out->high = g[3].len > 0 ? seconds_of(g[3], g[4]) + more : out->low;
    set_bound(out, str_trim(g[1]), p);
    return true;
}

bool length_next(struct patterns *p, struct str text, size_t *at,
                 struct length *out)
{
    while (*at < text.len && *at < TEXT_LOOKED_AT) {
        size_t from = *at > 0 ? *at - 1 : 0;
        struct str window = str_sub(text, from, WINDOW);
        if (!length_in(p, window, out)) {
            *at += WINDOW - WINDOW_OVERLAP;
            continue;
        }
        if (piece_cut(text, window, out->text, at))
            continue;
        size_t end = (size_t)(out->text.ptr - text.ptr) + out->text.len;
        *at = end > *at ? end : *at + 1;
        return true;
    }
    return false;
}

int64_t length_slack(const struct length *l, bool exact)
{
    int64_t least = exact ? 2 : MINUTE;
    int64_t slack = l->unit / 2 > least ? l->unit / 2 : least;
    if (exact && l->unit == MINUTE && l->high <= 5 * MINUTE)
        slack = l->high / 10;
    if (l->about)
        slack += l->high / 10 > l->unit ? l->high / 10 : l->unit;
    return slack;
}

/* Both ends in seconds; an end without a date follows the other. */
static void set_range(struct range *out, struct moment *from, struct moment *to)
{
    if (from->zoned != to->zoned) { /* the zone of one applies to both */
        int64_t offset = from->zoned ? from->offset : to->offset;
        *(from->zoned ? &to->second : &from->second) -= offset;
    }
    bool same_day = to->form == DATE_NONE || from->form == DATE_NONE;
    out->from =
        (from->form == DATE_NONE ? to->day : from->day) * DAY + from->second;
    out->to = (to->form == DATE_NONE ? from->day : to->day) * DAY + to->second;
    if (same_day && out->to < out->from)
        out->to += DAY;
    out->text.ptr = from->text.ptr;
    out->text.len = (size_t)(to->text.ptr + to->text.len - from->text.ptr);
}

bool range_next(struct patterns *p, struct str text, size_t *at,
                struct range *out)
{
    static const char joint[] =
        "^\\s*(-|\xe2\x80\x93|\xe2\x80\x94|\xe2\x86\x92|"
        "->|to|until|till|through|and)\\s*";
    struct moment from, to;
    struct str g[1];
    while (moment_next(p, text, at, &from)) {
        struct str rest = after(text, from.text);
        size_t behind = 0;
        if (from.second < 0 || !found(p, joint, rest, g, 1))
            continue;
        rest = after(rest, g[0]);
        if (!moment_next(p, rest, &behind, &to) || to.second < 0 ||
            to.text.ptr > rest.ptr + 1)
            continue;
        set_range(out, &from, &to);
        *at = (size_t)(to.text.ptr + to.text.len - text.ptr);
        return true;
    }
    return false;
}
