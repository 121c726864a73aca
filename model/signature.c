/* Finding a signature by id or code, and filling its texts. */
#include "model/signature.h"

#include <string.h>

#include "base/text.h"
#include "model/placeholder.h"

static size_t put_captures(struct buf *out, struct str name,
                           const struct fill *fill)
{
    size_t found = 0;
    for (size_t i = 0; i < fill->count && (found == 0 || fill->each); i++) {
        const char *value = fill->capture[i].value;
        if (value == NULL || !str_is(name, fill->capture[i].name))
            continue;
        if (found++ > 0)
            buf_text(out, fill->command ? " " : ", ");
        if (fill->command)
            text_shell_quote(out, str_from(value));
        else
            buf_text(out, value);
    }
    return found;
}

const char *signature_fill(struct arena *a, const char *text,
                           const struct fill *fill)
{
    struct placeholder p;
    struct buf out;
    size_t at = 0;
    if (text == NULL)
        return NULL;
    struct str s = str_from(text);
    buf_init(&out, (size_t)16 * 1024);
    for (; placeholder_find(s, at, &p); at = p.at + p.length) {
        buf_str(&out, str_sub(s, at, p.at - at));
        if (put_captures(&out, p.name, fill) > 0)
            continue;
        if (p.word.ptr != NULL)
            buf_str(&out, p.word);
        else /* lint refuses it: a signature of a user */
            buf_printf(&out, "<%.*s>", STR_ARGS(p.name));
    }
    buf_str(&out, str_sub(s, at, s.len));
    return buf_take(a, &out);
}

bool signature_lacks(const char *text, const struct fill *fill)
{
    struct placeholder p;
    struct str s = str_from(text);
    for (size_t at = 0; placeholder_find(s, at, &p); at = p.at + p.length) {
        bool known = p.word.ptr != NULL;
        for (size_t k = 0; k < fill->count && !known; k++)
            known = fill->capture[k].value != NULL &&
                    str_is(p.name, fill->capture[k].name);
        if (!known)
            return true;
    }
    return false;
}

bool signature_id_matches(const char *id, const char *pattern)
{
    size_t len = strlen(pattern);
    if (len > 0 && pattern[len - 1] == '*')
        return strncmp(id, pattern, len - 1) == 0;
    return strcmp(id, pattern) == 0;
}

bool signature_is_fatal(const struct signature *s)
{
    bool fails = s->role == ROLE_ROOT || s->role == ROLE_WRAPPER;
    return s->deployment >= 0 || (fails && s->severity == SEVERITY_CRITICAL);
}

const struct signature *catalogue_find(const struct catalogue *c,
                                       const char *id)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->signature[i].id, id) == 0)
            return &c->signature[i];
    return NULL;
}

const struct signature *catalogue_of_words(const struct catalogue *c,
                                           enum bare_words words)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->signature[i].words == (int)words)
            return &c->signature[i];
    return NULL;
}

const struct signature *catalogue_search(const struct catalogue *c,
                                         const char *word)
{
    const struct signature *found = catalogue_find(c, word);
    for (size_t i = 0; i < c->count && found == NULL; i++) {
        const char *code = c->signature[i].code;
        if (code != NULL && str_equal_nocase(str_from(code), str_from(word)))
            found = &c->signature[i];
    }
    return found;
}
