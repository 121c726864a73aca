/* The picture of an incident as a file beside its document. */
#include "app/picture_file.h"

#include <string.h>
#include <unistd.h>

#include "base/characters.h"
#include "base/file.h"

#define PICTURE_BYTES_MAX ((size_t)4 << 20)

const char *picture_path(struct arena *a, const char *document)
{
    struct str path = str_from(document);
    if (str_ends(path, STR(".md")))
        path.len -= 3;
    return arena_printf(a, "%.*s.svg", STR_ARGS(path));
}

/* Without its folder; what an address cannot have is in hexadecimal. */
const char *picture_name(struct arena *a, const char *document)
{
    const char *path = picture_path(a, document), *slash = strrchr(path, '/');
    struct buf name;
    buf_init(&name, 4096);
    for (const char *c = slash == NULL ? path : slash + 1; *c != '\0'; c++)
        if (is_alnum(*c) || strchr("-._~", *c) != NULL)
            buf_char(&name, *c);
        else
            buf_printf(&name, "%%%02X", (unsigned)(unsigned char)*c);
    return buf_take(a, &name);
}

static bool is_there(struct arena *a, const char *path, struct str text)
{
    struct source old;
    struct err ignored = {.set = false};
    return access(path, F_OK) == 0 &&
           file_read(&old, a, path, PICTURE_BYTES_MAX, &ignored) &&
           str_equal(old.text, text);
}

bool picture_file(struct arena *a, const struct notes *n,
                  const struct report_inputs *in, const char *path,
                  int *changed, struct err *e)
{
    struct str text = STR_NONE;
    if (!report_picture(&text, a, in, false) || is_there(a, path, text))
        return true;
    if (changed != NULL) {
        *changed = 1;
        return true;
    }
    return notes_file(n, path, text, e);
}
