/* The front: kinds of documents, and the record as JSON. */
#include "report/report.h"

static const char *const kind_list[] = {"status", "incident", "root-cause",
                                        "success"};
const struct names report_kind_names = {"kind of document", kind_list,
                                        ARRAY_COUNT(kind_list)};

void report_write_record(struct buf *out, const struct record *r)
{
    shape_write(out, &record_shape, r);
    buf_char(out, '\n');
}

bool report_read_record(struct record *out, struct arena *a,
                        const struct source *source, struct err *e)
{
    return shape_read(out, a, &record_shape, RECORD_SCHEMA, source, e);
}

const char *report_advice_text(int advice)
{
    switch ((enum advice)advice) {
    case ADVICE_PROCEED:
        return "the build is serving and healthy; go on";
    case ADVICE_REVIEW:
        return "someone should look before the next step";
    case ADVICE_ROLL_BACK:
        return "production is down; bring the last good build back";
    case ADVICE_WAIT:
        return "another deployment is under way; let it end, then decide";
    case ADVICE_FIX_DEPLOY:
        return "do not roll back, production is safe; fix or repeat the "
               "deploy";
    case ADVICE_CHECK_RUNNER:
        return "the prober could not tell; look at the runner and its "
               "network";
    }
    return "";
}
