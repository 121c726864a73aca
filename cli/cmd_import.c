/* postflight import: checks from the files of other tools. */
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/console.h"
#include "cli/effect.h"
#include "import/import.h"
#include "model/vocabulary.h"

#define RECORD_MAX ((size_t)16 << 20)

static bool read_sources(struct arena *life, const struct texts *paths,
                         const struct source **out)
{
    bool ok = true;
    for (size_t i = 0; i < paths->count; i++) {
        struct source *source = arena_alloc(life, sizeof(*source));
        struct err e = {.set = false};
        out[i] = source;
        if (file_read(source, life, paths->item[i], IMPORT_BYTES_MAX, &e))
            continue;
        console_error(&e);
        ok = false;
    }
    return ok;
}

/* A file that is there is somebody's work. */
static bool may_write(const struct options *o, const char *path, struct err *e)
{
    if (path == NULL || option_flag(o, OPTION_FORCE) || access(path, F_OK) != 0)
        return true;
    return err_set(e, POS_NONE,
                   "%s exists: name another file, or replace it with --force",
                   path);
}

static bool write_record(const char *path, const struct import_record *record,
                         struct err *e)
{
    struct buf text;
    buf_init(&text, RECORD_MAX);
    shape_write(&text, &import_record_shape, record);
    buf_char(&text, '\n');
    bool ok = file_make_parent(path, e) && file_write(path, buf_view(&text), e);
    buf_release(&text);
    return ok;
}

static bool write_all(const struct options *o, const struct buf *text,
                      const struct import_record *record, struct err *e)
{
    const char *path = option_text(o, OPTION_OUTPUT, NULL);
    const char *kept = option_text(o, OPTION_RECORD, NULL);
    if (!may_write(o, path, e) || !may_write(o, kept, e))
        return false;
    if (kept != NULL && !write_record(kept, record, e))
        return false;
    if (path != NULL)
        return file_make_parent(path, e) && file_write(path, buf_view(text), e);
    console_print(buf_view(text));
    return true;
}

static void tell(const struct import_record *record)
{
    struct buf text;
    buf_init(&text, RECORD_MAX);
    import_text(&text, record);
    buf_printf(&text, "%lld checks, %lld constructs carried over, %lld not\n",
               (long long)record->checks, (long long)record->carried,
               (long long)record->remark_count + (long long)record->left_out);
    console_lines(buf_view(&text));
    buf_release(&text);
}

/* Targets are given to modules, which only one of the formats has. */
static bool has_effect(const struct options *o,
                       const struct import_record *record, struct err *e)
{
    const char *path = option_text(o, OPTION_OUTPUT, NULL);
    const char *kept = option_text(o, OPTION_RECORD, NULL);
    bool modules = false;
    for (size_t i = 0; i < record->file_count; i++)
        modules = modules || record->file[i].format == FORMAT_BLACKBOX;
    if (path != NULL && kept != NULL && strcmp(path, kept) == 0)
        return err_set(e, POS_NONE,
                       "'%s' is to get two outputs: the checks and the record",
                       path);
    return modules ||
           options_refuse(o, TAKES(OPTION_IMPORT_TARGET),
                          "only a file of blackbox_exporter has modules", e);
}

static int import_all(struct arena *life, const struct options *o,
                      const struct source *const *source)
{
    struct import_options options = {
        .source = source,
        .source_count = o->argument.count,
        .format = -1,
        .target = o->given[OPTION_IMPORT_TARGET].item,
        .target_count = o->given[OPTION_IMPORT_TARGET].count,
    };
    const char *format = option_text(o, OPTION_IMPORT_FORMAT, NULL);
    struct import_record record;
    struct diags d;
    struct buf text;
    struct err e = {.set = false};
    int code = EXIT_INVALID;
    diags_init(&d, life);
    buf_init(&text, IMPORT_OUTPUT_MAX);
    if (format != NULL &&
        !name_find(&import_format_names, str_from(format), &options.format))
        options.format = -1;
    if (!import_sources(&text, &record, life, &options, &d)) {
        console_diags(&d, NULL);
        tell(&record);
    } else if (!has_effect(o, &record, &e) ||
               !write_all(o, &text, &record, &e)) {
        console_error(&e);
        code = EXIT_USAGE;
    } else {
        tell(&record);
        code = record.remark_count > 0 ? EXIT_FINDINGS : EXIT_VERIFIED;
    }
    buf_release(&text);
    return code;
}

static int run(struct arena *life, const struct options *o)
{
    struct err e = {.set = false};
    if (o->argument.count == 0) {
        err_set(&e, POS_NONE,
                "name the files: of Gatus, Hurl, blackbox_exporter, goss, "
                "Postman or compose");
        console_error(&e);
        return EXIT_USAGE;
    }
    const struct source **source =
        arena_array(life, o->argument.count, sizeof(const struct source *));
    if (!read_sources(life, &o->argument, source))
        return EXIT_USAGE;
    return import_all(life, o, source);
}

const struct command import_command = {
    .name = "import",
    .arguments = "FILE...",
    .summary = "Writes checks from the files of other tools.",
    .help = "Writes checks from files of Gatus, Hurl, blackbox_exporter, goss, "
            "Postman, compose.\nWhat they cannot hold is named with its line; "
            "then the exit code is 7. Whose file\nit is, is seen from its "
            "content.",
    .options = TAKES(OPTION_IMPORT_FORMAT, OPTION_IMPORT_TARGET, OPTION_OUTPUT,
                     OPTION_RECORD, OPTION_FORCE, OPTION_HELP),
    .run = run,
    .example = "postflight import gatus.yaml login.hurl -o checks.d/api.yaml\n"
               "# modules of blackbox_exporter, and what they ask\n"
               "postflight import blackbox.yml --target "
               "http_2xx=https://example.com",
};
