/* Connections: how long each may take, and whether its client is there. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "app/serve/internal.h"
#include "base/clock.h"

int client_fd(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

void client_open(struct server *s, struct MHD_Connection *c, void **memory)
{
    struct client *client = heap_zeroed(sizeof(*client));
    client->fd = client_fd(c);
    client->until_us = s->handed != NULL && s->handed->fd == client->fd
                           ? s->handed->until_us
                           : clock_now_us() + s->options.client_ms * 1000;
    client->next = s->clients;
    s->clients = client;
    s->client_count++;
    if (client->fd > s->highest)
        s->highest = client->fd;
    *memory = client;
}

void client_close(struct server *s, void **memory)
{
    struct client **at = &s->clients;
    while (*at != NULL && *at != *memory)
        at = &(*at)->next;
    if (*at != NULL) {
        s->client_count -= (*at)->gone ? 0 : 1;
        *at = (*at)->next;
    }
    free(*memory);
    *memory = NULL;
}

void client_begin(struct server *s, const struct visitor *v)
{
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof(address);
    (void)getpeername(v->fd, (struct sockaddr *)&address, &size);
    s->handed = v;
    (void)MHD_add_connection(s->daemon, v->fd,
                             (const struct sockaddr *)&address, size);
    s->handed = NULL;
}

void client_hang_up(struct server *s, struct client *c)
{
    shutdown(c->fd, SHUT_RDWR); /* it reads the end and closes */
    c->until_us = INT64_MAX;
    c->gone = true;
    s->client_count--;
    s->changed = true;
}

struct client *clients_oldest(const struct server *s)
{
    struct client *found = NULL;
    for (struct client *c = s->clients; c != NULL; c = c->next)
        if (c->until_us < (found == NULL ? INT64_MAX : found->until_us))
            found = c;
    return found;
}

void client_may(struct MHD_Connection *c, int64_t until_us)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct client *client = info == NULL ? NULL : info->socket_context;
    if (client != NULL && !client->gone)
        client->until_us = until_us;
}

/* libmicrohttpd limits silence, which one byte now and then breaks. */
void clients_expire(struct server *s, int64_t now_us)
{
    for (struct client *c = s->clients; c != NULL; c = c->next) {
        if (c->until_us <= now_us)
            client_hang_up(s, c);
    }
}

int64_t clients_next_us(const struct server *s)
{
    int64_t next = INT64_MAX;
    for (const struct client *c = s->clients; c != NULL; c = c->next)
        if (c->until_us < next)
            next = c->until_us;
    return next;
}

bool client_has_gone(int fd)
{
    char byte;
    ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n == 0 ||
           (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}
