/*
 * Expectations of a check: one text, a list of them, or a schema; what names
 * in them are worth.
 */
#include <string.h>

#include "base/beneath.h"
#include "base/file.h"
#include "language/jsonschema.h"
#include "plan/keys.h"

#define SCHEMA_BYTES_MAX ((size_t)1 << 20)

static bool find_reference(void *context, const struct yaml_node *n, size_t *at,
                           struct named_value *out)
{
    struct loader *l = context;
    size_t start = *at, late = l->late_count;
    if (!vars_reference(l, n, n->text, at, &out->value))
        return false;
    struct str name = str_sub(n->text, start + 2, *at - start - 3);
    const struct captured_name *captured = captures_named(l, name);
    out->late = l->late_count > late;
    out->secret = str_starts(name, STR("secret:")) ||
                  (captured != NULL && captured->secret);
    return true;
}

static bool find_variable(void *context, struct pos pos, struct str name,
                          struct named_value *out)
{
    struct loader *l = context;
    struct captured_name *captured = captures_named(l, name);
    size_t late = l->late_count;
    if (captured != NULL) {
        bool ok = captures_value(l, captured, pos, name, &out->value);
        out->late = l->late_count > late;
        return ok;
    }
    const char *value = vars_find(l, name);
    if (value == NULL)
        vars_report_unset(l, pos, name);
    out->value = str_from(value);
    return value != NULL;
}

static struct expect_reader reader_of(struct loader *l)
{
    return (struct expect_reader){.arena = l->arena,
                                  .diags = l->diags,
                                  .regexes = &l->plan->regexes,
                                  .reference = find_reference,
                                  .variable = find_variable,
                                  .context = l};
}

bool expect_parse(struct loader *l, const struct yaml_node *n,
                  struct expect *out)
{
    struct expect_reader reader = reader_of(l);
    return expect_read(&reader, n, out);
}

bool query_parse(struct loader *l, const struct yaml_node *n, struct query *out)
{
    struct expect_reader reader = reader_of(l);
    return query_read(&reader, n, out);
}

/* Room for `more` expectations after the *count that are there. */
static struct expect *extend(struct loader *l, const struct yaml_node *n,
                             const struct expect **all, size_t count,
                             size_t more)
{
    if (more == 0 || count + more > EXPECTATIONS_MAX) {
        diags_add(l->diags, n->pos, "expected 1 to %d expectations, found %zu",
                  EXPECTATIONS_MAX, count + more);
        return NULL;
    }
    struct expect *joined =
        arena_array(l->arena, count + more, sizeof(*joined));
    for (size_t i = 0; i < count; i++)
        joined[i] = (*all)[i];
    *all = joined;
    return joined + count;
}

/*
 * Beneath the folder of the definition, or anywhere if that is trusted; then
 * its text is not the author's to see, and is not quoted.
 */
static bool read_schema_file(struct loader *l, struct source *out,
                             const struct schema_list *s, bool *quoted,
                             struct err *e)
{
    bool untrusted = trust_is_untrusted(l->in->trust);
    *quoted =
        s->folder != NULL && beneath_find(s->folder, s->path) == BENEATH_FILE;
    if (*quoted || untrusted)
        return file_read_beneath(out, l->arena,
                                 s->folder == NULL ? "." : s->folder, s->path,
                                 SCHEMA_BYTES_MAX, e);
    return file_read(out, l->arena, s->path, SCHEMA_BYTES_MAX, e);
}

static void compile_schema(struct loader *l, const struct yaml_node *n,
                           struct schema_list *s, const struct source *source,
                           bool quoted)
{
    struct diags own;
    diags_init(&own, l->arena);
    if (jsonschema_open(&s->schema, source, quoted ? l->diags : &own))
        return;
    if (quoted)
        diags_add(l->diags, n->pos, "the schema '%.200s' cannot be used",
                  s->path);
    else
        diags_add(l->diags, n->pos,
                  "the schema '%.200s' cannot be used because of its line %u, "
                  "column %u; it is outside the folder of this file, so its "
                  "text is not shown",
                  s->path, own.count == 0 ? 0 : own.item[0].pos.line,
                  own.count == 0 ? 0 : own.item[0].pos.column);
}

static const struct schema_list *
find_schema(const struct loader *l, const char *path, const char *folder)
{
    const struct schema_list *s = l->plan->schemas;
    while (s != NULL &&
           !(str_is(str_from(path), s->path) &&
             (s->folder == folder || (s->folder != NULL && folder != NULL &&
                                      strcmp(s->folder, folder) == 0))))
        s = s->next;
    return s;
}

/* A schema is read once, and its problems told once, whoever names it. */
static const struct jsonschema *
open_schema(struct loader *l, const struct yaml_node *n, const char *path)
{
    const char *folder = contain_folder(l, n);
    const struct schema_list *known = find_schema(l, path, folder);
    if (known != NULL)
        return known->schema;
    struct source *source = arena_alloc(l->arena, sizeof(*source));
    struct schema_list *kept = arena_alloc(l->arena, sizeof(*kept));
    struct err e = {.set = false};
    bool quoted = false;
    *kept = (struct schema_list){path, folder, NULL, l->plan->schemas};
    l->plan->schemas = kept;
    if (!read_schema_file(l, source, kept, &quoted, &e))
        diags_add_err(l->diags, &e);
    else
        compile_schema(l, n, kept, source, quoted);
    return kept->schema;
}

static bool read_schema(struct loader *l, const struct yaml_node *n,
                        struct expect *out)
{
    const char *path = NULL;
    if (!read_path(l, n, &path))
        return false;
    *out = (struct expect){
        .text = str_from(arena_printf(l->arena, "schema %s", n->text.ptr)),
        .asked = STR("meets the schema"),
        .pos = n->pos,
        .schema = open_schema(l, n, path)};
    return out->schema != NULL;
}

/* An expectation is a text; a map with `schema` names a JSON Schema. */
static bool read_item(struct loader *l, const struct yaml_node *n,
                      struct expect *out)
{
    static const char *const known[] = {"schema"};
    if (n->kind != YAML_MAP)
        return expect_parse(l, n, out);
    for (size_t i = 0; i < n->count; i++) {
        const struct yaml_node *key = n->item[2 * i];
        if (str_is(key->text, known[0]))
            continue;
        const char *meant = mistake_map(l->arena, key, n->item[2 * i + 1]);
        if (meant != NULL)
            diags_add(l->diags, key->pos, "%s", meant);
        else
            report_unknown(l, key, "an expectation", known, 1);
        return false;
    }
    if (n->count == 0)
        return read_wrong_kind(l, n, "an expectation");
    return read_schema(l, n->item[1], out);
}

bool expects_read(struct loader *l, const struct yaml_node *n,
                  const struct expect **all, size_t *count)
{
    const struct yaml_node *const *item = n->item;
    size_t more = n->count;
    if (yaml_is_null(n))
        return read_wrong_kind(l, n, "a list of expectations");
    if (n->kind != YAML_LIST) {
        item = &n;
        more = 1;
    }
    struct expect *made = extend(l, n, all, *count, more);
    if (made == NULL)
        return false;
    bool ok = true;
    for (size_t i = 0; i < more; i++)
        ok = read_item(l, item[i], &made[i]) && ok;
    *count += more;
    return ok;
}

bool schema_read(struct loader *l, const struct yaml_node *n,
                 const struct expect **all, size_t *count)
{
    struct expect *made = extend(l, n, all, *count, 1);
    *count += made == NULL ? 0 : 1;
    return made != NULL && read_schema(l, n, made);
}
