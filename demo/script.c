/* A script: strict keys, all errors with their places; texts filled in. */
#include "demo/script.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/yaml.h"

#define BODY_MAX   ((size_t)64 << 20)
#define NAME_LIMIT 64

/* In the order of enum fault. */
static const char *const fault_list[] = {
    "none",    "reset",    "close",     "hang",       "drip",
    "endless", "truncate", "bad-chunk", "bad-status", "header-flood"};

struct reader {
    struct arena *arena;
    struct diags *diags; /* every reader below reports its problems here */
};

static void wrong(struct reader *r, const struct yaml_node *n,
                  const char *expected)
{
    if (n->kind == YAML_SCALAR && !yaml_is_null(n))
        diags_add(r->diags, n->pos, "expected %s, found '%.60s'", expected,
                  n->text.ptr);
    else
        diags_add(r->diags, n->pos, "expected %s, found %s", expected,
                  yaml_kind_name(n));
}

static size_t find_word(struct reader *r, const struct yaml_node *n,
                        const char *what, const char *const *known,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(n->text, known[i]))
            return i;
    diags_add(r->diags, n->pos, "unknown %s '%.60s'%s", what, n->text.ptr,
              text_hint(n->text, known, count).text);
    return 0;
}

static bool is_kind(struct reader *r, const struct yaml_node *n,
                    enum yaml_kind kind, const char *expected)
{
    bool ok = n->kind == kind && !yaml_is_null(n);
    if (!ok)
        wrong(r, n, expected);
    return ok;
}

static bool only(struct reader *r, const struct yaml_node *map,
                 const char *const *known, size_t count)
{
    if (!is_kind(r, map, YAML_MAP, "a map"))
        return false;
    for (size_t i = 0; i < map->count; i++)
        find_word(r, map->item[2 * i], "key", known, count);
    return true;
}

/* The readers of keys: one that is absent leaves *out as it is. */
static const struct yaml_node *find(struct reader *r,
                                    const struct yaml_node *map,
                                    const char *key, enum yaml_kind kind,
                                    const char *expected)
{
    const struct yaml_node *n = yaml_get(map, key);
    return n == NULL || !is_kind(r, n, kind, expected) ? NULL : n;
}

static void read_str(struct reader *r, const struct yaml_node *map,
                     const char *key, struct str *out)
{
    const struct yaml_node *n = find(r, map, key, YAML_SCALAR, "a string");
    if (n != NULL)
        *out = n->text;
}

static void read_text(struct reader *r, const struct yaml_node *map,
                      const char *key, const char **out)
{
    const struct yaml_node *n = find(r, map, key, YAML_SCALAR, "a string");
    if (n != NULL)
        *out = n->text.ptr;
}

static void read_number(struct reader *r, const struct yaml_node *map,
                        const char *key, uint64_t max, uint64_t *out)
{
    const struct yaml_node *n = find(r, map, key, YAML_SCALAR, "a number");
    if (n != NULL && !text_to_u64(n->text, max, out))
        wrong(r, n, "a number in its range");
}

static void read_duration(struct reader *r, const struct yaml_node *map,
                          const char *key, int64_t *out_ms)
{
    static const char expected[] = "a duration such as 200ms";
    const struct yaml_node *n = find(r, map, key, YAML_SCALAR, expected);
    int64_t us = 0;
    if (n != NULL && !text_to_duration_us(n->text, &us))
        wrong(r, n, expected);
    *out_ms = us / 1000;
}

static void read_fault(struct reader *r, const struct yaml_node *map,
                       enum fault *out)
{
    const struct yaml_node *n = find(r, map, "fault", YAML_SCALAR, "a fault");
    size_t fault = n == NULL ? FAULT_NONE
                             : find_word(r, n, "fault", fault_list,
                                         ARRAY_COUNT(fault_list));
    *out = (enum fault)fault;
}

/* The items of a list; anything else is a list of itself. */
static const struct yaml_node *const *items_of(const struct yaml_node *const *n,
                                               size_t *count)
{
    bool is_list = (*n)->kind == YAML_LIST;
    *count = is_list ? (*n)->count : 1;
    return is_list ? (*n)->item : n;
}

/* A list of values is a header that comes several times. */
static void read_header(struct reader *r, const struct yaml_node *const *pair,
                        struct answer *out)
{
    size_t count;
    const struct yaml_node *const *item = items_of(&pair[1], &count);
    for (size_t i = 0; i < count; i++) {
        if (!is_kind(r, item[i], YAML_SCALAR, "a string"))
            continue;
        out->header = arena_grow(r->arena, out->header, out->header_count,
                                 &out->header_cap, sizeof(*out->header));
        out->header[out->header_count++] =
            (struct shape_pair){pair[0]->text.ptr, item[i]->text.ptr};
    }
}

static void read_headers(struct reader *r, const struct yaml_node *answer,
                         struct answer *out)
{
    const struct yaml_node *n =
        find(r, answer, "headers", YAML_MAP, "a map of headers");
    for (size_t i = 0; n != NULL && i < n->count; i++)
        read_header(r, &n->item[2 * i], out);
}

static void repeat_body(struct reader *r, const struct yaml_node *n,
                        uint64_t times, struct answer *out)
{
    struct buf text;
    if (times == 1 || out->body.len == 0)
        return;
    if (times > BODY_MAX / out->body.len) {
        diags_add(r->diags, n->pos, "a body of more than 64 MiB");
        return;
    }
    buf_init(&text, BODY_MAX);
    for (uint64_t i = 0; i < times; i++)
        buf_str(&text, out->body);
    out->body = (struct str){buf_dup(r->arena, &text), text.len};
    buf_release(&text);
}

static void read_answer(struct reader *r, const struct yaml_node *n,
                        struct answer *out)
{
    static const char *const known[] = {"status", "reason", "type",  "headers",
                                        "body",   "repeat", "delay", "fault"};
    uint64_t status = 200, times = 1;
    *out = (struct answer){.type = "text/plain", .body = STR("")};
    if (!only(r, n, known, ARRAY_COUNT(known)))
        return;
    read_number(r, n, "status", 999, &status);
    read_text(r, n, "reason", &out->reason);
    read_text(r, n, "type", &out->type);
    read_headers(r, n, out);
    read_str(r, n, "body", &out->body);
    read_number(r, n, "repeat", BODY_MAX, &times);
    read_duration(r, n, "delay", &out->delay_ms);
    read_fault(r, n, &out->fault);
    out->status = (int64_t)status;
    repeat_body(r, n, times, out);
}

static void read_route(struct reader *r, const struct yaml_node *const *pair,
                       struct route *out)
{
    const struct yaml_node *const *item = items_of(&pair[1], &out->count);
    out->path = pair[0]->text.ptr;
    if (out->path[0] != '/')
        wrong(r, pair[0], "a path that begins with /");
    if (out->count == 0)
        wrong(r, pair[1], "at least one answer");
    out->answer = arena_array(r->arena, out->count + 1, sizeof(*out->answer));
    for (size_t i = 0; i < out->count; i++)
        read_answer(r, item[i], &out->answer[i]);
}

static void read_routes(struct reader *r, const struct yaml_node *map,
                        struct routes *out)
{
    const struct yaml_node *n =
        find(r, map, "routes", YAML_MAP, "a map of paths");
    if (n == NULL)
        return;
    out->item = arena_array(r->arena, n->count + 1, sizeof(*out->item));
    out->count = n->count;
    for (size_t i = 0; i < n->count; i++)
        read_route(r, &n->item[2 * i], &out->item[i]);
}

static void read_step(struct reader *r, const struct yaml_node *n, bool has_log,
                      struct step *out)
{
    static const char *const known[] = {"after", "log", "routes"};
    if (!only(r, n, known, ARRAY_COUNT(known)))
        return;
    if (yaml_get(n, "log") != NULL && !has_log)
        diags_add(r->diags, yaml_get(n, "log")->pos,
                  "a step that logs, but the script names no log file");
    read_str(r, n, "log", &out->log);
    read_duration(r, n, "after", &out->after_ms);
    read_routes(r, n, &out->routes);
}

static void read_steps(struct reader *r, const struct yaml_node *root,
                       struct script *out)
{
    const struct yaml_node *n =
        find(r, root, "steps", YAML_LIST, "a list of steps");
    if (n == NULL)
        return;
    out->step = arena_array(r->arena, n->count + 1, sizeof(*out->step));
    out->step_count = n->count;
    for (size_t i = 0; i < n->count; i++)
        read_step(r, n->item[i], out->log != NULL, &out->step[i]);
}

/* The values stand in lines of the file `vars`, hence no line breaks. */
static void read_variables(struct reader *r, const struct yaml_node *root,
                           struct script *out)
{
    const struct yaml_node *n = find(r, root, "vars", YAML_MAP, "a map");
    for (size_t i = 0; n != NULL && i < n->count; i++) {
        const struct yaml_node *name = n->item[2 * i];
        const struct yaml_node *value = n->item[2 * i + 1];
        if (!script_may_name(name->text))
            wrong(r, name, "a name of A-Z a-z 0-9 _ that is not taken");
        else if (value->kind != YAML_SCALAR || text_has_control(value->text))
            wrong(r, value, "one line of text");
        else
            script_set(out, r->arena, name->text.ptr, value->text.ptr);
    }
}

/* Beside the player's own files, whose names have no dot. */
static void read_log_name(struct reader *r, const struct yaml_node *root,
                          struct script *out)
{
    read_text(r, root, "log", &out->log);
    if (out->log != NULL &&
        (strchr(out->log, '/') != NULL || strchr(out->log, '.') == NULL))
        wrong(r, yaml_get(root, "log"), "a file name such as deploy.log");
}

bool script_read(struct script *out, struct arena *a,
                 const struct source *source, struct diags *d)
{
    static const char *const known[] = {"title", "vars", "log", "routes",
                                        "steps"};
    struct reader r = {a, d};
    const struct yaml_node *root = NULL;
    *out = (struct script){.title = ""};
    if (!yaml_parse(&root, a, source, d) ||
        !only(&r, root, known, ARRAY_COUNT(known)))
        return false;
    read_text(&r, root, "title", &out->title);
    read_variables(&r, root, out);
    read_log_name(&r, root, out);
    read_routes(&r, root, &out->routes);
    read_steps(&r, root, out);
    return d->count == 0;
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
}

bool script_may_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!is_name_byte(name.ptr[i]))
            return false;
    return name.len > 0 && name.len <= NAME_LIMIT && !str_is(name, "port") &&
           !str_is(name, "time") && !str_is(name, "date");
}

void script_set(struct script *s, struct arena *a, const char *name,
                const char *value)
{
    for (size_t i = 0; i < s->variable_count; i++) {
        if (str_is(str_from(s->variable[i].name), name)) {
            s->variable[i].value = value;
            return;
        }
    }
    s->variable = arena_grow(a, s->variable, s->variable_count,
                             &s->variable_cap, sizeof(*s->variable));
    s->variable[s->variable_count++] = (struct shape_pair){name, value};
}

/* The forms of the time: what joins date and clock, how many digits follow. */
static const struct time_form {
    const char *name, *between;
    int digits;
    const char *end;
} time_forms[] = {
    {"time", "T", 3, "Z"},       {"time:ns", "T", 9, "Z"},
    {"time:ticks", "T", 7, "Z"}, {"time:pg", " ", 3, " UTC"},
    {"time:hms", NULL, 0, ""},
};

static void fill_time(struct buf *out, const struct time_form *form,
                      struct str stamp, long ns)
{
    struct str clock = str_sub(stamp, 11, 8);
    long unit = 1;
    for (int i = form->digits; i < 9; i++)
        unit *= 10;
    if (form->between != NULL)
        buf_printf(out, "%.10s%s", stamp.ptr, form->between);
    buf_str(out, clock);
    if (form->digits > 0)
        buf_printf(out, ".%0*ld", form->digits, ns / unit);
    buf_text(out, form->end);
}

static bool fill_name(const struct script *s, struct buf *out, struct str name,
                      struct str stamp, long ns)
{
    for (size_t i = 0; i < s->variable_count; i++) {
        if (str_is(name, s->variable[i].name)) {
            buf_text(out, s->variable[i].value);
            return true;
        }
    }
    for (size_t i = 0; i < ARRAY_COUNT(time_forms); i++) {
        if (str_is(name, time_forms[i].name)) {
            fill_time(out, &time_forms[i], stamp, ns);
            return true;
        }
    }
    if (str_is(name, "date"))
        buf_str(out, str_sub(stamp, 0, 10));
    return str_is(name, "date");
}

/* Braces around anything else, as in JSON, stay as they are. */
void script_fill(const struct script *s, struct buf *out, struct str text)
{
    struct buf stamp; /* 2026-01-04T15:18:29Z */
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    buf_init(&stamp, 64);
    clock_format(&stamp, (int64_t)now.tv_sec * 1000);
    while (text.len > 0) {
        size_t open = str_find(text, STR("{"), 0), used = 1;
        buf_str(out, str_sub(text, 0, open));
        text = str_sub(text, open, text.len);
        struct str near = str_sub(text, 0, NAME_LIMIT + 2);
        size_t close = str_find(near, STR("}"), 0);
        if (str_starts(text, STR("{{")))
            used = 2;
        else if (close < near.len &&
                 fill_name(s, out, str_sub(near, 1, close - 1),
                           buf_view(&stamp), now.tv_nsec))
            used = close + 1;
        if (used <= 2)
            buf_str(out, str_sub(text, 0, 1));
        text = str_sub(text, used, text.len);
    }
    buf_release(&stamp);
}
