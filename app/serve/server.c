/* The loop: clients, the run that is under way, and who stops us. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/serve/internal.h"
#include "base/clock.h"

#define READ_BYTES  65536
#define LOOK_US     INT64_C(1000000) /* at clients that wait */
#define KILL_US     INT64_C(5000000) /* after a run was told to end */
#define DRAIN_US    INT64_C(2000000) /* for the last answers */
#define MISSED_US   INT64_C(2000000) /* until what woke nobody is noticed */
#define PATIENCE    100              /* polls that fail one after the other */
#define PATIENCE_MS 50               /* between two of them */

static int highest_of(const struct server *s, int epoll)
{
    int highest = epoll > s->listener.fd ? epoll : s->listener.fd;
    return highest > s->door.epoll ? highest : s->door.epoll;
}

bool server_open(struct server **out, const struct serve_options *o,
                 struct err *e)
{
    struct server *s = heap_zeroed(sizeof(*s));
    s->options = *o;
    s->output = -1;
    s->door.epoll = -1;
    s->flights = (struct flights){.queue = o->queue,
                                  .ttl_us = o->ttl_ms * 1000,
                                  .kept_max = SERVE_KEPT_MAX};
    server_set_token(s, o->token);
    *out = s;
    if (!listener_open(&s->listener, o->listen, e)) {
        server_close(s);
        *out = NULL;
        return false;
    }
    s->daemon = door_open(&s->door) ? requests_open(s) : NULL;
    if (s->daemon != NULL) {
        const union MHD_DaemonInfo *info =
            MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
        s->highest = highest_of(s, info->epoll_fd);
        return true;
    }
    server_close(s);
    *out = NULL;
    return err_set(e, POS_NONE, "cannot serve on '%s': %s", o->listen,
                   strerror(errno));
}

static void dismiss(struct server *s, enum flight_state state, const char *why)
{
    for (struct request *r = s->requests; r != NULL; r = r->next) {
        if (r->waiter.flight == NULL || r->waiter.flight->state != state)
            continue;
        r->dismissed = why;
        request_resume(r);
    }
}

void server_close(struct server *s)
{
    listener_close(&s->listener);
    door_close(&s->door);
    if (s->daemon != NULL) {
        dismiss(s, FLIGHT_QUEUED, "the server is stopping");
        dismiss(s, FLIGHT_RUNNING, "the server is stopping");
        (void)MHD_run(s->daemon);
        MHD_stop_daemon(s->daemon);
    }
    if (s->output >= 0)
        close(s->output);
    flights_close(&s->flights);
    server_set_token(s, NULL);
    free(s);
}

const char *server_address(const struct server *s)
{
    return s->listener.text;
}

bool server_is_local(const struct server *s)
{
    return s->listener.local;
}

void server_set_token(struct server *s, const char *token)
{
    char *copy = NULL;
    if (token != NULL) {
        size_t len = strlen(token);
        copy = heap_zeroed(len + 1);
        memcpy(copy, token, len + 1);
    }
    free(s->token);
    s->token = copy;
}

void server_leave(const struct server *s, int keep)
{
    for (int fd = STDERR_FILENO + 1; fd <= s->highest || fd <= s->output; fd++)
        if (fd != keep)
            close(fd);
}

static void stop(struct server *s, int64_t now_us)
{
    s->hurried = s->stopping;
    if (s->stopping)
        return;
    s->stopping = true;
    s->stop_us = now_us + s->options.grace_ms * 1000;
    listener_close(&s->listener);
    dismiss(s, FLIGHT_QUEUED, "the server is stopping");
}

static void reload(struct server *s)
{
    if (!s->stopping && s->options.hooks.reload(s->options.context))
        flights_forget(&s->flights);
}

static void wake(struct server *s, int64_t now_us)
{
    char word[64];
    ssize_t n = read(s->options.wake, word, sizeof(word));
    for (ssize_t i = 0; i < n; i++) {
        if (word[i] == SERVE_STOP)
            stop(s, now_us);
        else if (word[i] == SERVE_RELOAD)
            reload(s);
    }
}

static bool is_new(const volatile sig_atomic_t *count, int *seen)
{
    if (count == NULL || *count == *seen)
        return false;
    *seen = *count;
    return true;
}

/* A signal whose byte could not be written counts as well. */
static void look_for_missed(struct server *s, int64_t now_us)
{
    if (is_new(s->options.missed_stops, &s->stops_seen))
        stop(s, now_us);
    if (is_new(s->options.missed_reloads, &s->reloads_seen))
        reload(s);
}

static void finish(struct server *s, struct flight *f, int64_t now_us)
{
    close(s->output);
    s->output = -1;
    s->kill_us = 0;
    flights_end(&s->flights, f, now_us);
    s->options.hooks.ended(s->options.context, f->answered ? &f->answer : NULL);
    for (struct waiter *w = f->waiters; w != NULL; w = w->next)
        request_resume((struct request *)w);
}

static void read_run(struct server *s, int64_t now_us)
{
    char data[READ_BYTES];
    struct flight *f = flights_running(&s->flights);
    ssize_t n = read(s->output, data, sizeof(data));
    if (n > 0)
        buf_add(&f->output, data, (size_t)n);
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        finish(s, f, now_us);
}

/* A run that cannot begin has ended without an answer. */
static void start_next(struct server *s, int64_t now_us)
{
    struct err e = {.set = false};
    struct flight *f;
    while (!s->stopping && (f = flights_next(&s->flights, now_us)) != NULL) {
        if (s->options.hooks.start(s->options.context, &f->ask, &s->output,
                                   &e)) {
            (void)fcntl(s->output, F_SETFL, O_NONBLOCK);
            return;
        }
        flights_end(&s->flights, f, now_us);
        s->options.hooks.ended(s->options.context, NULL);
        for (struct waiter *w = f->waiters; w != NULL; w = w->next)
            request_resume((struct request *)w);
    }
}

/* A run has its time, and at the end of the server a grace. */
static void limit_run(struct server *s, int64_t now_us)
{
    const struct flight *f = flights_running(&s->flights);
    if (f == NULL)
        return;
    bool over = s->stopping && (s->hurried || now_us >= s->stop_us);
    if (s->kill_us == 0 &&
        (over || now_us - f->started_us >= s->options.run_ms * 1000)) {
        s->options.hooks.end(s->options.context, false);
        s->interrupted = s->interrupted || over;
        s->kill_us = now_us + KILL_US;
    } else if (s->kill_us != 0 && now_us >= s->kill_us) {
        s->options.hooks.end(s->options.context, true);
        s->kill_us = INT64_MAX;
    }
}

/* Whose client has gone need not wait any more: its connection is free. */
static void look_for_gone(struct server *s)
{
    for (struct request *r = s->requests; r != NULL; r = r->next) {
        if (!r->suspended || !client_has_gone(client_fd(r->connection)))
            continue;
        r->dismissed = "the client has gone";
        request_resume(r);
    }
}

static bool is_over(struct server *s, int64_t now_us)
{
    if (!s->stopping || flights_running(&s->flights) != NULL)
        return false;
    if (s->drain_us == 0)
        s->drain_us = now_us + DRAIN_US;
    return s->requests == NULL || now_us >= s->drain_us;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int wait_ms(const struct server *s, int64_t now_us)
{
    MHD_UNSIGNED_LONG_LONG ms = 0;
    const struct flight *f = flights_running(&s->flights);
    int64_t until =
        least(now_us + MISSED_US, least(clients_next_us(s), door_next_us(s)));
    if (s->changed)
        return 0;
    if (MHD_get_timeout(s->daemon, &ms) == MHD_YES)
        until =
            least(until, now_us + (int64_t)least((int64_t)ms, 3600000) * 1000);
    if (requests_suspended(s) > 0 || s->stopping)
        until = least(until, now_us + (s->stopping ? LOOK_US / 20 : LOOK_US));
    if (f != NULL)
        until = least(until, s->kill_us != 0
                                 ? s->kill_us
                                 : f->started_us + s->options.run_ms * 1000);
    return until <= now_us ? 0 : (int)((until - now_us) / 1000) + 1;
}

enum { LOOK_REQUESTS, LOOK_WAKE, LOOK_OUTPUT, LOOK_DOOR, LOOK_LISTENER };

/* What fails for want of memory works again when others have given some back.
 */
static bool bear(struct server *s, struct err *e)
{
    const struct timespec pause = {0, PATIENCE_MS * 1000000L};
    if (errno == EINTR)
        return true;
    if ((errno != EAGAIN && errno != ENOMEM) || s->poll_failures++ >= PATIENCE)
        return err_set(e, POS_NONE, "poll: %s", strerror(errno));
    nanosleep(&pause, NULL);
    return true;
}

static bool wait_for_news(struct server *s, struct pollfd *fd, int64_t now_us,
                          struct err *e)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    const int of[] = {[LOOK_REQUESTS] = info->epoll_fd,
                      [LOOK_WAKE] = s->options.wake,
                      [LOOK_OUTPUT] = s->output,
                      [LOOK_DOOR] = s->door.epoll,
                      [LOOK_LISTENER] = door_has_room(s) ? s->listener.fd : -1};
    for (size_t i = 0; i < ARRAY_COUNT(of); i++)
        fd[i] = (struct pollfd){.fd = of[i], .events = POLLIN};
    int n = poll(fd, ARRAY_COUNT(of), wait_ms(s, now_us));
    for (size_t i = 0; n <= 0 && i < ARRAY_COUNT(of); i++)
        fd[i].revents = 0;
    if (n < 0)
        return bear(s, e);
    s->poll_failures = 0;
    return true;
}

/* Who is there is looked at before new ones, which may take their places. */
static void serve_clients(struct server *s, const struct pollfd *fd,
                          int64_t now_us)
{
    s->changed = false;
    if (fd[LOOK_DOOR].revents != 0)
        door_look(s, now_us);
    if (fd[LOOK_LISTENER].revents != 0 && s->listener.fd >= 0)
        door_accept(s, now_us);
    door_expire(s, now_us);
    clients_expire(s, now_us);
}

bool server_run(struct server *s, bool *interrupted, struct err *e)
{
    int64_t now_us = clock_now_us(), looked_us = now_us;
    while (!is_over(s, now_us)) {
        struct pollfd fd[LOOK_LISTENER + 1];
        if (!wait_for_news(s, fd, now_us, e))
            return false;
        now_us = clock_now_us();
        if (fd[LOOK_WAKE].revents != 0)
            wake(s, now_us);
        look_for_missed(s, now_us);
        if (fd[LOOK_OUTPUT].revents != 0)
            read_run(s, now_us);
        serve_clients(s, fd, now_us);
        if (now_us - looked_us >= LOOK_US) {
            look_for_gone(s);
            looked_us = now_us;
        }
        if (MHD_run(s->daemon) != MHD_YES)
            return err_set(e, POS_NONE, "libmicrohttpd cannot go on");
        start_next(s, now_us);
        limit_run(s, now_us);
        flights_tidy(&s->flights, now_us);
    }
    *interrupted = s->interrupted;
    return true;
}
