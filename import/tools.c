/* The tools whose files are imported, and whose a file is. */
#include "import/tool.h"

#define TOOL(id, name) &name##_tool,
static const struct import_tool *const tools[] = {IMPORT_TOOLS(TOOL)};
#undef TOOL

#define TOOL(id, name) #name,
NAMES(import_format_names, "format", IMPORT_TOOLS(TOOL));
#undef TOOL

const struct import_tool *import_tool_at(int format)
{
    return tools[format];
}

bool node_is_list(const struct yaml_node *n)
{
    return n != NULL && n->kind == YAML_LIST;
}

bool node_is_map(const struct yaml_node *n)
{
    return n != NULL && n->kind == YAML_MAP;
}

int format_of_text(const struct source *source)
{
    for (size_t i = 0; i < ARRAY_COUNT(tools); i++)
        if (tools[i]->is_text != NULL && tools[i]->is_text(source))
            return (int)i;
    return -1;
}

int format_of_tree(const struct yaml_node *root)
{
    for (size_t i = 0; node_is_map(root) && i < ARRAY_COUNT(tools); i++)
        if (tools[i]->is_tree != NULL && tools[i]->is_tree(root))
            return (int)i;
    return -1;
}

static struct rows rows_of(enum import_format format, size_t index)
{
    return tools[format]->rows(index);
}

size_t import_construct_count(enum import_format format)
{
    size_t count = 0;
    for (size_t i = 0; rows_of(format, i).count > 0; i++)
        count += rows_of(format, i).count;
    return count;
}

struct import_construct import_construct(enum import_format format,
                                         size_t index)
{
    size_t table = 0;
    while (index >= rows_of(format, table).count)
        index -= rows_of(format, table++).count;
    const struct row *row = &rows_of(format, table).row[index];
    return (struct import_construct){rows_of(format, table).where, row->theirs,
                                     row->ours, row->why, row->advice};
}
