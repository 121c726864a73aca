/* The query `certificate`: fields of the certificate that a server showed. */
#include "base/clock.h"
#include "base/text.h"
#include "expect/arguments.h"
#include "expect/rows.h"

/* In the order of enum certificate_field. */
static const char *const field_list[] = {
    "Subject",           "Issuer",
    "Start-Date",        "Expire-Date",
    "Serial-Number",     "Subject-Alt-Name",
    "Chain-Expire-Date", "Verified-Expire-Date"};
static const struct names field_names = {"certificate field", field_list,
                                         ARRAY_COUNT(field_list)};

static bool is_date(int field)
{
    return field == CERTIFICATE_START_DATE ||
           field == CERTIFICATE_EXPIRE_DATE ||
           field == CERTIFICATE_CHAIN_EXPIRE_DATE ||
           field == CERTIFICATE_VERIFIED_EXPIRE_DATE;
}

bool certificate_field_read(struct lexer *x, struct token *t, struct query *q)
{
    if (!argument_quoted(x, t, q, "a certificate field"))
        return false;
    struct token word = {.kind = TOKEN_WORD, .text = t->text, .at = t->at + 1};
    if (!argument_word(x, &word, &field_names, &q->part))
        return false;
    if (is_date(q->part))
        q->gives = GIVES_DATE;
    return lexer_next(x, t);
}

/* OpenSSL's dates, as libcurl passes them on: "Nov 21 07:05:09 2026 GMT" */
struct found certificate_field_find(const struct search *s)
{
    int field = s->query->part;
    const char *text = s->response->certificate[field];
    struct found found = {.kind = FOUND_DATE};
    if (text == NULL)
        return found_nothing("the server showed no certificate with this");
    if (!is_date(field))
        return found_string(str_from(text));
    if (clock_parse_format(str_from(text), CLOCK_OPENSSL, &found.date_ms))
        return found;
    return found_nothing("the certificate's date cannot be read");
}
