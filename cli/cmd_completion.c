/* postflight completion: the script that completes commands in a shell. */
#include "base/text.h"
#include "cli/console.h"
#include "model/vocabulary.h"

static void write_shells(struct buf *out)
{
    for (size_t i = 0; i < shell_names.count; i++)
        buf_printf(out, "%s%s", i > 0 ? " " : "", shell_names.name[i]);
}

static int refuse(const struct settings *s)
{
    struct err e = {.set = false};
    const char *given = s->arguments.count > 0 ? s->arguments.item[0] : "";
    struct buf known;
    buf_init(&known, 200);
    names_list(&shell_names, &known);
    if (s->arguments.count == 1)
        err_set(&e, POS_NONE, "unknown shell '%.60s'%s (%s)", given,
                text_hint(str_from(given), shell_names.name, shell_names.count)
                    .text,
                known.ptr);
    else
        err_set(&e, POS_NONE, "expected one shell: %s", known.ptr);
    buf_release(&known);
    console_error(&e);
    return EXIT_USAGE;
}

static int run(struct arena *life, const struct settings *s,
               const struct notes *n)
{
    struct buf out;
    (void)life;
    (void)n;
    buf_init(&out, (size_t)1 << 20);
    bool known =
        s->arguments.count == 1 && completion_write(&out, s->arguments.item[0]);
    if (known)
        console_print(buf_view(&out));
    buf_release(&out);
    return known ? EXIT_VERIFIED : refuse(s);
}

const struct command completion_command = {
    .name = "completion",
    .arguments = "bash|zsh|fish",
    .summary = "Prints the completion script of a shell.",
    .help = "Prints the script with which a shell completes commands, options "
            "and their values. Packages install it; without one, load it where "
            "the shell starts.",
    .run = run,
    .example = "# in ~/.bashrc\n"
               "source <(postflight completion bash)\n"
               "# once, for fish\n"
               "postflight completion fish > "
               "~/.config/fish/completions/postflight.fish",
    .argument = ARGUMENT_WORDS,
    .words = write_shells,
};
