/* The redactor before every way out. */
#include "redact/sink.h"

#include <assert.h>
#include <stdlib.h>

#include "base/text.h"

struct sink {
    struct redactor *redactor;
};

struct sink *sink_open(void)
{
    struct sink *s = heap_zeroed(sizeof(*s));
    s->redactor = redactor_open();
    return s;
}

void sink_close(struct sink *s)
{
    if (s == NULL)
        return;
    redactor_close(s->redactor);
    free(s);
}

struct redactor *sink_redactor(struct sink *s)
{
    return s->redactor;
}

struct str sink_text(struct sink *s, struct arena *a, struct str text)
{
    return redact(s->redactor, a, text);
}

struct str sink_cut(struct sink *s, struct arena *a, struct str text,
                    size_t max)
{
    return text_cut(a, sink_text(s, a, text), max);
}

const char *sink_line(struct sink *s, struct arena *a, struct str text,
                      size_t max)
{
    return text_elide(a, sink_text(s, a, text), max);
}

struct str sink_form(struct sink *s, struct arena *a, struct str form)
{
    return redact_known(s->redactor, a, form);
}

bool sink_file(struct sink *s, const char *path, struct str form,
               enum file_mode mode, struct err *e)
{
    struct arena a;
    arena_init(&a);
    bool ok = file_write_as(path, sink_form(s, &a, form), mode, e);
    arena_release(&a);
    return ok;
}

bool sink_files(struct sink *s, const struct file_part *part, size_t count,
                bool drop, struct err *e)
{
    struct file_part clean[FILE_PARTS_MAX];
    struct arena a;
    assert(count <= FILE_PARTS_MAX);
    arena_init(&a);
    for (size_t i = 0; i < count; i++)
        clean[i] = (struct file_part){
            part[i].path, sink_form(s, &a, part[i].content), part[i].mode};
    bool ok = file_write_together(clean, count, drop, e);
    arena_release(&a);
    return ok;
}
