/* Django: ids of apps, whose labels are those of their folders. */
#include "base/text.h"
#include "migrations/state/tools/tool.h"

static bool row(struct history_row *out, struct arena *a,
                const struct row_at *r)
{
    const char *app = cell_of(r, "app"), *name = cell_of(r, "name");
    out->time = cell_of(r, "applied");
    out->id = app == NULL || name == NULL ? NULL
                                          : arena_printf(a, "%s.%s", app, name);
    return out->id != NULL;
}

static bool file(struct shipped_migration *m, struct arena *a, struct str path,
                 struct str text)
{
    struct str value, app = STR_NONE, name = STR_NONE;
    struct str stem = stem_of(base_of(path));
    if (!str_ends(path, STR(".py")) ||
        !text_contains(text, "migrations.Migration") || stem.len == 0)
        return false;
    struct str folder = str_sub(path, 0, path.len - base_of(path).len);
    folder = str_ends(folder, STR("migrations/"))
                 ? str_sub(folder, 0, folder.len - 11)
                 : STR_NONE; /* the folder is that of one app */
    while (folder.len > 0 && folder.ptr[folder.len - 1] == '/')
        folder.len--;
    app = base_of(folder);
    m->id = app.len == 0
                ? str_dup(a, stem)
                : arena_printf(a, "%.*s.%.*s", STR_ARGS(app), STR_ARGS(stem));
    if (!python_assigned(text, STR("    dependencies"), &value) &&
        !python_assigned(text, STR("dependencies"), &value))
        return true;
    size_t cap = 0;
    for (size_t at; (at = str_find(value, STR("("), 0)) < value.len;) {
        value = str_sub(value, at + 1, value.len);
        if (!python_next_text(&value, &app) || !python_next_text(&value, &name))
            continue;
        m->parent =
            arena_grow(a, m->parent, m->parent_count, &cap, sizeof(*m->parent));
        m->parent[m->parent_count++] = str_from(
            arena_printf(a, "%.*s.%.*s", STR_ARGS(app), STR_ARGS(name)));
    }
    return true;
}

const struct state_tool state_django = {.name = "django",
                                        .table = "django_migrations",
                                        .columns = {"app", "name"},
                                        .file = file,
                                        .row = row,
                                        .order = ORDER_BY_PARENTS};
