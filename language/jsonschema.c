/*
 * Schemas are read through the YAML tree, which knows the place of every
 * value. A table of keywords says how each is read.
 */
#include "language/jsonschema.h"

#include <string.h>

#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "base/yaml.h"
#include "language/jsonschema_rule.h"

#define RULES_MAX 10000

/* Schemas by their node, so that references may go round in circles. */
struct compiled {
    const struct yaml_node *node;
    struct rule *rule;
    struct compiled *next;
};

#define BUCKETS 256

struct compiler {
    struct jsonschema *schema;
    struct arena *arena;
    struct diags *diags;
    const struct yaml_node *root;
    struct compiled *bucket[BUCKETS];
    size_t count;
};

static bool refuse(struct compiler *c, const struct yaml_node *n,
                   const char *text)
{
    diags_add(c->diags, n->pos, "schema: %s", text);
    return false;
}

static bool compile(struct compiler *c, const struct yaml_node *n,
                    const struct rule **out);

static bool compile_list(struct compiler *c, const struct yaml_node *n,
                         struct rules *out)
{
    bool ok = true;
    if (n->kind != YAML_LIST || n->count == 0)
        return refuse(c, n, "expected a list of schemas, at least one");
    out->item = arena_array(c->arena, n->count, sizeof(struct rule *));
    out->count = n->count;
    for (size_t i = 0; i < n->count; i++)
        ok = compile(c, n->item[i], &out->item[i]) && ok;
    return ok;
}

static bool compile_members(struct compiler *c, const struct yaml_node *n,
                            struct members *out)
{
    bool ok = true;
    if (n->kind != YAML_MAP)
        return refuse(c, n, "expected a map of names and schemas");
    out->item = arena_array(c->arena, n->count, sizeof(*out->item));
    out->count = n->count;
    for (size_t i = 0; i < n->count; i++) {
        out->item[i].name = n->item[2 * i]->text.ptr;
        ok = compile(c, n->item[2 * i + 1], &out->item[i].rule) && ok;
    }
    return ok;
}

static const struct regex *compile_regex(struct compiler *c,
                                         const struct yaml_node *n)
{
    struct regex_error e;
    struct kept_regex *kept = arena_alloc(c->arena, sizeof(*kept));
    if (n->kind != YAML_SCALAR) {
        refuse(c, n, "expected a regex as a text");
        return NULL;
    }
    if (!regex_open_unicode(&kept->regex, n->text, &e)) {
        diags_add(c->diags, yaml_pos_in(n, e.offset), "schema: regex: %s",
                  e.text);
        return NULL;
    }
    kept->next = c->schema->regex;
    c->schema->regex = kept;
    return kept->regex;
}

static bool compile_patterns(struct compiler *c, const struct yaml_node *n,
                             struct members *out)
{
    bool ok = compile_members(c, n, out);
    for (size_t i = 0; ok && i < out->count; i++) {
        out->item[i].pattern = compile_regex(c, n->item[2 * i]);
        ok = out->item[i].pattern != NULL;
    }
    return ok;
}

static bool read_names(struct compiler *c, const struct yaml_node *n,
                       const char ***out, size_t *count)
{
    if (n->kind != YAML_LIST)
        return refuse(c, n, "expected a list of names");
    *out = arena_array(c->arena, n->count + 1, sizeof(const char *));
    *count = n->count;
    for (size_t i = 0; i < n->count; i++) {
        if (n->item[i]->kind != YAML_SCALAR)
            return refuse(c, n->item[i], "expected a name");
        (*out)[i] = n->item[i]->text.ptr;
    }
    return true;
}

static bool compile_dependent(struct compiler *c, const struct yaml_node *n,
                              struct members *out)
{
    bool ok = true;
    if (n->kind != YAML_MAP)
        return refuse(c, n, "expected a map of names and lists of names");
    out->item = arena_array(c->arena, n->count, sizeof(*out->item));
    out->count = n->count;
    for (size_t i = 0; i < n->count; i++) {
        out->item[i].name = n->item[2 * i]->text.ptr;
        ok = read_names(c, n->item[2 * i + 1], &out->item[i].required,
                        &out->item[i].required_count) &&
             ok;
    }
    return ok;
}

static bool read_number(struct compiler *c, const struct yaml_node *n,
                        struct str *out)
{
    *out = n->text;
    return (n->kind == YAML_SCALAR && n->plain && text_is_number(n->text)) ||
           refuse(c, n, "expected a number");
}

static bool read_size(struct compiler *c, const struct yaml_node *n,
                      int64_t *out)
{
    uint64_t size = 0;
    bool ok = n->kind == YAML_SCALAR && n->plain &&
              text_to_u64(n->text, INT64_MAX / 2, &size);
    *out = (int64_t)size;
    return ok || refuse(c, n, "expected a whole number, 0 or more");
}

static bool read_bool(struct compiler *c, const struct yaml_node *n, bool *out)
{
    *out = n->kind == YAML_SCALAR && n->plain && str_is(n->text, "true");
    return *out || (n->plain && str_is(n->text, "false")) ||
           refuse(c, n, "expected true or false");
}

static const struct {
    const char *name;
    unsigned bit;
} type_row[] = {
    {"null", JSON_TYPE_NULL},       {"boolean", JSON_TYPE_BOOLEAN},
    {"object", JSON_TYPE_OBJECT},   {"array", JSON_TYPE_ARRAY},
    {"number", JSON_TYPE_NUMBER},   {"string", JSON_TYPE_STRING},
    {"integer", JSON_TYPE_INTEGER},
};

static bool read_type(struct compiler *c, const struct yaml_node *n,
                      unsigned *out)
{
    bool ok = n->count > 0;
    if (n->kind == YAML_LIST) {
        for (size_t i = 0; i < n->count; i++)
            ok = n->item[i]->kind == YAML_SCALAR &&
                 read_type(c, n->item[i], out) && ok;
        return ok || refuse(c, n, "expected a list of types, at least one");
    }
    for (size_t i = 0; i < ARRAY_COUNT(type_row); i++) {
        if (n->kind != YAML_SCALAR || !str_is(n->text, type_row[i].name))
            continue;
        *out |= type_row[i].bit;
        return true;
    }
    return refuse(c, n,
                  "expected a type: null, boolean, object, array, number, "
                  "string or integer");
}

static bool print_scalar(void *context, const struct yaml_node *n,
                         struct buf *out)
{
    (void)context;
    bool bare =
        n->plain && (text_is_number(n->text) || str_is(n->text, "true") ||
                     str_is(n->text, "false"));
    if (yaml_is_null(n))
        buf_text(out, "null");
    else if (bare)
        buf_str(out, n->text);
    else
        json_quote(out, n->text);
    return true;
}

static bool read_json(struct compiler *c, const struct yaml_node *n,
                      const cJSON **out)
{
    struct kept_json *kept = arena_alloc(c->arena, sizeof(*kept));
    struct buf text;
    struct err e = {.set = false};
    buf_init(&text, (size_t)4 << 20);
    bool ok = yaml_print_json(n, print_scalar, NULL, &text) && !text.full;
    struct source source = {"value", buf_view(&text)};
    ok = ok && json_parse(&kept->json, &source, &e);
    buf_release(&text);
    if (!ok)
        return refuse(c, n, "this value is no JSON");
    kept->next = c->schema->json;
    c->schema->json = kept;
    *out = kept->json;
    return true;
}

static bool read_enum(struct compiler *c, const struct yaml_node *n,
                      const cJSON **out)
{
    if (n->kind != YAML_LIST || n->count == 0)
        return refuse(c, n, "expected a list of values, at least one");
    return read_json(c, n, out);
}

static bool read_reference(struct compiler *c, const struct yaml_node *n,
                           const struct rule **out)
{
    const struct yaml_node *to =
        n->kind == YAML_SCALAR ? yaml_reference(c->arena, c->root, n->text)
                               : NULL;
    if (to == NULL)
        return refuse(c, n,
                      "nothing stands there: a reference stays within the "
                      "file, such as #/$defs/name");
    return compile(c, to, out);
}

/* Schemas that stand aside are read, so that their mistakes are seen. */
static bool read_definitions(struct compiler *c, const struct yaml_node *n)
{
    struct members aside = {NULL, 0};
    return compile_members(c, n, &aside);
}

enum keyword {
    IS_ANNOTATION,
    IS_RULE,
    IS_RULES,
    IS_MEMBERS,
    IS_PATTERNS,
    IS_DEPENDENT,
    IS_NAMES,
    IS_NUMBER,
    IS_SIZE,
    IS_BOOL,
    IS_TYPE,
    IS_ENUM,
    IS_CONST,
    IS_PATTERN,
    IS_REF,
    IS_DEFS
};

struct keyword_row {
    const char *name;
    enum keyword is;
    size_t at;
};

#define AT(member) offsetof(struct rule, member)

static const struct keyword_row keyword_row[] = {
    {"type", IS_TYPE, AT(types)},
    {"enum", IS_ENUM, AT(values)},
    {"const", IS_CONST, AT(constant)},
    {"minimum", IS_NUMBER, AT(minimum)},
    {"maximum", IS_NUMBER, AT(maximum)},
    {"exclusiveMinimum", IS_NUMBER, AT(above)},
    {"exclusiveMaximum", IS_NUMBER, AT(below)},
    {"minLength", IS_SIZE, AT(min_length)},
    {"maxLength", IS_SIZE, AT(max_length)},
    {"pattern", IS_PATTERN, AT(pattern)},
    {"items", IS_RULE, AT(items)},
    {"prefixItems", IS_RULES, AT(prefix)},
    {"contains", IS_RULE, AT(contains)},
    {"minContains", IS_SIZE, AT(min_contains)},
    {"maxContains", IS_SIZE, AT(max_contains)},
    {"minItems", IS_SIZE, AT(min_items)},
    {"maxItems", IS_SIZE, AT(max_items)},
    {"uniqueItems", IS_BOOL, AT(unique)},
    {"properties", IS_MEMBERS, AT(properties)},
    {"patternProperties", IS_PATTERNS, AT(patterns)},
    {"additionalProperties", IS_RULE, AT(additional)},
    {"propertyNames", IS_RULE, AT(names)},
    {"required", IS_NAMES, AT(required)},
    {"minProperties", IS_SIZE, AT(min_members)},
    {"maxProperties", IS_SIZE, AT(max_members)},
    {"dependentRequired", IS_DEPENDENT, AT(dependent_names)},
    {"dependentSchemas", IS_MEMBERS, AT(dependent)},
    {"allOf", IS_RULES, AT(all)},
    {"anyOf", IS_RULES, AT(any)},
    {"oneOf", IS_RULES, AT(one)},
    {"not", IS_RULE, AT(not_)},
    {"if", IS_RULE, AT(if_)},
    {"then", IS_RULE, AT(then_)},
    {"else", IS_RULE, AT(else_)},
    {"$ref", IS_REF, AT(ref)},
    {"$defs", IS_DEFS, 0},
    {"definitions", IS_DEFS, 0},
    {"$anchor", IS_ANNOTATION, 0},
    {"$schema", IS_ANNOTATION, 0},
    {"$id", IS_ANNOTATION, 0},
    {"$comment", IS_ANNOTATION, 0},
    {"title", IS_ANNOTATION, 0},
    {"description", IS_ANNOTATION, 0},
    {"default", IS_ANNOTATION, 0},
    {"examples", IS_ANNOTATION, 0},
    {"deprecated", IS_ANNOTATION, 0},
    {"readOnly", IS_ANNOTATION, 0},
    {"writeOnly", IS_ANNOTATION, 0},
    {"format", IS_ANNOTATION, 0},
    {"contentEncoding", IS_ANNOTATION, 0},
    {"contentMediaType", IS_ANNOTATION, 0},
    {"contentSchema", IS_ANNOTATION, 0},
};

const char *jsonschema_keyword(size_t index)
{
    bool known = index < ARRAY_COUNT(keyword_row) &&
                 keyword_row[index].is != IS_ANNOTATION;
    return known ? keyword_row[index].name : NULL;
}

static bool read_keyword(struct compiler *c, const struct keyword_row *k,
                         const struct yaml_node *n, struct rule *rule)
{
    void *at = (char *)rule + k->at;
    switch (k->is) {
    case IS_ANNOTATION:
        return true;
    case IS_RULE:
        return compile(c, n, at);
    case IS_RULES:
        return compile_list(c, n, at);
    case IS_MEMBERS:
        return compile_members(c, n, at);
    case IS_PATTERNS:
        return compile_patterns(c, n, at);
    case IS_DEPENDENT:
        return compile_dependent(c, n, at);
    case IS_NAMES:
        return read_names(c, n, &rule->required, &rule->required_count);
    case IS_NUMBER:
        return read_number(c, n, at);
    case IS_SIZE:
        return read_size(c, n, at);
    case IS_BOOL:
        return read_bool(c, n, at);
    case IS_TYPE:
        return read_type(c, n, at);
    case IS_ENUM:
        return read_enum(c, n, at);
    case IS_CONST:
        return read_json(c, n, at);
    case IS_PATTERN:
        rule->pattern = compile_regex(c, n);
        return rule->pattern != NULL;
    case IS_REF:
        return read_reference(c, n, at);
    case IS_DEFS:
        return read_definitions(c, n);
    }
    return false;
}

static bool unknown_keyword(struct compiler *c, const struct yaml_node *key)
{
    const char *known[ARRAY_COUNT(keyword_row)];
    for (size_t i = 0; i < ARRAY_COUNT(keyword_row); i++)
        known[i] = keyword_row[i].name;
    diags_add(c->diags, key->pos,
              "schema: the keyword '%.60s' is not supported%s", key->text.ptr,
              text_hint(key->text, known, ARRAY_COUNT(keyword_row)).text);
    return false;
}

static bool read_keywords(struct compiler *c, const struct yaml_node *n,
                          struct rule *rule)
{
    bool ok = true;
    for (size_t i = 0; i < n->count; i++) {
        const struct yaml_node *key = n->item[2 * i];
        const struct keyword_row *row = NULL;
        for (size_t k = 0; row == NULL && k < ARRAY_COUNT(keyword_row); k++)
            if (str_is(key->text, keyword_row[k].name))
                row = &keyword_row[k];
        ok = (row == NULL ? unknown_keyword(c, key)
                          : read_keyword(c, row, n->item[2 * i + 1], rule)) &&
             ok;
    }
    return ok;
}

static struct rule *new_rule(struct compiler *c, const struct yaml_node *n)
{
    struct compiled *made = arena_alloc(c->arena, sizeof(*made));
    struct compiled **bucket = &c->bucket[(size_t)n / sizeof(*n) % BUCKETS];
    struct rule *rule = arena_alloc(c->arena, sizeof(*rule));
    rule->min_length = rule->max_length = -1;
    rule->min_items = rule->max_items = -1;
    rule->min_contains = rule->max_contains = -1;
    rule->min_members = rule->max_members = -1;
    *made = (struct compiled){n, rule, *bucket};
    *bucket = made;
    return rule;
}

static bool compile(struct compiler *c, const struct yaml_node *n,
                    const struct rule **out)
{
    for (struct compiled *k = c->bucket[(size_t)n / sizeof(*n) % BUCKETS];
         k != NULL; k = k->next) {
        *out = k->rule;
        if (k->node == n)
            return true;
    }
    if (c->count++ == RULES_MAX)
        return refuse(c, n, "more than 10000 schemas");
    struct rule *rule = new_rule(c, n);
    *out = rule;
    if (n->kind == YAML_MAP)
        return read_keywords(c, n, rule);
    bool yes = n->plain && str_is(n->text, "true");
    rule->refuses = !yes;
    return yes || (n->plain && str_is(n->text, "false")) ||
           refuse(c, n, "expected a schema: a map, true or false");
}

bool jsonschema_open(struct jsonschema **out, const struct source *source,
                     struct diags *d)
{
    struct arena arena;
    arena_init(&arena);
    struct jsonschema *schema = arena_alloc(&arena, sizeof(*schema));
    schema->arena = arena; /* it holds itself */
    struct compiler c = {.schema = schema, .arena = &schema->arena, .diags = d};
    size_t before = diags_errors(d);
    *out = schema;
    if (yaml_parse(&c.root, c.arena, source, d) &&
        compile(&c, c.root, &schema->root) && diags_errors(d) == before)
        return true;
    jsonschema_close(schema);
    *out = NULL;
    return false;
}

void jsonschema_close(struct jsonschema *schema)
{
    if (schema == NULL)
        return;
    struct arena arena = schema->arena;
    for (struct kept_json *j = schema->json; j != NULL; j = j->next)
        cJSON_Delete(j->json);
    for (struct kept_regex *r = schema->regex; r != NULL; r = r->next)
        regex_close(r->regex);
    arena_release(&arena);
}
