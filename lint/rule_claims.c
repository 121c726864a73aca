/* Rules about claims: is there evidence, and does another claim deny them? */
#include "lint/evidence.h"

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
            bool evidence = evidence_output(r, b);
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

/* A title that names the kind of the document claims nothing: does the text
   below it say that something led to the failure? */
static bool names_cause(struct review *r, const struct section *in)
{
    EACH (statement, s, r->d, statement)
        if (s->line > in->line && s->line <= in->last_line &&
            seen(r->p,
                 "\\bcaus|because|due to|led to|root|broke|reason|failed|fault",
                 s->text))
            return true;
    return false;
}

static bool claims_cause(struct review *r, const struct section *in)
{
    return (in->own & TOPIC_CAUSE) != 0 && in->last_line > in->line &&
           (in->level > 1 || names_cause(r, in)) &&
           seen(r->p, "\\bcauses?\\b|^why|what caused", in->title) &&
           !seen(r->p, "hypothes|possible|suspected|unknown|likely|probable",
                 in->title);
}

void check_cause_without_evidence(struct review *r)
{
    const struct document *d = r->d;
    sweeping(r);
    for (size_t i = 1; i < d->section_count; i++) {
        const struct section *in = &d->section[i];
        if (!claims_cause(r, in))
            continue;
        if (!evidence_not_claimed(r, in) && !evidence_for(r, in))
            remark_at(r, in->line, in->title,
                      "'%.*s' has no error message, log line, measurement or "
                      "link to one",
                      STR_ARGS(in->title));
        return;
    }
    /* a cause without a section of its own */
    EACH (statement, s, d, statement) {
        struct section own = d->section[s->section];
        if (!seen(r->p, "^(the )?root cause$", s->label) || s->value.len == 0 ||
            d->section_count < 2)
            continue;
        own.line = s->line - 1;
        own.last_line = s->last_line;
        if (!evidence_not_claimed(r, &own) &&
            !evidence_for(r, &d->section[s->section]))
            remark_at(r, s->line, s->text,
                      "the root cause has no error message, log line, "
                      "measurement or link to one");
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
        if (evidence_output(r, b))
            return;
    if (first != NULL)
        remark_at(r, first->line, STR("outage"),
                  "an outage, and nothing is shown to have failed");
}
