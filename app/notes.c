/* Errors, lines, outputs and files on their way through the sink. */
#include "app/notes.h"

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

bool notes_files(const struct notes *n, const struct file_part *part,
                 size_t count, bool drop, struct err *e)
{
    return sink_files(n->sink, part, count, drop, e);
}

bool notes_file(const struct notes *n, const char *path, struct str form,
                struct err *e)
{
    return sink_file(n->sink, path, form, e);
}
