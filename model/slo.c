/* Objectives: a share with up to four decimals, and days. */
#include "model/slo.h"

#define PPM        INT64_C(1000000)
#define PER_CENT   INT64_C(10000) /* parts per million of one percent */
#define DAY_MS     (INT64_C(24) * 60 * 60 * 1000)
#define DIGITS_MAX 4

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Up to DIGITS_MAX digits at the start of the text; false: there is none. */
static bool take_number(int64_t *out, size_t *digits, struct str *text)
{
    int64_t value = 0;
    size_t i = 0;
    for (; i < text->len && is_digit(text->ptr[i]); i++) {
        if (i == DIGITS_MAX)
            return false;
        value = value * 10 + (text->ptr[i] - '0');
    }
    *out = value;
    *digits = i;
    *text = str_sub(*text, i, text->len);
    return i > 0;
}

static bool take_word(struct str *text, struct str word)
{
    if (!str_starts(*text, word))
        return false;
    *text = str_sub(*text, word.len, text->len);
    return true;
}

static bool take_share(int64_t *ppm, struct str *text)
{
    int64_t whole = 0, part = 0;
    size_t digits = 0;
    if (!take_number(&whole, &digits, text))
        return false;
    if (take_word(text, STR(".")) && !take_number(&part, &digits, text))
        return false;
    for (; part > 0 && digits < DIGITS_MAX; digits++)
        part *= 10;
    *ppm = whole * PER_CENT + part;
    (void)take_word(text, STR(" "));
    return take_word(text, STR("%"));
}

bool slo_read(struct slo *out, struct str text)
{
    size_t digits = 0;
    text = str_trim(text);
    return take_share(&out->target_ppm, &text) &&
           take_word(&text, STR(" in ")) &&
           take_number(&out->days, &digits, &text) &&
           (str_is(text, " days") || str_is(text, " day")) &&
           out->target_ppm > 0 && out->target_ppm < PPM && out->days > 0 &&
           out->days <= SLO_DAYS_MAX;
}

int64_t slo_budget_ms(const struct slo *s)
{
    return s->days * DAY_MS / PPM * (PPM - s->target_ppm) +
           s->days * DAY_MS % PPM * (PPM - s->target_ppm) / PPM;
}

static bool is_slo(struct str text)
{
    struct slo s;
    return slo_read(&s, text);
}

const struct shape_rule slo_rule = {
    is_slo,
    "an objective such as '99.9% in 30 days', below 100% and of at most 366 "
    "days",
    "^ *[0-9]{1,4}([.][0-9]{1,4})? ?% in [0-9]{1,4} days? *$",
};
