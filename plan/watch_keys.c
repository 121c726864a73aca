/*
 * THE tables of keys of `watch`: how often, when an incident opens and closes.
 * Errors, docs and the JSON Schema come from them.
 */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "plan/key_rows.h"

#define DAY_MS        (24 * HOUR_MS)
#define LINK_BASE_MAX 1000 /* bytes */

/* "2 of 3" */
static bool read_threshold(struct loader *l, const struct yaml_node *n,
                           struct threshold *out)
{
    const char *text = NULL;
    struct str rest, count;
    uint64_t failures = 0, rounds = 0;
    if (!read_text(l, n, &text))
        return false;
    if (strcmp(text, "never") == 0) {
        *out = (struct threshold){0, 0};
        return true;
    }
    count = str_cut(str_from(text), ' ', &rest);
    bool good =
        str_starts(rest, STR("of ")) &&
        text_to_u64(count, WATCH_ROUNDS_MAX, &failures) &&
        text_to_u64(str_sub(rest, 3, rest.len), WATCH_ROUNDS_MAX, &rounds) &&
        failures > 0 && failures <= rounds;
    if (!good) {
        diags_add(l->diags, n->pos,
                  "expected failures of rounds such as '2 of 3', at most %d, "
                  "or 'never', found '%.40s'",
                  WATCH_ROUNDS_MAX, text);
        return false;
    }
    *out = (struct threshold){(int64_t)failures, (int64_t)rounds};
    return true;
}

static bool read_open(struct loader *l, const struct yaml_node *n, void *out)
{
    struct watch *watch = out;
    bool ok = true;
    if (n->kind != YAML_MAP)
        return read_wrong_kind(l, n, "a map of severities");
    for (size_t i = 0; i < n->count; i++) {
        const struct yaml_node *key = n->item[2 * i];
        int severity = 0;
        if (!name_find(&severity_names, key->text, &severity)) {
            report_unknown(l, key, "'open'", severity_names.name,
                           severity_names.count);
            ok = false;
            continue;
        }
        ok =
            read_threshold(l, n->item[2 * i + 1], &watch->open[severity]) && ok;
    }
    return ok;
}

static bool read_flapping(struct loader *l, const struct yaml_node *n,
                          void *out)
{
    struct watch *watch = out;
    struct threshold t = {0, 0};
    bool ok = read_threshold(l, n, &t);
    watch->flap_changes = t.failures;
    watch->flap_rounds = t.rounds;
    return ok;
}

static bool read_time(struct loader *l, const struct yaml_node *n,
                      int64_t *out_ms)
{
    const char *text = NULL;
    bool zoned = false;
    if (!read_text(l, n, &text))
        return false;
    if (clock_parse(str_from(text), out_ms, &zoned) == strlen(text) && zoned)
        return true;
    diags_add(l->diags, n->pos,
              "expected a time with its zone such as 2026-11-21T10:00:00Z, "
              "found '%.40s'",
              text);
    return false;
}

static bool read_from(struct loader *l, const struct yaml_node *n, void *out)
{
    struct downtime *downtime = out;
    return read_time(l, n, &downtime->from_ms);
}

static bool read_to(struct loader *l, const struct yaml_node *n, void *out)
{
    struct downtime *downtime = out;
    return read_time(l, n, &downtime->to_ms);
}

/* "sun 02:00", in UTC */
static bool read_weekly(struct loader *l, const struct yaml_node *n, void *out)
{
    static const char *const day[] = {"sun", "mon", "tue", "wed",
                                      "thu", "fri", "sat"};
    struct downtime *downtime = out;
    const char *text = NULL;
    uint64_t hour = 0, minute = 0;
    struct str rest, minutes;
    if (!read_text(l, n, &text))
        return false;
    struct str word = str_cut(str_from(text), ' ', &rest);
    struct str hours = str_cut(rest, ':', &minutes);
    downtime->weekday = -1;
    for (int i = 0; i < 7; i++)
        if (str_is(word, day[i]))
            downtime->weekday = i;
    downtime->minute = 0;
    if (downtime->weekday >= 0 && text_to_u64(hours, 23, &hour) &&
        minutes.len == 2 && text_to_u64(minutes, 59, &minute)) {
        downtime->minute = (int64_t)(hour * 60 + minute);
        return true;
    }
    diags_add(l->diags, n->pos,
              "expected a day and a time in UTC such as 'sun 02:00', found "
              "'%.40s'",
              text);
    return false;
}

static bool read_window_checks(struct loader *l, const struct yaml_node *n,
                               void *out)
{
    struct downtime *downtime = out;
    return read_texts(l, n, &downtime->check, &downtime->check_count);
}

#define STRUCT downtime
static const struct key downtime_keys_rows[] = {
    {ROW("from", KEY_SPECIAL, 0, "time", "none", "a window that is once"),
     .read = read_from},
    {ROW("to", KEY_SPECIAL, 0, "time", "none", "when it ends"),
     .read = read_to},
    {ROW("weekly", KEY_SPECIAL, 0, "text", "none",
         "a window of each week: its day and begin in UTC, such as "
         "`sun 02:00`"),
     .read = read_weekly},
    {ROW("length", KEY_DURATION, 0, "duration", "1h", "of a weekly one"),
     WITHIN(length_ms, 60000, 7 * DAY_MS)},
    {ROW("checks", KEY_SPECIAL, 0, "list of texts", "all checks",
         "globs of ids"),
     .read = read_window_checks},
    {ROW("reason", KEY_TEXT, 0, "text", "none", "for people"), AT(reason)},
};
TABLE_OF(downtime_keys, "maintenance", "a maintenance window");
#undef STRUCT

static bool read_downtime(struct loader *l, const struct yaml_node *n,
                          struct downtime *out)
{
    *out = (struct downtime){
        .weekday = -1, .length_ms = HOUR_MS, .minute = -1, .pos = n->pos};
    if (!keys_read(l, n, &downtime_keys, false, out))
        return false;
    bool once = out->from_ms != 0 && out->to_ms > out->from_ms;
    if (once && yaml_get(n, "length") != NULL) {
        diags_add(l->diags, n->pos,
                  "'length' has no effect: the window ends at 'to'");
        return false;
    }
    bool weekly = out->weekday >= 0;
    if (once != weekly && (!weekly || (out->from_ms == 0 && out->to_ms == 0)))
        return true;
    diags_add(l->diags, n->pos,
              "expected 'from' and a later 'to', or 'weekly'");
    return false;
}

static bool read_downtimes(struct loader *l, const struct yaml_node *n,
                           void *out)
{
    struct watch *watch = out;
    bool ok = true;
    if (n->kind != YAML_LIST || n->count > WATCH_DOWNTIMES_MAX)
        return read_wrong_kind(l, n, "a list of at most 100 windows");
    watch->downtime =
        arena_array(l->arena, n->count + 1, sizeof(*watch->downtime));
    watch->downtime_count = n->count;
    for (size_t i = 0; i < n->count; i++)
        ok = read_downtime(l, n->item[i], &watch->downtime[i]) && ok;
    return ok;
}

static bool read_remind_backoff(struct loader *l, const struct yaml_node *n,
                                void *out)
{
    struct watch *watch = out;
    return read_factor(l, n, &watch->remind_backoff_milli);
}

static bool read_documents(struct loader *l, const struct yaml_node *n,
                           void *out)
{
    struct watch *watch = out;
    return contain_output(l, n) && read_clean_text(l, n, &watch->documents);
}

/* Its end is the name of a document, so a slash at its end is none of it. */
static bool read_link_base(struct loader *l, const struct yaml_node *n,
                           void *out)
{
    struct watch *watch = out;
    const char *text = NULL;
    if (!read_clean_text(l, n, &text))
        return false;
    struct str s = str_from(text);
    bool web = str_starts(s, STR("https://")) || str_starts(s, STR("http://"));
    if (!web || str_find(s, STR(" "), 0) < s.len ||
        str_find(s, STR("?"), 0) < s.len || str_find(s, STR("#"), 0) < s.len ||
        s.len > LINK_BASE_MAX) {
        diags_add(l->diags, n->pos,
                  "expected the address of a folder such as "
                  "https://status.example.org/incidents, at most %d bytes",
                  LINK_BASE_MAX);
        return false;
    }
    while (str_ends(s, STR("/")))
        s.len--;
    watch->link_base = str_dup(l->arena, s);
    return true;
}

#define STRUCT watch
static const struct key watch_keys_rows[] = {
    {ROW("service", KEY_TEXT, 0, "text", "none", "whose incidents they are"),
     AT(service)},
    {ROW("interval", KEY_DURATION, 0, "duration", "60s",
         "from one round to the next"),
     WITHIN(interval_ms, 1000, 24 * HOUR_MS)},
    {ROW("jitter", KEY_DURATION, 0, "duration", "a tenth of the interval",
         "at most so much is added to a pause"),
     WITHIN(jitter_ms, 0, HOUR_MS)},
    {ROW("open", KEY_SPECIAL, 0, "map of thresholds",
         "critical: 2 of 3, major: 3 of 5, minor: never, info: never",
         "by severity: failures of rounds with which an incident opens"),
     .read = read_open},
    {ROW("close", KEY_COUNT, 0, "number", "3",
         "rounds in a row without a failure with which it is resolved"),
     WITHIN(close, 1, WATCH_ROUNDS_MAX)},
    {ROW("quiet", KEY_DURATION, 0, "duration", "1h",
         "after which a resolved one is closed; before it, it opens again"),
     WITHIN(quiet_ms, 0, 30 * DAY_MS)},
    {ROW("flapping", KEY_SPECIAL, 0, "threshold", "5 of 20",
         "changes of rounds with which a check flaps: told once, and calm "
         "until it stays"),
     .read = read_flapping},
    {ROW("blind", KEY_COUNT, 0, "number", "3",
         "rounds in a row in which a check cannot be judged, after which that "
         "is reported; 0: never"),
     WITHIN(blind, 0, WATCH_ROUNDS_MAX)},
    {ROW("late", KEY_DURATION, 0, "duration", "three intervals",
         "since the last round, when the watcher did not run"),
     WITHIN(late_ms, 1000, 30 * DAY_MS)},
    {ROW("remind", KEY_DURATION, 0, "duration", "1h",
         "until an open incident is told again"),
     WITHIN(remind_ms, 0, 30 * DAY_MS)},
    {ROW("remind_most", KEY_DURATION, 0, "duration", "24h",
         "the longest pause between two reminders"),
     WITHIN(remind_most_ms, 60000, 30 * DAY_MS)},
    {ROW("remind_backoff", KEY_SPECIAL, 0, "factor", "2",
         "by which the pause grows"),
     .read = read_remind_backoff},
    {ROW("retention", KEY_DURATION, 0, "duration", "90d",
         "how long the history is kept"),
     WITHIN(retention_ms, DAY_MS, 3650 * DAY_MS)},
    {ROW("documents", KEY_SPECIAL, 0, "text", "incidents",
         "folder of the documents, one an incident"),
     .read = read_documents},
    {ROW("link_base", KEY_SPECIAL, 0, "text", "none: messages have no link",
         "address at which the folder of the documents can be read, for links "
         "in messages"),
     .read = read_link_base},
    {ROW("maintenance", KEY_SPECIAL, 0, "list of windows", "none",
         "when failures open no incident"),
     .read = read_downtimes},
    {ROW("notify", KEY_SPECIAL, 0, "list of notify", "none", "who is told"),
     .read = read_notify},
};
TABLE_OF(watch_keys, "watch", "watch");
#undef STRUCT

void watch_set_standards(struct watch *watch)
{
    *watch = (struct watch){
        .interval_ms = 60000,
        .jitter_ms = -1,
        .open = {[SEVERITY_CRITICAL] = {2, 3}, [SEVERITY_MAJOR] = {3, 5}},
        .close = 3,
        .quiet_ms = HOUR_MS,
        .flap_changes = 5,
        .flap_rounds = 20,
        .blind = 3,
        .remind_ms = HOUR_MS,
        .remind_most_ms = DAY_MS,
        .remind_backoff_milli = 2000,
        .retention_ms = 90 * DAY_MS,
        .documents = "incidents",
    };
}

void watch_finish(struct watch *watch)
{
    if (watch->jitter_ms < 0)
        watch->jitter_ms = watch->interval_ms / 10;
    if (watch->late_ms == 0)
        watch->late_ms = 3 * watch->interval_ms;
}
