/* References to variables, hidden from the YAML parser. */
#include "base/yaml_braces.h"

#include <string.h>

/* Two characters that mean nothing to YAML after a dollar, and are free. */
static bool choose(struct yaml_braces *b, struct str text)
{
    static const char candidate[] = "^~;+=<>()@%!?*&`|";
    *b = (struct yaml_braces){'\0', '\0'};
    for (size_t i = 0; candidate[i] != '\0'; i++) {
        if (memchr(text.ptr, candidate[i], text.len) != NULL)
            continue;
        if (b->open != '\0') {
            b->close = candidate[i];
            return true;
        }
        b->open = candidate[i];
    }
    *b = (struct yaml_braces){'\0', '\0'};
    return false;
}

/* Offset of the brace that ends the reference at `at`; 0: it is none. */
static size_t end_of(struct str text, size_t at)
{
    for (size_t i = at + 2; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '}')
            return i;
        if (strchr("{[],\"'\n#", c) != NULL)
            return 0; /* NUL among them: no reference holds it */
    }
    return 0;
}

struct str yaml_braces_hide(struct yaml_braces *b, struct arena *a,
                            struct str text)
{
    size_t at = str_find(text, STR("${"), 0);
    *b = (struct yaml_braces){'\0', '\0'};
    if (at == text.len || !choose(b, text))
        return text;
    char *copy = str_dup(a, text);
    while (at < text.len) {
        size_t end = end_of(text, at);
        if (end > 0) {
            copy[at + 1] = b->open;
            copy[end] = b->close;
        }
        at = str_find(text, STR("${"), at + 2);
    }
    return (struct str){copy, text.len};
}

void yaml_braces_restore(const struct yaml_braces *b, char *text, size_t len)
{
    for (size_t i = 0; b->open != '\0' && i < len; i++) {
        if (text[i] == b->open)
            text[i] = '{';
        else if (text[i] == b->close)
            text[i] = '}';
    }
}
