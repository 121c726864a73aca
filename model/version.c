/* Builds are named by versions or commits, short and long. */
#include "model/version.h"

#include "base/buf.h"

#define VERSION_DIGITS 12 /* of a commit, where people read it */

static bool is_hex(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
              (c >= 'A' && c <= 'F')))
            return false;
    }
    return s.len >= 7;
}

bool version_matches(const char *expected, const char *observed)
{
    struct str a = str_from(expected), b = str_from(observed);
    if (str_equal(a, b))
        return true;
    if (!is_hex(a) || !is_hex(b))
        return false;
    size_t shorter = a.len < b.len ? a.len : b.len;
    return str_equal_nocase(str_sub(a, 0, shorter), str_sub(b, 0, shorter));
}

const char *version_short(struct arena *a, const char *version)
{
    struct str s = str_from(version);
    return is_hex(s) && s.len > VERSION_DIGITS
               ? str_dup(a, str_sub(s, 0, VERSION_DIGITS))
               : version;
}
