/* THE table of tools: who a file is from, who reads it, and what docs say. */
#ifndef IMPORT_TOOL_H
#define IMPORT_TOOL_H

#include "import/references.h"
#include "import/rows.h"

/*
 * A row a tool. A file is told by its text before it is parsed, or else by its
 * tree; a tool has one of both, and the reader that goes with it.
 */
struct import_tool {
    const char *name;
    bool (*is_text)(const struct source *source);
    bool (*is_tree)(const struct yaml_node *map);
    bool (*read_text)(struct import *im, const struct source *source);
    bool (*read_tree)(struct import *im, const struct yaml_node *root);

    /* A text with the tool's variables, as a definition has it. */
    const char *(*value)(struct import *im, const struct yaml_node *n);

    /* Does it only give values to other files, and is read before them? NULL:
       it never does. */
    bool (*gives_values)(const struct yaml_node *root);
    /* After all files were read; NULL: nothing to do. */
    void (*finish)(struct import *im);

    /* Its tables, for docs; NO_ROWS past the last. */
    struct rows (*rows)(size_t index);
};

#define IMPORT_TOOL_ROW(id, name) extern const struct import_tool name##_tool;
IMPORT_TOOLS(IMPORT_TOOL_ROW)
#undef IMPORT_TOOL_ROW

/* By enum import_format. */
const struct import_tool *import_tool_at(int format);

/* enum import_format; -1: no tool recognises it. root: NULL if not parsed. */
int format_of_text(const struct source *source);
int format_of_tree(const struct yaml_node *root);

/* Do these read as a list, as a map? NULL does not. */
bool node_is_list(const struct yaml_node *n);
bool node_is_map(const struct yaml_node *n);

#endif
