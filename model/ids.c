/* Ids by their letters: no path is judged here, since none is made of them. */
#include "model/ids.h"

#include <string.h>

#define ID_MAX 100

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

static bool is_one_of(char c, const char *others)
{
    return c != '\0' && strchr(others, c) != NULL;
}

static bool is_check_id(struct str s)
{
    static const struct str mark = {"[redacted]", 10};
    size_t at = 0, count = 0;
    for (; at < s.len; count++) {
        if (is_plain(s.ptr[at]) || is_one_of(s.ptr[at], "._/-"))
            at++;
        else if (str_starts(str_sub(s, at, s.len), mark))
            at += mark.len;
        else
            return false;
    }
    return count > 0 && count <= ID_MAX;
}

static bool is_label(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_plain(s.ptr[i]) && !is_one_of(s.ptr[i], " ._/#:-") &&
            (unsigned char)s.ptr[i] < 0x80)
            return false;
    return s.len > 0 && s.len <= ID_MAX;
}

const struct shape_rule check_id_rule = {
    is_check_id, "the id of a check: a-z 0-9 . _ / -, at most 100 characters",
    "^([A-Za-z0-9._/-]|\\\\[redacted\\\\]){1,100}$"};

const struct shape_rule label_rule = {
    is_label,
    "an id: letters, digits, spaces and . _ / # : -, at most 100 characters",
    "^[A-Za-z0-9 ._/#:\\\\u0080-\\\\uffff-]{1,100}$"};
