/* Addresses, all as IPv6, and those that are refused by themselves. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "trust/internal.h"

static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

/* 64:ff9b::/96 (RFC 6052): a gateway sends it on to the IPv4 address. */
static const unsigned char translated[12] = {0x00, 0x64, 0xff, 0x9b};

static void set_ipv4(struct address *out, const void *bytes)
{
    memcpy(out->byte, mapped, sizeof(mapped));
    memcpy(out->byte + sizeof(mapped), bytes, 4);
}

static void set_ipv6(struct address *out, const void *bytes)
{
    memcpy(out->byte, bytes, ADDRESS_BYTES);
    if (memcmp(out->byte, translated, sizeof(translated)) == 0)
        memcpy(out->byte, mapped, sizeof(mapped));
}

bool address_read(struct address *out, struct str text)
{
    char copy[INET6_ADDRSTRLEN + 1];
    unsigned char bytes[ADDRESS_BYTES];
    if (text.len >= sizeof(copy))
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, bytes) == 1)
        set_ipv4(out, bytes);
    else if (inet_pton(AF_INET6, copy, bytes) == 1)
        set_ipv6(out, bytes);
    else
        return false;
    return true;
}

bool address_of(struct address *out, const struct sockaddr *from)
{
    if (from->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, from, sizeof(in));
        set_ipv4(out, &in.sin_addr);
        return true;
    }
    if (from->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, from, sizeof(in6));
        set_ipv6(out, &in6.sin6_addr);
        return true;
    }
    return false;
}

/* Amazon, Azure, Google and Hetzner are at 169.254.169.254; the other rows are
   what their manuals, and those of Alibaba and Oracle, name besides it. */
const char *const trust_refused[] = {
    "169.254.0.0/16", "fe80::/10",   "fd00:ec2::/32",   "fd20:ce::254",
    "168.63.129.16",  "192.0.0.192", "100.100.100.200", NULL};

bool address_is_metadata(const struct address *a)
{
    const struct place place = {.is_address = true, .address = *a};
    for (size_t i = 0; trust_refused[i] != NULL; i++) {
        struct rule r;
        if (rule_read(&r, trust_refused[i]) == NULL && rule_takes(&r, &place))
            return true;
    }
    return false;
}
