/* The root cause section: evidence, chain, reasons, ways out, what else. */
#include "report/document.h"
#include "report/parts.h"

#define CAUSES_MAX 5

static void title(struct markdown *m, int level, const char *text)
{
    markdown_heading(m, level);
    markdown_text(m, text);
    markdown_end(m);
}

static void lead(struct markdown *m, const char *text)
{
    markdown_paragraph(m);
    markdown_strong(m, text);
    markdown_end(m);
}

static void write_texts(struct markdown *m, const char *heading,
                        const char *const *text, size_t count)
{
    if (count == 0)
        return;
    lead(m, heading);
    markdown_list(m, false);
    for (size_t i = 0; i < count; i++)
        markdown_prose_item(m, text[i]);
    markdown_list_end(m);
}

static void write_evidence(struct markdown *m, const struct cause *c)
{
    struct buf text;
    if (c->evidence_count == 0)
        return;
    buf_init(&text, (size_t)64 * 1024);
    for (size_t i = 0; i < c->evidence_count; i++)
        buf_printf(&text, "%s:%lld: %s\n", part_known(c->evidence[i].file),
                   (long long)c->evidence[i].line,
                   part_known(c->evidence[i].text));
    markdown_fence(m, "text", buf_view(&text));
    buf_release(&text);
}

static void write_chain(struct markdown *m, const struct cause *c)
{
    if (c->chain_count < 2)
        return;
    lead(m, "From the first error to its consequences");
    markdown_list(m, true);
    for (size_t i = 0; i < c->chain_count; i++) {
        const struct chain_link *l = &c->chain[i];
        markdown_item(m);
        markdown_words(m, l->text);
        markdown_text(m, ", ");
        markdown_code(m, arena_printf(m->arena, "%s:%lld", part_known(l->file),
                                      (long long)l->line));
        markdown_text(m, ", ");
        markdown_text(m, name_of(&role_names, l->role));
        markdown_end(m);
    }
    markdown_list_end(m);
}

static bool has_remedy(const struct cause *c, bool dangerous)
{
    for (size_t i = 0; i < c->remedy_count; i++)
        if ((c->remedy[i].danger != NULL) == dangerous)
            return true;
    return false;
}

static void write_remedies(struct markdown *m, const struct cause *c,
                           bool dangerous)
{
    if (!has_remedy(c, dangerous))
        return;
    lead(m, dangerous ? "Dangerous" : "Fix");
    markdown_list(m, false);
    for (size_t i = 0; i < c->remedy_count; i++) {
        const struct remedy *r = &c->remedy[i];
        if ((r->danger != NULL) != dangerous)
            continue;
        markdown_item(m);
        markdown_prose(m, r->text);
        if (r->command != NULL) {
            markdown_text(m, " ");
            markdown_code(m, r->command);
        }
        if (r->danger != NULL) {
            markdown_text(m, " Danger: ");
            markdown_prose(m, r->danger);
        }
        markdown_end(m);
    }
    markdown_list_end(m);
}

static void write_links(struct markdown *m, const struct cause *c)
{
    if (c->link_count == 0)
        return;
    lead(m, "Documentation");
    markdown_list(m, false);
    for (size_t i = 0; i < c->link_count; i++) {
        markdown_item(m);
        markdown_link(m, c->link[i]);
        markdown_end(m);
    }
    markdown_list_end(m);
}

/* What an earlier deploy logged is shown, and nothing is to be done. */
static void write_earlier(struct markdown *m, const struct cause *c)
{
    static const char said[] = "from an earlier deploy: "; /* by the scan */
    const char *title = part_known(c->title);
    if (str_starts(str_from(title), str_from(said)))
        title += sizeof(said) - 1;
    markdown_heading(m, 3);
    markdown_words(m,
                   arena_printf(m->arena, "From an earlier deploy: %s", title));
    markdown_end(m);
    write_evidence(m, c);
    write_texts(m, "Why this is not the cause", c->reason, c->reason_count);
}

static bool has_command(const struct cause *c)
{
    for (size_t i = 0; i < c->remedy_count; i++)
        if (c->remedy[i].danger == NULL && c->remedy[i].command != NULL)
            return true;
    return false;
}

/* While there is something to fix; afterwards, where there are commands that
 * are copied when it happens again. The dangerous ones are listed where they
 * are explained. */
static void write_warning(struct markdown *m, const struct report_inputs *in,
                          const struct cause *c)
{
    if (!has_remedy(c, true) || !has_remedy(c, false) ||
        (part_is_over(in) && !has_command(c)))
        return;
    markdown_words_paragraph(
        m, arena_printf(m->arena, "Warning: %s. %s.",
                        part_is_over(in)
                            ? "take a backup before any of this is done again"
                            : "take a backup first",
                        in->brief ? "The appendix lists what is dangerous"
                                  : "What is dangerous is listed under About "
                                    "the cause"));
}

static void write_cause(struct markdown *m, const struct report_inputs *in,
                        const struct cause *c)
{
    if (c->earlier) {
        write_earlier(m, c);
        return;
    }
    markdown_heading(m, 3);
    markdown_words(m, c->title);
    markdown_end(m);
    markdown_paragraph(m);
    markdown_text(m, "Confidence: ");
    markdown_text(m, name_of(&confidence_names, c->confidence));
    if (c->signature != NULL || c->proof != NULL) {
        markdown_text(m, c->proof != NULL ? ". Evidence: " : ". Signature: ");
        markdown_code(m, c->proof != NULL ? c->proof : c->signature);
    }
    markdown_end(m);
    write_evidence(m, c);
    if (c->elsewhere != NULL) {
        markdown_paragraph(m);
        markdown_strong(m, "Where to look:");
        markdown_text(m, " ");
        markdown_prose(m, c->elsewhere);
        markdown_end(m);
    }
    write_chain(m, c);
    if (c->rollback_why != NULL && c->recovered == NULL)
        markdown_prose_paragraph(m, arena_printf(m->arena, "A rollback %s: %s.",
                                                 rollback_words(c->rollback),
                                                 c->rollback_why));
    write_remedies(m, c, false);
    write_warning(m, in, c);
}

/* What a reader needs to check it, apart from what is known and to be done. */
static void write_details(struct markdown *m, const struct cause *c)
{
    markdown_heading(m, 3);
    markdown_words(m, c->title);
    markdown_end(m);
    if (c->meaning != NULL)
        markdown_prose_paragraph(m, c->meaning);
    write_texts(m, "Why this is the cause", c->reason, c->reason_count);
    write_texts(m, "To confirm", c->confirm, c->confirm_count);
    write_remedies(m, c, true);
    write_texts(m, "Prevention", c->prevention, c->prevention_count);
    write_links(m, c);
}

static bool has_details(const struct cause *c)
{
    return !c->earlier && (c->meaning != NULL || c->reason_count > 0 ||
                           c->confirm_count > 0 || c->remedy_count > 0 ||
                           c->prevention_count > 0 || c->link_count > 0);
}

void section_cause_details(struct markdown *m, const struct report_inputs *in)
{
    const struct findings *f = &in->record->logs;
    bool any = false;
    for (size_t i = 0; i < f->cause_count && i < CAUSES_MAX; i++) {
        if (!has_details(&f->cause[i]))
            continue;
        if (!any)
            part_section(m, "About the cause");
        any = true;
        write_details(m, &f->cause[i]);
    }
}

/* How much was looked at, where none of it shows a cause. */
static const char *what_was_read(struct markdown *m, const struct record *r)
{
    const struct deploy_evidence *e = &r->evidence;
    if (r->environment.log_count > 0)
        return r->logs.coverage.lines == 0
                   ? "The log is empty."
                   : arena_printf(m->arena, "No known failure in %lld lines.",
                                  (long long)r->logs.coverage.lines);
    if (e->git.edit_count > 0)
        return arena_printf(
            m->arena,
            "Not known. Git shows %zu %s of migrations after they had been "
            "added; see Migrations.",
            e->git.edit_count, e->git.edit_count == 1 ? "change" : "changes");
    if (e->git.to != NULL || e->run_count > 0)
        return arena_printf(m->arena,
                            "Not known: no cause is seen in %s, and no log was "
                            "given.",
                            e->git.to == NULL   ? "the list of runs"
                            : e->run_count == 0 ? "git"
                                                : "git and the list of "
                                                  "runs");
    return "No log was given.";
}

static void write_nothing(struct markdown *m, const struct record *r)
{
    markdown_words_paragraph(m, what_was_read(m, r));
}

static void write_unknown(struct markdown *m, const struct record *r)
{
    static const char *const head[] = {"Count", "First", "Line"};
    if (r->logs.unknown_count == 0)
        return;
    title(m, 3, "Errors without a signature");
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < r->logs.unknown_count && i < 20; i++) {
        const struct cluster *u = &r->logs.unknown[i];
        markdown_row(m);
        markdown_words_cell(
            m, arena_printf(m->arena, "%lld", (long long)u->count));
        markdown_code_cell(m, arena_printf(m->arena, "%s:%lld",
                                           part_known(u->first.file),
                                           (long long)u->first.line));
        markdown_code_cell(m, u->sample);
        markdown_row_end(m);
    }
    markdown_table_end(m);
}

void section_causes(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = in->record;
    size_t found = r->logs.cause_count + r->logs.unknown_count +
                   r->evidence.git.edit_count;
    bool empty = r->environment.log_count > 0 && r->logs.coverage.lines == 0;
    if (found == 0 && !empty && verdict_is_good(r->verdict))
        return; /* nothing broke */
    part_section(m, "Root cause");
    if (r->logs.cause_count == 0)
        write_nothing(m, r);
    for (size_t i = 0; i < r->logs.cause_count && i < CAUSES_MAX; i++)
        write_cause(m, in, &r->logs.cause[i]);
    write_unknown(m, r);
}
