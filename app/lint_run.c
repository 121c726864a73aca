/*
 * postflight lint: definitions, signatures, documents and migration files,
 * without running anything.
 */
#include <string.h>

#include "app/app.h"
#include "app/documents.h"
#include "app/variables.h"
#include "base/file.h"
#include "model/vocabulary.h"
#include "scan/scan.h"
#include "trust/trust.h"
#include "verdict/verdict.h"

#define FILE_MAX ((size_t)4 << 20)

struct lint {
    struct arena *life;
    const struct settings *settings;
    const struct notes *notes;
    struct diags diags;
    bool misused; /* an option has no effect */
};

/* By its name, or by the list with which the file begins. */
static bool is_of_signatures(struct arena *a, const char *path)
{
    struct source source;
    struct err e = {.set = false};
    if (strstr(path, "signature") != NULL)
        return true;
    if (file_is_folder(path) || !file_read(&source, a, path, FILE_MAX, &e))
        return false;
    static const char *const list[] = {"signatures:", "suppress:", "disable:"};
    for (size_t i = 0; i < ARRAY_COUNT(list); i++) {
        size_t at = str_find(source.text, str_from(list[i]), 0);
        if (at < source.text.len &&
            (at == 0 || source.text.ptr[at - 1] == '\n'))
            return true;
    }
    return false;
}

static bool holds_signatures(struct arena *a, const char *path)
{
    static const char *const suffixes[] = {".yaml", ".yml", ".json", NULL};
    struct file_list files = {.count = 0};
    struct err e = {.set = false};
    if (is_of_signatures(a, path))
        return true;
    return file_is_folder(path) && file_list(&files, a, path, suffixes, &e) &&
           files.count > 0 && is_of_signatures(a, files.path[0]);
}

static void report_count(const struct notes *n, const char *path,
                         const char *what, size_t count, size_t samples)
{
    struct buf text;
    buf_init(&text, 4096);
    buf_printf(&text, "%s: ", path);
    buf_printf(&text, "%zu %s", count, what);
    if (samples > 0)
        buf_printf(&text, ", %zu samples", samples);
    buf_char(&text, '\n');
    notes_output(n, buf_view(&text));
    buf_release(&text);
}

static void lint_signatures(struct lint *l, const char *path)
{
    struct catalogue catalogue;
    struct sample_count count;
    if (!catalogue_open(&catalogue, l->life, path, &l->diags))
        return;
    catalogue_check(&catalogue, &count, &l->diags);
    verdict_check_samples(&catalogue, &l->diags);
    for (size_t i = 0; i < catalogue.note_count; i++) {
        notes_output(l->notes, str_from(catalogue.note[i]));
        notes_output(l->notes, STR("\n"));
    }
    report_count(l->notes, path, "signatures", catalogue.count,
                 count.positive + count.negative + count.cascade);
}

/* All together, as verify reads them: checks may need each other. */
static void lint_checks(struct lint *l, const struct texts *paths,
                        const struct plan_inputs *common)
{
    struct plan plan;
    struct plan_inputs in = *common;
    struct buf names;
    in.path = paths->item;
    in.path_count = paths->count;
    if (paths->count == 0)
        return;
    if (!plan_open(&plan, l->life, &in, &l->diags)) {
        l->misused = plan.misused;
        return;
    }
    buf_init(&names, 4000);
    for (size_t i = 0; i < paths->count; i++)
        buf_printf(&names, "%s%s", i > 0 ? " " : "", paths->item[i]);
    report_count(l->notes, names.ptr, "checks", plan.count, 0);
    buf_release(&names);
    plan_close(&plan);
}

static void add_text(struct texts *list, struct arena *a, const char *text)
{
    list->item = arena_grow(a, (void *)list->item, list->count, &list->cap,
                            sizeof(*list->item));
    list->item[list->count++] = text;
}

/* An option that was given and is about checks; NULL: none was. */
static const char *about_checks(const struct settings *s)
{
    const struct {
        bool given;
        const char *name;
    } option[] = {{s->variables.count > 0, "--var"},
                  {s->env_files.count > 0, "--env-file"},
                  {s->untrusted, "--untrusted"},
                  {s->no_exec, "--no-exec"},
                  {s->allowed_env.count > 0, "--allow-env"},
                  {s->allowed_hosts.count > 0, "--allow-host"}};
    for (size_t i = 0; i < ARRAY_COUNT(option); i++)
        if (option[i].given)
            return option[i].name;
    return NULL;
}

/* What the paths are. */
struct sorted {
    struct texts checks, documents;
    struct migration_folders migrations;
};

/* An option that was given and is about what findings are on; NULL: none. */
static const char *about_findings(const struct settings *s)
{
    return s->format_given    ? "--format"
           : s->lint_baseline ? "--baseline"
           : s->git != NULL   ? "--git"
                              : NULL;
}

/* Options are about checks, or about documents and migrations. */
static bool has_effect(const struct settings *s, const struct sorted *paths,
                       struct err *e)
{
    const struct texts *checks = &paths->checks;
    bool documents = paths->documents.count > 0;
    bool migrations = paths->migrations.count > 0;
    const char *idle = about_checks(s);
    if (idle != NULL && checks->count == 0)
        return err_set(e, POS_NONE,
                       "%s has no effect: no checks are read, to which alone "
                       "it applies",
                       idle);
    if (s->earlier.count > 0 && !documents)
        return err_set(e, POS_NONE,
                       "--earlier has no effect: no document is read");
    if (s->git_from != NULL && !migrations)
        return err_set(e, POS_NONE,
                       "--from has no effect: no migration is read");
    idle = about_findings(s);
    return idle == NULL || documents || migrations ||
           err_set(e, POS_NONE,
                   "%s has no effect: no document or migration is read", idle);
}

/* At its top, in a file of its own: then a folder with migrations below it has
   checks, too. */
static bool holds_checks(struct arena *a, const char *path)
{
    static const char *const suffixes[] = {".yaml", ".yml", ".json", NULL};
    static const char *const list[] = {"checks:", "\"checks\""};
    struct file_list files = {.count = 0};
    struct err e = {.set = false};
    if (!file_list(&files, a, path, suffixes, &e))
        return false;
    for (size_t i = 0; i < files.count; i++) {
        struct source source;
        if (!file_read(&source, a, files.path[i], FILE_MAX, &e))
            continue;
        for (size_t k = 0; k < ARRAY_COUNT(list); k++) {
            size_t at = str_find(source.text, str_from(list[k]), 0);
            if (at < source.text.len &&
                (k > 0 || at == 0 || source.text.ptr[at - 1] == '\n'))
                return true;
        }
    }
    return false;
}

static bool is_below(const char *file, const char *folder)
{
    size_t n = strlen(folder);
    return strncmp(file, folder, n) == 0 && file[n] == '/';
}

/* A README among migrations is no document about an incident. */
static bool is_among(const struct migration_folders *m, const char *file)
{
    for (size_t i = 0; i < m->count; i++)
        if (is_below(file, m->item[i].path))
            return true;
    return false;
}

static void add_folder(struct lint *l, struct migration_folders *all,
                       const struct migration_folder *one)
{
    all->item = arena_grow(l->life, all->item, all->count, &all->cap,
                           sizeof(*all->item));
    all->item[all->count++] = *one;
    if (l->settings->output_format == OUTPUT_TEXT)
        report_count(l->notes, one->path,
                     arena_printf(l->life, "%s of %s",
                                  one->count == 1 ? "migration" : "migrations",
                                  migration_folder_tool(one)),
                     one->count, 0);
}

/* A document or a folder of them, signatures, migrations, or checks. */
static bool sort_path(struct lint *l, const char *path, struct sorted *out,
                      struct err *e)
{
    struct migration_folders migrations;
    struct texts found;
    if (!migration_folders_find(&migrations, l->life, path, e) ||
        !documents_of(&found, l->life, path, e))
        return false;
    for (size_t i = 0; i < migrations.count; i++)
        add_folder(l, &out->migrations, &migrations.item[i]);
    for (size_t i = 0; i < found.count; i++)
        if (!is_among(&migrations, found.item[i]))
            add_text(&out->documents, l->life, found.item[i]);
    if (found.count > 0 ||
        (migrations.count > 0 && !holds_checks(l->life, path)))
        return true;
    if (migrations.count == 0 && holds_signatures(l->life, path))
        lint_signatures(l, path);
    else
        add_text(&out->checks, l->life, path);
    return true;
}

static bool sort_paths(struct lint *l, struct sorted *out, struct err *e)
{
    const struct texts *paths = &l->settings->arguments;
    for (size_t i = 0; i < paths->count; i++)
        if (!sort_path(l, paths->item[i], out, e))
            return false;
    return true;
}

static int conclude(struct lint *l, int documents)
{
    if (l->diags.count == 0)
        return documents;
    notes_diags(l->notes, &l->diags);
    if (l->misused && diags_errors(&l->diags) == 1)
        return EXIT_USAGE;
    return diags_errors(&l->diags) > 0 || documents == EXIT_INVALID
               ? EXIT_INVALID
               : EXIT_FINDINGS;
}

int lint_run(struct arena *life, const struct settings *s,
             const struct notes *n)
{
    struct lint l = {.life = life, .settings = s, .notes = n};
    struct trust trust;
    struct plan_inputs in = {.environ = s->environ,
                             .trust = &trust,
                             .redactor = sink_redactor(n->sink),
                             .unused = true};
    struct sorted paths = {.checks = {NULL, 0, 0}};
    struct err e = {.set = false};
    diags_init(&l.diags, life);
    settings_trust(&trust, s);
    if (s->arguments.count == 0)
        err_set(&e, POS_NONE,
                "name what to lint: checks.d, signatures.d, files of them, "
                "documents (.md) or folders of migrations");
    if (e.set || !variables_read(life, s, &in, &e))
        return notes_fail(n, &e, EXIT_USAGE);
    if (!sort_paths(&l, &paths, &e))
        return notes_fail(n, &e, EXIT_INVALID);
    if (!has_effect(s, &paths, &e))
        return notes_fail(n, &e, EXIT_USAGE);
    lint_checks(&l, &paths.checks, &in);
    int code = EXIT_VERIFIED;
    if (paths.documents.count > 0 || paths.migrations.count > 0)
        code =
            documents_review(life, s, n, &paths.documents, &paths.migrations);
    return conclude(&l, code);
}
