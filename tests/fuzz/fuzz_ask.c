/* Parameters, NAME=VALUE a line until an empty one, and a body after it. */
#include <stdint.h>
#include <stdlib.h>

#include "app/serve/serve.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_bounds(const struct ask *ask)
{
    if (ask->id_count > SERVE_WORDS_MAX || ask->tag_count > SERVE_WORDS_MAX)
        abort();
    for (size_t i = 0; i < ask->id_count; i++)
        if (str_from(ask->id[i]).len > SERVE_WORD_BYTES_MAX)
            abort();
    for (size_t i = 0; i < ask->tag_count; i++)
        if (str_from(ask->tag[i]).len > SERVE_WORD_BYTES_MAX ||
            text_has_control(str_from(ask->tag[i])))
            abort();
    if (ask->expect != NULL &&
        (ask->expect[0] == '\0' || text_has_control(str_from(ask->expect))))
        abort();
}

/* What is refused is told in harmless text. */
static void expect_reason(const struct err *e)
{
    struct str text = str_from(e->text);
    if (!e->set || text.len == 0 || text_has_control(text) ||
        utf8_check(text) < text.len)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct ask ask = {.id_count = 0};
    struct err e = {.set = false};
    bool ok = true;
    arena_init(&a);
    struct str rest = {arena_dup(&a, (const char *)data, size), size};
    while (ok && rest.len > 0) {
        struct str value, line = str_cut(rest, '\n', &rest);
        if (line.len == 0)
            break;
        struct str name = str_cut(line, '=', &value);
        ok = ask_add(&ask, &a, str_dup(&a, name),
                     name.len == line.len ? NULL : str_dup(&a, value), &e);
    }
    ok = ok && ask_body(&ask, &a, rest, &e);
    if (!ok)
        expect_reason(&e);
    expect_bounds(&ask);
    arena_release(&a);
    return 0;
}
