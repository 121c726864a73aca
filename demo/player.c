/*
 * Plays a script: serves its routes on loopback, takes its steps in time,
 * writes its log as it goes. It is the embedded demo's deployment and the
 * misbehaving server of the tests.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "demo/server.h"

#define SCRIPT_MAX ((size_t)1 << 20)

static volatile sig_atomic_t stopped;

struct player {
    struct arena arena;
    struct script script;
    struct server *server;
    const char *path, *dir;
    const char *variable[32];
    size_t variable_count;
    uint64_t port, seconds;
    int log;
};

static void on_signal(int number)
{
    stopped = number;
}

static void watch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

static int fail(const struct err *e, int code)
{
    struct buf out;
    buf_init(&out, 65536);
    err_render(e, &out);
    fputs(out.ptr, stderr);
    buf_release(&out);
    return code;
}

static bool read_word(struct player *p, const char *name, const char *value)
{
    if (strcmp(name, "--dir") == 0)
        p->dir = value;
    else if (strcmp(name, "--var") == 0 && p->variable_count < 32)
        p->variable[p->variable_count++] = value;
    else if (strcmp(name, "--port") == 0)
        return text_to_u64(str_from(value), 65535, &p->port);
    else if (strcmp(name, "--for") == 0)
        return text_to_u64(str_from(value), 3600, &p->seconds);
    else
        return false;
    return true;
}

static bool read_line(struct player *p, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-')
            p->path = argv[i];
        else if (i + 1 >= argc || !read_word(p, argv[i], argv[i + 1]))
            return false;
        else
            i++;
    }
    return p->path != NULL && p->dir != NULL;
}

static bool load(struct player *p)
{
    struct source *source = arena_alloc(&p->arena, sizeof(*source));
    struct diags d;
    struct err e = {.set = false};
    diags_init(&d, &p->arena);
    if (!file_read(source, &p->arena, p->path, SCRIPT_MAX, &e)) {
        diags_add_err(&d, &e);
    } else if (script_read(&p->script, &p->arena, source, &d)) {
        for (size_t i = 0; i < p->variable_count; i++) {
            struct str value;
            struct str name = str_cut(str_from(p->variable[i]), '=', &value);
            script_set(&p->script, &p->arena, str_dup(&p->arena, name),
                       str_dup(&p->arena, value));
        }
        return true;
    }
    struct buf out;
    buf_init(&out, (size_t)1 << 20);
    diags_render(&d, &out);
    fputs(out.ptr, stderr);
    buf_release(&out);
    return false;
}

static bool tell(struct player *p, const char *name, const char *text,
                 struct err *e)
{
    const char *path = arena_printf(&p->arena, "%s/%s", p->dir, name);
    return file_write(path, str_from(text), e);
}

static bool tell_variables(struct player *p, struct err *e)
{
    struct buf text;
    buf_init(&text, 65536);
    for (size_t i = 0; i < p->script.variable_count; i++)
        buf_printf(&text, "%s=%s\n", p->script.variable[i].name,
                   p->script.variable[i].value);
    bool ok = tell(p, "vars", text.ptr, e);
    buf_release(&text);
    return ok;
}

static bool open_log(struct player *p, struct err *e)
{
    p->log = -1;
    if (p->script.log == NULL)
        return true;
    const char *path = arena_printf(&p->arena, "%s/%s", p->dir, p->script.log);
    p->log = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666);
    return p->log >= 0 ||
           err_set(e, POS_NONE, "cannot write '%s': %s", path, strerror(errno));
}

/* A line at a time, so that each has a time of its own. */
static void write_log(struct player *p, struct str text)
{
    struct buf line;
    buf_init(&line, 65536);
    while (text.len > 0) {
        struct str part = str_cut(text, '\n', &text);
        script_fill(&p->script, &line, part);
        buf_char(&line, '\n');
    }
    ssize_t n = p->log < 0 ? 0 : write(p->log, line.ptr, line.len);
    (void)n; /* a full disk shows in the log that is then too short */
    buf_release(&line);
}

static bool play(struct player *p, struct err *e)
{
    for (size_t i = 0; i < p->script.step_count && !stopped; i++) {
        const struct step *step = &p->script.step[i];
        server_run(p->server, step->after_ms);
        server_set(p->server, &step->routes);
        write_log(p, step->log);
    }
    if (!tell(p, "played", "", e))
        return false;
    int64_t end = clock_now_us() + (int64_t)p->seconds * 1000000;
    while (!stopped && clock_now_us() < end)
        server_run(p->server, 100);
    return true;
}

static bool start(struct player *p, struct err *e)
{
    if (!file_make_folder(p->dir, e) || !open_log(p, e))
        return false;
    p->server = server_open(&p->script, (uint16_t)p->port, e);
    if (p->server == NULL)
        return false;
    const char *port = arena_printf(&p->arena, "%u", server_port(p->server));
    script_set(&p->script, &p->arena, "port", port);
    return tell_variables(p, e) && tell(p, "port", port, e) && play(p, e);
}

int main(int argc, char **argv)
{
    struct player p = {.seconds = 120};
    struct err e = {.set = false};
    if (!read_line(&p, argc, argv)) {
        fputs("usage: postflight-player SCRIPT --dir DIR [--port N] "
              "[--var NAME=VALUE]... [--for SECONDS]\n",
              stderr);
        return 2;
    }
    watch_signals();
    arena_init(&p.arena);
    int code = 3;
    if (load(&p))
        code = start(&p, &e) ? 0 : fail(&e, 1);
    if (p.server != NULL)
        server_close(p.server);
    if (p.log >= 0 && p.script.log != NULL)
        close(p.log);
    arena_release(&p.arena);
    return code;
}
