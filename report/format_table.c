/*
 * The table of output formats: the command line, its help, docs and "did you
 * mean" come from it. A document is written from templates and is proved to
 * read as it was meant; the others come from the record alone.
 */
#include "base/text.h"
#include "report/formats/formats.h"
#include "report/report.h"

#define ROW(id) &id##_format,
static const struct report_format *const formats[] = {REPORT_FORMATS(ROW)};
#undef ROW

size_t report_format_count(void)
{
    return ARRAY_COUNT(formats);
}

const struct report_format *report_format_at(size_t index)
{
    return index < ARRAY_COUNT(formats) ? formats[index] : NULL;
}

const struct report_format *report_format_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(formats); i++)
        if (str_is(name, formats[i]->name))
            return formats[i];
    return NULL;
}

const char *report_format_near(struct str name)
{
    const char *known[ARRAY_COUNT(formats)];
    for (size_t i = 0; i < ARRAY_COUNT(formats); i++)
        known[i] = formats[i]->name;
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
