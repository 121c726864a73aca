/*
 * Rows that somebody exported, in place of a database: which encoding, which
 * form, and of which table they are. A table is known by its columns, since
 * consoles do not say its name.
 */
#include "migrations/state/exported.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "migrations/state/database.h"
#include "migrations/state/internal.h"

#define SHOWN_MAX 100

struct columns {
    const struct str *name;
    size_t count;
};

static bool has(const struct columns *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (str_equal_nocase(c->name[i], str_from(name)))
            return true;
    return false;
}

/* Names that any table may have tell something only where no others are. */
static bool is_plain(const struct columns *c, const char *known)
{
    static const char *const beside[] = {"id", "createdAt", "updatedAt"};
    if (strcasecmp(known, "name") != 0 && strcasecmp(known, "version") != 0)
        return true;
    for (size_t i = 0; i < c->count; i++) {
        bool fine = str_equal_nocase(c->name[i], str_from(known));
        for (size_t k = 0; k < ARRAY_COUNT(beside); k++)
            fine = fine || str_equal_nocase(c->name[i], str_from(beside[k]));
        if (!fine)
            return false;
    }
    return true;
}

/* How many columns of the tool's history are there; 0: not all. */
static size_t points_of(const struct columns *c, const struct state_tool *tool)
{
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_COUNT(tool->columns); i++) {
        if (tool->columns[i] == NULL)
            continue;
        if (!has(c, tool->columns[i]))
            return 0;
        n++;
    }
    return n == 1 && !is_plain(c, tool->columns[0]) ? 0 : n;
}

static const char *shown(struct exported *x, const struct columns *c)
{
    struct buf all;
    buf_init(&all, (size_t)4 << 10);
    for (size_t i = 0; i < c->count; i++) {
        buf_text(&all, i > 0 ? ", " : "");
        buf_str(&all, c->name[i]);
    }
    const char *out = text_elide(x->arena, buf_view(&all), SHOWN_MAX);
    buf_release(&all);
    return out;
}

static bool is_lock(const struct columns *c, const char *name)
{
    if (name == NULL)
        return has(c, "is_locked");
    for (size_t i = 0; i < state_tool_count; i++)
        if (state_tools[i]->lock != NULL &&
            strcasecmp(state_tools[i]->lock, name) == 0)
            return true;
    return false;
}

/* Its history table by the columns; NULL with an error. */
static const char *find_table(struct exported *x, const struct columns *c,
                              struct pos at)
{
    const char *best = NULL, *other = NULL;
    size_t most = 0;
    if (is_lock(c, NULL))
        return "knex_migrations_lock";
    for (size_t i = 0; i < state_tool_count; i++) {
        size_t n = points_of(c, state_tools[i]);
        const char *table = state_tools[i]->table;
        if (n > most) {
            best = table;
            other = NULL;
            most = n;
        } else if (n == most && n > 0 && strcasecmp(best, table) != 0) {
            other = table;
        }
    }
    if (best == NULL)
        (void)err_set(x->e, at,
                      "the columns '%s' are of no known migration tool's "
                      "history: export all of its columns, with their names",
                      shown(x, c));
    else if (other != NULL)
        (void)err_set(x->e, at,
                      "the columns '%s' fit both %s and %s: name the table",
                      shown(x, c), best, other);
    return other != NULL ? NULL : best;
}

/* Rows without the names of columns would come to an empty history. */
static bool fits(struct exported *x, const struct columns *c, const char *name,
                 struct pos at)
{
    bool known = false, found = c->count == 0 || is_lock(c, name);
    for (int any = 0; any < 2 && !found && !known; any++)
        for (size_t i = 0; i < state_tool_count; i++) {
            if (any == 0 && strcasecmp(state_tools[i]->table, name) != 0)
                continue;
            known = known || any == 0;
            found = found || points_of(c, state_tools[i]) > 0;
        }
    return found || err_set(x->e, at,
                            "the columns '%s' are not those of %.60s: export "
                            "all of its columns, with their names",
                            shown(x, c), name);
}

static bool is_history(const char *name)
{
    return state_wants_table(name);
}

bool exported_table(struct exported *x, const char *name,
                    const struct str *column, size_t count, struct pos at)
{
    const struct columns c = {column, count};
    struct table_rows t = {.visible = true};
    bool said = name != NULL;
    if (name == NULL)
        name = x->table;
    if (name == NULL && count == 0)
        return err_set(x->e, at,
                       "there are no rows, so it is not known which table "
                       "they are of: name it");
    if (name == NULL && (name = find_table(x, &c, at)) == NULL)
        return false;
    const char *dot = strrchr(name, '.');
    t.name = dot == NULL ? name : dot + 1;
    if (dot != NULL)
        t.schema = arena_dup(x->arena, name, (size_t)(dot - name));
    /* Among several tables those of others are not our business. */
    if ((!said || is_history(t.name)) && !fits(x, &c, t.name, at))
        return false;
    if (gather_table(&x->gathering, &t, x->e) == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!gather_column(&x->gathering, column[i], x->e))
            return false;
    return true;
}

/* PowerShell writes what a program prints as UTF-16. */
static struct str from_utf16(struct arena *a, struct str s, bool big)
{
    struct buf out;
    uint32_t high = 0;
    buf_init(&out, s.len * 2 + 1);
    for (size_t i = 0; i + 1 < s.len; i += 2) {
        unsigned char first = (unsigned char)s.ptr[i];
        unsigned char second = (unsigned char)s.ptr[i + 1];
        uint32_t unit =
            big ? (uint32_t)first << 8 | second : (uint32_t)second << 8 | first;
        bool low = unit >= 0xdc00 && unit < 0xe000;
        if (unit >= 0xd800 && unit < 0xdc00) {
            high = unit;
            continue;
        }
        if (low && high != 0)
            unit = 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
        else if (low)
            unit = 0xfffd;
        high = 0;
        utf8_encode(&out, unit);
    }
    size_t len = out.len;
    return (struct str){buf_take(a, &out), len};
}

static struct str decode(struct arena *a, struct str s)
{
    if (str_starts(s, STR("\xff\xfe")))
        return from_utf16(a, str_sub(s, 2, s.len), false);
    if (str_starts(s, STR("\xfe\xff")))
        return from_utf16(a, str_sub(s, 2, s.len), true);
    if (str_starts(s, STR("\xef\xbb\xbf")))
        return str_sub(s, 3, s.len);
    return s;
}

bool database_rows(struct database_facts *out, struct arena *a,
                   const char *path, struct str text, const char *table,
                   struct err *e)
{
    struct source *source = arena_alloc(a, sizeof(*source));
    struct exported x = {.gathering = {.facts = out, .arena = a},
                         .arena = a,
                         .e = e,
                         .source = source,
                         .table = table};
    *out = (struct database_facts){.lag_ms = -1};
    *source = (struct source){path, decode(a, text)};
    struct str begin = str_trim(source->text);
    if (begin.len == 0)
        return err_set(e, (struct pos){source, 0, 0},
                       "there is nothing in it: export the rows of the "
                       "history table with the names of its columns");
    size_t nul = str_find(source->text, (struct str){"", 1}, 0);
    if (nul < source->text.len)
        return err_set(e, pos_at(source, nul),
                       "a NUL byte: this is not a text file");
    if (begin.ptr[0] == '[' || begin.ptr[0] == '{')
        return exported_json(&x, source);
    return exported_lines(&x);
}
