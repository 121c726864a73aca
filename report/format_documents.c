/* The formats that are the record itself and the status document. */
#include "report/formats/formats.h"
#include "report/report.h"

static void write_json(struct buf *out, struct arena *a, const struct record *r)
{
    (void)a;
    report_write_record(out, r);
}

static bool write_markdown(struct buf *out, struct arena *a,
                           const struct report_templates *templates,
                           const struct report_inputs *in, struct err *e)
{
    struct str text = STR_NONE;
    if (!report_write(&text, a, "status", templates, in, e))
        return false;
    buf_str(out, text);
    return true;
}

static bool write_html(struct buf *out, struct arena *a,
                       const struct report_templates *templates,
                       const struct report_inputs *in, struct err *e)
{
    struct str text = STR_NONE, page = STR_NONE;
    if (!report_write(&text, a, "status", templates, in, e) ||
        !report_html(&page, a, text, e))
        return false;
    buf_str(out, page);
    return true;
}

const struct report_format json_format = {
    .name = "json",
    .suffix = ".json",
    .help = "the record: everything, for programs",
    .escapes = "as JSON; commands of hosts as `\\u0023`",
    .record = write_json,
};

const struct report_format markdown_format = {
    .name = "markdown",
    .suffix = ".md",
    .help = "the status document, for people",
    .escapes = "as Markdown",
    .document = write_markdown,
};

const struct report_format html_format = {
    .name = "html",
    .suffix = ".html",
    .help = "the status document as one page",
    .escapes = "`&`, `<`, `>` and quotes as entities",
    .document = write_html,
};
