/* STATUS.md: the status page in Markdown, proved to read as it was meant. */
#include <string.h>

#include "report/markdown.h"
#include "report/parts.h"
#include "report/status_page/status_view.h"

/* A sign for each kind of day, in enum day_kind's order. */
static const char sign[DAY_KINDS] = {'.', '#', '~', '!'};

static void words_field(struct markdown *m, const char *name, const char *text)
{
    part_field(m, name);
    markdown_words(m, text);
    markdown_end(m);
}

static void words_cell(struct markdown *m, const char *text)
{
    markdown_words_cell(m, text);
}

static void paragraph(struct markdown *m, const char *text)
{
    markdown_words_paragraph(m, text);
}

static void write_head(struct markdown *m, const struct status_view *v)
{
    markdown_heading(m, 1);
    markdown_words(m, v->title);
    markdown_end(m);
    paragraph(m, v->summary);
    if (v->late != NULL) {
        markdown_paragraph(m);
        markdown_strong(m, "Warning:");
        markdown_text(m, " ");
        markdown_words(m, v->late);
        markdown_end(m);
    }
    markdown_list(m, false);
    part_field(m, "Last round:");
    markdown_code(m, v->asked);
    markdown_end(m);
    words_field(m, "Production:", v->production);
    part_field(m, "Deployment:");
    markdown_text(m, v->deployment);
    if (v->build != NULL) {
        markdown_text(m, ", serving ");
        markdown_code(m, v->build);
    }
    markdown_end(m);
    markdown_list_end(m);
}

static const char *state_text(struct markdown *m, const struct service_view *s)
{
    return arena_printf(
        m->arena, "%s%s%s%s", s->state, s->since == NULL ? "" : " since ",
        s->since == NULL ? "" : s->since, s->flapping ? ", flapping" : "");
}

static void write_table(struct markdown *m, const struct status_view *v)
{
    static const char *const head[] = {"Service", "Check", "State", "Uptime",
                                       "Latency of a day"};
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < v->count; i++) {
        const struct service_view *s = &v->service[i];
        markdown_row(m);
        words_cell(m, s->title);
        markdown_code_cell(m, s->check);
        words_cell(m, state_text(m, s));
        words_cell(m, s->uptime);
        words_cell(m, s->latency);
        markdown_row_end(m);
    }
    markdown_table_end(m);
}

static void write_days(struct markdown *m, const struct status_view *v)
{
    markdown_heading(m, 3);
    markdown_text(m, "Days");
    markdown_end(m);
    markdown_paragraph(m);
    markdown_words(m, arena_printf(m->arena, "From %s to %s, in UTC:",
                                   v->first_day, v->last_day));
    markdown_text(m, " ");
    markdown_code(m, "#");
    markdown_text(m, " good, ");
    markdown_code(m, "~");
    markdown_text(m, " degraded rounds, ");
    markdown_code(m, "!");
    markdown_text(m, " failed rounds, ");
    markdown_code(m, ".");
    markdown_text(m, " no data.");
    markdown_end(m);
    markdown_list(m, false);
    for (size_t i = 0; i < v->count; i++) {
        char strip[STATUS_DAYS + 1] = "";
        for (size_t k = 0; k < STATUS_DAYS; k++)
            strip[k] = sign[v->service[i].day[k].kind];
        markdown_item(m);
        markdown_words(m, v->service[i].title);
        markdown_text(m, ": ");
        markdown_code(m, strip);
        markdown_text(m, " ");
        markdown_words(m, v->service[i].days);
        markdown_end(m);
    }
    markdown_list_end(m);
}

static void write_more(struct markdown *m, size_t more)
{
    if (more > 0)
        paragraph(m, arena_printf(m->arena, "and %zu more", more));
}

static void write_services(struct markdown *m, const struct status_view *v)
{
    part_section(m, "Services");
    if (v->count == 0) {
        paragraph(m, "None.");
        return;
    }
    write_table(m, v);
    write_more(m, v->more);
    write_days(m, v);
}

static void write_document(struct markdown *m, const struct incident_view *i)
{
    markdown_cell(m);
    if (i->link != NULL)
        markdown_link_code(m, i->document, i->link);
    else if (i->document != NULL)
        markdown_code(m, i->document);
    else
        markdown_text(m, "none");
}

static void write_incidents(struct markdown *m, const char *title,
                            const struct incidents_view *all)
{
    static const char *const head[] = {"Incident", "What",    "Severity",
                                       "Status",   "Service", "Checks",
                                       "When",     "Document"};
    part_section(m, title);
    if (all->count == 0 && all->more == 0)
        paragraph(m, "None.");
    if (all->count > 0)
        markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < all->count; i++) {
        const struct incident_view *row = &all->item[i];
        markdown_row(m);
        markdown_code_cell(m, row->id);
        words_cell(m, row->title);
        words_cell(m, row->severity);
        words_cell(m, row->status);
        words_cell(m, row->service);
        markdown_code_cell(m, row->checks);
        words_cell(m, row->when);
        write_document(m, row);
        markdown_row_end(m);
    }
    markdown_table_end(m);
    write_more(m, all->more);
}

static void write_figures(struct markdown *m, const struct status_view *v)
{
    static const char *const head[] = {"Figure", "Value", "From", "Meaning"};
    part_section(m, "Delivery");
    paragraph(m, v->days);
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < FIGURES; i++) {
        markdown_row(m);
        words_cell(m, v->figure[i].name);
        words_cell(m, v->figure[i].value);
        words_cell(m, v->figure[i].basis);
        words_cell(m, v->figure[i].definition);
        markdown_row_end(m);
    }
    markdown_table_end(m);
}

static void write_about(struct markdown *m)
{
    static const char *const text[] = {STATUS_ABOUT};
    part_section(m, "About this page");
    markdown_list(m, false);
    for (size_t i = 0; i < ARRAY_COUNT(text); i++)
        markdown_words_item(m, text[i]);
    markdown_list_end(m);
}

bool status_markdown(struct str *out, struct arena *a,
                     const struct status_page *page, struct err *e)
{
    const struct status_view *v = status_view(a, page);
    struct markdown m;
    markdown_init(&m, a);
    write_head(&m, v);
    write_services(&m, v);
    write_incidents(&m, "Open incidents", &v->open);
    write_incidents(&m, "Past incidents", &v->past);
    write_figures(&m, v);
    write_about(&m);
    bool ok = markdown_prove(&m, e);
    *out = (struct str){buf_dup(a, &m.out), m.out.len};
    markdown_release(&m);
    return ok;
}
