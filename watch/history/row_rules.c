/* The rules of columns, by name, and the one of incidents' documents. */
#include "watch/history/row_rules.h"

#include <string.h>

#include "base/text.h"
#include "model/watch_rows.h"

struct range {
    int64_t least, most;
};

static const struct range times = {0, ROW_TIME_MAX_MS},
                          counts = {0, ROW_COUNT_MAX},
                          durations = {0, ROW_US_MAX}, codes = {0, 255},
                          http_statuses = {0, 999};

static bool is_id(struct str s, const char *others, size_t max)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                     (c >= 'A' && c <= 'Z');
        if (!plain && (c == '\0' || strchr(others, c) == NULL))
            return false;
    }
    return s.len > 0 && s.len <= max;
}

/* As definitions may name a check; it never becomes a path. */
static bool is_check(struct str s)
{
    return is_id(s, "._/-", HISTORY_KEY_MAX);
}

/* It becomes the name of a file. */
static bool is_incident(struct str s)
{
    return is_id(s, "._-", ROW_ID_MAX) && s.ptr[0] != '.' && s.ptr[0] != '-';
}

/* Where a check was seen from; empty: not named. */
static bool is_region(struct str s)
{
    return s.len == 0 || is_id(s, "._-", ROW_ID_MAX);
}

static const struct rule {
    const char *column;
    const struct range *range;
    bool (*text)(struct str s);
} rules[] = {
    {"check_id", NULL, is_check},
    {"region", NULL, is_region},
    {"unjudged", &counts, NULL},
    {"answers", &counts, NULL},
    {"failed_answers", &counts, NULL},
    {"incident", NULL, is_incident},
    {"rounds", &counts, NULL},
    {"passed", &counts, NULL},
    {"total", &counts, NULL},
    {"attempts", &counts, NULL},
    {"reminders", &counts, NULL},
    {"reopened", &counts, NULL},
    {"duration_us", &durations, NULL},
    {"exit_code", &codes, NULL},
    {"http_status", &http_statuses, NULL},
};

static const struct range *range_of(const struct column *c,
                                    const struct rule *r)
{
    return str_ends(str_from(c->name), STR("_ms")) ? &times
           : r == NULL                             ? NULL
                                                   : r->range;
}

static bool fits(const struct column *c, const struct datum *v)
{
    const struct rule *rule = NULL;
    for (size_t i = 0; i < ARRAY_COUNT(rules); i++)
        if (strcmp(rules[i].column, c->name) == 0)
            rule = &rules[i];
    const struct range *range = range_of(c, rule);
    if (v->kind == DATUM_INT && range != NULL)
        return v->number >= range->least && v->number <= range->most;
    return v->kind != DATUM_TEXT || rule == NULL || rule->text == NULL ||
           rule->text(v->text);
}

/* The name of its document is its id, in whatever folder. */
static bool is_document(struct str path, struct str id)
{
    size_t name = path.len;
    while (name > 0 && path.ptr[name - 1] != '/')
        name--;
    struct str file = str_sub(path, name, path.len);
    return !text_has_control(path) && file.len == id.len + 3 &&
           str_starts(file, id) && str_ends(file, STR(".md"));
}

static const struct column *incident_misfit(const struct table *t,
                                            const struct datum *value)
{
    struct str id = STR_NONE;
    for (size_t i = 0; i < t->count; i++) {
        const struct column *c = &t->column[i];
        const struct datum *v = &value[i];
        if (strcmp(c->name, "id") == 0) {
            if (v->kind == DATUM_TEXT && !is_incident(v->text))
                return c;
            id = v->text;
        }
        if (strcmp(c->name, "document") == 0 && v->kind == DATUM_TEXT &&
            !is_document(v->text, id))
            return c;
    }
    return NULL;
}

const struct column *row_misfit(const struct table *t,
                                const struct datum *value)
{
    for (size_t i = 0; i < t->count; i++)
        if (!fits(&t->column[i], &value[i]))
            return &t->column[i];
    return t == &incidents_table ? incident_misfit(t, value) : NULL;
}
