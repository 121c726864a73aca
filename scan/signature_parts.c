/* The parts of a signature: texts, lists, patterns, remedies, samples. */
#include "scan/signature_parts.h"

#include <string.h>

#include "base/shape_yaml.h"
#include "base/text.h"
#include "language/regex.h"
#include "scan/prefilter.h"

#define ITEMS_MAX 200 /* of one list */

/* "expected …, found …"; always false. */
static bool part_wrong(struct signature_loader *l, const struct yaml_node *n,
                       const char *expected)
{
    diags_add(l->diags, n->pos, "expected %s, found %s", expected,
              yaml_kind_name(n));
    return false;
}

bool part_text(struct signature_loader *l, const struct yaml_node *n,
               const char **out)
{
    if (n->kind != YAML_SCALAR || n->text.len == 0 || yaml_is_null(n))
        return part_wrong(l, n, "a text");
    *out = str_dup(l->arena, str_trim(n->text));
    return true;
}

static bool part_list(struct signature_loader *l, const struct yaml_node *n)
{
    if (n->kind != YAML_LIST || n->count > ITEMS_MAX)
        return part_wrong(l, n, "a list of at most 200 items");
    return true;
}

bool part_texts(struct signature_loader *l, const struct yaml_node *n,
                const char *const **out, size_t *count)
{
    bool ok = part_list(l, n);
    if (!ok)
        return false;
    const char **text = arena_array(l->arena, n->count, sizeof(const char *));
    for (size_t i = 0; i < n->count; i++)
        ok = part_text(l, n->item[i], &text[i]) && ok;
    *out = text;
    *count = n->count;
    return ok;
}

bool part_name(struct signature_loader *l, const struct yaml_node *n,
               const struct names *names, int *out)
{
    return yaml_read_name(out, names, n, l->diags);
}

/* The member of a small map; reports one that is missing and required. */
const struct yaml_node *part_member(struct signature_loader *l,
                                    const struct yaml_node *map,
                                    const char *key, bool required)
{
    const struct yaml_node *n = yaml_get(map, key);
    if (n == NULL && required)
        diags_add(l->diags, map->pos, "no '%s' here", key);
    return n;
}

bool part_members(struct signature_loader *l, const struct yaml_node *map,
                  const char *const *known, size_t count)
{
    bool ok = true;
    if (map->kind != YAML_MAP)
        return part_wrong(l, map, "a map");
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *key = map->item[2 * i];
        bool found = false;
        for (size_t k = 0; k < count; k++)
            found = found || str_is(key->text, known[k]);
        if (!found) {
            diags_add(l->diags, key->pos, "unknown key '%.60s'%s",
                      key->text.ptr, text_hint(key->text, known, count).text);
            ok = false;
        }
    }
    return ok;
}

/* at: start */
static bool read_at(struct signature_loader *l, const struct yaml_node *n,
                    bool *start)
{
    const char *where = NULL;
    *start = false;
    if (n == NULL)
        return true;
    if (!part_text(l, n, &where))
        return false;
    *start = strcmp(where, "start") == 0;
    if (!*start)
        diags_add(l->diags, n->pos, "invalid 'at: %.60s': use 'start'", where);
    return *start;
}

static bool read_pattern(struct signature_loader *l, const struct yaml_node *n,
                         struct pattern *out)
{
    static const char *const known[] = {"anchor", "match", "at"};
    struct regex_error error;
    struct regex *regex = NULL;
    const char *anchor = NULL, *match = NULL;
    if (!part_members(l, n, known, ARRAY_COUNT(known)))
        return false;
    const struct yaml_node *a = part_member(l, n, "anchor", true);
    const struct yaml_node *m = part_member(l, n, "match", true);
    if (a == NULL || m == NULL || !part_text(l, m, &match))
        return false;
    if (a->text.len < LITERAL_MIN) {
        diags_add(l->diags, a->pos,
                  "the anchor '%.*s' is shorter than %d bytes",
                  STR_ARGS(a->text), LITERAL_MIN);
        return false;
    }
    anchor = str_dup(l->arena, a->text);
    match = str_dup(l->arena, m->text); /* with its blanks at the end */
    *out = (struct pattern){
        .anchor = str_from(anchor), .match = str_from(match), .pos = n->pos};
    if (!read_at(l, yaml_get(n, "at"), &out->at_start))
        return false;
    if (regex_open(&regex, out->match, STR_NONE, &error)) {
        regex_close(regex);
        return true;
    }
    diags_add(l->diags, yaml_pos_in(m, error.offset), "regex: %s", error.text);
    return false;
}

bool part_patterns(struct signature_loader *l, const struct yaml_node *n,
                   const struct pattern **out, size_t *count)
{
    if (!part_list(l, n))
        return false;
    struct pattern *all = arena_array(l->arena, n->count, sizeof(*all));
    bool ok = true;
    *out = all;
    *count = n->count;
    for (size_t i = 0; i < n->count; i++)
        ok = read_pattern(l, n->item[i], &all[i]) && ok;
    return ok;
}

struct flag {
    const char *name;
    bool *out;
};

/* Members that are true or not there. */
static bool read_flags(struct signature_loader *l, const struct yaml_node *n,
                       const struct flag *flag, size_t count)
{
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *found = yaml_get(n, flag[i].name);
        ok = (found == NULL || part_true(l, found, flag[i].out)) && ok;
    }
    return ok;
}

static bool read_remedy(struct signature_loader *l, const struct yaml_node *n,
                        struct signature_remedy *out)
{
    static const char *const known[] = {"do",
                                        "run",
                                        "danger",
                                        "when",
                                        "unless_wrapped",
                                        "outside_migration",
                                        "rolls_back"};
    *out = (struct signature_remedy){.text = NULL};
    const struct flag flags[] = {{"unless_wrapped", &out->unless_wrapped},
                                 {"outside_migration", &out->outside_migration},
                                 {"rolls_back", &out->rolls_back}};
    if (!part_members(l, n, known, ARRAY_COUNT(known)))
        return false;
    const struct yaml_node *text = part_member(l, n, "do", true);
    const struct yaml_node *run = yaml_get(n, "run");
    const struct yaml_node *danger = yaml_get(n, "danger");
    const struct yaml_node *when = yaml_get(n, "when");
    return text != NULL && part_text(l, text, &out->text) &&
           (run == NULL || part_text(l, run, &out->command)) &&
           (danger == NULL || part_text(l, danger, &out->danger)) &&
           (when == NULL ||
            part_texts(l, when, &out->when, &out->when_count)) &&
           read_flags(l, n, flags, ARRAY_COUNT(flags));
}

static bool read_pairs(struct signature_loader *l, const struct yaml_node *n,
                       const struct shape_pair **out, size_t *count)
{
    if (n->kind != YAML_MAP)
        return part_wrong(l, n, "a map of texts");
    struct shape_pair *all = arena_array(l->arena, n->count, sizeof(*all));
    bool ok = true;
    for (size_t i = 0; i < n->count; i++) {
        all[i].name = n->item[2 * i]->text.ptr;
        ok = part_text(l, n->item[2 * i + 1], &all[i].value) && ok;
    }
    *out = all;
    *count = n->count;
    return ok;
}

bool part_count(struct signature_loader *l, const struct yaml_node *n,
                int64_t *out)
{
    uint64_t count = 0;
    if (n->kind == YAML_SCALAR && text_to_u64(n->text, 10000, &count) &&
        count > 0) {
        *out = (int64_t)count;
        return true;
    }
    return part_wrong(l, n, "a number from 1 to 10000");
}

bool part_true(struct signature_loader *l, const struct yaml_node *n, bool *out)
{
    *out = n->kind == YAML_SCALAR && str_is(n->text, "true");
    return *out || part_wrong(l, n, "true");
}

/* Exactly one of text:, not: and cascade: says what kind of sample it is. */
static bool read_sample(struct signature_loader *l, const struct yaml_node *n,
                        struct sample *out)
{
    static const char *const known[] = {"text",  "not",   "cascade", "root",
                                        "graph", "count", "captures"};
    if (!part_members(l, n, known, ARRAY_COUNT(known)))
        return false;
    const struct yaml_node *text = NULL;
    size_t kinds = 0;
    *out = (struct sample){.pos = n->pos, .count = 1};
    for (int kind = SAMPLE_POSITIVE; kind <= SAMPLE_CASCADE; kind++) {
        const struct yaml_node *found = yaml_get(n, known[kind]);
        if (found == NULL)
            continue;
        kinds++;
        text = found;
        out->kind = (enum sample_kind)kind;
    }
    const struct yaml_node *root = yaml_get(n, "root");
    const struct yaml_node *count = yaml_get(n, "count");
    const struct yaml_node *captures = yaml_get(n, "captures");
    const struct yaml_node *graph = yaml_get(n, "graph");
    bool cascade = out->kind == SAMPLE_CASCADE;
    if (kinds != 1 || (root != NULL) != cascade ||
        (graph != NULL && !cascade)) {
        diags_add(l->diags, n->pos,
                  "expected a sample with 'text', with 'not', or with "
                  "'cascade' and 'root'");
        return false;
    }
    if (text->kind != YAML_SCALAR)
        return part_wrong(l, text, "a text");
    out->text = text->text;
    out->has_graph = graph != NULL;
    return (root == NULL || part_text(l, root, &out->root)) &&
           (count == NULL || part_count(l, count, &out->count)) &&
           (graph == NULL ||
            read_pairs(l, graph, &out->edge, &out->edge_count)) &&
           (captures == NULL ||
            read_pairs(l, captures, &out->capture, &out->capture_count));
}

bool part_remedies(struct signature_loader *l, const struct yaml_node *n,
                   const struct signature_remedy **out, size_t *count)
{
    if (!part_list(l, n))
        return false;
    struct signature_remedy *all =
        arena_array(l->arena, n->count, sizeof(*all));
    bool ok = true;
    *out = all;
    *count = n->count;
    for (size_t i = 0; i < n->count; i++)
        ok = read_remedy(l, n->item[i], &all[i]) && ok;
    return ok;
}

bool part_samples(struct signature_loader *l, const struct yaml_node *n,
                  const struct sample **out, size_t *count)
{
    if (!part_list(l, n))
        return false;
    struct sample *all = arena_array(l->arena, n->count, sizeof(*all));
    bool ok = true;
    *out = all;
    *count = n->count;
    for (size_t i = 0; i < n->count; i++)
        ok = read_sample(l, n->item[i], &all[i]) && ok;
    return ok;
}
