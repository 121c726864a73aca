/* Rules about what the document says of itself: its severity and its status. */
#include "lint/internal.h"

/* ---- severity ---- */

/* "SEV-1", "P1", "critical": as a number from 0; -1: none that is known. */
static int level_of(struct review *r, struct str text)
{
    static const char *const words[] = {"^\\W*critical", "^\\W*(high|major)",
                                        "^\\W*(medium|moderate)",
                                        "^\\W*(low|minor)"};
    struct str g[2];
    if (found(r->p, "(?:\\bsev(?:erity)?[- ]?|\\bp|^\\W*)(\\d)\\b", text, g, 2))
        return (int)digits(g[1]);
    for (int i = 0; i < (int)ARRAY_COUNT(words); i++)
        if (seen(r->p, words[i], text))
            return 10 + i;
    return -1;
}

/* The severity that a statement gives the incident; an empty text: none. */
static struct str severity_in(struct review *r, const struct statement *s)
{
    struct str g[2];
    if (seen(r->p, "^(incident )?(severity|priority|sev)( level)?$", s->label))
        return s->value;
    if (s->kind == STATEMENT_ROW || s->kind == STATEMENT_HEADING ||
        under(r->d, s->section, TOPIC_ACTIONS | TOPIC_PREVENT | TOPIC_LESSONS))
        return STR_NONE;
    if (found(r->p,
              "\\b(?:this|the|an?|as an?|as|declared|classified)( sev-? ?\\d| "
              "p[0-4]) (?:incident|outage|event)\\b",
              s->prose, g, 2))
        return str_trim(g[1]);
    return STR_NONE;
}

static void severity_differs(struct review *r)
{
    const struct statement *first = NULL;
    struct str said = STR_NONE;
    EACH (statement, s, r->d, statement) {
        struct str own = severity_in(r, s);
        int level = own.len == 0 ? -1 : level_of(r, own);
        if (level < 0 || s->about.claim != CLAIM_FACT || s->about.item != 0 ||
            seen(r->p,
                 "\\b(downgrad|upgrad|rais|lower|escalat|initial|first|from|"
                 "until|previous|then)\\w*\\b|\xe2\x86\x92|->",
                 s->text))
            continue;
        if (first == NULL) {
            first = s;
            said = own;
            continue;
        }
        int other = level_of(r, said);
        if (other == level || (other >= 10) != (level >= 10) ||
            s->about.incident != first->about.incident ||
            s->about.part != first->about.part)
            continue;
        remark_at(r, s->line, own, "severity '%.*s' here, '%.*s' on line %u",
                  STR_ARGS(str_sub(own, 0, 60)), STR_ARGS(str_sub(said, 0, 60)),
                  first->line);
        return;
    }
}

/* ---- status ---- */

/* "The incident is ongoing", in a part about the present state. */
static bool is_open_claim(struct review *r, const struct statement *s)
{
    bool now = s->section == 0 || r->d->section[s->section].level == 1 ||
               under(r->d, s->section, TOPIC_SUMMARY | TOPIC_STATUS);
    return now && s->kind != STATEMENT_HEADING && s->kind != STATEMENT_ROW &&
           s->about.claim == CLAIM_FACT &&
           seen(
               r->p,
               "\\b(incident|issue|outage|investigation) (is|remains) (still "
               "|currently )?(ongoing|open|unresolved|active|in progress|under "
               "investigation|being investigated|not (yet )?resolved)\\b",
               s->prose) &&
           !seen(r->p, "\\b(if|when|until|while)\\b", s->prose);
}

static void claims_disagree(struct review *r, const struct told_state *first)
{
    EACH (statement, s, r->d, statement) {
        if (first->state != STATE_DONE || !is_open_claim(r, s) ||
            (first->from != NULL &&
             first->from->about.incident != s->about.incident))
            continue;
        remark_at(r, s->line, s->text, "'%.*s' here, status '%.*s' on line %u",
                  STR_ARGS(str_sub(s->text, 0, 90)), STR_ARGS(first->text),
                  first->from == NULL ? 1 : first->from->line);
        return;
    }
}

void check_status_disagrees(struct review *r)
{
    const struct document *d = r->d;
    severity_differs(r);
    if (d->status_count > 0)
        claims_disagree(r, &d->status[0]);
    for (size_t i = 1; i < d->status_count; i++) {
        const struct told_state *first = &d->status[0], *s = &d->status[i];
        if (s->state == first->state ||
            s->from->about.incident != first->from->about.incident)
            continue;
        remark_at(r, s->from->line, s->text,
                  "status '%.*s' here, '%.*s' on line %u", STR_ARGS(s->text),
                  STR_ARGS(first->text), first->from->line);
        return;
    }
}
