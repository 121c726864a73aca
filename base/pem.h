/*
 * PEM files that a definition names: can they be used? Nothing is kept of
 * them, and nobody is asked for a password. Each function gives NULL when the
 * file is fine, else what is wrong with it, as text in the arena that goes
 * after the file's name: "holds no certificate ...".
 */
#ifndef BASE_PEM_H
#define BASE_PEM_H

#include "base/arena.h"
#include "base/attr.h"

#define PEM_BYTES_MAX ((size_t)16 * 1024 * 1024)

/* Certificates of authorities: at least one, and each can be read. */
const char *pem_authorities_problem(struct arena *a,
                                    const char *path) MUST_CHECK;

/* A certificate that is shown to a server; it may have expired. */
const char *pem_certificate_problem(struct arena *a,
                                    const char *path) MUST_CHECK;

/* Its key. No password: NULL. */
const char *pem_key_problem(struct arena *a, const char *path, const char *cert,
                            const char *password) MUST_CHECK;

#endif
