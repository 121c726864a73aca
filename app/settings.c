/* Questions that several runs have about their settings. */
#include "app/settings.h"

#include <string.h>

#include "trust/trust.h"

const char *settings_variable(const struct settings *s, const char *name)
{
    size_t length = strlen(name);
    for (const char *const *line = s->environ; line != NULL && *line != NULL;
         line++)
        if (strncmp(*line, name, length) == 0 && (*line)[length] == '=')
            return *line + length + 1;
    return NULL;
}

void settings_trust(struct trust *out, const struct settings *s)
{
    *out = (struct trust){.untrusted = s->untrusted,
                          .no_exec = s->no_exec,
                          .env = s->allowed_env.item,
                          .env_count = s->allowed_env.count,
                          .host = s->allowed_hosts.item,
                          .host_count = s->allowed_hosts.count};
}

bool settings_fail_on(const struct settings *s, const char *what)
{
    for (size_t i = 0; i < s->fail_on.count; i++)
        if (strcmp(s->fail_on.item[i], what) == 0)
            return true;
    return false;
}
