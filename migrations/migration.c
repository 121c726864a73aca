/* Which files are migrations: by their path, and where that does not tell, by
   their text; and which of their edits change nothing. */
#include <string.h>

#include "migrations/internal.h"

/* The first that recognises a path has it. */
#define ROW_OF(ID, name) [MIGRATION_##ID] = &name##_migrations,
static const struct migration_tool_row *const tools[] = {
    MIGRATION_TOOLS(ROW_OF)};

const struct migration_tool_row *migration_tool_at(int tool)
{
    return tools[tool];
}

size_t leading_digits(struct str s)
{
    size_t n = 0;
    while (n < s.len && s.ptr[n] >= '0' && s.ptr[n] <= '9')
        n++;
    return n;
}

/* The part after the last '/'; *folder gets what stands before it. */
static struct str base_name(struct str path, struct str *folder)
{
    size_t end = path.len;
    while (end > 0 && path.ptr[end - 1] != '/')
        end--;
    *folder = str_sub(path, 0, end == 0 ? 0 : end - 1);
    return str_sub(path, end, path.len);
}

struct migration_path path_parts(struct str path)
{
    struct migration_path p;
    p.name = base_name(path, &p.folder);
    p.parent = base_name(p.folder, &p.above);
    return p;
}

bool has_folder(struct str folder, const char *name)
{
    while (folder.len > 0)
        if (str_equal_nocase(str_cut(folder, '/', &folder), str_from(name)))
            return true;
    return false;
}

bool text_contains(struct str text, const char *part)
{
    return str_find(text, str_from(part), 0) < text.len;
}

bool migration_by_path(struct migration_file *m, struct arena *a,
                       struct str path)
{
    struct migration_path parts = path_parts(path);
    for (size_t i = 0; parts.name.len > 0 && i < ARRAY_COUNT(tools); i++) {
        *m = (struct migration_file){.arena = a,
                                     .tool = (int)i,
                                     .path = path,
                                     .id = parts.name,
                                     .chain = parts.folder};
        if (tools[i]->recognise(m, &parts))
            return true;
    }
    return false;
}

bool migration_by_text(struct migration_file *m, struct str text)
{
    const struct migration_tool_row *row = tools[m->tool];
    return row->read == NULL || row->read(m, text);
}

/* A quote that is open at the end of a line goes on in the next one. */
static bool spans_lines(struct str text, char quote)
{
    while (text.len > 0) {
        struct str line = str_cut(text, '\n', &text);
        size_t count = 0;
        for (size_t i = 0; i < line.len; i++)
            count += line.ptr[i] == quote;
        if (count % 2 != 0)
            return true;
    }
    return false;
}

static bool has_long_quotes(const struct migration_tool_row *row,
                            struct str text)
{
    for (size_t i = 0; i < ARRAY_COUNT(row->quotes); i++)
        if (row->quotes[i] != NULL && text_contains(text, row->quotes[i]))
            return true;
    return str_is(str_from(row->comment), "--") && spans_lines(text, '\'');
}

static char *stripped(const struct migration_tool_row *row, struct arena *a,
                      struct str text)
{
    struct buf out;
    buf_init(&out, text.len + 2);
    while (text.len > 0) {
        struct str line = str_cut(text, '\n', &text);
        struct str trimmed = str_trim(line);
        if (trimmed.len == 0 || str_starts(trimmed, str_from(row->comment)))
            continue;
        if (row->blanks_count) /* keep those at its start */
            trimmed = (struct str){line.ptr, (size_t)(trimmed.ptr - line.ptr) +
                                                 trimmed.len};
        buf_str(&out, trimmed);
        buf_char(&out, '\n');
    }
    return buf_take(a, &out);
}

bool migration_is_alike(int tool, struct arena *a, struct str left,
                        struct str right)
{
    const struct migration_tool_row *row = migration_tool_at(tool);
    if (str_equal(left, right))
        return true;
    if (has_long_quotes(row, left) || has_long_quotes(row, right))
        return false;
    return strcmp(stripped(row, a, left), stripped(row, a, right)) == 0;
}
