/* What only people know; a prompt stands where they have said nothing yet. */

#include "report/document.h"
#include "report/parts.h"

#define OTHERS_MAX 30 /* services that were not hit */

static void word_cell(struct markdown *m, const char *text)
{
    markdown_words_cell(m, text == NULL ? "unknown" : text);
}

static bool is_hit(const struct result *r)
{
    return r->status == STATUS_FAIL || r->status == STATUS_DEGRADED;
}

static void write_measured_impact(struct markdown *m, const struct record *r)
{
    size_t hit = 0;
    for (size_t i = 0; i < r->result_count; i++)
        hit += is_hit(&r->result[i]);
    markdown_paragraph(m);
    markdown_text(m, "At ");
    markdown_code(m, part_stamp(m->arena, r->started_ms));
    markdown_words(m, arena_printf(m->arena,
                                   ", %zu of %zu checked services are hit.",
                                   hit, r->result_count));
    markdown_end(m);
    if (hit == 0)
        return;
    markdown_list(m, false);
    for (size_t i = 0, rows = 0; i < r->result_count && rows < ROWS_MAX; i++) {
        if (!is_hit(&r->result[i]))
            continue;
        rows++;
        markdown_item(m);
        markdown_words(m, r->result[i].title);
        markdown_text(m, ": ");
        markdown_words(m, r->result[i].message == NULL
                              ? name_of(&status_names, r->result[i].status)
                              : r->result[i].message);
        markdown_end(m);
    }
    markdown_list_end(m);
}

static const struct result *result_of(const struct record *r, const char *title)
{
    for (size_t i = 0; title != NULL && i < r->result_count; i++)
        if (part_same(r->result[i].title, title))
            return &r->result[i];
    return NULL;
}

/* Between the two times; or so far, when the check still says so. */
static const char *impact_length(struct arena *a, const struct record *r,
                                 const struct fact_impact *one)
{
    const struct result *check = result_of(r, one->service);
    if (one->from_ms == 0)
        return NULL;
    if (one->to_ms >= one->from_ms)
        return part_span(a, (one->to_ms - one->from_ms) * 1000);
    if (one->to_ms != 0 || check == NULL || !is_hit(check) ||
        one->from_ms > r->finished_ms)
        return NULL;
    return arena_printf(a, "%s so far",
                        part_span(a, (r->finished_ms - one->from_ms) * 1000));
}

static bool is_told(const struct facts *f, const char *title)
{
    for (size_t i = 0; i < f->impact_count; i++)
        if (f->impact[i].service != NULL &&
            part_same(f->impact[i].service, title))
            return true;
    return false;
}

/* The others are told when each that was hit is one that was checked. */
static bool tells_all(const struct record *r, const struct facts *f)
{
    size_t told = 0;
    for (size_t i = 0; i < r->result_count; i++)
        told += is_told(f, r->result[i].title);
    return told == f->impact_count && r->result_count <= OTHERS_MAX;
}

static void write_other(struct markdown *m, const struct result *r)
{
    markdown_row(m);
    word_cell(m, r->title);
    word_cell(m, is_hit(r) ? "its check fails" : "none");
    word_cell(m, is_hit(r) ? "unknown" : "none");
    word_cell(m, is_hit(r) ? "unknown" : "none");
    word_cell(m, is_hit(r) ? "unknown" : "none");
    markdown_row_end(m);
}

static void write_impacts(struct markdown *m, const struct record *r,
                          const struct facts *f)
{
    static const char *const head[] = {"Service", "Impact", "From", "To",
                                       "Duration"};
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < f->impact_count && i < ROWS_MAX; i++) {
        const struct fact_impact *one = &f->impact[i];
        markdown_row(m);
        word_cell(m, one->service);
        word_cell(m, one->text);
        part_time_cell(m, one->from_ms);
        part_time_cell(m, one->to_ms);
        word_cell(m, impact_length(m->arena, r, one));
        markdown_row_end(m);
    }
    for (size_t i = 0; tells_all(r, f) && i < r->result_count; i++)
        if (!is_told(f, r->result[i].title))
            write_other(m, &r->result[i]);
    markdown_table_end(m);
}

void section_impact(struct markdown *m, const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    part_section(m, "Impact");
    write_measured_impact(m, in->record);
    if (f->user_impact == NULL) {
        markdown_ask(m, "user-impact", "what users saw, in numbers.");
    } else {
        markdown_prose_paragraph(m, f->user_impact);
    }
    if (f->impact_count == 0)
        return;
    write_impacts(m, in->record, f);
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
static size_t doubt_cause(struct markdown *m, const struct record *r,
                          const struct cause *first)
{
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
    if (r->production.state == PRODUCTION_HEALTHY && ++count > 0)
        note(m, "Production is healthy all the same.", NULL);
    return count;
}

/* What we measured that the cause does not explain. */
static size_t write_measured_doubts(struct markdown *m, const struct record *r)
{
    size_t count = 0;
    if (r->logs.cause != NULL && r->logs.cause_count > 0)
        count = doubt_cause(m, r, r->logs.cause);
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
    size_t count = write_measured_doubts(m, in->record);
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
    if (f->criterion_count == 0 && !has_major(in->record))
        return;
    part_section(m, "Success criteria");
    markdown_list(m, false);
    for (size_t i = 0; i < f->criterion_count && i < ROWS_MAX; i++)
        part_criterion(m, f, &f->criterion[i],
                       part_check(in->record, f->criterion[i].check));
    if (f->criterion_count == 0)
        write_checks(m, in->record, f);
    markdown_list_end(m);
}

void section_sign_off(struct markdown *m, const struct report_inputs *in)
{
    static const char *const head[] = {"Role", "Name", "Time (UTC)"};
    const struct facts *f = in->facts;
    part_section(m, "Sign-off");
    markdown_table(m, head, ARRAY_COUNT(head));
    markdown_row(m);
    word_cell(m, "verified by");
    word_cell(m,
              arena_printf(m->arena, "%s %s", part_known(in->record->tool.name),
                           part_known(in->record->tool.version)));
    part_time_cell(m, in->record->finished_ms);
    markdown_row_end(m);
    for (size_t i = 0; i < f->sign_off_count && i < ROWS_MAX; i++) {
        markdown_row(m);
        word_cell(m, f->sign_off[i].role);
        word_cell(m, f->sign_off[i].name);
        part_time_cell(m, f->sign_off[i].time_ms);
        markdown_row_end(m);
    }
    markdown_table_end(m);
    if (f->sign_off_count == 0)
        markdown_ask(m, "sign-off", "who stands for it.");
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
