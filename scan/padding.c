/* Lines of samples, padded in each place, against all patterns they touch. */
#include <string.h>

#include "base/text.h"
#include "language/regex.h"
#include "scan/internal.h"

#define LINE_MOST ((size_t)2000) /* bytes of a sample's line */

/* What a class of a regex may take in, and what logs are full of. */
#define KINDS ARRAY_COUNT(units)
static const char *const units[] = {
    " ",          "\t",        "a",        "a ",        "0",
    "\"a",        "'b' ",      "12:34 ",   "A_B=c ",    "/usr/lib/a-b.c:1: ",
    "{\"k\":1},", "\x1b[31mx", "[a] (b) ", "\\\"c\\\"", "\xe2\x9c\x96 "};

/* Bytes of a class that is bounded, of a line, and of a long one: how many of
 * the kinds, from the first on, are tried in that size. */
static const struct {
    size_t bytes, kinds;
} sizes[] = {{PADDING_LONG, KINDS}, {PADDING_SHORT, 3}, {PADDING_LONGEST, 1}};

#define PLACES_MOST ((size_t)8) /* in a line */
#define LINES_MOST  ((size_t)8) /* of a pattern */

struct padded {
    const struct signature *signature;
    const struct pattern *pattern;
    struct regex *regex; /* NULL: not needed yet */
    size_t lines;        /* that were tried */
    bool gave_up;
};

struct padding {
    struct arena arena;
    struct padded *item;
    size_t count;
    struct str kind[ARRAY_COUNT(units)]; /* each as long as it gets */
    struct buf line;
};

/* Without a quantifier nothing is tried twice. */
static bool repeats(struct str regex)
{
    return str_find(regex, STR("*"), 0) < regex.len ||
           str_find(regex, STR("+"), 0) < regex.len ||
           str_find(regex, STR("{"), 0) < regex.len;
}

static void list(struct padding *p, const struct signature *s,
                 const struct pattern *pattern, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (repeats(pattern[i].match))
            p->item[p->count++] =
                (struct padded){.signature = s, .pattern = &pattern[i]};
}

static struct str repeated(struct arena *a, const char *unit)
{
    size_t n = strlen(unit);
    char *text = arena_alloc(a, PADDING_LONGEST);
    for (size_t i = 0; i < PADDING_LONGEST; i++)
        text[i] = unit[i % n];
    return (struct str){text, PADDING_LONGEST};
}

static bool opened(struct padded *p)
{
    struct regex_error e;
    return p->regex != NULL ||
           regex_open(&p->regex, p->pattern->match, STR_NONE, &e);
}

/* What is matched of it: where it must begin, from there on. */
static struct str subject_of(struct padded *p, struct str line)
{
    if (!p->pattern->at_start || regex_match(p->regex, line) != REGEX_YES)
        return line;
    struct str found = regex_group(p->regex, line, 0);
    return str_sub(line, (size_t)(found.ptr - line.ptr), line.len);
}

static void try_at(struct padding *all, struct padded *p, struct str line,
                   size_t at, struct str padding)
{
    struct buf *b = &all->line;
    buf_clear(b);
    buf_str(b, str_sub(line, 0, at));
    buf_str(b, padding);
    buf_str(b, str_sub(line, at, line.len));
    p->gave_up =
        p->gave_up || regex_match(p->regex, buf_view(b)) == REGEX_GAVE_UP;
}

static void try_place(struct padding *all, struct padded *p, struct str line,
                      size_t at)
{
    for (size_t k = 0; k < ARRAY_COUNT(sizes); k++)
        for (size_t i = 0; i < sizes[k].kinds && !p->gave_up; i++)
            try_at(all, p, line, at, str_sub(all->kind[i], 0, sizes[k].bytes));
}

/* What is matched, from a byte before it; all of the line if nothing is. */
static struct str match_of(struct padded *p, struct str line)
{
    if (regex_match(p->regex, line) != REGEX_YES)
        return line;
    struct str found = regex_group(p->regex, line, 0);
    size_t from = (size_t)(found.ptr - line.ptr);
    return str_sub(line, from - (from > 0), found.len + (from > 0));
}

/* At its start, in the runs of blanks of what is matched, and at its end; there
 * with a word behind it, too, so that it is not the end. */
static void try_line(struct padding *all, struct padded *p, struct str line)
{
    line = subject_of(p, line);
    struct str match = match_of(p, line);
    size_t from = (size_t)(match.ptr - line.ptr), places = 0;
    try_place(all, p, line, 0);
    for (size_t i = from > 0 ? from : 1; i < from + match.len && !p->gave_up;
         i++)
        if (line.ptr[i] == ' ' && line.ptr[i - 1] != ' ' &&
            places++ < PLACES_MOST)
            try_place(all, p, line, i);
    if (!p->gave_up)
        try_place(all, p, line, line.len);
    const char *more = arena_printf(&all->arena, "%.*s  y", STR_ARGS(line));
    if (!p->gave_up)
        try_place(all, p, str_from(more), line.len + 1);
}

static void try_sample(struct padding *all, struct str text)
{
    while (text.len > 0) {
        struct str line = str_cut(text, '\n', &text);
        line = str_sub(line, 0, LINE_MOST);
        for (size_t i = 0; i < all->count; i++) {
            struct padded *p = &all->item[i];
            if (!p->gave_up &&
                str_find(line, p->pattern->anchor, 0) < line.len &&
                p->lines++ < LINES_MOST && opened(p))
                try_line(all, p, line);
        }
    }
}

static void report(struct padding *all, struct diags *d)
{
    for (size_t i = 0; i < all->count; i++) {
        struct padded *p = &all->item[i];
        if (p->gave_up)
            diags_add(d, p->pattern->pos,
                      "%s: the regex hits its limit on a padded line of a "
                      "sample; bound or anchor what it repeats",
                      p->signature->id);
        regex_close(p->regex);
    }
}

void padding_check(const struct catalogue *c, struct diags *d)
{
    struct padding all = {.count = 0};
    size_t most = 1;
    arena_init(&all.arena);
    buf_init(&all.line, LINE_MOST + 2 * PADDING_LONGEST);
    for (size_t i = 0; i < KINDS; i++)
        all.kind[i] = repeated(&all.arena, units[i]);
    for (size_t i = 0; i < c->count; i++)
        most += c->signature[i].pattern_count + c->signature[i].detail_count;
    all.item = arena_array(&all.arena, most, sizeof(*all.item));
    for (size_t i = 0; i < c->count; i++) {
        const struct signature *s = &c->signature[i];
        list(&all, s, s->pattern, s->pattern_count);
        list(&all, s, s->detail, s->detail_count);
    }
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < c->signature[i].sample_count; k++)
            try_sample(&all, c->signature[i].sample[k].text);
    report(&all, d);
    buf_release(&all.line);
    arena_release(&all.arena);
}
