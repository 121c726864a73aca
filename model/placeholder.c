/* Placeholders in advice, found in a text. */
#include "model/placeholder.h"

#include "base/characters.h"

static bool is_of_name(char c)
{
    return c == '_' || (c >= 'a' && c <= 'z');
}

static bool is_of_word(char c)
{
    return c == '_' || c == '-' || (c >= 'A' && c <= 'Z') || is_digit(c);
}

static size_t run_of(struct str s, size_t from, bool (*is_of)(char c))
{
    size_t i = from;
    while (i < s.len && is_of(s.ptr[i]))
        i++;
    return i;
}

/* At an open brace. */
static bool read_at(struct str s, size_t at, struct placeholder *out)
{
    size_t end = run_of(s, at + 1, is_of_name);
    *out = (struct placeholder){.at = at,
                                .name = str_sub(s, at + 1, end - at - 1)};
    if (out->name.len == 0 || (at > 0 && s.ptr[at - 1] == '$'))
        return false;
    if (end < s.len && s.ptr[end] == '|') {
        size_t from = end + 1;
        end = run_of(s, from, is_of_word);
        out->word = str_sub(s, from, end - from);
        if (out->word.len == 0)
            return false;
    }
    out->length = end + 1 - at;
    return end < s.len && s.ptr[end] == '}';
}

bool placeholder_find(struct str s, size_t from, struct placeholder *out)
{
    for (size_t i = from; i < s.len; i++)
        if (s.ptr[i] == '{' && read_at(s, i, out))
            return true;
    return false;
}
