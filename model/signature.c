/* Finding a signature by id or code. */
#include "model/signature.h"

#include <string.h>

bool signature_id_matches(const char *id, const char *pattern)
{
    size_t len = strlen(pattern);
    if (len > 0 && pattern[len - 1] == '*')
        return strncmp(id, pattern, len - 1) == 0;
    return strcmp(id, pattern) == 0;
}

bool signature_is_fatal(const struct signature *s)
{
    bool fails = s->role == ROLE_ROOT || s->role == ROLE_WRAPPER;
    return s->deployment >= 0 || (fails && s->severity == SEVERITY_CRITICAL);
}

const struct signature *catalogue_find(const struct catalogue *c,
                                       const char *id)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->signature[i].id, id) == 0)
            return &c->signature[i];
    return NULL;
}

const struct signature *catalogue_search(const struct catalogue *c,
                                         const char *word)
{
    const struct signature *found = catalogue_find(c, word);
    for (size_t i = 0; i < c->count && found == NULL; i++) {
        const char *code = c->signature[i].code;
        if (code != NULL && str_equal_nocase(str_from(code), str_from(word)))
            found = &c->signature[i];
    }
    return found;
}
