/* Addresses of e-mail: only plain ones, since they go into SMTP commands. */
#include "language/mailbox.h"

#include <string.h>

#include "base/characters.h"

static bool is_local(struct str s)
{
    static const char sign[] = "!#$%&'*+-/=?^_`{|}~.";
    return s.len > 0 && s.len <= 64 && has_only_alnum(s, sign);
}

static bool is_domain(struct str s)
{
    return has_only_alnum(s, "-.") && s.len > 0 && s.ptr[0] != '.' &&
           s.ptr[0] != '-';
}

static bool is_address(struct str s)
{
    struct str domain, local = str_cut(s, '@', &domain);
    return s.len <= MAILBOX_MAX && is_local(local) && is_domain(domain);
}

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x20 || c == 0x7F || c == '<' || c == '>')
            return false;
    }
    return true;
}

bool mailbox_next(struct str *rest, struct mailbox *out, struct str *bad)
{
    *bad = STR_NONE;
    if (rest->len == 0)
        return false;
    struct str one = str_trim(str_cut(*rest, ',', rest));
    size_t open = str_find(one, STR("<"), 0);
    *out = (struct mailbox){STR_NONE, one};
    if (open < one.len && str_ends(one, STR(">")))
        *out = (struct mailbox){
            str_trim(str_sub(one, 0, open)),
            str_trim(str_sub(one, open + 1, one.len - open - 2))};
    if (is_address(out->address) && is_name(out->name))
        return true;
    *bad = one.len > 0 ? one : STR("(nothing)");
    return false;
}
