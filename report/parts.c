/* Small parts that the sections of a document share. */
#include "report/parts.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#define CLOCK_DAY 10 /* bytes of "2026-11-21" */
#define CLOCK_END 19 /* of "2026-11-21T10:00:00" */

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

const struct record *part_last(const struct report_inputs *in)
{
    return in->story == NULL ? in->record : in->story->last;
}

bool part_is_history(const struct report_inputs *in)
{
    return in->story != NULL && in->story->history;
}

bool part_has_probed(const struct record *r)
{
    return r->result_count > 0 || r->schema != NULL;
}

bool part_is_over(const struct report_inputs *in)
{
    return (in->story != NULL && in->story->over) ||
           in->incident->status >= INCIDENT_RESOLVED;
}

const char *part_clock(struct arena *a, int64_t wall_ms, int64_t since_ms)
{
    const char *time = part_stamp(a, wall_ms), *since = part_stamp(a, since_ms);
    if (strlen(time) < CLOCK_END)
        return time;
    return strncmp(time, since, CLOCK_DAY) == 0
               ? arena_dup(a, time + CLOCK_DAY + 1, CLOCK_END - CLOCK_DAY - 1)
               : arena_printf(a, "%.10s %.8s", time, time + CLOCK_DAY + 1);
}

const char *part_day(struct arena *a, int64_t wall_ms)
{
    return arena_printf(a, "%.10s", part_stamp(a, wall_ms));
}

const char *part_sentence(struct arena *a, const char *text)
{
    bool small = *text >= 'a' && *text <= 'z';
    return *text == '\0'
               ? text
               : arena_printf(a, "%c%s.", small ? *text - 'a' + 'A' : *text,
                              text + 1);
}

const char *part_between(struct arena *a, int64_t from_ms, int64_t to_ms)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } unit[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    int64_t rest = to_ms / 1000 - from_ms / 1000;
    struct buf text;
    buf_init(&text, 100);
    for (size_t i = 0; i < ARRAY_COUNT(unit); i++) {
        int64_t count = rest / unit[i].seconds;
        rest -= count * unit[i].seconds;
        if (count > 0)
            buf_printf(&text, "%s%lld %s", text.len == 0 ? "" : " ",
                       (long long)count, unit[i].name);
    }
    return text.len == 0 ? "0 s" : buf_take(a, &text);
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

void part_draft(struct markdown *m, const struct report_inputs *in,
                const char *slot,
                void (*section)(struct markdown *m,
                                const struct report_inputs *in))
{
    struct markdown draft;
    if (!in->living) {
        section(m, in);
        return;
    }
    markdown_init(&draft, m->arena);
    section(&draft, in);
    markdown_draft(m, slot, &draft);
    markdown_release(&draft);
}

void part_section(struct markdown *m, const char *title)
{
    markdown_heading(m, 2);
    markdown_text(m, m->title == NULL ? title : m->title);
    markdown_end(m);
    m->title = NULL;
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
