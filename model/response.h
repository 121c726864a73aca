/* What a response was: enough to judge it without a network. */
#ifndef MODEL_RESPONSE_H
#define MODEL_RESPONSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/result.h"

/* Of the server's own certificate, but for the two chains. */
enum certificate_field {
    CERTIFICATE_SUBJECT,
    CERTIFICATE_ISSUER,
    CERTIFICATE_START_DATE,
    CERTIFICATE_EXPIRE_DATE,
    CERTIFICATE_SERIAL_NUMBER,
    CERTIFICATE_ALT_NAME,
    CERTIFICATE_CHAIN_EXPIRE_DATE,    /* the earliest of all that it shows */
    CERTIFICATE_VERIFIED_EXPIRE_DATE, /* the earliest that is relied on */
    CERTIFICATE_FIELDS
};

struct response {
    int64_t status;             /* 0: none came */
    struct str head;            /* header lines as received */
    struct str body;            /* decoded */
    const char *http_version;   /* "1.1"; NULL: not known */
    const char *url;            /* that answered */
    const char *ip;             /* NULL: none, as with a unix socket */
    const struct str *redirect; /* URLs that were followed */
    size_t redirect_count;
    int64_t duration_us;
    struct timing timing;
    /* By enum certificate_field; NULL: none. */
    const char *certificate[CERTIFICATE_FIELDS];
    int64_t exit_code; /* of a program; its output is the body */
    int64_t now_ms;    /* wall: what dates are compared with */
};

#endif
