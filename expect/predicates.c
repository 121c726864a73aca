/*
 * Predicates: a row each, with the values it takes, its words, its meaning and
 * what is certain of it. Types are strict: there is never a silent zero.
 */
#include "base/clock.h"
#include "base/text.h"
#include "expect/rows.h"
#include "language/regex.h"

static enum answer yes_if(bool condition)
{
    return condition ? ANSWER_YES : ANSWER_NO;
}

static bool same_type(const struct found *f, const struct value *v)
{
    switch (v->kind) {
    case VALUE_NUMBER:
        return f->kind == FOUND_NUMBER;
    case VALUE_DURATION:
        return f->kind == FOUND_DURATION;
    case VALUE_STRING:
        return f->kind == FOUND_STRING || f->kind == FOUND_BYTES;
    case VALUE_BYTES:
        return f->kind == FOUND_BYTES;
    case VALUE_BOOL:
        return f->kind == FOUND_BOOL;
    case VALUE_NULL:
        return true; /* anything may be asked whether it is null */
    case VALUE_NONE:
    case VALUE_REGEX:
    case VALUE_RANGE:
    case VALUE_SET:
        break;
    }
    return false;
}

static int order_of(struct str a, struct str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < n; i++)
        if (a.ptr[i] != b.ptr[i])
            return (unsigned char)a.ptr[i] < (unsigned char)b.ptr[i] ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

/* Both of one type: negative, zero or positive. */
static int compare(const struct found *f, const struct value *v)
{
    switch (v->kind) {
    case VALUE_NUMBER:
        return text_compare_numbers(f->text, v->text);
    case VALUE_DURATION:
        return (f->duration_us > v->duration_us) -
               (f->duration_us < v->duration_us);
    case VALUE_STRING:
    case VALUE_BYTES:
        return order_of(f->text, v->text);
    case VALUE_BOOL:
        return (int)f->boolean - (int)v->boolean;
    case VALUE_NULL:
        return f->kind == FOUND_JSON && cJSON_IsNull(f->json) ? 0 : 1;
    case VALUE_NONE:
    case VALUE_REGEX:
    case VALUE_RANGE:
    case VALUE_SET:
        break;
    }
    return 1;
}

/* Is what was found from `low` to `high` steps after the value? */
static enum answer is_after(const struct found *f, const struct value *v,
                            int low, int high)
{
    if (!same_type(f, v))
        return ANSWER_INVALID;
    int order = compare(f, v);
    int sign = (order > 0) - (order < 0);
    return yes_if(low <= sign && sign <= high);
}

static enum answer is_equal(const struct found *f, const struct value *v)
{
    return is_after(f, v, 0, 0);
}

static enum answer is_not_equal(const struct found *f, const struct value *v)
{
    enum answer equal = is_equal(f, v);
    return equal == ANSWER_INVALID ? equal : yes_if(equal == ANSWER_NO);
}

static enum answer is_less(const struct found *f, const struct value *v)
{
    return is_after(f, v, -1, -1);
}

static enum answer is_less_equal(const struct found *f, const struct value *v)
{
    return is_after(f, v, -1, 0);
}

static enum answer is_greater(const struct found *f, const struct value *v)
{
    return is_after(f, v, 1, 1);
}

static enum answer is_greater_equal(const struct found *f,
                                    const struct value *v)
{
    return is_after(f, v, 0, 1);
}

static enum answer is_in(const struct found *f, const struct value *v)
{
    if (v->kind == VALUE_RANGE) {
        enum answer low = is_greater_equal(f, &v->item[0]);
        enum answer high = is_less_equal(f, &v->item[1]);
        return low == ANSWER_YES ? high : low;
    }
    enum answer best = ANSWER_INVALID;
    for (size_t i = 0; i < v->count && best != ANSWER_YES; i++) {
        const struct value *item = &v->item[i];
        enum answer now =
            item->kind == VALUE_RANGE ? is_in(f, item) : is_equal(f, item);
        if (now == ANSWER_YES || best == ANSWER_INVALID)
            best = now;
    }
    return best;
}

static enum answer node_equals(const cJSON *node, const struct value *v)
{
    struct found one = {.kind = FOUND_JSON, .json = node};
    one = found_unwrap(&one);
    return is_equal(&one, v);
}

static bool is_text(const struct found *f)
{
    return f->kind == FOUND_STRING || f->kind == FOUND_BYTES;
}

static bool list_has(const struct found *f, const struct value *v)
{
    for (size_t i = 0; i < f->count; i++) {
        bool here = f->kind == FOUND_LIST
                        ? node_equals(f->item[i], v) == ANSWER_YES
                        : str_equal(f->part[i], v->text);
        if (here)
            return true;
    }
    return false;
}

static bool array_has(const cJSON *array, const struct value *v)
{
    for (const cJSON *c = array->child; c != NULL; c = c->next)
        if (node_equals(c, v) == ANSWER_YES)
            return true;
    return false;
}

/* A text contains a text; an array or a list of nodes contains a value. */
static enum answer contains(const struct found *f, const struct value *v)
{
    bool texts = v->kind == VALUE_STRING || v->kind == VALUE_BYTES;
    if (is_text(f) && texts)
        return yes_if(str_find(f->text, v->text, 0) < f->text.len);
    if (f->kind == FOUND_LIST || (f->kind == FOUND_TEXTS && texts))
        return yes_if(list_has(f, v));
    if (f->kind == FOUND_JSON && cJSON_IsArray(f->json))
        return yes_if(array_has(f->json, v));
    return ANSWER_INVALID;
}

/* As `contains`, but a text is no collection. */
static enum answer includes(const struct found *f, const struct value *v)
{
    return f->kind == FOUND_STRING ? ANSWER_INVALID : contains(f, v);
}

static enum answer matches(const struct found *f, const struct value *v)
{
    if (f->kind != FOUND_STRING)
        return ANSWER_INVALID;
    enum regex_answer answer = regex_match(v->regex, f->text);
    if (answer == REGEX_GAVE_UP)
        return ANSWER_GAVE_UP;
    return yes_if(answer == REGEX_YES);
}

static enum answer starts_with(const struct found *f, const struct value *v)
{
    return is_text(f) ? yes_if(str_starts(f->text, v->text)) : ANSWER_INVALID;
}

static enum answer ends_with(const struct found *f, const struct value *v)
{
    return is_text(f) ? yes_if(str_ends(f->text, v->text)) : ANSWER_INVALID;
}

/* Every text has "" in it, before it and after it. */
static enum truth certain_of_empty(const struct domain *d,
                                   const struct value *v)
{
    (void)d;
    bool text = v->kind == VALUE_STRING || v->kind == VALUE_BYTES;
    return text && v->text.len == 0 ? TRUTH_ALWAYS : TRUTH_OPEN;
}

static enum answer exists(const struct found *f)
{
    bool list = f->kind == FOUND_LIST || f->kind == FOUND_TEXTS;
    return yes_if(f->kind != FOUND_NOTHING && (!list || f->count > 0));
}

static bool is_collection(const struct found *f)
{
    return f->kind == FOUND_LIST || f->kind == FOUND_TEXTS ||
           (f->kind == FOUND_JSON &&
            (cJSON_IsArray(f->json) || cJSON_IsObject(f->json)));
}

static enum answer is_empty(const struct found *f)
{
    if (is_text(f))
        return yes_if(f->text.len == 0);
    if (f->kind == FOUND_LIST || f->kind == FOUND_TEXTS)
        return yes_if(f->count == 0);
    return is_collection(f) ? yes_if(f->json->child == NULL) : ANSWER_INVALID;
}

static enum answer is_integer(const struct found *f)
{
    return yes_if(f->kind == FOUND_NUMBER && text_is_integer(f->text));
}

static enum answer is_number(const struct found *f)
{
    return yes_if(f->kind == FOUND_NUMBER);
}

static enum answer is_string(const struct found *f)
{
    return yes_if(f->kind == FOUND_STRING);
}

static enum answer is_boolean(const struct found *f)
{
    return yes_if(f->kind == FOUND_BOOL);
}

static enum answer is_a_collection(const struct found *f)
{
    return yes_if(is_collection(f));
}

/* RFC 3339: date, time and zone, and nothing else. */
static enum answer is_iso_date(const struct found *f)
{
    struct str text = f->text;
    int64_t ms;
    bool zoned = false;
    return yes_if(f->kind == FOUND_STRING && text.len > 10 &&
                  (text.ptr[10] | 0x20) == 't' &&
                  clock_parse(text, &ms, &zoned) == text.len && zoned);
}

const struct predicate predicate_rows[] = {
    {"==", "==", "the value is that value", &any_scalar, ON_ALL, "%s",
     "other than %s", .holds = is_equal, .certain = truth_equal},
    {"!=", "!=", "the value is another one, of the same type", &any_scalar,
     ON_ALL, "other than %s", "%s", .denies = true, .holds = is_not_equal,
     .certain = truth_not_equal},
    {"<", "<", "the number, duration or text comes before that",
     &ordered_scalar, ON_ORDERED, "< %s", "not < %s", .holds = is_less,
     .certain = truth_less},
    {"<=", "<=", "it comes before that, or is it", &ordered_scalar, ON_ORDERED,
     "<= %s", "not <= %s", .holds = is_less_equal, .certain = truth_less_equal},
    {">", ">", "it comes after that", &ordered_scalar, ON_ORDERED, "> %s",
     "not > %s", .holds = is_greater, .certain = truth_greater},
    {">=", ">=", "it comes after that, or is it", &ordered_scalar, ON_ORDERED,
     ">= %s", "not >= %s", .holds = is_greater_equal,
     .certain = truth_greater_equal},
    {"contains", "contains",
     "a text contains the text; an array or list has the value", &any_scalar,
     ON_BYTES, "to contain %s", "not to contain %s", .verb = true,
     .holds = contains, .certain = certain_of_empty},
    {"matches", "matches /REGEX/imsx", "PCRE2 finds the regex in the text",
     &a_regex, ON_TEXT, "to match %s", "not to match %s", .verb = true,
     .holds = matches},
    {"exists", "exists",
     "the header, the path or what else may be missing is there", NULL,
     ON_ALL | ON(DATE), "to exist", "not to exist", .verb = true,
     .of_missing = true, .is = exists},
    {"in", "in 200..299",
     "the number is in the range; `in [200, 301..303]`: the value is in the "
     "set",
     &a_set, ON_ALL, "in %s", "outside %s", .holds = is_in,
     .certain = truth_in},
    {"startsWith", "startsWith", "the text begins so", &quoted_text, ON_BYTES,
     "to start with %s", "not to start with %s", .verb = true,
     .holds = starts_with, .certain = certain_of_empty},
    {"endsWith", "endsWith", "the text ends so", &quoted_text, ON_BYTES,
     "to end with %s", "not to end with %s", .verb = true, .holds = ends_with,
     .certain = certain_of_empty},
    {"includes", "includes", "an array or list has the value", &any_scalar,
     ON(ANY), "to include %s", "not to include %s", .verb = true,
     .holds = includes},
    {"isEmpty", "isEmpty", "a text, array, object or list has nothing in it",
     NULL, ON_TEXT | ON(BYTES), "to be empty", "not to be empty", .verb = true,
     .is = is_empty},
    {"isInteger", "isInteger", "a JSON value is an integer; 7.0 is one", NULL,
     ON(ANY), "to be an integer", "not to be an integer", .verb = true,
     .is = is_integer},
    {"isNumber", "isNumber", "a JSON value is a number", NULL, ON(ANY),
     "to be a number", "not to be a number", .verb = true, .is = is_number},
    {"isString", "isString", "a JSON value is a string", NULL, ON(ANY),
     "to be a string", "not to be a string", .verb = true, .is = is_string},
    {"isBoolean", "isBoolean", "a JSON value is true or false", NULL, ON(ANY),
     "to be true or false", "not to be true or false", .verb = true,
     .is = is_boolean},
    {"isCollection", "isCollection", "a JSON value is an array or an object",
     NULL, ON(ANY), "to be an array or an object",
     "not to be an array or an object", .verb = true, .is = is_a_collection},
    {"isIsoDate", "isIsoDate",
     "a text is an RFC 3339 date and time with its zone", NULL, ON_TEXT,
     "to be an RFC 3339 date and time", "not to be an RFC 3339 date and time",
     .verb = true, .is = is_iso_date},
};
const size_t predicate_row_count = ARRAY_COUNT(predicate_rows);

enum answer predicate_judge(const struct predicate *p,
                            const struct found *found,
                            const struct value *value)
{
    struct found f = found_unwrap(found);
    if (f.kind == FOUND_TOO_MUCH)
        return ANSWER_GAVE_UP;
    if (f.kind == FOUND_UNREADABLE ||
        (f.kind == FOUND_NOTHING && !p->of_missing))
        return ANSWER_INVALID;
    return p->takes == NULL ? p->is(&f) : p->holds(&f, value);
}
