/*
 * A build tool: signature files to C, so that the catalogue costs nothing at
 * the start of each run. What it refuses cannot be built.
 * usage: compile_signatures OUTPUT FILE...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "scan/internal.h"

#define SOURCE_BYTES_MAX ((size_t)16 << 20)
#define OUTPUT_BYTES_MAX ((size_t)64 << 20)

struct compiler {
    struct arena arena;
    struct diags diags;
    struct buf out;
    struct signature *signature;
    size_t count, cap;
    const struct source *const *source;
    size_t source_count;
};

static void put_text(struct buf *out, struct str s)
{
    buf_char(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '"' || c == '\\' || c == '?')
            buf_printf(out, "\\%c", c);
        else if (c < 0x20 || c > 0x7E)
            buf_printf(out, "\\%03o", c);
        else
            buf_char(out, (char)c);
    }
    buf_char(out, '"');
}

static void put_name(struct buf *out, const char *text)
{
    if (text == NULL)
        buf_text(out, "NULL");
    else
        put_text(out, str_from(text));
}

static void put_str(struct buf *out, struct str s)
{
    buf_char(out, '{');
    put_text(out, s);
    buf_printf(out, ", %zu}", s.len);
}

static void put_pos(struct compiler *c, struct pos pos)
{
    size_t at = 0;
    while (at < c->source_count && c->source[at] != pos.source)
        at++;
    buf_printf(&c->out, "{&source%zu, %u, %u}", at, pos.line, pos.column);
}

static void put_texts(struct compiler *c, const char *name, size_t index,
                      const char *const *text, size_t count)
{
    if (count == 0)
        return;
    buf_printf(&c->out, "static const char *const %s%zu[] = {", name, index);
    for (size_t i = 0; i < count; i++) {
        put_name(&c->out, text[i]);
        buf_text(&c->out, ", ");
    }
    buf_text(&c->out, "};\n");
}

static void put_patterns(struct compiler *c, const char *name, size_t index,
                         const struct pattern *p, size_t count)
{
    if (count == 0)
        return;
    buf_printf(&c->out, "static const struct pattern %s%zu[] = {\n", name,
               index);
    for (size_t i = 0; i < count; i++) {
        buf_char(&c->out, '{');
        put_str(&c->out, p[i].anchor);
        buf_text(&c->out, ", ");
        put_str(&c->out, p[i].match);
        buf_text(&c->out, p[i].at_start ? ", true, " : ", false, ");
        put_pos(c, p[i].pos);
        buf_text(&c->out, "},\n");
    }
    buf_text(&c->out, "};\n");
}

static void put_remedy(struct compiler *c, size_t index, size_t i,
                       const struct signature_remedy *r)
{
    buf_text(&c->out, "{.text = ");
    put_name(&c->out, r->text);
    buf_text(&c->out, ", .command = ");
    put_name(&c->out, r->command);
    buf_text(&c->out, ", .danger = ");
    put_name(&c->out, r->danger);
    if (r->when_count > 0)
        buf_printf(&c->out, ", .when = when%zu_%zu, .when_count = %zu", index,
                   i, r->when_count);
    buf_printf(&c->out,
               ", .unless_wrapped = %d, .outside_migration = %d, "
               ".rolls_back = %d},\n",
               r->unless_wrapped, r->outside_migration, r->rolls_back);
}

static void put_remedies(struct compiler *c, size_t index,
                         const struct signature *s)
{
    if (s->remedy_count == 0)
        return;
    for (size_t i = 0; i < s->remedy_count; i++)
        put_texts(c, arena_printf(&c->arena, "when%zu_", index), i,
                  s->remedy[i].when, s->remedy[i].when_count);
    buf_printf(&c->out,
               "static const struct signature_remedy remedy%zu[] = {\n", index);
    for (size_t i = 0; i < s->remedy_count; i++)
        put_remedy(c, index, i, &s->remedy[i]);
    buf_text(&c->out, "};\n");
}

static const char *pairs_name(struct compiler *c, const char *what,
                              size_t index, size_t sample, size_t count)
{
    return count == 0
               ? "NULL"
               : arena_printf(&c->arena, "%s%zu_%zu", what, index, sample);
}

static void put_pairs(struct compiler *c, const char *name,
                      const struct shape_pair *pair, size_t count)
{
    if (count == 0)
        return;
    buf_printf(&c->out, "static const struct shape_pair %s[] = {", name);
    for (size_t i = 0; i < count; i++) {
        buf_char(&c->out, '{');
        put_name(&c->out, pair[i].name);
        buf_text(&c->out, ", ");
        put_name(&c->out, pair[i].value);
        buf_text(&c->out, "}, ");
    }
    buf_text(&c->out, "};\n");
}

static void put_sample(struct compiler *c, size_t index, size_t i,
                       const struct sample *s)
{
    buf_printf(&c->out, "{.kind = %d, .text = ", (int)s->kind);
    put_str(&c->out, s->text);
    buf_printf(&c->out,
               ", .count = %lld, .capture = %s, .capture_count = %zu, "
               ".edge = %s, .edge_count = %zu, .has_graph = %d, .root = ",
               (long long)s->count,
               pairs_name(c, "capture", index, i, s->capture_count),
               s->capture_count, pairs_name(c, "edge", index, i, s->edge_count),
               s->edge_count, s->has_graph);
    put_name(&c->out, s->root);
    buf_text(&c->out, ", .pos = ");
    put_pos(c, s->pos);
    buf_text(&c->out, "},\n");
}

static void put_samples(struct compiler *c, size_t index,
                        const struct signature *s)
{
    for (size_t i = 0; i < s->sample_count; i++) {
        const struct sample *one = &s->sample[i];
        put_pairs(c, pairs_name(c, "capture", index, i, one->capture_count),
                  one->capture, one->capture_count);
        put_pairs(c, pairs_name(c, "edge", index, i, one->edge_count),
                  one->edge, one->edge_count);
    }
    buf_printf(&c->out, "static const struct sample sample%zu[] = {\n", index);
    for (size_t i = 0; i < s->sample_count; i++)
        put_sample(c, index, i, &s->sample[i]);
    buf_text(&c->out, "};\n");
}

static void put_parts(struct compiler *c, size_t i, const struct signature *s)
{
    put_patterns(c, "pattern", i, s->pattern, s->pattern_count);
    put_patterns(c, "detail", i, s->detail, s->detail_count);
    put_texts(c, "wraps", i, s->wraps, s->wraps_count);
    put_texts(c, "symptom_of", i, s->symptom_of, s->symptom_of_count);
    put_texts(c, "usually_after", i, s->usually_after, s->usually_after_count);
    put_texts(c, "recovers", i, s->recovers, s->recovers_count);
    put_texts(c, "unless", i, s->unless, s->unless_count);
    put_texts(c, "key", i, s->key, s->key_count);
    put_texts(c, "confirm", i, s->confirm, s->confirm_count);
    put_texts(c, "prevention", i, s->prevention, s->prevention_count);
    put_texts(c, "link", i, s->link, s->link_count);
    put_remedies(c, i, s);
    put_samples(c, i, s);
}

/* ".name = nameINDEX, .name_count = N," where there are any */
static void put_list(struct compiler *c, const char *name, size_t index,
                     size_t count)
{
    if (count > 0)
        buf_printf(&c->out, ".%s = %s%zu, .%s_count = %zu,\n", name, name,
                   index, name, count);
}

static void put_field(struct compiler *c, const char *name, const char *text)
{
    if (text == NULL)
        return;
    buf_printf(&c->out, ".%s = ", name);
    put_name(&c->out, text);
    buf_text(&c->out, ",\n");
}

static void put_signature(struct compiler *c, size_t i,
                          const struct signature *s)
{
    buf_text(&c->out, "{");
    put_field(c, "id", s->id);
    put_field(c, "code", s->code);
    put_field(c, "title", s->title);
    put_field(c, "headline", s->headline);
    put_field(c, "headline_many", s->headline_many);
    put_field(c, "because", s->because);
    put_field(c, "meaning", s->meaning);
    put_field(c, "look", s->look);
    put_field(c, "rollback_why", s->rollback_why);
    buf_printf(&c->out,
               ".role = %d, .severity = %d, .deployment = %d, .span = %lld,\n"
               ".opens_scope = %d, .in_transaction = %d, .says_failed = %d,\n"
               ".everywhere = %d, .rollback = %d, .ending = %d,\n"
               ".proved_by = %d, .words = %d, .of_another = %d,\n",
               (int)s->role, (int)s->severity, s->deployment,
               (long long)s->span, s->opens_scope, s->in_transaction,
               s->says_failed, s->everywhere, s->rollback, s->ending,
               s->proved_by, s->words, s->of_another);
    put_list(c, "pattern", i, s->pattern_count);
    put_list(c, "detail", i, s->detail_count);
    put_list(c, "wraps", i, s->wraps_count);
    put_list(c, "symptom_of", i, s->symptom_of_count);
    put_list(c, "usually_after", i, s->usually_after_count);
    put_list(c, "recovers", i, s->recovers_count);
    put_list(c, "unless", i, s->unless_count);
    put_list(c, "key", i, s->key_count);
    put_list(c, "confirm", i, s->confirm_count);
    put_list(c, "prevention", i, s->prevention_count);
    put_list(c, "link", i, s->link_count);
    put_list(c, "remedy", i, s->remedy_count);
    put_list(c, "sample", i, s->sample_count);
    buf_text(&c->out, ".pos = ");
    put_pos(c, s->pos);
    buf_text(&c->out, "},\n");
}

static void put_all(struct compiler *c)
{
    buf_text(&c->out, "#include \"model/signature.h\"\n");
    for (size_t i = 0; i < c->source_count; i++) {
        buf_printf(&c->out, "static const struct source source%zu = {", i);
        put_name(&c->out, c->source[i]->name);
        buf_text(&c->out, ", {\"\", 0}};\n");
    }
    for (size_t i = 0; i < c->count; i++)
        put_parts(c, i, &c->signature[i]);
    buf_text(&c->out, "static const struct signature all[] = {\n");
    for (size_t i = 0; i < c->count; i++)
        put_signature(c, i, &c->signature[i]);
    buf_printf(&c->out,
               "};\nconst struct catalogue catalogue_built_in = {\n"
               ".signature = all, .count = %zu};\n",
               c->count);
}

static int compare_ids(const void *left, const void *right)
{
    const struct signature *a = left, *b = right;
    return strcmp(a->id, b->id);
}

static void add(struct compiler *c, const struct yaml_node *n)
{
    struct signature_loader loader = {&c->arena, &c->diags};
    struct signature made;
    if (!signature_read(&loader, n, &made))
        return;
    c->signature = arena_grow(&c->arena, c->signature, c->count, &c->cap,
                              sizeof(*c->signature));
    c->signature[c->count++] = made;
}

static void load(struct compiler *c, const char *path, struct source *source)
{
    const struct yaml_node *root = NULL;
    struct err e = {.set = false};
    if (!file_read(source, &c->arena, path, SOURCE_BYTES_MAX, &e)) {
        diags_add_err(&c->diags, &e);
        return;
    }
    const char *slash = strrchr(path, '/');
    source->name = arena_printf(&c->arena, "signatures.d/%s",
                                slash == NULL ? path : slash + 1);
    if (!yaml_parse(&root, &c->arena, source, &c->diags))
        return;
    const struct yaml_node *list = yaml_get(root, "signatures");
    for (size_t i = 0; list != NULL && i < list->count; i++)
        add(c, list->item[i]);
}

int main(int argc, char **argv)
{
    struct compiler c = {.count = 0};
    struct err e = {.set = false};
    if (argc < 3)
        return 2;
    arena_init(&c.arena);
    diags_init(&c.diags, &c.arena);
    buf_init(&c.out, OUTPUT_BYTES_MAX);
    size_t files = (size_t)argc - 2;
    const struct source **source =
        arena_array(&c.arena, files, sizeof(const struct source *));
    for (size_t i = 0; i < files; i++) {
        struct source *one = arena_alloc(&c.arena, sizeof(*one));
        source[i] = one;
        load(&c, argv[i + 2], one);
    }
    c.source = source;
    c.source_count = files;
    if (c.count > 1)
        qsort(c.signature, c.count, sizeof(*c.signature), compare_ids);
    for (size_t i = 1; i < c.count; i++)
        if (strcmp(c.signature[i].id, c.signature[i - 1].id) == 0)
            diags_add(&c.diags, c.signature[i].pos,
                      "duplicate signature id '%s'", c.signature[i].id);
    put_all(&c);
    bool ok = diags_errors(&c.diags) == 0 && !c.out.full &&
              file_write(argv[1], buf_view(&c.out), &e);
    if (!ok) {
        buf_clear(&c.out);
        diags_render(&c.diags, &c.out);
        fputs(c.out.ptr, stderr);
        fputs(e.text, stderr);
    }
    buf_release(&c.out);
    arena_release(&c.arena);
    return ok ? 0 : 1;
}
