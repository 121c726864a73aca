/* References within a document: JSON pointers (RFC 6901) and anchors. */
#include "base/text.h"
#include "base/yaml.h"

/* One step of a pointer; ~0 and ~1 stand for ~ and /. */
static const struct yaml_node *step(struct arena *a, const struct yaml_node *n,
                                    struct str token)
{
    struct buf name;
    uint64_t index = 0;
    buf_init(&name, token.len + 1);
    for (size_t i = 0; i < token.len; i++) {
        struct str two = str_sub(token, i, 2);
        if (str_is(two, "~0") || str_is(two, "~1")) {
            buf_char(&name, str_is(two, "~0") ? '~' : '/');
            i++;
        } else {
            buf_char(&name, token.ptr[i]);
        }
    }
    const char *key = buf_take(a, &name);
    if (n->kind == YAML_MAP)
        return yaml_get(n, key);
    if (n->kind == YAML_LIST && text_to_u64(token, n->count, &index) &&
        index < n->count)
        return n->item[index];
    return NULL;
}

static const struct yaml_node *find_anchor(const struct yaml_node *n,
                                           struct str name)
{
    const struct yaml_node *own = yaml_get(n, "$anchor");
    if (own != NULL && own->kind == YAML_SCALAR && str_equal(own->text, name))
        return n;
    size_t items = n->kind == YAML_MAP ? 2 * n->count : n->count;
    for (size_t i = 0; n->kind != YAML_SCALAR && i < items; i++) {
        const struct yaml_node *found = find_anchor(n->item[i], name);
        if (found != NULL)
            return found;
    }
    return NULL;
}

const struct yaml_node *
yaml_reference(struct arena *a, const struct yaml_node *root, struct str text)
{
    struct str rest = str_sub(text, 1, text.len);
    const struct yaml_node *n = root;
    if (!str_starts(text, STR("#")))
        return NULL;
    if (rest.len == 0)
        return n;
    if (rest.ptr[0] != '/')
        return find_anchor(n, rest);
    rest = str_sub(rest, 1, rest.len);
    for (;;) {
        bool last = str_find(rest, STR("/"), 0) == rest.len;
        n = step(a, n, str_cut(rest, '/', &rest));
        if (n == NULL || last)
            return n;
    }
}
