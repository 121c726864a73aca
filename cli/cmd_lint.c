/* postflight lint: definitions and signatures, without running anything. */
#include <string.h>

#include "base/file.h"
#include "cli/console.h"
#include "cli/documents.h"
#include "cli/effect.h"
#include "model/vocabulary.h"
#include "scan/scan.h"

#define FILE_MAX ((size_t)4 << 20)

extern char **environ;

struct lint {
    struct arena *life;
    const struct options *options;
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

static void say(const char *path, const char *what, size_t count,
                size_t samples)
{
    struct buf text;
    buf_init(&text, 4096);
    buf_printf(&text, "%s: ", path);
    buf_printf(&text, "%zu %s", count, what);
    if (samples > 0)
        buf_printf(&text, ", %zu samples", samples);
    buf_char(&text, '\n');
    console_print(buf_view(&text));
    buf_release(&text);
}

static void lint_signatures(struct lint *l, const char *path)
{
    struct catalogue catalogue;
    struct sample_count count;
    if (!catalogue_open(&catalogue, l->life, path, &l->diags))
        return;
    catalogue_check(&catalogue, &count, &l->diags);
    for (size_t i = 0; i < catalogue.note_count; i++) {
        console_print(str_from(catalogue.note[i]));
        console_print(STR("\n"));
    }
    say(path, "signatures", catalogue.count,
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
    say(names.ptr, "checks", plan.count, 0);
    buf_release(&names);
    plan_close(&plan);
}

static void add_text(struct texts *list, struct arena *a, const char *text)
{
    list->item = arena_grow(a, (void *)list->item, list->count, &list->cap,
                            sizeof(*list->item));
    list->item[list->count++] = text;
}

/* Options are about checks, or about documents. */
static bool has_effect(const struct options *o, const struct texts *checks,
                       const struct texts *documents, struct err *e)
{
    return (checks->count > 0 ||
            options_refuse(o, TAKES(OPTION_VAR, OPTION_ENV_FILE),
                           "no checks are read, which alone have variables",
                           e)) &&
           (documents->count > 0 ||
            options_refuse(
                o, TAKES(OPTION_LINT_FORMAT, OPTION_EARLIER, OPTION_GIT),
                "no document is read", e));
}

static int run(struct arena *life, const struct options *o)
{
    struct lint l = {.life = life, .options = o};
    struct plan_inputs in = {.environ = (const char *const *)environ};
    struct texts checks = {NULL, 0, 0}, documents = {NULL, 0, 0};
    struct err e = {.set = false};
    diags_init(&l.diags, life);
    if (o->argument.count == 0)
        err_set(&e, POS_NONE,
                "name what to lint: checks.d, signatures.d, files of them or "
                "documents (.md)");
    if (e.set || !options_inputs(life, o, &in, &e)) {
        console_error(&e);
        return EXIT_USAGE;
    }
    checks.item = arena_array(life, o->argument.count, sizeof(const char *));
    for (size_t i = 0; i < o->argument.count; i++) {
        const char *path = o->argument.item[i];
        struct texts found;
        if (!documents_of(&found, life, path, &e)) {
            console_error(&e);
            return EXIT_INVALID;
        }
        for (size_t k = 0; k < found.count; k++)
            add_text(&documents, life, found.item[k]);
        if (found.count == 0 && holds_signatures(life, path))
            lint_signatures(&l, path);
        else if (found.count == 0)
            checks.item[checks.count++] = path;
    }
    if (!has_effect(o, &checks, &documents, &e)) {
        console_error(&e);
        return EXIT_USAGE;
    }
    lint_checks(&l, &checks, &in);
    int code = documents.count > 0 ? documents_review(life, o, &documents)
                                   : EXIT_VERIFIED;
    if (l.diags.count == 0)
        return code;
    console_diags(&l.diags, NULL);
    if (l.misused && diags_errors(&l.diags) == 1)
        return EXIT_USAGE;
    return diags_errors(&l.diags) > 0 || code == EXIT_INVALID ? EXIT_INVALID
                                                              : EXIT_FINDINGS;
}

const struct command lint_command = {
    .name = "lint",
    .arguments = "PATH...",
    .summary = "Reports every problem of checks, signatures and documents.",
    .help =
        "Reports every problem of definitions, signatures and documents. "
        "Paths that hold the word signature, or begin with a list of them, "
        "are read as signatures, whose samples are run; *.md and *.markdown, "
        "and folders of them, as documents, which must not contradict "
        "themselves or each other; all others together as checks.",
    .options = TAKES(OPTION_VAR, OPTION_ENV_FILE, OPTION_LINT_FORMAT,
                     OPTION_EARLIER, OPTION_GIT, OPTION_ANY_OWNER, OPTION_HELP),
    .run = run,
    .example = "postflight lint checks.d signatures.d\n"
               "# an incident's document, against the one before it\n"
               "postflight lint --earlier status.md incident.md\n"
               "# for code scanning\n"
               "postflight lint --format sarif docs/incident.md > lint.sarif",
};
