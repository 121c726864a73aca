/* Status and body of an answer, and who may have one. */
#include <openssl/crypto.h>
#include <string.h>

#include "app/serve/internal.h"
#include "base/json.h"
#include "base/text.h"

#define DIGEST_BYTES 64 /* SHA-256 in hex */

/*
 * 500 when it could not be told: nothing between us and the asker makes that
 * one up, and who acts on failures alone must not take it for one.
 */
unsigned answer_status(const struct flight *f, const struct ask *ask)
{
    if (!f->answered)
        return 500;
    if (ask->always_ok || f->answer.exit == EXIT_VERIFIED)
        return 200;
    switch ((enum verdict)f->answer.verdict) {
    case VERDICT_DEGRADED:
    case VERDICT_UNHEALTHY:
    case VERDICT_NOT_SHIPPED:
        return 503;
    case VERDICT_HEALTHY:
    case VERDICT_VERIFIED:
    case VERDICT_INCONCLUSIVE:
        break;
    }
    return 500;
}

void answer_write(struct buf *out, const struct flight *f,
                  const struct ask *ask, int64_t now_us)
{
    struct answer now = f->answer;
    if (!f->answered) {
        answer_error(out, "the run ended without an answer");
        return;
    }
    now.age_ms = (now_us - f->ended_us) / 1000;
    shape_write(out, &answer_shape, &now);
    if (ask->record) {
        buf_truncate(out, out->len - 2); /* its end: a line and a brace */
        buf_text(out, ",\n  \"record\": ");
        buf_str(out, str_trim(f->record));
        buf_text(out, "\n}");
    }
    buf_char(out, '\n');
}

void answer_error(struct buf *out, const char *text)
{
    buf_text(out, "{\n  \"ok\": false,\n  \"error\": ");
    json_quote(out, str_from(text));
    buf_text(out, "\n}\n");
}

/* A browser shows none of it as a page, and keeps none of it. */
const struct reply_header reply_headers[] = {
    {"Content-Type", "application/json"},
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Connection", "close"},
    {NULL, NULL},
};

static const char *reason_phrase(unsigned status)
{
    switch (status) {
    case 414:
        return "URI Too Long";
    case 417:
        return "Expectation Failed";
    case 431:
        return "Request Header Fields Too Large";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Bad Request";
    }
}

void refusal_write(struct buf *out, const struct refusal *r)
{
    struct buf body;
    buf_init(&body, 1024);
    answer_error(&body, r->why);
    buf_printf(out, "HTTP/1.1 %u %s\r\n", r->status, reason_phrase(r->status));
    for (const struct reply_header *h = reply_headers; h->name != NULL; h++)
        buf_printf(out, "%s: %s\r\n", h->name, h->value);
    buf_printf(out, "Content-Length: %zu\r\n\r\n", body.len);
    buf_str(out, buf_view(&body));
    buf_release(&body);
}

/* Digests have one length: that of the token is not told either. */
bool token_matches(const char *token, const char *header)
{
    struct str given = str_from(header);
    struct buf want, have;
    if (token == NULL)
        return true;
    if (given.len < 7 ||
        !str_equal_nocase(str_sub(given, 0, 7), STR("Bearer ")))
        return false;
    buf_init(&want, DIGEST_BYTES);
    buf_init(&have, DIGEST_BYTES);
    bool same = text_sha256(&want, str_from(token)) &&
                text_sha256(&have, str_trim(str_sub(given, 7, given.len))) &&
                want.len == DIGEST_BYTES && have.len == DIGEST_BYTES &&
                CRYPTO_memcmp(want.ptr, have.ptr, DIGEST_BYTES) == 0;
    buf_release(&want);
    buf_release(&have);
    return same;
}
