/* Rules about claims: is there evidence, and does another claim deny them? */
#include "lint/internal.h"

static const char evidence_words[] =
    "\\b(error|errors|failed|failure|fatal|exception|denied|refused|timed? "
    "?out|"
    "timeout|panic|traceback|unhealthy|aborted|exceeded|killed|oom|"
    "[45]\\d\\d|already exists|does not exist|not found|exit code|conflict)\\b";

/* A block that shows what a program said; commands prove nothing. */
static bool is_evidence(struct review *r, const struct block *b)
{
    struct str text = str_sub(block_text(r->d, b), 0, 20000), g[1];
    if (found(r->p, sha_word, text, g, 1) && g[0].ptr < text.ptr + 200 &&
        seen(r->p, "(^|\n)[0-9a-f]{7,40} \\S", text))
        return false; /* a list of commits */
    return seen(r->p, evidence_words, text);
}

/* A link or quoted output in the section does as well. */
static bool section_shows(struct review *r, const struct section *in)
{
    EACH (link, l, r->d, link)
        if (l->line >= in->line && l->line <= in->last_line)
            return true;
    for (unsigned i = in->line + 1; i <= in->last_line; i++) {
        struct str line = r->d->line[i].text, span;
        size_t at = 0;
        while (!r->d->line[i].code && span_next(line, &at, &span))
            if (span.len > 12 && seen(r->p, evidence_words, span))
                return true;
        if (seen(r->p, "^\\s*>.*", line) && seen(r->p, evidence_words, line))
            return true;
    }
    return false;
}

/* A section that says that there is no cause yet claims nothing. */
static bool is_not_known(struct review *r, const struct section *in)
{
    for (unsigned i = in->line + 1; i <= in->last_line; i++)
        if (seen(r->p,
                 "\\b(no (known )?(log|failure|cause)\\b|not (yet "
                 ")?known|unknown|undetermined|"
                 "under investigation|not (yet )?(found|determined))\\b",
                 r->d->line[i].text))
            return true;
    return false;
}

/* ALL, EVERY: a mechanism that is told of more than the evidence shows. */
static void sweeping(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        struct str g[1];
        bool shown = false, any = false;
        if (!under(r->d, s->section, TOPIC_CAUSE) ||
            s->kind == STATEMENT_HEADING ||
            !found(r->p, "\\b(?-i:ALL|EVERY)\\b [^.;]{0,60}\\bfrom scratch\\b",
                   s->text, g, 1))
            continue;
        EACH (block, b, r->d, block) {
            bool evidence = is_evidence(r, b);
            any = any || evidence;
            shown =
                shown || (evidence && seen(r->p,
                                           "\\b(all|every|from scratch)\\b|"
                                           "(applying|running)[^\n]*\n[^\n]*"
                                           "(applying|running)",
                                           block_text(r->d, b)));
        }
        if (any && !shown)
            remark_at(r, s->line, g[0],
                      "'%.*s': the evidence does not show this much",
                      STR_ARGS(g[0]));
    }
}

void check_cause_without_evidence(struct review *r)
{
    const struct document *d = r->d;
    bool any = false;
    sweeping(r);
    EACH (block, b, d, block)
        any = any || is_evidence(r, b);
    EACH (statement, s, d, statement)
        any = any || (seen(r->p, "^(error( code| message| text)?|message)$",
                           s->label) &&
                      s->value.len > 3);
    for (size_t i = 1; i < d->section_count && !any; i++) {
        const struct section *in = &d->section[i];
        if ((in->own & TOPIC_CAUSE) == 0 || in->last_line == in->line ||
            !seen(r->p, "\\bcauses?\\b|^why|what caused", in->title) ||
            seen(r->p, "hypothes|possible|suspected|unknown", in->title) ||
            section_shows(r, in) || is_not_known(r, in))
            continue;
        remark_at(r, in->line, in->title,
                  "'%.*s' has no error message, log line or link to one",
                  STR_ARGS(in->title));
        return;
    }
    if (any || d->section_count < 2)
        return;
    /* a cause without a section of its own */
    EACH (statement, s, d, statement) {
        if (!seen(r->p, "^root cause$", s->label) || s->value.len == 0 ||
            section_shows(r, &d->section[s->section]) ||
            under(d, s->section, TOPIC_CAUSE))
            continue;
        remark_at(r, s->line, s->text,
                  "the root cause has no error message, log line or link to "
                  "one");
        return;
    }
}

/* What the timeline says became of a commit; NULL: nothing bad. */
static const struct row *row_not_deployed(struct review *r, struct str sha)
{
    EACH (table, t, r->d, table) {
        int column = column_of(r->p, t, "^commits?$|^sha$|^revision$");
        int status = column_of(r->p, t, "^(status|state|result)");
        if (column < 0 || status < 0)
            continue;
        for (size_t i = 0; i < t->count; i++) {
            struct str listed[1], said = cell_text(&t->row[i], status);
            if (!found(r->p, sha_word, cell_text(&t->row[i], column), listed,
                       1) ||
                !(str_starts(listed[0], sha) || str_starts(sha, listed[0])))
                continue;
            if (t->row[i].marking == MARKING_FAILED ||
                seen(r->p,
                     "\\b(local|not deployed|reverted|rolled back|"
                     "skipped|pending|failed)\\b",
                     said))
                return &t->row[i];
        }
    }
    return NULL;
}

static void deployed_commits(struct review *r, const struct statement *s)
{
    struct str g[1];
    size_t at = 0, bad = 0;
    const struct row *first = NULL;
    struct str sha = STR_NONE;
    while (next(r->p, sha_word, s->text, g, 1, &at)) {
        const struct row *row = row_not_deployed(r, g[0]);
        if (row == NULL)
            continue;
        if (first == NULL) {
            first = row;
            sha = g[0];
        }
        bad++;
    }
    if (bad > 0)
        remark_at(r, s->line, sha,
                  "'%.*s' is listed as deployed, line %u says otherwise%s",
                  STR_ARGS(sha), first->line,
                  bad > 1 ? " (and of others here, too)" : "");
}

static void ask_commits(struct review *r, const struct statement *s)
{
    struct str g[1];
    size_t at = 0;
    const struct review_questions *ask = &r->options->ask;
    if (ask->commit == NULL)
        return;
    bool speaks = seen(r->p, "\\bcommits?\\b|\\bsha\\b|\\brevision\\b|deployed",
                       s->text) ||
                  s->kind == STATEMENT_ROW;
    while (speaks && next(r->p, sha_word, s->text, g, 1, &at)) {
        enum commit_answer answer = ask->commit(ask->context, g[0]);
        if (answer == COMMIT_UNKNOWN)
            remark_at(r, s->line, g[0], "commit '%.*s' is not known",
                      STR_ARGS(g[0]));
        else if (answer == COMMIT_OUTSIDE &&
                 under(r->d, s->section, TOPIC_DEPLOYED))
            remark_at(r, s->line, g[0],
                      "commit '%.*s' is not in what was deployed",
                      STR_ARGS(g[0]));
    }
}

void check_commit_not_deployed(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        const struct section *in = &r->d->section[s->section];
        bool deployed = under(r->d, s->section, TOPIC_DEPLOYED) &&
                        !under(r->d, s->section, TOPIC_TIMELINE) &&
                        !seen(r->p, "\\bnot\\b|fail", in->title);
        if (deployed && s->kind != STATEMENT_ROW)
            deployed_commits(r, s);
        ask_commits(r, s);
    }
}

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

void check_statements_opposed(struct review *r)
{
    for (size_t i = 0; i < ARRAY_COUNT(opposed); i++)
        oppose(r, &opposed[i]);
    undecided(r);
    downtime_denied(r);
}

void check_outage_unproven(struct review *r)
{
    const struct statement *first = NULL;
    static const char failed[] =
        "\\b5\\d\\d\\b|time[sd]? ?-?out|refused|unreachable|\\bfail|error|"
        "unavailab|down(time)?\\b|unhealthy|crash|\xe2\x9d\x8c|"
        "\xf0\x9f\x94\xb4|"
        "could not|couldn't|no response|dropped|lost";
    EACH (statement, s, r->d, statement) {
        if (first == NULL && seen(r->p, "\\boutages?\\b", s->prose) &&
            !seen(r->p, "\\bno outage|without (an )?outage", s->prose))
            first = s;
        if (seen(r->p, failed, s->text))
            return;
    }
    EACH (block, b, r->d, block)
        if (is_evidence(r, b))
            return;
    if (first != NULL)
        remark_at(r, first->line, STR("outage"),
                  "an outage, and nothing is shown to have failed");
}
