/* The files of a folder, as their tool would apply them. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "migrations/internal.h"
#include "migrations/state/internal.h"

const char *state_tool_at(size_t index)
{
    return index < state_tool_count ? state_tools[index]->name : NULL;
}

const struct state_tool *state_tool_find(const char *name)
{
    for (size_t i = 0; i < state_tool_count; i++)
        if (strcmp(state_tools[i]->name, name) == 0)
            return state_tools[i];
    return NULL;
}

bool state_wants_table(const char *name)
{
    for (size_t i = 0; i < state_tool_count; i++)
        if (strcasecmp(name, state_tools[i]->table) == 0 ||
            (state_tools[i]->lock != NULL &&
             strcasecmp(name, state_tools[i]->lock) == 0))
            return true;
    return false;
}

static bool has_file(const struct shipped_files *files, const char *name)
{
    for (size_t i = 0; i < files->count; i++)
        if (str_ends(str_from(files->item[i].path), str_from(name)))
            return true;
    return false;
}

/* A file is one migration, or has several. */
static bool next_of(const struct state_tool *tool, struct shipped_migration *m,
                    struct arena *a, const struct shipped_file *f, size_t *at)
{
    if (tool->next != NULL)
        return tool->next(m, a, str_from(f->path), f->text, at);
    return (*at)++ == 0 && tool->file(m, a, str_from(f->path), f->text);
}

static void collect(struct shipped *s, struct arena *a,
                    const struct shipped_files *files)
{
    s->item = NULL;
    s->count = s->cap = 0;
    if (s->tool->index != NULL && !has_file(files, s->tool->index))
        return;
    for (size_t i = 0; i < files->count; i++) {
        const struct shipped_file *f = &files->item[i];
        size_t at = 0;
        struct shipped_migration m = {.file = f->path, .text = f->text};
        while (next_of(s->tool, &m, a, f, &at)) {
            s->item =
                arena_grow(a, s->item, s->count, &s->cap, sizeof(*s->item));
            s->item[s->count++] = m;
            m = (struct shipped_migration){.file = f->path, .text = f->text};
        }
    }
}

/* Numbers within ids by their value: 1.10 after 1.9, 20250102 after 3. */
int compare_numbers(const char *a, const char *b)
{
    for (;;) {
        while (*a != '\0' && (*a < '0' || *a > '9'))
            a++;
        while (*b != '\0' && (*b < '0' || *b > '9'))
            b++;
        if (*a == '\0' || *b == '\0')
            return (*a != '\0') - (*b != '\0');
        size_t n = strspn(a, "0123456789"), m = strspn(b, "0123456789");
        int order =
            text_compare_numbers((struct str){a, n}, (struct str){b, m});
        if (order != 0)
            return order;
        a += n;
        b += m;
    }
}

static int by_number(const void *left, const void *right)
{
    const struct shipped_migration *a = left, *b = right;
    int order = compare_numbers(a->id, b->id);
    return order != 0 ? order : strcmp(a->file, b->file);
}

static int by_id(const void *left, const void *right)
{
    const struct shipped_migration *a = left, *b = right;
    int order = strcmp(a->id, b->id);
    return order != 0 ? order : strcmp(a->file, b->file);
}

static bool is_placed(const struct shipped_migration *item, size_t placed,
                      struct str id)
{
    for (size_t i = 0; i < placed; i++)
        if (str_is(id, item[i].id))
            return true;
    return false;
}

static bool is_shipped(const struct shipped *s, struct str id)
{
    return is_placed(s->item, s->count, id);
}

/* Each after those that it names; what names itself in a circle comes last. */
static void sort_by_parents(struct shipped *s)
{
    for (size_t placed = 0; placed < s->count; placed++) {
        size_t next = placed;
        for (size_t i = placed; i < s->count; i++) {
            const struct shipped_migration *m = &s->item[i];
            bool ready = true;
            for (size_t p = 0; p < m->parent_count; p++)
                ready = ready && (is_placed(s->item, placed, m->parent[p]) ||
                                  !is_shipped(s, m->parent[p]));
            if (ready) {
                next = i;
                break;
            }
        }
        struct shipped_migration one = s->item[next];
        memmove(&s->item[placed + 1], &s->item[placed],
                (next - placed) * sizeof(one));
        s->item[placed] = one;
    }
}

static void sort(struct shipped *s)
{
    if (s->count > 1)
        qsort(s->item, s->count, sizeof(*s->item),
              s->tool->order == ORDER_BY_NUMBER ? by_number : by_id);
    if (s->tool->order == ORDER_BY_PARENTS)
        sort_by_parents(s);
}

/* Drizzle: only what the journal names, with its time. */
static void read_journal(struct shipped *s, const struct shipped_files *files)
{
    const struct shipped_file *journal = NULL;
    struct err ignored = {.set = false};
    size_t kept = 0;
    for (size_t i = 0; i < files->count; i++)
        if (str_ends(str_from(files->item[i].path), STR("_journal.json")))
            journal = &files->item[i];
    if (journal == NULL)
        return;
    cJSON *root = NULL;
    const struct source source = {journal->path, journal->text};
    if (!json_parse(&root, &source, &ignored))
        return;
    const cJSON *entry, *entries = cJSON_GetObjectItem(root, "entries");
    cJSON_ArrayForEach(entry, entries)
    {
        const char *tag =
            cJSON_GetStringValue(cJSON_GetObjectItem(entry, "tag"));
        const cJSON *when = cJSON_GetObjectItem(entry, "when");
        for (size_t i = kept; tag != NULL && i < s->count; i++) {
            if (strcmp(s->item[i].id, tag) != 0)
                continue;
            struct shipped_migration one = s->item[i];
            one.number = cJSON_IsNumber(when) ? (int64_t)when->valuedouble : 0;
            s->item[i] = s->item[kept];
            s->item[kept++] = one;
            break;
        }
    }
    s->count = kept;
    cJSON_Delete(root);
}

static bool has_columns(const struct table_rows *t,
                        const struct state_tool *tool)
{
    for (size_t i = 0; i < ARRAY_COUNT(tool->columns); i++) {
        bool found = tool->columns[i] == NULL;
        for (size_t k = 0; k < t->column_count && !found; k++)
            found = strcasecmp(t->column[k], tool->columns[i]) == 0;
        if (!found)
            return false;
    }
    return true;
}

static bool has_table(const struct database_facts *f,
                      const struct state_tool *tool)
{
    for (size_t i = 0; f != NULL && i < f->table_count; i++)
        if (strcasecmp(f->table[i].name, tool->table) == 0 &&
            has_columns(&f->table[i], tool))
            return true;
    return false;
}

/* Most files; a table of its own counts for more than any. */
static const struct state_tool *find_tool(struct arena *a,
                                          const struct shipped_files *files,
                                          const struct database_facts *facts)
{
    const struct state_tool *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < state_tool_count; i++) {
        struct shipped s = {.tool = state_tools[i]};
        collect(&s, a, files);
        size_t points = s.count == 0 ? 0
                                     : 4 * s.count + (s.tool->common ? 0 : 2) +
                                           (s.tool->index == NULL ? 0 : 1);
        if (points > 0 && has_table(facts, s.tool))
            points += (size_t)8 * STATE_FILES_MAX;
        if (points > most) {
            most = points;
            best = s.tool;
        }
    }
    return best;
}

/* Does a migration depend on one of this app? So it is of the app, too. */
static bool names_app(const struct shipped *s, const char *app)
{
    size_t n = strlen(app);
    bool any = false;
    for (size_t i = 0; i < s->count; i++)
        for (size_t p = 0; p < s->item[i].parent_count; p++) {
            struct str parent = s->item[i].parent[p];
            any = true;
            if (str_starts(parent, str_from(app)) && parent.len > n &&
                parent.ptr[n] == '.')
                return true;
        }
    return !any;
}

static bool has_row(const struct table_rows *t, size_t row, const char *column,
                    const char *value)
{
    const struct row_at at = {t, row};
    const char *cell = cell_of(&at, column);
    return cell != NULL && strcmp(cell, value) == 0;
}

/* The folder of the app, which its folder of migrations is in. */
static const char *label_of_folder(struct arena *a, const char *folder)
{
    struct str path = str_from(folder), part = STR_NONE;
    while (part.len == 0 || str_is(part, "migrations")) {
        while (path.len > 0 && path.ptr[path.len - 1] == '/')
            path.len--;
        size_t from = path.len;
        while (from > 0 && path.ptr[from - 1] != '/')
            from--;
        if (from == path.len)
            break;
        part = str_sub(path, from, path.len);
        path.len = from;
    }
    return str_dup(a, part.len == 0 ? str_from(folder) : part);
}

/* An app's own folder does not say its label: rows with the same names do. */
static const char *label_of(const struct shipped *s,
                            const struct database_facts *f, struct arena *a,
                            const char *folder)
{
    for (size_t i = 0; f != NULL && i < f->table_count; i++) {
        const struct table_rows *t = &f->table[i];
        if (strcasecmp(t->name, s->tool->table) != 0)
            continue;
        for (size_t r = 0; r < t->row_count; r++)
            for (size_t k = 0; k < s->count; k++) {
                const struct row_at at = {t, r};
                if (has_row(t, r, "name", s->item[k].id) &&
                    cell_of(&at, "app") != NULL &&
                    names_app(s, cell_of(&at, "app")))
                    return cell_of(&at, "app");
            }
    }
    return label_of_folder(a, folder);
}

static void add_labels(struct shipped *s, const struct database_facts *f,
                       struct arena *a, const char *folder)
{
    const char *label = NULL;
    for (size_t i = 0; i < s->count; i++)
        if (strchr(s->item[i].id, '.') == NULL) {
            if (label == NULL)
                label = label_of(s, f, a, folder);
            s->item[i].id = arena_printf(a, "%s.%s", label, s->item[i].id);
        }
}

bool state_ship(struct shipped *out, struct arena *a,
                const struct shipped_files *files,
                const struct state_tool *tool,
                const struct database_facts *facts, struct err *e)
{
    *out = (struct shipped){
        .tool = tool, .folder = files->folder, .revision = files->revision};
    if (tool == NULL)
        out->tool = find_tool(a, files, facts);
    if (out->tool == NULL)
        return err_set(e, POS_NONE,
                       "no migration of a known tool is in '%.200s': give "
                       "--tool, or the folder that has them",
                       files->folder);
    collect(out, a, files);
    if (strcmp(out->tool->name, "django") == 0)
        add_labels(out, facts, a, files->folder);
    sort(out);
    if (strcmp(out->tool->name, "drizzle") == 0)
        read_journal(out, files);
    if (out->count == 0)
        return err_set(e, POS_NONE, "no migration of %s is in '%.200s'",
                       out->tool->name, files->folder);
    for (size_t i = 0; i < out->count; i++)
        read_objects(&out->item[i], a);
    return true;
}
