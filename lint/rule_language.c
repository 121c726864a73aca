/* Rules about how people and their work are spoken of. */
#include "lint/internal.h"

void check_human_error(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        struct str g[1];
        if (found(r->p,
                  "\\b(human|operator|user|manual|pilot|engineer|developer) "
                  "(error|mistake)s?\\b|\\bcareless\\w*",
                  s->prose, g, 1) &&
            !seen(r->p,
                  "\\b(not|no|never|rather than|instead of|avoid)\\b[^.]"
                  "{0,40}$",
                  before(s->prose, g[0])))
            remark_at(r, s->line, g[0], "'%.*s' as a cause", STR_ARGS(g[0]));
    }
}

void check_counterfactual(struct review *r)
{
    if (r->d->generated)
        return; /* the words of the catalogue */
    EACH (statement, s, r->d, statement) {
        struct str g[1];
        if (!under(r->d, s->section,
                   TOPIC_TIMELINE | TOPIC_STORY | TOPIC_CAUSE) ||
            under(r->d, s->section, TOPIC_LESSONS | TOPIC_PREVENT) ||
            !found(
                r->p,
                "\\b(should|could|ought to|would)(n't)? (not |never )?have\\b|"
                "\\bif only\\b|\\b(if|had) "
                "(we|he|she|they|someone|anyone|the \\w+) had\\b|"
                "^had (we|he|she|they|the \\w+) \\w+ed\\b",
                s->prose, g, 1))
            continue;
        remark_at(r, s->line, g[0], "'%.*s' tells what did not happen",
                  STR_ARGS(str_sub(s->text, 0, 90)));
    }
}

/* Roles, contacts and sign-offs are where people belong. */
static bool is_role(struct review *r, const struct statement *s)
{
    return under(r->d, s->section, TOPIC_PEOPLE) ||
           s->kind == STATEMENT_MATTER ||
           seen(r->p,
                "\\b(authors?|owner|contact|commander|lead|on[- ]call|by|"
                "reviewers?|responders?|assignee|to|from|scribe|role)$|"
                "^(authors?|owner|contact|role|prepared|written|reviewed)",
                s->label);
}

void check_person_named(struct review *r)
{
    static const char address[] = "(?<![\\w/"
                                  "@:])[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,"
                                  "63}(\\.[a-z0-9-]{1,63}){0,5}\\.[a-z]"
                                  "{2,10}\\b";
    static const char blame[] =
        "\\b(?:by|from) (?:the )?(?:user|developer|engineer|employee|colleague|"
        "admin) [\"'\xe2\x80\x9c](?:[^\"'\xe2\x80\x9d]{2,40})[\"'\xe2\x80\x9d]|"
        "\\b(?:caused|broken|pushed|merged|deleted|forgotten|missed|introduced|"
        "dropped|overwritten) by "
        "(?-i:([A-Z][a-z]+ [A-Z][a-z]+)\\b)(?! (?:Team|Service|API|Server))";
    EACH (statement, s, r->d, statement) {
        struct str g[2];
        if (is_role(r, s))
            continue;
        if (found(r->p, address, s->prose, g, 1))
            remark_at(r, s->line, g[0], "an address of a person: '%.*s'",
                      STR_ARGS(g[0]));
        else if (found(r->p, blame, s->prose, g, 2) &&
                 !seen(r->p,
                       "\\b(team|bot|actions|pipeline|service|server|"
                       "cloud|azure|google|web|app|deploy|build)\\b",
                       g[0]))
            remark_at(r, s->line, g[0], "'%.*s' names who did it",
                      STR_ARGS(g[0]));
    }
}

void check_emoji_only_status(struct review *r)
{
    EACH (table, t, r->d, table) {
        int status = column_of(r->p, t, "^(status|state|result|outcome|ok)\\b");
        size_t count = 0;
        unsigned first = 0;
        for (size_t i = 0; status >= 0 && i < t->count; i++) {
            if (!is_only_emoji(cell_text(&t->row[i], status)))
                continue;
            first = first == 0 ? t->row[i].line : first;
            count++;
        }
        if (count > 0)
            remark_at(r, first, STR_NONE,
                      "%zu cells of '%.*s' are an emoji and nothing else",
                      count, STR_ARGS(cell_text(&t->head, status)));
    }
}
