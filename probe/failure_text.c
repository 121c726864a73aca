/* What a failure of the connection means, and what to try where that helps. */
#include <string.h>

#include "base/text.h"
#include "probe/transfer.h"

enum where { ANY, HTTP };

/* What libcurl and OpenSSL say of it; the first row that fits is used. */
struct said_row {
    const char *said;
    enum where where;
    const char *text;
};

static const struct said_row said_row[] = {
    {"wrong version number", HTTP,
     "the server speaks plain HTTP on this port; use http://"},
    {"packet length too long", HTTP,
     "the server speaks plain HTTP on this port; use http://"},
    {"wrong version number", ANY, "the server does not speak TLS on this port"},
    {"packet length too long", ANY,
     "the server does not speak TLS on this port"},
    {"no application protocol", ANY,
     "the server refuses this HTTP version; if it speaks only HTTP/2, set "
     "http_version: \"2\""},
    {"handshake failure", ANY,
     "the server refused the TLS handshake; it may require a client "
     "certificate, or share no cipher with this client"},
    {"protocol version", ANY, "the server supports no TLS version in common"},
    {"unsupported protocol", ANY,
     "the server supports no TLS version in common"},
    {"certificate required", ANY, "the server requires a client certificate"},
    {"alert unknown ca", ANY,
     "the server does not trust the issuer of the client certificate"},
    {"alert bad certificate", ANY,
     "the server did not accept the client certificate"},
    {"alert certificate expired", ANY, "the client certificate has expired"},
    {"alert certificate unknown", ANY,
     "the server did not accept the client certificate"},
    {"unrecognized name", ANY,
     "the server has no certificate for this host name"},
    {"key too small", ANY, "the key of the server's certificate is too weak"},
    {"dh key too small", ANY, "the server's Diffie-Hellman key is too weak"},
    {"ca md too weak", ANY, "the certificate is signed with a weak digest"},
    {"unexpected eof", ANY, "the server closed the connection during TLS"},
};

static bool is_where(const struct transfer *t, enum where where)
{
    return where == ANY || kind_of(t->check->kind)->has_url;
}

/* OpenSSL's own word for it: the last part of what libcurl passes on. */
static struct str reason_of(struct str detail)
{
    for (size_t at; (at = str_find(detail, STR(":"), 0)) < detail.len;)
        detail = str_sub(detail, at + 1, detail.len);
    return str_trim(detail);
}

static const char *said_message(const struct transfer *t, struct arena *run)
{
    struct str detail = str_from(t->detail);
    for (size_t i = 0; i < ARRAY_COUNT(said_row); i++) {
        const struct said_row *row = &said_row[i];
        if (!is_where(t, row->where) ||
            str_find(detail, str_from(row->said), 0) == detail.len)
            continue;
        return arena_printf(run, "%s (%s)", row->text,
                            text_elide(run, reason_of(detail), 100));
    }
    return NULL;
}

const char *failure_text(const struct transfer *t, struct arena *run,
                         CURLcode code)
{
    bool direct = t->check->transport.proxy == NULL;
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return tls_certificate_message(t, run);
    if (code == CURLE_COULDNT_CONNECT && direct)
        return connect_message(t, run);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return direct && t->result->phase == PHASE_CONNECT
                   ? connect_timeout_message(t, run)
                   : NULL;
    return t->detail[0] == '\0' ? NULL : said_message(t, run);
}
