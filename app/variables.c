/* NAME=VALUE, from the command line and from files of such lines. */
#include "app/variables.h"

#include "base/file.h"
#include "base/text.h"

#define ENV_FILE_MAX ((size_t)1 << 20)

struct list {
    struct variable *item;
    size_t count, cap;
};

static bool add_variable(struct arena *a, struct list *list, struct str text)
{
    struct str value;
    struct str name = str_cut(text, '=', &value);
    if (name.len == text.len || name.len == 0)
        return false;
    list->item =
        arena_grow(a, list->item, list->count, &list->cap, sizeof(*list->item));
    list->item[list->count++] =
        (struct variable){str_dup(a, name), str_dup(a, value)};
    return true;
}

/* NAME=VALUE lines; # comments, "export " and quotes around a value. */
static bool read_env_file(struct arena *a, const char *path, struct list *list,
                          struct err *e)
{
    struct source *source = arena_alloc(a, sizeof(*source));
    unsigned number = 0;
    if (!file_read(source, a, path, ENV_FILE_MAX, e))
        return false;
    for (struct str rest = source->text; rest.len > 0;) {
        struct str line = str_trim(str_cut(rest, '\n', &rest));
        number++;
        if (str_find(line, (struct str){"", 1}, 0) < line.len)
            return err_set(e, (struct pos){source, number, 1},
                           "a NUL byte, which no variable can have");
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (str_starts(line, STR("export ")))
            line = str_sub(line, 7, line.len);
        size_t mark = str_find(line, STR("="), 0);
        struct str value = str_sub(line, mark + 1, line.len);
        bool quoted = value.len >= 2 &&
                      (value.ptr[0] == '"' || value.ptr[0] == '\'') &&
                      value.ptr[value.len - 1] == value.ptr[0];
        if (quoted)
            line = str_from(arena_printf(a, "%.*s=%.*s", (int)mark, line.ptr,
                                         (int)value.len - 2, value.ptr + 1));
        if (!add_variable(a, list, line))
            return err_set(e, (struct pos){source, number, 1},
                           "expected NAME=VALUE");
    }
    return true;
}

static bool read_all(struct arena *a, const struct settings *s,
                     struct list *list, struct err *e)
{
    for (size_t i = s->variables.count; i-- > 0;)
        if (!add_variable(a, list, str_from(s->variables.item[i])))
            return err_set(e, POS_NONE, "--var takes NAME=VALUE, not '%s'",
                           s->variables.item[i]);
    for (size_t i = s->env_files.count; i-- > 0;)
        if (!read_env_file(a, s->env_files.item[i], list, e))
            return false;
    return true;
}

bool variables_read(struct arena *a, const struct settings *s,
                    struct plan_inputs *in, struct err *e)
{
    struct list list = {NULL, 0, 0};
    if (!read_all(a, s, &list, e))
        return false;
    in->given_count = s->variables.count;
    in->variable = list.item;
    in->variable_count = list.count;
    return true;
}
