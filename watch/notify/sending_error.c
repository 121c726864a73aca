/* What a receiver said, without what is secret in it. */
#include <string.h>

#include "base/text.h"
#include "model/check.h"
#include "watch/notify/sending.h"

#define ERROR_BYTES 300
#define PART_LEAST  8 /* bytes of a part of an address that is a secret */

/* Parts of an address: "/services/T0/B0/XXXX" is a password. */
static void add_parts(struct redactor *r, const char *url)
{
    struct str rest = str_from(url);
    redactor_add(r, rest);
    while (rest.len > 0) {
        size_t n = 0;
        while (n < rest.len && strchr("/?&=#", rest.ptr[n]) == NULL)
            n++;
        if (n >= PART_LEAST)
            redactor_add(r, str_sub(rest, 0, n));
        rest = str_sub(rest, n + 1, rest.len);
    }
}

static void add_path(struct redactor *r, const char *url)
{
    const char *path = url == NULL ? NULL : strstr(url, "//");
    path = path == NULL ? NULL : strchr(path + 2, '/');
    if (path != NULL)
        add_parts(r, path);
}

static void add_own(struct redactor *r, const struct receiver *to)
{
    add_path(r, to->url);
    add_path(r, to->server);
    if (to->user != NULL)
        redactor_add(r, str_from(to->user));
    if (to->password != NULL)
        redactor_add(r, str_from(to->password));
    for (size_t i = 1; i < to->command_count; i++)
        if (strlen(to->command[i]) >= PART_LEAST)
            redactor_add(r, str_from(to->command[i]));
    for (size_t i = 0; i < to->env_count; i++)
        if (strlen(to->env[i].value) >= PART_LEAST)
            redactor_add(r, str_from(to->env[i].value));
    for (size_t i = 0; i < to->header_count; i++) {
        struct str value;
        str_cut(str_from(to->header[i]), ':', &value);
        value = str_trim(value);
        redactor_add(r, value);
        str_cut(value, ' ', &value); /* "Bearer X" */
        redactor_add(r, value);
    }
}

const char *sending_error(struct lane *l, const char *what, struct str said)
{
    struct redactor *own = redactor_open();
    add_own(own, l->to);
    said = str_trim(str_sub(said, 0, ANSWER_KEPT));
    struct str text = str_from(arena_printf(
        &l->arena, "%s%s%.*s", what, said.len > 0 ? ": " : "", STR_ARGS(said)));
    text = redact(own, &l->arena, sink_text(l->sink, &l->arena, text));
    redactor_close(own);
    return text_elide(&l->arena, text, ERROR_BYTES);
}
