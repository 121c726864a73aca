/* Why a question to a resolver did not leave this machine. */
#ifndef PROBE_DNS_SOCKET_H
#define PROBE_DNS_SOCKET_H

#include <stdbool.h>
/* clang-format off */
#include <sys/select.h>
#include <ares.h>
/* clang-format on */

struct dns_sockets {
    int error; /* errno of the first call that failed; 0: none did */
    bool sent; /* to some server; then that is to blame, if it is silent */
};

/* It outlives the channel. */
void dns_sockets_use(struct dns_sockets *s, ares_channel channel);

#endif
