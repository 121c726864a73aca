/* postflight report: a document from a record, templates, and what people know.
 */
#include <string.h>

#include "base/file.h"
#include "base/shape_yaml.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/documents.h"
#include "cli/effect.h"
#include "cli/outputs.h"
#include "evidence/evidence.h"
#include "model/vocabulary.h"
#include "report/report.h"
#include "verdict/verdict.h"

#define RECORD_BYTES_MAX ((size_t)256 << 20)
#define FACTS_BYTES_MAX  ((size_t)4 << 20)

struct reporting {
    struct arena *life;
    const struct options *options;
    struct record record;
    struct facts facts;
    struct incident incident;
    struct report_templates *templates;
    struct source existing; /* the document at -o */
    bool update;            /* there is one */
};

static int fail(const struct err *e, int code)
{
    console_error(e);
    return code;
}

static int read_record(struct reporting *r, const char *path)
{
    struct source *source = arena_alloc(r->life, sizeof(*source));
    struct err e = {.set = false};
    if (!file_read(source, r->life, path, RECORD_BYTES_MAX, &e))
        return fail(&e, EXIT_USAGE);
    if (!report_read_record(&r->record, r->life, source, &e))
        return fail(&e, EXIT_INVALID);
    return EXIT_VERIFIED;
}

static int read_facts(struct reporting *r)
{
    const char *path = option_text(r->options, OPTION_FACTS, NULL);
    struct source *source = arena_alloc(r->life, sizeof(*source));
    const struct yaml_node *root = NULL;
    struct err e = {.set = false};
    struct diags d;
    r->facts = (struct facts){.severity = -1, .status = -1};
    if (path == NULL)
        return EXIT_VERIFIED;
    diags_init(&d, r->life);
    if (!file_read(source, r->life, path, FACTS_BYTES_MAX, &e))
        return fail(&e, EXIT_USAGE);
    if (yaml_parse(&root, r->life, source, &d) &&
        shape_read_yaml(&r->facts, r->life, &facts_shape, root, &d) &&
        diags_errors(&d) == 0)
        return EXIT_VERIFIED;
    console_diags(&d, NULL);
    return EXIT_INVALID;
}

/* Facts are outputs as soon as they are written: secrets go first. */
static void redact_facts(struct reporting *r)
{
    struct redactor *redactor = redactor_open();
    verdict_redact_facts(&r->facts, r->life, redactor);
    redactor_close(redactor);
}

static int make_incident(struct reporting *r)
{
    struct err e = {.set = false};
    if (option_text(r->options, OPTION_FACTS, NULL) != NULL)
        redact_facts(r);
    if (verdict_incident(&r->incident, r->life, &r->record, &r->facts, &e))
        return EXIT_VERIFIED;
    return fail(&e, EXIT_INVALID);
}

/* People say by id which migration production is at. */
static int mark_migration(struct reporting *r)
{
    struct err e = {.set = false};
    const char *id = r->facts.migration;
    if (id == NULL || evidence_mark_current(&r->record.evidence.git, id))
        return EXIT_VERIFIED;
    err_set(&e, POS_NONE,
            "the facts say that production is at the migration '%.100s', and "
            "%s",
            id,
            r->record.evidence.git.migration_count == 0
                ? "the record has none: make it with --git DIR"
                : "the record has not one of that id");
    return fail(&e, EXIT_INVALID);
}

static int open_templates(struct reporting *r)
{
    struct diags d;
    diags_init(&d, r->life);
    if (report_templates_open(&r->templates, r->life,
                              option_text(r->options, OPTION_TEMPLATES, NULL),
                              &d))
        return EXIT_VERIFIED;
    console_diags(&d, NULL);
    return EXIT_INVALID;
}

static bool is_page(const char *path)
{
    return path != NULL && (str_ends(str_from(path), STR(".html")) ||
                            str_ends(str_from(path), STR(".htm")));
}

/* The document that is there already; none: an empty file or no file. */
static int read_existing(struct reporting *r)
{
    const char *path = option_text(r->options, OPTION_OUTPUT, NULL);
    struct err e = {.set = false};
    struct diags d;
    diags_init(&d, r->life);
    if (path == NULL || is_page(path) || !file_is_regular(path))
        return EXIT_VERIFIED;
    if (!file_read(&r->existing, r->life, path, FACTS_BYTES_MAX, &e))
        return fail(&e, EXIT_USAGE);
    if (str_trim(r->existing.text).len == 0)
        return EXIT_VERIFIED;
    r->update = true;
    bool ok = report_read_back(&r->facts, r->life, &r->existing, &d);
    if (d.count > 0)
        console_diags(&d, NULL);
    return ok ? EXIT_VERIFIED : EXIT_INVALID;
}

static void tell_changes(const struct reporting *r,
                         const struct report_update *u, bool check)
{
    for (size_t i = 0; i < u->count; i++) {
        const struct block_change *c = &u->change[i];
        if (c->fate == FATE_KEPT)
            console_note(arena_printf(
                r->life,
                "%s:%u: the block '%s' was edited by hand and is kept; what "
                "the record says now %s below it",
                r->existing.name, c->line, c->name,
                check ? "would stand" : "stands"));
        else if (check && c->fate != FATE_SAME && c->fate != FATE_LEFT_OUT)
            console_note(arena_printf(
                r->life, "%s:%u: the block '%s' would be %s", r->existing.name,
                c->line, c->name, name_of(&block_fate_names, c->fate)));
    }
}

static int update_document(struct reporting *r, struct str fresh)
{
    bool check = option_flag(r->options, OPTION_CHECK);
    struct report_update u;
    struct err e = {.set = false};
    if (!report_update(&u, r->life, &r->existing, fresh, &e))
        return fail(&e, EXIT_INVALID);
    bool same = str_equal(u.text, r->existing.text);
    tell_changes(r, &u, check);
    if (!check && !same && !file_write(r->existing.name, u.text, &e))
        return fail(&e, EXIT_USAGE);
    return u.kept || (check && !same) ? EXIT_FINDINGS : EXIT_VERIFIED;
}

static int write_text(const char *path, struct str text)
{
    struct err e = {.set = false};
    if (path == NULL)
        console_print(text);
    else if (!file_make_parent(path, &e) || !file_write(path, text, &e))
        return fail(&e, EXIT_USAGE);
    return EXIT_VERIFIED;
}

static int write_page(struct arena *life, const char *path, struct str markdown)
{
    struct err e = {.set = false};
    struct str page;
    if (!report_html(&page, life, markdown, &e))
        return fail(&e, EXIT_INVALID);
    return write_text(path, page);
}

static int write_document(struct reporting *r, const char *kind)
{
    const char *path = option_text(r->options, OPTION_OUTPUT, NULL);
    const struct report_inputs in = {&r->record, &r->facts, &r->incident,
                                     path != NULL && !is_page(path)};
    struct str text = STR_NONE;
    struct err e = {.set = false};
    if (!report_write(&text, r->life, kind, r->templates, &in, &e))
        return fail(&e, EXIT_INVALID);
    if (r->update)
        return update_document(r, text);
    if (option_flag(r->options, OPTION_CHECK)) {
        console_note(arena_printf(r->life, "%s: it is not there yet", path));
        return EXIT_FINDINGS;
    }
    return is_page(path) ? write_page(r->life, path, text)
                         : write_text(path, text);
}

static int unknown_kind(const char *given)
{
    struct buf known;
    struct err e = {.set = false};
    struct hint near = text_hint(str_from(given), report_kind_names.name,
                                 report_kind_names.count);
    buf_init(&known, 200);
    names_list(&report_kind_names, &known);
    if (near.text[0] != '\0')
        err_set(&e, POS_NONE, "unknown kind of document '%.60s'%s (%s)", given,
                near.text, known.ptr);
    else
        err_set(&e, POS_NONE, "expected one kind of document: %s", known.ptr);
    buf_release(&known);
    return fail(&e, EXIT_USAGE);
}

/* report template NAME: a start for one's own. */
static int print_template(const struct options *o)
{
    const char *name = o->argument.count == 2 ? o->argument.item[1] : "";
    const char *text = report_template(name);
    if (text == NULL)
        return unknown_kind(name);
    console_print(str_from(text));
    return EXIT_VERIFIED;
}

/* report html FILE: any document as a page. */
static int print_page(struct arena *life, const struct options *o)
{
    struct source markdown;
    struct err e = {.set = false};
    if (o->argument.count != 2) {
        err_set(&e, POS_NONE, "expected one document: report html FILE.md");
        return fail(&e, EXIT_USAGE);
    }
    if (!file_read(&markdown, life, o->argument.item[1], FACTS_BYTES_MAX, &e))
        return fail(&e, EXIT_USAGE);
    return write_page(life, option_text(o, OPTION_OUTPUT, NULL), markdown.text);
}

/* A record that is there already, in the formats of --report. */
static int write_formats(struct reporting *r, const char *from)
{
    struct outputs outputs;
    struct err e = {.set = false};
    if (!outputs_open(&outputs, r->life, r->options, &e))
        return fail(&e, EXIT_USAGE);
    int code = read_record(r, from);
    if (code == EXIT_VERIFIED && !outputs_write(&outputs, r->life, &r->record))
        code = EXIT_USAGE;
    return code;
}

static int run(struct arena *life, const struct options *o)
{
    struct err e = {.set = false};
    struct reporting r = {.life = life, .options = o};
    const char *from = option_text(o, OPTION_FROM, NULL);
    const char *kind = o->argument.count > 0 ? o->argument.item[0] : "";
    int known;
    if (strcmp(kind, "template") == 0)
        return print_template(o);
    if (strcmp(kind, "html") == 0)
        return print_page(life, o);
    if (strcmp(kind, "fix") == 0)
        return documents_fix(life, o);
    if (o->argument.count == 0 && from != NULL && option_flag(o, OPTION_REPORT))
        return write_formats(&r, from);
    if (o->argument.count != 1 ||
        (!name_find(&report_kind_names, str_from(kind), &known) &&
         !option_flag(o, OPTION_TEMPLATES)))
        return unknown_kind(kind);
    if (from == NULL) {
        err_set(&e, POS_NONE,
                "--from RECORD is needed: the record.json of a run");
        return fail(&e, EXIT_USAGE);
    }
    if (is_page(option_text(o, OPTION_OUTPUT, NULL)) &&
        !options_refuse(o, TAKES(OPTION_CHECK),
                        "a page is always written as a whole; name the "
                        "Markdown document",
                        &e))
        return fail(&e, EXIT_USAGE);
    int code = read_record(&r, from);
    if (code == EXIT_VERIFIED)
        code = read_facts(&r);
    if (code == EXIT_VERIFIED)
        code = read_existing(&r);
    if (code == EXIT_VERIFIED)
        code = make_incident(&r);
    if (code == EXIT_VERIFIED)
        code = mark_migration(&r);
    if (code == EXIT_VERIFIED)
        code = open_templates(&r);
    return code == EXIT_VERIFIED ? write_document(&r, kind) : code;
}

static void write_kinds(struct buf *out)
{
    for (size_t i = 0; i < report_kind_names.count; i++)
        buf_printf(out, "%s ", report_kind_names.name[i]);
    buf_text(out, "html template fix");
}

const struct command report_command = {
    .name = "report",
    .arguments = "KIND --from RECORD | --from RECORD --report FORMAT=FILE | "
                 "html FILE | template NAME | "
                 "fix --mojibake FILE...",
    .summary = "Writes a document from a record and the facts of people.",
    .help = "Writes a document from a record and the facts of people, or "
            "updates the one at -o and keeps what people wrote in it. "
            "Kinds: status, incident, root-cause, success. `report template "
            "NAME` prints a built-in template, `report html` a document as a "
            "page. `--report` without a kind writes the record in other "
            "formats (docs/OUTPUTS.md). `report fix` repairs documents "
            "that were written by hand.",
    .options = TAKES(OPTION_FROM, OPTION_FACTS, OPTION_TEMPLATES, OPTION_OUTPUT,
                     OPTION_CHECK, OPTION_REPORT, OPTION_MOJIBAKE, OPTION_HELP),
    .run = run,
    .example = "postflight report status --from out/record.json\n"
               "# with what only people know\n"
               "postflight report incident --from out/record.json --facts "
               "facts.yaml\n"
               "# a record for Jenkins\n"
               "postflight report --from out/record.json --report "
               "junit=junit.xml\n"
               "# text that was decoded wrongly\n"
               "postflight report fix --mojibake incident.md",
    .argument = ARGUMENT_WORDS,
    .words = write_kinds,
};
