/*
 * Comments in migration files that switch rules, as in documents:
 *
 *   -- postflight:lint disable-file migration-transaction: the table is empty
 *   -- postflight:lint disable-next-line M14
 *   -- postflight:lint disable M12
 *   -- postflight:lint enable M12
 */
#include <string.h>

#include "migrations/rules/internal.h"

#define SWITCHES_MAX ((size_t)1000) /* of one folder */

struct remark_switch {
    const struct source *source;
    size_t at;
    int64_t first, last; /* lines */
    int rule;            /* -1: none has this name */
    struct str name;
    bool used;
};

static void add(struct rules_review *r, struct remark_switch s)
{
    if (r->switch_count == SWITCHES_MAX)
        return;
    r->switches = arena_grow(r->arena, r->switches, r->switch_count,
                             &r->switch_cap, sizeof(*r->switches));
    r->switches[r->switch_count++] = s;
}

static void take_name(struct rules_review *r, struct str command,
                      struct remark_switch s, int64_t line)
{
    s.rule = migration_rule_find(s.name);
    s.first = line;
    s.last = INT64_MAX;
    if (str_is(command, "disable-file")) {
        s.first = 1;
    } else if (str_is(command, "disable-next-line")) {
        s.first = line + 1;
        s.last = line + 1;
    } else if (str_is(command, "enable")) {
        for (size_t i = r->switch_count; i-- > 0;)
            if (r->switches[i].source == s.source &&
                r->switches[i].rule == s.rule &&
                r->switches[i].last == INT64_MAX) {
                r->switches[i].last = line;
                return;
            }
        s.rule = -1;
    } else if (!str_is(command, "disable")) {
        s.rule = -1;
    }
    add(r, s);
}

static struct str next_word(struct str *rest)
{
    size_t from = 0;
    while (from < rest->len && strchr(" ,\t", rest->ptr[from]) != NULL)
        from++;
    size_t n = from;
    while (n < rest->len && strchr(" ,\t:*", rest->ptr[n]) == NULL)
        n++;
    struct str word = str_sub(*rest, from, n - from);
    bool more = n < rest->len && rest->ptr[n] != ':' && rest->ptr[n] != '*';
    *rest = more ? str_sub(*rest, n, rest->len) : STR_NONE;
    return word;
}

static void read_comment(struct rules_review *r, const struct source *source,
                         size_t at)
{
    struct str text = source->text;
    struct str rest =
        str_trim(str_sub(text, at, str_find(text, STR("\n"), at) - at));
    struct str command = next_word(&rest), name = next_word(&rest);
    const struct pos pos = pos_at(source, at);
    for (; name.len > 0; name = next_word(&rest))
        take_name(
            r, command,
            (struct remark_switch){.source = source, .at = at, .name = name},
            pos.line);
}

void migration_switches_read(struct rules_review *r)
{
    static const char mark[] = "postflight:lint ";
    for (size_t i = 0; i < r->folder->file_count; i++) {
        struct str text = r->folder->file[i].text;
        const struct source *source = NULL;
        for (size_t at = str_find(text, STR(mark), 0); at < text.len;
             at = str_find(text, STR(mark), at + 1)) {
            if (source == NULL)
                source = rule_source(r, &r->folder->file[i]);
            read_comment(r, source, at + sizeof(mark) - 1);
        }
    }
}

bool migration_switches_silence(struct rules_review *r, const char *file,
                                int64_t line)
{
    bool silent = false;
    for (size_t i = 0; i < r->switch_count; i++) {
        struct remark_switch *s = &r->switches[i];
        if (s->rule == (int)r->rule && line >= s->first && line <= s->last &&
            strcmp(s->source->name, file) == 0)
            silent = s->used = true;
    }
    return silent;
}

void check_switches(struct rules_review *r)
{
    size_t count = r->switch_count;
    for (size_t i = 0; i < count; i++) {
        const struct remark_switch *s = &r->switches[i];
        const struct place place = {s->source, s->at};
        if (s->rule < 0)
            rule_found(r, place, (struct verdict_of){-1, NULL},
                       "'%.*s' is not a rule of migrations, or its command is "
                       "not one of disable, enable, disable-next-line and "
                       "disable-file",
                       STR_ARGS(s->name));
        else if (!s->used && s->rule != (int)r->rule)
            rule_found(r, place, (struct verdict_of){-1, NULL},
                       "'%.*s' is switched off, and finds nothing there",
                       STR_ARGS(s->name));
    }
}
