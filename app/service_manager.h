/*
 * sd_notify(3): one datagram to the service manager, if there is one. One that
 * does not read delays nothing: a sign of life is dropped, news wait a bit.
 */
#ifndef APP_SERVICE_MANAGER_H
#define APP_SERVICE_MANAGER_H

#include "app/settings.h"

#define SERVICE_ALIVE "WATCHDOG=1"

/* state: lines NAME=VALUE. The socket is that of NOTIFY_SOCKET. */
void service_notify(const struct settings *s, const char *state);

#endif
