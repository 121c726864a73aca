/* Kept lines become lines of the excerpt, log by log. */
#include "scan/excerpt_lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "scan/error_words.h"
#include "scan/excerpt_points.h"
#include "scan/excerpt_read.h"
#include "scan/excerpt_words.h"
#include "scan/kept.h"
#include "scan/readers.h"

/* A line that another result names: by its number, with its points. */
struct named {
    int64_t number, points;
    enum excerpt_kind kind; /* EXCERPT_PLAIN: as the words have it */
    bool root;
};

struct gather {
    struct scan *scan;
    const struct findings *found;
    struct line_reader *reader;
    struct excerpt_words *words;
    struct error_words *error_words;
    int64_t now_ms, timed_ms;
    struct excerpt_key key;
    enum {
        GROUP_NONE,
        GROUP_SCRIPT, /* a host quotes the script that it will run … */
        GROUP_REST    /* … and its environment */
    } group;
    struct named *named; /* of the log, by number */
    size_t named_count, named_cap, named_next;
    struct excerpt_line *line;
    size_t count, cap;
};

static void name(struct gather *g, struct named what)
{
    g->named = arena_grow(g->scan->arena, g->named, g->named_count,
                          &g->named_cap, sizeof(*g->named));
    g->named[g->named_count++] = what;
}

static int compare_named(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    return (a->number > b->number) - (a->number < b->number);
}

static void name_hits(struct gather *g, size_t log)
{
    static const struct {
        int64_t points;
        enum excerpt_kind kind;
    } by_role[] = {
        [ROLE_ROOT] = {250, EXCERPT_ERROR},
        [ROLE_WRAPPER] = {170, EXCERPT_ERROR},
        [ROLE_SYMPTOM] = {140, EXCERPT_ERROR},
        [ROLE_FAILED] = {210, EXCERPT_EXIT},
        [ROLE_SUCCEEDED] = {40, EXCERPT_SUMMARY},
        [ROLE_BOILERPLATE] = {10, EXCERPT_PLAIN},
    };
    for (size_t i = 0; i < g->scan->hit_count; i++) {
        const struct hit *h = &g->scan->hit[i];
        int64_t points = by_role[h->signature->role].points;
        if (h->at.log == log)
            name(g, (struct named){h->place.line,
                                   h->good.all ? points / 5 : points,
                                   by_role[h->signature->role].kind, false});
    }
}

static int64_t points_of(const struct gather *g, const struct error_line *e)
{
    int64_t points = e->said_last ? 20 : e->weak ? 55 : 130;
    int weight = error_words_weight(g->error_words, str_from(e->text));
    weight = weight > 30 ? 30 : weight < -40 ? -40 : weight;
    if (e->passes_on || e->follows)
        points -= 30;
    if (e->fatal || e->block != 0)
        points += 30;
    points += (int64_t)2 * weight;
    if (e->good.all)
        points /= 5;
    return points < 1 ? 1 : points;
}

static void name_errors(struct gather *g, size_t log)
{
    for (size_t i = 0; i < g->scan->error_count; i++) {
        const struct error_line *e = &g->scan->error[i];
        if (e->at.log == log)
            name(g, (struct named){e->place.line, points_of(g, e),
                                   e->weak ? EXCERPT_PLAIN : EXCERPT_ERROR,
                                   false});
    }
}

static bool is_of(const char *file, const char *log)
{
    return file != NULL && strcmp(file, log) == 0;
}

static void name_cause(struct gather *g, const char *file,
                       const struct cause *c, int64_t most)
{
    int64_t part = cause_stands(c) ? most : most / 8;
    for (size_t i = 0; i < c->chain_count; i++)
        if (is_of(c->chain[i].file, file))
            name(g,
                 (struct named){c->chain[i].line, i == 0 ? part : part * 3 / 10,
                                EXCERPT_ERROR, i == 0 && cause_stands(c)});
    for (size_t i = 0; i < c->evidence_count; i++)
        if (is_of(c->evidence[i].file, file))
            name(g, (struct named){c->evidence[i].line, part * 4 / 10,
                                   EXCERPT_ERROR, false});
}

#define CAUSES_MARKED 3 /* the best ones count as where it began */

static void name_causes(struct gather *g, const char *file)
{
    for (size_t i = 0; i < g->found->cause_count; i++) {
        size_t before = g->named_count;
        name_cause(g, file, &g->found->cause[i],
                   i == 0 ? 1000 : 600 / (int64_t)i);
        for (size_t k = before; i >= CAUSES_MARKED && k < g->named_count; k++)
            g->named[k].root = false;
    }
}

static void name_all(struct gather *g, size_t log, const char *file)
{
    g->named_count = g->named_next = 0;
    name_hits(g, log);
    name_errors(g, log);
    name_causes(g, file);
    if (g->named_count > 1)
        qsort(g->named, g->named_count, sizeof(*g->named), compare_named);
}

/* GitHub quotes each step before it runs: no word there is an event. */
static void read_group(struct gather *g, struct str said,
                       struct excerpt_line *line)
{
    bool ends = str_starts(said, STR("##[endgroup]"));
    if (g->group != GROUP_NONE && !ends) {
        bool rest = str_starts(said, STR("shell: ")) ||
                    str_starts(said, STR("env:")) ||
                    str_starts(said, STR("with:"));
        g->group = rest ? GROUP_REST : g->group;
        bool script = g->group == GROUP_SCRIPT;
        line->kind = script ? EXCERPT_SCRIPT : EXCERPT_NOISE;
        line->points = script ? 0 : -100;
    }
    if (str_starts(said, STR("##[group]")))
        g->group =
            str_starts(said, STR("##[group]Run ")) ? GROUP_SCRIPT : GROUP_NONE;
    else if (ends)
        g->group = GROUP_NONE;
}

/* What the results say of the line, more than its words do. */
static void apply_names(struct gather *g, struct excerpt_line *line)
{
    while (g->named_next < g->named_count &&
           g->named[g->named_next].number < line->number)
        g->named_next++;
    for (size_t i = g->named_next;
         i < g->named_count && g->named[i].number == line->number; i++) {
        const struct named *n = &g->named[i];
        bool quoted = line->kind == EXCERPT_SCRIPT || g->group == GROUP_REST ||
                      (line->kind == EXCERPT_NOISE && n->kind == EXCERPT_PLAIN);
        if (n->points > line->points && (!quoted || n->root)) {
            line->points = n->points;
            if (n->kind != EXCERPT_PLAIN &&
                (line->kind == EXCERPT_PLAIN || line->kind == EXCERPT_NOISE ||
                 line->kind == EXCERPT_FRAME || n->kind == EXCERPT_EXIT))
                line->kind = n->kind;
        }
        line->root = line->root || n->root;
    }
}

static void push(struct gather *g, const struct excerpt_line *line)
{
    g->line = arena_grow(g->scan->arena, g->line, g->count, &g->cap,
                         sizeof(*g->line));
    g->line[g->count++] = *line;
}

/* Of the lines of a key the first is shown, without what it says. */
static void hide(const struct gather *g, struct excerpt_line *line)
{
    bool first = g->count == 0 || !g->line[g->count - 1].secret;
    line->secret = true;
    line->likeness = 0;
    if (!first)
        line->points = -100;
}

/* The end of a key whose beginning was not kept. */
static void hide_above(struct gather *g, struct excerpt_line *line)
{
    hide(g, line);
    for (size_t i = g->count; i-- > 0;) {
        struct excerpt_line *above = &g->line[i];
        if (!excerpt_key_may_cover(
                str_sub(above->text, above->prefix, above->text.len)))
            break;
        above->secret = true;
        above->points = -100;
        above->likeness = 0;
    }
}

static void take_line(struct gather *g, struct str text, int64_t number)
{
    int64_t time_ms = line_time(g->reader, str_sub(text, 0, 500));
    g->timed_ms = time_ms != 0 ? time_ms : g->timed_ms;
    bool secret = excerpt_key_covers(&g->key, text);
    if (!scan_reads(g->scan, g->timed_ms))
        return;
    struct excerpt_line line = {.number = number, .text = text};
    line.prefix = excerpt_prefix(text, g->now_ms, &line.step);
    struct str said = str_sub(text, line.prefix, text.len);
    struct excerpt_word word = excerpt_words_read(g->words, said);
    line.kind = word.kind;
    line.points = word.points;
    line.at = line.prefix + word.at;
    read_group(g, said, &line);
    apply_names(g, &line);
    if (line.points > 0 && g->scan->good != NULL &&
        good_find(g->scan->good, line_said(g->reader, text)).all)
        line.points = line.points / 5 + 1;
    bool exact = line.kind == EXCERPT_TEST || line.kind == EXCERPT_ASSERTION;
    if (line.points > 0 && line.kind != EXCERPT_STEP &&
        line.kind != EXCERPT_COMMAND)
        line.likeness = excerpt_likeness(said, exact);
    if (secret)
        hide(g, &line);
    else if (excerpt_key_ends(text))
        hide_above(g, &line);
    push(g, &line);
}

static void take_piece(struct gather *g, const struct kept_piece *p)
{
    struct str rest = p->block.text;
    for (int64_t lines = 0; rest.len > 0; lines++) {
        size_t from = (size_t)(rest.ptr - p->block.text.ptr);
        struct str text = str_cut(rest, '\n', &rest);
        int64_t number = p->at.lines + 1 + lines +
                         (int64_t)block_lines_gone(&p->block, from);
        do {
            struct str part = str_cut(text, '\r', &text);
            if (part.len > 0 || text.len == 0)
                take_line(g, part, number);
        } while (text.len > 0);
    }
}

static int compare_numbers(const void *left, const void *right)
{
    const struct excerpt_line *a = left, *b = right;
    return (a->number > b->number) - (a->number < b->number);
}

/* Of a long log only the end is kept; of a cause above it, its evidence. */
static void take_evidence(struct gather *g, const char *file, int64_t before)
{
    const struct findings *f = g->found;
    for (size_t i = 0; i < f->cause_count && i < CAUSES_MARKED; i++) {
        const struct cause *c = &f->cause[i];
        for (size_t k = 0; k < c->evidence_count; k++)
            if (is_of(c->evidence[k].file, file) &&
                c->evidence[k].line <= before)
                push(g, &(struct excerpt_line){
                            .number = c->evidence[k].line,
                            .text = str_from(c->evidence[k].text),
                            .kind = EXCERPT_ERROR,
                            .points = k == 0 ? 900 : 300,
                            .root = k == 0 && cause_stands(c)});
    }
    if (g->count > 1)
        qsort(g->line, g->count, sizeof(*g->line), compare_numbers);
}

#define COMMON_LINES 20 /* fewer have nothing in common but their subject */
#define COMMON_MAX   80

/* The beginning that all lines have, up to a blank, is not shown in each. */
static const char *common_of(struct gather *g)
{
    struct str common = STR_NONE;
    size_t lines = 0;
    for (size_t i = 0; i < g->count; i++) {
        const struct excerpt_line *line = &g->line[i];
        struct str said = str_sub(line->text, line->prefix, COMMON_MAX);
        if (said.len == 0)
            continue;
        if (lines++ == 0)
            common = said;
        size_t n = 0;
        while (n < common.len && n < said.len && common.ptr[n] == said.ptr[n])
            n++;
        common.len = n;
    }
    while (common.len > 0 && common.ptr[common.len - 1] != ' ')
        common.len--;
    if (lines < COMMON_LINES || common.len < 4)
        return "";
    for (size_t i = 0; i < g->count; i++)
        if (g->line[i].text.len > g->line[i].prefix)
            g->line[i].prefix += common.len;
    return str_dup(g->scan->arena, str_trim(common));
}

static bool has_cause(const struct findings *f, const char *file)
{
    for (size_t i = 0; i < f->cause_count; i++)
        for (size_t k = 0; k < f->cause[i].chain_count; k++)
            if (cause_stands(&f->cause[i]) &&
                is_of(f->cause[i].chain[k].file, file))
                return true;
    return false;
}

/* Of earlier runs of the log little is shown. */
static void weigh_earlier(struct gather *g, const struct log_run *run)
{
    for (size_t i = 0; i < g->count && g->line[i].number < run->from; i++)
        if (!g->line[i].root && g->line[i].points > 0)
            g->line[i].points = g->line[i].points / 4 + 1;
}

static const char *outcome_of(const struct log_run *run, bool cause)
{
    static const char *const words[] = {[RUN_UNKNOWN] = "outcome unknown",
                                        [RUN_FAILED] = "the run failed",
                                        [RUN_SUCCEEDED] = "the run succeeded"};
    return run->outcome == RUN_UNKNOWN && cause
               ? "outcome unknown, with an error"
               : words[run->outcome];
}

static void gather_log(struct gather *g, const struct log_run *run, size_t log,
                       struct excerpt_log *out)
{
    const struct kept_piece *p = kept_of(g->scan->kept, log);
    const char *file = p->at.file;
    g->line = NULL;
    g->count = g->cap = 0;
    g->key.lines = 0;
    g->group = GROUP_NONE;
    g->timed_ms = p->timed_ms;
    name_all(g, log, file);
    take_evidence(g, file, p->at.lines);
    for (; p != NULL; p = p->next)
        take_piece(g, p);
    bool cause = has_cause(g->found, file);
    *out = (struct excerpt_log){
        .file = file, .outcome = outcome_of(run, cause), .lines = run->to};
    out->common = common_of(g);
    weigh_earlier(g, run);
    const struct excerpt_run all = {g->line, g->count,
                                    cause || run->outcome == RUN_FAILED};
    excerpt_points(&all);
    out->line = g->line;
    out->count = g->count;
}

/* How early a cause of the log comes in the list; the later, the greater. */
static size_t rank_of(const struct findings *f, const char *file)
{
    for (size_t i = 0; i < f->cause_count; i++)
        if (f->cause[i].chain_count > 0 &&
            is_of(f->cause[i].chain[0].file, file))
            return i;
    return f->cause_count;
}

/* The log with the first cause comes first, those without one last. */
static void put_in_order(const struct findings *f, struct excerpt_log *log,
                         size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i;
             k > 0 && rank_of(f, log[k].file) < rank_of(f, log[k - 1].file);
             k--) {
            struct excerpt_log other = log[k];
            log[k] = log[k - 1];
            log[k - 1] = other;
        }
}

void excerpt_write(struct scan *s, struct findings *out)
{
    size_t files = (size_t)s->coverage.files;
    if (s->excerpt.bytes == 0)
        return;
    struct gather g = {.scan = s, .found = out, .now_ms = clock_wall_ms()};
    struct excerpt_log *log = arena_array(s->arena, files + 1, sizeof(*log));
    size_t count = 0;
    g.reader = s->readers->line;
    g.words = s->readers->excerpt;
    g.error_words = s->readers->words;
    for (size_t i = 0; i < files; i++)
        if (kept_of(s->kept, i) != NULL && count < out->run_count) {
            gather_log(&g, &out->run[count], i, &log[count]);
            count++;
        }
    put_in_order(out, log, count);
    const struct excerpt_order order = {log, count, s->excerpt.bytes,
                                        s->excerpt.redactor};
    struct excerpt made;
    excerpt_choose(&made, s->arena, &order);
    out->excerpt = made.row;
    out->excerpt_count = made.row_count;
    out->excerpt_text =
        count > 0 ? made.text.ptr : "no lines, outcome unknown\n";
}
