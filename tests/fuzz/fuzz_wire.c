/* What servers send in bytes: a DNS message, or a gRPC answer. The first byte
   chooses. */
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"
#include "probe/kinds/probe_kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_dns(struct arena *a, struct str message, int type)
{
    struct buf out;
    struct err e = {.set = false};
    cJSON *json = NULL;
    buf_init(&out, (size_t)4 << 20);
    bool ok = dns_read_message(&out, a, message, type);
    struct source source = {"dns", buf_view(&out)};
    if (ok && !out.full && !json_parse(&json, &source, &e))
        abort(); /* what we write is always JSON */
    cJSON_Delete(json);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    if (size == 0)
        return 0;
    arena_init(&a);
    struct str rest = {arena_dup(&a, (const char *)data + 1, size - 1),
                       size - 1};
    struct response response = {.status = 200, .body = rest, .head = rest};
    if (data[0] % 16 < DNS_PTR + 1)
        read_dns(&a, rest, data[0] % 16);
    else
        probe_grpc.read(&response);
    if (response.body.ptr == NULL)
        abort();
    arena_release(&a);
    return 0;
}
