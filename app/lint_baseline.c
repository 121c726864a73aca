/* Reads, writes and applies a baseline of findings on documents. */
#include "app/lint_baseline.h"

#include <string.h>

#include "base/file.h"
#include "base/shape_rows.h"

#define LINT_KNOWN_BYTES  ((size_t)16 << 20)
#define LINT_KNOWN_SCHEMA "postflight/lint-baseline/1"

struct known {
    const char *file, *rule, *fingerprint, *text;
    bool found; /* again, in this run */
};

struct known_list {
    const char *schema;
    struct known *finding;
    size_t finding_count, finding_cap;
};

#define STRUCT known
static const struct shape_field known_shape_rows[] = {
    FIELD("file", SHAPE_TEXT, file, "document"),
    FIELD("rule", SHAPE_TEXT, rule, "id of the rule"),
    FIELD("fingerprint", SHAPE_TEXT, fingerprint, "of the finding"),
    FIELD("text", SHAPE_TEXT, text, "what was found, for readers"),
};
static SHAPE_OF(known_shape, "finding");
#undef STRUCT

#define STRUCT known_list
static const struct shape_field known_list_shape_rows[] = {
    FIELD("schema", SHAPE_TEXT, schema, LINT_KNOWN_SCHEMA),
    LIST("findings", finding, &known_shape, "by document and line"),
};
static SHAPE_OF(known_list_shape, "baseline");
#undef STRUCT

/* "./x.md" and "x.md" are the same document. */
static const char *bare(const char *file)
{
    return strncmp(file, "./", 2) == 0 ? file + 2 : file;
}

bool lint_baseline_write(const struct remarks *r, struct arena *a,
                         const struct notes *n, const char *path, struct err *e)
{
    struct known_list list = {.schema = LINT_KNOWN_SCHEMA};
    struct buf out;
    list.finding = arena_array(a, r->remark_count + 1, sizeof(*list.finding));
    for (size_t i = 0; i < r->remark_count; i++)
        list.finding[list.finding_count++] =
            (struct known){.file = bare(r->remark[i].file),
                           .rule = r->remark[i].rule,
                           .fingerprint = r->remark[i].fingerprint,
                           .text = r->remark[i].text};
    buf_init(&out, LINT_KNOWN_BYTES);
    shape_write(&out, &known_list_shape, &list);
    buf_char(&out, '\n');
    bool ok = notes_shared_file(n, path, buf_view(&out), e);
    buf_release(&out);
    if (ok)
        notes_line(n, arena_printf(a, "%s: %zu findings written", path,
                                   list.finding_count));
    return ok;
}

static struct known *known_find(struct known_list *list, const struct remark *m)
{
    for (size_t i = 0; i < list->finding_count; i++) {
        struct known *k = &list->finding[i];
        if (!k->found && strcmp(k->fingerprint, m->fingerprint) == 0 &&
            strcmp(k->rule, m->rule) == 0 &&
            strcmp(k->file, bare(m->file)) == 0)
            return k;
    }
    return NULL;
}

bool lint_baseline_apply(struct remarks *r, struct arena *a,
                         const struct notes *n, const char *path, struct err *e)
{
    static const struct shape_format format = {LINT_KNOWN_SCHEMA, NULL};
    struct known_list list = {.finding_count = 0};
    struct source source;
    size_t kept = 0;
    if (!file_is_regular(path))
        return err_set(e, POS_NONE,
                       "no baseline '%s'; write it with --write-baseline",
                       path);
    if (!file_read(&source, a, path, LINT_KNOWN_BYTES, e) ||
        !shape_read(&list, a, &known_list_shape, &format, &source, e))
        return false;
    for (size_t i = 0; i < r->remark_count; i++) {
        struct known *k = known_find(&list, &r->remark[i]);
        if (k == NULL)
            r->remark[kept++] = r->remark[i];
        else
            k->found = true;
    }
    size_t known = r->remark_count - kept;
    r->remark_count = kept;
    r->known = (int64_t)known;
    notes_line(n, arena_printf(a,
                               "%s: %zu known findings left out, %zu not "
                               "found again%s",
                               path, known, list.finding_count - known,
                               list.finding_count > known
                                   ? " (renew it with --write-baseline)"
                                   : ""));
    return true;
}
