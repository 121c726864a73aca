/* postflight serve: the same checks, for gates that ask over HTTP. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/server_runs.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"

#define TOKEN_FILE_MAX ((size_t)4096)

struct serving {
    struct server_runs runs; /* the first: the hooks have it as context */
    struct arena *life;
    const struct settings *settings;
    const struct notes *notes;
    struct server *server;
    int64_t started_us; /* of the current run */
    int64_t run_count;
};

/* Where signals go, and the one that stops the server. */
static int wake_end = -1;
static volatile sig_atomic_t stopped_by;
static volatile sig_atomic_t missed_stops, missed_reloads;

static void on_signal(int number)
{
    int before = errno;
    char word = number == SIGHUP ? SERVE_RELOAD : SERVE_STOP;
    if (number != SIGHUP)
        stopped_by = number;
    if (write(wake_end, &word, 1) != 1) {
        if (number == SIGHUP)
            missed_reloads = missed_reloads + 1;
        else
            missed_stops = missed_stops + 1;
    }
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

/* *out: NULL when no token is configured. Its text is never reported. */
static bool read_token(struct arena *a, const struct settings *s,
                       const char **out, struct err *e)
{
    const char *name = s->token_env;
    const char *path = s->token_file;
    struct source source = {NULL, STR_NONE};
    *out = NULL;
    if (name != NULL && path != NULL)
        return err_set(e, POS_NONE,
                       "--token-env and --token-file are two tokens; give "
                       "one of them");
    if (name != NULL && settings_variable(s, name) == NULL)
        return err_set(e, POS_NONE, "--token-env: '%s' is not set", name);
    if (name != NULL)
        source.text = str_from(settings_variable(s, name));
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
    return server_runs_key(context, ask, key, e);
}

static bool on_start(void *context, const struct ask *ask, int *output,
                     struct err *e)
{
    struct serving *s = context;
    s->started_us = clock_now_us();
    s->run_count++;
    if (server_runs_start(&s->runs, ask, output, e))
        return true;
    notes_error(s->notes, e);
    return false;
}

static void on_end(void *context, bool at_once)
{
    server_runs_end(context, at_once                ? SIGKILL
                             : stopped_by == SIGINT ? SIGUSR1
                                                    : SIGUSR2);
}

static void on_ended(void *context, const struct answer *answer)
{
    struct serving *s = context;
    const struct notes *n = s->notes;
    const struct served_run run = {.answer = answer,
                                   .number = s->run_count,
                                   .duration_us =
                                       clock_now_us() - s->started_us};
    server_runs_reap(&s->runs);
    if (n->served != NULL)
        n->served(n->context, &run);
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
    struct definitions *now = definitions_open(s->settings, s->notes, &code);
    bool ok = now != NULL;
    if (ok && !read_token(&scratch, s->settings, &token, &e)) {
        notes_error(s->notes, &e);
        definitions_close(now);
        ok = false;
    }
    if (ok) {
        definitions_close(s->runs.definitions);
        s->runs.definitions = now;
        server_set_token(s->server, token);
        if (token != NULL)
            (void)redactor_add(now->probing.redactor, str_from(token));
    }
    arena_release(&scratch);
    notes_line(s->notes, ok ? "definitions were read again"
                            : "the definitions as they were stay in force");
    return ok;
}

static int64_t or_default(int64_t given, int64_t otherwise)
{
    return given > 0 ? given : otherwise;
}

static bool check_names(const struct texts *names, struct err *e)
{
    if (names->count > SERVE_NAMES_MAX)
        return err_set(e, POS_NONE, "--host-name may be given %d times",
                       SERVE_NAMES_MAX);
    for (size_t i = 0; i < names->count; i++)
        if (!server_name_valid(names->item[i]))
            return err_set(e, POS_NONE,
                           "--host-name: invalid name '%.100s': use NAME or "
                           "NAME:PORT, as clients send it in Host",
                           names->item[i]);
    return true;
}

/* A run ends by itself at its limit; the server waits a little longer. */
static bool set_options(struct serving *s, struct serve_options *out,
                        struct err *e)
{
    const struct settings *given = s->settings;
    s->runs.limit_ms = or_default(given->deadline_ms, RUN_DEFAULT_MS);
    *out = (struct serve_options){
        .listen = given->listen != NULL ? given->listen : "127.0.0.1:9115",
        .hooks = {on_key, on_start, on_end, on_ended, on_reload},
        .context = s,
        .ttl_ms = or_default(given->ttl_ms, 5000),
        .grace_ms = or_default(given->grace_ms, 10000),
        .client_ms = or_default(given->client_ms, 10000),
        .run_ms = s->runs.limit_ms + 30000,
        .queue = or_default(given->queue, 8),
        .connections = or_default(given->connections, 128),
        .names = given->host_names.item,
        .name_count = given->host_names.count,
        .sink = s->notes->sink,
        .missed_stops = &missed_stops,
        .missed_reloads = &missed_reloads,
    };
    return check_names(&given->host_names, e) &&
           read_token(s->life, given, &out->token, e);
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
    notes_output(s->notes,
                 str_from(arena_printf(s->life, "listening on %s\n", address)));
    if (server_is_local(s->server))
        return;
    notes_line(s->notes,
               arena_printf(s->life,
                            "%s is plain HTTP: put a proxy with TLS in front "
                            "unless the network is yours (docs/SERVE.md)",
                            address));
    if (o->token == NULL)
        notes_line(s->notes,
                   arena_printf(s->life,
                                "warning: whoever reaches %s can have the "
                                "checks run and read what they found; give "
                                "--token-env or --token-file",
                                address));
}

static int serve(struct serving *s, const struct serve_options *o)
{
    struct err e = {.set = false};
    bool interrupted = false;
    if (o->token != NULL)
        (void)redactor_add(s->runs.definitions->probing.redactor,
                           str_from(o->token));
    if (!server_open(&s->server, o, &e))
        return notes_fail(s->notes, &e, EXIT_USAGE);
    s->runs.server = s->server;
    catch_signals();
    announce(s, o);
    bool ok = server_run(s->server, &interrupted, &e);
    server_runs_end(&s->runs, SIGKILL);
    server_close(s->server);
    server_runs_reap(&s->runs);
    if (!ok)
        return notes_fail(s->notes, &e, EXIT_INCONCLUSIVE);
    return interrupted ? 128 + (int)stopped_by : EXIT_VERIFIED;
}

int serve_run(struct arena *life, const struct settings *s,
              const struct notes *n)
{
    struct serving serving = {.runs = {.settings = s, .notes = n},
                              .life = life,
                              .settings = s,
                              .notes = n};
    struct serve_options options;
    struct err e = {.set = false};
    int code;
    serving.runs.definitions = definitions_open(s, n, &code);
    if (serving.runs.definitions == NULL)
        return code;
    code = set_options(&serving, &options, &e) && open_wake(&options.wake, &e)
               ? serve(&serving, &options)
               : notes_fail(n, &e, EXIT_USAGE);
    definitions_close(serving.runs.definitions);
    return code;
}
