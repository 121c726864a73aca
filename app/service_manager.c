/* Datagrams to the service manager. */
#include "app/service_manager.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

void service_notify(const struct settings *s, const char *state)
{
    const struct timeval patience = {.tv_sec = 1};
    int flags = MSG_NOSIGNAL;
    const char *path = settings_variable(s, "NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t length = path == NULL ? 0 : strlen(path);
    if (length == 0 || length >= sizeof(to.sun_path) ||
        (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(to.sun_path, path, length);
    if (path[0] == '@')
        to.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    socklen_t size =
        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    if (strcmp(state, SERVICE_ALIVE) == 0)
        flags |= MSG_DONTWAIT;
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    (void)sendto(fd, state, strlen(state), flags, (const struct sockaddr *)&to,
                 size);
    close(fd);
}
