/* Rules about what is dangerous to show, to run or to believe. */
#include <string.h>
#include <strings.h>

#include "base/characters.h"
#include "lint/internal.h"

static const char *const secret_shapes[] = {
    "\\b[a-z][a-z0-9+.-]*://[^\\s:/@\"'<>]*:([^\\s/@\"'<>]{3,})@",
    "\\b(?:Bearer|Basic)\\s+([A-Za-z0-9._~+/=-]{16,})",
    "\\b(eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{4,})",
    "\\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|"
    "glpat-[A-Za-z0-9_-]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|"
    "sk_(?:live|test)_[A-Za-z0-9]{10,}|(?-i:AKIA|ASIA)(?-i:[A-Z0-9]){16}|"
    "npm_[A-Za-z0-9]{30,}|AIza[A-Za-z0-9_-]{30,}|rnd_[A-Za-z0-9]{20,}|"
    "SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,})",
    "(-----BEGIN [A-Z ]*PRIVATE KEY-----)",
    "(?:\\b|_)(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|"
    "client[_-]?secret)[\"']?\\s*[:=]\\s*[\"']?"
    "((?=[^\\s\"']*[0-9])(?=[^\\s\"']*[a-z])[^\\s\"'&,;<>{}()$*]{8,})",
};

/* What stands for a secret in examples. */
static const char stand_in[] =
    "^(x+|\\*+|\\.+|_+|#+|<.*|\\$.*|%.*|\\[.*|\\{.*|\\(.*|redacted.*|"
    "example.*|changeme.*|changeit|your.*|my[-_.].*|secretsmanager.*|vault:.*|"
    "process\\.env.*|env\\..*|secrets?\\..*|pass(word|wd)?\\d{0,3}|pwd|secret|"
    "token|test|dummy.*|sample.*|fake.*|placeholder.*|insert.*|postgres|root|"
    "guest|admin|user|none|null|.*x{5,}.*|.*\\*{3,}.*|.*\\.{3}|"
    "(?-i:[A-Z][A-Z0-9]*([_-][A-Z0-9]+)*))$";

void check_secret_shown(struct review *r)
{
    for (unsigned i = 1; i <= r->d->line_count; i++) {
        struct str line = r->d->line[i].text, g[2];
        for (size_t k = 0; k < ARRAY_COUNT(secret_shapes); k++) {
            if (!found(r->p, secret_shapes[k], line, g, 2) ||
                seen(r->p, stand_in, g[1]))
                continue;
            size_t column = (size_t)(g[1].ptr - line.ptr) + 1;
            remark_columns(r, i, (unsigned)column,
                           "%zu bytes that look like a secret, beginning "
                           "'%.*s'",
                           g[1].len, STR_ARGS(str_sub(g[1], 0, 4)));
            break;
        }
    }
}

/* Where a commit stands in the lists of the document, newest first. */
static bool is_above(struct review *r, struct str one, struct str other)
{
    EACH (block, b, r->d, block) {
        unsigned at_one = 0, at_other = 0;
        struct str g[1];
        for (unsigned i = b->first; i <= b->last; i++) {
            struct str line = str_trim(r->d->line[i].text);
            if (!found(r->p, "^[*|/\\\\ ]*([0-9a-f]{7,40})\\b(?!\\.\\.)", line,
                       g, 1))
                continue;
            struct str sha[1];
            if (!found(r->p, sha_word, line, sha, 1))
                continue;
            if (str_starts(sha[0], one) || str_starts(one, sha[0]))
                at_one = i;
            if (str_starts(sha[0], other) || str_starts(other, sha[0]))
                at_other = i;
        }
        if (at_one > 0 && at_other > 0)
            return at_one < at_other;
    }
    return false;
}

static void range_check(struct review *r, unsigned number, struct str *g)
{
    const struct review_questions *ask = &r->options->ask;
    struct str from = g[1], to = g[2];
    int known = -1;
    if (str_equal(from, to)) {
        remark_at(r, number, g[0], "'%.*s' is empty: both ends are the same",
                  STR_ARGS(g[0]));
        return;
    }
    if (ask->ancestor != NULL)
        known = ask->ancestor(ask->context, from, to);
    if (known == 1)
        return;
    bool reversed = known == 0 ? ask->ancestor(ask->context, to, from) == 1
                               : is_above(r, from, to);
    if (reversed)
        remark_at(r, number, g[0], "'%.*s' is empty: %.*s is newer than %.*s",
                  STR_ARGS(g[0]), STR_ARGS(from), STR_ARGS(to));
}

/* "git log … | tail -1" is the first commit, whatever the line above says. */
static void tail_check(struct review *r, unsigned number)
{
    struct str line = r->d->line[number].text, g[1];
    struct str above = number > 1 ? r->d->line[number - 1].text : STR_NONE;
    if (!found(r->p,
               "\\bgit (log|rev-list)\\b(?!.*--reverse).*\\|\\s*tail\\s+(-n "
               "?1|-1)\\b",
               line, g, 1) ||
        seen(r->p, "\\b(first|oldest|initial|root|created|added|introduced)\\b",
             above) ||
        seen(r->p, "#.*\\b(first|oldest|initial|created|added)\\b", line))
        return;
    remark_at(r, number, g[0],
              "'%.*s' gives the oldest commit, which is hardly the one meant",
              STR_ARGS(str_sub(g[0], 0, 120)));
}

void check_git_range_empty(struct review *r)
{
    EACH (block, b, r->d, block)
        for (unsigned i = b->first; i <= b->last; i++) {
            struct str g[3];
            size_t at = 0;
            while (next(r->p,
                        "\\b([0-9a-f]{7,40})\\^?\\.\\.\\.?([0-9a-f]{7,40})\\b",
                        r->d->line[i].text, g, 3, &at))
                range_check(r, i, g);
            tail_check(r, i);
        }
    for (unsigned i = 1; i <= r->d->line_count; i++) {
        struct str span;
        size_t at = 0;
        while (!r->d->line[i].code &&
               span_next(r->d->line[i].text, &at, &span)) {
            struct str g[3];
            if (found(r->p,
                      "\\b([0-9a-f]{7,40})\\^?\\.\\.\\.?([0-9a-f]{7,40})\\b",
                      span, g, 3))
                range_check(r, i, g);
        }
    }
}

static const char destructive[] =
    "\\bgit push\\b[^#\n]*(\\s--force(?!-)|\\s-f\\b)|\\bgit reset --hard\\b|"
    "\\bgit clean -[a-z]*f|\\bdelete from \\w*(migration|version|history)\\w*|"
    "\\bdrop (table|database|schema)\\b|\\btruncate( table)? \\w|"
    "\\bmigrate resolve\\b[^\n]*--applied|\\bmigrate reset\\b|"
    "\\b--accept-data-loss\\b|\\bflyway\\b[^\n]*\\bclean\\b|\\brm "
    "-[a-z]*r[a-z]* "
    "/|\\bterraform destroy\\b|\\bkubectl delete (ns|namespace|pvc|pv)\\b|"
    "\\bhelm (uninstall|delete)\\b|\\balembic stamp\\b|\\bdb:(drop|reset)\\b|"
    "\\bflushall\\b";
static const char warning[] =
    "\\b(danger\\w*|warning|caution|careful\\w*|destructive|irrevers\\w*|"
    "back ?ups?|backed up|dump|snapshot|data loss|lose[s]? (all )?data|"
    "lost forever|never run|(do not|don't|must not) (run|use|do|execute)|"
    "risk\\w*|overwrit\\w*|cannot be undone|only (use|run|do|if|when|after)|"
    "make sure|ensure that|be sure|last resort|wipes?|"
    "(deletes|removes|drops|destroys|erases|discards) "
    "(all|the|every|your|any|its|local)|permanent\\w*|double[- ]check)\\b|"
    "^\\W*(note|important|attention)\\b|\xe2\x9a\xa0|\xe2\x9b\x94";

/* Of the chapter in which the line stands, or right above the line. */
static bool is_warned(struct review *r, unsigned line)
{
    const struct document *d = r->d;
    size_t own = 0;
    for (size_t i = 1; i < d->section_count && d->section[i].line <= line; i++)
        if (d->section[i].level < 7)
            own = i;
    const struct section *in = &d->section[own];
    for (unsigned i = own == 0 ? 1 : in->line; i <= in->last_line; i++)
        if (seen(r->p, warning, str_sub(d->line[i].text, 0, 2000)))
            return true;
    return false;
}

/* Scripts and commands; a log that shows such a statement advises nothing. */
static bool is_command(struct review *r, unsigned line)
{
    EACH (block, b, r->d, block)
        if (line >= b->first && line <= b->last)
            return block_is_shell(r->p, r->d, b) ||
                   seen(r->p, "^(sql|ya?ml|dockerfile|toml|ini|json)",
                        b->language);
    return false;
}

void check_command_destructive(struct review *r)
{
    const struct document *d = r->d;
    for (unsigned i = 1; i <= d->line_count; i++) {
        struct str g[1], span, line = d->line[i].text;
        size_t at = 0;
        if (d->line[i].code) {
            if (found(r->p, destructive, line, g, 1) && is_command(r, i) &&
                !seen(r->p, "^\\s*(#|--|//)", line) && !is_warned(r, i))
                remark_at(r, i, g[0], "'%.*s' has no warning", STR_ARGS(g[0]));
            continue;
        }
        /* a span is run when it is told to be */
        while (span_next(line, &at, &span))
            if (found(r->p, destructive, span, g, 1) &&
                seen(r->p, "\\b(run|execute|delete|re-?run|then|use|apply)\\b",
                     before(line, span)) &&
                !is_warned(r, i)) {
                remark_at(r, i, g[0], "'%.*s' has no warning", STR_ARGS(g[0]));
                break;
            }
    }
}

#define WORD_MIN 4 /* shorter ones are in any text */

/* Does a word of the text begin with one of these stems? */
static bool is_among(const struct stems *said, const char *text)
{
    for (size_t i = 0; i < said->count; i++) {
        size_t len = strlen(said->word[i]);
        for (const char *at = text; len >= WORD_MIN && *at != '\0'; at++)
            if ((at == text || !is_alnum(at[-1])) &&
                strncasecmp(at, said->word[i], len) == 0)
                return true;
    }
    return false;
}

/* "**P3018**: what it means": the words of the catalogue must be among it. */
void check_code_meaning_differs(struct review *r)
{
    const struct review_questions *ask = &r->options->ask;
    if (ask->meaning == NULL)
        return;
    EACH (statement, s, r->d, statement) {
        struct str g[2];
        struct stems said;
        if (s->kind == STATEMENT_HEADING ||
            !found(r->p,
                   "(?:^|[ (])((?-i:P\\d{4}|\\d[0-9A-Z]{4}|ORA-\\d{5}|"
                   "ER_[A-Z_]+|[A-Z]{2,4}\\d{3,5}))\\)?$",
                   s->label, g, 2))
            continue;
        const char *meaning = ask->meaning(ask->context, g[1]);
        if (meaning == NULL)
            continue;
        stems_of(&said, s->value);
        if (said.count >= 3 && !is_among(&said, meaning))
            remark_at(r, s->line, s->text,
                      "'%.*s': the catalogue says '%.100s'",
                      STR_ARGS(str_sub(s->text, 0, 90)), meaning);
    }
}

/* What says who does the work from now on. */
static const char taken_over[] =
    "\\b(automatic|auto-?|on startup|at startup|startup|instead|moved?|"
    "replac\\w*|flaky|duplicate|separate|let|lets|handle[ds]?|run(s)? in|"
    "run by|are run|takes? over|from now on|(by|in) (the |our )?(ci|pipeline)|"
    "(release|deploy|dedicated|own) (step|job|stage))\\b";

/* The item beside it tells of the same things, and how they are done now. */
static bool is_replaced(struct review *r, const struct statement *s,
                        struct str words)
{
    const struct document *d = r->d;
    struct stems own, other;
    stems_of(&own, words);
    for (int step = -1; step <= 1; step += 2) {
        size_t i = (size_t)(s - d->statement);
        if ((step < 0 && i == 0) || i + 1 >= d->statement_count + (step < 0))
            continue;
        const struct statement *o = step < 0 ? s - 1 : s + 1;
        stems_of(&other, o->text);
        if (o->section == s->section && o->kind == STATEMENT_ITEM &&
            stems_shared(&own, &other) > 0 && seen(r->p, taken_over, o->text))
            return true;
    }
    return false;
}

void check_safeguard_removed(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        struct str g[1];
        if (!under(r->d, s->section, TOPIC_PREVENT) ||
            under(r->d, s->section, TOPIC_LESSONS | TOPIC_CAUSE) ||
            s->kind != STATEMENT_ITEM ||
            !found(r->p,
                   "\\b(removed?|removing|disabled?|disabling|skip(ped|ping)?|"
                   "deleted?|turned off|bypass\\w*)\\b[^.]{0,40}\\b(migrate "
                   "deploy|migrations?|tests?|checks?|validation|health "
                   "?checks?|alerts?|monitoring|backups?|lint\\w*|rollback)\\b",
                   s->text, g, 1) ||
            seen(r->p, taken_over, after(s->text, g[0])) ||
            seen(r->p, "\\b(auto\\w*|at startup|on startup|flaky|duplicate)\\b",
                 s->text) ||
            is_replaced(r, s, g[0]))
            continue;
        remark_at(r, s->line, g[0], "'%.*s' is no prevention",
                  STR_ARGS(str_sub(s->text, 0, 90)));
    }
}
