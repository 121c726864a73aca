/* postflight import: checks from the files of other tools. */
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "base/file.h"
#include "import/import.h"
#include "model/vocabulary.h"

#define RECORD_MAX ((size_t)16 << 20)

static bool read_sources(struct arena *life, const struct notes *n,
                         const struct texts *paths, const struct source **out)
{
    bool ok = true;
    for (size_t i = 0; i < paths->count; i++) {
        struct source *source = arena_alloc(life, sizeof(*source));
        struct err e = {.set = false};
        out[i] = source;
        if (file_read(source, life, paths->item[i], IMPORT_BYTES_MAX, &e))
            continue;
        notes_error(n, &e);
        ok = false;
    }
    return ok;
}

/* An existing file is somebody's work. */
static bool may_write(const struct settings *s, const char *path, struct err *e)
{
    if (path == NULL || s->force || access(path, F_OK) != 0)
        return true;
    return err_set(e, POS_NONE,
                   "%s exists: name another file, or replace it with --force",
                   path);
}

static bool write_record(const struct notes *n, const char *path,
                         const struct import_record *record, struct err *e)
{
    struct buf text;
    buf_init(&text, RECORD_MAX);
    shape_write(&text, &import_record_shape, record);
    buf_char(&text, '\n');
    bool ok =
        file_make_parent(path, e) && notes_file(n, path, buf_view(&text), e);
    buf_release(&text);
    return ok;
}

static bool write_all(const struct settings *s, const struct notes *n,
                      const struct buf *text,
                      const struct import_record *record, struct err *e)
{
    const char *path = s->output;
    const char *kept = s->record_to;
    if (!may_write(s, path, e) || !may_write(s, kept, e))
        return false;
    if (kept != NULL && !write_record(n, kept, record, e))
        return false;
    if (path != NULL)
        return file_make_parent(path, e) &&
               notes_shared_file(n, path, buf_view(text), e);
    notes_output(n, buf_view(text));
    return true;
}

static void report_record(const struct notes *n,
                          const struct import_record *record)
{
    struct buf text;
    buf_init(&text, RECORD_MAX);
    import_text(&text, record);
    buf_printf(&text, "%lld checks, %lld constructs imported, %lld not\n",
               (long long)record->checks, (long long)record->carried,
               (long long)record->remark_count + (long long)record->left_out);
    notes_lines(n, buf_view(&text));
    buf_release(&text);
}

/* Targets are given to modules, which only one of the formats has. */
static bool has_effect(const struct settings *s,
                       const struct import_record *record, struct err *e)
{
    const char *path = s->output;
    const char *kept = s->record_to;
    bool modules = false;
    for (size_t i = 0; i < record->file_count; i++)
        modules = modules || record->file[i].format == FORMAT_BLACKBOX;
    if (path != NULL && kept != NULL && strcmp(path, kept) == 0)
        return err_set(e, POS_NONE,
                       "'%s' is to get two outputs: the checks and the record",
                       path);
    return modules || s->import_targets.count == 0 ||
           err_set(e, POS_NONE,
                   "--target has no effect: only a file of blackbox_exporter "
                   "has modules");
}

static int import_all(struct arena *life, const struct settings *s,
                      const struct notes *n, const struct source *const *source)
{
    struct import_options options = {
        .source = source,
        .source_count = s->arguments.count,
        .format = -1,
        .target = s->import_targets.item,
        .target_count = s->import_targets.count,
        .redactor = sink_redactor(n->sink),
    };
    const char *format = s->import_format;
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
        notes_diags(n, &d);
        report_record(n, &record);
    } else if (!has_effect(s, &record, &e) ||
               !write_all(s, n, &text, &record, &e)) {
        notes_error(n, &e);
        code = EXIT_USAGE;
    } else {
        report_record(n, &record);
        code = record.remark_count > 0 ? EXIT_FINDINGS : EXIT_VERIFIED;
    }
    buf_release(&text);
    return code;
}

int import_run(struct arena *life, const struct settings *s,
               const struct notes *n)
{
    struct err e = {.set = false};
    if (s->arguments.count == 0) {
        err_set(&e, POS_NONE,
                "name the files: of Gatus, Hurl, blackbox_exporter, goss, "
                "Postman or compose");
        return notes_fail(n, &e, EXIT_USAGE);
    }
    const struct source **source =
        arena_array(life, s->arguments.count, sizeof(const struct source *));
    if (!read_sources(life, n, &s->arguments, source))
        return EXIT_USAGE;
    return import_all(life, s, n, source);
}
