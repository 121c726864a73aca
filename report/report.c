/* The front: kinds of documents, and the record as JSON. */
#include "report/report.h"

#include <string.h>

#include "report/houses.h"

static const char *const kind_list[] = {"status",   "incident", "root-cause",
                                        "success",  "sre",      "atlassian",
                                        "pagerduty"};
const struct names report_kind_names = {"kind of document", kind_list,
                                        ARRAY_COUNT(kind_list)};

bool report_kind_is_incident(const char *kind)
{
    return strcmp(kind, "incident") == 0 || house_of(kind) != NULL;
}

void report_write_record(struct buf *out, const struct record *r)
{
    shape_write(out, &record_shape, r);
    buf_char(out, '\n');
}

bool report_read_record(struct record *out, struct arena *a,
                        const struct source *source, struct err *e)
{
    return shape_read(out, a, &record_shape, &record_format, source, e);
}
