/* Rules about how people and their work are spoken of. */
#include "lint/people.h"

/* Named as the cause: by what is before it, or by where it is written. */
static bool is_given_as_cause(struct review *r, const struct statement *s,
                              struct str words)
{
    struct str head = before(s->prose, words);
    if (seen(r->p,
             "\\b(not|no|never|rather than|instead "
             "of|avoid\\w*|risks?|reduc\\w*|"
             "prevent\\w*|against|prone|chance|room|eliminat\\w*|possib\\w*)\\b"
             "[^.]{0,40}$",
             head) ||
        under(r->d, s->section, TOPIC_ACTIONS | TOPIC_PREVENT))
        return false;
    if (!seen(r->p, "^(user|developer|engineer)\\b", words))
        return true;
    /* errors that users meet are none that they make */
    return !seen(r->p, "s$", words) &&
           seen(r->p,
                "\\b(due to|caused by|because of|cause (was|is)|was|is|cause:|"
                "result of|an?)( an?| the)?\\s*$",
                head);
}

void check_human_error(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        struct str g[1];
        if (found(r->p,
                  "\\b(human|operator|user|manual|pilot|engineer|developer) "
                  "(error|mistake)s?\\b|\\bcareless\\w*",
                  s->prose, g, 1) &&
            is_given_as_cause(r, s, g[0]))
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
    EACH (statement, s, r->d, statement) {
        struct str g[1];
        if (is_role(r, s))
            continue;
        if (found(r->p, address, s->prose, g, 1)) {
            remark_at(r, s->line, g[0], "an address of a person: '%.*s'",
                      STR_ARGS(g[0]));
            continue;
        }
        struct str name = person_blamed(r->p, s->prose);
        if (name.len == 0 && under(r->d, s->section, TOPIC_TIMELINE))
            name = person_acting(r->p, s->prose);
        if (name.len > 0)
            remark_at(r, s->line, name, "'%.*s' names who did it",
                      STR_ARGS(name));
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
