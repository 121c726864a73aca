/* Rules about counts and sums. */
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

/* "2/3 services": never more than all, and all is what the table lists. */
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
        if (column_of(r->p, t, "^(service|component|endpoint)s?$") != 0 ||
            (int64_t)t->count == digits(g[2]))
            continue;
        remark_at(r, s->line, g[1], "'%.*s', but the table on line %u has %zu",
                  STR_ARGS(g[0]), t->head.line, t->count);
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
                 "after|within) (the )?$|\\bone$",
                 of))
            continue;
        remark_at(r, s->line, g[0], "'%.*s', and %zu are listed",
                  STR_ARGS(g[0]), items);
    }
}

struct volume {
    int64_t files, lines;
    const struct statement *from;
    struct str text;
};

#define VOLUMES_MAX 24

/* "7 files, 2,521 lines" wherever it stands. */
static size_t volumes(struct review *r, struct volume *out)
{
    size_t count = 0;
    EACH (statement, s, r->d, statement) {
        struct str g[3];
        if (count == VOLUMES_MAX)
            break;
        if (!found(r->p,
                   "\\b(\\d{1,5}) files?(?:,| and| with)? "
                   "(\\d{1,3}(?:,\\d{3})*|\\d+) lines\\b",
                   s->text, g, 3))
            continue;
        out[count++] = (struct volume){digits(g[1]), digits(g[2]), s, g[0]};
    }
    return count;
}

/* The others whose lines add up to the total: their files must, too. */
static bool volume_sum(const struct volume *all, size_t count, size_t total,
                       struct volume *sum)
{
    for (unsigned set = 1; set < 1u << count; set++) {
        *sum = (struct volume){0, 0, NULL, STR_NONE};
        size_t parts = 0;
        for (size_t i = 0; i < count; i++) {
            if ((set >> i & 1) == 0 || i == total)
                continue;
            sum->files += all[i].files;
            sum->lines += all[i].lines;
            parts++;
        }
        if (parts >= 2 && sum->lines == all[total].lines)
            return true;
    }
    return false;
}

static void volumes_add_up(struct review *r)
{
    struct volume all[VOLUMES_MAX], sum;
    size_t count = volumes(r, all);
    if (count < 3)
        return;
    count = count > 10 ? 10 : count;
    for (size_t i = 0; i < count; i++)
        if (volume_sum(all, count, i, &sum) && sum.files != all[i].files) {
            remark_at(r, all[i].from->line, all[i].text,
                      "'%.*s': the parts with these lines have %lld files",
                      STR_ARGS(all[i].text), (long long)sum.files);
            return;
        }
}

void check_count_differs(struct review *r)
{
    commits_total(r);
    EACH (block, b, r->d, block)
        commits_of_block(r, b);
    EACH (statement, s, r->d, statement)
        fraction(r, s);
    lists_counted(r);
}

/* "4 (3 enhancements + 1 fix)", "+269 lines, -93 lines (net +176)". */
static void sum_in_brackets(struct review *r, const struct statement *s)
{
    struct str g[2], part[1];
    int64_t sum = 0;
    size_t at = 0, parts = 0;
    if (!found(r->p, "^~? ?(\\d[\\d,]*)\\s*\\w*\\s*\\(", s->value, g, 2) ||
        memchr(s->value.ptr, '+', s->value.len) == NULL)
        return;
    struct str rest = after(s->value, g[0]);
    size_t close = str_find(rest, STR(")"), 0);
    struct str inside = str_sub(rest, 0, close);
    if (seen(r->p, "\\b(h|hours?|min|minutes?|s|sec|seconds?)\\b", inside))
        return;
    while (next(r->p, "(?:^|\\+\\s*)\\d[\\d,]*(?=\\s+[a-z])", inside, part, 1,
                &at)) {
        sum += digits(part[0]);
        parts++;
    }
    if (parts >= 2 && sum != digits(g[1]))
        remark_at(r, s->line, s->value, "'%.*s' adds up to %lld",
                  STR_ARGS(str_sub(s->value, 0, 80)), (long long)sum);
}

static void net_of_lines(struct review *r, const struct statement *s)
{
    struct str g[5];
    if (!found(r->p,
               "\\+(\\d[\\d,]*)[^\\d(]{1,12}(?:-|\xe2\x88\x92)(\\d[\\d,]*)\\D"
               "{0,12}\\(net ([+-]|\xe2\x88\x92)?(\\d[\\d,]*)\\)",
               s->text, g, 5))
        return;
    int64_t net = digits(g[4]);
    if (g[3].len > 0 && g[3].ptr[0] != '+')
        net = -net;
    if (digits(g[1]) - digits(g[2]) != net)
        remark_at(r, s->line, g[0], "'%.*s': the net is %lld", STR_ARGS(g[0]),
                  (long long)(digits(g[1]) - digits(g[2])));
}

/* "65 minutes (10 min + 5 min + 50 min)". */
static void lengths_add_up(struct review *r, const struct statement *s)
{
    struct length total, part;
    size_t at = 0, parts = 0;
    int64_t sum = 0;
    if (!length_next(r->p, s->value, &at, &total) ||
        total.text.ptr > s->value.ptr + 2)
        return;
    struct str rest = str_trim(after(s->value, total.text));
    if (rest.len == 0 || rest.ptr[0] != '(')
        return;
    rest = str_sub(rest, 0, str_find(rest, STR(")"), 0));
    if (memchr(rest.ptr, '+', rest.len) == NULL)
        return;
    for (at = 0; length_next(r->p, rest, &at, &part); parts++)
        sum += part.high;
    if (parts >= 2 && (sum > total.high + 60 || sum < total.low - 60))
        remark_at(r, s->line, total.text,
                  "'%.*s': its parts add up to %lld min", STR_ARGS(total.text),
                  (long long)sum / 60);
}

/* A row "Total" of a table, column by column. */
static void table_total(struct review *r, const struct table *t)
{
    const struct row *last = t->count > 1 ? &t->row[t->count - 1] : NULL;
    if (last == NULL ||
        !seen(r->p, "^(grand )?(total|sum)\\b", cell_text(last, 0)))
        return;
    for (int c = 1; c < (int)last->count; c++) {
        static const char number[] =
            "^[+-]?\\d[\\d,]*( (files|lines|commits|checks|tests|min))?$";
        int64_t sum = 0;
        bool all = seen(r->p, number, cell_text(last, c));
        for (size_t i = 0; all && i + 1 < t->count; i++) {
            all = seen(r->p, number, cell_text(&t->row[i], c));
            int64_t value = digits(cell_text(&t->row[i], c));
            sum +=
                str_starts(cell_text(&t->row[i], c), STR("-")) ? -value : value;
        }
        int64_t stated = digits(cell_text(last, c));
        if (str_starts(cell_text(last, c), STR("-")))
            stated = -stated;
        if (all && sum != stated)
            remark_at(r, last->line, cell_text(last, c),
                      "the total of '%.*s' is %lld, its rows add up to %lld",
                      STR_ARGS(cell_text(&t->head, c)), (long long)stated,
                      (long long)sum);
    }
}

void check_sum_differs(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        if (s->label.len == 0 || s->kind == STATEMENT_HEADING)
            continue;
        sum_in_brackets(r, s);
        lengths_add_up(r, s);
        net_of_lines(r, s);
    }
    EACH (table, t, r->d, table)
        table_total(r, t);
    volumes_add_up(r);
}
