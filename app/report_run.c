/* postflight report: a document from a record, templates, and what people know.
 */
#include <string.h>

#include "app/app.h"
#include "app/change_facts.h"
#include "app/deploy_history.h"
#include "app/documents.h"
#include "app/facts_file.h"
#include "app/incident_related.h"
#include "app/outputs.h"
#include "app/picture_file.h"
#include "app/record_files.h"
#include "base/file.h"
#include "base/file_target.h"
#include "base/text.h"
#include "evidence/evidence.h"
#include "model/vocabulary.h"
#include "report/report.h"
#include "verdict/verdict.h"

#define PICTURE_IN_PAGE "picture.svg" /* nothing is loaded from it */
#define RECORDS_MAX     1000          /* of --from */

struct reporting {
    struct arena *life;
    const struct settings *settings;
    const struct notes *notes;
    struct story story;
    struct facts facts;
    struct incident incident;
    struct report_templates *templates;
    struct paging paging;   /* by an export of events */
    struct source existing; /* the document at -o */
    bool update;            /* there is one */
};

/* A document of the present is about the last record. */
static enum telling telling_of(const char *kind)
{
    return strcmp(kind, "status") == 0 || strcmp(kind, "success") == 0
               ? TELL_NOW
               : TELL_FAILURE;
}

static int read_records(struct reporting *r, const char *kind)
{
    const struct texts *from = &r->settings->from;
    struct record *all = arena_array(r->life, from->count, sizeof(*all));
    const struct record **record =
        arena_array(r->life, from->count, sizeof(const void *));
    for (size_t i = 0; i < from->count; i++) {
        int code = record_file_read(&all[i], r->life, from->item[i], r->notes);
        if (code != EXIT_VERIFIED)
            return code;
        record[i] = &all[i];
    }
    verdict_story(&r->story, r->life, record, from->count, telling_of(kind));
    return EXIT_VERIFIED;
}

/* Nothing succeeded that did not. */
static int check_kind(const struct reporting *r, const char *kind)
{
    const struct record *last = r->story.last;
    struct err e = {.set = false};
    if (strcmp(kind, "success") != 0 || verdict_is_good(last->verdict) ||
        last->verdict == VERDICT_DEGRADED)
        return EXIT_VERIFIED;
    err_set(&e, POS_NONE,
            "the verdict of this record is '%s', so it has no success to "
            "report; write a 'status', an 'incident' or a 'root-cause'",
            name_of(&verdict_names, last->verdict));
    return notes_fail(r->notes, &e, EXIT_INVALID);
}

static int read_facts(struct reporting *r)
{
    struct source *source = arena_alloc(r->life, sizeof(*source));
    int code = facts_file_read(&r->facts, source, r->life, r->settings->facts,
                               r->notes);
    return code != EXIT_VERIFIED
               ? code
               : facts_add_events(&r->facts, &r->paging, r->life,
                                  &r->settings->events, r->notes);
}

/* Facts are outputs as soon as they are written: secrets go first. */
static void redact_facts(struct reporting *r)
{
    verdict_redact_facts(&r->facts, r->life, sink_redactor(r->notes->sink));
}

/* With the times of a pager, where they fit what is known otherwise. */
static bool make_paged_incident(struct reporting *r)
{
    const struct facts said = r->facts;
    struct facts *f = &r->facts;
    struct err e = {.set = false};
    int64_t first = r->paging.paged_ms != 0 ? r->paging.paged_ms
                                            : r->paging.acknowledged_ms;
    if (first == 0)
        return false;
    f->detected_ms = f->detected_ms == 0 ? first : f->detected_ms;
    if (f->acknowledged_ms == 0)
        f->acknowledged_ms = r->paging.acknowledged_ms;
    if (verdict_story_incident(&r->incident, r->life, &r->story, f, &e))
        return true;
    *f = said;
    return false;
}

static int make_incident(struct reporting *r)
{
    struct err e = {.set = false};
    if (r->settings->facts != NULL || r->settings->events.count > 0)
        redact_facts(r);
    if (make_paged_incident(r) ||
        verdict_story_incident(&r->incident, r->life, &r->story, &r->facts, &e))
        return EXIT_VERIFIED;
    return notes_fail(r->notes, &e, EXIT_INVALID);
}

/* Earlier incidents that belong to it. */
static int read_history(struct reporting *r)
{
    const char *where = r->settings->state;
    struct history *h = NULL;
    struct err e = {.set = false};
    if (where == NULL)
        return EXIT_VERIFIED;
    bool ok = history_open_existing(&h, where, &e) &&
              incident_related_story(h, r->life, &r->story, &r->incident,
                                     &r->facts, &e);
    history_report_odd(h, r->notes);
    history_close(h);
    return ok ? EXIT_VERIFIED : notes_fail(r->notes, &e, EXIT_USAGE);
}

/* People name by its id the migration that production is at. */
static int mark_migration(struct reporting *r)
{
    struct err e = {.set = false};
    const char *id = r->facts.migration;
    if (id == NULL || evidence_mark_current(&r->story.told.evidence.git, id))
        return EXIT_VERIFIED;
    err_set(&e, POS_NONE,
            "the facts say that production is at the migration '%.100s', and "
            "%s",
            id,
            r->story.told.evidence.git.migration_count == 0
                ? "the record has none: make it with --git DIR"
                : "the record has not one of that id");
    return notes_fail(r->notes, &e, EXIT_INVALID);
}

static int open_templates(struct reporting *r)
{
    struct diags d;
    diags_init(&d, r->life);
    if (report_templates_open(&r->templates, r->life, r->settings->templates,
                              &d))
        return EXIT_VERIFIED;
    notes_diags(r->notes, &d);
    return EXIT_INVALID;
}

static bool is_page(const char *path)
{
    return path != NULL && (str_ends(str_from(path), STR(".html")) ||
                            str_ends(str_from(path), STR(".htm")));
}

/* The existing document; none: an empty file or no file. */
static int read_existing(struct reporting *r)
{
    const char *path = r->settings->output;
    struct err e = {.set = false};
    struct diags d;
    diags_init(&d, r->life);
    if (path == NULL || is_page(path) || !file_is_regular(path))
        return EXIT_VERIFIED;
    path = file_target(r->life, path);
    if (!r->settings->check && file_is_read_only(path)) {
        err_set(&e, POS_NONE,
                "%s is read-only; allow writing (chmod u+w) or choose another "
                "file",
                path);
        return notes_fail(r->notes, &e, EXIT_USAGE);
    }
    if (!file_read(&r->existing, r->life, path, FACTS_BYTES_MAX, &e))
        return notes_fail(r->notes, &e, EXIT_USAGE);
    if (str_trim(r->existing.text).len == 0)
        return EXIT_VERIFIED;
    r->update = true;
    bool ok = report_read_back(&r->facts, r->life, &r->existing, &d);
    if (d.count > 0)
        notes_diags(r->notes, &d);
    return ok ? EXIT_VERIFIED : EXIT_INVALID;
}

static void report_changes(const struct reporting *r,
                           const struct report_update *u, bool check)
{
    for (size_t i = 0; i < u->count; i++) {
        const struct block_change *c = &u->change[i];
        if (c->fate == FATE_KEPT)
            notes_line(r->notes,
                       arena_printf(r->life,
                                    "%s:%u: the block '%s' was edited by hand "
                                    "and is kept; what "
                                    "the record says now %s below it",
                                    r->existing.name, c->line, c->name,
                                    check ? "would stand" : "stands"));
        else if (check && c->fate != FATE_SAME && c->fate != FATE_LEFT_OUT)
            notes_line(r->notes,
                       arena_printf(r->life,
                                    "%s:%u: the block '%s' would be %s",
                                    r->existing.name, c->line, c->name,
                                    name_of(&block_fate_names, c->fate)));
    }
}

static int update_document(struct reporting *r, struct str fresh)
{
    bool check = r->settings->check;
    struct report_update u;
    struct err e = {.set = false};
    if (!report_update(&u, r->life, &r->existing, fresh, &e))
        return notes_fail(r->notes, &e, EXIT_INVALID);
    bool same = str_equal(u.text, r->existing.text);
    report_changes(r, &u, check);
    if (!check && !same && !notes_file(r->notes, r->existing.name, u.text, &e))
        return notes_fail(r->notes, &e, EXIT_USAGE);
    return u.kept || (check && !same) ? EXIT_FINDINGS : EXIT_VERIFIED;
}

static int write_text(const struct reporting *r, struct str text)
{
    const char *path = r->settings->output;
    struct err e = {.set = false};
    if (path != NULL && file_is_regular(path))
        path = file_target(r->life, path);
    if (path == NULL)
        notes_output(r->notes, text);
    else if (!file_make_parent(path, &e) ||
             !notes_file(r->notes, path, text, &e))
        return notes_fail(r->notes, &e, EXIT_USAGE);
    return EXIT_VERIFIED;
}

static int write_page(const struct reporting *r, struct str markdown,
                      const struct page_picture *picture)
{
    struct err e = {.set = false};
    struct str page;
    if (!report_html_pictured(&page, r->life, markdown, picture, &e))
        return notes_fail(r->notes, &e, EXIT_INVALID);
    return write_text(r, page);
}

/* The picture beside a document; a page has it within. */
static int write_picture(const struct reporting *r,
                         const struct report_inputs *in)
{
    const char *path = picture_path(r->life, r->settings->output);
    struct err e = {.set = false};
    int changed = 0;
    if (in->picture == NULL)
        return EXIT_VERIFIED;
    if (!picture_file(r->life, r->notes, in, path,
                      r->settings->check ? &changed : NULL, &e))
        return notes_fail(r->notes, &e, EXIT_USAGE);
    if (changed)
        notes_line(r->notes,
                   arena_printf(r->life, "%s: would be replaced", path));
    return changed ? EXIT_FINDINGS : EXIT_VERIFIED;
}

static int write_markdown(struct reporting *r, struct str text)
{
    if (r->update)
        return update_document(r, text);
    if (!r->settings->check)
        return write_text(r, text);
    notes_line(r->notes, arena_printf(r->life, "%s: it is not there yet",
                                      r->settings->output));
    return EXIT_FINDINGS;
}

/* The document at -o was written with one. */
static bool has_appendix(const struct reporting *r)
{
    struct str text = r->existing.text, head = STR(REPORT_APPENDIX_HEAD);
    return r->update && str_find(text, head, 0) < text.len;
}

static int write_document(struct reporting *r, const char *kind)
{
    const char *path = r->settings->output;
    bool page = is_page(path);
    struct report_inputs in = {.record = &r->story.told,
                               .facts = &r->facts,
                               .incident = &r->incident,
                               .living = path != NULL && !page,
                               .story = &r->story};
    struct page_picture picture = {.name = PICTURE_IN_PAGE};
    struct record published;
    struct facts published_facts;
    struct str text = STR_NONE;
    struct err e = {.set = false};
    in.arena = r->life;
    in.brief = !page && !r->settings->appendix && !has_appendix(r);
    if (r->settings->for_public)
        report_publish(&in, &published, &published_facts);
    else if (path != NULL)
        in.picture = page ? picture.name : picture_name(r->life, path);
    if (!report_write(&text, r->life, kind, r->templates, &in, &e))
        return notes_fail(r->notes, &e, EXIT_INVALID);
    if (page)
        return write_page(
            r, text,
            report_picture(&picture.svg, r->life, &in, true) ? &picture : NULL);
    int code = write_markdown(r, text);
    int other = code == EXIT_USAGE || code == EXIT_INVALID ||
                        !report_kind_is_incident(kind)
                    ? EXIT_VERIFIED
                    : write_picture(r, &in);
    return code != EXIT_VERIFIED ? code : other;
}

/* report facts: a facts file to complete. */
static int write_facts(struct reporting *r)
{
    struct report_inputs in = {.record = &r->story.told,
                               .facts = &r->facts,
                               .incident = &r->incident,
                               .story = &r->story};
    const char *path = r->settings->output;
    struct buf out;
    struct err e = {.set = false};
    if (path != NULL && file_is_regular(path)) {
        err_set(&e, POS_NONE, "%s exists; choose another file", path);
        return notes_fail(r->notes, &e, EXIT_USAGE);
    }
    buf_init(&out, FACTS_BYTES_MAX);
    report_facts_draft(&out, r->life, &in);
    struct str text = {buf_dup(r->life, &out), out.len};
    buf_release(&out);
    return write_text(r, text);
}

static int unknown_kind(const struct notes *n, const char *given)
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
    return notes_fail(n, &e, EXIT_USAGE);
}

/* report template NAME: a start for one's own. */
static int show_template(const struct reporting *r)
{
    const struct texts *words = &r->settings->arguments;
    const char *name = words->count == 2 ? words->item[1] : "";
    const char *text = report_template(name);
    if (text == NULL)
        return unknown_kind(r->notes, name);
    notes_output(r->notes, str_from(text));
    return EXIT_VERIFIED;
}

/* report html FILE: any document as a page. */
static int show_page(const struct reporting *r)
{
    const struct texts *words = &r->settings->arguments;
    struct source markdown;
    struct err e = {.set = false};
    if (words->count != 2) {
        err_set(&e, POS_NONE, "expected one document: report html FILE.md");
        return notes_fail(r->notes, &e, EXIT_USAGE);
    }
    if (!file_read(&markdown, r->life, words->item[1], FACTS_BYTES_MAX, &e))
        return notes_fail(r->notes, &e, EXIT_USAGE);
    const struct page_picture others = {
        .folder = file_folder(r->life, words->item[1])};
    return write_page(r, markdown.text, &others);
}

/* A record that exists already, in the formats of --report. */
static int write_formats(struct reporting *r)
{
    struct outputs outputs;
    struct err e = {.set = false};
    if (r->settings->from.count > 1)
        err_set(&e, POS_NONE,
                "--report writes one record, found %zu times --from; several "
                "records are for a kind of document",
                r->settings->from.count);
    if (e.set || !outputs_open(&outputs, r->life, r->settings, &e))
        return notes_fail(r->notes, &e, EXIT_USAGE);
    struct record record;
    int code = record_file_read_run(&record, r->life, r->settings->from.item[0],
                                    r->notes);
    if (code == EXIT_VERIFIED &&
        !outputs_write(&outputs, r->life, r->settings, r->notes, &record))
        code = EXIT_USAGE;
    return code;
}

/* A kind, a record; and --check only where blocks can be compared. */
static int check_request(const struct reporting *r, const char *kind)
{
    const struct settings *s = r->settings;
    struct err e = {.set = false};
    int known;
    if (s->arguments.count != 1 ||
        (strcmp(kind, "facts") != 0 &&
         !name_find(&report_kind_names, str_from(kind), &known) &&
         s->templates == NULL))
        return unknown_kind(r->notes, kind);
    if (s->from.count == 0)
        err_set(&e, POS_NONE,
                "--from RECORD is needed: the record.json of a run");
    else if (s->from.count > RECORDS_MAX)
        err_set(&e, POS_NONE, "%zu times --from: at most %d records",
                s->from.count, RECORDS_MAX);
    else if (is_page(s->output) && s->check)
        err_set(&e, POS_NONE,
                "--check has no effect: a page is always written as a whole; "
                "name the Markdown document");
    return e.set ? notes_fail(r->notes, &e, EXIT_USAGE) : EXIT_VERIFIED;
}

static int make_document(struct reporting *r, const char *kind)
{
    int code = check_request(r, kind);
    if (code == EXIT_VERIFIED)
        code = read_records(r, kind);
    if (code == EXIT_VERIFIED)
        code = check_kind(r, kind);
    if (code == EXIT_VERIFIED)
        code = read_facts(r);
    if (code == EXIT_VERIFIED)
        code = change_facts_fill(&r->facts, r->life, r->settings, r->notes,
                                 r->story.last);
    if (code == EXIT_VERIFIED)
        code = read_existing(r);
    if (code == EXIT_VERIFIED)
        code = make_incident(r);
    if (code == EXIT_VERIFIED)
        code = read_history(r);
    if (code == EXIT_VERIFIED)
        code = mark_migration(r);
    if (code == EXIT_VERIFIED)
        code = open_templates(r);
    if (code == EXIT_VERIFIED && strcmp(kind, "facts") == 0)
        return write_facts(r);
    return code == EXIT_VERIFIED ? write_document(r, kind) : code;
}

int report_run(struct arena *life, const struct settings *s,
               const struct notes *n)
{
    struct reporting r = {.life = life, .settings = s, .notes = n};
    const struct texts *words = &s->arguments;
    const char *kind = words->count > 0 ? words->item[0] : "";
    if (strcmp(kind, "template") == 0)
        return show_template(&r);
    if (strcmp(kind, "html") == 0)
        return show_page(&r);
    if (strcmp(kind, "actions") == 0)
        return documents_actions(life, s, n);
    if (strcmp(kind, "fix") == 0)
        return documents_fix(life, s, n);
    if (words->count == 0 && s->from.count > 0 && s->reports.count > 0)
        return write_formats(&r);
    return make_document(&r, kind);
}
