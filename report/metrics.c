/* Stamps of an incident, lengths between two of them, what was deployed. */
#include "report/document.h"
#include "report/parts.h"

static bool has_stamp(const struct incident *i)
{
    for (size_t k = 0; k < INCIDENT_STAMPS; k++)
        if (i->stamp[k].time_ms != 0)
            return true;
    return false;
}

static bool has_duration(const struct incident *i)
{
    for (size_t k = 0; k < INCIDENT_DURATIONS; k++)
        if (i->duration[k].ms >= 0)
            return true;
    return false;
}

static void write_stamps(struct markdown *m, const struct incident *i)
{
    static const char *const head[] = {"Timestamp", "Time (UTC)", "Source"};
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t k = 0; k < INCIDENT_STAMPS; k++) {
        if (i->stamp[k].time_ms == 0)
            continue; /* what nobody knows needs no row */
        markdown_row(m);
        markdown_text_cell(m, i->stamp[k].name);
        markdown_code_cell(m, part_stamp(m->arena, i->stamp[k].time_ms));
        markdown_text_cell(m,
                           i->stamp[k].witness < 0
                               ? "not recorded"
                               : name_of(&witness_names, i->stamp[k].witness));
        markdown_row_end(m);
    }
    markdown_table_end(m);
}

/* Each duration names its two stamps: a reader can do the sum. */
static void write_durations(struct markdown *m, const struct incident *i)
{
    static const char *const head[] = {"Measure", "From", "To", "Duration"};
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t k = 0; k < INCIDENT_DURATIONS; k++) {
        const struct duration *d = &i->duration[k];
        if (d->ms < 0)
            continue;
        markdown_row(m);
        markdown_text_cell(m, d->name);
        markdown_text_cell(m, d->from);
        markdown_text_cell(m, d->to);
        markdown_words_cell(m, part_span(m->arena, d->ms * 1000));
        markdown_row_end(m);
    }
    markdown_table_end(m);
}

static void number_row(struct markdown *m, const char *name, const char *text,
                       const char *source)
{
    markdown_row(m);
    markdown_text_cell(m, name);
    markdown_words_cell(m, text);
    markdown_text_cell(m, source);
    markdown_row_end(m);
}

static void write_range(struct markdown *m, const struct git_evidence *g)
{
    if (g->to == NULL || g->from == NULL)
        return;
    number_row(m, "commits",
               arena_printf(m->arena, "%lld", (long long)g->commits), "git");
    number_row(m, "files", arena_printf(m->arena, "%lld", (long long)g->files),
               "git");
    number_row(m, "lines",
               arena_printf(m->arena, "%lld added, %lld deleted, net %lld",
                            (long long)g->added, (long long)g->deleted,
                            (long long)(g->added - g->deleted)),
               "git");
}

/* From the first start to the last end; while one runs nobody knows. */
static void write_runs(struct markdown *m, const struct deploy_evidence *e)
{
    int64_t last = 0;
    if (e->run_count == 0)
        return;
    number_row(m, "deployments", arena_printf(m->arena, "%zu", e->run_count),
               "runs");
    for (size_t i = 0; i < e->run_count; i++) {
        if (e->run[i].end_ms == 0)
            return;
        last = e->run[i].end_ms > last ? e->run[i].end_ms : last;
    }
    number_row(m, "first start to last end",
               part_span(m->arena, (last - e->run[0].start_ms) * 1000), "runs");
}

static void passed_row(struct markdown *m, const char *name,
                       const struct record *r)
{
    if (part_has_probed(r))
        number_row(m, name,
                   arena_printf(m->arena, "%lld of %lld passed",
                                (long long)r->production.passed,
                                (long long)r->production.total),
                   "probes");
}

static void write_numbers(struct markdown *m, const struct report_inputs *in)
{
    static const char *const head[] = {"Number", "Value", "From"};
    const struct record *r = in->record, *last = part_last(in);
    markdown_table(m, head, ARRAY_COUNT(head));
    if (part_is_history(in) && r->started_ms != last->started_ms)
        passed_row(m, "checks, at the failure", r);
    passed_row(m, "checks", last);
    write_range(m, &r->evidence.git);
    write_runs(m, &r->evidence);
    markdown_table_end(m);
}

void section_metrics(struct markdown *m, const struct report_inputs *in)
{
    part_section(m, "Metrics");
    if (has_stamp(in->incident))
        write_stamps(m, in->incident);
    if (has_duration(in->incident))
        write_durations(m, in->incident);
    write_numbers(m, in);
}
