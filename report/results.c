/* What each check found: facts, hops, expectations, the body. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "model/version.h"
#include "report/document.h"
#include "report/parts.h"

/* A section of its own: what failed, or passed on a way worth showing. */
static bool has_section(const struct result *r)
{
    return r->status != STATUS_PASS || r->flaky || r->step_count > 0;
}

/* It passed, and its response has more to show than a row does. */
static bool has_response(const struct result *r)
{
    return !has_section(r) && (r->identity_asked || r->hop_count > 0 ||
                               json_is_media_type(r->content_type));
}

static void write_expectations(struct markdown *m, const struct result *r)
{
    static const char *const head[] = {"Expectation", "Result", "Found"};
    if (r->expectation_count == 0)
        return;
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < r->expectation_count; i++) {
        const struct expectation *e = &r->expectation[i];
        markdown_row(m);
        markdown_code_cell(m, e->text);
        markdown_text_cell(m, name_of(&status_names, e->status));
        markdown_code_cell(m, e->observed);
        markdown_row_end(m);
    }
    markdown_table_end(m);
}

static void write_attempts(struct markdown *m, const struct result *r)
{
    if (r->attempts < 2)
        return;
    part_field(m, "Attempts:");
    markdown_words(m, arena_printf(m->arena, "%lld", (long long)r->attempts));
    for (size_t i = 0; i < r->reason_count; i++) {
        const struct try_reason *t = &r->reason[i];
        markdown_words(
            m, arena_printf(m->arena, "%s%lld times %s", i == 0 ? "; " : ", ",
                            (long long)t->count, part_known(t->reason)));
        markdown_text(m, ", last at ");
        markdown_code(m, part_stamp(m->arena, t->last_ms));
    }
    markdown_end(m);
}

static void write_hops(struct markdown *m, const struct result *r)
{
    static const char *const head[] = {"Hop", "Status", "Time", "Answered by"};
    if (r->hop_count == 0)
        return;
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < r->hop_count; i++) {
        const struct hop *h = &r->hop[i];
        markdown_row(m);
        markdown_code_cell(m, h->url);
        markdown_words_cell(
            m, arena_printf(m->arena, "%lld", (long long)h->status));
        markdown_words_cell(m, part_span(m->arena, h->duration_us));
        markdown_words_cell(m, h->address == NULL ? "unknown" : h->address);
        markdown_row_end(m);
    }
    markdown_table_end(m);
}

static void write_steps(struct markdown *m, const struct result *r)
{
    static const char *const head[] = {"Step", "Result", "Status", "Time",
                                       "Asked"};
    if (r->step_count == 0)
        return;
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < r->step_count; i++) {
        const struct step *s = &r->step[i];
        bool asked = s->status != STATUS_SKIPPED;
        markdown_row(m);
        markdown_words_cell(m, s->title);
        markdown_text_cell(m, name_of(&status_names, s->status));
        markdown_words_cell(
            m, s->http_status == 0
                   ? "none"
                   : arena_printf(m->arena, "%lld", (long long)s->http_status));
        markdown_words_cell(m, asked ? part_span(m->arena, s->duration_us)
                                     : "none");
        markdown_code_cell(m, s->url);
        markdown_row_end(m);
    }
    markdown_table_end(m);
}

static void write_facts(struct markdown *m, const struct result *r)
{
    markdown_list(m, false);
    part_field(m, "Result:");
    markdown_text(m, name_of(&status_names, r->status));
    markdown_text(m, r->flaky ? ", flaky" : "");
    markdown_text(m, r->insecure ? ", any certificate accepted" : "");
    if (r->cause >= 0) {
        markdown_text(m, ", cause ");
        markdown_text(m, name_of(&cause_names, r->cause));
        if (r->cause != CAUSE_ASSERTION && r->phase >= 0) {
            markdown_text(m, " in phase ");
            markdown_text(m, name_of(&phase_names, r->phase));
        }
    }
    markdown_text(m, ", severity ");
    markdown_text(m, name_of(&severity_names, r->severity));
    markdown_end(m);
    if (r->message != NULL) {
        part_field(m, "Message:");
        markdown_words(m, r->message);
        markdown_end(m);
    }
    write_attempts(m, r);
    part_field(m, "Asked:");
    markdown_code(m, r->url);
    markdown_text(m, " at ");
    markdown_code(m, part_stamp(m->arena, r->started_ms));
    if (r->address != NULL) {
        markdown_text(m, ", answered by ");
        markdown_code(m, r->address);
    }
    markdown_text(m, " in ");
    markdown_words(m, part_span(m->arena, r->duration_us));
    markdown_end(m);
    if (r->identity != NULL) {
        part_field(m, "Build:");
        markdown_code(m, version_short(m->arena, r->identity));
        markdown_end(m);
    }
    part_field(m, "Defined in:");
    markdown_code(m, r->at);
    markdown_end(m);
    markdown_list_end(m);
}

static void write_result(struct markdown *m, const char *title,
                         const struct result *r)
{
    markdown_heading(m, 3);
    markdown_words(m, title);
    markdown_end(m);
    write_facts(m, r);
    write_steps(m, r);
    write_hops(m, r);
    write_expectations(m, r);
    if (r->body != NULL)
        markdown_fence(m, json_is_media_type(r->content_type) ? "json" : "text",
                       str_from(r->body));
    if (r->status != STATUS_PASS && r->reproduce != NULL)
        markdown_fence(m, "sh", str_from(r->reproduce));
}

/* How it is known that it passed: the build that responded, or how soon. */
static const char *short_result(struct arena *a, const struct result *r)
{
    const char *took = part_span(a, r->duration_us);
    const char *build =
        r->identity == NULL
            ? ""
            : arena_printf(a, ", build %s", version_short(a, r->identity));
    return r->http_status == 0
               ? arena_printf(a, "%s%s", took, build)
               : arena_printf(a, "HTTP %lld in %s%s", (long long)r->http_status,
                              took, build);
}

/* Passing checks, one row each: what was expected and found is elsewhere. */
static void write_others(struct markdown *m, const struct record *r)
{
    static const char *const head[] = {"Check", "Response", "Probed (UTC)",
                                       "Expectations that passed"};
    size_t count = 0;
    for (size_t i = 0; i < r->result_count; i++)
        count += !has_section(&r->result[i]);
    if (count == 0)
        return;
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0, rows = 0; i < r->result_count; i++) {
        const struct result *one = &r->result[i];
        if (has_section(one) || rows++ >= ROWS_MAX)
            continue;
        markdown_row(m);
        markdown_words_cell(m, one->title);
        markdown_words_cell(m, short_result(m->arena, one));
        markdown_words_cell(
            m, part_clock(m->arena, one->started_ms, r->started_ms));
        markdown_cell(m);
        markdown_text(m, one->expectation_count == 0 ? "none" : "");
        for (size_t k = 0; k < one->expectation_count; k++) {
            markdown_text(m, k == 0 ? "" : ", ");
            markdown_code(m, one->expectation[k].text);
        }
        markdown_row_end(m);
    }
    markdown_table_end(m);
    part_more_rows(m, count);
}

static void write_left(struct markdown *m, size_t left)
{
    if (left > 0)
        markdown_words_paragraph(
            m, arena_printf(m->arena,
                            "%zu more checks with details are in the record.",
                            left));
}

/* Of another time than the verification: it shows how the check fails now. */
static bool is_of_last(const struct report_inputs *in, const struct result *r)
{
    const struct result *now = part_check(part_last(in), r->id);
    return now != NULL && now->started_ms == r->started_ms &&
           now->status == r->status;
}

/* Not the title that it has in the verification. */
static const char *title_then(struct arena *a, const struct result *r)
{
    return arena_printf(a, "%s at %s UTC", part_known(r->title),
                        part_clock(a, r->started_ms, r->started_ms));
}

/* The checks that failed, as they were then. */
void section_failures(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = in->record;
    size_t written = 0, left = 0;
    for (size_t i = 0; part_is_history(in) && i < r->result_count; i++) {
        const struct result *one = &r->result[i];
        bool failed =
            one->status == STATUS_FAIL || one->status == STATUS_DEGRADED;
        if (!failed || is_of_last(in, one))
            continue;
        if (written == 0)
            part_section(m, "Failed checks");
        if (written < DETAILS_MAX)
            write_result(m, title_then(m->arena, one), one);
        left += written++ >= DETAILS_MAX;
    }
    write_left(m, left);
}

void section_results(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = part_last(in);
    size_t written = 0, left = 0;
    part_section(m, "Verification");
    if (r->result_count == 0)
        markdown_words_paragraph(m, "No check was probed.");
    for (size_t i = 0; i < r->result_count; i++) {
        if (!has_section(&r->result[i]))
            continue;
        if (written < DETAILS_MAX) {
            write_result(m, r->result[i].title, &r->result[i]);
            written++;
        } else {
            left++;
        }
    }
    write_others(m, r);
    write_left(m, left);
}

void section_responses(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = part_last(in);
    size_t written = 0, left = 0;
    for (size_t i = 0; i < r->result_count; i++) {
        if (!has_response(&r->result[i]))
            continue;
        if (written == 0)
            part_section(m, "Responses");
        if (written < DETAILS_MAX)
            write_result(m, r->result[i].title, &r->result[i]);
        left += written++ >= DETAILS_MAX;
    }
    write_left(m, left);
}
