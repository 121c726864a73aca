/* House styles: which parts a document of an incident must have. */
#include "base/names.h"
#include "lint/switches.h"

#define SUMMARY                                                                \
    {                                                                          \
        "summary", "summary|overview|abstract|^what happened"                  \
    }
#define IMPACT                                                                 \
    {                                                                          \
        "impact", "\\bimpact|\\baffected\\b"                                   \
    }
#define TIMELINE                                                               \
    {                                                                          \
        "timeline", "timeline|chronology|sequence of events"                   \
    }
#define ACTIONS                                                                \
    {                                                                          \
        "action items", "action items?|^actions?$|follow[- ]?ups?|"            \
                        "corrective|remediation items"                         \
    }
#define LESSONS                                                                \
    {                                                                          \
        "lessons learned", "lessons|what went|how'?d we do|retrospect"         \
    }
#define DETECTION                                                              \
    {                                                                          \
        "detection", "detect|discover|alert"                                   \
    }
#define CAUSES                                                                 \
    {                                                                          \
        "root cause", "root cause|^causes?$|contributing"                      \
    }

/* Google's Site Reliability Engineering, example postmortem. */
static const struct style_field sre[] = {
    {"authors", "\\b(authors?|owner|written by|prepared by)\\b"},
    SUMMARY,
    IMPACT,
    CAUSES,
    {"trigger", "\\btrigger"},
    {"resolution", "resol|mitigat|recover|\\bfix"},
    DETECTION,
    ACTIONS,
    LESSONS,
    TIMELINE,
};

/* Atlassian's incident postmortem template. */
static const struct style_field atlassian[] = {
    SUMMARY,
    {"leadup", "lead-?up|background|trigger"},
    {"fault", "\\bfault|what (broke|failed)|root cause"},
    IMPACT,
    DETECTION,
    {"response", "\\brespon(se|ders?)"},
    {"recovery", "recover|resol|mitigat"},
    TIMELINE,
    CAUSES,
    LESSONS,
    {"corrective actions", "corrective|action items?|^actions?$|follow"},
};

/* PagerDuty's postmortem template. */
static const struct style_field pagerduty[] = {
    {"owner", "\\b(owner|authors?)\\b"},
    {"overview", "overview|summary"},
    {"what happened", "what happened|narrative|root cause"},
    {"contributing factors", "contributing|root cause"},
    {"resolution", "resol|mitigat|recover"},
    IMPACT,
    {"responders", "responders?|participants?|roles?"},
    TIMELINE,
    LESSONS,
    ACTIONS,
};

static const struct style styles[] = {
    {"sre", "Google's Site Reliability Engineering", sre, ARRAY_COUNT(sre)},
    {"atlassian", "Atlassian's incident postmortem", atlassian,
     ARRAY_COUNT(atlassian)},
    {"pagerduty", "PagerDuty's postmortem", pagerduty, ARRAY_COUNT(pagerduty)},
};

size_t style_count(void)
{
    return ARRAY_COUNT(styles);
}

const struct style *style_at(size_t index)
{
    return &styles[index];
}

const struct style *style_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(styles); i++)
        if (str_equal_nocase(name, str_from(styles[i].name)))
            return &styles[i];
    return NULL;
}
