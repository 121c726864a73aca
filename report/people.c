/* What only people know; a prompt stands where they have said nothing yet. */

#include "report/document.h"
#include "report/parts.h"

static void word_cell(struct markdown *m, const char *text)
{
    markdown_words_cell(m, text == NULL ? "unknown" : text);
}

static void note(struct markdown *m, const char *text, const char *source)
{
    markdown_item(m);
    markdown_prose(m, text);
    if (source != NULL) {
        markdown_text(m, " (");
        markdown_code(m, source);
        markdown_text(m, ")");
    }
    markdown_end(m);
}

/* What speaks against the first cause by what it is itself. */
static size_t doubt_cause(struct markdown *m, const struct report_inputs *in,
                          const struct cause *first)
{
    const struct record *r = in->record;
    size_t count = 0;
    if (first->confidence != CONFIDENCE_HIGH && ++count > 0)
        note(m,
             arena_printf(m->arena, "The confidence in the first cause is %s.",
                          name_of(&confidence_names, first->confidence)),
             NULL);
    for (size_t i = 1; i < r->logs.cause_count && i < 5; i++, count++)
        note(m,
             arena_printf(m->arena, "Another cause stands beside it: %s.",
                          part_known(first[i].title)),
             NULL);
    /* After the recovery this says nothing of the cause. */
    if (r->production.state == PRODUCTION_HEALTHY && r->episode_count == 0 &&
        in->incident->status < INCIDENT_MITIGATED && ++count > 0)
        note(m, "Production is healthy even so.", NULL);
    return count;
}

/* What we measured that the cause does not explain. */
static size_t write_measured_doubts(struct markdown *m,
                                    const struct report_inputs *in)
{
    const struct record *r = in->record;
    size_t count = 0;
    if (r->logs.cause != NULL && r->logs.cause_count > 0)
        count = doubt_cause(m, in, r->logs.cause);
    if (r->logs.unknown_count == 0)
        return count;
    note(m,
         arena_printf(m->arena, "Error lines of %zu %s have no signature.",
                      r->logs.unknown_count,
                      r->logs.unknown_count == 1 ? "kind" : "kinds"),
         NULL);
    return count + 1;
}

void section_counter_evidence(struct markdown *m,
                              const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    if (in->record->logs.cause_count == 0 && f->counter_count == 0)
        return;
    part_section(m, "Counter-evidence");
    markdown_list(m, false);
    size_t count = write_measured_doubts(m, in);
    for (size_t i = 0; i < f->counter_count && i < ROWS_MAX; i++, count++)
        note(m, f->counter[i].text, f->counter[i].source);
    if (count == 0)
        note(m, "Nothing in the record speaks against the first cause.", NULL);
    markdown_list_end(m);
}

/* What a code means stands with its cause already, when it is one. */
static const char *meaning_of(const struct findings *logs,
                              const struct finding *f)
{
    for (size_t i = 0; i < logs->cause_count && i < 5; i++)
        if (logs->cause[i].meaning != NULL &&
            logs->cause[i].signature != NULL &&
            part_same(logs->cause[i].signature, f->signature))
            return f->title;
    return f->meaning == NULL ? f->title : f->meaning;
}

void section_glossary(struct markdown *m, const struct report_inputs *in)
{
    static const char *const head[] = {"Code", "Meaning"};
    const struct findings *logs = &in->record->logs;
    bool any = false;
    for (size_t i = 0; i < logs->finding_count; i++)
        any = any || logs->finding[i].code != NULL;
    if (!any)
        return;
    part_section(m, "Error codes");
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < logs->finding_count && i < ROWS_MAX; i++) {
        const struct finding *f = &logs->finding[i];
        bool before = f->code == NULL;
        for (size_t k = 0; k < i && !before; k++)
            before = part_same(logs->finding[k].signature, f->signature);
        if (before)
            continue;
        markdown_row(m);
        markdown_code_cell(m, f->code);
        markdown_prose_cell(m, meaning_of(logs, f));
        markdown_row_end(m);
    }
    markdown_table_end(m);
}

static void write_option(struct markdown *m, const struct fact_option *o)
{
    markdown_heading(m, 3);
    markdown_words(m, o->title == NULL ? "no title" : o->title);
    markdown_text(m, o->danger != NULL ? " (dangerous)"
                     : o->recommended  ? " (recommended)"
                                       : "");
    markdown_end(m);
    if (o->danger != NULL) {
        markdown_paragraph(m);
        markdown_text(m, "Danger: ");
        markdown_prose(m, o->danger);
        markdown_end(m);
    }
    if (o->step_count == 0)
        return;
    markdown_list(m, true);
    for (size_t i = 0; i < o->step_count && i < ROWS_MAX; i++)
        markdown_prose_item(m, o->step[i]);
    markdown_list_end(m);
}

void section_options(struct markdown *m, const struct report_inputs *in)
{
    if (in->facts->option_count == 0)
        return;
    part_section(m, "Options");
    for (size_t i = 0; i < in->facts->option_count && i < 20; i++)
        write_option(m, &in->facts->option[i]);
}

/* The first cause's knowledge stands in its section already. */
void section_prevention(struct markdown *m, const struct report_inputs *in)
{
    if (in->facts->prevention_count == 0)
        return;
    part_section(m, "Prevention");
    part_items(m, in->facts->prevention, in->facts->prevention_count);
}

static void lesson(struct markdown *m, const char *heading, const char *slot,
                   const char *const *text, size_t count)
{
    markdown_heading(m, 3);
    markdown_text(m, heading);
    markdown_end(m);
    if (count > 0)
        part_items(m, text, count);
    else
        markdown_ask(m, slot, "what it was, or that there was nothing.");
}

void section_lessons(struct markdown *m, const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    part_section(m, "Lessons");
    lesson(m, "What went well", "well", f->well, f->well_count);
    lesson(m, "What went badly", "badly", f->badly, f->badly_count);
    lesson(m, "Where luck helped", "lucky", f->lucky, f->lucky_count);
}

static bool is_major(const struct result *r)
{
    return r->severity <= (int)SEVERITY_MAJOR;
}

static bool has_major(const struct record *r)
{
    for (size_t i = 0; i < r->result_count; i++)
        if (is_major(&r->result[i]))
            return true;
    return false;
}

static void write_checks(struct markdown *m, const struct record *r,
                         const struct facts *f)
{
    for (size_t i = 0, rows = 0; i < r->result_count && rows < ROWS_MAX; i++) {
        struct fact_criterion c = {.text = r->result[i].title};
        if (!is_major(&r->result[i]))
            continue;
        part_criterion(m, f, &c, &r->result[i]);
        rows++;
    }
}

void section_success_criteria(struct markdown *m,
                              const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    const struct record *r = part_last(in);
    if (f->criterion_count == 0 && !has_major(r))
        return;
    part_section(m, "Success criteria");
    markdown_list(m, false);
    for (size_t i = 0; i < f->criterion_count && i < ROWS_MAX; i++)
        part_criterion(m, f, &f->criterion[i],
                       part_check(r, f->criterion[i].check));
    if (f->criterion_count == 0)
        write_checks(m, r, f);
    markdown_list_end(m);
}

/* A claim that the last record, or the history since then, bears out. */
static bool is_verified(const struct report_inputs *in)
{
    return part_last(in)->verdict == VERDICT_VERIFIED ||
           in->incident->status >= INCIDENT_VERIFIED;
}

static void write_verifier(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = part_last(in);
    int64_t verified = in->incident->stamp[STAMP_VERIFIED].time_ms;
    markdown_row(m);
    word_cell(m, "verified by");
    word_cell(m, arena_printf(m->arena, "%s %s", part_known(r->tool.name),
                              part_known(r->tool.version)));
    part_time_cell(m, verified != 0 ? verified : r->finished_ms);
    markdown_row_end(m);
}

void section_sign_off(struct markdown *m, const struct report_inputs *in)
{
    static const char *const head[] = {"Role", "Name", "Time (UTC)"};
    const struct facts *f = in->facts;
    bool verified = is_verified(in);
    part_section(m, "Sign-off");
    if (verified || f->sign_off_count > 0)
        markdown_table(m, head, ARRAY_COUNT(head));
    if (verified)
        write_verifier(m, in);
    for (size_t i = 0; i < f->sign_off_count && i < ROWS_MAX; i++) {
        markdown_row(m);
        word_cell(m, f->sign_off[i].role);
        word_cell(m, f->sign_off[i].name);
        part_time_cell(m, f->sign_off[i].time_ms);
        markdown_row_end(m);
    }
    if (verified || f->sign_off_count > 0)
        markdown_table_end(m);
    if (f->sign_off_count == 0)
        markdown_ask(m, "sign-off", "who signs off.");
}

static void write_references(struct markdown *m, const struct facts *f)
{
    markdown_list(m, false);
    for (size_t i = 0; i < f->reference_count && i < ROWS_MAX; i++) {
        markdown_item(m);
        if (str_starts(str_from(f->reference[i]), STR("http")))
            markdown_link(m, f->reference[i]);
        else
            markdown_prose(m, f->reference[i]);
        markdown_end(m);
    }
    markdown_list_end(m);
}

void section_references(struct markdown *m, const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    if (f->reference_count == 0 && f->contributor_count == 0)
        return;
    part_section(m, "References");
    if (f->reference_count > 0)
        write_references(m, f);
    if (f->contributor_count == 0)
        return;
    markdown_paragraph(m);
    markdown_text(m, "Contributors: ");
    for (size_t i = 0; i < f->contributor_count && i < 100; i++) {
        markdown_text(m, i == 0 ? "" : ", ");
        markdown_words(m, f->contributor[i]);
    }
    markdown_text(m, ".");
    markdown_end(m);
}
