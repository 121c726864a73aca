/* Bytes of ASCII by their class, whatever the locale is. */
#ifndef BASE_CHARACTERS_H
#define BASE_CHARACTERS_H

#include <string.h>

#include "base/buf.h"

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool is_alnum(char c)
{
    return is_letter(c) || is_digit(c);
}

/* Are there only letters, digits and bytes of `beyond`? Of "" there are. */
static inline bool has_only_alnum(struct str s, const char *beyond)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_alnum(s.ptr[i]) &&
            (s.ptr[i] == '\0' || strchr(beyond, s.ptr[i]) == NULL))
            return false;
    return true;
}

#endif
