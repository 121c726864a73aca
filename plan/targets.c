/* targets: one check over a list of texts, or of maps with named fields. */
#include <string.h>

#include "base/text.h"
#include "plan/definition.h"
#include "plan/keys.h"

static bool read_text_target(struct loader *l, const struct yaml_node *n,
                             struct target *out)
{
    const char *text = NULL;
    if (!read_clean_text(l, n, &text))
        return false;
    out->text = str_from(text);
    return true;
}

static bool read_field(struct loader *l, const struct yaml_node *key,
                       const struct yaml_node *value, struct target_field *out)
{
    const char *text = NULL;
    if (!is_variable_name(key->text)) {
        diags_add(l->diags, key->pos,
                  "'%.60s' is no field name, expected letters, digits and _",
                  key->text.ptr);
        return false;
    }
    if (!read_clean_text(l, value, &text))
        return false;
    *out = (struct target_field){key->text, str_from(text)};
    return true;
}

static bool read_map_target(struct loader *l, const struct yaml_node *n,
                            struct target *out)
{
    struct target_field *field =
        arena_array(l->arena, n->count, sizeof(*field));
    bool ok = n->count > 0;
    if (!ok)
        diags_add(l->diags, n->pos, "a target without fields");
    for (size_t i = 0; i < n->count; i++)
        ok = read_field(l, n->item[2 * i], n->item[2 * i + 1], &field[i]) && ok;
    if (!ok)
        return false;
    *out = (struct target){field[0].value, field, n->count};
    for (size_t i = 0; i < n->count; i++)
        if (str_is(field[i].name, "name"))
            out->text = field[i].value;
    return true;
}

bool targets_read(struct loader *l, const struct yaml_node *n,
                  struct target **out, size_t *count)
{
    bool ok = true;
    if (n->kind != YAML_LIST)
        return read_wrong_kind(l, n, "a list of targets");
    if (n->count == 0 || n->count > TARGETS_MAX) {
        diags_add(l->diags, n->pos, "expected 1 to %d targets, found %zu",
                  TARGETS_MAX, n->count);
        return false;
    }
    *out = arena_array(l->arena, n->count, sizeof(**out));
    *count = n->count;
    for (size_t i = 0; i < n->count; i++)
        ok = (n->item[i]->kind == YAML_MAP
                  ? read_map_target(l, n->item[i], &(*out)[i])
                  : read_text_target(l, n->item[i], &(*out)[i])) &&
             ok;
    return ok;
}

const char *targets_id(struct loader *l, const char *id,
                       const struct target *target)
{
    struct str text = target->text;
    size_t scheme = str_find(text, STR("://"), 0);
    struct buf out;
    if (scheme < text.len)
        text = str_sub(text, scheme + 3, text.len);
    buf_init(&out, ID_BYTES_MAX + 1);
    buf_printf(&out, "%s/", id);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                    (c != '\0' && strchr("._-", c) != NULL);
        buf_char(&out, good ? c : '-');
    }
    const char *made = buf_dup(l->arena, &out);
    bool full = out.len > ID_BYTES_MAX || out.full;
    buf_release(&out);
    return full ? NULL : made;
}
