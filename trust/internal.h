/* Places on the network, and rules for them, within trust/. */
#ifndef TRUST_INTERNAL_H
#define TRUST_INTERNAL_H

#include "trust/trust.h"

#define ADDRESS_BYTES 16

/* An IPv4 address as the IPv6 one that is mapped to it (RFC 4291). */
struct address {
    unsigned char byte[ADDRESS_BYTES];
};

/* Where something is sent. */
struct place {
    const char *host; /* as written, without brackets and a last dot */
    unsigned port;
    bool is_address;
    struct address address;
};

/* One rule of --allow-host, or of the table of addresses that are refused. */
struct rule {
    struct str name; /* "example.com"; of "*.example.com" all from the dot on */
    bool is_suffix;
    bool is_address;
    struct address address;
    unsigned bits; /* of the address that must agree, of 128 */
    unsigned port; /* 0: any */
};

/* NULL, or what is wrong with it. */
const char *rule_read(struct rule *out, const char *text);

bool rule_takes(const struct rule *r, const struct place *p);

/* address.c: an IPv4 or IPv6 address as text; no brackets. */
bool address_read(struct address *out, struct str text);
bool address_of(struct address *out, const struct sockaddr *from);

/*
 * Addresses that no service of the internet has: those of the link, and those
 * at which clouds give credentials to whoever can connect to them.
 */
bool address_is_metadata(const struct address *a);

/* False where it cannot be read as a URL with a host. */
bool place_of_url(struct place *out, struct arena *a, const char *url,
                  unsigned port) MUST_CHECK;

#endif
