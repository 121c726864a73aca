/* THE table of commands. */
#include <string.h>

#include "cli/cli.h"

static const struct command *const commands[] = {
    &verify_command, &watch_command,  &incident_command,   &status_command,
    &scan_command,   &report_command, &lint_command,       &explain_command,
    &init_command,   &import_command, &baseline_command,   &prove_command,
    &serve_command,  &merge_command,  &completion_command,
};

size_t command_count(void)
{
    return ARRAY_COUNT(commands);
}

const struct command *command_at(size_t index)
{
    return commands[index];
}

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

struct str command_summary(const struct command *c)
{
    struct str rest;
    return c->summary != NULL ? str_from(c->summary)
                              : str_cut(str_from(c->help), '\n', &rest);
}
