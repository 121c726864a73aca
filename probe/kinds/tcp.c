/* A connection over TCP, and a talk in clear over it where one is wanted. */
#include <string.h>

#include "base/clock.h"
#include "probe/kinds/probe_kind.h"

#define READ_BYTES  16384
#define READ_ROUNDS 16

enum began connection_begin(struct transfer *t, const char *scheme)
{
    return handle_open_connection(t, scheme) ? BEGAN_CONNECTION : BEGAN_REFUSED;
}

static enum began begin(struct transfer *t, struct arena *run)
{
    (void)run;
    return connection_begin(t, "http"); /* of which no request is made */
}

static bool talks(const struct transfer *t)
{
    const struct check *c = t->check;
    return t->result->answered &&
           (c->send != NULL || check_looks_at(c, QUERY_BODY) ||
            check_looks_at(c, QUERY_BYTES) || check_looks_at(c, QUERY_REGEX));
}

static void talk(struct transfer *t)
{
    t->own.sent = 0;
    t->talk.writes = t->check->send != NULL;
}

static short events(const struct transfer *t)
{
    return t->talk.writes ? CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN;
}

static enum talk write_some(struct transfer *t)
{
    const char *text = t->check->send;
    size_t len = strlen(text), sent = 0;
    CURLcode rc =
        curl_easy_send(t->easy, text + t->own.sent, len - t->own.sent, &sent);
    if (rc == CURLE_OK)
        t->own.sent += sent;
    else if (rc != CURLE_AGAIN)
        return TALK_BROKEN;
    t->talk.writes = t->own.sent < len;
    return TALK_GOES_ON;
}

/* Is what came enough? More could only come later. */
static bool is_enough(struct transfer *t, struct arena *run)
{
    struct result scratch = *t->result;
    t->response.body = buf_view(&t->body);
    t->response.now_ms = transfer_now_ms(t);
    expect_judge(&scratch, run, t->check, &t->response);
    return scratch.status == STATUS_PASS || scratch.cause == CAUSE_INCONCLUSIVE;
}

/* What came in one go is looked at once: the text only grows. */
static enum talk read_some(struct transfer *t, struct arena *run)
{
    char data[READ_BYTES];
    bool news = false;
    for (int rounds = 0; rounds < READ_ROUNDS; rounds++) {
        size_t got = 0;
        CURLcode rc = curl_easy_recv(t->easy, data, sizeof(data), &got);
        if (rc == CURLE_AGAIN)
            break;
        if (rc != CURLE_OK)
            return TALK_BROKEN;
        if (got == 0)
            return TALK_ENDED;
        buf_add(&t->body, data, got);
        if (t->body.full)
            return TALK_TOO_LARGE;
        news = true;
    }
    return news && is_enough(t, run) ? TALK_ENDED : TALK_GOES_ON;
}

static enum talk step(struct transfer *t, struct arena *run)
{
    return t->talk.writes ? write_some(t) : read_some(t, run);
}

static const char *reproduce(struct arena *run, const struct check *c)
{
    return arena_printf(run, "curl -v --max-time %lld telnet://%s",
                        (long long)((c->timeout_ms + 999) / 1000), c->endpoint);
}

const struct probe_kind probe_tcp = {.begin = begin,
                                     .talks = talks,
                                     .talk = talk,
                                     .events = events,
                                     .step = step,
                                     .end = outcome_of_talk,
                                     .reproduce = reproduce,
                                     .reach = REACHES_HOST,
                                     .tunnels = true,
                                     .phase = PHASE_CONNECT};
