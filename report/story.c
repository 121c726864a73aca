/* How it came about and what was done about it, as people tell it. */
#include <string.h>

#include "model/version.h"
#include "report/document.h"
#include "report/parts.h"

static void heading(struct markdown *m, const char *text, const char *otherwise)
{
    markdown_heading(m, 3);
    markdown_words(m, text == NULL ? otherwise : text);
    markdown_end(m);
}

static void paragraph(struct markdown *m, const char *lead, const char *text)
{
    if (text == NULL)
        return;
    markdown_paragraph(m);
    markdown_strong(m, lead);
    markdown_text(m, " ");
    markdown_prose(m, text);
    markdown_end(m);
}

static void texts(struct markdown *m, const char *lead, const char *const *text,
                  size_t count)
{
    if (count == 0)
        return;
    if (lead != NULL) {
        markdown_paragraph(m);
        markdown_strong(m, lead);
        markdown_end(m);
    }
    part_items(m, text, count);
}

/* The name of a language for readers that colour code: one of ours. */
static const char *language_of(const char *named, const char *file)
{
    static const struct {
        const char *ending, *language;
    } known[] = {{".yaml", "yaml"}, {".yml", "yaml"},     {".json", "json"},
                 {".py", "python"}, {".cs", "csharp"},    {".sql", "sql"},
                 {".ts", "ts"},     {".js", "js"},        {".rb", "ruby"},
                 {".sh", "sh"},     {".prisma", "prisma"}};
    const char *ending = file == NULL ? NULL : strrchr(file, '.');
    for (size_t i = 0; i < ARRAY_COUNT(known); i++)
        if (named != NULL
                ? strcmp(named, known[i].language) == 0
                : ending != NULL && strcmp(ending, known[i].ending) == 0)
            return known[i].language;
    return "text";
}

static void place(struct markdown *m, const char *file, const char *lines)
{
    markdown_code(
        m, lines == NULL ? file : arena_printf(m->arena, "%s:%s", file, lines));
}

static void write_code(struct markdown *m, const char *lead,
                       const char *language, const char *code)
{
    if (code == NULL)
        return;
    if (lead != NULL) {
        markdown_paragraph(m);
        markdown_strong(m, lead);
        markdown_end(m);
    }
    markdown_fence(m, language, str_from(code));
}

static void write_excerpt(struct markdown *m, const struct fact_excerpt *e)
{
    markdown_paragraph(m);
    if (e->text != NULL)
        markdown_prose(m, e->text);
    if (e->file != NULL) {
        markdown_text(m, e->text == NULL ? "" : " ");
        place(m, e->file, e->lines);
    }
    if (e->text == NULL && e->file == NULL)
        markdown_text(m, "Somewhere:");
    markdown_end(m);
    write_code(m, NULL, language_of(e->language, e->file), e->code);
}

void section_mechanism(struct markdown *m, const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    if (f->mechanism_count + f->excerpt_count == 0)
        return;
    part_section(m, "How it happened");
    if (f->mechanism_count > 0)
        markdown_list(m, true);
    for (size_t i = 0; i < f->mechanism_count && i < ROWS_MAX; i++) {
        const struct fact_note *n = &f->mechanism[i];
        markdown_item(m);
        markdown_prose(m, n->text);
        if (n->source != NULL) {
            markdown_text(m, " (");
            markdown_code(m, n->source);
            markdown_text(m, ")");
        }
        markdown_end(m);
    }
    if (f->mechanism_count > 0)
        markdown_list_end(m);
    for (size_t i = 0; i < f->excerpt_count && i < 50; i++)
        write_excerpt(m, &f->excerpt[i]);
}

void section_hypotheses(struct markdown *m, const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    if (f->hypothesis_count == 0)
        return;
    part_section(m, "Hypotheses");
    for (size_t i = 0; i < f->hypothesis_count && i < 20; i++) {
        const struct fact_hypothesis *h = &f->hypothesis[i];
        heading(m, h->text, "not told");
        texts(m, "For", h->pro, h->pro_count);
        texts(m, "Against", h->contra, h->contra_count);
    }
}

/* A commit that the record has; NULL: it has none of that name. */
static const struct commit *commit_of(const struct record *r, const char *sha)
{
    for (size_t i = 0; sha != NULL && i < r->commit_count; i++)
        if (version_matches(sha, r->commit[i].sha))
            return &r->commit[i];
    return NULL;
}

static void write_change_facts(struct markdown *m, const struct record *r,
                               const struct fact_change *c)
{
    const struct commit *commit = commit_of(r, c->commit);
    if (c->commit == NULL && c->file == NULL)
        return;
    markdown_list(m, false);
    if (c->commit != NULL) {
        part_field(m, "Commit:");
        markdown_code(m,
                      arena_printf(m->arena, "%.10s",
                                   commit == NULL ? c->commit : commit->sha));
        markdown_text(m, " ");
        markdown_words(m, commit == NULL            ? "(not in this record)"
                          : commit->subject == NULL ? ""
                                                    : commit->subject);
        markdown_end(m);
    }
    if (c->file != NULL) {
        part_field(m, "File:");
        place(m, c->file, c->lines);
        markdown_end(m);
    }
    markdown_list_end(m);
}

void section_changes(struct markdown *m, const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    if (f->resolution == NULL && f->change_count == 0 && !in->asks)
        return;
    part_section(m, "What was changed");
    if (f->resolution == NULL && f->change_count == 0)
        markdown_ask(m, "changes", "what ended it.");
    if (f->resolution != NULL)
        markdown_prose_paragraph(m, f->resolution);
    for (size_t i = 0; i < f->change_count && i < 50; i++) {
        const struct fact_change *c = &f->change[i];
        heading(m, c->text, "A change");
        write_change_facts(m, in->record, c);
        write_code(m, "Before", language_of(NULL, c->file), c->before);
        write_code(m, "After", language_of(NULL, c->file), c->after);
        texts(m, c->before == NULL && c->after == NULL ? NULL : "Why each part",
              c->point, c->point_count);
        paragraph(m, "Effect:", c->effect);
    }
}

/* The newest commit of the record that touches a file, or NULL. */
static const struct commit *toucher_of(const struct record *r, const char *file)
{
    for (size_t i = 0; file != NULL && i < r->commit_count; i++)
        for (size_t k = 0; k < r->commit[i].file_count; k++)
            if (part_same(r->commit[i].file[k].path, file))
                return &r->commit[i];
    return NULL;
}

static void write_measure_state(struct markdown *m,
                                const struct report_inputs *in,
                                const struct fact_measure *measure)
{
    const struct result *result = part_check(part_last(in), measure->check);
    const struct commit *commit = toucher_of(in->record, measure->file);
    markdown_cell(m);
    if (result != NULL) {
        markdown_text(m, name_of(&status_names, result->status));
        markdown_text(m, ", ");
        markdown_code(m, result->id);
    } else if (measure->check != NULL) {
        markdown_text(m, "check not in this record");
    } else if (commit != NULL) {
        markdown_text(m, "in ");
        markdown_code(m, arena_printf(m->arena, "%.10s", commit->sha));
    } else {
        markdown_text(m, measure->file == NULL ? "told by people"
                                               : "not in these commits");
    }
}

void section_measures(struct markdown *m, const struct report_inputs *in)
{
    static const char *const head[] = {"Safeguard", "State", "File"};
    const struct facts *f = in->facts;
    if (f->measure_count == 0)
        return;
    part_section(m, "Safeguards");
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < f->measure_count && i < ROWS_MAX; i++) {
        const struct fact_measure *one = &f->measure[i];
        markdown_row(m);
        markdown_prose_cell(m, one->text);
        write_measure_state(m, in, one);
        markdown_cell(m);
        if (one->file == NULL)
            markdown_text(m, "none");
        else
            markdown_code(m, one->file);
        markdown_row_end(m);
    }
    markdown_table_end(m);
}

void section_risks(struct markdown *m, const struct report_inputs *in)
{
    static const char *const head[] = {"Risk", "Before", "After"};
    const struct facts *f = in->facts;
    if (f->risk_count == 0)
        return;
    part_section(m, "Risks");
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < f->risk_count && i < ROWS_MAX; i++) {
        const struct fact_risk *one = &f->risk[i];
        markdown_row(m);
        markdown_prose_cell(m, one->text);
        markdown_prose_cell(m, one->before == NULL ? "nothing" : one->before);
        markdown_prose_cell(m, one->after == NULL ? "nothing" : one->after);
        markdown_row_end(m);
    }
    markdown_table_end(m);
}

void section_documents(struct markdown *m, const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    if (f->document_count == 0)
        return;
    part_section(m, "Related documents");
    markdown_list(m, false);
    for (size_t i = 0; i < f->document_count && i < ROWS_MAX; i++) {
        const struct fact_document *one = &f->document[i];
        markdown_item(m);
        markdown_link(m, one->path == NULL ? "no path" : one->path);
        if (one->text != NULL) {
            markdown_text(m, ": ");
            markdown_prose(m, one->text);
        }
        markdown_end(m);
    }
    markdown_list_end(m);
}
