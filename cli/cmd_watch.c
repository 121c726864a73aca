/* postflight watch: is production still healthy? Once, or as a service. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/watcher.h"

#define LEAST_MS 1000 /* of a service: it asks production */
#define ALIVE    "WATCHDOG=1"

static volatile sig_atomic_t asked_to_reload;

static void note_hangup(int number)
{
    (void)number;
    asked_to_reload = 1;
}

static int fail(const struct err *e, int code)
{
    console_error(e);
    return code;
}

/*
 * sd_notify(3): one datagram to the service manager, if there is one. One that
 * does not read holds nothing up: a sign of life is dropped, news wait a bit.
 */
static void tell_manager(const char *state)
{
    const struct timeval patience = {.tv_sec = 1};
    int flags = MSG_NOSIGNAL;
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t length = path == NULL ? 0 : strlen(path);
    if (length == 0 || length >= sizeof(to.sun_path) ||
        (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(to.sun_path, path, length);
    if (path[0] == '@')
        to.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    socklen_t size =
        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    if (strcmp(state, ALIVE) == 0)
        flags |= MSG_DONTWAIT;
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    (void)sendto(fd, state, strlen(state), flags, (const struct sockaddr *)&to,
                 size);
    close(fd);
}

/* A second watcher of the same history is told of the first, and ends. */
static int tell_holder(struct watcher *w, const char *holder)
{
    const char *how = option_text(w->options, OPTION_IF_HELD, "pass");
    console_note(arena_printf(w->life, "%s: another watcher has it: %s",
                              w->where, holder));
    return strcmp(how, "pass") == 0 ? EXIT_VERIFIED : EXIT_INCONCLUSIVE;
}

/* A history that cannot be used costs the history, not the verdict. */
static int once(struct watcher *w)
{
    const char *holder = NULL;
    struct err e = {.set = false};
    if (!watcher_claim(w, &holder, &e))
        console_error(&e);
    if (holder != NULL)
        return tell_holder(w, holder);
    outputs_begin(&w->outputs);
    asking_catch_signals();
    int code = watcher_round(w);
    int ended = asking_ended_by();
    if (ended != 0)
        return 128 + ended;
    return w->history == NULL && code == EXIT_VERIFIED ? EXIT_INCONCLUSIVE
                                                       : code;
}

/* New definitions, when they are right; the old ones otherwise. */
static void reload(struct watcher **w, struct watcher *spare,
                   struct arena *spare_life)
{
    struct watcher *old = *w;
    asked_to_reload = 0;
    char text[80];
    snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)clock_now_us());
    tell_manager(text);
    arena_init(spare_life);
    if (watcher_open(spare, spare_life, old->options) != EXIT_VERIFIED) {
        console_note("the definitions are not right: those of before are kept");
        asking_close(&spare->asking);
        arena_release(spare_life);
    } else {
        struct arena *life = old->life;
        spare->history = old->history;
        old->history = NULL;
        asking_close(&old->asking);
        arena_release(life);
        *w = spare;
        console_note("the definitions were read again");
    }
    tell_manager("READY=1");
}

static int64_t pause_us(const struct watcher *w, int64_t began_us)
{
    const struct watch *settings = &w->asking.plan.watch;
    int64_t jitter = settings->jitter_ms;
    int64_t spent = clock_now_us() - began_us;
    int64_t pause = settings->interval_ms * 1000 - spent;
    if (jitter > 0)
        pause += clock_now_us() * 7919 % (jitter * 1000);
    return pause > 0 ? pause : 0;
}

/* Until it is time, or a signal comes; the manager hears that it lives. */
static void rest(int64_t pause)
{
    int64_t until = clock_now_us() + pause;
    while (asking_ended_by() == 0 && asked_to_reload == 0) {
        int64_t left = until - clock_now_us();
        if (left <= 0)
            return;
        tell_manager(ALIVE);
        (void)poll(NULL, 0,
                   (int)((left < 1000000 ? left : 1000000) / 1000) + 1);
    }
}

static void catch_hangup(void)
{
    struct sigaction action = {.sa_handler = note_hangup};
    sigaction(SIGHUP, &action, NULL);
}

/*
 * A history that failed is opened anew: its disk has room again, its server is
 * back. *code: why the service ends, when another watcher has it now.
 */
static bool claim_again(struct watcher *w, int *code)
{
    const char *holder = NULL;
    struct err e = {.set = false};
    if (w->broken) {
        history_close(w->history);
        w->history = NULL;
        w->broken = false;
    }
    if (w->history != NULL)
        return true;
    if (!watcher_claim(w, &holder, &e))
        console_error(&e); /* the verdict is given all the same */
    if (holder == NULL)
        return true;
    *code = tell_holder(w, holder);
    return false;
}

static int serve(struct watcher *first, struct arena *first_life)
{
    struct watcher slot[2];
    struct arena life[2];
    struct watcher *w = first;
    const char *holder = NULL;
    struct err e = {.set = false};
    size_t next = 0;
    int code = EXIT_VERIFIED;
    int64_t rounds = 0, most = 0;
    if (!option_number(w->options, OPTION_ROUNDS, INT64_MAX, &most, &e))
        return fail(&e, EXIT_USAGE);
    if (!watcher_claim(w, &holder, &e))
        return fail(&e, EXIT_INCONCLUSIVE);
    if (holder != NULL)
        return tell_holder(w, holder);
    outputs_begin(&w->outputs);
    asking_catch_signals();
    catch_hangup();
    tell_manager("READY=1\nSTATUS=watching");
    while (asking_ended_by() == 0) {
        int64_t began = clock_now_us();
        if (!claim_again(w, &code))
            break;
        (void)watcher_round(w);
        tell_manager(ALIVE);
        if (most > 0 && ++rounds >= most)
            break;
        rest(pause_us(w, began));
        if (asked_to_reload != 0) {
            struct watcher *before = w;
            reload(&w, &slot[next], &life[next]);
            next = w != before ? 1 - next : next;
        }
    }
    tell_manager("STOPPING=1");
    if (w != first) {
        struct arena *last = w->life;
        watcher_close(w);
        arena_release(last);
        arena_init(first_life); /* it was given up with its definitions */
        *first = (struct watcher){.life = first_life};
    }
    return code;
}

static int run(struct arena *life, const struct options *o)
{
    struct arena definitions;
    struct watcher w;
    struct err e = {.set = false};
    int64_t interval = 0;
    bool is_once = option_flag(o, OPTION_ONCE);
    (void)life;
    if (is_once == option_flag(o, OPTION_INTERVAL)) {
        err_set(&e, POS_NONE,
                "expected --once, for cron, or --interval, for a service");
        return fail(&e, EXIT_USAGE);
    }
    if (!option_duration(o, OPTION_INTERVAL, &interval, &e))
        return fail(&e, EXIT_USAGE);
    if (!is_once && interval < LEAST_MS && !option_flag(o, OPTION_ROUNDS)) {
        err_set(&e, POS_NONE,
                "--interval below 1s takes --rounds, which ends it");
        return fail(&e, EXIT_USAGE);
    }
    arena_init(&definitions);
    int code = watcher_open(&w, &definitions, o);
    if (code != EXIT_VERIFIED)
        outputs_forget(&w.outputs, o);
    if (code == EXIT_VERIFIED)
        code = is_once ? once(&w) : serve(&w, &definitions);
    watcher_close(&w);
    arena_release(&definitions);
    return code;
}

const struct command watch_command = {
    .name = "watch",
    .arguments = "[CHECKS...]",
    .summary = "Watches production: one incident, not forty alerts.",
    .help = "Runs the checks again and again, keeps their history, and makes "
            "one incident of what fails: its document is kept up to date, and "
            "people are told of its transitions (docs/WATCH.md).",
    .options = TAKES(OPTION_ONCE, OPTION_INTERVAL, OPTION_ROUNDS, OPTION_STATE,
                     OPTION_IF_HELD, OPTION_OUT, OPTION_REPORT,
                     OPTION_CHECK_LOG, OPTION_EXPECT, OPTION_RATE, OPTION_TAG,
                     OPTION_NOT_TAG, OPTION_ID, OPTION_FAIL_ON, OPTION_SLOTS,
                     OPTION_HOST_SLOTS, OPTION_SIGNATURES, OPTION_VAR,
                     OPTION_ENV_FILE, OPTION_COLOR, OPTION_QUIET, OPTION_HELP),
    .own = OWN(
        {OPTION_FAIL_ON, NULL, "exit 6 if production is degraded", "degraded"},
        {OPTION_CHECK_LOG, NULL, "scan this log if a check fails (repeatable)",
         NULL},
        {OPTION_OUT, NULL,
         "write record.json and report.md there after each round", NULL}),
    .run = run,
    .example = "postflight watch --once --state /var/lib/postflight/state.db\n"
               "# as a service, with the deploy log to know why\n"
               "postflight watch --interval 60s --log deploy.log",
};
