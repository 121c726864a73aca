/*
 * A folder of migrations of any bytes, in memory: files with "=== PATH" before
 * each, and the exported rows of a history behind "=== rows". What every tool
 * makes of them holds together: ids are texts, and what is compared is not more
 * than what was shipped and what the rows have.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "migrations/state/database.h"

#define FILES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct folder {
    struct shipped_files files;
    struct shipped_file file[FILES_MAX];
    struct str rows;
};

static void split(struct folder *f, struct arena *a, struct str text)
{
    *f = (struct folder){.files = {.folder = "migrations", .item = f->file}};
    size_t at = str_find(text, STR("=== "), 0);
    while (at < text.len && f->files.count < FILES_MAX) {
        struct str content;
        size_t next = str_find(text, STR("\n=== "), at);
        struct str part = str_sub(text, at + 4, next - at - 4);
        struct str name = str_cut(part, '\n', &content);
        if (str_is(name, "rows"))
            f->rows = content;
        else
            f->file[f->files.count++] = (struct shipped_file){
                str_dup(a, name), {str_dup(a, content), content.len}};
        at = next < text.len ? next + 1 : next;
    }
}

static void judge(const struct shipped *s, const struct migration_state *m)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->item[i].id == NULL || s->item[i].file == NULL)
            abort();
        for (size_t k = 0; k < s->item[i].creates_count; k++)
            if (s->item[i].creates[k].name[0] == '\0')
                abort();
    }
    if (m->pending_count > s->count || m->edited_count > s->count ||
        m->verdict < 0 || m->verdict > MIGRATIONS_UNREADABLE)
        abort();
}

static void compare(struct arena *a, const struct folder *f,
                    const struct state_tool *tool,
                    const struct database_facts *facts)
{
    struct shipped s;
    struct migration_state m;
    struct err e = {.set = false};
    bool ok = state_ship(&s, a, &f->files, tool, facts, &e);
    if (ok == e.set)
        abort();
    if (!ok)
        return;
    state_compare(&m, a, &s, facts, &(struct compare_options){.table = NULL});
    judge(&s, &m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct folder f;
    struct database_facts facts = {.table = NULL};
    struct err ignored = {.set = false};
    arena_init(&a);
    split(&f, &a, (struct str){arena_dup(&a, (const char *)data, size), size});
    if (!database_rows(&facts, &a, "rows", f.rows, NULL, &ignored))
        facts = (struct database_facts){.table = NULL};
    compare(&a, &f, NULL, &facts);
    for (size_t i = 0; state_tool_at(i) != NULL; i++)
        compare(&a, &f, state_tool_find(state_tool_at(i)), &facts);
    arena_release(&a);
    return 0;
}
