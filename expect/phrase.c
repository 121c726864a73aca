/*
 * What was expected and what was found, as a sentence: "expected status 200,
 * found 502"; `jsonpath "$.commit": expected "abc1234", found "c0ffee1"`.
 */
#include "base/text.h"
#include "expect/rows.h"

#define SHOWN_MAX 200

/* Where the types differ, they are what has to be read. */
static const char *const value_type[] = {[VALUE_NONE] = "",
                                         [VALUE_NULL] = "",
                                         [VALUE_BOOL] = "",
                                         [VALUE_NUMBER] = "the number ",
                                         [VALUE_STRING] = "the string ",
                                         [VALUE_BYTES] = "the bytes ",
                                         [VALUE_REGEX] = "",
                                         [VALUE_DURATION] = "the duration ",
                                         [VALUE_RANGE] = "the range ",
                                         [VALUE_SET] = "the set "};

static const char *found_type(const struct found *found)
{
    struct found f = found_unwrap(found);
    switch (f.kind) {
    case FOUND_NUMBER:
        return "the number ";
    case FOUND_STRING:
        return "the string ";
    case FOUND_DURATION:
        return "the duration ";
    case FOUND_DATE:
        return "the date ";
    case FOUND_JSON:
        return cJSON_IsArray(f.json)    ? "the array "
               : cJSON_IsObject(f.json) ? "the object "
                                        : "";
    case FOUND_NOTHING:
    case FOUND_TOO_MUCH:
    case FOUND_UNREADABLE:
    case FOUND_LIST:
    case FOUND_TEXTS:
    case FOUND_BYTES:
    case FOUND_BOOL:
        break;
    }
    return "";
}

static bool types_differ(const struct found *found, enum answer answer)
{
    return answer == ANSWER_INVALID && found->kind != FOUND_NOTHING &&
           found->kind != FOUND_UNREADABLE;
}

const char *phrase_expected(struct arena *a, const struct expect *e,
                            const struct found *found, enum answer answer)
{
    const char *phrase =
        e->negated ? e->predicate->unexpected : e->predicate->expected;
    struct str form = str_from(phrase);
    size_t at = str_find(form, STR("%s"), 0);
    if (at == form.len)
        return phrase;
    bool typed = types_differ(found, answer);
    return arena_printf(a, "%.*s%s%s", (int)at, phrase,
                        typed ? value_type[e->value.kind] : "",
                        text_elide(a, e->wanted, SHOWN_MAX));
}

const char *phrase_found(struct arena *a, const struct expect *e,
                         const struct found *found, enum answer answer)
{
    const char *text = found_text(a, found);
    bool opposite = e->negated || e->predicate->denies;
    if (answer == ANSWER_GAVE_UP && found->kind != FOUND_TOO_MUCH)
        return arena_printf(a, "%s, but the regex hit a limit", text);
    if (!types_differ(found, answer))
        return text;
    return arena_printf(a, "%s%s%s", found_type(found), text,
                        opposite ? ", which is of another type" : "");
}

const char *phrase_message(struct arena *a, const struct expect *e,
                           const struct expectation *judged)
{
    const struct query *q = &e->query;
    const char *subject = text_elide(a, e->subject, SHOWN_MAX);
    if (e->predicate->verb || (q->argument == NULL && q->filter_count == 0))
        return arena_printf(a, "expected %s %s, found %s", subject,
                            judged->expected, judged->observed);
    return arena_printf(a, "%s: expected %s, found %s", subject,
                        judged->expected, judged->observed);
}
