/*
 * What goes on beside libcurl, on one descriptor: a talk over a connection
 * that libcurl made, or a program and its output.
 */
#include <string.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/text.h"
#include "probe/transfer.h"

#define READ_BYTES 16384

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

bool talk_is_open(const struct transfer *t)
{
    return t->talk.open;
}

/* A look costs a call, so an exchange without news is left alone. */
bool talk_is_quiet(const struct transfer *t)
{
    return t->exchange != NULL && t->talk.quiet &&
           clock_now_us() < t->talk.wake_us;
}

static void open_talk(struct transfer *t, int fd)
{
    t->talk.open = true;
    t->talk.quiet = false;
    t->talk.sent = 0;
    t->talk.fd = fd;
    t->talk.until_us = t->opened_us + t->course.timeout_ms * 1000;
    t->talk.wake_us = t->talk.until_us;
    t->talk.writes = t->check->send != NULL && t->check->kind == KIND_TCP;
}

bool talk_wanted(const struct transfer *t)
{
    const struct check *c = t->check;
    if (exchange_wanted(t))
        return t->result->answered;
    return c->kind == KIND_TCP && t->result->answered &&
           (c->send != NULL || check_looks_at(c, QUERY_BODY) ||
            check_looks_at(c, QUERY_BYTES) || check_looks_at(c, QUERY_REGEX));
}

void talk_begin(struct transfer *t)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    curl_easy_getinfo(t->easy, CURLINFO_ACTIVESOCKET, &fd);
    open_talk(t, (int)fd);
    if (exchange_wanted(t))
        exchange_begin(t);
}

/* Its time limit is that of the talk, which a pause of the machine moves. */
static int start_program(struct transfer *t, struct arena *run)
{
    const struct check *c = t->check;
    const char *word[COMMAND_WORDS_MAX + 1] = {NULL};
    for (size_t i = 0; i < c->command_count && i < COMMAND_WORDS_MAX; i++)
        word[i] = c->command[i];
    return process_start(
        &t->talk.process, run,
        &(struct process_plan){.argv = word, .output = &t->body});
}

bool talk_run_program(struct transfer *t, struct arena *run)
{
    t->opened_us = clock_now_us();
    t->talk.arena = run;
    int rc = start_program(t, run);
    if (rc == 0) {
        open_talk(t, t->talk.process.out);
        t->talk.wake_us =
            earlier(process_next_step_us(&t->talk.process), t->talk.until_us);
        return true;
    }
    outcome_exec_failed(
        t, rc,
        arena_printf(run, "cannot run %s: %s",
                     text_elide(run, str_from(t->check->command[0]), 100),
                     strerror(rc)));
    return false;
}

void talk_close(struct transfer *t)
{
    if (t->talk.open && t->check->kind == KIND_EXEC)
        process_close(&t->talk.process);
    t->talk.open = false;
    t->talk.fd = -1;
    exchange_close(t);
}

short talk_events(const struct transfer *t)
{
    if (t->exchange != NULL && t->talk.writes)
        return CURL_WAIT_POLLOUT | CURL_WAIT_POLLIN;
    return t->talk.writes ? CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN;
}

static enum talk write_some(struct transfer *t)
{
    const char *text = t->check->send;
    size_t len = strlen(text), sent = 0;
    CURLcode rc =
        curl_easy_send(t->easy, text + t->talk.sent, len - t->talk.sent, &sent);
    if (rc == CURLE_OK)
        t->talk.sent += sent;
    else if (rc != CURLE_AGAIN)
        return TALK_BROKEN;
    t->talk.writes = t->talk.sent < len;
    return TALK_GOES_ON;
}

/* Bytes that came; 0 at the end, -1 when none are there now, -2 broken */
static ssize_t take_bytes(struct transfer *t, char *data, size_t size)
{
    size_t got = 0;
    CURLcode rc = curl_easy_recv(t->easy, data, size, &got);
    return rc == CURLE_AGAIN ? -1 : rc != CURLE_OK ? -2 : (ssize_t)got;
}

/* Is what came enough? More could only come later. */
static bool is_enough(struct transfer *t, struct arena *run)
{
    struct result scratch = *t->result;
    if (t->check->kind != KIND_TCP)
        return false;
    t->response.body = buf_view(&t->body);
    t->response.now_ms = clock_wall_ms();
    expect_judge(&scratch, run, t->check, &t->response);
    return scratch.status == STATUS_PASS || scratch.cause == CAUSE_INCONCLUSIVE;
}

/* What came in one go is looked at once: the text only grows. */
static enum talk read_some(struct transfer *t, struct arena *run)
{
    char data[READ_BYTES];
    bool news = false;
    for (int rounds = 0; rounds < 16; rounds++) {
        ssize_t got = take_bytes(t, data, sizeof(data));
        if (got == -1)
            break;
        if (got <= 0)
            return got == 0 ? TALK_ENDED : TALK_BROKEN;
        buf_add(&t->body, data, (size_t)got);
        if (t->body.full)
            return TALK_TOO_LARGE;
        news = true;
    }
    return news && is_enough(t, run) ? TALK_ENDED : TALK_GOES_ON;
}

/* What a program has said so far, and whether it has ended. */
static enum talk step_program(struct transfer *t)
{
    struct process *p = &t->talk.process;
    enum process_state state = process_step(p);
    t->talk.fd = p->out;
    t->talk.wake_us = earlier(process_next_step_us(p), t->talk.until_us);
    t->response.exit_code = p->exit_code;
    if (t->body.full)
        return TALK_TOO_LARGE;
    if (state == PROCESS_RUNS)
        return TALK_GOES_ON;
    return state == PROCESS_ENDED ? TALK_ENDED : TALK_LOST;
}

enum talk talk_step(struct transfer *t, struct arena *run)
{
    enum talk state;
    if (t->check->kind == KIND_EXEC)
        state = step_program(t);
    else if (t->exchange != NULL)
        state = exchange_step(t);
    else if (t->talk.writes)
        state = write_some(t);
    else
        state = read_some(t, run);
    if (state == TALK_GOES_ON && clock_now_us() >= t->talk.until_us)
        state = TALK_TIMED_OUT;
    return state;
}
