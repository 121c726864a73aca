/*
 * grpc.health.v1 over HTTP/2: a message is a flag, four bytes of length, and
 * HealthCheckResponse; what went wrong is in the trailer grpc-status.
 */
#include "base/text.h"
#include "probe/kinds/probe_kind.h"

/* HealthCheckResponse.ServingStatus */
static const char *const serving[] = {"UNKNOWN", "SERVING", "NOT_SERVING",
                                      "SERVICE_UNKNOWN"};

/* Codes of gRPC, by number. */
static const char *const codes[] = {"OK",
                                    "CANCELLED",
                                    "UNKNOWN",
                                    "INVALID_ARGUMENT",
                                    "DEADLINE_EXCEEDED",
                                    "NOT_FOUND",
                                    "ALREADY_EXISTS",
                                    "PERMISSION_DENIED",
                                    "RESOURCE_EXHAUSTED",
                                    "FAILED_PRECONDITION",
                                    "ABORTED",
                                    "OUT_OF_RANGE",
                                    "UNIMPLEMENTED",
                                    "INTERNAL",
                                    "UNAVAILABLE",
                                    "DATA_LOSS",
                                    "UNAUTHENTICATED"};

#define MESSAGE_PREFIX 5
#define CODE_MAX       9999 /* those beyond 16 are UNKNOWN */

/* After the empty line that ends the headers; empty when none came. */
static struct str trailers_of(struct str head)
{
    bool ended = false;
    while (head.len > 0 && !ended)
        ended = str_trim(str_cut(head, '\n', &head)).len == 0;
    return head;
}

/* How often grpc-status is there; *code is the last one's value. */
static size_t find_status(struct str head, struct str *code)
{
    size_t count = 0;
    while (head.len > 0) {
        struct str value;
        struct str line = str_trim(str_cut(head, '\n', &head));
        if (!str_equal_nocase(str_cut(line, ':', &value), STR("grpc-status")))
            continue;
        *code = str_trim(value);
        count++;
    }
    return count;
}

/* Bytes that follow the prefix, as it says; only 5 bytes are looked at. */
static size_t message_bytes(struct str body)
{
    size_t bytes = 0;
    for (size_t i = 1; i < MESSAGE_PREFIX; i++)
        bytes = bytes << 8 | (unsigned char)body.ptr[i];
    return bytes;
}

/* A call that went well has one message, whole. */
static bool has_message(struct str body, struct buf *why)
{
    if (body.len < MESSAGE_PREFIX) {
        buf_text(why, "the gRPC message is missing");
        return false;
    }
    size_t bytes = message_bytes(body), have = body.len - MESSAGE_PREFIX;
    if (body.ptr[0] != '\0')
        buf_text(why, "the gRPC message is compressed, which was not offered");
    else if (have < bytes)
        buf_printf(why, "the gRPC message is cut: %zu of %zu bytes", have,
                   bytes);
    else if (have > bytes)
        buf_text(why, "more than one gRPC message");
    return body.ptr[0] == '\0' && have == bytes;
}

static bool is_whole(struct str head, struct str body, struct buf *why)
{
    uint64_t number = 0;
    struct str code = STR_NONE, trailers = trailers_of(head);
    bool alone = trailers.len == 0 && body.len == 0; /* "Trailers-Only" */
    size_t count = find_status(alone ? head : trailers, &code);
    bool is_number = text_to_u64(code, CODE_MAX, &number);
    if (count == 0) {
        buf_text(why, "grpc-status is missing");
    } else if (count > 1) {
        buf_text(why, "more than one grpc-status");
    } else if (!is_number) {
        buf_text(why, "invalid grpc-status '");
        text_visible_line(why, str_sub(code, 0, 60));
        buf_text(why, "'");
    }
    return count == 1 && is_number && (number != 0 || has_message(body, why));
}

/* Field 1, a varint below 128; a missing one is 0, UNKNOWN. */
static const char *read_message(struct str message)
{
    unsigned char value = 0;
    if (message.len == 0)
        return serving[0];
    if (message.len != 2 || message.ptr[0] != 0x08)
        return "no answer of the health service";
    value = (unsigned char)message.ptr[1];
    return value < ARRAY_COUNT(serving) ? serving[value] : "UNRECOGNIZED";
}

static void read_answer(struct response *r)
{
    struct str body = r->body, code = STR_NONE;
    uint64_t number = 0;
    const char *text = "no gRPC message";
    if (find_status(r->head, &code) > 0 &&
        text_to_u64(code, CODE_MAX, &number) && number != 0)
        text = number < ARRAY_COUNT(codes) ? codes[number] : "UNKNOWN";
    else if (body.len >= MESSAGE_PREFIX &&
             message_bytes(body) == body.len - MESSAGE_PREFIX)
        text = read_message(str_sub(body, MESSAGE_PREFIX, body.len));
    r->body = str_from(text);
}

static const char *reproduce(struct arena *run, const struct check *c)
{
    struct str url = str_from(c->url), rest;
    struct str scheme = str_cut(url, ':', &rest);
    struct str host = str_cut(str_sub(rest, 2, rest.len), '/', &rest);
    return arena_printf(run,
                        "grpcurl %s-d '{\"service\": \"%s\"}' %.*s "
                        "grpc.health.v1.Health/Check",
                        str_is(scheme, "https") ? "" : "-plaintext ",
                        c->service == NULL ? "" : c->service, STR_ARGS(host));
}

const struct probe_kind probe_grpc = {.begin = request_begin,
                                      .talks = request_talks,
                                      .talk = exchange_begin,
                                      .events = request_events,
                                      .step = request_step,
                                      .end = outcome_of_exchange,
                                      .drop = exchange_close,
                                      .is_whole = is_whole,
                                      .read = read_answer,
                                      .reproduce = reproduce,
                                      .reach = REACHES_HOST,
                                      .requests = true,
                                      .only_http2 = true,
                                      .quiet = true,
                                      .phase = -1};
