/* A value against a schema, within bounds; the first problem is told. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "language/jsonschema_rule.h"

struct place {
    const struct place *up;
    const char *name; /* of a member; NULL: of an element */
    size_t index;
};

struct judging {
    struct arena *arena;
    size_t work;
    bool gave_up;
    bool silent; /* what does not hold is expected: no text is made */
    const char *why;
};

static bool judge(struct judging *j, const struct rule *r, const cJSON *v,
                  const struct place *at, unsigned depth);

static void add_place(struct buf *out, const struct place *at)
{
    if (at == NULL)
        return;
    add_place(out, at->up);
    if (at->name == NULL && at->up != NULL)
        buf_printf(out, "[%zu]", at->index);
    else if (at->name != NULL)
        buf_printf(out, ".%.60s", at->name);
}

/* Always false: "$.db.state: expected ..., found ..." */
static bool wrong(struct judging *j, const struct place *at, const cJSON *v,
                  const char *expected)
{
    struct buf place, found;
    if (j->silent || j->why != NULL)
        return false;
    buf_init(&place, 400);
    buf_init(&found, 100);
    add_place(&place, at);
    json_print(&found, v);
    j->why = arena_printf(j->arena, "$%s: expected %s, found %s%s", place.ptr,
                          expected, text_elide(j->arena, buf_view(&found), 100),
                          found.full ? "..." : "");
    buf_release(&place);
    buf_release(&found);
    return false;
}

static unsigned type_of(const cJSON *v)
{
    if (cJSON_IsNull(v))
        return JSON_TYPE_NULL;
    if (cJSON_IsBool(v))
        return JSON_TYPE_BOOLEAN;
    if (cJSON_IsObject(v))
        return JSON_TYPE_OBJECT;
    if (cJSON_IsArray(v))
        return JSON_TYPE_ARRAY;
    if (cJSON_IsString(v))
        return JSON_TYPE_STRING;
    return JSON_TYPE_NUMBER |
           (text_is_integer(str_from(v->valuestring)) ? JSON_TYPE_INTEGER : 0u);
}

static bool spend(struct judging *j)
{
    if (j->work++ < JSONSCHEMA_WORK_MAX)
        return true;
    j->gave_up = true;
    return false;
}

static bool equal(struct judging *j, const cJSON *a, const cJSON *b);

static bool equal_children(struct judging *j, const cJSON *a, const cJSON *b)
{
    bool object = cJSON_IsObject(a);
    const cJSON *y = b->child;
    if (cJSON_GetArraySize(a) != cJSON_GetArraySize(b))
        return false;
    for (const cJSON *x = a->child; x != NULL; x = x->next) {
        const cJSON *other =
            object ? cJSON_GetObjectItemCaseSensitive(b, x->string) : y;
        if (other == NULL || !equal(j, x, other))
            return false;
        y = y == NULL ? NULL : y->next;
    }
    return true;
}

/* As JSON has it: 1 equals 1.0, members in any order. */
static bool equal(struct judging *j, const cJSON *a, const cJSON *b)
{
    unsigned type = type_of(a);
    if (!spend(j) || ((type & type_of(b)) == 0))
        return false;
    if ((type & JSON_TYPE_NUMBER) != 0)
        return text_compare_numbers(str_from(a->valuestring),
                                    str_from(b->valuestring)) == 0;
    if (type == JSON_TYPE_STRING)
        return strcmp(a->valuestring, b->valuestring) == 0;
    if (type == JSON_TYPE_BOOLEAN)
        return cJSON_IsTrue(a) == cJSON_IsTrue(b);
    return type == JSON_TYPE_NULL || equal_children(j, a, b);
}

static bool matches(struct judging *j, const struct regex *regex,
                    const char *text)
{
    enum regex_answer answer = regex_match(regex, str_from(text));
    if (answer == REGEX_GAVE_UP)
        j->gave_up = true;
    return answer == REGEX_YES;
}

static bool judge_values(struct judging *j, const struct rule *r,
                         const cJSON *v, const struct place *at)
{
    if (r->constant != NULL && !equal(j, r->constant, v)) {
        struct buf text;
        buf_init(&text, 100);
        json_print(&text, r->constant);
        wrong(j, at, v, text.ptr);
        buf_release(&text);
        return false;
    }
    if (r->values == NULL)
        return true;
    for (const cJSON *item = r->values->child; item != NULL; item = item->next)
        if (equal(j, item, v))
            return true;
    struct buf text;
    buf_init(&text, 200);
    buf_text(&text, "one of ");
    json_print(&text, r->values);
    wrong(j, at, v, text.ptr);
    buf_release(&text);
    return false;
}

static bool judge_type(struct judging *j, const struct rule *r, const cJSON *v,
                       const struct place *at)
{
    static const char *const name[] = {"null",      "a boolean", "an object",
                                       "an array",  "a number",  "a string",
                                       "an integer"};
    struct buf text;
    if (r->types == 0 || (r->types & type_of(v)) != 0)
        return true;
    buf_init(&text, 200);
    for (unsigned i = 0; i < ARRAY_COUNT(name); i++)
        if ((r->types >> i & 1u) != 0)
            buf_printf(&text, "%s%s", text.len > 0 ? " or " : "", name[i]);
    wrong(j, at, v, text.ptr);
    buf_release(&text);
    return false;
}

/* sign of (v - limit) must be as asked: -1 below, 0 equal, 1 above */
static bool judge_number(struct judging *j, const struct rule *r,
                         const cJSON *v, const struct place *at)
{
    const struct {
        struct str limit;
        const char *text;
        int worst; /* the comparison that is refused first */
        bool equal;
    } row[] = {{r->minimum, "at least", -1, true},
               {r->maximum, "at most", 1, true},
               {r->above, "more than", -1, false},
               {r->below, "less than", 1, false}};
    if (!cJSON_IsNumber(v))
        return true;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        if (row[i].limit.ptr == NULL)
            continue;
        int order =
            text_compare_numbers(str_from(v->valuestring), row[i].limit);
        if ((order > 0   ? 1
             : order < 0 ? -1
                         : 0) == row[i].worst ||
            (order == 0 && !row[i].equal))
            return wrong(j, at, v,
                         arena_printf(j->arena, "%s %.*s", row[i].text,
                                      STR_ARGS(row[i].limit)));
    }
    return true;
}

struct size_limits {
    int64_t low, high; /* -1: none */
    const char *what;
};

static bool judge_size(struct judging *j, const cJSON *v,
                       const struct place *at, int64_t size,
                       struct size_limits limits)
{
    bool below = limits.low >= 0 && size < limits.low;
    if (!below && (limits.high < 0 || size <= limits.high))
        return true;
    return wrong(j, at, v,
                 arena_printf(j->arena, "%lld %s or %s",
                              (long long)(below ? limits.low : limits.high),
                              limits.what, below ? "more" : "less"));
}

static bool judge_string(struct judging *j, const struct rule *r,
                         const cJSON *v, const struct place *at)
{
    if (!cJSON_IsString(v))
        return true;
    if (!judge_size(
            j, v, at, (int64_t)text_width(str_from(v->valuestring)),
            (struct size_limits){r->min_length, r->max_length, "characters"}))
        return false;
    return r->pattern == NULL || matches(j, r->pattern, v->valuestring) ||
           wrong(j, at, v, "a string that matches the pattern");
}

static bool judge_unique(struct judging *j, const cJSON *v,
                         const struct place *at)
{
    for (const cJSON *a = v->child; a != NULL; a = a->next)
        for (const cJSON *b = a->next; b != NULL; b = b->next)
            if (equal(j, a, b))
                return wrong(j, at, v, "items that are all different");
    return true;
}

/* Does the value hold, without a word when it does not? */
static bool holds(struct judging *j, const struct rule *r, const cJSON *v,
                  unsigned depth)
{
    bool before = j->silent;
    j->silent = true;
    bool yes = judge(j, r, v, NULL, depth);
    j->silent = before;
    return yes;
}

static bool judge_contains(struct judging *j, const struct rule *r,
                           const cJSON *v, const struct place *at,
                           unsigned depth)
{
    int64_t count = 0, low = r->min_contains < 0 ? 1 : r->min_contains;
    if (r->contains == NULL)
        return true;
    for (const cJSON *item = v->child; item != NULL; item = item->next)
        count += holds(j, r->contains, item, depth);
    return judge_size(j, v, at, count,
                      (struct size_limits){low, r->max_contains,
                                           "items that meet 'contains'"});
}

static bool judge_array(struct judging *j, const struct rule *r, const cJSON *v,
                        const struct place *at, unsigned depth)
{
    size_t index = 0;
    if (!cJSON_IsArray(v))
        return true;
    if (!judge_size(
            j, v, at, cJSON_GetArraySize(v),
            (struct size_limits){r->min_items, r->max_items, "items"}) ||
        (r->unique && !judge_unique(j, v, at)) ||
        !judge_contains(j, r, v, at, depth))
        return false;
    for (const cJSON *item = v->child; item != NULL; item = item->next) {
        struct place here = {at, NULL, index};
        const struct rule *rule =
            index < r->prefix.count ? r->prefix.item[index] : r->items;
        if (rule != NULL && !judge(j, rule, item, &here, depth))
            return false;
        index++;
    }
    return true;
}

static bool has(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name) != NULL;
}

static bool judge_required(struct judging *j, const cJSON *v,
                           const struct place *at, const char *const *name,
                           size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!has(v, name[i]))
            return wrong(j, at, v,
                         arena_printf(j->arena, "the member '%.60s'", name[i]));
    return true;
}

static bool judge_member(struct judging *j, const struct rule *r,
                         const cJSON *v, const struct place *at, unsigned depth)
{
    struct place here = {at, v->string, 0};
    bool known = false;
    for (size_t i = 0; i < r->properties.count; i++) {
        if (strcmp(r->properties.item[i].name, v->string) != 0)
            continue;
        known = true;
        if (!judge(j, r->properties.item[i].rule, v, &here, depth))
            return false;
    }
    for (size_t i = 0; i < r->patterns.count; i++) {
        if (!matches(j, r->patterns.item[i].pattern, v->string))
            continue;
        known = true;
        if (!judge(j, r->patterns.item[i].rule, v, &here, depth))
            return false;
    }
    if (!known && r->additional != NULL && r->additional->refuses)
        return wrong(j, &here, v, "no such member");
    return known || r->additional == NULL ||
           judge(j, r->additional, v, &here, depth);
}

static bool judge_name(struct judging *j, const struct rule *r, const cJSON *v,
                       const struct place *at, unsigned depth)
{
    cJSON name = {.type = cJSON_String, .valuestring = v->string};
    struct place here = {at, v->string, 0};
    return r->names == NULL || holds(j, r->names, &name, depth) ||
           wrong(j, &here, v, "a member whose name meets 'propertyNames'");
}

static bool judge_object(struct judging *j, const struct rule *r,
                         const cJSON *v, const struct place *at, unsigned depth)
{
    if (!cJSON_IsObject(v))
        return true;
    if (!judge_size(
            j, v, at, cJSON_GetArraySize(v),
            (struct size_limits){r->min_members, r->max_members, "members"}) ||
        !judge_required(j, v, at, r->required, r->required_count))
        return false;
    for (const cJSON *m = v->child; m != NULL; m = m->next)
        if (!judge_member(j, r, m, at, depth) ||
            !judge_name(j, r, m, at, depth))
            return false;
    for (size_t i = 0; i < r->dependent_names.count; i++) {
        const struct member *d = &r->dependent_names.item[i];
        if (has(v, d->name) &&
            !judge_required(j, v, at, d->required, d->required_count))
            return false;
    }
    for (size_t i = 0; i < r->dependent.count; i++)
        if (has(v, r->dependent.item[i].name) &&
            !judge(j, r->dependent.item[i].rule, v, at, depth))
            return false;
    return true;
}

static size_t count_holding(struct judging *j, const struct rules *rules,
                            const cJSON *v, unsigned depth)
{
    size_t count = 0;
    for (size_t i = 0; i < rules->count; i++)
        count += holds(j, rules->item[i], v, depth);
    return count;
}

static bool judge_joined(struct judging *j, const struct rule *r,
                         const cJSON *v, const struct place *at, unsigned depth)
{
    for (size_t i = 0; i < r->all.count; i++)
        if (!judge(j, r->all.item[i], v, at, depth))
            return false;
    if (r->any.count > 0 && count_holding(j, &r->any, v, depth) == 0)
        return wrong(j, at, v, "what one of the schemas of 'anyOf' asks for");
    size_t one = r->one.count > 0 ? count_holding(j, &r->one, v, depth) : 1;
    if (one != 1)
        return wrong(j, at, v,
                     one == 0 ? "what one of the schemas of 'oneOf' asks for"
                              : "what only one of the schemas of 'oneOf' asks "
                                "for");
    if (r->not_ != NULL && holds(j, r->not_, v, depth))
        return wrong(j, at, v, "what the schema of 'not' does not allow");
    if (r->if_ != NULL) {
        bool yes = holds(j, r->if_, v, depth);
        const struct rule *next = yes ? r->then_ : r->else_;
        if (next != NULL && !judge(j, next, v, at, depth))
            return false;
    }
    return r->ref == NULL || judge(j, r->ref, v, at, depth);
}

static bool judge(struct judging *j, const struct rule *r, const cJSON *v,
                  const struct place *at, unsigned depth)
{
    if (depth == JSONSCHEMA_DEPTH_MAX)
        j->gave_up = true;
    if (j->gave_up || !spend(j))
        return false;
    if (r->refuses)
        return wrong(j, at, v, "nothing: the schema is false");
    depth++;
    return judge_type(j, r, v, at) && judge_values(j, r, v, at) &&
           judge_number(j, r, v, at) && judge_string(j, r, v, at) &&
           judge_array(j, r, v, at, depth) &&
           judge_object(j, r, v, at, depth) && judge_joined(j, r, v, at, depth);
}

enum jsonschema_answer jsonschema_validate(const struct jsonschema *schema,
                                           struct arena *a, const cJSON *value,
                                           const char **why)
{
    struct judging j = {.arena = a};
    struct place root = {NULL, NULL, 0};
    bool yes = judge(&j, schema->root, value, &root, 0);
    *why = j.why == NULL ? "" : j.why;
    if (j.gave_up)
        return JSONSCHEMA_GAVE_UP;
    return yes ? JSONSCHEMA_VALID : JSONSCHEMA_INVALID;
}
