/*
 * What lint reads in a document, before any rule: every fact of every document
 * in tests/review against tests/review/facts.txt. With an argument the facts
 * are written there anew; read what differs before you commit it:
 *   build/debug/tests/test_document --update
 */
#include <stdio.h>

#include "base/file.h"
#include "lint/internal.h"
#include "lint/lint.h"
#include "tests/unit/testing.h"

#define FOLDER SOURCE_ROOT "/tests/review"

static void add_text(struct buf *out, const char *name, struct str text)
{
    if (text.len > 0)
        buf_printf(out, " %s='%.*s'", name, STR_ARGS(text));
}

static void add_moment(struct buf *out, const struct moment *m)
{
    buf_printf(out, " form=%d day=%lld second=%lld%s%s", (int)m->form,
               (long long)m->day, (long long)m->second,
               m->zoned ? " zoned" : "", m->about ? " about" : "");
    add_text(out, "text", m->text);
}

static void add_sections(struct buf *out, const struct document *d)
{
    for (size_t i = 0; i < d->section_count; i++) {
        const struct section *s = &d->section[i];
        buf_printf(out,
                   "section %zu: lines %u-%u level %d in %zu own %x "
                   "topics %x marking %d",
                   i, s->line, s->last_line, s->level, s->parent, s->own,
                   s->topics, (int)s->marking);
        add_text(out, "title", s->title);
        buf_char(out, '\n');
    }
}

static void add_statements(struct buf *out, const struct document *d)
{
    for (size_t i = 0; i < d->statement_count; i++) {
        const struct statement *s = &d->statement[i];
        buf_printf(out,
                   "statement %d: lines %u-%u in %zu depth %d marking "
                   "%d%s%s",
                   (int)s->kind, s->line, s->last_line, s->section, s->depth,
                   (int)s->marking, s->task ? " task" : "",
                   s->footer ? " footer" : "");
        add_text(out, "label", s->label);
        add_text(out, "value", s->value);
        add_text(out, "text", s->text);
        if (!str_equal(s->text, s->prose))
            add_text(out, "prose", s->prose);
        buf_char(out, '\n');
    }
}

static void add_row(struct buf *out, const struct row *row)
{
    buf_printf(out, "  row %u marking %d:", row->line, (int)row->marking);
    for (size_t i = 0; i < row->count; i++)
        buf_printf(out, " [%.*s]", STR_ARGS(row->cell[i].text));
    buf_char(out, '\n');
}

static void add_blocks(struct buf *out, const struct document *d)
{
    for (size_t i = 0; i < d->table_count; i++) {
        buf_printf(out, "table in %zu\n", d->table[i].section);
        add_row(out, &d->table[i].head);
        for (size_t k = 0; k < d->table[i].count; k++)
            add_row(out, &d->table[i].row[k]);
    }
    for (size_t i = 0; i < d->block_count; i++) {
        const struct block *b = &d->block[i];
        buf_printf(out, "block: lines %u-%u in %zu", b->first, b->last,
                   b->section);
        add_text(out, "language", b->language);
        buf_char(out, '\n');
    }
    for (size_t i = 0; i < d->link_count; i++) {
        const struct link *l = &d->link[i];
        buf_printf(out, "link: %u:%u%s", l->line, l->column,
                   l->image ? " image" : "");
        add_text(out, "text", l->text);
        add_text(out, "url", l->url);
        buf_char(out, '\n');
    }
}

static void add_facts(struct buf *out, const struct document *d)
{
    for (size_t i = 0; i < d->event_count; i++) {
        const struct event_row *e = &d->event[i];
        buf_printf(out, "event: line %u in %zu at %lld%s marking %d", e->line,
                   e->section, (long long)e->at, e->dated ? " dated" : "",
                   (int)e->marking);
        add_moment(out, &e->moment);
        add_text(out, "what", e->text);
        buf_char(out, '\n');
    }
    for (size_t i = 0; i < d->stated_count; i++) {
        const struct length *l = &d->stated[i].length;
        buf_printf(out, "length: term %d low %lld high %lld bound %d%s",
                   (int)d->stated[i].term, (long long)l->low,
                   (long long)l->high, l->bound, l->about ? " about" : "");
        add_text(out, "text", l->text);
        buf_char(out, '\n');
    }
    for (size_t i = 0; i < d->status_count; i++) {
        buf_printf(out, "state %d line %u", (int)d->status[i].state,
                   d->status[i].from == NULL ? 0 : d->status[i].from->line);
        add_text(out, "text", d->status[i].text);
        buf_char(out, '\n');
    }
    buf_text(out, "date");
    add_moment(out, &d->date);
    buf_printf(out, "\nfirst %u lines %zu%s%s%s%s%s\n", d->first, d->line_count,
               d->timeline_zoned ? " zoned" : "",
               d->timeline_dated ? " dated" : "",
               d->incident ? " incident" : "", d->resolved ? " resolved" : "",
               d->generated ? " generated" : "");
}

static void add_document(struct buf *out, struct arena *a, const char *path)
{
    struct document d;
    struct source source;
    struct err e = {.set = false};
    struct patterns *p = patterns_open();
    assert_true(file_read(&source, a, path, REVIEW_BYTES_MAX, &e));
    assert_true(document_read(&d, a, p, &source, &e));
    buf_printf(out, "# %s\n", strrchr(path, '/') + 1);
    add_sections(out, &d);
    add_statements(out, &d);
    add_blocks(out, &d);
    add_facts(out, &d);
    patterns_close(p);
}

static struct str all_facts(struct arena *a)
{
    static const char *const suffixes[] = {".md", NULL};
    struct file_list files;
    struct err e = {.set = false};
    struct buf out;
    buf_init(&out, (size_t)8 << 20);
    assert_true(file_list(&files, a, FOLDER, suffixes, &e));
    for (size_t i = 0; i < files.count; i++)
        add_document(&out, a, files.path[i]);
    struct str text = {buf_dup(a, &out), out.len};
    buf_release(&out);
    return text;
}

static void every_fact_is_read(void **state)
{
    struct arena a;
    struct source want;
    struct err e = {.set = false};
    (void)state;
    arena_init(&a);
    struct str now = all_facts(&a), rest = now, old;
    assert_true(file_read(&want, &a, FOLDER "/facts.txt", (size_t)8 << 20, &e));
    old = want.text;
    while (rest.len > 0 || old.len > 0) {
        struct str left = str_cut(rest, '\n', &rest);
        struct str right = str_cut(old, '\n', &old);
        if (!str_equal(left, right))
            printf("# now:  %.*s\n# file: %.*s\n", STR_ARGS(left),
                   STR_ARGS(right));
        assert_true(str_equal(left, right));
    }
    arena_release(&a);
}

static int update(void)
{
    struct arena a;
    struct err e = {.set = false};
    arena_init(&a);
    bool ok = file_write(FOLDER "/facts.txt", all_facts(&a), &e);
    arena_release(&a);
    return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_fact_is_read)};
    if (argc > 1 && strcmp(argv[1], "--update") == 0)
        return update();
    return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
