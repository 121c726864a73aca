/* What has changed since the baseline, and how long answers take. */
#include "report/document.h"
#include "report/parts.h"

static void write_differences(struct markdown *m, const struct comparison *c)
{
    static const char *const head[] = {"Check", "Kind", "Difference", "Before",
                                       "Now"};
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < c->difference_count && i < ROWS_MAX; i++) {
        const struct difference *d = &c->difference[i];
        markdown_row(m);
        markdown_code_cell(m, d->check);
        markdown_text_cell(m, name_of(&difference_names, d->kind));
        markdown_text(m, d->gates ? ", gates" : d->worse ? ", worse" : "");
        markdown_words_cell(m, d->text);
        markdown_code_cell(m, d->before == NULL ? "none" : d->before);
        markdown_code_cell(m, d->after == NULL ? "none" : d->after);
        markdown_row_end(m);
    }
    markdown_table_end(m);
    part_more_rows(m, c->difference_count);
}

static const char *share(struct arena *a, int64_t ppm)
{
    return arena_printf(a, "%lld %%", (long long)(ppm / 10000));
}

static void write_latency(struct markdown *m, const struct comparison *c)
{
    static const char *const head[] = {
        "Check", "Latency", "n", "Median before", "Median now", "p", "Slower"};
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < c->latency_count && i < ROWS_MAX; i++) {
        const struct latency *l = &c->latency[i];
        markdown_row(m);
        markdown_code_cell(m, l->check);
        markdown_text_cell(m, name_of(&latency_state_names, l->state));
        markdown_words_cell(m, arena_printf(m->arena, "%lld and %lld",
                                            (long long)l->before_n,
                                            (long long)l->after_n));
        markdown_words_cell(m, part_span(m->arena, l->before_median_us));
        markdown_words_cell(m, part_span(m->arena, l->after_median_us));
        markdown_words_cell(m, arena_printf(m->arena, "%lld.%06lld",
                                            (long long)(l->p_ppm / 1000000),
                                            (long long)(l->p_ppm % 1000000)));
        markdown_words_cell(m, share(m->arena, l->slower_ppm));
        markdown_row_end(m);
    }
    markdown_table_end(m);
    part_more_rows(m, c->latency_count);
}

void section_comparison(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = in->record;
    const struct comparison *c = &r->comparison;
    if (c->since == NULL)
        return;
    part_section(m, "Since the baseline");
    markdown_paragraph(m);
    markdown_text(m, "Compared with ");
    markdown_code(m, c->since);
    markdown_text(m, " of ");
    markdown_code(m, part_stamp(m->arena, c->taken_ms));
    markdown_words(m, c->difference_count == 0
                          ? ": nothing differs."
                          : arena_printf(m->arena, ": %zu differences.",
                                         c->difference_count));
    markdown_end(m);
    if (c->difference_count > 0)
        write_differences(m, c);
    if (c->latency_count > 0)
        write_latency(m, c);
}
