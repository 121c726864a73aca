/* Rules about what a template left behind: placeholders, empty sections. */
#include <string.h>

#include "base/text.h"
#include "lint/internal.h"
#include "report/marker.h"

/* Words that wait for others wherever they are. */
static const char waiting[] =
    "(?-i:\\b(?:TB[DCA]|X"
    "XX)\\b(?!-))|\\blorem ipsum\\b|"
    "\\[(?:insert|fill in|add|your|describe|enter|tbd)\\b[^\\]]{0,60}\\]"
    "(?!\\()|<(?:your|insert|fill|name|date|time|link|owner)\\b[^>]{0,40}>|"
    "\\{\\{[^}]{0,60}\\}\\}|(?-i:\\bYYYY-MM-DD\\b|\\bHH:MM\\b|\\bHH:mm\\b|"
    "\\bhh:mm\\b)|\\?\\?\\?|\\b\\d{1,2}:(?:\\?\\?|(?-i:XX|xx)\\b)|"
    "\\bshort event description\\b|\\b(?-i:Lorem|INSERT HERE|FILL ME)\\b";

/* A state of work, too: they wait only where an answer belongs. */
static const char to_do[] = "(?-i:^\\W*(?:TO"
                            "DO|FIX"
                            "ME)\\W*$|\\b(?:TO"
                            "DO|FIX"
                            "ME):|[(\\[](?:TO"
                            "DO|FIX"
                            "ME)[)\\]])";

/* A cell that tells how far an action is, or a task that begins with it. */
static bool is_state(struct review *r, const struct statement *s)
{
    const struct table *t = table_at(r->d, s->line);
    if (s->kind == STATEMENT_ROW)
        return t != NULL &&
               column_of(r->p, t, "^(status|state|progress|done)") >= 0;
    return s->kind == STATEMENT_ITEM &&
           (s->task || under(r->d, s->section,
                             TOPIC_ACTIONS | TOPIC_PREVENT | TOPIC_LESSONS)) &&
           seen(r->p,
                "^\\W*(?-i:TO"
                "DO|FIX"
                "ME)\\W+\\w",
                s->text);
}

/* The placeholder of a line, in its words or, without code, as it is written.
 */
static bool placeholder_of(struct review *r, const struct statement *s,
                           unsigned number, struct str *what)
{
    struct str raw = r->d->line[number].text;
    struct str line = plain(r->a, raw, false);
    bool code = memchr(raw.ptr, '`', raw.len) != NULL;
    if (found(r->p, waiting, line, what, 1) ||
        (!code && found(r->p, waiting, raw, what, 1)))
        return true;
    if (is_state(r, s))
        return false;
    return found(r->p, to_do, line, what, 1) ||
           (s->line == number && found(r->p, to_do, s->value, what, 1));
}

/* A cell of its own in a row: "| TBD |". */
static bool placeholder_cell(struct review *r, const struct statement *s,
                             struct str *what)
{
    const struct table *t = table_at(r->d, s->line);
    for (size_t i = 0; t != NULL && i < t->count; i++) {
        if (t->row[i].line != s->line)
            continue;
        for (size_t c = 0; c < t->row[i].count; c++)
            if (c < t->head.count &&
                !seen(r->p, "^(status|state|progress|done)",
                      t->head.cell[c].text) &&
                found(r->p, to_do, t->row[i].cell[c].text, what, 1))
                return true;
    }
    return false;
}

/* A heading, and nothing below it but a bullet without a text. */
static void sections_empty(struct review *r)
{
    const struct document *d = r->d;
    for (size_t i = 1; i < d->section_count; i++) {
        const struct section *s = &d->section[i];
        bool empty = s->level > 1 && s->level < 7 && s->title.len > 0;
        for (unsigned k = s->line + 1; empty && k <= s->last_line; k++)
            empty = seen(r->p,
                         "^[\\s>]*([-*+.]|\\d\\.)*(\\[ \\])?\\s*$|"
                         "^\\s*<!--.*-->\\s*$|^\\s*(-{3,}|={3,})\\s*$",
                         d->line[k].text) ||
                    d->line[k].text.len == 0;
        if (empty)
            remark_at(r, s->line, s->title, "'%.*s' is empty",
                      STR_ARGS(s->title));
    }
}

/* A prompt that nobody has replaced: also one without an end. */
static bool is_unanswered(const struct document *d, unsigned line)
{
    if (marker_of(d->line[line].text).kind != MARKER_ASK)
        return false;
    for (unsigned i = line + 1; i <= d->line_count; i++) {
        struct str text = str_trim(d->line[i].text);
        if (marker_of(text).kind != MARKER_NONE || !marker_is_prompt(text))
            return marker_of(text).kind != MARKER_NONE;
        if (text.len > 0)
            return true;
    }
    return true;
}

void check_placeholder_left(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        struct str g[1];
        bool cell = s->kind == STATEMENT_ROW && placeholder_cell(r, s, g);
        for (unsigned i = s->line; i <= s->last_line; i++) {
            if (!cell && !placeholder_of(r, s, i, g))
                continue;
            remark_at(r, i, g[0], "'%.*s' was left", STR_ARGS(g[0]));
            break;
        }
    }
    sections_empty(r);
}

/* A draft with questions is no wrong document: they are counted. */
void check_question_open(struct review *r)
{
    const struct house *house = r->options->house;
    bool told = house != NULL && house->level[r->rule] >= 0;
    for (unsigned i = 1; i <= r->d->line_count; i++) {
        if (!r->d->line[i].html || !is_unanswered(r->d, i))
            continue;
        r->out->questions++;
        if (told)
            remark_at(r, i, STR("<!--"), "a question is still open");
    }
}
