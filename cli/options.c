/* The command line: words, and which option of a command each is. */
#include <string.h>

#include "base/text.h"
#include "cli/option_table.h"

static void push(struct arena *a, struct texts *t, const char *text)
{
    t->item =
        arena_grow(a, (void *)t->item, t->count, &t->cap, sizeof(const char *));
    t->item[t->count++] = text;
}

const struct option_use *option_use(const struct command *c, enum option_id id)
{
    const struct option_use *use = option_row(id)->use;
    while (use->commands != NULL && use->commands[0] != '\0' &&
           !word_is_among(use->commands, c->name))
        use++;
    return use->commands == NULL ? NULL : use;
}

bool command_takes(const struct command *c, enum option_id id)
{
    return option_use(c, id) != NULL;
}

struct option_doc option_doc(enum option_id id)
{
    return option_row(id)->doc;
}

struct option_doc command_option(const struct command *c, enum option_id id)
{
    struct option_doc doc = option_doc(id);
    const struct option_use *use = option_use(c, id);
    if (use == NULL)
        return doc;
    doc.value = use->value != NULL ? use->value : doc.value;
    doc.help = use->help != NULL ? use->help : doc.help;
    if (use->choices != NULL) {
        doc.choices = use->choices;
        doc.choice_at = NULL;
    }
    return doc;
}

static int find_option(const struct command *c, struct str name)
{
    if (str_is(name, "-h"))
        return OPTION_HELP;
    for (int i = 0; i < OPTION_COUNT; i++)
        if (command_takes(c, (enum option_id)i) &&
            str_is(name, option_doc((enum option_id)i).name))
            return i;
    return -1;
}

static bool unknown_option(const struct command *c, struct str name,
                           struct err *e)
{
    const char *known[OPTION_COUNT];
    size_t count = 0;
    for (int i = 0; i < OPTION_COUNT; i++)
        if (command_takes(c, (enum option_id)i))
            known[count++] = option_doc((enum option_id)i).name;
    struct hint near = text_hint(name, known, count);
    if (near.text[0] != '\0')
        return err_set(e, POS_NONE, "unknown option '%.*s'%s", STR_ARGS(name),
                       near.text);
    return err_set(e, POS_NONE,
                   "unknown option '%.*s', see postflight %s "
                   "--help",
                   STR_ARGS(name), c->name);
}

struct words {
    const char *const *word;
    size_t count, at;
    bool helps; /* --help is among them: values do not matter then */
};

/* "--name=value" or "--name value"; the word at words->at is the option. */
static bool parse_option(struct options *out, struct arena *a,
                         const struct command *c, struct words *words,
                         struct err *e)
{
    struct str value, text = str_from(words->word[words->at++]);
    struct str name = str_cut(text, '=', &value);
    bool joined = name.len < text.len && text.ptr[1] == '-';
    if (!joined)
        name = text;
    int id = find_option(c, name);
    if (id < 0)
        return unknown_option(c, name, e);
    const struct option_doc doc = command_option(c, (enum option_id)id);
    if (doc.value == NULL && joined)
        return err_set(e, POS_NONE, "%s takes no value", doc.name);
    if (doc.value == NULL) {
        push(a, &out->given[id], "");
        return true;
    }
    const struct option_row *row = option_row((enum option_id)id);
    if (option_is_bare(&doc) && !joined &&
        (words->at >= words->count ||
         !option_value_follows(row, words->word[words->at]))) {
        push(a, &out->given[id], "");
        return true;
    }
    if (!joined && words->at >= words->count)
        return err_set(e, POS_NONE, "%s needs a value: %s", doc.name,
                       doc.value);
    const char *given = joined ? value.ptr : words->word[words->at++];
    if (!option_accepts(&doc, a, given, e) ||
        (!words->helps && !option_value_check(row, given, e)))
        return false;
    push(a, &out->given[id], given);
    return true;
}

static bool asks_for_help(const char *const *word, size_t count)
{
    for (size_t i = 0; i < count && strcmp(word[i], "--") != 0; i++)
        if (strcmp(word[i], "--help") == 0 || strcmp(word[i], "-h") == 0)
            return true;
    return false;
}

bool options_parse(struct options *out, struct arena *a,
                   const struct command *command, const char *const *word,
                   size_t count, struct err *e)
{
    struct words words = {word, count, 0, asks_for_help(word, count)};
    bool only_arguments = false;
    *out = (struct options){.argument = {NULL, 0, 0}};
    while (words.at < count) {
        const char *text = word[words.at];
        if (!only_arguments && strcmp(text, "--") == 0) {
            only_arguments = true;
            words.at++;
        } else if (only_arguments || text[0] != '-' || text[1] == '\0') {
            push(a, &out->argument, text);
            words.at++;
        } else if (!parse_option(out, a, command, &words, e)) {
            return false;
        }
    }
    return true;
}

const char *option_text(const struct options *o, enum option_id id,
                        const char *otherwise)
{
    const struct texts *t = &o->given[id];
    return t->count == 0 ? otherwise : t->item[t->count - 1];
}

bool option_flag(const struct options *o, enum option_id id)
{
    return o->given[id].count > 0;
}
