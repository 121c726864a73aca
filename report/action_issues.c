/* Action items out, as JSON and CSV. */
#include "report/action_issues.h"

#include <string.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "model/ids.h"

#define TITLE_MAX 200 /* bytes; GitHub takes 256 characters */

const char *action_id(struct arena *a, const struct facts *f, size_t index)
{
    return f->action[index].id != NULL ? f->action[index].id
                                       : arena_printf(a, "A%zu", index + 1);
}

const char *action_incident(struct arena *a, const struct facts *f)
{
    const char *title = f->title == NULL ? "" : f->title;
    return f->incident != NULL && label_rule.takes(str_from(f->incident)) &&
                   strstr(f->incident, "--") == NULL
               ? f->incident
               : arena_printf(a, "-%08x",
                              hash_add_32(HASH_START_32, str_from(title)));
}

static bool is_due(const struct fact_action *one)
{
    return !one->done && one->issue == NULL;
}

/* One line, cut between two characters. */
static const char *title_of(struct arena *a, const struct fact_action *one)
{
    struct buf line;
    buf_init(&line, (size_t)4 * TITLE_MAX);
    text_visible_line(&line, str_from(one->text == NULL ? "" : one->text));
    struct str text = str_trim(buf_view(&line));
    size_t end = text.len < TITLE_MAX ? text.len : TITLE_MAX;
    while (end < text.len && end > 0 &&
           ((unsigned char)text.ptr[end] & 0xC0) == 0x80)
        end--;
    const char *title = str_dup(a, str_sub(text, 0, end));
    buf_release(&line);
    return *title == '\0' ? "No text" : title;
}

static void line(struct buf *out, const char *name, const char *value)
{
    if (value != NULL)
        buf_printf(out, "%s: %s\n", name, value);
}

/* By this comment the issue is found again; ids have no "-->". */
static void body_of(struct buf *out, struct arena *a, const struct facts *f,
                    size_t index)
{
    const struct fact_action *one = &f->action[index];
    line(out, "Owner", one->owner);
    line(out, "Due", one->due);
    line(out, "Incident", f->incident);
    line(out, "Title", f->title);
    buf_printf(out, "\n<!-- postflight:action %s %s -->\n",
               action_incident(a, f), action_id(a, f, index));
}

static void write_issue(struct buf *out, struct arena *a, const struct facts *f,
                        size_t index)
{
    const struct fact_action *one = &f->action[index];
    struct buf body;
    buf_init(&body, (size_t)64 * 1024);
    body_of(&body, a, f, index);
    buf_text(out, "  {\n    \"title\": ");
    json_quote(out, str_from(title_of(a, one)));
    buf_text(out, ",\n    \"body\": ");
    json_quote(out, buf_view(&body));
    buf_text(out, ",\n    \"labels\": [\"post-mortem\"");
    if (one->type >= 0)
        buf_printf(out, ", \"%s\"", name_of(&action_type_names, one->type));
    buf_text(out, "]\n  }");
    buf_release(&body);
}

/* Nothing that a spreadsheet would compute. */
static void cell(struct buf *out, const char *text, char end)
{
    struct str rest = str_from(text == NULL ? "" : text);
    bool acts =
        rest.len > 0 && str_find(STR("=+-@\t\r"), str_sub(rest, 0, 1), 0) < 6;
    buf_text(out, acts ? "\"'" : "\"");
    for (size_t i = 0; i < rest.len; i++) {
        if (rest.ptr[i] == '"')
            buf_char(out, '"');
        buf_char(out, rest.ptr[i]);
    }
    buf_char(out, '"');
    buf_text(out, end == '\n' ? "\r\n" : ",");
}

static void write_row(struct buf *out, struct arena *a, const struct facts *f,
                      size_t index)
{
    const struct fact_action *one = &f->action[index];
    cell(out, action_id(a, f, index), ',');
    cell(out, title_of(a, one), ',');
    cell(out, one->type < 0 ? NULL : name_of(&action_type_names, one->type),
         ',');
    cell(out, one->owner, ',');
    cell(out, one->due, ',');
    cell(out, f->incident, '\n');
}

void actions_export(struct buf *out, struct arena *a, const struct facts *f,
                    enum action_export format)
{
    size_t count = 0;
    buf_text(out, format == EXPORT_CSV
                      ? "Id,Summary,Labels,Assignee,Due Date,Incident\r\n"
                      : "[");
    for (size_t i = 0; i < f->action_count && i < ACTIONS_MAX; i++) {
        if (!is_due(&f->action[i]))
            continue;
        if (format == EXPORT_CSV) {
            write_row(out, a, f, i);
            continue;
        }
        buf_text(out, count++ == 0 ? "\n" : ",\n");
        write_issue(out, a, f, i);
    }
    if (format == EXPORT_GITHUB)
        buf_text(out, count == 0 ? "]\n" : "\n]\n");
}
