/* Programs and variables: what an option allows, or takes away. */
#include "trust/trust.h"

#include <string.h>

bool trust_is_untrusted(const struct trust *t)
{
    return t != NULL && t->untrusted;
}

const char *trust_refuses_programs(const struct trust *t)
{
    if (t == NULL)
        return NULL;
    return t->no_exec ? "--no-exec" : t->untrusted ? "--untrusted" : NULL;
}

bool trust_name_check(const char *name)
{
    size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return good > 0 && name[good] == '\0' &&
           !(name[0] >= '0' && name[0] <= '9');
}

bool trust_takes_variable(const struct trust *t, struct str name)
{
    if (t == NULL || (!t->untrusted && t->env_count == 0))
        return true;
    for (size_t i = 0; i < t->env_count; i++)
        if (str_is(name, t->env[i]))
            return true;
    return false;
}
