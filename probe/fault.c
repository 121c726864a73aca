/*
 * Whose fault a failed transfer is. What this machine, or a proxy of ours,
 * could not do says nothing of production; what production refused is never
 * put on this machine.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "probe/transfer.h"

struct errno_row {
    int error;
    bool always; /* whatever was done when it came; else of connecting only */
    bool shortage;
    const char *text;
};

/* EHOSTUNREACH is not among them: a router near production says it, too. */
static const struct errno_row errno_row[] = {
    {EMFILE, true, true,
     "this process has no file descriptor left: too many open files"},
    {ENFILE, true, true, "this machine has no file descriptor left"},
    {ENOBUFS, true, true, "this machine has no buffer space left"},
    {ENOMEM, true, true, "this machine has no memory left"},
    {EPERM, true, false,
     "this machine may not connect: operation not permitted"},
    {EACCES, true, false, "this machine may not connect: permission denied"},
    {ENETUNREACH, false, false,
     "this machine has no route: network is unreachable"},
    {ENETDOWN, false, false, "the network of this machine is down"},
    {EAFNOSUPPORT, false, false,
     "this machine does not support this address family"},
    {EPROTONOSUPPORT, false, false,
     "this machine does not support this protocol"},
    {EADDRNOTAVAIL, false, false,
     "this machine has no free local address or port"},
    {EAGAIN, false, true,
     "this machine cannot connect now: no local port is free"},
    {EINTR, false, false, "this machine was interrupted while connecting"},
};

const char *fault_text(int error)
{
    for (size_t i = 0; i < ARRAY_COUNT(errno_row); i++)
        if (errno_row[i].error == error)
            return errno_row[i].text;
    return NULL;
}

static bool is_always_ours(int error)
{
    for (size_t i = 0; i < ARRAY_COUNT(errno_row); i++)
        if (errno_row[i].error == error)
            return errno_row[i].always;
    return false;
}

bool fault_is_shortage(int error)
{
    for (size_t i = 0; i < ARRAY_COUNT(errno_row); i++)
        if (errno_row[i].error == error)
            return errno_row[i].shortage;
    return false;
}

/* A full queue of the server is EAGAIN on a Unix socket. */
static bool is_ours(const struct transfer *t, int error)
{
    bool queue = error == EAGAIN && t->check->transport.unix_socket != NULL;
    return !queue && fault_text(error) != NULL;
}

static void count(struct transfer *t, int error)
{
    if (!is_ours(t, error)) {
        t->sockets.theirs = error;
        return;
    }
    t->sockets.ours++;
    t->sockets.error = error;
}

int fault_open_socket(struct transfer *t, const struct curl_sockaddr *address)
{
    if (!trust_takes_address(t->trust, &address->addr)) {
        t->sockets.refused++;
        return -1;
    }
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
                    address->protocol);
    t->sockets.opened++;
    if (fd < 0)
        count(t, errno);
    return fd;
}

/* Waits it for the other side still? Then errno is one of before. */
static bool is_connecting(int fd)
{
    struct tcp_info info;
    socklen_t size = sizeof(info);
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
           info.tcpi_state == TCP_SYN_SENT;
}

/*
 * libcurl closes what it could not connect right after it has noted why; of
 * some calls it notes nothing, and then errno says it still.
 */
int fault_close_socket(struct transfer *t, int fd, int error)
{
    long os = 0;
    if (t->easy != NULL)
        curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &os);
    if (os != 0)
        count(t, (int)os);
    else if (!is_connecting(fd) && is_ours(t, error))
        count(t, error);
    return close(fd);
}

static bool has_no_connection(const struct transfer *t)
{
    const char *ip = NULL;
    curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &ip);
    return ip == NULL || ip[0] == '\0';
}

/* "Failed to connect to HOST port ...", and HOST is not the one of the URL. */
static bool names_another_host(const struct transfer *t)
{
    static const char before[] = "Failed to connect to ";
    const char *at = strstr(t->detail, before);
    struct str url = str_from(t->request.url), rest;
    if (at == NULL)
        return false;
    struct str host = str_cut(str_from(at + strlen(before)), ' ', &rest);
    return host.len > 0 && str_find(url, host, 0) == url.len;
}

/* One given by name, or one of the environment that shows itself. */
static bool is_through_proxy(const struct transfer *t, CURLcode code)
{
    const char *proxy = t->check->transport.proxy;
    if (proxy == NULL)
        return false;
    return strcmp(proxy, "env") != 0 || code == CURLE_PROXY ||
           strstr(t->detail, "CONNECT") != NULL ||
           strstr(t->detail, "proxy") != NULL || names_another_host(t);
}

static const struct fault none = {-1, NULL};

/* Whoever is on the other side of a tunnel that was not opened? */
static bool has_no_tunnel(const struct transfer *t)
{
    long answer = 0;
    bool plain = strncmp(t->request.url, "http:", 5) == 0;
    bool socks = strncmp(t->check->transport.proxy, "socks", 5) == 0;
    curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &answer);
    if (socks || plain)
        return t->result->phase <= PHASE_CONNECT;
    return answer / 100 != 2;
}

/* An origin without TLS has no handshake that could fail, or take long. */
static bool is_tls_of_proxy(const struct transfer *t, CURLcode code)
{
    bool secure = strncmp(t->check->transport.proxy, "https:", 6) == 0;
    return strncmp(t->request.url, "http:", 5) == 0 &&
           (code == CURLE_SSL_CONNECT_ERROR ||
            code == CURLE_PEER_FAILED_VERIFICATION ||
            (secure && t->result->phase <= PHASE_SEND));
}

static struct fault fault_of_proxy(const struct transfer *t, CURLcode code)
{
    static const struct fault gone = {CAUSE_PROBER,
                                      "no connection to the proxy"};
    if (code == CURLE_COULDNT_RESOLVE_PROXY)
        return (struct fault){CAUSE_PROBER,
                              "the name of the proxy was not resolved"};
    if (!is_through_proxy(t, code))
        return none;
    if (strstr(t->detail, "response 407") != NULL)
        return (struct fault){CAUSE_PROBER,
                              "the proxy requires credentials (407)"};
    if (code == CURLE_COULDNT_CONNECT ||
        (code == CURLE_OPERATION_TIMEDOUT && has_no_connection(t)))
        return gone;
    if (code == CURLE_PROXY || has_no_tunnel(t) || is_tls_of_proxy(t, code))
        return (struct fault){CAUSE_PROXY, "the proxy failed"};
    return none;
}

/* Of several addresses one that production refused is enough. */
static struct fault fault_of_sockets(const struct transfer *t, CURLcode code)
{
    long os = 0;
    curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &os);
    bool all = t->sockets.opened > 0 && t->sockets.ours >= t->sockets.opened;
    if (code == CURLE_COULDNT_CONNECT && t->sockets.refused > 0 &&
        t->sockets.opened == 0)
        return (struct fault){
            CAUSE_CONFIG,
            "was not sent: the name leads to an address that gives credentials "
            "or is on this link, which --untrusted does not allow"};
    if (code == CURLE_COULDNT_CONNECT && all)
        return (struct fault){CAUSE_PROBER, fault_text(t->sockets.error)};
    if (is_always_ours((int)os) && (code != CURLE_COULDNT_CONNECT || all))
        return (struct fault){CAUSE_PROBER, fault_text((int)os)};
    return none;
}

/* What only this machine can mend: files, memory, libcurl itself. */
static struct fault fault_of_code(CURLcode code)
{
    static const struct {
        CURLcode code;
        const char *text;
    } row[] = {
        {CURLE_SSL_CERTPROBLEM, "the client certificate cannot be used"},
        {CURLE_SSL_CACERT_BADFILE, "the CA file cannot be used"},
        {CURLE_SSL_CRL_BADFILE, "the CRL file cannot be used"},
        {CURLE_SSL_ENGINE_NOTFOUND, "TLS engine missing"},
        {CURLE_SSL_ENGINE_INITFAILED, "TLS engine did not start"},
        {CURLE_OUT_OF_MEMORY, "out of memory"},
        {CURLE_FAILED_INIT, "libcurl did not start"},
        {CURLE_NOT_BUILT_IN, "libcurl was built without this"},
        {CURLE_BAD_FUNCTION_ARGUMENT, "libcurl refused an argument"},
        {CURLE_INTERFACE_FAILED, "the local address cannot be used"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        if (row[i].code == code)
            return (struct fault){CAUSE_PROBER, row[i].text};
    return none;
}

struct fault fault_find(const struct transfer *t, CURLcode code)
{
    struct fault found = fault_of_sockets(t, code);
    if (found.cause < 0)
        found = fault_of_proxy(t, code);
    return found.cause < 0 ? fault_of_code(code) : found;
}

/* libcurl names the host that it means, but says no more of a call. */
const char *fault_message(const struct transfer *t, struct arena *run,
                          const struct fault *fault)
{
    bool call = t->sockets.error != 0 &&
                fault->text == fault_text(t->sockets.error) &&
                t->check->transport.proxy == NULL;
    const char *more = call ? connect_where(t, run) : t->detail;
    return more[0] == '\0'
               ? fault->text
               : text_elide(
                     run,
                     str_from(arena_printf(run, "%s: %s", fault->text, more)),
                     400);
}
