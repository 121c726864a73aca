/* Dates, times of day and lengths of time as people write them. */
#include <string.h>

#include "lint/internal.h"

#define MONTHS                                                                 \
    "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|"       \
    "aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
#define CLOCK                                                                  \
    "(?:(?:\\s*,?\\s*(?:at\\s+)?|T)(\\d{1,2}):(\\d{2})(?::(\\d{2})"            \
    "(?:[.,]\\d{1,9})?)?(?!\\d|:)\\s?([ap]m\\b)?\\s?" ZONE ")?"
#define ZONE                                                                   \
    "(\\(?(?:UTC|GMT|Z|CES?T|ES?T|EDT|CDT|CST|MDT|MST|PDT|PST|BST|WES?T|"      \
    "JST|IST|AES?T)\\b(?:[+-]\\d{1,2})?\\)?|[+-]\\d{2}:?\\d{2}\\b)?"
#define ABOUT "(~|\xe2\x89\x88|\\babout |\\baround |\\bapprox\\.? |\\bca\\.? )?"

/* Groups: 1 about, 2 to 4 the date, 5 to 7 the time, 8 am or pm, 9 zone. */
static const char iso_date[] =
    ABOUT "(?<![\\w./"
          "-])(\\d{4})-(\\d{2})-(\\d{2})(?![\\d-]|-?\\w*\\.\\w|-[A-Z])" CLOCK;
static const char named_date[] =
    ABOUT "\\b" MONTHS "\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})\\b" CLOCK;
static const char day_date[] = ABOUT "\\b(\\d{1,2})(?:st|nd|rd|th|\\.)? " MONTHS
                                     "\\.?,? (\\d{4})\\b" CLOCK;
static const char slash_date[] =
    ABOUT "(?<![\\w./-])(\\d{1,4})/(\\d{1,2})/(\\d{2,4})(?![\\w/])" CLOCK;
static const char dots_date[] =
    ABOUT "(?<![\\w./-])(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})(?![\\w])" CLOCK;
static const char clock_only[] = ABOUT
    "()()()(?<![\\w:.,/+-])(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,]\\d{1,9})?)?"
    "(?!\\d|:|[.]\\d)\\s?([ap]m\\b)?\\s?" ZONE;

#define MOMENT_GROUPS 10

/*
 * A text is looked at piece by piece: every form is tried on every piece, so a
 * text full of times costs what its length does.
 */
#define WINDOW         ((size_t)192)
#define WINDOW_OVERLAP ((size_t)80) /* the longest form is shorter */
#define TEXT_LOOKED_AT ((size_t)32 * 1024)

int64_t day_of(int64_t year, int64_t month, int64_t day)
{
    static const int before[] = {0,   31,  59,  90,  120, 151,
                                 181, 212, 243, 273, 304, 334};
    static const int length[] = {31, 29, 31, 30, 31, 30,
                                 31, 31, 30, 31, 30, 31};
    if (year < 1970 || year > 2999 || month < 1 || month > 12 || day < 1 ||
        day > length[month - 1])
        return -1;
    int64_t past = year - 1;
    int64_t leaps = past / 4 - past / 100 + past / 400 - 477;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return (year - 1970) * 365 + leaps + before[month - 1] + day - 1 +
           (leap && month > 2);
}

static int64_t month_of(struct str name)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int64_t i = 0; i < 12; i++)
        if (str_equal_nocase(str_sub(name, 0, 3),
                             (struct str){names + i * 3, 3}))
            return i + 1;
    return 0;
}

struct zone_row {
    const char *name;
    int minutes;
};

static const struct zone_row zones[] = {
    {"UTC", 0},    {"GMT", 0},    {"Z", 0},      {"CET", 60},   {"CEST", 120},
    {"EST", -300}, {"EDT", -240}, {"CST", -360}, {"CDT", -300}, {"MST", -420},
    {"MDT", -360}, {"PST", -480}, {"PDT", -420}, {"BST", 60},   {"WET", 0},
    {"WEST", 60},  {"ET", -300},  {"JST", 540},  {"IST", 330},  {"AEST", 600},
    {"AEDT", 660}, {"EET", 120},  {"AET", 600},
};

/* Minutes east of Greenwich. */
static int64_t zone_minutes(struct str zone)
{
    struct str s = zone;
    while (s.len > 0 && (s.ptr[0] == '(' || s.ptr[0] == ' '))
        s = str_sub(s, 1, s.len);
    while (s.len > 0 && s.ptr[s.len - 1] == ')')
        s.len--;
    for (size_t i = 0; i < ARRAY_COUNT(zones); i++)
        if (str_equal_nocase(s, str_from(zones[i].name)))
            return zones[i].minutes;
    if (s.len < 5 || (s.ptr[0] != '+' && s.ptr[0] != '-'))
        return 0;
    int64_t number = digits(s);
    int64_t minutes = number / 100 * 60 + number % 100;
    return s.ptr[0] == '-' ? -minutes : minutes;
}

static bool set_clock(struct moment *m, const struct str *group)
{
    m->second = -1;
    m->zoned = group[9].len > 0;
    if (group[5].len == 0)
        return true;
    int64_t hour = digits(group[5]), minute = digits(group[6]);
    if (group[8].len > 0)
        hour = hour % 12 +
               (group[8].ptr[0] == 'p' || group[8].ptr[0] == 'P' ? 12 : 0);
    if (hour > 24 || minute > 59)
        return false;
    m->second = hour * 3600 + minute * 60 + digits(group[7]) -
                zone_minutes(group[9]) * 60;
    return true;
}

static bool set_date(struct moment *m, const struct str *g)
{
    int64_t year = digits(g[2]), month = digits(g[3]), day = digits(g[4]);
    switch (m->form) {
    case DATE_NONE:
        return true;
    case DATE_ISO:
        break;
    case DATE_NAMED:
        day = month;
        month = month_of(g[2]);
        year = digits(g[4]);
        break;
    case DATE_DAY_NAME:
        day = year;
        month = month_of(g[3]);
        year = digits(g[4]);
        break;
    case DATE_SLASH:
    case DATE_DOTS:
        if (g[2].len < 3) { /* the year is last, and either may be the day */
            int64_t first = year;
            year = day;
            day = m->form == DATE_DOTS || first > 12 ? first : month;
            month = day == first ? month : first;
        }
        break;
    }
    m->day = day_of(year, month, day);
    return m->day >= 0;
}

/*
 * "12:50-13:00" is a range and no zone: an offset follows seconds, or a date
 * and a T.
 */
static void drop_range(struct str *group)
{
    struct str zone = group[9];
    if (zone.len == 0 || (zone.ptr[0] != '+' && zone.ptr[0] != '-') ||
        group[7].len > 0 || memchr(group[0].ptr, 'T', group[0].len) != NULL)
        return;
    group[0].len = (size_t)(zone.ptr - group[0].ptr);
    group[9] = STR_NONE;
}

struct form_row {
    const char *pattern;
    enum date_form form;
};

/* A match that ends with the piece is looked at again, from its own start. */
static bool is_cut(struct str text, struct str window, struct str match,
                   size_t *at)
{
    size_t start = (size_t)(match.ptr - text.ptr);
    bool inside = match.ptr + match.len < window.ptr + window.len ||
                  window.ptr + window.len == text.ptr + text.len;
    if (inside || start <= *at)
        return false;
    *at = start;
    return true;
}

/* The form that matches first; false: none does. */
static bool first_form(struct patterns *p, struct str window, struct str *best,
                       enum date_form *form)
{
    static const struct form_row forms[] = {
        {iso_date, DATE_ISO},      {named_date, DATE_NAMED},
        {day_date, DATE_DAY_NAME}, {slash_date, DATE_SLASH},
        {dots_date, DATE_DOTS},    {clock_only, DATE_NONE},
    };
    best[0] = STR_NONE;
    for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
        struct str group[MOMENT_GROUPS];
        if (!found(p, forms[i].pattern, window, group, MOMENT_GROUPS) ||
            (best[0].ptr != NULL && group[0].ptr >= best[0].ptr))
            continue;
        memcpy(best, group, sizeof(group));
        *form = forms[i].form;
    }
    return best[0].ptr != NULL;
}

bool moment_next(struct patterns *p, struct str text, size_t *at,
                 struct moment *out)
{
    while (*at < text.len && *at < TEXT_LOOKED_AT) {
        struct str best[MOMENT_GROUPS] = {STR_NONE};
        enum date_form form = DATE_NONE;
        /* From one byte earlier on, so that looking back sees it. */
        size_t from = *at > 0 ? *at - 1 : 0;
        struct str window = str_sub(text, from, WINDOW);
        if (!first_form(p, window, best, &form)) {
            *at += WINDOW - WINDOW_OVERLAP;
            continue;
        }
        if (is_cut(text, window, best[0], at))
            continue;
        drop_range(best);
        size_t end = (size_t)(best[0].ptr - text.ptr) + best[0].len;
        *at = end > *at ? end : *at + 1;
        *out = (struct moment){
            .form = form, .text = str_trim(best[0]), .about = best[1].len > 0};
        if (set_date(out, best) && set_clock(out, best))
            return true;
    }
    return false;
}

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
    *out = (struct length){.low = seconds, .high = seconds, .text = g[0]};
    return true;
}

static bool length_in(struct patterns *p, struct str window, struct length *out)
{
    struct str g[9];
    int64_t more = 0;
    if (!found(p, length_pattern, window, g, 9))
        return iso_next(p, window, out);
    for (size_t i = 5; i + 1 < 9; i += 2)
        if (g[i].len > 0)
            more += seconds_of(g[i], g[i + 1]);
    *out = (struct length){.text = str_trim(g[0])};
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
        if (is_cut(text, window, out->text, at))
            continue;
        size_t end = (size_t)(out->text.ptr - text.ptr) + out->text.len;
        *at = end > *at ? end : *at + 1;
        return true;
    }
    return false;
}
