/* postflight report: a document from a record, templates, and what people know.
 */
#include "app/app.h"
#include "cli/cli.h"
#include "report/report.h"

static void write_kinds(struct buf *out)
{
    for (size_t i = 0; i < report_kind_names.count; i++)
        buf_printf(out, "%s ", report_kind_names.name[i]);
    buf_text(out, "facts html template fix");
}

const struct command report_command = {
    .name = "report",
    .arguments = "KIND --from RECORD | --from RECORD --report FORMAT=FILE | "
                 "facts --from RECORD | html FILE | template NAME | "
                 "fix --mojibake FILE...",
    .summary = "Writes a document from a record and the facts of people.",
    .help =
        "Writes a document from a record and the facts of people, or "
        "updates the one at -o and keeps what people wrote in it. "
        "Kinds: status, incident, root-cause, success. `report template "
        "NAME` prints a built-in template, `report facts` a facts file "
        "with what the record knows filled in, `report html` a document as a "
        "page. `--report` without a kind writes the record in other "
        "formats (docs/OUTPUTS.md). `report fix` repairs documents "
        "that were written by hand.",
    .run = report_run,
    .example = "postflight report status --from out/record.json\n"
               "# with what only people know\n"
               "postflight report incident --from out/record.json --facts "
               "facts.yaml\n"
               "# a facts file to complete\n"
               "postflight report facts --from out/record.json -o facts.yaml\n"
               "# a record for Jenkins\n"
               "postflight report --from out/record.json --report "
               "junit=junit.xml\n"
               "# text that was decoded wrongly\n"
               "postflight report fix --mojibake incident.md",
    .argument = ARGUMENT_WORDS,
    .words = write_kinds,
};
