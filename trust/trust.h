/*
 * What definitions may reach. Who starts the program says it; definitions of
 * somebody else, such as those of a pull request, never do. Both the reader of
 * definitions and the network go by this, so that nothing which is known only
 * at run time, such as the target of a redirect, escapes it.
 */
#ifndef TRUST_TRUST_H
#define TRUST_TRUST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/check.h"
#include "model/receiver.h"

struct sockaddr;

/* All zero: whatever their author may. A pointer to none, NULL, is the same. */
struct trust {
    bool untrusted;         /* --untrusted */
    bool no_exec;           /* --no-exec */
    const char *const *env; /* --allow-env: names */
    size_t env_count;
    const char *const *host; /* --allow-host: rules, which are valid */
    size_t host_count;
};

/* What does not run programs: "--untrusted"; NULL: they may. */
const char *trust_refuses_programs(const struct trust *t);

/* May definitions read this variable of the environment? */
bool trust_takes_variable(const struct trust *t, struct str name);

/* Is it the name of a variable, as --allow-env takes one? */
bool trust_name_check(const char *name);

bool trust_is_untrusted(const struct trust *t);

/*
 * hosts.c: one rule of --allow-host: NAME, *.NAME, an address or a block of
 * them, each perhaps with :PORT, or the path of a Unix socket.
 */
bool trust_rule_check(const char *rule, struct err *e) MUST_CHECK;

/* A database at host:port; NULL: it may be read. */
const char *trust_database_problem(struct arena *a, const struct trust *t,
                                   const char *endpoint);

/*
 * Why a check may not be sent to where it goes, its request being at that URL
 * now; NULL: it may. Names are as written: what they resolve to is judged by
 * trust_takes_address.
 */
const char *trust_check_problem(struct arena *a, const struct trust *t,
                                const struct check *check, const char *url);

/* Likewise what a receiver is sent to. Untrusted ones need a rule. */
const char *trust_receiver_problem(struct arena *a, const struct trust *t,
                                   const struct receiver *r);

/* May a socket be connected to this address, whatever name led to it? */
bool trust_takes_address(const struct trust *t, const struct sockaddr *address);

/* The table of addresses that untrusted definitions do not reach by themselves;
   NULL ends it. */
extern const char *const trust_refused[];

/* Is the path one of the rules? It is the caller's then. */
bool trust_names_socket(const struct trust *t, const char *path);

#endif
