/* Statements of which only one can be true. */
#include "lint/internal.h"

/* Two statements of which only one can be true. */
struct opposed_row {
    const char *one, *other;
    const char *shared; /* what both must speak of; group 1 of each */
    bool cause;         /* the remark goes to the first */
};

static const struct opposed_row opposed[] = {
    /* things that fail alone, and things that fail together */
    {"\\b(\\w+?)s? (?:can|may) fail (?:individually|independently|alone|on "
     "their own|in isolation)",
     "\\b(?:once|when|if) any (\\w+?)s? fails?,?.*\\b(?:all|abort\\w*|entire|"
     "whole)\\b|\\ball (?:\\w+ )?(\\w+?)s? (?:fail|cascade-fail)\\b",
     "isolated and not", false},
    /* done without, and done with */
    {"\\b(?:doesn't|does not|don't|do not|didn't|did not) (?:require|need|"
     "include|use) (?:any )?(?:\\w+ "
     ")?(migration|restart|downtime|rollback)s?\\b|"
     "\\bno (?:\\w+ )?(migration|restart|rollback)s? (?:(?:was|were|is|are) )?"
     "(?:needed|required|necessary)\\b",
     "\\b(?:includes?|included|including|with|ran|after running) (?:the )?"
     "(?:\\w+ )?(migration|restart|rollback)s?\\b(?!.*\\bnot )",
     "not needed and done", true},
};

/* The word that both speak of, from the first group that is set. */
static struct str subject(const struct str *g, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (g[i].len > 0)
            return g[i];
    return STR_NONE;
}

static bool is_done_or_told(const struct statement *s, bool done)
{
    return !done || s->marking == MARKING_DONE;
}

static void oppose(struct review *r, const struct opposed_row *row)
{
    EACH (statement, s, r->d, statement) {
        struct str g[3];
        if (!found(r->p, row->one, s->text, g, 3))
            continue;
        EACH (statement, o, r->d, statement) {
            struct str h[3];
            if (o == s || !is_done_or_told(o, row->cause) ||
                !found(r->p, row->other, o->text, h, 3) ||
                !str_equal_nocase(subject(g, 3), subject(h, 3)))
                continue;
            remark_at(r, s->line, g[0], "'%.*s' here, '%.*s' on line %u",
                      STR_ARGS(str_sub(s->text, 0, 90)),
                      STR_ARGS(str_sub(o->text, 0, 90)), o->line);
            return;
        }
    }
}

/* A recommended option, and a step that has yet to choose. */
static void undecided(struct review *r)
{
    const struct section *best = NULL;
    for (size_t i = 1; i < r->d->section_count && best == NULL; i++)
        if (seen(r->p, "^(option|approach|alternative)\\b.*\\brecommended\\b",
                 r->d->section[i].title))
            best = &r->d->section[i];
    if (best == NULL)
        return;
    EACH (statement, s, r->d, statement) {
        if (s->line <= best->line || s->kind != STATEMENT_ITEM ||
            s->marking == MARKING_DONE ||
            !seen(r->p,
                  "^(decide|choose|select|pick)\\b.*\\b(option|strategy|"
                  "approach|between|vs|or)\\b",
                  s->text))
            continue;
        remark_at(r, s->line, s->text,
                  "'%.*s', but line %u recommends one already",
                  STR_ARGS(str_sub(s->text, 0, 90)), best->line);
        return;
    }
}

/* "zero downtime" and a downtime. */
static void downtime_denied(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        if (!seen(r->p,
                  "\\b(zero|no) (down ?time|user impact)\\b|"
                  "^(down ?time|user impact): (zero|none|no\\b|0\\b)",
                  s->text) ||
            under(r->d, s->section,
                  TOPIC_CRITERIA | TOPIC_ACTIONS | TOPIC_PREVENT |
                      TOPIC_LESSONS))
            continue;
        EACH (stated, o, r->d, stated) {
            if (o->term != TERM_DOWN || o->length.low == 0 || o->from == s)
                continue;
            remark_at(r, s->line, s->text, "'%.*s' here, '%.*s' on line %u",
                      STR_ARGS(str_sub(s->text, 0, 90)),
                      STR_ARGS(str_sub(o->from->text, 0, 90)), o->from->line);
            return;
        }
    }
}

/* The part of a block that shows what was before: up to the line AFTER. */
static struct str part_before(struct review *r, const struct block *b)
{
    struct str text = block_text(r->d, b), from[1], to[1];
    if (!found(r->p, "(^|\n)[^\n\\w]*before\\b[^\n]*\n", text, from, 1))
        return STR_NONE;
    struct str rest = after(text, from[0]);
    if (!found(r->p, "(^|\n)[^\n\\w]*after\\b", rest, to, 1))
        return STR_NONE;
    return before(rest, to[0]);
}

/* "Added `X`", and what was there before has it already. */
static void added_already(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        struct str line = r->d->line[s->line].text, span, g[1];
        size_t at = 0;
        if (s->kind == STATEMENT_ROW ||
            !found(r->p, "\\b(added|introduced|appended)\\W+`", line, g, 1))
            continue;
        at = (size_t)(g[0].ptr - line.ptr) + g[0].len - 1;
        if (!span_next(line, &at, &span) || span.len < 3)
            continue;
        EACH (block, b, r->d, block) {
            struct str old = part_before(r, b);
            if (old.len == 0 || str_find(old, span, 0) == old.len)
                continue;
            remark_at(r, s->line, g[0],
                      "'%.*s' is called new, and the block on line %u has it "
                      "before the change",
                      STR_ARGS(span), b->first);
            return;
        }
    }
}

void check_statements_opposed(struct review *r)
{
    added_already(r);
    for (size_t i = 0; i < ARRAY_COUNT(opposed); i++)
        oppose(r, &opposed[i]);
    undecided(r);
    downtime_denied(r);
}
