/*
 * The table of output formats: the command line, its help, docs and "did you
 * mean" come from it. A document is written from templates and is proved to
 * read as it was meant; the others come from the record alone.
 */
#include <string.h>

#include "base/text.h"
#include "report/formats/formats.h"
#include "report/report.h"
#include "report/summary.h"

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

static const struct report_format formats[] = {
    {"json", ".json", "the record: everything, for programs", write_json, NULL,
     false},
    {"markdown", ".md", "the status document, for people", NULL, write_markdown,
     false},
    {"html", ".html", "the status document as one page", NULL, write_html,
     false},
    {"junit", ".xml", "tests for Jenkins, GitLab and reporters for GitHub",
     write_junit, NULL, false},
    {"tap", ".tap", "Test Anything Protocol 14", write_tap, NULL, false},
    {"ctrf", ".ctrf.json", "Common Test Report Format", write_ctrf, NULL,
     false},
    {"sarif", ".sarif", "SARIF 2.1.0 for code scanning", write_sarif, NULL,
     false},
    {"prometheus", ".prom", "metrics for the textfile collector",
     write_prometheus, NULL, false},
    {"nagios", ".txt", "one line with performance data", write_nagios, NULL,
     false},
    {"github", ".txt",
     "annotations; without FILE, in GitHub Actions: in the log, and the "
     "summary of the step as well",
     write_annotations, NULL, true},
    {"github-summary", ".md", "the status document within 1 MiB", NULL,
     write_summary, false},
};

size_t report_format_count(void)
{
    return ARRAY_COUNT(formats);
}

const struct report_format *report_format_at(size_t index)
{
    return &formats[index];
}

const struct report_format *report_format_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(formats); i++)
        if (str_is(name, formats[i].name))
            return &formats[i];
    return NULL;
}

const char *report_format_near(struct str name)
{
    const char *known[ARRAY_COUNT(formats)];
    for (size_t i = 0; i < ARRAY_COUNT(formats); i++)
        known[i] = formats[i].name;
    return text_nearest(name, known, ARRAY_COUNT(formats));
}

bool report_format_write(struct buf *out, struct arena *a,
                         const struct report_format *format,
                         const struct report_templates *templates,
                         const struct report_inputs *in, struct err *e)
{
    if (format->record != NULL)
        format->record(out, a, in->record);
    else if (!format->document(out, a, templates, in, e))
        return false;
    return !out->full ||
           err_set(e, POS_NONE, "the output '%s' is too large", format->name);
}
