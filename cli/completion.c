/* Scripts that complete commands in a shell, from the tables of --help. */
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"

NAMES(shell_names, "shell", "bash", "zsh", "fish");

/* What is offered as a value. */
enum offer {
    OFFER_FLAG,    /* a flag */
    OFFER_NOTHING, /* nothing that a shell could know */
    OFFER_FILES,
    OFFER_FOLDERS,
    OFFER_CHOICES, /* one of the choices */
    OFFER_OUTPUTS  /* CHOICE=FILE */
};

static enum offer offer_of(const struct option_doc *o)
{
    if (o->value == NULL || option_is_bare(o))
        return OFFER_FLAG; /* what follows may be an argument */
    if (strcmp(o->value, "FILE") == 0)
        return OFFER_FILES;
    if (strcmp(o->value, "DIR") == 0)
        return OFFER_FOLDERS;
    if (o->choices == NULL && o->choice_at == NULL)
        return OFFER_NOTHING;
    return str_ends(str_from(o->value), STR("=FILE")) ? OFFER_OUTPUTS
                                                      : OFFER_CHOICES;
}

/* After the first word, that is. */
static bool takes_files(const struct command *c)
{
    return strstr(c->arguments, "FILE") != NULL;
}

static void add_commands(struct buf *out)
{
    for (size_t i = 0; i < command_count(); i++)
        buf_printf(out, "%s ", command_at(i)->name);
    buf_text(out, "help");
}

/* Text inside single quotes; each of `marked` gets a backslash. */
static void add_quoted(struct buf *out, struct str text, const char *marked)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (strchr(marked, c) != NULL)
            buf_char(out, '\\');
        if (c == '\'')
            buf_text(out, strchr(marked, c) != NULL ? "'" : "'\\''");
        else
            buf_char(out, c);
    }
}

static void bash_value(struct buf *out, const struct command *c,
                       const struct option_doc *o)
{
    enum offer kind = offer_of(o);
    if (kind == OFFER_FLAG)
        return;
    buf_printf(out, "    '%s %s') ", c->name, o->name);
    if (kind == OFFER_FILES)
        buf_text(out, "_postflight_files -f");
    else if (kind == OFFER_FOLDERS)
        buf_text(out, "_postflight_files -d");
    else if (kind == OFFER_NOTHING)
        buf_text(out, ":");
    else {
        buf_text(out, "_postflight_words '");
        option_choices(out, o, kind == OFFER_OUTPUTS ? "=" : "");
        buf_char(out, '\'');
    }
    buf_text(out, "; return ;;\n");
}

static void bash_options(struct buf *out, const struct command *c)
{
    buf_printf(out, "        %s) _postflight_words '", c->name);
    const char *blank = "";
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!command_takes(c, (enum option_id)i))
            continue;
        buf_printf(out, "%s%s", blank, option_doc((enum option_id)i).name);
        blank = " ";
    }
    buf_text(out, "' ;;\n");
}

static void bash_argument(struct buf *out, const struct command *c)
{
    if (c->argument == ARGUMENT_FILES)
        return;
    buf_printf(out, "    %s) ", c->name);
    if (c->argument == ARGUMENT_SIGNATURES)
        buf_text(out, "_postflight_words \"$(\"${COMP_WORDS[0]}\" explain "
                      "2>/dev/null | cut -d ' ' -f 1)\"");
    if (c->argument == ARGUMENT_WORDS) {
        buf_text(out, "if [ \"$COMP_CWORD\" -eq 2 ]; then\n"
                      "            _postflight_words '");
        c->words(out);
        buf_text(out, takes_files(c) ? "'\n        else\n"
                                       "            _postflight_files -f\n"
                                       "        fi"
                                     : "'\n        fi");
    }
    buf_text(out, " ;;\n");
}

/* A word is parted at each = by readline, which is a word of its own then. */
static void write_bash(struct buf *out)
{
    buf_text(
        out,
        "# bash completion; made by: postflight completion bash\n\n"
        "_postflight_words() {\n"
        "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")\n"
        "    [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null\n"
        "}\n\n"
        "_postflight_files() {\n"
        "    compopt -o filenames 2>/dev/null\n"
        "    mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$cur\")\n"
        "}\n\n"
        "_postflight() {\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]} "
        "prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
        "    COMPREPLY=()\n"
        "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
        "        _postflight_words '");
    add_commands(out);
    buf_text(out,
             " --help --version'\n"
             "        return\n"
             "    fi\n"
             "    [ \"$cur\" != = ] || cur=\n"
             "    [ \"$prev\" != = ] || prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
             "    if [ -z \"$cur\" ] && [ \"${COMP_WORDS[COMP_CWORD]}\" = = ] "
             "||\n"
             "        [ \"${COMP_WORDS[COMP_CWORD - 1]}\" = = ]; then\n"
             "        case $prev in\n"
             "        -*) ;;\n"
             "        *) _postflight_files -f; return ;; # NAME=FILE\n"
             "        esac\n"
             "    fi\n"
             "    case \"${COMP_WORDS[1]} $prev\" in\n");
    for (size_t i = 0; i < command_count(); i++)
        for (int k = 0; k < OPTION_COUNT; k++) {
            struct option_doc o =
                command_option(command_at(i), (enum option_id)k);
            if (command_takes(command_at(i), (enum option_id)k))
                bash_value(out, command_at(i), &o);
        }
    buf_text(out, "    esac\n"
                  "    if [[ $cur == -* ]]; then\n"
                  "        case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; i < command_count(); i++)
        bash_options(out, command_at(i));
    buf_text(out, "        esac\n"
                  "        return\n"
                  "    fi\n"
                  "    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; i < command_count(); i++)
        bash_argument(out, command_at(i));
    buf_text(out, "    help) _postflight_words '");
    add_commands(out);
    buf_text(out, "' ;;\n"
                  "    *) _postflight_files -f ;;\n"
                  "    esac\n"
                  "}\n"
                  "complete -F _postflight postflight\n");
}

static void zsh_option(struct buf *out, const struct option_doc *o)
{
    enum offer kind = offer_of(o);
    bool again = strstr(o->help, "repeatable") != NULL;
    bool is_long = o->name[1] == '-';
    buf_printf(out, " \\\n            '%s%s%s[", again ? "*" : "", o->name,
               kind != OFFER_FLAG && is_long ? "=" : "");
    add_quoted(out, str_from(o->help), "[]\\");
    buf_char(out, ']');
    if (kind != OFFER_FLAG) {
        buf_char(out, ':');
        add_quoted(out, str_from(o->value), ":\\");
        buf_char(out, ':');
    }
    if (kind == OFFER_FILES)
        buf_text(out, "_files");
    else if (kind == OFFER_FOLDERS)
        buf_text(out, "_files -/");
    else if (kind == OFFER_CHOICES || kind == OFFER_OUTPUTS) {
        buf_text(out, kind == OFFER_OUTPUTS ? "_postflight_output " : "(");
        option_choices(out, o, "");
        buf_text(out, kind == OFFER_OUTPUTS ? "" : ")");
    } else if (kind == OFFER_NOTHING)
        buf_char(out, ' ');
    buf_char(out, '\'');
}

static void zsh_argument(struct buf *out, const struct command *c)
{
    buf_text(out, " \\\n            '");
    if (c->argument == ARGUMENT_FILES)
        buf_text(out, "*:file:_files");
    else if (c->argument == ARGUMENT_SIGNATURES)
        buf_text(out, "1:signature:_postflight_signatures");
    else if (c->argument == ARGUMENT_WORDS) {
        buf_text(out, "1:word:(");
        c->words(out);
        buf_text(out, takes_files(c) ? ")' '*:file:_files" : ")");
    } else
        buf_text(out, "*: : ");
    buf_text(out, "'\n        ;;\n");
}

static void write_zsh(struct buf *out)
{
    buf_text(out, "#compdef postflight\n"
                  "# zsh completion; made by: postflight completion zsh\n\n"
                  "_postflight_output() {\n"
                  "    if compset -P '*='; then\n"
                  "        _files\n"
                  "    else\n"
                  "        compadd -S= -- \"${@[(r)[a-z]*,-1]}\"\n"
                  "    fi\n"
                  "}\n\n"
                  "_postflight_signatures() {\n"
                  "    local -a ids\n"
                  "    ids=(${${(f)\"$(_call_program signatures postflight "
                  "explain)\"}%% *})\n"
                  "    compadd -a ids\n"
                  "}\n\n"
                  "_postflight() {\n"
                  "    local curcontext=$curcontext\n"
                  "    local -a commands\n"
                  "    commands=(\n");
    for (size_t i = 0; i < command_count(); i++) {
        buf_printf(out, "        '%s:", command_at(i)->name);
        add_quoted(out, command_summary(command_at(i)), ":\\");
        buf_text(out, "'\n");
    }
    buf_text(out, "        'help:Prints the help of a command.'\n"
                  "    )\n"
                  "    if (( CURRENT == 2 )); then\n"
                  "        _describe -t commands command commands\n"
                  "        compadd -- --help --version\n"
                  "        return\n"
                  "    fi\n"
                  "    local command=$words[2]\n"
                  "    shift words\n"
                  "    (( CURRENT-- ))\n"
                  "    case $command in\n"
                  "    help) _describe -t commands command commands ;;\n");
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *c = command_at(i);
        buf_printf(out, "    %s)\n        _arguments -S", c->name);
        for (int k = 0; k < OPTION_COUNT; k++) {
            struct option_doc o = command_option(c, (enum option_id)k);
            if (command_takes(c, (enum option_id)k))
                zsh_option(out, &o);
        }
        zsh_argument(out, c);
    }
    buf_text(out, "    esac\n"
                  "}\n\n"
                  "if [ \"$funcstack[1]\" = _postflight ]; then\n"
                  "    _postflight \"$@\"\n"
                  "else\n"
                  "    compdef _postflight postflight\n"
                  "fi\n");
}

/* Conditions stand in single quotes. */
static void fish_begin(struct buf *out, const char *command)
{
    buf_printf(out, "complete -c postflight -n '__postflight_in %s'", command);
}

static void fish_describe(struct buf *out, struct str text)
{
    buf_text(out, " -d '");
    add_quoted(out, text, "\\'");
    buf_text(out, "'\n");
}

static void fish_option(struct buf *out, const struct command *c,
                        const struct option_doc *o)
{
    enum offer kind = offer_of(o);
    fish_begin(out, c->name);
    if (o->name[1] == '-')
        buf_printf(out, " -l %s", o->name + 2);
    else
        buf_printf(out, " -s %s", o->name + 1);
    if (kind == OFFER_FILES)
        buf_text(out, " -r -F");
    else if (kind == OFFER_FOLDERS)
        buf_text(out, " -x -a '(__fish_complete_directories "
                      "(commandline -ct))'");
    else if (kind == OFFER_NOTHING)
        buf_text(out, " -x");
    else if (kind != OFFER_FLAG) {
        buf_text(out, kind == OFFER_OUTPUTS ? " -r -F -a '" : " -x -a '");
        option_choices(out, o, kind == OFFER_OUTPUTS ? "=" : "");
        buf_char(out, '\'');
    }
    fish_describe(out, str_from(o->help));
}

static void fish_argument(struct buf *out, const struct command *c)
{
    if (c->argument == ARGUMENT_NONE)
        return;
    fish_begin(out, c->name);
    if (c->argument == ARGUMENT_SIGNATURES)
        buf_text(out, " -a '(postflight explain 2>/dev/null | "
                      "string replace -r \" +\" \\t)'\n");
    else if (c->argument == ARGUMENT_WORDS) {
        buf_text(out, takes_files(c) ? " -F -a '" : " -a '");
        c->words(out);
        buf_text(out, "'\n");
    } else
        buf_text(out, " -F\n");
}

static void write_fish(struct buf *out)
{
    buf_text(out,
             "# fish completion; made by: postflight completion fish\n\n"
             "function __postflight_in\n"
             "    set -l words (commandline -opc)\n"
             "    test (count $words) -gt 1; and test $words[2] = $argv[1]\n"
             "end\n\n"
             "function __postflight_begins\n"
             "    test (count (commandline -opc)) -eq 1\n"
             "end\n\n"
             "complete -c postflight -f\n"
             "complete -c postflight -n __postflight_begins -l help "
             "-d 'Prints what there is.'\n"
             "complete -c postflight -n __postflight_begins -l version "
             "-d 'Prints the versions of postflight and its libraries.'\n"
             "complete -c postflight -n '__postflight_in help' -a '");
    add_commands(out);
    buf_text(out, "'\n");
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *c = command_at(i);
        buf_printf(out, "complete -c postflight -n __postflight_begins -a %s",
                   c->name);
        fish_describe(out, command_summary(c));
        for (int k = 0; k < OPTION_COUNT; k++) {
            struct option_doc o = command_option(c, (enum option_id)k);
            if (command_takes(c, (enum option_id)k))
                fish_option(out, c, &o);
        }
        fish_argument(out, c);
    }
}

bool completion_write(struct buf *out, const char *shell)
{
    static void (*const write[])(struct buf *) = {write_bash, write_zsh,
                                                  write_fish};
    int which;
    if (!name_find(&shell_names, str_from(shell), &which))
        return false;
    write[which](out);
    return true;
}
