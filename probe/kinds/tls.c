/* A TLS handshake, perhaps after a protocol that begins in clear. */
#include "probe/kinds/probe_kind.h"

static enum began begin(struct transfer *t, struct arena *run)
{
    static const char *const scheme[] = {
        [STARTTLS_NONE] = "https", [STARTTLS_SMTP] = "smtp",
        [STARTTLS_IMAP] = "imap",  [STARTTLS_POP3] = "pop3",
        [STARTTLS_FTP] = "ftp",
    };
    (void)run;
    return connection_begin(t, scheme[t->check->starttls]);
}

static const char *reproduce(struct arena *run, const struct check *c)
{
    const char *option = "", *protocol = "";
    if (c->starttls != STARTTLS_NONE) {
        option = " -starttls ";
        protocol = name_of(&starttls_names, c->starttls);
    }
    return arena_printf(run, "openssl s_client -connect %s%s%s </dev/null",
                        c->endpoint, option, protocol);
}

const struct probe_kind probe_tls = {.begin = begin,
                                     .reproduce = reproduce,
                                     .reach = REACHES_HOST,
                                     .tunnels = true,
                                     .phase = PHASE_TLS};
