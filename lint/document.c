/* From bytes to a document: lines, front matter, blocks, sections. */
#include <string.h>

#include "base/text.h"
#include "lint/labelled.h"
#include "report/marker.h"

static void push_block(struct document *d, struct arena *a, struct block b)
{
    d->block =
        arena_grow(a, d->block, d->block_count, &d->block_cap, sizeof(b));
    d->block[d->block_count++] = b;
}

static bool lines_read(struct document *d, struct arena *a, struct err *e)
{
    struct str text = d->source->text;
    size_t count = 1;
    if (text.len > REVIEW_BYTES_MAX)
        return err_set(e, POS_NONE, "'%s' is larger than %zu bytes",
                       d->source->name, REVIEW_BYTES_MAX);
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n';
    if (count > REVIEW_LINES_MAX)
        return err_set(e, POS_NONE, "'%s' has more than %zu lines",
                       d->source->name, REVIEW_LINES_MAX);
    if (memchr(text.ptr, '\0', text.len) != NULL)
        return err_set(e, POS_NONE, "'%s' is no text: it has a byte NUL",
                       d->source->name);
    d->line = arena_array(a, count + 2, sizeof(*d->line));
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_sub(text, 3, text.len);
    while (text.len > 0) {
        struct str line = str_cut(text, '\n', &text);
        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        d->line[++d->line_count].text = line;
    }
    return true;
}

/* The line on which Markdown begins. */
static unsigned skip_matter(const struct document *d)
{
    const char *markdown = d->source->text.ptr + marker_front(d->source->text);
    unsigned line = 1;
    while (line < d->line_count && d->line[line].text.ptr < markdown)
        line++;
    return line;
}

static void matter_read(struct document *d, struct arena *a, struct patterns *p)
{
    for (unsigned i = 2; i + 1 < d->first; i++) {
        struct statement s = {
            .kind = STATEMENT_MATTER, .line = i, .last_line = i};
        statement_add(d, a, p, s, d->line[i].text);
    }
}

/* "## Title ##" or a title underlined: the text of its first line. */
static struct str title_of(struct str line)
{
    struct str s = str_trim(line);
    while (s.len > 0 && (s.ptr[0] == '#' || s.ptr[0] == '>' || s.ptr[0] == ' '))
        s = str_sub(s, 1, s.len);
    while (s.len > 0 && s.ptr[s.len - 1] == '#')
        s.len--;
    return str_trim(s);
}

static void heading_read(struct document *d, struct arena *a,
                         struct patterns *p, const struct part *part)
{
    struct str raw = title_of(d->line[part->first].text);
    section_add(d, a, p, raw,
                (struct section){.line = part->first, .level = part->level});
    struct statement s = {.kind = STATEMENT_HEADING,
                          .line = part->first,
                          .last_line = part->first};
    statement_add(d, a, p, s, raw);
}

static void code_read(struct document *d, struct arena *a,
                      const struct part *part)
{
    struct block b = {part->language, part->first, part->last,
                      d->section_count - 1};
    for (unsigned i = part->first; i <= part->last; i++)
        d->line[i].code = true;
    if (part->fenced) {
        b.first++;
        struct str end = str_trim(d->line[b.last].text);
        if (b.last >= b.first && end.len >= 3 &&
            (end.ptr[0] == '`' || end.ptr[0] == '~'))
            b.last--;
    }
    if (b.last >= b.first)
        push_block(d, a, b);
}

static void part_read(struct document *d, struct arena *a, struct patterns *p,
                      const struct part *part)
{
    switch (part->kind) {
    case PART_HEADING:
        heading_read(d, a, p, part);
        break;
    case PART_TEXT:
        statements_of_text(d, a, p, part);
        break;
    case PART_CODE:
        code_read(d, a, part);
        break;
    case PART_HTML:
        for (unsigned i = part->first; i <= part->last; i++)
            d->line[i].html = true;
        break;
    case PART_RULE:
        break;
    }
}

/* Where each section ends: before the next one that is no part of it. */
static void sections_close(struct document *d)
{
    for (size_t i = 0; i < d->section_count; i++) {
        struct section *s = &d->section[i];
        s->last_line = (unsigned)d->line_count;
        for (size_t j = i + 1; j < d->section_count; j++) {
            if (i > 0 && d->section[j].level > s->level)
                continue;
            s->last_line = d->section[j].line - 1;
            break;
        }
    }
}

/* What stands after a rule and before the next heading closes the document. */
static void footers_mark(struct document *d, const struct parts *parts)
{
    size_t at = 0;
    bool footer = false;
    for (size_t i = 0; i < parts->count; i++) {
        const struct part *part = &parts->part[i];
        if (part->kind == PART_RULE)
            footer =
                d->section_count > 1 &&
                part->first > d->section[d->section_count > 2 ? 2 : 1].line;
        else if (part->kind == PART_HEADING)
            footer = false;
        for (; at < d->statement_count && d->statement[at].line <= part->last;
             at++)
            if (footer && part->kind == PART_TEXT &&
                d->statement[at].line >= part->first) {
                d->statement[at].footer = true;
                d->statement[at].section = 0;
            }
    }
}

/* No list is NULL, so that an empty one can be walked like any other. */
static void lists_init(struct document *d, struct arena *a)
{
    d->section = arena_alloc(a, sizeof(*d->section));
    d->statement = arena_alloc(a, sizeof(*d->statement));
    d->table = arena_alloc(a, sizeof(*d->table));
    d->block = arena_alloc(a, sizeof(*d->block));
    d->link = arena_alloc(a, sizeof(*d->link));
    d->event = arena_alloc(a, sizeof(*d->event));
    d->stated = arena_alloc(a, sizeof(*d->stated));
    d->status = arena_alloc(a, sizeof(*d->status));
    d->section_cap = d->statement_cap = d->table_cap = d->block_cap = 1;
    d->link_cap = d->event_cap = d->stated_cap = d->status_cap = 1;
}

bool document_read(struct document *d, struct arena *a, struct patterns *p,
                   const struct source *source, struct err *e)
{
    struct parts parts = {NULL, 0, 0};
    *d = (struct document){.source = source, .first = 1};
    lists_init(d, a);
    if (!lines_read(d, a, e))
        return false;
    section_add(d, a, p, STR_NONE, (struct section){.line = 1});
    d->first = skip_matter(d);
    matter_read(d, a, p);
    if (!blocks_read(&parts, a, d, e))
        return false;
    for (size_t i = 0; i < parts.count; i++)
        part_read(d, a, p, &parts.part[i]);
    sections_close(d);
    footers_mark(d, &parts);
    links_read(d, a);
    date_read(d, p);
    subjects_read(d, a, p);
    labelled_ranks(d, p);
    events_read(d, a, p);
    stated_read(d, a, p);
    status_read(d, a, p);
    return true;
}
