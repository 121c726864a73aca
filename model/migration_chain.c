/* The chain of a migration state, as text and as Mermaid. */
#include "model/migration_chain.h"

#include <string.h>

#include "base/text.h"

#define ID_SHOWN 60

struct look {
    const char *sign, *words, *color;
};

static const struct look marks[] = {
    [MARK_APPLIED] = {"●", "applied", NULL},
    [MARK_PENDING] = {"○", "pending", "#eee"},
    [MARK_FAILED] = {"✗", "failed", "#fdd"},
    [MARK_EDITED] = {"◐", "changed after it was applied", "#ffd"},
    [MARK_SKIPPED] = {"○", "will never be applied", "#fdd"},
    [MARK_UNKNOWN] = {"✗", "in the database, not in this build", "#ffd"},
    [MARK_MORE] = {"…", "", NULL},
};

/* A record of others may have none. */
static const struct look *look_of(int mark)
{
    static const struct look unknown = {"?", "unknown", NULL};
    return mark < 0 || (size_t)mark >= ARRAY_COUNT(marks) ? &unknown
                                                          : &marks[mark];
}

static const char *id_of(const struct migration_step *row)
{
    return row->id == NULL ? "" : row->id;
}

static size_t width_of(const struct migration_state *s)
{
    size_t width = 0;
    for (size_t i = 0; i < s->chain_count; i++) {
        size_t n =
            s->chain[i].id == NULL ? 0 : text_width(str_from(s->chain[i].id));
        width = n > width && n <= ID_SHOWN ? n : width;
    }
    return width;
}

/* More rows of what stands before them, or of what comes. */
static const char *more_of(const struct migration_state *s, size_t i)
{
    const struct migration_step *near = i > 0 ? &s->chain[i - 1]
                                        : i + 1 < s->chain_count
                                            ? &s->chain[i + 1]
                                            : NULL;
    return near != NULL && near->mark == MARK_PENDING ? "pending" : "applied";
}

static void write_row(struct buf *out, const struct migration_state *s,
                      size_t i, size_t width)
{
    const struct migration_step *row = &s->chain[i];
    if (row->mark == MARK_MORE) {
        buf_printf(out, "… %lld more, %s\n", (long long)row->hidden,
                   more_of(s, i));
        return;
    }
    size_t n = text_width(str_from(id_of(row)));
    buf_printf(out, "%s ", look_of(row->mark)->sign);
    text_visible_line(out, str_from(id_of(row)));
    buf_repeat(out, ' ', n < width ? width - n : 0);
    buf_printf(out, "  %s", look_of(row->mark)->words);
    if (row->note != NULL) {
        buf_text(out, "; ");
        text_visible_line(out, str_from(row->note));
    }
    if (row->here)
        buf_text(out, "  ← the database is here");
    buf_char(out, '\n');
}

void migration_chain_text(struct buf *out, const struct migration_state *s)
{
    size_t width = width_of(s);
    for (size_t i = 0; i < s->chain_count; i++)
        write_row(out, s, i, width);
}

/* Quotes, marks of HTML and line ends have entities in Mermaid. */
static void put_escaped(struct buf *out, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                     (*c >= '0' && *c <= '9') || strchr(" _.-", *c) != NULL;
        if (plain || (unsigned char)*c >= 0x80)
            buf_char(out, *c);
        else
            buf_printf(out, "#%d;", (unsigned char)*c);
    }
}

static void write_node(struct buf *out, const struct migration_state *s,
                       size_t i)
{
    const struct migration_step *row = &s->chain[i];
    buf_printf(out, "    m%zu[\"", i);
    if (row->mark == MARK_MORE) {
        buf_printf(out, "%lld more, %s", (long long)row->hidden, more_of(s, i));
    } else {
        put_escaped(out, id_of(row));
        buf_printf(out, "<br>%s%s", look_of(row->mark)->words,
                   row->here ? ", the database is here" : "");
    }
    buf_text(out, "\"]\n");
    if (look_of(row->mark)->color != NULL)
        buf_printf(out, "    style m%zu fill:%s,color:#000\n", i,
                   look_of(row->mark)->color);
}

void migration_chain_mermaid(struct buf *out, const struct migration_state *s)
{
    buf_text(out, "graph TD\n");
    for (size_t i = 0; i < s->chain_count; i++)
        write_node(out, s, i);
    for (size_t i = 1; i < s->chain_count; i++)
        if (s->chain[i].mark != MARK_UNKNOWN)
            buf_printf(out, "    m%zu --> m%zu\n", i - 1, i);
}
