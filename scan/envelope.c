/* Structured lines. What is ill-formed is a plain line. */
#include "scan/envelope.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "scan/internal.h"

#define DEPTH_MAX 3 /* objects in objects that are looked into */

/* What a member of an object, or a field, is to us. */
enum meaning {
    NOTHING,
    SPEECH, /* the line's own message */
    MESSAGE,
    ERROR,
    LEVEL,
    LETTER, /* a level of one letter */
    REQUEST,
    PROCESS,
    SOURCE,
    UNIT, /* a name of who wrote the line */
    UNITS /* an object with such names */
};

static const struct {
    const char *name;
    enum meaning meaning;
} known[] = {
    {"message", SPEECH},
    {"msg", SPEECH},
    {"log", SPEECH},
    {"@message", SPEECH},
    {"MESSAGE", SPEECH},
    {"textPayload", SPEECH},
    {"jsonPayload", MESSAGE},
    {"text", MESSAGE},
    {"body", MESSAGE},
    {"event", SPEECH},
    {"fields", MESSAGE},
    {"attr", MESSAGE},
    {"detail", MESSAGE},
    {"error", ERROR},
    {"err", ERROR},
    {"exception", ERROR},
    {"exc_info", ERROR},
    {"stack", ERROR},
    {"stack_trace", ERROR},
    {"stacktrace", ERROR},
    {"level", LEVEL},
    {"s", LETTER},
    {"lvl", LEVEL},
    {"severity", LEVEL},
    {"log.level", LEVEL},
    {"error_severity", LEVEL},
    {"loglevel", LEVEL},
    {"trace_id", REQUEST},
    {"traceId", REQUEST},
    {"trace.id", REQUEST},
    {"request_id", REQUEST},
    {"requestId", REQUEST},
    {"req_id", REQUEST},
    {"reqId", REQUEST},
    {"correlation_id", REQUEST},
    {"correlationId", REQUEST},
    {"x-request-id", REQUEST},
    {"pid", PROCESS},
    {"container", SOURCE},
    {"container_name", SOURCE},
    {"service", SOURCE},
    {"app", UNIT},
    {"application", UNIT},
    {"app_name", UNIT},
    {"appName", UNIT},
    {"name", UNIT},
    {"service_name", UNIT},
    {"serviceName", UNIT},
    {"service.name", UNIT},
    {"pod", UNIT},
    {"pod_name", UNIT},
    {"podName", UNIT},
    {"kubernetes.pod_name", UNIT},
    {"k8s.pod.name", UNIT},
    {"container_id", UNIT},
    {"instance", UNIT},
    {"instance_id", UNIT},
    {"host", UNIT},
    {"hostname", UNIT},
    {"dyno", UNIT},
    {"kubernetes", UNITS},
    {"k8s", UNITS},
    {"docker", UNITS},
    {"resource", UNITS},
    {"labels", UNITS},
};

static enum meaning meaning_of(struct str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(known); i++)
        if (str_is(name, known[i].name))
            return known[i].meaning;
    return NOTHING;
}

/* Parts and names as offsets: the scratch may move while it grows. */
struct opening {
    struct envelope *out;
    struct buf *scratch;
    size_t from[ENVELOPE_PARTS_MAX], to[ENVELOPE_PARTS_MAX];
    size_t name_from[3], name_to[3]; /* request, process, source */
    size_t unit_from[ENVELOPE_PARTS_MAX], unit_to[ENVELOPE_PARTS_MAX];
    bool level, spoken;
};

static void add_part(struct opening *o, struct str text)
{
    if (text.len == 0 || o->out->count == ENVELOPE_PARTS_MAX)
        return;
    size_t i = o->out->count++;
    o->from[i] = o->scratch->len;
    buf_str(o->scratch, text);
    o->to[i] = o->scratch->len;
}

/* Only one member is the message; others may be what somebody sent. */
static void add_speech(struct opening *o, struct str text)
{
    size_t i = o->out->count;
    add_part(o, text);
    if (o->out->count > i)
        o->out->spoken[i] = !o->spoken;
    o->spoken = true;
}

static void add_unit(struct opening *o, struct str text)
{
    size_t i = o->out->name_count;
    if (text.len == 0 || i == ENVELOPE_PARTS_MAX)
        return;
    o->out->name_count++;
    o->unit_from[i] = o->scratch->len;
    buf_str(o->scratch, str_sub(text, 0, 100));
    o->unit_to[i] = o->scratch->len;
}

static void set_name(struct opening *o, enum meaning m, struct str text)
{
    size_t i = (size_t)(m - REQUEST);
    if (o->name_to[i] > o->name_from[i])
        return;
    o->name_from[i] = o->scratch->len;
    buf_str(o->scratch, str_sub(text, 0, 100));
    o->name_to[i] = o->scratch->len;
}

static void set_level(struct opening *o, struct str text)
{
    static const char *const error[] = {"error", "err",    "critical",
                                        "crit",  "severe", "dpanic"};
    static const char *const fatal[] = {"fatal", "panic", "emerg", "emergency"};
    o->level = true;
    for (size_t i = 0; i < ARRAY_COUNT(error); i++)
        o->out->error =
            o->out->error || str_equal_nocase(text, str_from(error[i]));
    for (size_t i = 0; i < ARRAY_COUNT(fatal); i++)
        o->out->fatal =
            o->out->fatal || str_equal_nocase(text, str_from(fatal[i]));
    o->out->error = o->out->error || o->out->fatal;
}

static void add_text(struct opening *o, enum meaning m, struct str text)
{
    switch (m) {
    case SPEECH:
        add_speech(o, text);
        break;
    case MESSAGE:
    case ERROR:
        add_part(o, text);
        break;
    case LEVEL:
        set_level(o, text);
        break;
    case LETTER: /* of MongoDB */
        if (str_is(text, "E") || str_is(text, "F"))
            set_level(o, str_is(text, "F") ? STR("fatal") : STR("error"));
        break;
    case SOURCE:
        add_unit(o, text);
        set_name(o, m, text);
        break;
    case REQUEST:
    case PROCESS:
        set_name(o, m, text);
        break;
    case UNIT:
        add_unit(o, text);
        break;
    case UNITS:
    case NOTHING:
        break;
    }
}

static const char *text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static void add_members(struct opening *o, const cJSON *object, int depth);

/* {"kubernetes": {"pod_name": …}}, {"service": {"name": …}} */
static void add_units(struct opening *o, const cJSON *object, enum meaning of,
                      int depth)
{
    if (of != UNITS && of != UNIT && of != SOURCE)
        return;
    for (const cJSON *m = object->child; m != NULL; m = m->next) {
        enum meaning meaning = meaning_of(str_from(m->string));
        bool names = meaning == UNIT || meaning == SOURCE ||
                     (of != UNITS && strcmp(m->string, "id") == 0);
        if (cJSON_IsString(m) && names)
            add_unit(o, str_from(m->valuestring));
        else if (cJSON_IsObject(m) && depth < DEPTH_MAX)
            add_units(o, m, meaning, depth + 1);
    }
}

/* {"type": "Error", "message": "…", "stack": "Error: …\n at …"} */
static void add_error(struct opening *o, const cJSON *object, int depth)
{
    const char *stack = text_of(object, "stack");
    const char *name = text_of(object, "name");
    const char *message = text_of(object, "message");
    struct buf head;
    if (stack != NULL || message == NULL) {
        add_members(o, object, depth);
        return;
    }
    if (name == NULL)
        name = text_of(object, "type");
    buf_init(&head, SCAN_LINE_MAX);
    if (name != NULL)
        buf_printf(&head, "%.100s: ", name);
    buf_text(&head, message);
    add_part(o, buf_view(&head));
    buf_release(&head);
}

static void add_member(struct opening *o, const cJSON *m, int depth)
{
    enum meaning meaning = meaning_of(str_from(m->string));
    if (cJSON_IsString(m))
        add_text(o, meaning, str_from(m->valuestring));
    else if (cJSON_IsNumber(m) && meaning == LEVEL)
        set_level(o, str_is(str_from(m->valuestring), "50")   ? STR("error")
                     : str_is(str_from(m->valuestring), "60") ? STR("fatal")
                                                              : STR_NONE);
    else if (cJSON_IsNumber(m) && meaning == PROCESS)
        set_name(o, PROCESS, str_from(m->valuestring));
    else if (cJSON_IsObject(m) && depth < DEPTH_MAX && meaning == ERROR)
        add_error(o, m, depth + 1);
    else if (cJSON_IsObject(m) && depth < DEPTH_MAX &&
             (meaning == MESSAGE || meaning == SPEECH))
        add_members(o, m, depth + 1);
    else if (cJSON_IsObject(m) && depth < DEPTH_MAX)
        add_units(o, m, meaning, depth + 1);
}

static void add_members(struct opening *o, const cJSON *object, int depth)
{
    for (const cJSON *m = object->child; m != NULL; m = m->next)
        add_member(o, m, depth);
}

static bool open_json(struct opening *o, struct str text)
{
    struct source source = {"line", text};
    struct err e = {.set = false};
    cJSON *root = NULL;
    text = str_trim(text);
    if (text.len < 2 || text.ptr[0] != '{' || text.ptr[text.len - 1] != '}' ||
        text.len > SCAN_LINE_MAX || !json_parse(&root, &source, &e))
        return false;
    add_members(o, root, 0);
    cJSON_Delete(root);
    return true;
}

static bool in_key(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '.' || c == '-' || c == '@' || (c >= '0' && c <= '9');
}

/* The text in quotes at s, without its escapes; *used: with its quotes. */
static void unquote(struct buf *out, struct str s, size_t *used)
{
    size_t i = 1;
    buf_clear(out);
    for (; i < s.len && s.ptr[i] != '"'; i++) {
        if (s.ptr[i] != '\\' || i + 1 == s.len) {
            buf_char(out, s.ptr[i]);
            continue;
        }
        char c = s.ptr[++i];
        buf_char(out, c == 'n' ? '\n' : c == 't' ? '\t' : c);
    }
    *used = i < s.len ? i + 1 : i;
}

/* level=error msg="…" trace_id=…: a level and a message make it one */
static bool open_logfmt(struct opening *o, struct str text)
{
    struct buf value;
    if (str_find(text, STR("msg="), 0) == text.len ||
        (str_find(text, STR("level="), 0) == text.len &&
         str_find(text, STR("lvl="), 0) == text.len))
        return false;
    buf_init(&value, SCAN_LINE_MAX);
    while (text.len > 0) {
        size_t n = 0, used = 0;
        while (n < text.len && in_key(text.ptr[n]))
            n++;
        struct str name = str_sub(text, 0, n);
        text = str_sub(text, n + 1, text.len);
        if (n == 0 || name.ptr + n == text.ptr || name.ptr[n] != '=')
            continue;
        if (text.len > 0 && text.ptr[0] == '"') {
            unquote(&value, text, &used);
        } else {
            used = str_find(text, STR(" "), 0);
            buf_clear(&value);
            buf_str(&value, str_sub(text, 0, used));
        }
        add_text(o, meaning_of(name), buf_view(&value));
        text = str_sub(text, used, text.len);
    }
    buf_release(&value);
    return o->level && o->out->count > 0;
}

#define CSV_FIELDS 15

/* One field of a CSV line (RFC 4180); *rest: behind its comma. */
static void csv_field(struct buf *out, struct str s, struct str *rest)
{
    bool quoted = s.len > 0 && s.ptr[0] == '"';
    size_t i = quoted ? 1 : 0;
    buf_clear(out);
    for (; i < s.len; i++) {
        bool twice = i + 1 < s.len && s.ptr[i + 1] == '"';
        if (quoted && s.ptr[i] == '"' && !twice)
            break;
        if (!quoted && s.ptr[i] == ',')
            break;
        i += quoted && s.ptr[i] == '"';
        buf_char(out, s.ptr[i]);
    }
    *rest = str_sub(s, i + (quoted ? 2 : 1), s.len);
}

/* The columns of csvlog, in PostgreSQL's documentation of log_destination. */
enum { CSV_PID = 3, CSV_LEVEL = 11, CSV_STATE = 12, CSV_MESSAGE = 13 };

static bool open_csv(struct opening *o, struct str text)
{
    struct buf field, said;
    struct str rest = text;
    if (text.len < 20 || text.ptr[0] < '0' || text.ptr[0] > '9' ||
        text.ptr[4] != '-' || str_find(str_sub(text, 0, 40), STR(","), 0) == 40)
        return false;
    buf_init(&field, SCAN_LINE_MAX);
    buf_init(&said, SCAN_LINE_MAX);
    for (size_t i = 0; i < CSV_FIELDS && rest.len > 0; i++) {
        csv_field(&field, rest, &rest);
        if (i == CSV_PID)
            set_name(o, PROCESS, buf_view(&field));
        if (i == CSV_LEVEL) {
            set_level(o, buf_view(&field));
            buf_printf(&said, "%s:  ", field.ptr);
        }
        if (i == CSV_STATE && !str_is(buf_view(&field), "00000"))
            buf_printf(&said, "%s: ", field.ptr);
        if (i == CSV_MESSAGE) {
            buf_str(&said, buf_view(&field));
            add_speech(o, buf_view(&said));
        }
    }
    buf_release(&field);
    buf_release(&said);
    return o->out->count > 0;
}

static struct str slice(const struct opening *o, size_t from, size_t to)
{
    return str_sub(buf_view(o->scratch), from, to - from);
}

bool envelope_open(struct envelope *out, struct buf *scratch, struct str text)
{
    static bool (*const form[])(struct opening * o, struct str text) = {
        open_json, open_logfmt, open_csv};
    for (size_t i = 0; i < ARRAY_COUNT(form); i++) {
        struct opening o = {.out = out, .scratch = scratch};
        *out = (struct envelope){.count = 0};
        buf_clear(scratch);
        if (!form[i](&o, text) || out->count == 0)
            continue;
        for (size_t k = 0; k < out->count; k++)
            out->part[k] = slice(&o, o.from[k], o.to[k]);
        for (size_t k = 0; k < out->name_count; k++)
            out->name[k] = slice(&o, o.unit_from[k], o.unit_to[k]);
        out->request = slice(&o, o.name_from[0], o.name_to[0]);
        out->process = slice(&o, o.name_from[1], o.name_to[1]);
        out->source = slice(&o, o.name_from[2], o.name_to[2]);
        return true;
    }
    return false;
}
