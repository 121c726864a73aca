/*
 * A request by HTTP, made by libcurl, or by us over its connection where the
 * version or the protocol asks for that (probe/exchange.c).
 */
#include <string.h>

#include "base/text.h"
#include "probe/kinds/probe_kind.h"

enum began request_begin(struct transfer *t, struct arena *run)
{
    (void)run;
    return handle_open_request(t) ? BEGAN_CONNECTION : BEGAN_REFUSED;
}

bool request_talks(const struct transfer *t)
{
    return exchange_wanted(t) && t->result->answered;
}

short request_events(const struct transfer *t)
{
    return t->talk.writes ? CURL_WAIT_POLLOUT | CURL_WAIT_POLLIN
                          : CURL_WAIT_POLLIN;
}

enum talk request_step(struct transfer *t, struct arena *run)
{
    (void)run;
    return exchange_step(t);
}

static const char *reproduce(struct arena *run, const struct check *check)
{
    struct buf out, header;
    buf_init(&out, (size_t)256 * 1024);
    buf_init(&header, (size_t)128 * 1024);
    buf_text(&out, "curl -sS -i");
    if (strcmp(check->method, "HEAD") == 0)
        buf_text(&out, " -I");
    else if (strcmp(check->method, check->body == NULL ? "GET" : "POST") != 0)
        options_add_word(&out, "-X", check->method);
    for (size_t i = 0; i < check->header_count; i++) {
        buf_clear(&header);
        buf_printf(&header, "%s: %s", check->header[i].name,
                   check->header[i].value);
        options_add_word(&out, "-H", header.ptr);
    }
    if (check->body != NULL)
        options_add_word(&out, "--data-raw", check->body);
    options_reproduce(&out, check);
    buf_printf(&out, " --max-time %lld.%03lld ",
               (long long)(check->timeout_ms / 1000),
               (long long)(check->timeout_ms % 1000));
    text_shell_quote(&out, str_from(check->url));
    const char *text = buf_dup(run, &out);
    buf_release(&header);
    buf_release(&out);
    return text;
}

const struct probe_kind probe_http = {.begin = request_begin,
                                      .talks = request_talks,
                                      .talk = exchange_begin,
                                      .events = request_events,
                                      .step = request_step,
                                      .end = outcome_of_exchange,
                                      .drop = exchange_close,
                                      .reproduce = reproduce,
                                      .reach = REACHES_HOST,
                                      .requests = true,
                                      .quiet = true,
                                      .phase = -1};
