/* Where the server listens: an address of this machine, or a unix socket. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/serve/internal.h"
#include "base/text.h"

#define BACKLOG 128

#define EXPECTED                                                               \
    "expected an address and a port such as 127.0.0.1:9115 or [::1]:9115, or " \
    "unix:/path"

static bool refuse(const char *text, struct err *e)
{
    return err_set(e, POS_NONE, "cannot listen on '%s': " EXPECTED, text);
}

static bool fail(struct listener *l, const char *text, int code, struct err *e)
{
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
    return err_set(e, POS_NONE, "cannot listen on '%s': %s", text,
                   strerror(code));
}

static bool make_socket(struct listener *l, int family)
{
    l->fd = socket(family, SOCK_STREAM, 0);
    return l->fd >= 0 && fcntl(l->fd, F_SETFD, FD_CLOEXEC) == 0 &&
           fcntl(l->fd, F_SETFL, O_NONBLOCK) == 0;
}

/* Does nobody answer there any more? Its server was killed then. */
static bool is_left_over(const struct sockaddr_un *address)
{
    struct stat file;
    if (lstat(address->sun_path, &file) != 0 || !S_ISSOCK(file.st_mode))
        return false;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    bool refused =
        fd >= 0 &&
        connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 &&
        errno == ECONNREFUSED;
    if (fd >= 0)
        close(fd);
    return refused;
}

/* For its owner and group alone. */
static bool listen_unix(struct listener *l, const char *text, struct err *e)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = text + strlen("unix:");
    size_t len = strlen(path);
    if (len == 0)
        return refuse(text, e);
    if (len >= sizeof(address.sun_path))
        return err_set(e, POS_NONE,
                       "cannot listen on '%.40s...': a path of %zu bytes, at "
                       "most %zu can be",
                       text, len, sizeof(address.sun_path) - 1);
    memcpy(address.sun_path, path, len + 1);
    if (!make_socket(l, AF_UNIX))
        return fail(l, text, errno, e);
    if (is_left_over(&address))
        unlink(path);
    mode_t before = umask(S_IXUSR | S_IXGRP | S_IRWXO);
    bool bound =
        bind(l->fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
    int code = errno;
    umask(before);
    if (!bound || listen(l->fd, BACKLOG) != 0)
        return fail(l, text, bound ? errno : code, e);
    memcpy(l->path, path, len + 1);
    memcpy(l->text, text, len + sizeof("unix:"));
    l->local = true;
    return true;
}

static bool is_loopback(struct str host)
{
    return str_starts(host, STR("127.")) || str_is(host, "::1");
}

static void keep_address(struct listener *l, const char *host, const char *port)
{
    uint64_t number = 0;
    l->local = is_loopback(str_from(host));
    l->everywhere = strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
    l->port =
        text_to_u64(str_from(port), 65535, &number) ? (unsigned)number : 0;
    memcpy(l->host, host, strlen(host) + 1);
}

static bool describe(struct listener *l)
{
    char host[64], port[8];
    struct sockaddr_storage address;
    socklen_t size = sizeof(address);
    struct buf text;
    if (getsockname(l->fd, (struct sockaddr *)&address, &size) != 0 ||
        getnameinfo((const struct sockaddr *)&address, size, host, sizeof(host),
                    port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return false;
    keep_address(l, host, port);
    bool six = strchr(host, ':') != NULL;
    buf_init(&text, sizeof(l->text) - 1);
    buf_printf(&text, "http://%s%s%s:%s", six ? "[" : "", host, six ? "]" : "",
               port);
    memcpy(l->text, text.ptr, text.len + 1);
    buf_release(&text);
    return true;
}

static bool listen_at(struct listener *l, const char *text,
                      const struct addrinfo *at, struct err *e)
{
    const int yes = 1;
    if (make_socket(l, at->ai_family) &&
        setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
        bind(l->fd, at->ai_addr, at->ai_addrlen) == 0 &&
        listen(l->fd, BACKLOG) == 0 && describe(l))
        return true;
    return fail(l, text, errno, e);
}

/* HOST:PORT, [HOST]:PORT; names are not asked for, but for localhost. */
static bool part(struct str text, struct str *host, struct str *port)
{
    size_t mark = text.len;
    while (mark > 0 && text.ptr[mark - 1] != ':')
        mark--;
    if (mark == 0)
        return false;
    *host = str_sub(text, 0, mark - 1);
    *port = str_sub(text, mark, text.len);
    bool braces =
        host->len > 2 && host->ptr[0] == '[' && host->ptr[host->len - 1] == ']';
    if (braces)
        *host = str_sub(*host, 1, host->len - 2);
    else if (str_find(*host, STR(":"), 0) < host->len)
        return false;
    if (str_is(*host, "localhost"))
        *host = STR("127.0.0.1");
    return host->len > 0;
}

static bool listen_tcp(struct listener *l, const char *text, struct err *e)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC,
                                   .ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV |
                                               AI_PASSIVE};
    struct addrinfo *at = NULL;
    struct str host, port;
    struct arena a;
    uint64_t number;
    if (!part(str_from(text), &host, &port) ||
        !text_to_u64(port, 65535, &number))
        return refuse(text, e);
    arena_init(&a);
    bool found =
        getaddrinfo(str_dup(&a, host), str_dup(&a, port), &hints, &at) == 0;
    arena_release(&a);
    if (!found)
        return refuse(text, e);
    bool ok = listen_at(l, text, at, e);
    freeaddrinfo(at);
    return ok;
}

bool listener_open(struct listener *out, const char *text, struct err *e)
{
    *out = (struct listener){.fd = -1};
    if (str_starts(str_from(text), STR("unix:")))
        return listen_unix(out, text, e);
    return listen_tcp(out, text, e);
}

void listener_close(struct listener *l)
{
    if (l->fd >= 0)
        close(l->fd);
    if (l->path[0] != '\0')
        unlink(l->path);
    l->fd = -1;
    l->path[0] = '\0';
}
