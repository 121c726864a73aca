/* Maps by their tables: unknown keys, keys out of place, values by type. */
#include "plan/keys.h"

#include <string.h>

#include "base/text.h"

void report_unknown(struct loader *l, const struct yaml_node *key,
                    const char *where, const char *const *known, size_t count)
{
    diags_add(l->diags, key->pos, "unknown key '%.60s' in %s%s", key->text.ptr,
              where, text_hint(key->text, known, count).text);
}

bool keys_has(const struct key_table *table, const struct key *k)
{
    return table->only == 0 || (k->flags & table->only) != 0;
}

bool keys_at(const struct key_table *table, size_t index, struct key *out)
{
    size_t before = 0;
    while (table->more != NULL && table->more(before, out))
        if (before++ == index)
            return true;
    if (index - before >= table->count)
        return false;
    *out = table->key[index - before];
    return true;
}

static bool is_allowed(const struct key_table *table, const struct key *k,
                       bool defaults)
{
    return keys_has(table, k) &&
           (!defaults || (k->flags & KEY_IN_DEFAULTS) != 0);
}

static void report_unknown_key(struct loader *l, const struct yaml_node *key,
                               const struct key_table *table, bool defaults)
{
    const char *known[64];
    size_t count = 0;
    struct key k;
    for (size_t i = 0; count < ARRAY_COUNT(known) && keys_at(table, i, &k); i++)
        if (is_allowed(table, &k, defaults))
            known[count++] = k.name;
    report_unknown(l, key, defaults ? "defaults" : table->where, known, count);
}

static bool find_key(const struct key_table *table, struct str name,
                     struct key *out)
{
    for (size_t i = 0; keys_at(table, i, out); i++)
        if (str_is(name, out->name))
            return true;
    return false;
}

static bool read_part(struct loader *l, const struct yaml_node *n,
                      const struct key *k, void *at)
{
    const char *before = l->prefix;
    l->prefix = arena_printf(l->arena, "%s%s.", before, k->name);
    bool ok = keys_read(l, n, k->of, false, at);
    l->prefix = before;
    return ok && (k->read == NULL || k->read(l, n, at));
}

static bool read_value(struct loader *l, const struct yaml_node *n,
                       const struct key *k, void *out)
{
    void *at = (char *)out + k->at;
    switch (k->type) {
    case KEY_TEXT:
        return read_clean_text(l, n, at);
    case KEY_DURATION:
        return read_duration(l, n, k->low, k->high, at);
    case KEY_SIZE:
        return read_size(l, n, k->low, k->high, at);
    case KEY_COUNT:
        return read_count(l, n, k->low, k->high, at);
    case KEY_BOOL:
        return read_bool(l, n, at);
    case KEY_NAME:
        return read_name(l, n, k->names, at);
    case KEY_FILE:
        return read_path(l, n, at);
    case KEY_PART:
        return read_part(l, n, k, at);
    case KEY_SPECIAL:
        return k->read(l, n, out);
    }
    return false;
}

static bool read_key(struct loader *l, const struct yaml_node *key,
                     const struct yaml_node *value,
                     const struct key_table *table, bool defaults, void *out)
{
    struct key k;
    if (!find_key(table, key->text, &k)) {
        report_unknown_key(l, key, table, defaults);
        return false;
    }
    if (!is_allowed(table, &k, defaults)) {
        diags_add(l->diags, key->pos, "'%s' belongs to %s, not to %s", k.name,
                  defaults ? "one check" : "the check as a whole",
                  defaults ? "defaults" : table->where);
        return false;
    }
    bool before = l->takes_captured;
    if (table == &check_keys || table == &step_keys)
        l->takes_captured = !defaults && (k.flags & KEY_LATE) != 0;
    l->key = k.name;
    bool ok = read_value(l, value, &k, out);
    if (ok && k.type != KEY_PART)
        origin_note(l, k.name, value);
    l->takes_captured = before;
    return ok;
}

static bool has_required(struct loader *l, const struct yaml_node *map,
                         const struct key_table *table)
{
    const struct yaml_node *id = yaml_get(map, "id");
    const char *where =
        id == NULL ? table->where
                   : arena_printf(l->arena, "check '%.100s'", id->text.ptr);
    bool ok = true;
    struct key k;
    for (size_t i = 0; keys_at(table, i, &k); i++) {
        bool required = (k.flags & KEY_REQUIRED) != 0 && keys_has(table, &k);
        if (!required || yaml_get(map, k.name) != NULL)
            continue;
        diags_add(l->diags, map->pos, "%s has no '%s'", where, k.name);
        ok = false;
    }
    return ok;
}

bool keys_read(struct loader *l, const struct yaml_node *map,
               const struct key_table *table, bool defaults, void *out)
{
    bool ok = true;
    if (map->kind != YAML_MAP) {
        diags_add(l->diags, map->pos, "expected %s as a map, found %s",
                  defaults ? "defaults" : table->where, yaml_kind_name(map));
        return false;
    }
    for (size_t i = 0; i < map->count; i++)
        ok = read_key(l, map->item[2 * i], map->item[2 * i + 1], table,
                      defaults, out) &&
             ok;
    return (defaults || has_required(l, map, table)) && ok;
}
