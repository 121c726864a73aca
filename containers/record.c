/*
 * Records of providers' APIs: where their text, time, level and source stand.
 * Names are looked for in the record and then in what it wraps.
 */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "containers/internal.h"

#define DEPTH_MAX 3
#define NEST_MAX  6 /* of entries within what is none */

/* The first that is there; `plain`: scan/ finds it by itself. */
struct known {
    const char *name;
    bool plain;
};

static const struct known texts[] = {
    {"message", true},       {"MESSAGE", true},        {"msg", true},
    {"log", true},           {"@message", true},       {"textPayload", true},
    {"line", false},         {"_raw", false},          {"content", false},
    {"full_message", false}, {"short_message", false}, {"text", false},
    {"@m", false},           {"Body", false},          {"body", false},
    {"output", false},       {"raw", false},           {NULL, false}};

static const struct known times[] = {{"timestamp", true},
                                     {"@timestamp", true},
                                     {"time", true},
                                     {"ts", true},
                                     {"datetime", true},
                                     {"_SOURCE_REALTIME_TIMESTAMP", false},
                                     {"__REALTIME_TIMESTAMP", false},
                                     {"timestampInMs", false},
                                     {"log_time", false},
                                     {"timeStampStr", false},
                                     {"_time", false},
                                     {"dt", false},
                                     {"created", false},
                                     {"created_at", false},
                                     {"received_at", false},
                                     {"eventTime", false},
                                     {"Timestamp", false},
                                     {"TimeGenerated", false},
                                     {"observedTimeUnixNano", false},
                                     {"timeUnixNano", false},
                                     {"_messagetime", false},
                                     {"@t", false},
                                     {"date", false},
                                     {NULL, false}};

static const struct known levels[] = {
    {"level", true}, {"severity", true},     {"loglevel", true},
    {"@l", true},    {"severityText", true}, {NULL, false}};

static const struct known sources[] = {{"container_name", true},
                                       {"container", true},
                                       {"logStreamName", true},
                                       {"podName", true},
                                       {"pod", true},
                                       {"pod_name", true},
                                       {"_SYSTEMD_UNIT", true},
                                       {"instance", true},
                                       {"dyno", true},
                                       {"revision_name", true},
                                       {"service_name", true},
                                       {"service", true},
                                       {"app", true},
                                       {"program", true},
                                       {NULL, false}};

/* Objects in which a record keeps what it is about. */
static const char *const wrappers[] = {
    "attributes", "_source",  "result", "node",   "jsonPayload",
    "payload",    "map",      "data",   "fields", "stream",
    "labels",     "resource", "log",    NULL};

static bool is_known(const struct known *names, struct str name)
{
    for (; names->name != NULL; names++)
        if (str_is(name, names->name))
            return true;
    return false;
}

/* Most names differ in their first byte, and many are looked for. */
static const cJSON *member(const cJSON *object, const char *name)
{
    const cJSON *m = object == NULL ? NULL : object->child;
    while (m != NULL && (m->string == NULL || m->string[0] != name[0] ||
                         strcmp(m->string, name) != 0))
        m = m->next;
    return m;
}

/* Also {"stringValue": "…"}, of OTLP. */
static struct str value_of(const cJSON *item)
{
    if (cJSON_IsObject(item))
        item = member(item, "stringValue");
    if (cJSON_IsString(item) || cJSON_IsNumber(item))
        return str_from(item->valuestring);
    return STR_NONE;
}

/* Bytes, as the journal writes a text that is not UTF-8 or has controls. */
static bool is_bytes(const cJSON *item)
{
    return cJSON_IsArray(item) && cJSON_IsNumber(item->child);
}

struct found {
    const cJSON *item;
    bool plain; /* by its name, and it is not within anything */
};

static struct found find(const cJSON *object, const struct known *names,
                         int depth)
{
    for (size_t i = 0; names[i].name != NULL; i++) {
        const cJSON *item = member(object, names[i].name);
        bool bytes = names == texts && is_bytes(item);
        if (value_of(item).len > 0 || bytes)
            return (struct found){item, names[i].plain && depth == 0};
    }
    for (size_t i = 0; wrappers[i] != NULL && depth < DEPTH_MAX; i++) {
        const cJSON *inside = member(object, wrappers[i]);
        if (!cJSON_IsObject(inside))
            continue;
        struct found f = find(inside, names, depth + 1);
        if (f.item != NULL)
            return f;
    }
    return (struct found){NULL, false};
}

/* {"stream": {…}, "values": [["NANOSECONDS", "text"], …]}, of Loki */
static bool is_stream(const cJSON *record)
{
    const cJSON *first = cJSON_IsArray(member(record, "values"))
                             ? member(record, "values")->child
                             : NULL;
    return first != NULL && cJSON_IsObject(member(record, "stream")) &&
           cJSON_IsArray(first) && cJSON_GetArraySize(first) >= 2 &&
           cJSON_IsString(first->child);
}

/* [{"field": "@message", "value": "…"}, …], of CloudWatch's Insights */
static bool is_row(const cJSON *record)
{
    return cJSON_IsArray(record) &&
           cJSON_IsString(member(record->child, "field"));
}

/* {"columns": [{"name": …}, …], "rows": [[…], …]}, of Azure's logs */
static bool is_table(const cJSON *record)
{
    const cJSON *columns = member(record, "columns");
    return cJSON_IsArray(columns) && cJSON_IsArray(member(record, "rows")) &&
           cJSON_IsString(member(columns->child, "name"));
}

static struct str in_row(const cJSON *row, const char *name)
{
    for (const cJSON *f = row->child; f != NULL; f = f->next)
        if (str_is(value_of(member(f, "field")), name))
            return value_of(member(f, "value"));
    return STR_NONE;
}

/* A number of scan/'s is one of ten or thirteen digits. */
static bool is_plain_time(const cJSON *time)
{
    struct str s = value_of(time);
    size_t digits = 0;
    while (digits < s.len && s.ptr[digits] >= '0' && s.ptr[digits] <= '9')
        digits++;
    return digits < 5 || digits == 10 || digits == 13;
}

bool record_is_entry(const cJSON *record, bool *odd)
{
    *odd = true;
    if (is_row(record))
        return in_row(record, "@message").len > 0;
    if (!cJSON_IsObject(record))
        return false;
    if (is_stream(record) || is_table(record))
        return true;
    struct found text = find(record, texts, 0), time = find(record, times, 0);
    *odd = !text.plain || !time.plain || is_bytes(text.item) ||
           (time.item != NULL && !is_plain_time(time.item));
    return text.item != NULL && time.item != NULL;
}

static size_t write_stream(struct buf *out, const cJSON *record)
{
    size_t lines = 0;
    struct entry e = {.source = value_of(find(record, sources, 0).item)};
    for (const cJSON *v = member(record, "values")->child; v != NULL;
         v = v->next) {
        if (!cJSON_IsArray(v) || v->child == NULL || v->child->next == NULL)
            continue;
        e.time = value_of(v->child);
        e.text = value_of(v->child->next);
        entry_write(out, &e);
        lines++;
    }
    return lines;
}

/* Rows as records of their own; a text under a name of its own is the longest
 * string. */
static size_t write_table(struct buf *out, const cJSON *record)
{
    size_t lines = 0;
    for (const cJSON *row = member(record, "rows")->child; row != NULL;
         row = row->next) {
        struct entry e = {.level = STR_NONE};
        const cJSON *column = member(record, "columns")->child;
        const cJSON *cell = cJSON_IsArray(row) ? row->child : NULL;
        for (; cell != NULL && column != NULL;
             cell = cell->next, column = column->next) {
            struct str value = value_of(cell);
            if (is_known(times, value_of(member(column, "name"))))
                e.time = value;
            else if (value.len > e.text.len)
                e.text = value;
        }
        entry_write(out, &e);
        lines++;
    }
    return lines;
}

/* Numbers of pino's kind; a journal's priority of 3 and less is an error. */
static struct str level_of(const cJSON *record)
{
    const cJSON *priority = member(record, "PRIORITY");
    struct str s = value_of(priority);
    if (s.len == 1 && s.ptr[0] >= '0' && s.ptr[0] <= '2')
        return STR("fatal");
    if (s.len == 1 && s.ptr[0] == '3')
        return STR("error");
    s = value_of(find(record, levels, 0).item);
    return str_is(s, "50") ? STR("error") : str_is(s, "60") ? STR("fatal") : s;
}

static void add_bytes(struct buf *out, const cJSON *list)
{
    for (const cJSON *n = list->child; n != NULL; n = n->next) {
        uint64_t byte = 0;
        if (text_to_u64(value_of(n), 255, &byte))
            buf_char(out, (char)(unsigned char)byte);
    }
}

static void write_record(struct buf *out, const cJSON *record)
{
    const cJSON *text = find(record, texts, 0).item;
    struct entry e = {.time = value_of(find(record, times, 0).item),
                      .level = level_of(record),
                      .source = value_of(find(record, sources, 0).item),
                      .text = value_of(text)};
    struct buf bytes;
    buf_init(&bytes, CONTAINER_ENTRY_MAX);
    if (is_bytes(text)) {
        add_bytes(&bytes, text);
        e.text = buf_view(&bytes);
    }
    entry_write(out, &e);
    buf_release(&bytes);
}

/* The entries within, in their order; how many there are. */
static size_t write_within(struct buf *out, const cJSON *item, int depth)
{
    size_t lines = 0;
    bool odd;
    if (record_is_entry(item, &odd)) {
        lines = 1;
        if (out != NULL && is_row(item))
            entry_write(out,
                        &(struct entry){.time = in_row(item, "@timestamp"),
                                        .source = in_row(item, "@logStream"),
                                        .text = in_row(item, "@message")});
        else if (out != NULL && (is_stream(item) || is_table(item)))
            lines = is_stream(item) ? write_stream(out, item)
                                    : write_table(out, item);
        else if (out != NULL)
            write_record(out, item);
        return lines;
    }
    if (depth == NEST_MAX || find(item, texts, 0).item != NULL)
        return 0; /* what has a text of its own stays as it is */
    for (const cJSON *i = item == NULL ? NULL : item->child; i != NULL;
         i = i->next)
        if (cJSON_IsArray(i) || cJSON_IsObject(i))
            lines += write_within(out, i, depth + 1);
    return lines;
}

bool record_has_entries(const cJSON *record)
{
    return write_within(NULL, record, 0) > 0;
}

bool record_is_text(const cJSON *item)
{
    struct str s = cJSON_IsString(item) ? value_of(item) : STR_NONE;
    int64_t ms;
    bool zoned;
    return clock_parse(s, &ms, &zoned) > 0 ||
           (s.len >= 20 && str_find(s, STR(" "), 0) < s.len);
}

static void write_flat(struct buf *out, struct str json)
{
    for (size_t i = 0; i < json.len; i++)
        buf_char(out, json.ptr[i] == '\n' ? ' ' : json.ptr[i]);
    buf_char(out, '\n');
}

size_t record_write(struct buf *out, struct str json)
{
    struct source source = {"entry", json};
    struct err e = {.set = false};
    cJSON *record = NULL;
    size_t lines = 0;
    if (json_parse(&record, &source, &e)) {
        if (cJSON_IsString(record)) {
            entry_write(out, &(struct entry){.text = value_of(record)});
            lines = 1;
        } else {
            lines = write_within(out, record, 0);
        }
    }
    if (lines == 0)
        write_flat(out, json);
    cJSON_Delete(record);
    return lines == 0 ? 1 : lines;
}
