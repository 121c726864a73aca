/* Dates and times of day as people write them. */
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
/* Without a year: capitals tell a month from a verb. */
#define MONTH_WORDS                                                            \
    "(?-i:(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|"  \
    "Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?))"
static const char month_date[] =
    ABOUT "\\b" MONTH_WORDS "\\.? (\\d{1,2})(?:st|nd|rd|th)?(?![\\d:%])"
          "(?!,? \\d{4}\\b)()" CLOCK;
static const char day_month[] =
    ABOUT "(?<![\\w:.,-])(\\d{1,2})(?:st|nd|rd|th|\\.)? " MONTH_WORDS
          "\\b(?!\\.?,? \\d{4}\\b)()" CLOCK;
static const char slash_date[] =
    ABOUT "(?<![\\w./-])(\\d{1,4})/(\\d{1,2})/(\\d{2,4})(?![\\w/])" CLOCK;
static const char dots_date[] =
    ABOUT "(?<![\\w./-])(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})(?![\\w])" CLOCK;
static const char clock_only[] = ABOUT
    "()()()(?<![\\w:.,/+-])(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,]\\d{1,9})?)?"
    "(?!\\d|:|[.]\\d)\\s?([ap]m\\b)?\\s?" ZONE;

#define MOMENT_GROUPS 10
#define YEAR_OF_NONE  2000 /* has a 29 February */

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
    m->precise = group[7].len > 0;
    if (group[5].len == 0)
        return true;
    int64_t hour = digits(group[5]), minute = digits(group[6]);
    if (group[8].len > 0)
        hour = hour % 12 +
               (group[8].ptr[0] == 'p' || group[8].ptr[0] == 'P' ? 12 : 0);
    if (hour > 24 || minute > 59)
        return false;
    m->offset = zone_minutes(group[9]) * 60;
    m->second = hour * 3600 + minute * 60 + digits(group[7]) - m->offset;
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
    m->month = month;
    m->month_day = day;
    m->yearless = g[4].len == 0;
    m->day = day_of(m->yearless ? YEAR_OF_NONE : year, month, day);
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
bool piece_cut(struct str text, struct str window, struct str match, size_t *at)
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
        {iso_date, DATE_ISO},       {named_date, DATE_NAMED},
        {day_date, DATE_DAY_NAME},  {slash_date, DATE_SLASH},
        {dots_date, DATE_DOTS},     {month_date, DATE_NAMED},
        {day_month, DATE_DAY_NAME}, {clock_only, DATE_NONE},
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
        if (piece_cut(text, window, best[0], at))
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
