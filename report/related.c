/* Other incidents, and how many there were in what time. */
#include "report/document.h"
#include "report/parts.h"

#define HOUR_MS INT64_C(3600000)

static void write_related(struct markdown *m, const struct fact_related *r)
{
    markdown_item(m);
    markdown_words(m, r->id == NULL ? "no id" : r->id);
    if (r->time_ms != 0) {
        markdown_text(m, " ");
        markdown_code(m, part_stamp(m->arena, r->time_ms));
    }
    if (r->text != NULL) {
        markdown_text(m, ": ");
        markdown_prose(m, r->text);
    }
    if (r->state != NULL) {
        markdown_text(m, "; ");
        markdown_words(m, r->state);
    }
    if (r->link != NULL) {
        markdown_text(m, " ");
        markdown_link(m, r->link);
    }
    markdown_end(m);
}

static const char *ordinal(struct arena *a, size_t n)
{
    static const char *const end[] = {"th", "st", "nd", "rd"};
    bool teen = n % 100 >= 11 && n % 100 <= 13;
    return arena_printf(a, "%zu%s", n, end[!teen && n % 10 <= 3 ? n % 10 : 0]);
}

/* This one and those that began before it, not longer ago than that. */
static size_t count_within(const struct facts *f, int64_t began_ms,
                           int64_t window_ms)
{
    size_t count = 1;
    for (size_t i = 0; i < f->related_count; i++) {
        int64_t time_ms = f->related[i].time_ms;
        count += time_ms != 0 && time_ms <= began_ms &&
                 began_ms - time_ms <= window_ms;
    }
    return count;
}

/* "4th in 24 hours": a longer window is told when it has more of them. */
static void write_pattern(struct markdown *m, const struct report_inputs *in)
{
    static const struct {
        const char *name;
        int64_t hours;
    } windows[] = {{"24 hours", 24},
                   {"7 days", INT64_C(7) * 24},
                   {"30 days", INT64_C(30) * 24}};
    const struct incident *i = in->incident;
    int64_t began_ms = i->stamp[0].time_ms != 0   ? i->stamp[0].time_ms
                       : i->stamp[1].time_ms != 0 ? i->stamp[1].time_ms
                                                  : in->record->started_ms;
    size_t told = 1;
    for (size_t k = 0; k < ARRAY_COUNT(windows); k++) {
        size_t count =
            count_within(in->facts, began_ms, windows[k].hours * HOUR_MS);
        if (count <= told)
            continue;
        if (told == 1)
            markdown_paragraph(m);
        markdown_words(m,
                       arena_printf(m->arena, "%s%s in %s",
                                    told == 1 ? "Pattern: this incident is the "
                                              : ", the ",
                                    ordinal(m->arena, count), windows[k].name));
        told = count;
    }
    if (told == 1)
        return;
    if (in->facts->series != NULL) {
        markdown_text(m, ", of the series ");
        markdown_words(m, in->facts->series);
    }
    markdown_text(m, ".");
    markdown_end(m);
}

void section_related(struct markdown *m, const struct report_inputs *in)
{
    if (in->facts->related_count == 0)
        return;
    part_section(m, "Related");
    markdown_list(m, false);
    for (size_t i = 0; i < in->facts->related_count && i < ROWS_MAX; i++)
        write_related(m, &in->facts->related[i]);
    markdown_list_end(m);
    write_pattern(m, in);
}
