/* What the files of the driver of MySQL share. */
#ifndef MIGRATIONS_STATE_MYSQL_SESSION_H
#define MIGRATIONS_STATE_MYSQL_SESSION_H

#include <mysql.h>

#include "migrations/state/database.h"
#include "migrations/state/gather.h"

/* mysql_connect.c: what is set before the connection, out of the address.
   False with an error: TLS that the address wants is not to be had. */
bool mysql_set_up(MYSQL *mysql, const struct dsn *d, struct err *e) MUST_CHECK;

/* Begins to connect; what mysql_real_connect_start returns. */
int mysql_begin(MYSQL **connected, MYSQL *mysql, const struct dsn *d);

/* Did the address demand TLS? */
bool mysql_demands_tls(const struct dsn *d);

/* What the server or the library said, without user and password. */
const char *mysql_said(MYSQL *mysql, const struct dsn *d, struct arena *a);

/* mysql_cells.c: the cells of a row; bytes as "\x0a1f". False: too many rows.
 */
bool mysql_gather(struct gathering *g, MYSQL_RES *result, MYSQL_ROW row,
                  struct err *e) MUST_CHECK;

#endif
