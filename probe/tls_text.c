/* What is wrong with a certificate, and which one of the chain it is. */
#include <arpa/inet.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "probe/transfer.h"

#define NAMES_SHOWN 6

/* %w: which certificate; %e, %b: its end, its beginning; %o: its issuer, named;
   %s: how many were sent */
struct chain_row {
    int error;
    const char *text;
};

static const struct chain_row chain_row[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, "%w expired at %e"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "%w is not valid before %b"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
     "%w is self-signed and not trusted on this machine"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
     "%w at the end of the chain is not trusted on this machine"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     "%s; %o is missing: it is neither sent nor trusted on this machine"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
     "%s; %o is missing: it is neither sent nor trusted on this machine"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
     "%s; %o is missing: it is neither sent nor trusted on this machine"},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, "the signature of %w is wrong"},
    {X509_V_ERR_CERT_REVOKED, "%w is revoked"},
    {X509_V_ERR_CERT_REJECTED, "%w is explicitly distrusted on this machine"},
    {X509_V_ERR_CERT_UNTRUSTED, "%w is not trusted on this machine"},
    {X509_V_ERR_INVALID_CA, "%w signed the one below it but is not a CA"},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, "the chain is longer than %w allows"},
    {X509_V_ERR_INVALID_PURPOSE, "%w is not for servers"},
    {X509_V_ERR_EE_KEY_TOO_SMALL, "the key of %w is too weak"},
    {X509_V_ERR_CA_KEY_TOO_SMALL, "the key of %w is too weak"},
    {X509_V_ERR_CA_MD_TOO_WEAK, "%w is signed with a weak digest"},
};

static const char *name_text(struct arena *a, const X509_NAME *name)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    const char *text = "";
    if (bio != NULL &&
        X509_NAME_print_ex(bio, name, 0,
                           XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
        long len = BIO_get_mem_data(bio, &data);
        text =
            text_elide(a, (struct str){data, len > 0 ? (size_t)len : 0}, 150);
    }
    BIO_free(bio);
    return text;
}

static void add_date(struct buf *out, const ASN1_TIME *date)
{
    char text[64] = "";
    int64_t ms = 0;
    BIO *bio = BIO_new(BIO_s_mem());
    if (bio != NULL && ASN1_TIME_print(bio, date) == 1) {
        int n = BIO_read(bio, text, (int)sizeof(text) - 1);
        text[n > 0 ? n : 0] = '\0';
    }
    BIO_free(bio);
    if (clock_parse_format(str_from(text), CLOCK_OPENSSL, &ms))
        clock_format(out, ms);
    else
        buf_text(out, "an unreadable date");
}

/* "the server's certificate", or the name of the one above it. */
static void add_which(struct buf *out, struct arena *a,
                      const struct chain_fault *c)
{
    if (c->depth == 0 || c->fault == NULL) {
        buf_text(out, "the server's certificate");
        return;
    }
    bool root = X509_NAME_cmp(X509_get_subject_name(c->fault),
                              X509_get_issuer_name(c->fault)) == 0;
    buf_printf(out, "the %s certificate '%s'", root ? "root" : "intermediate",
               name_text(a, X509_get_subject_name(c->fault)));
}

static void add_issuer(struct buf *out, struct arena *a,
                       const struct chain_fault *c, const X509 *x)
{
    const char *name = name_text(a, X509_get_issuer_name(x));
    if (c->depth == 0) {
        buf_printf(out, "its issuer '%s'", name);
        return;
    }
    buf_printf(out, "the issuer '%s' of ", name);
    add_which(out, a, c);
}

static void add_part(struct buf *out, struct arena *a,
                     const struct chain_fault *c, char part)
{
    const X509 *x = c->fault != NULL ? c->fault : c->leaf;
    if (part == 'w')
        add_which(out, a, c);
    else if (part == 's')
        buf_printf(out, "the server sends %d certificate%s", c->sent,
                   c->sent == 1 ? "" : "s");
    else if (part == 'o')
        add_issuer(out, a, c, x);
    else
        add_date(out,
                 part == 'e' ? X509_get0_notAfter(x) : X509_get0_notBefore(x));
}

static const char *form_of(struct arena *a, int error)
{
    for (size_t i = 0; i < ARRAY_COUNT(chain_row); i++)
        if (chain_row[i].error == error)
            return chain_row[i].text;
    return arena_printf(a, "%%w: %s", X509_verify_cert_error_string(error));
}

static void add_problem(struct buf *out, struct arena *a,
                        const struct chain_fault *c)
{
    for (const char *at = form_of(a, c->error); *at != '\0'; at++) {
        if (at[0] == '%' && strchr("wsoeb", at[1]) != NULL && at[1] != '\0')
            add_part(out, a, c, *++at);
        else
            buf_char(out, *at);
    }
}

static void add_address(struct buf *out, const ASN1_OCTET_STRING *ip)
{
    char text[INET6_ADDRSTRLEN] = "";
    int len = ASN1_STRING_length(ip);
    if (len == 4 || len == 16)
        (void)inet_ntop(len == 4 ? AF_INET : AF_INET6,
                        ASN1_STRING_get0_data(ip), text, sizeof(text));
    buf_text(out, text);
}

/* The host names and addresses that the certificate is for: "a, b". */
static const char *names_text(struct arena *a, const X509 *x)
{
    GENERAL_NAMES *all = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    struct buf out;
    int shown = 0, count = all == NULL ? 0 : sk_GENERAL_NAME_num(all);
    buf_init(&out, 400);
    for (int i = 0; i < count && shown < NAMES_SHOWN; i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(all, i);
        if (name->type != GEN_DNS && name->type != GEN_IPADD)
            continue;
        buf_text(&out, shown++ == 0 ? "" : ", ");
        if (name->type == GEN_DNS)
            buf_add(&out, (const char *)ASN1_STRING_get0_data(name->d.dNSName),
                    (size_t)ASN1_STRING_length(name->d.dNSName));
        else
            add_address(&out, name->d.iPAddress);
    }
    if (shown == NAMES_SHOWN && count > shown)
        buf_printf(&out, " and %d more", count - shown);
    const char *text = shown == 0 ? name_text(a, X509_get_subject_name(x))
                                  : text_elide(a, buf_view(&out), 300);
    GENERAL_NAMES_free(all);
    buf_release(&out);
    return text;
}

/* Whom it is for, by whom, and from when to when. */
static void add_details(struct buf *out, struct arena *a, const X509 *x)
{
    const char *subject = name_text(a, X509_get_subject_name(x));
    const char *names = names_text(a, x);
    buf_printf(out, " (for %s", subject);
    if (strcmp(names, subject) != 0)
        buf_printf(out, ", names %s", names);
    buf_printf(out, ", issued by %s, valid from ",
               name_text(a, X509_get_issuer_name(x)));
    add_date(out, X509_get0_notBefore(x));
    buf_text(out, " to ");
    add_date(out, X509_get0_notAfter(x));
    buf_char(out, ')');
}

/* The chain is good, so it is the name that libcurl did not find in it. */
static void add_wrong_name(struct buf *out, struct arena *a,
                           const struct transfer *t)
{
    buf_printf(out, "the server's certificate is for %s, not for '%s'",
               names_text(a, t->chain.leaf), connect_host(t, a));
}

const char *tls_certificate_message(const struct transfer *t, struct arena *run)
{
    const struct chain_fault *c = &t->chain;
    struct buf text;
    if (c->leaf == NULL)
        return NULL;
    buf_init(&text, 1200);
    buf_text(&text, "certificate not accepted: ");
    if (c->error == X509_V_OK)
        add_wrong_name(&text, run, t);
    else
        add_problem(&text, run, c);
    if (c->error != X509_V_OK)
        add_details(&text, run, c->fault != NULL ? c->fault : c->leaf);
    const char *message = text_elide(run, buf_view(&text), 800);
    buf_release(&text);
    return message;
}
