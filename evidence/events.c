/* One row for each format: where its events, times and words are. */
#include "evidence/events.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"

#define WORDS_MAX 400 /* bytes of the text of an event */
#define WAYS_MAX  3
#define LAST_MS   INT64_C(4102444800000)

/* How the time of an event is written. */
enum time_form { TIME_RFC3339, TIME_SECONDS, TIME_MILLISECONDS };

/* Paths have dots; of several ways the first that is there. */
struct event_format {
    const char *name, *help;
    const char *list; /* member with the events; NULL: the file is a list */
    const char *time, *end; /* end NULL: an event has one time */
    enum time_form form;
    const char *begins;         /* what each event is the begin of, or */
    const char *verb;           /* where it says what was done; or NULL */
    const char *text[WAYS_MAX]; /* what it is about */
    const char *who[WAYS_MAX];  /* person or place that told it */
    const char *source;         /* where nobody is named */
    const char *end_text;       /* "resolved" */
};

static const struct event_format formats[] = {
    {.name = "Slack",
     .help = "an export of a channel, or `conversations.history`: `ts`, `text`",
     .list = "messages",
     .time = "ts",
     .form = TIME_SECONDS,
     .text = {"text"},
     .who = {"user_profile.real_name", "username", "user"},
     .source = "Slack"},
    {.name = "Alertmanager, Grafana",
     .help =
         "alerts of a webhook or of the API: `startsAt`, `endsAt`, `labels`",
     .list = "alerts",
     .time = "startsAt",
     .end = "endsAt",
     .begins = "firing",
     .text = {"annotations.summary", "labels.alertname"},
     .source = "alert",
     .end_text = "resolved"},
    {.name = "Grafana annotations",
     .help = "`GET /api/annotations`: `time` in milliseconds, `text`",
     .list = "annotations",
     .time = "time",
     .end = "timeEnd",
     .form = TIME_MILLISECONDS,
     .verb = "newState",
     .text = {"alertName", "text", "title"},
     .who = {"login"},
     .source = "Grafana",
     .end_text = "ended"},
    {.name = "PagerDuty log",
     .help = "`log_entries` of the API: `created_at`, `type`, `agent`",
     .list = "log_entries",
     .time = "created_at",
     .verb = "type",
     .text = {"incident.summary", "summary", "channel.summary"},
     .who = {"agent.summary"},
     .source = "PagerDuty"},
    {.name = "PagerDuty webhook",
     .help = "`event` of version 3: `occurred_at`, `event_type`, `data`",
     .list = "event",
     .time = "occurred_at",
     .verb = "event_type",
     .text = {"data.title", "data.summary"},
     .who = {"agent.summary"},
     .source = "PagerDuty"},
    {.name = "GitHub deployments",
     .help = "statuses of deployments: `created_at`, `state`, `environment`",
     .list = "statuses",
     .time = "created_at",
     .verb = "state",
     .text = {"description", "environment"},
     .who = {"creator.login"},
     .source = "GitHub"},
    {.name = "events",
     .help = "our own: `time` (RFC 3339), `text`, and `source`",
     .list = "events",
     .time = "time",
     .text = {"text", "message"},
     .who = {"source"},
     .source = "events"},
};

/* What an event says of a page. */
enum pager { PAGER_NONE, PAGER_PAGED, PAGER_ACKNOWLEDGED };

/* What pagers and alert managers call it, and what people do. */
static const struct {
    const char *word, *text;
    enum pager pager;
} verbs[] = {
    {"trigger_log_entry", "paged", PAGER_PAGED},
    {"notify_log_entry", "notified", PAGER_NONE},
    {"acknowledge_log_entry", "acknowledged", PAGER_ACKNOWLEDGED},
    {"resolve_log_entry", "resolved", PAGER_NONE},
    {"incident.triggered", "paged", PAGER_PAGED},
    {"incident.acknowledged", "acknowledged", PAGER_ACKNOWLEDGED},
    {"incident.resolved", "resolved", PAGER_NONE},
};

struct reading {
    struct arena *arena;
    const struct source *source;
    struct event_list *out;
    const struct event_format *format;
};

static const cJSON *at_path(const cJSON *item, const char *path)
{
    struct str rest = str_from(path);
    while (item != NULL && rest.len > 0) {
        char name[40];
        struct str word = str_cut(rest, '.', &rest);
        if (word.len >= sizeof(name))
            return NULL;
        memcpy(name, word.ptr, word.len);
        name[word.len] = '\0';
        item = cJSON_GetObjectItemCaseSensitive(item, name);
    }
    return item;
}

static const char *text_at(const cJSON *item, const char *path)
{
    const char *text =
        path == NULL ? NULL : cJSON_GetStringValue(at_path(item, path));
    return str_trim(str_from(text)).len == 0 ? NULL : text;
}

static const char *first_of(const cJSON *item, const char *const *way)
{
    const char *text = NULL;
    for (size_t i = 0; i < WAYS_MAX && text == NULL; i++)
        text = text_at(item, way[i]);
    return text;
}

static bool read_number(struct str s, int64_t unit, int64_t *ms)
{
    double value = 0, scale = 1;
    bool point = false;
    if (s.len == 0 || s.len > 20)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
        scale = point ? scale * 10 : scale;
    }
    value = value / scale * (double)unit;
    if (value >= (double)LAST_MS)
        return false;
    *ms = (int64_t)value;
    return true;
}

/* A number keeps its text (base/json.h). */
static bool read_time(const struct reading *r, const cJSON *node, int64_t *ms)
{
    bool zoned = false;
    if (node == NULL || node->valuestring == NULL)
        return false;
    struct str text = str_from(node->valuestring);
    bool ok = r->format->form == TIME_SECONDS ? read_number(text, 1000, ms)
              : r->format->form == TIME_MILLISECONDS
                  ? read_number(text, 1, ms)
                  : clock_parse(text, ms, &zoned) == text.len && zoned;
    return ok && *ms < LAST_MS;
}

/* "<https://a|b>" and "&lt;" of chats as a reader sees them. */
static const char *plain(struct arena *a, const char *text)
{
    static const char *const entity[][2] = {
        {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
    struct str rest = str_from(text);
    struct buf out;
    buf_init(&out, (size_t)64 << 10);
    while (rest.len > 0 && !out.full) {
        size_t skip = 1;
        char c = rest.ptr[0];
        for (size_t i = 0; i < ARRAY_COUNT(entity); i++)
            if (str_starts(rest, str_from(entity[i][0]))) {
                c = entity[i][1][0];
                skip = strlen(entity[i][0]);
            }
        buf_char(&out, c);
        rest = str_sub(rest, skip, rest.len);
    }
    const char *line = text_elide(a, str_trim(buf_view(&out)), WORDS_MAX);
    buf_release(&out);
    return line;
}

static const char *verb_of(const struct reading *r, const char *word,
                           enum pager *pager)
{
    if (word == NULL)
        return NULL;
    for (size_t i = 0; i < ARRAY_COUNT(verbs); i++)
        if (strcmp(word, verbs[i].word) == 0) {
            *pager = verbs[i].pager;
            return verbs[i].text;
        }
    return plain(r->arena, word);
}

static void push(struct reading *r, int64_t time_ms, const char *text,
                 const char *source)
{
    struct event_list *all = r->out;
    all->item = arena_grow(r->arena, all->item, all->count, &all->cap,
                           sizeof(*all->item));
    all->item[all->count++] = (struct fact_event){
        .time_ms = time_ms, .text = text, .source = source, .witness = -1};
}

static void keep_first(int64_t *first, int64_t time_ms)
{
    if (*first == 0 || time_ms < *first)
        *first = time_ms;
}

static bool take_event(struct reading *r, const cJSON *item, size_t index,
                       struct err *e)
{
    const struct event_format *f = r->format;
    const char *who = first_of(item, f->who), *what = first_of(item, f->text);
    enum pager pager = PAGER_NONE;
    const char *verb = verb_of(r, text_at(item, f->verb), &pager);
    int64_t from_ms = 0, to_ms = 0;
    verb = f->begins != NULL ? f->begins : verb;
    if (!cJSON_IsObject(item) ||
        !read_time(r, at_path(item, f->time), &from_ms))
        return err_set(e, (struct pos){r->source, 0, 0},
                       "%s, event %zu: expected a time in '%s'%s", f->name,
                       index + 1, f->time,
                       f->form == TIME_RFC3339 ? " (RFC 3339 with its zone)"
                                               : "");
    if (what == NULL && verb == NULL)
        return true; /* a picture, somebody who joined */
    const char *source = plain(r->arena, who == NULL ? f->source : who);
    what = what == NULL ? NULL : plain(r->arena, what);
    push(r, from_ms,
         what == NULL   ? verb
         : verb == NULL ? what
                        : arena_printf(r->arena, "%s: %s", verb, what),
         source);
    if (pager == PAGER_PAGED || f->begins != NULL)
        keep_first(&r->out->paged_ms, from_ms);
    if (pager == PAGER_ACKNOWLEDGED)
        keep_first(&r->out->acknowledged_ms, from_ms);
    if (f->end != NULL && read_time(r, at_path(item, f->end), &to_ms) &&
        to_ms > from_ms) /* year 1 is "not ended" */
        push(r, to_ms,
             arena_printf(r->arena, "%s: %s", f->end_text,
                          what == NULL ? "alert" : what),
             source);
    return true;
}

/* The list of the events of a format; NULL: the file is not in it. */
static const cJSON *list_of(const struct event_format *f, const cJSON *root)
{
    const cJSON *list = cJSON_IsArray(root)
                            ? root
                            : cJSON_GetObjectItemCaseSensitive(root, f->list);
    const cJSON *first = cJSON_IsArray(list) ? list->child : list;
    const cJSON *time = first == NULL ? NULL : at_path(first, f->time);
    bool number = cJSON_IsNumber(time);
    return time != NULL &&
                   (first_of(first, f->text) != NULL ||
                    text_at(first, f->verb) != NULL) &&
                   number == (f->form == TIME_MILLISECONDS)
               ? list
               : NULL;
}

static bool unknown_format(const struct reading *r, struct err *e)
{
    struct buf known;
    buf_init(&known, 400);
    for (size_t i = 0; i < ARRAY_COUNT(formats); i++)
        buf_printf(&known, "%s%s", i == 0 ? "" : ", ", formats[i].name);
    err_set(e, (struct pos){r->source, 0, 0},
            "no known form of events (%s); docs/REPORTS.md has their members",
            known.ptr);
    buf_release(&known);
    return false;
}

static bool read_all(struct reading *r, const cJSON *root, struct err *e)
{
    const cJSON *list = NULL;
    size_t index = 0;
    for (size_t i = 0; i < ARRAY_COUNT(formats) && list == NULL; i++) {
        r->format = &formats[i];
        list = list_of(r->format, root);
    }
    if (list == NULL)
        return unknown_format(r, e);
    if (cJSON_IsObject(list))
        return take_event(r, list, 0, e);
    for (const cJSON *i = list->child; i != NULL; i = i->next, index++) {
        if (index == EVENTS_MAX)
            return err_set(e, (struct pos){r->source, 0, 0},
                           "more than %d events", EVENTS_MAX);
        if (!take_event(r, i, index, e))
            return false;
    }
    return true;
}

bool event_export_read(struct event_list *out, struct arena *a,
                       const struct source *json, struct err *e)
{
    struct reading r = {.arena = a, .source = json, .out = out};
    cJSON *root = NULL;
    if (!json_parse(&root, json, e))
        return false;
    bool ok =
        (cJSON_IsArray(root) && root->child == NULL) || read_all(&r, root, e);
    cJSON_Delete(root);
    return ok;
}

size_t event_format_count(void)
{
    return ARRAY_COUNT(formats);
}

struct event_format_doc event_format_at(size_t index)
{
    return (struct event_format_doc){formats[index].name, formats[index].help};
}
