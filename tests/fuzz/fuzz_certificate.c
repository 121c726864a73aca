/*
 * Any certificate that OpenSSL reads, as one that was refused: the message has
 * bounds, and names the problem whatever stands in subject, names and dates.
 * Two bytes choose the problem and where in the chain it is; then DER.
 */
#include <openssl/x509.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "probe/transfer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void judge(const char *text)
{
    struct str s = str_from(text);
    must(s.len > 0 && s.len <= 1000, "a message without bounds");
    must(str_starts(s, STR("certificate not accepted: ")), "another message");
    must(!text_has_control(s), "a control byte");
    must(utf8_check(s) == s.len, "no UTF-8");
}

static void try_as(struct arena *a, X509 *x, int error, int depth)
{
    static const struct check check = {.id = "c",
                                       .kind = KIND_HTTP,
                                       .url = "https://a.test/",
                                       .timeout_ms = 1000};
    struct transfer t = {.whole = &check, .check = &check};
    t.request.url = check.url;
    t.chain = (struct chain_fault){.leaf = x,
                                   .fault = depth % 3 == 0 ? NULL : x,
                                   .error = error,
                                   .depth = depth,
                                   .sent = depth + 1};
    judge(tls_certificate_message(&t, a));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    if (size < 3)
        return 0;
    const unsigned char *der = data + 2;
    X509 *x = d2i_X509(NULL, &der, (long)(size - 2));
    if (x == NULL)
        return 0;
    arena_init(&a);
    try_as(&a, x, data[0] % 100, data[1] % 8);
    try_as(&a, x, X509_V_OK, 0);
    arena_release(&a);
    X509_free(x);
    return 0;
}
