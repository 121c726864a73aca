/* PEM by libcrypto, with a callback that never prompts. */
#include "base/pem.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

/* What libcrypto wanted to know while it read. */
struct password {
    const char *text;
    bool wanted;
};

static int give_password(char *out, int size, int writes, void *user)
{
    struct password *p = user;
    (void)writes;
    p->wanted = true;
    size_t len = p->text == NULL ? 0 : strlen(p->text);
    if (p->text == NULL || size < 0 || len > (size_t)size)
        return -1;
    memcpy(out, p->text, len);
    return (int)len;
}

/* A pipe would be empty when libcurl reads it. */
static const char *file_problem(struct arena *a, const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return arena_printf(a, "cannot be read: %s", strerror(errno));
    int rc = fstat(fd, &info);
    close(fd);
    if (rc != 0)
        return arena_printf(a, "cannot be read: %s", strerror(errno));
    if (S_ISDIR(info.st_mode))
        return "is a folder, expected a PEM file";
    if (!S_ISREG(info.st_mode))
        return "is not a regular file";
    return (size_t)info.st_size > PEM_BYTES_MAX ? "is larger than 16 MiB"
                                                : NULL;
}

/* NULL with *why set; also when memory is short. */
static BIO *open_file(struct arena *a, const char *path, const char **why)
{
    *why = file_problem(a, path);
    if (*why != NULL)
        return NULL;
    BIO *in = BIO_new_file(path, "r");
    if (in == NULL)
        *why = "cannot be read";
    return in;
}

const char *pem_authorities_problem(struct arena *a, const char *path)
{
    const char *why;
    struct password none = {NULL, false};
    int found = 0;
    BIO *in = open_file(a, path, &why);
    if (in == NULL)
        return why;
    STACK_OF(X509_INFO) *all =
        PEM_X509_INFO_read_bio(in, NULL, give_password, &none);
    for (int i = 0; i < sk_X509_INFO_num(all); i++)
        found += sk_X509_INFO_value(all, i)->x509 != NULL;
    if (all == NULL)
        why = none.wanted ? "holds an encrypted certificate"
                          : "holds a certificate that cannot be read";
    else if (found == 0)
        why = "holds no certificate in PEM form";
    sk_X509_INFO_pop_free(all, X509_INFO_free);
    BIO_free(in);
    ERR_clear_error();
    return why;
}

static X509 *read_certificate(struct arena *a, const char *path,
                              const char **why)
{
    struct password none = {NULL, false};
    BIO *in = open_file(a, path, why);
    if (in == NULL)
        return NULL;
    X509 *cert = PEM_read_bio_X509_AUX(in, NULL, give_password, &none);
    if (cert == NULL)
        *why = none.wanted ? "holds an encrypted certificate"
                           : "holds no certificate in PEM form";
    BIO_free(in);
    ERR_clear_error();
    return cert;
}

const char *pem_certificate_problem(struct arena *a, const char *path)
{
    const char *why = NULL;
    X509_free(read_certificate(a, path, &why));
    return why;
}

static EVP_PKEY *read_key(struct arena *a, const char *path,
                          const char *password, const char **why)
{
    struct password given = {password, false};
    BIO *in = open_file(a, path, why);
    if (in == NULL)
        return NULL;
    EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, give_password, &given);
    if (key == NULL && given.wanted && password == NULL)
        *why = "is encrypted: give its 'password'";
    else if (key == NULL && given.wanted)
        *why = "is encrypted, and the 'password' does not open it";
    else if (key == NULL)
        *why = "holds no private key in PEM form";
    BIO_free(in);
    ERR_clear_error();
    return key;
}

const char *pem_key_problem(struct arena *a, const char *path, const char *cert,
                            const char *password)
{
    const char *why = NULL;
    EVP_PKEY *key = read_key(a, path, password, &why);
    if (key == NULL)
        return why;
    X509 *owner = read_certificate(a, cert, &why);
    if (owner == NULL)
        why = NULL; /* that is the certificate's problem */
    else if (X509_check_private_key(owner, key) != 1)
        why =
            arena_printf(a, "is not the key of the certificate '%.200s'", cert);
    X509_free(owner);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return why;
}
