/* Small parts that the sections of a document share. */
#include "report/parts.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

const char *part_stamp(struct arena *a, int64_t wall_ms)
{
    struct buf text;
    buf_init(&text, 64);
    clock_format(&text, wall_ms);
    return buf_take(a, &text);
}

const char *part_span(struct arena *a, int64_t us)
{
    struct buf text;
    buf_init(&text, 64);
    if (us == 0)
        buf_text(&text, "0 s");
    else
        text_duration(&text, us);
    return buf_take(a, &text);
}

const char *part_known(const char *text)
{
    return text == NULL ? "unknown" : text;
}

bool part_same(const char *left, const char *right)
{
    return left != NULL && right != NULL && strcmp(left, right) == 0;
}

void part_field(struct markdown *m, const char *name)
{
    markdown_item(m);
    markdown_strong(m, name);
    markdown_text(m, " ");
}

void part_run(struct markdown *m, const struct ci_evidence *ci)
{
    if (ci->host == NULL || (ci->workflow == NULL && ci->run_id == NULL))
        return;
    part_field(m, "Run:");
    markdown_words(m, ci->workflow == NULL ? ci->host : ci->workflow);
    if (ci->run_id != NULL) {
        markdown_text(m, ", ");
        markdown_code(m, ci->run_id);
    }
    if (ci->run_url != NULL) {
        markdown_text(m, " ");
        markdown_link(m, ci->run_url);
    }
    markdown_end(m);
}

void part_section(struct markdown *m, const char *title)
{
    markdown_heading(m, 2);
    markdown_text(m, title);
    markdown_end(m);
}

bool part_is_ticked(const struct facts *f, const char *text)
{
    struct arena a;
    struct markdown m;
    bool ticked = false;
    if (f->ticked_count == 0)
        return false;
    arena_init(&a);
    markdown_init(&m, &a);
    markdown_prose(&m, text);
    for (size_t i = 0; i < f->ticked_count && !ticked; i++)
        ticked = str_is(buf_view(&m.out), f->ticked[i]);
    markdown_release(&m);
    arena_release(&a);
    return ticked;
}

const struct result *part_check(const struct record *r, const char *id)
{
    for (size_t i = 0; i < r->result_count; i++)
        if (part_same(r->result[i].id, id))
            return &r->result[i];
    return NULL;
}

void part_criterion(struct markdown *m, const struct facts *f,
                    const struct fact_criterion *c, const struct result *r)
{
    const char *text = c->text == NULL ? "no text" : c->text;
    markdown_task(m, r != NULL ? r->status == STATUS_PASS
                               : c->check == NULL && part_is_ticked(f, text));
    markdown_prose(m, text);
    if (r != NULL) {
        markdown_text(m, " (");
        markdown_code(m, r->id);
        markdown_text(m, ": ");
        markdown_text(m, name_of(&status_names, r->status));
        markdown_text(m, ")");
    } else if (c->check != NULL) {
        markdown_text(m, " (");
        markdown_code(m, c->check);
        markdown_text(m, ": not in this record)");
    }
    markdown_end(m);
}

void part_more_rows(struct markdown *m, size_t count)
{
    if (count <= ROWS_MAX)
        return;
    markdown_words_paragraph(
        m,
        arena_printf(m->arena, "and %zu more in the record", count - ROWS_MAX));
}

void part_code_cell(struct markdown *m, const char *text)
{
    markdown_cell(m);
    if (text == NULL)
        markdown_text(m, "unknown");
    else
        markdown_code(m, text);
}

void part_time_cell(struct markdown *m, int64_t time_ms)
{
    part_code_cell(m, time_ms == 0 ? NULL : part_stamp(m->arena, time_ms));
}

void part_items(struct markdown *m, const char *const *text, size_t count)
{
    markdown_list(m, false);
    for (size_t i = 0; i < count && i < ROWS_MAX; i++)
        markdown_prose_item(m, text[i]);
    markdown_list_end(m);
}
