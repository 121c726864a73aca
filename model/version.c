/* Builds are named by versions or commits, short and long. */
#include "model/version.h"

#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

#define VERSION_DIGITS 12 /* of a commit, where people read it */

static bool is_hex(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
              (c >= 'A' && c <= 'F')))
            return false;
    }
    return s.len > 0;
}

static bool begins_with(struct str s, struct str beginning)
{
    return s.len >= beginning.len &&
           str_equal_nocase(str_sub(s, 0, beginning.len), beginning);
}

bool version_matches(const char *expected, const char *observed)
{
    struct str a = str_from(expected), b = str_from(observed);
    if (str_equal(a, b))
        return true;
    if (!is_hex(a) || !is_hex(b))
        return false;
    return (a.len >= VERSION_SHORT && begins_with(b, a)) ||
           (b.len >= VERSION_SHORT && begins_with(a, b));
}

bool version_is_too_short(const char *expected, const char *served)
{
    struct str a = str_from(expected), b = str_from(served);
    return is_hex(a) && is_hex(b) && a.len < VERSION_SHORT &&
           b.len >= VERSION_SHORT && begins_with(b, a);
}

/* Unicode's white space, and the marks that have no width. */
static bool is_blank(uint32_t c)
{
    return c == ' ' || c == 0xA0 || c == 0x1680 || c == 0x180E ||
           (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) ||
           (c >= 0x205F && c <= 0x2064) || c == 0x3000 || c == 0xFEFF;
}

const char *version_fault(const char *name, size_t *at)
{
    struct str rest = str_from(name);
    *at = 0;
    if (rest.len == 0)
        return "is empty";
    while (rest.len > 0) {
        uint32_t c = 0;
        size_t length = utf8_length(rest, &c);
        if (length == 0)
            return "is not UTF-8";
        if (c < ' ' || (c >= 0x7F && c < 0xA0))
            return "contains a control character";
        if (is_blank(c))
            return "contains a blank";
        *at += length;
        rest = str_sub(rest, length, rest.len);
    }
    return NULL;
}

const char *version_short(struct arena *a, const char *version)
{
    struct str s = str_from(version);
    return is_hex(s) && s.len > VERSION_DIGITS
               ? str_dup(a, str_sub(s, 0, VERSION_DIGITS))
               : version;
}
