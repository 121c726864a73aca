/*
 * THE tables of keys: a check, and the parts of one. Errors, docs/CHECKS.md
 * and the JSON Schema come from them.
 */
#include <string.h>

#include "base/text.h"
#include "plan/key_rows.h"

#define MEBIBYTES INT64_C(1048576)

static bool read_id(struct loader *l, const struct yaml_node *n, void *out)
{
    struct check *check = out;
    if (!read_text(l, n, &check->id))
        return false;
    size_t good = strspn(check->id, "abcdefghijklmnopqrstuvwxyz0123456789._/-");
    if (check->id[good] == '\0' && good <= ID_BYTES_MAX)
        return true;
    diags_add(l->diags, n->pos,
              "the id '%.100s' may hold a-z 0-9 . _ / - only, and 100 of them",
              check->id);
    return false;
}

static bool read_expect(struct loader *l, const struct yaml_node *n, void *out)
{
    struct check *check = out;
    return expects_read(l, n, &check->expect, &check->expect_count);
}

static bool read_degraded(struct loader *l, const struct yaml_node *n,
                          void *out)
{
    struct check *check = out;
    return expects_read(l, n, &check->degraded, &check->degraded_count);
}

/* Those of a check add to those of the defaults. */
static bool read_inconclusive(struct loader *l, const struct yaml_node *n,
                              void *out)
{
    struct check *check = out;
    return expects_read(l, n, &check->inconclusive, &check->inconclusive_count);
}

static bool read_schema(struct loader *l, const struct yaml_node *n, void *out)
{
    struct check *check = out;
    return schema_read(l, n, &check->expect, &check->expect_count);
}

static bool read_identity(struct loader *l, const struct yaml_node *n,
                          void *out)
{
    static const enum query_kind tells[] = {QUERY_JSONPATH, QUERY_HEADER,
                                            QUERY_BODY,     QUERY_REGEX,
                                            QUERY_COOKIE,   QUERY_XPATH};
    struct check *check = out;
    struct query *query = arena_alloc(l->arena, sizeof(*query));
    check->identity = query;
    const char *meant = mistake_query(l->arena, n);
    if (meant != NULL) {
        diags_add(l->diags, n->pos,
                  "an identity is a query such as jsonpath \"$.commit\"; "
                  "write %s",
                  meant);
        return false;
    }
    if (!query_parse(l, n, query))
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(tells); i++)
        if (query->kind == tells[i])
            return true;
    diags_add(l->diags, n->pos,
              "an identity is read from a header, a cookie, the body, a regex, "
              "an xpath or a jsonpath");
    return false;
}

static bool read_own_version(struct loader *l, const struct yaml_node *n,
                             void *out)
{
    struct check *check = out;
    return read_version(l, n, &check->version);
}

/* Tags add to those of the defaults. */
static bool read_tags(struct loader *l, const struct yaml_node *n, void *out)
{
    struct check *check = out;
    if (n->kind != YAML_LIST)
        return read_wrong_kind(l, n, "a list of tags");
    return read_texts(l, n, &check->tag, &check->tag_count);
}

/* What they name is known when every file was read: needs.c. */
static bool read_needs(struct loader *l, const struct yaml_node *n, void *out)
{
    const char **id = NULL;
    size_t count = 0;
    (void)out;
    if (n->kind != YAML_LIST)
        return read_wrong_kind(l, n, "a list of ids");
    if (!read_texts(l, n, &id, &count))
        return false;
    for (size_t i = 0; i < count; i++)
        needs_note(l, id[i], n->item[i]->pos);
    return true;
}

/* Read before the check itself, which it repeats: load.c. */
static bool read_targets(struct loader *l, const struct yaml_node *n, void *out)
{
    (void)l, (void)n, (void)out;
    return true;
}

static bool read_retry(struct loader *l, const struct yaml_node *n, void *out)
{
    struct patience *patience = out;
    bool ok = true;
    patience->retry = 0;
    if (n->kind != YAML_LIST)
        return read_wrong_kind(l, n, "a list of what is tried again");
    for (size_t i = 0; i < n->count; i++) {
        int bit = 0;
        ok = read_name(l, n->item[i], &retry_class_names, &bit) && ok;
        patience->retry |= 1u << bit;
    }
    return ok;
}

static bool read_backoff(struct loader *l, const struct yaml_node *n, void *out)
{
    struct patience *patience = out;
    return read_factor(l, n, &patience->backoff_milli);
}

static bool read_send(struct loader *l, const struct yaml_node *n, void *out)
{
    struct check *check = out;
    return read_text(l, n, &check->send);
}

static bool read_check_env(struct loader *l, const struct yaml_node *n,
                           void *out)
{
    struct check *check = out;
    return read_env(l, n, &check->env, &check->env_count);
}

static bool read_unix_socket(struct loader *l, const struct yaml_node *n,
                             void *out)
{
    struct check *check = out;
    return read_clean_text(l, n, &check->transport.unix_socket) &&
           contain_socket(l, n, check->transport.unix_socket);
}

#define STEP    KEY_IN_STEP
#define ASKED   (KEY_IN_STEP | KEY_LATE)
#define DEFAULT (KEY_IN_DEFAULTS | KEY_IN_STEP)
#define SENT    (DEFAULT | KEY_LATE)
#define WHOLE   KEY_IN_DEFAULTS /* of a check, whatever its steps */

#define STRUCT auth
static const struct key basic_keys_rows[] = {
    {ROW("user", KEY_TEXT, KEY_REQUIRED, "text", NULL, "name"), AT(user)},
    {ROW("password", KEY_TEXT, KEY_REQUIRED, "text", NULL,
         "kept out of every output"),
     AT(password)},
};
TABLE_OF(basic_keys, "auth.basic", "basic");

static const struct key auth_keys_rows[] = {
    {ROW("bearer", KEY_TEXT, 0, "text", "none",
         "token of the header `authorization: Bearer`; kept out of every "
         "output"),
     AT(bearer)},
    {ROW("basic", KEY_PART, 0, "map", "none", "user and password"),
     .of = &basic_keys},
};
TABLE_OF(auth_keys, "auth", "auth");
#undef STRUCT

#define STRUCT client_cert
static const struct key client_keys_rows[] = {
    {ROW("cert", KEY_SPECIAL, KEY_REQUIRED, "file", NULL, "PEM certificate"),
     .read = read_cert},
    {ROW("key", KEY_SPECIAL, KEY_REQUIRED, "file", NULL,
         "PEM key of that certificate"),
     .read = read_cert_key},
    {ROW("password", KEY_SPECIAL, 0, "text", "none",
         "of an encrypted key; best `${secret:NAME}`, and kept out of every "
         "output"),
     .read = read_cert_password},
};
TABLE_OF(client_keys, "client_cert", "client_cert");
#undef STRUCT

#define STRUCT dns
static const struct key dns_keys_rows[] = {
    {ROW("name", KEY_TEXT, KEY_REQUIRED, "text", NULL, "what is asked for"),
     AT(name)},
    {ROW("type", KEY_NAME, 0, "record type", "A", "of the records"),
     NAMED(type, dns_type_names)},
    {ROW("server", KEY_TEXT, 0, "text", "the system's",
         "address, or address:port, of the resolver that is asked"),
     AT(server)},
};
TABLE_OF(dns_keys, "dns", "dns");
#undef STRUCT

#define STRUCT patience
static const struct key patience_keys_rows[] = {
    {ROW("attempts", KEY_COUNT, 0, "number",
         "1; with a `deadline` as many as fit", "attempts, at most"),
     WITHIN(attempts, 1, 1000)},
    {ROW("deadline", KEY_DURATION, 0, "duration", "none",
         "limit of all attempts"),
     WITHIN(deadline_ms, 1, 24 * HOUR_MS)},
    {ROW("interval", KEY_DURATION, 0, "duration", "1s",
         "wait before the second attempt"),
     WITHIN(interval_ms, 1, HOUR_MS)},
    {ROW("backoff", KEY_SPECIAL, 0, "factor", "1",
         "each wait is so many times the last"),
     .read = read_backoff},
    {ROW("max_interval", KEY_DURATION, 0, "duration", "30s",
         "the longest wait"),
     WITHIN(max_interval_ms, 1, HOUR_MS)},
    {ROW("passes", KEY_COUNT, 0, "number", "1",
         "how many passes in a row are asked for"),
     WITHIN(passes, 1, 100)},
    {ROW("retry", KEY_SPECIAL, 0, "list of retry classes",
         "connect, timeout, closed, status, assertion", "what is tried again"),
     .read = read_retry},
};
TABLE_OF(patience_keys, "patience", "patience");
#undef STRUCT

static bool read_expected(struct loader *l, const struct yaml_node *n,
                          void *out)
{
    struct rollout *rollout = out;
    return read_version(l, n, &rollout->version);
}

#define STRUCT rollout
static const struct key rollout_keys_rows[] = {
    {ROW("version", KEY_SPECIAL, 0, "text", "none",
         "build that must be serving; `--expect` overrides it"),
     .read = read_expected},
    {ROW("deadline", KEY_DURATION, 0, "duration", "5m",
         "how long the rollout may take"),
     WITHIN(deadline_ms, 1, 24 * HOUR_MS)},
    {ROW("interval", KEY_DURATION, 0, "duration", "2s",
         "wait between two questions"),
     WITHIN(interval_ms, 1, HOUR_MS)},
    {ROW("streak", KEY_COUNT, 0, "number", "5",
         "answers in a row from that build, from every check with an "
         "identity"),
     WITHIN(streak, 1, 1000)},
    {ROW("tolerate", KEY_COUNT, 0, "number", "1",
         "transport flakes forgiven within a streak"),
     WITHIN(tolerate, 0, 1000)},
};
TABLE_OF(rollout_keys, "rollout", "rollout");
#undef STRUCT

/* The target of each kind. A flow stands in no other flow. */
#define KIND_READER(CONSTANT, name, ...)                                       \
    static bool read_##name##_target(struct loader *l,                         \
                                     const struct yaml_node *n, void *out)     \
    {                                                                          \
        return target_read(l, n, out, KIND_##CONSTANT);                        \
    }
CHECK_KINDS(KIND_READER)

#define KIND_KEY(CONSTANT, name, key, form, help, ...)                         \
    {ROW(key, KEY_SPECIAL, KIND_##CONSTANT == KIND_STEPS ? 0u : ASKED, form,   \
         "one target is required", help),                                      \
     .read = read_##name##_target},

#define STRUCT check
static const struct key check_keys_rows[] = {
    {ROW("id", KEY_SPECIAL, KEY_REQUIRED, "id", NULL,
         "unique name of the check: a-z 0-9 . _ / -"),
     .read = read_id},
    {ROW("title", KEY_TEXT, STEP, "text", "the id", "name for people"),
     AT(title)},
    /* clang-format off */
    CHECK_KINDS(KIND_KEY)
    /* clang-format on */
    {ROW("env", KEY_SPECIAL, ASKED, "map of texts", "none",
         "variables of the program, beside those that every program gets"),
     .read = read_check_env},
    {ROW("service", KEY_TEXT, ASKED, "text", "the server as a whole",
         "the service that a grpc check asks for"),
     AT(service)},
    {ROW("send", KEY_SPECIAL, ASKED, "text", "none",
         "what is sent on a tcp connection"),
     .read = read_send},
    {ROW("starttls", KEY_NAME, STEP, "protocol", "none",
         "what is spoken before TLS begins"),
     NAMED(starttls, starttls_names)},
    {ROW("targets", KEY_SPECIAL, 0, "list of targets", "none",
         "repeats the check for each: a text is `${target}`, the fields of a "
         "map are `${target.NAME}`"),
     .read = read_targets},
    {ROW("method", KEY_SPECIAL, DEFAULT, "method", "GET, or POST with a body",
         "request method"),
     .read = read_method},
    {ROW("headers", KEY_SPECIAL, SENT, "map of texts", "none",
         "request headers; a check's replace those of the defaults by name"),
     .read = read_headers},
    {ROW("cookies", KEY_SPECIAL, SENT, "cookies", "none",
         "cookies that are sent, by name; `true`: those that a redirect sets "
         "go along"),
     .read = read_cookies},
    {ROW("auth", KEY_SPECIAL, SENT, "auth", "none",
         "credentials: `bearer: TOKEN` or `basic: {user, password}`"),
     .read = read_auth, .of = &auth_keys},
    {ROW("body", KEY_SPECIAL, ASKED, "text", "none", "request body"),
     .read = read_body},
    {ROW("form", KEY_SPECIAL, ASKED, "map of texts", "none",
         "request body, URL-encoded, with its content type"),
     .read = read_form},
    {ROW("json", KEY_SPECIAL, ASKED, "any value", "none",
         "request body as JSON, with its content type"),
     .read = read_json_body},
    {ROW("finally", KEY_SPECIAL, 0, "list of steps", "none",
         "steps that are made at the end, whatever came of those before"),
     .read = read_finally},
    {ROW("capture", KEY_SPECIAL, ASKED, "map of queries", "none",
         "values of the answer, by the names under which later steps, and "
         "checks that need this one, use them"),
     .read = read_capture},
    {ROW("expect", KEY_SPECIAL, ASKED, "expectations", "required, or `schema`",
         "what must hold, all of it; at least one"),
     .read = read_expect},
    {ROW("schema", KEY_SPECIAL, STEP, "file", "none",
         "a JSON Schema that the body must meet, as in `expect`"),
     .read = read_schema},
    {ROW("degraded", KEY_SPECIAL, ASKED, "expectations", "none",
         "the same language; failing here is degraded, not failed"),
     .read = read_degraded},
    {ROW("inconclusive", KEY_SPECIAL, SENT, "expectations", "none",
         "the same language; a response that meets one of them proves nothing, "
         "such as a bot wall, and the result is `error`"),
     .read = read_inconclusive},
    {ROW("identity", KEY_SPECIAL, 0, "query", "none",
         "how the service tells which build answered"),
     .read = read_identity},
    {ROW("version", KEY_SPECIAL, WHOLE, "text", "that of the run",
         "build that must respond to this check; it wins over `--expect` and "
         "over the version of the rollout"),
     .read = read_own_version},
    {ROW("severity", KEY_NAME, WHOLE, "severity", "critical",
         "what a failure means: critical is down, major is degraded; minor "
         "and info are only reported"),
     NAMED(severity, severity_names)},
    {ROW("needs", KEY_SPECIAL, 0, "list of texts", "none",
         "checks that must pass first; when one does not, this one is "
         "blocked, not failed"),
     .read = read_needs},
    {ROW("tags", KEY_SPECIAL, WHOLE, "list of texts", "none",
         "labels; they add to those of the defaults"),
     .read = read_tags},
    {ROW("timeout", KEY_DURATION, DEFAULT, "duration", "10s",
         "limit of one attempt, all of it"),
     WITHIN(timeout_ms, 1, HOUR_MS)},
    {ROW("connect_timeout", KEY_DURATION, DEFAULT, "duration", "5s",
         "limit of name look-up, connection and TLS handshake"),
     WITHIN(connect_timeout_ms, 1, HOUR_MS)},
    {ROW("max_body", KEY_SIZE, DEFAULT, "size", "4MiB",
         "limit of the decoded body; a longer one fails as too-large"),
     WITHIN(max_body_bytes, 1, 256 * MEBIBYTES)},
    {ROW("compressed", KEY_BOOL, DEFAULT, "boolean", "false",
         "ask for a compressed body, and decode it"),
     AT(transport.compressed)},
    {ROW("http_version", KEY_NAME, DEFAULT, "HTTP version", "1.1",
         "the HTTP version to use; 2: HTTP/2, without TLS from the first byte "
         "on; any: HTTP/2 if the server offers it over TLS"),
     NAMED(transport.http_version, http_version_names)},
    {ROW("ca", KEY_SPECIAL, DEFAULT, "file", "the system's",
         "PEM certificates that are trusted instead"),
     .read = read_ca},
    {ROW("client_cert", KEY_PART, DEFAULT, "client_cert", "none",
         "certificate and key that are shown to the server"),
     PART(transport.client, client_keys), .read = finish_client_cert},
    {ROW("insecure", KEY_BOOL, DEFAULT, "boolean", "false",
         "accept any certificate; the result is marked"),
     AT(transport.insecure)},
    {ROW("proxy", KEY_TEXT, DEFAULT, "text", "none",
         "URL of a proxy, or `env` for that of the environment"),
     AT(transport.proxy)},
    {ROW("unix_socket", KEY_SPECIAL, DEFAULT, "text", "none",
         "path of a socket that is asked instead of the host"),
     .read = read_unix_socket},
    {ROW("resolve", KEY_SPECIAL, DEFAULT, "map of texts", "none",
         "addresses by host name, instead of asking the resolver"),
     .read = read_resolve},
    {ROW("patience", KEY_PART, DEFAULT, "patience", "one attempt",
         "how often and how long it is asked until it passes"),
     PART(patience, patience_keys)},
    {ROW("addresses", KEY_NAME, WHOLE, "addresses", "any",
         "each: every address of the host is asked"),
     NAMED(addresses, addresses_names)},
    {ROW("redirects", KEY_COUNT, DEFAULT, "number", "0",
         "how many are followed"),
     WITHIN(redirects, 0, 50)},
};
TABLE_OF(check_keys, "checks", "a check");

/* The same rows, without those that belong to the check as a whole. */
const struct key_table step_keys = {
    "step", "a step", check_keys_rows, ARRAY_COUNT(check_keys_rows),
    STEP,   NULL};
#undef STRUCT

#define RETRY_STANDARD                                                         \
    (1u << RETRY_CONNECT | 1u << RETRY_TIMEOUT | 1u << RETRY_CLOSED |          \
     1u << RETRY_STATUS | 1u << RETRY_ASSERTION)

void check_set_standards(struct check *check)
{
    *check = (struct check){
        .timeout_ms = 10000,
        .connect_timeout_ms = 5000,
        .max_body_bytes = 4 * MEBIBYTES,
        .severity = SEVERITY_CRITICAL,
        .patience = {.attempts = 0, /* one, or what fits into a deadline */
                     .interval_ms = 1000,
                     .backoff_milli = 1000,
                     .max_interval_ms = 30000,
                     .passes = 1,
                     .retry = RETRY_STANDARD},
    };
}

void rollout_set_standards(struct rollout *rollout)
{
    *rollout = (struct rollout){
        .deadline_ms = 300000, .interval_ms = 2000, .streak = 5, .tolerate = 1};
}
