/* The table of limits, for docs and tests. */
#include "report/formats/formats.h"

static const struct writer_limit limits[] = {
    {"junit, tap, ctrf", "bytes of a case's name", CASE_NAME_MAX, "ours"},
    {"junit, tap, ctrf, sarif", "bytes of a message", CASE_MESSAGE_MAX, "ours"},
    {"junit, ctrf", "bytes of what is told of a case", DETAIL_MAX,
     "ours; Jenkins keeps 50,000 of them"},
    {"junit", "bytes of the file; over it what is told of cases goes",
     JUNIT_BYTES_MAX, "GitLab"},
    {"tap", "bytes of a value", TAP_VALUE_MAX, "ours"},
    {"sarif", "results, worst first", SARIF_RESULTS_MAX,
     "GitHub keeps so many"},
    {"prometheus", "bytes of a label's value", LABEL_MAX, "ours"},
    {"nagios", "bytes of the line", NAGIOS_LINE_MAX, "Nagios reads so many"},
    {"github", "annotations of each type, worst first", ANNOTATIONS_MAX,
     "GitHub keeps so many of a step"},
    {"github", "bytes of an annotation's message", ANNOTATION_MAX,
     "GitHub cuts at so many"},
    {"github-summary",
     "bytes of a step's summary, with what stands in it already",
     SUMMARY_BYTES_MAX, "GitHub drops a larger one"},
};

size_t writer_limit_count(void)
{
    return ARRAY_COUNT(limits);
}

struct writer_limit writer_limit_at(size_t index)
{
    return limits[index];
}
