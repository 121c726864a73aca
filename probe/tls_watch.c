/*
 * What OpenSSL finds wrong with a chain, noted while it verifies: afterwards
 * the certificates are gone. The answer is never changed.
 */
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "probe/transfer.h"

static void keep(X509 **kept, X509 *certificate)
{
    if (*kept == NULL && certificate != NULL && X509_up_ref(certificate) == 1)
        *kept = certificate;
}

/* The verification is OpenSSL's own; it ends at its first error. */
static int verify(X509_STORE_CTX *store, void *user)
{
    struct transfer *t = user;
    int ok = X509_verify_cert(store);
    keep(&t->chain.leaf, X509_STORE_CTX_get0_cert(store));
    if (ok == 1 || t->chain.error != X509_V_OK)
        return ok;
    t->chain.error = X509_STORE_CTX_get_error(store);
    t->chain.depth = X509_STORE_CTX_get_error_depth(store);
    t->chain.sent = sk_X509_num(X509_STORE_CTX_get0_untrusted(store));
    keep(&t->chain.fault, X509_STORE_CTX_get_current_cert(store));
    return ok;
}

void tls_watch(struct transfer *t, void *context)
{
    tls_forget(t);
    SSL_CTX_set_cert_verify_callback(context, verify, t);
}

void tls_forget(struct transfer *t)
{
    X509_free(t->chain.leaf);
    X509_free(t->chain.fault);
    t->chain = (struct chain_fault){.error = X509_V_OK};
}
