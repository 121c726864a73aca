/* An HTTP server on loopback that answers, and misbehaves, as told. */
#ifndef DEMO_PLAYER_SERVER_H
#define DEMO_PLAYER_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "demo/script.h"

struct server; /* handle */

/* port 0: any free one. NULL with err set when it cannot listen. */
struct server *server_open(const struct script *script, uint16_t port,
                           struct err *e);
void server_close(struct server *s);
uint16_t server_port(const struct server *s);

/* From now on these paths answer so; others stay. */
void server_set(struct server *s, const struct routes *routes);

/* Serves for at most wait_ms. */
void server_run(struct server *s, int64_t wait_ms);

#endif
