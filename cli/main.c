/* Which command is meant, and its exit code. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/option_table.h"
#include "cli/reporter.h"
#include "model/vocabulary.h"

static int print_usage(int code)
{
    struct buf out;
    buf_init(&out, 8192);
    help_overview(&out);
    console_print(buf_view(&out));
    buf_release(&out);
    return code;
}

static int print_version(void)
{
    struct buf out;
    buf_init(&out, 4096);
    versions_write(&out);
    console_print(buf_view(&out));
    buf_release(&out);
    return EXIT_VERIFIED;
}

static int print_help(const struct command *c)
{
    struct buf help;
    buf_init(&help, (size_t)1 << 16);
    help_command(&help, c);
    console_print(buf_view(&help));
    buf_release(&help);
    return EXIT_VERIFIED;
}

static int unknown_command(const char *name)
{
    struct arena a;
    struct err e = {.set = false};
    arena_init(&a);
    const char **known = arena_array(&a, command_count(), sizeof(*known));
    for (size_t i = 0; i < command_count(); i++)
        known[i] = command_at(i)->name;
    struct hint near = text_hint(str_from(name), known, command_count());
    err_set(&e, POS_NONE, "unknown command '%.100s'%s", name,
            near.text[0] != '\0' ? near.text : ", see postflight --help");
    console_error(&e);
    arena_release(&a);
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
    struct reporter reporter;
    bool parsed = options_parse(&options, &life, c, word, count, &e);
    if (parsed && option_flag(&options, OPTION_HELP)) {
        code = print_help(c);
    } else if (!parsed || !options_effect(c, &options, &e)) {
        console_error(&e);
    } else {
        const struct settings settings = options_settings(&options);
        const struct notes notes = reporter_open(&reporter, &options);
        if (settings.state != NULL)
            redactor_add_address(sink_redactor(notes.sink),
                                 str_from(settings.state));
        code = c->run(&life, &settings, &notes);
        reporter_close(&reporter);
    }
    arena_release(&life);
    return code;
}

/* A pipe whose reader has gone, as that of `| head`: nobody wants the rest. */
static bool is_unread(void)
{
    struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&p, 1, 0) > 0 && (p.revents & (POLLERR | POLLHUP)) != 0;
}

/* Output that could not be written is no success. */
static int finish(int code)
{
    struct err e = {.set = false};
    if ((fflush(stdout) == 0 && !ferror(stdout)) || is_unread())
        return code;
    if (errno != EPIPE) { /* a reader that went away knows it */
        (void)err_set(&e, POS_NONE, "standard output could not be written");
        console_error(&e);
    }
    return code == EXIT_VERIFIED ? EXIT_INCONCLUSIVE : code;
}

/* help, help COMMAND */
static int help(const char *name)
{
    if (name == NULL)
        return print_usage(EXIT_VERIFIED);
    const struct command *c = command_find(name);
    return c == NULL ? unknown_command(name) : print_help(c);
}

/*
 * One that is closed would be that of the next file or connection, and output
 * would go there. Each is opened the wrong way round: its use stays an error.
 */
static void take_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    take_descriptors();
    process_hide_environ();
    (void)signal(SIGXFSZ, SIG_IGN); /* a file too long is an error, no end */
    (void)signal(SIGPIPE, SIG_IGN); /* a reader that goes ends no run */
    if (argc < 2)
        return print_usage(EXIT_USAGE);
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return finish(print_usage(EXIT_VERIFIED));
    if (strcmp(name, "help") == 0)
        return finish(help(argv[2]));
    if (strcmp(name, "--version") == 0)
        return finish(print_version());
    const struct command *c = command_find(name);
    if (c == NULL)
        return unknown_command(name);
    return finish(
        run_command(c, (const char *const *)argv + 2, (size_t)argc - 2));
}
