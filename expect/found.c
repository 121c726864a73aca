/* Values that were found: made, unwrapped and put into words. */
#include "expect/found.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "language/jsonpath.h"
#include "language/regex.h"

#define FOUND_TEXT_MAX 200

struct found found_string(struct str text)
{
    return (struct found){.kind = FOUND_STRING, .text = text};
}

struct found found_number(struct arena *a, int64_t n)
{
    return (struct found){.kind = FOUND_NUMBER,
                          .text =
                              str_from(arena_printf(a, "%lld", (long long)n))};
}

struct found found_nothing(const char *why)
{
    return (struct found){.kind = FOUND_NOTHING, .text = str_from(why)};
}

struct found found_unreadable(const char *why)
{
    return (struct found){.kind = FOUND_UNREADABLE, .text = str_from(why)};
}

struct found found_too_much(const char *why)
{
    return (struct found){.kind = FOUND_TOO_MUCH, .text = str_from(why)};
}

struct found found_match(struct regex *regex, struct str text,
                         const char *missing)
{
    enum regex_answer answer = regex_match(regex, text);
    if (answer == REGEX_GAVE_UP)
        return found_too_much("the regex gave up");
    if (answer == REGEX_NO)
        return found_nothing(missing);
    bool grouped = regex_group(regex, text, 1).ptr != NULL;
    return found_string(regex_group(regex, text, grouped ? 1 : 0));
}

struct found found_at_path(struct arena *a, const struct jsonpath *path,
                           const cJSON *root)
{
    struct jsonpath_nodes nodes;
    if (!jsonpath_select(&nodes, a, path, root))
        return found_too_much("more nodes than are looked at");
    if (!jsonpath_is_singular(path))
        return (struct found){
            .kind = FOUND_LIST, .item = nodes.item, .count = nodes.count};
    if (nodes.count == 0)
        return found_nothing(jsonpath_explain_missing(a, path, root));
    return (struct found){.kind = FOUND_JSON, .json = nodes.item[0]};
}

struct found found_unwrap(const struct found *found)
{
    struct found f = *found;
    const cJSON *j = found->json;
    if (found->kind != FOUND_JSON)
        return f;
    if (cJSON_IsNumber(j) || cJSON_IsString(j)) {
        f.kind = cJSON_IsNumber(j) ? FOUND_NUMBER : FOUND_STRING;
        f.text = str_from(j->valuestring);
    } else if (cJSON_IsBool(j)) {
        f.kind = FOUND_BOOL;
        f.boolean = cJSON_IsTrue(j) != 0;
    }
    return f;
}

static const char *json_text(struct arena *a, const char *prefix,
                             const cJSON *json)
{
    struct buf text;
    buf_init(&text, FOUND_TEXT_MAX);
    json_print(&text, json);
    const char *shown = arena_printf(
        a, "%s%s%s", prefix, text_elide(a, buf_view(&text), FOUND_TEXT_MAX),
        text.full ? "..." : "");
    buf_release(&text);
    return shown;
}

static const char *texts_text(struct arena *a, const struct found *f)
{
    struct buf text;
    buf_init(&text, FOUND_TEXT_MAX);
    if (f->count == 0)
        return "an empty list";
    buf_printf(&text, "a list of %zu:", f->count);
    for (size_t i = 0; i < f->count && !text.full; i++)
        buf_printf(&text, "%s \"%s\"", i > 0 ? "," : "",
                   text_elide(a, f->part[i], 60));
    const char *shown =
        arena_printf(a, "%s%s", text.ptr, text.full ? "..." : "");
    buf_release(&text);
    return shown;
}

static const char *bytes_text(struct arena *a, const struct found *f)
{
    struct buf text;
    struct str part = str_sub(f->text, 0, 32);
    buf_init(&text, FOUND_TEXT_MAX);
    text_hex(&text, part);
    const char *shown =
        arena_printf(a, "%zu bytes: %s%s", f->text.len, text.ptr,
                     part.len < f->text.len ? "..." : "");
    buf_release(&text);
    return shown;
}

static const char *time_text(struct arena *a, const struct found *f)
{
    struct buf text;
    buf_init(&text, 64);
    if (f->kind == FOUND_DURATION)
        text_duration(&text, f->duration_us);
    else
        clock_format(&text, f->date_ms);
    return buf_take(a, &text);
}

static const char *list_text(struct arena *a, const struct found *f)
{
    if (f->count == 0)
        return "an empty list";
    return json_text(a, arena_printf(a, "a list of %zu, first ", f->count),
                     f->item[0]);
}

const char *found_text(struct arena *a, const struct found *found)
{
    struct found f = found_unwrap(found);
    switch (f.kind) {
    case FOUND_NOTHING:
        if (f.text.len == 0)
            return "none";
        return arena_printf(a, "nothing: %s", f.text.ptr);
    case FOUND_UNREADABLE:
    case FOUND_TOO_MUCH:
        return arena_printf(a, "nothing: %s", f.text.ptr);
    case FOUND_NUMBER:
        return text_elide(a, f.text, FOUND_TEXT_MAX);
    case FOUND_STRING:
        return arena_printf(a, "\"%s\"", text_elide(a, f.text, FOUND_TEXT_MAX));
    case FOUND_BOOL:
        return f.boolean ? "true" : "false";
    case FOUND_JSON:
        return json_text(a, "", f.json);
    case FOUND_TEXTS:
        return texts_text(a, &f);
    case FOUND_BYTES:
        return bytes_text(a, &f);
    case FOUND_DURATION:
    case FOUND_DATE:
        return time_text(a, &f);
    case FOUND_LIST:
        return list_text(a, &f);
    }
    return "";
}
