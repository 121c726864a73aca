/* postflight report: a document from an earlier run's record. */
#include <string.h>

#include "base/file.h"
#include "cli/console.h"
#include "cli/documents.h"
#include "model/vocabulary.h"
#include "report/report.h"

#define RECORD_BYTES_MAX ((size_t)256 << 20)

static int fail(const struct err *e, int code)
{
    console_error(e);
    return code;
}

static int write_document(struct arena *life, const struct options *o,
                          const struct report_kind *kind, const char *from)
{
    struct source *source = arena_alloc(life, sizeof(*source));
    struct record *record = arena_alloc(life, sizeof(*record));
    const char *path = option_text(o, OPTION_OUTPUT, NULL);
    struct str text = STR_NONE;
    struct err e = {.set = false};
    if (!file_read(source, life, from, RECORD_BYTES_MAX, &e))
        return fail(&e, EXIT_USAGE);
    if (!report_read_record(record, life, source, &e))
        return fail(&e, EXIT_INVALID);
    if (!kind->write(&text, life, record, &e))
        return fail(&e, EXIT_INVALID);
    if (path == NULL)
        console_print(text);
    else if (!file_write(path, text, &e))
        return fail(&e, EXIT_USAGE);
    return EXIT_VERIFIED;
}

static int run(struct arena *life, const struct options *o)
{
    struct err e = {.set = false};
    const char *from = option_text(o, OPTION_FROM, NULL);
    if (o->argument.count > 0 && strcmp(o->argument.item[0], "fix") == 0)
        return documents_fix(life, o);
    const struct report_kind *kind =
        o->argument.count == 1 ? report_kind_find(o->argument.item[0]) : NULL;
    if (kind == NULL) {
        struct buf known;
        buf_init(&known, 200);
        names_list(&report_kind_names, &known);
        err_set(&e, POS_NONE, "expected one kind of document: %s", known.ptr);
        buf_release(&known);
        return fail(&e, EXIT_USAGE);
    }
    if (from == NULL) {
        err_set(&e, POS_NONE,
                "--from RECORD is needed: the record.json of a "
                "run");
        return fail(&e, EXIT_USAGE);
    }
    return write_document(life, o, kind, from);
}

const struct command report_command = {
    .name = "report",
    .arguments = "KIND --from RECORD | fix --mojibake FILE...",
    .help = "Writes a document from a record. Kinds: status.\n"
            "fix repairs documents that were written by hand.",
    .options = OPTION(FROM) | OPTION(OUTPUT) | OPTION(MOJIBAKE) | OPTION(HELP),
    .run = run,
    .example = "postflight report status --from out/record.json -o status.md",
};
