/* postflight serve: the same checks, for gates that ask over HTTP. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/runs.h"

#define TOKEN_FILE_MAX ((size_t)4096)

struct serving {
    struct runs runs; /* the first: the hooks have it as context */
    struct arena *life;
    const struct options *options;
    struct server *server;
    int64_t started_us; /* of the run that is under way */
    int64_t run_count;
};

/* Where signals go, and the one that stops the server. */
static int wake_end = -1;
static volatile sig_atomic_t stopped_by;

static void on_signal(int number)
{
    int before = errno;
    char word = number == SIGHUP ? SERVE_RELOAD : SERVE_STOP;
    if (number != SIGHUP)
        stopped_by = number;
    ssize_t n = write(wake_end, &word, 1);
    (void)n; /* full: it is awake */
    errno = before;
}

static void catch_signals(void)
{
    static const int number[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    for (size_t i = 0; i < ARRAY_COUNT(number); i++)
        sigaction(number[i], &action, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

static int fail(const struct err *e, int code)
{
    console_error(e);
    return code;
}

static bool is_token(struct str s, struct err *e)
{
    bool plain =
        s.len >= SERVE_TOKEN_BYTES_MIN && s.len <= SERVE_TOKEN_BYTES_MAX;
    for (size_t i = 0; i < s.len; i++)
        plain = plain && s.ptr[i] > ' ' && s.ptr[i] < 0x7f;
    return plain || err_set(e, POS_NONE,
                            "a token takes %d to %d visible ASCII characters "
                            "without blanks",
                            SERVE_TOKEN_BYTES_MIN, SERVE_TOKEN_BYTES_MAX);
}

/* *out: NULL when none is asked for. Its text is never told. */
static bool read_token(struct arena *a, const struct options *o,
                       const char **out, struct err *e)
{
    const char *name = option_text(o, OPTION_TOKEN_ENV, NULL);
    const char *path = option_text(o, OPTION_TOKEN_FILE, NULL);
    struct source source = {NULL, STR_NONE};
    *out = NULL;
    if (name != NULL && path != NULL)
        return err_set(e, POS_NONE,
                       "--token-env and --token-file are two tokens; give "
                       "one of them");
    if (name != NULL && getenv(name) == NULL)
        return err_set(e, POS_NONE, "--token-env: '%s' is not set", name);
    if (name != NULL)
        source.text = str_from(getenv(name));
    if (path != NULL && !file_read(&source, a, path, TOKEN_FILE_MAX, e))
        return false;
    if (name == NULL && path == NULL)
        return true;
    struct str text = str_trim(source.text);
    *out = str_dup(a, text);
    return is_token(text, e);
}

static bool on_key(void *context, const struct ask *ask, struct buf *key,
                   struct err *e)
{
    return runs_key(context, ask, key, e);
}

static bool on_start(void *context, const struct ask *ask, int *output,
                     struct err *e)
{
    struct serving *s = context;
    s->started_us = clock_now_us();
    s->run_count++;
    if (runs_start(&s->runs, ask, output, e))
        return true;
    console_error(e);
    return false;
}

static void on_end(void *context, bool at_once)
{
    runs_end(context, at_once                ? SIGKILL
                      : stopped_by == SIGINT ? SIGUSR1
                                             : SIGUSR2);
}

static void add_count(struct buf *out, int64_t count, const char *word)
{
    if (count > 0)
        buf_printf(out, ", %lld %s", (long long)count, word);
}

/* Nothing that a client sent stands in it. */
static void on_ended(void *context, const struct answer *answer)
{
    struct serving *s = context;
    struct buf text;
    runs_reap(&s->runs);
    if (option_flag(s->options, OPTION_QUIET))
        return;
    buf_init(&text, 1024);
    clock_format(&text, clock_wall_ms());
    buf_printf(&text, " run %lld: ", (long long)s->run_count);
    if (answer == NULL) {
        buf_text(&text, "it ended without an answer");
    } else {
        const struct production_state *p = &answer->production;
        buf_printf(&text, "%s, %s: %lld passed, %lld failed",
                   name_of(&verdict_names, answer->verdict),
                   name_of(&advice_names, answer->advice), (long long)p->passed,
                   (long long)p->failed);
        add_count(&text, p->degraded, "degraded");
        add_count(&text, p->errors, "could not be told");
        add_count(&text, p->blocked, "blocked");
        add_count(&text, p->skipped, "skipped");
    }
    buf_text(&text, ", in ");
    text_duration(&text, clock_now_us() - s->started_us);
    buf_char(&text, '\n');
    console_print(buf_view(&text));
    fflush(stdout);
    buf_release(&text);
}

/* The old definitions and the old token stay when the new ones are no good. */
static bool on_reload(void *context)
{
    struct serving *s = context;
    struct err e = {.set = false};
    struct arena scratch;
    const char *token = NULL;
    int code;
    arena_init(&scratch);
    struct definitions *now = definitions_open(s->options, &code);
    bool ok = now != NULL;
    if (ok && !read_token(&scratch, s->options, &token, &e)) {
        console_error(&e);
        definitions_close(now);
        ok = false;
    }
    if (ok) {
        definitions_close(s->runs.definitions);
        s->runs.definitions = now;
        server_set_token(s->server, token);
        if (token != NULL)
            (void)redactor_add(now->asking.redactor, str_from(token));
    }
    arena_release(&scratch);
    console_note(ok ? "definitions were read again"
                    : "the definitions as they were stay in force");
    return ok;
}

static bool set_limits(const struct options *o, struct serve_options *out,
                       struct err *e)
{
    out->ttl_ms = 5000;
    out->grace_ms = 10000;
    out->client_ms = 10000;
    out->queue = 8;
    out->connections = 128;
    return option_duration(o, OPTION_TTL, &out->ttl_ms, e) &&
           option_duration(o, OPTION_GRACE, &out->grace_ms, e) &&
           option_duration(o, OPTION_CLIENT_TIMEOUT, &out->client_ms, e) &&
           option_number(o, OPTION_QUEUE, SERVE_QUEUE_MAX, &out->queue, e) &&
           option_number(o, OPTION_CONNECTIONS, SERVE_CONNECTIONS_MAX,
                         &out->connections, e);
}

/* A run ends by itself at its limit; the server waits a little longer. */
static bool set_options(struct serving *s, struct serve_options *out,
                        struct err *e)
{
    const struct options *o = s->options;
    *out = (struct serve_options){
        .listen = option_text(o, OPTION_LISTEN, "127.0.0.1:9115"),
        .hooks = {on_key, on_start, on_end, on_ended, on_reload},
        .context = s,
    };
    s->runs.limit_ms = RUN_STANDARD_MS;
    if (!set_limits(o, out, e) ||
        !option_duration(o, OPTION_DEADLINE, &s->runs.limit_ms, e))
        return false;
    out->run_ms = s->runs.limit_ms + 30000;
    return read_token(s->life, o, &out->token, e);
}

static bool open_wake(int *reads, struct err *e)
{
    int end[2];
    if (pipe(end) != 0)
        return err_set(e, POS_NONE, "pipe: %s", strerror(errno));
    for (int i = 0; i < 2; i++) {
        (void)fcntl(end[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(end[i], F_SETFL, O_NONBLOCK);
    }
    *reads = end[0];
    wake_end = end[1];
    return true;
}

static void announce(const struct serving *s, const struct serve_options *o)
{
    const char *address = server_address(s->server);
    struct buf text;
    buf_init(&text, 1024);
    buf_printf(&text, "listening on %s\n", address);
    console_print(buf_view(&text));
    fflush(stdout);
    buf_clear(&text);
    buf_printf(&text,
               "warning: whoever reaches %s can have the checks run and read "
               "what they found; give --token-env or --token-file",
               address);
    if (!server_is_local(s->server) && o->token == NULL)
        console_note(text.ptr);
    buf_release(&text);
}

static int serve(struct serving *s, const struct serve_options *o)
{
    struct err e = {.set = false};
    bool interrupted = false;
    if (o->token != NULL)
        (void)redactor_add(s->runs.definitions->asking.redactor,
                           str_from(o->token));
    if (!server_open(&s->server, o, &e))
        return fail(&e, EXIT_USAGE);
    s->runs.server = s->server;
    catch_signals();
    announce(s, o);
    bool ok = server_run(s->server, &interrupted, &e);
    runs_end(&s->runs, SIGKILL);
    server_close(s->server);
    runs_reap(&s->runs);
    if (!ok)
        return fail(&e, EXIT_INCONCLUSIVE);
    return interrupted ? 128 + (int)stopped_by : EXIT_VERIFIED;
}

static int run(struct arena *life, const struct options *o)
{
    struct serving s = {.runs = {.options = o}, .life = life, .options = o};
    struct serve_options options;
    struct err e = {.set = false};
    int code;
    s.runs.definitions = definitions_open(o, &code);
    if (s.runs.definitions == NULL)
        return code;
    code = set_options(&s, &options, &e) && open_wake(&options.wake, &e)
               ? serve(&s, &options)
               : fail(&e, EXIT_USAGE);
    definitions_close(s.runs.definitions);
    return code;
}

const struct command serve_command = {
    .name = "serve",
    .arguments = "[CHECKS...]",
    .help = "Answers gates that ask over HTTP with the verdict of the checks.\n"
            "GET or POST /verify runs them (docs/SERVE.md).",
    .options = TAKES(OPTION_LISTEN, OPTION_TTL, OPTION_QUEUE,
                     OPTION_CONNECTIONS, OPTION_CLIENT_TIMEOUT, OPTION_GRACE,
                     OPTION_TOKEN_ENV, OPTION_TOKEN_FILE, OPTION_EXPECT,
                     OPTION_DEADLINE, OPTION_RATE, OPTION_TAG, OPTION_NOT_TAG,
                     OPTION_ID, OPTION_FAIL_ON, OPTION_SLOTS, OPTION_HOST_SLOTS,
                     OPTION_VAR, OPTION_ENV_FILE, OPTION_QUIET, OPTION_HELP),
    .own =
        OWN({OPTION_FAIL_ON, NULL, "respond with 503 if production is degraded",
             "degraded"},
            {OPTION_EXPECT, NULL,
             "build that must be serving, unless the client names one", NULL},
            {OPTION_DEADLINE, NULL, "limit of one run (default 5m)", NULL}),
    .run = run,
    .example = "# for gates on this machine\n"
               "postflight serve --tag smoke --ttl 5s\n"
               "# for gates of a cluster, which have a token\n"
               "postflight serve --listen 0.0.0.0:9115 --token-file token",
};
