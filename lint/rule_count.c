/* Rules about counts: what is stated and what is listed. */
#include <string.h>

#include "lint/internal.h"

#define SHAS_MAX 200

/* "2", "2,521" or a word up to ten; -1: no number. */
static int64_t number_of(struct str word)
{
    static const char *const words[] = {"zero",  "one",  "two", "three",
                                        "four",  "five", "six", "seven",
                                        "eight", "nine", "ten"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (str_equal_nocase(word, str_from(words[i])))
            return (int64_t)i;
    if (word.len == 0 || word.ptr[0] < '0' || word.ptr[0] > '9')
        return -1;
    return digits(word);
}

struct shas {
    struct str sha[SHAS_MAX];
    size_t count;
};

static bool shas_hold(const struct shas *s, struct str sha)
{
    for (size_t i = 0; i < s->count; i++)
        if (str_starts(s->sha[i], sha) || str_starts(sha, s->sha[i]))
            return true;
    return false;
}

static void shas_of(struct review *r, struct shas *out, struct str text)
{
    struct str g[1];
    size_t at = 0;
    while (out->count < SHAS_MAX && next(r->p, sha_word, text, g, 1, &at))
        if (!shas_hold(out, g[0]))
            out->sha[out->count++] = g[0];
}

/* The distinct commits of all tables that have a column of them. */
static void commits_listed(struct review *r, struct shas *out, unsigned *line)
{
    EACH (table, t, r->d, table) {
        int column = column_of(r->p, t, "^commits?$|^sha$|^revision$");
        for (size_t i = 0; column >= 0 && i < t->count; i++)
            shas_of(r, out, cell_text(&t->row[i], column));
        if (column >= 0 && *line == 0)
            *line = t->head.line;
    }
}

static void commits_total(struct review *r)
{
    struct shas listed = {.count = 0};
    unsigned line = 0;
    struct str g[2];
    commits_listed(r, &listed, &line);
    EACH (statement, s, r->d, statement) {
        if (listed.count == 0 || s->kind == STATEMENT_HEADING ||
            !seen(r->p, "^(total |number of |deployed )?commits?$", s->label) ||
            !found(r->p, "^(?:~ ?)?(\\d{1,4})\\b(?!\\.)", s->value, g, 2) ||
            digits(g[1]) == (int64_t)listed.count)
            continue;
        remark_at(r, s->line, s->text,
                  "'%.*s' says %lld commits, the tables list %zu (from line "
                  "%u)",
                  STR_ARGS(str_sub(s->text, 0, 60)), (long long)digits(g[1]),
                  listed.count, line);
    }
}

/* A block of commits and nothing else, "sha subject" a line. */
static bool block_commits(struct review *r, const struct block *b,
                          struct shas *out)
{
    struct str rest = block_text(r->d, b), g[1];
    out->count = 0;
    while (rest.len > 0) {
        struct str line = str_trim(str_cut(rest, '\n', &rest));
        if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == '$')
            continue;
        if (!found(r->p, sha_word, line, g, 1) || g[0].ptr != line.ptr ||
            out->count == SHAS_MAX)
            return false;
        out->sha[out->count++] = g[0];
    }
    return out->count >= 2;
}

/* Does it name some of the commits of the block, and no others? */
static bool names_some(struct review *r, const struct statement *s,
                       const struct shas *block, struct shas *named)
{
    named->count = 0;
    shas_of(r, named, s->text);
    for (size_t i = 0; i < named->count; i++)
        if (!shas_hold(block, named->sha[i]))
            return false;
    return named->count >= 3 && named->count < block->count;
}

/* "a", "b", "c" in one line, and a block of commits in the same chapter. */
static void commits_of_block(struct review *r, const struct block *b)
{
    struct shas block, named;
    size_t chapter = b->section;
    if (!block_commits(r, b, &block))
        return;
    while (chapter > 0 && r->d->section[chapter].level > 2)
        chapter = r->d->section[chapter].parent;
    EACH (statement, s, r->d, statement) {
        if (!within(r->d, s->section, chapter) ||
            !names_some(r, s, &block, &named))
            continue;
        remark_at(r, s->line, named.sha[0],
                  "%zu commits are named here, the block on line %u lists %zu",
                  named.count, b->first, block.count);
        return;
    }
}

/* Rows that are of one thing each: no total, no average. */
static size_t rows_counted(struct review *r, const struct table *t)
{
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++)
        count += !seen(r->p,
                       "^\\W*(grand )?(total|sum|overall|all|average|mean|"
                       "\\.\\.\\.|\xe2\x80\xa6|others?|rest)\\b|"
                       "^(\\.\\.\\.|\xe2\x80\xa6)$",
                       cell_text(&t->row[i], 0));
    return count;
}

/* "2/3 services": never more than all, and all is what the table lists. */
static void more_than_all(struct review *r, const struct statement *s)
{
    struct str g[3];
    if (found(r->p,
              "(?<![\\d./-])\\b(\\d{1,6}) of (?:the )?(\\d{1,6}) "
              "(?!min|hour|sec|day|week|month|ms\\b)[a-z]{3,}",
              s->text, g, 3) &&
        digits(g[1]) > digits(g[2]))
        remark_at(r, s->line, g[1], "'%.*s': more than there are",
                  STR_ARGS(g[0]));
}

static void fraction(struct review *r, const struct statement *s)
{
    static const char pattern[] =
        "(?|(?<![\\d./])(\\d{1,4})(?:/| of (?:the )?)(\\d{1,4}) "
        "(?:\\w+ )?(?:services?|endpoints?|components?)\\b|"
        "\\b(?:services?|endpoints?|components?)\\b[^.|]{0,40}?"
        "(?<![\\d./])(\\d{1,4})/(\\d{1,4})\\b(?!/))";
    struct str g[3];
    if (s->kind == STATEMENT_ROW || !found(r->p, pattern, s->text, g, 3))
        return;
    if (digits(g[1]) > digits(g[2])) {
        remark_at(r, s->line, g[1], "'%.*s': more than there are",
                  STR_ARGS(g[0]));
        return;
    }
    EACH (table, t, r->d, table) {
        size_t rows = rows_counted(r, t);
        if (column_of(r->p, t, "^(service|component|endpoint)s?$") != 0 ||
            (int64_t)rows == digits(g[2]) || (int64_t)rows == digits(g[1]) ||
            r->d->section[t->section].about.incident != s->about.incident)
            continue;
        remark_at(r, s->line, g[1], "'%.*s', but the table on line %u has %zu",
                  STR_ARGS(g[0]), t->head.line, rows);
        return;
    }
}

/* Items of the list that follows a statement, one level deeper. */
static size_t items_below(const struct document *d, size_t index, int *depth)
{
    const struct statement *s = &d->statement[index];
    size_t count = 0;
    *depth = 0;
    for (size_t i = index + 1; i < d->statement_count; i++) {
        const struct statement *item = &d->statement[i];
        if (item->kind != STATEMENT_ITEM || item->depth <= s->depth ||
            item->section != s->section)
            break;
        if (*depth == 0)
            *depth = item->depth;
        count += item->depth == *depth;
    }
    return count;
}

/* "We changed 3 files:" and the list below it. */
static void lists_counted(struct review *r)
{
    const struct document *d = r->d;
    static const char pattern[] =
        "(?<![\\d./"
        "-])\\b(\\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)"
        " (?:\\w+ )?(files|commits|services|checks|endpoints|tables|causes|"
        "steps|changes|scripts|documents|migrations|tests|reasons|things|"
        "actions|items|hosts|pods|errors)\\b";
    for (size_t i = 0; i < d->statement_count; i++) {
        const struct statement *s = &d->statement[i];
        struct str g[3];
        int depth;
        if (s->kind == STATEMENT_HEADING || s->kind == STATEMENT_ROW ||
            !str_ends(s->text, STR(":")) ||
            !found(r->p, pattern, s->text, g, 3))
            continue;
        size_t items = items_below(d, i, &depth);
        int64_t stated = number_of(g[1]);
        struct str of = before(s->text, g[0]);
        if (items < 2 || stated < 0 || (int64_t)items == stated ||
            seen(r->p,
                 "\\b(of|all|first|last|other|least|most|than|every|"
                 "after|within|about|around|over|some|nearly|~) ?(the )?$|"
                 "\\bone$",
                 of) ||
            seen(r->p,
                 "\\b(includ\\w*|such as|e\\.?g\\.?|examples?|like|among\\w*|"
                 "notabl[ey]|mainly|most \\w+|some of|in particular)\\b",
                 s->text))
            continue;
        remark_at(r, s->line, g[0], "'%.*s', and %zu are listed",
                  STR_ARGS(g[0]), items);
    }
}

/* "4 services were affected", and the one table of services has 3 rows. */
static const char totals[] =
    "(?|(?:\\b(?:all|total of|total:|in total,?|there (?:are|were)|following|"
    "affected|impacted|these|across) |^)"
    "(\\d{1,4}|two|three|four|five|six|seven|eight|nine|ten) "
    "(?:\\w+ )?(service|host|server|node|pod|region|customer|tenant|endpoint|"
    "action item|cluster|database|shard|queue|alert|attempt|"
    "migration|component)s\\b|"
    "(?<![\\d./-])\\b(\\d{1,4}|two|three|four|five|six|seven|eight|nine|ten) "
    "(?:\\w+ )?(service|host|server|node|pod|region|customer|tenant|endpoint|"
    "action item|cluster|database|shard|queue|alert|attempt|"
    "migration|component)s (?:was|were|are|failed|had|in total|went|lost|"
    "listed|below)\\b)";

/* The only table whose first column has these things; NULL: not one. */
static const struct table *table_of(struct review *r, struct str thing,
                                    size_t incident)
{
    const struct table *only = NULL;
    EACH (table, t, r->d, table) {
        struct str head = t->head.count > 0 ? t->head.cell[0].text : STR_NONE;
        bool actions = str_equal_nocase(thing, STR("action item")) &&
                       (r->d->section[t->section].own & TOPIC_ACTIONS) != 0;
        bool named = str_equal_nocase(str_sub(head, 0, thing.len), thing) &&
                     head.len <= thing.len + 1;
        if ((!named && !actions) ||
            r->d->section[t->section].about.incident != incident)
            continue;
        if (only != NULL)
            return NULL;
        only = t;
    }
    return only;
}

static void total_of_table(struct review *r, const struct statement *s)
{
    struct str g[3];
    if (s->kind == STATEMENT_HEADING || s->kind == STATEMENT_ROW ||
        s->about.claim != CLAIM_FACT || !found(r->p, totals, s->text, g, 3) ||
        seen(r->p,
             "\\b(of|least|most|than|about|around|over|other|another|"
             "additional|more|first|last|up to|every|per|only|some|remaining) "
             "(the )?$",
             before(s->text, g[1])) ||
        seen(r->p, "^ (other|more|additional|remaining|of)\\b",
             after(s->text, g[1])))
        return;
    const struct table *t = table_of(r, g[2], s->about.incident);
    int64_t stated = number_of(g[1]);
    size_t rows = t == NULL ? 0 : rows_counted(r, t);
    if (rows > 1 && stated > 0 && (int64_t)rows != stated &&
        !seen(r->p, "\\b(examples?|excerpt|sample|some|top|selected|main)\\b",
              r->d->section[t->section].title))
        remark_at(r, s->line, g[1], "'%.*s', and the table on line %u has %zu",
                  STR_ARGS(g[0]), t->head.line, rows);
}

void check_count_differs(struct review *r)
{
    EACH (statement, s, r->d, statement)
        total_of_table(r, s);
    commits_total(r);
    EACH (block, b, r->d, block)
        commits_of_block(r, b);
    EACH (statement, s, r->d, statement) {
        more_than_all(r, s);
        fraction(r, s);
    }
    lists_counted(r);
}
