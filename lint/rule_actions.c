/* Rules about what is still to be done, and who does it. */
#include "lint/internal.h"

#define TITLES_MAX 400 /* sections that are looked at */

static const char owner_words[] =
    "(?<!\\w)@[\\w-]{2,}|\\b(owner|assignee|assigned to|responsible|lead)\\b"
    "[: ]*\\w|\\((?-i:[A-Z])[\\w .-]{1,30}[,;)]|(\xe2\x80\x94|\xe2\x80\x93| - |"
    "\xe2\x86\x92|->)\\s*(?-i:[A-Z])[\\w-]+|\\b(team|on-call|sre|platform|ops)"
    "\\b|"
    "\\[(?-i:[A-Z])\\w+\\]|^(?-i:[A-Z])\\w+( (?-i:[A-Z])\\w+)?:";
static const char due_words[] =
    "\\b(due|until|by|before|deadline)\\b|\\b(mon|tues|wednes|thurs|fri)day\\b|"
    "\\b(q[1-4]|sprint|week|month)\\b|#\\d+|(?-i:\\b[A-Z]{2,}-\\d+)|https?://";

static bool has_date(struct review *r, struct str text)
{
    struct moment m;
    size_t at = 0;
    while (moment_next(r->p, text, &at, &m))
        if (m.form != DATE_NONE)
            return true;
    return seen(r->p, due_words, text);
}

/* Of a table of actions: its columns of owner and date must be filled. */
static void table_actions(struct review *r, const struct table *t)
{
    int owner = column_of(r->p, t, "owner|assignee|who|responsible|lead");
    int due = column_of(r->p, t,
                        "due|date|when|deadline|until|ticket|issue|\\beta\\b|"
                        "target|milestone|sprint");
    const struct row *first = NULL;
    size_t bad = 0;
    static const char empty[] =
        "^(-|\xe2\x80\x94|\xe2\x80\x93|tbd|none|\\?+|n/?a|"
        "unassigned)?$";
    for (size_t i = 0; i < t->count; i++) {
        struct str who = cell_text(&t->row[i], owner);
        struct str when = cell_text(&t->row[i], due);
        if (t->row[i].marking == MARKING_DONE ||
            (who.len > 0 && when.len > 0 && !seen(r->p, empty, who) &&
             !seen(r->p, empty, when)))
            continue;
        first = first == NULL ? &t->row[i] : first;
        bad++;
    }
    if (bad > 0)
        remark_at(r, first->line, cell_text(first, 0),
                  "%zu of %zu actions have no owner or no date", bad, t->count);
}

/* An owner or a date may be told in the items below: "- Owner: ops". */
static struct str whole_action(struct review *r, const struct statement *s)
{
    struct buf text;
    size_t from, to;
    items_of(r->d, s, &from, &to);
    if (from == to)
        return s->text;
    buf_init(&text, (size_t)64 << 10);
    buf_str(&text, s->text);
    for (size_t i = from; i < to; i++) {
        buf_text(&text, " | ");
        buf_str(&text, r->d->statement[i].text);
    }
    struct str all = {buf_dup(r->a, &text), text.len};
    buf_release(&text);
    return all;
}

static bool is_owned(struct review *r, const struct statement *s)
{
    struct str text = whole_action(r, s);
    return seen(r->p, owner_words, text) && has_date(r, text);
}

struct actions {
    const struct statement *first;
    size_t bad, all;
};

/* A list of actions: its heading says so, or is a part of one that does. */
static bool has_actions(struct review *r, size_t section)
{
    const struct section *in = &r->d->section[section];
    if ((in->topics & (TOPIC_RELATED | TOPIC_LESSONS)) != 0)
        return false;
    if ((in->own & TOPIC_ACTIONS) != 0)
        return true;
    return in->parent > 0 &&
           (r->d->section[in->parent].own & TOPIC_ACTIONS) != 0 &&
           seen(r->p,
                "^(immediate|short|medium|mid|long|this|next|now|later|high|"
                "low|p[0-3]|prevent|detect|mitigat|process|open|must|should)",
                in->title);
}

static bool is_action(const struct statement *s, size_t section)
{
    return s->section == section && s->kind == STATEMENT_ITEM &&
           s->depth == 1 && !s->more;
}

static void list_actions(struct review *r, size_t section)
{
    struct actions a = {NULL, 0, 0};
    EACH (statement, s, r->d, statement) {
        if (!is_action(s, section))
            continue;
        a.all++;
        if (s->marking == MARKING_DONE || is_owned(r, s))
            continue;
        a.first = a.first == NULL ? s : a.first;
        a.bad++;
    }
    if (a.bad > 0)
        remark_at(r, a.first->line, a.first->text,
                  "%zu of %zu actions have no owner or no date", a.bad, a.all);
}

/* Something related is blocked, and nobody has it. */
static void blocked_items(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        if (!under(r->d, s->section, TOPIC_RELATED) ||
            s->kind != STATEMENT_ITEM ||
            !seen(r->p,
                  "\\b(blocked|still open|not (yet )?fixed|unresolved)\\b",
                  s->text) ||
            (seen(r->p, owner_words, s->text) && has_date(r, s->text)))
            continue;
        remark_at(r, s->line, s->text,
                  "'%.*s' is open among others that are not, and has no state, "
                  "owner or date",
                  STR_ARGS(str_sub(s->text, 0, 80)));
    }
}

void check_action_unowned(struct review *r)
{
    const struct document *d = r->d;
    if (d->generated)
        return;
    size_t count =
        d->section_count < TITLES_MAX ? d->section_count : TITLES_MAX;
    for (size_t i = 0; i < count; i++)
        if (has_actions(r, i))
            list_actions(r, i);
    EACH (table, t, d, table)
        if (has_actions(r, t->section))
            table_actions(r, t);
    blocked_items(r);
}
