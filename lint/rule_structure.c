/* Rules about what a report must have, and what it must not have twice. */
#include <string.h>

#include "lint/internal.h"

struct field_row {
    const char *name;
    const char *label; /* of a statement, a heading or a column */
    const char *text;  /* anywhere */
};

static const struct field_row fields[] = {
    {"severity", "\\b(severity|priority|sev)\\b",
     "\\b(sev-?\\d|p[0-4]\\b(?! ?\\d)|severity (critical|major|minor|high|low|"
     "\\d))"},
    {"id", "^(incident )?(id|number|ticket)$|\\bincident$",
     "\\b(?-i:[A-Z]{2,}(-[A-Z0-9]+)*-\\d[\\w-]*)|\\b(incident|ticket|pm) "
     "?#?\\d+"},
    {"detection", "detect|discover|alert",
     "\\b(detected|alerted|alert(s)? (fired|went|was|were)|paged|noticed|"
     "reported by|discovered|monitoring (showed|caught|fired)|alarm)\\b"},
    {"owner",
     "\\b(owner|author|authors|lead|commander|on[- ]call|written by|"
     "responders?|deployed by|verified by|contributors?|assignee|"
     "prepared by|reporter|roles?|participants?|sign-?off)\\b",
     NULL},
    {"impact", "\\bimpact|\\baffected\\b|user[- ]facing",
     "\\buser impact\\b|"
     "\\b(users?|customers?|requests?|clients?|visitors?) (saw|could|were|got|"
     "received|failed|had|experienced)\\b"},
};

static bool has_field(struct review *r, const struct field_row *f)
{
    const struct document *d = r->d;
    for (size_t i = 0; i < d->section_count; i++)
        if (seen(r->p, f->label, d->section[i].title) ||
            (f->text != NULL && d->section[i].level == 1 &&
             seen(r->p, f->text, d->section[i].title)))
            return true;
    EACH (statement, s, d, statement) {
        bool top = s->section == 0 || d->section[s->section].level == 1;
        if (s->label.len > 0 && seen(r->p, f->label, s->label))
            return true;
        if (f->text != NULL && (top || strcmp(f->name, "id") != 0) &&
            seen(r->p, f->text, s->text))
            return true;
    }
    EACH (table, t, d, table)
        if (column_of(r->p, t, f->label) >= 0)
            return true;
    return false;
}

/* That the old version went on serving is an impact that is told nowhere. */
static void impact_implied(struct review *r)
{
    if (has_field(r, &fields[ARRAY_COUNT(fields) - 1]))
        return;
    EACH (statement, s, r->d, statement)
        if (seen(r->p,
                 "\\b(kept|keeps|left|stayed)\\b.{0,30}\\b(old|previous)\\b.{0,"
                 "30}\\b"
                 "(running|serving|live|up)\\b",
                 s->text)) {
            remark_at(r, s->line, s->text,
                      "'%.*s' tells what users saw, and no impact is stated",
                      STR_ARGS(str_sub(s->text, 0, 90)));
            return;
        }
}

static bool has_status_section(struct review *r)
{
    for (size_t i = 1; i < r->d->section_count; i++)
        if ((r->d->section[i].own & TOPIC_STATUS) != 0 ||
            (r->d->section[i].level == 1 &&
             (seen(r->p, "\\bstatus (of|page)\\b", r->d->section[i].title) ||
              state_of(r->p, r->d->section[i].title) != STATE_NONE)))
            return true;
    return false;
}

static bool has_status(struct review *r)
{
    static const char state[] = "\\b(status|state|outcome|result)\\b";
    if (r->d->status_count > 0 || r->d->resolved)
        return true;
    EACH (statement, s, r->d, statement)
        if (seen(r->p, "^([\\w-]+ )?(status|state|verdict)$", s->label) &&
            s->value.len > 0 && s->depth < 2)
            return true;
        else if (seen(r->p, state, s->label) || s->footer)
            if (state_of(r->p, s->text) != STATE_NONE)
                return true;
    if (has_status_section(r))
        return true;
    EACH (link, l, r->d, link)
        if (l->image && seen(r->p, "status|badge", l->url))
            return true;
    return false;
}

/* Not every document is a report of something that happened. */
static bool is_report(struct review *r)
{
    return r->d->incident || r->d->event_count > 0 || r->d->status_count > 0 ||
           (r->d->section_count > 1 &&
            seen(r->p,
                 "\\b(report|deploy(ment|ed)?|release[ds]?|rollout|"
                 "maintenance|status|rollback)\\b",
                 r->d->section[1].title) &&
            r->d->section[1].level == 1);
}

/* What the house's style asks for, each of it. */
static void style_fields(struct review *r, const struct style *style,
                         unsigned line)
{
    struct buf missing;
    buf_init(&missing, 1000);
    for (size_t i = 0; i < style->count; i++) {
        struct field_row field = {style->field[i].name, style->field[i].label,
                                  NULL};
        if (!has_field(r, &field))
            buf_printf(&missing, "%s%s", missing.len > 0 ? ", " : "",
                       field.name);
    }
    if (missing.len > 0)
        remark_at(r, line, STR_NONE, "the style '%s' has also: %s", style->name,
                  missing.ptr);
    buf_release(&missing);
}

void check_field_missing(struct review *r)
{
    const struct document *d = r->d;
    unsigned line = d->section_count > 1 ? d->section[1].line : 1;
    struct buf missing;
    size_t count = 0;
    if (d->statement_count < 4 || !is_report(r))
        return;
    if (d->date.form == DATE_NONE)
        remark_at(r, line, STR_NONE, "the document has no date");
    if (!has_status(r))
        remark_at(r, line, STR_NONE, "the document has no status");
    if (!d->incident || d->generated)
        return;
    if (r->options->house != NULL && r->options->house->style != NULL) {
        style_fields(r, r->options->house->style, line);
        return;
    }
    buf_init(&missing, 200);
    for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
        if (!has_field(r, &fields[i]))
            buf_printf(&missing, "%s%s", count++ > 0 ? ", " : "",
                       fields[i].name);
    if (count >= 2)
        remark_at(r, line, STR_NONE, "an incident without %s", missing.ptr);
    buf_release(&missing);
    impact_implied(r);
}

#define ONCE                                                                   \
    (TOPIC_ACTIONS | TOPIC_TIMELINE | TOPIC_IMPACT | TOPIC_CAUSE |             \
     TOPIC_SOLUTION | TOPIC_SUMMARY | TOPIC_STATUS)

/* What stands below a heading, up to the next. */
static struct str body_of(const struct document *d, const struct section *s)
{
    if (s->last_line <= s->line)
        return STR_NONE;
    struct str first = d->line[s->line + 1].text;
    struct str last = d->line[s->last_line].text;
    return str_trim(
        (struct str){first.ptr, (size_t)(last.ptr + last.len - first.ptr)});
}

static bool is_twice(const struct document *d, const struct section *a,
                     const struct section *b)
{
    if (!str_equal_nocase(a->title, b->title) || a->title.len == 0 ||
        a->level == 1)
        return false;
    /* below different headings the same parts may be told of each */
    bool siblings = a->parent == b->parent && a->level == b->level;
    bool apart = a->level == b->level && a->parent != b->parent;
    if (a->level == 7 && b->level == 7 && (a->own & TOPIC_ACTIONS) == 0)
        return false;
    if (apart || (!siblings && (a->own & ONCE) == 0))
        return false;
    return !str_equal(body_of(d, a), body_of(d, b)) && body_of(d, a).len > 0 &&
           body_of(d, b).len > 0;
}

void check_section_twice(struct review *r)
{
    const struct document *d = r->d;
    size_t count = d->section_count < SECTIONS_COMPARED_MAX
                       ? d->section_count
                       : SECTIONS_COMPARED_MAX;
    for (size_t i = 2; i < count; i++)
        for (size_t j = 1; j < i; j++) {
            const struct section *a = &d->section[j], *b = &d->section[i];
            if (!is_twice(d, a, b))
                continue;
            remark_at(r, b->line, b->title,
                      "'%.*s' stands on line %u, too, with other content",
                      STR_ARGS(b->title), a->line);
            break;
        }
}
