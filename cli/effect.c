/* Rules of the whole command line: what is given has an effect there. */

#include <string.h>

#include "cli/option_table.h"

bool word_is_among(const char *words, const char *word)
{
    struct str rest = str_from(words);
    bool found = rest.len == 0 && word[0] == '\0';
    while (rest.len > 0)
        found = str_is(str_cut(rest, ' ', &rest), word) || found;
    return found;
}

static const char *name_of_option(enum option_id id)
{
    return option_doc(id).name;
}

/* The first value that differs from `otherwise`; NULL: none is given. */
static const char *value_given(const struct options *o, enum option_id id,
                               const char *otherwise)
{
    const struct texts *given = &o->given[id];
    for (size_t i = 0; i < given->count; i++)
        if (otherwise == NULL || strcmp(given->item[i], otherwise) != 0)
            return given->item[i];
    return NULL;
}

static bool has_value(const struct options *o, enum option_id id,
                      const char *value)
{
    const struct texts *given = &o->given[id];
    for (size_t i = 0; i < given->count; i++)
        if (value == NULL || strcmp(given->item[i], value) == 0)
            return true;
    return false;
}

/* Is another option given that this one needs? names: of those that would do.
 */
static bool has_needed(const struct options *o, const struct option_use *use,
                       struct buf *names)
{
    bool met = false;
    for (size_t i = 0; use->needs[i] != OPTION_COUNT; i++) {
        met = met || o->given[use->needs[i]].count > 0;
        buf_printf(names, "%s%s", i > 0 ? " or " : "",
                   name_of_option(use->needs[i]));
    }
    return met;
}

static bool check_need(const struct options *o, enum option_id id,
                       const struct option_use *use, struct err *e)
{
    struct buf names;
    const char *value = value_given(o, id, use->unless);
    if (value == NULL || use->needs == NULL)
        return true;
    buf_init(&names, 200);
    bool met = has_needed(o, use, &names);
    if (!met)
        err_set(e, POS_NONE, "%s%s%.60s needs %s: %s", name_of_option(id),
                value[0] == '\0' ? "" : " ", value, names.ptr, use->needs_why);
    buf_release(&names);
    return met;
}

static bool check_idle(const struct options *o, enum option_id id,
                       const struct option_idle *idle, struct err *e)
{
    if (idle == NULL || !has_value(o, id, idle->given) ||
        !has_value(o, idle->with, idle->value))
        return true;
    return err_set(e, POS_NONE, "%s%s%s has no effect with %s%s%s: %s",
                   name_of_option(id), idle->given == NULL ? "" : " ",
                   idle->given == NULL ? "" : idle->given,
                   name_of_option(idle->with), idle->value == NULL ? "" : " ",
                   idle->value == NULL ? "" : idle->value, idle->why);
}

/* What is given needs others, and others may make it idle. */
static bool check_uses(const struct command *c, const struct options *o,
                       struct err *e)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        const enum option_id id = (enum option_id)i;
        const struct option_use *use = option_use(c, id);
        if (use != NULL && o->given[id].count > 0 &&
            (!check_need(o, id, use, e) || !check_idle(o, id, use->idle, e)))
            return false;
    }
    return true;
}

static bool is_mode(const struct option_mode *m, const struct command *c,
                    const struct options *o)
{
    const char *word = o->argument.count > 0 ? o->argument.item[0] : "";
    return strcmp(m->command, c->name) == 0 &&
           (m->words == NULL || word_is_among(m->words, word)) &&
           (m->option == OPTION_COUNT || o->given[m->option].count > 0);
}

static bool takes(const struct option_mode *m, enum option_id id)
{
    for (const enum option_id *t = m->takes; *t != OPTION_COUNT; t++)
        if (*t == id)
            return true;
    return false;
}

/* The first mode that is meant decides. */
static bool check_modes(const struct command *c, const struct options *o,
                        struct err *e)
{
    for (const struct option_mode *m = option_modes; m->command != NULL; m++) {
        if (!is_mode(m, c, o))
            continue;
        for (int id = 0; id < OPTION_COUNT; id++)
            if (o->given[id].count > 0 && !takes(m, (enum option_id)id))
                return err_set(e, POS_NONE, "%s has no effect with %s: %s",
                               name_of_option((enum option_id)id), m->called,
                               m->why);
        return true;
    }
    return true;
}

static bool check_arguments(const struct command *c, const struct options *o,
                            struct err *e)
{
    const char *word = o->argument.count > 0 ? o->argument.item[0] : "";
    for (const struct option_arity *a = option_arities; a->command != NULL;
         a++) {
        if (strcmp(a->command, c->name) != 0 ||
            (a->words != NULL && !word_is_among(a->words, word)) ||
            o->argument.count <= a->most)
            continue;
        return err_set(e, POS_NONE,
                       "unexpected argument '%.100s', see postflight %s "
                       "--help",
                       o->argument.item[a->most], c->name);
    }
    return true;
}

/* "NAME=VALUE" defines NAME, whatever its value. */
static struct str key_of(enum option_id id, const char *given)
{
    struct str rest, all = str_from(given);
    return id == OPTION_VAR ? str_cut(all, '=', &rest) : all;
}

/* Files, folders and URLs; elsewhere arguments are words. */
static bool check_places(const struct command *c, const struct options *o,
                         struct err *e)
{
    static const char reads[] =
        "verify watch serve baseline prove scan lint import init";
    const struct texts *t = &o->argument;
    for (size_t i = 0; word_is_among(reads, c->name) && i < t->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(t->item[i], t->item[k]) == 0)
                return err_set(e, POS_NONE, "'%.100s' is given twice",
                               t->item[i]);
    return true;
}

static bool check_values(enum option_id id, const struct texts *given,
                         struct err *e)
{
    for (size_t i = 0; i < given->count; i++)
        for (size_t k = 0; k < i; k++)
            if (str_equal(key_of(id, given->item[i]),
                          key_of(id, given->item[k])))
                return err_set(
                    e, POS_NONE, "%s %.*s is given twice", name_of_option(id),
                    STR_ARGS(str_sub(key_of(id, given->item[i]), 0, 100)));
    return true;
}

static bool check_repeats(const struct options *o, struct err *e)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const struct texts *given = &o->given[id];
        if (option_row((enum option_id)id)->repeats
                ? !check_values((enum option_id)id, given, e)
                : given->count > 1 &&
                      !err_set(e, POS_NONE,
                               "%s is given twice: only one can "
                               "have an effect",
                               name_of_option((enum option_id)id)))
            return false;
    }
    return true;
}

bool options_effect(const struct command *c, const struct options *o,
                    struct err *e)
{
    return check_repeats(o, e) && check_modes(c, o, e) && check_uses(c, o, e) &&
           check_arguments(c, o, e) && check_places(c, o, e);
}
