/* What the document says of its own state, and when it was written. */
#include <string.h>

#include "lint/internal.h"

/* The first word that tells wins; what is still awaited wins over it. */
enum state state_of(struct patterns *p, struct str text)
{
    static const char open[] =
        "\\b(resolving|investigat\\w+|in progress|ongoing|active|open(ed)?|"
        "monitoring|blocked|failing|failed|degraded|pending|awaiting|waiting|"
        "identified|unresolved|down|partial(ly)?|not (yet )?"
        "(resolved|verified|fixed|closed|deployed|complete))\\b";
    static const char done[] =
        "\\b(resolved|closed|completed?|fixed|success(ful(ly)?)?|done|"
        "verified|recovered|restored|operational|healthy|finished)\\b";
    struct str o[1], x[1];
    if (seen(p,
             "\\b(await\\w*|pending|before|needs?|to be|waiting for|not yet)\\b"
             ".{0,20}\\bverif|verification (is )?(pending|open)|"
             "\\bawait\\w*|\\bwaiting (for|on)\\b",
             text))
        return STATE_OPEN;
    bool is_open = found(p, open, text, o, 1);
    bool is_done = found(p, done, text, x, 1);
    if (is_open && is_done)
        return o[0].ptr <= x[0].ptr ? STATE_OPEN : STATE_DONE;
    if (is_open)
        return STATE_OPEN;
    return is_done ? STATE_DONE : STATE_NONE;
}

static void status_push(struct document *d, struct arena *a,
                        struct told_state s)
{
    d->status =
        arena_grow(a, d->status, d->status_count, &d->status_cap, sizeof(s));
    d->status[d->status_count++] = s;
}

/* Of the document, not of one service or run that it speaks of. */
static bool is_of_document(struct patterns *p, const struct document *d,
                           const struct statement *s)
{
    static const char label[] =
        "^((current|overall|final|incident|resolution|report|document|"
        "postmortem) )?(status|state)$";
    const struct section *in = &d->section[s->section];
    bool top = s->section == 0 || in->level == 1 ||
               (in->own & (TOPIC_STATUS | TOPIC_SUMMARY)) != 0 ||
               seen(p, "sign-?off|conclusion|closing|closure", in->title);
    if (!seen(p, label, s->label) || s->value.len == 0)
        return false;
    if (s->kind == STATEMENT_MATTER || s->footer)
        return true;
    if (s->kind == STATEMENT_ROW) /* of a small table at the top */
        return in->level <= 1 || s->section == 0;
    return top &&
           (s->kind == STATEMENT_TEXT ||
            (s->kind == STATEMENT_ITEM && s->depth == 1 && in->level <= 2));
}

void status_read(struct document *d, struct arena *a, struct patterns *p)
{
    EACH (statement, s, d, statement) {
        if (!is_of_document(p, d, s))
            continue;
        struct str value = s->value;
        struct str cut[1];
        /* follow-ups are another axis: "Complete, action items open" */
        if (found(p, "[,;(-]?\\s*(action items?|follow-?ups?)", value, cut,
                  1) &&
            cut[0].ptr > value.ptr)
            value = before(value, cut[0]);
        enum state state = state_of(p, value);
        if (state != STATE_NONE)
            status_push(d, a, (struct told_state){state, s, s->value});
        d->resolved = d->resolved || state == STATE_DONE;
    }
    if (d->status_count == 0 && d->section_count > 1 &&
        seen(p, "\\b(resolved|success report|closed)\\b", d->section[1].title))
        d->resolved = true;
    EACH (statement, s, d, statement)
        d->generated =
            d->generated || str_starts(s->text, STR("Made by postflight "));
    static const char went_wrong[] =
        "incident|post-?mortem|outage|root cause|retrospective|failure|"
        "\\b50[0234]\\b|disruption|\\bissue\\b|conflict";
    for (size_t i = 0; i < d->section_count && !d->incident; i++)
        d->incident = (d->section[i].level == 1 &&
                       seen(p, went_wrong, d->section[i].title)) ||
                      ((d->section[i].own & TOPIC_CAUSE) != 0 &&
                       (d->date.form != DATE_NONE || d->status_count > 0 ||
                        d->event_count > 0));
}

static bool take_date(struct document *d, struct patterns *p, struct str text)
{
    struct moment m;
    size_t at = 0;
    while (moment_next(p, text, &at, &m)) {
        if (m.form == DATE_NONE || m.yearless)
            continue;
        d->date = m;
        return true;
    }
    return false;
}

static bool is_top(const struct document *d, const struct statement *s)
{
    const struct section *in = &d->section[s->section];
    return in->level <= 1 || s->section == 0 ||
           (in->own & (TOPIC_SUMMARY | TOPIC_STATUS)) != 0;
}

/* Its date: of front matter, a label at the top, the title, the beginning. */
void date_read(struct document *d, struct patterns *p)
{
    static const char label[] =
        "^(report |incident )?(date|started|start|created|reported|opened|"
        "when|detected|began|day|checked)\\b|date$|started at|^time$";
    EACH (statement, s, d, statement)
        if (is_top(d, s) && seen(p, label, s->label) &&
            take_date(d, p, s->value))
            return;
    for (size_t i = 0; i < d->section_count && i < 3; i++)
        if (take_date(d, p, d->section[i].title))
            return;
    for (size_t i = 0; i < d->statement_count && i < 30; i++)
        if (take_date(d, p, d->statement[i].prose))
            return;
}
