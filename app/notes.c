/* Errors, lines, outputs and files on their way through the sink. */
#include "app/notes.h"

#include "base/file_lacks.h"

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

static const struct {
    enum file_lack lack;
    const char *before, *after;
} lack_row[] = {
    {FILE_LACKS_SECRECY, "warning: others may read ",
     ": its file system does not keep the mode 0600"},
    {FILE_LACKS_MODE, "warning: others may not be able to read ",
     ": its file system does not let modes be changed"},
    {FILE_LACKS_SYNC, "warning: a power cut may take ",
     ": its file system has no fsync"},
};

/* Each lack once: what is written next to it lacks the same. */
static void warn_of_lacks(const struct notes *n, const char *path,
                          enum file_mode mode, bool there)
{
    struct arena a;
    unsigned lacks = file_lacks(path, mode, there);
    if (n->warned != NULL) {
        lacks &= ~*n->warned;
        *n->warned |= lacks;
    }
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(lack_row); i++)
        if ((lacks & (unsigned)lack_row[i].lack) != 0)
            notes_line(n, arena_printf(&a, "%s'%.200s'%s", lack_row[i].before,
                                       path, lack_row[i].after));
    arena_release(&a);
}

static bool write_one(const struct notes *n, const char *path, struct str form,
                      enum file_mode mode, struct err *e)
{
    bool there = file_is_regular(path);
    bool ok = sink_file(n->sink, path, form, mode, e);
    if (ok)
        warn_of_lacks(n, path, mode, there);
    return ok;
}

bool notes_files(const struct notes *n, const struct file_part *part,
                 size_t count, bool drop, struct err *e)
{
    bool there[FILE_PARTS_MAX] = {false};
    for (size_t i = 0; i < count; i++)
        there[i] = file_is_regular(part[i].path);
    bool ok = sink_files(n->sink, part, count, drop, e);
    for (size_t i = 0; ok && i < count; i++)
        warn_of_lacks(n, part[i].path, part[i].mode, there[i]);
    return ok;
}

bool notes_file(const struct notes *n, const char *path, struct str form,
                struct err *e)
{
    return write_one(n, path, form, FILE_PRIVATE, e);
}

bool notes_shared_file(const struct notes *n, const char *path, struct str form,
                       struct err *e)
{
    return write_one(n, path, form, FILE_SHARED, e);
}
