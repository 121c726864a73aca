/* Local pictures as data: by their first bytes, not by their names. */
#include "report/page_images.h"

#include "base/attr.h"
#include "base/file.h"
#include "base/text.h"

static const char *type_of(struct str bytes)
{
    static const struct {
        struct str head;
        size_t at;
        const char *type;
    } known[] = {
        {{"\x89PNG\r\n\x1a\n", 8}, 0, "image/png"},
        {{"\xff\xd8\xff", 3}, 0, "image/jpeg"},
        {{"GIF8", 4}, 0, "image/gif"},
        {{"WEBPVP8", 7}, 8, "image/webp"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(known); i++)
        if (str_starts(str_sub(bytes, known[i].at, bytes.len), known[i].head))
            return known[i].type;
    return NULL;
}

/* Relative, without a scheme, a query or a step up. */
static bool is_beneath(struct str path)
{
    return path.len > 0 && path.len < 500 && path.ptr[0] != '/' &&
           str_find(path, STR(":"), 0) == path.len &&
           str_find(path, STR("?"), 0) == path.len &&
           str_find(path, STR(".."), 0) == path.len &&
           str_find(path, STR("\\"), 0) == path.len;
}

bool page_image(struct buf *out, struct arena *a, const char *folder,
                struct str path, size_t *used)
{
    struct source file;
    struct err e = {.set = false};
    if (folder == NULL || !is_beneath(path))
        return false;
    const char *full = arena_printf(a, "%s/%.*s", folder, STR_ARGS(path));
    if (!file_is_regular(full) ||
        !file_read_beneath(&file, a, folder, full, IMAGE_BYTES_MAX, &e) ||
        *used + file.text.len > IMAGES_BYTES_MAX)
        return false;
    const char *type = type_of(file.text);
    if (type == NULL)
        return false;
    *used += file.text.len;
    buf_printf(out, "<img alt=\"\" src=\"data:%s;base64,", type);
    text_base64(out, file.text);
    buf_text(out, "\">");
    return true;
}
