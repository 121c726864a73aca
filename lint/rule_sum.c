/* Rules about sums: parts and their total. */
#include <string.h>

#include "lint/internal.h"

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

static bool is_total(struct review *r, struct str text)
{
    return seen(r->p, "^\\W*(grand |overall )?(total|sum)\\b", text);
}

/* The lengths of one column, without a row of their total; -1: not all are. */
static int64_t lengths_of_column(struct review *r, const struct table *t,
                                 int column, size_t *rows)
{
    int64_t sum = 0;
    *rows = 0;
    for (size_t i = 0; i < t->count; i++) {
        struct str cell = cell_text(&t->row[i], column);
        struct length l;
        size_t at = 0;
        if (is_total(r, cell_text(&t->row[i], 0)))
            continue;
        if (!length_next(r->p, cell, &at, &l) || l.text.ptr > cell.ptr + 1 ||
            l.low != l.high || l.bound != 0)
            return -1;
        sum += l.high;
        ++*rows;
    }
    return *rows >= 2 ? sum : -1;
}

static void compare_total(struct review *r, const struct table *t,
                          const struct statement *s, int64_t sum)
{
    struct length l;
    size_t at = 0;
    if (!length_next(r->p, s->value, &at, &l) || l.bound != 0)
        return;
    int64_t off = sum > l.high ? sum - l.high : l.low - sum;
    if (off > length_slack(&l, false) && off * 10 > sum)
        remark_at(r, s->line, l.text,
                  "'%.*s', and the rows of the table on line %u add up to "
                  "%lld min",
                  STR_ARGS(l.text), t->head.line, (long long)sum / 60);
}

/* A table of steps with their lengths, and what is called their total. */
static void lengths_total(struct review *r, const struct table *t)
{
    size_t rows;
    int column = column_of(r->p, t,
                           "^(duration|took|time taken|elapsed|length|"
                           "time spent)\\b");
    int64_t sum = column < 1 ? -1 : lengths_of_column(r, t, column, &rows);
    if (sum < 0 || column_of(r->p, t, "^(incident|outage|service)") == 0)
        return;
    for (size_t i = 0; i < t->count; i++)
        if (is_total(r, cell_text(&t->row[i], 0))) {
            struct str cell = cell_text(&t->row[i], column);
            struct statement row = {.value = cell, .line = t->row[i].line};
            compare_total(r, t, &row, sum);
        }
    EACH (statement, s, r->d, statement) {
        if (s->section != t->section || s->kind == STATEMENT_ROW ||
            s->line < t->head.line || !is_total(r, s->label))
            continue;
        compare_total(r, t, s, sum);
        return;
    }
}

/* A row "Total" of a table, column by column. */
static void table_total(struct review *r, const struct table *t)
{
    const struct row *last = t->count > 1 ? &t->row[t->count - 1] : NULL;
    if (last == NULL || !is_total(r, cell_text(last, 0)))
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
    EACH (table, t, r->d, table) {
        table_total(r, t);
        lengths_total(r, t);
    }
    volumes_add_up(r);
}
