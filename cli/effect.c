/* THE rules of options that need others, or that others make idle. */
#include "cli/effect.h"

#include <string.h>

#include "base/text.h"
#include "model/version.h"

#define FEW 4 /* options that a rule names */

#define ANY_OF(...)                                                            \
    {                                                                          \
        __VA_ARGS__, OPTION_COUNT                                              \
    }

/* Options that may be given more than once, with values that differ. */
static const enum option_id repeated[] = {
    OPTION_CHECK_LOG,     OPTION_PREVIOUS, OPTION_REPORT,
    OPTION_TAG,           OPTION_NOT_TAG,  OPTION_ID,
    OPTION_FAIL_ON,       OPTION_VAR,      OPTION_ENV_FILE,
    OPTION_IMPORT_TARGET, OPTION_EARLIER,
};

/* What is given needs one of the others. */
static const struct need {
    const char *commands; /* parted by blanks */
    enum option_id option;
    const char *unless; /* a value that needs nothing */
    enum option_id other[FEW];
    const char *why;
} needs[] = {
    {"verify", OPTION_FOLLOW, NULL, ANY_OF(OPTION_CHECK_LOG),
     "a log to follow"},
    {"verify", OPTION_LOG_SINCE, NULL, ANY_OF(OPTION_CHECK_LOG),
     "a log that it applies to"},
    {"verify", OPTION_GOOD, NULL, ANY_OF(OPTION_CHECK_LOG),
     "a log to compare with it"},
    {"verify", OPTION_PREVIOUS, NULL, ANY_OF(OPTION_CHECK_LOG),
     "a log in which that failure may continue"},
    {"verify watch", OPTION_SIGNATURES, NULL, ANY_OF(OPTION_CHECK_LOG),
     "a log to search"},
    {"verify", OPTION_GIT_FROM, NULL, ANY_OF(OPTION_GIT),
     "the clone that contains the revision"},
    {"verify", OPTION_TO, NULL, ANY_OF(OPTION_GIT),
     "the clone that contains the revision"},
    {"verify lint", OPTION_ANY_OWNER, NULL, ANY_OF(OPTION_GIT),
     "the clone that it is about"},
    {"verify", OPTION_TARGET, NULL, ANY_OF(OPTION_DEPLOYMENTS),
     "runs that name no target"},
    {"verify", OPTION_SAMPLES, NULL, ANY_OF(OPTION_SINCE),
     "a baseline to compare the samples with"},
    {"verify", OPTION_FAIL_ON, "degraded", ANY_OF(OPTION_SINCE),
     "a baseline to differ from"},
    {"watch", OPTION_ROUNDS, NULL, ANY_OF(OPTION_INTERVAL),
     "more rounds than one"},
    {"report", OPTION_CHECK, NULL, ANY_OF(OPTION_OUTPUT),
     "the document to check"},
    {"import", OPTION_FORCE, NULL, ANY_OF(OPTION_OUTPUT, OPTION_RECORD),
     "a file to overwrite"},
};

/* With the other option, or that value of it, there is no effect. */
static const struct clash {
    const char *commands;
    enum option_id option;
    const char *value; /* NULL: any */
    enum option_id other;
    const char *other_value;
    const char *why;
} clashes[] = {
    {"verify merge scan prove", OPTION_COLOR, "always", OPTION_FORMAT, "json",
     "JSON has no colours"},
    {"prove", OPTION_SLOTS, NULL, OPTION_RECORDING, NULL, "nothing is probed"},
    {"prove", OPTION_HOST_SLOTS, NULL, OPTION_RECORDING, NULL,
     "nothing is probed"},
    {"prove", OPTION_RATE, NULL, OPTION_RECORDING, NULL, "nothing is probed"},
};

/* A way to call a command, with the only options that have an effect then. */
static const struct mode {
    const char *command;
    const char *words;     /* one of them is its first argument; NULL: any */
    enum option_id option; /* is given; OPTION_COUNT: whatever is */
    const char *called;
    enum option_id takes[12];
    const char *why;
} modes[] = {
    {"verify", NULL, OPTION_EXPLAIN, "--explain",
     ANY_OF(OPTION_EXPLAIN, OPTION_TAG, OPTION_NOT_TAG, OPTION_ID, OPTION_SHARD,
            OPTION_VAR, OPTION_ENV_FILE),
     "nothing is probed"},
    {"scan", NULL, OPTION_STUB, "--stub",
     ANY_OF(OPTION_STUB, OPTION_GOOD, OPTION_FROM_TIME, OPTION_UNTIL,
            OPTION_SIGNATURES, OPTION_QUIET),
     "only the signature is printed"},
    {"report", "template", OPTION_COUNT, "'template'", ANY_OF(OPTION_HELP),
     "the built-in template is printed"},
    {"report", "html", OPTION_COUNT, "'html'", ANY_OF(OPTION_OUTPUT),
     "a finished document is read"},
    {"report", "fix", OPTION_COUNT, "'fix'", ANY_OF(OPTION_MOJIBAKE),
     "documents are repaired in place"},
    {"report", "", OPTION_REPORT, "--report without a kind of document",
     ANY_OF(OPTION_FROM, OPTION_REPORT), "the record alone is written"},
    {"report", NULL, OPTION_COUNT, "a kind of document",
     ANY_OF(OPTION_FROM, OPTION_FACTS, OPTION_TEMPLATES, OPTION_OUTPUT,
            OPTION_CHECK),
     "a document is written"},
    {"incident", "list show", OPTION_COUNT, "an incident that is only shown",
     ANY_OF(OPTION_STATE, OPTION_COLOR, OPTION_QUIET), "nothing is recorded"},
    {"incident", "", OPTION_COUNT, "a list",
     ANY_OF(OPTION_STATE, OPTION_COLOR, OPTION_QUIET), "nothing is recorded"},
};

/* How many arguments have a meaning, where their number is limited. */
static const struct arity {
    const char *command, *words;
    size_t most;
} arities[] = {
    {"status", NULL, 0},
    {"explain", NULL, 1},
    {"incident", "list", 1},
    {"incident", "show ack close", 2},
    {"report", "template html", 2},
    {"report", "status incident root-cause success", 1},
};

static bool is_among(const char *words, const char *word)
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

static bool check_needs(const struct command *c, const struct options *o,
                        struct err *e)
{
    for (size_t i = 0; i < ARRAY_COUNT(needs); i++) {
        const struct need *n = &needs[i];
        const char *value = value_given(o, n->option, n->unless);
        bool met = value == NULL || !is_among(n->commands, c->name);
        struct buf names;
        buf_init(&names, 200);
        for (size_t k = 0; n->other[k] != OPTION_COUNT; k++) {
            met = met || o->given[n->other[k]].count > 0;
            buf_printf(&names, "%s%s", k > 0 ? " or " : "",
                       name_of_option(n->other[k]));
        }
        if (!met)
            err_set(e, POS_NONE, "%s%s%.60s needs %s: %s",
                    name_of_option(n->option), value[0] == '\0' ? "" : " ",
                    value, names.ptr, n->why);
        buf_release(&names);
        if (!met)
            return false;
    }
    return true;
}

static bool check_clashes(const struct command *c, const struct options *o,
                          struct err *e)
{
    for (size_t i = 0; i < ARRAY_COUNT(clashes); i++) {
        const struct clash *k = &clashes[i];
        if (!is_among(k->commands, c->name) ||
            !has_value(o, k->option, k->value) ||
            !has_value(o, k->other, k->other_value))
            continue;
        return err_set(e, POS_NONE, "%s%s%s has no effect with %s%s%s: %s",
                       name_of_option(k->option), k->value == NULL ? "" : " ",
                       k->value == NULL ? "" : k->value,
                       name_of_option(k->other),
                       k->other_value == NULL ? "" : " ",
                       k->other_value == NULL ? "" : k->other_value, k->why);
    }
    return true;
}

static bool is_mode(const struct mode *m, const struct command *c,
                    const struct options *o)
{
    const char *word = o->argument.count > 0 ? o->argument.item[0] : "";
    return strcmp(m->command, c->name) == 0 &&
           (m->words == NULL || is_among(m->words, word)) &&
           (m->option == OPTION_COUNT || o->given[m->option].count > 0);
}

static bool takes(const struct mode *m, enum option_id id)
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
    for (size_t i = 0; i < ARRAY_COUNT(modes); i++) {
        if (!is_mode(&modes[i], c, o))
            continue;
        for (int id = 0; id < OPTION_COUNT; id++)
            if (o->given[id].count > 0 && !takes(&modes[i], (enum option_id)id))
                return err_set(e, POS_NONE, "%s has no effect with %s: %s",
                               name_of_option((enum option_id)id),
                               modes[i].called, modes[i].why);
        return true;
    }
    return true;
}

static bool check_arguments(const struct command *c, const struct options *o,
                            struct err *e)
{
    const char *word = o->argument.count > 0 ? o->argument.item[0] : "";
    for (size_t i = 0; i < ARRAY_COUNT(arities); i++) {
        const struct arity *a = &arities[i];
        if (strcmp(a->command, c->name) != 0 ||
            (a->words != NULL && !is_among(a->words, word)) ||
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
    for (size_t i = 0; is_among(reads, c->name) && i < t->count; i++)
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

static bool is_repeated(enum option_id id)
{
    for (size_t i = 0; i < ARRAY_COUNT(repeated); i++)
        if (repeated[i] == id)
            return true;
    return false;
}

static bool check_repeats(const struct options *o, struct err *e)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const struct texts *given = &o->given[id];
        if (is_repeated((enum option_id)id)
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

static bool check_version(const struct options *o, struct err *e)
{
    const char *name = option_text(o, OPTION_EXPECT, NULL);
    size_t at = 0;
    const char *fault = name == NULL ? NULL : version_fault(name, &at);
    if (fault == NULL)
        return true;
    if (at == 0)
        return err_set(e, POS_NONE, "--expect %s: name the expected build",
                       fault);
    return err_set(e, POS_NONE,
                   "--expect %s after '%.*s': name the build without it", fault,
                   at > 100 ? 100 : (int)at, name);
}

bool options_effect(const struct command *c, const struct options *o,
                    struct err *e)
{
    return check_repeats(o, e) && check_version(o, e) && check_modes(c, o, e) &&
           check_needs(c, o, e) && check_clashes(c, o, e) &&
           check_arguments(c, o, e) && check_places(c, o, e);
}

bool options_refuse(const struct options *o, const enum option_id *list,
                    const char *why, struct err *e)
{
    for (; *list != OPTION_COUNT; list++)
        if (o->given[*list].count > 0)
            return err_set(e, POS_NONE, "%s has no effect: %s",
                           name_of_option(*list), why);
    return true;
}
