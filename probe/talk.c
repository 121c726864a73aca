/*
 * What goes on beside libcurl, on one descriptor: a talk over a connection that
 * libcurl made, or what a kind does without it.
 */
#include "base/clock.h"
#include "probe/kinds/probe_kind.h"

static const struct probe_kind *kind_of_transfer(const struct transfer *t)
{
    return probe_kind_of(t->check->kind);
}

void talk_open(struct transfer *t, int fd)
{
    t->talk.open = true;
    t->talk.quiet = t->talk.writes = false;
    t->talk.fd = fd;
    t->talk.until_us = t->opened_us + t->course.timeout_ms * 1000;
    t->talk.wake_us = t->talk.until_us;
}

bool talk_begin(struct transfer *t)
{
    const struct probe_kind *kind = kind_of_transfer(t);
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (kind->talks == NULL || !kind->talks(t))
        return false;
    curl_easy_getinfo(t->easy, CURLINFO_ACTIVESOCKET, &fd);
    talk_open(t, (int)fd);
    kind->talk(t);
    return true;
}

/* A look costs a call, so an exchange without news is left alone. */
bool talk_is_quiet(const struct transfer *t)
{
    return t->talk.open && t->talk.quiet && kind_of_transfer(t)->quiet &&
           clock_now_us() < t->talk.wake_us;
}

short talk_events(const struct transfer *t)
{
    const struct probe_kind *kind = kind_of_transfer(t);
    return kind->events == NULL ? CURL_WAIT_POLLIN : kind->events(t);
}

enum talk talk_step(struct transfer *t, struct arena *run)
{
    enum talk state = kind_of_transfer(t)->step(t, run);
    if (state == TALK_GOES_ON && clock_now_us() >= t->talk.until_us)
        state = TALK_TIMED_OUT;
    return state;
}

void talk_end(struct transfer *t, struct arena *run)
{
    kind_of_transfer(t)->end(t, run);
    talk_close(t);
}

void talk_close(struct transfer *t)
{
    const struct probe_kind *kind = kind_of_transfer(t);
    if (t->talk.open && kind->drop != NULL)
        kind->drop(t);
    if (t->talk.open)
        t->own = (union own){.sent = 0}; /* the next step may be of another */
    t->talk.open = false;
    t->talk.fd = -1;
}
