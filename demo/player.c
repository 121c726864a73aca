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
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "demo/player_server.h"

#define SCRIPT_MAX    ((size_t)1 << 20)
#define LOG_STEP_MAX  ((size_t)4 << 20)
#define VARIABLES_MAX 32
#define TURN_MS       100 /* a signal is seen after this at the latest */

enum { EXIT_PLAYED, EXIT_FAILED, EXIT_USAGE, EXIT_SCRIPT };

static const char usage[] =
    "usage: postflight-player SCRIPT.yaml --dir DIR [options]\n"
    "\n"
    "Serves what the script says on 127.0.0.1 and plays its steps. DIR gets\n"
    "the script's log and three files: port, when it listens; vars, "
    "NAME=VALUE\n"
    "lines; played, when all steps are done.\n"
    "\n"
    "  --port N          port to listen on (0: any free one)\n"
    "  --var NAME=VALUE  a variable, over the script's own\n"
    "  --for SECONDS     end after this time (120)\n";

static volatile sig_atomic_t stopped;

struct player {
    struct arena arena;
    struct script script;
    struct server *server;
    const char *path, *dir;
    struct shape_pair variable[VARIABLES_MAX];
    size_t variable_count;
    uint64_t port, seconds;
    int64_t end_us;
    int log; /* -1: none */
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

/* Out of descriptors, accept would fail again and again without a pause. */
static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
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

static bool read_variable(struct player *p, const char *text, struct err *e)
{
    struct str value;
    struct str name = str_cut(str_from(text), '=', &value);
    if (strchr(text, '=') == NULL || !script_may_name(name) ||
        text_has_control(value))
        return err_set(e, POS_NONE, "expected --var NAME=VALUE, found '%.60s'",
                       text);
    if (p->variable_count == VARIABLES_MAX)
        return err_set(e, POS_NONE, "more than %d variables", VARIABLES_MAX);
    p->variable[p->variable_count++] = (struct shape_pair){
        str_dup(&p->arena, name), str_dup(&p->arena, value)};
    return true;
}

static bool read_number(const char *name, const char *text, uint64_t max,
                        uint64_t *out, struct err *e)
{
    return text_to_u64(str_from(text), max, out) ||
           err_set(e, POS_NONE, "expected %s as a number up to %u", name,
                   (unsigned)max);
}

static bool read_option(struct player *p, const char *name, const char *value,
                        struct err *e)
{
    if (value == NULL)
        return err_set(e, POS_NONE, "'%.60s' is no option or lacks its value",
                       name);
    if (strcmp(name, "--var") == 0)
        return read_variable(p, value, e);
    if (strcmp(name, "--port") == 0)
        return read_number(name, value, 65535, &p->port, e);
    if (strcmp(name, "--for") == 0)
        return read_number(name, value, 86400, &p->seconds, e);
    if (strcmp(name, "--dir") != 0)
        return err_set(e, POS_NONE, "unknown option '%.60s'", name);
    p->dir = value;
    return true;
}

static bool read_line(struct player *p, int argc, char **argv, struct err *e)
{
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-') {
            if (!read_option(p, argv[i], argv[i + 1], e))
                return false;
            i++;
        } else if (p->path != NULL) {
            return err_set(e, POS_NONE, "a second script, '%.60s'", argv[i]);
        } else {
            p->path = argv[i];
        }
    }
    return (p->path != NULL && p->dir != NULL) ||
           err_set(e, POS_NONE, "expected a script and --dir DIR");
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
        for (size_t i = 0; i < p->variable_count; i++)
            script_set(&p->script, &p->arena, p->variable[i].name,
                       p->variable[i].value);
        return true;
    }
    struct buf out;
    buf_init(&out, (size_t)1 << 20);
    diags_render(&d, &out);
    fputs(out.ptr, stderr);
    buf_release(&out);
    return false;
}

static const char *path_of(struct player *p, const char *name)
{
    return arena_printf(&p->arena, "%s/%s", p->dir, name);
}

static bool tell(struct player *p, const char *name, const char *text,
                 struct err *e)
{
    return file_write(path_of(p, name), str_from(text), e);
}

static bool tell_variables(struct player *p, struct err *e)
{
    struct buf text;
    buf_init(&text, (size_t)1 << 20);
    for (size_t i = 0; i < p->script.variable_count; i++)
        buf_printf(&text, "%s=%s\n", p->script.variable[i].name,
                   p->script.variable[i].value);
    bool ok = tell(p, "vars", text.ptr, e);
    buf_release(&text);
    return ok;
}

/* What an earlier run left would be taken for this one's. */
static bool clear_folder(struct player *p, struct err *e)
{
    if (!file_make_folder(p->dir, e))
        return false;
    unlink(path_of(p, "port"));
    unlink(path_of(p, "played"));
    if (p->script.log == NULL)
        return true;
    const char *path = path_of(p, p->script.log);
    p->log =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    return p->log >= 0 ||
           err_set(e, POS_NONE, "cannot write '%s': %s", path, strerror(errno));
}

/* A line at a time, so that each has a time of its own; one write for all. */
static bool write_log(struct player *p, struct str text, struct err *e)
{
    struct buf lines;
    buf_init(&lines, LOG_STEP_MAX);
    while (text.len > 0) {
        struct str line = str_cut(text, '\n', &text);
        script_fill(&p->script, &lines, line);
        buf_char(&lines, '\n');
    }
    bool ok = lines.len == 0 ||
              write(p->log, lines.ptr, lines.len) == (ssize_t)lines.len ||
              err_set(e, POS_NONE, "cannot write the log: %s", strerror(errno));
    buf_release(&lines);
    return ok;
}

/* Serves until then; false when the play is over before. */
static bool serve_until(struct player *p, int64_t until_us)
{
    for (;;) {
        int64_t now = clock_now_us();
        if (stopped || now >= p->end_us)
            return false;
        if (now >= until_us)
            return true;
        int64_t left_ms = (until_us - now) / 1000 + 1;
        server_run(p->server, left_ms < TURN_MS ? left_ms : TURN_MS);
    }
}

static bool play(struct player *p, struct err *e)
{
    int64_t due_us = clock_now_us();
    for (size_t i = 0; i < p->script.step_count; i++) {
        const struct step *step = &p->script.step[i];
        due_us += step->after_ms * 1000;
        if (!serve_until(p, due_us))
            return true;
        server_set(p->server, &step->routes);
        if (!write_log(p, step->log, e))
            return false;
    }
    if (!tell(p, "played", "", e))
        return false;
    serve_until(p, INT64_MAX);
    return true;
}

static bool start(struct player *p, struct err *e)
{
    if (!clear_folder(p, e))
        return false;
    p->server = server_open(&p->script, (uint16_t)p->port, e);
    if (p->server == NULL)
        return false;
    p->end_us = clock_now_us() + (int64_t)p->seconds * 1000000;
    const char *port = arena_printf(&p->arena, "%u", server_port(p->server));
    if (!tell_variables(p, e))
        return false;
    script_set(&p->script, &p->arena, "port", port);
    return tell(p, "port", port, e) && play(p, e);
}

static int run(struct player *p, int argc, char **argv)
{
    struct err e = {.set = false};
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return EXIT_PLAYED;
    }
    if (!read_line(p, argc, argv, &e)) {
        fail(&e, EXIT_USAGE);
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (!load(p))
        return EXIT_SCRIPT;
    return start(p, &e) ? EXIT_PLAYED : fail(&e, EXIT_FAILED);
}

int main(int argc, char **argv)
{
    struct player p = {.seconds = 120, .log = -1};
    watch_signals();
    raise_file_limit();
    arena_init(&p.arena);
    int code = run(&p, argc, argv);
    if (p.server != NULL)
        server_close(p.server);
    if (p.log >= 0)
        close(p.log);
    arena_release(&p.arena);
    return code;
}
