/* Set-Cookie (RFC 6265, section 5.2): the last one of a name counts. */
#include "base/http_date.h"
#include "base/text.h"
#include "expect/value.h"

static bool find_attribute(struct str rest, const char *name, struct str *out)
{
    while (rest.len > 0) {
        struct str value;
        struct str part = str_cut(rest, ';', &rest);
        struct str key = str_cut(part, '=', &value);
        if (!str_equal_nocase(str_trim(key), str_from(name)))
            continue;
        *out = str_trim(value);
        return true;
    }
    return false;
}

static struct found date_found(struct str text, int64_t now_ms)
{
    struct found found = {.kind = FOUND_DATE};
    return http_date_read(text, now_ms, &found.date_ms)
               ? found
               : found_nothing("the cookie's Expires is no date");
}

static struct found attribute_found(const struct response *r, struct str rest,
                                    enum cookie_attribute attribute)
{
    struct str text = STR_NONE;
    if (!find_attribute(rest, name_of(&cookie_attribute_names, (int)attribute),
                        &text))
        return found_nothing("the cookie has no such attribute");
    if (attribute == COOKIE_EXPIRES)
        return date_found(text, r->now_ms);
    if (attribute == COOKIE_MAX_AGE && !text_is_integer(text))
        return found_nothing("the cookie's Max-Age is no number");
    return (struct found){.kind = attribute == COOKIE_MAX_AGE ? FOUND_NUMBER
                                                              : FOUND_STRING,
                          .text = text};
}

struct found cookie_find(const struct response *r, struct str name,
                         enum cookie_attribute attribute)
{
    struct found found = found_nothing("the response sets no such cookie");
    struct str lines = r->head;
    while (lines.len > 0) {
        struct str value, rest;
        struct str line = str_trim(str_cut(lines, '\n', &lines));
        struct str key = str_cut(line, ':', &value);
        if (!str_equal_nocase(key, STR("set-cookie")))
            continue;
        struct str pair = str_cut(value, ';', &rest);
        struct str content;
        if (!str_equal(str_trim(str_cut(pair, '=', &content)), name))
            continue;
        found = attribute == COOKIE_VALUE
                    ? (struct found){.kind = FOUND_STRING,
                                     .text = str_trim(content)}
                    : attribute_found(r, rest, attribute);
    }
    return found;
}
