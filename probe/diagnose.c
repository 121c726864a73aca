/* What is wrong with a certificate: libcurl tells nothing of a refused one. */
#include "base/clock.h"
#include "base/text.h"
#include "probe/transfer.h"

bool diagnose_begins(struct transfer *t)
{
    struct course *c = &t->course;
    if (t->code != CURLE_PEER_FAILED_VERIFICATION || c->diagnosing)
        return false;
    c->diagnosing = true;
    c->failed = *t->result;
    return true;
}

static void add_date(struct buf *out, const char *word, const char *date)
{
    int64_t ms = 0;
    if (date == NULL || !clock_parse_format(str_from(date), CLOCK_OPENSSL, &ms))
        return;
    buf_printf(out, "%s ", word);
    clock_format(out, ms);
}

static void describe(struct buf *out, const struct response *r)
{
    const char *const *field = r->certificate;
    if (field[CERTIFICATE_SUBJECT] == NULL)
        return;
    buf_printf(out, "; the certificate is for %s", field[CERTIFICATE_SUBJECT]);
    if (field[CERTIFICATE_ALT_NAME] != NULL)
        buf_printf(out, " (%s)", field[CERTIFICATE_ALT_NAME]);
    if (field[CERTIFICATE_ISSUER] != NULL)
        buf_printf(out, ", issued by %s", field[CERTIFICATE_ISSUER]);
    add_date(out, ", valid from", field[CERTIFICATE_START_DATE]);
    add_date(out, " to", field[CERTIFICATE_EXPIRE_DATE]);
}

void diagnose_end(struct transfer *t, struct arena *run)
{
    struct course *c = &t->course;
    struct buf text;
    buf_init(&text, 900);
    buf_text(&text, c->failed.message);
    describe(&text, &t->response);
    *t->result = c->failed;
    t->result->message = text_elide(run, buf_view(&text), 800);
    t->result->answered = false;
    c->diagnosing = false;
    buf_release(&text);
}
