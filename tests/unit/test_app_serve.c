/* serve_run and the runs of a server: selection, key, a process each. */
#include <signal.h>

#include "app/interrupt.h"
#include "app/server_runs.h"
#include "tests/unit/app_world.h"

static void definitions_are_checked_when_it_starts(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, "checks: []\n");
    assert_int_equal(world_go(&w, serve_run), EXIT_INVALID);
    world_checks(&w, CHECK_PASSES);
    w.settings.expect = "v2";
    assert_int_equal(world_go(&w, serve_run), EXIT_INVALID);
    world_says(&w, "has an 'identity'");
    w.settings.expect = NULL;
    w.settings.listen = "nowhere";
    assert_int_equal(world_go(&w, serve_run), EXIT_USAGE);
    world_end(&w);
}

static void a_token_is_read_from_one_place(void **state)
{
    struct world w;
    (void)state;
    world_begin(&w);
    world_checks(&w, CHECK_PASSES);
    const char *environ[] = {"SHORT=a", "GOOD=0123456789abcdef0123456789abcdef",
                             NULL};
    w.settings.environ = environ;
    w.settings.listen = "nowhere"; /* it is opened after the token was read */
    w.settings.token_env = "NONE";
    assert_int_equal(world_go(&w, serve_run), EXIT_USAGE);
    world_says(&w, "--token-env: 'NONE' is not set");
    w.settings.token_env = "SHORT";
    assert_int_equal(world_go(&w, serve_run), EXIT_USAGE);
    world_says(&w, "a token takes ");
    w.settings.token_env = "GOOD";
    assert_int_equal(world_go(&w, serve_run), EXIT_USAGE);
    world_says(&w, "nowhere");
    w.settings.token_file = world_file(&w, "token", "x");
    assert_int_equal(world_go(&w, serve_run), EXIT_USAGE);
    world_says(&w, "are two tokens; give one of them");
    w.settings.token_env = NULL;
    assert_int_equal(world_go(&w, serve_run), EXIT_USAGE);
    world_says(&w, "a token takes ");
    w.settings.token_file = world_path(&w, "none");
    assert_int_equal(world_go(&w, serve_run), EXIT_USAGE);
    world_end(&w);
}

struct server_world {
    struct world w;
    struct server_runs runs;
};

static void begin(struct server_world *s, const char *checks)
{
    int code = 0;
    world_begin(&s->w);
    world_checks(&s->w, checks);
    s->runs = (struct server_runs){.settings = &s->w.settings,
                                   .notes = &s->w.notes,
                                   .limit_ms = RUN_DEFAULT_MS};
    s->runs.definitions = definitions_open(&s->w.settings, &s->w.notes, &code);
    assert_non_null(s->runs.definitions);
    assert_int_equal(code, EXIT_VERIFIED);
}

static void end(struct server_world *s)
{
    definitions_close(s->runs.definitions);
    world_end(&s->w);
}

static const char *key_of(struct server_world *s, const struct ask *ask)
{
    struct err e = {.set = false};
    struct buf key;
    buf_init(&key, 4000);
    bool ok = server_runs_key(&s->runs, ask, &key, &e);
    const char *text = ok ? buf_dup(&s->w.arena, &key)
                          : arena_printf(&s->w.arena, "error: %s", e.text);
    buf_release(&key);
    return text;
}

static void the_same_checks_are_the_same_run(void **state)
{
    const struct ask all = {.id_count = 0};
    const struct ask by_id = {.id = {"good"}, .id_count = 1};
    const struct ask by_glob = {.id = {"go*"}, .id_count = 1};
    const struct ask by_none = {.id = {"none"}, .id_count = 1};
    const struct ask build = {.expect = "v2"};
    struct server_world s;
    (void)state;
    begin(&s, CHECK_FAILS);
    assert_string_equal(key_of(&s, &by_id), key_of(&s, &by_glob));
    assert_string_not_equal(key_of(&s, &by_id), key_of(&s, &all));
    assert_non_null(strstr(key_of(&s, &by_none), "no check has such an id"));
    assert_non_null(strstr(key_of(&s, &build), "has an 'identity'"));
    end(&s);
}

/* The child leaves by the hook; what it found comes through the pipe. */
static void a_run_is_a_process(void **state)
{
    const struct ask all = {.id_count = 0};
    struct err e = {.set = false};
    struct server_world s;
    char text[70000];
    size_t length = 0;
    int fd = -1;
    (void)state;
    begin(&s, CHECK_FAILS);
    struct serve_options options = {
        .listen = "127.0.0.1:0", .connections = 4, .queue = 1};
    struct server *server = NULL;
    int end_of[2];
    assert_int_equal(pipe(end_of), 0);
    options.wake = end_of[0];
    assert_true(server_open(&server, &options, &e));
    s.runs.server = server;
    assert_true(server_runs_start(&s.runs, &all, &fd, &e));
    assert_true(s.runs.process > 0);
    for (ssize_t n = 1; n > 0 && length < sizeof(text) - 1;) {
        n = read(fd, text + length, sizeof(text) - 1 - length);
        length += n > 0 ? (size_t)n : 0;
    }
    text[length] = '\0';
    close(fd);
    server_runs_reap(&s.runs);
    assert_int_equal(s.runs.process, 0);
    server_runs_reap(&s.runs); /* none is left */
    server_runs_end(&s.runs, SIGKILL);
    assert_non_null(strstr(text, "unhealthy"));
    assert_non_null(strstr(text + strlen(text) + 1, "\"bad\""));
    server_close(server);
    close(end_of[0]);
    close(end_of[1]);
    end(&s);
}

static void a_signal_ends_a_run_in_order(void **state)
{
    struct world w;
    (void)state;
    assert_false(interrupt_came(NULL));
    interrupt_catch();
    assert_int_equal(raise(SIGTERM), 0);
    assert_true(interrupt_came(NULL));
    assert_int_equal(interrupt_signal(), SIGTERM);
    world_begin(&w);
    world_checks(&w, CHECK_PASSES);
    interrupt_catch(); /* as a run does when it starts */
    assert_int_equal(interrupt_signal(), 0);
    interrupt_obey_parent();
    assert_int_equal(raise(SIGTERM), 0); /* the terminal's: not for it */
    assert_int_equal(interrupt_signal(), 0);
    assert_int_equal(raise(SIGUSR1), 0);
    assert_int_equal(interrupt_signal(), SIGINT);
    assert_int_equal(raise(SIGUSR2), 0);
    assert_int_equal(interrupt_signal(), SIGTERM);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(definitions_are_checked_when_it_starts),
        cmocka_unit_test(a_token_is_read_from_one_place),
        cmocka_unit_test(the_same_checks_are_the_same_run),
        cmocka_unit_test(a_run_is_a_process),
        cmocka_unit_test(a_signal_ends_a_run_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
