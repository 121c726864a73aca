/* Django: files of APP/migrations/, a chain within each app. */
#include "migrations/internal.h"

static bool is_django(struct migration_file *m,
                      const struct migration_path *path)
{
    m->asks = true;
    return str_ends(path->name, STR(".py")) &&
           str_is(path->parent, "migrations") &&
           !str_is(path->name, "__init__.py");
}

static struct str full_id(struct arena *a, struct str app, struct str name)
{
    return str_from(
        arena_printf(a, "%.*s.%.*s", STR_ARGS(app), STR_ARGS(name)));
}

/* [("app", "0001_initial"), …]; of its own app, since others have chains. The
   folder above migrations/ is the app. */
static bool read_django(struct migration_file *m, struct str text)
{
    struct migration_path path = path_parts(m->path);
    struct str value, of, id, app = path_parts(path.above).name;
    if (!text_contains(text, "migrations.Migration"))
        return false;
    m->id = full_id(m->arena, app, str_sub(path.name, 0, path.name.len - 3));
    if (!python_assigned(text, STR("dependencies"), &value))
        return true;
    while (value.len > 0) {
        str_cut(value, '(', &value);
        if (python_next_text(&value, &of) && python_next_text(&value, &id) &&
            str_equal(of, app))
            add_parent(m, full_id(m->arena, of, id));
    }
    return true;
}

const struct migration_tool_row django_migrations = {
    .recognise = is_django,
    .read = read_django,
    .order = ORDER_PARENTS,
    .short_ids = true,
    .comment = "#",
    .quotes = {"\"\"\"", "'''"},
    .blanks_count = true,
};
