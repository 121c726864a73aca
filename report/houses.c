/* Headings of the houses, one table each. */
#include "report/houses.h"

#include <string.h>

#include "base/attr.h"

struct heading {
    const char *section, *title;
};

struct house {
    const char *kind;
    const struct heading *heading; /* its end: section NULL */
};

static const struct heading sre[] = {
    {"causes", "Root causes"},
    {"changes", "Resolution"},
    {"lessons", "Lessons learned"},
    {"failures", "Supporting information"},
    {"results", "Supporting information"},
    {NULL, NULL},
};

static const struct heading atlassian[] = {
    {"summary", "Incident summary"},
    {"trigger", "Leadup"},
    {"failures", "Fault"},
    {"results", "Fault"},
    {"response", "Response"},
    {"changes", "Recovery"},
    {"mechanism", "Five whys"},
    {"related", "Recurrence"},
    {"lessons", "Lessons learned"},
    {"actions", "Corrective actions"},
    {NULL, NULL},
};

static const struct heading pagerduty[] = {
    {"summary", "Overview"},
    {"failures", "What happened"},
    {"results", "What happened"},
    {"changes", "Resolution"},
    {"lessons", "How the response went"},
    {NULL, NULL},
};

static const struct house houses[] = {
    {"sre", sre},
    {"atlassian", atlassian},
    {"pagerduty", pagerduty},
};

const struct house *house_of(const char *kind)
{
    for (size_t i = 0; i < ARRAY_COUNT(houses); i++)
        if (strcmp(houses[i].kind, kind) == 0)
            return &houses[i];
    return NULL;
}

const char *house_title(const struct house *h, const char *section)
{
    for (size_t i = 0; h != NULL && h->heading[i].section != NULL; i++)
        if (strcmp(h->heading[i].section, section) == 0)
            return h->heading[i].title;
    return NULL;
}
