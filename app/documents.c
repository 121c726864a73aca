/* Documents that people read: reviewed by lint, repaired by report fix. */
#include "app/documents.h"

#include <string.h>
#include <sys/stat.h>

#include "app/lint_baseline.h"
#include "app/lint_house.h"
#include "base/file.h"
#include "evidence/evidence.h"
#include "lint/lint.h"
#include "model/vocabulary.h"
#include "scan/scan.h"

#define OUTPUT_MAX ((size_t)64 << 20)
#define LINKED_MAX                                                             \
    ((size_t)64 << 20) /* of a larger file no line is counted                  \
                        */

struct document_set {
    struct arena *life;
    const struct notes *notes;
    struct catalogue catalogue;
    struct git_clone *clone; /* NULL: none was given */
    struct house_list houses;
    const struct source **document;
    int64_t *time_ms; /* when each was written; INT64_MIN: it does not say */
    size_t count;
};

static const char *const document_suffixes[] = {".md", ".markdown", NULL};

static bool is_document(const char *path)
{
    for (size_t i = 0; document_suffixes[i] != NULL; i++)
        if (str_ends(str_from(path), str_from(document_suffixes[i])))
            return true;
    return false;
}

/* Definitions are looked for at the top of a folder alone, as they are read. */
static bool holds_definitions(struct arena *a, const char *folder)
{
    static const char *const suffixes[] = {".yaml", ".yml", ".json", NULL};
    struct file_list files;
    struct err e = {.set = false};
    return file_list(&files, a, folder, suffixes, &e) && files.count > 0;
}

bool documents_of(struct texts *out, struct arena *a, const char *path,
                  struct err *e)
{
    struct file_list files = {&path, 1};
    bool folder = file_is_folder(path);
    *out = (struct texts){NULL, 0, 0};
    if (folder ? holds_definitions(a, path) : !is_document(path))
        return true;
    if (folder && !file_walk(&files, a, path, document_suffixes, e))
        return false;
    out->item = arena_array(a, files.count + 1, sizeof(*out->item));
    for (size_t i = 0; i < files.count; i++)
        out->item[out->count++] = files.path[i];
    return true;
}

/* What the code means, and then how it is logged: people quote that. */
static const char *meaning(void *context, struct str code)
{
    const struct document_set *s = context;
    const char *text = NULL;
    for (size_t i = 0; i < s->catalogue.count; i++) {
        const struct signature *one = &s->catalogue.signature[i];
        if (one->code == NULL || !str_is(code, one->code))
            continue;
        text = arena_printf(s->life, "%s%s%s; %s", text == NULL ? "" : text,
                            text == NULL ? "" : " ", one->title, one->meaning);
        for (size_t k = 0; k < one->sample_count; k++)
            if (one->sample[k].kind == SAMPLE_POSITIVE)
                text = arena_printf(
                    s->life, "%s %.*s", text,
                    STR_ARGS(str_sub(one->sample[k].text, 0, 300)));
    }
    return text;
}

static enum commit_answer commit_of(void *context, struct str sha)
{
    const struct document_set *s = context;
    return evidence_has_commit(s->clone, sha) == 0 ? COMMIT_UNKNOWN
                                                   : COMMIT_KNOWN;
}

static int is_ancestor(void *context, struct str older, struct str newer)
{
    const struct document_set *s = context;
    return evidence_is_ancestor(s->clone, older, newer);
}

static int64_t lines_of(void *context, const char *document, struct str path)
{
    struct document_set *s = context;
    struct source file;
    struct stat st;
    struct err e = {.set = false};
    const char *slash = strrchr(document, '/');
    int folder = slash == NULL ? 0 : (int)(slash - document) + 1;
    const char *full =
        arena_printf(s->life, "%.*s%.*s", folder, document, STR_ARGS(path));
    int64_t lines = 0;
    if (stat(full, &st) != 0)
        return -1;
    if (!S_ISREG(st.st_mode) ||
        !file_read(&file, s->life, full, LINKED_MAX, &e))
        return INT64_MAX;
    for (size_t i = 0; i < file.text.len; i++)
        lines += file.text.ptr[i] == '\n';
    if (file.text.len > 0 && file.text.ptr[file.text.len - 1] != '\n')
        lines++;
    return lines;
}

static bool documents_open(struct document_set *s, struct arena *life,
                           const struct notes *n, size_t count)
{
    struct diags diags;
    *s = (struct document_set){.life = life, .notes = n};
    s->document = arena_array(life, count + 1, sizeof(struct source *));
    s->time_ms = arena_array(life, count + 1, sizeof(*s->time_ms));
    diags_init(&diags, life);
    if (catalogue_open(&s->catalogue, life, NULL, &diags))
        return true;
    notes_diags(n, &diags);
    return false;
}

/* --git DIR: the clone whose commits the documents mention. */
static bool open_clone(struct document_set *d, const struct settings *s)
{
    struct err e = {.set = false};
    const struct git_inputs in = {.dir = s->git, .any_owner = s->git_any_owner};
    if (in.dir == NULL || evidence_clone(&d->clone, d->life, &in, &e))
        return true;
    notes_error(d->notes, &e);
    return false;
}

static struct review_questions questions(struct document_set *s)
{
    return (struct review_questions){
        .context = s,
        .meaning = meaning,
        .lines = lines_of,
        .commit = s->clone == NULL ? NULL : commit_of,
        .ancestor = s->clone == NULL ? NULL : is_ancestor,
    };
}

static bool read_document(struct document_set *s, const char *path)
{
    struct source *source = arena_alloc(s->life, sizeof(*source));
    struct err e = {.set = false};
    if (!file_read(source, s->life, path, REVIEW_BYTES_MAX, &e)) {
        notes_error(s->notes, &e);
        return false;
    }
    s->time_ms[s->count] = INT64_MIN;
    if (!review_time(&s->time_ms[s->count], s->life, source))
        s->time_ms[s->count] = INT64_MIN;
    s->document[s->count++] = source;
    return true;
}

/*
 * What was written before it: of the documents given with it those with an
 * earlier date, and all that --earlier names.
 */
static struct review_options options_for(const struct document_set *s,
                                         size_t index,
                                         const struct document_set *earlier)
{
    struct review_options o = {.earlier_count = 0};
    const struct source **list = arena_array(
        s->life, s->count + earlier->count + 1, sizeof(struct source *));
    for (size_t i = 0; i < earlier->count; i++)
        list[o.earlier_count++] = earlier->document[i];
    for (size_t i = 0; i < s->count; i++)
        if (i != index && s->time_ms[i] != INT64_MIN &&
            s->time_ms[i] < s->time_ms[index])
            list[o.earlier_count++] = s->document[i];
    o.earlier = list;
    return o;
}

/* What is quoted of a document may hold a secret. */
static void redact_remarks(struct arena *life, const struct notes *n,
                           struct remarks *r)
{
    for (size_t i = 0; i < r->remark_count; i++)
        r->remark[i].text =
            sink_text(n->sink, life, str_from(r->remark[i].text)).ptr;
}

static void report_remarks(const struct settings *s, const struct notes *n,
                           const struct remarks *r)
{
    struct buf out;
    buf_init(&out, OUTPUT_MAX);
    if (s->output_format == OUTPUT_JSON) {
        shape_write(&out, &remarks_shape, r);
        buf_char(&out, '\n');
    } else if (s->output_format == OUTPUT_SARIF) {
        review_sarif(&out, r, s->version);
    } else {
        review_text(&out, r);
    }
    notes_output(n, buf_view(&out));
    if (s->output_format == OUTPUT_TEXT && r->questions > 0) {
        buf_clear(&out);
        buf_printf(&out, "%lld question%s of drafts %s still open",
                   (long long)r->questions, r->questions == 1 ? "" : "s",
                   r->questions == 1 ? "is" : "are");
        notes_line(n, out.ptr);
    }
    buf_release(&out);
}

static bool review_one(struct document_set *all, size_t index,
                       const struct document_set *earlier,
                       struct patterns *patterns, struct remarks *out)
{
    struct diags diags;
    struct err e = {.set = false};
    struct review_options options = options_for(all, index, earlier);
    diags_init(&diags, all->life);
    if (!lint_house_of(&options.house, &all->houses, all->life,
                       all->document[index]->name, &diags)) {
        notes_diags(all->notes, &diags);
        return false;
    }
    options.ask = questions(all);
    options.patterns = patterns;
    if (review_document(out, all->life, all->document[index], &options, &e))
        return true;
    notes_error(all->notes, &e);
    return false;
}

/* Of one folder, as loud as the .postflight-lint.yaml above it has it. */
static bool review_folder(struct document_set *all, const struct settings *s,
                          const struct migration_folders *folders, size_t i,
                          struct remarks *out)
{
    const struct git_inputs git = {
        .dir = s->git, .from = s->git_from, .any_owner = s->git_any_owner};
    const char *inside = arena_printf(all->life, "%s/.", folders->item[i].path);
    const struct house *house = NULL;
    size_t before = out->remark_count;
    struct err e = {.set = false};
    struct diags diags;
    diags_init(&diags, all->life);
    if (!lint_house_of(&house, &all->houses, all->life, inside, &diags)) {
        notes_diags(all->notes, &diags);
        return false;
    }
    if (!migrations_review(out, all->life, folders, i,
                           s->git == NULL ? NULL : &git, &e)) {
        notes_error(all->notes, &e);
        return false;
    }
    house_apply(out, before, house);
    return true;
}

static bool review_all(struct document_set *all,
                       const struct document_set *earlier,
                       const struct settings *s,
                       const struct migration_folders *migrations,
                       struct remarks *out)
{
    struct patterns *patterns = patterns_open();
    bool ok = true;
    remarks_init(out);
    for (size_t i = 0; i < all->count; i++)
        ok = review_one(all, i, earlier, patterns, out) && ok;
    for (size_t i = 0; i < migrations->count; i++)
        ok = review_folder(all, s, migrations, i, out) && ok;
    for (size_t i = 0; i < all->houses.count; i++)
        house_idle(out, all->life, all->houses.house[i]);
    patterns_close(patterns);
    return ok;
}

/* What was found before is written, or left out. */
static bool apply_baseline(struct arena *life, const struct settings *s,
                           const struct notes *n, struct remarks *r)
{
    struct err e = {.set = false};
    bool ok = s->lint_baseline == NULL ||
              (s->write_baseline
                   ? lint_baseline_write(r, life, n, s->lint_baseline, &e)
                   : lint_baseline_apply(r, life, n, s->lint_baseline, &e));
    if (!ok)
        notes_error(n, &e);
    return ok;
}

int documents_review(struct arena *life, const struct settings *s,
                     const struct notes *n, const struct texts *paths,
                     const struct migration_folders *migrations)
{
    struct document_set all, earlier;
    struct remarks remarks;
    bool ok = documents_open(&earlier, life, n, s->earlier.count) &&
              documents_open(&all, life, n, paths->count);
    if (!ok)
        return EXIT_INVALID;
    if (!open_clone(&all, s))
        return EXIT_USAGE;
    for (size_t i = 0; i < s->earlier.count; i++)
        ok = read_document(&earlier, s->earlier.item[i]) && ok;
    for (size_t i = 0; i < paths->count; i++)
        ok = read_document(&all, paths->item[i]) && ok;
    ok = review_all(&all, &earlier, s, migrations, &remarks) && ok;
    redact_remarks(life, n, &remarks);
    if (!ok || !apply_baseline(life, s, n, &remarks))
        return EXIT_INVALID;
    if (s->write_baseline)
        return EXIT_VERIFIED;
    report_remarks(s, n, &remarks);
    return remarks.remark_count > 0 ? EXIT_FINDINGS : EXIT_VERIFIED;
}

static bool fix(struct arena *life, const struct notes *n, const char *path,
                struct err *e)
{
    struct source source;
    struct buf out, line;
    if (!file_read(&source, life, path, REVIEW_BYTES_MAX, e))
        return false;
    buf_init(&out, source.text.len + 1);
    buf_init(&line, 5000);
    size_t runs = review_mojibake(&out, source.text);
    bool ok = runs == 0 || notes_file(n, path, buf_view(&out), e);
    if (ok) {
        buf_printf(&line, "%s: %zu runs repaired\n", path, runs);
        notes_output(n, buf_view(&line));
    }
    buf_release(&line);
    buf_release(&out);
    return ok;
}

int documents_fix(struct arena *life, const struct settings *s,
                  const struct notes *n)
{
    struct err e = {.set = false};
    if (!s->mojibake || s->arguments.count < 2) {
        err_set(&e, POS_NONE,
                "name what to repair: report fix --mojibake FILE");
        return notes_fail(n, &e, EXIT_USAGE);
    }
    for (size_t i = 1; i < s->arguments.count; i++)
        if (!fix(life, n, s->arguments.item[i], &e))
            return notes_fail(n, &e, EXIT_INVALID);
    return EXIT_VERIFIED;
}
