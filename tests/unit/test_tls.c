/*
 * Certificates: what is said of one that is not accepted, and what a check
 * reads of one that is. The authority and its certificates are made here; the
 * server is a child process on loopback.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "plan/plan.h"
#include "probe/probe.h"
#include "probe/transfer.h"
#include "tests/unit/testing.h"

/* 2020-01-01T00:00:00Z, 2100-01-01T00:00:00Z */
#define PAST   INT64_C(1577836800)
#define FUTURE INT64_C(4102444800)

struct described {
    const char *subject, *issuer; /* common names */
    const char *names;            /* "DNS:a.test,IP:127.0.0.1"; NULL: none */
    int64_t from_s, to_s;
};

static void set_name(X509_NAME *name, const char *text)
{
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               (const unsigned char *)text, -1, -1, 0);
}

static void add_extension(X509 *x, int nid, const char *value)
{
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    assert_non_null(ext);
    assert_int_equal(X509_add_ext(x, ext, -1), 1);
    X509_EXTENSION_free(ext);
}

static X509 *make(const struct described *d, EVP_PKEY *key, EVP_PKEY *signer)
{
    X509 *x = X509_new();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 4711);
    ASN1_TIME_set(X509_getm_notBefore(x), d->from_s);
    ASN1_TIME_set(X509_getm_notAfter(x), d->to_s);
    set_name(X509_get_subject_name(x), d->subject);
    set_name(X509_get_issuer_name(x), d->issuer);
    X509_set_pubkey(x, key);
    if (d->names != NULL)
        add_extension(x, NID_subject_alt_name, d->names);
    else
        add_extension(x, NID_basic_constraints, "critical,CA:TRUE");
    assert_true(X509_sign(x, signer, EVP_sha256()) > 0);
    return x;
}

static EVP_PKEY *new_key(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    assert_non_null(key);
    return key;
}

struct refusal {
    int error, depth, sent;
    bool fault; /* the one at fault is known */
    const char *subject, *issuer, *names;
    const char *want; /* behind "certificate not accepted: " */
};

#define PERIOD    ", valid from 2020-01-01T00:00:00Z to 2100-01-01T00:00:00Z)"
#define OF_SERVER " (for CN = a.test, issued by CN = CA" PERIOD
#define OF_MIDDLE " (for CN = Mid, issued by CN = Root" PERIOD
#define OF_ROOT   " (for CN = Root, issued by CN = Root" PERIOD
#define SERVER(error, want)                                                    \
    {                                                                          \
        error, 0, 1, true, "a.test", "CA", NULL, want                          \
    }
#define MIDDLE(error, want)                                                    \
    {                                                                          \
        error, 1, 2, true, "Mid", "Root", NULL, want                           \
    }

static const struct refusal refusals[] = {
    SERVER(
        X509_V_ERR_CERT_HAS_EXPIRED,
        "the server's certificate expired at 2100-01-01T00:00:00Z" OF_SERVER),
    SERVER(X509_V_ERR_CERT_NOT_YET_VALID,
           "the server's certificate is not valid before "
           "2020-01-01T00:00:00Z" OF_SERVER),
    SERVER(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
           "the server's certificate is self-signed and not trusted on this "
           "machine" OF_SERVER),
    SERVER(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
           "the server sends 1 certificate; its issuer 'CN = CA' is missing: "
           "it is neither sent nor trusted on this machine" OF_SERVER),
    SERVER(X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
           "the server sends 1 certificate; its issuer 'CN = CA' is missing: "
           "it is neither sent nor trusted on this machine" OF_SERVER),
    SERVER(X509_V_ERR_CERT_SIGNATURE_FAILURE,
           "the signature of the server's certificate is wrong" OF_SERVER),
    SERVER(X509_V_ERR_CERT_REVOKED,
           "the server's certificate is revoked" OF_SERVER),
    SERVER(X509_V_ERR_INVALID_PURPOSE,
           "the server's certificate is not for servers" OF_SERVER),
    SERVER(X509_V_ERR_EE_KEY_TOO_SMALL,
           "the key of the server's certificate is too weak" OF_SERVER),
    SERVER(X509_V_ERR_OUT_OF_MEM,
           "the server's certificate: out of memory" OF_SERVER),
    MIDDLE(X509_V_ERR_CERT_HAS_EXPIRED,
           "the intermediate certificate 'CN = Mid' expired at "
           "2100-01-01T00:00:00Z" OF_MIDDLE),
    MIDDLE(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
           "the server sends 2 certificates; the issuer 'CN = Root' of the "
           "intermediate certificate 'CN = Mid' is missing: it is neither sent "
           "nor trusted on this machine" OF_MIDDLE),
    MIDDLE(X509_V_ERR_INVALID_CA,
           "the intermediate certificate 'CN = Mid' "
           "signed the one below it but is not a CA" OF_MIDDLE),
    MIDDLE(X509_V_ERR_PATH_LENGTH_EXCEEDED,
           "the chain is longer than the intermediate certificate 'CN = Mid' "
           "allows" OF_MIDDLE),
    MIDDLE(X509_V_ERR_CA_KEY_TOO_SMALL,
           "the key of the intermediate certificate 'CN = Mid' is too "
           "weak" OF_MIDDLE),
    MIDDLE(X509_V_ERR_CA_MD_TOO_WEAK, "the intermediate certificate 'CN = Mid' "
                                      "is signed with a weak digest" OF_MIDDLE),
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, 2, 3, true, "Root", "Root", NULL,
     "the root certificate 'CN = Root' at the end of the chain is not trusted "
     "on this machine" OF_ROOT},
    {X509_V_ERR_CERT_UNTRUSTED, 2, 3, true, "Root", "Root", NULL,
     "the root certificate 'CN = Root' is not trusted on this machine" OF_ROOT},
    {X509_V_ERR_CERT_REJECTED, 2, 3, false, "a.test", "CA", NULL,
     "the server's certificate is explicitly distrusted on this "
     "machine" OF_SERVER},
    {X509_V_ERR_CERT_REVOKED, 0, 1, true, "a.test", "CA",
     "DNS:a.test,IP:192.0.2.7,IP:2001:db8::1",
     "the server's certificate is revoked (for CN = a.test, names a.test, "
     "192.0.2.7, 2001:db8::1, issued by CN = CA" PERIOD},
    /* the chain is good: it is the name */
    {X509_V_OK, 0, 1, true, "a.test", "CA", NULL,
     "the server's certificate is for CN = a.test, not for 'b.test'"},
    {X509_V_OK, 0, 1, true, "x", "CA", "DNS:a.test,DNS:*.a.test",
     "the server's certificate is for a.test, *.a.test, not for 'b.test'"},
    {X509_V_OK, 0, 1, true, "x", "CA", "email:a@a.test,DNS:a.test",
     "the server's certificate is for a.test, not for 'b.test'"},
    {X509_V_OK, 0, 1, true, "x", "CA", "DNS:a,DNS:b,DNS:c,DNS:d,DNS:e,DNS:f",
     "the server's certificate is for a, b, c, d, e, f, not for 'b.test'"},
    {X509_V_OK, 0, 1, true, "x", "CA",
     "DNS:a,DNS:b,DNS:c,DNS:d,DNS:e,DNS:f,DNS:g",
     "the server's certificate is for a, b, c, d, e, f and 1 more, not for "
     "'b.test'"},
};

static void why_it_is_not_accepted(void **state)
{
    static const char prefix[] = "certificate not accepted: ";
    struct arena a;
    EVP_PKEY *key = new_key();
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(refusals); i++) {
        const struct refusal *r = &refusals[i];
        const struct described d = {r->subject, r->issuer, r->names, PAST,
                                    FUTURE};
        const struct check check = {.id = "x"};
        struct transfer t = {
            .check = &check,
            .request.url = "https://b.test:8443/x",
            .chain = {.error = r->error, .depth = r->depth, .sent = r->sent}};
        t.chain.leaf = make(&d, key, key);
        if (r->fault) {
            t.chain.fault = t.chain.leaf;
            X509_up_ref(t.chain.fault);
        }
        const char *text = tls_certificate_message(&t, &a);
        assert_int_equal(strncmp(text, prefix, strlen(prefix)), 0);
        assert_string_equal(text + strlen(prefix), r->want);
        tls_forget(&t);
        assert_null(tls_certificate_message(&t, &a));
    }
    EVP_PKEY_free(key);
    arena_release(&a);
}

static void why_there_is_no_connection(void **state)
{
    static const struct {
        int code;
        const char *text, *of_file; /* NULL: none */
    } row[] = {
        {ECONNREFUSED, "connection refused",
         "nothing listens on the socket file"},
        {EHOSTUNREACH, "no route to host", "no route to host"},
        {ENETUNREACH, "network is unreachable", "network is unreachable"},
        {ETIMEDOUT, "connection timed out (no response to SYN)",
         "connection timed out (no response to SYN)"},
        {EACCES, "permission denied", "permission denied"},
        {EMFILE, "no file descriptor is free", "no file descriptor is free"},
        {ENOENT, NULL, "the socket file does not exist"},
        {ENOTDIR, NULL, "the socket file does not exist"},
        {ENOTSOCK, NULL, "the file is not a socket"},
        {EPROTOTYPE, NULL, "the socket file is not of a stream socket"},
        {0, NULL, NULL},
        {EDOM, NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        for (int file = 0; file <= 1; file++) {
            const char *want = file ? row[i].of_file : row[i].text;
            const char *got = connect_text(row[i].code, file);
            if (want == NULL)
                assert_null(got);
            else
                assert_string_equal(got, want);
        }
}

static void ends_of_certificates(void **state)
{
    static const struct {
        const char *date;
        int64_t ms;
    } row[] = {{NULL, 0},
               {"", 0},
               {"never", 0},
               {"2100-01-01", 0},
               {"Jan  1 00:00:00 2100 GMT", FUTURE * 1000},
               {"Jan  1 00:00:01 2020 GMT", PAST * 1000 + 1000}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct response r = {.certificate[CERTIFICATE_EXPIRE_DATE] =
                                 row[i].date};
        assert_int_equal(certificate_end_ms(&r), row[i].ms);
    }
}

/* An authority in a file, and a server with a certificate of it. */
struct world {
    struct arena arena;
    char ca[64];
    EVP_PKEY *key;
    X509 *leaf;
    pid_t server;
    int port;
};

static void serve(int fd, const struct world *w)
{
    static const char text[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    char data[4096];
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    signal(SIGPIPE, SIG_IGN);
    alarm(60); /* should the test fail before it ends the server */
    SSL_CTX_use_certificate(context, w->leaf);
    SSL_CTX_use_PrivateKey(context, w->key);
    for (;;) {
        int one = accept(fd, NULL, NULL);
        SSL *ssl = SSL_new(context);
        SSL_set_fd(ssl, one);
        if (SSL_accept(ssl) == 1 && SSL_read(ssl, data, sizeof(data)) > 0)
            (void)SSL_write(ssl, text, sizeof(text) - 1);
        SSL_shutdown(ssl);
        SSL_free(ssl);
        close(one);
    }
}

static void world_begin(struct world *w, int64_t ca_ends_s)
{
    const struct described ca = {"CA", "CA", NULL, PAST, ca_ends_s};
    const struct described leaf = {"web", "CA", "IP:127.0.0.1,DNS:localhost",
                                   PAST + 1, FUTURE - 1};
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    EVP_PKEY *signer = new_key();
    X509 *authority = make(&ca, signer, signer);
    arena_init(&w->arena);
    snprintf(w->ca, sizeof(w->ca), "/tmp/postflight-ca-XXXXXX");
    FILE *f = fdopen(mkstemp(w->ca), "w");
    assert_int_equal(PEM_write_X509(f, authority), 1);
    fclose(f);
    w->key = new_key();
    w->leaf = make(&leaf, w->key, signer);
    X509_free(authority);
    EVP_PKEY_free(signer);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(fd, 8), 0);
    getsockname(fd, (struct sockaddr *)&at, &len);
    w->port = ntohs(at.sin_port);
    w->server = fork();
    if (w->server == 0)
        serve(fd, w);
    close(fd);
}

static void world_end(struct world *w)
{
    kill(w->server, SIGKILL);
    waitpid(w->server, NULL, 0);
    unlink(w->ca);
    X509_free(w->leaf);
    EVP_PKEY_free(w->key);
    arena_release(&w->arena);
}

static void probe(struct result *out, struct world *w, const char *keys)
{
    const struct source **one = arena_array(&w->arena, 1, sizeof(*one));
    const struct plan_inputs in = {.source = one, .source_count = 1};
    const struct probe_options options = {.slots = 8};
    struct plan plan;
    struct diags d;
    struct err e = {.set = false};
    one[0] =
        test_source(&w->arena, "t.yaml",
                    arena_printf(&w->arena, "checks:\n- { id: x, %s }", keys));
    diags_init(&d, &w->arena);
    if (!plan_open(&plan, &w->arena, &in, &d))
        fail_msg("%s", keys);
    assert_true(probe_run(out, &w->arena, plan.check, 1, &options, &e));
    plan_close(&plan);
}

static void fields_of_a_certificate(void **state)
{
    static const char *const expect[] = {
        "certificate \"Subject\" == \"CN = web\"",
        "certificate \"Issuer\" == \"CN = CA\"",
        "certificate \"Serial-Number\" endsWith \"1267\"",
        "certificate \"Start-Date\" daysBeforeNow > 2000",
        "certificate \"Expire-Date\" daysAfterNow > 20000",
        "certificate \"Subject-Alt-Name\" contains \"127.0.0.1\"",
        "certificate \"Chain-Expire-Date\" daysAfterNow > 20000",
        /* the authority, which is not sent, ends before */
        "certificate \"Verified-Expire-Date\" daysAfterNow > 4000",
        "certificate \"Verified-Expire-Date\" daysAfterNow < 8000",
    };
    struct world w;
    (void)state;
    world_begin(&w, time(NULL) + INT64_C(86400) * 5000);
    for (size_t i = 0; i < ARRAY_COUNT(expect); i++)
        for (int web = 0; web <= 1; web++) {
            struct result r = {.id = NULL};
            probe(&r, &w,
                  arena_printf(&w.arena,
                               "%s127.0.0.1:%d%s', ca: %s, expect: '%s'",
                               web ? "url: 'https://" : "tls: '", w.port,
                               web ? "/" : "", w.ca, expect[i]));
            if (r.status != STATUS_PASS)
                fail_msg("%s: %s", expect[i], r.message);
        }
    world_end(&w);
}

static void chains_that_are_refused(void **state)
{
    static const struct {
        const char *target, *more, *want;
        bool own_ca;
    } row[] = {
        {"localhost", "", NULL, true},
        {"b.test", ", resolve: { b.test: 127.0.0.1 }",
         "the server's certificate is for 127.0.0.1, localhost, not for "
         "'b.test'",
         true},
        {"127.0.0.1", "", "its issuer 'CN = CA' is missing", false},
        {"b.test", ", insecure: true, resolve: { b.test: 127.0.0.1 }", NULL,
         false},
    };
    struct world w;
    (void)state;
    world_begin(&w, FUTURE);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct result r = {.id = NULL};
        const char *ca =
            row[i].own_ca ? arena_printf(&w.arena, ", ca: %s", w.ca) : "";
        probe(&r, &w,
              arena_printf(&w.arena, "tls: '%s:%d'%s%s", row[i].target, w.port,
                           ca, row[i].more));
        if (row[i].want == NULL ? r.status != STATUS_PASS
                                : r.cause != CAUSE_TLS ||
                                      strstr(r.message, row[i].want) == NULL)
            fail_msg("%s: %s", row[i].target,
                     r.message == NULL ? "it passes" : r.message);
    }
    world_end(&w);
}

static void an_authority_that_has_expired(void **state)
{
    struct world w;
    struct result r = {.id = NULL};
    (void)state;
    world_begin(&w, PAST + 86400);
    probe(&r, &w,
          arena_printf(&w.arena, "tls: '127.0.0.1:%d', ca: %s", w.port, w.ca));
    assert_int_equal(r.status, STATUS_FAIL);
    assert_int_equal(r.cause, CAUSE_TLS);
    if (strstr(r.message, "the root certificate 'CN = CA' expired at "
                          "2020-01-02T00:00:00Z (for CN = CA, issued by CN = "
                          "CA, valid from 2020-01-01T00:00:00Z to "
                          "2020-01-02T00:00:00Z)") == NULL)
        fail_msg("%s", r.message);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(why_it_is_not_accepted),
        cmocka_unit_test(why_there_is_no_connection),
        cmocka_unit_test(ends_of_certificates),
        cmocka_unit_test(fields_of_a_certificate),
        cmocka_unit_test(chains_that_are_refused),
        cmocka_unit_test(an_authority_that_has_expired),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
