/* The words that the rows of the kinds are written in, and what follows. */
#include "model/kind.h"

#include <string.h>

#include "base/attr.h"
#include "model/check.h"

#define KIND_NAME(CONSTANT, name, ...) #name,
NAMES(check_kind_names, "kind", CHECK_KINDS(KIND_NAME));

#define Q(word) (1u << QUERY_##word)
#define F(word) (1u << RETRY_##word)

/* Keys that several kinds have, each with a blank after it. */
#define JUDGED     "expect degraded inconclusive schema capture "
#define IDENTIFIED "identity version "
#define CERTIFIED  "ca client_cert insecure "
#define ROUTED     "proxy unix_socket resolve connect_timeout "
#define WEB        "cookies redirects compressed http_version "
#define SENT       "headers auth "

/* What kinds that have it all can answer, and how they fail. */
#define ANY      (Q(DURATION) | Q(VARIABLE))
#define RESPONDS (Q(STATUS) | Q(VERSION) | Q(HEADER) | Q(URL))
#define CONNECTS (F(CONNECT) | F(TIMEOUT) | F(CLOSED) | F(DNS) | F(ASSERTION))
#define ENCRYPTS (F(TLS) | F(PROTOCOL))

#define KIND_ROW(CONSTANT, name, key, form, help, ...) {__VA_ARGS__},
static const struct kind row[] = {CHECK_KINDS(KIND_ROW)};

#define KIND_TARGET(CONSTANT, name, key, form, ...) {key, form},
static const struct {
    const char *key, *form;
} target[] = {CHECK_KINDS(KIND_TARGET)};

const struct kind *kind_of(int kind)
{
    static const struct kind unknown = {.called = "a check", .keys = ""};
    return kind < 0 || kind >= KIND_COUNT ? &unknown : &row[kind];
}

bool kind_answers(int kind, enum query_kind query)
{
    return (kind_of(kind)->answers >> query & 1u) != 0;
}

const char *kind_key(int kind)
{
    return target[kind].key;
}

const char *kind_form(int kind)
{
    return target[kind].form;
}

static bool names_key(int kind, struct str key)
{
    struct str keys = str_from(kind_of(kind)->keys);
    while (keys.len > 0)
        if (str_equal(str_cut(keys, ' ', &keys), key))
            return true;
    return false;
}

bool kind_has_key(int kind, struct str key)
{
    if (names_key(kind, key))
        return true;
    for (int other = 0; other < KIND_COUNT; other++)
        if (names_key(other, key))
            return false;
    return true;
}

void kind_list_keys(struct buf *out, const char *last_word)
{
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        if (kind == KIND_COUNT - 1)
            buf_printf(out, " %s ", last_word);
        else if (kind > 0)
            buf_text(out, ", ");
        buf_text(out, target[kind].key);
    }
}

static bool is_one_of(const char *method, const char *const *list, size_t count)
{
    for (size_t i = 0; method != NULL && i < count; i++)
        if (strcmp(method, list[i]) == 0)
            return true;
    return false;
}

bool kind_only_reads(const struct check *c)
{
    static const char *const safe[] = {"GET", "HEAD", "OPTIONS"};
    switch (kind_of(c->kind)->repeats) {
    case REPEATS_NEVER:
        return false;
    case REPEATS_BY_METHOD:
        return is_one_of(c->method, safe, ARRAY_COUNT(safe));
    case REPEATS_UNLESS_IT_SENDS:
        return c->send == NULL;
    case REPEATS_ALWAYS:
        return true;
    }
    return false;
}

/* Methods that are idempotent have the same effect if they come twice. */
bool kind_may_resend(const struct check *c, const char *method)
{
    static const char *const idempotent[] = {"GET", "HEAD",   "OPTIONS",
                                             "PUT", "DELETE", "TRACE"};
    if (kind_of(c->kind)->repeats != REPEATS_BY_METHOD)
        return kind_only_reads(c);
    return is_one_of(method, idempotent, ARRAY_COUNT(idempotent));
}

void kind_write_answer(struct buf *out, int kind, int64_t http_status)
{
    if (kind_of(kind)->has_url)
        buf_printf(out, "HTTP %lld", (long long)http_status);
    else
        buf_text(out, name_of(&check_kind_names, kind));
}
