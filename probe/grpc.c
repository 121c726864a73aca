/*
 * grpc.health.v1 over HTTP/2: a message is a flag, four bytes of length, and
 * HealthCheckResponse; what went wrong is in the trailer grpc-status.
 */
#include "base/text.h"
#include "probe/transfer.h"

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

static bool find_code(struct str head, uint64_t *code)
{
    while (head.len > 0) {
        struct str value;
        struct str line = str_trim(str_cut(head, '\n', &head));
        if (str_equal_nocase(str_cut(line, ':', &value), STR("grpc-status")))
            return text_to_u64(str_trim(value), 16, code);
    }
    return false;
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

void grpc_read(struct response *r)
{
    struct str body = r->body;
    uint64_t code = 0;
    const char *text = "no gRPC message";
    bool framed = body.len >= 5 && body.ptr[0] == '\0' && body.ptr[1] == '\0' &&
                  body.ptr[2] == '\0' && body.ptr[3] == '\0' &&
                  (unsigned char)body.ptr[4] == body.len - 5;
    if (find_code(r->head, &code) && code != 0)
        text = codes[code];
    else if (framed)
        text = read_message(str_sub(body, 5, body.len));
    r->body = str_from(text);
}
