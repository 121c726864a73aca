/*
 * What OpenSSL finds wrong with a chain, noted while it verifies: afterwards
 * the certificates are gone. The answer is never changed.
 */
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "probe/transfer.h"

/* Where a context has its transfer; libcurl has indices of its own. */
static int index_of_transfer(void)
{
    static int index = -1;
    if (index < 0)
        index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    return index;
}

static void keep(X509 **kept, X509 *certificate)
{
    if (*kept == NULL && certificate != NULL && X509_up_ref(certificate) == 1)
        *kept = certificate;
}

static int on_verify(int ok, X509_STORE_CTX *store)
{
    SSL *ssl =
        X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct transfer *t = ssl == NULL ? NULL
                                     : SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl),
                                                           index_of_transfer());
    if (t == NULL)
        return ok;
    keep(&t->chain.leaf, X509_STORE_CTX_get0_cert(store));
    if (ok == 0 && t->chain.error == X509_V_OK) {
        t->chain.error = X509_STORE_CTX_get_error(store);
        t->chain.depth = X509_STORE_CTX_get_error_depth(store);
        t->chain.sent = sk_X509_num(X509_STORE_CTX_get0_untrusted(store));
        keep(&t->chain.fault, X509_STORE_CTX_get_current_cert(store));
    }
    return ok;
}

void tls_watch(struct transfer *t, void *context)
{
    SSL_CTX *ctx = context;
    tls_forget(t);
    if (SSL_CTX_set_ex_data(ctx, index_of_transfer(), t) == 1)
        SSL_CTX_set_verify(ctx, SSL_CTX_get_verify_mode(ctx), on_verify);
}

void tls_forget(struct transfer *t)
{
    X509_free(t->chain.leaf);
    X509_free(t->chain.fault);
    t->chain = (struct chain_fault){.error = X509_V_OK};
}
