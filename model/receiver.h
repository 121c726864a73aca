/*
 * Where notices go, as a definition says it, and THE table of kinds of
 * receivers. What each kind is sent, and how, is the other half of its row:
 * CHANNELS in watch/notify/internal.h.
 */
#ifndef MODEL_RECEIVER_H
#define MODEL_RECEIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct header;

/* What the value of the key that names it is. */
enum receiver_form {
    RECEIVER_AT_URL,     /* http:// or https:// */
    RECEIVER_AT_MAILBOX, /* addresses, and a mail server in 'smtp' */
    RECEIVER_IS_PROGRAM  /* a command and its arguments */
};

#define RECEIVER_KEYS_MAX 6

struct receiver_kind {
    const char *name; /* its key in 'notify' */
    enum receiver_form form;
    const char *help;                   /* of that key */
    const char *key[RECEIVER_KEYS_MAX]; /* others that apply to it */
    bool json; /* its template gives JSON, unless a header says otherwise */
};
extern const struct receiver_kind receiver_kinds[];
extern const size_t receiver_kind_count;

/* NULL: there is none of that name. */
const struct receiver_kind *receiver_kind_named(struct str name);

bool receiver_kind_has_key(const struct receiver_kind *k, const char *key);

struct receiver {
    const char *name; /* in the outbox: the same after a restart */
    const struct receiver_kind *kind;
    const char *url;    /* RECEIVER_AT_URL */
    const char *server; /* of e-mail: smtp:// or smtps:// */
    const char *to, *from, *user, *password;
    const char **command;
    size_t command_count;
    const struct header *env; /* of the program: names, values */
    size_t env_count;
    const char **header; /* "Name: value" of a webhook */
    size_t header_count;
    const char *fallback; /* name of the one that gets what this one does not
                             accept; NULL: none */
    unsigned on;          /* bits of enum transition; 0: the default */
    int severity;         /* the least severe that is reported */
    const char *template_text; /* Mustache; NULL: the built-in one */
    const char *ca;            /* file of authorities; NULL: the system's */
    bool allow_http;           /* payloads may go to other hosts unencrypted */
    struct pos pos;
};

/* Does its template have to give JSON? */
bool receiver_takes_json(const struct receiver *r);

#endif
