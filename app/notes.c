/* Errors, lines, outputs and files on their way through the sink. */
#include "app/notes.h"

#include "base/file.h"

#define ERROR_BYTES_MAX ((size_t)1 << 16)
#define DIAGS_BYTES_MAX ((size_t)1 << 20)

static void pass(const struct notes *n, enum note_kind kind, struct str text,
                 bool form)
{
    struct arena a;
    arena_init(&a);
    text = form ? sink_form(n->sink, &a, text) : sink_text(n->sink, &a, text);
    n->note(n->context, kind, text);
    arena_release(&a);
}

void notes_error(const struct notes *n, const struct err *e)
{
    struct buf text;
    buf_init(&text, ERROR_BYTES_MAX);
    err_render(e, &text);
    pass(n, NOTE_ERROR, buf_view(&text), false);
    buf_release(&text);
}

int notes_fail(const struct notes *n, const struct err *e, int code)
{
    notes_error(n, e);
    return code;
}

void notes_diags(const struct notes *n, struct diags *d)
{
    struct buf text;
    buf_init(&text, DIAGS_BYTES_MAX);
    diags_render(d, &text);
    pass(n, NOTE_ERROR, buf_view(&text), false);
    buf_release(&text);
}

void notes_line(const struct notes *n, const char *text)
{
    pass(n, NOTE_LINE, str_from(text), false);
}

void notes_progress(const struct notes *n, struct str line)
{
    pass(n, NOTE_PROGRESS, line, false);
}

void notes_lines(const struct notes *n, struct str lines)
{
    pass(n, NOTE_LINES, lines, true);
}

void notes_output(const struct notes *n, struct str form)
{
    pass(n, NOTE_OUTPUT, form, true);
}

void notes_command(const struct notes *n, struct str commands)
{
    pass(n, NOTE_COMMAND, commands, true);
}

/* A file that was there keeps its mode, and is what people made of it. */
static void warn_of_readers(const struct notes *n, const char *path)
{
    struct arena a;
    if (!file_is_open(path))
        return;
    arena_init(&a);
    notes_line(n, arena_printf(&a,
                               "warning: others may read '%.200s': its file "
                               "system does not keep the mode 0600",
                               path));
    arena_release(&a);
}

bool notes_files(const struct notes *n, const struct file_part *part,
                 size_t count, bool drop, struct err *e)
{
    bool there[FILE_PARTS_MAX] = {false};
    for (size_t i = 0; i < count; i++)
        there[i] = file_is_regular(part[i].path);
    bool ok = sink_files(n->sink, part, count, drop, e);
    for (size_t i = 0; ok && i < count; i++)
        if (!there[i] && part[i].mode == FILE_PRIVATE)
            warn_of_readers(n, part[i].path);
    return ok;
}

bool notes_file(const struct notes *n, const char *path, struct str form,
                struct err *e)
{
    bool there = file_is_regular(path);
    bool ok = sink_file(n->sink, path, form, FILE_PRIVATE, e);
    if (ok && !there)
        warn_of_readers(n, path);
    return ok;
}

bool notes_shared_file(const struct notes *n, const char *path, struct str form,
                       struct err *e)
{
    return sink_file(n->sink, path, form, FILE_SHARED, e);
}
