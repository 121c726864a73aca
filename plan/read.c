/* Readers of scalars: expanded, bounded, refused with what was expected. */
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "model/version.h"
#include "plan/keys.h"

bool read_wrong_kind(struct loader *l, const struct yaml_node *n,
                     const char *expected)
{
    diags_add(l->diags, n->pos, "expected %s, found %s", expected,
              yaml_kind_name(n));
    return false;
}

bool read_text(struct loader *l, const struct yaml_node *n, const char **out)
{
    struct str text;
    if (n->kind != YAML_SCALAR || yaml_is_null(n))
        return read_wrong_kind(l, n, "a text");
    if (!vars_expand(l, n, &text))
        return false;
    if (text.len == 0) {
        diags_add(l->diags, n->pos, "empty, expected a text");
        return false;
    }
    *out = text.ptr;
    if (strlen(text.ptr) == text.len)
        return true;
    diags_add(l->diags, n->pos, "a NUL character in a text");
    return false;
}

bool read_clean_text(struct loader *l, const struct yaml_node *n,
                     const char **out)
{
    if (!read_text(l, n, out))
        return false;
    if (!text_has_control(str_from(*out)))
        return true;
    diags_add(l->diags, n->pos,
              "a control character, which could end the line that it is sent "
              "or shown in");
    return false;
}

bool read_version(struct loader *l, const struct yaml_node *n, const char **out)
{
    size_t at = 0;
    if (!read_text(l, n, out))
        return false;
    const char *fault = version_fault(*out, &at);
    if (fault == NULL)
        return true;
    diags_add(l->diags, n->pos,
              "the name of a build %s after '%.*s': name the build without it",
              fault, at > 100 ? 100 : (int)at, *out);
    return false;
}

/* 3600000 ms as "1h": limits in messages read like values in definitions. */
static void add_duration(struct buf *out, int64_t ms)
{
    static const struct {
        int64_t ms;
        const char *name;
    } unit[] = {
        {86400000, "d"}, {3600000, "h"}, {60000, "m"}, {1000, "s"}, {1, "ms"}};
    for (size_t i = 0; i < ARRAY_COUNT(unit); i++) {
        if (ms % unit[i].ms != 0)
            continue;
        buf_printf(out, "%lld%s", (long long)(ms / unit[i].ms), unit[i].name);
        return;
    }
}

bool read_duration(struct loader *l, const struct yaml_node *n, int64_t low,
                   int64_t high, int64_t *out_ms)
{
    const char *text = NULL;
    int64_t us = 0;
    if (!read_text(l, n, &text))
        return false;
    if (text_to_duration_us(str_from(text), &us) && us >= low * 1000 &&
        us <= high * 1000) {
        *out_ms = us / 1000;
        return true;
    }
    struct buf limits;
    buf_init(&limits, 100);
    add_duration(&limits, low);
    buf_text(&limits, " to ");
    add_duration(&limits, high);
    diags_add(l->diags, n->pos,
              "expected a duration from %s such as 5s, found '%.40s'",
              limits.ptr, text);
    buf_release(&limits);
    return false;
}

bool read_size(struct loader *l, const struct yaml_node *n, int64_t low,
               int64_t high, int64_t *out)
{
    const char *text = NULL;
    uint64_t bytes = 0;
    if (!read_text(l, n, &text))
        return false;
    if (text_to_size(str_from(text), &bytes) && bytes >= (uint64_t)low &&
        bytes <= (uint64_t)high) {
        *out = (int64_t)bytes;
        return true;
    }
    diags_add(l->diags, n->pos,
              "expected a size from %lldB to %lldMiB such as 4MiB, found "
              "'%.40s'",
              (long long)low, (long long)(high >> 20), text);
    return false;
}

bool read_count(struct loader *l, const struct yaml_node *n, int64_t low,
                int64_t high, int64_t *out)
{
    const char *text = NULL;
    uint64_t count = 0;
    if (!read_text(l, n, &text))
        return false;
    if (text_to_u64(str_from(text), (uint64_t)high, &count) &&
        count >= (uint64_t)low) {
        *out = (int64_t)count;
        return true;
    }
    diags_add(l->diags, n->pos,
              "expected a number from %lld to %lld, found '%.40s'",
              (long long)low, (long long)high, text);
    return false;
}

bool read_bool(struct loader *l, const struct yaml_node *n, bool *out)
{
    const char *text = NULL;
    if (!read_text(l, n, &text))
        return false;
    *out = strcmp(text, "true") == 0;
    if (*out || strcmp(text, "false") == 0)
        return true;
    diags_add(l->diags, n->pos, "expected true or false, found '%.40s'", text);
    return false;
}

bool read_name(struct loader *l, const struct yaml_node *n,
               const struct names *names, int *out)
{
    const char *text = NULL;
    struct buf known;
    if (!read_text(l, n, &text))
        return false;
    if (name_find(names, str_from(text), out))
        return true;
    buf_init(&known, 400);
    names_list(names, &known);
    struct hint near = text_hint(str_from(text), names->name, names->count);
    if (near.text[0] != '\0')
        diags_add(l->diags, n->pos, "unknown %s '%.40s'%s (%s)", names->what,
                  text, near.text, known.ptr);
    else
        diags_add(l->diags, n->pos, "expected %s, found '%.40s'", known.ptr,
                  text);
    buf_release(&known);
    return false;
}

bool read_file_name(struct loader *l, const struct yaml_node *n,
                    const char **out)
{
    const char *text = NULL;
    if (!read_clean_text(l, n, &text))
        return false;
    struct str folder = str_from(n->pos.source->name);
    while (folder.len > 0 && folder.ptr[folder.len - 1] != '/')
        folder.len--;
    *out = text[0] == '/'
               ? text
               : arena_printf(l->arena, "%.*s%s", STR_ARGS(folder), text);
    return true;
}

bool read_path(struct loader *l, const struct yaml_node *n, const char **out)
{
    if (!read_file_name(l, n, out) || !contain_file(l, n, *out))
        return false;
    if (access(*out, R_OK) == 0)
        return true;
    diags_add(l->diags, n->pos, "the file '%.200s' cannot be read", *out);
    return false;
}

bool read_texts(struct loader *l, const struct yaml_node *n, const char ***all,
                size_t *count)
{
    const struct yaml_node *const *item = n->item;
    size_t more = n->count;
    if (n->kind == YAML_MAP || yaml_is_null(n))
        return read_wrong_kind(l, n, "a list of texts");
    if (n->kind == YAML_SCALAR) {
        item = &n;
        more = 1;
    }
    const char **joined =
        arena_array(l->arena, *count + more, sizeof(const char *));
    bool ok = true;
    for (size_t i = 0; i < *count; i++)
        joined[i] = (*all)[i];
    for (size_t i = 0; i < more; i++)
        ok = read_clean_text(l, item[i], &joined[*count + i]) && ok;
    *all = joined;
    *count += more;
    return ok;
}

bool read_factor(struct loader *l, const struct yaml_node *n,
                 int64_t *out_milli)
{
    const char *text = NULL;
    int64_t us = 0;
    if (!read_text(l, n, &text))
        return false;
    const char *seconds = arena_printf(l->arena, "%.20ss", text);
    if (text_to_duration_us(str_from(seconds), &us) && us >= 1000000 &&
        us <= 10000000) {
        *out_milli = us / 1000;
        return true;
    }
    diags_add(l->diags, n->pos,
              "expected a factor from 1 to 10 such as 1.5, found '%.40s'",
              text);
    return false;
}
