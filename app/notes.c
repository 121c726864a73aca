/* Errors and lines on their way to the sink. */
#include "app/notes.h"

#define ERROR_BYTES_MAX ((size_t)1 << 16)
#define DIAGS_BYTES_MAX ((size_t)1 << 20)

void notes_error(const struct notes *n, const struct err *e)
{
    struct buf text;
    buf_init(&text, ERROR_BYTES_MAX);
    err_render(e, &text);
    n->note(n->context, NOTE_ERROR, buf_view(&text));
    buf_release(&text);
}

int notes_fail(const struct notes *n, const struct err *e, int code)
{
    notes_error(n, e);
    return code;
}

void notes_diags(const struct notes *n, struct diags *d,
                 struct redactor *redactor)
{
    struct buf text;
    buf_init(&text, DIAGS_BYTES_MAX);
    diags_render(d, &text);
    struct str clean = buf_view(&text);
    if (redactor != NULL)
        clean = redact(redactor, d->arena, clean);
    n->note(n->context, NOTE_ERROR, clean);
    buf_release(&text);
}

void notes_line(const struct notes *n, const char *text)
{
    n->note(n->context, NOTE_LINE, str_from(text));
}

void notes_output(const struct notes *n, struct str text)
{
    n->note(n->context, NOTE_OUTPUT, text);
}
