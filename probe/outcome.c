/* What libcurl says of a transfer, in our words: cause, phase, timing. */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "probe/kinds/probe_kind.h"

struct code_row {
    CURLcode code;
    enum cause_kind cause;
    const char *text;
};

static const struct code_row code_row[] = {
    {CURLE_OPERATION_TIMEDOUT, CAUSE_TIMEOUT, "timed out"},
    {CURLE_COULDNT_RESOLVE_HOST, CAUSE_DNS, "the host name was not resolved"},
    {CURLE_COULDNT_CONNECT, CAUSE_CONNECT, "no connection"},
    {CURLE_GOT_NOTHING, CAUSE_CLOSED, "closed without an answer"},
    {CURLE_RECV_ERROR, CAUSE_CLOSED, "the connection broke while receiving"},
    {CURLE_SEND_ERROR, CAUSE_CLOSED, "the connection broke while sending"},
    {CURLE_PARTIAL_FILE, CAUSE_CLOSED, "closed before the body was complete"},
    {CURLE_SSL_CONNECT_ERROR, CAUSE_TLS, "TLS handshake failed"},
    {CURLE_PEER_FAILED_VERIFICATION, CAUSE_TLS, "certificate not accepted"},
    {CURLE_SSL_CIPHER, CAUSE_TLS, "no common cipher"},
    {CURLE_USE_SSL_FAILED, CAUSE_TLS, "TLS not offered"},
    {CURLE_SSL_ISSUER_ERROR, CAUSE_TLS, "issuer check failed"},
    {CURLE_WEIRD_SERVER_REPLY, CAUSE_PROTOCOL, "not an HTTP answer"},
    {CURLE_UNSUPPORTED_PROTOCOL, CAUSE_PROTOCOL, "not an HTTP/1 answer"},
    {CURLE_HTTP2, CAUSE_PROTOCOL, "HTTP/2 error"},
    {CURLE_HTTP2_STREAM, CAUSE_PROTOCOL, "HTTP/2 stream error"},
    {CURLE_BAD_CONTENT_ENCODING, CAUSE_DECODE, "content encoding is broken"},
    {CURLE_TOO_MANY_REDIRECTS, CAUSE_REDIRECT, "too many redirects"},
    {CURLE_URL_MALFORMAT, CAUSE_CONFIG, "the URL is malformed"},
};

static struct code_row row_of(CURLcode code)
{
    for (size_t i = 0; i < ARRAY_COUNT(code_row); i++)
        if (code_row[i].code == code)
            return code_row[i];
    return (struct code_row){code, CAUSE_PROTOCOL, "the transfer failed"};
}

static int64_t info_us(CURL *easy, CURLINFO info)
{
    curl_off_t us = 0;
    return curl_easy_getinfo(easy, info, &us) == CURLE_OK ? (int64_t)us : 0;
}

struct marks {
    int64_t dns, connect, tls, send, first, total; /* since the start */
};

static struct marks read_marks(CURL *easy)
{
    return (struct marks){
        .dns = info_us(easy, CURLINFO_NAMELOOKUP_TIME_T),
        .connect = info_us(easy, CURLINFO_CONNECT_TIME_T),
        .tls = info_us(easy, CURLINFO_APPCONNECT_TIME_T),
        .send = info_us(easy, CURLINFO_PRETRANSFER_TIME_T),
        .first = info_us(easy, CURLINFO_STARTTRANSFER_TIME_T),
        .total = info_us(easy, CURLINFO_TOTAL_TIME_T),
    };
}

/* libcurl gives times since the start, and 0 for a phase not reached. */
static int64_t length(int64_t end, int64_t *start)
{
    if (end <= *start)
        return 0;
    int64_t us = end - *start;
    *start = end;
    return us;
}

static struct timing phases(const struct marks *m)
{
    int64_t at = 0;
    struct timing t = {0};
    t.dns_us = length(m->dns, &at);
    t.connect_us = length(m->connect, &at);
    t.tls_us = length(m->tls, &at);
    t.send_us = length(m->send, &at);
    t.wait_us = length(m->first, &at);
    if (m->first > 0)
        t.receive_us = length(m->total, &at);
    return t;
}

static int phase_reached(const struct transfer *t, const struct marks *m)
{
    if (m->dns == 0)
        return PHASE_DNS;
    if (m->connect == 0)
        return PHASE_CONNECT;
    if (m->tls == 0 && (kind_of(t->check->kind)->speaks_tls ||
                        strncmp(t->request.url, "https", 5) == 0))
        return PHASE_TLS;
    if (m->send == 0)
        return PHASE_SEND;
    return m->first == 0 ? PHASE_WAIT : PHASE_RECEIVE;
}

static void read_address(struct transfer *t, struct arena *run)
{
    const char *ip = NULL, *path = t->check->transport.unix_socket;
    long port = 0;
    if (path != NULL) {
        t->result->address = arena_printf(run, "unix:%s", path);
        return;
    }
    curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &ip);
    curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_PORT, &port);
    if (ip == NULL || ip[0] == '\0')
        return;
    bool v6 = strchr(ip, ':') != NULL;
    t->result->address =
        arena_printf(run, v6 ? "[%s]:%ld" : "%s:%ld", ip, port);
}

/* The last one of the name, as it stands in the headers. */
static struct str find_header(struct str head, struct str name)
{
    struct str found = STR_NONE;
    while (head.len > 0) {
        struct str value;
        struct str line = str_trim(str_cut(head, '\n', &head));
        if (line.len == 0)
            break; /* trailers follow */
        if (str_equal_nocase(str_cut(line, ':', &value), name))
            found = str_trim(value);
    }
    return found;
}

static void read_response(struct transfer *t, struct arena *run)
{
    struct str type = find_header(buf_view(&t->head), STR("content-type"));
    t->result->http_status = t->gate.status;
    t->result->body_bytes = (int64_t)t->body.len;
    if (type.len > 0)
        t->result->content_type = text_elide(run, type, 100);
}

static const char *version_name(const struct gate *g)
{
    return g->version == 10   ? "1.0"
           : g->version == 11 ? "1.1"
           : g->version == 20 ? "2"
                              : NULL;
}

static void keep_response(struct transfer *t, struct arena *run)
{
    struct response *r = &t->response;
    const char *url = NULL, *ip = NULL;
    curl_easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &url);
    curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &ip);
    r->status = t->result->http_status;
    r->http_version = version_name(&t->gate);
    r->url = str_dup(run, str_from(url));
    if (ip != NULL && ip[0] != '\0' && t->check->transport.unix_socket == NULL)
        r->ip = str_dup(run, str_from(ip));
    r->duration_us = t->result->duration_us;
    r->timing = t->result->timing;
    r->redirect = t->course.redirect;
    r->redirect_count = t->course.redirect_count;
    if (kind_of(t->check->kind)->speaks_tls ||
        (exchange_wanted(t) && t->own.exchange != NULL))
        certificate_note_verified(t); /* no request, so nobody told before */
    certificate_read(t, run);
}

static void fail_with(struct transfer *t, enum status status,
                      enum cause_kind cause, const char *message)
{
    t->result->status = (int)status;
    t->result->cause = (int)cause;
    t->result->message = message;
}

/* As definitions write it: "4 MiB", "64 KiB", "10 kB", "999 bytes". */
static const char *exact_size(struct arena *a, size_t bytes)
{
    static const struct {
        size_t bytes;
        const char *unit;
    } row[] = {{1048576, "MiB"}, {1000000, "MB"}, {1024, "KiB"}, {1000, "kB"}};
    for (size_t i = 0; i < ARRAY_COUNT(row) && bytes > 0; i++)
        if (bytes % row[i].bytes == 0)
            return arena_printf(a, "%zu %s", bytes / row[i].bytes, row[i].unit);
    return arena_printf(a, "%zu byte%s", bytes, bytes == 1 ? "" : "s");
}

static const char *limit_message(struct transfer *t, struct arena *run)
{
    bool head = t->head.full;
    return arena_printf(run, "the %s passed the limit of %s%s",
                        head ? "response headers" : "body",
                        exact_size(run, head
                                            ? GATE_HEAD_MAX
                                            : (size_t)t->check->max_body_bytes),
                        head ? "" : " (max_body)");
}

static const char *failure_message(struct transfer *t, struct arena *run,
                                   struct code_row row)
{
    static const char *const doing[] = {
        "resolving the name",    "connecting",
        "the TLS handshake",     "sending the request",
        "waiting for an answer", "receiving the answer"};
    struct buf text;
    const char *better = failure_text(t, run, row.code);
    if (better != NULL)
        return better;
    buf_init(&text, 512);
    buf_text(&text, row.text);
    if (row.cause == CAUSE_TIMEOUT) {
        buf_text(&text, " after ");
        text_duration(&text, t->result->duration_us);
        buf_printf(&text, ", %s, %zu bytes received", doing[t->result->phase],
                   t->body.len);
    } else if (t->detail[0] != '\0') {
        buf_printf(&text, ": %s", t->detail);
    }
    const char *message = text_elide(run, buf_view(&text), 400);
    buf_release(&text);
    return message;
}

/*
 * What libcurl 7.88 says with a code that says less: a header line beyond
 * 100 kB is "out of memory" to it, and with TLS 1.3 a missing client
 * certificate is told after the handshake.
 */
static struct code_row row_of_detail(const struct transfer *t, CURLcode code)
{
    const struct code_row large = {code, CAUSE_TOO_LARGE,
                                   "the response headers are too large"};
    bool receiving = t->result->phase == PHASE_RECEIVE;
    if ((code == CURLE_OUT_OF_MEMORY && receiving) ||
        strstr(t->detail, "Too large response headers") != NULL)
        return large;
    if (strstr(t->detail, "SSL routines") != NULL)
        return (struct code_row){code, CAUSE_TLS, "TLS alert"};
    return row_of(code);
}

/* A reset in the midst of a handshake is one of TLS to libcurl. */
bool handshake_was_broken(const struct transfer *t)
{
    return t->result->cause == CAUSE_TLS &&
           (strstr(t->detail, "reset by peer") != NULL ||
            strstr(t->detail, "SSL_ERROR_SYSCALL") != NULL ||
            strstr(t->detail, "unexpected eof") != NULL);
}

static void read_failure(struct transfer *t, struct arena *run, CURLcode code)
{
    struct code_row row = row_of_detail(t, code);
    struct fault fault = row.cause == CAUSE_TOO_LARGE ? (struct fault){-1, NULL}
                                                      : fault_find(t, code);
    if (fault.cause >= 0) {
        fail_with(t, STATUS_ERROR, (enum cause_kind)fault.cause,
                  fault_message(t, run, &fault));
        return;
    }
    if (code == CURLE_GOT_NOTHING)
        t->result->phase = PHASE_WAIT;
    if (row.cause == CAUSE_TLS)
        t->result->phase = PHASE_TLS; /* libcurl 7.88 has no time for it */
    bool ours = row.cause == CAUSE_CONFIG;
    fail_with(t, ours ? STATUS_ERROR : STATUS_FAIL, row.cause,
              failure_message(t, run, row));
}

static bool is_request(const struct transfer *t)
{
    return probe_kind_of(t->check->kind)->requests;
}

/* False: a coding that we asked for was not kept to its end. */
static bool decode(struct transfer *t)
{
    struct gate *g = &t->gate;
    if (!t->check->transport.compressed)
        return true;
    if (g->is_head || g->status == 204 || g->status == 304)
        return true; /* no body, whatever its headers say */
    return content_decode(&t->body, buf_view(&t->head),
                          (size_t)t->check->max_body_bytes, &g->why);
}

static void fail_by_gate(struct transfer *t, struct arena *run,
                         enum cause_kind cause)
{
    fail_with(t, cause == CAUSE_PROBER ? STATUS_ERROR : STATUS_FAIL, cause,
              str_dup(run, buf_view(&t->gate.why)));
}

/* As its kind sees it, after the gate. */
static bool is_whole(struct transfer *t)
{
    const struct probe_kind *kind = probe_kind_of(t->check->kind);
    struct gate *g = &t->gate;
    return kind->is_whole == NULL || g->status != 200 ||
           kind->is_whole(buf_view(&t->head), buf_view(&t->body), &g->why);
}

/* A response is complete when the gate says so, and nobody else objects. */
static void settle(struct transfer *t, struct arena *run, CURLcode code)
{
    bool complete = code == CURLE_OK && t->gate.at == GATE_COMPLETE;
    bool decoded = !complete || decode(t);
    t->code = code;
    read_response(t, run);
    t->result->answered = false;
    if (t->head.full || t->body.full)
        fail_with(t, STATUS_FAIL, CAUSE_TOO_LARGE, limit_message(t, run));
    else if (!decoded)
        fail_by_gate(t, run, CAUSE_DECODE);
    else if (t->gate.at == GATE_REFUSED)
        fail_by_gate(t, run, t->gate.cause);
    else if (complete && !is_whole(t))
        fail_by_gate(t, run, CAUSE_PROTOCOL);
    else if (code != CURLE_OK)
        read_failure(t, run, code);
    else
        t->result->answered = complete;
    if (t->result->answered)
        keep_response(t, run);
}

void outcome_read(struct transfer *t, struct arena *run, CURLcode code)
{
    struct marks marks = read_marks(t->easy);
    t->code = code;
    if (marks.connect == 0 && t->tls_began_us != 0)
        marks.connect = t->tls_began_us - t->opened_us; /* else none is told */
    t->result->duration_us = t->course.hops_us + marks.total;
    t->result->timing = phases(&marks);
    t->result->phase = phase_reached(t, &marks);
    if (code == CURLE_OK && probe_kind_of(t->check->kind)->phase >= 0)
        t->result->phase = probe_kind_of(t->check->kind)->phase;
    if (t->result->phase == PHASE_DNS && code != CURLE_OK)
        t->unresolved = names_host(t->request.url);
    read_address(t, run);
    if (is_request(t) && !exchange_wanted(t)) {
        if (code == CURLE_BAD_FUNCTION_ARGUMENT && t->gate.status != 0)
            gate_refuse(&t->gate, CAUSE_PROTOCOL,
                        "invalid response headers"); /* a first line folded */
        if (code == CURLE_OK || code == CURLE_PARTIAL_FILE)
            gate_close(&t->gate, handle_end(t));
        settle(t, run, code);
        return;
    }
    t->result->answered = code == CURLE_OK;
    if (code != CURLE_OK)
        read_failure(t, run, code);
    else
        keep_response(t, run);
}

void outcome_of_exchange(struct transfer *t, struct arena *run)
{
    CURLcode code = t->talk.how == TALK_TIMED_OUT   ? CURLE_OPERATION_TIMEDOUT
                    : t->talk.how == TALK_BROKEN    ? t->code
                    : t->talk.how == TALK_TOO_LARGE ? CURLE_WRITE_ERROR
                                                    : CURLE_OK;
    exchange_read(t);
    settle(t, run, code);
}

void outcome_not_started(struct transfer *t, struct arena *run, const char *why)
{
    fail_with(t, STATUS_ERROR, CAUSE_PROBER,
              arena_printf(run, "could not be asked: %s", why));
}

void outcome_not_allowed(struct transfer *t, struct arena *run, const char *why)
{
    fail_with(t, STATUS_ERROR, CAUSE_CONFIG,
              arena_printf(run, "was not sent: %s", why));
}

void outcome_skipped(struct transfer *t, const char *why)
{
    t->result->status = STATUS_SKIPPED;
    t->result->message = why;
}

void outcome_blocked(struct transfer *t, struct arena *run)
{
    static const char *const became[] = {
        [STATUS_PASS] = "passed",         [STATUS_DEGRADED] = "is degraded",
        [STATUS_FAIL] = "failed",         [STATUS_ERROR] = "could not be told",
        [STATUS_BLOCKED] = "was blocked", [STATUS_SKIPPED] = "was skipped"};
    const struct result *need = t->failed_need->result;
    t->result->status = STATUS_BLOCKED;
    t->result->message = arena_printf(run, "needs the check '%s', which %s",
                                      need->id, became[need->status]);
}

void outcome_exec_failed(struct transfer *t, int error, const char *why)
{
    bool ours = fault_is_shortage(error);
    fail_with(t, STATUS_ERROR, ours ? CAUSE_PROBER : CAUSE_EXEC, why);
}

/* The talk's time adds to that of the connection before it. */
void outcome_of_talk(struct transfer *t, struct arena *run)
{
    struct result *r = t->result;
    int64_t now = clock_now_us();
    struct code_row row = {CURLE_OPERATION_TIMEDOUT, CAUSE_TIMEOUT,
                           "timed out"};
    r->duration_us = now - t->opened_us;
    r->timing.wait_us = r->duration_us - r->timing.dns_us -
                        r->timing.connect_us - r->timing.tls_us;
    r->body_bytes = (int64_t)t->body.len;
    r->phase = t->body.len > 0 ? PHASE_RECEIVE : PHASE_WAIT;
    t->response.duration_us = r->duration_us;
    t->response.timing = r->timing;
    r->answered = t->talk.how == TALK_ENDED;
    if (t->talk.how == TALK_TOO_LARGE)
        fail_with(t, STATUS_FAIL, CAUSE_TOO_LARGE, limit_message(t, run));
    else if (t->talk.how == TALK_LOST)
        fail_with(t, STATUS_ERROR, CAUSE_PROBER,
                  "the exit code of the program was lost");
    else if (t->talk.how == TALK_BROKEN)
        fail_with(t, STATUS_FAIL, CAUSE_CLOSED, "the connection broke");
    else if (t->talk.how == TALK_TIMED_OUT)
        fail_with(t, STATUS_FAIL, CAUSE_TIMEOUT, failure_message(t, run, row));
}

void outcome_not_resolved(struct transfer *t, enum talk how)
{
    t->result->phase = PHASE_DNS;
    t->result->duration_us = clock_now_us() - t->opened_us;
    if (how == TALK_TIMED_OUT)
        fail_with(t, STATUS_FAIL, CAUSE_TIMEOUT,
                  "timed out, resolving the name");
    else
        fail_with(t, STATUS_FAIL, CAUSE_DNS, "the host name was not resolved");
}

/* A resolver that says nothing; one that cannot be reached looks the same. */
void outcome_no_dns(struct transfer *t, struct arena *run, enum talk how,
                    const char *why, int error)
{
    bool timed_out = how == TALK_TIMED_OUT || strstr(why, "Timeout") != NULL;
    const char *ours = fault_text(error);
    if (ours != NULL)
        fail_with(t, STATUS_ERROR, CAUSE_PROBER, ours);
    else
        fail_with(t, STATUS_FAIL, timed_out ? CAUSE_TIMEOUT : CAUSE_DNS,
                  timed_out ? "timed out, the resolver gave no answer"
                            : arena_printf(run, "no answer of the resolver: %s",
                                           why));
}
