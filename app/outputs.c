/* Options to files: each output complete or not there. */
#include "app/outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/notes.h"
#include "base/file.h"
#include "model/ci_host.h"
#include "model/vocabulary.h"
#include "report/formats/formats.h"
#include "verdict/verdict.h"

#define OUTPUT_BYTES_MAX ((size_t)256 << 20)

static bool is_stdout(const struct output *o)
{
    return o->path != NULL && strcmp(o->path, "-") == 0;
}

static bool takes_stdout(const struct output *o)
{
    return is_stdout(o) && !o->format->in_log;
}

/* --format and --color are for what goes to standard output. */
static bool is_stdout_free(const struct output *new, const struct settings *s,
                           struct err *e)
{
    static const char *const names[] = {"text", "json", "sarif"};
    if (s->format_given && takes_stdout(new))
        return err_set(e, POS_NONE,
                       "--format %s and --report %s=- both take standard "
                       "output",
                       names[s->output_format], new->format->name);
    if (s->color_always && takes_stdout(new))
        return err_set(e, POS_NONE,
                       "--color always has no effect: --report %s=- takes "
                       "standard output",
                       new->format->name);
    return true;
}

static bool is_free(const struct outputs *all, const struct output *new,
                    const struct settings *s, struct err *e)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct output *old = &all->item[i];
        if (old->path == NULL || new->path == NULL ||
            strcmp(old->path, new->path) != 0 ||
            (is_stdout(new) && (old->format->in_log || new->format->in_log)))
            continue;
        return err_set(e, POS_NONE, "'%s' is to get two outputs: %s and %s",
                       new->path, old->format->name, new->format->name);
    }
    return is_stdout_free(new, s, e);
}

static bool add(struct outputs *all, const struct output *new,
                const struct settings *s, struct err *e)
{
    if (!is_free(all, new, s, e))
        return false;
    all->in_stdout = all->in_stdout || takes_stdout(new);
    all->item[all->count++] = *new;
    return true;
}

static bool unknown_format(struct str name, struct err *e)
{
    struct buf names;
    const char *near = report_format_near(name);
    if (near != NULL)
        return err_set(e, POS_NONE,
                       "--report: unknown format '%.*s', did you mean '%s'?",
                       STR_ARGS(str_sub(name, 0, 60)), near);
    buf_init(&names, 400);
    for (size_t i = 0; i < report_format_count(); i++)
        buf_printf(&names, "%s%s", i == 0 ? "" : ", ",
                   report_format_at(i)->name);
    err_set(e, POS_NONE, "--report: unknown format '%.*s', expected one of %s",
            STR_ARGS(str_sub(name, 0, 60)), names.ptr);
    buf_release(&names);
    return false;
}

/* Does the CI host show the lines of this format at the files they name? */
static bool has_own_place(const struct settings *s, const char *format)
{
    const struct ci_host *h = s->ci_host;
    return h != NULL && h->annotations != NULL &&
           strcmp(h->annotations, format) == 0;
}

/* What it is that no report can be put in; NULL: one can. */
static const char *no_file(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return NULL;
    return S_ISDIR(st.st_mode)    ? "folder"
           : S_ISSOCK(st.st_mode) ? "socket"
                                  : NULL;
}

/* In GitHub Actions "github" knows its places: the log and the summary. */
static bool read_report(struct output *out, const struct settings *s,
                        const char *option, struct err *e)
{
    struct str path;
    struct str name = str_cut(str_from(option), '=', &path);
    *out = (struct output){.format = report_format_find(name)};
    if (out->format == NULL)
        return unknown_format(name, e);
    if (path.len > 0) {
        const char *other = no_file(path.ptr);
        out->path = path.ptr;
        return other == NULL ||
               err_set(e, POS_NONE,
                       "--report %.*s: '%s' is a %s, expected a file",
                       STR_ARGS(name), out->path, other);
    }
    if (!out->format->in_log || name.len < strlen(option))
        return err_set(e, POS_NONE,
                       "--report %.*s needs a file: %.*s=FILE, such as "
                       "%.*s=postflight%s",
                       STR_ARGS(name), STR_ARGS(name), STR_ARGS(name),
                       out->format->suffix);
    if (has_own_place(s, out->format->name))
        return true;
    return err_set(e, POS_NONE,
                   "--report %.*s needs a file outside GitHub Actions "
                   "(GITHUB_ACTIONS is not set): %.*s=FILE",
                   STR_ARGS(name), STR_ARGS(name));
}

static int compare(const void *left, const void *right)
{
    const struct output *l = left, *r = right;
    const struct report_format *first = report_format_at(0);
    return (r->format == first) - (l->format == first);
}

/* A file in its place, or in its way, or a link that leads nowhere. */
static bool is_no_folder(const char *folder)
{
    struct stat st;
    if (stat(folder, &st) == 0)
        return !S_ISDIR(st.st_mode);
    return errno == ENOTDIR || lstat(folder, &st) == 0;
}

static bool add_folder(struct outputs *out, struct arena *life,
                       const struct settings *s, struct err *e)
{
    const char *folder = out->folder;
    const struct output both[] = {
        {report_format_find(STR("json")),
         arena_printf(life, "%s/record.json", folder), true},
        {report_format_find(STR("markdown")),
         arena_printf(life, "%s/report.md", folder), true}};
    if (folder[0] == '\0' || is_no_folder(folder))
        return err_set(e, POS_NONE, "--out: '%s' is not a folder", folder);
    for (size_t i = 0; i < ARRAY_COUNT(both); i++)
        if (!add(out, &both[i], s, e))
            return false;
    return true;
}

bool outputs_open(struct outputs *out, struct arena *life,
                  const struct settings *s, struct err *e)
{
    const struct texts *reports = &s->reports;
    *out = (struct outputs){.folder = s->out};
    out->item = arena_array(life, reports->count + 2, sizeof(*out->item));
    if (out->folder != NULL && !add_folder(out, life, s, e))
        return false;
    for (size_t i = 0; i < reports->count; i++) {
        struct output new;
        if (!read_report(&new, s, reports->item[i], e) || !add(out, &new, s, e))
            return false;
    }
    if (out->count > 0)
        qsort(out->item, out->count, sizeof(*out->item), compare);
    return true;
}

/* What a writer needs beyond the record. */
struct writing {
    struct arena *life;
    const struct settings *settings;
    const struct notes *notes;
    const struct report_inputs *in;
    struct report_templates *templates;
};

static bool make(const struct writing *w, const struct report_format *format,
                 struct buf *out, struct err *e)
{
    return report_format_write(out, w->life, format, w->templates, w->in, e);
}

static bool write_file(const struct writing *w, const struct output *o,
                       struct err *e)
{
    struct buf text;
    buf_init(&text, OUTPUT_BYTES_MAX);
    bool ok = make(w, o->format, &text, e);
    if (ok && is_stdout(o) && o->format->in_log)
        notes_command(w->notes, buf_view(&text));
    else if (ok && is_stdout(o))
        notes_output(w->notes, buf_view(&text));
    else if (ok)
        ok = file_make_parent(o->path, e) &&
             (o->format->shared ? notes_shared_file : notes_file)(
                 w->notes, o->path, buf_view(&text), e);
    buf_release(&text);
    return ok;
}

/* The limit is for what stands in the file already and what comes. */
static bool append_summary(const struct writing *w, const char *path,
                           struct err *e)
{
    struct stat st;
    struct buf text;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK,
                  0644);
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        if (fd >= 0)
            close(fd);
        return err_set(e, POS_NONE,
                       "cannot append to '%s', GITHUB_STEP_SUMMARY: %s", path,
                       fd < 0 ? strerror(errno) : "it is no file");
    }
    size_t there = st.st_size < 0 ? 0 : (size_t)st.st_size;
    size_t room =
        there + 1 < SUMMARY_BYTES_MAX ? SUMMARY_BYTES_MAX - there - 1 : 0;
    buf_init(&text, room);
    bool ok = make(w, report_format_find(STR("github-summary")), &text, e);
    if (ok && there > 0)
        ok = write(fd, "\n", 1) == 1; /* what stands there may lack its end */
    struct str form = sink_form(w->notes->sink, w->life, buf_view(&text));
    for (size_t at = 0; ok && at < form.len;) {
        ssize_t n = write(fd, form.ptr + at, form.len - at);
        ok = n > 0;
        at += ok ? (size_t)n : 0;
    }
    if (!ok && !e->set)
        err_set(e, POS_NONE, "cannot append to '%s': %s", path,
                strerror(errno));
    buf_release(&text);
    close(fd);
    return ok;
}

static bool write_github(const struct writing *w, const struct output *o,
                         struct err *e)
{
    const char *summary = settings_variable(w->settings, "GITHUB_STEP_SUMMARY");
    const struct output log = {o->format, "-", false};
    if (!write_file(w, &log, e))
        return false;
    return summary == NULL || summary[0] == '\0' ||
           append_summary(w, summary, e);
}

static bool prepare(struct writing *w, struct incident *incident, struct err *e)
{
    struct diags d;
    diags_init(&d, w->life);
    return verdict_incident(incident, w->life, w->in->record, w->in->facts,
                            e) &&
           report_templates_open(&w->templates, w->life, NULL, &d);
}

void outputs_begin(struct outputs *outputs, const struct notes *n)
{
    struct err e = {.set = false};
    if (outputs->folder == NULL)
        return;
    outputs->told = !file_make_folder(outputs->folder, &e) ||
                    !file_try_folder(outputs->folder, &e);
    if (outputs->told)
        notes_error(n, &e);
    for (size_t i = 0; i < outputs->count; i++) {
        e = (struct err){.set = false};
        if (!outputs->item[i].in_folder ||
            file_remove(outputs->item[i].path, &e))
            continue;
        notes_error(n, &e);
        outputs->told = true;
    }
}

/* The same file, whatever it is called. */
static bool is_given(const struct texts *paths, const char *path)
{
    struct stat given, st;
    for (size_t i = 0; i < paths->count; i++)
        if (stat(paths->item[i], &given) == 0 && stat(path, &st) == 0 &&
            given.st_dev == st.st_dev && given.st_ino == st.st_ino)
            return true;
    return false;
}

void outputs_forget(const struct outputs *outputs, const struct settings *s)
{
    bool input = false;
    struct err ignored = {.set = false};
    for (size_t i = 0; i < outputs->count; i++)
        input = input || is_given(&s->arguments, outputs->item[i].path) ||
                is_given(&s->previous, outputs->item[i].path);
    for (size_t i = 0; i < outputs->count && !input; i++)
        if (outputs->item[i].in_folder)
            file_remove(outputs->item[i].path, &ignored);
}

/* record.json last: it is looked for, and leads to the report. */
static bool write_folder(const struct writing *w, const struct outputs *outputs,
                         struct err *e)
{
    struct file_part part[2];
    struct buf text[2];
    size_t count = 0;
    bool ok = file_make_folder(outputs->folder, e);
    for (size_t i = outputs->count; i-- > 0;) {
        const struct output *o = &outputs->item[i];
        if (!o->in_folder)
            continue;
        buf_init(&text[count], OUTPUT_BYTES_MAX);
        ok = ok && make(w, o->format, &text[count], e);
        part[count] =
            (struct file_part){o->path, buf_view(&text[count]), FILE_PRIVATE};
        count++;
    }
    if (ok)
        ok = notes_files(w->notes, part, count, true, e);
    else
        for (size_t i = 0; i < count; i++) {
            struct err ignored = {.set = false};
            file_remove(part[i].path, &ignored);
        }
    for (size_t i = 0; i < count; i++)
        buf_release(&text[i]);
    return ok;
}

static bool write_one(const struct writing *w, const struct output *o,
                      const struct err *unready, struct err *e)
{
    struct err ignored = {.set = false};
    bool ok = !unready->set || o->format->record != NULL;
    if (!ok)
        *e = *unready;
    else
        ok = o->path == NULL ? write_github(w, o, e) : write_file(w, o, e);
    if (!ok && o->path != NULL && !is_stdout(o) && file_is_regular(o->path))
        file_remove(o->path, &ignored); /* it is of an earlier run */
    return ok;
}

bool outputs_write(struct outputs *outputs, struct arena *life,
                   const struct settings *s, const struct notes *n,
                   const struct record *r)
{
    const struct facts none = {.severity = -1, .status = -1};
    struct incident incident;
    const struct report_inputs in = {
        .record = r, .facts = &none, .incident = &incident};
    struct writing w = {.life = life, .settings = s, .notes = n, .in = &in};
    struct err unready = {.set = false}, e = {.set = false};
    outputs->failed = false;
    if (!prepare(&w, &incident, &unready) && !unready.set)
        err_set(&unready, POS_NONE, "the templates cannot be read");
    if (outputs->folder != NULL) {
        e = unready;
        outputs->published = !e.set && write_folder(&w, outputs, &e);
        if (!outputs->published && !outputs->told)
            notes_error(n, &e);
    }
    for (size_t i = 0; i < outputs->count; i++) {
        const struct output *o = &outputs->item[i];
        e = (struct err){.set = false};
        if (o->in_folder || write_one(&w, o, &unready, &e))
            continue;
        notes_error(n, &e);
        outputs->failed = true;
    }
    return !outputs->failed && (outputs->folder == NULL || outputs->published);
}

static void add_count(struct buf *out, int64_t count, const char *word)
{
    if (count > 0)
        buf_printf(out, ", %lld %s", (long long)count, word);
}

static const char *last_line(struct arena *life, const struct outputs *outputs,
                             const struct record *r)
{
    const struct production_state *p = &r->production;
    struct buf text;
    buf_init(&text, 8192);
    buf_printf(&text, "%s, %s: %lld passed, %lld failed",
               name_of(&verdict_names, r->verdict),
               name_of(&advice_names, r->advice), (long long)p->passed,
               (long long)p->failed);
    add_count(&text, p->degraded, "degraded");
    add_count(&text, p->errors, "could not be told");
    add_count(&text, p->blocked, "blocked");
    add_count(&text, p->skipped, "skipped");
    if (r->shard.count > 0)
        buf_printf(&text, "; shard %lld of %lld, %lld of %lld checks",
                   (long long)r->shard.index, (long long)r->shard.count,
                   (long long)r->shard.checks, (long long)r->shard.total);
    if (outputs->published)
        buf_printf(&text, "; report in %s/report.md", outputs->folder);
    else if (outputs->folder != NULL)
        buf_printf(&text, "; no report, as %s cannot be written",
                   outputs->folder);
    buf_char(&text, '\n');
    return buf_take(life, &text);
}

void outputs_report(const struct outputs *outputs, struct arena *life,
                    const struct settings *s, const struct notes *n,
                    const struct record *r)
{
    struct buf text;
    if (outputs->in_stdout)
        return;
    if (s->output_format == OUTPUT_TEXT) {
        if (n->verdict != NULL)
            n->verdict(n->context, r, last_line(life, outputs, r));
        return;
    }
    buf_init(&text, OUTPUT_BYTES_MAX);
    report_write_record(&text, r);
    notes_output(n, buf_view(&text));
    buf_release(&text);
}

int outputs_exit(const struct outputs *outputs, const struct record *r,
                 bool written)
{
    bool kept = r->exit == EXIT_UNHEALTHY || r->exit > 128;
    if (outputs->folder != NULL && !outputs->published)
        return kept ? (int)r->exit : EXIT_INCONCLUSIVE;
    return (outputs->failed || !written) && r->exit == EXIT_VERIFIED
               ? EXIT_INCONCLUSIVE
               : (int)r->exit;
}
