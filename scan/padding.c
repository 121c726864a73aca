/* Lines of samples, padded in each place, against all patterns they touch. */
#include <string.h>

#include "base/text.h"
#include "language/regex.h"
#include "scan/internal.h"

#define LINE_MOST ((size_t)2000) /* bytes of a sample's line */

/* Blanks, tabs, letters, words: what a class of a regex may take in. */
#define KINDS ARRAY_COUNT(units)
static const char *const units[] = {" ", "\t", "a", "a ", "0", "\"a"};

struct padded {
    const struct signature *signature;
    const struct pattern *pattern;
    struct regex *regex; /* NULL: not needed yet */
    bool gave_up;
};

struct padding {
    struct arena arena;
    struct padded *item;
    size_t count;
    struct str kind[ARRAY_COUNT(units)]; /* each as long as it gets */
    struct buf line;
};

static void list(struct padding *p, const struct signature *s,
                 const struct pattern *pattern, size_t count)
{
    for (size_t i = 0; i < count; i++)
        p->item[p->count++] =
            (struct padded){.signature = s, .pattern = &pattern[i]};
}

static struct str repeated(struct arena *a, const char *unit)
{
    size_t n = strlen(unit);
    char *text = arena_alloc(a, PADDING_LONG);
    for (size_t i = 0; i < PADDING_LONG; i++)
        text[i] = unit[i % n];
    return (struct str){text, PADDING_LONG};
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
    for (size_t i = 0; i < KINDS && !p->gave_up; i++)
        try_at(all, p, line, at, all->kind[i]);
    if (!p->gave_up)
        try_at(all, p, line, at, str_sub(all->kind[0], 0, PADDING_SHORT));
}

/* At its start, in each run of blanks, and at its end; there with a word
 * behind it, too, so that it is not the end. */
static void try_line(struct padding *all, struct padded *p, struct str line)
{
    line = subject_of(p, line);
    try_place(all, p, line, 0);
    for (size_t i = 1; i < line.len && !p->gave_up; i++)
        if (line.ptr[i] == ' ' && line.ptr[i - 1] != ' ')
            try_place(all, p, line, i);
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
                str_find(line, p->pattern->anchor, 0) < line.len && opened(p))
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
    buf_init(&all.line, LINE_MOST + 2 * PADDING_LONG);
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
