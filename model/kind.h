/*
 * The kinds of checks. The row of each in CHECK_KINDS says what rooms other
 * than probe/ need to know, so that none of them asks which kind it is. How a
 * kind is probed is the row of its file in probe/kinds/.
 */
#ifndef MODEL_KIND_H
#define MODEL_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/names.h"
#include "model/expectation.h"

struct check;

/*
 * THE rows: the constant of a kind, its name, and the key that makes a check
 * one of it: the key, the form of the key's value (plan/kind_targets.c), and
 * help for it; then its struct kind, in the words of kind.c. The order is that
 * of the docs and of the schemas. The steps of a flow may fail in any way.
 */
#define CHECK_KINDS(KIND)                                                      \
    KIND(HTTP, http, "url", "url", "what to ask: http:// or https://",         \
         .called = "an http check",                                            \
         .keys = JUDGED IDENTIFIED CERTIFIED ROUTED WEB SENT                   \
         "method body form json addresses max_body ",                          \
         .answers = ANY | RESPONDS | Q(COOKIE) | Q(BODY) | Q(BYTES) |          \
                    Q(JSONPATH) | Q(XPATH) | Q(REGEX) | Q(SHA256) |            \
                    Q(REDIRECTS) | Q(IP) | Q(CERTIFICATE),                     \
         .takes_schema = true,                                                 \
         .fails = CONNECTS | ENCRYPTS | F(STATUS) | F(4XX),                    \
         .asserts = ASSERTS_NOTHING, .repeats = REPEATS_BY_METHOD,             \
         .has_url = true)                                                      \
    KIND(TCP, tcp, "tcp", "endpoint",                                          \
         "host:port that must take a connection; what it sends is the "        \
         "`body`",                                                             \
         .called = "a tcp check",                                              \
         .keys = JUDGED IDENTIFIED ROUTED "send addresses max_body ",          \
         .answers = ANY | Q(BODY) | Q(BYTES) | Q(REGEX) | Q(IP),               \
         .fails = CONNECTS, .asserts = ASSERTS_CONTACT,                        \
         .repeats = REPEATS_UNLESS_IT_SENDS)                                   \
    KIND(TLS, tls, "tls", "endpoint",                                          \
         "host:port that must show a certificate which is valid for it",       \
         .called = "a tls check",                                              \
         .keys = JUDGED CERTIFIED ROUTED "starttls addresses ",                \
         .answers = ANY | Q(IP) | Q(CERTIFICATE),                              \
         .fails = CONNECTS | ENCRYPTS, .asserts = ASSERTS_CONTACT,             \
         .repeats = REPEATS_ALWAYS, .speaks_tls = true)                        \
    KIND(EXEC, exec, "exec", "command",                                        \
         "a program and its arguments, with the exit codes of a Nagios "       \
         "plugin: 0 passes, 1 is degraded, 2 fails, others are errors",        \
         .called = "an exec check", .keys = JUDGED IDENTIFIED "env max_body ", \
         .answers = ANY | Q(JSONPATH) | Q(REGEX) | Q(EXIT) | Q(STDOUT),        \
         .takes_schema = true, .fails = F(EXEC) | F(TIMEOUT) | F(ASSERTION),   \
         .asserts = ASSERTS_EXIT_CODE, .repeats = REPEATS_NEVER)               \
    KIND(GRPC, grpc, "grpc", "grpc endpoint",                                  \
         "host:port, or https://host:port, whose grpc.health.v1 must answer "  \
         "SERVING",                                                            \
         .called = "a grpc check",                                             \
         .keys = JUDGED IDENTIFIED CERTIFIED ROUTED SENT                       \
         "service addresses max_body ",                                        \
         .answers = ANY | RESPONDS | Q(BODY) | Q(IP) | Q(CERTIFICATE),         \
         .fails = CONNECTS | ENCRYPTS | F(STATUS) | F(4XX),                    \
         .asserts = ASSERTS_SERVING, .repeats = REPEATS_ALWAYS)                \
    KIND(DNS, dns, "dns", "dns",                                               \
         "a name that must have records: the name, or `{name, type, "          \
         "server}`",                                                           \
         .called = "a dns check", .keys = JUDGED "max_body ",                  \
         .answers = ANY | Q(BODY) | Q(JSONPATH) | Q(REGEX),                    \
         .takes_schema = true, .fails = CONNECTS | F(PROTOCOL),                \
         .asserts = ASSERTS_RECORDS, .repeats = REPEATS_ALWAYS)                \
    KIND(MIGRATIONS, migrations, "migrations", "migrations",                   \
         "the history table of a database, and the migration files that it "   \
         "must contain",                                                       \
         .called = "a migrations check", .keys = JUDGED,                       \
         .answers = ANY | Q(JSONPATH) | Q(REGEX) | Q(BODY),                    \
         .takes_schema = true, .fails = F(ASSERTION),                          \
         .asserts = ASSERTS_STATE, .repeats = REPEATS_ALWAYS)                  \
    KIND(STEPS, steps, "steps", "list of steps",                               \
         "requests in order, in place of one; cookies go along from step to "  \
         "step",                                                               \
         .called = "a check with steps",                                       \
         .keys =                                                               \
             CERTIFIED ROUTED WEB SENT "steps finally inconclusive max_body ", \
         .fails = ~0u, .asserts = ASSERTS_CONTACT, .repeats = REPEATS_NEVER,   \
         .is_flow = true)

#define KIND_CONSTANT(CONSTANT, ...) KIND_##CONSTANT,
enum check_kind { CHECK_KINDS(KIND_CONSTANT) KIND_COUNT };
#undef KIND_CONSTANT
extern const struct names check_kind_names;

/* What a check that expects nothing asserts even so. */
enum assertion {
    ASSERTS_NOTHING,   /* so it must expect something */
    ASSERTS_CONTACT,   /* it is reached; a flow: its steps pass */
    ASSERTS_EXIT_CODE, /* that of a monitoring plugin */
    ASSERTS_RECORDS,   /* a name has some */
    ASSERTS_SERVING,   /* the word of a health service */
    ASSERTS_STATE      /* of migrations */
};

/* May it be sent twice? */
enum repeats {
    REPEATS_NEVER,
    REPEATS_BY_METHOD,       /* RFC 9110, section 9.2 */
    REPEATS_UNLESS_IT_SENDS, /* a text of the user's */
    REPEATS_ALWAYS
};

struct kind {
    const char *called; /* "an http check" */
    const char *keys;   /* names of those that not every kind has */
    unsigned answers;   /* bits of enum query_kind */
    bool takes_schema;  /* what it gets may be JSON */
    unsigned fails;     /* bits of enum retry_class */
    enum assertion asserts;
    enum repeats repeats;
    bool has_url;    /* a web page or an API, with an HTTP status */
    bool speaks_tls; /* whatever its URL says */
    bool is_flow;    /* its steps are what is probed */
};

/* kind: of a check or a result, enum check_kind; or -1, an unknown one. */
const struct kind *kind_of(int kind);
bool kind_answers(int kind, enum query_kind query);
const char *kind_key(int kind); /* of CHECK_KINDS, as is the form */
const char *kind_form(int kind);

/* Does the key apply to it? Those that no row names apply to all. */
bool kind_has_key(int kind, struct str key);

/* The keys of all kinds, of which a check has one: "url, tcp or tls". */
void kind_list_keys(struct buf *out, const char *last_word);

/* Does the request change nothing, so that it may be sent at any time? */
bool kind_only_reads(const struct check *c);

/* May it be sent again after it failed? method: of its last request. */
bool kind_may_resend(const struct check *c, const char *method);

/* What responded, for people: "HTTP 503", or "tls". */
void kind_write_answer(struct buf *out, int kind, int64_t http_status);

#endif
