/* Reads a script: strict keys, positions, all errors collected. */
#include "demo/script.h"

#include "base/clock.h"
#include "base/names.h"
#include "base/text.h"
#include "base/yaml.h"

static const char *const fault_list[] = {
    "none",    "reset",    "close",     "hang",       "drip",
    "endless", "truncate", "bad-chunk", "bad-status", "header-flood"};
static const struct names fault_names = {"fault", fault_list,
                                         ARRAY_COUNT(fault_list)};

struct reader {
    struct arena *arena;
    struct diags *diags;
};

static bool wrong(struct reader *r, const struct yaml_node *n,
                  const char *expected)
{
    diags_add(r->diags, n->pos, "expected %s, found %s", expected,
              yaml_kind_name(n));
    return false;
}

static bool only(struct reader *r, const struct yaml_node *map,
                 const char *const *known, size_t count)
{
    bool ok = true;
    if (map->kind != YAML_MAP)
        return wrong(r, map, "a map");
    for (size_t i = 0; i < map->count; i++) {
        bool found = false;
        for (size_t k = 0; k < count; k++)
            found = found || str_is(map->item[2 * i]->text, known[k]);
        if (!found) {
            diags_add(r->diags, map->item[2 * i]->pos, "unknown key '%s'",
                      map->item[2 * i]->text.ptr);
            ok = false;
        }
    }
    return ok;
}

static bool read_duration(struct reader *r, const struct yaml_node *n,
                          int64_t *out_ms)
{
    int64_t us = 0;
    if (n == NULL)
        return true;
    if (n->kind != YAML_SCALAR || !text_to_duration_us(n->text, &us))
        return wrong(r, n, "a duration such as 200ms");
    *out_ms = us / 1000;
    return true;
}

static bool read_pairs(struct reader *r, const struct yaml_node *n,
                       struct shape_pair **out, size_t *count)
{
    if (n->kind != YAML_MAP)
        return wrong(r, n, "a map");
    *out = arena_array(r->arena, n->count + 1, sizeof(**out));
    *count = n->count;
    for (size_t i = 0; i < n->count; i++)
        (*out)[i] = (struct shape_pair){n->item[2 * i]->text.ptr,
                                        n->item[2 * i + 1]->text.ptr};
    return true;
}

static const char *text_of(const struct yaml_node *map, const char *key,
                           const char *otherwise)
{
    const struct yaml_node *n = yaml_get(map, key);
    return n == NULL || n->kind != YAML_SCALAR ? otherwise : n->text.ptr;
}

static struct str repeated(struct reader *r, struct str body, uint64_t times)
{
    struct buf text;
    buf_init(&text, (size_t)64 << 20);
    for (uint64_t i = 0; i < times; i++)
        buf_str(&text, body);
    struct str all = {buf_dup(r->arena, &text), text.len};
    buf_release(&text);
    return all;
}

static bool read_answer(struct reader *r, const struct yaml_node *n,
                        struct answer *out)
{
    static const char *const known[] = {"status", "reason", "type",  "headers",
                                        "body",   "repeat", "delay", "fault"};
    const struct yaml_node *body = yaml_get(n, "body");
    uint64_t status = 200, times = 1;
    int fault = FAULT_NONE;
    if (!only(r, n, known, ARRAY_COUNT(known)))
        return false;
    if (!text_to_u64(str_from(text_of(n, "status", "200")), 999, &status) ||
        !text_to_u64(str_from(text_of(n, "repeat", "1")), 1000000, &times))
        return wrong(r, n, "a number as status and repeat");
    if (!name_find(&fault_names, str_from(text_of(n, "fault", "none")), &fault))
        return wrong(r, n, "a known fault");
    *out = (struct answer){
        .status = (int64_t)status,
        .reason = text_of(n, "reason", "OK"),
        .type = text_of(n, "type", "text/plain"),
        .body = body == NULL ? STR_NONE : body->text,
        .fault = (enum fault)fault,
    };
    if (times > 1)
        out->body = repeated(r, out->body, times);
    const struct yaml_node *headers = yaml_get(n, "headers");
    return read_duration(r, yaml_get(n, "delay"), &out->delay_ms) &&
           (headers == NULL ||
            read_pairs(r, headers, &out->header, &out->header_count));
}

static bool read_route(struct reader *r, const struct yaml_node *n,
                       struct route *out)
{
    const struct yaml_node *const *item = n->item;
    out->count = n->count;
    if (n->kind != YAML_LIST) {
        item = &n;
        out->count = 1;
    }
    if (out->count == 0)
        return wrong(r, n, "at least one answer");
    out->answer = arena_array(r->arena, out->count, sizeof(*out->answer));
    bool ok = true;
    for (size_t i = 0; i < out->count; i++)
        ok = read_answer(r, item[i], &out->answer[i]) && ok;
    return ok;
}

static bool read_routes(struct reader *r, const struct yaml_node *n,
                        struct routes *out)
{
    bool ok = true;
    if (n == NULL)
        return true;
    if (n->kind != YAML_MAP)
        return wrong(r, n, "a map of paths");
    out->item = arena_array(r->arena, n->count + 1, sizeof(*out->item));
    out->count = n->count;
    for (size_t i = 0; i < n->count; i++) {
        out->item[i].path = n->item[2 * i]->text.ptr;
        ok = read_route(r, n->item[2 * i + 1], &out->item[i]) && ok;
    }
    return ok;
}

static bool read_step(struct reader *r, const struct yaml_node *n,
                      struct step *out)
{
    static const char *const known[] = {"after", "log", "routes"};
    if (!only(r, n, known, ARRAY_COUNT(known)))
        return false;
    out->log = str_from(text_of(n, "log", ""));
    return read_duration(r, yaml_get(n, "after"), &out->after_ms) &&
           read_routes(r, yaml_get(n, "routes"), &out->routes);
}

static bool read_steps(struct reader *r, const struct yaml_node *n,
                       struct script *out)
{
    bool ok = true;
    if (n == NULL)
        return true;
    if (n->kind != YAML_LIST)
        return wrong(r, n, "a list of steps");
    out->step = arena_array(r->arena, n->count + 1, sizeof(*out->step));
    out->step_count = n->count;
    for (size_t i = 0; i < n->count; i++)
        ok = read_step(r, n->item[i], &out->step[i]) && ok;
    return ok;
}

bool script_read(struct script *out, struct arena *a,
                 const struct source *source, struct diags *d)
{
    static const char *const known[] = {"title", "vars", "log", "routes",
                                        "steps"};
    struct reader r = {a, d};
    const struct yaml_node *root = NULL;
    *out = (struct script){.log = NULL};
    if (!yaml_parse(&root, a, source, d) ||
        !only(&r, root, known, ARRAY_COUNT(known)))
        return false;
    const struct yaml_node *vars = yaml_get(root, "vars");
    out->title = text_of(root, "title", "");
    out->log = text_of(root, "log", NULL);
    bool ok = vars == NULL ||
              read_pairs(&r, vars, &out->variable, &out->variable_count);
    out->variable_cap = out->variable_count;
    ok = read_routes(&r, yaml_get(root, "routes"), &out->routes) && ok;
    return read_steps(&r, yaml_get(root, "steps"), out) && ok;
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

/* RFC 3339 with milliseconds always written, cut and joined as asked. */
static bool fill_time(struct buf *out, struct str name)
{
    struct buf full;
    int64_t now = clock_wall_ms();
    buf_init(&full, 64);
    clock_format(&full, now - now % 1000);
    struct str date = str_sub(buf_view(&full), 0, 10);
    struct str clock = str_sub(buf_view(&full), 11, 8);
    long long ms = (long long)(now % 1000);
    bool known = true;
    if (str_is(name, "time"))
        buf_printf(out, "%.*sT%.*s.%03lldZ", STR_ARGS(date), STR_ARGS(clock),
                   ms);
    else if (str_is(name, "time:ns"))
        buf_printf(out, "%.*sT%.*s.%03lld%06lldZ", STR_ARGS(date),
                   STR_ARGS(clock), ms,
                   (long long)(clock_now_us() * 997 % 1000000));
    else if (str_is(name, "time:hms"))
        buf_str(out, clock);
    else if (str_is(name, "time:pg"))
        buf_printf(out, "%.*s %.*s.%03lld UTC", STR_ARGS(date), STR_ARGS(clock),
                   ms);
    else
        known = false;
    buf_release(&full);
    return known;
}

static bool fill_name(const struct script *s, struct buf *out, struct str name)
{
    for (size_t i = 0; i < s->variable_count; i++) {
        if (str_is(name, s->variable[i].name)) {
            buf_text(out, s->variable[i].value);
            return true;
        }
    }
    return fill_time(out, name);
}

/* Braces around anything else, as in JSON, stay as they are. */
void script_fill(const struct script *s, struct buf *out, struct str text)
{
    while (text.len > 0) {
        size_t open = str_find(text, STR("{"), 0);
        buf_str(out, str_sub(text, 0, open));
        text = str_sub(text, open, text.len);
        size_t close = str_find(text, STR("}"), 0);
        bool named = close < text.len && close <= 24 &&
                     fill_name(s, out, str_sub(text, 1, close - 1));
        if (!named)
            buf_str(out, str_sub(text, 0, 1));
        text = str_sub(text, named ? close + 1 : 1, text.len);
    }
}
