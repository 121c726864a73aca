/*
 * THE table of signature keys: name, type, meaning, reader. Errors, docs and
 * the JSON Schema come from it.
 */
#include <string.h>

#include "base/regex.h"
#include "base/text.h"
#include "scan/filter.h"
#include "scan/internal.h"

#define ITEMS_MAX 200 /* of one list */

static bool wrong(struct signature_loader *l, const struct yaml_node *n,
                  const char *expected)
{
    diags_add(l->diags, n->pos, "expected %s, found %s", expected,
              yaml_kind_name(n));
    return false;
}

static bool read_text(struct signature_loader *l, const struct yaml_node *n,
                      const char **out)
{
    if (n->kind != YAML_SCALAR || n->text.len == 0 || yaml_is_null(n))
        return wrong(l, n, "a text");
    *out = str_dup(l->arena, str_trim(n->text));
    return true;
}

static bool need_list(struct signature_loader *l, const struct yaml_node *n)
{
    if (n->kind != YAML_LIST || n->count > ITEMS_MAX)
        return wrong(l, n, "a list of at most 200 items");
    return true;
}

static bool read_texts(struct signature_loader *l, const struct yaml_node *n,
                       const char *const **out, size_t *count)
{
    bool ok = need_list(l, n);
    if (!ok)
        return false;
    const char **text = arena_array(l->arena, n->count, sizeof(const char *));
    for (size_t i = 0; i < n->count; i++)
        ok = read_text(l, n->item[i], &text[i]) && ok;
    *out = text;
    *count = n->count;
    return ok;
}

static bool read_name(struct signature_loader *l, const struct yaml_node *n,
                      const struct names *names, int *out)
{
    struct buf known;
    if (n->kind == YAML_SCALAR && name_find(names, n->text, out))
        return true;
    buf_init(&known, 300);
    names_list(names, &known);
    diags_add(l->diags, n->pos, "expected a %s: %s", names->what, known.ptr);
    buf_release(&known);
    return false;
}

/* The member of a small map; reports one that is missing and required. */
static const struct yaml_node *member(struct signature_loader *l,
                                      const struct yaml_node *map,
                                      const char *key, bool required)
{
    const struct yaml_node *n = yaml_get(map, key);
    if (n == NULL && required)
        diags_add(l->diags, map->pos, "no '%s' here", key);
    return n;
}

static bool only_members(struct signature_loader *l,
                         const struct yaml_node *map, const char *const *known,
                         size_t count)
{
    bool ok = true;
    if (map->kind != YAML_MAP)
        return wrong(l, map, "a map");
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *key = map->item[2 * i];
        bool found = false;
        for (size_t k = 0; k < count; k++)
            found = found || str_is(key->text, known[k]);
        if (!found) {
            const char *near = text_nearest(key->text, known, count);
            diags_add(l->diags, key->pos, "unknown key '%.60s'%s%s%s",
                      key->text.ptr, near == NULL ? "" : ", did you mean '",
                      near == NULL ? "" : near, near == NULL ? "" : "'?");
            ok = false;
        }
    }
    return ok;
}

static bool read_pattern(struct signature_loader *l, const struct yaml_node *n,
                         struct pattern *out)
{
    static const char *const known[] = {"anchor", "match"};
    struct regex_error error;
    struct regex *regex = NULL;
    const char *anchor = NULL, *match = NULL;
    if (!only_members(l, n, known, ARRAY_COUNT(known)))
        return false;
    const struct yaml_node *a = member(l, n, "anchor", true);
    const struct yaml_node *m = member(l, n, "match", true);
    if (a == NULL || m == NULL || !read_text(l, m, &match))
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
    if (regex_open(&regex, out->match, STR_NONE, &error)) {
        regex_close(regex);
        return true;
    }
    diags_add(l->diags, yaml_pos_in(m, error.offset), "regex: %s", error.text);
    return false;
}

static bool read_patterns(struct signature_loader *l, const struct yaml_node *n,
                          const struct pattern **out, size_t *count)
{
    if (!need_list(l, n))
        return false;
    struct pattern *all = arena_array(l->arena, n->count, sizeof(*all));
    bool ok = true;
    *out = all;
    *count = n->count;
    for (size_t i = 0; i < n->count; i++)
        ok = read_pattern(l, n->item[i], &all[i]) && ok;
    return ok;
}

static bool read_remedy(struct signature_loader *l, const struct yaml_node *n,
                        struct remedy *out)
{
    static const char *const known[] = {"do", "run", "danger"};
    if (!only_members(l, n, known, ARRAY_COUNT(known)))
        return false;
    const struct yaml_node *text = member(l, n, "do", true);
    const struct yaml_node *run = member(l, n, "run", false);
    const struct yaml_node *danger = member(l, n, "danger", false);
    return text != NULL && read_text(l, text, &out->text) &&
           (run == NULL || read_text(l, run, &out->command)) &&
           (danger == NULL || read_text(l, danger, &out->danger));
}

static bool read_captures(struct signature_loader *l, const struct yaml_node *n,
                          struct sample *out)
{
    if (n->kind != YAML_MAP)
        return wrong(l, n, "a map of captures");
    struct shape_pair *all = arena_array(l->arena, n->count, sizeof(*all));
    bool ok = true;
    for (size_t i = 0; i < n->count; i++) {
        all[i].name = n->item[2 * i]->text.ptr;
        ok = read_text(l, n->item[2 * i + 1], &all[i].value) && ok;
    }
    out->capture = all;
    out->capture_count = n->count;
    return ok;
}

static bool read_count(struct signature_loader *l, const struct yaml_node *n,
                       int64_t *out)
{
    uint64_t count = 0;
    if (n->kind == YAML_SCALAR && text_to_u64(n->text, 10000, &count) &&
        count > 0) {
        *out = (int64_t)count;
        return true;
    }
    return wrong(l, n, "a number from 1 to 10000");
}

/* Exactly one of text:, not: and cascade: says what kind of sample it is. */
static bool read_sample(struct signature_loader *l, const struct yaml_node *n,
                        struct sample *out)
{
    static const char *const known[] = {"text", "not",   "cascade",
                                        "root", "count", "captures"};
    if (!only_members(l, n, known, ARRAY_COUNT(known)))
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
    if (kinds != 1 || (root != NULL) != (out->kind == SAMPLE_CASCADE)) {
        diags_add(l->diags, n->pos,
                  "expected a sample with 'text', with "
                  "'not', or with 'cascade' and 'root'");
        return false;
    }
    if (text->kind != YAML_SCALAR)
        return wrong(l, text, "a text");
    out->text = text->text;
    return (root == NULL || read_text(l, root, &out->root)) &&
           (count == NULL || read_count(l, count, &out->count)) &&
           (captures == NULL || read_captures(l, captures, out));
}

static bool set_id(struct signature_loader *l, const struct yaml_node *n,
                   struct signature *s)
{
    if (!read_text(l, n, &s->id))
        return false;
    size_t good = strspn(s->id, "abcdefghijklmnopqrstuvwxyz0123456789-/");
    if (s->id[good] == '\0' && strchr(s->id, '/') != NULL)
        return true;
    diags_add(l->diags, n->pos,
              "the id '%.80s' is not of the form system/name (a-z 0-9 -)",
              s->id);
    return false;
}

static bool set_code(struct signature_loader *l, const struct yaml_node *n,
                     struct signature *s)
{
    return read_text(l, n, &s->code);
}

static bool set_title(struct signature_loader *l, const struct yaml_node *n,
                      struct signature *s)
{
    return read_text(l, n, &s->title);
}

static bool set_headline(struct signature_loader *l, const struct yaml_node *n,
                         struct signature *s)
{
    return read_text(l, n, &s->headline);
}

static bool set_role(struct signature_loader *l, const struct yaml_node *n,
                     struct signature *s)
{
    int value;
    if (!read_name(l, n, &role_names, &value))
        return false;
    s->role = (enum role)value;
    return true;
}

static bool set_severity(struct signature_loader *l, const struct yaml_node *n,
                         struct signature *s)
{
    int value;
    if (!read_name(l, n, &severity_names, &value))
        return false;
    s->severity = (enum severity)value;
    return true;
}

static bool set_deployment(struct signature_loader *l,
                           const struct yaml_node *n, struct signature *s)
{
    if (!read_name(l, n, &deployment_names, &s->deployment))
        return false;
    if (s->deployment == DEPLOYMENT_FAILED ||
        s->deployment == DEPLOYMENT_CONFLICT)
        return true;
    diags_add(l->diags, n->pos, "a log proves 'failed' or 'conflict' only");
    return false;
}

static bool set_patterns(struct signature_loader *l, const struct yaml_node *n,
                         struct signature *s)
{
    return read_patterns(l, n, &s->pattern, &s->pattern_count);
}

static bool set_details(struct signature_loader *l, const struct yaml_node *n,
                        struct signature *s)
{
    return read_patterns(l, n, &s->detail, &s->detail_count);
}

static bool set_span(struct signature_loader *l, const struct yaml_node *n,
                     struct signature *s)
{
    return read_count(l, n, &s->span);
}

static bool set_wraps(struct signature_loader *l, const struct yaml_node *n,
                      struct signature *s)
{
    return read_texts(l, n, &s->wraps, &s->wraps_count);
}

static bool set_symptom_of(struct signature_loader *l,
                           const struct yaml_node *n, struct signature *s)
{
    return read_texts(l, n, &s->symptom_of, &s->symptom_of_count);
}

static bool set_because(struct signature_loader *l, const struct yaml_node *n,
                        struct signature *s)
{
    return read_text(l, n, &s->because);
}

static bool set_opens_scope(struct signature_loader *l,
                            const struct yaml_node *n, struct signature *s)
{
    s->opens_scope = n->kind == YAML_SCALAR && str_is(n->text, "true");
    return s->opens_scope || wrong(l, n, "true");
}

static bool set_key(struct signature_loader *l, const struct yaml_node *n,
                    struct signature *s)
{
    return read_texts(l, n, &s->key, &s->key_count);
}

static bool set_meaning(struct signature_loader *l, const struct yaml_node *n,
                        struct signature *s)
{
    return read_text(l, n, &s->meaning);
}

static bool set_look(struct signature_loader *l, const struct yaml_node *n,
                     struct signature *s)
{
    return read_text(l, n, &s->look);
}

static bool set_confirm(struct signature_loader *l, const struct yaml_node *n,
                        struct signature *s)
{
    return read_texts(l, n, &s->confirm, &s->confirm_count);
}

static bool set_remedies(struct signature_loader *l, const struct yaml_node *n,
                         struct signature *s)
{
    if (!need_list(l, n))
        return false;
    struct remedy *all = arena_array(l->arena, n->count, sizeof(*all));
    bool ok = true;
    s->remedy = all;
    s->remedy_count = n->count;
    for (size_t i = 0; i < n->count; i++)
        ok = read_remedy(l, n->item[i], &all[i]) && ok;
    return ok;
}

static bool set_prevention(struct signature_loader *l,
                           const struct yaml_node *n, struct signature *s)
{
    return read_texts(l, n, &s->prevention, &s->prevention_count);
}

static bool set_links(struct signature_loader *l, const struct yaml_node *n,
                      struct signature *s)
{
    return read_texts(l, n, &s->link, &s->link_count);
}

static bool set_samples(struct signature_loader *l, const struct yaml_node *n,
                        struct signature *s)
{
    if (!need_list(l, n))
        return false;
    struct sample *all = arena_array(l->arena, n->count, sizeof(*all));
    bool ok = true;
    s->sample = all;
    s->sample_count = n->count;
    for (size_t i = 0; i < n->count; i++)
        ok = read_sample(l, n->item[i], &all[i]) && ok;
    return ok;
}

struct key {
    const char *name, *type, *help;
    bool required;
    bool (*set)(struct signature_loader *l, const struct yaml_node *n,
                struct signature *s);
};

static const struct key keys[] = {
    {"id", "text", "system/name: a-z 0-9 -", true, set_id},
    {"code", "text", "error code as the software prints it", false, set_code},
    {"title", "text", "what it is, in words", true, set_title},
    {"headline", "text", "the title with {captures} in it", false,
     set_headline},
    {"role", "role", "place in a cascade", true, set_role},
    {"severity", "severity", "how bad it is for a deploy", true, set_severity},
    {"deployment", "failed or conflict", "what it proves about the deployment",
     false, set_deployment},
    {"patterns", "patterns",
     "any of them on a line is a match: anchor is literal text that the line "
     "must hold, match a PCRE2 regex with named captures",
     true, set_patterns},
    {"details", "patterns",
     "lines that belong to a match at most span lines above", false,
     set_details},
    {"span", "lines", "reach of a match: its details and what it wraps", false,
     set_span},
    {"wraps", "ids", "errors that it reports, a final * for any", false,
     set_wraps},
    {"symptom_of", "ids", "errors that come before it, likewise", false,
     set_symptom_of},
    {"because", "text", "why an error that stands before it is its cause",
     false, set_because},
    {"opens_scope", "true", "a transaction or migration starts with it", false,
     set_opens_scope},
    {"key", "captures", "what tells one incident of it from another", false,
     set_key},
    {"meaning", "text", "what it means, for a reader who meets it first", true,
     set_meaning},
    {"look", "text", "where its root is when no log at hand holds it", false,
     set_look},
    {"confirm", "texts", "how to confirm it", false, set_confirm},
    {"remedies", "remedies",
     "do: what, run: command with {captures}, danger: what it can break", false,
     set_remedies},
    {"prevention", "texts", "how to keep it from coming back", false,
     set_prevention},
    {"links", "texts", "documentation", false, set_links},
    {"samples", "samples",
     "text: a log with count matches and these captures; not: a look-alike; "
     "cascade: a log whose best cause is root",
     true, set_samples},
};

static const struct key *find_key(struct str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        if (str_is(name, keys[i].name))
            return &keys[i];
    return NULL;
}

bool signature_read(struct signature_loader *l, const struct yaml_node *map,
                    struct signature *out)
{
    const char *known[ARRAY_COUNT(keys)];
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        known[i] = keys[i].name;
    *out = (struct signature){.deployment = -1, .pos = map->pos};
    if (!only_members(l, map, known, ARRAY_COUNT(keys)))
        return false;
    bool ok = true;
    for (size_t i = 0; i < map->count; i++) {
        const struct key *k = find_key(map->item[2 * i]->text);
        ok = k != NULL && k->set(l, map->item[2 * i + 1], out) && ok;
    }
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        if (keys[i].required && member(l, map, keys[i].name, true) == NULL)
            ok = false;
    return ok;
}

size_t signature_key_count(void)
{
    return ARRAY_COUNT(keys);
}

struct signature_key_doc signature_key(size_t index)
{
    return (struct signature_key_doc){.name = keys[index].name,
                                      .type = keys[index].type,
                                      .help = keys[index].help,
                                      .required = keys[index].required};
}
