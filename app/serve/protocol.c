/* One request: is it allowed, what does it ask, what is it answered. */
#include <stdlib.h>
#include <string.h>

#include "app/serve/internal.h"
#include "base/clock.h"
#include "base/text.h"

#define POOL_BYTES    ((size_t)32 << 10) /* of a connection, headers and all */
#define ANSWER_BYTES  (SERVE_RECORD_BYTES_MAX + ((size_t)1 << 20))
#define SENDING_BYTES ((size_t)64 << 20)         /* of all answers at once */
#define BODY_READ_MAX (4 * SERVE_BODY_BYTES_MAX) /* before we hang up */
#define CLOSING_MAX   64 /* connections that we ended and it did not yet */
#define SEND_FACTOR   6  /* reading an answer may take longer than asking */

static void add_header(struct MHD_Response *response, const char *name,
                       const char *value)
{
    (void)MHD_add_response_header(response, name, value);
}

static void add_status_headers(const struct server *s,
                               struct MHD_Response *response, unsigned status)
{
    char seconds[24];
    struct buf text;
    if (status == MHD_HTTP_UNAUTHORIZED)
        add_header(response, "WWW-Authenticate", "Bearer");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        add_header(response, "Allow", "GET, HEAD, POST");
    if (status != MHD_HTTP_TOO_MANY_REQUESTS)
        return;
    buf_init(&text, sizeof(seconds) - 1);
    buf_printf(&text, "%lld", (long long)flights_retry_s(&s->flights));
    add_header(response, "Retry-After", text.ptr);
    buf_release(&text);
}

/* The memory of the body goes to libmicrohttpd. */
static enum MHD_Result reply(struct request *r, unsigned status,
                             struct buf *body)
{
    struct server *s = r->server;
    if (body->full || s->sending_bytes + body->len > SENDING_BYTES) {
        status = MHD_HTTP_TOO_MANY_REQUESTS;
        buf_truncate(body, 0);
        answer_error(body, "too much is on its way to others");
    }
    size_t len = body->len;
    struct MHD_Response *response =
        MHD_create_response_from_buffer_with_free_callback(len, body->ptr,
                                                           free);
    if (response == NULL) {
        buf_release(body);
        return MHD_NO;
    }
    for (const struct reply_header *h = reply_headers; h->name != NULL; h++)
        add_header(response, h->name, h->value);
    add_status_headers(s, response, status);
    client_may(r->connection,
               clock_now_us() + s->options.client_ms * 1000 * SEND_FACTOR);
    r->reply_bytes += len;
    s->sending_bytes += len;
    enum MHD_Result result =
        MHD_queue_response(r->connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(struct request *r, unsigned status,
                              const char *why)
{
    struct buf body;
    buf_init(&body, ANSWER_BYTES);
    struct str text =
        sink_text(r->server->options.sink, &r->arena, str_from(why));
    answer_error(&body, str_dup(&r->arena, text));
    return reply(r, status, &body);
}

static const char *header(const struct request *r, const char *name)
{
    return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

static bool body_is_announced_too_large(const struct request *r)
{
    uint64_t bytes = 0;
    const char *length = header(r, "Content-Length");
    return length != NULL &&
           !text_to_u64(str_from(length), SERVE_BODY_BYTES_MAX, &bytes);
}

/* Pages of other sites can send these without a word from us, and no client
   needs them. */
static bool is_of_a_form(struct str type)
{
    static const char *const simple[] = {"text/plain", "multipart/form-data"};
    struct str rest, name = str_trim(str_cut(type, ';', &rest));
    for (size_t i = 0; i < ARRAY_COUNT(simple); i++)
        if (str_equal_nocase(name, str_from(simple[i])))
            return true;
    return false;
}

static bool is_of_another_site(const struct request *r)
{
    const char *origin = header(r, "Origin");
    const char *site = header(r, "Sec-Fetch-Site");
    if (site != NULL && strcmp(site, "same-origin") != 0 &&
        strcmp(site, "none") != 0)
        return true;
    return origin != NULL &&
           !origin_is(str_from(origin), str_from(header(r, "Host")));
}

/* Is the client one that this server is for, whatever it wants? */
static struct refusal check_sender(const struct request *r, bool verify)
{
    const struct server *s = r->server;
    const char *type = header(r, "Content-Type");
    if (!hosts_allow(&s->options, &s->listener, str_from(header(r, "Host"))))
        return (struct refusal){MHD_HTTP_MISDIRECTED_REQUEST,
                                "this server has no such name: use its address "
                                "as Host, or start it with --host-name NAME"};
    if (verify && is_of_another_site(r))
        return (struct refusal){MHD_HTTP_FORBIDDEN,
                                "pages of other sites start no run; use a "
                                "client that sends no Origin"};
    if (verify && type != NULL && is_of_a_form(str_from(type)))
        return (struct refusal){MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                "send the body as application/json"};
    return (struct refusal){0, NULL};
}

static struct refusal check_head(const struct request *r, const char *path,
                                 const char *method)
{
    struct refusal sender = check_sender(r, strcmp(path, "/verify") == 0);
    bool verify = strcmp(path, "/verify") == 0;
    bool reads = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    bool posts = strcmp(method, "POST") == 0;
    if (r->target_bytes > SERVE_TARGET_BYTES_MAX)
        return (struct refusal){MHD_HTTP_URI_TOO_LONG,
                                "path and query take at most 2048 bytes"};
    if (sender.status != 0)
        return sender;
    if (!verify && strcmp(path, "/healthz") != 0)
        return (struct refusal){MHD_HTTP_NOT_FOUND,
                                "there are /verify and /healthz"};
    if (!reads && !(verify && posts))
        return (struct refusal){MHD_HTTP_METHOD_NOT_ALLOWED,
                                "GET, HEAD, and POST to /verify"};
    if (verify && !token_matches(r->server->token,
                                 header(r, MHD_HTTP_HEADER_AUTHORIZATION)))
        return (struct refusal){MHD_HTTP_UNAUTHORIZED,
                                "a bearer token is needed, and this is not it"};
    if (body_is_announced_too_large(r))
        return (struct refusal){MHD_HTTP_CONTENT_TOO_LARGE,
                                "the body takes at most 65536 bytes"};
    return (struct refusal){0, NULL};
}

struct arguments {
    struct request *request;
    struct err *e;
    bool ok;
};

static enum MHD_Result add_argument(void *context, enum MHD_ValueKind kind,
                                    const char *name, size_t name_len,
                                    const char *value, size_t value_len)
{
    struct arguments *all = context;
    struct request *r = all->request;
    (void)kind;
    if (strlen(name) != name_len ||
        (value != NULL && strlen(value) != value_len))
        all->ok = err_set(all->e, POS_NONE, "a parameter holds a NUL byte");
    else
        all->ok = ask_add(&r->ask, &r->arena, name, value, all->e);
    return all->ok ? MHD_YES : MHD_NO;
}

static bool read_ask(struct request *r, struct err *e)
{
    struct arguments all = {r, e, true};
    (void)MHD_get_connection_values_n(r->connection, MHD_GET_ARGUMENT_KIND,
                                      add_argument, &all);
    return all.ok && ask_body(&r->ask, &r->arena, buf_view(&r->body), e);
}

size_t requests_suspended(const struct server *s)
{
    size_t n = 0;
    for (const struct request *r = s->requests; r != NULL; r = r->next)
        n += r->suspended ? 1 : 0;
    return n;
}

/* Some connections stay free, so that /healthz is answered. */
static bool has_room(const struct server *s)
{
    size_t most = (size_t)(s->options.connections * 3 / 4);
    return requests_suspended(s) < (most == 0 ? 1 : most);
}

static struct refusal begin(struct request *r, struct err *e)
{
    struct server *s = r->server;
    const struct serve_hooks *hooks = &s->options.hooks;
    struct buf key;
    buf_init(&key, SERVE_KEY_BYTES_MAX - 1);
    if (r->body.full)
        return (struct refusal){MHD_HTTP_CONTENT_TOO_LARGE,
                                "the body takes at most 65536 bytes"};
    if (!read_ask(r, e) || !hooks->key(s->options.context, &r->ask, &key, e)) {
        buf_release(&key);
        return (struct refusal){MHD_HTTP_BAD_REQUEST, e->text};
    }
    struct flight *f = has_room(s) ? flights_join(&s->flights, key.ptr, &r->ask,
                                                  clock_now_us())
                                   : NULL;
    buf_release(&key);
    if (f == NULL)
        return (struct refusal){MHD_HTTP_TOO_MANY_REQUESTS,
                                "too many runs are waited for"};
    flights_wait(f, &r->waiter);
    s->changed = true;
    return (struct refusal){0, NULL};
}

static enum MHD_Result give(struct request *r)
{
    const struct flight *f = r->waiter.flight;
    struct buf body;
    unsigned status = answer_status(f, &r->ask);
    buf_init(&body, ANSWER_BYTES);
    answer_write(&body, f, &r->ask, clock_now_us());
    flights_unwait(&r->waiter);
    return reply(r, status, &body);
}

static enum MHD_Result answer(struct request *r)
{
    struct err e = {.set = false};
    if (r->dismissed == NULL && r->server->stopping && !r->asked)
        r->dismissed = "the server is stopping";
    if (r->dismissed == NULL && !r->asked) {
        struct refusal refusal = begin(r, &e);
        r->asked = true;
        if (refusal.status != 0)
            return refuse(r, refusal.status, refusal.why);
    }
    if (r->dismissed != NULL) {
        flights_unwait(&r->waiter);
        return refuse(r, MHD_HTTP_INTERNAL_SERVER_ERROR, r->dismissed);
    }
    if (r->waiter.flight->state == FLIGHT_KEPT)
        return give(r);
    client_may(r->connection, INT64_MAX);
    r->suspended = true;
    MHD_suspend_connection(r->connection);
    return MHD_YES;
}

static enum MHD_Result answer_health(struct request *r)
{
    struct buf body;
    buf_init(&body, 256);
    buf_text(&body, "{\"status\": \"ok\"}\n");
    return reply(r, MHD_HTTP_OK, &body);
}

/* http://HOST/PATH, whose host was checked when its head was read. */
static const char *path_of(const char *target)
{
    const char *path =
        target[0] == '/' ? target : strchr(target + strlen("http://"), '/');
    return path == NULL ? "/" : path;
}

/* The signature is that of libmicrohttpd. NOLINTNEXTLINE(*-function-size) */
static enum MHD_Result on_request(void *context,
                                  struct MHD_Connection *connection,
                                  const char *path, const char *method,
                                  const char *version, const char *data,
                                  size_t *data_bytes, void **memory)
{
    struct request *r = *memory;
    (void)context;
    (void)version;
    path = path_of(path);
    if (r == NULL)
        return MHD_NO;
    if (!r->begun) {
        struct refusal refusal = check_head(r, path, method);
        r->begun = true;
        if (refusal.status == 0)
            return MHD_YES;
        return refuse(r, refusal.status, refusal.why);
    }
    if (*data_bytes > 0) {
        buf_add(&r->body, data, *data_bytes);
        r->body_bytes += *data_bytes;
        *data_bytes = 0;
        return r->body_bytes > BODY_READ_MAX ? MHD_NO : MHD_YES;
    }
    (void)connection;
    return strcmp(path, "/healthz") == 0 ? answer_health(r) : answer(r);
}

/* The first line as it was sent: its memory is that of the request. */
static void *on_target(void *context, const char *target,
                       struct MHD_Connection *connection)
{
    struct server *s = context;
    struct request *r = heap_zeroed(sizeof(*r));
    r->server = s;
    r->connection = connection;
    r->target_bytes = strlen(target);
    arena_init(&r->arena);
    buf_init(&r->body, SERVE_BODY_BYTES_MAX);
    r->next = s->requests;
    s->requests = r;
    return r;
}

static void on_completed(void *context, struct MHD_Connection *connection,
                         void **memory, enum MHD_RequestTerminationCode how)
{
    struct server *s = context;
    struct request *r = *memory;
    struct request **at = &s->requests;
    (void)how;
    if (r == NULL)
        return;
    while (*at != r)
        at = &(*at)->next;
    *at = r->next;
    flights_unwait(&r->waiter);
    s->sending_bytes -= r->reply_bytes;
    buf_release(&r->body);
    arena_release(&r->arena);
    free(r);
    *memory = NULL;
    client_may(connection, clock_now_us() + s->options.client_ms * 1000);
}

static void on_connection(void *context, struct MHD_Connection *connection,
                          void **memory,
                          enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        client_open(context, connection, memory);
    else
        client_close(context, memory);
}

void request_resume(struct request *r)
{
    if (!r->suspended)
        return;
    r->suspended = false;
    r->server->changed = true;
    MHD_resume_connection(r->connection);
}

struct MHD_Daemon *requests_open(struct server *s)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET, 0,
        NULL, NULL, on_request, s, MHD_OPTION_CONNECTION_LIMIT,
        2 * (unsigned)s->options.connections + CLOSING_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_BYTES,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_target,
        s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_END);
}
