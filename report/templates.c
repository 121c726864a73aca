/* Templates by name: built in, of a folder, and the names they may use. */
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "report/assemble.h"

#define DEFAULT STR("default/")

const char *report_template(const char *name)
{
    for (size_t i = 0; i < built_in_template_count; i++)
        if (strcmp(built_in_templates[i].name, name) == 0)
            return built_in_templates[i].text;
    return NULL;
}

struct noting {
    struct arena *arena;
    struct template *template;
};

static bool has_use(const struct template *t, struct str name)
{
    for (size_t i = 0; i < t->use_count; i++)
        if (str_equal(t->use[i], name))
            return true;
    return false;
}

static void note_use(void *context, const struct mustache_name *n)
{
    struct noting *c = context;
    struct template *t = c->template;
    struct str first = str_cut(n->name, '.', NULL);
    if (n->use == MUSTACHE_TEMPLATE) {
        t->takes_in = true;
    } else if (!has_use(t, first)) {
        t->use = arena_grow(c->arena, t->use, t->use_count, &t->use_cap,
                            sizeof(*t->use));
        t->use[t->use_count++] = first;
    }
}

static void add(struct report_templates *t, struct arena *a, const char *name,
                const struct source *source, struct diags *d)
{
    struct mustache *compiled = NULL;
    struct err e = {.set = false};
    if (!mustache_parse(&compiled, a, source, &e)) {
        diags_add_err(d, &e);
        return;
    }
    t->item = arena_grow(a, t->item, t->count, &t->cap, sizeof(*t->item));
    struct noting noting = {a, &t->item[t->count++]};
    *noting.template = (struct template){.name = name, .compiled = compiled};
    mustache_names(compiled, note_use, &noting);
}

static void add_built_in(struct report_templates *t, struct arena *a,
                         struct diags *d)
{
    for (size_t i = 0; i < built_in_template_count; i++) {
        const struct built_in_template *b = &built_in_templates[i];
        struct source *source = arena_alloc(a, sizeof(*source));
        source->name = arena_printf(a, "default/%s", b->name);
        source->text = str_from(b->text);
        add(t, a, source->name, source, d);
    }
}

/* "folder/status.md" is the template status. */
static const char *name_of_file(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct str name = str_from(slash == NULL ? path : slash + 1);
    return str_dup(a, str_sub(name, 0, name.len - strlen(".md")));
}

static void add_folder(struct report_templates *t, struct arena *a,
                       const char *folder, struct diags *d)
{
    static const char *const suffixes[] = {".md", NULL};
    struct file_list files;
    struct err e = {.set = false};
    if (!file_list_beneath(&files, a, folder, suffixes, &e)) {
        diags_add_err(d, &e);
        return;
    }
    for (size_t i = 0; i < files.count; i++) {
        struct source *source = arena_alloc(a, sizeof(*source));
        if (file_read_definition(source, a, folder, files.path[i],
                                 MUSTACHE_BYTES_MAX, &e))
            add(t, a, name_of_file(a, files.path[i]), source, d);
        else
            diags_add_err(d, &e);
    }
}

bool report_templates_open(struct report_templates **out, struct arena *a,
                           const char *folder, struct diags *d)
{
    struct report_templates *t = arena_alloc(a, sizeof(*t));
    size_t before = diags_errors(d);
    *out = t;
    add_built_in(t, a, d);
    if (folder != NULL)
        add_folder(t, a, folder, d);
    for (size_t i = 0; i < t->count; i++)
        template_check(t, t->item[i].compiled, d);
    return diags_errors(d) == before;
}

const struct mustache *template_find(void *templates, struct str name)
{
    const struct report_templates *t = templates;
    for (size_t i = t->count; i-- > 0;)
        if (str_is(name, t->item[i].name))
            return t->item[i].compiled;
    if (str_starts(name, DEFAULT))
        return NULL;
    for (size_t i = 0; i < t->count; i++) {
        struct str known = str_from(t->item[i].name);
        if (str_starts(known, DEFAULT) &&
            str_equal(str_sub(known, DEFAULT.len, known.len), name))
            return t->item[i].compiled;
    }
    return NULL;
}

/* Where a name is looked for: the document itself, or a shape in it. */
struct scope {
    const struct shape *shape; /* NULL: the document */
};

/* What a name means: a text (shape NULL), or an object or list of a shape. */
struct meaning {
    bool known;
    const struct shape *shape;
};

static struct meaning member(const struct shape *s, struct str name)
{
    for (size_t i = 0; i < s->count; i++)
        if (str_is(name, s->field[i].name))
            return (struct meaning){true, s->field[i].of};
    return (struct meaning){false, NULL};
}

static struct meaning in_document(struct str name)
{
    if (str_is(name, "record"))
        return (struct meaning){true, &record_shape};
    if (str_is(name, "facts"))
        return (struct meaning){true, &facts_shape};
    if (str_is(name, TEMPLATE_OPEN) || str_is(name, TEMPLATE_APPENDIX) ||
        str_is(name, TEMPLATE_EDITED))
        return (struct meaning){true, NULL};
    for (size_t i = 0; i < section_count(); i++)
        if (str_is(name, section_at(i)->name))
            return (struct meaning){true, NULL};
    return (struct meaning){false, NULL};
}

#define SCOPES_MAX (MUSTACHE_DEPTH_MAX + 1)

struct scopes {
    struct scope item[SCOPES_MAX];
    size_t count;
};

/* The first part outwards, the others strictly inside, as in rendering. */
static struct meaning resolve(const struct scopes *s, struct str name)
{
    struct str rest, first = str_cut(name, '.', &rest);
    struct meaning found = {false, NULL};
    if (str_is(name, "."))
        return (struct meaning){true, NULL};
    for (size_t i = s->count; i-- > 0 && !found.known;)
        found = s->item[i].shape == NULL ? in_document(first)
                                         : member(s->item[i].shape, first);
    while (found.known && rest.len > 0) {
        struct str next = str_cut(rest, '.', &rest);
        found = found.shape == NULL ? (struct meaning){false, NULL}
                                    : member(found.shape, next);
    }
    return found;
}

struct checking {
    const struct report_templates *all;
    struct diags *diags;
};

static void report_unknown(struct checking *c, const struct mustache_name *n,
                           const struct scopes *s)
{
    const struct shape *shape = s->item[s->count - 1].shape;
    size_t most = shape == NULL ? section_count() + 2 : shape->count, count = 0;
    const char **known =
        arena_array(c->diags->arena, most + 1, sizeof(const char *));
    for (size_t i = 0; shape != NULL && i < shape->count; i++)
        known[count++] = shape->field[i].name;
    for (size_t i = 0; shape == NULL && i < section_count(); i++)
        known[count++] = section_at(i)->name;
    diags_add(c->diags, pos_at(n->source, n->at), "no document has a '%.*s'%s",
              STR_ARGS(n->name), text_hint(n->name, known, count).text);
}

static void check_name(void *context, const struct mustache_name *n)
{
    struct checking *c = context;
    struct scopes s = {.item = {{NULL}}, .count = 1};
    if (n->use == MUSTACHE_TEMPLATE) {
        if (template_find((void *)(uintptr_t)c->all, n->name) == NULL)
            diags_add(c->diags, pos_at(n->source, n->at),
                      "there is no template '%.*s'", STR_ARGS(n->name));
        return;
    }
    for (size_t i = 0; i < n->inside_count; i++) {
        struct meaning m = resolve(&s, n->inside[i]);
        if (m.shape != NULL && s.count < SCOPES_MAX)
            s.item[s.count++] = (struct scope){m.shape};
    }
    if (!resolve(&s, n->name).known)
        report_unknown(c, n, &s);
}

void template_check(const struct report_templates *all,
                    const struct mustache *t, struct diags *d)
{
    struct checking c = {all, d};
    mustache_names(t, check_name, &c);
}

/* One that takes in another may take in any: all of them are looked at. */
bool template_uses(const struct report_templates *all, const struct mustache *t,
                   const char *name)
{
    struct str word = str_from(name);
    bool takes_in = false, found = false;
    for (size_t i = 0; i < all->count; i++)
        if (all->item[i].compiled == t) {
            takes_in = all->item[i].takes_in;
            found = has_use(&all->item[i], word);
        }
    for (size_t i = 0; takes_in && i < all->count && !found; i++)
        found = has_use(&all->item[i], word);
    return found;
}
