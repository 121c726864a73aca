/* From the sources to a definition file and the record of the import. */
#include "import/import.h"

#include <string.h>

#include "base/shape_rows.h"
#include "base/text.h"
#include "import/drafts.h"
#include "import/references.h"
#include "import/tool.h"

#define STRUCT import_file
static const struct shape_field file_shape_rows[] = {
    FIELD("file", SHAPE_TEXT, file, "the name as given"),
    NAMED("format", format, &import_format_names, "whose file it is"),
};
static SHAPE_OF(file_shape, "file");
#undef STRUCT

#define STRUCT import_remark
static const struct shape_field remark_shape_rows[] = {
    FIELD("file", SHAPE_TEXT, file, "the name as given"),
    FIELD("line", SHAPE_INT, line, "from 1"),
    FIELD("column", SHAPE_INT, column, "bytes from 1"),
    FIELD("text", SHAPE_TEXT, text, "what was found"),
    FIELD("why", SHAPE_TEXT, why, "why it is not imported unchanged"),
    FIELD("advice", SHAPE_TEXT, advice, "what to do"),
    FIELD("check", SHAPE_TEXT, check, "id of the check; null: of none"),
};
static SHAPE_OF(remark_shape, "remark");
#undef STRUCT

#define STRUCT import_record
static const struct shape_field record_shape_rows[] = {
    FIELD("schema", SHAPE_TEXT, schema, IMPORT_SCHEMA),
    LIST("files", file, &file_shape, "what was read"),
    FIELD("checks", SHAPE_INT, checks, "that were written"),
    FIELD("carried", SHAPE_INT, carried,
          "constructs that became part of a check"),
    TEXTS("variables", variable, "that the checks need"),
    LIST("remarks", remark, &remark_shape,
         "what is not imported unchanged, by file and line"),
    FIELD("left_out", SHAPE_INT, left_out, "notes beyond the limit"),
};
const struct shape import_record_shape = {
    "import", sizeof(struct import_record), record_shape_rows,
    ARRAY_COUNT(record_shape_rows)};
#undef STRUCT

struct input {
    const struct source *source;
    const struct yaml_node *root; /* NULL: a text that is no YAML */
    int format;
};

static bool refuse(struct import *im, const struct source *source)
{
    struct buf known;
    buf_init(&known, 200);
    names_list(&import_format_names, &known);
    diags_add(im->diags, (struct pos){source, 1, 1},
              "not a file that can be imported: expected one of %s; choose one "
              "with --format",
              known.ptr);
    buf_release(&known);
    return false;
}

/* A goss file is a template first, and YAML when it was rendered. */
static bool parse_yaml(struct import *im, struct input *in)
{
    size_t before = diags_errors(im->diags);
    struct str text = in->source->text;
    if (yaml_parse(&in->root, im->arena, in->source, im->diags) &&
        diags_errors(im->diags) == before)
        return true;
    if (str_find(text, STR("{{"), 0) < text.len)
        diags_add(im->diags, pos_at(in->source, str_find(text, STR("{{"), 0)),
                  "a template is not YAML yet: render it first (goss render), "
                  "then import that");
    return false;
}

static bool prepare(struct import *im, const struct source *source,
                    struct input *in)
{
    *in = (struct input){source, NULL, im->options->format};
    if (source->text.len > IMPORT_BYTES_MAX) {
        diags_add(im->diags, (struct pos){source, 1, 1},
                  "longer than 8 MiB: split the file");
        return false;
    }
    if (in->format < 0)
        in->format = format_of_text(source);
    if (in->format >= 0 && import_tool_at(in->format)->read_text != NULL)
        return true;
    if (!parse_yaml(im, in))
        return false;
    if (in->format < 0)
        in->format = format_of_tree(in->root);
    return in->format >= 0 || refuse(im, source);
}

static bool read_input(struct import *im, const struct input *in)
{
    im->source = in->source;
    im->tool = import_tool_at(in->format);
    im->now = NULL;
    return im->tool->read_text != NULL ? im->tool->read_text(im, in->source)
                                       : im->tool->read_tree(im, in->root);
}

/* What only gives values to others is read before them. */
static bool is_environment(const struct input *in)
{
    const struct import_tool *tool = import_tool_at(in->format);
    return tool->gives_values != NULL && tool->gives_values(in->root);
}

/* Of all tools: targets that options name need no file of theirs. */
static void finish_tools(struct import *im)
{
    for (size_t i = 0; i < import_format_names.count; i++) {
        im->tool = import_tool_at((int)i);
        if (im->tool->finish != NULL)
            im->tool->finish(im);
    }
}

static bool read_inputs(struct import *im, const struct input *in, size_t count)
{
    bool ok = true;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < count; i++)
            if (is_environment(&in[i]) == (pass == 0))
                ok = read_input(im, &in[i]) && ok;
    im->now = NULL;
    if (ok)
        finish_tools(im);
    return ok;
}

static size_t file_index(const struct import_record *r, const char *file)
{
    size_t i = 0;
    while (i < r->file_count && r->file[i].file != file)
        i++;
    return i;
}

static bool comes_after(const struct import_record *r,
                        const struct import_remark *a,
                        const struct import_remark *b)
{
    size_t left = file_index(r, a->file), right = file_index(r, b->file);
    if (left != right)
        return left > right;
    if (a->line != b->line)
        return a->line > b->line;
    return a->column > b->column;
}

static void sort_remarks(struct import_record *r)
{
    for (size_t i = 1; i < r->remark_count; i++) {
        struct import_remark m = r->remark[i];
        size_t k = i;
        for (; k > 0 && comes_after(r, &r->remark[k - 1], &m); k--)
            r->remark[k] = r->remark[k - 1];
        r->remark[k] = m;
    }
}

static void finish_record(struct import *im)
{
    struct import_record *r = im->record;
    for (size_t i = 0; i < im->count; i++) {
        const struct draft *d = im->draft[i];
        r->checks += !d->refused;
        if (!d->refused)
            r->carried += (int64_t)entry_carried(&d->own);
        for (size_t k = 0; !d->refused && k < d->step_count; k++)
            r->carried += (int64_t)entry_carried(d->step[k]);
    }
    for (size_t i = 0; i < im->use_count; i++) {
        const struct variable_use *u = &im->use[i];
        if (!u->used || u->captured || (is_fallback(u->value) && !u->secret))
            continue;
        r->variable =
            arena_grow(im->arena, (void *)r->variable, r->variable_count,
                       &r->variable_cap, sizeof(const char *));
        r->variable[r->variable_count++] = u->name;
    }
    sort_remarks(r);
}

static bool import_inputs(struct import *im, const struct input *in,
                          size_t count, struct buf *out)
{
    if (!read_inputs(im, in, count))
        return false;
    bool any = drafts_verify(im);
    finish_record(im);
    if (!any) {
        diags_add(im->diags, (struct pos){in[0].source, 1, 1},
                  im->record->remark_count == 0
                      ? "nothing here that a check could probe"
                      : "nothing here makes a check: the notes say why");
        return false;
    }
    drafts_write(im, out);
    return output_verify(im, out);
}

bool import_sources(struct buf *out, struct import_record *record,
                    struct arena *a, const struct import_options *options,
                    struct diags *d)
{
    size_t count = options->source_count;
    struct import im = {.arena = a,
                        .options = options,
                        .redactor = options->redactor,
                        .record = record,
                        .diags = d,
                        .source = options->source[0]};
    struct input *in = arena_array(a, count, sizeof(*in));
    bool ok = true;
    *record = (struct import_record){.schema = IMPORT_SCHEMA};
    record->file = arena_array(a, count, sizeof(*record->file));
    for (size_t i = 0; i < count; i++) {
        ok = prepare(&im, options->source[i], &in[i]) && ok;
        record->file[record->file_count++] =
            (struct import_file){options->source[i]->name, in[i].format};
    }
    ok = ok && import_inputs(&im, in, count, out);
    return ok;
}

void import_text(struct buf *out, const struct import_record *record)
{
    for (size_t i = 0; i < record->remark_count; i++) {
        const struct import_remark *m = &record->remark[i];
        text_visible_line(out, str_from(m->file));
        buf_printf(out, ":%lld:%lld: %s: %s; %s\n", (long long)m->line,
                   (long long)m->column, m->text, m->why, m->advice);
    }
    if (record->left_out > 0)
        buf_printf(out, "and %lld more\n", (long long)record->left_out);
}
