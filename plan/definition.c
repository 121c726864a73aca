/* Quoting: words of a definition file that mean what they should. */
#include "plan/definition.h"

#include <string.h>

#include "base/text.h"
#include "base/yaml.h"

#define ID_MAX 80

static bool is_taken(const struct ids *ids, const char *id)
{
    for (size_t i = 0; i < ids->count; i++)
        if (strcmp(ids->item[i], id) == 0)
            return true;
    return false;
}

/* Where the numbers begin: many of one name do not try each of them. */
static size_t count_alike(const struct ids *ids, const char *base)
{
    size_t alike = 0;
    for (size_t i = 0; i < ids->count; i++)
        alike += strncmp(ids->item[i], base, strlen(base)) == 0;
    return alike;
}

const char *id_make(struct arena *a, struct ids *before, struct str text)
{
    struct buf out;
    buf_init(&out, ID_MAX);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                    (c != '\0' && strchr("._", c) != NULL);
        bool dash = out.len > 0 && out.ptr[out.len - 1] == '-';
        if (good)
            buf_char(&out, c);
        else if (out.len > 0 && !dash)
            buf_char(&out, '-');
    }
    while (out.len > 0 && out.ptr[out.len - 1] == '-')
        out.ptr[--out.len] = '\0';
    const char *base = out.len == 0 ? "check" : buf_dup(a, &out);
    const char *id = base;
    for (size_t n = count_alike(before, base) + 1; is_taken(before, id); n++)
        id = arena_printf(a, "%s-%zu", base, n);
    buf_release(&out);
    before->item = arena_grow(a, (void *)before->item, before->count,
                              &before->cap, sizeof(const char *));
    before->item[before->count++] = id;
    return id;
}

void line_item(struct buf *out, struct str text)
{
    buf_text(out, "      - ");
    yaml_quote(out, text);
    buf_char(out, '\n');
}

void line_pair(struct buf *out, const char *key, struct str text)
{
    buf_printf(out, "    %s: ", key);
    yaml_quote(out, text);
    buf_char(out, '\n');
}

bool literal(struct buf *out, struct str text)
{
    if (text.len == 0 || text.len > 100 || text_has_control(text))
        return false;
    buf_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] >= 0x7F)
            return false;
        if (strchr("\"\\$", text.ptr[i]) != NULL)
            buf_char(out, '\\');
        buf_char(out, text.ptr[i]);
    }
    buf_char(out, '"');
    return true;
}

void definition_text(struct buf *out, struct str text)
{
    static const char plain[] = "\"\\\n\r\t";
    static const char letter[] = "\"\\nrt";
    buf_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        const char *known = c == '\0' ? NULL : strchr(plain, c);
        if (known != NULL)
            buf_printf(out, "\\%c", letter[known - plain]);
        else if ((unsigned char)c < ' ' || c == 0x7F)
            buf_printf(out, "\\u%04X", (unsigned)(unsigned char)c);
        else
            buf_char(out, c);
    }
    buf_char(out, '"');
}

bool path_member(struct buf *out, const char *name)
{
    size_t word = strspn(name, "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    size_t loose = strspn(name, "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./@ ");
    if (name[0] == '\0' || name[loose] != '\0' || loose > 60)
        return false;
    if (name[word] == '\0' && (name[0] < '0' || name[0] > '9'))
        buf_printf(out, ".%s", name);
    else
        buf_printf(out, "['%s']", name);
    return true;
}

void escape_dollars(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '$')
            buf_char(out, '$');
        buf_char(out, text.ptr[i]);
    }
}

bool is_variable_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool letter =
            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return s.len > 0;
}
