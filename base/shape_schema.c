/* A shape as JSON Schema, draft 2020-12: one definition for each struct. */
#include <string.h>

#include "base/json.h"
#include "base/shape.h"

#define SHAPES_MAX 64

struct shapes {
    const struct shape *item[SHAPES_MAX];
    size_t count;
};

static void collect(struct shapes *all, const struct shape *s)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->item[i] == s)
            return;
    if (all->count == SHAPES_MAX)
        return;
    all->item[all->count++] = s;
    for (size_t i = 0; i < s->count; i++)
        if (s->field[i].of != NULL)
            collect(all, s->field[i].of);
}

static void write_enum(struct buf *out, const struct names *names)
{
    buf_text(out, "\"enum\": [");
    for (size_t i = 0; i < names->count; i++) {
        json_quote(out, str_from(names->name[i]));
        buf_text(out, ", ");
    }
    buf_text(out, "null]");
}

static const char *type_text(enum shape_type type)
{
    switch (type) {
    case SHAPE_TEXT:
        return "\"type\": [\"string\", \"null\"]";
    case SHAPE_INT:
        return "\"type\": \"integer\"";
    case SHAPE_BOOL:
        return "\"type\": \"boolean\"";
    case SHAPE_MS:
        return "\"type\": \"number\"";
    case SHAPE_SHARE:
        return "\"type\": \"number\", \"minimum\": 0, \"maximum\": 1";
    case SHAPE_TIME:
        return "\"type\": [\"string\", \"null\"], \"format\": \"date-time\"";
    case SHAPE_TEXTS:
        return "\"type\": \"array\", \"items\": {\"type\": \"string\"}";
    case SHAPE_PAIRS:
        return "\"type\": \"object\", \"additionalProperties\": "
               "{\"type\": [\"string\", \"null\"]}";
    case SHAPE_NAME:
    case SHAPE_OBJECT:
    case SHAPE_LIST:
        break;
    }
    return "";
}

static void write_plain(struct buf *out, const struct shape_field *f)
{
    if (f->rule == NULL)
        buf_text(out, type_text(f->type));
    else if (f->type == SHAPE_TEXT)
        buf_printf(out, "%s, \"pattern\": \"%s\"", type_text(f->type),
                   f->rule->pattern);
    else
        buf_printf(out,
                   "\"type\": \"array\", \"items\": {\"type\": \"string\", "
                   "\"pattern\": \"%s\"}",
                   f->rule->pattern);
}

static void write_type(struct buf *out, const struct shape_field *f)
{
    if (f->type == SHAPE_NAME)
        write_enum(out, f->names);
    else if (f->type == SHAPE_OBJECT)
        buf_printf(out, "\"$ref\": \"#/$defs/%s\"", f->of->name);
    else if (f->type == SHAPE_LIST)
        buf_printf(out,
                   "\"type\": \"array\", \"items\": "
                   "{\"$ref\": \"#/$defs/%s\"}",
                   f->of->name);
    else
        write_plain(out, f);
}

static void write_shape(struct buf *out, const struct shape *s,
                        const char *margin, bool people)
{
    buf_printf(out, "%s\"type\": \"object\",\n", margin);
    if (people)
        buf_printf(out, "%s\"additionalProperties\": false,\n", margin);
    buf_printf(out, "%s\"required\": [", margin);
    for (size_t i = 0, told = 0; i < s->count; i++)
        if (!s->field[i].rare)
            buf_printf(out, "%s\"%s\"", told++ > 0 ? ", " : "",
                       s->field[i].name);
    buf_printf(out, "],\n%s\"properties\": {\n", margin);
    for (size_t i = 0; i < s->count; i++) {
        const struct shape_field *f = &s->field[i];
        buf_printf(out, "%s  \"%s\": {", margin, f->name);
        write_type(out, f);
        buf_text(out, ", \"description\": ");
        json_quote(out, str_from(f->help));
        buf_text(out, i + 1 < s->count ? "},\n" : "}\n");
    }
    buf_printf(out, "%s}", margin);
}

void shape_schema(struct buf *out, const struct shape *s, const char *id,
                  const char *title, bool people)
{
    struct shapes all = {.count = 0};
    collect(&all, s);
    buf_text(out, "{\n  \"$schema\": "
                  "\"https://json-schema.org/draft/2020-12/schema\",\n");
    buf_printf(out, "  \"$id\": \"%s\",\n  \"title\": \"%s\",\n", id, title);
    write_shape(out, s, "  ", people);
    buf_text(out, ",\n  \"$defs\": {");
    for (size_t i = 1; i < all.count; i++) {
        buf_printf(out, "%s\n    \"%s\": {\n", i > 1 ? "," : "",
                   all.item[i]->name);
        write_shape(out, all.item[i], "      ", people);
        buf_text(out, "\n    }");
    }
    buf_text(out, "\n  }\n}\n");
}
