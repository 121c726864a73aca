/*
 * The shape of JSON bodies: which members are always there, and of which
 * types. An object of very many members is a map: its names are data.
 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "compare/baseline/internal.h"

#define DEPTH_MAX  32
#define MAP_SIZE   50 /* members, from which on an object is a map */
#define PATH_BYTES ((size_t)500)

/* In the order of the bits of a mask of types. */
static const char *const type_name[] = {"null",   "boolean", "number",
                                        "string", "array",   "object"};

static const char *type_of(const cJSON *item)
{
    return cJSON_IsNull(item)     ? type_name[0]
           : cJSON_IsBool(item)   ? type_name[1]
           : cJSON_IsNumber(item) ? type_name[2]
           : cJSON_IsString(item) ? type_name[3]
           : cJSON_IsArray(item)  ? type_name[4]
                                  : type_name[5];
}

static bool has_type(const char *types, const char *type)
{
    struct str rest = str_from(types);
    while (rest.len > 0) {
        size_t end = str_find(rest, STR(" or "), 0);
        if (str_is(str_sub(rest, 0, end), type))
            return true;
        rest = str_sub(rest, end + 4, rest.len);
    }
    return false;
}

static struct sampled_member *find(const struct sampled_check *c,
                                   const char *path)
{
    for (size_t i = 0; i < c->member_count; i++)
        if (strcmp(c->member[i].path, path) == 0)
            return &c->member[i];
    return NULL;
}

static struct sampled_member *take(struct sampled_check *c, struct arena *a,
                                   const char *path)
{
    struct sampled_member *m = find(c, path);
    if (m != NULL || c->member_count == MEMBERS_MAX)
        return m;
    c->member = arena_grow(a, c->member, c->member_count, &c->member_cap,
                           sizeof(*c->member));
    m = &c->member[c->member_count++];
    *m = (struct sampled_member){.path = arena_dup(a, path, strlen(path)),
                                 .types = ""};
    return m;
}

struct walk {
    struct sampled_check *check;
    struct arena *arena;
    struct buf path;
};

static void walk(struct walk *w, const cJSON *item, unsigned depth);

static bool is_plain_name(const char *name)
{
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] ==
               '\0' &&
           name[0] != '\0';
}

/* Its own brackets as escapes, so that the last one ends the parent. */
static void add_quoted_name(struct buf *out, const char *name)
{
    struct buf quoted;
    buf_init(&quoted, PATH_BYTES);
    json_quote(&quoted, str_from(name));
    buf_char(out, '[');
    for (size_t i = 0; i < quoted.len; i++) {
        char c = quoted.ptr[i];
        if (c == '[' || c == ']')
            buf_printf(out, "\\u%04x", (unsigned)c);
        else
            buf_char(out, c);
    }
    buf_char(out, ']');
    buf_release(&quoted);
}

static void walk_child(struct walk *w, const cJSON *child, bool map,
                       unsigned depth)
{
    size_t before = w->path.len;
    if (child->string == NULL) {
        buf_text(&w->path, "[*]");
    } else if (map) {
        buf_text(&w->path, ".*");
    } else if (is_plain_name(child->string)) {
        buf_printf(&w->path, ".%s", child->string);
    } else {
        add_quoted_name(&w->path, child->string);
    }
    if (!w->path.full)
        walk(w, child, depth + 1);
    buf_truncate(&w->path, before);
}

static void walk(struct walk *w, const cJSON *item, unsigned depth)
{
    struct sampled_member *m = take(w->check, w->arena, w->path.ptr);
    if (m == NULL || depth > DEPTH_MAX)
        return;
    m->seen++;
    if (!has_type(m->types, type_of(item)))
        m->types =
            arena_printf(w->arena, "%s%s%s", m->types,
                         m->types[0] == '\0' ? "" : " or ", type_of(item));
    bool map = cJSON_IsObject(item) && cJSON_GetArraySize(item) >= MAP_SIZE;
    for (const cJSON *c = item->child; c != NULL; c = c->next)
        walk_child(w, c, map, depth);
}

/* The path of the object or array that it is in; the whole body has none. */
static struct str parent_of(const char *path)
{
    struct str s = str_from(path);
    size_t end = s.len;
    if (s.len > 0 && s.ptr[s.len - 1] == ']') {
        while (end > 0 && s.ptr[end - 1] != '[')
            end--;
        return str_sub(s, 0, end == 0 ? 0 : end - 1);
    }
    while (end > 0 && s.ptr[end - 1] != '.')
        end--;
    return str_sub(s, 0, end == 0 ? 0 : end - 1);
}

void members_count_places(struct sampled_check *c, struct arena *a)
{
    for (size_t i = 0; i < c->member_count; i++) {
        struct sampled_member *m = &c->member[i];
        const char *parent = str_dup(a, parent_of(m->path));
        const struct sampled_member *p = find(c, parent);
        m->of = p == NULL ? c->answers : p->seen;
    }
}

void members_add(struct sampled_check *c, struct arena *a, const cJSON *json)
{
    struct walk w = {.check = c, .arena = a};
    buf_init(&w.path, PATH_BYTES);
    buf_char(&w.path, '$');
    walk(&w, json, 0);
    buf_release(&w.path);
}

static void compare_one(struct comparison *out, struct arena *a,
                        const char *check, const struct sampled_member *before,
                        const struct sampled_member *after)
{
    struct difference d = {.check = check,
                           .kind = DIFFERENCE_SHAPE,
                           .worse = true,
                           .before = before->types};
    if (after->seen == 0)
        d.text = arena_printf(a, "%s is not there any more", before->path);
    else if (before->seen >= before->of && after->seen < after->of)
        d.text = arena_printf(
            a, "%s was always there, and is now in %lld of %lld places",
            before->path, (long long)after->seen, (long long)after->of);
    if (d.text != NULL)
        difference_add(out, a, d);
    for (size_t i = 0; i < ARRAY_COUNT(type_name); i++) {
        if (!has_type(after->types, type_name[i]) ||
            has_type(before->types, type_name[i]))
            continue;
        d.text = arena_printf(a, "%s was %s and is now %s", before->path,
                              before->types, after->types);
        d.after = after->types;
        difference_add(out, a, d);
        return;
    }
}

/* A member whose object is gone as well is not told of its own. */
static bool is_comparable(const struct sampled_check *after, struct arena *a,
                          const struct sampled_member *b)
{
    struct str path = str_from(b->path);
    bool element = str_ends(path, STR("*")) || str_ends(path, STR("[*]"));
    if (find(after, b->path) != NULL)
        return true;
    if (element || b->seen < b->of)
        return false; /* it came and went before, too */
    return str_is(path, "$") || find(after, str_dup(a, parent_of(b->path)));
}

static void tell_new(struct comparison *out, struct arena *a,
                     const struct sampled_check *before,
                     const struct sampled_member *m)
{
    if (find(before, m->path) != NULL ||
        find(before, str_dup(a, parent_of(m->path))) == NULL)
        return;
    difference_add(
        out, a,
        (struct difference){.check = before->id,
                            .kind = DIFFERENCE_SHAPE,
                            .text = arena_printf(a, "%s is new", m->path),
                            .after = m->types});
}

void members_compare(struct comparison *out, struct arena *a,
                     const struct sampled_check *before,
                     const struct sampled_check *after)
{
    if (before->member_count == 0 || after->answers == 0)
        return;
    for (size_t i = 0; i < before->member_count; i++) {
        const struct sampled_member *b = &before->member[i];
        const struct sampled_member *now = find(after, b->path);
        const struct sampled_member gone = {.path = b->path, .types = ""};
        if (is_comparable(after, a, b))
            compare_one(out, a, before->id, b, now == NULL ? &gone : now);
    }
    for (size_t i = 0; i < after->member_count; i++)
        tell_new(out, a, before, &after->member[i]);
}
