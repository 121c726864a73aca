/* Values of options: checked when they are read, converted for the settings. */
#include <string.h>

#include "base/characters.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/option_table.h"
#include "model/version.h"
#include "plan/plan.h"
#include "scan/scan.h"
#include "trust/trust.h"

#define DURATION_US_MAX INT64_C(86400000000)

static bool read_duration(const char *text, int64_t *ms)
{
    int64_t us = 0;
    if (!text_to_duration_us(str_from(text), &us) || us < 1000 ||
        us > DURATION_US_MAX)
        return false;
    *ms = us / 1000;
    return true;
}

static bool read_time(const char *text, int64_t *time_ms)
{
    int64_t us = 0;
    bool zoned = false;
    if (clock_parse(str_from(text), time_ms, &zoned) == strlen(text))
        return true;
    if (!text_to_duration_us(str_from(text), &us))
        return false;
    *time_ms = clock_wall_ms() - us / 1000;
    return true;
}

static bool read_shard(const char *text, uint64_t *index, uint64_t *count)
{
    struct str total;
    struct str part = str_cut(str_from(text), '/', &total);
    return text_to_u64(part, SHARDS_MAX, index) &&
           text_to_u64(total, SHARDS_MAX, count) && *index >= 1 &&
           *index <= *count;
}

static bool check_number(const struct option_row *row, const char *given,
                         struct err *e)
{
    uint64_t number = 0;
    if (text_to_u64(str_from(given), (uint64_t)row->max, &number) && number > 0)
        return true;
    return err_set(e, POS_NONE, "%s takes a number from 1 to %lld, not '%s'",
                   row->doc.name, (long long)row->max, given);
}

static bool check_version(const char *given, struct err *e)
{
    size_t at = 0;
    const char *fault = version_fault(given, &at);
    if (fault == NULL)
        return true;
    if (at == 0)
        return err_set(e, POS_NONE, "--expect %s: name the expected build",
                       fault);
    return err_set(e, POS_NONE,
                   "--expect %s after '%.*s': name the build without it", fault,
                   at > 100 ? 100 : (int)at, given);
}

static bool check_duration(const struct option_row *row, const char *given,
                           struct err *e)
{
    int64_t ms = 0;
    return read_duration(given, &ms) ||
           err_set(e, POS_NONE,
                   "%s takes a duration from 1ms to 24h such as 5m, not '%s'",
                   row->doc.name, given);
}

static bool check_time(const char *given, struct err *e)
{
    int64_t ms = 0;
    return read_time(given, &ms) ||
           err_set(e, POS_NONE,
                   "expected a time such as 2026-11-21T10:00:00Z, or a "
                   "duration such as 30m for 30 minutes ago, found '%.60s'",
                   given);
}

static bool check_shard(const char *given, struct err *e)
{
    uint64_t index = 0, count = 0;
    return read_shard(given, &index, &count) ||
           err_set(e, POS_NONE,
                   "--shard takes I/N, the part I of N, with I from 1 to N "
                   "and N up to %d, such as 2/5, not '%.60s'",
                   SHARDS_MAX, given);
}

static bool check_name(const struct option_row *row, const char *given,
                       struct err *e)
{
    return trust_name_check(given) ||
           err_set(e, POS_NONE,
                   "%s takes the name of a variable such as BASE_URL, not "
                   "'%.60s'",
                   row->doc.name, given);
}

/* A bare number is bytes; "6k" is short for "6kB". */
static bool read_size(const char *text, uint64_t *bytes)
{
    struct str s = str_from(text);
    struct str number = str_sub(s, 0, s.len == 0 ? 0 : s.len - 1);
    char last = s.len == 0 ? '\0' : s.ptr[s.len - 1];
    if (text_to_u64(s, UINT64_MAX, bytes) || text_to_size(s, bytes))
        return true;
    uint64_t unit = last == 'k' || last == 'K' ? 1000
                    : last == 'M'              ? 1000000
                                               : 0;
    if (unit == 0 || !text_to_u64(number, UINT64_MAX / 1000000, bytes))
        return false;
    *bytes *= unit;
    return true;
}

static bool check_excerpt(const struct option_row *row, const char *given,
                          struct err *e)
{
    uint64_t bytes = 0;
    return (read_size(given, &bytes) && bytes >= EXCERPT_BYTES_MIN &&
            bytes <= EXCERPT_BYTES_MAX) ||
           err_set(e, POS_NONE,
                   "%s takes a size from 500B to 1MiB such as 6kB, not "
                   "'%.60s'; name a log of that name ./%.60s",
                   row->doc.name, given, given);
}

bool option_is_bare(const struct option_doc *o)
{
    struct str value = str_from(o->value);
    return str_starts(value, STR("[")) && str_ends(value, STR("]"));
}

/* "6kB", and what was meant as a size; a name such as 4.log is none. */
bool option_value_follows(const struct option_row *row, const char *word)
{
    size_t digits = strspn(word, "0123456789.");
    size_t unit = strspn(word + digits, "kKmMgGiIbB");
    return row->takes == TAKES_EXCERPT && is_digit(word[0]) &&
           word[digits - 1] != '.' && word[digits + unit] == '\0';
}

bool option_value_check(const struct option_row *row, const char *given,
                        struct err *e)
{
    switch (row->takes) {
    case TAKES_NUMBER:
        return check_number(row, given, e);
    case TAKES_DURATION:
        return check_duration(row, given, e);
    case TAKES_TIME:
        return check_time(given, e);
    case TAKES_SHARD:
        return check_shard(given, e);
    case TAKES_VERSION:
        return check_version(given, e);
    case TAKES_NAME:
        return check_name(row, given, e);
    case TAKES_HOST:
        return trust_rule_check(given, e);
    case TAKES_EXCERPT:
        return check_excerpt(row, given, e);
    case TAKES_TEXT:
        break;
    }
    return true;
}

int64_t option_number(const struct options *o, enum option_id id)
{
    uint64_t number = 0;
    const char *text = option_text(o, id, "0");
    (void)!text_to_u64(str_from(text), INT64_MAX, &number);
    return (int64_t)number;
}

int64_t option_duration_ms(const struct options *o, enum option_id id)
{
    int64_t ms = 0;
    (void)read_duration(option_text(o, id, ""), &ms);
    return ms;
}

int64_t option_time_ms(const struct options *o, enum option_id id)
{
    int64_t ms = 0;
    const char *text = option_text(o, id, NULL);
    if (text != NULL)
        (void)read_time(text, &ms);
    return ms;
}

size_t option_excerpt(const struct options *o)
{
    const char *text = option_text(o, OPTION_EXCERPT, NULL);
    uint64_t bytes = EXCERPT_BYTES;
    if (text == NULL)
        return 0;
    if (text[0] != '\0')
        (void)read_size(text, &bytes);
    return (size_t)bytes;
}

void option_shard(const struct options *o, size_t *index, size_t *count)
{
    uint64_t i = 0, n = 0;
    const char *text = option_text(o, OPTION_SHARD, NULL);
    if (text != NULL)
        (void)read_shard(text, &i, &n);
    *index = (size_t)i;
    *count = (size_t)n;
}

const struct option_row *option_row(enum option_id id)
{
    return option_rows[id].doc.name != NULL ? &option_rows[id]
                                            : &option_rows_of_inputs[id];
}
