/* The tables of keys and words for docs, and as JSON Schema. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "plan/keys.h"

static const struct key_table *const tables[] = {
    &check_keys,      &rollout_keys,        &patience_keys, &auth_keys,
    &basic_keys,      &client_keys,         &dns_keys,      &watch_keys,
    &migrations_keys, &migration_path_keys, &receiver_keys, &downtime_keys,
    &step_keys,
};

/* A step's rows are those of a check, told in its table. */
size_t plan_table_count(void)
{
    return ARRAY_COUNT(tables) - 1;
}

const char *plan_table_name(size_t table)
{
    return tables[table]->name;
}

size_t plan_key_count(size_t table)
{
    struct key k;
    size_t count = 0;
    while (keys_at(tables[table], count, &k))
        count++;
    return count;
}

struct key_doc plan_key(size_t table, size_t index)
{
    struct key k = {.name = NULL};
    (void)keys_at(tables[table], index, &k);
    return (struct key_doc){.name = k.name,
                            .type = k.kind,
                            .standard = k.standard,
                            .help = k.help,
                            .required = (k.flags & KEY_REQUIRED) != 0,
                            .in_defaults = (k.flags & KEY_IN_DEFAULTS) != 0,
                            .in_step = (k.flags & KEY_IN_STEP) != 0};
}

/* Any value may be made of a variable. */
#define REFERENCE "\\\\$\\\\{"

static const struct {
    const char *kind, *schema;
} kind_row[] = {
    {"text", "\"type\": [\"string\", \"number\", \"boolean\"], "
             "\"minLength\": 1"},
    {"file", "\"type\": \"string\", \"minLength\": 1"},
    {"id", "\"type\": \"string\", \"pattern\": "
           "\"^[a-z0-9._/-]{1,100}$|" REFERENCE "\""},
    {"url", "\"type\": \"string\", \"pattern\": "
            "\"^https?://[^ ]+$|" REFERENCE "\""},
    {"method", "\"type\": \"string\", \"pattern\": "
               "\"^[A-Z-]{1,20}$|" REFERENCE "\""},
    {"duration", "\"type\": \"string\", \"pattern\": "
                 "\"^[0-9]+(\\\\.[0-9]+)?(us|ms|s|m|min|h|d)$|" REFERENCE "\""},
    {"size",
     "\"type\": \"string\", \"pattern\": "
     "\"^[0-9]+(\\\\.[0-9]+)?(B|kB|MB|GB|KiB|MiB|GiB)$|" REFERENCE "\""},
    {"factor", "\"anyOf\": [{\"type\": \"number\", \"minimum\": 1, "
               "\"maximum\": 10}, {\"type\": \"string\", \"pattern\": "
               "\"" REFERENCE "\"}]"},
    {"boolean", "\"anyOf\": [{\"type\": \"boolean\"}, {\"type\": \"string\", "
                "\"pattern\": \"^(true|false)$|" REFERENCE "\"}]"},
    {"list of texts", "\"type\": \"array\", \"items\": {\"type\": "
                      "[\"string\", \"number\", \"boolean\"]}"},
    {"map of texts", "\"type\": \"object\", \"additionalProperties\": "
                     "{\"type\": [\"string\", \"number\", \"boolean\"]}"},
    {"cookies", "\"type\": [\"object\", \"boolean\"], "
                "\"additionalProperties\": {\"type\": [\"string\", "
                "\"number\", \"boolean\"]}"},
    {"list of targets", "\"type\": \"array\", \"minItems\": 1, \"maxItems\": "
                        "1000, \"items\": {\"type\": [\"string\", \"number\", "
                        "\"object\"]}"},
    {"endpoint", "\"type\": \"string\", \"pattern\": "
                 "\"^[^ ]+:[0-9]+$|" REFERENCE "\""},
    {"command", "\"type\": [\"string\", \"array\"], \"minLength\": 1, "
                "\"minItems\": 1, \"items\": {\"type\": [\"string\", "
                "\"number\", \"boolean\"]}"},
    {"grpc endpoint", "\"type\": \"string\", \"pattern\": "
                      "\"^(https?://)?[^ /]+:[0-9]+$|" REFERENCE "\""},
    {"dns", "\"anyOf\": [{\"type\": \"string\", \"minLength\": 1}, "
            "{\"$ref\": \"#/$defs/dns\"}]"},
    {"migrations", "\"$ref\": \"#/$defs/migrations\""},
    {"migration path", "\"anyOf\": [{\"type\": \"string\", \"minLength\": 1}, "
                       "{\"$ref\": \"#/$defs/migration_path\"}]"},
    {"migration wish",
     "\"anyOf\": [{\"enum\": [\"up-to-date\", \"no-failed\"]}, {\"type\": "
     "\"object\", \"minProperties\": 1, \"maxProperties\": 1, "
     "\"additionalProperties\": false, \"properties\": {\"at\": {\"type\": "
     "[\"string\", \"number\"]}, \"at_least\": {\"type\": [\"string\", "
     "\"number\"]}}}]"},
    {"any value", ""},
    {"expectations", "\"anyOf\": [{\"$ref\": \"#/$defs/expectation\"}, "
                     "{\"type\": \"array\", \"minItems\": 1, \"maxItems\": "
                     "200, \"items\": {\"$ref\": \"#/$defs/expectation\"}}]"},
    {"query", "\"$ref\": \"#/$defs/query\""},
    {"time", "\"type\": \"string\", \"pattern\": "
             "\"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]|" REFERENCE "\""},
    {"threshold", "\"type\": \"string\", \"pattern\": "
                  "\"^[0-9]+ of [0-9]+$|^never$|" REFERENCE "\""},
    {"map of thresholds",
     "\"type\": \"object\", \"propertyNames\": {\"enum\": [\"critical\", "
     "\"major\", \"minor\", \"info\"]}, \"additionalProperties\": "
     "{\"type\": \"string\", \"pattern\": "
     "\"^[0-9]+ of [0-9]+$|^never$|" REFERENCE "\"}"},
    {"list of transitions",
     "\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": "
     "\"string\", \"pattern\": \"^(opened|worsened|acknowledged|reminded|"
     "resolved|reopened|closed|flapping|late|improved|recovering|blind|"
     "sighted)$|" REFERENCE "\"}"},
    {"list of windows", "\"type\": \"array\", \"maxItems\": 100, "
                        "\"items\": {\"$ref\": \"#/$defs/maintenance\"}"},
    {"list of notify", "\"type\": \"array\", \"maxItems\": 50, "
                       "\"items\": {\"$ref\": \"#/$defs/notify\"}"},
    {"list of steps", "\"type\": \"array\", \"minItems\": 1, \"maxItems\": "
                      "50, \"items\": {\"$ref\": \"#/$defs/step\"}"},
    {"map of queries", "\"type\": \"object\", \"minProperties\": 1, "
                       "\"maxProperties\": 50, \"propertyNames\": "
                       "{\"pattern\": \"^[A-Za-z_][A-Za-z0-9_]*$\"}, "
                       "\"additionalProperties\": {\"$ref\": "
                       "\"#/$defs/query\"}"},
};

static void write_names(struct buf *out, const struct names *names)
{
    buf_text(out, "\"anyOf\": [{\"enum\": [");
    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->name[i];
        buf_text(out, i > 0 ? ", " : "");
        json_quote(out, str_from(name));
        if (text_is_number(str_from(name))) /* YAML without quotes */
            buf_printf(out, ", %s", name);
    }
    buf_text(out,
             "]}, {\"type\": \"string\", \"pattern\": \"" REFERENCE "\"}]");
}

static void write_retry(struct buf *out)
{
    buf_text(out, "\"type\": \"array\", \"items\": {");
    write_names(out, &retry_class_names);
    buf_char(out, '}');
}

static void write_count(struct buf *out, const struct key *k)
{
    buf_printf(out,
               "\"anyOf\": [{\"type\": \"integer\", \"minimum\": %lld, "
               "\"maximum\": %lld}, {\"type\": \"string\", \"pattern\": "
               "\"^[0-9]+$|" REFERENCE "\"}]",
               (long long)k->low, (long long)k->high);
}

static void write_kind(struct buf *out, const struct key *k)
{
    if (k->of != NULL)
        buf_printf(out, "\"$ref\": \"#/$defs/%s\"", k->of->name);
    else if (k->names != NULL)
        write_names(out, k->names);
    else if (strcmp(k->kind, "list of retry classes") == 0)
        write_retry(out);
    else if (k->type == KEY_COUNT)
        write_count(out, k);
    for (size_t i = 0; i < ARRAY_COUNT(kind_row); i++)
        if (k->of == NULL && strcmp(k->kind, kind_row[i].kind) == 0)
            buf_text(out, kind_row[i].schema);
}

static void write_keys(struct buf *out, const struct key_table *table,
                       bool defaults)
{
    const char *comma = "";
    buf_text(out, "      \"type\": \"object\",\n"
                  "      \"additionalProperties\": false,\n"
                  "      \"properties\": {\n");
    struct key k;
    for (size_t i = 0; keys_at(table, i, &k); i++) {
        if (!keys_has(table, &k) ||
            (defaults && (k.flags & KEY_IN_DEFAULTS) == 0))
            continue;
        size_t before = out->len;
        buf_printf(out, "%s        \"%s\": {", comma, k.name);
        size_t start = out->len;
        write_kind(out, &k);
        buf_text(out, out->len > start ? ", \"description\": "
                                       : "\"description\": ");
        json_quote(out, str_from(k.help));
        buf_char(out, '}');
        comma = out->len > before ? ",\n" : comma;
    }
    buf_text(out, "\n      }");
}

static void write_required(struct buf *out, const struct key_table *table)
{
    const char *comma = "";
    buf_text(out, ",\n      \"required\": [");
    struct key k;
    for (size_t i = 0; keys_at(table, i, &k); i++) {
        if ((k.flags & KEY_REQUIRED) == 0 || !keys_has(table, &k))
            continue;
        buf_printf(out, "%s\"%s\"", comma, k.name);
        comma = ", ";
    }
    buf_char(out, ']');
}

static void write_word_pattern(struct buf *out, const char *before)
{
    buf_printf(out, "\"type\": \"string\", \"pattern\": \"^\\\\s*%s(", before);
    for (size_t i = 0; i < word_count(WORDS_QUERIES); i++)
        buf_printf(out, "%s%s", i > 0 ? "|" : "",
                   word_doc(WORDS_QUERIES, i).name);
    buf_text(out, ")(\\\\s|$)\"");
}

static void write_required_one(struct buf *out, const char *const *key,
                               size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%s{\"required\": [\"%s\"]}", i > 0 ? ", " : "",
                   key[i]);
}

/* One kind, something that is expected, at most one body. */
static void write_check_rules(struct buf *out, bool whole)
{
    const char *asserts[KIND_COUNT + 2] = {"expect", "schema"};
    const char *target[KIND_COUNT];
    size_t assert_count = 2, target_count = 0;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        if (kind_of(kind)->asserts != ASSERTS_NOTHING)
            asserts[assert_count++] = kind_key(kind);
        if (whole || !kind_of(kind)->is_flow)
            target[target_count++] = kind_key(kind);
    }
    if (whole) {
        buf_text(out, ",\n      \"anyOf\": [");
        write_required_one(out, asserts, assert_count);
        buf_char(out, ']');
    }
    buf_text(out, ",\n      \"oneOf\": [");
    write_required_one(out, target, target_count);
    buf_text(out, "],\n      \"not\": {\"anyOf\": [{\"required\": [\"body\", "
                  "\"form\"]}, {\"required\": [\"body\", \"json\"]}, "
                  "{\"required\": [\"form\", \"json\"]}]}");
}

void plan_schema(struct buf *out)
{
    buf_text(out, "{\n  \"$schema\": "
                  "\"https://json-schema.org/draft/2020-12/schema\",\n"
                  "  \"$id\": \"https://postflight.example/schemas/checks/1\","
                  "\n  \"title\": \"A file of checks\",\n"
                  "  \"type\": \"object\",\n"
                  "  \"additionalProperties\": false,\n"
                  "  \"anyOf\": [{\"required\": [\"checks\"]}, "
                  "{\"required\": [\"rollout\"]}, {\"required\": "
                  "[\"watch\"]}],\n"
                  "  \"properties\": {\n"
                  "    \"defaults\": {\"$ref\": \"#/$defs/defaults\"},\n"
                  "    \"rollout\": {\"$ref\": \"#/$defs/rollout\"},\n"
                  "    \"watch\": {\"$ref\": \"#/$defs/watch\"},\n"
                  "    \"checks\": {\"type\": \"array\", \"maxItems\": 100000, "
                  "\"items\": {\"$ref\": \"#/$defs/checks\"}}\n  },\n"
                  "  \"$defs\": {\n    \"query\": {");
    write_word_pattern(out, "");
    buf_text(out, "},\n    \"expectation\": {\"anyOf\": [{");
    write_word_pattern(out, "(not\\\\s+)?");
    buf_text(out, "}, {\"type\": \"object\", \"required\": [\"schema\"], "
                  "\"additionalProperties\": false, \"properties\": "
                  "{\"schema\": {\"type\": \"string\", \"minLength\": 1}}}]},\n"
                  "    \"defaults\": {\n");
    write_keys(out, &check_keys, true);
    for (size_t i = 0; i < ARRAY_COUNT(tables); i++) {
        buf_printf(out, "\n    },\n    \"%s\": {\n", tables[i]->name);
        write_keys(out, tables[i], false);
        write_required(out, tables[i]);
        if (tables[i] == &check_keys || tables[i] == &step_keys)
            write_check_rules(out, tables[i] == &check_keys);
        if (tables[i] == &auth_keys)
            buf_text(out, ",\n      \"minProperties\": 1, "
                          "\"maxProperties\": 1");
    }
    buf_text(out, "\n    }\n  }\n}\n");
}
