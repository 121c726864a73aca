/* Fields of certificates: from libcurl's list, and the verified chain. */
#include <openssl/ssl.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "probe/transfer.h"

/* The text of one of libcurl's lines when it begins so. */
static const char *value_of(const struct curl_slist *line, const char *prefix)
{
    return str_starts(str_from(line->data), str_from(prefix))
               ? line->data + strlen(prefix)
               : NULL;
}

/* The names that libcurl gives the fields, in our order. */
static void read_leaf(struct transfer *t, struct arena *run,
                      const struct curl_slist *line)
{
    static const char *const prefix[] = {
        "Subject:",     "Issuer:",        "Start date:",
        "Expire date:", "Serial Number:", "X509v3 Subject Alternative Name:"};
    for (; line != NULL; line = line->next)
        for (size_t i = 0; i < ARRAY_COUNT(prefix); i++) {
            const char *value = value_of(line, prefix[i]);
            if (value != NULL)
                t->response.certificate[i] = str_dup(run, str_from(value));
        }
}

static void read_chain(struct transfer *t, struct arena *run,
                       const struct curl_certinfo *info)
{
    const char *earliest = NULL;
    int64_t first = 0, ms = 0;
    for (int i = 0; i < info->num_of_certs; i++)
        for (const struct curl_slist *l = info->certinfo[i]; l != NULL;
             l = l->next) {
            const char *date = value_of(l, "Expire date:");
            if (date == NULL ||
                !clock_parse_format(str_from(date), CLOCK_OPENSSL, &ms) ||
                (earliest != NULL && ms >= first))
                continue;
            earliest = date;
            first = ms;
        }
    if (earliest != NULL)
        t->response.certificate[CERTIFICATE_CHAIN_EXPIRE_DATE] =
            str_dup(run, str_from(earliest));
}

int64_t certificate_end_ms(const struct response *r)
{
    int64_t ms = 0;
    const char *date = r->certificate[CERTIFICATE_EXPIRE_DATE];
    if (date == NULL || !clock_parse_format(str_from(date), CLOCK_OPENSSL, &ms))
        return 0;
    return ms;
}

void certificate_read(struct transfer *t, struct arena *run)
{
    struct curl_certinfo *info = NULL;
    for (size_t i = 0; i < CERTIFICATE_FIELDS; i++)
        t->response.certificate[i] = NULL; /* of the hop before */
    curl_easy_getinfo(t->easy, CURLINFO_CERTINFO, &info);
    if (info != NULL && info->num_of_certs > 0) {
        read_leaf(t, run, info->certinfo[0]);
        read_chain(t, run, info);
    }
    if (t->verified_until[0] != '\0')
        t->response.certificate[CERTIFICATE_VERIFIED_EXPIRE_DATE] =
            str_dup(run, str_from(t->verified_until));
}

/* As libcurl writes its dates: "Nov 21 07:05:09 2026 GMT" */
static void write_date(const ASN1_TIME *time, char *out, size_t size)
{
    BIO *text = BIO_new(BIO_s_mem());
    if (text != NULL && ASN1_TIME_print(text, time) == 1) {
        int n = BIO_read(text, out, (int)size - 1);
        out[n > 0 ? n : 0] = '\0';
    }
    BIO_free(text);
}

void certificate_note_verified(struct transfer *t)
{
    struct curl_tlssessioninfo *session = NULL;
    const ASN1_TIME *earliest = NULL;
    curl_easy_getinfo(t->easy, CURLINFO_TLS_SSL_PTR, &session);
    if (session == NULL || session->backend != CURLSSLBACKEND_OPENSSL ||
        session->internals == NULL)
        return;
    const STACK_OF(X509) *chain =
        SSL_get0_verified_chain((const SSL *)session->internals);
    for (int i = 0; chain != NULL && i < sk_X509_num(chain); i++) {
        const ASN1_TIME *end = X509_get0_notAfter(sk_X509_value(chain, i));
        if (earliest == NULL || ASN1_TIME_compare(end, earliest) < 0)
            earliest = end;
    }
    if (earliest != NULL)
        write_date(earliest, t->verified_until, sizeof(t->verified_until));
}
