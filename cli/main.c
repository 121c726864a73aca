/* The command table and nothing else. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "model/vocabulary.h"
#include "probe/probe.h"

static const struct command *const commands[] = {
    &verify_command,  &scan_command, &report_command,   &lint_command,
    &explain_command, &init_command, &baseline_command, &prove_command,
};

static void print_usage(void)
{
    struct buf out;
    buf_init(&out, 8192);
    buf_text(&out, "usage: postflight COMMAND [options] [arguments]\n\n"
                   "Tells whether the build just shipped is the one that is "
                   "serving, whether it is\nhealthy, and if not what broke "
                   "first.\n\n");
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++) {
        struct str rest;
        struct str first = str_cut(str_from(commands[i]->help), '\n', &rest);
        buf_printf(&out, "  %-9s %.*s\n", commands[i]->name, STR_ARGS(first));
    }
    buf_text(&out, "\nEvery command has --help.\n\nexit codes: 0 verified, 1 "
                   "unhealthy or (scan) a failure found, 2 usage, 3 invalid\n"
                   "definition or signature, 4 inconclusive, 5 not shipped, 6 "
                   "degraded (asked for),\n7 (lint, prove) findings\n");
    console_print(buf_view(&out));
    buf_release(&out);
}

static int print_version(void)
{
    struct arena a;
    arena_init(&a);
    printf("postflight %s\n%s\n", POSTFLIGHT_VERSION, probe_library(&a));
    arena_release(&a);
    return EXIT_VERIFIED;
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int unknown_command(const char *name)
{
    const char *known[ARRAY_COUNT(commands)];
    struct err e = {.set = false};
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
        known[i] = commands[i]->name;
    const char *near = text_nearest(str_from(name), known, ARRAY_COUNT(known));
    if (near != NULL)
        err_set(&e, POS_NONE, "unknown command '%s', did you mean '%s'?", name,
                near);
    else
        err_set(&e, POS_NONE, "unknown command '%s', see postflight --help",
                name);
    console_error(&e);
    return EXIT_USAGE;
}

static int run_command(const struct command *c, const char *const *word,
                       size_t count)
{
    struct arena life;
    struct options options;
    struct err e = {.set = false};
    int code = EXIT_USAGE;
    arena_init(&life);
    if (!options_parse(&options, &life, c, word, count, &e)) {
        console_error(&e);
    } else if (option_flag(&options, OPTION_HELP)) {
        struct buf help;
        buf_init(&help, 8192);
        options_help(&help, c);
        console_print(buf_view(&help));
        buf_release(&help);
        code = EXIT_VERIFIED;
    } else {
        code = c->run(&life, &options);
    }
    arena_release(&life);
    return code;
}

/* Output that could not be written is no success. */
static int finish(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    return code == EXIT_VERIFIED ? EXIT_INCONCLUSIVE : code;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    if (argc < 2) {
        print_usage();
        return EXIT_USAGE;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0) {
        print_usage();
        return finish(EXIT_VERIFIED);
    }
    if (strcmp(name, "--version") == 0)
        return finish(print_version());
    const struct command *c = find_command(name);
    if (c == NULL)
        return unknown_command(name);
    return finish(
        run_command(c, (const char *const *)argv + 2, (size_t)argc - 2));
}
