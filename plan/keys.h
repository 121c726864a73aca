/*
 * Tables of keys. One row says all that the reader, the messages, the docs
 * and the JSON Schema need to know of a key.
 */
#ifndef PLAN_KEYS_H
#define PLAN_KEYS_H

#include "base/names.h"
#include "plan/internal.h"

enum key_type {
    KEY_TEXT,     /* const char *, not empty, no control character */
    KEY_DURATION, /* int64_t ms within low and high */
    KEY_SIZE,     /* int64_t bytes within low and high */
    KEY_COUNT,    /* int64_t within low and high */
    KEY_BOOL,     /* bool */
    KEY_NAME,     /* int, one of names */
    KEY_FILE,     /* const char *, beside the definition; it can be read */
    KEY_PART,     /* the struct of table `of`, which `read` then checks */
    KEY_SPECIAL   /* what `read` makes of it */
};

enum key_flag {
    KEY_REQUIRED = 1,
    KEY_IN_DEFAULTS = 2,
    KEY_IN_STEP = 4,
    KEY_LATE = 8 /* captured values may stand in it */
};

struct key_table;

struct key {
    const char *name;
    enum key_type type;
    unsigned flags;
    const char *kind; /* name of its type in docs and in the JSON Schema */
    const char *standard, *help;
    size_t at; /* offset in the struct that is read */
    int64_t low, high;
    const struct names *names;
    const struct key_table *of;
    bool (*read)(struct loader *l, const struct yaml_node *n, void *out);
};

struct key_table {
    const char *name;  /* in docs and the JSON Schema */
    const char *where; /* "a check", for messages */
    const struct key *key;
    size_t count;
    unsigned only; /* rows with this flag; 0: all rows */
    bool (*more)(size_t index, struct key *out); /* rows before these,
        made of another table; false: past their end; NULL: none */
};

extern const struct key_table check_keys, step_keys, rollout_keys,
    patience_keys, auth_keys, basic_keys, client_keys, dns_keys, watch_keys,
    migrations_keys, migration_path_keys, receiver_keys, downtime_keys;

bool keys_has(const struct key_table *table, const struct key *k);

/* All rows in order; false: past their end. */
bool keys_at(const struct key_table *table, size_t index, struct key *out);

/*
 * Reads all keys of a map into the struct of the table and reports each
 * problem; false when there was one. As `defaults`, only keys that may stand
 * there.
 */
bool keys_read(struct loader *l, const struct yaml_node *map,
               const struct key_table *table, bool defaults,
               void *out) MUST_CHECK;

/* read.c: what the readers of keys share. Each reports what is wrong at n. */
bool read_wrong_kind(struct loader *l, const struct yaml_node *n,
                     const char *expected); /* always false */
bool read_text(struct loader *l, const struct yaml_node *n,
               const char **out) MUST_CHECK;
bool read_clean_text(struct loader *l, const struct yaml_node *n,
                     const char **out) MUST_CHECK; /* no control character */
/* The name of a build: no blank, no control character. */
bool read_version(struct loader *l, const struct yaml_node *n,
                  const char **out) MUST_CHECK;
bool read_duration(struct loader *l, const struct yaml_node *n, int64_t low,
                   int64_t high, int64_t *out_ms) MUST_CHECK;
bool read_size(struct loader *l, const struct yaml_node *n, int64_t low,
               int64_t high, int64_t *out) MUST_CHECK;
bool read_count(struct loader *l, const struct yaml_node *n, int64_t low,
                int64_t high, int64_t *out) MUST_CHECK;
bool read_bool(struct loader *l, const struct yaml_node *n,
               bool *out) MUST_CHECK;
/* A number from 1 to 10, in thousandths. */
bool read_factor(struct loader *l, const struct yaml_node *n,
                 int64_t *out_milli) MUST_CHECK;
bool read_name(struct loader *l, const struct yaml_node *n,
               const struct names *names, int *out) MUST_CHECK;

/*
 * A file beside the definition file, or an absolute path; read_path looks
 * whether it can be read, too.
 */
bool read_file_name(struct loader *l, const struct yaml_node *n,
                    const char **out) MUST_CHECK;
bool read_path(struct loader *l, const struct yaml_node *n,
               const char **out) MUST_CHECK;

/* Appends to the texts of a list, or the one text that stands for it. */
bool read_texts(struct loader *l, const struct yaml_node *n, const char ***all,
                size_t *count) MUST_CHECK;

/*
 * kind_targets.c: what is probed, which makes it a check of that kind; false
 * when it has a target already. The other: what follows once all keys are read.
 */
bool target_read(struct loader *l, const struct yaml_node *n,
                 struct check *check, int kind) MUST_CHECK;
void target_finish(struct loader *l, struct check *check);

/* file_keys.c: PEM files, which are read; `key` once all of its map is. */
bool read_ca(struct loader *l, const struct yaml_node *n, void *out);
bool read_cert(struct loader *l, const struct yaml_node *n, void *out);
bool read_cert_key(struct loader *l, const struct yaml_node *n, void *out);
bool read_cert_password(struct loader *l, const struct yaml_node *n, void *out);
bool finish_client_cert(struct loader *l, const struct yaml_node *n, void *out);

/* notify_keys.c: the list of receivers, into a struct watch. */
bool read_notify(struct loader *l, const struct yaml_node *n, void *out);

/* notify_template.c: false, with the reason, when it cannot be rendered, or
   when its receiver takes JSON and it gives something else. */
bool notify_template_check(struct arena *a, const char *text,
                           struct err *e) MUST_CHECK;
bool notify_template_gives_json(struct arena *a, const char *text,
                                struct err *e) MUST_CHECK;

/* step_keys.c: kept until the check that they belong to is read. */
bool read_steps(struct loader *l, const struct yaml_node *n,
                struct check *check);
bool read_finally(struct loader *l, const struct yaml_node *n, void *out);
bool steps_read(struct loader *l, struct check *check) MUST_CHECK;

/* What a step has before its own keys are read. */
void steps_base(struct check *out, const struct check *whole);

/* Its own title, or "GET /orders". */
const char *steps_title(struct loader *l, const struct check *step);

/*
 * url.c: the URL, or the host alone, with its host in ASCII; NULL: it is not a
 * host name.
 */
const char *url_ascii(struct arena *a, const char *url);
const char *host_ascii(struct arena *a, const char *host);

/* captures.c: the map of names and queries. */
bool read_capture(struct loader *l, const struct yaml_node *n, void *out);

/* kind_keys.c: do its keys and queries apply to a check of its kind? */
bool kind_check(struct loader *l, const struct yaml_node *map,
                struct check *check) MUST_CHECK;

/* request_keys.c: what is sent, and as whom. */
bool read_method(struct loader *l, const struct yaml_node *n, void *out);
bool read_headers(struct loader *l, const struct yaml_node *n, void *out);
bool read_cookies(struct loader *l, const struct yaml_node *n, void *out);
bool read_body(struct loader *l, const struct yaml_node *n, void *out);
bool read_env(struct loader *l, const struct yaml_node *n,
              const struct header **out, size_t *count);
bool read_form(struct loader *l, const struct yaml_node *n, void *out);
bool read_json_body(struct loader *l, const struct yaml_node *n, void *out);
bool read_auth(struct loader *l, const struct yaml_node *n, void *out);

/* Keeps it out of every output; false when it is too short for that. */
bool secret_keep(struct loader *l, const struct yaml_node *n,
                 const char *text) MUST_CHECK;

/* What a gRPC health service is sent. */
void grpc_request_finish(struct loader *l, struct check *check);

/* What follows from the body: the method and the content type. */
void request_finish(struct loader *l, struct check *check);
bool read_resolve(struct loader *l, const struct yaml_node *n, void *out);

#endif
